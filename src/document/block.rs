//! What a document is made of: blocks of words, formulas, tables and pictures, which are handed on one by one.

use std::io;

use super::figure::Figure;
use super::inline::Inlines;
use super::math::Math;

/// A block of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Lines for whoever reads the source: what made this, what was checked.
    Header(Vec<String>),
    /// Lines for the same reader at the end.
    Closing(Vec<String>),
    /// The document's title.
    Title(Inlines),
    /// A section's heading.
    Heading(Inlines),
    /// The heading of a part of a section.
    Subheading(Inlines),
    /// A paragraph.
    Paragraph(Inlines),
    /// A displayed formula.
    Display(Display),
    /// A table.
    Table(Table),
    /// A picture of what is connected with what.
    Figure(Box<Figure>),
}

/// A table: a head and rows with as many cells each, some of them empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What the columns hold.
    pub head: Vec<Inlines>,
    /// The rows.
    pub rows: Vec<Vec<Inlines>>,
}

/// One or more aligned rows. A single row may carry a label, and is then numbered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Display {
    /// The rows.
    pub rows: Vec<Row>,
    /// A stable name of the equation, for references; only with a single row.
    pub label: Option<String>,
    /// What it is chosen by: the tensor and what is said of it, such as `grad_a.chain`. A long equation may be in several displays.
    pub name: String,
    /// A number of its own, given by whoever asked for it.
    pub tag: Option<String>,
    /// What its marks mean: running text after it, said once.
    pub marks: Vec<Inlines>,
}

/// A row of a display, `left = right`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What stands before the relation; nothing where the row continues an equation.
    pub left: Option<Math>,
    /// Does `=` stand between? Not where a long right-hand side goes on.
    pub equals: bool,
    /// What stands after it.
    pub right: Math,
}

/// Takes blocks as they are made.
pub trait Sink {
    /// Takes the next block.
    fn block(&mut self, block: Block) -> io::Result<()>;
}
