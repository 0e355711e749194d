//! HTML: a page that stands by itself, its formulas in MathML Core, or single formulas for a page that is there already.
//!
//! There is no script in it, and nothing is fetched: what is read is set by the browser, aloud, on paper, in the dark. The markup
//! is XML too. A browser prints a formula on one page, so that long displays are handed over in parts that fit on one.

mod looks;
mod math;

use std::io::Write;

use super::Paper;
use super::displays::is_apart;
use super::markdown::comment;
use super::page::{Blocks, Page, Sheet};
use super::svg::{escaped, plain, svg};
use crate::document::{Display, Figure, Glossary, Inline, Inlines, Lang, Math, Row, Table};
use looks::{Look, Looks};

/// Writes blocks as HTML.
pub type Html<'a, W> = Page<'a, W, Web>;

/// How a document is set in HTML.
pub struct Web {
    lang: Lang,
    /// A page, or what stands in one?
    whole: bool,
    /// The first line of the header: what stands for a title where there is none.
    made_by: String,
    /// The labels of the equations that have a number, in their order.
    numbered: Vec<String>,
}

/// What a page looks like, besides its formulas.
const STYLE: &str = include_str!("page.css");
/// The most rows of a formula: a browser prints it on one page, and leaves the rest of the page before empty.
const PART_ROWS: usize = 10;
/// The lowest heading.
const LEVELS: u8 = 6;

impl<'a, W: Write> Html<'a, W> {
    /// Writes to `out`: a whole page, or blocks for one.
    pub fn new(out: W, glossary: &'a Glossary, lang: Lang, whole: bool) -> Self {
        Page::of(out, glossary, Web { lang, whole, made_by: "derive".to_string(), numbered: Vec::new() })
    }
}

impl Blocks for Sheet<'_, Web> {
    fn before(&mut self, first: bool) {
        if first && self.format.whole {
            self.line("<!DOCTYPE html>");
        }
    }

    /// What stands before the first block but the header; a title is the page's too.
    fn begin(&mut self, title: Option<&[Inline]>) {
        if !self.format.whole {
            return;
        }
        let lang = match self.format.lang {
            Lang::En => "en",
            Lang::Zh => "zh-Hans",
        };
        self.line(&format!("<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"{lang}\" xml:lang=\"{lang}\">"));
        self.line("<head>\n<meta charset=\"utf-8\"/>");
        self.line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>");
        let title = title.map_or_else(|| self.format.made_by.clone(), |title| plain(title, self.glossary));
        self.line(&format!("<title>{}</title>", escaped(&title)));
        let style = match self.paper {
            Paper::A4 => STYLE.to_string(),
            Paper::Letter => STYLE.replacen("@page{size:a4;", "@page{size:letter;", 1),
        };
        self.line(&format!("<style>\n{style}{}</style>\n</head>\n<body>\n<main>", looks::rules()));
    }

    fn header(&mut self, lines: &[String], _: bool) {
        self.line("<!--");
        lines.iter().for_each(|line| self.line(&comment(line)));
        self.line("-->");
        if let Some(first) = lines.first() {
            self.format.made_by.clone_from(first);
        }
    }

    fn heading(&mut self, below: u8, text: &[Inline]) {
        let level = self.level.saturating_add(below).min(LEVELS);
        self.buffer.push_str(&format!("<h{level}>"));
        self.inlines(text);
        self.line(&format!("</h{level}>"));
    }

    fn paragraph(&mut self, text: &[Inline]) {
        self.buffer.push_str("<p>");
        self.inlines(text);
        self.line("</p>");
    }

    /// A display, in a box of its own on a page: what is wider than the page moves inside it.
    fn display(&mut self, display: &Display) {
        let parts = parts(&display.rows);
        let label = display.label.as_deref().map(escaped);
        let id = label.as_ref().map_or(String::new(), |label| format!(" id=\"{label}\""));
        if self.format.whole {
            let class = match (display.boxed, parts.len()) {
                (true, ..) => "display boxed",
                (false, ..=1) => "display",
                (false, _) => "display parts",
            };
            self.line(&format!("<div class=\"{class}\"{id}>"));
        }
        let last = parts.len().saturating_sub(1);
        for (place, part) in parts.iter().enumerate() {
            let id = if self.format.whole || place > 0 { "" } else { id.as_str() };
            self.buffer.push_str(&format!("<math xmlns=\"{MATHML}\" display=\"block\"{id}>"));
            let tag = display.tag.as_ref().filter(|_| place == last && !self.format.whole);
            match part.rows {
                [row] if tag.is_none() && part.before.is_none() => self.alone(row),
                _ => self.aligned(&display.rows, part, tag.map(String::as_str)),
            }
            self.line("</math>");
        }
        if self.format.whole {
            if let Some(tag) = &display.tag {
                self.line(&format!("<span class=\"number\">({})</span>", escaped(tag)));
            } else if let Some(label) = &label {
                self.format.numbered.push(label.clone());
                self.line(&format!("<a href=\"#{label}\">({})</a>", self.format.numbered.len()));
            }
            self.line("</div>");
        }
    }

    fn table(&mut self, table: &Table) {
        self.line("<div class=\"table\"><table>");
        self.buffer.push_str("<thead>");
        self.cells(&table.head, "th scope=\"col\"");
        self.line("</thead>\n<tbody>");
        for row in &table.rows {
            self.cells(row, "td");
            self.line("");
        }
        self.line("</tbody>\n</table></div>");
    }

    fn figure(&mut self, figure: &Figure) {
        self.line("<figure>");
        self.line(&svg(figure, self.glossary));
        self.buffer.push_str("<figcaption>");
        self.inlines(&figure.caption);
        self.line("</figcaption>\n</figure>");
    }

    fn room(&mut self, lines: u8) {
        self.line(&format!("<div style=\"height:{}em\"></div>", f64::from(lines) * 1.5));
    }

    fn end(&mut self) {
        if self.format.whole {
            self.line("</main>\n</body>\n</html>");
        }
    }
}

impl Sheet<'_, Web> {
    /// A row that is aligned with no other.
    fn alone(&mut self, row: &Row) {
        if let Some(left) = &row.left {
            self.math(left);
        }
        if row.equals {
            self.buffer.push_str("<mo form=\"infix\">=</mo>");
        }
        self.math(&row.right);
    }

    fn aligned(&mut self, rows: &[Row], part: &Part<'_>, tag: Option<&str>) {
        let looks = self.looks();
        self.line("<mtable displaystyle=\"true\">");
        for (place, row) in part.rows.iter().enumerate() {
            let apart = is_apart(rows, part.from + place);
            let cell = |look| if apart { looks.of(&[look, Look::Apart]) } else { looks.of(&[look]) };
            self.buffer.push_str(&format!("<mtr><mtd{}>", cell(Look::Left)));
            match (&row.left, &part.before) {
                (Some(left), _) => self.math(left),
                // as wide as in the part before, for what follows to be aligned with it
                (None, Some(left)) if place == 0 => {
                    self.buffer.push_str("<mphantom aria-hidden=\"true\">");
                    self.math(left);
                    self.buffer.push_str("</mphantom>");
                }
                (None, _) => {}
            }
            let goes_on = row.left.is_none() && !row.equals;
            self.buffer.push_str(&format!("</mtd><mtd{}>", cell(if goes_on { Look::More } else { Look::Right })));
            if row.equals {
                self.buffer.push_str("<mo form=\"infix\">=</mo>");
            }
            self.math(&row.right);
            if let Some(tag) = tag.filter(|_| place + 1 == part.rows.len()) {
                self.buffer.push_str(&format!("</mtd><mtd{}><mtext>({})</mtext>", cell(Look::Number), escaped(tag)));
            }
            self.line("</mtd></mtr>");
        }
        self.buffer.push_str("</mtable>");
    }

    fn cells(&mut self, cells: &[Inlines], element: &str) {
        self.buffer.push_str("<tr>");
        for cell in cells {
            self.buffer.push_str(&format!("<{element}>"));
            self.inlines(cell);
            self.buffer.push_str(&format!("</{}>", element.split(' ').next().unwrap_or(element)));
        }
        self.buffer.push_str("</tr>");
    }

    /// Words and formulas. A browser would break a line between a formula and the mark after it, or the bracket before it.
    fn inlines(&mut self, inlines: &[Inline]) {
        for (place, inline) in inlines.iter().enumerate() {
            match inline {
                Inline::Text(_) => self.buffer.push_str(&escaped(pieces(inlines, Some(place)).1)),
                Inline::Reference(label) => {
                    let label = escaped(label);
                    let number = self.format.numbered.iter().position(|known| *known == label).map_or(0, |p| p + 1);
                    self.buffer.push_str(&format!("<a href=\"#{label}\">({number})</a>"));
                }
                Inline::Math(math) => {
                    let opening = pieces(inlines, place.checked_sub(1)).2;
                    let closing = pieces(inlines, Some(place + 1)).0;
                    let bound = !opening.is_empty() || !closing.is_empty();
                    self.buffer.push_str(if bound { "<span class=\"bound\">" } else { "" });
                    self.buffer.push_str(&escaped(opening));
                    self.buffer.push_str(&format!("<math xmlns=\"{MATHML}\">"));
                    self.math(math);
                    self.buffer.push_str("</math>");
                    self.buffer.push_str(&escaped(closing));
                    self.buffer.push_str(if bound { "</span>" } else { "" });
                }
            }
        }
    }

    fn math(&mut self, math: &Math) {
        let looks = self.looks();
        math::inside(math, self.glossary, looks, &mut self.buffer);
    }

    fn looks(&self) -> Looks {
        if self.format.whole { Looks::Classes } else { Looks::Properties }
    }
}

const MATHML: &str = "http://www.w3.org/1998/Math/MathML";

/// A text between formulas: the marks that belong to the formula before it, the words, the brackets of the formula after it.
fn pieces(inlines: &[Inline], place: Option<usize>) -> (&str, &str, &str) {
    let at = |place: Option<usize>| place.and_then(|place| inlines.get(place));
    let is_math = |place: Option<usize>| matches!(at(place), Some(Inline::Math(_)));
    let Some(Inline::Text(text)) = at(place) else { return ("", "", "") };
    let opens = |c: &char| "([\u{ff08}\u{201c}".contains(*c);
    let length = |marks: &mut dyn Iterator<Item = char>| marks.map(char::len_utf8).sum::<usize>();
    let closing = |c: &char| !c.is_whitespace() && !c.is_alphanumeric() && !opens(c);
    let start =
        if is_math(place.and_then(|p| p.checked_sub(1))) { length(&mut text.chars().take_while(closing)) } else { 0 };
    let end =
        if is_math(place.map(|p| p + 1)) { length(&mut text[start..].chars().rev().take_while(opens)) } else { 0 };
    (&text[..start], &text[start..text.len() - end], &text[text.len() - end..])
}

/// Rows that are printed on one page.
struct Part<'r> {
    /// What stands on the left of the equation that goes on in the first row.
    before: Option<&'r Math>,
    /// Which row of the display is the first.
    from: usize,
    rows: &'r [Row],
}

/// The parts of a display: whole equations, unless one is too long by itself.
fn parts(rows: &[Row]) -> Vec<Part<'_>> {
    let most = PART_ROWS;
    let mut list: Vec<Part<'_>> = Vec::new();
    let (mut start, mut end) = (0, 0);
    let mut before = None;
    for equation in rows.chunk_by(|_, next| next.left.is_none()) {
        let left = equation.first().and_then(|row| row.left.as_ref());
        for (place, piece) in equation.chunks(most).enumerate() {
            if end > start && end + piece.len() - start > most {
                list.push(Part { before, from: start, rows: &rows[start..end] });
                start = end;
                before = left.filter(|_| place > 0);
            }
            end += piece.len();
        }
    }
    list.push(Part { before, from: start, rows: &rows[start..end] });
    list
}
