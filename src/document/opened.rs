//! Brackets and fractions taken apart where a line is too short for them: so that it can be broken inside.

use super::math::{Math, Op};
use super::measure::Measure;
use crate::expr::elementary;
use crate::formula::Glossary;
use crate::text::is_letter;

/// The parts of a row with what is wider than `room` opened: brackets, arguments of functions, and fractions, whose bottom follows as a
/// factor. Nothing where there is nothing to open.
pub(super) fn opened(glossary: &Glossary, measure: Measure, parts: &[Math], room: u32) -> Option<Vec<Math>> {
    let mut out = Vec::new();
    let mut found = false;
    for part in parts {
        let inside = (measure.width(glossary, part) > room).then(|| apart(part)).flatten();
        found |= inside.is_some();
        match inside {
            Some(inside) => {
                let again = opened(glossary, measure, &inside, room);
                out.extend(again.unwrap_or(inside));
            }
            None => out.push(part.clone()),
        }
    }
    found.then_some(out)
}

fn apart(part: &Math) -> Option<Vec<Math>> {
    let in_brackets = |inner: &Math| {
        let mut parts = vec![Math::Op(Op::Open)];
        parts.extend(inner.clone().into_parts());
        parts.push(Math::Op(Op::Close));
        parts
    };
    if let Math::Row(parts) = part {
        Some(parts.clone())
    } else if let Math::Brackets(inner) = part {
        Some(in_brackets(inner))
    } else if let Math::Call(name, 0, inner) = part {
        let word = elementary(&name.word).map(|known| Math::Word(known.name));
        let head = if is_letter(&name.word) { Some(Math::Name(name.clone())) } else { word }?;
        Some([vec![head], in_brackets(inner)].concat())
    } else if let Math::Power(base, exponent) = part {
        let base = if let Math::Row(parts) = &**base { parts.first().filter(|_| parts.len() == 1)? } else { base };
        let mut parts = apart(base)?;
        let last = parts.pop().filter(|last| matches!(last, Math::Op(Op::Close)))?;
        parts.push(Math::Power(Box::new(last), exponent.clone()));
        Some(parts)
    } else if let Math::Fraction(top, bottom) = part
        && **top != Math::integer(1)
    {
        let is_sum =
            matches!(&**top, Math::Row(parts) if parts.iter().any(|p| matches!(p, Math::Op(Op::Plus | Op::Minus))));
        let mut parts = if is_sum { in_brackets(top) } else { (**top).clone().into_parts() };
        parts.push(Math::Fraction(Box::new(Math::integer(1)), bottom.clone()));
        Some(parts)
    } else {
        None
    }
}
