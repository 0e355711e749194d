//! Conditions: on indices whole numbers decide; on values the order of an ordered point does, and elsewhere the numbers that stand
//! for what an order would say.

use super::{Evaluation, Reason, Stop, Value, known, refuted};
use crate::expr::Ties;
use crate::formula::{Condition, Formula, Relation};
use crate::verify::field::Prime;

/// Numbers that a user gave are compared up to this size: the residue of a fraction is almost surely larger.
const LARGEST_COMPARED: i64 = 1 << 40;

/// Does it hold between these?
pub(super) fn relates<T: Ord>(relation: Relation, x: &T, y: &T) -> bool {
    match relation {
        Relation::Equals => x == y,
        Relation::Differs => x != y,
        Relation::Less => x < y,
        Relation::AtMost => x <= y,
        Relation::Greater => x > y,
    }
}

impl Evaluation<'_, '_> {
    /// Does the condition hold?
    pub(super) fn holds(&mut self, condition: &Condition) -> Value<bool> {
        match condition {
            Condition::Compare(x, relation, y) => match self.decided(x, *relation, y) {
                Some(holds) => Ok(holds),
                // where there is no order a value only has a share in what holds
                None if !self.point.meaning.ordered => Err(Stop::NoValue),
                None => Ok(self.compared(x, *relation, y)? == Prime::integer(1)),
            },
            Condition::Within(low, x, high) => {
                Ok(self.compare(low, Relation::AtMost, x)? && self.compare(x, Relation::AtMost, high)?)
            }
            Condition::Divides(d, n) => {
                let (d, n) = (self.index(d)?, self.index(n)?);
                if d > 0 { Ok(n % d == 0) } else { refuted(Reason::NoMeaning("a divisor that is not above 0")) }
            }
            Condition::And(parts) => {
                for part in parts {
                    if !self.holds(part)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Condition::Or(parts) => {
                for part in parts {
                    if self.holds(part)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }

    fn compare(&mut self, x: &Formula, relation: Relation, y: &Formula) -> Value<bool> {
        match self.decided(x, relation, y) {
            Some(holds) => Ok(holds),
            None => refuted(Reason::NoMeaning("a range of values that are no indices")),
        }
    }

    /// What whole numbers decide.
    fn decided(&self, x: &Formula, relation: Relation, y: &Formula) -> Option<bool> {
        let (x, y) = (self.integer(x)?, self.integer(y)?);
        Some(relates(relation, &x, &y))
    }

    /// 1 where the condition holds, else 0; of values without an order the numbers that stand for that.
    pub(super) fn bracket(&mut self, condition: &Condition) -> Value<Prime> {
        let one = Prime::integer(1);
        match condition {
            Condition::Compare(x, relation, y) => match self.decided(x, *relation, y) {
                Some(holds) => Ok(Prime::integer(i64::from(holds))),
                None => self.compared(x, *relation, y),
            },
            Condition::Within(..) | Condition::Divides(..) => Ok(Prime::integer(i64::from(self.holds(condition)?))),
            Condition::And(parts) => {
                let mut product = one;
                for part in parts {
                    if product == Prime::integer(0) {
                        break; // what follows may have no value
                    }
                    product = product.mul(self.bracket(part)?);
                }
                Ok(product)
            }
            Condition::Or(parts) => {
                let mut none = one;
                for part in parts {
                    if none == Prime::integer(0) {
                        break;
                    }
                    none = none.mul(one.add(self.bracket(part)?.negate()));
                }
                Ok(one.add(none.negate()))
            }
        }
    }

    /// The bracket of a comparison of values.
    fn compared(&mut self, x: &Formula, relation: Relation, y: &Formula) -> Value<Prime> {
        let opposite = |bracket: Prime| Prime::integer(1).add(bracket.negate());
        match relation {
            Relation::Greater => self.step(x, y),
            Relation::Less => self.step(y, x),
            Relation::AtMost => Ok(opposite(self.step(x, y)?)),
            Relation::Equals => self.equal(x, y),
            Relation::Differs => Ok(opposite(self.equal(x, y)?)),
        }
    }

    /// `[x > y]`
    fn step(&mut self, x: &Formula, y: &Formula) -> Value<Prime> {
        let difference = self.scalar(x)?.add(self.scalar(y)?.negate());
        self.comparable(&[difference])?;
        Ok(known(self.point.meaning.call("step", 0, difference))?.0)
    }

    /// `[x = y]`: what an argument gets of a maximum's derivative where each of the largest gets all, or a plain comparison.
    fn equal(&mut self, x: &Formula, y: &Formula) -> Value<Prime> {
        match self.share(Ties::All, x, y) {
            Err(Stop::Refuted(reason)) if *reason == Reason::NoMaximum && self.point.meaning.ordered => {
                Ok(Prime::integer(i64::from(self.scalar(x)? == self.scalar(y)?)))
            }
            Err(Stop::Refuted(reason)) if *reason == Reason::NoMaximum => Err(Stop::NoValue),
            found => found,
        }
    }

    /// Numbers that a user gave may be fractions, which have no order here.
    pub(super) fn comparable(&self, values: &[Prime]) -> Value<()> {
        let small = |x: &Prime| x.signed().abs() < LARGEST_COMPARED;
        if self.point.given && !values.iter().all(small) { Err(Stop::NoValue) } else { Ok(()) }
    }
}
