//! What cannot be broken and is too wide all the same: sums inside fractions, brackets and functions lose their middle terms.

use super::glossary::Glossary;
use super::layout::Measure;
use super::math::{Dots, Math, Op};

/// How many terms are kept before the dots; tried in this order until the line is narrow enough.
const KEPT: [usize; 5] = [6, 4, 3, 2, 1];

/// The formula as it is if it fits into `room`, else with dots for middle terms of the sums inside it, as few as will do.
pub(super) fn narrowed(glossary: &Glossary, measure: Measure, math: Math, room: u32) -> Math {
    if measure.width(glossary, &math) <= room {
        return math;
    }
    let mut found = None;
    for keep in KEPT {
        let shorter = shortened(&math, keep, false);
        let fits = measure.width(glossary, &shorter) <= room;
        found = Some(shorter);
        if fits {
            break;
        }
    }
    found.unwrap_or(math)
}

/// Sums inside keep `keep` terms and the last one. A sum that is not inside anything can be broken, and is left alone.
fn shortened(math: &Math, keep: usize, inside: bool) -> Math {
    let within = |m: &Math| Box::new(shortened(m, keep, true));
    match math {
        Math::Row(parts) => {
            let parts = parts.iter().map(|p| shortened(p, keep, inside && parts.len() == 1)).collect();
            Math::Row(if inside { with_dots(parts, keep) } else { parts })
        }
        Math::Fraction(top, bottom) => Math::Fraction(within(top), within(bottom)),
        Math::Brackets(inner) => Math::Brackets(within(inner)),
        Math::Call(name, order, x) => Math::Call(name.clone(), *order, within(x)),
        Math::Root(degree, inner) => Math::Root(*degree, within(inner)),
        Math::Power(base, exponent) => Math::Power(within(base), exponent.clone()),
        Math::Element(..)
        | Math::Indexed(..)
        | Math::Name(_)
        | Math::Word(_)
        | Math::Text(_)
        | Math::Number(_)
        | Math::Rounded(_)
        | Math::Op(_)
        | Math::Subscript(..)
        | Math::Matrix(_)
        | Math::Sum { .. }
        | Math::Largest { .. }
        | Math::Indicator(_)
        | Math::Ones
        | Math::Derivative(..)
        | Math::Dots(_)
        | Math::Cases(_) => math.clone(),
    }
}

fn with_dots(parts: Vec<Math>, keep: usize) -> Vec<Math> {
    let signs: Vec<usize> =
        (1..parts.len()).filter(|&at| matches!(parts[at], Math::Op(Op::Plus | Op::Minus))).collect();
    // at least two terms have to go
    if signs.len() + 1 < keep + 3 {
        return parts;
    }
    let (cut, last) = (signs[keep - 1], signs[signs.len() - 1]);
    let sign = parts[cut].clone();
    let mut short = parts[..cut].to_vec();
    short.extend([sign, Math::Dots(Dots::Centre)]);
    short.extend_from_slice(&parts[last..]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(terms: usize, op: Op) -> Math {
        let mut row = vec![Math::integer(1)];
        for n in 2..=terms {
            row.extend([Math::Op(op), Math::integer(n as i64)]);
        }
        Math::Row(row)
    }

    #[test]
    fn the_middle_of_a_sum_goes() {
        let dots = |op| {
            vec![
                Math::integer(1),
                Math::Op(op),
                Math::integer(2),
                Math::Op(op),
                Math::Dots(Dots::Centre),
                Math::Op(op),
                Math::integer(9),
            ]
        };
        for op in [Op::Plus, Op::Minus] {
            let fraction = |m: Math| Math::Fraction(Box::new(Math::integer(1)), Box::new(m));
            assert_eq!(shortened(&fraction(sum(9, op)), 2, false), fraction(Math::Row(dots(op))));
        }
        // what is not inside anything can be broken; and a term or two save nothing
        assert_eq!(shortened(&sum(9, Op::Plus), 2, false), sum(9, Op::Plus));
        assert_eq!(with_dots(sum(4, Op::Plus).into_parts(), 2), sum(4, Op::Plus).into_parts());
        assert_eq!(with_dots(sum(5, Op::Plus).into_parts(), 2).len(), 7);
    }
}
