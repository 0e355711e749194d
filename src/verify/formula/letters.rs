//! Letters and their values: those of a left side in all combinations, those of a big sign one after another, and indices.

use super::conditions::relates;
use super::{Evaluation, Reason, Value, refuted};
use crate::formula::{Bounds, Condition, Extreme, Formula, Letter, Relation};
use crate::verify::field::Random;

/// The value of every free letter.
type Scope = [(Letter, i64)];
/// A free letter with its first and last value.
type Free = (Letter, [i64; 2]);

/// More combinations are not all tried: then the corners are, and this many of a random sample.
const MOST_COMBINATIONS: u64 = 4096;
const SAMPLE: u64 = 512;
/// The corners of so many letters are tried.
const MOST_CORNERS: u32 = 6;

/// Calls `check` with the values of the free letters: all combinations, or where there are too many a choice that is always the same.
pub(super) fn each<E>(letters: &[Free], check: &mut dyn FnMut(&Scope) -> Result<(), E>) -> Result<(), E> {
    let size = |(_, [low, high]): &Free| u64::try_from(high - low + 1).unwrap_or(0);
    let all = letters.iter().fold(1u64, |n, l| n.saturating_mul(size(l)));
    let mut scope: Vec<(Letter, i64)> = letters.iter().map(|(letter, [low, _])| (letter.clone(), *low)).collect();
    let mut try_with = |choose: &mut dyn FnMut(&Free) -> i64| {
        scope.iter_mut().zip(letters).for_each(|(slot, letter)| slot.1 = choose(letter));
        check(&scope)
    };
    if all <= MOST_COMBINATIONS {
        for number in 0..all {
            let mut rest = number;
            try_with(&mut |letter| {
                let place = rest % size(letter);
                rest /= size(letter);
                letter.1[0] + place as i64
            })?;
        }
        return Ok(());
    }
    for corner in 0..1u32 << letters.len().min(MOST_CORNERS as usize) {
        let mut place = 0;
        try_with(&mut |letter| {
            place = (place + 1) % MOST_CORNERS;
            letter.1[(corner >> place & 1) as usize]
        })?;
    }
    let mut random = Random::new(0x5EED_0005);
    for _ in 0..SAMPLE {
        try_with(&mut |letter| letter.1[0] + (random.next() % size(letter)) as i64)?;
    }
    Ok(())
}

/// The conditions of a big sign: a range of a thousand places below another would be asked a million times.
struct Conditions<'f> {
    /// Those on indices alone, each with how many of the sign's letters have to be known before it is asked.
    tests: Vec<(usize, Test)>,
    /// The others, which are asked last.
    others: Vec<&'f Condition>,
}

/// A condition on indices alone, its letters looked up.
enum Test {
    /// A sum compared with 0.
    Compare(Line, Relation),
    And(Vec<Test>),
    Or(Vec<Test>),
}

/// A number and multiples of letters, which stand at these places among those with values.
#[derive(Default)]
struct Line {
    constant: i128,
    terms: Vec<(usize, i128)>,
}

impl Test {
    fn holds(&self, letters: &Scope) -> bool {
        match self {
            Test::Compare(line, relation) => {
                let sum = line.terms.iter().fold(line.constant, |sum, &(at, c)| sum + c * i128::from(letters[at].1));
                relates(*relation, &sum, &0)
            }
            Test::And(parts) => parts.iter().all(|part| part.holds(letters)),
            Test::Or(parts) => parts.iter().any(|part| part.holds(letters)),
        }
    }

    /// How many letters after the first `outside` have to be known.
    fn level(&self, outside: usize) -> usize {
        match self {
            Test::Compare(line, _) => {
                line.terms.iter().map(|t| (t.0 + 1).saturating_sub(outside)).max().unwrap_or_default()
            }
            Test::And(parts) | Test::Or(parts) => parts.iter().map(|p| p.level(outside)).max().unwrap_or_default(),
        }
    }
}

fn same(letter: &Letter, other: &Letter) -> bool {
    std::rc::Rc::ptr_eq(letter, other) || letter.bytes().eq(other.bytes())
}

impl Evaluation<'_, '_> {
    /// A condition that letters of a big sign and those around it decide; nothing if there is more to it.
    fn test(&self, bounds: &Bounds, condition: &Condition) -> Option<Test> {
        let all = |parts: &[Condition]| parts.iter().map(|part| self.test(bounds, part)).collect::<Option<Vec<_>>>();
        let compare = |x: &Formula, relation: Relation, y: &Formula| {
            let mut line = Line::default();
            self.add(bounds, x, 1, &mut line)?;
            self.add(bounds, y, -1, &mut line)?;
            Some(Test::Compare(line, relation))
        };
        Some(match condition {
            Condition::Compare(x, relation, y) => compare(x, *relation, y)?,
            Condition::Within(low, x, high) => {
                Test::And(vec![compare(low, Relation::AtMost, x)?, compare(x, Relation::AtMost, high)?])
            }
            Condition::Divides(..) => return None,
            Condition::And(parts) => Test::And(all(parts)?),
            Condition::Or(parts) => Test::Or(all(parts)?),
        })
    }

    /// Adds so many times a sum of numbers and multiples of letters; nothing if the formula is none.
    fn add(&self, bounds: &Bounds, formula: &Formula, times: i64, line: &mut Line) -> Option<()> {
        if let Formula::Letter(letter) = formula {
            let own = bounds.ranges.iter().position(|range| same(&range.letter, letter));
            let outer = || self.letters.iter().rposition(|(known, _)| same(known, letter));
            let place = own.map(|place| self.letters.len() + place).or_else(outer)?;
            line.terms.push((place, i128::from(times)));
        } else if let Formula::Number(n) = formula {
            line.constant += i128::from(times) * i128::from(n.as_integer()?);
        } else if let Formula::Sum(parts) = formula {
            parts.iter().try_for_each(|part| self.add(bounds, part, times, line))?;
        } else if let Formula::Negative(x) = formula {
            self.add(bounds, x, times.checked_neg()?, line)?;
        } else if let Formula::Product(parts) = formula
            && let [Formula::Number(n), x] = parts.as_slice()
        {
            self.add(bounds, x, times.checked_mul(n.as_integer()?)?, line)?;
        } else {
            return None;
        }
        Some(())
    }

    /// Calls `each` with the letters of a big sign at all their values for which its conditions hold, the last letter fastest.
    pub(super) fn each_term(&mut self, bounds: &Bounds, each: &mut dyn FnMut(&mut Self) -> Value<()>) -> Value<()> {
        let (mut tests, mut others) = (Vec::new(), Vec::new());
        for condition in &bounds.conditions {
            match self.test(bounds, condition) {
                Some(test) => tests.push((test.level(self.letters.len()), test)),
                None => others.push(condition),
            }
        }
        self.run(bounds, &Conditions { tests, others }, 0, each)
    }

    fn run(
        &mut self,
        bounds: &Bounds,
        conditions: &Conditions<'_>,
        place: usize,
        each: &mut dyn FnMut(&mut Self) -> Value<()>,
    ) -> Value<()> {
        if conditions.tests.iter().any(|(level, test)| *level == place && !test.holds(&self.letters)) {
            return Ok(());
        }
        let Some(range) = bounds.ranges.get(place) else {
            for condition in &conditions.others {
                if !self.holds(condition)? {
                    return Ok(());
                }
            }
            return each(self);
        };
        let (low, high) = (self.index(&range.low)?, self.index(&range.high)?);
        let slot = self.letters.len();
        self.letters.push((range.letter.clone(), low));
        let ended = (low..=high).try_for_each(|value| {
            self.letters[slot].1 = value;
            self.run(bounds, conditions, place + 1, each)
        });
        self.letters.truncate(slot);
        ended
    }

    /// The value of a letter.
    pub(super) fn letter(&self, letter: &Letter) -> Option<i64> {
        self.letters.iter().rev().find(|(own, _)| same(own, letter)).map(|(_, value)| *value)
    }

    /// The value of an expression of letters and whole numbers; nothing if it is none.
    pub(super) fn integer(&self, formula: &Formula) -> Option<i64> {
        if let Formula::Letter(letter) = formula {
            self.letter(letter)
        } else if let Formula::Number(n) = formula {
            n.as_integer()
        } else if let Formula::Sum(parts) = formula {
            parts.iter().try_fold(0i64, |sum, part| sum.checked_add(self.integer(part)?))
        } else if let Formula::Product(parts) = formula {
            parts.iter().try_fold(1i64, |product, part| product.checked_mul(self.integer(part)?))
        } else if let Formula::Negative(x) = formula {
            self.integer(x)?.checked_neg()
        } else if let Formula::Quotient(n, d) = formula {
            let (n, d) = (self.integer(n)?, self.integer(d)?);
            (d != 0 && n % d == 0).then(|| n / d)
        } else if let Formula::Floor(of) = formula {
            let (n, d) = self.above_and_below(of)?;
            Some(n.div_euclid(d))
        } else if let Formula::Ceil(of) = formula {
            let (n, d) = self.above_and_below(of)?;
            Some(-(-n).div_euclid(d))
        } else if let Formula::Extreme(which, list) = formula {
            let list = list.iter().map(|x| self.integer(x)).collect::<Option<Vec<_>>>()?;
            match which {
                Extreme::Largest => list.into_iter().max(),
                Extreme::Smallest => list.into_iter().min(),
            }
        } else if let Formula::Power(x, n) = formula {
            self.integer(x)?.checked_pow(u32::try_from(n.as_integer()?).ok()?)
        } else {
            None
        }
    }

    /// What is rounded: numerator and denominator, which is above 0.
    fn above_and_below(&self, formula: &Formula) -> Option<(i64, i64)> {
        let Formula::Quotient(n, d) = formula else { return None };
        let (n, d) = (self.integer(n)?, self.integer(d)?);
        (d > 0).then_some((n, d))
    }

    /// The same where nothing else makes sense.
    pub(super) fn index(&self, formula: &Formula) -> Value<i64> {
        match self.integer(formula) {
            Some(index) => Ok(index),
            None => refuted(Reason::NoMeaning("an index or a bound is no whole number")),
        }
    }
}
