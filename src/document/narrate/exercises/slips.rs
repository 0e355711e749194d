//! Slips of the pen that people make in formulas of backpropagation, made in a formula on purpose.

use super::affine::Affine;
use super::blanks::indices;
use crate::expr::Number;
use crate::formula::{Bounds, Condition, Formula, Letter, Op, Slide};

/// What is wrong with a formula.
#[derive(Clone, Debug)]
pub(super) enum Slip {
    /// An index rises where it should fall: the kernel is not read backwards.
    Direction { wrong: Formula, right: Formula },
    /// An index is one more or one less.
    Shift { wrong: Formula, right: Formula },
    /// The entry before or after the right one, in a factor or a term.
    Entry { wrong: Formula, right: Formula },
    /// An index without the step.
    Step { wrong: Formula, right: Formula },
    /// A bound is one more or one less.
    Bound,
    /// Two indices change places, or a matrix is not transposed, or is.
    Transposed { right: Formula },
    /// A sum is left out over these letters.
    Sum { letters: Vec<Letter> },
    /// A plus in the place of a minus.
    Sign,
    /// A factor is left out.
    Factor(Formula),
    /// A kernel is not turned.
    NotTurned(Formula),
    /// A kernel is turned that should not be.
    Turned(Formula),
    /// The zeros between neighbours are left out.
    Spread(Formula),
    /// So many lines of zeros are not those that are needed.
    Pad,
    /// The step of a sliding product is left out.
    Stride,
}

/// A kind of slips.
pub(super) type Cause = std::mem::Discriminant<Slip>;

impl Slip {
    pub(super) fn kind(&self) -> Cause {
        std::mem::discriminant(self)
    }

    /// Does a result of another size belong to it? Else it has to be of the same size, and wrong all the same.
    pub(super) fn resizes(&self) -> bool {
        match self {
            Slip::Transposed { .. }
            | Slip::Sum { .. }
            | Slip::NotTurned(_)
            | Slip::Spread(_)
            | Slip::Pad
            | Slip::Stride => true,
            Slip::Direction { .. }
            | Slip::Shift { .. }
            | Slip::Entry { .. }
            | Slip::Step { .. }
            | Slip::Bound
            | Slip::Sign
            | Slip::Factor(_)
            | Slip::Turned(_) => false,
        }
    }
}

/// The formula with each slip that can be made in it, where indices start at `base`.
pub(super) fn slips(right: &Formula, base: i64) -> Vec<(Formula, Slip)> {
    let mut all = right.changed(&in_part);
    for index in indices(right) {
        let Some(affine) = Affine::of(&index) else { continue };
        let mut other = |found: Option<Affine>, slip: fn(Formula, Formula) -> Slip| {
            if let Some(wrong) = found.map(|found| found.formula()) {
                all.push((right.replaced(&index, &wrong), slip(wrong, index.clone())));
            }
        };
        other(affine.turned(), |wrong, right| Slip::Direction { wrong, right });
        other(affine.without_steps(base), |wrong, right| Slip::Step { wrong, right });
        [-1, 1].into_iter().for_each(|by| other(Some(affine.plus(by)), |wrong, right| Slip::Shift { wrong, right }));
    }
    all
}

/// What becomes of a part by a slip in that alone.
fn in_part(part: &Formula) -> Vec<(Formula, Slip)> {
    if let Formula::Entry(tensor, offset) = part {
        let other = |offset: u32| {
            let wrong = Formula::Entry(*tensor, offset);
            (wrong.clone(), Slip::Entry { wrong, right: part.clone() })
        };
        offset.checked_sub(1).into_iter().chain([offset + 1]).map(other).collect()
    } else if let Formula::Big(_, bounds, body) = part {
        let mut all = Vec::new();
        all.extend(other_bounds(part, bounds));
        all.extend((0..bounds.ranges.len()).filter_map(|place| without_range(part, place)));
        // a whole tensor in the place of the sum over its entries
        if let Formula::At(tensor, level, _) = &**body
            && bounds.conditions.is_empty()
        {
            let letters = bounds.ranges.iter().map(|range| range.letter.clone()).collect();
            all.push((Formula::Name(*tensor, *level), Slip::Sum { letters }));
        }
        all
    } else if let Formula::At(tensor, level, list) = part {
        let mut list = list.clone();
        let Some(last) = list.len().checked_sub(2) else { return Vec::new() };
        list.swap(last, last + 1);
        vec![(Formula::At(*tensor, *level, list), Slip::Transposed { right: part.clone() })]
    } else if let Formula::Sum(terms) = part {
        // an index has slips of its own
        if Affine::of(part).is_some() {
            return Vec::new();
        }
        let positive = |place: usize| {
            let Formula::Negative(of) = &terms[place] else { return None };
            let mut terms = terms.clone();
            terms[place] = (**of).clone();
            Some((Formula::Sum(terms), Slip::Sign))
        };
        (0..terms.len()).filter_map(positive).collect()
    } else if let Formula::Product(factors) | Formula::Hadamard(factors) = part {
        // the number before a letter is a step
        let is_index = factors.iter().any(|factor| matches!(factor, Formula::Letter(_)));
        let forgotten = (0..factors.len()).filter(|&place| !is_index && is_forgotten(&factors[place]));
        let left_out = forgotten.map(|place| {
            let mut rest = factors.clone();
            let factor = rest.remove(place);
            let product = if let Formula::Hadamard(_) = part { Formula::hadamard } else { Formula::product };
            (product(rest), Slip::Factor(factor))
        });
        left_out.chain(transposed(part)).collect()
    } else if let Formula::Apply(op, of) = part {
        in_operator(part, op, &of[0])
    } else if let Formula::Slide(slide) = part {
        in_slide(slide)
    } else {
        Vec::new()
    }
}

/// Is it a factor that is easily forgotten?
fn is_forgotten(factor: &Formula) -> bool {
    let number = matches!(factor, Formula::Number(n) if !n.is_one());
    number || matches!(factor, Formula::Call(..) | Formula::Quotient(..))
}

/// A product of matrices in which one of them is transposed that should not be.
fn transposed(part: &Formula) -> Vec<(Formula, Slip)> {
    let Formula::Product(factors) = part else { return Vec::new() };
    let names = (0..factors.len()).filter(|&place| matches!(factors[place], Formula::Name(..)));
    let turned = names.map(|place| {
        let mut list = factors.clone();
        list[place] = Formula::apply(Op::Transpose, list[place].clone());
        (Formula::Product(list), Slip::Transposed { right: factors[place].clone() })
    });
    turned.collect()
}

fn in_operator(part: &Formula, op: &Op, of: &Formula) -> Vec<(Formula, Slip)> {
    if let Op::Rot180 = op {
        vec![(of.clone(), Slip::NotTurned(of.clone()))]
    } else if let Op::Transpose = op {
        vec![(of.clone(), Slip::Transposed { right: part.clone() })]
    } else if let Op::Spread(_) = op {
        vec![(of.clone(), Slip::Spread(of.clone()))]
    } else if let Op::Pad(lines) = op {
        let other = |by: i64| {
            let lines = lines.iter().map(|ends| ends.map(|n| n + by)).collect();
            (Formula::apply(Op::Pad(lines), of.clone()), Slip::Pad)
        };
        vec![other(-1), other(1)]
    } else {
        Vec::new()
    }
}

fn in_slide(slide: &Slide) -> Vec<(Formula, Slip)> {
    let with = |other: Slide| Formula::Slide(Box::new(other));
    let mut all = Vec::new();
    if !slide.steps.is_empty() {
        all.push((with(Slide { steps: Vec::new(), ..slide.clone() }), Slip::Stride));
    }
    if slide.turned {
        all.push((with(Slide { turned: false, ..slide.clone() }), Slip::NotTurned(slide.y.clone())));
    } else if matches!(slide.y, Formula::Name(..) | Formula::At(..)) {
        let y = Formula::apply(Op::Rot180, slide.y.clone());
        all.push((with(Slide { y, ..slide.clone() }), Slip::Turned(slide.y.clone())));
    }
    all
}

/// A sum with one of its bounds, or of the bounds in its conditions, one more or less. A sum that is left with one term is none.
fn other_bounds(part: &Formula, bounds: &Bounds) -> Vec<(Formula, Slip)> {
    let moved = |place: usize, by: i64| {
        let mut other = part.clone();
        let bound = other.parts_mut().swap_remove(place);
        let Formula::Number(n) = &*bound else { return None };
        *bound = Formula::Number(n.add(&Number::integer(by)));
        let Formula::Big(_, bounds, _) = &other else { return None };
        let several = bounds.ranges.iter().all(|range| range.low != range.high);
        several.then_some((other, Slip::Bound))
    };
    let held = bounds.parts();
    (0..held).flat_map(|place| [moved(place, 1), moved(place, -1)]).flatten().collect()
}

/// A sum without one of several letters: its first value stands for all.
fn without_range(part: &Formula, place: usize) -> Option<(Formula, Slip)> {
    let Formula::Big(big, bounds, body) = part else { return None };
    let mut bounds = bounds.clone();
    let range = bounds.ranges.remove(place);
    let named = |condition: &Condition| {
        let mut found = false;
        condition.each(&mut |part| found |= matches!(part, Formula::Letter(letter) if *letter == range.letter));
        found
    };
    if bounds.ranges.is_empty() || bounds.conditions.iter().any(named) {
        return None;
    }
    let body = body.replaced(&Formula::Letter(range.letter.clone()), &range.low);
    Some((Formula::Big(*big, bounds, Box::new(body)), Slip::Sum { letters: vec![range.letter] }))
}
