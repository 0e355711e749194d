//! Reads where the text of an uncompressed PDF stands. TeX places a display that is wider than its largest length far outside
//! the page and says nothing; here such a page shows as empty or as having text off the paper.
#![allow(dead_code, reason = "each test crate includes this file and uses a part of it")]

use std::collections::BTreeMap;

/// What one page holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Page {
    /// The number of pieces of text whose start lies on the paper.
    pub(crate) on_paper: usize,
    /// The number of pieces of text whose start lies off the paper.
    pub(crate) off_paper: usize,
}

/// An affine map `[a b c d e f]`, as PDF writes it.
type Matrix = [f64; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// The pages of a PDF that was written with `\pdfcompresslevel=0 \pdfobjcompresslevel=0`, in order.
pub(crate) fn pages(pdf: &[u8]) -> Vec<Page> {
    // Latin-1: one character a byte, so that the binary parts do no harm.
    let text: String = pdf.iter().copied().map(char::from).collect();
    let objects = objects(&text);
    let mut found = Vec::new();
    for (at, _) in text.match_indices("/Type /Page\n") {
        let end = text[at..].find("endobj").map_or(text.len(), |length| at + length);
        let page = &text[at..end];
        let size = after(page, "/MediaBox [").map(numbers).unwrap_or_default();
        let content = after(page, "/Contents ").and_then(|number| objects.get(number.split_whitespace().next()?));
        let content = content.and_then(|object| stream(object));
        found.push(content.map(|content| read(content, &size)).unwrap_or_default());
    }
    found
}

/// Every object, from its start to the end of the file, by its number.
fn objects(text: &str) -> BTreeMap<&str, &str> {
    let number = |at: usize| text[..at].rsplit('\n').next().unwrap_or_default();
    text.match_indices(" 0 obj").map(|(at, _)| (number(at), &text[at..])).collect()
}

fn after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.find(key).map(|at| &text[at + key.len()..])
}

/// The numbers up to a `]`.
fn numbers(text: &str) -> Vec<f64> {
    let inside = text.split(']').next().unwrap_or_default();
    inside.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

/// The stream of an object.
fn stream(object: &str) -> Option<&str> {
    let object = &object[..object.find("endobj")?];
    let body = after(object, "stream\n")?;
    Some(&body[..body.rfind("endstream")?])
}

/// Walks the operators of a page's content that move the text.
fn read(content: &str, size: &[f64]) -> Page {
    let (width, height) = match size {
        [left, bottom, right, top] => (right - left, top - bottom),
        _ => (f64::INFINITY, f64::INFINITY),
    };
    let mut page = Page::default();
    let mut operands: Vec<f64> = Vec::new();
    let mut saved: Vec<Matrix> = Vec::new();
    let mut base = IDENTITY;
    let mut text = IDENTITY;
    for word in words(content) {
        if let Ok(number) = word.parse::<f64>() {
            operands.push(number);
            continue;
        }
        match (word, operands.as_slice()) {
            ("q", _) => saved.push(base),
            ("Q", _) => base = saved.pop().unwrap_or(IDENTITY),
            ("cm", &[a, b, c, d, e, f]) => base = product([a, b, c, d, e, f], base),
            ("BT", _) => text = IDENTITY,
            ("Tm", &[a, b, c, d, e, f]) => text = [a, b, c, d, e, f],
            ("Td", &[.., x, y]) => text = product([1.0, 0.0, 0.0, 1.0, x, y], text),
            ("TJ" | "Tj", _) => {
                let [.., x, y] = product(text, base);
                let inside = (0.0..=width).contains(&x) && (0.0..=height).contains(&y);
                page.on_paper += usize::from(inside);
                page.off_paper += usize::from(!inside);
            }
            _ => {}
        }
        operands.clear();
    }
    page
}

/// The numbers and operators of a content stream; the strings that are shown are left out.
fn words(content: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = None;
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, c) in content.char_indices() {
        let plain = depth == 0 && !c.is_ascii_whitespace() && !matches!(c, '(' | ')' | '[' | ']');
        if let Some(from) = start.take_if(|_| !plain || c == '/') {
            found.push(&content[from..at]);
        }
        if plain {
            start.get_or_insert(at);
        }
        match c {
            _ if escaped => escaped = false,
            '\\' if depth > 0 => escaped = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    found.extend(start.map(|from| &content[from..]));
    found
}

/// First `left`, then `right`.
fn product(left: Matrix, right: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = left;
    let [p, q, r, s, t, u] = right;
    [a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u]
}
