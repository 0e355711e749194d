//! The Chinese LaTeX snapshots compile with XeLaTeX and ctex, without an error, an overflow or a character that is missing from
//! the fonts; and their sources are what a person can edit.

#[path = "support/tex.rs"]
mod tex;
#[path = "support/xetex.rs"]
mod xetex;

use std::fs;
use std::path::Path;

/// The longest line of a Chinese paragraph's source, in characters.
const LONGEST: usize = 120;

/// Every Chinese LaTeX snapshot, as name and text, in order of names.
fn snapshots() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join("latex");
    let entries = fs::read_dir(folder).expect("the folder of snapshots is there");
    let paths = entries.map(|e| e.expect("an entry").path());
    let mut found: Vec<(String, String)> = paths
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix("-zh.snap.tex")?.to_owned();
            Some((name, fs::read_to_string(&path).expect("a snapshot is UTF-8")))
        })
        .collect();
    found.sort();
    assert!(found.len() > 5, "only {} are there", found.len());
    found
}

#[test]
fn every_chinese_snapshot_compiles() {
    if !xetex::is_there() {
        return;
    }
    let (mut documents, fragments): (Vec<_>, Vec<_>) =
        snapshots().into_iter().partition(|(_, text)| text.contains("\\documentclass"));
    documents.push(("fragments".to_owned(), xetex::document(&fragments)));
    let problems = xetex::compile(&documents).err().unwrap_or_default();
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), tex::report(&problems));
}

#[test]
fn what_xetex_refuses_is_reported() {
    if !xetex::is_there() {
        return;
    }
    for (fragment, expected) in [
        ("卷积 $\\foo$\n", "Undefined control sequence"),
        ("$\u{5377}\u{1f600}$\n", "Missing character"),
        ("\\[ \\hbox to 15cm{卷积} \\]\n", "Overfull"),
        ("\\csname end\\endcsname{document}\n", "no output"),
    ] {
        let document = xetex::document(&[("case".to_owned(), fragment.to_owned())]);
        let found = xetex::compile(&[("case".to_owned(), document)]).expect_err(fragment);
        assert!(tex::report(&found).contains(expected), "{}", tex::report(&found));
    }
}

#[test]
fn lines_of_the_source_are_short() {
    for (name, text) in snapshots() {
        // a row of a table is one line, however long its formulas are
        let is_prose = |line: &&str| !line.starts_with("\\section") && !line.ends_with("\\\\");
        let prose = text.lines().filter(|line| line.contains(|c: char| !c.is_ascii())).filter(is_prose);
        for line in prose {
            assert!(line.chars().count() <= LONGEST, "{name}: {line}");
            let opens = line.starts_with(|c| "，。：；、）”".contains(c));
            let closes = line.ends_with(|c| "（“".contains(c));
            assert!(!opens && !closes, "{name}: {line}");
        }
        assert!(text.lines().all(|line| line.starts_with('%') || line.trim_end() == line || line.is_ascii()), "{name}");
    }
}
