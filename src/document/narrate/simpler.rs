//! Where a sliding product is something simpler: nothing slides, or no two places overlap.

use super::narrator::Narrator;
use crate::document::Math;
use crate::document::say::Sentence;
use crate::expr::TensorId;
use crate::operator::{Correlation, CorrelationAxis};

impl Narrator<'_> {
    /// What a sliding product of these two comes down to.
    pub(super) fn simpler(&self, c: &Correlation, operand: Math, kernel: Math) -> Option<Sentence> {
        let slid = |t: TensorId| {
            let shape = self.glossary.shape(t);
            &shape[shape.len() - c.axes.len()..]
        };
        let (x, y) = (slid(c.x.tensor()), slid(c.y.tensor()));
        let single = |shape: &[usize]| shape.iter().all(|&n| n == 1);
        if single(x) && single(y) {
            return None;
        }
        // a sum over the channels of what is multiplied, and some that stay
        let matrix = !c.leading.is_empty() && {
            let letters = self.bare_operators().letters_of(c);
            let summed = letters.summed.iter().any(|(m, _)| *m != crate::formula::Meaning::Batch);
            summed && !letters.kept.is_empty()
        };
        // every entry is said to be multiplied, so none may be stepped over or cropped
        if single(y) {
            let all = c.axes.iter().all(|a| a.stride == 1 && a.low >= 0 && a.high >= 0);
            return all.then_some(match matrix {
                true => Sentence::KernelIsMatrix { kernel },
                false => Sentence::NothingSlides { single: kernel, other: operand },
            });
        }
        if single(x) {
            let met = |(a, &k): (&CorrelationAxis, &usize)| {
                let reach = (k as i64 - 1) * a.rhs_dilation as i64;
                a.stride == 1 && a.low >= reach && a.high >= reach
            };
            return c.axes.iter().zip(y).all(met).then_some(match matrix {
                true => Sentence::OperandMeetsMatrix { operand, kernel },
                false => Sentence::NothingSlides { single: operand, other: kernel },
            });
        }
        // the kernel's entry r meets entry i of the first at k·i + r alone
        let alone = c.rot180
            && c.axes.iter().zip(y).all(|(a, &k)| {
                let reach = k as i64 - 1;
                a.stride == 1 && a.rhs_dilation == 1 && a.lhs_dilation == k && a.low == reach && a.high >= reach
            });
        let rest = c.axes.iter().zip(y).any(|(a, &k)| a.high >= k as i64);
        alone.then_some(match c.leading.is_empty() {
            false => Sentence::Blocks { operand, rest },
            true => Sentence::KroneckerBlocks { operand, kernel, rest },
        })
    }
}
