//! The document: what a reader is told, as blocks of words and a math tree, before any back-end spells it.
//!
//! Brackets, signs, spacing, elision and line breaks are decided here and nowhere else. Blocks are handed on one by one, so that a
//! long document is never in memory as a whole.

mod block;
mod code;
mod code_any_size;
mod figure;
mod glossary;
mod inline;
mod layout;
mod math;
mod measure;
mod narrate;
mod narrow;
mod notation;
mod opened;
mod resolve;
mod say;
mod select;

pub use block::{Block, Display, Evaluated, Row, Sink, Table};
pub use code::{code, whole_code};
pub use code_any_size::{any_size_code, any_size_condition};
pub use figure::{
    Cell, Edge, Figure, Grids, Ink, Key, LETTERS, Look, Node, Note, Point, SMALL_LETTERS, Seen, Step, Stroke, Style,
    style,
};
pub use inline::{Inline, Inlines};
pub use math::{Dots, Fence, Math, Matrix, Op};
pub use measure::Measure;
pub use narrate::{
    Depth, Entries, Refutation, Request, Section, Sheet, WindowOf, Windows, exercises, narrate, narrate_any_size,
    windows,
};
pub use notation::{Gradients, NOTATIONS, Notation, read_notation};
pub use resolve::operator_text;
pub use say::Lang;
pub use select::{Selected, Selection};

pub use crate::formula::{Around, Glossary, Level, Marks, Name, Sliding};
pub use crate::text::{greek, is_letter};
