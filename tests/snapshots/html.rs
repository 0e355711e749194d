//! Pages: every case, sound as XML, with nothing fetched and no script in it, and formulas for pages that are there already.

use roxmltree::{Document, Node, ParsingOptions};

use super::{AROUND_FIGURES, FIGURES, run, spoken};

/// Formulas by themselves.
pub(super) const FORMULAS: [(&str, &str); 3] = [
    ("formula-tagged", "conv --input 3x3 --kernel 2x2 --only grad_a.operator --tag 4"),
    ("formula-aligned", "conv --input 6x6 --kernel 3x3 --entries few --only grad_w.chain"),
    ("formula-renamed", "conv --input 3x3 --kernel 2x2 --rename w=weight_in,a=Gamma --only z,grad_weight_in.index"),
];

/// The elements of MathML Core that are used; what an older browser or another processor knew is not.
const CORE: [&str; 19] = [
    "math",
    "mrow",
    "mi",
    "mn",
    "mo",
    "mtext",
    "mspace",
    "mfrac",
    "mroot",
    "msqrt",
    "msub",
    "msup",
    "msubsup",
    "munder",
    "munderover",
    "mtable",
    "mtr",
    "mtd",
    "mphantom",
];
const MATHML: &str = "http://www.w3.org/1998/Math/MathML";

#[test]
fn html() {
    let figures = FIGURES.iter().chain(AROUND_FIGURES).map(|(name, words)| (name.to_string(), words.to_string()));
    for (name, words) in spoken().into_iter().chain(figures) {
        let bytes = run(&words, "html");
        let text = String::from_utf8(bytes.clone()).expect("the page is UTF-8");
        is_page(&text, if words.contains("--lang zh") { "zh-Hans" } else { "en" })
            .unwrap_or_else(|wrong| panic!("derive {words} --format html: {wrong}"));
        let mut settings = super::settings("html");
        settings.set_snapshot_path("../../snapshots/html");
        settings.bind(|| insta::assert_binary_snapshot!(&format!("{name}.html"), bytes));
    }
}

#[test]
fn formulas_for_a_page() {
    for (name, words) in FORMULAS {
        let bytes = run(words, "html");
        let text = String::from_utf8(bytes.clone()).expect("the formula is UTF-8");
        let text = format!("<div>{text}</div>");
        let tree = Document::parse(&text).unwrap_or_else(|error| panic!("derive {words}: {error}"));
        let mut elements = tree.root_element().descendants().filter(Node::is_element).skip(1);
        assert!(
            elements.all(|e| e.tag_name().namespace() == Some(MATHML) && e.attribute("class").is_none()),
            "{words}"
        );
        let mut settings = super::settings("html");
        settings.set_snapshot_path("../../snapshots/html");
        settings.bind(|| insta::assert_binary_snapshot!(&format!("{name}.html"), bytes));
    }
}

#[test]
fn a_formula_with_standalone_is_a_page() {
    let text = String::from_utf8(run("conv --input 3x3 --kernel 2x2 --only grad_a --standalone", "html"));
    is_page(&text.expect("the page is UTF-8"), "en").expect("it is a page");
}

#[test]
fn headings_have_the_level_that_was_asked_for() {
    let text = String::from_utf8(run("net --input 2 'dense 2 -> sigma' --headings 4", "html")).expect("UTF-8");
    for level in ["<h4>", "<h5>", "<h6>"] {
        assert!(text.contains(level), "no {level}");
    }
    let text = String::from_utf8(run("net --input 2 'dense 2 -> sigma' --headings none", "html")).expect("UTF-8");
    assert!(!text.contains("<h") || text.find("<h1").or(text.find("<h2")).is_none(), "{text}");
    assert!(text.contains("<title>derive "), "a page without a heading has a title");
}

/// Is this a page that stands by itself?
fn is_page(text: &str, lang: &str) -> Result<(), String> {
    if !text.starts_with("<!DOCTYPE html>\n") {
        return Err("it begins without a document type".to_string());
    }
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let tree = Document::parse_with_options(text, options).map_err(|error| error.to_string())?;
    let root = tree.root_element();
    if root.tag_name().name() != "html" || root.attribute("lang") != Some(lang) {
        return Err(format!("its language is not {lang}"));
    }
    let named = |name: &str| root.descendants().filter(|e| e.has_tag_name(name)).count();
    let title = root.descendants().find(|e| e.is_element() && e.tag_name().name() == "title").and_then(|e| e.text());
    if title.is_none_or(|title| title.trim().is_empty()) || named("script") > 0 {
        return Err("it has no title, or a script".to_string());
    }
    let mut ids = std::collections::BTreeSet::new();
    for element in root.descendants().filter(Node::is_element) {
        let name = element.tag_name().name();
        if element.tag_name().namespace() == Some(MATHML) {
            let display = element.attribute("display");
            if !CORE.contains(&name) || (name != "math" && display.is_some()) {
                return Err(format!("<{name}> is not for MathML Core"));
            }
        }
        if let Some(id) = element.attribute("id")
            && !ids.insert(id)
        {
            return Err(format!("two elements are called {id}"));
        }
        if element.attributes().any(|a| ["src", "srcset", "data"].contains(&a.name()) || a.name().starts_with("on")) {
            return Err(format!("<{name}> fetches or runs something"));
        }
        children(&element)?;
    }
    for link in root.descendants().filter_map(|e| e.attribute("href")) {
        if !link.strip_prefix('#').is_some_and(|id| ids.contains(id)) {
            return Err(format!("{link} leads nowhere"));
        }
    }
    Ok(())
}

/// Has an element of MathML as many children as its kind wants?
fn children(element: &Node<'_, '_>) -> Result<(), String> {
    let name = element.tag_name().name();
    let count = element.children().filter(Node::is_element).count();
    let wanted = match name {
        "mfrac" | "mroot" | "msub" | "msup" | "munder" => 2,
        "msubsup" | "munderover" => 3,
        "mi" | "mn" | "mo" | "mtext" | "mspace" => 0,
        _ => return Ok(()),
    };
    if count == wanted { Ok(()) } else { Err(format!("<{name}> with {count} children")) }
}
