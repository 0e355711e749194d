//! What stands in documents after weaving: in every format, with every kind of line end, in lists, and beside code that only
//! speaks of markers.

use super::{CONV, FORMATS, Folder, directive_in, place, place_in};

/// What the generated part of the test's directive holds, format by format.
const HOLDS: [(&str, &str); 5] = [
    ("md", "\\frac{\\partial"),
    ("tex", "\\frac{\\partial"),
    ("typ", "partial"),
    ("rst", ".. math::"),
    ("svg", "<svg"),
];

#[test]
fn every_format_is_woven_and_then_fresh() {
    for ((ending, ..), (_, holds)) in FORMATS.iter().zip(HOLDS) {
        let name = format!("a.{ending}");
        let before = format!("before\n\n{}\nafter\n", place_in(ending, directive_in(ending)));
        let folder = Folder::with(&[(&name, &before)]);
        let told = folder.weave(&[&name], 0);
        assert_eq!(told.out, "", "{name}");
        assert_eq!(told.err, format!("wrote {name}\n1 of 1 place renewed, in 1 of 1 document\n"));
        let text = folder.read(&name);
        assert!(text.starts_with("before\n\n") && text.ends_with("\n\nafter\n") && text.contains(holds), "{text}");
        let state = folder.state();
        let told = folder.weave(&["--check", &name], 0);
        assert_eq!((told.out.as_str(), told.err.as_str()), ("", "1 place in 1 document: all fresh\n"));
        let told = folder.weave(&[&name], 0);
        assert_eq!((told.out.as_str(), told.err.as_str()), ("", "0 of 1 place renewed, in 0 of 1 document\n"));
        assert_eq!(folder.state(), state, "weaving twice changes nothing, not even the time of {name}");
    }
}

/// Every letter of a generated part counts, in every format.
#[test]
fn one_changed_letter_is_found_and_shown() {
    for (ending, begin, ..) in FORMATS {
        let name = format!("a.{ending}");
        let folder = Folder::with(&[(&name, &place_in(ending, directive_in(ending)))]);
        folder.weave(&[&name], 0);
        let woven = folder.read(&name);
        let lines: Vec<&str> = woven.lines().collect();
        let body: Vec<usize> = (1..lines.len() - 1).filter(|&n| !lines[n].trim().is_empty()).collect();
        for &line in body.iter().step_by(body.len().div_ceil(6)) {
            let mut changed: Vec<String> = lines.iter().map(|l| format!("{l}\n")).collect();
            changed[line] = format!("{}~\n", lines[line]);
            folder.write(&name, changed.concat().as_bytes());
            let told = folder.weave(&["--check", &name], 1);
            let words = directive_in(ending);
            assert!(told.out.starts_with(&format!("{name}:1: changed by hand: {words}\n")), "{begin}: {}", told.out);
            assert!(told.out.contains(&format!("\n-{}~\n", lines[line])), "{}", told.out);
            assert!(told.out.contains(&format!("\n+{}\n", lines[line])), "{}", told.out);
            assert!(folder.refused(&[&name]).contains(&format!("--> {name}:1:")), "the place is named");
            folder.weave(&["--force", &name], 0);
            assert_eq!(folder.read(&name), woven);
        }
    }
}

/// A directive that has changed makes stale what it once gave, and that may be overwritten without more ado.
#[test]
fn stale_is_told_from_edited() {
    let folder = Folder::with(&[("a.md", &place(CONV))]);
    folder.weave(&["a.md"], 0);
    let woven = folder.read("a.md");
    let stale = woven.replace("--input 3x3", "--input 4x4");
    folder.write("a.md", stale.as_bytes());
    assert!(folder.weave(&["--check", "a.md"], 1).out.starts_with("a.md:1: stale: conv --input 4x4"));
    folder.weave(&["a.md"], 0);
    assert_ne!(folder.read("a.md"), stale);
    folder.write("a.md", stale.replace("partial", "d").as_bytes());
    assert!(folder.weave(&["--check", "a.md"], 1).out.starts_with("a.md:1: changed by hand: conv --input 4x4"));
    let refusal = folder.refused(&["a.md"]);
    assert!(refusal.contains("derive weave --force a.md"), "{refusal}");
    folder.weave(&["--force", "a.md"], 0);
    folder.weave(&["--check", "a.md"], 0);
}

#[test]
fn a_lost_sum_is_put_back() {
    let folder = Folder::with(&[("a.md", &place(CONV))]);
    folder.weave(&["a.md"], 0);
    let woven = folder.read("a.md");
    let at = woven.rfind(" /derive ").expect("an end marker");
    folder.write("a.md", format!("{} /derive -->\n", &woven[..at]).as_bytes());
    let told = folder.weave(&["--check", "a.md"], 1);
    assert!(told.out.contains("only the sum on the end marker is missing"), "{}", told.out);
    folder.weave(&["a.md"], 0);
    assert_eq!(folder.read("a.md"), woven);
}

/// What surrounds a place, and how its lines end: all of it stays.
#[test]
fn line_ends_marks_and_indentation_are_kept() {
    let plain = place(CONV);
    let indented = |by: &str| plain.lines().map(|l| format!("{by}{l}\n")).collect::<String>();
    for (what, before, indent) in [
        ("LF", format!("a\n\n{plain}\nb\n"), ""),
        ("CRLF", format!("a\n\n{plain}\nb\n").replace('\n', "\r\n"), ""),
        ("a byte order mark", format!("\u{feff}{plain}\nb\n"), ""),
        ("a byte order mark and CRLF", format!("\u{feff}{plain}\nb\n").replace('\n', "\r\n"), ""),
        ("no end of the last line", format!("a\n\n{}", plain.trim_end()), ""),
        ("no end of the last line, CRLF", format!("a\n\n{}", plain.trim_end()).replace('\n', "\r\n"), ""),
        ("a list", format!("- a\n\n{}\n- b\n", indented("  ")), "  "),
        ("a numbered list", format!("1.  a\n\n{}\n", indented("    ")), "    "),
        ("a list in a list", format!("- a\n\n  - b\n\n{}\n", indented("    ")), "    "),
        ("tabs", format!("-\ta\n\n{}\n", indented("\t")), "\t"),
        ("white space after the markers", plain.replace('\n', "  \n"), ""),
        ("letters of several bytes before", format!("Größe 漢字 🎉\n\n{plain}\n漢\n"), ""),
    ] {
        let folder = Folder::with(&[("a.md", &before)]);
        folder.weave(&["a.md"], 0);
        let text = folder.read("a.md");
        let directive = before.find("<!-- derive").expect("a directive");
        let after = before.rfind(" -->").expect("an end marker");
        assert!(text.starts_with(&before[..directive]), "{what}: {text}");
        assert!(text.ends_with(&before[after..]), "{what}: {text}");
        assert_eq!(text.starts_with('\u{feff}'), before.starts_with('\u{feff}'), "{what}");
        let bare = text.matches('\n').count() - text.matches("\r\n").count();
        assert!(if before.contains('\r') { bare == 0 } else { !text.contains('\r') }, "{what}: mixed line ends");
        let body = &text[directive..text.rfind("<!-- /derive ").expect("an end marker") - indent.len()];
        for line in body.lines().skip(1).filter(|l| !l.is_empty()) {
            assert!(line.starts_with(indent) && !line.ends_with(' '), "{what}: {line:?}");
        }
        let state = folder.state();
        folder.weave(&["--check", "a.md"], 0);
        folder.weave(&["a.md"], 0);
        assert_eq!(folder.state(), state, "{what}: a second run changes it");
    }
}

/// Lines that end in several ways: only the place that is renewed is touched.
#[test]
fn what_is_fresh_is_left_alone_in_a_mixed_document() {
    let folder = Folder::with(&[("a.md", &place(CONV))]);
    folder.weave(&["a.md"], 0);
    let fresh = folder.read("a.md").replace('\n', "\r\n");
    folder.write("a.md", format!("a\n\n{fresh}b\r\n\n{}", place("dense --input 2 --output 2")).as_bytes());
    let told = folder.weave(&["a.md"], 0);
    assert!(told.err.contains("1 of 2 places renewed"), "{}", told.err);
    assert!(folder.read("a.md").starts_with(&format!("a\n\n{fresh}b\r\n\n<!-- derive: dense")));
    folder.weave(&["--check", "a.md"], 0);
}

#[test]
fn code_that_speaks_of_markers_is_no_marker() {
    for (name, text) in [
        ("fence.md", format!("```md\n{}```\n", place(CONV))),
        ("tilde.md", format!("~~~~\n```\n{}~~~~\n", place(CONV))),
        ("list.md", format!("- a\n\n  ```md\n  {}  ```\n", place(CONV).replace("\n<", "\n  <"))),
        ("indented.md", format!("text\n\n    {}", place(CONV).replace("\n<", "\n    <"))),
        ("inline.md", "write `<!-- derive: x -->` and `<!-- /derive -->`\n".to_owned()),
        ("verbatim.tex", format!("\\begin{{verbatim}}\n{}\\end{{verbatim}}\n", place_in("tex", CONV))),
        ("listing.tex", format!("\\begin{{lstlisting}}[x]\n{}\\end{{lstlisting}}\n", place_in("tex", CONV))),
        ("raw.typ", format!("```typ\n{}```\n", place_in("typ", CONV))),
        ("literal.rst", "Such as::\n\n   .. derive: x\n   .. /derive\n\nend\n".to_owned()),
        ("block.rst", ".. code-block:: rst\n\n   .. derive: x\n   .. /derive\n\nend\n".to_owned()),
    ] {
        let folder = Folder::with(&[(name, &text)]);
        let told = folder.weave(&[name], 0);
        assert!(told.err.starts_with("0 of 0 places renewed"), "{name}: {}", told.err);
        assert_eq!(folder.read(name), text, "{name}");
    }
}

/// Formulas in code, a fence inside a fence: what is generated hides neither its end nor the next place.
#[test]
fn other_formats_stand_in_code_blocks() {
    for (ending, ..) in &FORMATS[..4] {
        let name = format!("a.{ending}");
        // LaTeX's own code block takes no letters such as δ
        let beyond = ["text", "typst", "json"].iter().filter(|_| *ending != "tex");
        let formats: Vec<&&str> = ["latex", "markdown", "rst"].iter().chain(beyond).collect();
        let places: String = formats
            .iter()
            .map(|format| format!("{}\n", place_in(ending, &format!("{CONV} --format {format}"))))
            .collect();
        let folder = Folder::with(&[(&name, &places)]);
        let told = folder.weave(&[&name], 0);
        let all = format!("{0} of {0} places renewed", formats.len());
        assert!(told.err.contains(&all), "{}", told.err);
        folder.weave(&["--check", &name], 0);
    }
}

/// Letters that the engine would leave out without an error are refused before.
#[test]
fn latex_gets_no_code_that_it_cannot_show() {
    let folder = Folder::with(&[("a.tex", &place_in("tex", &format!("{CONV} --format text")))]);
    let told = folder.weave(&["a.tex"], 2);
    assert!(told.err.contains("a.tex:1:") && told.err.contains("verbatim cannot show --format text"), "{}", told.err);
}

/// A label leads to one place of a document, the first.
#[test]
fn equal_directives_give_equal_texts_and_one_label() {
    let folder = Folder::with(&[("a.md", &format!("{}\n{}", place(CONV), place(CONV))), ("b.md", &place(CONV))]);
    folder.weave(&["."], 0);
    let (a, b) = (folder.read("a.md"), folder.read("b.md"));
    let told = |text: &str| {
        let lines = text.lines().filter(|l| !l.starts_with("<a id=") && !l.starts_with("<!--") && !l.is_empty());
        lines.map(str::to_string).collect::<Vec<String>>()
    };
    assert_eq!(told(&a), [told(&b), told(&b)].concat());
    assert!(!told(&b).is_empty());
    assert_eq!((a.matches("<a id=").count(), b.matches("<a id=").count()), (1, 1), "{a}");
    folder.weave(&["--check", "."], 0);
}

/// A document and the folder of the document's files may have any names.
#[test]
fn files_beside_a_document_are_found_from_anywhere() {
    let values = "{\"a\": [[1,2,3],[4,5,6],[7,8,9]], \"w\": [[1,0],[0,1]], \"b\": 0}";
    let words = "conv --input 3x3 --kernel 2x2 --part values --values 'my numbers/v 1.json'";
    let folder = Folder::with(&[("a b/ä.md", &place(words)), ("a b/my numbers/v 1.json", values)]);
    folder.weave(&["a b/ä.md"], 0);
    let text = folder.read("a b/ä.md");
    for other in ["a b", ".", "./a b/../a b/ä.md"] {
        folder.weave(&["--check", other], 0);
    }
    folder.weave(&["--check", folder.at("a b/ä.md").to_str().expect("UTF-8")], 0);
    assert_eq!(folder.read("a b/ä.md"), text);
}
