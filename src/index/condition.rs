//! Conditions on index variables: comparisons of affine functions, and what is left of them once ranges are known.

use super::affine::Affine;

/// How an affine function compares with 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `= 0`
    Zero,
    /// `≠ 0`
    NonZero,
    /// `< 0`
    Negative,
    /// `≤ 0`
    NotPositive,
}

/// A condition on index variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// An affine function compared with 0.
    Compare(Affine, Comparison),
    /// An index lies in a range, both ends included.
    Within(i64, Affine, i64),
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// At least one holds.
    Or(Box<Condition>, Box<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

impl Condition {
    /// Does it hold where the variables have the values in `at`?
    pub fn holds(&self, at: &[i64]) -> bool {
        match self {
            Condition::Compare(f, comparison) => {
                let value = f.value(at);
                match comparison {
                    Comparison::Zero => value == 0,
                    Comparison::NonZero => value != 0,
                    Comparison::Negative => value < 0,
                    Comparison::NotPositive => value <= 0,
                }
            }
            Condition::Within(low, f, high) => (*low..=*high).contains(&f.value(at)),
            Condition::And(p, q) => p.holds(at) && q.holds(at),
            Condition::Or(p, q) => p.holds(at) || q.holds(at),
            Condition::Not(p) => !p.holds(at),
        }
    }

    /// The conditions that have to hold together.
    pub fn conjuncts(&self) -> Vec<&Condition> {
        match self {
            Condition::And(p, q) => p.conjuncts().into_iter().chain(q.conjuncts()).collect(),
            Condition::Compare(..) | Condition::Within(..) | Condition::Or(..) | Condition::Not(_) => vec![self],
        }
    }

    /// The slots of the variables that it is about; some of them more than once.
    pub fn variables(&self) -> Vec<usize> {
        match self {
            Condition::Compare(f, _) | Condition::Within(_, f, _) => f.terms.iter().map(|t| t.0).collect(),
            Condition::And(p, q) | Condition::Or(p, q) => p.variables().into_iter().chain(q.variables()).collect(),
            Condition::Not(p) => p.variables(),
        }
    }

    /// Both, what `self` says already left out of `other`.
    fn and(self, other: Condition) -> Condition {
        match other {
            Condition::And(p, q) => self.and(*p).and(*q),
            Condition::Compare(..) | Condition::Within(..) | Condition::Or(..) | Condition::Not(_)
                if self.says(&other) =>
            {
                self
            }
            Condition::Compare(..) | Condition::Within(..) | Condition::Or(..) | Condition::Not(_) => {
                Condition::And(Box::new(self), Box::new(other))
            }
        }
    }

    /// Is `part` one of the conditions that this one joins?
    fn says(&self, part: &Condition) -> bool {
        match self {
            Condition::And(p, q) => p.says(part) || q.says(part),
            Condition::Compare(..) | Condition::Within(..) | Condition::Or(..) | Condition::Not(_) => self == part,
        }
    }

    /// The condition without what the ranges decide; `None` if it always holds. One that never holds stays, for a message.
    pub fn undecided(self, range: &dyn Fn(usize) -> (i64, i64)) -> Option<Condition> {
        match self.settled(range) {
            Settled::Always => None,
            Settled::Never => Some(self),
            Settled::Sometimes(condition) => Some(condition),
        }
    }

    /// What is left of the condition where each variable stays in its range; overflow decides nothing.
    pub(super) fn settled(&self, range: &dyn Fn(usize) -> (i64, i64)) -> Settled {
        let within = |f: &Affine| f.bounds(range).unwrap_or((i64::MIN, i64::MAX));
        let decided = |always: bool, never: bool| match (always, never) {
            (true, _) => Settled::Always,
            (_, true) => Settled::Never,
            (false, false) => Settled::Sometimes(self.clone()),
        };
        match self {
            Condition::Compare(f, comparison) => {
                let (low, high) = within(f);
                match comparison {
                    Comparison::Zero => decided(low == 0 && high == 0, low > 0 || high < 0),
                    Comparison::NonZero => decided(low > 0 || high < 0, low == 0 && high == 0),
                    Comparison::Negative => decided(high < 0, low >= 0),
                    Comparison::NotPositive => decided(high <= 0, low > 0),
                }
            }
            Condition::Within(first, f, last) => {
                let (low, high) = within(f);
                let equation = || f.add_scaled(&Affine::constant(*first), -1).filter(|_| first == last);
                match decided(*first <= low && high <= *last, high < *first || *last < low) {
                    // a range of one value is an equation
                    Settled::Sometimes(range) => {
                        Settled::Sometimes(equation().map_or(range, |f| Condition::Compare(f, Comparison::Zero)))
                    }
                    Settled::Always => Settled::Always,
                    Settled::Never => Settled::Never,
                }
            }
            Condition::And(p, q) => match (p.settled(range), q.settled(range)) {
                (Settled::Never, _) | (_, Settled::Never) => Settled::Never,
                (Settled::Always, other) | (other, Settled::Always) => other,
                (Settled::Sometimes(p), Settled::Sometimes(q)) => Settled::Sometimes(p.and(q)),
            },
            Condition::Or(p, q) => match (p.settled(range), q.settled(range)) {
                (Settled::Always, _) | (_, Settled::Always) => Settled::Always,
                (Settled::Never, other) | (other, Settled::Never) => other,
                (Settled::Sometimes(p), Settled::Sometimes(q)) => {
                    Settled::Sometimes(Condition::Or(Box::new(p), Box::new(q)))
                }
            },
            Condition::Not(p) => match p.settled(range) {
                Settled::Always => Settled::Never,
                Settled::Never => Settled::Always,
                Settled::Sometimes(p) => Settled::Sometimes(Condition::Not(Box::new(p))),
            },
        }
    }
}

/// What is left of a condition once the ranges of its variables are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// It holds for all their values.
    Always,
    /// It holds for none.
    Never,
    /// It depends on them.
    Sometimes(Condition),
}
