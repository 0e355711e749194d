//! `derive weave`: the marked parts of documents generated anew, or compared with what would be generated.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use similar::{ChangeTag, TextDiff};

use super::arguments::{Weave, value_name};
use super::carried::{Asked, carry_out, stuck, told};
use super::directive::{Setting, folder_of};
use super::output::unwritten;
use super::problem::{Problem, coloured, warn};
use crate::render::Host;
use crate::text::{Diagnostic, Source};
use crate::weave::{
    Document, MOST_BYTES, Place, Renewed, Staged, State, Unread, commit_all, documents, places, remove_leftovers,
    renewed, spliced,
};

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
    /// The whole text as it should be.
    wanted: String,
}

impl Woven {
    fn in_state(&self, state: State) -> impl Iterator<Item = &Renewed> {
        self.places.iter().filter(move |p| p.state == state)
    }

    fn is_fresh(&self) -> bool {
        self.places.iter().all(|p| p.state == State::Fresh)
    }

    fn name(&self) -> String {
        shown(&self.document.path)
    }
}

/// The documents under the paths, each once, however it is spelt.
fn found(options: &Weave) -> Result<Vec<Document>, Problem> {
    let mut all: Vec<Document> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for path in &options.paths {
        match documents(path) {
            Ok(list) => {
                for document in list {
                    if seen.insert(document.path.canonicalize().unwrap_or_else(|_| document.path.clone())) {
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
    let name = shown(path);
    match why {
        Unread::System(error) => {
            Problem::input(format!("{name} cannot be read: {error}"), "give documents, or folders with documents")
        }
        Unread::Unknown => Problem::input(
            format!("{name} is not known to be a document"),
            "the names of documents end in .md, .tex, .typ, .rst or .svg",
        ),
        Unread::NotUtf8 => Problem::input(format!("{name} is not UTF-8 text"), "convert it, or leave it out"),
        Unread::NoFile => Problem::input(format!("{name} is no file"), "give documents, or folders with documents"),
        Unread::TooLarge => Problem::input(format!("{name} is too large for a document"), "leave it out"),
    }
}

/// Carries all directives out, each once however often it occurs.
fn renew(documents: Vec<Document>, options: &Weave) -> Result<Vec<Woven>, Problem> {
    let mut problems = Vec::new();
    let mut marked = Vec::new();
    for document in documents {
        match places(&document.text, document.syntax) {
            Ok(list) if list.is_empty() => {}
            Ok(list) => marked.push((document, list)),
            Err(wrong) => problems.push(Problem::Text(source(&document), wrong)),
        }
    }
    let asked = |document: &Document, place: &Place| -> Asked {
        let folder = folder_of(&document.path);
        let setting =
            Setting { folder, syntax: document.syntax, level: place.level, host: options.host, taken: Vec::new() };
        (document.text[place.words.start..place.words.end].to_string(), setting)
    };
    let all = marked.iter().map(|(document, list)| list.iter().map(|place| asked(document, place)).collect());
    let outcomes = carry_out(all.collect()).map_err(|((number, own), why)| {
        let (document, list) = &marked[number];
        stuck(why, source(document), list[own].words)
    })?;
    let mut woven = Vec::new();
    for ((document, list), outcomes) in marked.into_iter().zip(outcomes) {
        let mut renewed_places = Vec::new();
        let mut wrong = Vec::new();
        for (place, outcome) in list.iter().zip(outcomes) {
            match outcome.as_ref() {
                Ok(made) => {
                    let at = |w: &String| format!("{}:{}: {w}", shown(&document.path), place.line);
                    warn(&made.warnings.iter().map(at).collect::<Vec<_>>());
                    renewed_places.push(renewed(&document.text, document.syntax, place, &made.text));
                }
                Err(Problem::Bug(message)) => {
                    let at = format!("{}:{}: {message}", shown(&document.path), place.line);
                    problems.push(Problem::Bug(at));
                }
                Err(problem) => wrong.push(told(problem, place.words)),
            }
        }
        if !wrong.is_empty() {
            problems.push(Problem::Text(source(&document), wrong));
        }
        let wanted = spliced(&document.text, document.syntax, &renewed_places);
        if wanted.len() > MOST_BYTES {
            // it could not be read again
            let message = format!("{} would be too large for a document", shown(&document.path));
            problems.push(Problem::input(message, "leave entries out with --entries few or none, or take a --part"));
        }
        woven.push(Woven { document, places: renewed_places, wanted });
    }
    Problem::unless_empty(problems)?;
    Ok(woven)
}

fn source(document: &Document) -> Source {
    Source::new(shown(&document.path), document.text.clone())
}

/// Writes all documents that change, or none.
fn write(woven: &[Woven], options: &Weave) -> Result<ExitCode, Problem> {
    if !options.force {
        let edited = woven.iter().filter_map(|w| {
            let wrong: Vec<Diagnostic> = w.in_state(State::Edited).map(|p| edited(p, w, options)).collect();
            (!wrong.is_empty()).then(|| Problem::Text(source(&w.document), wrong))
        });
        Problem::unless_empty(edited.collect())?;
    }
    let changed: Vec<&Woven> = woven.iter().filter(|w| !w.is_fresh()).collect();
    remove_leftovers(woven.iter().map(|w| w.document.path.as_path()));
    let staged: Result<Vec<Staged>, Problem> = changed.iter().map(|w| staged(&w.document.path, &w.wanted)).collect();
    let staged = staged?;
    for w in &changed {
        let path = &w.document.path;
        if !w.document.is_current(&w.wanted).map_err(|e| unwritten(path, &e))? {
            let message = format!("{} was changed by somebody else while it was being woven", w.name());
            return Err(Problem::input(message, "nothing was changed; try again"));
        }
    }
    commit_all(staged).map_err(|(before, error)| taken_back(&changed, before, &error))?;
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

fn staged(path: &Path, text: &str) -> Result<Staged, Problem> {
    Staged::new(path, |out| out.write_all(text.as_bytes())).map_err(|e| unwritten(path, &e))
}

/// The system would not put one file in its place, though it took the text: the ones before it become again what they were.
fn taken_back(changed: &[&Woven], before: usize, error: &io::Error) -> Problem {
    let back = |w: &&&Woven| staged(&w.document.path, &w.document.text).map(|s| s.commit().is_ok()).unwrap_or(false);
    let left: Vec<String> = changed[..before].iter().filter(|w| !back(w)).map(|w| w.name()).collect();
    let problem = unwritten(&changed[before].document.path, error);
    if let (Problem::Input { message, .. }, false) = (&problem, left.is_empty()) {
        return Problem::input(
            message.as_str(),
            format!("written before, and not to be taken back: {}", left.join(", ")),
        );
    }
    problem
}

fn edited(place: &Renewed, woven: &Woven, options: &Weave) -> Diagnostic {
    let command = command(options, true, &[woven]);
    Diagnostic::new(place.place.words, "what stands below this was changed by hand")
        .label("it would be overwritten")
        .hint(format!("to overwrite it: {}; to keep it, remove the two markers", String::from_utf8_lossy(&command)))
}

/// Shows what differs. Exit status 1 if anything does.
fn check(woven: &[Woven], options: &Weave) -> Result<ExitCode, Problem> {
    let mut text = String::new();
    // what is piped on is plain, whatever is said of messages
    let colour = io::stdout().is_terminal() && coloured(&io::stdout());
    for w in woven {
        for place in w.places.iter().filter(|p| p.state != State::Fresh) {
            difference(w, place, colour, &mut text);
        }
    }
    let stale: Vec<&Woven> = woven.iter().filter(|w| !w.is_fresh()).collect();
    let total: usize = woven.iter().map(|w| w.places.len()).sum();
    if stale.is_empty() {
        let documents = counted(woven.len(), "document", "documents");
        say(&format!("{} in {documents}: all fresh\n", counted(total, "place", "places")));
        return Ok(ExitCode::SUCCESS);
    }
    text.push_str("not as they would be generated:\n");
    for w in &stale {
        let count = w.places.len() - w.in_state(State::Fresh).count();
        text.push_str(&format!("  {} ({count} of {})\n", w.name(), counted(w.places.len(), "place", "places")));
    }
    let by_hand = |w: &&Woven| w.in_state(State::Edited).next().is_some();
    let (edited, others): (Vec<&Woven>, Vec<&Woven>) = stale.into_iter().partition(by_hand);
    let mut out = text.into_bytes();
    for (what, force, list) in
        [("to renew them", false, others), ("to overwrite what was changed by hand", true, edited)]
    {
        if !list.is_empty() {
            out.extend([what.as_bytes(), b":\n  ", &command(options, force, &list), b"\n"].concat());
        }
    }
    // a reader that has gone away is no problem
    let _ = io::stdout().lock().write_all(&out);
    Ok(ExitCode::from(1))
}

/// The command that renews documents, as a shell takes it. Names need not be UTF-8.
fn command(options: &Weave, force: bool, list: &[&Woven]) -> Vec<u8> {
    let mut command = b"derive weave".to_vec();
    if force {
        command.extend(b" --force");
    }
    if options.host != Host::GitHub {
        command.extend(format!(" --host {}", value_name(&options.host)).bytes());
    }
    for w in list {
        let name = w.document.path.as_os_str().as_encoded_bytes();
        // what begins with a hyphen would be an option
        command.extend(if name.starts_with(b"-") { " ./" } else { " " }.bytes());
        command.extend(shlex::bytes::try_quote(name).unwrap_or(name.into()).iter());
    }
    command
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
    out.push_str(&format!("{}\n", paint("1", &visible(&title))));
    if place.old == place.new {
        out.push_str("  only the sum on the end marker is missing or another one\n\n");
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
            let line = visible(change.value().trim_end_matches('\n'));
            match change.tag() {
                ChangeTag::Equal => out.push_str(&format!(" {line}\n")),
                ChangeTag::Delete => out.push_str(&format!("{}\n", paint("31", &format!("-{line}")))),
                ChangeTag::Insert => out.push_str(&format!("{}\n", paint("32", &format!("+{line}")))),
            }
        }
    }
    out.push('\n');
}

/// The name of a document in a message.
fn shown(path: &Path) -> String {
    visible(&path.display().to_string())
}

/// Text of a document, which may hold anything, for a terminal: what would steer it is shown.
pub(super) fn visible(text: &str) -> String {
    let picture = |c: char| match c {
        '\t' => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(c),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' => char::REPLACEMENT_CHARACTER,
        _ => c,
    };
    text.chars().map(picture).collect()
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Tells on stderr.
fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
