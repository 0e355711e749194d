//! Parts of formulas put together: signs, factors before them, and words applied to them.

use super::math::{Math, Op};
use crate::expr::Number;

/// Terms with their signs; a positive one first, if there is one.
pub(super) fn signed_sum(mut terms: Vec<(bool, Vec<Math>)>) -> Math {
    if terms.first().is_some_and(|t| t.0)
        && let Some(place) = terms.iter().position(|t| !t.0)
    {
        terms[..=place].rotate_right(1);
    }
    let mut row = Vec::new();
    for (place, (negative, term)) in terms.into_iter().enumerate() {
        match (place == 0, negative) {
            (true, false) => {}
            (true, true) => row.push(Math::Op(Op::Negative)),
            (false, false) => row.push(Math::Op(Op::Plus)),
            (false, true) => row.push(Math::Op(Op::Minus)),
        }
        row.extend(term);
    }
    if row.len() == 1 { row.remove(0) } else { Math::Row(row) }
}

pub(super) fn is_additive(math: &Math) -> bool {
    matches!(math, Math::Op(Op::Plus | Op::Minus | Op::Negative))
}

/// `word(x)`.
pub(super) fn applied(word: &'static str, x: Math) -> Math {
    Math::Row(vec![Math::Word(word), Math::Brackets(Box::new(x))])
}

pub(super) fn scaled(scale: &Number, row: Vec<Math>) -> Math {
    let mut row: Vec<Math> = row.into_iter().flat_map(Math::into_parts).collect();
    if !scale.is_one() && row.iter().any(is_additive) {
        row = vec![Math::Brackets(Box::new(Math::Row(row)))];
    }
    if scale.is_negative() {
        row.insert(0, Math::Op(Op::Negative));
    }
    let size = if scale.is_negative() { scale.negate() } else { scale.clone() };
    if !size.is_one() {
        row.insert(usize::from(scale.is_negative()), Math::Number(size));
    }
    if row.len() == 1 { row.remove(0) } else { Math::Row(row) }
}
