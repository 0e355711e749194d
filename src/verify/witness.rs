//! Witnesses: the points that verification keeps, so that what is displayed can be evaluated at them.

use super::evaluate::Table;
use super::field::Prime;
use super::functions::Meaning;
use super::tape::{Tape, first_elements};
use crate::expr::{Number, TensorId, Ties};
use crate::index::{Instance, Part};

/// Numbers for everything that a formula may name, at a few points.
///
/// The first point is one of the whole field, without an order. Where the source asks for one there is an ordered point too, which is
/// crowded so that ties and kinks occur; and both once more where the layer's assumptions hold, if it has any.
#[derive(Debug)]
pub struct Witness {
    pub(super) points: Vec<Known>,
    /// The number of each tensor's first element, and that of all elements.
    pub(super) firsts: Vec<u32>,
    /// Who gets the derivative of a maximum when there is a tie.
    pub(super) ties: Ties,
    /// The function of the activation below: `a = σ(z)` for the first input a.
    pub(super) activation: Option<String>,
}

/// What is known at one point.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) meaning: Meaning,
    /// Do the layer's assumptions hold?
    pub(super) assumed: bool,
    /// The values of all tensors of the arena, adjoints too; nothing for those that have none.
    pub(super) table: Table,
    /// The local derivatives of each definition's equations; none of what a user gave, which may have no exact value.
    pub(super) tapes: Vec<Tape>,
    /// What the activation below is applied to, and its error.
    pub(super) below: Option<Below>,
    /// Are the numbers those of a user, which only what is exact follows from?
    pub(super) given: bool,
}

/// The layer below: what its activation is applied to, and ∂C/∂(that).
#[derive(Debug)]
pub(super) struct Below {
    pub(super) before: Vec<Prime>,
    pub(super) error: Vec<Prime>,
}

impl Witness {
    /// The function of the activation below.
    pub fn activation(&self) -> Option<&str> {
        self.activation.as_deref()
    }

    /// The numbers of a worked example, as far as they are exact, as a point of their own. What the activation below is applied to
    /// is in no example: any number may stand for it.
    pub fn of_values<'a>(
        instance: &Instance,
        ties: Ties,
        activation: Option<&str>,
        values: impl Iterator<Item = (TensorId, Option<Vec<&'a Number>>)>,
    ) -> Witness {
        let mut table: Table = vec![Vec::new(); 2 * instance.tensors.len()];
        for (tensor, exact) in values {
            table[tensor.0 as usize] = exact.into_iter().flatten().map(Prime::from_number).collect();
        }
        let meaning = Meaning { ordered: true, reduced: false };
        let below = first_input(instance).zip(activation).and_then(|(input, name)| {
            Below::new(meaning, name, table[input].clone(), &table[instance.tensors.len() + input])
        });
        let point = Known { meaning, assumed: true, table, tapes: Vec::new(), below, given: true };
        let activation = activation.map(str::to_string);
        Witness { points: vec![point], firsts: first_elements(instance), ties, activation }
    }
}

impl Below {
    /// What the activation is applied to, and what it makes of the derivative by its results; nothing where there are none.
    pub(super) fn new(meaning: Meaning, name: &str, before: Vec<Prime>, after: &[Prime]) -> Option<Below> {
        let through = |(&x, given): (&Prime, &Prime)| Some(meaning.call(name, 0, x)?.1.mul(*given));
        let error = before.iter().zip(after).map(through).collect::<Option<Vec<Prime>>>()?;
        (error.len() == before.len()).then_some(Below { before, error })
    }
}

/// The tensor that the activation below gives: the first input.
pub(super) fn first_input(instance: &Instance) -> Option<usize> {
    instance.tensors.iter().position(|t| t.part == Part::Input)
}
