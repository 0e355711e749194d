//! What the command line does with text alone: no file is read, and nothing is written. For tests, and for programs that look for
//! inputs on which this one fails.

use std::path::PathBuf;

use annotate_snippets::Renderer;

use super::directive::{Setting, generate_within};
use super::problem::Problem;
use super::values;
use crate::derivation::Given;
use crate::document::Notation;
use crate::index::{Instance, TensorDecl};
use crate::render::Host;
use crate::weave::Syntax;

/// Why a text was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The exit status of a command that is given this.
    pub status: u8,
    /// What the user is told, without colours.
    pub message: String,
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Refused {
        Refused { status: problem.status(), message: problem.drawing(&Renderer::plain()) }
    }
}

/// Carries out the words of a directive in a document of this format, with so many bytes of memory. They may name no files.
///
/// # Errors
/// Where `derive weave` would refuse them.
pub fn directive(words: &str, syntax: Syntax, memory: u128) -> Result<String, Refused> {
    // a folder that cannot be
    let folder = PathBuf::from("\0");
    let setting = Setting { folder, syntax, level: 0, host: Host::GitHub, taken: Vec::new() };
    Ok(generate_within(words, &setting, memory)?.text)
}

/// A notation made to fit a layer, as the option `--notation` does it.
///
/// # Errors
/// Where two things would look alike.
pub fn fitted(notation: Notation, instance: &Instance) -> Result<Notation, Refused> {
    let letter = |t: &TensorDecl| t.label.as_ref().map_or_else(|| t.name.clone(), |l| l.letter.clone());
    let names: Vec<String> = instance.tensors.iter().map(letter).chain(["delta".to_string()]).collect();
    Ok(super::notation::fitted(notation, instance, &names, &[])?)
}

/// The numbers in a text that `--values` takes.
///
/// # Errors
/// Where the text is refused.
pub fn given(text: &str) -> Result<Given, Refused> {
    Ok(values::given("values.json", text)?)
}
