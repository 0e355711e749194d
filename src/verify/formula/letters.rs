//! Letters and their values: those of a left side in all combinations, those of a big sign one after another, and indices.

use super::{Evaluation, Reason, Value, refuted};
use crate::formula::{Bounds, Formula, Letter};
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

impl Evaluation<'_, '_> {
    /// Calls `each` with the letters of a big sign at all their values for which its conditions hold, the last letter fastest.
    pub(super) fn each_term(&mut self, bounds: &Bounds, each: &mut dyn FnMut(&mut Self) -> Value<()>) -> Value<()> {
        self.run(bounds, 0, each)
    }

    fn run(&mut self, bounds: &Bounds, place: usize, each: &mut dyn FnMut(&mut Self) -> Value<()>) -> Value<()> {
        let Some(range) = bounds.ranges.get(place) else {
            for condition in &bounds.conditions {
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
            self.run(bounds, place + 1, each)
        });
        self.letters.truncate(slot);
        ended
    }

    /// The value of a letter.
    pub(super) fn letter(&self, letter: &Letter) -> Option<i64> {
        let same = |own: &Letter| std::rc::Rc::ptr_eq(own, letter) || own == letter;
        self.letters.iter().rev().find(|(own, _)| same(own)).map(|(_, value)| *value)
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
        } else {
            None
        }
    }

    /// The same where nothing else makes sense.
    pub(super) fn index(&self, formula: &Formula) -> Value<i64> {
        match self.integer(formula) {
            Some(index) => Ok(index),
            None => refuted(Reason::NoMeaning("an index or a bound is no whole number")),
        }
    }
}
