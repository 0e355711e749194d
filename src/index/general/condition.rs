//! Conditions on letters.

use super::size::Size;

/// A condition on letters.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// They are equal.
    Equal(Size, Size),
    /// They differ.
    Differs(Size, Size),
    /// The first is at most as large as the second.
    AtMost(Size, Size),
    /// The second lies between the first and the third, both ends included.
    Within(Size, Size, Size),
    /// The first divides the second.
    Divides(Size, Size),
    /// All of them.
    And(Vec<Condition>),
    /// At least one.
    Or(Vec<Condition>),
}

impl Condition {
    /// The parts that have to hold together.
    pub fn conjuncts(self) -> Vec<Condition> {
        if let Condition::And(parts) = self {
            parts.into_iter().flat_map(Condition::conjuncts).collect()
        } else {
            vec![self]
        }
    }

    /// The same with a size in the place of each.
    #[must_use]
    pub fn mapped(&self, change: &impl Fn(&Size) -> Size) -> Condition {
        let all = |parts: &[Condition]| parts.iter().map(|p| p.mapped(change)).collect();
        match self {
            Condition::Equal(x, y) => Condition::Equal(change(x), change(y)),
            Condition::Differs(x, y) => Condition::Differs(change(x), change(y)),
            Condition::AtMost(x, y) => Condition::AtMost(change(x), change(y)),
            Condition::Within(low, x, high) => Condition::Within(change(low), change(x), change(high)),
            Condition::Divides(d, n) => Condition::Divides(change(d), change(n)),
            Condition::And(parts) => Condition::And(all(parts)),
            Condition::Or(parts) => Condition::Or(all(parts)),
        }
    }

    /// Its opposite; that of divisibility has no form here.
    #[must_use]
    pub fn negated(&self) -> Option<Condition> {
        let all = |parts: &[Condition]| parts.iter().map(Condition::negated).collect::<Option<Vec<_>>>();
        // x < y
        let below = |x: &Size, y: &Size| Condition::AtMost(x.add(&Size::integer(1)), y.clone());
        Some(match self {
            Condition::Equal(x, y) => Condition::Differs(x.clone(), y.clone()),
            Condition::Differs(x, y) => Condition::Equal(x.clone(), y.clone()),
            Condition::AtMost(x, y) => below(y, x),
            Condition::Within(low, x, high) => Condition::Or(vec![below(x, low), below(high, x)]),
            Condition::Divides(..) => return None,
            Condition::And(parts) => Condition::Or(all(parts)?),
            Condition::Or(parts) => Condition::And(all(parts)?),
        })
    }

    /// Does it hold where the letters have these values? `None` where one has none.
    pub fn holds(&self, value: &impl Fn(&str) -> Option<i64>) -> Option<bool> {
        let of = |x: &Size| x.value(value);
        Some(match self {
            Condition::Equal(x, y) => of(x)? == of(y)?,
            Condition::Differs(x, y) => of(x)? != of(y)?,
            Condition::AtMost(x, y) => of(x)? <= of(y)?,
            Condition::Within(low, x, high) => (of(low)?..=of(high)?).contains(&of(x)?),
            Condition::Divides(d, n) => of(d).filter(|d| *d > 0).map(|d| Some(of(n)? % d == 0))??,
            Condition::And(parts) => {
                parts.iter().map(|p| p.holds(value)).collect::<Option<Vec<_>>>()?.iter().all(|h| *h)
            }
            Condition::Or(parts) => {
                parts.iter().map(|p| p.holds(value)).collect::<Option<Vec<_>>>()?.iter().any(|h| *h)
            }
        })
    }

    /// Calls `meet` with every size in it.
    pub fn each_size(&self, meet: &mut impl FnMut(&Size)) {
        match self {
            Condition::Equal(x, y) | Condition::Differs(x, y) | Condition::AtMost(x, y) | Condition::Divides(x, y) => {
                [x, y].into_iter().for_each(meet);
            }
            Condition::Within(low, x, high) => [low, x, high].into_iter().for_each(meet),
            Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|p| p.each_size(meet)),
        }
    }
}
