//! Inputs on which the program once failed, found by fuzzing and by random layers: each is now accepted, or refused with one message.

#[path = "support/whole_way.rs"]
mod whole_way;

use std::fs;
use std::path::Path;

/// The kind of text, the name of its file, and the message that refuses it, if one does.
const FOUND: &[(&str, &str, Result<(), &str>)] = &[
    // a quotient at points where entries of the denominator that nothing reads are 0
    ("layer", "unread-poles.derive", Ok(())),
    ("layer", "unread-poles-of-a-slice.derive", Ok(())),
    // a bias with axes, though the output has none
    ("layer", "bias-of-an-intermediate.derive", Ok(())),
    // means of which some are of padding alone, all zeros
    ("weave", "windows-in-the-padding-alone.md", Ok(())),
    // a maximum of a single one
    ("layer", "maximum-of-a-maximum.derive", Ok(())),
    // one window, where two would fit, before a loss
    ("layer", "one-window-of-two.derive", Ok(())),
    // a quotient below another, beside a root and a maximum: no value where the lower one is 0
    ("layer", "quotient-below-a-quotient.derive", Ok(())),
    // a root that the slope of a function repeats, beside the root's own derivative
    ("layer", "root-in-a-density.derive", Ok(())),
    // an index in a function that compares: in the equation it is a condition on whole numbers
    ("layer", "step-of-an-index.derive", Ok(())),
];

#[test]
fn what_was_found_stays_mended() {
    for (kind, name, expected) in FOUND {
        let path = Path::new("tests/fuzz_corpus").join(kind).join(name);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{} is read: {error}", path.display()));
        let outcome = whole_way::of_kind(kind, &text);
        assert_eq!(outcome.as_ref().map_err(String::as_str), expected.as_ref().map_err(|m| *m), "{kind}/{name}");
    }
}

#[test]
fn every_file_is_listed() {
    let folders = fs::read_dir("tests/fuzz_corpus").expect("the folder of what was found");
    let files = folders.flat_map(|kind| fs::read_dir(kind.expect("an entry").path()).expect("a folder of a kind"));
    for file in files {
        let path = file.expect("an entry").path();
        let listed = FOUND.iter().any(|(kind, name, _)| path.ends_with(Path::new(kind).join(name)));
        assert!(listed, "{} has no line in the table", path.display());
    }
}
