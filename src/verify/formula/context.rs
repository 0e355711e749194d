//! What an evaluation knows: the names, what they stand for, and the values at a point.

use std::cell::RefCell;

use super::kept::Maxima;
use super::refuted::Reason;
use crate::expr::TensorId;
use crate::formula::{Glossary, Letter, Level};
use crate::index::{Instance, Part};
use crate::verify::field::Prime;
use crate::verify::witness::{Known, Witness, first_input};

/// Evaluates equations whose names are those of a glossary.
pub struct Checker<'a> {
    pub(super) instance: &'a Instance,
    pub(super) witness: &'a Witness,
    pub(super) glossary: &'a Glossary,
    /// The tensors that are printed like another one.
    pub(super) ambiguous: Vec<bool>,
    /// How many entries each tensor has.
    pub(super) lengths: Vec<usize>,
    /// The definition of each tensor that has one, by its place.
    pub(super) defining: Vec<Option<usize>>,
    /// The maxima that were evaluated.
    pub(super) maxima: RefCell<Maxima>,
    /// Letters for sizes, and the numbers that they have in this instance.
    pub(super) sizes: Vec<(Letter, i64)>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A tensor of the arena.
    Tensor(usize),
    /// What the activation below is applied to.
    Before,
    /// The derivative of the loss by that.
    Error,
}

/// Why an evaluation ends early.
pub(super) enum Stop {
    /// It is about an array, where a number was asked for.
    Array,
    /// There is no value at this point.
    NoValue,
    /// There is no sense in it.
    Refuted(Box<Reason>),
}

pub(super) type Value<T> = Result<T, Stop>;

/// There is no sense in it.
pub(super) fn refuted<T>(reason: Reason) -> Value<T> {
    Err(Stop::Refuted(Box::new(reason)))
}

/// What has no value stops.
pub(super) fn known<T>(value: Option<T>) -> Value<T> {
    value.ok_or(Stop::NoValue)
}

impl<'a> Checker<'a> {
    /// What a tensor with this mark stands for, if anything.
    pub(super) fn source(&self, tensor: TensorId, level: Level) -> Option<Source> {
        if level == Level::None {
            return Some(Source::Tensor(tensor.0 as usize));
        }
        let of = tensor.0 as usize % self.instance.tensors.len();
        if self.glossary.conventions().in_net || self.glossary.name(tensor).level != Level::None {
            return Some(Source::Tensor(tensor.0 as usize)); // it keeps its number
        }
        let input = self.instance.tensors[of].part == Part::Input;
        let below = of == self.instance.output() && self.witness.activation.is_some();
        match level {
            Level::This => (!input).then_some(Source::Tensor(tensor.0 as usize)),
            Level::Below if input => Some(Source::Tensor(tensor.0 as usize)),
            Level::Below if below && of == tensor.0 as usize => Some(Source::Before),
            Level::Below if below => Some(Source::Error),
            Level::None | Level::Below | Level::Number(_) => None,
        }
    }

    /// What stands for the derivative of the loss by this.
    pub(super) fn by_loss(&self, source: Source) -> Option<Source> {
        let tensors = self.instance.tensors.len();
        match source {
            Source::Tensor(t) if t < tensors => Some(Source::Tensor(t + tensors)),
            Source::Before => Some(Source::Error),
            Source::Tensor(_) | Source::Error => None,
        }
    }

    pub(super) fn shape(&self, source: Source) -> &'a [usize] {
        let of = match source {
            Source::Tensor(t) if t < self.instance.tensors.len() => t,
            Source::Tensor(t) => t - self.instance.tensors.len(),
            Source::Before | Source::Error => first_input(self.instance).unwrap_or_default(),
        };
        &self.instance.tensors[of].shape
    }

    /// Is it a number: without axes, or where a letter says all?
    pub(super) fn is_number(&self, tensor: TensorId, source: Source) -> bool {
        let shape = self.shape(source);
        shape.is_empty() || self.glossary.is_single(tensor) && shape.iter().all(|&size| size == 1)
    }
}

/// An evaluation at one point.
pub(super) struct Evaluation<'c, 'a> {
    pub(super) checker: &'c Checker<'a>,
    pub(super) point: &'a Known,
    /// The letters that have a value, the innermost last.
    pub(super) letters: Vec<(Letter, i64)>,
}

impl<'a> Evaluation<'_, 'a> {
    pub(super) fn values(&self, source: Source) -> Value<&'a [Prime]> {
        let found = match source {
            Source::Tensor(t) => self.point.table.get(t),
            Source::Before => self.point.below.as_ref().map(|b| &b.before),
            Source::Error => self.point.below.as_ref().map(|b| &b.error),
        };
        known(found.map(Vec::as_slice).filter(|values| !values.is_empty()))
    }
}
