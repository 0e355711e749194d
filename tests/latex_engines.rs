//! Every LaTeX snapshot compiles with pdfLaTeX, without an error, an overflow or lost text, and every formula in it is accepted
//! by KaTeX. The checks are themselves checked here on small texts, good and bad.

#[path = "support/katex.rs"]
mod katex_check;
#[path = "support/tex.rs"]
mod tex;

use std::fs;
use std::path::{Path, PathBuf};

/// The problems of one fragment, as text.
fn problems(fragment: &str) -> String {
    let fragments = [("case".to_owned(), fragment.to_owned())];
    tex::compile_fragments(&fragments).map_or_else(|problems| tex::report(&problems), |()| String::new())
}

/// Asserts that a fragment is refused in words that hold `expected`; without pdfLaTeX, nothing is asserted.
#[track_caller]
fn tex_refuses(fragment: &str, expected: &str) {
    if tex::engine().is_some() {
        let found = problems(fragment);
        assert!(found.contains(expected), "expected `{expected}` among the problems of\n{fragment}\nfound:\n{found}");
    }
}

/// Asserts that a source is refused before TeX runs.
#[track_caller]
fn source_refuses(fragment: &str, expected: &str) {
    let found = problems(fragment);
    assert!(found.contains(expected), "expected `{expected}` among the problems of\n{fragment}\nfound:\n{found}");
    assert_eq!(found.lines().count(), 1, "one problem, said once:\n{found}");
}

#[track_caller]
fn katex_refuses(fragment: &str, expected: &str) {
    let found = katex_check::check(fragment).expect_err("KaTeX accepts this").join("\n");
    assert!(found.contains(expected), "expected `{expected}` in\n{found}");
}

/// A sum of `terms` products.
fn sum(terms: usize) -> String {
    let products: Vec<String> = (1..=terms).map(|i| format!("a_{{{i}}} w_{{{i}}}")).collect();
    products.join(" +\n")
}

const GOOD: &str = r"% needs amsmath
The error of a layer, $\delta^{l} = \partial C / \partial z^{l}$, is used below; it costs 5\$ and 3\%.
{\allowdisplaybreaks
\begin{align*}
  z_{11} &= a_{11} w_{11} + a_{12} w_{12} % the first entry
    + b \\
  {}[x] &= \begin{cases} 1 & \text{if $x > 0$} \\ 0 & \text{otherwise} \end{cases}
\end{align*}
}
\begin{equation}
  \label{eq:weight}
  \frac{\partial C}{\partial W^{l}} = \begin{pmatrix} \delta_{11} & \delta_{12} \\[2pt] \delta_{21} & \delta_{22} \end{pmatrix} \ast \operatorname{rot180}(W)
\end{equation}
See \eqref{eq:weight}.
\[ y = \{ x \} \]
\begin{multline*}
  a + b \\ + c
\end{multline*}
";

#[test]
fn a_good_fragment_has_no_problem() {
    assert_eq!(problems(GOOD), "");
}

#[test]
fn a_matrix_of_eleven_columns_needs_a_counter() {
    let matrix = format!("\\[\n\\begin{{pmatrix}} {} \\end{{pmatrix}}\n\\]\n", ["x"; 11].join(" & "));
    tex_refuses(&matrix, "case:2: Extra alignment tab");
    let counted = format!("\\setcounter{{MaxMatrixCols}}{{11}}\n{matrix}");
    assert_eq!(problems(&counted), "");
    // The counter is TeX's, not a group's: it must not help the fragment that follows.
    if tex::engine().is_some() {
        let both = [("counted".to_owned(), counted), ("uncounted".to_owned(), matrix)];
        let found = tex::report(&tex::compile_fragments(&both).expect_err("the second has no counter"));
        assert!(found.starts_with("uncounted:2: Extra alignment tab"), "{found}");
        assert_eq!(found.lines().count(), 1, "{found}");
    }
}

#[test]
fn a_display_that_is_too_wide_is_reported_with_its_fragment() {
    for [open, close] in [
        [r"\[", r"\]"],
        [r"\begin{equation}", r"\end{equation}"],
        [r"\begin{align*} z &=", r"\end{align*}"],
        [r"\begin{gather*}", r"\end{gather*}"],
        [r"\begin{multline*}", r"\\ + 1 \end{multline*}"],
        [r"\begin{equation*} \begin{aligned} z &=", r"\end{aligned} \end{equation*}"],
    ] {
        tex_refuses(&format!("{open} {} {close}\n", sum(20)), r"case: Overfull \hbox (");
        // At this width TeX's arithmetic overflows and TeX itself says nothing.
        tex_refuses(&format!("{open} {} {close}\n", sum(1000)), "lie off the paper");
    }
    if tex::engine().is_some() {
        let wide = format!("\\[\n{}\n\\]\n", sum(20));
        let three = ["first", "second", "third"].map(|name| {
            let text = if name == "second" { wide.clone() } else { GOOD.to_owned() };
            (name.to_owned(), text)
        });
        let found = tex::compile_fragments(&three).expect_err("the second is too wide");
        assert!(found.iter().all(|problem| problem.name == "second"), "{}", tex::report(&found));
    }
}

#[test]
fn a_display_that_is_too_high_is_reported() {
    let rows = ["a &= b"; 60].join(" \\\\\n");
    let high = format!("\\begin{{align*}}\n{rows}\n\\end{{align*}}\n");
    tex_refuses(&high, r"case: Overfull \vbox (");
    assert_eq!(problems(&format!("{{\\allowdisplaybreaks\n{high}}}\n")), "");
}

#[test]
fn what_tex_refuses_is_reported_with_its_line() {
    tex_refuses("\\[\n  \\foo{x}\n\\]\n", r"case:2: Undefined control sequence. (at: l.2   \foo");
    tex_refuses("\\[ x^a^b \\]\n", "Double superscript");
    tex_refuses("\\[ x\n\n\\]\n", "Missing $ inserted");
    tex_refuses("\\begin{align*}\n\\left( a \\\\ b \\right)\n\\end{align*}\n", "Missing \\right.");
    tex_refuses("\\[ \\begin{gathered}[x] = y\\end{gathered} \\]\n", "Bracket group [x] at formula start!");
    tex_refuses("% a comment alone\n", "nothing is printed");
    tex_refuses("\\mbox{}\n", "page 1 is empty");
}

#[test]
fn a_fragment_that_stops_tex_is_named() {
    if tex::engine().is_some() {
        let texts = [("first", GOOD), ("second", "\\[ x \\]\n\\csname end\\endcsname{document}\n"), ("third", GOOD)];
        let fragments = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let found = tex::report(&tex::compile_fragments(&fragments).expect_err("the document ends in the second"));
        assert!(found.contains("second: TeX stopped in this fragment; 1 after it were not reached"), "{found}");
    }
}

#[test]
fn a_source_in_which_tex_would_lose_its_place_is_refused() {
    source_refuses("\\[ \\frac{a}{b \\]\n", "case:1: `\\[` is closed, but `{` of line 1 is still open");
    source_refuses("\\[ a} \\]\n", "case:1: `{` is closed, but `\\[` of line 1 is still open");
    source_refuses("text {\n", "case:1: `{` is never closed");
    source_refuses("\\begin{align*}\na\n\\end{align}\n", "case:3: `\\begin{align}` is closed, but");
    source_refuses("\nfrom $x to\n", "case:2: `$` is never closed");
    source_refuses("\\[ x \\)\n", "`\\(` is closed");
    source_refuses("\\[\n a \\\\ b\n\\]\n", "case:2: `\\\\` does not break a line here");
    source_refuses("one\n\\[ \u{3b4} \\]\n", "case:2: `\u{3b4}` (U+03B4) is not printable ASCII");
    source_refuses("a\tb\n", "`\\t` (U+0009)");
    source_refuses(&format!("\\[ {} \\]\n", "x ".repeat(60_000)), "a line of 120006 characters");
    source_refuses("See \\eqref{eq:none}.\n", "undefined reference: nothing has the label `eq:none`");
    let twice = "\\begin{align} a \\label{x} \\\\ b \\label{x} \\end{align}\n";
    let found = problems(twice);
    assert!(found.starts_with("case:1: the label `x` is given twice"), "{found}");
}

#[test]
fn a_document_is_compiled_by_itself() {
    let document = |body: &str| {
        format!("\\documentclass{{article}}\n\\usepackage{{amsmath}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n")
    };
    assert_eq!(tex::compile_document("good", &document(GOOD)), Ok(()));
    if tex::engine().is_some() {
        let found = tex::compile_document("bad", &document("\\[ \\foo \\]\n\nx")).expect_err("\\foo is unknown");
        assert!(tex::report(&found).starts_with("bad:4: Undefined control sequence."), "{}", tex::report(&found));
        let wide = document(&format!("\\begin{{align*}} z &= {} \\end{{align*}}", sum(1000)));
        let found = tex::compile_document("wide", &wide).expect_err("it is too wide");
        assert!(tex::report(&found).contains("lie off the paper"), "{}", tex::report(&found));
        assert!(
            tex::compile_document("none", "\\documentclass{article}\n\\begin{document}\n\\end{document}\n").is_err()
        );
    }
}

#[test]
fn katex_parses_every_formula() {
    assert_eq!(katex_check::check(GOOD), Ok(5));
    assert_eq!(katex_check::check("no formula, 5\\$ \\\\[2pt] % $x\n"), Ok(0));
    assert_eq!(katex_check::check("\\newcommand{\\x}{$\\foo$}\n\\begin{document}\\(x\\)\\end{document}"), Ok(1));
    let formulas =
        katex_check::formulas("$a$ \\begin{align}\n a &= b \\label{eq:a} % note\n\\end{align}").expect("both close");
    let bodies: Vec<&str> = formulas.iter().map(|formula| formula.body.as_str()).collect();
    assert_eq!(bodies, ["a", "\\begin{align}\n a &= b  \n\\end{align}"]);
    assert_eq!(formulas.iter().map(|formula| formula.display).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn katex_refuses_what_web_pages_would() {
    katex_refuses("one\n\\[ \\foo \\]", "line 2: KaTeX parse error: Undefined control sequence: \\foo");
    katex_refuses("\\begin{align*} a &= \\frac{b} \\end{align*}", "line 1: ");
    katex_refuses("\\[ \u{5377}\u{79ef} \\]", "line 1: ");
    katex_refuses(&format!("\\[ {} \\]", "\\operatorname{f} ".repeat(400)), "line 1: ");
    katex_refuses("\\begin{equation*} \\resizebox{1cm}{!}{x} \\end{equation*}", "\\resizebox");
    katex_refuses("\\[ x", "line 1: this formula does not close");
    katex_refuses("$$ x $$", "line 1: `$$` is plain TeX");
}

/// The folder that holds the LaTeX snapshots.
fn snapshot_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join("latex")
}

/// Every accepted LaTeX snapshot, as name and text, in order of names.
fn snapshots() -> Vec<(String, String)> {
    const SUFFIX: &str = ".snap.tex";
    let folder = snapshot_folder();
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{} is read: {error}", folder.display()));
    let mut found: Vec<(String, String)> = entries
        .map(|entry| entry.expect("an entry of the folder is read").path())
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix(SUFFIX)?.to_owned();
            let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{} is read: {error}", path.display()));
            Some((name, String::from_utf8(bytes).expect("a snapshot is UTF-8")))
        })
        .collect();
    found.sort();
    assert!(!found.is_empty(), "{} holds no *{SUFFIX}", folder.display());
    found
}

#[test]
fn every_latex_snapshot_compiles() {
    let (documents, fragments): (Vec<_>, Vec<_>) =
        // Chinese wants another engine: see chinese_engine.rs
        snapshots()
            .into_iter()
            .filter(|(name, _)| !name.ends_with("-zh"))
            .partition(|(_, text)| text.contains("\\documentclass"));
    let (pictures, fragments): (Vec<_>, Vec<_>) = fragments
        .into_iter()
        .partition(|(_, text)| text.contains("% Needs \\usepackage{amsmath} and \\usepackage{tikz}.\n"));
    let mut problems = tex::compile_fragments(&fragments).err().unwrap_or_default();
    problems.extend(tex::compile_fragments_with("\\usepackage{tikz}\n", &pictures).err().unwrap_or_default());
    for (name, text) in &documents {
        problems.extend(tex::compile_document(name, text).err().unwrap_or_default());
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), tex::report(&problems));
}

#[test]
fn every_formula_of_every_latex_snapshot_is_accepted_by_katex() {
    let mut refusals = Vec::new();
    for (name, text) in snapshots() {
        match katex_check::check(&text) {
            Ok(0) => refusals.push(format!("{name}: there is no formula in it")),
            Ok(_) => {}
            Err(messages) => refusals.extend(messages.iter().map(|message| format!("{name}: {message}"))),
        }
    }
    assert!(refusals.is_empty(), "{} refusals:\n{}", refusals.len(), refusals.join("\n"));
}
