//! A preprocessor for mdBook: fenced `derive` blocks and the markers of `weave` become equations in the form that mdBook shows
//! rightly, and so do formulas that are written as GitHub takes them. The protocol: `[context, book]` as JSON on the standard
//! input, the book on the standard output, messages on stderr, where mdBook shows them.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

use super::arguments::MdbookCall;
use super::carried::{Asked, carry_out, stuck, told};
use super::directive::{Setting, folder_of};
use super::problem::{Problem, warn};
use crate::render::{Host, for_mdbook};
use crate::text::{Diagnostic, Source, Span};
use crate::weave::{Fence, Place, Syntax, fences, places, quoted_fences, renewed, spliced};

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
    weave(&mut chapters)?;
    embed(&mut chapters)?;
    for chapter in chapters {
        *chapter.place = Value::String(for_mdbook(&chapter.content));
    }
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

/// The markers of `derive weave`, generated anew.
fn weave(chapters: &mut [Chapter<'_>]) -> Result<(), Problem> {
    let mut problems = Vec::new();
    let mut marked: Vec<Vec<Place>> = Vec::new();
    for chapter in chapters.iter() {
        match places(&chapter.content, Syntax::Markdown) {
            Ok(list) => marked.push(list),
            Err(wrong) => problems.push(at_file(chapter, wrong)),
        }
        let quoted = quoted_fences(&chapter.content).into_iter().map(|span| {
            Diagnostic::new(span, "a directive cannot stand in a quotation").hint("put the block outside of it")
        });
        let quoted: Vec<Diagnostic> = quoted.collect();
        if !quoted.is_empty() {
            problems.push(at_file(chapter, quoted));
        }
    }
    Problem::unless_empty(problems)?;
    let directives = marked.iter().map(|list| list.iter().map(|p| (p.words, p.level)).collect()).collect();
    let generated = generated(chapters, directives)?;
    for ((chapter, list), made) in chapters.iter_mut().zip(&marked).zip(generated) {
        let new = |(place, text): (&Place, &String)| renewed(&chapter.content, Syntax::Markdown, place, text);
        let list: Vec<_> = list.iter().zip(&made).map(new).collect();
        chapter.content = spliced(&chapter.content, Syntax::Markdown, &list);
    }
    Ok(())
}

/// Fenced blocks of directives, and the equations instead.
fn embed(chapters: &mut [Chapter<'_>]) -> Result<(), Problem> {
    let blocks: Vec<Vec<Fence>> = chapters.iter().map(|c| fences(&c.content)).collect();
    let of = |fence: &Fence| fence.directives.iter().map(|d| (*d, fence.level)).collect::<Vec<_>>();
    let directives = blocks.iter().map(|list| list.iter().flat_map(of).collect()).collect();
    let generated = generated(chapters, directives)?;
    for ((chapter, list), made) in chapters.iter_mut().zip(&blocks).zip(generated) {
        let mut made = made.iter();
        let mut out = String::with_capacity(chapter.content.len());
        let mut done = 0;
        for fence in list {
            out.push_str(&chapter.content[done..fence.whole.start]);
            for text in made.by_ref().take(fence.directives.len()) {
                out.push('\n');
                for line in text.lines() {
                    if !line.is_empty() {
                        out.push_str(&fence.indent);
                        out.push_str(line);
                    }
                    out.push('\n');
                }
            }
            out.push('\n');
            done = fence.whole.end;
        }
        out.push_str(&chapter.content[done..]);
        chapter.content = out;
    }
    Ok(())
}

/// What the directives of each chapter give: where each stands, and the level of the heading above.
fn generated(chapters: &[Chapter<'_>], directives: Vec<Vec<(Span, u8)>>) -> Result<Vec<Vec<String>>, Problem> {
    let asked = |chapter: &Chapter<'_>, (words, level): (Span, u8)| -> Asked {
        let folder = folder_of(&chapter.path);
        let setting = Setting { folder, syntax: Syntax::Markdown, level, host: Host::MdBook, taken: Vec::new() };
        (chapter.content[words.start..words.end].to_string(), setting)
    };
    let all = chapters.iter().zip(&directives).map(|(chapter, list)| list.iter().map(|d| asked(chapter, *d)).collect());
    let outcomes = carry_out(all.collect()).map_err(|((number, own), why)| {
        let chapter = &chapters[number];
        let source = Source::new(chapter.path.display().to_string(), chapter.content.clone());
        stuck(why, source, directives[number][own].0)
    })?;
    let mut problems = Vec::new();
    let mut all = Vec::new();
    for ((chapter, list), outcomes) in chapters.iter().zip(&directives).zip(outcomes) {
        let mut wrong = Vec::new();
        let mut texts = Vec::new();
        for (directive, outcome) in list.iter().zip(outcomes) {
            match outcome.as_ref() {
                Ok(made) => {
                    tell(&chapter.path, &made.warnings);
                    texts.push(made.text.clone());
                }
                Err(Problem::Bug(message)) => {
                    problems.push(Problem::Bug(format!("{}: {message}", chapter.path.display())));
                }
                Err(problem) => wrong.push(told(problem, directive.0)),
            }
        }
        if !wrong.is_empty() {
            problems.push(at_file(chapter, wrong));
        }
        all.push(texts);
    }
    Problem::unless_empty(problems)?;
    Ok(all)
}

fn tell(path: &Path, warnings: &[String]) {
    let list: Vec<String> = warnings.iter().map(|w| format!("{}: {w}", path.display())).collect();
    warn(&list);
}

/// Diagnostics on what mdBook sent, moved to the file as it is on the disk: other preprocessors may have changed lines before.
fn at_file(chapter: &Chapter<'_>, wrong: Vec<Diagnostic>) -> Problem {
    let (name, content) = (chapter.path.display().to_string(), chapter.content.as_str());
    let Ok(file) = fs::read_to_string(&chapter.path) else { return Problem::Text(Source::new(name, content), wrong) };
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
