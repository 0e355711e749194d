//! Formulas: what is displayed, as trees with a meaning, before anyone decides on brackets and lines.

mod glossary;
mod name;
pub mod read;
mod tree;

pub(crate) use glossary::Printed;
pub use glossary::{Conventions, Glossary, Sliding};
pub use name::{Around, Level, Marks, Name};
pub use tree::{Big, Bounds, Condition, Equation, Extreme, Formula, Letter, Matrix, Op, Range, Relation, Slide};
