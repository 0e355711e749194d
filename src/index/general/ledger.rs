//! What is known of the letters: how small each may be, and what else holds; what follows from it is shown, never guessed.

use std::rc::Rc;

use num_traits::One;

use super::condition::Condition;
use super::proof::{Known, shown, unrounded};
use super::size::{Atom, Size};

/// So many choices of numbers are kept, at first.
const POINTS: u64 = 600;
/// A size is looked at with so many of them before a proof is searched.
const LOOKED_AT: usize = 40;

/// Numbers for letters.
type Point = Vec<(Rc<str>, i64)>;

/// What holds of the letters.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The smallest value of each letter of a size.
    pub least: Vec<(Rc<str>, i64)>,
    /// Sizes that are at least 0.
    pub facts: Vec<Size>,
    /// `(d, n)`: d divides n.
    pub divides: Vec<(Size, Size)>,
    /// Conditions that were taken to hold though that does not follow: nothing is concluded from them.
    pub taken: Vec<Condition>,
    /// The letters that are index variables.
    indices: Vec<Rc<str>>,
    /// Numbers that satisfy all of it: what is below 0 at one of them needs no search for a proof.
    points: Vec<Point>,
}

impl Ledger {
    /// A letter, and the smallest value that it has; of two the larger.
    pub fn letter(&mut self, letter: &str, least: i64) {
        match self.least.iter_mut().find(|(own, _)| **own == *letter) {
            Some((_, own)) => *own = (*own).max(least),
            None => {
                self.least.push((Rc::from(letter), least));
                if self.least.len() == 1 {
                    self.points = (0..POINTS).map(|_| Point::new()).collect();
                }
                let own = self.least.len() as u64;
                for (number, point) in (0u64..).zip(&mut self.points) {
                    let spread = 2 + number % 7;
                    point.push((Rc::from(letter), least + (mixed(number, own) % spread) as i64));
                }
            }
        }
    }

    /// A letter that stands for a size.
    pub(super) fn define(&mut self, letter: &str, size: &Size) {
        self.points.retain_mut(|point| {
            let value = size.value(&|own| at(point, own));
            value.map(|value| point.push((Rc::from(letter), value))).is_some()
        });
    }

    fn keep_points(&mut self, holds: impl Fn(&dyn Fn(&str) -> Option<i64>) -> bool) {
        self.points.retain(|point| holds(&|own: &str| at(point, own)));
    }

    /// The smallest value of a letter, if there is one.
    pub fn least_of(&self, letter: &str) -> Option<i64> {
        self.least.iter().find(|(own, _)| **own == *letter).map(|(_, least)| *least)
    }

    /// `size ≥ 0`, unless that is known.
    pub fn suppose(&mut self, size: Size) {
        if let Some(same) = unrounded(&size) {
            return self.suppose(same);
        }
        if let Some(all) = each_of(&size) {
            return all.into_iter().for_each(|size| self.suppose(size));
        }
        if !self.implies(&size) {
            self.keep_points(|value| size.value(&value).is_some_and(|n| n >= 0));
            self.facts.push(size);
        }
    }

    /// `d | n`, unless that is known.
    pub fn suppose_divides(&mut self, d: Size, n: Size) {
        if n.divided(&d).is_none() && !self.divides.contains(&(d.clone(), n.clone())) {
            self.keep_points(
                |value| matches!((d.value(&value), n.value(&value)), (Some(d), Some(n)) if d > 0 && n % d == 0),
            );
            self.divides.push((d, n));
        }
    }

    /// The same with a size in the place of each; nothing is said of this letter any more.
    pub(super) fn mapped(&self, letter: &str, change: &impl Fn(&Size) -> Size) -> Ledger {
        let mut ledger = Ledger {
            least: self.least.iter().filter(|(own, _)| **own != *letter).cloned().collect(),
            ..Ledger::default()
        };
        // with the letter's new value, which the derived letters follow
        ledger.points = self.points.clone();
        let value = change(&Size::letter(letter));
        ledger.points.retain(|point| value.value(&|own| at(point, own)) == at(point, letter));
        if let Some(least) = self.least_of(letter) {
            ledger.suppose(change(&Size::letter(letter)).add(&Size::integer(-least)));
        }
        self.facts.iter().for_each(|fact| ledger.suppose(change(fact)));
        self.divides.iter().for_each(|(d, n)| ledger.suppose_divides(change(d), change(n)));
        ledger.taken = self.taken.iter().map(|c| c.mapped(change)).filter(|c| ledger.decided(c).is_none()).collect();
        ledger
    }

    /// The same with the values of a variable.
    #[must_use]
    pub fn within(&self, letter: &str, low: &Size, high: &Size) -> Ledger {
        let mut ledger = self.clone();
        let own: Rc<str> = Rc::from(letter);
        ledger.points = Vec::with_capacity(self.points.len());
        for (number, point) in (0u64..).zip(&self.points) {
            let value = |size: &Size| size.value(&|own| at(point, own));
            let Some((low, high)) = value(low).zip(value(high)).filter(|(low, high)| low <= high) else { continue };
            // both ends, and something between
            let place = match number % 3 {
                0 => low,
                1 => high,
                _ => low + (mixed(number, high as u64) % (high - low + 1) as u64) as i64,
            };
            let mut point = point.clone();
            point.push((own.clone(), place));
            ledger.points.push(point);
        }
        ledger.indices.push(own.clone());
        match low.as_integer() {
            Some(low) => ledger.least.push((own, low)),
            None => ledger.facts.push(Size::letter(letter).sub(low)),
        }
        ledger.facts.push(high.sub(&Size::letter(letter)));
        ledger
    }

    /// The same without what is said of letters of this kind.
    #[must_use]
    pub fn without(&self, is_own: &impl Fn(&str) -> bool) -> Ledger {
        let free = |size: &Size| !size.letters().iter().any(|l| is_own(l));
        Ledger {
            least: self.least.iter().filter(|(l, _)| !is_own(l)).cloned().collect(),
            facts: self.facts.iter().filter(|f| free(f)).cloned().collect(),
            divides: self.divides.iter().filter(|(d, n)| free(d) && free(n)).cloned().collect(),
            taken: self.taken.clone(),
            indices: self.indices.clone(),
            points: self.points.clone(),
        }
    }

    /// Is this letter an index variable?
    pub(super) fn is_index(&self, letter: &str) -> bool {
        self.indices.iter().any(|own| **own == *letter)
    }

    /// Takes a condition as a fact, as far as it is a comparison.
    pub(super) fn add(&mut self, condition: &Condition) {
        self.points.clear();
        match condition {
            Condition::Equal(x, y) => self.facts.extend([x.sub(y), y.sub(x)]),
            Condition::AtMost(x, y) => self.facts.push(y.sub(x)),
            Condition::Within(low, x, high) => self.facts.extend([x.sub(low), high.sub(x)]),
            Condition::And(parts) => parts.iter().for_each(|p| self.add(p)),
            Condition::Differs(..) | Condition::Divides(..) | Condition::Or(_) => {}
        }
    }

    /// Can nothing satisfy it, as far as can be shown?
    pub(super) fn is_contradictory(&self) -> bool {
        let mut ledger = self.clone();
        ledger.facts.extend(self.least.iter().map(|(letter, least)| Size::letter(letter).sub(&Size::integer(*least))));
        shown(&ledger.known(), &Size::integer(-1))
    }

    fn known(&self) -> Known<'_> {
        Known { least: &self.least, facts: &self.facts }
    }

    /// Is the size at least 0 wherever the ledger holds? `false` says that no proof was found.
    pub fn implies(&self, size: &Size) -> bool {
        let below = |point: &Point| size.value(&|own| at(point, own)).is_some_and(|n| n < 0);
        !self.points.iter().take(LOOKED_AT).any(below) && shown(&self.known(), size)
    }

    /// Is the size at most −1?
    pub fn refutes(&self, size: &Size) -> bool {
        self.implies(&size.negative().add(&Size::integer(-1)))
    }

    /// Is it above 0 (`Some(true)`) or below (`Some(false)`)?
    pub fn sign(&self, size: &Size) -> Option<bool> {
        if self.implies(&size.add(&Size::integer(-1))) {
            return Some(true);
        }
        self.refutes(size).then_some(false)
    }

    /// Does it hold wherever the ledger holds, as far as can be shown?
    pub fn follows(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Equal(x, y) => x == y,
            Condition::Differs(x, y) => self.sign(&x.sub(y)).is_some(),
            Condition::AtMost(x, y) => self.implies(&y.sub(x)),
            Condition::Within(low, x, high) => self.implies(&x.sub(low)) && self.implies(&high.sub(x)),
            Condition::Divides(d, n) => n.divided(d).is_some(),
            Condition::And(parts) => parts.iter().all(|p| self.follows(p)),
            Condition::Or(parts) => parts.iter().any(|p| self.follows(p)),
        }
    }

    /// Does it hold always (`Some(true)`), never, or neither as far as can be shown?
    pub fn decided(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::Equal(x, y) if x == y => Some(true),
            Condition::Equal(x, y) => self.sign(&x.sub(y)).is_some().then_some(false),
            Condition::Differs(x, y) => self.decided(&Condition::Equal(x.clone(), y.clone())).map(|held| !held),
            Condition::AtMost(x, y) if self.implies(&y.sub(x)) => Some(true),
            Condition::AtMost(x, y) => self.refutes(&y.sub(x)).then_some(false),
            Condition::Within(low, x, high) => {
                let (above, below) = (x.sub(low), high.sub(x));
                if self.refutes(&above) || self.refutes(&below) {
                    return Some(false);
                }
                (self.implies(&above) && self.implies(&below)).then_some(true)
            }
            Condition::Divides(d, n) => n.divided(d).map(|_| true),
            Condition::And(parts) => {
                let parts: Vec<Option<bool>> = parts.iter().map(|p| self.decided(p)).collect();
                if parts.contains(&Some(false)) {
                    Some(false)
                } else {
                    parts.iter().all(|p| *p == Some(true)).then_some(true)
                }
            }
            Condition::Or(parts) => {
                let parts: Vec<Option<bool>> = parts.iter().map(|p| self.decided(p)).collect();
                if parts.contains(&Some(true)) {
                    Some(true)
                } else {
                    parts.iter().all(|p| *p == Some(false)).then_some(false)
                }
            }
        }
    }

    /// The smallest of several, without those that are known not to be.
    pub fn smallest(&self, list: Vec<Size>) -> Size {
        Size::min(self.least_first(list, &|x, y| y.sub(x)))
    }

    /// The largest of several, without those that are known not to be.
    pub fn largest(&self, list: Vec<Size>) -> Size {
        Size::max(self.least_first(list, &|x, y| x.sub(y)))
    }

    /// Those that no other is known to beat, where `ahead` is how far the first is ahead of the second.
    fn least_first(&self, list: Vec<Size>, ahead: &dyn Fn(&Size, &Size) -> Size) -> Vec<Size> {
        let mut kept: Vec<Size> = Vec::new();
        for size in list {
            if kept.iter().any(|k| self.implies(&ahead(k, &size))) {
                continue;
            }
            kept.retain(|k| !self.implies(&ahead(&size, k)));
            kept.push(size);
        }
        kept
    }

    /// Does all of it hold where the letters have these values?
    pub fn holds(&self, value: &impl Fn(&str) -> Option<i64>) -> bool {
        self.least.iter().all(|(letter, least)| value(letter).is_none_or(|n| n >= *least))
            && self.facts.iter().all(|fact| fact.value(value).is_some_and(|n| n >= 0))
            && self.taken.iter().all(|condition| condition.holds(value) == Some(true))
            && self
                .divides
                .iter()
                .all(|(d, n)| matches!((d.value(value), n.value(value)), (Some(d), Some(n)) if d > 0 && n % d == 0))
    }
}

/// What is at least 0 where a size with one minimum in it is: the same with each of what that is the minimum of.
fn each_of(size: &Size) -> Option<Vec<Size>> {
    let list = size.terms().find_map(|(monomial, n)| match monomial.as_slice() {
        [(Atom::Min(list), 1)] if n.is_one() => Some(list.clone()),
        _ => None,
    })?;
    let rest = size.sub(&Size::atom(Atom::Min(list.clone())));
    Some(list.iter().map(|x| x.add(&rest)).collect())
}

fn at(point: &Point, letter: &str) -> Option<i64> {
    point.iter().rev().find(|(own, _)| **own == *letter).map(|(_, n)| *n)
}

/// Two numbers as one that looks random (SplitMix64).
fn mixed(x: u64, y: u64) -> u64 {
    let mut z = x.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(y.wrapping_mul(0xD1B5_4A32_D192_ED03));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_is_shown() {
        let mut ledger = Ledger::default();
        for (letter, least) in [("H", 1), ("K", 1), ("s", 1), ("d", 1), ("p", 0)] {
            ledger.letter(letter, least);
        }
        let [h, k, s, d, p] = ["H", "K", "s", "d", "p"].map(Size::letter);
        let one = Size::integer(1);
        let room = h.plus(&p, 2).sub(&d.times(&k.sub(&one))).sub(&one);
        ledger.suppose(room.clone());
        let o = room.floor(&s).add(&one);
        assert!(ledger.implies(&o.sub(&one)));
        assert!(ledger.implies(&h.sub(&one)));
        assert!(!ledger.implies(&h.sub(&k)));
        // s(O − 1) ≤ H + 2p − d(K − 1) − 1
        assert!(ledger.implies(&room.sub(&s.times(&o.sub(&one)))));
        assert!(!ledger.implies(&room.sub(&s.times(&o.sub(&one))).sub(&one)));
        assert_eq!(ledger.sign(&s.times(&d)), Some(true));
        assert_eq!(ledger.sign(&s.negative()), Some(false));
        assert_eq!(ledger.sign(&p), None);
        let inner = ledger.within("m", &one, &h);
        assert!(inner.implies(&h.sub(&Size::letter("m"))));
        assert!(inner.implies(&Size::letter("m").sub(&one)));
    }
}
