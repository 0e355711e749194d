//! Every case in every format, byte by byte. A case is a row in `support/cases.rs` and a file in each folder under `snapshots/`.
//!
//! LaTeX is stored as it is, as `<case>.snap.tex`, so that TeX can compile it, Typst as `<case>.snap.typ`, and pages as
//! `<case>.snap.html`; see `latex_engines.rs`, `typst_engine.rs` and `html_engine.rs`.

#[path = "support/blocks.rs"]
mod blocks;
#[path = "support/cases.rs"]
mod cases;
#[path = "snapshots/html.rs"]
mod html;
#[path = "support/katex.rs"]
mod katex_check;
#[path = "snapshots/languages.rs"]
mod languages;
#[path = "snapshots/pages.rs"]
mod pages;
#[path = "snapshots/prose.rs"]
mod prose;
#[path = "snapshots/told.rs"]
mod told;
#[path = "snapshots/widths.rs"]
mod widths;
#[path = "support/words.rs"]
mod words;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use cases::{CASES, FIGURES};

/// Pictures where they are not alone, or where there is none, and worksheets, as LaTeX, text and pages.
const AROUND_FIGURES: &[(&str, &str)] = &[
    ("exercises-conv", "conv --input 4x4 --kernel 3x3 --padding 1 --exercises 14 --key"),
    ("exercises-net-zh", "net --input 2 'dense 2 -> relu -> dense 2 -> mse' --exercises 12 --seed 3 --key --lang zh"),
    ("network-conv-with-layer", "conv --input 3x3 --kernel 2x2 --part network,forward"),
    ("network-too-large", "pool avg --input 8x8 --window 2x2 --part network"),
    ("window-conv-with-weight", "conv --input 3x3 --kernel 2x2 --part weight,window --at 2,1"),
    ("window-conv-zh", "conv --input 5x5 --kernel 3x3 --stride 2 --part window --lang zh"),
    ("window-net", "net --input 6x6 'conv 3x3 -> sigma -> pool avg 2x2 -> conv 2x2 -> flatten -> mse' --part window"),
    ("window-nowhere", "dense --input 3 --output 2 --part window"),
    ("window-too-large", "conv --input 16x16 --kernel 3x3 --part window"),
];

/// Cases that are kept in Chinese too, as `<case>-zh`.
const CHINESE: &[&str] = &[
    "conv-3x3-2x2",
    "conv-3x3-2x2-untied",
    "conv-12x12-3x3",
    "conv-6x7-2x3-steps",
    "pool-avg-5x5-3x2-overlap",
    "pool-max-4x4-2x2-values",
    "pool-max-3x3-2x2-split",
    "pool-lp-3-2-ceil-values",
    "layer-scaled",
    "layer-gated",
    "layer-softmax",
    "dense-3-2-batch",
    "net-2-2-2",
    "net-cnn",
    "net-activations",
    "net-residual",
    "notation-partial-conv",
    "notation-own-conv",
    "notation-framework-dense",
    "notation-framework-net",
    "notation-own-net",
];

/// The cases of the formats that speak a language: those above, and some of them again in Chinese.
fn spoken() -> Vec<(String, String)> {
    let english = CASES.iter().map(|(name, words)| (name.to_string(), words.to_string()));
    let chinese = CASES.iter().filter(|(name, _)| CHINESE.contains(name));
    let chinese = chinese.map(|(name, words)| (format!("{name}-zh"), format!("{words} --lang zh")));
    english.chain(chinese).collect()
}

/// The document in a format; a format may be followed by further words.
fn run(words: &str, format: &str) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_derive"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(words::words(words)).arg("--format").args(format.split(' '));
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "derive {words}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "derive {words}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn settings(format: &str) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new("../snapshots").join(format));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn latex() {
    for (name, words) in spoken() {
        settings("latex").bind(|| insta::assert_binary_snapshot!(&format!("{name}.tex"), run(&words, "latex")));
    }
    for (name, words) in FIGURES.iter().chain(AROUND_FIGURES) {
        settings("latex").bind(|| insta::assert_binary_snapshot!(&format!("{name}.tex"), run(words, "latex")));
    }
}

#[test]
fn typst() {
    for (name, words) in CASES {
        settings("typst").bind(|| insta::assert_binary_snapshot!(&format!("{name}.typ"), run(words, "typst")));
    }
}

#[test]
fn a_standalone_document() {
    for (format, file) in [("latex", "conv-3x3-2x2-standalone.tex"), ("typst", "conv-3x3-2x2-standalone.typ")] {
        let bytes = run("conv --input 3x3 --kernel 2x2 --standalone", format);
        settings(format).bind(|| insta::assert_binary_snapshot!(file, bytes));
    }
    for (format, file) in
        [("latex --paper letter", "conv-3x3-2x2-letter.tex"), ("typst --paper letter", "conv-3x3-2x2-letter.typ")]
    {
        let bytes = run("conv --input 3x3 --kernel 2x2 --part summary,forward --standalone", format);
        let folder = format.split(' ').next().expect("a format has a word");
        settings(folder).bind(|| insta::assert_binary_snapshot!(file, bytes));
    }
    let bytes = run("conv --input 3x3 --kernel 2x2 --standalone --lang zh", "latex");
    settings("latex").bind(|| insta::assert_binary_snapshot!("conv-3x3-2x2-standalone-zh.tex", bytes));
}

#[test]
fn text() {
    let figures = FIGURES.iter().chain(AROUND_FIGURES).map(|(name, words)| (name.to_string(), words.to_string()));
    for (name, words) in spoken().into_iter().chain(figures) {
        let text = String::from_utf8(run(&words, "text")).expect("text is UTF-8");
        settings("text").bind(|| insta::assert_snapshot!(name, text));
    }
}

#[test]
fn svg() {
    for (name, words) in FIGURES {
        let text = String::from_utf8(run(words, "svg")).expect("SVG is UTF-8");
        settings("svg").bind(|| insta::assert_snapshot!(*name, text));
    }
}

#[test]
fn a_standalone_document_with_a_picture() {
    let bytes = run("conv --input 3x3 --kernel 2x2 --part forward,network --standalone", "latex");
    settings("latex").bind(|| insta::assert_binary_snapshot!("network-standalone.tex", bytes));
}

#[test]
fn json() {
    for (name, words) in CASES {
        let text = String::from_utf8(run(words, "json")).expect("JSON is UTF-8");
        serde_json::from_str::<serde_json::Value>(&text).unwrap_or_else(|e| panic!("derive {words}: {e}"));
        settings("json").bind(|| insta::assert_snapshot!(*name, text));
    }
}

#[test]
fn no_snapshot_is_left_over() {
    let names = |list: &[&[(&str, &str)]]| -> BTreeSet<String> {
        list.iter().flat_map(|cases| cases.iter().map(|(name, _)| (*name).to_string())).collect()
    };
    let chinese = || spoken().into_iter().map(|(name, _)| name).filter(|name| name.ends_with("-zh"));
    let mut latex = names(&[CASES, FIGURES, AROUND_FIGURES]);
    latex.extend(
        ["conv-3x3-2x2-letter", "conv-3x3-2x2-standalone", "conv-3x3-2x2-standalone-zh", "network-standalone"]
            .map(str::to_string),
    );
    latex.extend(chinese());
    let mut typst = names(&[CASES]);
    typst.extend(["conv-3x3-2x2-letter", "conv-3x3-2x2-standalone"].map(str::to_string));
    let mut text = names(&[CASES, FIGURES, AROUND_FIGURES]);
    text.extend(chinese());
    let mut html = names(&[CASES, FIGURES, AROUND_FIGURES]);
    html.extend(chinese());
    html.extend(html::FORMULAS.map(|(name, _)| name.to_string()));
    for (format, cases) in [
        ("latex", latex),
        ("text", text),
        ("json", names(&[CASES])),
        ("typst", typst),
        ("svg", names(&[FIGURES])),
        ("html", html),
        ("ascii", widths::PLAIN.iter().map(|name| (*name).to_string()).collect()),
        ("narrow", widths::NARROW.iter().map(|name| (*name).to_string()).collect()),
    ] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(format);
        for entry in std::fs::read_dir(&folder).expect("the folder of snapshots is there") {
            let name = entry.expect("an entry").file_name().into_string().expect("names are UTF-8");
            let case = name.split(".snap").next().expect("a name has a beginning");
            assert!(cases.contains(case), "snapshots/{format}/{name} belongs to no case");
        }
    }
}
