//! What a gradient has nothing for: whole lines of a tensor that no equation reads, and why they are not read.

use std::io;

use rustc_hash::FxHashSet;

use super::Narrator;
use crate::differentiate::Gradient;
use crate::document::{Inlines, Math};
use crate::expr::{Arena, ExprId, ExprKind, TensorId, index_of};
use crate::formula::Formula;

/// More lines than this are counted, not listed.
const MOST_LISTED: usize = 4;

/// Lines of a tensor that are read by no equation and lie in one place, each as its elements with letters: `a_{6n}`.
#[derive(Default)]
pub(super) struct Lines {
    /// Those that are listed.
    pub(super) listed: Vec<Math>,
    /// How many more there are.
    pub(super) more: usize,
}

/// Lines before the first line of their axis that is read, behind the last, and between lines that are read.
pub(super) type Unread = [Lines; 3];

/// The sentences of a language on what is not read.
pub(super) trait UnreadSentences {
    /// These lines of the tensor occur in no equation.
    fn unread(&self, tensor: Math, unread: Unread) -> Inlines;
    /// Before entries that are all zero, for no equation reads the tensor.
    fn nothing_reads(&self, tensor: Math) -> Inlines;
    /// Before entries that are all zero, though equations read the tensor.
    fn nothing_changes(&self, tensor: Math) -> Inlines;
}

impl Narrator<'_> {
    /// Lines that no equation reads; nothing where there are none, or nothing else.
    pub(super) fn unread(&mut self, gradient: &Gradient) -> io::Result<()> {
        let arena = &self.derivation.system.arena;
        let zero = |entry: &ExprId| matches!(arena.kind(*entry), ExprKind::Number(n) if n.is_zero());
        if !gradient.entries.iter().any(zero) {
            return Ok(());
        }
        let shape = &arena.tensor(gradient.of).shape;
        let mut read: Vec<Vec<bool>> = shape.iter().map(|&n| vec![false; n]).collect();
        for offset in self.offsets_read(gradient.of) {
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
                let lines = &mut unread[if at < first { 0 } else { 1 + usize::from(at < last) }];
                if lines.listed.len() < MOST_LISTED {
                    lines.listed.push(self.line_of(gradient, axis, at));
                } else {
                    lines.more += 1;
                }
            }
        }
        if unread.iter().all(|lines| lines.listed.is_empty()) {
            return Ok(());
        }
        self.paragraph(self.say.unread(self.bare(gradient.of), unread))
    }

    /// The elements of a tensor that stand in equations of the layer. Where the gradient is zero they may do so and change nothing.
    pub(super) fn offsets_read(&self, tensor: TensorId) -> Vec<usize> {
        fn visit(arena: &Arena, id: ExprId, seen: &mut FxHashSet<ExprId>) {
            if !seen.insert(id) {
                return;
            }
            match arena.kind(id) {
                ExprKind::Number(_) | ExprKind::Symbol(_) => {}
                ExprKind::Sum(of) | ExprKind::Product(_, of) | ExprKind::Max(of) | ExprKind::Chosen { of, .. } => {
                    of.iter().for_each(|&x| visit(arena, x, seen));
                }
                ExprKind::Power(x, _) | ExprKind::Call(_, x) => visit(arena, x, seen),
            }
        }
        let system = &self.derivation.system;
        let mut seen = FxHashSet::default();
        system.definitions.iter().flat_map(|d| &d.values).for_each(|&value| visit(&system.arena, value, &mut seen));
        let tensor = system.arena.tensor(tensor);
        (0..tensor.len()).filter(|&offset| seen.contains(&tensor.at(offset))).collect()
    }

    /// `a_{6n}`: the elements at one place along an axis.
    fn line_of(&self, gradient: &Gradient, axis: usize, at: usize) -> Math {
        let letters = self.letters(gradient.of);
        let index = |k: usize| match k == axis {
            true => Formula::integer(at as i64 + self.glossary.index_base),
            false => Formula::letter(&letters[k % letters.len()]),
        };
        let rank = self.glossary.shape(gradient.of).len();
        self.math(&self.glossary.indexed(gradient.of, (0..rank).map(index).collect()))
    }
}
