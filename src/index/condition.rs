//! Conditions on index variables: comparisons of affine functions.

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
    /// The function that is zero, where the condition says that and nothing else.
    pub fn zero(&self) -> Option<&Affine> {
        if let Condition::Compare(f, Comparison::Zero) = self { Some(f) } else { None }
    }

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

    /// The same with another affine function in the place of each; `None` where one has none.
    pub(crate) fn mapped(&self, change: &impl Fn(&Affine) -> Option<Affine>) -> Option<Condition> {
        let part = |c: &Condition| c.mapped(change).map(Box::new);
        Some(match self {
            Condition::Compare(f, comparison) => Condition::Compare(change(f)?, *comparison),
            Condition::Within(low, f, high) => Condition::Within(*low, change(f)?, *high),
            Condition::And(p, q) => Condition::And(part(p)?, part(q)?),
            Condition::Or(p, q) => Condition::Or(part(p)?, part(q)?),
            Condition::Not(p) => Condition::Not(part(p)?),
        })
    }

    /// Both, what `self` says already left out of `other`.
    pub(super) fn and(self, other: Condition) -> Condition {
        match other {
            Condition::And(p, q) => self.and(*p).and(*q),
            Condition::Compare(..) | Condition::Within(..) | Condition::Or(..) | Condition::Not(_) => {
                if self.conjuncts().contains(&&other) {
                    return self;
                }
                Condition::And(Box::new(self), Box::new(other))
            }
        }
    }

    /// At least one of them.
    pub(super) fn or(self, other: Condition) -> Condition {
        Condition::Or(Box::new(self), Box::new(other))
    }

    /// Its opposite, with nothing negated but comparisons.
    pub(super) fn negated(&self) -> Condition {
        let opposite =
            |f: &Affine| Affine { constant: -f.constant, terms: f.terms.iter().map(|t| (t.0, -t.1)).collect() };
        let shifted = |f: Affine, by: i64| Affine { constant: f.constant + by, ..f };
        match self {
            Condition::Compare(f, Comparison::Zero) => Condition::Compare(f.clone(), Comparison::NonZero),
            Condition::Compare(f, Comparison::NonZero) => Condition::Compare(f.clone(), Comparison::Zero),
            Condition::Compare(f, Comparison::Negative) => Condition::Compare(opposite(f), Comparison::NotPositive),
            Condition::Compare(f, Comparison::NotPositive) => Condition::Compare(opposite(f), Comparison::Negative),
            Condition::Within(low, f, high) => {
                let below = Condition::Compare(shifted(f.clone(), -low), Comparison::Negative);
                below.or(Condition::Compare(shifted(opposite(f), *high), Comparison::Negative))
            }
            Condition::And(p, q) => p.negated().or(q.negated()),
            Condition::Or(p, q) => p.negated().and(q.negated()),
            Condition::Not(p) => (**p).clone(),
        }
    }
}
