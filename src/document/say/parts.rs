//! Parts of sentences that several are made of: roles, sizes, steps, what is put at the ends of axes, windows.

use super::language::Lang;
use super::sentence::Sentence;
use super::template::concatenated;
use crate::document::Inlines;
use crate::expr::Role;
use crate::operator::{CorrelationAxis, Window};

/// `3×3`, as running text.
fn sizes(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join("\u{d7}")
}

/// The number that all of them are.
fn same<T: PartialEq + Copy>(numbers: &[T]) -> Option<T> {
    numbers.first().filter(|first| numbers.iter().all(|n| n == *first)).copied()
}

impl Lang {
    pub(in crate::document) fn role(self, role: Role) -> Inlines {
        self.say(match role {
            Role::Input => Sentence::Input,
            Role::Data => Sentence::Data,
            Role::Weight => Sentence::Weight,
            Role::Bias => Sentence::Bias,
            Role::Output => Sentence::Output,
            Role::Intermediate => Sentence::Intermediate,
            Role::Target => Sentence::Target,
            Role::Adjoint => Sentence::Gradient,
        })
    }

    /// A size in words, where there is no axis too.
    pub(in crate::document) fn size(self, shape: &[usize]) -> Inlines {
        if shape.is_empty() { self.say(Sentence::OneNumber) } else { vec![crate::document::Inline::Text(sizes(shape))] }
    }

    /// `3 to 5`, or the one number.
    pub(in crate::document) fn range(self, least: usize, most: usize) -> Inlines {
        self.say(match least == most {
            true => Sentence::InDigits { number: least },
            false => Sentence::FromTo { least, most },
        })
    }

    fn in_words(self, numbers: &[usize]) -> Vec<Inlines> {
        numbers.iter().map(|&number| self.say(Sentence::InWords { number })).collect()
    }

    /// The steps in which a kernel slides along these axes.
    pub(in crate::document) fn strides(self, axes: &[CorrelationAxis]) -> Inlines {
        let steps: Vec<usize> = axes.iter().map(|a| a.stride).collect();
        self.say(match same(&steps) {
            Some(step) => Sentence::Stride { step },
            None => Sentence::StrideEach { steps },
        })
    }

    /// Zeros between neighbours.
    pub(in crate::document) fn spread(self, dilations: impl Iterator<Item = usize>) -> Inlines {
        let counts: Vec<usize> = dilations.map(|d| d - 1).collect();
        self.say(match same(&counts) {
            Some(count) => Sentence::ZerosBetween { count },
            None => Sentence::ZerosBetweenEach { counts: self.in_words(&counts) },
        })
    }

    /// Zeros at the ends of each axis.
    pub(in crate::document) fn zeros(self, ends: &[[usize; 2]]) -> Inlines {
        self.say(match (same(ends.as_flattened()), ends) {
            (Some(count), [_]) => Sentence::ZerosAtEnds { count },
            (Some(count), _) => Sentence::ZerosAround { count },
            (None, [ends]) => Sentence::ZerosBeside { ends: self.beside(*ends, |count| Sentence::Zeros { count }) },
            (None, _) => Sentence::ZerosAlong { axes: self.along_axes(ends) },
        })
    }

    /// Entries or lines that are cut off.
    pub(in crate::document) fn cut(self, ends: &[[usize; 2]]) -> Inlines {
        let [[first, last]] = ends else { return self.say(Sentence::CutAlong { axes: self.along_axes(ends) }) };
        let first = match *first {
            0 => Sentence::FirstKept,
            1 => Sentence::FirstCut,
            count => Sentence::FirstsCut { count },
        };
        let last = match *last {
            0 => Sentence::LastKept,
            1 => Sentence::LastCut,
            count => Sentence::LastsCut { count },
        };
        self.say(Sentence::CutAtEnds { ends: vec![self.say(first), self.say(last)] })
    }

    /// Entries or lines that were added.
    pub(in crate::document) fn added(self, ends: &[[usize; 2]]) -> Inlines {
        match ends {
            [ends] => self.beside(*ends, |count| Sentence::Entries { count }),
            _ => self.along_axes(ends),
        }
    }

    fn along_axes(self, ends: &[[usize; 2]]) -> Inlines {
        let beside = |ends: &[usize; 2]| self.beside(*ends, |count| Sentence::Lines { count });
        if same(ends).is_some() {
            return self.say(Sentence::AlongEachAxis { axes: ends.iter().map(beside).collect() });
        }
        let along = |(axis, ends): (usize, &[usize; 2])| {
            let words = beside(ends);
            self.say(match axis {
                _ if *ends == [0, 0] => Sentence::Untouched,
                0 => Sentence::AlongFirst { ends: words },
                1 => Sentence::AlongSecond { ends: words },
                _ => Sentence::AlongThird { ends: words },
            })
        };
        self.say(Sentence::AlongAxes { axes: ends.iter().enumerate().map(along).collect() })
    }

    /// `two lines before and one behind`.
    fn beside(self, [before, behind]: [usize; 2], counted: fn(usize) -> Sentence) -> Inlines {
        self.say(match (before, behind) {
            (_, 0) => Sentence::Before { what: self.say(counted(before)) },
            (0, _) => Sentence::Behind { what: self.say(counted(behind)) },
            (_, _) => Sentence::BeforeAndBehind { before: self.say(counted(before)), behind },
        })
    }

    /// What the windows are.
    pub(in crate::document) fn windows(self, window: &Window) -> Inlines {
        let size = sizes(&window.size);
        let in_line = window.size.len() == 1;
        let beside = window.size == window.stride && window.dilation.iter().all(|&d| d == 1);
        let place = match (same(&window.stride), in_line) {
            _ if beside && in_line => Sentence::SideBySideInLine { size },
            _ if beside => Sentence::SideBySide { size },
            (Some(step), true) => Sentence::ApartInLine { size, step },
            (Some(step), false) => Sentence::Apart { size, step },
            (None, _) => Sentence::ApartAlongAxes { size, steps: self.in_words(&window.stride) },
        };
        let apart = window.dilation.iter().any(|&d| d > 1).then(|| match same(&window.dilation) {
            Some(step) => Sentence::PlacesApart { step },
            None => Sentence::PlacesApartAlongAxes { steps: self.in_words(&window.dilation) },
        });
        let (lows, highs): (Vec<i64>, Vec<i64>) = window.padding.iter().map(|p| (p[0], p[1])).unzip();
        let count = |n: i64| usize::try_from(n).unwrap_or(0);
        let edges = match (same(&lows), same(&highs)) {
            (Some(0), Some(0)) => None,
            (Some(low), Some(high)) if low == high && low > 0 => Some(Sentence::OverBothEdges { count: count(low) }),
            (Some(0), Some(high)) => Some(Sentence::OverLastEdge { count: count(high) }),
            (Some(low), Some(0)) if low > 0 => Some(Sentence::OverFirstEdge { count: count(low) }),
            (Some(_) | None, Some(_) | None) => Some(Sentence::CutAtEdges),
        };
        concatenated([Some(place), apart, edges].into_iter().flatten().map(|part| self.say(part)).collect(), "", "")
    }
}
