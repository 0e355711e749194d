//! Markdown and reStructuredText: every formula of every case reaches the host's TeX reader as it stands in the LaTeX document,
//! KaTeX takes it, and a few cases are kept byte by byte.
//!
//! What a page makes of a document is read back with pulldown-cmark, which mdBook reads Markdown with; GitHub's and MyST's
//! formulas stand in code spans and fences, where any CommonMark parser gives the same text.

use std::collections::BTreeSet;
use std::path::Path;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, html};

use super::katex_check::{self, Formula};
use super::{CASES, run};

/// Reads the formulas of a document back.
type Reader = fn(&str) -> Vec<Formula>;

/// The folder of the snapshots, what asks for the format, and how its formulas are read back.
const PAGES: [(&str, &str, Reader); 5] = [
    ("markdown-mdbook", "markdown --host mdbook", as_mdbook),
    ("markdown-github", "markdown --host github", as_github),
    ("markdown-myst", "markdown --host myst", as_myst),
    ("markdown-plain", "markdown --host plain", as_plain),
    ("rst", "rst", as_rst),
];

/// The cases that are kept.
const KEPT: [&str; 5] = ["conv-3x3-2x2", "conv-12x12-3x3", "pool-max-4x4-2x2-values", "net-cnn", "net-residual"];

/// The most rows in one formula.
const MOST_ROWS: usize = 40;
/// The longest formula that MathJax takes.
const LENGTH: usize = 5 * 1024;

fn words_of(case: &str) -> &'static str {
    CASES.iter().find(|(name, _)| *name == case).map(|(_, words)| *words).expect("the case is in the table")
}

fn text(words: &str, format: &str) -> String {
    String::from_utf8(run(words, format)).expect("the document is UTF-8")
}

#[test]
fn kept_pages() {
    for (folder, format, _) in PAGES {
        for case in KEPT {
            let mut settings = super::settings(folder);
            settings.set_snapshot_path(Path::new("../../snapshots").join(folder));
            settings.bind(|| insta::assert_snapshot!(case, text(words_of(case), format)));
        }
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(folder);
        let files = std::fs::read_dir(top).expect("the folder is there").map(|f| f.expect("an entry").file_name());
        let found: BTreeSet<String> = files.map(|f| f.into_string().expect("names are UTF-8")).collect();
        let wanted: BTreeSet<String> = KEPT.iter().map(|case| format!("{case}.snap")).collect();
        assert_eq!(found, wanted, "snapshots/{folder}");
    }
}

#[test]
fn every_formula_arrives() {
    let mut count = 0;
    for (name, words) in CASES {
        let in_latex = rows(&in_latex(words));
        for (page, format, read) in PAGES {
            let formulas = read(&text(words, format));
            let (mut found, mut wanted) = (rows(&formulas), in_latex.clone());
            if page == "markdown-plain" {
                // there words are operators, which keep away from what stands before them
                found = found.iter().map(|row| row.replace("\\operatorname{", "\\mathrm{")).collect();
                wanted = wanted.iter().map(|row| row.replace("\\,\\mathrm", "\\mathrm")).collect();
            }
            for (place, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
                assert_eq!(found, wanted, "{name} for {page}: row {place} is another one");
            }
            assert_eq!(found.len(), wanted.len(), "{name} for {page}: as many rows as in LaTeX");
            let refused = if page == "markdown-plain" { &REFUSED[1..] } else { &REFUSED };
            is_taken(&formulas, refused).unwrap_or_else(|refused| panic!("{name} for {page}:\n{refused}"));
            count += formulas.len();
        }
    }
    println!("0 of {count} formulas are spoiled");
}

/// Where nothing reads `$` before Markdown is read, 321 of 1,051 formulas of the plain form are spoiled, most as `\\\\` loses a
/// backslash. That form is for hosts that do; see `every_formula_arrives`.
#[test]
fn plain_markdown_wants_a_reader_of_dollars() {
    let (mut count, mut spoiled) = (0, 0);
    for (name, words) in CASES {
        let page = text(words, "markdown");
        let (wanted, found) = (as_plain(&page), between(&html_of(&page), ("$$", "$$"), ("$", "$")));
        assert_eq!(wanted.len(), found.len(), "{name}");
        count += wanted.len();
        spoiled += wanted.iter().zip(&found).filter(|(wanted, found)| wanted.body.trim() != found.body).count();
    }
    println!("{spoiled} of {count} formulas are spoiled by CommonMark alone");
    assert!(spoiled > 0 && spoiled < count / 2, "{spoiled} of {count}");
}

#[test]
fn the_reader_sees_what_is_spoiled() {
    let plain = "$$\n\\begin{aligned}\na &= b \\\\\nc &= d\n\\end{aligned}\n$$\n";
    assert_eq!(rows(&as_plain(plain)), ["a = b", "c = d"]);
    let spoiled = between(&html_of(plain), ("$$", "$$"), ("$", "$"));
    assert_ne!(rows(&spoiled), ["a = b", "c = d"]);
    // an apostrophe becomes a curly one, a pair of `_` emphasis
    assert_ne!(rows(&as_mdbook("<p>\\\\(f'(x)\\\\)</p>\n\nso \\\\(f'_{1}_{2}\\\\)")), ["f'(x)", "f'_{1}_{2}"]);
    assert_eq!(rows(&as_mdbook("so \\\\\\(f\\'\\_\\{1\\}\\\\\\)")), ["f'_{1}"]);
}

/// What GitHub refuses, `\operatorname` first, and what Markdown takes for something of its own.
const REFUSED: [&str; 8] = ["\\operatorname", "\\mbox", "\\phantom", "\\label", "\\\\*", "$", "`", "\n\n"];

/// Does KaTeX take them, as displays and in the line, and do they leave alone what GitHub refuses and Markdown needs?
fn is_taken(formulas: &[Formula], refused: &[&str]) -> Result<(), String> {
    let mut fragment = String::new();
    for formula in formulas {
        let body = &formula.body;
        if let Some(word) = refused.iter().find(|word| body.contains(**word)) {
            return Err(format!("{word:?} in {body}"));
        }
        if rows(std::slice::from_ref(formula)).len() > MOST_ROWS {
            return Err(format!("more than {MOST_ROWS} rows in {body}"));
        }
        if body.len() > LENGTH {
            return Err(format!("{} bytes: {body}", body.len()));
        }
        fragment += &if formula.display { format!("\\[{body}\\]\n") } else { format!("\\({body}\\)\n") };
    }
    let count = katex_check::check(&fragment).map_err(|refused| refused.join("\n"))?;
    if count == formulas.len() { Ok(()) } else { Err(format!("{count} of {} formulas were read", formulas.len())) }
}

/// The formulas of the LaTeX document, without the two signs that stand in words there.
fn in_latex(words: &str) -> Vec<Formula> {
    let mut formulas = katex_check::formulas(&text(words, "latex")).expect("formulas close");
    formulas.retain(|f| f.display || !matches!(f.body.as_str(), "\\times" | "\\to"));
    formulas
}

/// The rows of formulas, spaces put in order, without what aligns them.
fn rows(formulas: &[Formula]) -> Vec<String> {
    let mut list = Vec::new();
    for formula in formulas {
        let mut body = formula.body.trim();
        // results stand in a frame in LaTeX alone
        body = body.strip_prefix("\\boxed{").and_then(|inside| inside.strip_suffix('}')).unwrap_or(body);
        for name in ["align*", "aligned", "split"] {
            let inside = body.strip_prefix(&format!("\\begin{{{name}}}"));
            body = inside.and_then(|b| b.strip_suffix(&format!("\\end{{{name}}}"))).unwrap_or(body);
        }
        list.extend(split(body).iter().map(|row| {
            let row = row.split_whitespace().collect::<Vec<_>>().join(" ");
            row.trim_start_matches("\\quad ").trim_start_matches("{}").trim_start().to_string()
        }));
    }
    list
}

/// The rows of one formula: cut at `\\` outside of environments and groups, where `&` is left out too.
fn split(body: &str) -> Vec<String> {
    let (mut rows, mut depth, mut place) = (vec![String::new()], 0, 0);
    while let Some(c) = body[place..].chars().next() {
        let rest = &body[place..];
        if depth == 0 && rest.starts_with("\\\\") {
            let after = &rest[2..];
            let gap = after.strip_prefix('[').and_then(|gap| gap.find(']')).map_or(0, |end| end + 2);
            place += 2 + gap + usize::from(after.starts_with('*'));
            rows.push(String::new());
            continue;
        }
        depth += i32::from(c == '{' || rest.starts_with("\\begin"));
        depth -= i32::from(c == '}' || rest.starts_with("\\end"));
        if !(depth == 0 && c == '&') {
            rows.last_mut().expect("there is a row").push(c);
        }
        place += c.len_utf8();
    }
    rows
}

/// mdBook's options, with all that may be switched on.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_SMART_PUNCTUATION
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
}

fn html_of(markdown: &str) -> String {
    let mut page = String::new();
    html::push_html(&mut page, Parser::new_ext(markdown, options()));
    page
}

/// What stands between marks in the text of a page, as MathJax finds it there.
fn between(page: &str, display: (&str, &str), inline: (&str, &str)) -> Vec<Formula> {
    let (mut list, mut place) = (Vec::new(), 0);
    while place < page.len() {
        let rest = &page[place..];
        let found = [(display, true), (inline, false)].into_iter().find_map(|((open, close), is_display)| {
            let inside = rest.strip_prefix(open)?;
            Some((is_display, &inside[..inside.find(close)?], open.len() + close.len()))
        });
        match found {
            Some((is_display, inside, marks)) => {
                let body = inside.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
                list.push(Formula {
                    line: 0,
                    display: is_display,
                    body: body.replace("&amp;", "&").trim().to_string(),
                });
                place += inside.len() + marks;
            }
            None => place += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    list
}

fn as_mdbook(markdown: &str) -> Vec<Formula> {
    between(&html_of(markdown), ("\\[", "\\]"), ("\\(", "\\)"))
}

fn as_github(markdown: &str) -> Vec<Formula> {
    as_code(markdown, "math", ("$", "$"))
}

fn as_myst(markdown: &str) -> Vec<Formula> {
    let mut formulas = as_code(markdown, "{math}", ("{math}", ""));
    for formula in &mut formulas {
        if let Some((_, body)) = formula.body.strip_prefix(":label: ").and_then(|labelled| labelled.split_once('\n')) {
            formula.body = body.to_string();
        }
    }
    formulas
}

/// Formulas in fences of a kind, and in code spans with something before and after.
fn as_code(markdown: &str, fence: &str, (before, after): (&str, &str)) -> Vec<Formula> {
    let events: Vec<Event<'_>> =
        pulldown_cmark::TextMergeStream::new(Parser::new_ext(markdown, options() - Options::ENABLE_SMART_PUNCTUATION))
            .collect();
    let mut list = Vec::new();
    let text = |place: usize| if let Some(Event::Text(text)) = events.get(place) { text } else { "" };
    for (place, event) in events.iter().enumerate() {
        if let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(kind))) = event {
            assert_eq!(&**kind, fence, "a fence of another kind");
            assert!(matches!(events[place + 2], Event::End(TagEnd::CodeBlock)), "a fence holds one text");
            list.push(Formula { line: 0, display: true, body: text(place + 1).trim_end().to_string() });
        } else if text(place.saturating_sub(1)).ends_with("{eq}") {
            // the number of an equation is no formula
        } else if let Event::Code(code) = event {
            assert!(text(place - 1).ends_with(before) && text(place + 1).starts_with(after), "code: {code}");
            list.push(Formula { line: 0, display: false, body: code.to_string() });
        }
    }
    list
}

fn as_plain(markdown: &str) -> Vec<Formula> {
    let formula = |event: Event<'_>| {
        let (display, body) = if let Event::DisplayMath(body) = event {
            (true, body)
        } else if let Event::InlineMath(body) = event {
            (false, body)
        } else {
            return None;
        };
        Some(Formula { line: 0, display, body: body.trim().to_string() })
    };
    Parser::new_ext(markdown, options() | Options::ENABLE_MATH).filter_map(formula).collect()
}

/// The roles and directives; several rows stand in `split`, as Sphinx puts them there.
fn as_rst(rst: &str) -> Vec<Formula> {
    let mut list = Vec::new();
    let mut lines = rst.lines().peekable();
    while let Some(line) = lines.next() {
        if line == ".. math::" {
            while lines.next_if(|l| l.starts_with("   :")).is_some() {}
            assert_eq!(lines.next(), Some(""), "a blank line before the body of a directive");
            let mut body = Vec::new();
            while let Some(row) = lines.next_if(|l| l.starts_with("   ")) {
                body.push(row.trim());
            }
            assert!(lines.next().is_none_or(str::is_empty), "a blank line after the body of a directive");
            let body = body.join("\n");
            let body = if body.contains("\\\\") { format!("\\begin{{split}}{body}\\end{{split}}") } else { body };
            list.push(Formula { line: 0, display: true, body });
        }
        for part in line.split(":math:`").skip(1) {
            let body = part.split('`').next().expect("a part has a beginning").to_string();
            list.push(Formula { line: 0, display: false, body });
        }
    }
    list
}
