//! Placements in words: parts, reversed ones, diagonals, axes taken apart, and what stands side by side.

use super::narrator::Narrator;
use crate::document::Inlines;
use crate::document::say::Sentence;
use crate::expr::{TensorId, index_of, offset_of};
use crate::operator::{Operand, Placement, Run, TensorOp};

impl Narrator<'_> {
    /// What a placement does; `target` is its result.
    pub(super) fn placement_sentence(&self, p: &Placement, target: TensorId) -> Inlines {
        let shape = self.glossary.shape(target);
        let Some((reads, into)) = p.runs() else {
            return self.say(Sentence::SplitAndJoined { x: self.operand(p.operands[0]) });
        };
        let ([of], [runs]) = (p.operands.as_slice(), reads.as_slice()) else {
            return self.say(if p.fills(shape) { Sentence::PartsMultiplied } else { Sentence::ProductAmongZeros });
        };
        let x = self.operand(*of);
        let own = self.glossary.shape(of.tensor());
        let back = |run: &Run| matches!(run, Run::Steps { step, .. } if *step < 0);
        let all = |(run, &size): (&Run, &usize)| run.letter().map_or(size == 1, |letter| p.counts[letter] == size);
        let whole = runs.iter().zip(own).all(|(run, size)| p.is_whole(*run, *size));
        let neighbours = |run: &Run| matches!(run, Run::At(_) | Run::Steps { step: 1 | -1, .. });
        self.say(if p.fills(shape) {
            if twice(runs) && whole {
                Sentence::DiagonalOf { x }
            } else if runs.iter().any(back) && runs.iter().zip(own).all(all) {
                Sentence::Reversed { x, every: runs.iter().zip(own).all(|(run, &size)| back(run) || size == 1) }
            } else {
                Sentence::PartOf { x }
            }
        } else if twice(&into) && into.iter().zip(shape).all(|(run, size)| p.is_whole(*run, *size)) {
            Sentence::OnDiagonal { x }
        } else {
            let between = !into.iter().all(neighbours);
            if whole { Sentence::AmongZeros { x, between } } else { Sentence::PartAmongZeros { x, between } }
        })
    }

    /// What several placements do that stand side by side: of one tensor, turned in a circle, or of several.
    pub(super) fn side_by_side(&self, parts: &[TensorOp], target: TensorId) -> Option<Inlines> {
        let place = |part: &TensorOp| if let TensorOp::Place(p) = part { Some(p.clone()) } else { None };
        let places = parts.iter().map(place).collect::<Option<Vec<Placement>>>()?;
        let shape = self.glossary.shape(target);
        let mut met: Vec<usize> = places.iter().flat_map(|p| offsets(p, &p.into, shape)).collect();
        met.sort_unstable();
        if !met.into_iter().eq(0..shape.iter().product()) {
            return None;
        }
        let single = |p: &Placement| if let [of] = *p.operands.as_slice() { Some(of) } else { None };
        let of = single(&places[0]).filter(|of| places.iter().all(|p| single(p) == Some(*of)));
        Some(self.say(match of {
            Some(x) if let Some((by, axis)) = self.rolled(&places, x, shape) => {
                let along = (shape.len() > 1).then_some(axis + 1);
                match along {
                    Some(axis) => Sentence::RolledAlong { x: self.operand(x), by, axis },
                    None => Sentence::Rolled { x: self.operand(x), by },
                }
            }
            _ => Sentence::Concatenated,
        }))
    }

    /// By how many places all entries of one tensor are moved along an axis, in a circle.
    fn rolled(&self, places: &[Placement], of: Operand, shape: &[usize]) -> Option<(usize, usize)> {
        let own = self.glossary.shape(of.tensor());
        let pairs: Vec<(usize, usize)> =
            places.iter().flat_map(|p| offsets(p, &p.into, shape).zip(offsets(p, &p.reads[0], own))).collect();
        let moved = |axis: usize| {
            let by = |&(m, x): &(usize, usize)| {
                let (m, x) = (index_of(shape, m), index_of(own, x));
                let others = (0..shape.len()).all(|a| a == axis || m[a] == x[a]);
                others.then(|| (m[axis] + shape[axis] - x[axis]) % shape[axis])
            };
            let moves: Option<Vec<usize>> = pairs.iter().map(by).collect();
            let moves = moves?;
            moves.windows(2).all(|w| w[0] == w[1]).then(|| (moves[0], axis))
        };
        (own == shape).then(|| (0..shape.len()).find_map(moved))?
    }
}

/// Is a letter there twice?
fn twice(runs: &[Run]) -> bool {
    let letters: Vec<usize> = runs.iter().filter_map(|run| run.letter()).collect();
    letters.iter().enumerate().any(|(place, letter)| letters[..place].contains(letter))
}

/// Where a placement is, letter by letter, in an array of this shape.
fn offsets<'a>(
    p: &'a Placement,
    indices: &'a [crate::index::Affine],
    shape: &'a [usize],
) -> impl Iterator<Item = usize> + 'a {
    (0..p.counts.iter().product()).map(move |number| {
        let at: Vec<i64> = index_of(&p.counts, number).into_iter().map(|i| i as i64).collect();
        offset_of(shape, &indices.iter().map(|f| f.value(&at) as usize).collect::<Vec<_>>())
    })
}
