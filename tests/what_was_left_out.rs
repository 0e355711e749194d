//! The last test file of a run: prints what the ones before it have left out, and why.

#[path = "support/left_out.rs"]
mod left_out;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

#[test]
fn what_was_left_out() {
    let list = fs::read_to_string(left_out::list()).unwrap_or_default();
    // lists of runs that were stopped go too
    let _ = fs::remove_dir_all(left_out::folder());
    let text = summary(&list);
    io::stderr().write_all(text.as_bytes()).expect("stderr is there");
}

/// The reasons, each with its tests.
fn summary(list: &str) -> String {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (test, why) in list.lines().filter_map(|line| line.split_once(": ")) {
        let tests = reasons.entry(why).or_default();
        if !tests.contains(&test) {
            tests.push(test);
        }
    }
    let count: usize = reasons.values().map(Vec::len).sum();
    let mut text = format!("left out in this run, in whole or in part: {count} tests\n");
    for (why, tests) in reasons {
        text += &format!("  {why}\n");
        tests.iter().for_each(|test| text += &format!("    {test}\n"));
    }
    text
}

#[test]
fn reasons_are_told_once() {
    let told =
        "left out in this run, in whole or in part: 3 tests\n  no a: b\n    y two\n  no x\n    y one\n    z one\n";
    assert_eq!(summary("y one: no x\ny two: no a: b\nz one: no x\ny one: no x\n"), told);
    assert_eq!(summary(""), "left out in this run, in whole or in part: 0 tests\n");
}

/// Cargo runs test files by their names.
#[test]
fn this_is_the_last_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let names = fs::read_dir(folder).expect("the tests are there").map(|entry| entry.expect("an entry").file_name());
    let last = names.filter(|name| name.to_string_lossy().ends_with(".rs")).max().expect("there are tests");
    assert_eq!(last.to_string_lossy(), Path::new(file!()).file_name().expect("this is a file").to_string_lossy());
}
