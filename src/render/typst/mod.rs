//! Typst: a fragment for `#include` or for pasting, or a document that compiles by itself. It needs Typst 0.13 and no package.
//!
//! The rules that a fragment sets hold inside `#[ … ]`, so that they do not reach the document around it. An equation without a
//! label gets no number, whatever that document has set; one with a label is made by `numbered`, which the fragment defines in one
//! line at its beginning, because Typst refuses a reference to an equation that has no number. A reader whose document numbers in
//! another way changes that line.
//!
//! Typst breaks a displayed formula between any two of its rows, or nowhere. So a long display is handed over equation by equation
//! to `long`, which sets them as one display would, and lets pages break between them.

mod math;

use std::io::Write;

use super::Paper;
use super::displays::is_apart;
use super::page::{Blocks, Page, Running, Sheet};
use super::svg::svg;
use crate::document::{Display, Figure, Glossary, Inline, Inlines, Math, Op, Row, Table};
use math::string;

/// Writes blocks as Typst.
pub type Typst<'a, W> = Page<'a, W, Typ>;

/// How a document is set in Typst.
pub struct Typ {
    standalone: bool,
    /// The rules that were written.
    ruled: [bool; RULES.len()],
}

/// Lines are wrapped after this many bytes.
const LINE: usize = 120;
/// A display with more rows may be broken across pages.
const UNBROKEN_ROWS: usize = 6;
/// What a document by itself sets.
const PAGE: &str = "#set page(paper: \"$PAPER\", numbering: \"1\")
#set text(font: \"New Computer Modern\", size: 11pt)
#set par(justify: true)
#show heading: set block(above: 1.8em, below: 1em)
";
/// A rule, and what in the source of a block calls for it. Rules hold from where they stand on, so that each is written before the
/// first block that needs it: a fragment of one equation is short.
const RULES: [(&[&str], &str); 6] = [
    (&["\n$\n", "#long("], "#set math.equation(numbering: none)\n"),
    (&["mat("], "#set math.mat(column-gap: 0.8em)\n"),
    (
        &[PARAGRAPH],
        "// what leads up to a formula stays on its page
#show par: it => block(width: 100%, sticky: true, it)
",
    ),
    (
        &["$\n"],
        "// what is wider than the text, or than its column, is set smaller
#show math.equation.where(block: true): it => layout(size => {
  set text(size: calc.min(1, size.width / measure(it).width) * 1em)
  it
})
",
    ),
    (
        &["#numbered("],
        "// equations with a label
#let numbered = math.equation.with(block: true, numbering: \"(1)\")
",
    ),
    (
        &["#long("],
        "// equations one below the other, with page breaks between them; only in a high one a page may break too
#let long(..equations) = layout(size => {
  let parts = equations.pos()
  let widest = calc.max(..parts.map(part => measure(part).width))
  let free = if size.width.pt().is-infinite() { 0pt } else { calc.max(0pt, size.width - widest) }
  show math.equation: set align(left)
  for part in parts {
    show math.equation: set block(breakable: measure(part).height > 20em.to-absolute())
    pad(left: free / 2, part)
  }
})
",
    ),
];
/// Stands for running text in the table of rules.
const PARAGRAPH: &str = "";

impl<'a, W: Write> Typst<'a, W> {
    /// Writes to `out`; `standalone` makes a document of it.
    pub fn new(out: W, glossary: &'a Glossary, standalone: bool) -> Self {
        Page::of(out, glossary, Typ { standalone, ruled: [false; RULES.len()] })
    }
}

impl Blocks for Sheet<'_, Typ> {
    fn begin(&mut self, _title: Option<&[Inline]>) {
        let paper = match self.paper {
            Paper::A4 => "a4",
            Paper::Letter => "us-letter",
        };
        let page = PAGE.replace("$PAPER", paper);
        self.buffer.push_str(if self.format.standalone { &page } else { "#[\n" });
    }

    fn header(&mut self, lines: &[String], _: bool) {
        self.closing(lines);
        self.line("// Needs Typst 0.13 or newer, and no package.");
    }

    fn closing(&mut self, lines: &[String]) {
        lines.iter().for_each(|line| self.line(&format!("// {line}")));
    }

    fn heading(&mut self, below: u8, text: &[Inline]) {
        self.line("");
        self.buffer.push_str(&"=".repeat((self.level + below).into()));
        self.buffer.push(' ');
        self.inlines(text);
        self.line("");
    }

    fn paragraph(&mut self, text: &[Inline]) {
        if self.after_text {
            self.line("");
        }
        let start = self.buffer.len();
        self.inlines(text);
        self.wrap(start, true);
        self.line("");
    }

    fn display(&mut self, display: &Display) {
        let long = display.rows.len() > UNBROKEN_ROWS;
        self.line(&match (&display.tag, &display.label) {
            (Some(tag), _) => format!("#math.equation(block: true, numbering: _ => \"({tag})\", $"),
            (None, Some(_)) => "#numbered($".to_string(),
            (None, None) if long => "#long($".to_string(),
            (None, None) => "$".to_string(),
        });
        match display.rows.as_slice() {
            [row] => {
                self.row(row, "");
                self.line("");
            }
            rows => {
                for (place, row) in rows.iter().enumerate() {
                    self.row(row, "&");
                    self.line(row_end(rows, place, long));
                }
            }
        }
        match &display.label {
            Some(label) => self.line(&format!("$) <{label}>")),
            None => self.line(if long || display.tag.is_some() { "$)" } else { "$" }),
        }
        if display.tag.is_some() {
            // a number of its own is none of the document's
            self.line("#counter(math.equation).update(n => n - 1)");
        }
    }

    /// A table goes on over pages by itself, and repeats its head.
    fn table(&mut self, table: &Table) {
        self.line("#align(center, table(");
        self.line(&format!("  columns: {}, align: left, stroke: none, inset: (x: 5pt, y: 7pt),", table.head.len()));
        self.line("  table.hline(),");
        self.line("  table.header(");
        self.cells(&table.head);
        self.line("  ),");
        self.line("  table.hline(),");
        for row in &table.rows {
            self.cells(row);
        }
        self.line("  table.hline(),");
        self.line("))");
    }

    fn figure(&mut self, figure: &Figure) {
        self.buffer.push_str("#figure(\n  image(bytes(");
        string(&svg(figure, self.glossary), &mut self.buffer);
        self.buffer.push_str("), format: \"svg\", alt: ");
        string(&figure.alt.replace('\n', " "), &mut self.buffer);
        self.line("),");
        self.line("  numbering: none,");
        self.buffer.push_str("  caption: [");
        self.inlines(&figure.caption);
        self.line("],");
        self.line(")");
    }

    fn room(&mut self, lines: u8) {
        self.line(&format!("#v({}em)", f64::from(lines) * 1.5));
    }

    /// The rules that the block is the first to need.
    fn written(&mut self, start: usize, is_text: bool) {
        // displays begin on a line of their own
        let source = format!("\n{}", &self.buffer[start..]);
        let mut rules = String::new();
        for ((signs, rule), done) in RULES.iter().zip(&mut self.format.ruled) {
            let calls = |sign: &&str| if *sign == PARAGRAPH { is_text } else { source.contains(*sign) };
            if !*done && signs.iter().any(calls) {
                *done = true;
                rules.push_str(rule);
            }
        }
        self.buffer.insert_str(start, &rules);
    }

    fn end(&mut self) {
        if !self.format.standalone {
            self.line("]");
        }
    }
}

impl Running for Sheet<'_, Typ> {
    fn words(&mut self, text: &str, first: bool) {
        escape(text, first, &mut self.buffer);
    }

    fn reference(&mut self, label: &str) {
        self.buffer.push_str(&format!("#ref(<{label}>, supplement: none)"));
    }

    fn formula(&mut self, math: &Math) {
        // with spaces inside the dollars it would be a display
        let mut formula = String::new();
        math::formula(math, self.glossary, &mut formula);
        self.buffer.push_str(&format!("${}$", formula.trim()));
    }
}

impl Sheet<'_, Typ> {
    fn row(&mut self, row: &Row, tab: &str) {
        let start = self.buffer.len();
        self.buffer.push_str("  ");
        if let Some(left) = &row.left {
            self.math(left);
            self.buffer.push(' ');
        }
        self.buffer.push_str(tab);
        if row.equals {
            self.buffer.push_str("= ");
        } else if !tab.is_empty() && row.left.is_none() {
            // something empty before a sign makes an operator of it again
            self.buffer.push_str(if begins_with_sign(&row.right) { "quad \"\"" } else { "quad " });
        }
        self.math(&row.right);
        self.wrap(start, false);
    }

    fn cells(&mut self, cells: &[Inlines]) {
        let start = self.buffer.len();
        for (place, cell) in cells.iter().enumerate() {
            self.buffer.push_str(if place > 0 { " [" } else { "  [" });
            self.inlines(cell);
            self.buffer.push_str("],");
        }
        self.wrap(start, true);
        self.line("");
    }

    /// Breaks a long source line at spaces: in prose wherever no markup would begin, in math before operators and rows.
    fn wrap(&mut self, start: usize, prose: bool) {
        let may_break = if prose { is_harmless } else { is_joint };
        let (mut last_break, mut last_space) = (start, None);
        let (mut in_math, mut in_string) = (!prose, false);
        let mut breaks = Vec::new();
        let bytes = self.buffer.as_bytes();
        for place in start..bytes.len() {
            let escaped = place > start && bytes[place - 1] == b'\\';
            match bytes[place] {
                b'$' if !escaped && !in_string => in_math = !in_math,
                b'"' if !escaped && in_math => in_string = !in_string,
                b' ' if !in_string
                    && place > start + 1
                    && may_break(&self.buffer[..place], &self.buffer[place + 1..]) =>
                {
                    last_space = Some(place);
                }
                _ => {}
            }
            if place - last_break > LINE
                && let Some(space) = last_space.take()
            {
                breaks.push(space);
                last_break = space;
            }
        }
        for place in breaks.into_iter().rev() {
            self.buffer.replace_range(place..=place, if prose { "\n" } else { "\n    " });
        }
    }

    fn math(&mut self, math: &Math) {
        math::formula(math, self.glossary, &mut self.buffer);
    }
}

/// How a row of a display ends: a long display is cut between equations that are set apart.
fn row_end(rows: &[Row], place: usize, long: bool) -> &'static str {
    let Some(next) = rows.get(place + 1) else { return "" };
    // dots for equations that are left out stand below the equals sign, and so in the same display
    let cut = long && !matches!(next.left, Some(Math::Dots(_)));
    match (is_apart(rows, place + 1), cut) {
        (false, _) => " \\",
        // an empty row
        (true, false) => " \\ \\",
        (true, true) => "\n$, $",
    }
}

fn begins_with_sign(math: &Math) -> bool {
    if let Math::Row(parts) = math {
        parts.first().is_some_and(begins_with_sign)
    } else {
        matches!(math, Math::Op(Op::Plus | Op::Minus))
    }
}

/// Is a formula's source broken well between these two?
fn is_joint(before: &str, after: &str) -> bool {
    const JOINTS: [&str; 8] = ["+ ", "- ", "= ", "mat(", "\u{22c5} ", "\u{2217} ", "\u{2299} ", "\u{2298} "];
    before.ends_with(';') || JOINTS.iter().any(|joint| after.starts_with(joint))
}

/// May this begin a line of prose? Not what Typst reads as a list or a heading there.
fn is_harmless(_: &str, after: &str) -> bool {
    !after.starts_with(['=', '-', '+', '/']) && !is_enumeration(after)
}

/// `12. `
fn is_enumeration(text: &str) -> bool {
    let after = text.trim_start_matches(|c: char| c.is_ascii_digit());
    after.len() < text.len() && after.starts_with('.') && !after[1..].starts_with(|c: char| !c.is_whitespace())
}

/// Running text: what Typst takes for markup is escaped; `first` says that a line begins.
fn escape(text: &str, first: bool, out: &mut String) {
    let mut before = None;
    if first && is_enumeration(text) {
        let (digits, rest) = text.split_once('.').unwrap_or((text, ""));
        out.push_str(&format!("{digits}\\."));
        return escape(rest, false, out);
    }
    for c in text.chars() {
        let markup = match c {
            '\\' | '#' | '$' | '*' | '_' | '`' | '@' | '<' | '[' | ']' | '~' => true,
            // `//` is a comment, `--` a dash
            '/' | '-' => before == Some(c) || first && before.is_none(),
            '?' => before == Some('-'),
            '=' | '+' => first && before.is_none(),
            _ => false,
        };
        out.push_str(if markup { "\\" } else { "" });
        out.push(c);
        before = Some(c);
    }
}
