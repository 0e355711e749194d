//! Every case in every format, byte by byte. A case is a row here and a file in each folder under `snapshots/`.
//!
//! LaTeX is stored as it is, as `<case>.snap.tex`, so that TeX can compile it, Typst as `<case>.snap.typ`, and pages as
//! `<case>.snap.html`; see `latex_engines.rs`, `typst_engine.rs` and `html_engine.rs`.

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

/// Name of the case, and the words after `derive`.
const CASES: &[(&str, &str)] = &[
    ("conv-3x3-2x2", "conv --input 3x3 --kernel 2x2"),
    ("conv-3x3-2x2-no-bias", "conv --input 3x3 --kernel 2x2 --bias none"),
    ("conv-3x3-2x2-untied", "conv --input 3x3 --kernel 2x2 --bias untied --part forward,bias"),
    (
        "conv-3x3-2x2-values",
        "conv --input 3x3 --kernel 2x2 --values tests/data/conv-values.json --part values,input,weight",
    ),
    (
        "conv-3x3-2x2-channels-values",
        "conv --input 3x3 --kernel 2x2 --channels 2:1 --bias none --values tests/data/conv-channels-values.json --part values",
    ),
    ("conv-3x3-2x2-renamed", "conv --input 3x3 --kernel 2x2 --rename a=x,w=k,z=y,delta=g --index-base 0"),
    ("conv-4x5-1x1", "conv --input 4x5 --kernel 1x1 --part input,weight"),
    ("conv-3x3-3x3", "conv --input 3x3 --kernel 3x3"),
    ("conv-6x6-3x3", "conv --input 6x6 --kernel 3x3"),
    ("conv-6x6-3x3-stride-2", "conv --input 6x6 --kernel 3x3 --stride 2 --entries few"),
    (
        "conv-6x7-2x3-steps",
        "conv --input 6x7 --kernel 2x3 --stride 2x1 --dilation 3x2 --entries few --part forward,input,weight",
    ),
    ("conv-3x3-3x3-padding-1", "conv --input 3x3 --kernel 3x3 --padding 1 --entries few"),
    ("conv-3-3-padding-2-reflect", "conv --input 3 --kernel 3 --padding 2 --padding-mode reflect"),
    ("conv-3x3-2x2-groups", "conv --input 3x3 --kernel 2x2 --channels 4:6 --groups 2 --entries few"),
    ("conv-3x3-2x2-depthwise", "conv --input 3x3 --kernel 2x2 --channels 2:2 --groups 2 --entries none"),
    ("conv-12x12-3x3", "conv --input 12x12 --kernel 3x3"),
    ("conv-12x12-3x3-all", "conv --input 12x12 --kernel 3x3 --entries all --part forward,weight"),
    ("conv-28x28-5x5-none", "conv --input 28x28 --kernel 5x5 --entries none"),
    ("pool-avg-4x4-2x2", "pool avg --input 4x4 --window 2x2"),
    (
        "pool-avg-4x4-2x2-values",
        "pool avg --input 4x4 --window 2x2 --values tests/data/pool-avg-values.json --part values",
    ),
    ("pool-avg-5x5-3x2-overlap", "pool avg --input 5x5 --window 3x2 --stride 2x1"),
    ("pool-max-4x4-2x2", "pool max --input 4x4 --window 2x2"),
    (
        "pool-max-4x4-2x2-values",
        "pool max --input 4x4 --window 2x2 --values tests/data/pool-max-values.json --part input,values",
    ),
    ("pool-max-3x3-2x2-split", "pool max --input 3x3 --window 2x2 --stride 1 --ties split"),
    ("pool-lp-4x4-2x2", "pool lp --input 4x4 --window 2x2 --norm 2"),
    ("pool-lp-3-2-ceil-values", "pool lp --input 3 --window 2 --norm 2 --ceil --values tests/data/pool-lp-values.json"),
    ("pool-lp-3-2-fraction", "pool lp --input 3 --window 2 --stride 1 --norm 3/2"),
    ("layer-mirror", "layer tests/data/mirror.derive --input 4"),
    ("layer-softmax", "layer tests/data/softmax.derive --input 3"),
    ("layer-scaled", "layer tests/data/scaled.derive --input 3 --entries none"),
    ("layer-gated", "layer tests/data/gated.derive --input 2x3 --entries none"),
    ("dense-3-2", "dense --input 3 --output 2"),
    ("dense-3-2-batch", "dense --input 3 --output 2 --batch 2 --bias none"),
    ("net-scalar", "net --input 1 'dense 1 -> sigma -> dense 1 -> sigma'"),
    ("net-2-2-2", "net --input 2 'dense 2 -> sigma -> dense 2 -> sigma'"),
    ("net-cnn", "net --input 6x6 'conv 3x3 -> sigma -> pool avg 2x2 -> flatten -> dense 2 -> softmax -> crossentropy'"),
    ("net-cnn-max", "net --input 7x7 'conv 3x3 -> relu -> pool max 2x2 -> conv 2x2 -> sigmoid -> flatten -> bce'"),
    ("net-batch", "net --input 2x3 'dense 2 -> softmax -> crossentropy'"),
    ("net-softmax-12", "net --input 12 'softmax -> crossentropy'"),
    ("net-log-softmax", "net --input 3 'log-softmax -> nll'"),
    ("net-activations", "net --input 2 'silu -> gelu -> leaky-relu 0.2 -> softplus -> exp'"),
    ("net-residual", "net tests/data/residual.derive"),
    (
        "net-values",
        "net --input 2 'dense 2 -> relu -> dense 2 -> softmax -> crossentropy' --values tests/data/net-values.json --part values,summary",
    ),
    ("net-renamed", "net --input 2 'dense 2 -> sigmoid -> dense 1 -> mse' --rename W=V,z=s,delta=e,a=x --index-base 0"),
    ("notation-partial-conv", "conv --input 3x3 --kernel 2x2 --notation partial"),
    ("notation-framework-conv", "conv --input 3x3 --kernel 2x2 --notation framework"),
    ("notation-goodfellow-conv", "conv --input 4x4 --kernel 2x2 --channels 2:2 --entries few --notation goodfellow"),
    ("notation-nielsen-conv", "conv --input 3x3 --kernel 2x2 --part input,weight --notation nielsen"),
    ("notation-own-conv", "conv --input 5x5 --kernel 2x2 --stride 2 --entries few --notation tests/data/own.toml"),
    ("notation-framework-dense", "dense --input 3 --output 2 --notation framework"),
    ("notation-own-dense", "dense --input 3 --output 2 --notation tests/data/own.toml --rename b=c"),
    ("notation-goodfellow-pool", "pool avg --input 4x4 --window 2x2 --notation goodfellow"),
    ("notation-partial-net", "net --input 2 'dense 2 -> sigma -> dense 2 -> sigma' --notation partial"),
    ("notation-framework-net", "net --input 2 'dense 2 -> sigma -> dense 2 -> sigma' --notation framework"),
    (
        "notation-goodfellow-net",
        "net --input 2 'dense 2 -> sigma -> dense 2 -> softmax -> crossentropy' --notation goodfellow",
    ),
    ("notation-nielsen-net", "net --input 2 'dense 2 -> sigma -> dense 2 -> sigma' --notation nielsen"),
    (
        "notation-own-net",
        "net --input 4x4 'conv 2x2 -> sigma -> flatten -> dense 2 -> mse' --notation tests/data/own.toml",
    ),
    (
        "net-lenet",
        "net --input 28x28 'conv 5x5 -> sigmoid -> pool avg 2x2 -> conv 5x5 -> sigmoid -> pool avg 2x2 -> flatten -> dense 120 -> \
         sigmoid -> dense 84 -> sigmoid -> dense 10 -> softmax -> crossentropy' --entries none",
    ),
];

/// Pictures of connections, as LaTeX, text and SVG.
const FIGURES: &[(&str, &str)] = &[
    ("network-conv-3x3-2x2", "conv --input 3x3 --kernel 2x2 --bias none --part network"),
    ("network-conv-6x6-3x3", "conv --input 6x6 --kernel 3x3 --part network"),
    ("network-pool-avg-4x4-2x2", "pool avg --input 4x4 --window 2x2 --part network"),
    ("network-pool-max-4x4-2x2", "pool max --input 4x4 --window 2x2 --part network"),
    ("network-smooth-5-3", "layer tests/data/smooth.derive --input 5 --kernel 3 --part network"),
    ("network-softmax", "layer tests/data/softmax.derive --input 3 --part network"),
    ("network-dense-3-2", "dense --input 3 --output 2 --part network"),
    ("network-dense-3-2-batch", "dense --input 3 --output 2 --batch 2 --bias none --part network --index-base 0"),
    ("network-net-scalar", "net --input 1 'dense 1 -> sigma -> dense 1 -> sigma' --part network"),
    ("network-net-2-2-2", "net --input 2 'dense 2 -> sigma -> dense 2 -> sigma' --part network"),
    (
        "network-net-cnn",
        "net --input 6x6 'conv 3x3 -> sigmoid -> pool avg 2x2 -> flatten -> dense 2 -> softmax -> crossentropy' --part network",
    ),
    ("network-net-residual", "net tests/data/residual.derive --part network"),
    ("window-conv-3x3-2x2", "conv --input 3x3 --kernel 2x2 --part window"),
    ("window-conv-5x5-3x3-stride-2", "conv --input 5x5 --kernel 3x3 --stride 2 --bias none --part window"),
    ("window-conv-6x6-3x3-stride-2", "conv --input 6x6 --kernel 3x3 --stride 2 --bias none --part window"),
    ("window-conv-3x3-3x3-padding-1", "conv --input 3x3 --kernel 3x3 --padding 1 --part window"),
    ("window-conv-5x5-2x2-dilation-2", "conv --input 5x5 --kernel 2x2 --dilation 2 --part window"),
    ("window-conv-3x3-2x2-channels", "conv --input 3x3 --kernel 2x2 --channels 2:2 --part window"),
    ("window-conv-5-3-stride-2", "conv --input 5 --kernel 3 --stride 2 --part window"),
    ("window-pool-avg-4x4-2x2", "pool avg --input 4x4 --window 2x2 --part window"),
    ("window-pool-max-4x4-2x2", "pool max --input 4x4 --window 2x2 --part window"),
];

/// Pictures where they are not alone, or where there is none, as LaTeX and text.
const AROUND_FIGURES: &[(&str, &str)] = &[
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
