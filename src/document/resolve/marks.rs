//! The marks of operators on whole tensors: sizes, steps, lines around.

use super::super::math::{Math, Op};
use crate::operator::Window;

/// A sign with its parameters below it.
pub(super) fn marked(sign: Math, marks: Vec<Math>) -> Math {
    Math::Subscript(Box::new(sign), Box::new(separated(marks, Op::Comma)))
}

/// One number, where all are alike.
pub(super) fn alike(list: &[usize]) -> Vec<usize> {
    if list.iter().all(|n| *n == list[0]) { list[..1].to_vec() } else { list.to_vec() }
}

/// `3×3`
pub(super) fn sizes(shape: &[usize]) -> Math {
    separated(shape.iter().map(|&n| Math::integer(n as i64)).collect(), Op::By)
}

/// Lines before and behind along each axis: one number an axis where both are equal throughout, else `0,1; 0,1`.
pub(super) fn ends(around: &[[i64; 2]]) -> Math {
    if around.iter().all(|[low, high]| low == high) {
        return separated(around.iter().map(|p| Math::integer(p[0])).collect(), Op::By);
    }
    let axis = |p: &[i64; 2]| separated(p.iter().map(|&n| Math::integer(n)).collect(), Op::Comma);
    separated(around.iter().map(axis).collect(), Op::Semicolon)
}

/// The size of windows, and what of their step, spread and padding does not go without saying.
pub(super) fn window_marks(window: &Window) -> Vec<Math> {
    let mut marks = vec![sizes(&window.size)];
    let mut further = |word: &'static str, math: Math| marks.push(Math::Row(vec![Math::Word(word), math]));
    if window.stride != window.size {
        further("step ", sizes(&alike(&window.stride)));
    }
    if window.dilation.iter().any(|&d| d != 1) {
        further("dilation ", sizes(&alike(&window.dilation)));
    }
    if window.padding.iter().any(|&p| p != [0, 0]) {
        further("pad ", ends(&window.padding));
    }
    marks
}

/// What a row holds, or the row.
pub(in crate::document) fn alone(mut row: Vec<Math>) -> Math {
    if row.len() == 1 { row.remove(0) } else { Math::Row(row) }
}

/// All of them in a row, with signs between.
pub(super) fn separated(list: Vec<Math>, by: Op) -> Math {
    let mut row = Vec::with_capacity(2 * list.len());
    for math in list {
        row.extend((!row.is_empty()).then_some(Math::Op(by)));
        row.extend(math.into_parts());
    }
    alone(row)
}

/// Would it run into a number before it?
pub(super) fn begins_with_digits(math: &Math) -> bool {
    if let Math::Fraction(first, _) | Math::Power(first, _) = math {
        return begins_with_digits(first);
    }
    if let Math::Row(parts) = math {
        return parts.first().is_some_and(begins_with_digits);
    }
    matches!(math, Math::Number(_) | Math::Rounded(_))
}
