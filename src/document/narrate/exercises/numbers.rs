//! Numbers for a sheet, and entries to be computed with them.

use super::super::narrator::Narrator;
use super::draw::{below, shuffled};
use super::exercise::{Exercise, Source};
use crate::derivation::{Derivation, Given, Value, Values};
use crate::document::say::Sentence;
use crate::expr::{ExprId, Number, Symbol};
use crate::formula::{Equation, Formula, Scalars};
use crate::index::Part;
use crate::verify::Random;
use crate::verify::formula::{Checked, Checker};

/// Larger tensors are not written down as numbers.
const MOST_ENTRIES: usize = 36;
/// How often numbers are drawn: those with most results that are easy to work with are taken.
const ATTEMPTS: usize = 24;
/// The small numbers that most tensors are made of.
const SMALL: [i64; 7] = [-3, -2, -1, 1, 2, 3, 4];
/// A result has two digits at most.
const MOST: i64 = 99;
const ROOM: u8 = 3;

/// Small whole numbers for everything that is given; nothing where that would be too much to write down.
pub(in crate::document::narrate) fn drawn(derivation: &Derivation, random: &mut Random) -> Option<Values> {
    let mut best: Option<(usize, Values)> = None;
    for _ in 0..ATTEMPTS {
        let values = Values::work_out(derivation, &given(derivation, random)?).ok()?;
        // of nothing there is nothing to compute
        let good = |value: &&Value| is_easy(value) && **value != Value::integer(0);
        let good = values.of.values().flatten().filter(good).count();
        if best.as_ref().is_none_or(|(before, _)| good > *before) {
            best = Some((good, values));
        }
    }
    best.map(|(_, values)| values).filter(|values| !values.break_assumptions(derivation))
}

fn given(derivation: &Derivation, random: &mut Random) -> Option<Given> {
    let arena = &derivation.system.arena;
    let declared = derivation.instance.tensors.iter().filter(|t| t.part != Part::Defined);
    let mut shapes: Vec<(String, Vec<usize>)> = declared.map(|t| (t.name.clone(), t.shape.clone())).collect();
    if !derivation.system.loss {
        let upstream = arena.tensor(derivation.gradients.upstream);
        shapes.push((upstream.name.clone(), upstream.shape.clone()));
    }
    let mut given = Given::default();
    for (name, shape) in shapes {
        let count: usize = shape.iter().product();
        if count > MOST_ENTRIES {
            return None;
        }
        let deck: Vec<i64> = if derivation.instance.definitions.iter().any(|d| d.body.is_maximum()) {
            // no two are equal, so that no maximum is in doubt
            let far = (count as i64 + 2) / 2;
            (-far..=far).filter(|&n| n != 0).collect()
        } else {
            SMALL.iter().copied().cycle().take(count.next_multiple_of(SMALL.len())).collect()
        };
        let numbers: Vec<i64> = match count {
            1 => vec![SMALL[4 + below(random, 3)]],
            count => shuffled(random, deck).into_iter().take(count).collect(),
        };
        given.tensors.insert(name, (shape, numbers.into_iter().map(Number::integer).collect()));
    }
    Some(given)
}

/// Is it a whole number of at most two digits?
fn is_easy(value: &Value) -> bool {
    let Value::Exact(n) = value else { return false };
    n.is_integer() && n.cmp(&Number::integer(MOST)).is_le() && n.cmp(&Number::integer(-MOST)).is_ge()
}

impl<'a> Narrator<'a> {
    /// What evaluates equations at the numbers of the sheet.
    pub(super) fn at_numbers(&self) -> Option<Checker<'a>> {
        self.numbers.map(|witness| Checker::new(&self.derivation.instance, witness, self.glossary))
    }

    /// One entry to be computed.
    pub(super) fn compute(&self, source: &Source, _: &mut Random) -> Option<Exercise> {
        let values = self.request.values?;
        let offset = source.offset?;
        let value = values.of.get(&source.of)?.get(offset).filter(|value| is_easy(value))?;
        let Value::Exact(value) = value else { return None };
        let mut chain = self.in_given_numbers(source, values, offset);
        chain.push(Formula::Number(value.clone()));
        let result = Equation::chain(source.equation.left.clone(), chain);
        let holds = self.at_numbers().is_some_and(|checker| matches!(checker.check(&result), Ok(Checked::At(_))));
        holds.then(|| Exercise {
            task: self.say(Sentence::ComputeEntry { entry: self.math(&source.equation.left) }),
            shown: None,
            answer: Vec::new(),
            result: Some(result),
            in_numbers: true,
            room: ROOM,
        })
    }

    /// The entry as it is, and with numbers in the place of all its letters. Of one number alone what it gets of a maximum cannot be
    /// told: there the result has to do.
    fn in_given_numbers(&self, source: &Source, values: &Values, offset: usize) -> Vec<Formula> {
        let mut shares = false;
        source.right().each(&mut |part| shares |= matches!(part, Formula::Share(..)));
        let Some(entry) = self.entry(source, offset).filter(|_| !shares) else { return Vec::new() };
        let arena = &self.derivation.system.arena;
        let symbol = |s: Symbol| match values.of.get(&s.tensor).map(|all| &all[s.offset as usize]) {
            // as a sum a number below 0 has brackets
            Some(Value::Exact(n)) if n.is_negative() => Formula::Sum(vec![Formula::Number(n.clone())]),
            Some(Value::Exact(n)) => Formula::Number(n.clone()),
            Some(Value::Approximate(_)) | None => self.glossary.element(s.tensor, s.offset),
        };
        vec![source.right().clone(), Scalars { arena, maxima: self.maxima, symbol: &symbol }.formula(entry)]
    }

    fn entry(&self, source: &Source, offset: usize) -> Option<ExprId> {
        let derivation = self.derivation;
        match derivation.gradient_with(source.of) {
            Some(gradient) => gradient.shortest().get(offset).copied(),
            None => {
                let definition = derivation.system.definitions.iter().find(|d| d.tensor == source.of)?;
                definition.values.get(offset).copied()
            }
        }
    }
}
