//! What a document is made of: blocks of words, formulas, tables and pictures, which are handed on one by one.

use std::io;

use super::figure::Figure;
use super::inline::Inlines;
use super::math::Math;

/// A block of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Lines for whoever reads the source: what made this, what was checked; and whether there will be pictures.
    Header {
        /// The lines.
        lines: Vec<String>,
        /// Is there a picture?
        pictures: bool,
    },
    /// How the equations of the document fared, for the same reader at the end.
    Closing(Evaluated),
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
    /// Room to write, so many lines high: where there is paper to write on.
    Room(u8),
}

/// A table: a head and rows with as many cells each, some of them empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What it is chosen by, as a [`Display`] is.
    pub name: String,
    /// What the columns hold.
    pub head: Vec<Inlines>,
    /// The rows.
    pub rows: Vec<Vec<Inlines>>,
    /// What marks in it mean: running text after it, said once.
    pub marks: Vec<Inlines>,
    /// How its equations fared.
    pub evaluated: Evaluated,
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
    /// Is it what a reader looks up? It stands in a frame where the format has one.
    pub boxed: bool,
    /// Are its rows short equations, two of which stand side by side where paper is to be saved?
    pub paired: bool,
    /// How its equations fared; those of several displays in a row stand with the first.
    pub evaluated: Evaluated,
}

/// Equations that were evaluated as they are displayed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluated {
    /// How many hold.
    pub held: usize,
    /// How many could not be evaluated for each reason.
    pub left_out: Vec<(&'static str, usize)>,
    /// How many were displayed with a mistake on purpose, and do not hold.
    pub mistaken: usize,
}

impl Evaluated {
    /// These too.
    pub fn add(&mut self, more: Evaluated) {
        self.held += more.held;
        self.mistaken += more.mistaken;
        more.left_out.into_iter().for_each(|(why, count)| self.leave_out(why, count));
    }

    /// So many more could not be evaluated for this reason.
    pub(super) fn leave_out(&mut self, why: &'static str, count: usize) {
        match self.left_out.iter_mut().find(|(known, _)| *known == why) {
            Some((_, known)) => *known += count,
            None => self.left_out.push((why, count)),
        }
    }

    /// The same in words, for readers of the source; nothing where there are none.
    pub fn lines(&self) -> Vec<String> {
        let of = |n: usize| format!("{n} {}", if n == 1 { "equation" } else { "equations" });
        let held = Some(self.held).filter(|&held| held > 0);
        let held = held.map(|held| format!("{} of this document evaluated as displayed, 0 failed", of(held)));
        let left_out = self.left_out.iter().map(|(why, count)| format!("{} not evaluated: {why}", of(*count)));
        let mistaken = Some(self.mistaken).filter(|&count| count > 0);
        let mistaken = mistaken.map(|count| format!("{} with a mistake on purpose, each of them refuted", of(count)));
        held.into_iter().chain(left_out).chain(mistaken).collect()
    }
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
