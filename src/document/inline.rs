//! Running text: words and formulas in a line.

use super::math::Math;

/// A run of text: words and inline formulas.
pub type Inlines = Vec<Inline>;

/// A piece of running text.
#[derive(Clone, Debug, PartialEq)]
pub enum Inline {
    /// Words.
    Text(String),
    /// A formula in the line.
    Math(Math),
    /// The number of the equation with this label, which stands before; only where equations have numbers.
    Reference(String),
}
