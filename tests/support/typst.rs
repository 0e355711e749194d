//! Compiles Typst sources with the compiler of PyPI's package `typst`, and reports errors, warnings, and what is too wide.
//!
//! A test file includes this one by `#[path = "support/typst.rs"] mod typst;`. Where `python3` has no such package that is
//! said; with `DERIVE_REQUIRE_TYPST` in the environment it is a failure.

#[path = "left_out.rs"]
#[allow(clippy::duplicate_mod, reason = "each support file says by it what is left out")]
mod left_out;

use std::fs;
use std::path::Path;
use std::process::Command;

/// The script that compiles, measures and reports.
const SCRIPT: &str = "tests/support/typst_check.py";

/// Is there a compiler?
///
/// # Panics
/// If there is none and `DERIVE_REQUIRE_TYPST` is set.
pub(crate) fn has_engine() -> bool {
    let output = Command::new("python3").args(["-c", "import typst"]).output();
    let found = output.is_ok_and(|output| output.status.success());
    if !found {
        left_out::missing("DERIVE_REQUIRE_TYPST", "python3 has no package `typst`", "pip install typst");
    }
    found
}

/// What is wrong with these sources, each a name and a text; nothing where there is no compiler.
pub(crate) fn problems(sources: &[(String, String)]) -> Vec<String> {
    if !has_engine() {
        return Vec::new();
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (name, text) in sources {
        fs::write(folder.path().join(name), text).expect("a source is written");
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(SCRIPT);
    let names = sources.iter().map(|(name, _)| name);
    let output = Command::new("python3").arg(script).args(names).current_dir(folder.path()).output();
    let output = output.expect("python3 runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "the script failed: {errors}");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}
