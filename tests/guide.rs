//! What the user guide and README.md show is what happens: every console block is run and its output compared, and every recipe
//! is carried out from the very text of the page, as far as the programs it needs are there.
//!
//! In a `console` block, lines that begin with `$ ` are commands, and what follows is what they print; `…` stands for anything. In a
//! `sh` block, commands of `derive` are run and have to succeed. A block with `file=PATH` after its language is a file. All blocks
//! of a page are carried out in their order, in one folder.
#![cfg(unix)]

#[path = "guide/blocks.rs"]
mod blocks;
#[path = "support/left_out.rs"]
mod left_out;
#[path = "guide/recipes.rs"]
mod recipes;

use std::path::{Path, PathBuf};
use std::process::Command;

use blocks::{Block, Scratch, blocks, matches};

const PAGES: [&str; 10] = [
    "README.md",
    "docs/src/grammar.md",
    "docs/src/guide/exercises.md",
    "docs/src/guide/first.md",
    "docs/src/guide/formats.md",
    "docs/src/guide/geometry.md",
    "docs/src/guide/json.md",
    "docs/src/guide/layer.md",
    "docs/src/guide/notations.md",
    "docs/src/guide/weave.md",
];

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(path: &str) -> Vec<Block> {
    let text = std::fs::read_to_string(project().join(path)).unwrap_or_else(|e| panic!("{path} is read: {e}"));
    blocks(&text)
}

#[test]
fn what_the_pages_show_is_what_happens() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in PAGES {
        let scratch = Scratch::new();
        for block in page(path) {
            let place = format!("{path}:{}", block.line);
            if let Some(name) = &block.file {
                scratch.write(name, &block.text);
            }
            for (command, expected) in block.commands() {
                if path == "README.md" && expected.is_none() {
                    continue; // tests/readme.rs runs these
                }
                count += 1;
                let output = scratch.run(&command);
                match expected {
                    Some(expected) if !matches(&expected, &output.text) => {
                        wrong.push(format!("{place}: $ {command}\nexpected\n{expected}\ngot\n{}", output.text));
                    }
                    None if !output.success => wrong.push(format!("{place}: {command}\n{}", output.text)),
                    Some(_) | None => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(count >= 40, "only {count} commands were found");
}

/// The directives of a page read files beside it: they are the ones that the page shows.
#[test]
fn layers_on_the_page_are_those_beside_it() {
    let folder = project().join("docs/src/guide");
    let mut found = Vec::new();
    for block in PAGES.iter().flat_map(|p| page(p)) {
        let Some(name) = block.file.as_ref().and_then(|f| Path::new(f).file_name()) else { continue };
        let beside = folder.join(name);
        if beside.extension().is_some_and(|e| e == "derive") && beside.exists() {
            let text = std::fs::read_to_string(&beside).expect("the layer is read");
            assert_eq!(block.text, text, "{} is what the page shows", beside.display());
            found.push(beside);
        }
    }
    let layers = |e: std::io::Result<std::fs::DirEntry>| {
        Some(e.ok()?.path()).filter(|p| p.extension().is_some_and(|e| e == "derive"))
    };
    for path in std::fs::read_dir(&folder).expect("the guide is there").filter_map(layers) {
        assert!(found.contains(&path), "no page shows {}", path.display());
    }
}

#[test]
fn nothing_in_the_documents_is_stale() {
    let paths: [PathBuf; 2] = [project().join("docs"), project().join("README.md")];
    let output = Command::new(env!("CARGO_BIN_EXE_derive")).args(["weave", "--check"]).args(paths).output();
    let output = output.expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
