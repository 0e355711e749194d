//! Ranges whose ends other indices move.

use crate::index::Affine;

/// From the least value of the first function, divided by the number and rounded down, to the greatest of the second.
#[derive(Clone, Debug)]
pub(super) struct Between {
    pub(super) low: Affine,
    pub(super) high: Affine,
    pub(super) divisor: i64,
}

impl Between {
    /// The range, once those of all the indices in it are known.
    pub(super) fn range(&self, known: impl Fn(usize) -> Option<(i64, i64)>) -> Option<(i64, i64)> {
        let all = self.low.terms.iter().chain(&self.high.terms).all(|t| known(t.0).is_some());
        let bounds = |f: &Affine| f.bounds(|slot| known(slot).unwrap_or((0, 0)));
        let (low, high) = (bounds(&self.low)?.0, bounds(&self.high)?.1);
        all.then(|| (low.div_euclid(self.divisor), high.div_euclid(self.divisor)))
    }
}
