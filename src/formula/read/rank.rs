//! How many axes a formula has, where that can be told from its parts.

use super::super::glossary::Glossary;
use super::super::tree::{Formula, Op};

/// The number of axes; none where it cannot be told without the sizes.
pub(super) fn rank(glossary: &Glossary, formula: &Formula) -> Option<usize> {
    let of = |f: &Formula| rank(glossary, f);
    let largest = |parts: &[Formula]| parts.iter().map(of).collect::<Option<Vec<_>>>()?.into_iter().max();
    match formula {
        Formula::Name(tensor, _) => Some(glossary.shape(*tensor).len()),
        Formula::At(tensor, _, indices) => Some(glossary.shape(*tensor).len() - fixed(indices)),
        Formula::Pick(x, indices) => of(x)?.checked_sub(fixed(indices)),
        Formula::Number(_)
        | Formula::Rounded(_)
        | Formula::Letter(_)
        | Formula::Entry(..)
        | Formula::All
        | Formula::Run(..)
        | Formula::Share(..)
        | Formula::Loss => Some(0),
        Formula::Sum(parts) | Formula::Hadamard(parts) | Formula::Extreme(_, parts) | Formula::Elided(parts) => {
            largest(parts)
        }
        Formula::Product(parts) => product(&parts.iter().map(of).collect::<Option<Vec<_>>>()?),
        Formula::Negative(x)
        | Formula::Power(x, _)
        | Formula::Root(_, x)
        | Formula::Floor(x)
        | Formula::Ceil(x)
        | Formula::Call(_, _, x)
        | Formula::ByLoss(x)
        | Formula::Quotient(x, _)
        | Formula::Big(_, _, x) => of(x),
        Formula::HadamardQuotient(_, x) => of(x),
        Formula::Cases(cases) => cases.first().and_then(|(x, _)| of(x)),
        Formula::Slide(slide) => of(&slide.x),
        // a vector is drawn as a matrix with one row or one column
        Formula::Matrix(m) => Some(if m.size.contains(&1) { 1 } else { 2 }),
        Formula::Ones(shape) => shape.as_ref().map(Vec::len),
        Formula::Apply(op, parts) => match op {
            Op::Transpose | Op::Rot180 | Op::Spread(_) | Op::Upsample | Op::WindowMax(_) => of(parts.first()?),
            Op::Diagonal => 3_usize.checked_sub(of(parts.first()?)?),
            Op::Pad(sizes) => Some(sizes.len()),
            Op::Vector => Some(1),
            Op::Reshape(shape) => Some(shape.len()),
            Op::Route(..) => of(parts.last()?),
            Op::Einsum(_, result) => Some(result.chars().count()),
        },
        Formula::Bracket(condition) => {
            let mut most = Some(0);
            condition.each(&mut |f| most = most.max(if let Formula::Name(..) = f { of(f) } else { None }));
            most
        }
        Formula::Derivative(..) => None,
    }
}

fn fixed(indices: &[Formula]) -> usize {
    indices.iter().filter(|i| !i.is_open()).count()
}

/// Of matrices and vectors; of two vectors it may be a number or a matrix.
fn product(ranks: &[usize]) -> Option<usize> {
    let arrays: Vec<usize> = ranks.iter().copied().filter(|&r| r > 0).collect();
    match arrays.as_slice() {
        [] => Some(0),
        [one] => Some(*one),
        many => {
            let vectors = many.iter().filter(|&&r| r == 1).count();
            (many.iter().all(|&r| r <= 2) && vectors < 2).then(|| 2 - vectors)
        }
    }
}
