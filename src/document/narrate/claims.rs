//! What is displayed is evaluated as it is displayed, before it is handed on: the equations of one document, and how they fared.

use std::cell::{Cell, RefCell};
use std::fmt;

use crate::formula::Equation;
use crate::verify::formula::{Checked, Checker, Reason, Refuted, Why};

/// A displayed equation that does not hold: a bug in this program.
#[derive(Debug)]
pub struct Refutation(pub String);

impl fmt::Display for Refutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refutation {}

/// The equations of one document.
#[derive(Default)]
pub(super) struct Claims {
    /// How many hold.
    held: Cell<usize>,
    /// How many could not be evaluated for each reason.
    left_out: RefCell<Vec<(&'static str, usize)>>,
    /// The first that does not hold.
    refuted: RefCell<Option<String>>,
}

impl Claims {
    /// Evaluates an equation; `show` spells it for a report.
    pub(super) fn claim(&self, checker: &Checker<'_>, equation: &Equation, show: impl FnOnce() -> String) {
        match checker.check(equation) {
            Ok(Checked::At(_)) => self.held.set(self.held.get() + 1),
            Ok(Checked::Not(Why::Rounded)) => self.leave_out("rounded numbers in it"),
            Ok(Checked::Not(Why::NoValue)) => self.leave_out("no value where it was tried"),
            Ok(Checked::Not(Why::NoRange)) => self.leave_out("a letter without a range"),
            // the letters are those that were chosen for the tensors
            Err(refuted) if matches!(refuted.reason, Reason::Ambiguous(_)) => {
                self.leave_out("a letter that stands for two tensors");
            }
            Err(Refuted { reason: Reason::NoMeaning(what), .. }) => self.leave_out(what),
            Err(refuted) => {
                let mut first = self.refuted.borrow_mut();
                if first.is_none() {
                    *first = Some(format!("a displayed equation does not hold: {refuted}: {}", show()));
                }
            }
        }
    }

    /// The first equation that does not hold.
    pub(super) fn refutation(&self) -> Option<Refutation> {
        self.refuted.borrow().clone().map(Refutation)
    }

    fn leave_out(&self, why: &'static str) {
        let mut list = self.left_out.borrow_mut();
        match list.iter_mut().find(|(known, _)| *known == why) {
            Some((_, count)) => *count += 1,
            None => list.push((why, 1)),
        }
    }

    /// How the equations fared, for readers of the source; nothing where there are none.
    pub(super) fn report(&self) -> Vec<String> {
        let of = |n: usize| format!("{n} {}", if n == 1 { "equation" } else { "equations" });
        let held = Some(self.held.get()).filter(|&held| held > 0);
        let held = held.map(|held| format!("{} of this document evaluated as displayed, 0 failed", of(held)));
        let left_out = self.left_out.borrow();
        let left_out = left_out.iter().map(|(why, count)| format!("{} not evaluated: {why}", of(*count)));
        held.into_iter().chain(left_out).collect()
    }
}
