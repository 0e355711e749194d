//! What an exercise is, and what one is made from.

use crate::document::Inlines;
use crate::document::resolve::Mark;
use crate::expr::TensorId;
use crate::formula::{Equation, Formula};

/// An equation that holds, with one right side.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) form: Form,
    /// What it gives: a tensor of the layer or an adjoint, and which entry of it.
    pub(super) of: TensorId,
    pub(super) offset: Option<usize>,
    pub(super) equation: Equation,
}

/// How an equation says what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One entry, written out.
    Entry,
    /// Every entry, in index form.
    Index,
    /// The whole tensor.
    Whole,
}

impl Source {
    pub(super) fn right(&self) -> &Formula {
        &self.equation.chain[0]
    }

    /// The same with another right side.
    pub(super) fn with(&self, right: Formula) -> Equation {
        Equation::new(self.equation.left.clone(), right)
    }
}

/// What is asked, and what the answer is.
#[derive(Clone, Debug)]
pub(super) struct Exercise {
    pub(super) task: Inlines,
    pub(super) shown: Option<Shown>,
    /// The answer in words; where there are none, it is the result.
    pub(super) answer: Inlines,
    /// The equation as it should be, or what is to be written.
    pub(super) result: Option<Equation>,
    /// Does the result hold at the numbers of the sheet, and not everywhere?
    pub(super) in_numbers: bool,
    /// Lines of room for whoever works it out by hand.
    pub(super) room: u8,
}

impl Exercise {
    /// Is the same asked?
    pub(super) fn asks_as(&self, other: &Exercise) -> bool {
        self.task == other.task && self.shown == other.shown
    }
}

/// The formula that an exercise is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shown {
    /// With a blank, or with one in the place of a mark; and the whole.
    Cut(Equation, Option<Mark>, Equation),
    /// With a mistake.
    Mistaken(Equation),
}
