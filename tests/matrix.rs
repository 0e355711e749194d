//! The commands that the guide's page on formats lists, in every format and notation, each given to the engine that sets it.

#[path = "support/chromium.rs"]
mod chromium;
#[path = "support/katex.rs"]
mod katex_check;
#[path = "support/tex.rs"]
mod tex;
#[path = "support/typst.rs"]
mod typst;
#[path = "support/words.rs"]
mod words;

use std::fs;
use std::path::Path;
use std::process::Command;

use deriver::document::NOTATIONS;
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr;

/// Columns of text where nothing else is said.
const COLUMNS: usize = 96;

/// The file that the page holds under this name.
fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/guide/formats.md");
    let page = fs::read_to_string(path).expect("the page is read");
    let (_, rest) = page.split_once(&format!("file={name}\n")).expect("the page holds the file");
    rest.split_once("```\n").expect("the file ends").0.to_owned()
}

/// A name and a command for each row of both lists, the first in all notations.
fn commands() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (notation, _) in NOTATIONS {
        for (number, line) in file("matrix.txt").lines().enumerate() {
            all.push((format!("{notation}-{number}"), format!("{line} --notation {notation}")));
        }
    }
    assert_eq!(all.len(), 6 * NOTATIONS.len(), "six commands");
    for (number, line) in file("large.txt").lines().enumerate() {
        all.push((format!("large-{number}"), line.to_owned()));
    }
    all
}

/// Every command's output with these further options.
fn outputs(options: &str) -> Vec<(String, String)> {
    let folder = TempDir::new().expect("a folder is made");
    fs::write(folder.path().join("pool.json"), file("pool.json")).expect("the numbers are written");
    let output = |(name, line): (String, String)| {
        let words = words::words(&format!("{line} {options}"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_derive"));
        let output = command.current_dir(folder.path()).args(words).output().expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "derive {line} {options}: {said}");
        (name, String::from_utf8(output.stdout).expect("documents are UTF-8"))
    };
    commands().into_iter().map(output).collect()
}

/// The text without the lines that say which command made it.
fn told(text: &str) -> &str {
    text.split_once("\n\n").map_or(text, |(_, rest)| rest)
}

#[test]
fn latex() {
    let all = outputs("--format latex");
    for (name, text) in &all {
        assert!(katex_check::check(text).is_ok_and(|formulas| formulas > 0), "{name}: {:?}", katex_check::check(text));
    }
    if tex::engine().is_some() {
        let wrong = tex::compile_fragments(&all).map_or_else(|problems| tex::report(&problems), |()| String::new());
        assert_eq!(wrong, "");
    }
}

#[test]
fn typst() {
    let wrong = typst::problems(&outputs("--format typst"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn html() {
    let wrong = chromium::problems(&outputs("--format html"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn text() {
    for (name, text) in outputs("--format text") {
        let wide: Vec<&str> = text.lines().filter(|line| line.width() > COLUMNS).collect();
        assert!(wide.is_empty() && text.contains('='), "{name}: {wide:?}");
    }
    for (name, text) in outputs("--format text --ascii --width 72") {
        let wrong: Vec<&str> = told(&text).lines().filter(|line| line.len() > 72 || !line.is_ascii()).collect();
        assert!(wrong.is_empty() && text.contains('='), "{name}: {wrong:?}");
    }
}

#[test]
fn markdown_and_rst() {
    for host in ["mdbook", "github", "myst", "plain"] {
        for (name, text) in outputs(&format!("--format markdown --host {host}")) {
            assert!(
                text.contains("\\begin{pmatrix}") || text.contains("\\frac") || text.contains("_{"),
                "{host}, {name}: no formula"
            );
        }
    }
    for (name, text) in outputs("--format rst") {
        assert!(text.contains(".. math::"), "{name}: no formula");
    }
}

/// In two notations a document is never the same, but for its numbers and the words of the layer language.
#[test]
fn notations_differ() {
    let all = outputs("--format text");
    for number in 0..2 {
        let of = |notation: &str| {
            let name = format!("{notation}-{number}");
            all.iter().find(|(own, _)| *own == name).map(|(_, text)| told(text)).expect("it was made")
        };
        for (place, (one, _)) in NOTATIONS.iter().enumerate() {
            for (other, _) in &NOTATIONS[..place] {
                assert_ne!(of(one), of(other), "{one} and {other}");
            }
        }
    }
}
