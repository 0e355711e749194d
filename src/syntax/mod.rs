//! The layer language: text to a faithful tree and back. Nothing here knows what a layer means.
//!
//! ```text
//! text ──token──▶ tokens ──line──▶ logical lines ──grammar──▶ ast::File ──print──▶ text
//! ```
//!
//! `grammar/layer.ebnf` is the law; each of its productions is a function of the same name (with
//! `_` for `-`) under this folder. A line is parsed by itself, so an error in one never hides an
//! error in the next. The parser library, nom, stays inside this folder: what leaves it is the
//! tree and [`Diagnostic`]s.
//!
//! Two limits keep every later walk over the tree off the end of the stack: an expression nests
//! at most 100 deep and holds at most 2,000 operators.

pub mod ast;

mod error;
mod grammar;
mod line;
mod precedence;
mod print;
mod spelling;
mod token;
mod words;

pub use print::{print, print_chain};

use crate::text::{Diagnostic, Source};

/// The largest exponent that is worked with, in absolute value. It may be the value of a name or of a bracket too, which is known
/// only when sizes and options are.
pub const MOST_EXPONENT: u32 = 1000;
use token::Place;

/// Is it a word that the layer language keeps for itself?
pub fn is_reserved(word: &str) -> bool {
    token::reserved_word(word)
}

/// Reads a file of layers and nets.
///
/// # Errors
/// Everything that is wrong, in the order of the text: at most one diagnostic for a line. There
/// is no tree then, not even of the lines that are right.
///
/// ```
/// use deriver::syntax::{parse, print};
/// use deriver::text::Source;
///
/// let source = Source::new("dense.derive", "layer dense\n input a[N]\n weight w[N]\n z = sum(i) a[i]*w[i]");
/// let file = parse(&source).unwrap();
/// assert_eq!(file.layers[0].items.len(), 3);
/// assert!(print(&file).ends_with("  z = sum(i) a[i] * w[i]\n"));
/// ```
pub fn parse(source: &Source) -> Result<ast::File, Vec<Diagnostic>> {
    let tokens = line::lines(&token::tokens(&source.text, Place::Layer), Place::Layer);
    grammar::file(&tokens).map_err(|faults| match words::lines_without_ends(&source.text) {
        Some(diagnostic) => vec![diagnostic],
        None => words::diagnostics(&faults),
    })
}

/// Reads a chain of stages as it is given on a command line: the whole text is one.
///
/// # Errors
/// The first thing that is wrong.
///
/// ```
/// use deriver::syntax::{parse_chain, print_chain};
/// use deriver::text::Source;
///
/// let chain = parse_chain(&Source::new("chain", "conv(kernel 3x3, bias none)->leaky-relu 0.01")).unwrap();
/// assert_eq!(chain.stages.len(), 2);
/// assert_eq!(print_chain(&chain), "conv kernel 3x3 bias none -> leaky-relu 0.01");
/// ```
pub fn parse_chain(source: &Source) -> Result<ast::Chain, Vec<Diagnostic>> {
    let tokens = line::lines(&token::tokens(&source.text, Place::Chain), Place::Chain);
    grammar::lone_chain(&tokens).map_err(|fault| vec![fault.diagnostic()])
}
