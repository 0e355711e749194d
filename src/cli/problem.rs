//! Problems: what goes to stderr, and the exit status. Carets are drawn by a library.

use std::io::{self, IsTerminal, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::derivation::Failure;
use crate::expand::ExpandError;
use crate::layer::Refusal;
use crate::text::{Diagnostic, Source, Span};

/// Why there is no output.
#[derive(Debug)]
pub(super) enum Problem {
    /// Something is wrong in a text.
    Text(Source, Vec<Diagnostic>),
    /// Something else is wrong with the input.
    Input {
        /// What: lower case, no full stop.
        message: String,
        /// What to do about it.
        hint: String,
    },
    /// Several of them.
    Several(Vec<Problem>),
    /// A check failed.
    Bug(String),
}

/// Writes to stderr what is less than was asked for, though there is output.
pub(super) fn warn(messages: &[String]) {
    for message in messages {
        // a closed stderr is no reason to fail
        let _ = writeln!(io::stderr(), "warning: {message}");
    }
}

/// Is what goes there coloured? As clap decides it for its own messages: NO_COLOR is stronger than CLICOLOR_FORCE, and that is
/// stronger than that there is no terminal.
pub(super) fn coloured(stream: &impl IsTerminal) -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    if set("CLICOLOR_FORCE").is_some_and(|v| v != "0") {
        return true;
    }
    stream.is_terminal() && set("CLICOLOR").is_none_or(|v| v != "0") && set("TERM").is_none_or(|v| v != "dumb")
}

impl Problem {
    pub(super) fn input(message: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem::Input { message: message.into(), hint: hint.into() }
    }

    /// A refusal of a layer whose text is `source`.
    pub(super) fn refusal(refusal: Refusal, source: &Source) -> Problem {
        match refusal {
            Refusal::Text(diagnostics) => Problem::Text(source.clone(), diagnostics),
            Refusal::Setting { message, hint } => Problem::Input { message, hint },
        }
    }

    /// # Errors
    /// With all of them, if there are any.
    pub(super) fn unless_empty(mut problems: Vec<Problem>) -> Result<(), Problem> {
        match problems.len() {
            0 => Ok(()),
            1 => Err(problems.remove(0)),
            _ => Err(Problem::Several(problems)),
        }
    }

    /// A derivation that came to nothing.
    pub(super) fn failure(failure: &Failure) -> Problem {
        let message = failure.to_string();
        match failure {
            Failure::TooLarge { .. } => Problem::input(message, "take smaller sizes: the formulas are the same"),
            Failure::Expand(ExpandError::EmptyReduction { .. }) => {
                Problem::input(message, "take less padding, dilation or stride, or look at the layer's text")
            }
            Failure::Expand(ExpandError::TooLarge { .. }) | Failure::Excess(_) => {
                let hint =
                    "take smaller ones, or define a part as a tensor of its own, which is not multiplied into others";
                Problem::input(message, hint)
            }
            Failure::NoValue { .. } => {
                let hint = "look at the layer's text: it divides by what is 0, or takes a logarithm or a root of what has none, \
                            whatever the inputs are";
                Problem::input(message, hint)
            }
            Failure::Expand(_) => Problem::input(message, "look at the layer's text, or take other sizes"),
            Failure::NameTaken(_) => Problem::input(message, "give one another name, such as --rename delta=g"),
            Failure::Refuted(_) => Problem::Bug(message),
        }
    }

    /// The same with the place in a text that it is about.
    pub(super) fn at(self, source: &Source, span: Span) -> Problem {
        match self {
            Problem::Input { message, hint } => {
                Problem::Text(source.clone(), vec![Diagnostic::new(span, message).hint(hint)])
            }
            Problem::Text(..) | Problem::Several(_) | Problem::Bug(_) => self,
        }
    }

    /// The exit status.
    pub(super) fn status(&self) -> u8 {
        match self {
            Problem::Text(..) | Problem::Input { .. } => 2,
            Problem::Several(list) => list.iter().map(Problem::status).max().unwrap_or(2),
            Problem::Bug(_) => 70,
        }
    }

    /// Writes the problem to stderr.
    pub(super) fn report(&self) {
        let colour = coloured(&io::stderr());
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        // a closed stderr is no reason to fail in another way
        let _ = writeln!(io::stderr(), "{}", self.drawing(&renderer));
    }

    /// The problem as the user is shown it.
    pub(super) fn drawing(&self, renderer: &Renderer) -> String {
        match self {
            Problem::Text(source, diagnostics) => {
                let drawings: Vec<String> = diagnostics.iter().map(|d| renderer.render(&[drawn(source, d)])).collect();
                drawings.join("\n\n")
            }
            Problem::Several(list) => list.iter().map(|p| p.drawing(renderer)).collect::<Vec<_>>().join("\n\n"),
            Problem::Input { message, hint } => {
                let title = Level::ERROR.primary_title(message.as_str()).element(Level::HELP.message(hint.as_str()));
                renderer.render(&[title])
            }
            Problem::Bug(message) => {
                let title =
                    Level::ERROR.primary_title(message.as_str()).element(Level::NOTE.message(
                        "this is a bug in derive, not in your input; please report it with the command you ran",
                    ));
                renderer.render(&[title])
            }
        }
    }
}

fn drawn<'a>(source: &'a Source, diagnostic: &'a Diagnostic) -> Group<'a> {
    // spans of parsers end inside the text; cut them all the same, for a drawing must not fail
    let within = |place: usize| {
        let place = place.min(source.text.len());
        (0..=place).rev().find(|&p| source.text.is_char_boundary(p)).unwrap_or(0)
    };
    let span = |s: crate::text::Span| within(s.start)..within(s.end).max(within(s.start));
    let mut snippet = Snippet::source(source.text.as_str())
        .path(source.name.as_str())
        .annotation(AnnotationKind::Primary.span(span(diagnostic.span)).label(diagnostic.label.as_str()));
    for note in &diagnostic.notes {
        snippet = snippet.annotation(AnnotationKind::Context.span(span(note.span)).label(note.label.as_str()));
    }
    let group = Level::ERROR.primary_title(diagnostic.message.as_str()).element(snippet);
    match &diagnostic.hint {
        Some(hint) => group.element(Level::HELP.message(hint.as_str())),
        None => group,
    }
}
