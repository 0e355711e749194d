//! Every case in every format, byte by byte. A case is a row here and a file in each folder under `snapshots/`.
//!
//! LaTeX is stored as it is, as `<case>.snap.tex`, so that TeX can compile it; see `latex_engines.rs`.

#[path = "support/katex.rs"]
mod katex_check;
#[path = "snapshots/pages.rs"]
mod pages;
#[path = "snapshots/prose.rs"]
mod prose;
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
    ("conv-3x3-2x2-renamed", "conv --input 3x3 --kernel 2x2 --rename a=x,w=k,z=y,delta=g --index-base 0"),
    ("conv-4x5-1x1", "conv --input 4x5 --kernel 1x1 --part input,weight"),
    ("conv-3x3-3x3", "conv --input 3x3 --kernel 3x3"),
    ("conv-6x6-3x3", "conv --input 6x6 --kernel 3x3"),
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
    ("layer-mirror", "layer tests/data/mirror.derive --input 4"),
    ("layer-softmax", "layer tests/data/softmax.derive --input 3"),
    ("dense-3-2", "dense --input 3 --output 2"),
    ("dense-3-2-batch", "dense --input 3 --output 2 --batch 2 --bias none"),
    ("net-scalar", "net --input 1 'dense 1 -> sigma -> dense 1 -> sigma'"),
    ("net-2-2-2", "net --input 2 'dense 2 -> sigma -> dense 2 -> sigma'"),
    ("net-cnn", "net --input 6x6 'conv 3x3 -> sigma -> pool avg 2x2 -> flatten -> dense 2 -> softmax -> crossentropy'"),
    ("net-cnn-max", "net --input 7x7 'conv 3x3 -> relu -> pool max 2x2 -> conv 2x2 -> sigmoid -> flatten -> bce'"),
    ("net-batch", "net --input 2x3 'dense 2 -> softmax -> crossentropy'"),
    ("net-log-softmax", "net --input 3 'log-softmax -> nll'"),
    ("net-activations", "net --input 2 'silu -> gelu -> leaky-relu 0.2 -> softplus -> exp'"),
    ("net-residual", "net tests/data/residual.derive"),
    (
        "net-values",
        "net --input 2 'dense 2 -> relu -> dense 2 -> softmax -> crossentropy' --values tests/data/net-values.json --part values,summary",
    ),
    ("net-renamed", "net --input 2 'dense 2 -> sigmoid -> dense 1 -> mse' --rename W=V,z=s,delta=e,a=x --index-base 0"),
    (
        "net-lenet",
        "net --input 28x28 'conv 5x5 -> sigmoid -> pool avg 2x2 -> conv 5x5 -> sigmoid -> pool avg 2x2 -> flatten -> dense 120 -> \
         sigmoid -> dense 84 -> sigmoid -> dense 10 -> softmax -> crossentropy' --entries none",
    ),
];

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
    for (name, words) in CASES {
        settings("latex").bind(|| insta::assert_binary_snapshot!(&format!("{name}.tex"), run(words, "latex")));
    }
}

#[test]
fn a_standalone_document() {
    let bytes = run("conv --input 3x3 --kernel 2x2 --standalone", "latex");
    settings("latex").bind(|| insta::assert_binary_snapshot!("conv-3x3-2x2-standalone.tex", bytes));
}

#[test]
fn text() {
    for (name, words) in CASES {
        let text = String::from_utf8(run(words, "text")).expect("text is UTF-8");
        settings("text").bind(|| insta::assert_snapshot!(*name, text));
    }
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
    let cases: BTreeSet<&str> = CASES.iter().map(|(name, _)| *name).chain(["conv-3x3-2x2-standalone"]).collect();
    for format in ["latex", "text", "json"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(format);
        for entry in std::fs::read_dir(&folder).expect("the folder of snapshots is there") {
            let name = entry.expect("an entry").file_name().into_string().expect("names are UTF-8");
            let case = name.split(".snap").next().expect("a name has a beginning");
            assert!(cases.contains(case), "snapshots/{format}/{name} belongs to no case");
        }
    }
}
