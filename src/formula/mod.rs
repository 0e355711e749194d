//! Formulas: what is displayed, as trees with a meaning, before anyone decides on brackets and lines.

mod changed;
mod general;
mod glossary;
mod indexed;
mod name;
mod operators;
pub mod read;
mod relation;
mod scalar;
mod tree;

pub use crate::index::Extreme;
pub use general::{AnySize, written as written_size};
pub(crate) use glossary::Printed;
pub use glossary::{Conventions, Glossary, Indices, Sliding};
pub use indexed::{Readings, definition, readings};
pub use name::{Around, Level, Marks, Name, unbraced};
pub use operators::{As, Cell, Letters, Meaning, Operators, Written, channels_text, shown};
pub use scalar::{Maxima, Scalars, maxima};
pub use tree::{BLANK, Big, Bounds, Condition, Equation, Formula, Letter, Matrix, Op, Range, Relation, Slide};
