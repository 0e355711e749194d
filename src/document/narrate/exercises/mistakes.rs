//! Formulas with a mistake, which is to be found.

use super::super::narrator::Narrator;
use super::draw::shuffled;
use super::exercise::{Exercise, Shown, Source};
use super::slips::{Cause, Slip, slips};
use crate::document::Inlines;
use crate::document::say::Sentence;
use crate::formula::Formula;
use crate::verify::Random;
use crate::verify::formula::Reason;

/// Lines of room to write the formula anew.
const ROOM: u8 = 3;

impl Narrator<'_> {
    /// The equation with one slip in it, which makes it wrong: one of a kind that is rare on the sheet so far.
    pub(super) fn mistake(&self, source: &Source, causes: &mut Vec<Cause>, random: &mut Random) -> Option<Exercise> {
        let all = shuffled(random, slips(source.right(), self.glossary.index_base));
        // bounds and shifts can be wrong in many places: kinds first
        let mut kinds: Vec<Cause> = Vec::new();
        all.iter().map(|(_, slip)| slip.kind()).for_each(|kind| {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        });
        let mut kinds = shuffled(random, kinds);
        kinds.sort_by_key(|kind| causes.iter().filter(|cause| *cause == kind).count());
        let of_kind = kinds.iter().flat_map(|kind| all.iter().filter(move |(_, slip)| slip.kind() == *kind));
        let (right, slip) = of_kind.into_iter().find(|(right, slip)| self.is_wrong(source, right, slip))?;
        causes.push(slip.kind());
        Some(Exercise {
            task: self.say(Sentence::FindMistake),
            shown: Some(Shown::Mistaken(source.with(right.clone()))),
            answer: self.cause(slip),
            result: Some(source.equation.clone()),
            in_numbers: false,
            room: ROOM,
        })
    }

    /// Does the equation not hold with this right side? Where that would be for an index outside a tensor alone, it might be read as
    /// one that does.
    fn is_wrong(&self, source: &Source, right: &Formula, slip: &Slip) -> bool {
        // there may be no entry after the last
        if let Slip::Entry { wrong: Formula::Entry(tensor, offset), .. } = slip
            && *offset as usize >= self.glossary.shape(*tensor).iter().product()
        {
            return false;
        }
        let Err(refuted) = self.checker.check(&source.with(right.clone())) else { return false };
        match refuted.reason {
            Reason::Differs(..) => true,
            Reason::Shapes(..) | Reason::Zeros(_) => slip.resizes(),
            Reason::Captured(_)
            | Reason::BoundTwice(_)
            | Reason::Unbound(_)
            | Reason::NoRange(_)
            | Reason::Ambiguous(_)
            | Reason::Level(_)
            | Reason::Outside(..)
            | Reason::Ties
            | Reason::NoMaximum
            | Reason::NoCase
            | Reason::NoMeaning(_) => false,
        }
    }

    fn cause(&self, slip: &Slip) -> Inlines {
        let math = |formula: &Formula| self.math(formula);
        self.say(match slip {
            Slip::Direction { wrong, right } => Sentence::WrongDirection { wrong: math(wrong), right: math(right) },
            Slip::Shift { wrong, right } => Sentence::ShiftedByOne { wrong: math(wrong), right: math(right) },
            Slip::Entry { wrong, right } => Sentence::WrongEntry { wrong: math(wrong), right: math(right) },
            Slip::Step { wrong, right } => Sentence::IndexWithoutStep { wrong: math(wrong), right: math(right) },
            Slip::Bound => Sentence::BoundOffByOne,
            Slip::Transposed { right } => Sentence::NotTransposed { right: math(right) },
            Slip::Sum { letters } => {
                Sentence::SumMissing { letters: letters.iter().map(|l| math(&Formula::Letter(l.clone()))).collect() }
            }
            Slip::Sign => Sentence::WrongSign,
            Slip::Factor(factor) => Sentence::FactorMissing { factor: math(factor) },
            Slip::NotTurned(kernel) => Sentence::KernelNotTurned { kernel: math(kernel) },
            Slip::Turned(kernel) => Sentence::KernelTurned { kernel: math(kernel) },
            Slip::Spread(of) => Sentence::SpreadMissing { x: math(of) },
            Slip::Pad => Sentence::WrongLines,
            Slip::Stride => Sentence::StepMissing,
        })
    }
}
