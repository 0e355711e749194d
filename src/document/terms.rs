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

/// The sum of these formulas; a number that all begin with stands before it.
pub(super) fn added(formulas: Vec<Math>) -> Math {
    let signed = |formula: Math| {
        let mut row = formula.into_parts();
        let negative = matches!(row.first(), Some(Math::Op(Op::Negative)));
        if negative {
            row.remove(0);
        }
        (negative, row)
    };
    let mut terms: Vec<(bool, Vec<Math>)> = formulas.into_iter().map(signed).collect();
    let factor = match terms.first().and_then(|(_, row)| row.first()) {
        Some(Math::Number(n)) if terms.len() > 1 => Some(n.clone()),
        Some(_) | None => None,
    };
    if let Some(factor) = factor
        && terms.iter().all(|(_, row)| matches!(row.first(), Some(Math::Number(n)) if *n == factor))
    {
        terms.iter_mut().for_each(|(_, row)| drop(row.remove(0)));
        return Math::Row(vec![Math::Number(factor), Math::Brackets(Box::new(signed_sum(terms)))]);
    }
    signed_sum(terms)
}

/// What stands below the line, if it is 1 divided by something.
pub(super) fn divisor(math: &Math) -> Option<&Math> {
    if let Math::Fraction(top, bottom) = math { (**top == Math::integer(1)).then_some(&**bottom) } else { None }
}

/// In brackets, if it is more than one thing.
pub(super) fn bracketed(math: Math) -> Math {
    let several = matches!(&math, Math::Row(parts) if parts.len() > 1);
    if several { Math::Brackets(Box::new(math)) } else { math }
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
