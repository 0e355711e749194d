//! What is refused: directives that are wrong or want too much, and documents that cannot be read. One of them is enough, and no
//! file changes.

use std::time::{Duration, Instant};

use super::{CONV, Folder, place};

/// Directives, and what the message must hold beside the name of the file and the line.
const DIRECTIVES: &[(&str, &str)] = &[
    ("", "not complete"),
    ("derive", "not complete"),
    ("conv", "required arguments"),
    ("convv --input 3x3 --kernel 2x2", "did you mean `conv`?"),
    ("conv --input 3x3 --kernel 4x4", "kernel"),
    ("conv --input 3x3 --kernel 2x2 -o out.md", "leave -o out"),
    ("conv --input 3x3 --kernel 2x2 -oout.md", "leave -o out"),
    ("conv --input 3x3 --kernel 2x2 --out out.md", "leave -o out"),
    ("conv --input 3x3 --kernel 2x2 --out=/tmp/out.md", "leave -o out"),
    ("conv --input 3x3 --kernel 2x2 --standalone", "leave --standalone out"),
    ("conv --input 3x3 --kernel 2x2 --help", "--help"),
    ("conv --input 3x3 --kernel 2x2 -h", "-h"),
    ("--help", "--help"),
    ("--version", "--version"),
    ("help conv", "help"),
    ("weave a.md", "weave"),
    ("weave --force .", "weave"),
    ("mdbook", "mdbook"),
    ("layers", "layer"),
    ("sh -c 'rm -r .'", "sh"),
    ("conv --input 3x3 --kernel 2x2; rm -r .", "2x2;"),
    ("conv --input 3x3 --kernel 2x2 && touch out.md", "&&"),
    ("conv --input 3x3 --kernel 2x2 > out.md", ">"),
    ("conv --input $(touch out.md) --kernel 2x2", "$(touch"),
    ("conv --input `touch` --kernel 2x2", "`touch`"),
    ("conv --input 3x3 --kernel 2x2 --rename a=$HOME", "$HOME"),
    ("conv --input 3x3 --kernel '2x2", "a quotation in the directive has no end"),
    ("conv --input 3x3 --kernel \"2x2", "a quotation in the directive has no end"),
    ("conv --input 3x3 --kernel 2x2 \\", "a quotation in the directive has no end"),
    ("conv --input 3x3 --kernel 2x2 --only grad_a.nope", "there are z.definition"),
    ("conv --input 3x3 --kernel 2x2 --only grad_a.chain --tag '}\\input{x}'", "twelve letters"),
    ("conv --input 5000x5000 --kernel 2x2 --entries all", "GiB"),
    ("conv --input 60000x60000 --kernel 30x30", "memory"),
    ("conv --input 2147483648x2147483648 --kernel 2x2 --entries none", "memory"),
    ("conv --input 130x130 --kernel 2x2 --entries all", "more than 4 million bytes"),
    ("net '' --input 3", ""),
    ("net 'dense 2 -> sub/x.derive' --input 3", "sub/x.derive cannot be read"),
    ("net ../secret --input 3", "starts with the name of a layer"),
    ("net /etc/passwd --input 3", "starts with the name of a layer"),
    ("net ../up.derive --input 3", "not under the document's folder"),
    ("net /etc/up.derive --input 3", "not under the document's folder"),
    ("net sub/../../up.derive --input 3", "not under the document's folder"),
    ("layer ../up.derive --input 3", "not under the document's folder"),
    ("layer /dev/zero --input 3", "not under the document's folder"),
    ("layer ../missing.derive --input 3", "not under the document's folder"),
    ("layer linked.derive --input 3", "not under the document's folder"),
    ("layer out/up.derive --input 3", "not under the document's folder"),
    ("layer sub --input 3", "no file"),
    ("layer bad.derive --input 3", "bad.derive:3: "),
    ("layer deep.derive --input 3", "nests too deeply"),
    ("layer marker.derive --input 3 --format text --headings 1", "a marker of its own"),
    ("conv --input 3x3 --kernel 2x2 --values ../up.json", "not under the document's folder"),
    ("conv --input 3x3 --kernel 2x2 --values /etc/hostname", "not under the document's folder"),
    ("conv --input 3x3 --kernel 2x2 --values linked.json", "not under the document's folder"),
    ("conv --input 3x3 --kernel 2x2 --values out/up.json", "not under the document's folder"),
    ("conv --input 3x3 --kernel 2x2 --values missing.json", "missing.json cannot be read"),
];

/// A folder with what the directives name, and one beside it that they must not reach.
fn folder() -> Folder {
    let layer = "layer x \"X\"\n  input a[n]\n  z[i] = a[i]\n";
    let deep = layer.replace("= a[i]", &format!("= {}a[i]{}", "(".repeat(100_000), ")".repeat(100_000)));
    let folder = Folder::with(&[
        ("up.derive", layer),
        ("up.json", "{\"w\": [[1, 2], [3, 4]]}"),
        ("in/bad.derive", &layer.replace("= a[i]", "= = a[i]")),
        ("in/deep.derive", &deep),
        ("in/marker.derive", &layer.replace("\"X\"", "\"<!-- /derive -->\"")),
        ("in/sub/x.txt", ""),
    ]);
    #[cfg(unix)]
    for (link, target) in [("in/linked.derive", "../up.derive"), ("in/linked.json", "../up.json"), ("in/out", "..")] {
        std::os::unix::fs::symlink(target, folder.at(link)).expect("a link is made");
    }
    folder
}

#[cfg(unix)]
#[test]
fn directives_that_are_wrong_or_want_too_much() {
    let folder = folder();
    // the directive is on line 5, after letters of several bytes
    let document = |words: &str| format!("# 漢字\n\nGröße 🎉\n\n{}", place(words));
    let start = Instant::now();
    let mut complaints = Vec::new();
    for (words, holds) in DIRECTIVES {
        folder.write("in/a.md", document(words).as_bytes());
        let text = folder.refused(&["in/a.md"]);
        if ["--> in/a.md:5:1", holds].iter().any(|h| !text.contains(h)) {
            complaints.push(format!("{words}: `{holds}` is not in {text}"));
        }
        assert_eq!(folder.refused(&["--check", "in/a.md"]), text, "{words}");
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(start.elapsed() < Duration::from_secs(60), "refusing took {:?}", start.elapsed());
    let long = format!("conv --input 3x3 --kernel 2x2 {}", "--part weight ".repeat(800));
    folder.write("in/a.md", document(&long).as_bytes());
    assert!(folder.refused(&["in/a.md"]).contains("the directive is too long"));
}

/// What a terminal would obey is shown, not sent.
#[test]
fn escape_sequences_of_documents_do_not_reach_the_terminal() {
    let folder = Folder::with(&[("a.md", &place("conv --input \u{1b}[2J --kernel 2x2"))]);
    let text = folder.refused(&["a.md"]);
    assert!(!text.contains('\u{1b}'), "{text:?}");
    folder.write("a.md", place(CONV).as_bytes());
    folder.weave(&["a.md"], 0);
    folder.write("a.md", folder.read("a.md").replace("partial", "partial\u{1b}]0;x\u{7}").as_bytes());
    let told = folder.weave(&["--check", "a.md"], 1);
    assert!(!told.out.contains('\u{1b}') && told.out.contains("\u{241b}]0;x\u{2407}"), "{:?}", told.out);
}

/// Markers that are wrong, and the line that is told.
#[test]
fn markers_without_a_partner() {
    let begin = place(CONV).lines().next().expect("a line").to_owned();
    for (text, line, holds) in [
        (format!("a\n\n{begin}\n"), 3, "nothing ends this directive"),
        ("a\n<!-- /derive -->\n".to_owned(), 2, "an end marker without a directive"),
        (format!("{begin} b\n<!-- /derive -->\n"), 1, "stands alone on its line"),
        (format!("{begin}\n\n{begin}\n<!-- /derive -->\n"), 3, "begins before the one above has ended"),
        (format!("{begin}\n<!-- /derive zz -->\n"), 2, "an end marker that cannot be read"),
        (format!("> {begin}\n> <!-- /derive -->\n"), 1, "cannot stand in a quotation"),
        ("<!-- derive: conv\n--input 3x3 -->\n<!-- /derive -->\n".to_owned(), 1, "stands alone on its line"),
        (format!("a\r\n\r\n{begin}\r\n"), 3, "nothing ends this directive"),
    ] {
        let folder = Folder::with(&[("a.md", &text), ("b.md", &place(CONV))]);
        let told = folder.refused(&["."]);
        assert!(told.contains(&format!("--> a.md:{line}:")) && told.contains(holds), "{text}: {told}");
    }
}

/// One among twenty, and each of two is named.
#[test]
fn one_bad_directive_stops_all() {
    let folder = Folder::new();
    for n in 0..20 {
        folder.write(&format!("d{}/f{n}.md", n % 4), place(CONV).as_bytes());
    }
    folder.weave(&["d0"], 0);
    folder.write("d2/f10.md", format!("\n\n{}\n{}", place(CONV), place("conv --input 3x3")).as_bytes());
    folder.write("d3/f11.md", place("conv --kernel 3x3").as_bytes());
    let text = folder.refused(&["."]);
    for at in ["--> d2/f10.md:6:", "--> d3/f11.md:1:"] {
        assert_eq!(text.matches(at).count(), 1, "{text}");
    }
    assert_eq!(text.matches("error: ").count(), 2, "{text}");
    folder.refused(&["--check", "."]);
    folder.write("d2/f10.md", place(CONV).as_bytes());
    folder.write("d3/f11.md", place(CONV).as_bytes());
    folder.weave(&["."], 0);
    folder.weave(&["--check", "."], 0);
}

#[test]
fn what_is_no_document_is_refused_by_name() {
    let folder = Folder::with(&[("a.txt", &place(CONV)), ("noend", &place(CONV)), ("b.md", &place(CONV))]);
    for (name, why) in [
        ("a.txt", "a.txt is not known to be a document"),
        ("noend", "noend is not known to be a document"),
        ("missing.md", "missing.md cannot be read"),
        ("-", "- cannot be read"),
    ] {
        let text = folder.refused(&["b.md", name]);
        assert!(text.contains(why), "{text}");
    }
    let text = folder.refused(&["missing", "a.txt"]);
    assert_eq!(text.matches("error: ").count(), 2, "{text}");
    let told = folder.weave(&[], 2);
    assert!(told.out.is_empty() && told.err.contains("<PATH>"), "{}", told.err);
    assert_eq!(folder.weave(&["--check", "--force", "b.md"], 2).out, "");
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_are_no_documents() {
    let folder = Folder::new();
    std::os::unix::fs::symlink("/dev/zero", folder.at("zero.md")).expect("a link is made");
    let made = std::process::Command::new("mkfifo").arg(folder.at("pipe.md")).status();
    assert!(made.expect("mkfifo runs").success());
    for name in ["zero.md", "pipe.md"] {
        assert!(folder.refused(&[name]).contains(&format!("{name} is no file")));
    }
    // in a folder they are passed over
    folder.write("b.md", place(CONV).as_bytes());
    folder.weave(&["."], 0);
}

/// A file that is not UTF-8 is left alone, and named if it has markers.
#[test]
fn other_encodings() {
    let latin1 = |text: &str| [text.as_bytes(), b"Gr\xf6\xdfe\n"].concat();
    let folder = Folder::with(&[("b.md", &place(CONV))]);
    folder.write("plain.md", &latin1("we derive: nothing\n"));
    folder.write("plain.svg", &latin1("to derive it\n"));
    folder.weave(&["."], 0);
    for (name, marked) in [("marked.md", place(CONV)), ("marked.tex", super::place_in("tex", CONV))] {
        folder.write("b.md", place(CONV).as_bytes());
        folder.write(name, &latin1(&marked));
        assert!(folder.refused(&["."]).contains(&format!("{name} is not UTF-8 text")));
        assert!(folder.refused(&[name]).contains(&format!("{name} is not UTF-8 text")));
        std::fs::remove_file(folder.at(name)).expect("it is removed");
    }
    let wide: Vec<u8> = place(CONV).encode_utf16().flat_map(u16::to_le_bytes).collect();
    folder.write("wide.md", &wide);
    folder.weave(&["."], 0);
    assert_eq!(std::fs::read(folder.at("wide.md")).expect("it is there"), wide);
}

/// A document is not made so large that it could not be read again, and a large file without markers harms nobody.
#[test]
fn sizes_of_documents() {
    let folder = Folder::with(&[("b.md", &place(CONV))]);
    folder.write("large.svg", &vec![b'x'; (32 << 20) + 1]);
    folder.weave(&["."], 0);
    let across = [vec![b'x'; (32 << 20) - 4], b" <?derive conv?>".to_vec()].concat();
    folder.write("large.svg", &across);
    assert!(folder.refused(&["."]).contains("large.svg is too large for a document"));
    folder.write("large.svg", b"");
    let vast = std::fs::File::create(folder.at("vast.json")).expect("a file is made");
    vast.set_len(64 << 20).expect("a file with holes");
    folder.write("b.md", place("conv --input 3x3 --kernel 2x2 --values vast.json").as_bytes());
    assert!(folder.refused(&["b.md"]).contains("vast.json is no file, or too large"));
    let words = "conv --input 100x100 --kernel 2x2 --entries all";
    folder.write("b.md", place(words).repeat(12).as_bytes());
    assert!(folder.refused(&["b.md"]).contains("b.md would be too large for a document"));
}
