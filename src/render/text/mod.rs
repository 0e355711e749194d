//! Plain text for a terminal: matrices drawn over several lines, everything else in one; in Unicode or in ASCII.

mod boxes;
mod fit;
mod listing;
mod signs;
mod spell;

use std::io::Write;

use unicode_width::UnicodeWidthStr;

use super::han::pieces;
use super::page::{Blocks, Page, Running, Sheet};
use crate::document::{Display, Figure, Glossary, Inline, Inlines, Math, Matrix, Row, Table};
use boxes::Box2;
use fit::{narrowed, rows_of, wrapped};
pub use signs::Alphabet;
use signs::GLUE;
pub(super) use signs::bold;

/// How far displays and tables are moved in.
const INDENT: usize = 4;
/// A display has at least so many columns right of its sign, or what is left of it stands alone.
const LEAST_RIGHT: usize = 24;

/// Writes blocks as text.
pub type Text<'a, W> = Page<'a, W, Terminal>;

/// What text is made for.
pub struct Terminal {
    alphabet: Alphabet,
    /// How many columns a line has at most.
    width: usize,
}

impl<'a, W: Write> Text<'a, W> {
    /// Writes to `out`, in lines of at most `width` columns.
    pub fn new(out: W, glossary: &'a Glossary, alphabet: Alphabet, width: usize) -> Self {
        Page::of(out, glossary, Terminal { alphabet, width })
    }
}

impl Blocks for Sheet<'_, Terminal> {
    fn header(&mut self, lines: &[String], _: bool) {
        for line in lines {
            for (place, part) in folded(line, self.format.width - INDENT).iter().enumerate() {
                self.put(&format!("{}{part}", if place == 0 { "# " } else { "#   " }));
            }
        }
        self.line("");
    }

    /// A line below a heading tells its level.
    fn heading(&mut self, below: u8, text: &[Inline]) {
        let lines = folded(&self.apart(text), self.format.width);
        let widest = lines.iter().map(|l| l.width()).max().unwrap_or(0);
        lines.iter().for_each(|line| self.put(line));
        let sign = ["=", "-", "~"][usize::from(below)];
        self.line(&format!("{}\n", sign.repeat(widest)));
    }

    fn paragraph(&mut self, text: &[Inline]) {
        let text = self.apart(text);
        self.filled(&text);
    }

    fn display(&mut self, display: &Display) {
        let lefts: Vec<Box2> =
            display.rows.iter().map(|r| r.left.as_ref().map_or_else(Box2::default, |l| self.boxed(l))).collect();
        let widest = lefts.iter().map(Box2::width).max().unwrap_or(0);
        let tag = display.tag.as_ref().map_or_else(String::new, |tag| format!("    ({tag})"));
        let mut above = None;
        for (place, (row, left)) in display.rows.iter().zip(lefts).enumerate() {
            let tag = if place + 1 == display.rows.len() { tag.as_str() } else { "" };
            let sign = match (row.equals, row.left.is_some() || widest > 0) {
                (true, true) => " = ",
                (true, false) => "= ",
                (false, true) => "   ",
                (false, false) => "",
            };
            let indent = Box2::line(" ".repeat(INDENT));
            let (left, sign) = (left.padded_to(widest), Box2::line(sign.to_string()));
            let whole = Box2::beside([indent, left, sign, self.boxed(&row.right), Box2::line(tag.to_string())]);
            if whole.width() <= self.format.width {
                self.put_below(above.as_ref(), &whole, 0);
            } else {
                self.broken(row, widest, tag);
            }
            above = Some(whole);
        }
        self.line("");
    }

    /// A table's columns, each as wide as its widest cell if the page is wide enough.
    fn table(&mut self, table: &Table) {
        let mut spelled = |row: &Vec<Inlines>| row.iter().map(|cell| self.apart(cell)).collect::<Vec<_>>();
        let rows: Vec<Vec<String>> = std::iter::once(&table.head).chain(&table.rows).map(&mut spelled).collect();
        let width = |c: usize| rows.iter().map(|l| l[c].width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..table.head.len()).map(width).collect();
        let room = self.format.width - INDENT - 2 * widths.len().saturating_sub(1);
        let widths = narrowed(widths, room);
        for (place, row) in rows.iter().enumerate() {
            let cells: Vec<Vec<&str>> = row.iter().zip(&widths).map(|(c, &w)| wrapped(c, w, w)).collect();
            for line in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
                let padded = |(cell, &width): (&Vec<&str>, &usize)| {
                    let text = cell.get(line).copied().unwrap_or_default();
                    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
                };
                let cells: Vec<String> = cells.iter().zip(&widths).map(padded).collect();
                self.put(&format!("{}{}", " ".repeat(INDENT), cells.join("  ")));
            }
            if place == 0 {
                let rules: Vec<String> = widths.iter().map(|&width| self.signs().rule().repeat(width)).collect();
                self.line(&format!("{}{}", " ".repeat(INDENT), rules.join("  ")));
            }
        }
        self.line("");
    }

    fn figure(&mut self, figure: &Figure) {
        self.listing(figure);
    }
}

impl Running for Sheet<'_, Terminal> {
    fn words(&mut self, text: &str, _first: bool) {
        self.buffer.push_str(&self.format.alphabet.words(text));
    }

    /// A terminal numbers nothing: the name.
    fn reference(&mut self, label: &str) {
        self.buffer.push_str(label);
    }

    fn formula(&mut self, math: &Math) {
        let line = self.spelled(math);
        self.buffer.push_str(line.trim_matches(' '));
    }
}

impl Sheet<'_, Terminal> {
    fn signs(&self) -> Alphabet {
        self.format.alphabet
    }

    /// A formula in one line.
    fn spelled(&self, math: &Math) -> String {
        spell::line(math, self.glossary, self.format.alphabet)
    }

    /// Writes a line.
    fn put(&mut self, line: &str) {
        self.line(&line.trim_end().replace(GLUE, " "));
    }

    fn filled(&mut self, text: &str) {
        folded(text, self.format.width).iter().for_each(|line| self.put(line));
        self.line("");
    }

    /// A formula over as many lines as its matrices need.
    fn boxed(&self, math: &Math) -> Box2 {
        Box2::beside(self.parts(math))
    }

    /// The matrices of a formula, and what stands between them.
    fn parts(&self, math: &Math) -> Vec<Box2> {
        if let Math::Matrix(matrix) = math {
            vec![self.matrix(matrix)]
        } else if let Math::Row(parts) = math
            && holds_matrix(math)
        {
            let factors = |(place, part): (usize, &Math)| {
                let alphabet = self.format.alphabet;
                let sign = place > 0 && spell::runs_together(alphabet, &parts[place - 1], part);
                let sign = sign.then(|| Box2::line(alphabet.product().to_string()));
                sign.into_iter().chain(self.parts(part))
            };
            parts.iter().enumerate().flat_map(factors).collect()
        } else {
            vec![Box2::line(self.spelled(math))]
        }
    }

    fn matrix(&self, matrix: &Matrix) -> Box2 {
        let columns = (0..matrix.columns).map(|c| {
            let cells = matrix.cells.iter().skip(c).step_by(matrix.columns);
            Box2::column(cells.map(|cell| self.spelled(cell)).collect())
        });
        let spaced = itertools::Itertools::intersperse(columns, Box2::line("  ".to_string()));
        Box2::beside(spaced).bracketed(self.signs())
    }

    /// In ASCII a matrix right below another would look like the rest of it.
    fn put_below(&mut self, above: Option<&Box2>, lines: &Box2, indent: usize) {
        let tall = |lines: &Box2| lines.lines().count() > 1;
        if self.signs() == Alphabet::Ascii && above.is_some_and(tall) && tall(lines) {
            self.line("");
        }
        self.put_all(lines, indent);
    }

    fn put_all(&mut self, lines: &Box2, indent: usize) {
        let indent = " ".repeat(indent);
        lines.lines().for_each(|line| self.put(&format!("{indent}{line}")))
    }

    /// A row that is too wide.
    fn broken(&mut self, row: &Row, widest: usize, tag: &str) {
        let matrices = holds_matrix(&row.right) || row.left.as_ref().is_some_and(holds_matrix);
        if matrices {
            let sides = row.left.as_ref().map_or_else(Vec::new, |left| self.parts(left));
            let sign = row.equals.then(|| Box2::line(" = ".to_string()));
            let parts = sides.into_iter().chain(sign).chain(self.parts(&row.right)).collect();
            let room = self.format.width - INDENT - tag.len();
            let rest = room.saturating_sub(INDENT);
            let mut rows = rows_of(parts, room, rest);
            if rows.iter().enumerate().all(|(place, r)| r.width() <= if place == 0 { room } else { rest }) {
                if let Some(last) = rows.pop() {
                    rows.push(Box2::beside([last, Box2::line(tag.to_string())]));
                }
                let mut above = None;
                for lines in &rows {
                    self.put_below(above, lines, if above.is_none() { INDENT } else { 2 * INDENT });
                    above = Some(lines);
                }
                return;
            }
        }
        let left = row.left.as_ref().map(|left| self.spelled(left)).unwrap_or_default();
        let right = self.spelled(&row.right);
        // beside what is left, or below it
        let beside = (INDENT + widest + 3).max(INDENT + left.width() + 3);
        let lead = if self.format.width.saturating_sub(beside) < LEAST_RIGHT || matrices { 2 * INDENT } else { beside };
        let mut before = if lead == beside || row.left.is_none() {
            let sign = if row.equals { "= " } else { "  " };
            format!("{}{left} {sign}", " ".repeat(lead - 3 - left.width()))
        } else {
            let lines = wrapped(&left, self.format.width - INDENT, self.format.width - 2 * INDENT);
            for (place, line) in lines.into_iter().enumerate() {
                self.put(&format!("{}{line}", " ".repeat(if place == 0 { INDENT } else { 2 * INDENT })));
            }
            format!("{}{}", " ".repeat(lead - 2), if row.equals { "= " } else { "  " })
        };
        let (first, rest) = (self.format.width - lead, self.format.width - lead - 2);
        let lines = wrapped(right.trim_start_matches(' '), first, rest - tag.len());
        let count = lines.len();
        for (place, line) in lines.into_iter().enumerate() {
            let tag = if place + 1 == count { tag } else { "" };
            self.put(&format!("{before}{line}{tag}"));
            before = " ".repeat(lead + 2);
        }
    }
}

/// Words in lines.
fn folded(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split([' ', '\n']).filter(|w| !w.is_empty()) {
        for (place, piece) in pieces(word).into_iter().enumerate() {
            let (width, space) = (piece.width(), usize::from(place == 0));
            if used > 0 && used + space + width > room {
                lines.push(String::new());
                used = 0;
            }
            let line = lines.last_mut().expect("there is always a line");
            if used > 0 && space > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(piece);
            used += width;
        }
    }
    lines
}

/// A formula in one line.
pub(super) fn formula(math: &Math, glossary: &Glossary) -> String {
    spell::line(math, glossary, Alphabet::Unicode)
}

fn holds_matrix(math: &Math) -> bool {
    matches!(math, Math::Matrix(_)) || matches!(math, Math::Row(parts) if parts.iter().any(holds_matrix))
}
