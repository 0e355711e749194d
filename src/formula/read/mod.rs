//! The reader: from the written form of an equation back to the tree.
//!
//! Each written form has a lexer of its own; all make the same tokens, and one grammar reads these. Names are those of the glossary.
//! A letter that a big sign around it or the left side of the equation binds is that letter, also where a tensor has the same name:
//! the innermost binding wins, as it does for a reader. What cannot be read is an error with its place; nothing is guessed.

mod atoms;
mod conditions;
#[cfg(test)]
mod displays;
mod document;
mod grammar;
mod latex;
mod names;
mod operators;
mod rank;
mod subscripts;
#[cfg(test)]
mod tests;
mod text;
mod token;

use std::fmt;

use super::glossary::Glossary;
use super::tree::Equation;
use crate::text::greek_name;
pub use document::{Shown, inline, shown};

/// A form in which formulas are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Text in Unicode.
    Text,
    /// Text in ASCII.
    Ascii,
    /// LaTeX.
    Latex,
}

/// Why a text cannot be read as a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// Where in the text, in bytes.
    pub place: usize,
    /// What is wrong there.
    pub message: String,
    /// Is something left out on purpose, so that the text does not say the whole?
    pub elided: bool,
}

impl ReadError {
    fn new(place: usize, message: impl Into<String>) -> ReadError {
        ReadError { place, message: message.into(), elided: false }
    }

    fn elided(place: usize, message: impl Into<String>) -> ReadError {
        ReadError { elided: true, ..ReadError::new(place, message) }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "at {}: {}", self.place, self.message)
    }
}

impl std::error::Error for ReadError {}

/// Reads `left = right = …`.
///
/// # Errors
/// What cannot be read, or can be read in two ways.
pub fn read(glossary: &Glossary, written: Written, text: &str) -> Result<Equation, ReadError> {
    let names = names::Names::new(glossary, written);
    let list = subscripts::joined(tokens(written, text)?, &names);
    grammar::Parser::new(&names).equation(&list)
}

fn tokens(written: Written, text: &str) -> Result<token::List, ReadError> {
    match written {
        Written::Text => text::tokens(text, false),
        Written::Ascii => text::tokens(text, true),
        Written::Latex => latex::tokens(text),
    }
}

/// A word as the layer language writes it: Greek letters by their names.
fn spelled(shown: &str) -> &str {
    let mut chars = shown.chars();
    let one = chars.next().filter(|_| chars.next().is_none());
    one.and_then(greek_name).unwrap_or(shown)
}
