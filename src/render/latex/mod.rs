//! LaTeX: a fragment that needs amsmath, in Chinese ctex too, and nothing else; or a document that compiles by itself. No blank line
//! in a display; formulas are ASCII in any language, in English everything is, so far as the layer's own words are.

mod grids;
mod math;
mod picture;

use std::io::Write;

use unicode_width::UnicodeWidthChar;

use super::Paper;
use super::han::{breaks_between, is_wide};
use super::page::{Blocks, Page, Running, Sheet};
use crate::document::{Display, Figure, Glossary, Inline, Inlines, Lang, Math, Row, Table};

/// Writes blocks as LaTeX.
pub type Latex<'a, W> = Page<'a, W, Tex>;

/// How a document is set in LaTeX.
pub struct Tex {
    standalone: bool,
    /// Are there figures? They need TikZ.
    pictures: bool,
    /// How wide lines are, in tenths of a point, where that is said.
    width: Option<u32>,
    lang: Lang,
}

/// Lines are wrapped after this many columns: TeX's input buffer is finite.
const LINE: usize = 120;
/// Headings of a document, with less room around them than the article class gives.
const HEADINGS: &str = "\\makeatletter\n\\renewcommand{\\subsection}{\\@startsection{subsection}{2}{0pt}{-2.2ex plus -0.8ex}{0.8ex plus 0.2ex}\
                        {\\normalfont\\large\\bfseries}}\n\\makeatother\n";
/// How wide the lines of a document are, in tenths of a point: a little more than what equations are broken for.
pub const PAGE: u32 = 4050;
/// Rows of a table that fit on a page: a row is 18 to 21 pt high, a page of the article class at least 550 pt.
const TABLE_ROWS: usize = 24;
/// A display with more rows may be broken across pages.
const UNBROKEN_ROWS: usize = 6;

impl<'a, W: Write> Latex<'a, W> {
    /// Writes to `out`; `standalone` adds a preamble, which is what words in `lang` need. The title is a section.
    pub fn new(out: W, glossary: &'a Glossary, standalone: bool, lang: Lang) -> Self {
        Page::of(out, glossary, Tex { standalone, pictures: false, width: None, lang })
    }

    /// The same for lines of this width, in tenths of a point.
    #[must_use]
    pub fn with_width(mut self, width: u32) -> Self {
        self.sheet.format.width = Some(width);
        self
    }
}

impl Blocks for Sheet<'_, Tex> {
    fn header(&mut self, lines: &[String], pictures: bool) {
        self.format.pictures = pictures;
        self.closing(lines);
        if !self.format.standalone {
            let tikz = if self.format.pictures { " and \\usepackage{tikz}" } else { "" };
            self.line(&match self.format.lang {
                Lang::En => format!("% Needs \\usepackage{{amsmath}}{tikz}."),
                Lang::Zh => {
                    format!("% Needs \\usepackage{{amsmath}}{tikz} and \\usepackage{{ctex}}, and xelatex.")
                }
            });
        }
    }

    /// Everything before the first block of a standalone document; a header of comments stands before it.
    fn begin(&mut self, _title: Option<&[Inline]>) {
        if !self.format.standalone {
            return;
        }
        // ctex finds fonts and breaks lines by itself, under XeLaTeX
        let (program, chinese): (&str, &str) = match self.format.lang {
            Lang::En => ("", ""),
            Lang::Zh => ("% !TEX program = xelatex\n", "\\usepackage{ctex}\n"),
        };
        let (paper, height) = match self.paper {
            Paper::A4 => ("a4paper", 752),
            Paper::Letter => ("letterpaper", 702),
        };
        let tenths = self.format.width.unwrap_or(PAGE);
        let width = format!("{}.{}", tenths / 10, tenths % 10);
        let paper = format!("{paper},textwidth={width}pt,textheight={height}pt,footskip=22pt");
        let tikz = if self.format.pictures { "\\usepackage{tikz}\n" } else { "" };
        self.buffer.push_str(&format!(
            "{program}\\documentclass{{article}}\n\\usepackage[{paper}]{{geometry}}\n\
                 \\usepackage{{amsmath}}\n{tikz}{chinese}{HEADINGS}\\setlength{{\\parindent}}{{0pt}}\n\
                 \\setlength{{\\parskip}}{{0.5ex plus 0.3ex}}\n\\raggedbottom\n\\clubpenalty=10000\n\\widowpenalty=10000\n\\displaywidowpenalty=10000\n\\begin{{document}}\n\
                 \\jot=1pt\n\\abovedisplayskip=5pt plus 2pt minus 2pt\n\\belowdisplayskip=\\abovedisplayskip\n\
                 \\abovedisplayshortskip=3pt plus 2pt\n",
        ));
    }

    fn closing(&mut self, lines: &[String]) {
        lines.iter().for_each(|line| self.line(&format!("% {line}")));
    }

    fn heading(&mut self, below: u8, text: &[Inline]) {
        // \raggedright would stop pandoc, which reads LaTeX too
        let style = if below == 0 { "\\rightskip\\fill " } else { "" };
        let command = ["section", "subsection", "subsubsection", "paragraph", "subparagraph"];
        let place = usize::from(self.level - 1 + below).min(command.len() - 1);
        self.buffer.push_str(&format!("\\{}*{{{style}", command[place]));
        self.inlines(text);
        self.line("}");
    }

    fn paragraph(&mut self, text: &[Inline]) {
        // a display must not have a blank line before it
        if self.after_text {
            self.line("");
        }
        let start = self.buffer.len();
        self.inlines(text);
        self.wrap(start, true);
        self.line("");
    }

    fn display(&mut self, display: &Display) {
        let breaks = display.rows.len() > UNBROKEN_ROWS;
        match display.rows.as_slice() {
            [row] => {
                let name = if display.label.is_some() { "equation" } else { "equation*" };
                self.line(&format!("\\begin{{{name}}}"));
                if let Some(label) = &display.label {
                    self.line(&format!("  \\label{{{label}}}"));
                }
                self.buffer.push_str("  ");
                self.buffer.push_str(if display.boxed { "\\boxed{" } else { "" });
                self.row(row, "");
                self.buffer.push_str(if display.boxed { "}" } else { "" });
                self.tag(display);
                self.line("");
                self.line(&format!("\\end{{{name}}}"));
            }
            _ if display.boxed && !breaks && display.tag.is_none() => {
                // a frame is higher than the line before it says
                self.line("\\begingroup\\abovedisplayshortskip=\\abovedisplayskip");
                self.line("\\begin{equation*}\n  \\boxed{\\begin{aligned}");
                self.aligned(display);
                self.line("  \\end{aligned}}");
                self.line("\\end{equation*}\n\\endgroup");
            }
            _ => {
                if breaks {
                    self.line("\\begingroup\\allowdisplaybreaks");
                }
                self.line("\\begin{align*}");
                self.aligned(display);
                self.line("\\end{align*}");
                if breaks {
                    self.line("\\endgroup");
                }
            }
        }
    }

    /// A table that would be higher than a page goes on in a second one.
    fn table(&mut self, table: &Table) {
        for rows in table.rows.chunks(TABLE_ROWS) {
            self.part_of_table(&table.head, rows);
        }
    }

    fn figure(&mut self, figure: &Figure) {
        let width = self.format.width.or(self.format.standalone.then_some(PAGE));
        picture::picture(figure, self.glossary, width, &mut self.buffer);
        let start = self.buffer.rfind('\n').map_or(0, |place| place + 1);
        self.inlines(&figure.caption);
        self.wrap(start, true);
        self.buffer.push_str(picture::END);
    }

    fn room(&mut self, lines: u8) {
        self.line(&format!("\\par\\vspace{{{lines}\\baselineskip}}"));
    }

    fn end(&mut self) {
        if self.format.standalone {
            self.line("\\end{document}");
        }
    }
}

impl Running for Sheet<'_, Tex> {
    fn words(&mut self, text: &str, _first: bool) {
        escape(text, &mut self.buffer);
    }

    fn reference(&mut self, label: &str) {
        // labels are long, and Chinese has no spaces at which a line of the source may end
        self.buffer.push_str(if self.buffer.ends_with(is_wide) { "%\n" } else { "" });
        self.buffer.push_str(&format!("\\eqref{{{label}}}"));
    }

    fn formula(&mut self, math: &Math) {
        self.buffer.push('$');
        self.math(math);
        self.buffer.push('$');
    }
}

impl Sheet<'_, Tex> {
    fn tag(&mut self, display: &Display) {
        if let Some(tag) = &display.tag {
            self.buffer.push_str(&format!(" \\tag{{{tag}}}"));
        }
    }

    /// The rows of a display, one below the other.
    fn aligned(&mut self, display: &Display) {
        let rows = &display.rows;
        let paired = display.paired && self.format.standalone;
        for (place, row) in rows.iter().enumerate() {
            self.buffer.push_str("  ");
            self.row(row, "&");
            if paired && place % 2 == 0 && place + 1 < rows.len() {
                self.line(" &");
                continue;
            }
            if place + 1 == rows.len() {
                self.tag(display);
            }
            self.line(if self.format.standalone && are_high(rows, place) {
                " \\\\[1ex]"
            } else {
                line_break(rows, place)
            });
        }
    }

    fn part_of_table(&mut self, head: &[Inlines], rows: &[Vec<Inlines>]) {
        self.line(match self.format.lang {
            Lang::En => "\\begin{center}\\renewcommand{\\arraystretch}{1.5}",
            // ctex has wider lines and larger type
            Lang::Zh => "\\begin{center}\\renewcommand{\\arraystretch}{1.25}\\setlength{\\tabcolsep}{4pt}",
        });
        self.line(&format!("\\begin{{tabular}}{{{}}}", "l".repeat(head.len())));
        self.line("\\hline");
        self.cells(head);
        self.line(" \\\\ \\hline");
        for row in rows {
            self.cells(row);
            self.line(" \\\\");
        }
        self.line("\\hline");
        self.line("\\end{tabular}");
        self.line("\\end{center}");
    }

    fn cells(&mut self, cells: &[Inlines]) {
        let start = self.buffer.len();
        self.buffer.push_str("  ");
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.buffer.push_str(" & ");
            }
            self.inlines(cell);
        }
        self.wrap(start, false);
    }

    fn row(&mut self, row: &Row, tab: &str) {
        let start = self.buffer.len();
        if let Some(left) = &row.left {
            self.math(left);
            self.buffer.push(' ');
        }
        self.buffer.push_str(tab);
        if row.equals {
            self.buffer.push_str("= ");
        } else if !tab.is_empty() && row.left.is_none() {
            self.buffer.push_str("\\quad ");
        }
        self.math(&row.right);
        self.wrap(start, false);
    }

    /// Breaks a long source line: prose at any space and between Chinese characters, where TeX takes no line end for a space; math
    /// before operators and cells.
    fn wrap(&mut self, start: usize, prose: bool) {
        let text = &self.buffer[start..];
        if text.len() <= LINE {
            return;
        }
        let mut wrapped = String::with_capacity(text.len() + text.len() / LINE);
        // what is written, and the last place after it where a line may end: up to there, and going on from there
        let (mut written, mut last, mut used, mut before) = (0, None, 0, None);
        for (place, c) in text.char_indices() {
            let between = |b: char| is_wide(b) && is_wide(c) && breaks_between(b, c);
            if c == '\n' {
                (last, used) = (None, 0);
            } else if c == ' ' && (prose || is_joint(&text[place + 1..])) {
                last = Some((place, place + 1));
            } else if prose && before.is_some_and(between) {
                last = Some((place, place));
            }
            if used > LINE
                && let Some((end, next)) = last.take()
            {
                wrapped.push_str(&text[written..end]);
                wrapped.push('\n');
                (written, used) = (next, columns(&text[end..place]));
            }
            used += columns_of(c);
            before = Some(c);
        }
        wrapped.push_str(&text[written..]);
        self.buffer.truncate(start);
        self.buffer.push_str(&wrapped);
    }

    fn math(&mut self, math: &Math) {
        math::formula(math, self.glossary, &mut self.buffer);
    }
}

fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(c: char) -> usize {
    if c.is_ascii() { 1 } else { c.width().unwrap_or(1) }
}

/// Does a place begin here at which a formula's source may be broken?
fn is_joint(rest: &str) -> bool {
    ["+ ", "- ", "= ", "& ", "\\\\ ", "\\ast", "\\odot", "\\begin"].iter().any(|joint| rest.starts_with(joint))
}

/// Is there a fraction in this row and in the next? A document has little room between rows, and these would touch.
fn are_high(rows: &[Row], place: usize) -> bool {
    let high = |row: &Row| row.left.as_ref().is_some_and(Math::is_tall) || row.right.is_tall();
    rows.get(place + 1).is_some_and(|next| next.left.is_some() && high(next)) && high(&rows[place])
}

/// How a row of a display ends. The rows of one equation stay on a page, unless there are many; equations of several rows are
/// set apart.
fn line_break(rows: &[Row], place: usize) -> &'static str {
    let Some(next) = rows.get(place + 1) else { return "" };
    if next.left.is_some() {
        return if rows[place].left.is_none() { " \\\\[1ex]" } else { " \\\\" };
    }
    let before = rows[..=place].iter().rev().take_while(|r| r.left.is_none()).count();
    let after = rows[place + 1..].iter().take_while(|r| r.left.is_none()).count();
    if 1 + before + after <= UNBROKEN_ROWS { " \\\\*" } else { " \\\\" }
}

/// A formula without anything around it.
pub(super) fn formula(math: &Math, glossary: &Glossary) -> String {
    let mut out = String::new();
    math::formula(math, glossary, &mut out);
    out
}

/// Running text: TeX's special characters escaped, the few others spelled.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '#' | '$' | '%' | '&' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            '\\' => out.push_str("\\textbackslash{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '\u{d7}' => out.push_str("$\\times$"),
            '\u{2192}' => out.push_str("$\\to$"),
            _ => out.push(c),
        }
    }
}
