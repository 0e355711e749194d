//! A preprocessor for mdBook: fenced `derive` blocks and the markers of `weave` become equations in the form that mdBook shows
//! rightly. The protocol: `[context, book]` as JSON on the standard input, the book on the standard output, messages on stderr,
//! where mdBook shows them.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

use super::arguments::{HostArgument, MdbookCall};
use super::directive::{Setting, at_once, folder_of, generate};
use super::problem::{Problem, warn};
use super::weaving::{DOWN, PATIENCE, told};
use crate::text::{Diagnostic, Source, Span};
use crate::weave::{Stuck, Syntax, fences, in_parallel, places, renewed, spliced};

/// Answers mdBook.
pub(super) fn run(call: Option<&MdbookCall>) -> Result<ExitCode, Problem> {
    match call {
        Some(MdbookCall::Supports { renderer }) => Ok(ExitCode::from(u8::from(renderer != "html"))),
        None => preprocess().map(|()| ExitCode::SUCCESS),
    }
}

fn preprocess() -> Result<(), Problem> {
    let mut text = String::new();
    let hint = "mdBook starts this command by itself; put `command = \"derive mdbook\"` under [preprocessor.derive] in book.toml";
    let read = io::stdin().read_to_string(&mut text);
    read.map_err(|e| Problem::input(format!("the standard input cannot be read: {e}"), hint))?;
    let message = |e: &dyn std::fmt::Display| Problem::input(format!("this is no book of mdBook: {e}"), hint);
    let mut input: Vec<Value> = serde_json::from_str(&text).map_err(|e| message(&e))?;
    if input.len() != 2 {
        return Err(message(&"there are not two parts, a context and a book"));
    }
    let (mut book, context) = (input.remove(1), input.remove(0));
    let sources = sources(&context);
    let mut chapters = Vec::new();
    collect(&mut book, &sources, &mut chapters);
    let asked: Vec<(PathBuf, String)> = chapters.iter().map(|c| (c.path.clone(), c.content.clone())).collect();
    let done = in_parallel(asked, at_once(), PATIENCE, |(path, content)| chapter(path, content));
    let done = done.map_err(|stuck| match stuck {
        Stuck::Slow(place) => {
            let message = format!("{}: the equations of this chapter take too long", chapters[place].path.display());
            Problem::input(message, "take smaller sizes, or fewer entries")
        }
        Stuck::Down(place) => Problem::Bug(format!("{}: {DOWN}", chapters[place].path.display())),
    })?;
    let mut problems = Vec::new();
    for (chapter, result) in chapters.into_iter().zip(done) {
        match result {
            Ok(content) => *chapter.place = Value::String(content),
            Err(problem) => problems.push(problem),
        }
    }
    Problem::unless_empty(problems)?;
    let mut out = io::stdout().lock();
    let written = serde_json::to_writer(&mut out, &book).map_err(io::Error::from).and_then(|()| out.flush());
    written.map_err(|e| Problem::input(format!("the standard output cannot be written: {e}"), hint))
}

/// The folder that the chapters' paths start from.
fn sources(context: &Value) -> PathBuf {
    let root = context.get("root").and_then(Value::as_str).unwrap_or(".");
    let source = context.pointer("/config/book/src").and_then(Value::as_str).unwrap_or("src");
    Path::new(root).join(source)
}

/// A chapter that has a file.
struct Chapter<'a> {
    path: PathBuf,
    content: String,
    place: &'a mut Value,
}

/// The chapters, wherever they are in the tree: under `items` since mdBook 0.5, `sections` before, `sub_items` further down.
fn collect<'a>(value: &'a mut Value, sources: &Path, found: &mut Vec<Chapter<'a>>) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|v| collect(v, sources, found)),
        Value::Object(map) => {
            // a chapter that another preprocessor has made has a path, and no file
            let named = |key| map.get(key).and_then(Value::as_str);
            let own = named("source_path").or_else(|| named("path")).map(|p| sources.join(p));
            for (key, value) in map {
                match (key.as_str(), &own) {
                    ("content", Some(path)) => {
                        let content = value.as_str().unwrap_or_default().to_string();
                        found.push(Chapter { path: path.clone(), content, place: value });
                    }
                    ("items" | "sections" | "sub_items" | "Chapter", _) => collect(value, sources, found),
                    _ => {}
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A chapter with its equations.
fn chapter(path: &Path, content: &str) -> Result<String, Problem> {
    let wanted =
        |level| Setting { folder: folder_of(path), syntax: Syntax::Markdown, level, host: HostArgument::Mdbook };
    let marked = places(content, Syntax::Markdown).map_err(|wrong| at_file(path, content, wrong))?;
    let mut wrong = Vec::new();
    let mut list = Vec::new();
    for place in marked {
        match generate(&content[place.words.start..place.words.end], &wanted(place.level)) {
            Ok(made) => {
                tell(path, &made.warnings);
                list.push(renewed(content, Syntax::Markdown, &place, &made.text));
            }
            Err(Problem::Bug(message)) => return Err(Problem::Bug(format!("{}: {message}", path.display()))),
            Err(problem) => wrong.push(told(&problem, place.words)),
        }
    }
    if !wrong.is_empty() {
        return Err(at_file(path, content, wrong));
    }
    let content = spliced(content, Syntax::Markdown, &list);
    let mut out = String::with_capacity(content.len());
    let mut done = 0;
    for fence in fences(&content) {
        out.push_str(&content[done..fence.whole.start]);
        for directive in &fence.directives {
            match generate(&content[directive.start..directive.end], &wanted(fence.level)) {
                Ok(made) => {
                    tell(path, &made.warnings);
                    out.push('\n');
                    for line in made.text.lines() {
                        if !line.is_empty() {
                            out.push_str(&fence.indent);
                            out.push_str(line);
                        }
                        out.push('\n');
                    }
                }
                Err(Problem::Bug(message)) => return Err(Problem::Bug(format!("{}: {message}", path.display()))),
                Err(problem) => wrong.push(told(&problem, *directive)),
            }
        }
        out.push('\n');
        done = fence.whole.end;
    }
    out.push_str(&content[done..]);
    if wrong.is_empty() { Ok(out) } else { Err(at_file(path, &content, wrong)) }
}

fn tell(path: &Path, warnings: &[String]) {
    let list: Vec<String> = warnings.iter().map(|w| format!("{}: {w}", path.display())).collect();
    warn(&list);
}

/// Diagnostics on what mdBook sent, moved to the file as it is on the disk: other preprocessors may have changed lines before.
fn at_file(path: &Path, content: &str, wrong: Vec<Diagnostic>) -> Problem {
    let name = path.display().to_string();
    let Ok(file) = fs::read_to_string(path) else { return Problem::Text(Source::new(name, content), wrong) };
    let moved: Option<Vec<Diagnostic>> = wrong
        .iter()
        .map(|d| {
            let words = Some(&content[d.span.start..d.span.end]).filter(|words| !words.is_empty())?;
            let before = content[..d.span.start].matches(words).count();
            let start = file.match_indices(words).nth(before).map(|(at, _)| at)?;
            Some(Diagnostic { span: Span::new(start, start + words.len()), notes: Vec::new(), ..d.clone() })
        })
        .collect();
    match moved {
        Some(moved) => Problem::Text(Source::new(name, file), moved),
        None => Problem::Text(Source::new(name, content), wrong),
    }
}
