//! Operators as formulas: once with whole tensors, once with matrices.

use super::contraction::{Piece, pieces};
use super::expression::{Maxima, Writer};
use super::glossary::Glossary;
use super::layout::{column, matrix};
use super::math::{Level, Math, Name, Op};
use super::terms::{added, applied, is_additive, scaled};
use crate::derivation::Derivation;
use crate::expr::{Arena, ExprId, ExprKind, Symbol, TensorId};
use crate::index::Instance;
use crate::operator::{Correlation, Operand, TensorOp};

/// An operator of a derivation applied to whole tensors, without marks for layers.
pub fn operator_text(derivation: &Derivation, glossary: &Glossary, op: &TensorOp) -> Math {
    let letters =
        derivation.instance.definitions.last().map(|d| d.loops[..d.rank].iter().map(|l| l.name.as_str()).collect());
    let letters = letters.unwrap_or_default();
    let inside = |t: TensorId| inside(derivation, t);
    let arena = &derivation.system.arena;
    let instance = &derivation.instance;
    Operators { arena, instance, glossary, level: &|_| Level::None, letters, inside: Some(&inside) }
        .channels_or_wholes(std::slice::from_ref(op))
}

/// The operators that give an adjoint which is only a link of the chain: they are shown in its place.
pub(super) fn inside(derivation: &Derivation, tensor: TensorId) -> Option<&[TensorOp]> {
    derivation
        .passed_through
        .contains(&tensor)
        .then(|| derivation.recognition(tensor).map(|r| r.parts.as_slice()))
        .flatten()
}

/// Spells operators of one derivation.
pub(super) struct Operators<'a> {
    pub(super) arena: &'a Arena,
    pub(super) instance: &'a Instance,
    pub(super) glossary: &'a Glossary,
    /// Which layer a tensor belongs to.
    pub(super) level: &'a dyn Fn(TensorId) -> Level,
    /// Letters for indices that are summed over, axis by axis.
    pub(super) letters: Vec<&'a str>,
    /// What stands for a tensor that is not shown by itself: the operator that gives it.
    pub(super) inside: Option<&'a dyn Fn(TensorId) -> Option<&'a [TensorOp]>>,
}

/// How an element is written in a matrix: as a symbol, or as its value.
pub(super) type Cell<'a> = dyn Fn(TensorId, usize) -> Math + 'a;

impl Operators<'_> {
    /// The sum of operators that give this tensor: channel by channel where some correlation has channels, entry by entry where
    /// whole tensors have no sign for it, else applied to whole tensors.
    pub(super) fn sum(&self, parts: &[TensorOp], target: TensorId) -> Math {
        match self.in_letters(parts, target) {
            Some((_, right)) => right,
            None => self.channels_or_wholes(parts),
        }
    }

    /// The same for no tensor in particular: nothing is written entry by entry.
    fn channels_or_wholes(&self, parts: &[TensorOp]) -> Math {
        self.by_channel(parts, None).map_or_else(|| self.wholes(parts), |(_, right)| right)
    }

    /// The sum of operators applied to whole tensors.
    pub(super) fn wholes(&self, parts: &[TensorOp]) -> Math {
        let whole = |part: &TensorOp| {
            // what is added along leading axes is written as it is, as a bias always is
            if let TensorOp::Broadcast { of, axes, scale, .. } = part
                && parts.len() > 1
                && axes.iter().copied().eq(0..axes.len())
            {
                scaled(scale, self.operand(*of).into_parts())
            } else {
                self.whole(part)
            }
        };
        added(parts.iter().map(whole).collect())
    }

    /// The operator applied to whole tensors: `δ^l * rot180(w^l)`.
    pub(super) fn whole(&self, op: &TensorOp) -> Math {
        match op {
            TensorOp::Correlate(c) => {
                let (sign, kernel) = self.sliding(c, self.operand(c.y));
                if !c.leading.is_empty() {
                    // the sign alone would not say what becomes of the channels
                    let operands = vec![self.operand(c.x), Math::Op(Op::Comma), kernel];
                    let word = if c.rot180 && !self.says_rotation() { "convolve" } else { "correlate" };
                    return scaled(&c.scale, vec![applied(word, Math::Row(operands))]);
                }
                scaled(&c.scale, vec![self.operand(c.x), sign, kernel])
            }
            TensorOp::Identity { of, scale } => scaled(scale, self.operand(*of).into_parts()),
            TensorOp::Broadcast { of, axes, shape, scale } => {
                // along axes with one place nothing is repeated
                let several = |a: &usize| shape[*a] > 1;
                if !axes.iter().any(several) {
                    return scaled(scale, self.operand(*of).into_parts());
                }
                let operand = || {
                    let math = self.operand(*of);
                    let sum = matches!(&math, Math::Row(parts) if parts.iter().any(is_additive));
                    if sum { Math::Brackets(Box::new(math)) } else { math }
                };
                let rows = self.glossary.rows();
                let turned = |math: Math, lying: bool| if lying == rows { math } else { Math::transposed(math) };
                let ones = |lying: bool| turned(Math::Ones, lying);
                match (shape.len(), axes.as_slice()) {
                    (1, _) => scaled(scale, vec![operand(), Math::Ones]),
                    (2, [0]) => scaled(scale, vec![ones(false), turned(operand(), true)]),
                    (2, [1]) => scaled(scale, vec![turned(operand(), false), ones(true)]),
                    (2, [_, _]) => scaled(scale, vec![operand(), ones(false), ones(true)]),
                    _ => scaled(scale, vec![applied("broadcast", self.operand(*of))]),
                }
            }
            TensorOp::Sum { of, axes, scale } => {
                let shape = self.glossary.shape(of.tensor());
                let others = ["p", "q", "r", "s", "t"];
                let own = self.letters_in_net(of.tensor());
                let letters = own.as_ref().unwrap_or(&self.letters);
                let letter = |axis: usize| Name::new(*letters.get(axis).unwrap_or(&others[axis % others.len()]));
                let base = self.glossary.index_base;
                let several = axes.iter().filter(|&&a| shape[a] > 1);
                let ranges: Vec<(Name, i64, i64)> =
                    several.map(|&a| (letter(a), base, base + shape[a] as i64 - 1)).collect();
                if ranges.is_empty() && self.glossary.is_single(of.tensor()) {
                    return scaled(scale, vec![self.operand(*of)]);
                }
                // an axis with one place needs no letter; one that is left as a whole is `:`
                let index = |a: usize| match (shape[a], axes.contains(&a)) {
                    (1, _) => Math::integer(base),
                    (_, true) => Math::Name(letter(a)),
                    (_, false) => Math::Word(":"),
                };
                let indices: Vec<Math> = (0..shape.len()).map(index).collect();
                let element = match of {
                    Operand::Plain(t) => self.glossary.indexed_at(*t, (self.level)(*t), indices),
                    Operand::Each(template, _) => {
                        let at = |t: TensorId| self.glossary.indexed_at(t, (self.level)(t), indices.clone());
                        self.expression(*template, false, &|s| at(s.tensor))
                    }
                };
                let sum = (!ranges.is_empty()).then_some(Math::Sum { ranges, conditions: Vec::new() });
                scaled(scale, sum.into_iter().chain([element]).collect())
            }
            TensorOp::Reshape { of, shape, scale } => {
                let word = if shape.len() == 1 { "vec" } else { "reshape" };
                scaled(scale, vec![applied(word, self.operand(*of))])
            }
            TensorOp::Hadamard { factors, scale } => scaled(scale, self.elementwise(factors)),
            TensorOp::Contract(c) => scaled(&c.scale, self.contraction(c)),
            TensorOp::Upsample { of, count, scale, .. } => {
                scaled(scale, vec![applied("upsample", self.divided(self.operand(*of), count.is_some()))])
            }
            TensorOp::WindowSum { of, count, scale, .. } => {
                scaled(scale, vec![self.divided(applied("windowsum", self.operand(*of)), count.is_some())])
            }
            TensorOp::WindowMax { of, .. } => applied("windowmax", self.operand(*of)),
            TensorOp::Route(route) => applied("upsample", self.operand(Operand::Plain(route.x))),
        }
    }

    /// In a net: the letters with which a tensor, or what it is the adjoint of, is defined.
    fn letters_in_net(&self, tensor: TensorId) -> Option<Vec<&str>> {
        let of = self.arena.tensor(tensor).of.unwrap_or(tensor).0 as usize;
        let definition = self.instance.definitions.iter().find(|d| d.tensor == of)?;
        let letters = || definition.loops[..definition.rank].iter().map(|l| l.name.as_str()).collect();
        (!self.instance.stages.is_empty()).then(letters)
    }

    fn divided(&self, x: Math, by_count: bool) -> Math {
        if by_count { Math::binary(x, Op::HadamardDivision, self.glossary.divisor()) } else { x }
    }

    /// `x ⊙ y ⊘ p`: quotients follow what they divide. One number each needs no sign between.
    pub(super) fn elementwise(&self, factors: &[Operand]) -> Vec<Math> {
        let below = |o: &Operand| self.divisor(*o);
        let single = factors.iter().all(|f| self.glossary.is_single(f.tensor()));
        let mut row = Vec::new();
        for factor in factors.iter().filter(|f| below(f).is_none()) {
            if !row.is_empty() && !single {
                row.push(Math::Op(Op::Hadamard));
            }
            let math = self.operand(*factor);
            let sum = matches!(&math, Math::Row(parts) if parts.iter().any(is_additive));
            if sum {
                row.push(Math::Brackets(Box::new(math)));
            } else {
                row.extend(math.into_parts());
            }
        }
        if row.is_empty() {
            row.push(Math::integer(1));
        }
        for base in factors.iter().filter_map(below) {
            row.push(Math::Op(Op::HadamardDivision));
            let math = self.whole_expression(base);
            let several = matches!(&math, Math::Row(parts) if parts.len() > 1);
            row.push(if several { Math::Brackets(Box::new(math)) } else { math });
        }
        row
    }

    /// What is divided by, where the operand is 1 divided by something.
    fn divisor(&self, operand: Operand) -> Option<ExprId> {
        let Operand::Each(template, _) = operand else { return None };
        if let ExprKind::Power(base, -1) = self.arena.kind(template) { Some(base) } else { None }
    }

    pub(super) fn expression(&self, template: ExprId, whole: bool, symbol: &dyn Fn(Symbol) -> Math) -> Math {
        Writer { arena: self.arena, glossary: self.glossary, maxima: &Maxima::new(), symbol, whole }.row(template)
    }

    fn whole_expression(&self, template: ExprId) -> Math {
        self.expression(template, true, &|s| self.glossary.tensor(s.tensor, (self.level)(s.tensor)))
    }

    /// A tensor, the operator that gives it where it is not shown by itself, or an expression of it.
    pub(super) fn operand(&self, operand: Operand) -> Math {
        match operand {
            Operand::Plain(t) => match self.inside.and_then(|inside| inside(t)) {
                Some(parts) => self.wholes(parts),
                None => self.glossary.tensor(t, (self.level)(t)),
            },
            Operand::Each(template, _) => self.whole_expression(template),
        }
    }

    /// A tensor of rank 0 to 2 as a matrix (one axis: a row, in a net a column), elided to `most` lines each way; `None` for more
    /// axes.
    pub(super) fn matrix_of(&self, tensor: TensorId, most: (usize, usize), cell: &Cell<'_>) -> Option<Math> {
        self.matrix_with(self.glossary.shape(tensor), most, &|offset| cell(tensor, offset))
    }

    pub(super) fn matrix_with(
        &self,
        shape: &[usize],
        most: (usize, usize),
        cell: &dyn Fn(usize) -> Math,
    ) -> Option<Math> {
        match *shape {
            [] => Some(cell(0)),
            [1] if self.glossary.columns() || self.glossary.rows() => Some(cell(0)),
            [rows] if self.glossary.columns() => Some(column(rows, most.0, cell)),
            [columns] => Some(matrix(1, columns, most, |_, c| cell(c))),
            [rows, columns] => Some(matrix(rows, columns, most, |r, c| cell(r * columns + c))),
            _ => None,
        }
    }

    /// An operand as a matrix, transposed if asked for.
    fn operand_matrix(
        &self,
        operand: Operand,
        transposed: bool,
        most: (usize, usize),
        cell: &Cell<'_>,
    ) -> Option<Math> {
        let shape = self.glossary.shape(operand.tensor());
        let one = |offset: usize| match operand {
            Operand::Plain(t) => cell(t, offset),
            Operand::Each(template, _) => {
                self.expression(template, false, &|s| cell(s.tensor, s.offset as usize + offset))
            }
        };
        match (transposed, shape) {
            (false, _) => self.matrix_with(shape, most, &one),
            (true, &[rows]) if self.glossary.rows() => Some(column(rows, most.0, one)),
            (true, &[columns]) => Some(matrix(1, columns, most, |_, c| one(c))),
            (true, &[rows, columns]) => Some(matrix(columns, rows, most, |r, c| one(c * columns + r))),
            (true, _) => None,
        }
    }

    /// The operator applied to matrices, padding, spreading and rotation carried out; `None` where that shows nothing.
    pub(super) fn matrices(&self, op: &TensorOp, most: (usize, usize), cell: &Cell<'_>) -> Option<Math> {
        match op {
            TensorOp::Correlate(c) => self.correlation(c, most, cell),
            TensorOp::Broadcast { of: Operand::Plain(t), scale, .. } if self.glossary.shape(*t).is_empty() => {
                Some(scaled(scale, vec![cell(*t, 0)]))
            }
            TensorOp::Hadamard { factors, scale } => {
                let mut row = Vec::new();
                for factor in factors {
                    if !row.is_empty() {
                        row.push(Math::Op(Op::Hadamard));
                    }
                    row.extend(self.inner_matrices(*factor, most, cell)?.into_parts());
                }
                Some(scaled(scale, row))
            }
            TensorOp::Identity { of, scale } => Some(scaled(scale, vec![self.inner_matrices(*of, most, cell)?])),
            TensorOp::Contract(c) => {
                let mut row = Vec::new();
                for piece in pieces(c, self.glossary.rows())? {
                    let Piece::Factor { operand, transposed } = piece else { return None };
                    row.push(self.operand_matrix(c.operands[operand], transposed, most, cell)?);
                }
                Some(scaled(&c.scale, row))
            }
            TensorOp::Sum { .. }
            | TensorOp::Broadcast { .. }
            | TensorOp::Reshape { .. }
            | TensorOp::Upsample { .. }
            | TensorOp::WindowSum { .. }
            | TensorOp::WindowMax { .. }
            | TensorOp::Route(_) => None,
        }
    }

    /// An operand as a matrix, or what gives it as matrices where it is not shown by itself.
    fn inner_matrices(&self, operand: Operand, most: (usize, usize), cell: &Cell<'_>) -> Option<Math> {
        if let Operand::Plain(t) = operand
            && let Some(parts) = self.inside.and_then(|inside| inside(t))
        {
            let [op] = parts else { return None };
            return self.matrices(op, most, cell);
        }
        self.operand_matrix(operand, false, most, cell)
    }

    fn correlation(&self, c: &Correlation, most: (usize, usize), cell: &Cell<'_>) -> Option<Math> {
        let (Operand::Plain(x), Operand::Plain(y)) = (c.x, c.y) else { return None };
        if !c.leading.is_empty() {
            return None;
        }
        // one axis is drawn as a row; the axis that is not there has one place, neither padded nor spread
        let two = |shape: &[usize]| match *shape {
            [columns] => Some([1, columns]),
            [rows, columns] => Some([rows, columns]),
            _ => None,
        };
        let (x_shape, y_shape) = (two(self.glossary.shape(x))?, two(self.glossary.shape(y))?);
        let axis = |k: usize| (c.axes.len() + k).checked_sub(2).and_then(|a| c.axes.get(a));
        let size = |k: usize| axis(k).map_or(1, |p| p.low + ((x_shape[k] - 1) * p.lhs_dilation) as i64 + 1 + p.high);
        let (rows, columns) = (usize::try_from(size(0)).ok()?, usize::try_from(size(1)).ok()?);
        let place = |k: usize, at: usize| {
            let Some(p) = axis(k) else { return Some(at) };
            let from_first = usize::try_from(at as i64 - p.low).ok()?;
            let inside = from_first % p.lhs_dilation == 0 && from_first / p.lhs_dilation < x_shape[k];
            inside.then_some(from_first / p.lhs_dilation)
        };
        let left = matrix(rows, columns, most, |r, k| match (place(0, r), place(1, k)) {
            (Some(r), Some(k)) => cell(x, r * x_shape[1] + k),
            _ => Math::integer(0),
        });
        let spread = |k: usize| axis(k).map_or(1, |p| (y_shape[k] - 1) * p.rhs_dilation + 1);
        let tap = |k: usize, at: usize| {
            let d = axis(k).map_or(1, |p| p.rhs_dilation);
            let turned = |t: usize| if c.rot180 && self.says_rotation() { y_shape[k] - 1 - t } else { t };
            at.is_multiple_of(d).then(|| turned(at / d))
        };
        let right = matrix(spread(0), spread(1), most, |r, k| match (tap(0, r), tap(1, k)) {
            (Some(r), Some(k)) => cell(y, r * y_shape[1] + k),
            _ => Math::integer(0),
        });
        Some(scaled(&c.scale, vec![left, Math::Op(self.glossary.notation().sliding.sign(c.rot180)), right]))
    }
}
