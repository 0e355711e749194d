//! What is known of index variables: their ranges, and the conditions that hold around a place; and what is left of a further
//! condition there.

use super::affine::Affine;
use super::condition::{Comparison, Condition};
use super::program::Loop;

/// Ranges and conditions.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// The range of each slot.
    ranges: Vec<(i64, i64)>,
    /// Affine functions, and the range that each is in.
    bounds: Vec<(Affine, i64, i64)>,
}

/// What is left of a condition where something is known of its variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// It holds for all their values.
    Always,
    /// It holds for none.
    Never,
    /// It depends on them.
    Sometimes(Condition),
}

impl Settled {
    fn decided(always: bool, never: bool, otherwise: impl FnOnce() -> Condition) -> Settled {
        match (always, never) {
            (true, _) => Settled::Always,
            (_, true) => Settled::Never,
            (false, false) => Settled::Sometimes(otherwise()),
        }
    }
}

impl Facts {
    /// The ranges alone.
    pub(super) fn of(loops: &[Loop]) -> Facts {
        Facts { ranges: loops.iter().map(|l| (l.low, l.high)).collect(), bounds: Vec::new() }
    }

    /// The same where the condition holds.
    pub(super) fn and(&self, condition: &Condition) -> Facts {
        let mut facts = self.clone();
        for part in condition.conjuncts() {
            let Some((f, low, high)) = bounded(part) else { continue };
            if let Some((slot, low, high)) = self.interval(part) {
                let range = &mut facts.ranges[slot];
                *range = (range.0.max(low), range.1.min(high));
            } else {
                facts.bounds.push((f.clone(), low, high));
            }
        }
        facts
    }

    /// The range of a variable.
    pub(super) fn range(&self, slot: usize) -> (i64, i64) {
        self.ranges[slot]
    }

    /// Smallest and largest value of an affine function; the widest range there is on overflow.
    fn within(&self, f: &Affine) -> (i64, i64) {
        let mut range = f.bounds(|slot| self.ranges[slot]).unwrap_or((i64::MIN, i64::MAX));
        for (g, low, high) in &self.bounds {
            // f = sign·g + rest, with nothing but a number for the rest
            let Some((&(slot, c), &(other, of_f))) = g.terms.first().zip(f.terms.first()) else { continue };
            if slot != other || c.abs() != of_f.abs() {
                continue;
            }
            let sign = c.signum() * of_f.signum();
            let Some(rest) = f.add_scaled(g, -sign).and_then(|rest| rest.as_constant()) else { continue };
            let (from, to) = if sign > 0 { (*low, *high) } else { (high.saturating_neg(), low.saturating_neg()) };
            range = (range.0.max(from.saturating_add(rest)), range.1.min(to.saturating_add(rest)));
        }
        range
    }

    /// A condition on one variable: its slot, and its range where the condition holds; `None` for other conditions.
    fn interval(&self, condition: &Condition) -> Option<(usize, i64, i64)> {
        let (f, low, high) = bounded(condition)?;
        let &[(slot, c)] = f.terms.as_slice() else { return None };
        let (low, high) = (low.saturating_sub(f.constant), high.saturating_sub(f.constant));
        let (low, high) = if c > 0 { (low, high) } else { (high.saturating_neg(), low.saturating_neg()) };
        let range = self.ranges[slot];
        let (first, last) = (ceil(low, c.abs()).max(range.0), high.div_euclid(c.abs()).min(range.1));
        Some((slot, first, last))
    }

    /// What is left of the condition.
    pub(super) fn settle(&self, condition: &Condition) -> Settled {
        let decided = |always, never| Settled::decided(always, never, || condition.clone());
        match condition {
            Condition::Compare(f, comparison) => {
                let (low, high) = self.within(f);
                match comparison {
                    Comparison::Zero => decided(low == 0 && high == 0, low > 0 || high < 0),
                    Comparison::NonZero => decided(low > 0 || high < 0, low == 0 && high == 0),
                    Comparison::Negative => decided(high < 0, low >= 0),
                    Comparison::NotPositive => decided(high <= 0, low > 0),
                }
            }
            Condition::Within(first, f, last) => {
                let (low, high) = self.within(f);
                let equation = || f.add_scaled(&Affine::constant(*first), -1).filter(|_| first == last);
                // a range of one value is an equation
                let short = || equation().map_or(condition.clone(), |f| Condition::Compare(f, Comparison::Zero));
                Settled::decided(*first <= low && high <= *last, high < *first || *last < low, short)
            }
            Condition::And(p, q) => match (self.settle(p), self.settle(q)) {
                (Settled::Never, _) | (_, Settled::Never) => Settled::Never,
                (Settled::Always, other) | (other, Settled::Always) => other,
                (Settled::Sometimes(p), Settled::Sometimes(q)) => Settled::Sometimes(p.and(q)),
            },
            Condition::Or(p, q) => match (self.settle(p), self.settle(q)) {
                (Settled::Always, _) | (_, Settled::Always) => Settled::Always,
                (Settled::Never, other) | (other, Settled::Never) => other,
                (Settled::Sometimes(p), Settled::Sometimes(q)) => Settled::Sometimes(p.or(q)),
            },
            Condition::Not(p) => match self.settle(p) {
                Settled::Always => Settled::Never,
                Settled::Never => Settled::Always,
                Settled::Sometimes(p) => Settled::Sometimes(Condition::Not(Box::new(p))),
            },
        }
    }

    /// The same in the shortest form: a condition on one variable is one on that variable alone, `1 ≤ m − 2 ≤ 4` is `m > 2` where m
    /// has at most four values, so that a condition and its opposite can be seen to be that; and of conditions that hold together
    /// those are left out that follow from others.
    pub(super) fn shortest(&self, condition: &Condition) -> Settled {
        match condition {
            Condition::Not(p) => self.shortest(&p.negated()),
            Condition::And(..) => self.together(condition),
            Condition::Or(p, q) => match (self.shortest(p), self.shortest(q)) {
                (Settled::Always, _) | (_, Settled::Always) => Settled::Always,
                (Settled::Never, other) | (other, Settled::Never) => other,
                (Settled::Sometimes(p), Settled::Sometimes(q)) => Settled::Sometimes(p.or(q)),
            },
            Condition::Compare(f, Comparison::NonZero) => self.shortest_inequality(f, condition),
            Condition::Compare(..) | Condition::Within(..) => {
                let known = self.without_single_values(condition);
                match self.interval(&known) {
                    Some((slot, low, high)) => self.between(slot, low, high),
                    None => self.settle(&known),
                }
            }
        }
    }

    /// `f ≠ 0`.
    fn shortest_inequality(&self, f: &Affine, condition: &Condition) -> Settled {
        let equation = self.without_single_values(&Condition::Compare(f.clone(), Comparison::Zero));
        let Some((slot, low, high)) = self.interval(&equation) else { return self.settle(condition) };
        let (first, last) = self.ranges[slot];
        match () {
            () if low > high => Settled::Always,
            () if low == first => self.between(slot, first + 1, last),
            () if high == last => self.between(slot, first, last - 1),
            () => Settled::Sometimes(Condition::Compare(shifted(slot, 1, -low), Comparison::NonZero)),
        }
    }

    /// Is a variable within these bounds?
    fn between(&self, slot: usize, low: i64, high: i64) -> Settled {
        let (first, last) = self.ranges[slot];
        Settled::decided(low <= first && last <= high, low > high, || match () {
            () if low == high => Condition::Compare(shifted(slot, 1, -low), Comparison::Zero),
            () if low <= first => Condition::Compare(shifted(slot, 1, -high), Comparison::NotPositive),
            () if last <= high => Condition::Compare(shifted(slot, -1, low - 1), Comparison::Negative),
            () => Condition::Within(low, Affine::variable(slot), high),
        })
    }

    /// All parts of a conjunction: those on one variable as one, and none that follows from the others.
    fn together(&self, condition: &Condition) -> Settled {
        let mut intervals: Vec<(usize, i64, i64)> = Vec::new();
        let mut others: Vec<Condition> = Vec::new();
        for part in condition.conjuncts() {
            match self.shortest(part) {
                Settled::Always => {}
                Settled::Never => return Settled::Never,
                Settled::Sometimes(part) => {
                    for part in part.conjuncts() {
                        match self.interval(part) {
                            None if others.contains(part) => {}
                            None => others.push(part.clone()),
                            Some((slot, low, high)) => match intervals.iter_mut().find(|i| i.0 == slot) {
                                Some(known) => *known = (slot, known.1.max(low), known.2.min(high)),
                                None => intervals.push((slot, low, high)),
                            },
                        }
                    }
                }
            }
        }
        let mut parts: Vec<Condition> = Vec::new();
        for (slot, low, high) in intervals {
            match self.between(slot, low, high) {
                Settled::Always => {}
                Settled::Never => return Settled::Never,
                Settled::Sometimes(part) => parts.push(part),
            }
        }
        parts.append(&mut others);
        for place in (0..parts.len()).rev() {
            let rest = parts.iter().enumerate().filter(|(other, _)| *other != place);
            let facts = rest.fold(self.clone(), |facts, (_, part)| facts.and(part));
            match facts.settle(&parts[place]) {
                Settled::Always => drop(parts.remove(place)),
                Settled::Never => return Settled::Never,
                Settled::Sometimes(_) => {}
            }
        }
        parts.into_iter().reduce(Condition::and).map_or(Settled::Always, Settled::Sometimes)
    }

    /// Variables that have one value are that value.
    fn without_single_values(&self, condition: &Condition) -> Condition {
        let plain = |f: &Affine| {
            let single = |slot: usize| self.ranges[slot].0 == self.ranges[slot].1;
            let constant: i64 = f.terms.iter().filter(|t| single(t.0)).map(|t| t.1 * self.ranges[t.0].0).sum();
            let terms = f.terms.iter().copied().filter(|t| !single(t.0)).collect();
            Affine { constant: f.constant + constant, terms }
        };
        match condition {
            Condition::Compare(f, comparison) => Condition::Compare(plain(f), *comparison),
            Condition::Within(low, f, high) => Condition::Within(*low, plain(f), *high),
            Condition::And(..) | Condition::Or(..) | Condition::Not(_) => condition.clone(),
        }
    }
}

/// `sign · variable + constant`.
fn shifted(slot: usize, sign: i64, constant: i64) -> Affine {
    Affine { constant, terms: vec![(slot, sign)] }
}

/// The affine function of a comparison, and the bounds that it sets; `None` where it sets none.
fn bounded(condition: &Condition) -> Option<(&Affine, i64, i64)> {
    match condition {
        Condition::Compare(f, Comparison::Zero) => Some((f, 0, 0)),
        Condition::Compare(f, Comparison::Negative) => Some((f, i64::MIN, -1)),
        Condition::Compare(f, Comparison::NotPositive) => Some((f, i64::MIN, 0)),
        Condition::Within(low, f, high) => Some((f, *low, *high)),
        Condition::Compare(_, Comparison::NonZero) | Condition::And(..) | Condition::Or(..) | Condition::Not(_) => None,
    }
}

fn ceil(n: i64, by: i64) -> i64 {
    -n.saturating_neg().div_euclid(by)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// m runs over 1..4, u over 1..2 and k over 3..3.
    #[test]
    fn conditions_are_as_short_as_they_can_be() {
        let (m, u, k) = (0, 1, 2);
        let facts = Facts { ranges: vec![(1, 4), (1, 2), (3, 3)], bounds: Vec::new() };
        let f = |constant: i64, terms: &[(usize, i64)]| Affine { constant, terms: terms.to_vec() };
        let compare = |f: Affine, c: Comparison| Condition::Compare(f, c);
        let within = |low: i64, f: Affine, high: i64| Condition::Within(low, f, high);
        let not = |c: &Condition| Condition::Not(Box::new(c.clone()));
        let both = |c: &Condition, d: &Condition| Condition::And(Box::new(c.clone()), Box::new(d.clone()));
        let at_most = |n: i64| compare(f(-n, &[(m, 1)]), Comparison::NotPositive);
        let above = |n: i64| compare(f(n, &[(m, -1)]), Comparison::Negative);
        let is = |n: i64| compare(f(-n, &[(m, 1)]), Comparison::Zero);
        let window = within(1, f(1, &[(m, 1), (u, -1)]), 3);
        let some = Settled::Sometimes;
        for (condition, expected) in [
            (within(1, f(-2, &[(m, 1)]), 4), some(above(2))),
            (within(1, f(2, &[(m, 1)]), 4), some(at_most(2))),
            (not(&at_most(2)), some(above(2))),
            (compare(f(-3, &[(m, 1)]), Comparison::Negative), some(at_most(2))),
            (within(2, f(-1, &[(m, 2)]), 6), some(within(2, f(0, &[(m, 1)]), 3))),
            (not(&is(1)), some(above(1))),
            (not(&is(3)), some(is(3).negated())),
            (both(&at_most(3), &above(2)), some(is(3))),
            (both(&at_most(2), &above(2)), Settled::Never),
            (both(&at_most(2), &at_most(3)), some(at_most(2))),
            (is(7), Settled::Never),
            (compare(f(-5, &[(m, 2)]), Comparison::Zero), Settled::Never),
            (compare(f(-1, &[(m, 1), (k, -1)]), Comparison::NotPositive), Settled::Always),
            (compare(f(1, &[(m, 1), (k, -1)]), Comparison::Zero), some(is(2))),
            (window.clone(), some(window.clone())),
            // of two about the same, one follows from the other
            (both(&window, &within(0, f(1, &[(m, 1), (u, -1)]), 3)), some(window)),
        ] {
            assert_eq!(facts.shortest(&condition), expected, "{condition:?}");
        }
    }
}
