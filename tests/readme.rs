//! What README.md shows works as it stands: its layer is derived, and its two commands are the ones that are checked.

#[path = "support/words.rs"]
mod words;

use std::fs;
use std::path::Path;
use std::process::Command;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README.md is read")
}

#[test]
fn every_derive_command_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = readme();
    let layer = text.split("```").find(|block| block.contains("layer smooth")).expect("the README shows a layer");
    fs::write(folder.path().join("smooth.derive"), layer).expect("the layer is written");
    fs::write(folder.path().join("my.derive"), layer).expect("the layer is written");
    let blocks = text.split("```sh").skip(1).filter_map(|rest| rest.split("```").next());
    let inline = text.split('`').filter(|part| part.starts_with("derive layer smooth"));
    let lines = blocks.flat_map(str::lines).chain(inline).filter(|line| line.starts_with("derive "));
    let mut count = 0;
    for line in lines {
        let words = words::words(line);
        let output = Command::new(env!("CARGO_BIN_EXE_derive")).current_dir(folder.path()).args(&words[1..]).output();
        let output = output.expect("the program runs");
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        count += 1;
    }
    assert!(count >= 9, "only {count} commands were found");
}

#[test]
fn ci_runs_the_test_command() {
    let ci = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/run")).expect(".ci/run is read");
    assert!(readme().contains("\ncargo test\n") && ci.contains("\ncargo test\n"));
}
