//! What is wanted of a narrative.

use crate::derivation::Values;
use crate::document::measure::Measure;
use crate::document::notation::Notation;
use crate::document::say::Lang;
use crate::expr::{Role, TensorId};

/// A section of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// The layer and its equations.
    Forward,
    /// A picture of what is connected with what; only where it is asked for.
    Network,
    /// Pictures of windows that slide; only where they are asked for.
    Window,
    /// Gradients of intermediate tensors.
    Intermediate,
    /// Gradients of inputs.
    Input,
    /// Gradients of weights.
    Weight,
    /// Gradients of biases.
    Bias,
    /// The table at the end of a net.
    Summary,
    /// Everything worked in numbers.
    Values,
}

impl Section {
    /// The section in which the gradient of a tensor with this role is told.
    pub fn of(role: Role) -> Section {
        match role {
            Role::Input => Section::Input,
            Role::Weight => Section::Weight,
            Role::Bias => Section::Bias,
            Role::Data | Role::Intermediate | Role::Output | Role::Target | Role::Adjoint => Section::Intermediate,
        }
    }
}

/// How many entries of a tensor are written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entries {
    /// Every one, and every term of each.
    All,
    /// The first one, one in the middle with most terms, and the last; long sums with dots.
    Few,
    /// None.
    None,
}

/// How slowly a derivation is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// The results, the index forms and the operators.
    Brief,
    /// One or two entries step by step, the others as what they come to: all of a tensor that has at most nine entries, few of a larger one.
    #[default]
    Tutorial,
    /// Every entry step by step with every zero: of a tensor that has at most 64 entries, in a net at most 4, few of a larger one.
    Full,
}

/// What is wanted of a narrative.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Sections; empty for all.
    pub sections: Vec<Section>,
    /// `None`: as many as the depth has room for.
    pub entries: Option<Entries>,
    /// How slowly it is told.
    pub depth: Depth,
    /// How wide things are.
    pub measure: Measure,
    /// Notation.
    pub notation: Notation,
    /// The language of the sentences.
    pub lang: Lang,
    /// What was asked of the program, for the header.
    pub command: String,
    /// The derivation worked in numbers.
    pub values: Option<&'a Values>,
    /// Which windows are drawn, and where.
    pub windows: Windows,
    /// Do labelled equations have numbers, so that words can point to them?
    pub numbered: bool,
    /// Are the pictures drawn that belong to what is told: of a window where one slides, else of the connections of a small layer?
    pub pictures: bool,
}

/// Which windows are drawn, and where they lie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Windows {
    /// The indices of the entry of the result, as they are printed, one for each axis along which the window slides.
    pub at: Option<Vec<i64>>,
    /// Only the one that gives this tensor.
    pub only: Option<TensorId>,
}
