//! The command line from outside: what is refused and how, what is written and where, and with which exit status.
//!
//! A refusal is a row of `REFUSED` and its text on stderr is in `snapshots/cli/`. Exit status: 0 done, 2 bad input.

#[path = "cli/helps.rs"]
mod helps;
#[path = "cli/statuses.rs"]
mod statuses;
#[path = "cli/texts.rs"]
mod texts;
#[path = "support/words.rs"]
mod words;
#[path = "cli/written.rs"]
mod written;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const CONV: &str = "conv --input 3x3 --kernel 2x2";

/// Files that the commands below name; they run in the folder that holds them.
const FILES: &[(&str, &[u8])] = &[
    ("latin1.derive", b"layer smooth \"Gl\xe4tten\"\n"),
    ("empty.derive", b""),
    ("two-bad.derive", b"layer x \"X\"\n  input a[H\n  z[i] = = a[i]\n"),
    ("twin.derive", b"layer x \"X\"\n  input a[n]\n  z[i] = a[i]\n\nlayer y \"Y\"\n  input a[n]\n  z[i] = a[i]\n"),
    ("cost.derive", b"layer x \"X\"\n  input z[3]\n  loss Z = sum(i) z[i]^2\n"),
    ("window.derive", b"layer x \"X\" (kernel [K])\n  input a[n]\n  z[i] = sum(u in 1..K) a[i+u-1]\n"),
    ("not.json", b"nonsense"),
    ("cut.json", b"{\"a\": [[1, 2, 3]"),
    ("latin1.json", b"{\"\xe4\": 1}"),
    ("list.json", b"[1]"),
    ("shape.json", b"{\"a\": [[1, 2], [3, 4]]}"),
    ("tensor.json", b"{\"q\": [[1, 2], [3, 4]]}"),
    ("ragged.json", b"{\"w\": [[1, 2], [3]]}"),
    ("hollow.json", b"{\"w\": [[], []]}"),
    ("null.json", b"{\"w\": [[1, null], [3, 4]]}"),
    ("true.json", b"{\"w\": [[1, true], [3, 4]]}"),
    ("zero.json", b"{\"w\": [[1, \"1/0\"], [3, 4]]}"),
    ("word.json", b"{\"w\": [[1, \"x\"], [3, 4]]}"),
    ("errors.json", b"{\"delta\": [5], \"delta2\": [7]}"),
    ("huge.json", b"{\"w\": [[1, 1e999999999], [3, 4]]}"),
    ("good.json", b"{\"w\": [[1, \"2/3\"], [0.5, 4]]}"),
    ("wrong.toml", b"gradiant = \"partial\"\nindex-base = 2\ntensors = \"blod\"\n[names]\na = \"2\"\nC = \"L\"\n"),
    ("cut.toml", b"gradient = \"partial\nerror = "),
    ("twice.toml", b"loss = \"L\"\nloss = \"J\"\n"),
    ("flat.toml", b"names = \"x\"\nlevel = 3\nlayer-below = \"no\"\nprefix = \"dd\"\nwhatever = 1\n"),
    ("same.toml", b"[names]\na = \"w\"\n"),
    ("prefix.toml", b"gradient = \"prefix\"\n[names]\na = \"db\"\n"),
    ("index.toml", b"[names]\na = \"i\"\n"),
    ("old.tex", b"what stood here before\n"),
];

/// Name of the snapshot, and the commands whose refusals it holds.
const REFUSED: &[(&str, &[&str])] = &[
    (
        "sizes",
        &[
            "conv --input 2x2 --kernel 3x3",
            "conv --input 3x3 --kernel 2x4",
            "pool max --input 2x2 --window 3x3",
            "conv --input 0x3 --kernel 2x2",
            "conv --input 3x3 --kernel 2x0",
            "conv --input -3x3 --kernel 2x2",
            "conv --input 3x3 --kernel -2x2",
            "conv --input 99999999999x3 --kernel 2x2",
            "conv --input 3x3 --kernel 99999999999999999999999x2",
            "conv --input 3x --kernel 2x2",
            "conv --input 3.5x3 --kernel 2x2",
            "conv --input HeightxW --kernel 2x2",
            "conv --input H --kernel K --stride w",
            "conv --input H --kernel K --entries all",
            "net --input H 'dense 2'",
            "conv --input 3x3x3 --kernel 2x2",
            "conv --input 3 --kernel 2x2",
            "conv --input 3x3 --kernel 2x2x2",
            "pool avg --input 4x4 --window 2x2 --stride 0",
            "pool avg --input 4x4 --window 2x2 --stride 1x1x1",
            "conv --input 60000x60000 --kernel 30x30",
            "pool max --input 5 --window 2 --stride 3 --padding 1 --dilation 6",
            "pool max --input 2147483648x2147483648 --window 2147483648x2147483648",
        ],
    ),
    (
        "options",
        &[
            "conv --input 3x3",
            "conv --kernel 2x2",
            "pool max --input 4x4",
            "conv --input 3x3 --kernel",
            "conv --input 3x3 --input 3x3 --kernel 2x2",
            "conv --input 3x3 --kernel 2x2 3x3",
            "conv --input 3x3 --kernel 2x2 --formt json",
            "conv --input 3x3 --kernel 2x2 --format pdf",
            "conv --input 3x3 --kernel 2x2 --bias twice",
            "conv --input 3x3 --kernel 2x2 --ties split",
            "conv --input 3x3 --kernel 2x2 --part forwards",
            "conv --input 3x3 --kernel 2x2 --entries some",
            "conv --input 3x3 --kernel 2x2 --index-base 2",
            "conv --input 3x3 --kernel 2x2 --standalone --format json",
            "conv --input 3x3 --kernel 2x2 --standalone --format text",
            "conv --input 3x3 --kernel 2x2 --standalone --format markdown",
            "conv --input 3x3 --kernel 2x2 --host github",
            "conv --input 3x3 --kernel 2x2 --format rst --host myst",
            "conv --input 3x3 --kernel 2x2 --format markdown --host gitlab",
            "conv --input 3x3 --kernel 2x2 --format json --part network",
            "conv --input 3x3 --kernel 2x2 --format svg --headings 2",
            "conv --input 3x3 --kernel 2x2 --only network",
            "conv --input 3x3 --kernel 2x2 --only grad_a.operator,grad_w.operator --tag 4",
            "conv --input 3x3 --kernel 2x2 --only z --format json",
            "conv --input 3x3 --kernel 2x2 --format svg --part network,weight",
            "conv --input 8x8 --kernel 2x2 --format svg",
            "conv --input 3x3 --kernel 2x2 --format json --part window",
            "conv --input 3x3 --kernel 2x2 --at 2,2",
            "conv --input 3x3 --kernel 2x2 --part window --at 3,3",
            "conv --input 3x3 --kernel 2x2 --part window,input --at 2",
            "conv --input 3x3 --kernel 2x2 --format svg --part window,network",
            "conv --input 3x3 --kernel 2x2 --format svg --part window,bias",
            "conv --input 3x3 --kernel 2x2 --only grad_a.window",
            "conv --input 3x3 --kernel 2x2 --exercises 0",
            "conv --input 3x3 --kernel 2x2 --exercises 501",
            "conv --input 3x3 --kernel 2x2 --exercises few",
            "conv --input 3x3 --kernel 2x2 --exercises 3 --seed -1",
            "conv --input 3x3 --kernel 2x2 --seed 3",
            "conv --input 3x3 --kernel 2x2 --key",
            "conv --input 3x3 --kernel 2x2 --exercises 3 --format json",
            "conv --input 3x3 --kernel 2x2 --exercises 3 --format svg",
            "conv --input 3x3 --kernel 2x2 --exercises 3 --only grad_a",
            "conv --input 3x3 --kernel 2x2 --exercises 3 --entries few",
            "conv --input 3x3 --kernel 2x2 --exercises 3 --part input,network",
            "conv --input 3x3 --kernel 2x2 --bias none --part bias --exercises 3",
            "convv --input 3x3 --kernel 2x2",
            "attention",
            "pool median --input 4x4 --window 2x2",
            "pool lp --input 4x4 --window 2x2",
            "pool lp --input 4x4 --window 2x2 --norm 0",
            "pool lp --input 4x4 --window 2x2 --norm -3/2",
            "pool lp --input 4x4 --window 2x2 --norm 1000",
            "pool lp --input 4x4 --window 2x2 --norm two",
            "pool lp --input 4x4 --window 2x2 --norm 2 --padding 1",
            "pool lp --input 4x4 --norm 2 --window 5x2",
            "pool avg --input 4x4 --window 2x2 --norm 2",
            "layers nope",
            "layers con",
            "conv --input 3x3 --kernel 2x2 --ascii",
            "conv --input 3x3 --kernel 2x2 --ascii --format markdown",
            "conv --input 3x3 --kernel 2x2 --format text --ascii --lang zh",
            "conv --input 3x3 --kernel 2x2 --width 60",
            "conv --input 3x3 --kernel 2x2 --width 60 --format json",
            "conv --input 3x3 --kernel 2x2 --width 252pt --format text",
            "conv --input 3x3 --kernel 2x2 --width 252pt --format typst",
            "conv --input 3x3 --kernel 2x2 --width 13.9em",
            "conv --input 3x3 --kernel 2x2 --width 8.8",
            "conv --input 3x3 --kernel 2x2 --width 3ex",
            "conv --input 3x3 --kernel 2x2 --format text --width 39",
            "conv --input 3x3 --kernel 2x2 --format text --width wide",
            "conv --input 3x3 --kernel 2x2 --format text --paper letter",
            "conv --input 3x3 --kernel 2x2 --paper letter",
            "conv --input 3x3 --kernel 2x2 --standalone --paper a5",
        ],
    ),
    (
        "notation",
        &[
            "conv --input 3x3 --kernel 2x2 --notation nielson",
            "conv --input 3x3 --kernel 2x2 --notation mine",
            "conv --input 3x3 --kernel 2x2 --notation mine.toml",
            "conv --input 3x3 --kernel 2x2 --notation ./nielsen",
            "conv --input 3x3 --kernel 2x2 --notation wrong.toml",
            "conv --input 3x3 --kernel 2x2 --notation wrong.toml --format json",
            "conv --input 3x3 --kernel 2x2 --notation cut.toml",
            "conv --input 3x3 --kernel 2x2 --notation twice.toml",
            "conv --input 3x3 --kernel 2x2 --notation flat.toml",
            "conv --input 3x3 --kernel 2x2 --notation same.toml",
            "conv --input 3x3 --kernel 2x2 --notation prefix.toml",
            "conv --input 3x3 --kernel 2x2 --notation index.toml",
            "conv --input 3x3 --kernel 2x2 --notation goodfellow --rename b=K",
            "layer cost.derive --notation goodfellow",
            "conv --input 3x3 --kernel 2x2 --notation framework --notation partial",
        ],
    ),
    (
        "rename",
        &[
            "conv --input 3x3 --kernel 2x2 --rename q=x",
            "conv --input 3x3 --kernel 2x2 --rename dleta=g",
            "conv --input 3x3 --kernel 2x2 --rename a=w",
            "conv --input 3x3 --kernel 2x2 --rename a=x,b=x",
            "conv --input 3x3 --kernel 2x2 --rename a=delta",
            "conv --input 3x3 --kernel 2x2 --rename a=sum",
            "conv --input 3x3 --kernel 2x2 --rename a=exp",
            "conv --input 3x3 --kernel 2x2 --rename delta=lambda",
            "conv --input 3x3 --kernel 2x2 --rename a=1x",
            "conv --input 3x3 --kernel 2x2 --rename a=",
            "conv --input 3x3 --kernel 2x2 --rename a",
        ],
    ),
    (
        "nets",
        &[
            "net",
            "net ''",
            "net 'dense 2 -> sigma'",
            "net --input 2 'dense 2 -> -> sigma'",
            "net --input 2 'dense 2 → sigma'",
            "net --input 2 'dnese 2'",
            "net --input 4x4 'pool 2x2'",
            "net --input 4x4 'conv'",
            "net --input 4x4 'conv 2x2 2 1 5'",
            "net --input 4x4 'conv 2x2 bias no'",
            "net --input 4x4 'conv(kernel 2x2, padding-mod reflect)'",
            "net --input 4x4 'conv(kernel 2x2, padding-mode mirror)'",
            "net --input 4x4 'conv transposed(kernel 2x2, extra 1)'",
            "net --input 4 'pool avg(window 2, padding)'",
            "net --input 4 'dense 2 pool-max 2'",
            "net --input 4x4 'conv 2x2 -> dense 2'",
            "net --input 4x4 'conv 5x2 -> flatten'",
            "net --input 4 'conv 2x2'",
            "net --input 2x4x4 'conv 2x2'",
            "net --input 1x8x8 'conv 3x3 channels 2:6'",
            "net --input 8x8 'conv 3x3 channels 2:6'",
            "net --input 8x8 'pool avg 2x2 channels 6'",
            "net --input 1x8x8 'conv 3x3 channels 2 -> pool avg 2 channels 3'",
            "net --input 1x8x8 --batch 2 'conv 3x3 channels 2 -> dense 2'",
            "net --input 1x8x8 --batch 0 'conv 3x3 channels 2'",
            "net --input 8 'dense 2 -> from x -> dense 3'",
            "net --input 8 'input as x -> dense 2 -> from x -> dense 3'",
            "net --input 8 'dense 2 as h -> dense 2 sharing h'",
            "net --input 8 'dense 2 as h -> dense 2 sharing layer 3'",
            "net --input 8 'relu as h -> dense 2 sharing h'",
            "net --input 2 'dense 2 as h -> dense(2, bias none) as g -> dense 2 sharing g'",
            "net --input 4x4 'input as x -> conv 2x2 -> concat x'",
            "net --input 4x4 'input as x -> flatten -> concat x'",
            "net --input x=4,x=3 'dense 2 -> add x'",
            "net --input x=4,3 'dense 2 -> add x'",
            "net --input x=4,y=3 'dense 2 -> add y'",
            "net --input 4 'dense 0'",
            "net --input 4 'relu 2'",
            "net --input 4 'dense 2 -> mse -> sigma'",
            "net --input 4 'dense 2 -> add'",
            "net --input 4 'dense 2 -> add h'",
            "net --input 4 'dense 2 as h -> dense 3 -> add h'",
            "net --input 4 'dense 2 as h -> dense 2 as h'",
            "net --input 4 'dense 2 -> sigma' --rename W1=V",
            "net --input 4 'dense 2 -> mse' --rename C=L",
            "net missing.derive",
            "net window.derive",
            "dense --input 3",
            "dense --input 3 --output 2 --bias untied",
        ],
    ),
    (
        "values",
        &[
            "conv --input 3x3 --kernel 2x2 --values missing.json",
            "conv --input 3x3 --kernel 2x2 --values folder",
            "conv --input 3x3 --kernel 2x2 --values latin1.json",
            "conv --input 3x3 --kernel 2x2 --values not.json",
            "conv --input 3x3 --kernel 2x2 --values cut.json",
            "conv --input 3x3 --kernel 2x2 --values list.json",
            "conv --input 3x3 --kernel 2x2 --values shape.json",
            "conv --input 3x3 --kernel 2x2 --values tensor.json",
            "conv --input 3x3 --kernel 2x2 --values ragged.json",
            "conv --input 3x3 --kernel 2x2 --values hollow.json",
            "conv --input 3x3 --kernel 2x2 --values null.json",
            "conv --input 3x3 --kernel 2x2 --values true.json",
            "conv --input 3x3 --kernel 2x2 --values zero.json",
            "conv --input 3x3 --kernel 2x2 --values word.json",
            "conv --input 3x3 --kernel 2x2 --values huge.json",
            "net --input 2 'dense 2 -> sigma -> dense 1' --values errors.json",
        ],
    ),
    (
        "layers",
        &[
            "layer",
            "layer missing.derive --input 3",
            "layer folder --input 3",
            "layer latin1.derive --input 3",
            "layer empty.derive",
            "layer two-bad.derive --input 3",
            "layer twin.derive --input 3",
            "layer window.derive --input 3",
            "layer window.derive --kernel 2",
            "layer window.derive --input 3 --kernel 4",
            "layer window.derive --input 3 --kernel word",
            "layer window.derive --input 3 --set kernel=word",
            "layer window.derive --input 3 --set kernel",
            "layer window.derive --input 3 --set dilation=2",
            "layer window.derive --input 3 --bias none",
            "layer window.derive --size Q=3",
            "layer window.derive --size n",
            "layer window.derive --size n=3,n=4",
            "layer window.derive --input 3 --kernel 2 --size n=4",
        ],
    ),
];

/// A fresh folder with all of `FILES`, and a folder in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in FILES {
        fs::write(folder.path().join(name), bytes).expect("a file is written");
    }
    fs::create_dir(folder.path().join("folder")).expect("a folder is made");
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is read");
    let mut names: Vec<String> =
        entries.map(|e| e.expect("an entry").file_name().into_string().expect("names are UTF-8")).collect();
    names.sort();
    names
}

fn command(folder: &Path, words: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_derive"));
    command.current_dir(folder).args(words::words(words));
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(variable);
    }
    command
}

fn run(folder: &Path, words: &str) -> Output {
    command(folder, words).output().expect("the program runs")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("messages are UTF-8")
}

/// The document that a good command prints.
#[track_caller]
fn printed(folder: &Path, words: &str) -> String {
    let output = run(folder, words);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "derive {words}");
    String::from_utf8(output.stdout).expect("documents are UTF-8")
}

/// What every refusal has in common; gives the text on stderr.
#[track_caller]
fn refused(folder: &Path, words: &str) -> String {
    let before = names(folder);
    let output = run(folder, words);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "derive {words}: {text}");
    assert!(output.stdout.is_empty(), "derive {words} printed something");
    assert!(text.starts_with("error: "), "derive {words}: {text}");
    assert!(!text.contains("panicked") && !text.contains('\x1b'), "derive {words}: {text}");
    let helps = text.matches("= help: ").count() + text.matches("\nFor more information, try '--help'.").count();
    // a text that cannot be read is drawn, and what was expected stands beneath the place
    let drawn = text.contains("\n --> ") && text.contains('^');
    assert!(helps == 1 || drawn, "derive {words} gives no hint, or several: {text}");
    assert!(text.matches("error: ").count() == 1 || drawn, "derive {words} gives several messages: {text}");
    assert_eq!(names(folder), before, "derive {words} leaves files behind");
    text
}

/// The text without amounts of memory: they depend on the machine and on how formulas are kept.
fn same_everywhere(text: &str) -> String {
    let without_amount = |part: &str| part.rfind(' ').map_or_else(String::new, |place| format!("{}…", &part[..=place]));
    let mut parts: Vec<String> = text.split(" GiB").map(str::to_owned).collect();
    let last = parts.pop().unwrap_or_default();
    parts.iter().map(|part| without_amount(part) + " GiB").chain([last]).collect()
}

#[test]
fn bad_input_is_refused_with_a_hint() {
    let folder = folder();
    for (name, commands) in REFUSED {
        let said = |words: &&str| format!("$ derive {words}\n{}", same_everywhere(&refused(folder.path(), words)));
        let all: Vec<String> = commands.iter().map(said).collect();
        insta::with_settings!({
            snapshot_path => "../snapshots/cli", prepend_module_to_snapshot => false, omit_expression => true,
        }, { insta::assert_snapshot!(*name, all.join("\n")) });
    }
}

#[test]
fn a_refusal_touches_no_output_file() {
    let folder = folder();
    let old = folder.path().join("old.tex");
    let (_, before) = FILES.iter().find(|(name, _)| *name == "old.tex").expect("a file to overwrite");
    for words in REFUSED.iter().flat_map(|(_, commands)| *commands) {
        refused(folder.path(), &format!("{words} -o old.tex"));
        assert_eq!(fs::read(&old).expect("the file is there"), *before, "derive {words} -o old.tex");
        refused(folder.path(), &format!("{words} -o new.tex"));
    }
}

#[test]
fn two_bad_lines_give_two_messages() {
    let text = refused(folder().path(), "layer two-bad.derive --input 3");
    for place in ["two-bad.derive:2:", "two-bad.derive:3:"] {
        assert_eq!(text.matches(place).count(), 1, "{text}");
    }
    assert_eq!(text.matches("error: ").count(), 2, "{text}");
}

#[test]
fn bad_output_files_are_refused() {
    let folder = folder();
    for (file, why) in [("missing/out.tex", "No such file"), ("folder", "directory"), ("old.tex/out", "directory")] {
        let text = refused(folder.path(), &format!("{CONV} -o {file}"));
        assert!(text.starts_with(&format!("error: {file} cannot be written: ")) && text.contains(why), "{text}");
        assert!(text.contains("= help: nothing was changed"), "{text}");
    }
    assert_eq!(names(&folder.path().join("folder")), Vec::<String>::new());
}

/// The user named a file; the name of a temporary one, different each time, helps nobody.
#[test]
fn messages_name_no_temporary_file() {
    let folder = folder();
    for file in ["missing/out.tex", "old.tex/out"] {
        let text = refused(folder.path(), &format!("{CONV} -o {file}"));
        assert!(!text.contains(".derive-"), "{text}");
        assert_eq!(text, refused(folder.path(), &format!("{CONV} -o {file}")));
    }
}

#[test]
fn one_option_is_not_given_two_values() {
    let folder = folder();
    fs::write(folder.path().join("twice.json"), "{\"b\": 1, \"b\": 2}").expect("a file is written");
    let commands = [
        format!("{CONV} --rename a=x,a=y"),
        format!("{CONV} --values twice.json"),
        "layer window.derive --input 5 --set kernel=2 --kernel 3".to_owned(),
        "layer window.derive --input 5 --set kernel=2 --set kernel=3".to_owned(),
    ];
    let accepted: Vec<&String> =
        commands.iter().filter(|words| run(folder.path(), words).status.code() != Some(2)).collect();
    assert!(accepted.is_empty(), "the last value wins without a word: {accepted:#?}");
}

/// The loss and the indices have names too: refused, or printed with other letters.
#[test]
fn a_new_name_means_one_thing() {
    let folder = folder();
    let mut muddled = Vec::new();
    for (new, muddle) in [("C", "∂C/∂C"), ("i", "i[i+"), ("u", "u[i+u"), ("m", "m[m")] {
        let output = run(folder.path(), &format!("{CONV} --format text --part input,forward --rename a={new}"));
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().find(|line| line.contains(muddle));
        muddled.extend(line.map(|line| format!("--rename a={new} prints: {}", line.trim())));
    }
    assert!(muddled.is_empty(), "{muddled:#?}");
}

#[test]
fn a_step_of_nought_is_told_by_name() {
    let folder = folder();
    let source = printed(folder.path(), "layers pool-avg");
    fs::write(folder.path().join("avg.derive"), source).expect("a file is written");
    let text = refused(folder.path(), "layer avg.derive --input 4x4 --window 2x2 --set stride=0");
    assert!(text.contains("stride"), "{text}");
}
