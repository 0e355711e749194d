//! Why a gradient is the operator that it is: what its index form says of directions, steps and sums, in words.

use super::narrator::Narrator;
use crate::differentiate::Gradient;
use crate::document::say::Sentence;
use crate::document::{Inlines, Math};
use crate::expr::TensorId;
use crate::formula::{Formula, Level, Op, Readings, readings};
use crate::index::{Body, Definition};
use crate::operator::{Contraction, Correlation, Operand, TensorOp};

/// How the index of one tensor follows a letter that another one is read by, along one axis.
struct Pace {
    letter: Formula,
    index: Formula,
    /// What the index belongs to.
    of: TensorId,
    /// What is read by the letter itself.
    other: TensorId,
    /// How far the index goes in a step of the letter; negative: backwards.
    step: i64,
}

impl Narrator<'_> {
    /// Between the index form and the operator; nothing where there is no index form, or where it shows nothing of this.
    pub(super) fn why(&self, gradient: &Gradient, parts: &[TensorOp]) -> Inlines {
        let Some(source) = self.derivation.indexed(gradient.adjoint) else { return Inlines::new() };
        let said = match parts {
            [TensorOp::Correlate(c)] => self.why_it_slides(source, c),
            [TensorOp::Contract(c)] => self.why_transposed(source, c, gradient.adjoint),
            _ => None,
        };
        let said = said.unwrap_or_default().into_iter().map(|sentence| self.say(sentence)).collect();
        self.request.lang.together(said)
    }

    /// Directions, steps, and zeros around.
    fn why_it_slides(&self, source: &Definition, c: &Correlation) -> Option<Vec<Sentence>> {
        let paces = self.paces(source, c)?;
        let turned = paces.iter().all(|p| p.step < 0);
        // with some axes this way and some that, nothing is turned as a whole
        if turned != c.rot180 || !turned && paces.iter().any(|p| p.step < 0) {
            return None;
        }
        let mut said = Vec::new();
        let alike = |p: &&Pace, q: &&Pace| (p.of, p.other, p.step) == (q.of, q.other, q.step);
        let all: Vec<&Pace> = paces.iter().collect();
        for group in all.chunk_by(alike) {
            let letters: Vec<Math> = group.iter().map(|p| self.math(&p.letter)).collect();
            let indices: Vec<Math> = group.iter().map(|p| self.math(&p.index)).collect();
            let (of, other) = (self.bare(group[0].of), self.bare(group[0].other));
            let (one, step) = (group.len() == 1, group[0].step.unsigned_abs() as usize);
            said.push(match turned {
                true => Sentence::IndexFalls { letters, indices, of, other, one, step },
                false => Sentence::IndexGrows { letters, indices, of, other, one, step },
            });
        }
        if turned {
            said.push(match paces.len() {
                1 => Sentence::TurnedInLine,
                2 => Sentence::TurnedInPlane,
                _ => Sentence::TurnedInSpace,
            });
        }
        let steps: Vec<usize> = paces.iter().map(|p| p.step.unsigned_abs() as usize).collect();
        if steps.iter().any(|&step| step > 1) && paces.iter().all(|p| p.other == paces[0].other) {
            let (other, of) = (self.bare(paces[0].other), self.bare(paces[0].of));
            if let Some(step) = steps.iter().all(|s| *s == steps[0]).then_some(steps[0]) {
                said.push(Sentence::NeighboursApart { other, of, step, zeros: step - 1 });
            }
        }
        let around = c.axes.iter().any(|a| a.low > 0 || a.high > 0);
        if around && is_filtered(&source.body) {
            said.push(Sentence::ZerosForConditions { x: self.operand(c.x) });
        }
        Some(said)
    }

    /// How the tensors of a sliding product are read along each axis, if one of them is always read by a letter itself.
    fn paces(&self, source: &Definition, c: &Correlation) -> Option<Vec<Pace>> {
        let Readings { letters, reads } = readings(self.glossary, source);
        let (Operand::Plain(x), Operand::Plain(y)) = (c.x, c.y) else { return None };
        let [first, second] = reads.as_slice() else { return None };
        let (x, y) = match (first.0, second.0) {
            found if found == (x, y) => (first, second),
            found if found == (y, x) => (second, first),
            _ => return None,
        };
        let last = |read: &'_ [_], axis: usize| read.len().checked_sub(c.axes.len()).map(|before| before + axis);
        let pace = |axis: usize| {
            let (xi, yi) = (&x.1[last(&x.1, axis)?], &y.1[last(&y.1, axis)?]);
            // the letter that is summed over and stands alone in one of the two
            let follows = |walker: &crate::index::Affine, index: &crate::index::Affine| {
                let [(slot, 1)] = walker.terms.as_slice() else { return None };
                let step = index.terms.iter().find(|t| t.0 == *slot)?.1;
                (*slot >= source.rank && index.terms.len() > 1).then_some((*slot, step))
            };
            let (found, index, of, other) = match follows(&yi.0, &xi.0) {
                Some(found) => (found, &xi.1, x.0, y.0),
                None => (follows(&xi.0, &yi.0)?, &yi.1, y.0, x.0),
            };
            Some(Pace { letter: letters[found.0].clone(), index: index.clone(), of, other, step: found.1 })
        };
        (0..c.axes.len()).map(pace).collect()
    }

    /// Which index is summed over in a product of matrices, and what has to be transposed for that.
    fn why_transposed(&self, source: &Definition, c: &Contraction, target: TensorId) -> Option<Vec<Sentence>> {
        let Readings { letters, reads } = readings(self.glossary, source);
        let (_, written) = self.bare_operators().written(&[TensorOp::Contract(c.clone())], target)?;
        let mut transposed = Vec::new();
        written.each(&mut |part| {
            if let Formula::Apply(Op::Transpose, of) = part {
                transposed.extend(of.iter().cloned());
            }
        });
        let summed = |index: &crate::index::Affine| match index.terms.as_slice() {
            [(slot, 1)] if *slot >= source.rank => Some(*slot),
            _ => None,
        };
        let [_, _] = reads.as_slice() else { return None };
        let any_sum = reads.iter().any(|(_, indices)| indices.iter().any(|(f, _)| summed(f).is_some()));
        if !any_sum {
            let vectors = reads.iter().all(|(_, indices)| indices.len() == 1);
            let [x, y] = [reads[0].0, reads[1].0].map(|t| self.bare(t));
            return (vectors && !transposed.is_empty()).then(|| vec![Sentence::OuterProduct { x, y }]);
        }
        let mut said = Vec::new();
        for (tensor, indices) in &reads {
            let name = self.glossary.tensor(*tensor, Level::None);
            let [first, second] = indices.as_slice() else { continue };
            if !transposed.contains(&name) {
                continue;
            }
            let (slot, is_first) = match (summed(&first.0), summed(&second.0)) {
                (Some(slot), None) => (slot, true),
                (None, Some(slot)) => (slot, false),
                _ => continue,
            };
            let (letter, tensor) = (self.math(&letters[slot]), self.bare(*tensor));
            said.push(Sentence::SummedIndex { letter, tensor, first: is_first });
        }
        Some(said)
    }
}

/// Has a sum conditions?
fn is_filtered(body: &Body) -> bool {
    match body {
        Body::Reduce { filter, body, .. } => filter.is_some() || is_filtered(body),
        Body::Sum(parts) | Body::Product(parts) | Body::Extreme(_, parts) => parts.iter().any(is_filtered),
        Body::Power(x, _) | Body::Call(_, _, x) => is_filtered(x),
        Body::If(_, x, y) => is_filtered(x) || is_filtered(y),
        Body::Number(_) | Body::Index(_) | Body::Read(..) | Body::Flat(..) => false,
    }
}
