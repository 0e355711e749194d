//! What a gradient has nothing for: whole lines of a tensor that no equation reads, and why they are not read.

use std::io;

use rustc_hash::FxHashSet;

use super::narrator::Narrator;
use crate::differentiate::Gradient;
use crate::document::say::Sentence;
use crate::document::{Inline, Math};
use crate::expr::{Arena, ExprId, ExprKind, TensorId, index_of};
use crate::formula::Formula;

/// More lines than this are counted, not listed.
const MOST_LISTED: usize = 4;

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
        // before the first line of their axis that is read, behind the last, and between lines that are read
        let mut unread: [Vec<Math>; 3] = Default::default();
        for (axis, lines) in read.iter().enumerate() {
            let (Some(first), Some(last)) = (lines.iter().position(|&r| r), lines.iter().rposition(|&r| r)) else {
                return Ok(()); // nothing is read at all
            };
            for at in (0..lines.len()).filter(|&at| !lines[at]) {
                unread[if at < first { 0 } else { 1 + usize::from(at < last) }].push(self.line_of(gradient, axis, at));
            }
        }
        if unread.iter().all(Vec::is_empty) {
            return Ok(());
        }
        let of_lines = |(place, lines): (usize, Vec<Math>)| {
            let one = lines.len() == 1;
            let more = lines.len().saturating_sub(MOST_LISTED);
            let listed = lines.into_iter().take(MOST_LISTED).map(|line| vec![Inline::Math(line)]);
            let lines = listed.chain((more > 0).then(|| self.say(Sentence::MoreLines { count: more }))).collect();
            self.say(match place {
                0 => Sentence::LinesBefore { lines, one },
                1 => Sentence::LinesBeyond { lines, one },
                _ => Sentence::LinesBetween { lines, one },
            })
        };
        let places = unread.into_iter().enumerate().filter(|(_, lines)| !lines.is_empty()).map(of_lines).collect();
        self.tell(Sentence::NotAllRead { tensor: self.bare(gradient.of), places })
    }

    /// The elements of a tensor that stand in equations of the layer. Where the gradient is zero they may do so and change nothing.
    pub(super) fn offsets_read(&self, tensor: TensorId) -> Vec<usize> {
        fn visit(arena: &Arena, id: ExprId, seen: &mut FxHashSet<ExprId>) {
            if seen.insert(id) {
                arena.kind(id).children().iter().for_each(|&x| visit(arena, x, seen));
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
