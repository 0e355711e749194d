//! Every language says every sentence: the same blocks in the same order, with the same formulas. Chinese keeps to its own
//! characters and marks, and stays outside formulas.

#[path = "library.rs"]
mod library;

use std::collections::BTreeSet;

use deriver::document::{Block, Display, Inline, Inlines, Lang, Math, Measure};
use unicode_width::UnicodeWidthStr;

use super::{CASES, FIGURES, words};
use library::Case;

/// Names of functions and of a norm, which Chinese leaves as they are.
const FUNCTIONS: [&str; 4] = ["softmax", "sigmoid", "softplus", "Lp"];

const MARKS: &str = "，。：；、（）“”";

#[test]
fn every_language_says_every_sentence() {
    for (name, line) in CASES.iter().chain(FIGURES) {
        let case = Case::new(&words::words(line));
        for measure in [Measure::ARTICLE, Measure::CTEX, Measure::Columns { line: 92 }] {
            let (english, chinese) = (case.told(Lang::En, measure), case.told(Lang::Zh, measure));
            let kinds = |blocks: &[Block]| blocks.iter().map(kind).collect::<Vec<_>>();
            assert_eq!(kinds(&english), kinds(&chinese), "{name}");
            for (e, c) in english.iter().zip(&chinese) {
                assert_eq!(formulas(e), formulas(c), "{name}: {e:?} {c:?}");
                for text in texts(e).into_iter().chain(texts(c)) {
                    assert!(!text.is_empty(), "{name}: nothing is said: {e:?} {c:?}");
                    let said = |i: &Inline| !matches!(i, Inline::Text(words) if words.trim().is_empty());
                    assert!(text.iter().all(said), "{name}: {text:?}");
                }
            }
        }
    }
}

#[test]
fn chinese_is_chinese() {
    for (name, line) in CASES.iter().chain(FIGURES) {
        let case = Case::new(&words::words(line));
        let own = latin(line).into_iter().chain(latin(&case.file)).chain(FUNCTIONS.map(str::to_string));
        let allowed: BTreeSet<String> = own.collect();
        let mut said = 0;
        for block in &case.told(Lang::Zh, Measure::CTEX) {
            for text in texts(block) {
                let line = in_a_line(text);
                said += line.chars().filter(|c| is_han(*c)).count();
                let foreign: Vec<String> = latin(&line).into_iter().filter(|w| !allowed.contains(w)).collect();
                assert!(foreign.is_empty(), "{name}: {foreign:?} in {line}");
                let faults = faults(&line);
                assert!(faults.is_empty(), "{name}: {faults:?} in {line}");
            }
            for math in formulas(block) {
                assert!(math.is_ascii(), "{name}: {math}");
            }
            if let Block::Header { lines, .. } = block {
                assert!(lines.iter().all(|l| l.is_ascii()), "{name}: {lines:?}");
            }
        }
        assert!(said > 10, "{name}: only {said} characters are Chinese");
        for block in &case.told(Lang::En, Measure::ARTICLE) {
            assert!(texts(block).into_iter().all(|t| !in_a_line(t).contains(is_han)), "{name}: {block:?}");
        }
    }
}

#[test]
fn chinese_text_keeps_to_its_columns() {
    for (name, line) in super::spoken().iter().filter(|(name, _)| name.ends_with("-zh")) {
        let text = String::from_utf8(super::run(line, "text")).expect("text is UTF-8");
        let prose = text.lines().filter(|line| line.contains(is_han) && !line.starts_with("    "));
        for line in prose {
            // a title is as long as it is
            assert!(line.width() <= 96 || line.contains('\u{2192}'), "{name}: {line}");
            assert!(
                !line.starts_with(|c| "，。：；、）”".contains(c)) && !line.ends_with(['（', '“']),
                "{name}: {line}"
            );
        }
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2).filter(|pair| pair[1].starts_with("==") || pair[1].starts_with("~~")) {
            assert_eq!(pair[0].width(), pair[1].width(), "{name}: {}", pair[0]);
        }
    }
}

#[test]
fn faults_are_found() {
    assert_eq!(faults("由输入 ○（3\u{d7}3）得 4 个数。"), Vec::<String>::new());
    for bad in ["由输入○", "○是", "得4个数", "数,即", "数 。", "数，即 ", "由  ○", "（ 数）", "数. "]
    {
        assert!(!faults(bad).is_empty(), "{bad}");
    }
}

/// What sort of block it is.
fn kind(block: &Block) -> &'static str {
    match block {
        Block::Header { .. } => "header",
        Block::Closing(_) => "closing",
        Block::Title(_) => "title",
        Block::Heading(_) => "heading",
        Block::Subheading(_) => "subheading",
        Block::Paragraph(_) => "paragraph",
        Block::Display(_) => "display",
        Block::Table(_) => "table",
        Block::Figure(_) => "figure",
        Block::Room(_) => "room",
    }
}

/// The running text of a block, cell by cell; empty cells say nothing on purpose.
fn texts(block: &Block) -> Vec<&Inlines> {
    match block {
        Block::Header { .. } | Block::Closing(_) | Block::Display(_) | Block::Room(_) => Vec::new(),
        Block::Title(text) | Block::Heading(text) | Block::Subheading(text) | Block::Paragraph(text) => vec![text],
        Block::Figure(figure) => vec![&figure.title, &figure.caption, &figure.listing],
        Block::Table(table) => table.head.iter().chain(table.rows.iter().flatten().filter(|c| !c.is_empty())).collect(),
    }
}

/// The formulas of a block, written out. Those in running text are sorted: languages differ in the order of words. How many
/// terms a sum has is told in each language in its own way, and may move a line break.
fn formulas(block: &Block) -> Vec<String> {
    if let Block::Display(display) = block {
        return parts(display);
    }
    let math = |i: &Inline| match i {
        Inline::Math(math) => Some(format!("{math:?}")),
        Inline::Text(_) | Inline::Reference(_) => None,
    };
    let mut found: Vec<String> = texts(block).into_iter().flatten().filter_map(math).collect();
    found.sort();
    found
}

fn parts(display: &Display) -> Vec<String> {
    let rows = display.rows.iter().flat_map(|row| {
        let left = row.left.iter().map(|l| format!("{l:?} {}", row.equals)).collect::<Vec<_>>();
        let right = row.right.clone().into_parts().into_iter().filter(|m| !matches!(m, Math::Text(_)));
        left.into_iter().chain(right.map(|m| format!("{m:?}"))).collect::<Vec<_>>()
    });
    rows.collect()
}

/// The text with a circle for each formula.
fn in_a_line(text: &Inlines) -> String {
    let piece = |i: &Inline| match i {
        Inline::Text(words) => words.clone(),
        Inline::Math(_) | Inline::Reference(_) => "○".to_string(),
    };
    text.iter().map(piece).collect()
}

/// The words in Latin letters, of at least two.
fn latin(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| w.len() > 1);
    words.map(str::to_string).collect()
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Neighbours that a strict editor would not let stand side by side.
fn faults(line: &str) -> Vec<String> {
    let letters: Vec<char> = line.chars().collect();
    let other = |c: char| c.is_ascii_alphanumeric() || c == '○';
    let mark = |c: char| MARKS.contains(c);
    let mut found = Vec::new();
    for pair in letters.windows(2) {
        let [a, b] = [pair[0], pair[1]];
        let tight = is_han(a) && other(b) || other(a) && is_han(b);
        let loose = mark(a) && b == ' ' || a == ' ' && mark(b) || a == ' ' && b == ' ';
        let narrow = is_han(a) && b.is_ascii_punctuation() || a.is_ascii_punctuation() && is_han(b);
        if tight || loose || narrow {
            found.push(format!("{a}{b}"));
        }
    }
    if line.trim() != line {
        found.push("blank at an end".to_string());
    }
    found
}
