//! The examples that the helps show work as they stand.

use std::fs;
use std::path::Path;

use super::{folder, printed, run, stderr};

/// The commands, as `derive help` takes them.
const COMMANDS: [&str; 11] =
    ["", "conv", "pool", "pool avg", "pool lp", "pool max", "dense", "net", "layer", "weave", "layers"];

/// The examples in a help, without the remarks beside them.
fn examples(help: &str) -> Vec<String> {
    let lines = help.lines().filter_map(|line| line.strip_prefix("  derive "));
    lines.map(|line| line.split("  ").next().unwrap_or_default().trim().to_string()).collect()
}

#[test]
fn every_example_runs() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("docs.md"), "# Nothing to weave\n").expect("a file is written");
    fs::create_dir(path.join("docs")).expect("a folder is made");
    fs::write(path.join("docs").join("page.md"), "# Nothing to weave\n").expect("a file is written");
    fs::write(path.join("README.md"), "# Nothing to weave\n").expect("a file is written");
    for command in COMMANDS {
        // `my.derive` is a layer in one help, a net in another, and made by a third
        let own = if command == "net" { "residual.derive" } else { "smooth.derive" };
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(own), path.join("my.derive"))
            .expect("a file is copied");
        let help = printed(path, &format!("help {command}"));
        assert!(help.lines().all(|line| line.chars().count() <= 100), "derive help {command}: a line is too long");
        let examples = examples(&help);
        assert!(examples.len() >= 2, "derive help {command} shows {} examples", examples.len());
        for example in examples {
            let (words, file) = example.split_once(" > ").unwrap_or((&example, ""));
            let output = run(path, words);
            assert_eq!(output.status.code(), Some(0), "derive {words}: {}", stderr(&output));
            if !file.is_empty() {
                fs::write(path.join(file), &output.stdout).expect("a file is written");
            }
        }
    }
}
