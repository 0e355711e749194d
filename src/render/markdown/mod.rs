//! Markdown, for the hosts that show formulas in it. Each takes them in another form and spoils other ones; what is written here
//! reaches the host's TeX reader as it left the math tree, except that `Host::Plain` needs a reader that knows `$`, and has words as
//! pandoc keeps them whole.

mod escape;
mod passage;

use std::io::Write;

use unicode_width::UnicodeWidthStr;

use super::displays;
use super::latex::formula;
use super::page::{Blocks, Page, Running, Sheet};
use super::svg::svg;
use crate::document::{Display, Figure, Glossary, Inline, Inlines, Math, Table};

pub(super) use escape::comment;
pub use passage::for_mdbook;

/// Where Markdown is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// mdBook with `mathjax-support = true`, and nothing else.
    MdBook,
    /// GitHub's pages.
    GitHub,
    /// MyST: Sphinx, Jupyter Book. No extension need be switched on.
    Myst,
    /// What reads `$…$` and `$$…$$` before it reads Markdown: Jupyter, Pandoc, Obsidian.
    #[default]
    Plain,
}

impl Host {
    /// The most rows in one formula. KaTeX counts what it expands, and in print an aligned formula does not break across pages.
    fn rows(self) -> usize {
        match self {
            Host::MdBook | Host::GitHub | Host::Plain => 40,
            Host::Myst => super::PRINTED_ROWS,
        }
    }
}

/// Markdown knows no deeper headings.
const LEVELS: u8 = 6;

/// Writes blocks as Markdown.
pub type Markdown<'a, W> = Page<'a, W, Hosted>;

/// Where Markdown is shown, and where running text stands in it.
pub struct Hosted {
    host: Host,
    place: Place,
}

/// Where running text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Paragraph,
    Heading,
    Cell,
}

impl<'a, W: Write> Markdown<'a, W> {
    /// Writes to `out`; the title is a heading of the first level.
    pub fn new(out: W, glossary: &'a Glossary, host: Host) -> Self {
        Page::of(out, glossary, Hosted { host, place: Place::Paragraph })
    }
}

impl Blocks for Sheet<'_, Hosted> {
    fn before(&mut self, first: bool) {
        self.buffer.push_str(if first { "" } else { "\n" });
    }

    fn header(&mut self, lines: &[String], _: bool) {
        self.line("<!--");
        for line in lines {
            self.line(&comment(line));
        }
        self.line("-->");
    }

    fn heading(&mut self, below: u8, text: &[Inline]) {
        let level = self.level.saturating_add(below);
        if level > LEVELS {
            self.warn(format!("Markdown has no heading of level {level}: level {LEVELS} stands for it"));
        }
        self.buffer.push_str(&format!("{} ", "#".repeat(level.min(LEVELS).into())));
        self.format.place = Place::Heading;
        self.inlines(text);
        self.format.place = Place::Paragraph;
        self.line("");
    }

    fn paragraph(&mut self, text: &[Inline]) {
        self.inlines(text);
        self.end_line();
    }

    fn display(&mut self, display: &Display) {
        let formulas = displays::formulas(&display.rows, self.glossary, self.format.host.rows());
        let last = formulas.len() - 1;
        for (place, lines) in formulas.into_iter().enumerate() {
            if place > 0 {
                self.line("");
            }
            if let (Host::Myst, Some(tag)) = (self.format.host, display.tag.as_ref().filter(|_| place == last)) {
                // a label would give it a second number
                self.fenced(None, "```{math}\n:nowrap:\n", &displays::tagged(lines, tag), "```");
                continue;
            }
            let mut lines = displays::aligned(lines);
            if let (Some(tag), Some(line)) = (display.tag.as_ref().filter(|_| place == last), lines.last_mut()) {
                line.push_str(&format!(" \\tag{{{tag}}}"));
            }
            self.lines(&lines, display.label.as_deref());
        }
    }

    /// A picture in the page itself, where the host leaves it there.
    fn figure(&mut self, figure: &Figure) {
        if self.format.host == Host::GitHub {
            let warning = "GitHub shows no picture that is part of the text; its words stand for it: make a file with --format svg, \
                           and name it in the text";
            self.warn(warning.to_string());
            let mut alt = String::new();
            escape::paragraph(&figure.alt, &mut alt);
            self.line(&alt);
        } else {
            self.line(&format!(
                "<div class=\"picture\" style=\"text-align:center\">\n{}\n</div>",
                svg(figure, self.glossary)
            ));
        }
        self.line("");
        self.paragraph(&figure.caption);
    }

    /// Every cell as wide as the widest of its column, as formatters of Markdown set tables: then they have nothing to change.
    fn table(&mut self, table: &Table) {
        self.format.place = Place::Cell;
        let mut spell = |row: &Vec<Inlines>| row.iter().map(|cell| self.apart(cell)).collect();
        let rows: Vec<Vec<String>> = std::iter::once(&table.head).chain(&table.rows).map(&mut spell).collect();
        self.format.place = Place::Paragraph;
        let widest = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0).max("---".len());
        let widths: Vec<usize> = (0..table.head.len()).map(widest).collect();
        for (place, row) in rows.iter().enumerate() {
            let padded = |(cell, width): (&String, &usize)| format!(" {cell}{} |", " ".repeat(width - cell.width()));
            let cells: String = row.iter().zip(&widths).map(padded).collect();
            self.line(&format!("|{cells}"));
            if place == 0 {
                let dashes: String = widths.iter().map(|&width| format!(" {} |", "-".repeat(width))).collect();
                self.line(&format!("|{dashes}"));
            }
        }
    }
}

impl Sheet<'_, Hosted> {
    fn lines(&mut self, lines: &[String], label: Option<&str>) {
        let anchor = label.map(|label| format!("<a id=\"{label}\"></a>"));
        match self.format.host {
            // in an element of HTML nothing is read as Markdown up to the next blank line
            Host::MdBook => {
                let id = label.map_or(String::new(), |label| format!(" id=\"{label}\""));
                let html: Vec<String> = lines.iter().map(|l| escape::html(l)).collect();
                self.line(&format!("<div class=\"math\"{id}>\n\\["));
                html.iter().for_each(|line| self.line(line));
                self.line("\\]\n</div>");
            }
            Host::GitHub => self.fenced(anchor, "```math", lines, "```"),
            Host::Plain => {
                let guarded: Vec<String> = lines.iter().map(|l| escape::guarded(&escape::whole_words(l))).collect();
                self.fenced(anchor, "$$", &guarded, "$$");
            }
            Host::Myst => {
                let open = label.map_or("```{math}".to_string(), |label| format!("```{{math}}\n:label: {label}"));
                self.fenced(None, &open, lines, "```");
            }
        }
    }

    fn fenced(&mut self, anchor: Option<String>, open: &str, lines: &[String], close: &str) {
        if let Some(anchor) = anchor {
            self.line(&anchor);
            self.line("");
        }
        self.line(open);
        lines.iter().for_each(|line| self.line(line));
        self.line(close);
    }
}

impl Running for Sheet<'_, Hosted> {
    fn words(&mut self, text: &str, first: bool) {
        if first && self.format.place == Place::Paragraph {
            escape::paragraph(text, &mut self.buffer);
        } else {
            escape::prose(text, &mut self.buffer);
        }
    }

    /// As MyST has it; other hosts number nothing.
    fn reference(&mut self, label: &str) {
        self.buffer.push_str(&format!("{{eq}}`{label}`"));
    }

    fn formula(&mut self, math: &Math) {
        let mut tex = formula(math, self.glossary).trim().to_string();
        if self.format.place == Place::Cell {
            tex = escape::without_bars(&tex);
        }
        match self.format.host {
            Host::MdBook => escape::every_mark(&format!("\\({tex}\\)"), &mut self.buffer),
            Host::GitHub => self.buffer.push_str(&format!("$`{tex}`$")),
            Host::Myst => self.buffer.push_str(&format!("{{math}}`{tex}`")),
            Host::Plain => self.buffer.push_str(&format!("${}$", escape::whole_words(&tex))),
        }
    }

    /// GitHub does not see a formula beside Chinese characters, and a dollar sign beside a digit is money.
    fn gap(&self, c: char, _before: bool) -> &'static str {
        let parted = match self.format.host {
            Host::GitHub => !c.is_ascii() || c.is_ascii_alphanumeric(),
            Host::Plain => c.is_ascii_digit(),
            Host::MdBook | Host::Myst => false,
        };
        if parted { " " } else { "" }
    }
}
