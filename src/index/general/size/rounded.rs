//! Sizes divided, rounded and compared: what a divisor divides is taken out, and what differs by a number is decided.

use std::collections::BTreeMap;

use num_rational::BigRational;
use num_traits::ToPrimitive;

use super::{Atom, Monomial, Size};

impl Size {
    /// `⌊n/2⌋ + ⌈n/2⌉` is n.
    pub(super) fn halves_joined(self) -> Size {
        let half = self.terms.iter().find_map(|(monomial, c)| {
            let [(Atom::Floor(n, d), 1)] = monomial.as_slice() else { return None };
            let other = vec![(Atom::Ceil(n.clone(), d.clone()), 1)];
            (d.as_integer() == Some(2) && self.terms.get(&other) == Some(c))
                .then(|| (monomial.clone(), other, (**n).clone(), c.clone()))
        });
        let Some((down, up, n, c)) = half else { return self };
        let mut rest = self;
        rest.terms.remove(&down);
        rest.terms.remove(&up);
        rest.add(&n.times(&Size::number(c)))
    }

    /// `self/divisor` without a rest in letters or coefficients.
    pub fn divided(&self, divisor: &Size) -> Option<Size> {
        let mut terms = divisor.terms.iter();
        if let (Some((below, n)), None) = (terms.next(), terms.next()) {
            let mut quotient = Size::default();
            for (monomial, m) in &self.terms {
                quotient = quotient.add(&Size::monomial(without(monomial, below)?, m / n));
            }
            return quotient.terms.values().all(BigRational::is_integer).then_some(quotient);
        }
        // a number of times
        let (monomial, n) = divisor.terms.iter().next()?;
        let times = self.terms.get(monomial)? / n;
        let times = times.is_integer().then(|| times.to_integer().to_i64()).flatten()?;
        self.plus(divisor, -times).is_zero().then(|| Size::integer(times))
    }

    /// `self/divisor`, which is whole.
    #[must_use]
    pub fn exactly(&self, divisor: &Size) -> Size {
        let (whole, rest) = self.taken_out(divisor);
        if rest.is_zero() {
            return whole;
        }
        whole.add(&Size::atom(Atom::Quotient(Box::new(rest), Box::new(divisor.clone()))))
    }

    /// `⌊self/divisor⌋`, for a divisor above 0.
    #[must_use]
    pub fn floor(&self, divisor: &Size) -> Size {
        self.rounded(divisor, |n, d| n.div_euclid(d), Atom::Floor)
    }

    /// `⌈self/divisor⌉`, for a divisor above 0.
    #[must_use]
    pub fn ceil(&self, divisor: &Size) -> Size {
        self.rounded(divisor, |n, d| -(-n).div_euclid(d), Atom::Ceil)
    }

    fn rounded(
        &self,
        divisor: &Size,
        numbers: impl Fn(i64, i64) -> i64,
        atom: impl Fn(Box<Size>, Box<Size>) -> Atom,
    ) -> Size {
        let (whole, rest) = self.taken_out(divisor);
        if rest.is_zero() {
            return whole;
        }
        if let (Some(n), Some(d)) = (rest.as_integer(), divisor.as_integer().filter(|d| *d > 0)) {
            return whole.add(&Size::integer(numbers(n, d)));
        }
        whole.add(&Size::atom(atom(Box::new(rest), Box::new(divisor.clone()))))
    }

    /// What the divisor divides, divided by it, and what it does not.
    fn taken_out(&self, divisor: &Size) -> (Size, Size) {
        let (mut whole, mut rest) = (Size::default(), Size::default());
        if let Some(whole) = self.divided(divisor) {
            return (whole, rest);
        }
        for (monomial, n) in &self.terms {
            let term = Size::monomial(monomial.clone(), n.clone());
            match term.divided(divisor) {
                Some(part) => whole = whole.add(&part),
                None => rest = rest.add(&term),
            }
        }
        // of a number by a number, what is left is small
        if let Some(d) = divisor.as_integer().filter(|d| *d > 1) {
            let constant =
                rest.terms.get(&Monomial::new()).filter(|n| n.is_integer()).and_then(|n| n.to_integer().to_i64());
            if let Some(times) = constant.map(|n| n.div_euclid(d)) {
                whole = whole.add(&Size::integer(times));
                rest = rest.add(&Size::integer(-times * d));
            }
        }
        (whole, rest)
    }

    /// The largest of several; those that differ by a number are compared.
    pub fn max(list: impl IntoIterator<Item = Size>) -> Size {
        Size::extreme(
            list,
            |difference| difference >= 0,
            Atom::Max,
            |atom| {
                if let Atom::Max(list) = atom { Some(list.clone()) } else { None }
            },
        )
    }

    /// The smallest of several; those that differ by a number are compared.
    pub fn min(list: impl IntoIterator<Item = Size>) -> Size {
        Size::extreme(
            list,
            |difference| difference <= 0,
            Atom::Min,
            |atom| {
                if let Atom::Min(list) = atom { Some(list.clone()) } else { None }
            },
        )
    }

    fn extreme(
        list: impl IntoIterator<Item = Size>,
        beats: impl Fn(i64) -> bool,
        atom: impl Fn(Vec<Size>) -> Atom,
        of: impl Fn(&Atom) -> Option<Vec<Size>>,
    ) -> Size {
        let mut kept: Vec<Size> = Vec::new();
        let flat = list.into_iter().flat_map(|size| size.as_atom().and_then(&of).unwrap_or_else(|| vec![size.clone()]));
        for size in flat {
            let difference = |x: &Size, y: &Size| x.sub(y).as_integer();
            if kept.iter().any(|k| difference(k, &size).is_some_and(&beats)) {
                continue;
            }
            kept.retain(|k| !difference(&size, k).is_some_and(&beats));
            kept.push(size);
        }
        if kept.len() == 1 { kept.remove(0) } else { Size::atom(atom(kept)) }
    }
}

/// A monomial without the atoms of another; `None` where it lacks one.
fn without(monomial: &Monomial, other: &Monomial) -> Option<Monomial> {
    let mut left: BTreeMap<Atom, u32> = monomial.iter().cloned().collect();
    for (atom, power) in other {
        let own = left.get_mut(atom)?;
        *own = own.checked_sub(*power)?;
    }
    left.retain(|_, power| *power > 0);
    Some(left.into_iter().collect())
}
