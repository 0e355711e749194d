//! Cuts the formulas out of a LaTeX text and renders each with katex-rs in its strict mode, so that a formula that web pages
//! would refuse fails a test, with nothing installed.
//!
//! A test file includes this one by `#[path = "support/katex.rs"] mod katex_check;`. KaTeX accepts things that TeX does not,
//! and the reverse: a formula needs both checks.
#![allow(dead_code, reason = "each test crate includes this file and uses a part of it")]

#[path = "latex_source.rs"]
#[allow(clippy::duplicate_mod, reason = "a test file may include the TeX and the KaTeX checks, and each needs this")]
mod latex_source;

use katex::{KatexContext, Settings, StrictMode, StrictSetting};
use latex_source::Token;
use std::panic::{self, AssertUnwindSafe};
use std::thread;

/// The environments that open a formula, as TeX and KaTeX know them.
const ALIGNED: [&str; 6] = ["align", "align*", "alignat", "alignat*", "gather", "gather*"];

/// The environments whose body alone is a formula.
const SINGLE: [&str; 3] = ["equation", "equation*", "displaymath"];

/// The environments that KaTeX does not have; their rows are checked as rows of `gathered`.
const BROKEN: [&str; 2] = ["multline", "multline*"];

/// Deeply nested formulas need room on the stack; running out of it would end the whole test program.
const STACK: usize = 256 << 20;

/// One formula in the form KaTeX takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Formula {
    /// The line of the text it starts on, counted from 1.
    pub(crate) line: usize,
    /// Whether it stands on lines of its own.
    pub(crate) display: bool,
    /// What KaTeX is given.
    pub(crate) body: String,
}

/// Renders every formula of a fragment or document and says how many there were.
///
/// # Errors
/// One message for each formula that KaTeX refuses and for each that does not close, with the line it starts on.
pub(crate) fn check(fragment: &str) -> Result<usize, Vec<String>> {
    let formulas = formulas(fragment).map_err(|message| vec![message])?;
    let count = formulas.len();
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || refusals(&formulas));
    let messages = worker.expect("a thread can be started").join().expect("panics are caught inside");
    if messages.is_empty() { Ok(count) } else { Err(messages) }
}

fn refusals(formulas: &[Formula]) -> Vec<String> {
    let context = KatexContext::default();
    let settings = |display| {
        let strict = StrictSetting::Mode(StrictMode::Error);
        Settings::builder().display_mode(display).strict(strict).throw_on_error(true).build()
    };
    let refusal = |formula: &Formula| {
        let settings = settings(formula.display);
        let render = || katex::render_to_string(&context, &formula.body, &settings);
        match panic::catch_unwind(AssertUnwindSafe(render)) {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(format!("line {}: {error}", formula.line)),
            Err(_) => Some(format!("line {}: katex-rs panicked on: {}", formula.line, formula.body)),
        }
    };
    formulas.iter().filter_map(refusal).collect()
}

/// Cuts out every formula, in order. Comments are left out, and so is what stands before `\begin{document}`.
///
/// # Errors
/// The first formula that does not close.
pub(crate) fn formulas(text: &str) -> Result<Vec<Formula>, String> {
    let tokens: Vec<Token<'_>> = latex_source::tokens(text);
    let mut found = Vec::new();
    let mut place = start_of_document(&tokens);
    while let Some(token) = tokens.get(place) {
        let opening = match token.text {
            r"\[" => Some((Close::Token(r"\]"), place + 1)),
            r"\(" => Some((Close::Token(r"\)"), place + 1)),
            "$" if tokens.get(place + 1).is_some_and(|next| next.text == "$") => {
                return Err(format!("line {}: `$$` is plain TeX: write `\\[`", token.line));
            }
            "$" => Some((Close::Token("$"), place + 1)),
            r"\begin" => latex_source::group(&tokens, place + 1)
                .filter(|(name, _)| is_formula(name))
                .map(|(name, after)| (Close::Environment(name), after)),
            _ => None,
        };
        place += 1;
        if let Some((close, start)) = opening {
            let Some((end, after)) = close.find(&tokens, start) else {
                return Err(format!("line {}: this formula does not close", token.line));
            };
            let display = !matches!(close, Close::Token("$" | r"\)"));
            found.push(Formula { line: token.line, display, body: close.wrap(clean(&tokens[start..end])) });
            place = after;
        }
    }
    Ok(found)
}

fn is_formula(environment: &str) -> bool {
    [ALIGNED.as_slice(), &SINGLE, &BROKEN].concat().contains(&environment)
}

fn start_of_document(tokens: &[Token<'_>]) -> usize {
    let begins = |place: &usize| {
        let name = || latex_source::group(tokens, place + 1).map(|(name, _)| name);
        tokens[*place].text == r"\begin" && name().as_deref() == Some("document")
    };
    (0..tokens.len()).find(begins).unwrap_or(0)
}

/// What ends a formula.
enum Close {
    Token(&'static str),
    Environment(String),
}

impl Close {
    /// Where the formula that starts at `start` ends, and the place after its closing part.
    fn find(&self, tokens: &[Token<'_>], start: usize) -> Option<(usize, usize)> {
        let mut depth = 0_usize;
        for (place, token) in tokens.iter().enumerate().skip(start) {
            match (self, token.text) {
                (_, "{") => depth += 1,
                (_, "}") => depth = depth.checked_sub(1)?,
                (Self::Token(close), text) if depth == 0 && text == *close => return Some((place, place + 1)),
                (Self::Environment(name), r"\end") if depth == 0 => match latex_source::group(tokens, place + 1) {
                    Some((ended, after)) if ended == *name => return Some((place, after)),
                    _ => {}
                },
                _ => {}
            }
        }
        None
    }

    /// The formula as KaTeX takes it.
    fn wrap(&self, body: String) -> String {
        match self {
            Self::Environment(name) if ALIGNED.contains(&name.as_str()) => {
                format!("\\begin{{{name}}}{body}\\end{{{name}}}")
            }
            Self::Environment(name) if BROKEN.contains(&name.as_str()) => {
                format!("\\begin{{gathered}}{body}\\end{{gathered}}")
            }
            Self::Environment(_) | Self::Token(_) => body,
        }
    }
}

/// Leaves out comments and the commands that steer TeX alone: labels, counters, page breaks.
fn clean(tokens: &[Token<'_>]) -> String {
    let mut body = String::new();
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        place += 1;
        let arguments = match token.text {
            r"\label" => 1,
            r"\setcounter" => 2,
            r"\allowdisplaybreaks" | r"\displaybreak" => 0,
            _ if token.is_comment() => {
                body.push('\n');
                continue;
            }
            text => {
                body.push_str(text);
                continue;
            }
        };
        for _ in 0..arguments {
            place = latex_source::group(tokens, place).map_or(place, |(_, after)| after);
        }
    }
    body
}
