//! What is displayed is evaluated as it is displayed, before it is handed on: the equations of one document, and how they fared.

use std::cell::{Cell, RefCell};
use std::fmt;

use crate::formula::Equation;
use crate::verify::formula::{Checked, Checker, Why};

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
    left_out: RefCell<Vec<(Why, usize)>>,
    /// The first that does not hold.
    refuted: RefCell<Option<String>>,
}

impl Claims {
    /// Evaluates an equation; `show` spells it for a report.
    pub(super) fn claim(&self, checker: &Checker<'_>, equation: &Equation, show: impl FnOnce() -> String) {
        match checker.check(equation) {
            Ok(Checked::At(_)) => self.held.set(self.held.get() + 1),
            Ok(Checked::Not(why)) => {
                let mut list = self.left_out.borrow_mut();
                match list.iter_mut().find(|(known, _)| *known == why) {
                    Some((_, count)) => *count += 1,
                    None => list.push((why, 1)),
                }
            }
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

    /// How the equations fared, for readers of the source.
    pub(super) fn report(&self) -> Vec<String> {
        let of = |n: usize| format!("{n} {}", if n == 1 { "equation" } else { "equations" });
        let mut lines = vec![format!("{} of this document evaluated as displayed, 0 failed", of(self.held.get()))];
        for (why, count) in self.left_out.borrow().iter() {
            let why = match why {
                Why::Rounded => "rounded numbers in it",
                Why::NoValue => "no value where it was tried",
                Why::NoRange => "a letter without a range",
            };
            lines.push(format!("{} not evaluated: {why}", of(*count)));
        }
        lines
    }
}
