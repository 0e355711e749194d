//! What cannot be broken and is too wide all the same: sums inside fractions, brackets and functions lose middle terms, and it is known
//! how many.

use super::math::{Dots, Math, Matrix, Op};
use super::measure::Measure;
use crate::formula::Glossary;

/// How many terms are kept before the dots; tried in this order until the line is narrow enough.
const KEPT: [usize; 5] = [6, 4, 3, 2, 1];

/// Which terms dots may stand for. What is taken away or added as a group of its own is never among terms of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    /// Terms that have the same sign and look alike but for their indices and numbers: the reader can go on by himself.
    Alike,
    /// Terms of either sign that hold no sum.
    Plain,
    /// All but sums that are taken away.
    Any,
}

/// The formula as it is if it fits into `room`, else with dots for middle terms of the sums inside it, as few as will do. The dots know
/// how many terms they stand for.
pub(super) fn narrowed(glossary: &Glossary, measure: Measure, math: Math, room: u32) -> Math {
    let mut narrowest = (measure.width(glossary, &math), math);
    let math = narrowest.1.clone();
    // it pays to leave out two terms; at last one will do
    let manners = [Run::Alike, Run::Plain, Run::Any].into_iter().flat_map(|run| KEPT.map(|keep| (run, keep, 2)));
    for (run, keep, least) in manners.chain([(Run::Any, 1, 1)]) {
        if narrowest.0 <= room {
            break;
        }
        let shorter = Shortener { run, keep, least }.shortened(math.clone(), false);
        let width = measure.width(glossary, &shorter);
        if width < narrowest.0 {
            narrowest = (width, shorter);
        }
    }
    narrowest.1
}

/// How many terms the dots in a formula stand for, one number for each of them.
pub(super) fn left_out(math: &Math) -> Vec<u32> {
    let mut counts = Vec::new();
    math.each(&mut |part| {
        if let Math::Dots(Dots::Terms(count)) = part {
            counts.push(*count);
        }
    });
    counts
}

struct Shortener {
    run: Run,
    keep: usize,
    least: usize,
}

/// A term of a sum: its sign, if one stands before it, and its factors.
struct Term {
    sign: Option<Op>,
    factors: Vec<Math>,
}

impl Term {
    fn is_negative(&self) -> bool {
        self.sign == Some(Op::Minus) || matches!(self.factors.first(), Some(Math::Op(Op::Negative)))
    }

    fn holds_sum(&self) -> bool {
        let mut holds = false;
        let is_sign = |m: &Math| matches!(m, Math::Op(Op::Plus | Op::Minus));
        let mut look = |m: &Math| holds |= matches!(m, Math::Row(parts) if parts.iter().any(is_sign));
        self.factors.iter().for_each(|factor| factor.each(&mut look));
        holds
    }

    /// What it has in common with terms that look alike.
    fn kind(&self) -> (bool, Vec<Math>) {
        let unsigned = self.factors.iter().filter(|f| !matches!(f, Math::Op(Op::Negative)));
        (self.is_negative(), unsigned.cloned().map(pattern).collect())
    }
}

impl Shortener {
    /// Sums inside lose terms. A sum that is not inside anything can be broken, and is left alone.
    fn shortened(&self, math: Math, inside: bool) -> Math {
        if let Math::Row(parts) = math {
            let inner = inside && parts.len() == 1;
            let parts = parts.into_iter().map(|part| self.shortened(part, inner)).collect();
            Math::Row(if inside { self.with_dots(parts) } else { parts })
        } else if let Math::Matrix(matrix) = &math {
            Math::Matrix(self.fewer_columns(matrix))
        } else {
            math.within(&mut |part| self.shortened(part, true))
        }
    }

    /// A matrix with its first columns, dots and the last one. Its indices tell how many there are.
    fn fewer_columns(&self, matrix: &Matrix) -> Matrix {
        let rows = || matrix.cells.chunks(matrix.columns.max(1));
        let is_dots = |at: usize| rows().all(|row| matches!(row[at], Math::Dots(_)));
        let gap = (0..matrix.columns).find(|&at| is_dots(at));
        let (before, after) = (
            gap.unwrap_or(matrix.columns.saturating_sub(1)),
            gap.map_or(matrix.columns.saturating_sub(1), |at| at + 1),
        );
        if before <= self.keep + usize::from(gap.is_none()) {
            return matrix.clone();
        }
        let mut cells = Vec::new();
        for row in rows() {
            cells.extend_from_slice(&row[..self.keep]);
            let down = matches!(row[0], Math::Dots(_));
            cells.push(Math::Dots(if down { Dots::Diagonal } else { Dots::Centre }));
            cells.extend_from_slice(&row[after..]);
        }
        Matrix { columns: self.keep + 1 + matrix.columns - after, cells }
    }

    /// Every run of terms that dots may stand for keeps its first ones and its last.
    fn with_dots(&self, parts: Vec<Math>) -> Vec<Math> {
        let mut terms: Vec<Term> = vec![Term { sign: None, factors: Vec::new() }];
        for part in parts {
            match (part, terms.last_mut()) {
                (Math::Op(sign @ (Op::Plus | Op::Minus)), Some(last)) if !last.factors.is_empty() => {
                    terms.push(Term { sign: Some(sign), factors: Vec::new() });
                }
                (part, Some(last)) => last.factors.push(part),
                (_, None) => {}
            }
        }
        let mut row = Vec::new();
        for run in terms.chunk_by(|one, next| self.together(one, next)) {
            let out = run.len().saturating_sub(self.keep + 1);
            let cut = if out >= self.least { self.keep..self.keep + out } else { 0..0 };
            for (place, term) in run.iter().enumerate() {
                if !cut.contains(&place) {
                    row.extend(term.sign.map(Math::Op));
                    row.extend_from_slice(&term.factors);
                } else if place == cut.start {
                    row.extend(term.sign.map(Math::Op));
                    row.push(Math::Dots(Dots::Terms(out as u32)));
                }
            }
        }
        row
    }

    fn together(&self, one: &Term, next: &Term) -> bool {
        let taken_away = |term: &Term| term.is_negative() && term.holds_sum();
        match self.run {
            Run::Alike => one.kind() == next.kind(),
            Run::Plain => [one, next].iter().all(|term| !term.holds_sum()),
            Run::Any => [one, next].iter().all(|term| !taken_away(term)),
        }
    }
}

/// A formula without what sets it apart from others of its kind.
fn pattern(math: Math) -> Math {
    if let Math::Element(tensor, _) | Math::Indexed(tensor, ..) = math {
        Math::Element(tensor, 0)
    } else if matches!(math, Math::Number(_) | Math::Rounded(_) | Math::Dots(_)) {
        Math::integer(1)
    } else if let Math::Row(parts) = math {
        Math::Row(parts.into_iter().map(pattern).collect())
    } else {
        math.within(&mut pattern)
    }
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

    fn short(math: &Math, run: Run, keep: usize) -> Math {
        Shortener { run, keep, least: 2 }.shortened(math.clone(), false)
    }

    fn bracketed(parts: Vec<Math>) -> Math {
        Math::Brackets(Box::new(Math::Row(parts)))
    }

    #[test]
    fn the_middle_of_a_sum_goes() {
        let dots = |op| {
            let [one, two, last] = [1, 2, 9].map(Math::integer);
            vec![one, Math::Op(op), two, Math::Op(op), Math::Dots(Dots::Terms(6)), Math::Op(op), last]
        };
        let fraction = |m: Math| Math::Fraction(Box::new(Math::integer(1)), Box::new(m));
        assert_eq!(short(&fraction(sum(9, Op::Plus)), Run::Alike, 2), fraction(Math::Row(dots(Op::Plus))));
        assert_eq!(left_out(&short(&fraction(sum(9, Op::Plus)), Run::Alike, 2)), [6]);
        // what is not inside anything can be broken; and a term or two save nothing
        assert_eq!(short(&sum(9, Op::Plus), Run::Any, 2), sum(9, Op::Plus));
        for few in [fraction(sum(4, Op::Plus)), fraction(sum(9, Op::Times))] {
            assert_eq!(short(&few, Run::Any, 2), few);
        }
    }

    #[test]
    fn a_matrix_loses_columns() {
        let row = |numbers: &[i64]| numbers.iter().map(|&n| Math::integer(n)).collect::<Vec<_>>();
        let shown = |math: &Math| short(math, Run::Alike, 2);
        let four = Math::Matrix(Matrix { columns: 4, cells: row(&[1, 2, 3, 4]) });
        let dots = |numbers: &[i64]| {
            let mut cells = row(numbers);
            cells.insert(numbers.len() - 1, Math::Dots(Dots::Centre));
            Math::Matrix(Matrix { columns: numbers.len() + 1, cells })
        };
        assert_eq!(shown(&four), four, "one column saves nothing");
        let five = Math::Matrix(Matrix { columns: 5, cells: row(&[1, 2, 3, 4, 5]) });
        assert_eq!(shown(&five), dots(&[1, 2, 5]));
        assert_eq!(shown(&dots(&[1, 2, 3, 9])), dots(&[1, 2, 9]));
    }

    /// (1 + 2) - (1 + 2 + 3 + 4 + 5) + 6 + 7 + 8 + 9: dots stand for terms of one kind.
    #[test]
    fn no_group_vanishes() {
        let group = bracketed(sum(5, Op::Plus).into_parts());
        let mut row = vec![bracketed(sum(2, Op::Plus).into_parts()), Math::Op(Op::Minus), group];
        (6..10).for_each(|n| row.extend([Math::Op(Op::Plus), Math::integer(n)]));
        let whole = bracketed(row);
        for run in [Run::Alike, Run::Plain, Run::Any] {
            let shorter = short(&whole, run, 1);
            assert_eq!(left_out(&shorter), [3, 2], "{run:?}");
            let Math::Brackets(inner) = shorter else { panic!("{shorter:?}") };
            let parts = inner.into_parts();
            assert!(matches!(&parts[1..3], [Math::Op(Op::Minus), Math::Brackets(_)]), "{parts:?}");
            assert!(matches!(&parts[3..6], [Math::Op(Op::Plus), Math::Number(_), Math::Op(Op::Plus)]), "{parts:?}");
        }
    }
}
