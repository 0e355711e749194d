//! Words in Markdown: whatever they hold, a page shows them as they are; and what a page has no means for is said.

use deriver::derivation::{Options, derive};
use deriver::document::{Block, Glossary, Inline, Inlines, Math, Notation, Sink, Table};
use deriver::layer::{Setting, Settings, bind, builtins};
use deriver::render::{Host, Markdown, Rst};
use pulldown_cmark::{Event, Parser};

use super::pages::options;

const HOSTS: [Host; 4] = [Host::MdBook, Host::GitHub, Host::Myst, Host::Plain];

/// Words with everything in them that Markdown or one of its dialects reads as something else.
const WORDS: &[&str] = &[
    "dense_2 and _3_ and *x* and **y**",
    "# head",
    "head #",
    "head {#id}",
    "+ plus",
    "- minus",
    "* star",
    "1. one",
    "12) twelve",
    "> quoted",
    "===",
    "---",
    "***",
    ": defined",
    "% remark",
    "+++",
    "~~~",
    "```math",
    "a | b || c",
    "`code` and ``more``",
    "<b>bold</b> <!-- remark --> <https://a.b>",
    "&amp; &lt; R&D &#35; a & b",
    "~~struck~~ H~2~O x^2^",
    "[link](x) ![image](y) [^1] [x]: y",
    "[ ] task",
    "{{#include x}} {{ y }}",
    "\\(x\\) \\[y\\] C:\\dir\\",
    "costs $5 and $6, $$7$$",
    "{math}`x`",
    "x@y and @me",
    "\u{8f93}\u{5165}\u{ff08}3\u{d7}3\u{ff09}\u{7684}*\u{68af}\u{5ea6}*\u{ff1a}_a_",
];

/// The blocks as a page, and what was said of it.
fn page(host: Host, heading: u8, blocks: &[Block]) -> (String, Vec<String>) {
    with_glossary(|glossary| {
        let mut markdown = Markdown::new(Vec::new(), glossary, host).with_heading(heading);
        blocks.iter().for_each(|block| markdown.block(block.clone()).expect("memory takes all"));
        let warnings = markdown.warnings().to_vec();
        (String::from_utf8(markdown.finish().expect("memory takes all")).expect("it is UTF-8"), warnings)
    })
}

fn rst(heading: u8, blocks: &[Block]) -> (String, Vec<String>) {
    with_glossary(|glossary| {
        let mut rst = Rst::new(Vec::new(), glossary).with_heading(heading);
        blocks.iter().for_each(|block| rst.block(block.clone()).expect("memory takes all"));
        let warnings = rst.warnings().to_vec();
        (String::from_utf8(rst.finish().expect("memory takes all")).expect("it is UTF-8"), warnings)
    })
}

fn with_glossary<T>(act: impl Fn(&Glossary) -> T) -> T {
    let layer = builtins().iter().find(|b| b.name == "dense").expect("there are dense layers");
    let file = deriver::syntax::parse(&layer.source()).expect("a built-in layer parses");
    let mut settings = Settings { input: Some(vec![1]), ..Settings::default() };
    settings.options.insert("output".to_string(), Setting::Axes(vec![1]));
    let instance = bind(&file.layers[0], &settings).expect("it can be one by one");
    let derivation = derive(instance, &Options::default()).expect("a dense layer is derived");
    act(&Glossary::new(&derivation, &Notation::default()))
}

fn plain(text: &str) -> Inlines {
    vec![Inline::Text(text.to_string())]
}

/// The words of a page.
fn shown(markdown: &str) -> String {
    let mut words = String::new();
    for event in Parser::new_ext(markdown, options() - pulldown_cmark::Options::ENABLE_SMART_PUNCTUATION) {
        if let Event::Text(text) = event {
            words.push_str(&text);
        } else if !matches!(event, Event::Start(_) | Event::End(_)) {
            words.push_str(&format!("{event:?}"));
        }
    }
    words
}

#[test]
fn words_are_shown_as_they_are() {
    for host in HOSTS {
        for words in WORDS {
            let table = Table {
                head: vec![plain(words), plain("")],
                rows: vec![vec![plain(""), plain(words)]],
                ..Table::default()
            };
            let blocks = [Block::Title(plain(words)), Block::Paragraph(plain(words)), Block::Table(table)];
            for (block, times) in blocks.into_iter().zip([1, 1, 2]) {
                let (markdown, _) = page(host, 1, &[block]);
                assert_eq!(shown(&markdown), words.repeat(times), "{host:?}: {markdown}");
            }
        }
    }
}

#[test]
fn a_comment_hides_what_is_in_it() {
    let header = Block::Header {
        lines: vec!["derive --input 3x3 --->".to_string(), "<!-- second -->".to_string()],
        pictures: false,
    };
    for host in HOSTS {
        let (markdown, _) = page(host, 1, &[header.clone(), Block::Paragraph(plain("words"))]);
        let inside =
            markdown.strip_prefix("<!--").and_then(|m| m.split_once("-->")).expect("a comment begins the page");
        assert!(!inside.0.contains("--"), "{markdown}");
        assert_eq!(inside.1, "\n\nwords\n");
    }
}

#[test]
fn a_formula_is_parted_from_letters_where_a_page_wants_it() {
    let around = |text: &str| {
        vec![Inline::Text(text.to_string()), Inline::Math(Math::name("C")), Inline::Text(text.to_string())]
    };
    let chinese = Block::Paragraph(around("\u{4ee4}"));
    let of = |host, block: &Block| page(host, 1, std::slice::from_ref(block)).0;
    assert_eq!(of(Host::GitHub, &chinese), "\u{4ee4} $`C`$ \u{4ee4}\n");
    assert_eq!(of(Host::MdBook, &chinese), "\u{4ee4}\\\\\\(C\\\\\\)\u{4ee4}\n");
    assert_eq!(of(Host::Myst, &chinese), "\u{4ee4}{math}`C`\u{4ee4}\n");
    assert_eq!(of(Host::Plain, &chinese), "\u{4ee4}$C$\u{4ee4}\n");
    assert_eq!(of(Host::Plain, &Block::Paragraph(around("2"))), "2 $C$ 2\n");
    assert_eq!(rst(1, &[chinese]).0, "\u{4ee4}\\ :math:`C`\\ \u{4ee4}\n");
    assert_eq!(rst(1, &[Block::Paragraph(around("("))]).0, "\\(:math:`C`\\ (\n");
}

#[test]
fn words_in_formulas_keep_their_spaces() {
    let either = Math::Row(vec![Math::name("C"), Math::Word(" or "), Math::Word("rot180")]);
    let (markdown, _) = page(Host::Plain, 1, &[Block::Paragraph(vec![Inline::Math(either)])]);
    assert_eq!(markdown, "$C\\text{ or }\\operatorname{rot180}$\n");
}

#[test]
fn headings_have_levels() {
    let blocks = [Block::Title(plain("A")), Block::Heading(plain("B")), Block::Subheading(plain("\u{4ee4}C"))];
    let (markdown, warnings) = page(Host::Plain, 2, &blocks);
    assert_eq!((markdown.as_str(), warnings.len()), ("## A\n\n### B\n\n#### \u{4ee4}C\n", 0));
    let (markdown, warnings) = page(Host::Plain, 5, &blocks);
    assert_eq!(markdown, "##### A\n\n###### B\n\n###### \u{4ee4}C\n");
    assert_eq!(warnings, ["Markdown has no heading of level 7: level 6 stands for it"]);
    let (text, warnings) = rst(2, &blocks);
    assert_eq!((text.as_str(), warnings.len()), ("A\n-\n\nB\n~\n\n\u{4ee4}C\n^^^\n", 0));
    assert_eq!(rst(6, &blocks).1.len(), 2);
}
