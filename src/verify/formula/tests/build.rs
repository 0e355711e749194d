//! Short ways to write formulas down in tests.

use crate::expr::Number;
use crate::formula::{Big, Bounds, Condition, Formula, Matrix, Op, Range, Relation, Slide};

/// `i+2u-1`: letters of one sign each, numbers before them, and a constant.
pub(super) fn affine(text: &str) -> Formula {
    let spaced = text.replace('-', "+-");
    let term = |term: &str| {
        let (negative, term) = term.strip_prefix('-').map_or((false, term), |rest| (true, rest));
        let digits = term.find(|c: char| !c.is_ascii_digit()).unwrap_or(term.len());
        let (number, letter) = term.split_at(digits);
        let number = (!number.is_empty()).then(|| Formula::integer(number.parse().expect("a number")));
        let letter = (!letter.is_empty()).then(|| Formula::letter(letter));
        let product = Formula::product(number.into_iter().chain(letter).collect());
        if negative { negative_of(product) } else { product }
    };
    let parts = spaced.split('+').map(str::trim).filter(|part| !part.is_empty());
    Formula::sum(parts.map(term).collect())
}

pub(super) fn negative_of(x: Formula) -> Formula {
    Formula::Negative(Box::new(x))
}

pub(super) fn sum<const N: usize>(parts: [Formula; N]) -> Formula {
    Formula::Sum(parts.into())
}

pub(super) fn product<const N: usize>(parts: [Formula; N]) -> Formula {
    Formula::Product(parts.into())
}

pub(super) fn hadamard<const N: usize>(parts: [Formula; N]) -> Formula {
    Formula::Hadamard(parts.into())
}

pub(super) fn quotient(x: Formula, y: Formula) -> Formula {
    Formula::Quotient(Box::new(x), Box::new(y))
}

pub(super) fn call(name: &str, order: u32, x: Formula) -> Formula {
    Formula::Call(name.to_string(), order, Box::new(x))
}

pub(super) fn transposed(x: Formula) -> Formula {
    Formula::apply(Op::Transpose, x)
}

pub(super) fn ones() -> Formula {
    Formula::Ones(None)
}

pub(super) fn square(x: Formula) -> Formula {
    Formula::Power(Box::new(x), Number::integer(2))
}

/// `i=1..3, j=1..i` before what is summed.
pub(super) fn over(ranges: &str, body: Formula) -> Formula {
    big(Big::Sum, ranges, Vec::new(), body)
}

pub(super) fn big(big: Big, ranges: &str, conditions: Vec<Condition>, body: Formula) -> Formula {
    let range = |text: &str| {
        let (letter, bounds) = text.trim().split_once('=').expect("letter=low..high");
        let (low, high) = bounds.split_once("..").expect("low..high");
        Range { letter: letter.into(), low: affine(low), high: affine(high) }
    };
    let ranges = ranges.split(',').map(range).collect();
    Formula::Big(big, Box::new(Bounds { ranges, conditions }), Box::new(body))
}

pub(super) fn compare(x: Formula, relation: Relation, y: Formula) -> Condition {
    Condition::Compare(x, relation, y)
}

pub(super) fn bracket(x: Formula, relation: Relation, y: Formula) -> Formula {
    Formula::Bracket(Box::new(compare(x, relation, y)))
}

/// `x ∗ y`
pub(super) fn slide(x: Formula, y: Formula, steps: &[usize]) -> Formula {
    Formula::Slide(Box::new(Slide { x, y, turned: false, steps: steps.to_vec() }))
}

pub(super) fn matrix(size: [usize; 2], cells: Vec<Formula>) -> Formula {
    let all = |size: usize| (0..size).map(Some).collect();
    let matrix = Matrix { size, rows: all(size[0]), columns: all(size[1]), cells, whole: None };
    Formula::Matrix(Box::new(matrix))
}
