//! `derive weave`: the marked parts of documents generated anew, or compared with what would be generated.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use itertools::Itertools;
use similar::{ChangeTag, TextDiff};

use super::arguments::{HostArgument, Weave, value_name};
use super::directive::{Setting, folder_of, generate};
use super::output::unwritten;
use super::problem::{Problem, warn};
use crate::text::{Diagnostic, Source, Span};
use crate::weave::{
    Document, Renewed, Staged, State, Unread, documents, in_parallel, places, remove_leftovers, renewed, spliced,
};

/// When nothing has been finished for so long, a directive takes too long.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// Lines around a difference.
const AROUND: usize = 2;

/// Generates, or compares.
pub(super) fn weave(options: &Weave) -> Result<ExitCode, Problem> {
    let documents = found(options)?;
    let woven = renew(documents, options)?;
    if options.check { check(&woven, options) } else { write(&woven, options) }
}

/// A document with its places as they should be.
struct Woven {
    document: Document,
    places: Vec<Renewed>,
}

impl Woven {
    fn in_state(&self, state: State) -> impl Iterator<Item = &Renewed> {
        self.places.iter().filter(move |p| p.state == state)
    }

    fn is_fresh(&self) -> bool {
        self.places.iter().all(|p| p.state == State::Fresh)
    }

    fn name(&self) -> String {
        self.document.path.display().to_string()
    }
}

/// The documents under the paths, each once.
fn found(options: &Weave) -> Result<Vec<Document>, Problem> {
    let mut all: Vec<Document> = Vec::new();
    let mut problems = Vec::new();
    for path in &options.paths {
        match documents(path) {
            Ok(list) => {
                for document in list {
                    if !all.iter().any(|d| d.path == document.path) {
                        all.push(document);
                    }
                }
            }
            Err(list) => problems.extend(list.into_iter().map(|(path, why)| unread(&path, &why))),
        }
    }
    Problem::unless_empty(problems)?;
    Ok(all)
}

fn unread(path: &Path, why: &Unread) -> Problem {
    let name = path.display();
    match why {
        Unread::System(error) => {
            Problem::input(format!("{name} cannot be read: {error}"), "give documents, or folders with documents")
        }
        Unread::Unknown => Problem::input(
            format!("{name} is not known to be a document"),
            "the names of documents end in .md, .tex, .typ, .rst or .svg",
        ),
        Unread::NotUtf8 => Problem::input(format!("{name} is not UTF-8 text"), "convert it, or leave it out"),
        Unread::TooLarge => Problem::input(format!("{name} is too large for a document"), "leave it out"),
    }
}

/// Carries all directives out, each once however often it occurs.
fn renew(documents: Vec<Document>, options: &Weave) -> Result<Vec<Woven>, Problem> {
    let mut problems = Vec::new();
    let mut marked = Vec::new();
    for document in documents {
        match places(&document.text, document.syntax) {
            Ok(list) => marked.push((document, list)),
            Err(wrong) => problems.push(Problem::Text(source(&document), wrong)),
        }
    }
    let mut jobs: BTreeMap<(String, Setting), usize> = BTreeMap::new();
    let asked = |document: &Document, words: Span, level: u8| {
        let setting = Setting { folder: folder_of(&document.path), syntax: document.syntax, level, host: options.host };
        (document.text[words.start..words.end].to_string(), setting)
    };
    for (document, list) in &marked {
        for place in list {
            let count = jobs.len();
            jobs.entry(asked(document, place.words, place.level)).or_insert(count);
        }
    }
    let ordered: Vec<(String, Setting)> = jobs.iter().sorted_by_key(|(_, n)| **n).map(|(j, _)| j.clone()).collect();
    let generated = in_parallel(ordered.clone(), PATIENCE, |(words, setting)| generate(words, setting));
    let generated = generated.map_err(|job| {
        let (words, setting) = &ordered[job];
        let message = format!("a directive in {} takes too long: {words}", setting.folder.display());
        Problem::input(message, "nothing was changed; take smaller sizes, or fewer entries")
    })?;
    let mut woven = Vec::new();
    for (document, list) in marked {
        let mut renewed_places = Vec::new();
        let mut wrong = Vec::new();
        for place in &list {
            match &generated[jobs[&asked(&document, place.words, place.level)]] {
                Ok(made) => {
                    let at = |w: &String| format!("{}:{}: {w}", document.path.display(), place.line);
                    warn(&made.warnings.iter().map(at).collect::<Vec<_>>());
                    renewed_places.push(renewed(&document.text, document.syntax, place, &made.text));
                }
                Err(Problem::Bug(message)) => {
                    let at = format!("{}:{}: {message}", document.path.display(), place.line);
                    problems.push(Problem::Bug(at));
                }
                Err(problem) => wrong.push(told(problem, place.words)),
            }
        }
        if !wrong.is_empty() {
            problems.push(Problem::Text(source(&document), wrong));
        }
        woven.push(Woven { document, places: renewed_places });
    }
    Problem::unless_empty(problems)?;
    Ok(woven)
}

fn source(document: &Document) -> Source {
    Source::new(document.path.display().to_string(), document.text.clone())
}

/// What is wrong with a directive, said at its place in the document.
pub(super) fn told(problem: &Problem, words: Span) -> Diagnostic {
    match problem {
        Problem::Input { message, hint } => Diagnostic::new(words, message.clone()).hint(hint.clone()),
        Problem::Text(source, diagnostics) => {
            let first = &diagnostics[0];
            let place = if source.name.starts_with('<') { String::new() } else { format!("{}: ", source.name) };
            let label = if first.label.is_empty() { String::new() } else { format!(": {}", first.label) };
            let mut told = Diagnostic::new(words, format!("{place}{}{label}", first.message));
            told.hint.clone_from(&first.hint);
            told
        }
        Problem::Several(list) => told(&list[0], words),
        Problem::Bug(message) => Diagnostic::new(words, message.clone()),
    }
}

/// Writes all documents that change, or none.
fn write(woven: &[Woven], options: &Weave) -> Result<ExitCode, Problem> {
    if !options.force {
        let edited = woven.iter().filter_map(|w| {
            let wrong: Vec<Diagnostic> = w.in_state(State::Edited).map(|p| edited(p, w)).collect();
            (!wrong.is_empty()).then(|| Problem::Text(source(&w.document), wrong))
        });
        Problem::unless_empty(edited.collect())?;
    }
    let changed: Vec<&Woven> = woven.iter().filter(|w| !w.is_fresh()).collect();
    let mut staged = Vec::new();
    for w in &changed {
        let path = &w.document.path;
        remove_leftovers(path);
        let text = spliced(&w.document.text, w.document.syntax, &w.places);
        let file = Staged::new(path, |out| out.write_all(text.as_bytes())).map_err(|e| unwritten(path, &e))?;
        staged.push((file, path));
    }
    for (file, path) in staged {
        file.commit().map_err(|e| unwritten(path, &e))?;
    }
    let total: usize = woven.iter().map(|w| w.places.len()).sum();
    let renewed: usize = changed.iter().map(|w| w.places.len() - w.in_state(State::Fresh).count()).sum();
    for w in &changed {
        say(&format!("wrote {}\n", w.name()));
    }
    say(&format!(
        "{renewed} of {} renewed, in {} of {}\n",
        counted(total, "place", "places"),
        changed.len(),
        counted(woven.len(), "document", "documents")
    ));
    Ok(ExitCode::SUCCESS)
}

fn edited(place: &Renewed, woven: &Woven) -> Diagnostic {
    Diagnostic::new(place.place.words, "what stands below this was changed by hand")
        .label("it would be overwritten")
        .hint(format!(
            "to overwrite it: derive weave --force {}; to keep it, remove the two markers",
            quoted(&woven.name())
        ))
}

/// Shows what differs. Exit status 1 if anything does.
fn check(woven: &[Woven], options: &Weave) -> Result<ExitCode, Problem> {
    let mut out = String::new();
    let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    for w in woven {
        for place in w.places.iter().filter(|p| p.state != State::Fresh) {
            difference(w, place, colour, &mut out);
        }
    }
    let stale: Vec<&Woven> = woven.iter().filter(|w| !w.is_fresh()).collect();
    let total: usize = woven.iter().map(|w| w.places.len()).sum();
    if stale.is_empty() {
        let documents = counted(woven.len(), "document", "documents");
        say(&format!("{} in {documents}: all fresh\n", counted(total, "place", "places")));
        return Ok(ExitCode::SUCCESS);
    }
    out.push_str("not as they would be generated:\n");
    for w in &stale {
        let count = w.places.len() - w.in_state(State::Fresh).count();
        out.push_str(&format!("  {} ({count} of {})\n", w.name(), counted(w.places.len(), "place", "places")));
    }
    let own = options.host != HostArgument::Github;
    let host = if own { format!("--host {} ", value_name(&options.host)) } else { String::new() };
    let by_hand = |w: &&Woven| w.in_state(State::Edited).next().is_some();
    let names = |list: Vec<&Woven>| list.iter().map(|w| quoted(&w.name())).join(" ");
    let (edited, others): (Vec<&Woven>, Vec<&Woven>) = stale.into_iter().partition(by_hand);
    if !others.is_empty() {
        out.push_str(&format!("to renew them:\n  derive weave {host}{}\n", names(others)));
    }
    if !edited.is_empty() {
        let command = format!("derive weave --force {host}{}", names(edited));
        out.push_str(&format!("to overwrite what was changed by hand:\n  {command}\n"));
    }
    // a reader that has gone away is no problem
    let _ = io::stdout().lock().write_all(out.as_bytes());
    Ok(ExitCode::from(1))
}

/// One place, as it is and as it would be.
fn difference(woven: &Woven, place: &Renewed, colour: bool, out: &mut String) {
    let state = match place.state {
        State::Fresh => "fresh",
        State::Empty => "nothing generated yet",
        State::Stale => "stale",
        State::Edited => "changed by hand",
    };
    let paint =
        |code: &str, text: &str| if colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() };
    let words = &woven.document.text[place.place.words.start..place.place.words.end];
    let title = format!("{}:{}: {state}: {words}", woven.name(), place.place.line);
    out.push_str(&format!("{}\n", paint("1", &title)));
    if place.old == place.new {
        out.push_str("  only the sum on the end marker is missing\n\n");
        return;
    }
    let diff = TextDiff::from_lines(&place.old, &place.new);
    for group in diff.grouped_ops(AROUND) {
        if let (Some(first), Some(last)) = (group.first(), group.last()) {
            let (old, new) =
                (first.old_range().start..last.old_range().end, first.new_range().start..last.new_range().end);
            let at = |r: &std::ops::Range<usize>| format!("{},{}", place.place.line + 1 + r.start, r.len());
            out.push_str(&format!("{}\n", paint("36", &format!("@@ -{} +{} @@", at(&old), at(&new)))));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = change.value().trim_end_matches('\n');
            match change.tag() {
                ChangeTag::Equal => out.push_str(&format!(" {line}\n")),
                ChangeTag::Delete => out.push_str(&format!("{}\n", paint("31", &format!("-{line}")))),
                ChangeTag::Insert => out.push_str(&format!("{}\n", paint("32", &format!("+{line}")))),
            }
        }
    }
    out.push('\n');
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    shlex::try_quote(word).map_or_else(|_| word.to_string(), |w| w.into_owned())
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Tells on stderr.
fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
