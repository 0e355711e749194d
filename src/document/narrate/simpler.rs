//! Where a sliding product is something simpler: nothing slides, or no two places overlap.

use super::Narrator;
use crate::document::{Inlines, Math};
use crate::expr::TensorId;
use crate::formula::Level;
use crate::operator::{Correlation, CorrelationAxis};

/// What a sliding product comes down to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Simpler {
    /// The kernel has one place; are its channels a matrix?
    Kernel { matrix: bool },
    /// What it slides over has one place; the same.
    Operand { matrix: bool },
    /// Every entry has a block of the result to itself; are there zeros behind the last one, and are there channels?
    Blocks { rest: bool, channels: bool },
}

/// The sentences of a language on them.
pub(super) trait SimplerSentences {
    /// After the sentence on the product of the two.
    fn simpler(&self, x: Math, y: Math, what: Simpler) -> Inlines;
}

impl Narrator<'_> {
    pub(super) fn simpler(&self, c: &Correlation) -> Option<Simpler> {
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
        let level = |_: TensorId| Level::None;
        let matrix = !c.leading.is_empty() && {
            let letters = self.operators(&level).letters_of(c);
            let summed = letters.summed.iter().any(|(m, _)| *m != crate::formula::Meaning::Batch);
            summed && !letters.kept.is_empty()
        };
        // every entry is said to be multiplied, so none may be stepped over or cropped
        if single(y) {
            let all = c.axes.iter().all(|a| a.stride == 1 && a.low >= 0 && a.high >= 0);
            return all.then_some(Simpler::Kernel { matrix });
        }
        if single(x) {
            let met = |(a, &k): (&CorrelationAxis, &usize)| {
                let reach = (k as i64 - 1) * a.rhs_dilation as i64;
                a.stride == 1 && a.low >= reach && a.high >= reach
            };
            return c.axes.iter().zip(y).all(met).then_some(Simpler::Operand { matrix });
        }
        // the kernel's entry r meets entry i of the first at k·i + r alone
        let alone = c.rot180
            && c.axes.iter().zip(y).all(|(a, &k)| {
                let reach = k as i64 - 1;
                a.stride == 1 && a.rhs_dilation == 1 && a.lhs_dilation == k && a.low == reach && a.high >= reach
            });
        let rest = c.axes.iter().zip(y).any(|(a, &k)| a.high >= k as i64);
        alone.then_some(Simpler::Blocks { rest, channels: !c.leading.is_empty() })
    }
}
