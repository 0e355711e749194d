//! Compiles LaTeX fragments and documents with pdfLaTeX and reports what a reader would stumble over: errors, lines and pages
//! that overflow, missing characters, undefined references, and text that TeX lost without a word.
//!
//! A test file includes this one by `#[path = "support/tex.rs"] mod tex;`. Without pdfLaTeX the sources alone are checked, and
//! that is said; with `DERIVE_REQUIRE_TEX` in the environment, a missing pdfLaTeX is a failure.
#![allow(dead_code, reason = "each test crate includes this file and uses a part of it")]

#[path = "latex_source.rs"]
#[allow(clippy::duplicate_mod, reason = "a test file may include the TeX and the KaTeX checks, and each needs this")]
mod latex_source;
#[path = "left_out.rs"]
#[allow(clippy::duplicate_mod, reason = "each support file says by it what is left out")]
mod left_out;
#[path = "pdf.rs"]
mod pdf;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The file that TeX is started on.
const MAIN: &str = "main.tex";

/// An overflow up to this many points cannot be seen.
const VISIBLE_OVERFLOW: f64 = 0.5;

/// A run that takes longer than this has lost its way.
const TIME_LIMIT: Duration = Duration::from_secs(180);

/// The log line that opens the part of one fragment, before its number and its first page.
const BEGIN: &str = "@@begin ";

/// The log line that closes it, before its number and the page after its last one.
const END: &str = "@@end ";

/// Something that is wrong with a fragment or a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The name of the fragment or document.
    pub(crate) name: String,
    /// The line of its source, counted from 1, where one is known.
    pub(crate) line: Option<usize>,
    /// What is wrong, in TeX's words where they are TeX's.
    pub(crate) message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.name, self.message),
            None => write!(f, "{}: {}", self.name, self.message),
        }
    }
}

/// The problems as text, one a line, for the message of a failing test.
pub(crate) fn report(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}

/// Finds pdfLaTeX.
///
/// # Panics
/// If there is none and `DERIVE_REQUIRE_TEX` is set.
pub(crate) fn engine() -> Option<PathBuf> {
    let file = format!("pdflatex{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|program| program.is_file());
    if found.is_none() {
        let remedy = "on Debian: texlive-latex-recommended texlive-pictures";
        left_out::missing("DERIVE_REQUIRE_TEX", "pdflatex is not installed", remedy);
    }
    found
}

/// Compiles all fragments, each a name and a text that needs amsmath alone, in one run.
///
/// # Errors
/// Every problem of every fragment. A fragment whose source would make TeX lose its place is not given to TeX.
pub(crate) fn compile_fragments(fragments: &[(String, String)]) -> Result<(), Vec<Problem>> {
    compile_fragments_with("", fragments)
}

/// The same for fragments that need more: `preamble` is what they need.
///
/// # Errors
/// Every problem of every fragment.
pub(crate) fn compile_fragments_with(preamble: &str, fragments: &[(String, String)]) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut sound = Vec::new();
    for (name, text) in fragments {
        let before = source_problems(name, text);
        if before.compiles {
            sound.push((name.as_str(), text.as_str()));
        }
        problems.extend(before.problems);
    }
    if let Some(engine) = engine().filter(|_| !sound.is_empty()) {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        for (number, (_, text)) in sound.iter().enumerate() {
            write(&folder.path().join(fragment_file(number)), text);
        }
        write(&folder.path().join(MAIN), &main_file(preamble, sound.len()));
        let run = run(&engine, folder.path());
        let names: Vec<&str> = sound.iter().map(|(name, _)| *name).collect();
        problems.extend(fragment_problems(&run, &names));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Compiles a document that has its own `\documentclass`.
///
/// # Errors
/// Every problem of the document.
pub(crate) fn compile_document(name: &str, tex: &str) -> Result<(), Vec<Problem>> {
    let before = source_problems(name, tex);
    let mut problems = before.problems;
    if let Some(engine) = engine().filter(|_| before.compiles) {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        write(&folder.path().join(MAIN), tex);
        let mut run = run(&engine, folder.path());
        for _ in 0..2 {
            if run.log.contains("Rerun to get") || run.log.contains("There were undefined references") {
                run = self::run(&engine, folder.path());
            }
        }
        problems.extend(log_problems(&run.log, MAIN, name));
        problems.extend(run.failure.map(|message| Problem { name: name.to_owned(), line: None, message }));
        problems.extend(page_problems(name, &run.pages, run.pages.len()));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// What the source alone says, and whether TeX may be given it.
struct Before {
    problems: Vec<Problem>,
    compiles: bool,
}

fn source_problems(name: &str, text: &str) -> Before {
    let faults = latex_source::faults(text);
    let compiles = faults.iter().all(|fault| fault.compiles);
    let problems = faults
        .into_iter()
        .map(|fault| Problem { name: name.to_owned(), line: Some(fault.line), message: fault.message })
        .collect();
    Before { problems, compiles }
}

pub(crate) fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("a file in a temporary folder can be written");
}

fn fragment_file(number: usize) -> String {
    format!("fragment{number:04}.tex")
}

/// The document that holds all fragments. Each starts from the defaults of amsmath, in a group and on a page of its own.
fn main_file(preamble: &str, count: usize) -> String {
    let mut text = format!(
        "\\documentclass[10pt]{{article}}\n\\usepackage{{amsmath}}\n{preamble}\\pagestyle{{empty}}\n\\begin{{document}}\n"
    );
    for number in 0..count {
        let file = fragment_file(number);
        text += &format!(
            "\\setcounter{{equation}}{{0}}\\setcounter{{MaxMatrixCols}}{{10}}%\n\
             \\typeout{{{BEGIN}{number} \\the\\value{{page}}}}%\n\
             \\begingroup\\input{{{file}}}\\par\\endgroup\\clearpage\n\
             \\typeout{{{END}{number} \\the\\value{{page}}}}%\n"
        );
    }
    text + "\\end{document}\n"
}

/// What a run of pdfLaTeX left behind.
struct Run {
    log: String,
    pages: Vec<pdf::Page>,
    /// Why the run itself failed, if it did.
    failure: Option<String>,
}

/// Runs pdfLaTeX on `main.tex` in `folder`; the PDF is left uncompressed, so that its text can be found.
fn run(engine: &Path, folder: &Path) -> Run {
    let mut child = Command::new(engine)
        .args(["-interaction=nonstopmode", "-file-line-error", "-no-shell-escape", "-jobname=main"])
        .arg(r"\pdfcompresslevel=0 \pdfobjcompresslevel=0 \input{main.tex}")
        .current_dir(folder)
        // TeX breaks the lines of its log at 79 columns, in the middle of words, unless it is told otherwise.
        .envs([("max_print_line", "1000"), ("error_line", "254"), ("half_error_line", "238")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("pdflatex starts");
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("pdflatex can be waited for") {
            break Some(status);
        }
        if start.elapsed() > TIME_LIMIT {
            child.kill().expect("pdflatex can be stopped");
            child.wait().expect("pdflatex can be waited for");
            break None;
        }
        thread::sleep(Duration::from_millis(5));
    };
    let log = fs::read(folder.join("main.log")).unwrap_or_default();
    let log = String::from_utf8_lossy(&log).into_owned();
    let pdf = fs::read(folder.join("main.pdf")).unwrap_or_default();
    let failure = match status {
        None => Some(format!("pdflatex was stopped after {} s", TIME_LIMIT.as_secs())),
        Some(status) if !status.success() && log_problems(&log, MAIN, "").is_empty() => {
            let tail: Vec<&str> = log.lines().rev().take(5).collect();
            Some(format!("pdflatex failed ({status}); its log ends, from the last line up: {}", tail.join(" / ")))
        }
        Some(_) => None,
    };
    Run { log, pages: pdf::pages(&pdf), failure }
}

/// The problems in a log, or in a part of one: those of the source that was given to TeX as `file`, under its `name`.
pub(crate) fn log_problems(log: &str, file: &str, name: &str) -> Vec<Problem> {
    let lines: Vec<&str> = log.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let (line, message) = match file_line_error(line) {
            Some((place, number, error)) => {
                let near = lines[at + 1..].iter().take(8).find(|line| line.starts_with("l."));
                let near = near.map(|line| format!(" (at: {})", line.trim())).unwrap_or_default();
                let line = place.ends_with(file).then_some(number);
                (line, format!("{error}{near}"))
            }
            None if is_complaint(line) => (None, (*line).to_owned()),
            None => continue,
        };
        found.push(Problem { name: name.to_owned(), line, message });
    }
    found
}

/// `./fragment0001.tex:12: Undefined control sequence.`, taken apart.
fn file_line_error(line: &str) -> Option<(&str, usize, &str)> {
    let (place, error) = line.split_once(": ")?;
    let (file, number) = place.rsplit_once(':')?;
    Some((file, number.parse().ok()?, error))
}

/// Errors without a place, overflows that can be seen, and warnings. The warnings about labels are left out: repeated labels,
/// and the references of a fragment, are looked for in its source, since fragments may share a label and a first run knows none.
fn is_complaint(line: &str) -> bool {
    let calm = ["Rerun to get", "There were undefined references", "There were multiply-defined", "multiply defined"];
    line.starts_with("! ")
        || line.starts_with("Missing character:")
        || (line.contains("Warning: ") && !calm.iter().any(|words| line.contains(words)))
        || overflow(line).is_some_and(|points| points > VISIBLE_OVERFLOW)
}

/// The points of `Overfull \hbox (12.3pt too wide) …` and of `Overfull \vbox (12.3pt too high) …`.
fn overflow(line: &str) -> Option<f64> {
    let (_, rest) = line.strip_prefix(r"Overfull \")?.split_once('(')?;
    rest.split_once("pt too ")?.0.parse().ok()
}

/// Shares out the log and the pages of a run among its fragments.
fn fragment_problems(run: &Run, names: &[&str]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut rest = run.log.as_str();
    for (number, name) in names.iter().enumerate() {
        let file = fragment_file(number);
        let Some((first, part, next, after)) = part(rest, number) else {
            let unreached = names.len() - number - 1;
            let message = format!("TeX stopped in this fragment; {unreached} after it were not reached");
            problems.extend(log_problems(rest, &file, name));
            problems.push(Problem { name: (*name).to_owned(), line: None, message });
            break;
        };
        rest = after;
        let told = log_problems(part, &file, name);
        problems.extend(told.into_iter().filter(|problem| !problem.message.contains("Warning: Reference `")));
        let pages = run.pages.get(first - 1..next - 1).unwrap_or_default();
        problems.extend(page_problems(name, pages, next - first));
    }
    let failure = run.failure.iter().cloned();
    problems.extend(failure.map(|message| Problem { name: "all fragments".to_owned(), line: None, message }));
    problems
}

/// The part of the log that belongs to a fragment: its first page, the lines, the page after its last, and the rest of the log.
fn part(log: &str, number: usize) -> Option<(usize, &str, usize, &str)> {
    let (first, inside) = marked(log, BEGIN, number)?.1;
    let (part, (next, after)) = marked(inside, END, number)?;
    Some((first, part, next, after))
}

/// Finds a mark and reads its page: what stands before it, the page, what stands after.
fn marked<'a>(log: &'a str, mark: &str, number: usize) -> Option<(&'a str, (usize, &'a str))> {
    let (before, after) = log.split_once(&format!("{mark}{number} "))?;
    let (page, after) = after.split_once('\n')?;
    Some((before, (page.trim().parse().ok()?, after)))
}

/// There must be a page, each page must show something, and nothing may stand off the paper.
fn page_problems(name: &str, pages: &[pdf::Page], wanted: usize) -> Vec<Problem> {
    let mut messages = Vec::new();
    if wanted == 0 {
        messages.push("nothing is printed: there is no page".to_owned());
    } else if pages.len() != wanted {
        messages.push(format!("the output has {} pages where TeX counted {wanted}", pages.len()));
    }
    for (number, page) in (1..).zip(pages) {
        match page {
            pdf::Page { on_paper: 0, off_paper: 0 } => messages.push(format!("page {number} is empty")),
            pdf::Page { off_paper: 0, .. } => {}
            pdf::Page { off_paper, .. } => {
                messages.push(format!("page {number}: {off_paper} pieces of text lie off the paper"));
            }
        }
    }
    messages.into_iter().map(|message| Problem { name: name.to_owned(), line: None, message }).collect()
}
