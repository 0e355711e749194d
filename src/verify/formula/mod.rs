//! The evaluator of formulas: every equation that is displayed is evaluated as it is displayed, by its printed names, at the points
//! that verification kept, where the values and derivatives of all tensors are known from forward mode over the source.
//!
//! First its names are looked at, without numbers ([`names`]). Then both sides are evaluated, numbers by [`scalar`], arrays by
//! [`whole`]; the shape of the left side goes down the right side, where signs such as 𝟏 take their sizes from it.

mod array;
mod conditions;
mod context;
mod kept;
mod letters;
mod maxima;
mod names;
mod operators;
mod product;
mod refuted;
mod scalar;
mod slide;
#[cfg(test)]
mod tests;
mod whole;
mod windows;

use std::cell::RefCell;

use super::witness::Witness;
use crate::expr::TensorId;
use crate::formula::{Equation, Formula, Glossary, Letter};
use crate::index::Instance;
use array::Array;
pub use context::Checker;
use context::{Evaluation, Source, Stop, Value, known, refuted};
pub use refuted::{Reason, Refuted};

/// How an equation fared that was not refuted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Both sides, and every member of the chain, were equal at so many points.
    At(usize),
    /// A part of it was evaluated at no point.
    Not(Why),
}

/// Why a part of an equation could not be evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It holds a rounded number.
    Rounded,
    /// It has no value at any of the points that were kept.
    NoValue,
}

impl<'a> Checker<'a> {
    /// A checker for formulas of this instance.
    pub fn new(instance: &'a Instance, witness: &'a Witness, glossary: &'a Glossary) -> Checker<'a> {
        let lengths = (0..glossary.len() as u32).map(|t| glossary.shape(TensorId(t)).iter().product()).collect();
        let mut defining = vec![None; instance.tensors.len()];
        instance.definitions.iter().enumerate().for_each(|(place, d)| defining[d.tensor] = Some(place));
        let (maxima, sizes) = (RefCell::default(), Vec::new());
        Checker { instance, witness, glossary, ambiguous: glossary.ambiguous(), lengths, defining, maxima, sizes }
    }

    /// The same where letters stand for sizes: each has the number that it has in the instance.
    #[must_use]
    pub fn at_sizes(self, sizes: Vec<(Letter, i64)>) -> Checker<'a> {
        Checker { sizes, ..self }
    }

    /// Evaluates both sides at every point: the members of the chain that ask for assumptions where these hold.
    ///
    /// # Errors
    /// If a name is not clear, a part has no sense, or the sides differ: a bug in this program.
    pub fn check(&self, equation: &Equation) -> Result<Checked, Refuted> {
        let names = names::look(self, equation)?;
        if names.rounded[0] {
            return Ok(Checked::Not(Why::Rounded));
        }
        let letters = names.letters()?;
        let mut counts = vec![0; equation.chain.len()];
        for point in &self.witness.points {
            let asked =
                |member: usize| !names.rounded[1 + member] && (point.assumed || member < equation.unconditional);
            let mut held: Vec<bool> = (0..counts.len()).map(asked).collect();
            let mut evaluation = Evaluation { checker: self, point, letters: Vec::new() };
            letters::each(&letters, &mut |scope| {
                evaluation.letters.clear();
                evaluation.letters.extend(self.sizes.iter().cloned());
                evaluation.letters.extend(scope.iter().cloned());
                evaluation.equation(equation, &mut held)
            })?;
            counts.iter_mut().zip(&held).for_each(|(count, held)| *count += usize::from(*held));
        }
        Ok(match counts.iter().min() {
            _ if names.rounded.contains(&true) => Checked::Not(Why::Rounded),
            None | Some(0) => Checked::Not(Why::NoValue),
            Some(&points) => Checked::At(points),
        })
    }
}

impl Evaluation<'_, '_> {
    /// Where the left side is an operator, the shape of the last member, which is its result.
    fn shape_of_result(&mut self, equation: &Equation) -> Option<Vec<usize>> {
        let named =
            matches!(equation.left, Formula::Name(..) | Formula::At(..) | Formula::ByLoss(_) | Formula::Pick(..));
        let last = equation.chain.last().filter(|_| !named)?;
        self.array(last, None).ok().map(|array| array.shape)
    }

    /// Compares each member that is `held` with the left side; one without a value is not held any more.
    fn equation(&mut self, equation: &Equation, held: &mut [bool]) -> Result<(), Refuted> {
        let left = match self.scalar(&equation.left) {
            Err(Stop::Array) => {
                let expected = self.shape_of_result(equation);
                self.whole(&equation.left, expected.as_deref())
            }
            number => number.map(Array::number),
        };
        let left = match left {
            Ok(left) => left,
            Err(Stop::Refuted(reason)) => return Err(Refuted { member: None, reason: *reason }),
            Err(Stop::NoValue | Stop::Array) => {
                held.fill(false);
                return Ok(());
            }
        };
        for (member, (right, held)) in equation.chain.iter().zip(held).enumerate().filter(|(_, (_, held))| **held) {
            // numbers first: there are many of them
            let found = match (self.scalar(right), left.shape.is_empty()) {
                (Ok(number), true) if number == left.values[0] => continue,
                (Ok(number), _) => Ok(Array::number(number)),
                (Err(Stop::Array), _) => self.whole(right, Some(&left.shape)),
                (Err(stop), _) => Err(stop),
            };
            let reason = match found {
                Ok(found) => match self.checker.differ(&left, &found) {
                    Some(reason) => reason,
                    None => continue,
                },
                Err(Stop::Refuted(reason)) => *reason,
                Err(Stop::NoValue | Stop::Array) => {
                    *held = false;
                    continue;
                }
            };
            let letters = self.letters.iter().map(|(letter, value)| (letter.to_string(), *value)).collect();
            return Err(Refuted { member: Some(member), reason: reason.with(letters) });
        }
        Ok(())
    }
}
