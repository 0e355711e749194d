//! What a user sets of a layer: the input's shape, options by name, sizes by letter; and how it is refused.

use std::collections::BTreeMap;
use std::fmt;

use crate::expr::Number;
use crate::text::Diagnostic;

/// The value of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A number for each axis; one number stands for all axes.
    Axes(Vec<i64>),
    /// Two numbers for each axis, before and behind it; one pair stands for all axes.
    Sides(Vec<(i64, i64)>),
    /// A number that is no integer.
    Fraction(Number),
    /// A word, for a choice.
    Word(String),
}

/// What a user sets of a layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Sizes of the input's axes.
    pub input: Option<Vec<i64>>,
    /// Sizes of the axes of further inputs, in the order of the text, as far as they are known.
    pub others: Vec<Vec<i64>>,
    /// Options by name, as the layer's parameter list declares them.
    pub options: BTreeMap<String, Setting>,
    /// Sizes and parameters by the letter that the layer's text uses.
    pub sizes: BTreeMap<String, i64>,
}

/// Why a layer could not be bound: its text is wrong, or what was set does not fit it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The text of the layer is wrong, or is wrong at these sizes.
    Text(Vec<Diagnostic>),
    /// What the user set does not fit the layer.
    Setting {
        /// What is wrong: lower case, no full stop.
        message: String,
        /// What to do about it.
        hint: String,
    },
}

impl Refusal {
    pub(super) fn setting(message: impl Into<String>, hint: impl Into<String>) -> Refusal {
        Refusal::Setting { message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Text(diagnostics) => {
                let messages: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
                write!(f, "{}", messages.join("; "))
            }
            Refusal::Setting { message, .. } => write!(f, "{message}"),
        }
    }
}

impl std::error::Error for Refusal {}
