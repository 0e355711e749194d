//! What a gradient has nothing for: whole lines of a tensor that no equation reads, and why they are not read.

use std::io;

use super::Narrator;
use crate::differentiate::Gradient;
use crate::document::{Inlines, Math};
use crate::expr::{ExprKind, index_of};
use crate::formula::Formula;

/// More lines than this are counted, not listed.
const MOST_LISTED: usize = 4;

/// Lines of a tensor that are read by no equation, each as its elements with letters: `a_{6n}`.
#[derive(Default)]
pub(super) struct Unread {
    /// Before the first and behind the last line that is read.
    pub(super) outside: Vec<Math>,
    /// Between lines that are read.
    pub(super) between: Vec<Math>,
    /// How many more there are of each.
    pub(super) more: [usize; 2],
}

/// The sentences of a language on what is not read.
pub(super) trait UnreadSentences {
    /// These lines of the tensor occur in no equation.
    fn unread(&self, tensor: Math, unread: Unread) -> Inlines;
    /// Before entries that are all zero, for no equation reads the tensor.
    fn nothing_reads(&self, tensor: Math) -> Inlines;
}

impl Narrator<'_> {
    /// Lines whose entries are all zero; nothing where there are none, or nothing else.
    pub(super) fn unread(&mut self, gradient: &Gradient) -> io::Result<()> {
        let arena = &self.derivation.system.arena;
        let shape = &arena.tensor(gradient.of).shape;
        let mut read: Vec<Vec<bool>> = shape.iter().map(|&n| vec![false; n]).collect();
        for (offset, &entry) in gradient.entries.iter().enumerate() {
            if matches!(arena.kind(entry), ExprKind::Number(n) if n.is_zero()) {
                continue;
            }
            for (line, at) in read.iter_mut().zip(index_of(shape, offset)) {
                line[at] = true;
            }
        }
        let mut unread = Unread::default();
        for (axis, lines) in read.iter().enumerate() {
            let (Some(first), Some(last)) = (lines.iter().position(|&r| r), lines.iter().rposition(|&r| r)) else {
                return Ok(()); // nothing is read at all
            };
            for at in (0..lines.len()).filter(|&at| !lines[at]) {
                let inside = first < at && at < last;
                let list = if inside { &mut unread.between } else { &mut unread.outside };
                if list.len() < MOST_LISTED {
                    list.push(self.line_of(gradient, axis, at));
                } else {
                    unread.more[usize::from(inside)] += 1;
                }
            }
        }
        if unread.outside.is_empty() && unread.between.is_empty() {
            return Ok(());
        }
        self.paragraph(self.say.unread(self.bare(gradient.of), unread))
    }

    /// `a_{6n}`: the elements at one place along an axis.
    fn line_of(&self, gradient: &Gradient, axis: usize, at: usize) -> Math {
        let letters = self.letters(gradient.of);
        let index = |k: usize| match k == axis {
            true => Formula::integer(at as i64 + self.glossary.index_base),
            false => Formula::letter(letters[k % letters.len()]),
        };
        let rank = self.glossary.shape(gradient.of).len();
        self.math(&self.glossary.indexed(gradient.of, (0..rank).map(index).collect()))
    }
}
