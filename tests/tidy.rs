//! The shape of the source: every file says what it is for and stays small, rooms use only the rooms below them, no stage
//! knows which layer it works on, and only the command line speaks to the terminal.

#[path = "support/rust_source.rs"]
mod rust_source;

use rust_source::{Kind, Token};
use std::fs;
use std::path::{Path, PathBuf};

/// No file is longer than this.
const MOST_LINES: usize = 450;

/// The rooms under `src/`, from the lowest rank up: a room may use all rooms of a lower rank that are not kept from it.
const ROOMS: [(&str, u8, &[&str]); 16] = [
    ("text", 1, &[]),
    ("expr", 1, &[]),
    ("syntax", 2, &["text"]),
    ("index", 3, &["text", "expr", "syntax"]),
    ("layer", 4, &["text", "expr", "syntax", "index"]),
    ("operator", 4, &["expr", "index"]),
    ("expand", 5, &["expr", "index"]),
    ("differentiate", 5, &["expr"]),
    ("recognise", 6, &["expr", "operator"]),
    ("formula", 7, &["text", "expr", "syntax", "index", "operator"]),
    ("verify", 8, &["expr", "index", "operator", "differentiate", "recognise", "formula"]),
    ("derivation", 9, BELOW_DERIVATION),
    ("document", 10, UP_TO_DERIVATION),
    ("render", 11, &["document", "formula"]),
    ("weave", 12, &["text"]),
    ("cli", 13, ALL),
];

const ALL: &[&str] = &[
    "text",
    "expr",
    "syntax",
    "index",
    "layer",
    "operator",
    "expand",
    "differentiate",
    "recognise",
    "formula",
    "verify",
    "derivation",
    "document",
    "render",
    "weave",
];
const BELOW_DERIVATION: &[&str] = ALL.first_chunk::<11>().expect("there are more rooms").as_slice();
const UP_TO_DERIVATION: &[&str] = ALL.first_chunk::<12>().expect("there are more rooms").as_slice();

const UP_TO_DOCUMENT: &[&str] = ALL.first_chunk::<13>().expect("there are more rooms").as_slice();

/// The files that may use more than their room: the JSON form is made from the derivation itself.
const WIDER: [(&str, &[&str]); 2] =
    [("src/render/json.rs", UP_TO_DOCUMENT), ("src/render/json_any_size.rs", UP_TO_DOCUMENT)];

/// The rooms in which no file uses another that uses it, straight or by way of others.
const WITHOUT_CIRCLES: [&str; 11] = [
    "text",
    "expr",
    "index",
    "layer",
    "operator",
    "expand",
    "differentiate",
    "recognise",
    "verify",
    "derivation",
    "document",
];

/// The names of layers, and the rooms that must not know any.
const LAYER_NAMES: [&str; 4] = ["conv", "pool", "dense", "softmax"];
const BLIND_ROOMS: [&str; 6] = ["index", "operator", "expand", "differentiate", "recognise", "formula"];

/// A source file.
struct File {
    /// Its path from the top of the project, with `/`.
    path: String,
    text: String,
}

impl File {
    /// The room it belongs to: none for the crate's two roots.
    fn room(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        let room = inside.split('/').next()?;
        let room = room.strip_suffix(".rs").unwrap_or(room);
        (!matches!(inside, "lib.rs" | "main.rs")).then_some(room)
    }

    /// How many `super` lead from this file's module to the crate's root.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count() - 1;
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }

    /// The path of the module that it is.
    fn module(&self) -> Vec<&str> {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let inside = inside.strip_suffix(".rs").unwrap_or(inside);
        inside.split('/').filter(|part| *part != "mod").collect()
    }

    /// The tokens that are part of the program, not of its tests.
    fn code(&self) -> Vec<Token<'_>> {
        if self.path.ends_with("/tests.rs") || self.path.contains("/tests/") {
            return Vec::new();
        }
        rust_source::without_tests(&rust_source::tokens(&self.text))
    }

    fn is_in(&self, rooms: &[&str]) -> bool {
        self.room().is_some_and(|room| rooms.contains(&room))
    }
}

/// Every `.rs` file under a folder of the project, in order of paths.
fn files(folder: &str) -> Vec<File> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    walk(&top.join(folder), &mut paths);
    paths.sort();
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{} is read: {error}", path.display()));
        let inside = path.strip_prefix(top).expect("the file is in the project");
        let parts: Vec<&str> = inside.iter().map(|part| part.to_str().expect("paths are UTF-8")).collect();
        File { path: parts.join("/"), text }
    };
    paths.iter().map(read).collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{} is read: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("an entry of a folder is read").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[track_caller]
fn no_complaints(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let missing =
        |file: File| (!file.text.starts_with("//!")).then(|| format!("{}: does not open with `//!`", file.path));
    let all = ["src", "tests", "benches"].into_iter().flat_map(files);
    no_complaints(&all.filter_map(missing).collect::<Vec<_>>());
}

#[test]
fn every_file_is_small() {
    let long = |file: File| {
        let lines = file.text.lines().count();
        (lines > MOST_LINES).then(|| format!("{}: {lines} lines, at most {MOST_LINES} are allowed", file.path))
    };
    no_complaints(&files("src").into_iter().filter_map(long).collect::<Vec<_>>());
}

/// Each fault of the list can still be planted: its text before stands once in its file.
#[test]
fn faults_have_a_place() {
    let list = fs::read_to_string("tests/mutations/list.txt").expect("the list is there");
    let (mut file, mut complaints) = ("", Vec::new());
    for line in list.lines() {
        match line.split_once(' ').map_or((line, ""), |(key, rest)| (key, rest.trim())) {
            ("file", path) => file = path,
            ("before", text) => {
                let found = fs::read_to_string(file).expect("the file is there").matches(text).count();
                complaints.extend((found != 1).then(|| format!("{file}: `{text}` stands there {found} times")));
            }
            _ => {}
        }
    }
    no_complaints(&complaints);
}

#[test]
fn nothing_is_left_unfinished() {
    let mut complaints = Vec::new();
    for file in files("src") {
        for pair in rust_source::tokens(&file.text).windows(2) {
            if matches!(pair[0].text, "todo" | "unimplemented" | "dbg") && pair[1].text == "!" {
                complaints.push(format!("{}:{}: `{}!`", file.path, pair[0].line, pair[0].text));
            }
        }
    }
    no_complaints(&complaints);
}

#[test]
fn rooms_use_only_lower_rooms() {
    no_complaints(&files("src").iter().flat_map(import_complaints).collect::<Vec<_>>());
}

/// The imports of a file that its room is not allowed.
fn import_complaints(file: &File) -> Vec<String> {
    let Some(room) = file.room() else { return Vec::new() };
    let Some((_, _, allowed)) = ROOMS.iter().find(|(name, ..)| *name == room) else {
        return vec![format!("{}: the room `{room}` has no rank: add it to the table in tests/tidy.rs", file.path)];
    };
    let allowed = WIDER.iter().find(|(path, _)| *path == file.path).map_or(*allowed, |(_, wider)| *wider);
    let code = file.code();
    let place = |line: usize| format!("{}:{line}", file.path);
    let mut complaints = Vec::new();
    for (used, line) in rust_source::rooted(&code) {
        if !ROOMS.iter().any(|(name, ..)| *name == used) {
            complaints.push(format!("{}: `crate::{used}` names no room: write the path through its room", place(line)));
        } else if used != room && !allowed.contains(&used) {
            let allowed = allowed.join(", ");
            complaints.push(format!("{}: `{room}` may not use `{used}` (it may use: {allowed})", place(line)));
        }
    }
    for (length, line) in rust_source::climbs(&code) {
        if length >= file.depth() {
            complaints.push(format!("{}: `super` leaves the room: write `crate::` and the room", place(line)));
        }
    }
    complaints
}

#[test]
fn ranks_go_down() {
    let rank = |room: &str| ROOMS.iter().find(|(name, ..)| *name == room).map(|(_, rank, _)| *rank);
    for (room, own, allowed) in ROOMS {
        for used in allowed {
            let used_rank = rank(used).unwrap_or_else(|| panic!("`{used}` is in the table"));
            assert!(used_rank < own, "`{room}` (rank {own}) may use `{used}` (rank {used_rank})");
        }
    }
}

#[test]
fn no_files_use_each_other() {
    let files = files("src");
    no_complaints(&circles(&files.iter().filter(|file| file.is_in(&WITHOUT_CIRCLES)).collect::<Vec<_>>()));
}

/// What each file of a circle uses of it. A parent that declares its children and hands on their names is none of it.
fn circles(files: &[&File]) -> Vec<String> {
    let codes: Vec<Vec<Token<'_>>> = files.iter().map(|file| file.code()).collect();
    let modules = Modules {
        names: files.iter().map(|file| file.module()).collect(),
        paths: codes.iter().map(|code| rust_source::paths(code)).collect(),
    };
    let defines = |code: &[Token<'_>]| {
        code.iter().any(|token| matches!(token.text, "fn" | "struct" | "enum" | "trait" | "impl" | "const" | "type"))
    };
    let used: Vec<Vec<usize>> =
        (0..files.len()).map(|file| if defines(&codes[file]) { modules.used_by(file) } else { Vec::new() }).collect();
    // what uses nothing that is left is in no circle
    let mut left: Vec<usize> = (0..files.len()).collect();
    loop {
        let (kept, free): (Vec<usize>, Vec<usize>) =
            left.iter().partition(|&&file| used[file].iter().any(|other| left.contains(other)));
        left = kept;
        if free.is_empty() {
            break;
        }
    }
    let name = |file: &usize| files[*file].path.as_str();
    let complaint = |file: &usize| {
        let others: Vec<&str> = used[*file].iter().filter(|other| left.contains(other)).map(name).collect();
        format!("{} uses {}, and is used by way of it", name(file), others.join(" and "))
    };
    left.iter().map(complaint).collect()
}

/// Modules, each with the paths that its file writes.
struct Modules<'a> {
    names: Vec<Vec<&'a str>>,
    paths: Vec<Vec<Vec<&'a str>>>,
}

impl<'a> Modules<'a> {
    /// The other files that a file uses.
    fn used_by(&self, file: usize) -> Vec<usize> {
        let mut used: Vec<usize> =
            self.paths[file].iter().filter_map(|path| self.resolved(&self.absolute(file, path)?, 0)).collect();
        used.retain(|&other| other != file);
        used.sort_unstable();
        used.dedup();
        used
    }

    /// A path from the crate's root on; `None` for one into another crate, or into a type.
    fn absolute(&self, file: usize, path: &[&'a str]) -> Option<Vec<&'a str>> {
        let mut from = self.names[file].clone();
        let mut rest = path;
        match path[0] {
            "crate" => return Some(path[1..].to_vec()),
            "self" => rest = &path[1..],
            "super" => {
                while rest.first() == Some(&"super") {
                    from.pop();
                    rest = &rest[1..];
                }
            }
            child => {
                let child: Vec<&str> = from.iter().copied().chain([child]).collect();
                self.names.iter().find(|name| **name == child)?;
            }
        }
        from.extend(rest);
        Some(from)
    }

    /// The file that defines what a path ends at: a parent may hand on what its children define.
    fn resolved(&self, path: &[&'a str], steps: usize) -> Option<usize> {
        let known = |length: &usize| self.names.iter().position(|name| *name == path[..*length]);
        let (length, file) = (0..=path.len()).rev().find_map(|length| Some((length, known(&length)?)))?;
        let Some(item) = path.get(length).filter(|_| steps < 8) else { return Some(file) };
        let handed_on = self.paths[file].iter().filter(|used| used.last() == Some(item));
        let mut sources = handed_on.filter_map(|used| self.absolute(file, used)).filter(|used| used != path);
        Some(sources.find_map(|source| self.resolved(&source, steps + 1)).unwrap_or(file))
    }
}

#[test]
fn circles_are_found() {
    let parent = file("src/expr/mod.rs", "mod a;\nmod b;\npub use a::A;\npub use b::{self, B};");
    let straight = file("src/expr/a.rs", "use super::B;\nstruct A;");
    let back = file("src/expr/b.rs", "struct B;\nfn f() { super::a::g() }");
    assert_eq!(circles(&[&parent, &straight, &back]).len(), 2);
    let apart = file(
        "src/expr/b.rs",
        "use std::fmt;\npub(in crate::expr::a) struct B;\n#[cfg(test)]\nmod tests { use super::a; }",
    );
    assert_eq!(circles(&[&parent, &straight, &apart]), Vec::<String>::new());
    let defining = file("src/expr/mod.rs", "mod a;\nfn f() { a::g() }\nstruct B;");
    assert_eq!(circles(&[&defining, &straight]).len(), 2);
}

#[test]
fn no_stage_knows_which_layer_it_works_on() {
    let mut complaints = Vec::new();
    for file in files("src").iter().filter(|file| file.is_in(&BLIND_ROOMS)) {
        for token in file.code() {
            for word in rust_source::words(token.text).iter().filter(|word| LAYER_NAMES.contains(&word.as_str())) {
                complaints.push(format!("{}:{}: `{}` names the layer `{word}`", file.path, token.line, token.text));
            }
        }
    }
    no_complaints(&complaints);
}

#[test]
fn the_parser_library_stays_in_syntax() {
    only_in(&["syntax"], "the parser library", |before, token, _| token == "nom" && before != "::");
}

#[test]
fn only_the_command_line_speaks_to_the_terminal() {
    only_in(&["cli"], "the terminal", |_, token, after| {
        let prints = matches!(token, "print" | "println" | "eprint" | "eprintln") && after == "!";
        prints || (matches!(token, "stdout" | "stderr" | "stdin") && after == "(")
    });
}

#[test]
fn only_the_command_line_and_weave_touch_files() {
    only_in(&["cli", "weave"], "files", |before, token, after| token == "fs" && (before == "::" || after == "::"));
}

/// Complains of every word outside `rooms` and `main.rs` that `speaks` of `what`; it is given its neighbours too.
#[track_caller]
fn only_in(rooms: &[&str], what: &str, speaks: impl Fn(&str, &str, &str) -> bool) {
    let mut complaints = Vec::new();
    for file in files("src").iter().filter(|file| !file.is_in(rooms) && file.path != "src/main.rs") {
        let code = file.code();
        let text = |place: Option<usize>| place.and_then(|place| code.get(place)).map_or("", |token| token.text);
        for (place, token) in code.iter().enumerate().filter(|(_, token)| token.kind == Kind::Word) {
            if speaks(text(place.checked_sub(1)), token.text, text(Some(place + 1))) {
                let rooms = rooms.join(" and ");
                complaints.push(format!("{}:{}: `{}`: {what} is for {rooms} alone", file.path, token.line, token.text));
            }
        }
    }
    no_complaints(&complaints);
}

/// A file as if it stood at `path`.
fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn imports_are_found_wherever_they_stand() {
    let found = |path: &str, text: &str| import_complaints(&file(path, text)).join("\n");
    assert_eq!(found("src/layer/mod.rs", "use crate::text::Span; pub(in crate::layer) fn f() {}"), "");
    assert_eq!(found("src/text/mod.rs", "// crate::cli\nconst A: &str = \"crate::cli\"; const B: char = '\"';"), "");
    let used = found("src/recognise/mod.rs", "fn f<'a>(x: &'a str) {\n crate::layer::g('\\'') }");
    assert_eq!(used, "src/recognise/mod.rs:2: `recognise` may not use `layer` (it may use: expr, operator)");
    let group = found("src/expand/mod.rs", "use crate::{\n expr::{Arena, cli},\n text,\n verify::{self},\n};");
    assert_eq!(group.lines().count(), 2, "{group}");
    assert!(group.contains("mod.rs:3: `expand` may not use `text`"), "{group}");
    assert!(group.contains("mod.rs:4: `expand` may not use `verify`"), "{group}");
    assert_eq!(found("src/expr/mod.rs", "#[cfg(test)]\nmod tests { use crate::layer::f; }\nuse crate::expr::x;"), "");
    assert!(found("src/expr/mod.rs", "#[cfg(test)]\nuse a::b;\nuse crate::layer::f;").contains("mod.rs:3:"));
    assert!(found("src/expr/mod.rs", "use crate::Arena;").contains("names no room"));
    assert!(found("src/novel/mod.rs", "").contains("`novel` has no rank"));
    assert_eq!(found("src/render/json.rs", "use crate::derivation::D; use crate::expr::E;"), "");
    assert!(found("src/render/text.rs", "use crate::derivation::D;").contains("may not use `derivation`"));
    assert!(found("src/render/json.rs", "use crate::cli::D;").contains("may not use `cli`"));
}

#[test]
fn super_stays_in_its_room() {
    let found = |path: &str, text: &str| import_complaints(&file(path, text)).join("\n");
    assert_eq!(found("src/layer/mod.rs", "pub(super) fn f() {}"), "");
    assert!(found("src/layer/mod.rs", "use super::cli;").contains("`super` leaves the room"));
    assert_eq!(found("src/layer/lower.rs", "use super::f;"), "");
    assert!(found("src/layer/lower.rs", "use super::super::cli;").contains("`super` leaves the room"));
    assert_eq!(found("src/syntax/grammar/layer.rs", "use super::super::token;"), "");
}

#[test]
fn words_are_found_inside_names() {
    assert_eq!(rust_source::words("MaxPool2d_of conv"), ["max", "pool", "d", "of", "conv"]);
    assert_eq!(rust_source::words("convolve"), ["convolve"]);
    let paths =
        rust_source::paths(&rust_source::tokens("use a::{b, c::{self, d as e}}; x.f::<u8>(); pub(in g::h) y::z"));
    assert_eq!(paths, [vec!["a", "b"], vec!["a", "c"], vec!["a", "c", "d"], vec!["y", "z"]]);
    let texts = |source| rust_source::tokens(source).iter().map(|token| token.text.to_owned()).collect::<Vec<_>>();
    assert_eq!(texts("a/* b /* c */ */ r#\"d\"e\"# 'f' b'g' 'h"), ["a", "r#\"d\"e\"#", "'f'", "b'g'", "'h"]);
}
