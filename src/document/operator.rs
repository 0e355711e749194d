//! Operators as formulas: once with whole tensors, once with matrices.

use super::glossary::Glossary;
use super::layout::matrix;
use super::math::{Level, Math, Name, Op};
use crate::derivation::Derivation;
use crate::expr::{Arena, Number, TensorId};
use crate::recognise::{Correlation, Operand, TensorOp};

/// An operator of a derivation applied to whole tensors, without marks for layers.
pub fn operator_text(derivation: &Derivation, glossary: &Glossary, op: &TensorOp) -> Math {
    let letters =
        derivation.instance.definitions.last().map(|d| d.loops[..d.rank].iter().map(|l| l.name.as_str()).collect());
    let letters = letters.unwrap_or_default();
    Operators { arena: &derivation.system.arena, glossary, level: &|_| Level::None, letters }.whole(op)
}

/// Spells operators of one derivation.
pub(super) struct Operators<'a> {
    pub(super) arena: &'a Arena,
    pub(super) glossary: &'a Glossary,
    /// Which layer a tensor belongs to.
    pub(super) level: &'a dyn Fn(TensorId) -> Level,
    /// Letters for indices that are summed over, axis by axis.
    pub(super) letters: Vec<&'a str>,
}

/// How an element is written in a matrix: as a symbol, or as its value.
pub(super) type Cell<'a> = dyn Fn(TensorId, usize) -> Math + 'a;

impl Operators<'_> {
    /// The operator applied to whole tensors: `δ^l * rot180(w^l)`.
    pub(super) fn whole(&self, op: &TensorOp) -> Math {
        match op {
            TensorOp::Correlate(c) => {
                let kernel = self.operand(c.y);
                let kernel = if c.rot180 { applied("rot180", kernel) } else { kernel };
                scaled(&c.scale, vec![self.operand(c.x), Math::Op(Op::Slide), kernel])
            }
            TensorOp::Identity { of, scale } => scaled(scale, vec![self.operand(*of)]),
            TensorOp::Sum { of, axes, scale } => {
                let shape = self.glossary.shape(of.tensor());
                let others = ["p", "q", "r", "s", "t"];
                let letter = |axis: usize| Name::new(*self.letters.get(axis).unwrap_or(&others[axis % others.len()]));
                let base = self.glossary.index_base;
                let ranges = axes.iter().map(|&a| (letter(a), base, base + shape[a] as i64 - 1)).collect();
                let indices = (0..shape.len()).map(|a| Math::Name(letter(a))).collect();
                let element = match of {
                    Operand::Plain(t) => Math::Indexed(*t, indices),
                    Operand::Mapped(f, t) => Math::Call(
                        Name::new(self.arena.function_name(*f)),
                        f.order,
                        Box::new(Math::Indexed(*t, indices)),
                    ),
                };
                scaled(scale, vec![Math::Sum { ranges, conditions: Vec::new() }, element])
            }
            TensorOp::Broadcast { of, scale, .. } => scaled(scale, vec![self.operand(*of)]),
            TensorOp::Hadamard { x, y, scale } => {
                scaled(scale, vec![self.operand(*x), Math::Op(Op::Hadamard), self.operand(*y)])
            }
            TensorOp::Upsample { of, scale, .. } => scaled(scale, vec![applied("upsample", self.operand(*of))]),
            TensorOp::WindowSum { of, scale, .. } => scaled(scale, vec![applied("windowsum", self.operand(*of))]),
            TensorOp::WindowMax { of, .. } => applied("windowmax", self.operand(*of)),
            TensorOp::Route(route) => applied("upsample", self.operand(Operand::Plain(route.x))),
        }
    }

    /// A tensor, or a function of one.
    pub(super) fn operand(&self, operand: Operand) -> Math {
        let tensor = self.glossary.tensor(operand.tensor(), (self.level)(operand.tensor()));
        match operand {
            Operand::Plain(_) => tensor,
            Operand::Mapped(f, _) => Math::Call(Name::new(self.arena.function_name(f)), f.order, Box::new(tensor)),
        }
    }

    /// A tensor of rank 0 to 2 as a matrix (one axis: a row), elided to `most` lines each way; `None` for more axes.
    pub(super) fn matrix_of(&self, tensor: TensorId, most: (usize, usize), cell: &Cell<'_>) -> Option<Math> {
        match *self.glossary.shape(tensor) {
            [] => Some(cell(tensor, 0)),
            [columns] => Some(matrix(1, columns, most, |_, c| cell(tensor, c))),
            [rows, columns] => Some(matrix(rows, columns, most, |r, c| cell(tensor, r * columns + c))),
            _ => None,
        }
    }

    /// The operator applied to matrices, padding, spreading and rotation carried out; `None` where that shows nothing.
    pub(super) fn matrices(&self, op: &TensorOp, most: (usize, usize), cell: &Cell<'_>) -> Option<Math> {
        match op {
            TensorOp::Correlate(c) => self.correlation(c, most, cell),
            TensorOp::Broadcast { of: Operand::Plain(t), scale, .. } if self.glossary.shape(*t).is_empty() => {
                Some(scaled(scale, vec![cell(*t, 0)]))
            }
            TensorOp::Hadamard { x: Operand::Plain(x), y: Operand::Plain(y), scale } => {
                let (x, y) = (self.matrix_of(*x, most, cell)?, self.matrix_of(*y, most, cell)?);
                Some(scaled(scale, vec![x, Math::Op(Op::Hadamard), y]))
            }
            TensorOp::Identity { of: Operand::Plain(t), scale } => {
                Some(scaled(scale, vec![self.matrix_of(*t, most, cell)?]))
            }
            TensorOp::Identity { .. }
            | TensorOp::Sum { .. }
            | TensorOp::Broadcast { .. }
            | TensorOp::Hadamard { .. }
            | TensorOp::Upsample { .. }
            | TensorOp::WindowSum { .. }
            | TensorOp::WindowMax { .. }
            | TensorOp::Route(_) => None,
        }
    }

    fn correlation(&self, c: &Correlation, most: (usize, usize), cell: &Cell<'_>) -> Option<Math> {
        let (Operand::Plain(x), Operand::Plain(y)) = (c.x, c.y) else { return None };
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
            let turned = |t: usize| if c.rot180 { y_shape[k] - 1 - t } else { t };
            at.is_multiple_of(d).then(|| turned(at / d))
        };
        let right = matrix(spread(0), spread(1), most, |r, k| match (tap(0, r), tap(1, k)) {
            (Some(r), Some(k)) => cell(y, r * y_shape[1] + k),
            _ => Math::integer(0),
        });
        Some(scaled(&c.scale, vec![left, Math::Op(Op::Slide), right]))
    }
}

/// `word(x)`.
fn applied(word: &'static str, x: Math) -> Math {
    Math::Row(vec![Math::Word(word), Math::Brackets(Box::new(x))])
}

fn scaled(scale: &Number, mut row: Vec<Math>) -> Math {
    if scale.is_negative() {
        row.insert(0, Math::Op(Op::Negative));
    }
    let size = if scale.is_negative() { scale.negate() } else { scale.clone() };
    if !size.is_one() {
        row.insert(usize::from(scale.is_negative()), Math::Number(size));
    }
    if row.len() == 1 { row.remove(0) } else { Math::Row(row) }
}
