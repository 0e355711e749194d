//! Index expressions taken apart: `m - 2i + 3` as letters with their numbers, and a number.

use crate::expr::Number;
use crate::formula::{Formula, Letter};

/// A sum of letters, each so many times, and of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Affine {
    pub(super) terms: Vec<(Letter, i64)>,
    pub(super) constant: i64,
}

impl Affine {
    /// The parts of an index expression with letters in it.
    pub(super) fn of(formula: &Formula) -> Option<Affine> {
        let mut affine = Affine { terms: Vec::new(), constant: 0 };
        affine.add(formula, 1)?;
        (!affine.terms.is_empty()).then_some(affine)
    }

    fn add(&mut self, formula: &Formula, times: i64) -> Option<()> {
        if let Formula::Number(n) = formula {
            self.constant += times * whole(n)?;
        } else if let Formula::Letter(letter) = formula {
            self.terms.push((letter.clone(), times));
        } else if let Formula::Negative(of) = formula {
            self.add(of, -times)?;
        } else if let Formula::Sum(parts) = formula {
            parts.iter().try_for_each(|part| self.add(part, times))?;
        } else if let Formula::Product(factors) = formula
            && let [Formula::Number(n), of] = factors.as_slice()
        {
            self.add(of, times * whole(n)?)?;
        } else {
            return None;
        }
        Some(())
    }

    /// The expression, its letters in their order, in the way of all index expressions: positive parts first.
    pub(super) fn formula(&self) -> Formula {
        let term = |(letter, times): &(Letter, i64)| {
            Formula::scaled(&Number::integer(*times), Formula::Letter(letter.clone()))
        };
        let rises = self.terms.iter().any(|t| t.1 > 0);
        let number = (self.constant != 0).then(|| Formula::integer(self.constant));
        let first = number.clone().filter(|_| self.constant > 0 && !rises);
        let last = number.filter(|_| first.is_none());
        let up = self.terms.iter().filter(|t| t.1 > 0).map(term);
        let down = self.terms.iter().filter(|t| t.1 < 0).map(term);
        Formula::sum(first.into_iter().chain(up).chain(down).chain(last).collect())
    }

    /// The same, so much larger.
    pub(super) fn plus(&self, by: i64) -> Affine {
        Affine { terms: self.terms.clone(), constant: self.constant + by }
    }

    /// The same with the falling letters rising, where some rise already.
    pub(super) fn turned(&self) -> Option<Affine> {
        let both = self.terms.iter().any(|t| t.1 > 0) && self.terms.iter().any(|t| t.1 < 0);
        let terms = self.terms.iter().map(|(letter, times)| (letter.clone(), times.abs())).collect();
        both.then_some(Affine { terms, constant: -self.constant })
    }

    /// The same in steps of one, where indices start at `base`.
    pub(super) fn without_steps(&self, base: i64) -> Option<Affine> {
        let mut found = self.clone();
        for (_, times) in &mut found.terms {
            let step = times.signum();
            found.constant += (*times - step) * base;
            *times = step;
        }
        (found != *self).then_some(found)
    }
}

/// A whole number.
pub(super) fn whole(n: &Number) -> Option<i64> {
    n.to_string().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_are_taken_apart_and_put_together() {
        let [m, i] = ["m", "i"].map(Formula::letter);
        let twice = Formula::Negative(Box::new(Formula::Product(vec![Formula::integer(2), i.clone()])));
        let index = Formula::Sum(vec![m.clone(), twice, Formula::integer(3)]);
        let affine = Affine::of(&index).expect("it is an index");
        assert_eq!(affine.formula(), index);
        assert_eq!(
            affine.plus(-3).formula(),
            Formula::Sum(vec![m.clone(), Formula::scaled(&Number::integer(-2), i.clone())])
        );
        let slow = affine.without_steps(1).expect("it has a step");
        assert_eq!((slow.terms[1].1, slow.constant), (-1, 2));
        let turned = slow.turned().expect("one letter falls");
        assert_eq!(turned.formula(), Formula::Sum(vec![m, i, Formula::integer(-2)]));
        assert_eq!(Affine::of(&Formula::integer(2)), None);
    }
}
