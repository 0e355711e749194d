//! Affine functions of index variables with integer coefficients: what stands between the brackets of a read.

/// `constant + Σ coefficient · variable`; variables are slots of a definition, sorted, with non-zero coefficients.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Affine {
    /// The part that does not vary.
    pub constant: i64,
    /// Slot and coefficient.
    pub terms: Vec<(usize, i64)>,
}

impl Affine {
    /// A constant.
    pub fn constant(constant: i64) -> Affine {
        Affine { constant, terms: Vec::new() }
    }

    /// One variable.
    pub fn variable(slot: usize) -> Affine {
        Affine { constant: 0, terms: vec![(slot, 1)] }
    }

    /// The number, if nothing varies.
    pub fn as_constant(&self) -> Option<i64> {
        self.terms.is_empty().then_some(self.constant)
    }

    /// `self + factor · other`; `None` when a coefficient leaves the range of `i64`.
    pub fn add_scaled(&self, other: &Affine, factor: i64) -> Option<Affine> {
        let constant = self.constant.checked_add(other.constant.checked_mul(factor)?)?;
        let mut terms = self.terms.clone();
        for &(slot, c) in &other.terms {
            let c = c.checked_mul(factor)?;
            match terms.binary_search_by_key(&slot, |t| t.0) {
                Ok(place) => terms[place].1 = terms[place].1.checked_add(c)?,
                Err(place) => terms.insert(place, (slot, c)),
            }
        }
        terms.retain(|t| t.1 != 0);
        Some(Affine { constant, terms })
    }

    /// `factor · self`.
    pub fn scaled(&self, factor: i64) -> Option<Affine> {
        Affine::default().add_scaled(self, factor)
    }

    /// The coefficient of a variable; 0 if it does not occur.
    pub fn coefficient(&self, slot: usize) -> i64 {
        self.terms.iter().find(|t| t.0 == slot).map_or(0, |t| t.1)
    }

    /// The value where the variables have the values in `at`.
    pub fn value(&self, at: &[i64]) -> i64 {
        self.terms.iter().fold(self.constant, |sum, &(slot, c)| sum + c * at[slot])
    }

    /// Smallest and largest value over a box given by the range of each slot; `None` on overflow.
    pub fn bounds(&self, range: impl Fn(usize) -> (i64, i64)) -> Option<(i64, i64)> {
        self.terms.iter().try_fold((self.constant, self.constant), |(low, high), &(slot, c)| {
            let (first, last) = range(slot);
            let (x, y) = (c.checked_mul(first)?, c.checked_mul(last)?);
            Some((low.checked_add(x.min(y))?, high.checked_add(x.max(y))?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_and_bounds() {
        // 2·x - y + 3
        let x = Affine::variable(0).scaled(2).unwrap();
        let f = x.add_scaled(&Affine::variable(1), -1).unwrap().add_scaled(&Affine::constant(3), 1).unwrap();
        assert_eq!(f.value(&[5, 4]), 9);
        assert_eq!(f.bounds(|slot| if slot == 0 { (1, 3) } else { (1, 2) }), Some((3, 8)));
        assert_eq!(f.add_scaled(&f, -1), Some(Affine::default()));
        assert_eq!(Affine::constant(i64::MAX).add_scaled(&Affine::constant(1), 1), None);
    }
}
