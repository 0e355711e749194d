//! reStructuredText, for Sphinx: formulas as `math` directives and roles, tables as lists.

use std::io::Write;

use super::displays;
use super::latex::formula;
use super::page::{Blocks, Page, Running, Sheet};
use super::svg::svg;
use crate::document::{Display, Figure, Glossary, Inline, Math, Table};

/// The lines under headings, from the first level down.
const ADORNMENTS: [&str; 6] = ["=", "-", "~", "^", "\"", "'"];

/// Writes blocks as reStructuredText.
pub type Rst<'a, W> = Page<'a, W, Sphinx>;

/// Nothing is particular to a document in reStructuredText.
pub struct Sphinx;

impl<'a, W: Write> Rst<'a, W> {
    /// Writes to `out`; the title is a heading of the first level.
    pub fn new(out: W, glossary: &'a Glossary) -> Self {
        Page::of(out, glossary, Sphinx)
    }
}

impl Blocks for Sheet<'_, Sphinx> {
    fn before(&mut self, first: bool) {
        self.buffer.push_str(if first { "" } else { "\n" });
    }

    fn header(&mut self, lines: &[String], _: bool) {
        self.line("..");
        lines.iter().for_each(|line| self.line(&format!("   {line}")));
    }

    fn heading(&mut self, below: u8, text: &[Inline]) {
        let level = usize::from(self.level.saturating_add(below));
        if level > ADORNMENTS.len() {
            let most = ADORNMENTS.len();
            self.warn(format!("there is no line for a heading of level {level}: that of level {most} stands for it"));
        }
        let text = self.apart(text);
        // a Chinese character is two columns wide, and a line may be too long but not too short
        let width = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
        let line = ADORNMENTS[level.min(ADORNMENTS.len()) - 1].repeat(width);
        self.line(&text);
        self.line(&line);
    }

    fn paragraph(&mut self, text: &[Inline]) {
        self.inlines(text);
        self.end_line();
    }

    /// Bare rows: Sphinx puts them into an environment of its own. A label is Sphinx's `:label:`, which numbers the equation: `:name:`
    /// makes a target, and a reference to it shows no number. An equation with a number brings its environment along, and no label, for
    /// Sphinx would give it a second number.
    fn display(&mut self, display: &Display) {
        let formulas = displays::formulas(&display.rows, self.glossary, super::PRINTED_ROWS);
        let last = formulas.len() - 1;
        for (place, lines) in formulas.into_iter().enumerate() {
            if let Some(tag) = display.tag.as_ref().filter(|_| place == last) {
                self.line(if place > 0 { "\n.. math::" } else { ".. math::" });
                self.line("   :nowrap:\n");
                displays::tagged(lines, tag).iter().for_each(|row| self.line(&format!("   {row}")));
                continue;
            }
            if place > 0 {
                self.line("");
            }
            self.line(".. math::");
            if let Some(label) = &display.label {
                self.line(&format!("   :label: {label}"));
            }
            self.line("");
            lines.iter().for_each(|row| self.line(&format!("   {row}")));
        }
    }

    /// A picture in the page itself, and its words where the page is no HTML.
    fn figure(&mut self, figure: &Figure) {
        self.line(".. raw:: html\n");
        svg(figure, self.glossary).lines().for_each(|line| self.line(&format!("   {line}")));
        self.line("\n.. only:: not html\n");
        let mut alt = String::new();
        paragraph(&figure.alt, &mut alt);
        self.line(&format!("   {alt}\n"));
        self.paragraph(&figure.caption);
    }

    fn table(&mut self, table: &Table) {
        self.line(".. list-table::");
        self.line("   :header-rows: 1");
        self.line("");
        for row in std::iter::once(&table.head).chain(&table.rows) {
            for (place, cell) in row.iter().enumerate() {
                let mark = if place == 0 { "* -" } else { "  -" };
                self.buffer.push_str(&format!("   {mark} "));
                self.inlines(cell);
                self.end_line();
            }
        }
    }
}

impl Running for Sheet<'_, Sphinx> {
    fn words(&mut self, text: &str, first: bool) {
        if first { paragraph(text, &mut self.buffer) } else { prose(text, &mut self.buffer) }
    }

    fn reference(&mut self, label: &str) {
        self.buffer.push_str(&format!(":eq:`{label}`"));
    }

    fn formula(&mut self, math: &Math) {
        self.buffer.push_str(&format!(":math:`{}`", formula(math, self.glossary).trim()));
    }

    /// A role stands directly beside few characters.
    fn gap(&self, c: char, before: bool) -> &'static str {
        let beside = if before { "-:/'\"<([{" } else { "-.,:;!?'\")]}/>" };
        if c.is_whitespace() || beside.contains(c) { "" } else { "\\ " }
    }
}

/// Running text. What marks something up is escaped, and `::`, which announces literal text.
fn prose(text: &str, out: &mut String) {
    let mut before = None;
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '`' | '_' | '|') || c == ':' && before == Some(c) {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
}

/// The beginning of a paragraph, where a list, a line of a table or a directive could begin.
fn paragraph(text: &str, out: &mut String) {
    let label = text.trim_start_matches('(').bytes().take_while(u8::is_ascii_alphanumeric).count();
    let numbered = text.trim_start_matches('(')[label..].starts_with(['.', ')']);
    if text.starts_with(|c: char| c.is_ascii_punctuation() && !matches!(c, '\\' | '*' | '`' | '_' | '|')) || numbered {
        out.push('\\');
    }
    prose(text, out);
}

#[cfg(test)]
mod tests {
    use super::paragraph;

    #[test]
    fn words_survive() {
        let of = |text: &str| {
            let mut out = String::new();
            paragraph(text, &mut out);
            out
        };
        assert_eq!(of("dense_ *x* `y` |z| a\\b"), "dense\\_ \\*x\\* \\`y\\` \\|z\\| a\\\\b");
        assert_eq!(of("1. first"), "\\1. first");
        assert_eq!(of("(a) first"), "\\(a) first");
        assert_eq!(of("literally::"), "literally:\\:");
        assert_eq!(of("- item"), "\\- item");
        assert_eq!(of("2: dense 2"), "2: dense 2");
        assert_eq!(of("\u{8f93}\u{5165}\u{ff1a}"), "\u{8f93}\u{5165}\u{ff1a}");
    }
}
