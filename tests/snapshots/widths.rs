//! Text within its width and in its alphabet: every case, at several widths, and some of them as they look.

use std::path::Path;

use unicode_width::UnicodeWidthStr;

use super::{AROUND_FIGURES, CASES, FIGURES, run, settings, spoken};

/// Cases of which the text in ASCII is kept.
pub(super) const PLAIN: &[&str] = &[
    "conv-3x3-2x2",
    "conv-3x3-2x2-values",
    "conv-6x6-3x3-stride-2",
    "pool-max-3x3-2x2-split",
    "pool-lp-3-2-fraction",
    "layer-softmax",
    "net-activations",
    "net-cnn",
    "notation-goodfellow-conv",
    "notation-framework-net",
    "network-dense-3-2",
];

/// Cases of which the text in 60 columns is kept.
pub(super) const NARROW: &[&str] = &[
    "conv-6x7-2x3-steps",
    "conv-12x12-3x3",
    "dense-3-2-batch",
    "net-2-2-2-zh",
    "notation-goodfellow-conv",
    "net-lenet",
];

/// All cases, by their names.
fn all() -> Vec<(String, String)> {
    let figures = FIGURES.iter().chain(AROUND_FIGURES).map(|(name, words)| (name.to_string(), words.to_string()));
    spoken().into_iter().chain(figures).collect()
}

fn text(words: &str, options: &str) -> String {
    String::from_utf8(run(words, format!("text {options}").trim())).expect("text is UTF-8")
}

fn shown(folder: &str) -> insta::Settings {
    let mut settings = settings(folder);
    settings.set_snapshot_path(Path::new("../../snapshots").join(folder));
    settings
}

/// The words of a case.
fn words_of(name: &str) -> String {
    let all = all();
    let found = all.iter().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("there is no case {name}")).1.clone()
}

#[test]
fn no_line_is_wider_than_asked_for() {
    for width in [60, 80, 120] {
        for (name, words) in all() {
            let text = text(&words, &format!("--width {width}"));
            let wide: Vec<&str> = text.lines().filter(|line| line.width() > width).collect();
            assert!(wide.is_empty(), "{name} in {width} columns: {wide:#?}");
        }
    }
}

/// Without a width it is 96, whatever the environment says of a terminal that is not there.
#[test]
fn no_line_is_wider_than_96_columns() {
    for (name, words) in all() {
        let text = text(&words, "");
        assert!(text.lines().all(|line| line.width() <= 96), "{name}");
    }
}

#[test]
fn ascii_is_ascii_and_fits() {
    assert!(CASES.len() > 40);
    for (name, words) in all().into_iter().filter(|(name, _)| !name.ends_with("-zh")) {
        for width in [60, 96] {
            let text = text(&words, &format!("--ascii --width {width}"));
            // a question mark stands for what ASCII has no sign for, where none is asked
            let asked = if text.contains('?') { self::text(&words, "").matches('?').count() } else { 0 };
            assert_eq!(text.matches('?').count(), asked, "{name}");
            let strange: Vec<&str> = text.lines().filter(|line| !line.is_ascii()).collect();
            assert!(strange.is_empty(), "{name}: {strange:#?}");
            let wide: Vec<&str> = text.lines().filter(|line| line.len() > width).collect();
            assert!(wide.is_empty(), "{name} in {width} columns: {wide:#?}");
        }
    }
}

#[test]
fn ascii() {
    for name in PLAIN {
        let text = text(&words_of(name), "--ascii");
        shown("ascii").bind(|| insta::assert_snapshot!(*name, text));
    }
}

#[test]
fn narrow() {
    for name in NARROW {
        let text = text(&words_of(name), "--width 60");
        shown("narrow").bind(|| insta::assert_snapshot!(*name, text));
    }
}
