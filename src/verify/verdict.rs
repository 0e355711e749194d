//! What is claimed, and what became of it.

use std::fmt;

use crate::differentiate::Gradients;
use crate::expr::{System, TensorId, Ties};
use crate::index::Instance;
use crate::recognise::Recognition;

/// How many points of the whole field are tried.
pub(super) const STRUCTURE_POINTS: usize = 2;

/// Everything that is about to be printed, and what it came from.
#[derive(Clone, Copy)]
pub struct Claims<'a> {
    /// The source.
    pub instance: &'a Instance,
    /// Its expansion.
    pub system: &'a System,
    /// Its gradients.
    pub gradients: &'a Gradients,
    /// Gradients in index form, as definitions of adjoints over the tensors of the source and their adjoints.
    pub index_form: &'a Instance,
    /// Recognised operators, by the tensor they give: a defined tensor itself, or the adjoint of a tensor.
    pub recognitions: &'a [(TensorId, Recognition)],
    /// The same under the layer's assumptions.
    pub assuming: &'a [(TensorId, Recognition)],
    /// The convention for ties of a maximum.
    pub ties: Ties,
    /// The function that the first input is taken to be the result of, element by element.
    pub activation: Option<&'a str>,
}

/// What was checked, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Equations `z_o = …` compared with the source.
    pub forward: usize,
    /// Local derivatives ∂z_o/∂x compared with forward mode; those that are not listed are compared with 0.
    pub partials: usize,
    /// Gradient entries compared with forward mode.
    pub entries: usize,
    /// Entries of gradients in index form compared with forward mode.
    pub index_form: usize,
    /// Entries of recognised operators compared with the gradient or the equation.
    pub operators: usize,
    /// Random points used for each.
    pub points: usize,
    /// Were some of them ordered, ties among them?
    pub ordered: bool,
    /// The tensor that had no value at any of the points tried for the same checks, which then could not be made.
    pub without_value: Option<String>,
    /// What did not agree; empty unless there is a bug in this program.
    pub failures: Vec<String>,
}

impl Verdict {
    /// All equations checked.
    pub fn equations(&self) -> usize {
        self.forward + self.partials + self.entries + self.index_form + self.operators
    }

    /// How the checks were made, in words.
    pub fn method(&self) -> &'static str {
        if self.ordered {
            "forward-mode dual numbers over the source at random points modulo 2^61-1, with and without ties"
        } else {
            "forward-mode dual numbers over the source at random points modulo 2^61-1"
        }
    }

    /// How likely a wrong equation passes, in words.
    pub fn error_bound(&self) -> String {
        // Schwartz-Zippel: a nonzero polynomial of degree d vanishes at a random point with probability at most d/p
        format!("at most (degree / 2.3e18)^{} for each equation", STRUCTURE_POINTS)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} equations checked, {} failed", self.equations(), self.failures.len())
    }
}
