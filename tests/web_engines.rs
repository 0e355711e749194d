//! KaTeX and MathJax, as web pages load them, set every formula of the accepted snapshots; where node or the packages are not there
//! this is left out. Hosts of Markdown and reStructuredText get the same formulas (see `snapshots/pages.rs`).

#[path = "support/katex.rs"]
mod katex_check;
#[path = "support/left_out.rs"]
mod left_out;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the packages, if node is there too.
///
/// # Panics
/// If they are not, and `DERIVE_REQUIRE_WEB` is set.
fn packages() -> Option<PathBuf> {
    let folder = std::env::var_os("DERIVE_NODE_MODULES").map_or_else(|| project().join("target/node"), PathBuf::from);
    let node = Command::new("node").arg("--version").output().is_ok_and(|o| o.status.success());
    let known = ["katex", "mathjax-full"].iter().all(|name| folder.join("node_modules").join(name).is_dir());
    if node && known {
        return Some(folder);
    }
    let remedy = "npm install --prefix target/node katex mathjax-full";
    left_out::missing("DERIVE_REQUIRE_WEB", "there are no katex and mathjax-full in target/node", remedy);
    None
}

/// What the engines say of formulas: refusals, and how many were set.
fn set(folder: &Path, formulas: &[Value]) -> (Vec<String>, usize) {
    let scratch = tempfile::tempdir().expect("a folder is made");
    let file = scratch.path().join("formulas.json");
    fs::write(&file, Value::from(formulas).to_string()).expect("the formulas are written");
    let script = project().join("tests/support/web_engines.mjs");
    let output = Command::new("node").arg(script).arg(folder).arg(&file).output().expect("node runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let count = lines.pop().and_then(|line| line.parse().ok()).expect("the last line is a number");
    (lines, count)
}

#[test]
fn what_an_engine_refuses_is_reported() {
    let Some(folder) = packages() else { return };
    let formula = |body: &str| json!({"name": "case", "display": true, "body": body});
    let (wrong, count) =
        set(&folder, &[formula("\\frac{a}{b}"), formula("\\nosuchcommand"), formula("{a"), formula("a_b_c")]);
    assert_eq!((wrong.len(), count), (6, 2), "{wrong:?}");
    assert!(wrong.iter().any(|line| line.contains("MathJax") && line.contains("nosuchcommand")), "{wrong:?}");
}

#[test]
fn every_formula_is_set_by_katex_and_mathjax() {
    let Some(folder) = packages() else { return };
    let (mut formulas, mut seen) = (Vec::new(), BTreeSet::new());
    let snapshots = fs::read_dir(project().join("snapshots/latex")).expect("the snapshots are there");
    let mut files: Vec<PathBuf> = snapshots.map(|entry| entry.expect("an entry is read").path()).collect();
    files.sort();
    for path in files.iter().filter(|path| path.extension().is_some_and(|e| e == "tex")) {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
        let text = fs::read_to_string(path).expect("a snapshot is text");
        for formula in katex_check::formulas(&text).expect("every formula closes") {
            if !seen.insert((formula.display, formula.body.clone())) {
                continue; // once is enough, for either engine takes some milliseconds
            }
            formulas.push(json!({"name": name, "display": formula.display, "body": formula.body}));
        }
    }
    let (wrong, count) = set(&folder, &formulas);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count == 2 * formulas.len() && count > 1000, "{count}");
}
