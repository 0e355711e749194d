//! Which files are taken, and how they are replaced: permissions, owners, links, folders that may not be written, names given twice.

use std::fs;

#[cfg(unix)]
use super::left_out::left_out;
use super::{CONV, Folder, place};
#[cfg(unix)]
use super::{mode, set_mode};

/// Is this the superuser, to whom permissions mean nothing?
#[cfg(unix)]
fn is_almighty(folder: &Folder) -> bool {
    let path = folder.at("closed");
    fs::create_dir(&path).expect("a folder is made");
    set_mode(&path, 0o555);
    let almighty = fs::write(path.join("x"), "").is_ok();
    set_mode(&path, 0o755);
    fs::remove_dir_all(&path).expect("the folder is removed");
    almighty
}

#[cfg(unix)]
#[test]
fn permissions_are_kept() {
    for bits in [0o600, 0o640, 0o644, 0o664, 0o755, 0o200 | 0o440] {
        let folder = Folder::with(&[("a.md", &place(CONV))]);
        set_mode(&folder.at("a.md"), bits);
        folder.weave(&["a.md"], 0);
        assert_eq!(mode(&folder.at("a.md")), bits);
        assert_eq!(folder.names(), ["a.md"], "nothing else is left");
        folder.weave(&["--check", "a.md"], 0);
    }
}

/// Its folder would let it be replaced, but whoever took the permission to write away meant something by it.
#[cfg(unix)]
#[test]
fn a_read_only_file_is_not_written() {
    let folder = Folder::with(&[("a.md", &place(CONV)), ("b.md", &place(CONV)), ("c.md", &place(CONV))]);
    set_mode(&folder.at("b.md"), 0o444);
    for words in [&["."][..], &["--force", "."]] {
        let text = folder.refused(words);
        assert!(text.starts_with("error: b.md cannot be written: it is read-only\n"), "{text}");
    }
    let told = folder.weave(&["--check", "."], 1);
    assert!(told.out.contains("derive weave a.md b.md c.md"), "to look at it is allowed: {}", told.out);
    set_mode(&folder.at("b.md"), 0o644);
    folder.weave(&["."], 0);
    set_mode(&folder.at("b.md"), 0o444);
    folder.weave(&["."], 0);
    assert_eq!(mode(&folder.at("b.md")), 0o444, "a fresh one need not be written");
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_stops_all() {
    let folder = Folder::with(&[("a/a.md", &place(CONV)), ("b/b.md", &place(CONV)), ("c/c.md", &place(CONV))]);
    if is_almighty(&folder) {
        left_out("the superuser may write into every folder");
        return;
    }
    set_mode(&folder.at("b"), 0o555);
    let text = folder.refused(&["."]);
    set_mode(&folder.at("b"), 0o755);
    assert!(text.starts_with("error: b/b.md cannot be written: "), "{text}");
    set_mode(&folder.at("b/b.md"), 0o000);
    let text = told_unreadable(&folder);
    assert!(text.contains("b/b.md cannot be read: Permission denied"), "{text}");
}

#[cfg(unix)]
fn told_unreadable(folder: &Folder) -> String {
    let told = folder.weave(&["."], 2);
    set_mode(&folder.at("b/b.md"), 0o644);
    assert!(["a/a.md", "b/b.md", "c/c.md"].iter().all(|name| folder.read(name) == place(CONV)));
    told.err
}

/// The system takes all texts and then will not rename one of the files: those before it are taken back.
#[cfg(target_os = "linux")]
#[test]
fn a_rename_that_fails_is_taken_back() {
    let folder = Folder::with(&[("a.md", &place(CONV)), ("b.md", &place(CONV)), ("c.md", &place(CONV))]);
    let chattr = |flag: &str| {
        std::process::Command::new("chattr")
            .arg(flag)
            .arg(folder.at("b.md"))
            .stderr(std::process::Stdio::null())
            .status()
    };
    if !chattr("+i").is_ok_and(|s| s.success()) {
        left_out("no file can be made immutable here");
        return;
    }
    let told = folder.weave(&["."], 2);
    let texts = ["a.md", "b.md", "c.md"].map(|name| folder.read(name));
    assert!(chattr("-i").is_ok_and(|s| s.success()));
    assert!(told.err.starts_with("error: b.md cannot be written: "), "{}", told.err);
    assert!(told.err.contains("nothing was changed"), "{}", told.err);
    assert!(texts.iter().all(|text| *text == place(CONV)), "{texts:?}");
    assert_eq!(folder.names(), ["a.md", "b.md", "c.md"]);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_its_document_is_where_it_is() {
    let layer = "layer x \"X\"\n  input a[n]\n  z[i] = a[i]\n";
    let folder = Folder::with(&[("real/a.md", &place("layer my.derive --input 3")), ("real/my.derive", layer)]);
    fs::create_dir(folder.at("links")).expect("a folder is made");
    std::os::unix::fs::symlink("../real/a.md", folder.at("links/b.md")).expect("a link is made");
    set_mode(&folder.at("real/a.md"), 0o640);
    let told = folder.weave(&["links/b.md", "real/a.md", "real"], 0);
    assert_eq!(told.err, "wrote links/b.md\n1 of 1 place renewed, in 1 of 1 document\n");
    assert!(folder.at("links/b.md").is_symlink() && !folder.at("real/a.md").is_symlink());
    assert_eq!(
        (mode(&folder.at("real/a.md")), folder.names()),
        (0o640, vec!["real/a.md".into(), "real/my.derive".into()])
    );
    for path in ["links/b.md", "real/a.md", "real"] {
        folder.weave(&["--check", path], 0);
    }
    // a folder's links may lead anywhere: they are passed over
    let told = folder.weave(&["--check", "links"], 0);
    assert_eq!(told.err, "0 places in 0 documents: all fresh\n");
    std::os::unix::fs::symlink("loop.md", folder.at("loop.md")).expect("a link is made");
    assert!(folder.refused(&["loop.md"]).contains("loop.md cannot be read"));
    std::os::unix::fs::symlink("nowhere.md", folder.at("dangling.md")).expect("a link is made");
    assert!(folder.refused(&["dangling.md"]).contains("dangling.md cannot be read"));
}

#[test]
fn a_document_that_is_named_twice_is_written_once() {
    let folder = Folder::with(&[("sub/a.md", &place(CONV)), ("b.md", &place(CONV))]);
    let whole = folder.at("sub/a.md");
    let whole = whole.to_str().expect("UTF-8");
    let paths = ["sub/a.md", "./sub/a.md", "sub/../sub/a.md", "sub", "./sub", whole, ".", "b.md", "./b.md"];
    let report = folder.weave(&[&["--check"][..], &paths].concat(), 1);
    assert!(report.out.ends_with("\n  derive weave sub/a.md b.md\n"), "{}", report.out);
    let told = folder.weave(&paths, 0);
    assert_eq!(told.err, "wrote sub/a.md\nwrote b.md\n2 of 2 places renewed, in 2 of 2 documents\n");
}

/// Folders are taken as git sees them, without hidden files; a file that is named is taken whatever it is.
#[test]
fn hidden_and_ignored_files_are_taken_when_they_are_named() {
    let names = ["a.md", "sub/b.md", ".hidden.md", ".github/c.md", "out/d.md", "sub/e.md", "f.txt", "g.MD"];
    let folder = Folder::with(&[(".gitignore", "out/\ne.md\n")]);
    names.iter().for_each(|name| folder.write(name, place(CONV).as_bytes()));
    let told = folder.weave(&["."], 0);
    assert_eq!(
        told.err.lines().filter(|l| l.starts_with("wrote ")).collect::<Vec<_>>(),
        ["wrote a.md", "wrote g.MD", "wrote sub/b.md"]
    );
    for name in [".hidden.md", ".github/c.md", "out/d.md", "sub/e.md"] {
        assert_eq!(folder.read(name), place(CONV), "{name}");
        folder.weave(&[name], 0);
        assert_ne!(folder.read(name), place(CONV), "{name}");
    }
}

#[test]
fn documents_without_places_are_left_alone() {
    let folder = Folder::with(&[("empty.md", ""), ("plain.md", "we derive: nothing\n"), ("none.tex", "% derived\n")]);
    let state = folder.state();
    for words in [&["."][..], &["empty.md", "plain.md", "none.tex"], &["--check", "."], &["--force", "empty.md"]] {
        let told = folder.weave(words, 0);
        assert!(told.out.is_empty() && told.err.starts_with("0 "), "{words:?}: {}", told.err);
    }
    assert_eq!(folder.state(), state);
}

/// The program may open only so many files at once; documents may be more.
#[cfg(target_os = "linux")]
#[test]
fn there_may_be_more_documents_than_open_files() {
    let folder = Folder::new();
    (0..150).for_each(|n| folder.write(&format!("f{n}.md"), place(CONV).as_bytes()));
    let program = shlex::try_quote(env!("CARGO_BIN_EXE_derive")).expect("a path");
    let line = format!("ulimit -n 40; exec {program} weave .");
    let output = std::process::Command::new("sh").current_dir(folder.at("")).arg("-c").arg(line).output();
    super::told(output.expect("a shell runs"), 0);
    folder.weave(&["--check", "."], 0);
}

/// Somebody saves a document while it is being woven: what they wrote is not lost.
#[test]
fn what_is_saved_meanwhile_is_kept() {
    let slow = place("conv --input 90x90 --kernel 2x2 --entries all");
    let mut refused = 0;
    for milliseconds in [0, 20, 80, 150, 300, 600] {
        let folder = Folder::with(&[("a.md", &slow), ("b.md", &place(CONV))]);
        let mut child = folder.command(&["."]);
        let child = child.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn();
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        folder.write("a.md", format!("{}\nsaved meanwhile\n", folder.read("a.md")).as_bytes());
        let output = child.and_then(|c| c.wait_with_output()).expect("the program runs and ends");
        assert!(folder.read("a.md").ends_with("\nsaved meanwhile\n"), "lost after {milliseconds} ms");
        if output.status.code() == Some(2) {
            refused += 1;
            let text = super::told(output, 2).err;
            assert!(text.contains("a.md was changed by somebody else while it was being woven"), "{text}");
            assert_eq!(folder.read("b.md"), place(CONV), "all or nothing");
        }
        assert_eq!(folder.names(), ["a.md", "b.md"]);
    }
    assert!(refused > 0, "it was never caught at work");
}
