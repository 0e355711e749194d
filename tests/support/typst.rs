//! Compiles Typst sources with the compiler of PyPI's package `typst`, and reports errors, warnings, and what is too wide.
//!
//! A test file includes this one by `#[path = "support/typst.rs"] mod typst;`. Where `python3` has no such package a line on stderr
//! says so; with `DERIVE_REQUIRE_TYPST` in the environment that is a failure.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Once;

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
        assert!(
            std::env::var_os("DERIVE_REQUIRE_TYPST").is_none(),
            "DERIVE_REQUIRE_TYPST is set, but python3 has no package `typst`: install it (pip install typst) or unset the variable"
        );
        // Not `eprintln!`, which the test harness swallows: that something is left out must be seen.
        static SAID: Once = Once::new();
        SAID.call_once(|| {
            let _ = io::stderr().write_all(b"left out: python3 has no package `typst`\n");
        });
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
