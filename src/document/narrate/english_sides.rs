//! What is added and cut off at the ends of axes, in English.

use super::english::{in_words, list, number_of};

const ORDINALS: [&str; 3] = ["first", "second", "third"];

/// Zeros at the ends of each axis: `with one zero at each end`, `surrounded by two lines of zeros on every side`, `padded with zeros
/// (one line before and two behind along the first axis, two before along the second)`.
pub(super) fn zeros(ends: &[[i64; 2]]) -> String {
    let n = |n: i64| usize::try_from(n).unwrap_or(0);
    match ends {
        [[low, high]] if low == high => format!("with {} at each end", number_of(n(*low), "zero", "zeros")),
        [ends] => format!("with {}", before_and_behind(*ends, "zero", "zeros")),
        [[first, _], ..] if ends.iter().flatten().all(|p| p == first) => {
            format!("surrounded by {} of zeros on every side", number_of(n(*first), "line", "lines"))
        }
        _ => format!("padded with zeros ({})", along_axes(ends)),
    }
}

/// Entries or lines that are cut off: `without its last two entries`, `cut at its edges (one line before along each axis)`.
pub(super) fn cut(ends: &[[i64; 2]]) -> String {
    match ends {
        [[low, high]] => {
            let some = |which: &str, n: i64| match n {
                0 => None,
                1 => Some(format!("its {which} entry")),
                n => Some(format!("its {which} {}", number_of(usize::try_from(n).unwrap_or(0), "entry", "entries"))),
            };
            let parts: Vec<String> = [some("first", *low), some("last", *high)].into_iter().flatten().collect();
            format!("without {}", list(&parts))
        }
        _ => format!("cut at its edges ({})", along_axes(ends)),
    }
}

/// Lines that were added: `one entry before and two behind`, `one line before and one behind along each axis`.
pub(super) fn added(ends: &[[i64; 2]]) -> String {
    match ends {
        [ends] => before_and_behind(*ends, "entry", "entries"),
        _ => along_axes(ends),
    }
}

fn along_axes(ends: &[[i64; 2]]) -> String {
    if ends.iter().all(|e| *e == ends[0]) {
        return format!("{} along each axis", before_and_behind(ends[0], "line", "lines"));
    }
    let touched = ends.iter().zip(ORDINALS).filter(|(e, _)| **e != [0, 0]);
    let axes: Vec<String> =
        touched.map(|(e, axis)| format!("{} along the {axis} axis", before_and_behind(*e, "line", "lines"))).collect();
    axes.join(", ")
}

/// `two lines before and one behind`.
fn before_and_behind([low, high]: [i64; 2], one: &str, many: &str) -> String {
    let n = |n: i64| usize::try_from(n).unwrap_or(0);
    match (low, high) {
        (low, 0) => format!("{} before", number_of(n(low), one, many)),
        (0, high) => format!("{} behind", number_of(n(high), one, many)),
        (low, high) => {
            format!("{} before and {} behind", number_of(n(low), one, many), in_words(n(high)))
        }
    }
}
