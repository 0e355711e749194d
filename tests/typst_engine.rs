//! Every accepted Typst snapshot compiles, pasted and included, without error or warning, and nothing is wider than the text; so do
//! documents that are hard to set.

#[path = "support/typst.rs"]
mod typst;
#[path = "support/words.rs"]
mod words;

use std::fs;
use std::path::Path;
use std::process::Command;

/// What is wrong with one text.
fn problems(text: &str) -> String {
    typst::problems(&[("case".to_owned(), text.to_owned())]).join("\n")
}

#[track_caller]
fn refuses(text: &str, problem: &str) {
    if typst::has_engine() {
        let found = problems(text);
        assert!(found.contains(problem), "{text}: {found}");
    }
}

#[test]
fn a_sound_text_has_no_problems() {
    assert_eq!(problems("= Title\n\nText $a_1$.\n$ a &= b \\ &= c $\n"), "");
}

#[test]
fn what_typst_refuses_or_overlooks_is_reported() {
    refuses("$ rot180(a) $\n", "unknown variable: rot180");
    refuses("text ] text\n$ a $\n", "unexpected closing bracket");
    refuses("#text(font: \"No Such Font\")[a] $ a $\n", "warning: ");
    refuses(&format!("$ {} $\n", ["a_1"; 60].join(" + ")), "display 1 is ");
    refuses("$ a = #text(size: 9pt, $b$) $\n#show math.equation: set text(size: 9pt)\n$ a $\n", "is set at 9.0 pt");
    refuses("#math.equation(block: true, $\na\n$) <eq:a>\n", "cannot reference equation without numbering");
    refuses(
        "#set math.equation(numbering: none)\n#set math.mat(column-gap: 0.8em)\nno formula\n",
        "there is no formula in it",
    );
}

/// Every accepted Typst snapshot, as name and text, in order of names.
fn snapshots() -> Vec<(String, String)> {
    const SUFFIX: &str = ".snap.typ";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join("typst");
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{} is read: {error}", folder.display()));
    let mut found: Vec<(String, String)> = entries
        .map(|entry| entry.expect("an entry of the folder is read").path())
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix(SUFFIX)?.to_owned();
            Some((name, fs::read_to_string(&path).expect("a snapshot is UTF-8 text")))
        })
        .collect();
    found.sort();
    assert!(!found.is_empty(), "{} holds no *{SUFFIX}", folder.display());
    found
}

#[test]
fn every_typst_snapshot_compiles() {
    let problems = typst::problems(&snapshots());
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

/// Long documents, long names, three axes, many marks.
const HARD: [&str; 6] = [
    "dense --input 12 --output 11 --batch 10 --entries few",
    "conv --input 3x3 --kernel 2x2 --rename z=Theta,delta=grad_out,w=W --index-base 0",
    "conv --input 14x14 --kernel 3x3 --bias untied --entries all --part weight,bias",
    "pool max --input 12x12 --window 3x3 --stride 1 --ties all",
    "net --input 3x4 'dense 4 as h -> silu -> dense 4 -> add h -> softmax -> crossentropy'",
    "layer tests/data/softmax.derive --input 3 --standalone",
];

#[test]
fn what_is_hard_to_set_compiles_too() {
    let documents = HARD.iter().enumerate().map(|(number, line)| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_derive"));
        command.current_dir(env!("CARGO_MANIFEST_DIR")).args(words::words(line)).args(["--format", "typst"]);
        let output = command.output().expect("the program runs");
        assert!(output.status.success(), "derive {line}: {}", String::from_utf8_lossy(&output.stderr));
        (number.to_string(), String::from_utf8(output.stdout).expect("Typst is UTF-8"))
    });
    let problems = typst::problems(&documents.collect::<Vec<_>>());
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn what_is_too_wide_is_set_smaller() {
    let words = words::words("pool max --input 12x12 --window 5x5 --entries few --format typst");
    let output = Command::new(env!("CARGO_BIN_EXE_derive")).args(words).output().expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("Typst is UTF-8");
    if typst::has_engine() {
        let found = problems(&text);
        assert!(!found.is_empty() && found.lines().all(|line| line.ends_with(" pt to fit")), "{found}");
    }
}
