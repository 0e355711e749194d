//! Operators applied to whole tensors: `δ^l ∗ rot180(w^l)`.

use super::Operators;
use super::slide::{Along, slide, sliding};
use crate::expr::TensorId;
use crate::formula::tree::{Big, Bounds, Formula, Op, Range};
use crate::operator::{CorrelationAxis, Operand, Scale, TensorOp, Window};

impl Operators<'_> {
    /// The sum of operators that give a tensor of this shape; `None` where one of them has no sign.
    pub fn wholes(&self, parts: &[TensorOp], shape: &[usize]) -> Option<Formula> {
        // a number is added to every entry, where something else says how many there are
        let is_number = |part: &TensorOp| matches!(part, TensorOp::Broadcast { of, .. } if self.is_number(*of));
        let alone = parts.iter().all(is_number);
        let added_number = |part: &TensorOp| {
            let TensorOp::Broadcast { of, scale, .. } = part else { return None };
            let number = !alone && self.is_number(*of);
            number.then(|| Some(Formula::times(scale, self.operand(*of)?))).flatten()
        };
        let term = |part: &TensorOp| added_number(part).or_else(|| self.whole(part, shape));
        Some(Formula::gathered(parts.iter().map(term).collect::<Option<Vec<_>>>()?))
    }

    /// The operator applied to whole tensors; `None` where that has no sign.
    pub fn whole(&self, op: &TensorOp, shape: &[usize]) -> Option<Formula> {
        Some(match op {
            TensorOp::Correlate(c) if c.leading.is_empty() => {
                let sizes = [c.x, c.y].map(|o| self.glossary.shape(o.tensor()).to_vec());
                let axes = Along::of(&c.axes, &sizes[0], &sizes[1], shape);
                let (x, y) = (self.operand(c.x)?, self.operand(c.y)?);
                scaled_first(&c.scale, slide(self.glossary, x, y, c.rot180, &axes))
            }
            TensorOp::Correlate(_) => return None,
            TensorOp::Identity { of, scale } => Formula::times(scale, self.operand(*of)?),
            TensorOp::Broadcast { of, axes, shape, scale } => self.broadcast(*of, axes, shape, scale)?,
            TensorOp::Sum { of, axes, scale } => self.sum_over(*of, axes, scale)?,
            TensorOp::Reshape { of, shape, scale } => {
                let op = if shape.len() == 1 { Op::Vector } else { Op::Reshape(shape.clone()) };
                Formula::times(scale, Formula::apply(op, self.operand(*of)?))
            }
            TensorOp::Hadamard { factors, scale } => scaled_first(scale, self.elementwise(factors)?),
            TensorOp::Contract(c) => self.contraction(c)?,
            TensorOp::Place(p) => self.placement(p, shape)?,
            TensorOp::Upsample { of, window, count, scale } => {
                let sizes = self.glossary.shape(of.tensor());
                let x = self.operand(*of)?;
                let x = match count {
                    Some(around) => divided(x, self.places(window, sizes, shape, around)),
                    None => x,
                };
                if window.tiles(sizes, shape) {
                    return Some(Formula::times(scale, Formula::apply(Op::Upsample, x)));
                }
                scaled_first(scale, spread(self, x, window, sizes, shape))
            }
            TensorOp::WindowSum { of, window, count, scale } => {
                let sizes = self.glossary.shape(of.tensor());
                let sum = summed(self, self.operand(*of)?, window, sizes, shape, true);
                match count {
                    Some(around) => Formula::times(scale, divided(sum, self.places(window, shape, sizes, around))),
                    None => scaled_first(scale, sum),
                }
            }
            TensorOp::WindowMax { of, window } => Formula::apply(Op::WindowMax(window.clone()), self.operand(*of)?),
            TensorOp::Route(route) => {
                let through = self.glossary.tensor(route.through, (self.level)(route.through));
                let x = self.operand(Operand::Plain(route.x))?;
                Formula::Apply(Op::Route(route.window.clone(), route.ties), vec![x, through])
            }
        })
    }

    /// How many places of each of `many` windows lie in a tensor of this shape with so many lines around it: ones, summed up.
    pub fn places(&self, window: &Window, many: &[usize], shape: &[usize], around: &[[i64; 2]]) -> Formula {
        let larger: Vec<usize> =
            shape.iter().zip(around).map(|(&n, [low, high])| (n as i64 + low + high).max(0) as usize).collect();
        let padding = window.padding.iter().zip(around).map(|(p, a)| [p[0] - a[0], p[1] - a[1]]).collect();
        let window = Window { padding, ..window.clone() };
        summed(self, Formula::Ones(Some(larger.clone())), &window, &larger, many, false)
    }

    /// Repeated along axes: products with ones, as linear algebra has them.
    fn broadcast(&self, of: Operand, axes: &[usize], shape: &[usize], scale: &Scale) -> Option<Formula> {
        let operand = self.operand(of)?;
        // along axes with one place nothing is repeated
        if !axes.iter().any(|&a| shape[a] > 1) {
            let vector = !self.is_number(of) && shape.len() == 2;
            let turned = if vector { self.turned(operand, axes == [0]) } else { operand };
            return Some(Formula::times(scale, turned));
        }
        let ones = |lying: bool| self.turned(Formula::Ones(None), lying);
        let product = match (shape.len(), axes) {
            (1, _) => vec![operand, Formula::Ones(None)],
            (2, [0]) => vec![ones(false), self.turned(operand, true)],
            (2, [1]) => vec![self.turned(operand, false), ones(true)],
            (2, [_, _]) => vec![operand, ones(false), ones(true)],
            _ => return None,
        };
        Some(Formula::times(scale, Formula::Product(product)))
    }

    /// A vector that lies or stands.
    pub(super) fn turned(&self, vector: Formula, lying: bool) -> Formula {
        if lying == self.glossary.rows() { vector } else { Formula::apply(Op::Transpose, vector) }
    }

    /// `Σ_n δ_{n:}`
    fn sum_over(&self, of: Operand, axes: &[usize], scale: &Scale) -> Option<Formula> {
        let shape = self.glossary.shape(of.tensor());
        let base = self.glossary.index_base;
        let mut letters = self.letters_beside(&[]);
        let names: Vec<Option<String>> = (0..shape.len())
            .map(|a| (axes.contains(&a) && shape[a] > 1).then(|| letters.of(self, of.tensor(), a)))
            .collect();
        let ranges: Vec<Range> =
            names.iter().zip(shape).filter_map(|(name, &size)| Some(range(name.as_deref()?, base, size))).collect();
        if ranges.is_empty() && self.glossary.is_single(of.tensor()) {
            return Some(Formula::times(scale, self.operand(of)?));
        }
        // an axis with one place needs no letter; one that is left as a whole is `:`
        let index = |a: usize| match (&names[a], axes.contains(&a)) {
            (Some(name), _) => Formula::letter(name),
            (None, true) => Formula::integer(base),
            (None, false) => Formula::All,
        };
        let indices: Vec<Formula> = (0..shape.len()).map(index).collect();
        Some(Formula::times(scale, big_sum(ranges, self.operand_at(of, &indices)?)))
    }

    fn is_number(&self, operand: Operand) -> bool {
        self.glossary.is_single(operand.tensor()) || self.glossary.shape(operand.tensor()).is_empty()
    }

    /// `x ⊙ y ⊘ p`: quotients follow what they divide. Of numbers it is their product.
    pub(super) fn elementwise(&self, factors: &[Operand]) -> Option<Formula> {
        if factors.iter().all(|f| self.is_number(*f)) {
            return Some(Formula::product(factors.iter().map(|f| self.operand(*f)).collect::<Option<_>>()?));
        }
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for factor in factors {
            match self.divisor(*factor) {
                Some(operand) => below.push(self.operand(operand)?),
                None => above.push(self.operand(*factor)?),
            }
        }
        let top = if above.is_empty() { Formula::integer(1) } else { Formula::hadamard(above) };
        Some(below.into_iter().fold(top, divided))
    }

    /// What is divided by, where the operand is 1 divided by something.
    pub(super) fn divisor(&self, operand: Operand) -> Option<Operand> {
        let Operand::Each(template, of) = operand else { return None };
        if let crate::expr::ExprKind::Power(base, -1) = self.arena.kind(template) {
            Some(Operand::Each(base, of))
        } else {
            None
        }
    }
}

/// `Σ_{letters} body`
pub(super) fn big_sum(ranges: Vec<Range>, body: Formula) -> Formula {
    if ranges.is_empty() {
        return body;
    }
    Formula::Big(Big::Sum, Box::new(Bounds { ranges, conditions: Vec::new() }), Box::new(body))
}

/// A letter with as many values as an axis has places.
pub(super) fn range(letter: &str, base: i64, size: usize) -> Range {
    Range { letter: letter.into(), low: Formula::integer(base), high: Formula::integer(base + size as i64 - 1) }
}

fn divided(x: Formula, by: Formula) -> Formula {
    Formula::HadamardQuotient(Box::new(x), Box::new(by))
}

/// A number before the first operand of a chain.
pub(super) fn scaled_first(scale: &Scale, formula: Formula) -> Formula {
    if scale.is_negative() {
        return Formula::Negative(Box::new(scaled_first(&scale.negate(), formula)));
    }
    if let Formula::Hadamard(mut factors) = formula {
        factors[0] = Formula::times(scale, factors[0].clone());
        return Formula::Hadamard(factors);
    }
    if let Formula::HadamardQuotient(top, bottom) = formula {
        return Formula::HadamardQuotient(Box::new(scaled_first(scale, *top)), bottom);
    }
    if let Formula::Slide(mut slide) = formula {
        slide.x = Formula::times(scale, slide.x);
        return Formula::Slide(slide);
    }
    Formula::times(scale, formula)
}

/// Each entry spread over its window: the entries apart by the step, slid over by ones.
fn spread(operators: &Operators<'_>, x: Formula, window: &Window, many: &[usize], shape: &[usize]) -> Formula {
    let axes: Vec<CorrelationAxis> = (0..shape.len())
        .map(|a| {
            let reach = (window.dilation[a] * (window.size[a] - 1)) as i64;
            let last = (window.stride[a] * (many[a] - 1)) as i64;
            let low = reach - window.padding[a][0];
            CorrelationAxis {
                stride: 1,
                lhs_dilation: window.stride[a],
                rhs_dilation: window.dilation[a],
                low,
                high: shape[a] as i64 + reach - (last + 1) - low,
            }
        })
        .collect();
    let along = Along::of(&axes, many, &window.size, shape);
    slide(operators.glossary, x, Formula::Ones(Some(window.size.clone())), false, &along)
}

/// The sum of each of `many` windows: slid over by ones in steps.
fn summed(
    operators: &Operators<'_>,
    x: Formula,
    window: &Window,
    sizes: &[usize],
    many: &[usize],
    sized: bool,
) -> Formula {
    let axes: Vec<CorrelationAxis> = (0..sizes.len())
        .map(|a| {
            let reach = (window.dilation[a] * (window.size[a] - 1)) as i64;
            let low = window.padding[a][0];
            let needed = (window.stride[a] * (many[a] - 1)) as i64 + reach + 1;
            CorrelationAxis {
                stride: window.stride[a],
                lhs_dilation: 1,
                rhs_dilation: window.dilation[a],
                low,
                high: needed - low - sizes[a] as i64,
            }
        })
        .collect();
    let along = Along::of(&axes, sizes, &window.size, many);
    sliding(operators.glossary, x, Formula::Ones(Some(window.size.clone())), (false, sized), &along)
}

impl Operators<'_> {
    /// Does an operand stand for several operators?
    pub(super) fn stands_for(&self, tensor: TensorId) -> Option<&[TensorOp]> {
        self.inside.and_then(|inside| inside(tensor))
    }
}
