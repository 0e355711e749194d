//! Compiles Chinese LaTeX with XeLaTeX and ctex, and reports errors, overflows and characters that no font has. What fonts are
//! substituted is left to ctex.
//!
//! Without XeLaTeX and ctex this is left out, which is said; with `DERIVE_REQUIRE_TEX` in the environment, that is a failure.
#![allow(dead_code, reason = "each test crate includes this file and uses a part of it")]

#[path = "left_out.rs"]
#[allow(clippy::duplicate_mod, reason = "each support file says by it what is left out")]
mod left_out;

use std::path::Path;
use std::process::{Command, Stdio};

use super::tex::{Problem, log_problems, write};

/// Are XeLaTeX and ctex there?
///
/// # Panics
/// If not, and `DERIVE_REQUIRE_TEX` is set.
pub(crate) fn is_there() -> bool {
    let quiet = |program: &str, argument: &str| {
        let mut command = Command::new(program);
        command.arg(argument).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let found = quiet("xelatex", "--version") && quiet("kpsewhich", "ctex.sty");
    if !found {
        let remedy = "on Debian: texlive-xetex texlive-lang-chinese";
        left_out::missing("DERIVE_REQUIRE_TEX", "xelatex with ctex is not installed", remedy);
    }
    found
}

/// Compiles documents, each a name and a text with a `\documentclass`.
///
/// # Errors
/// Every problem of every document.
pub(crate) fn compile(documents: &[(String, String)]) -> Result<(), Vec<Problem>> {
    let problems: Vec<Problem> = documents.iter().flat_map(|(name, text)| problems(name, text)).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// A document that holds fragments one after the other, in the class and at the width that their user is likely to have.
pub(crate) fn document(fragments: &[(String, String)]) -> String {
    let mut text =
        "\\documentclass{article}\n\\usepackage{amsmath}\n\\usepackage{ctex}\n\\usepackage{tikz}\n\\begin{document}\n"
            .to_string();
    for (name, fragment) in fragments {
        text += &format!("\\typeout{{@@ {name}}}%\n{fragment}\\clearpage\n");
    }
    text + "\\end{document}\n"
}

fn problems(name: &str, text: &str) -> Vec<Problem> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(&folder.path().join("main.tex"), text);
    let log = run(folder.path());
    let fonts = |p: &Problem| p.message.contains("Warning: ");
    let mut found: Vec<Problem> = log_problems(&log, "main.tex", name).into_iter().filter(|p| !fonts(p)).collect();
    if !log.contains("Output written on main.pdf") {
        let tail: Vec<&str> = log.lines().rev().take(5).collect();
        let message = format!("there is no output; the log ends, from the last line up: {}", tail.join(" / "));
        found.push(Problem { name: name.to_owned(), line: None, message });
    }
    found
}

/// The log of a run on `main.tex`.
fn run(folder: &Path) -> String {
    let status = Command::new("xelatex")
        .args(["-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "-no-shell-escape", "main.tex"])
        .current_dir(folder)
        .envs([("max_print_line", "1000"), ("error_line", "254"), ("half_error_line", "238")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.expect("xelatex starts");
    let log = std::fs::read(folder.join("main.log")).unwrap_or_default();
    String::from_utf8_lossy(&log).into_owned()
}
