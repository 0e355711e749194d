//! What the program answers with where nothing is derived: help, exit statuses, and messages without colour.

use std::fs;
use std::path::Path;

use crate::{CONV, command, folder, printed, run, stderr};

#[test]
fn nothing_said_gives_the_help() {
    for words in ["", "pool"] {
        let output = run(Path::new("."), words);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "derive {words}");
        assert!(stderr(&output).contains("Usage: derive"), "derive {words}");
    }
    for words in ["--help", "--version", "help conv", "conv --help", "layer -h"] {
        assert!(printed(Path::new("."), words).contains("derive"), "derive {words}");
    }
}

#[test]
fn the_exit_statuses_are_those_of_the_readme() {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README.md is read");
    let words: Vec<&str> = readme.split_whitespace().collect();
    let told = "Exit status: 0 done, 1 `weave --check` found something stale, 2 bad input";
    assert!(words.join(" ").contains(told), "the README tells the exit statuses");
    let folder = folder();
    for (words, status) in [
        (CONV, 0),
        ("pool max --input 4x4 --window 2x2", 0),
        // few of the terms that its ranges allow satisfy its condition
        ("conv --input 64x64 --kernel 3x3 --stride 2 --transposed --entries none", 0),
        ("layer window.derive --input 3 --kernel 2", 0),
        ("layers", 0),
        ("conv --input 3x3 --kernel 4x4", 2),
        ("layer missing.derive", 2),
        ("layers nope", 2),
    ] {
        assert_eq!(run(folder.path(), words).status.code(), Some(status), "derive {words}");
    }
}

#[test]
fn messages_are_plain_where_there_is_no_terminal() {
    let folder = folder();
    for words in ["conv --input 2x2 --kernel 3x3", "conv --input 3x", "layers nope", "layer two-bad.derive"] {
        for (variable, value) in [("NO_COLOR", "1"), ("NO_COLOR", ""), ("TERM", "xterm-256color")] {
            let output = command(folder.path(), words).env(variable, value).output().expect("the program runs");
            assert!(!output.stderr.is_empty() && !output.stderr.contains(&0x1b), "{variable}={value} derive {words}");
        }
    }
}
