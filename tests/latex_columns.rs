//! LaTeX in lines of a given width: what `--width` is told fits into columns, slides and small type, whatever is derived.

#[path = "support/left_out.rs"]
mod left_out;
#[path = "support/tex.rs"]
mod tex;

use std::process::Command;

/// A layer with sums in functions, in powers, above and below the line: nothing of it can be broken at its own signs.
const NESTED: &str = "layer nested
  input a[N,D]
  weight c[N,D]
  weight g[D]
  z[n] = tanh(sum(d) (a[n,d]-c[n,d])^2 - sum(d) a[n,d]^2) * exp(sum(d) g[d]*a[n,d]) / sum(d) exp(g[d]*a[n,d])
";

const CASES: [&str; 12] = [
    "conv --input 6x6 --kernel 4x4 --only z.equations",
    "conv --input 3x3 --kernel 2x2",
    "conv --input 5x5 --kernel 3x3 --stride 2 --entries few",
    "conv --input 12x12 --kernel 3x3 --entries none",
    "conv --input 3 --kernel 3 --padding 2 --padding-mode reflect",
    "conv --input 4x4 --kernel 2x2 --part network,window",
    "conv --input 3x3 --kernel 2x2 --channels 4:6 --groups 2",
    "pool max --input 4x4 --window 2x2",
    "dense --input 3 --output 2 --batch 4",
    "net --input 6x6 'conv 3x3 -> sigmoid -> pool avg 2x2 -> flatten -> dense 2 -> softmax -> crossentropy'",
    "net --input 3 'dense 3 -> silu -> dense 2 -> gelu'",
    "layer nested.derive --input 2x3",
];

fn derived(folder: &std::path::Path, words: &str, width: &str) -> String {
    let words = shlex::split(words).expect("the words are quoted well");
    let mut command = Command::new(env!("CARGO_BIN_EXE_derive"));
    let output = command.current_dir(folder).args(words).args(["--width", width, "--headings", "2"]).output();
    let output = output.expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the document is UTF-8")
}

/// All cases in one document of a class, each in a frame where there are frames.
fn fits(class: &str, file: &str, width: &str) {
    let found = Command::new("kpsewhich").arg(file).output().is_ok_and(|o| o.status.success());
    if tex::engine().is_none() || !found {
        left_out::left_out(&format!("there is no {file}"));
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("nested.derive"), NESTED).expect("the layer is written");
    let (open, close) = if file == "beamer.cls" {
        ("\\begin{frame}[allowframebreaks]\n", "\n\\end{frame}\n")
    } else {
        ("", "\\clearpage\n")
    };
    let mut text = format!("{class}\n\\usepackage{{amsmath,tikz}}\n\\begin{{document}}\\sloppy\n");
    for words in CASES {
        text += &format!("{open}{}{close}", derived(folder.path(), words, width));
    }
    text += "\\end{document}\n";
    if let Err(problems) = tex::compile_document(class, &text) {
        let wide: Vec<_> = problems.into_iter().filter(|p| p.message.contains("pt too wide")).collect();
        assert!(wide.is_empty(), "{}", tex::report(&wide));
    }
}

#[test]
fn columns_of_an_article() {
    fits("\\documentclass[twocolumn]{article}", "article.cls", "229.5pt");
}

/// As IEEEtran has them.
#[test]
fn columns_of_a_journal() {
    let class = "\\documentclass{article}\n\\AtBeginDocument{\\hsize=252pt\\textwidth=252pt\\linewidth=252pt\\columnwidth=252pt}";
    fits(class, "article.cls", "3.5in");
}

#[test]
fn columns_in_larger_type() {
    fits("\\documentclass[twocolumn]{scrartcl}", "scrartcl.cls", "18.6em");
}

#[test]
fn slides() {
    fits("\\documentclass{beamer}", "beamer.cls", "28em");
}

/// A document that stands by itself takes the width for its page.
#[test]
fn a_document_as_wide_as_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = derived(folder.path(), "conv --input 3x3 --kernel 2x2 --standalone", "8.8cm");
    assert!(text.contains("textwidth=250.3pt"), "{text}");
    tex::compile_document("standalone", &text.replace("\\begin{document}", "\\sloppy\n\\begin{document}"))
        .unwrap_or_else(|problems| panic!("{}", tex::report(&problems)));
}
