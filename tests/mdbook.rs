//! `derive mdbook` by the protocol of mdBook's preprocessors, and in a book that mdBook itself builds.
//!
//! mdBook sends `[context, book]` as JSON and takes the book back; an exit status other than 0 stops it, and what was said on
//! stderr is shown. The last test needs mdBook 0.5: one in PATH or in /tmp/mdbook-root/bin. Without it, it says that it is left
//! out, or fails if DERIVE_REQUIRE_MDBOOK is set.

#[path = "support/left_out.rs"]
mod left_out;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const CONV: &str = "conv --input 3x3 --kernel 2x2 --only grad_b.chain";
/// What it gives, for mdBook.
const FORMULA: &str = "\\delta_{11} + \\delta_{12} + \\delta_{21} + \\delta_{22}";

fn fence(directives: &str) -> String {
    format!("```derive\n{directives}\n```\n")
}

fn place(directive: &str) -> String {
    format!("<!-- derive: {directive} -->\n<!-- /derive -->\n")
}

/// Sends bytes to the preprocessor.
fn send(words: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_derive"));
    command.arg("mdbook").args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let mut pipe = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // a program that refuses need not read to the end
        let _ = pipe.write_all(&input);
    });
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer ends");
    output
}

fn context(root: &Path) -> Value {
    json!({
        "root": root,
        "config": {"book": {"src": "text", "title": "T", "language": "en"}, "preprocessor": {"derive": {"command": "derive mdbook"}}},
        "renderer": "html",
        "mdbook_version": "0.5.1",
        "of a later version": [1.50, "1e400"],
    })
}

fn chapter(path: Option<&str>, content: &str, below: Vec<Value>) -> Value {
    json!({"Chapter": {
        "name": "N", "content": content, "number": [1, 2], "sub_items": below, "path": path, "source_path": path,
        "parent_names": ["P"],
    }})
}

/// The book after the preprocessor, which has nothing to say.
#[track_caller]
fn answered(root: &Path, book: &Value) -> Value {
    let output = send(&[], json!([context(root), book]).to_string().as_bytes());
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), err.as_ref()), (Some(0), ""));
    serde_json::from_slice(&output.stdout).expect("the answer is JSON")
}

/// The message of a refusal: nothing is printed, for mdBook would take it for a book.
#[track_caller]
fn refused(input: &[u8]) -> String {
    let output = send(&[], input);
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    // mdBook needs any status but 0
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{err}");
    assert!(err.starts_with("error: ") && !err.contains("panicked"), "{err}");
    err
}

#[test]
fn renderers_are_supported_or_not() {
    for (renderer, status) in [("html", 0), ("epub", 1), ("markdown", 1), ("", 1), ("HTML", 1)] {
        let output = send(&["supports", renderer], b"");
        assert_eq!(output.status.code(), Some(status), "supports {renderer}");
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "supports {renderer}");
    }
    assert_eq!(send(&["supports"], b"").status.code(), Some(2));
}

/// Both forms of a book; chapters within chapters, drafts, separators and titles of parts.
#[test]
fn every_chapter_is_worked_on() {
    let folder = tempfile::tempdir().expect("a folder");
    for key in ["items", "sections"] {
        let inner = chapter(Some("a/inner.md"), &fence(CONV), vec![]);
        let made = json!({"Chapter": {
            "name": "M", "content": fence(CONV), "number": null, "sub_items": [], "path": "made.md", "source_path": null,
            "parent_names": [],
        }});
        let book = json!({key: [
            chapter(Some("a.md"), &format!("# A\n\n{}\nend\n", place(CONV)), vec![
                chapter(Some("a/b.md"), "no equations", vec![inner]),
            ]),
            "Separator",
            {"PartTitle": "```derive"},
            chapter(None, "", vec![chapter(Some("c.md"), &fence(CONV), vec![])]),
            made,
        ], "__non_exhaustive": null});
        let answer = answered(folder.path(), &book);
        let content = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).expect("a chapter").to_owned();
        for pointer in [
            format!("/{key}/0/Chapter/content"),
            format!("/{key}/0/Chapter/sub_items/0/Chapter/sub_items/0/Chapter/content"),
            format!("/{key}/3/Chapter/sub_items/0/Chapter/content"),
            format!("/{key}/4/Chapter/content"),
        ] {
            let text = content(&pointer);
            assert!(text.contains(FORMULA) && !text.contains("```derive"), "{pointer}: {text}");
        }
        assert!(content(&format!("/{key}/0/Chapter/content")).starts_with("# A\n\n<!-- derive: conv"));
        assert!(content(&format!("/{key}/0/Chapter/content")).ends_with("-->\n\nend\n"));
        assert_eq!(content(&format!("/{key}/0/Chapter/sub_items/0/Chapter/content")), "no equations");
    }
}

/// Whatever is no content of a chapter comes back as it went, in its order and with every digit of its numbers.
#[test]
fn unknown_fields_are_kept() {
    let text = concat!(
        r#"{"z":1,"a":[1.50,1e+400,-0,123456789012345678901234567890],"items":[{"Chapter":{"later":{"content":"```derive\nx\n```","#,
        r#""path":"x.md"},"name":"\u00e4\ud83c\udf89","content":"plain","path":"p.md","source_path":"p.md","sub_items":[],"#,
        r#""number":[1],"more":null}},{"Later":{"content":5}},"Separator",null,7],"content":"```derive","nil":null}"#
    );
    let input = format!("[{},{text}]", context(Path::new("/nowhere")));
    let output = send(&[], input.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let answer = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(answer, text.replace("\\u00e4\\ud83c\\udf89", "ä🎉"));
}

/// What becomes of fences: several directives, remarks, lists, other line ends, headings, fences that only speak of fences.
#[test]
fn fences_become_equations() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = |content: &str| {
        let answer = answered(folder.path(), &json!({"items": [chapter(Some("a.md"), content, vec![])]}));
        answer.pointer("/items/0/Chapter/content").and_then(Value::as_str).expect("a content").to_owned()
    };
    let two = made(&format!("a\n\n```derive\n{CONV}\n\n# a remark\n  derive {CONV}\n```\nb\n"));
    assert_eq!(two.matches(FORMULA).count(), 2, "{two}");
    assert!(two.starts_with("a\n\n") && two.ends_with("\nb\n") && !two.contains("remark"), "{two}");
    let list = made(&format!("- a\n\n  ```derive\n  {CONV}\n  ```\n- b\n"));
    assert!(list.lines().filter(|l| !l.is_empty()).all(|l| l.starts_with("  ") || l.starts_with("- ")), "{list}");
    assert!(list.contains(FORMULA), "{list}");
    assert!(made(&fence(CONV).replace('\n', "\r\n")).contains(FORMULA));
    assert!(made(&format!("~~~derive\n{CONV}\n~~~")).contains(FORMULA));
    assert!(made(&format!("```derive\n{CONV}")).contains(FORMULA), "a fence without an end goes to the end");
    let plain = format!("````md\n{}````\n\n```derived\nx\n```\n\n```rust derive\nx\n```\n", fence(CONV));
    assert_eq!(made(&plain), plain);
    for (level, deeper) in [("#", "\n## "), ("##", "\n### ")] {
        let text = made(&format!("{level} A\n\n{}", fence("conv --input 3x3 --kernel 2x2")));
        assert!(text.contains(deeper), "{level}: {text}");
        assert!(text.lines().skip(1).all(|l| !l.starts_with(&format!("{level} "))), "{level}: {text}");
    }
}

/// The file, and the line in it: other preprocessors may have put lines before what mdBook sends.
#[test]
fn what_is_wrong_is_named_by_file_and_line() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("text/sub")).expect("a folder is made");
    let bad = "conv --input 3x3 --kernel 4x4";
    for (what, content, line) in [
        ("a fence", format!("# Ä\n\n{}", fence(bad)), 4),
        ("the second line of a fence", fence(&format!("{CONV}\n{bad}")), 3),
        ("a marker", format!("漢\n{}", place(bad)), 2),
        ("a fence after markers", format!("{}\n{}", place(CONV), fence(bad)), 5),
        ("a fence after another", format!("{}\n\n{}", fence(CONV), fence(bad)), 7),
        ("nothing in a marker", format!("a\n\n{}", place("")), 3),
        ("a lonely marker", "a\n<!-- /derive -->\n".to_owned(), 2),
        ("a directive that writes", fence("conv --input 3x3 --kernel 2x2 -o x"), 2),
        ("a file from above", fence("layer ../../up.derive"), 2),
    ] {
        let path = folder.path().join("text/sub/a.md");
        fs::write(&path, &content).expect("a file is written");
        let name = path.display();
        for (before, shift) in [("", 0), ("put in by another preprocessor\n\n", 2)] {
            let sent = format!("{before}{content}");
            let book = json!({"items": [chapter(Some("sub/a.md"), &sent, vec![]), chapter(Some("good.md"), &fence(CONV), vec![])]});
            let text = refused(json!([context(folder.path()), book]).to_string().as_bytes());
            let told = |line: usize| text.contains(&format!("--> {name}:{line}:"));
            // a directive without words cannot be found again in the file
            assert!(told(line) || shift > 0 && what == "nothing in a marker" && told(line + shift), "{what}: {text}");
        }
    }
}

#[test]
fn what_is_no_book_is_refused() {
    for input in [&b""[..], b"x", b"{}", b"[]", b"[1]", b"[1, 2, 3]", b"[{}, {\"items\": [", b"[\xff, {}]"] {
        let text = refused(input);
        assert!(text.contains("mdBook") || text.contains("standard input"), "{text}");
    }
}

#[test]
fn chapters_read_files_beside_them() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("text/sub")).expect("a folder is made");
    let layer = "layer x \"X\"\n  input a[n]\n  z[i] = 7 * a[i]\n";
    fs::write(folder.path().join("text/sub/my.derive"), layer).expect("a file is written");
    let book =
        json!({"items": [chapter(Some("sub/a.md"), &fence("layer my.derive --input 3 --part forward"), vec![])]});
    let answer = answered(folder.path(), &book);
    assert!(answer.to_string().contains("7a_"), "{answer}");
}

#[test]
fn a_huge_book() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "Much text, and `code`.\n\n".repeat(2_000);
    let chapters: Vec<Value> =
        (0..200).map(|n| chapter(Some(&format!("c{n}.md")), &format!("{text}{}", fence(CONV)), vec![])).collect();
    let start = std::time::Instant::now();
    let answer = answered(folder.path(), &json!({"items": chapters}));
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    let items = answer["items"].as_array().expect("chapters");
    let right =
        |c: &Value| c["Chapter"]["content"].as_str().is_some_and(|t| t.contains(FORMULA) && t.starts_with(&text));
    assert!(items.len() == 200 && items.iter().all(right));
}

/// mdBook, if it is there.
fn mdbook() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").map(|p| std::env::split_paths(&p).collect::<Vec<_>>()).unwrap_or_default();
    let all = folders.into_iter().chain([PathBuf::from("/tmp/mdbook-root/bin")]);
    all.map(|folder| folder.join("mdbook")).find(|file| file.is_file())
}

/// A book in a folder with a blank in its name, built by mdBook.
fn build(program: &Path, chapters: &[(&str, &str)]) -> (TempDir, Output) {
    let folder = tempfile::Builder::new().prefix("a book ").tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file is written");
    fs::create_dir(folder.path().join("src")).expect("a folder is made");
    let derive = shlex::try_quote(env!("CARGO_BIN_EXE_derive")).expect("a path").into_owned();
    let command = Value::from(format!("{derive} mdbook"));
    write(
        "book.toml",
        &format!(
            "[book]\ntitle = \"T\"\n[output.html]\nmathjax-support = true\n[preprocessor.derive]\ncommand = {command}\n"
        ),
    );
    let list: String = chapters.iter().map(|(name, _)| format!("- [{name}]({name})\n")).collect();
    write("src/SUMMARY.md", &format!("# Summary\n\n{list}- [A draft]()\n"));
    chapters.iter().for_each(|(name, text)| write(&format!("src/{name}"), text));
    let output = Command::new(program).arg("build").arg(folder.path()).output().expect("mdBook runs");
    (folder, output)
}

#[test]
fn mdbook_builds_a_book() {
    let Some(program) = mdbook() else {
        left_out::missing("DERIVE_REQUIRE_MDBOOK", "there is no mdBook", "cargo install mdbook");
        return;
    };
    let first = format!("# One\n\n{}\n", fence(CONV));
    let second = format!("# Two\n\n{}\n- a list\n\n  ```derive\n  {CONV}\n  ```\n", place(CONV));
    let (folder, output) = build(&program, &[("one.md", &first), ("two.md", &second)]);
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{err}");
    let html = |name: &str| fs::read_to_string(folder.path().join("book").join(name)).expect("a page was made");
    // what MathJax reads: between \[ and \], with nothing eaten or made italic by Markdown
    for (name, count) in [("one.html", 1), ("two.html", 2)] {
        let page = html(name);
        assert_eq!(page.matches(FORMULA).count(), count, "{name}: {page}");
        assert_eq!((page.matches("\\[").count(), page.matches("\\]").count()), (count, count), "{name}: {page}");
        assert!(!page.contains("language-derive") && !page.contains("<em>"), "{name}: {page}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("src/two.md")).expect("it is there"), second, "chapters stay");
    let (folder, output) = build(&program, &[("one.md", &format!("# One\n\n\n{}\n", fence("conv --input 3x3")))]);
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "a bad directive stops mdBook");
    assert!(err.contains("one.md:5:1") && err.contains("--kernel"), "{err}");
    assert!(!folder.path().join("book/one.html").exists());
}
