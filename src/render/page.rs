//! The base of all page writers: what each of them has, and one walk over the blocks of a document. A format says how a block of
//! each kind is written.

use std::io::{self, Write};

use super::Paper;
use crate::document::{Block, Display, Figure, Glossary, Inline, Math, Sink, Table};

/// Writes blocks in a format.
pub struct Page<'a, W, F> {
    out: W,
    pub(super) sheet: Sheet<'a, F>,
}

/// What is at hand where a block is written.
pub struct Sheet<'a, F> {
    pub(super) glossary: &'a Glossary,
    /// What is particular to the format.
    pub(super) format: F,
    /// Level of the title, from 1.
    pub(super) level: u8,
    pub(super) paper: Paper,
    /// The block that is being written.
    pub(super) buffer: String,
    /// Was the last block a paragraph?
    pub(super) after_text: bool,
    /// Was there a block, and one that is no header?
    begun: [bool; 2],
    warnings: Vec<String>,
}

/// How a format writes the blocks of a document, each at the end of the sheet's buffer.
pub trait Blocks {
    /// What stands before every block.
    fn before(&mut self, _first: bool) {}
    /// What stands before the first block that is no header, which may be a title.
    fn begin(&mut self, _title: Option<&[Inline]>) {}
    /// Lines for whoever reads the source.
    fn header(&mut self, lines: &[String], pictures: bool);
    /// Lines for the same reader at the end.
    fn closing(&mut self, lines: &[String]) {
        self.header(lines, false);
    }
    /// A heading so many levels below the title, or the title.
    fn heading(&mut self, below: u8, text: &[Inline]);
    /// A paragraph.
    fn paragraph(&mut self, text: &[Inline]);
    /// A displayed formula.
    fn display(&mut self, display: &Display);
    /// A table.
    fn table(&mut self, table: &Table);
    /// A picture.
    fn figure(&mut self, figure: &Figure);
    /// Room to write, so many lines high; none where nobody writes by hand.
    fn room(&mut self, _lines: u8) {}
    /// What a block calls for that begins here in the buffer.
    fn written(&mut self, _start: usize, _is_text: bool) {}
    /// What stands after the last block.
    fn end(&mut self) {}
}

impl<F> Sheet<'_, F> {
    /// Adds a line.
    pub(super) fn line(&mut self, text: &str) {
        self.buffer.push_str(text);
        self.buffer.push('\n');
    }

    /// The end of the last line, if it was begun.
    pub(super) fn end_line(&mut self) {
        self.buffer.truncate(self.buffer.trim_end().len());
        self.buffer.push('\n');
    }

    /// Says once what the format lacks, and what stands for it.
    pub(super) fn warn(&mut self, warning: String) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

/// How a format writes running text, each piece at the end of the sheet's buffer.
pub trait Running {
    /// Words in running text; first in it, or behind a formula.
    fn words(&mut self, text: &str, first: bool);
    /// A formula in running text.
    fn formula(&mut self, math: &Math);
    /// The number of the equation with this label.
    fn reference(&mut self, label: &str);
    /// What keeps a character and a formula apart, if it may not stand directly before the formula, or else behind it.
    fn gap(&self, _neighbour: char, _before: bool) -> &'static str {
        ""
    }
}

impl<F> Sheet<'_, F>
where
    Self: Running,
{
    /// Words and formulas.
    pub(super) fn inlines(&mut self, inlines: &[Inline]) {
        let start = self.buffer.len();
        for (place, inline) in inlines.iter().enumerate() {
            match inline {
                Inline::Text(text) => {
                    let after_formula = place > 0 && matches!(inlines[place - 1], Inline::Math(_));
                    let neighbour = text.chars().next().filter(|_| after_formula);
                    self.buffer.push_str(neighbour.map_or("", |c| self.gap(c, false)));
                    self.words(text, self.buffer.len() == start);
                }
                Inline::Reference(label) => self.reference(label),
                Inline::Math(math) => {
                    let neighbour = self.buffer[start..].chars().next_back();
                    self.buffer.push_str(neighbour.map_or("", |c| self.gap(c, true)));
                    self.formula(math);
                }
            }
        }
    }

    /// Words and formulas by themselves.
    pub(super) fn apart(&mut self, inlines: &[Inline]) -> String {
        let start = self.buffer.len();
        self.inlines(inlines);
        self.buffer.split_off(start)
    }
}

impl<'a, W: Write, F> Page<'a, W, F> {
    /// Writes to `out`; the title has the first level.
    pub(super) fn of(out: W, glossary: &'a Glossary, format: F) -> Self {
        let sheet = Sheet {
            glossary,
            format,
            level: 1,
            paper: Paper::A4,
            buffer: String::new(),
            after_text: false,
            begun: [false; 2],
            warnings: Vec::new(),
        };
        Page { out, sheet }
    }

    /// The same with a title of another level, counted from 1.
    #[must_use]
    pub fn with_heading(mut self, level: u8) -> Self {
        self.sheet.level = level.max(1);
        self
    }

    /// The same on other paper.
    #[must_use]
    pub fn with_paper(mut self, paper: Paper) -> Self {
        self.sheet.paper = paper;
        self
    }

    /// What the format lacks, and what stands for it; each is said once.
    pub fn warnings(&self) -> &[String] {
        &self.sheet.warnings
    }
}

impl<'a, W: Write, F> Page<'a, W, F>
where
    Sheet<'a, F>: Blocks,
{
    /// Writes what is left, and gives the writer back.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> io::Result<W> {
        self.sheet.buffer.clear();
        if !self.sheet.begun[0] {
            self.next();
        }
        self.begin(None);
        self.sheet.end();
        self.out.write_all(self.sheet.buffer.as_bytes())?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn next(&mut self) {
        let begun = std::mem::replace(&mut self.sheet.begun[0], true);
        self.sheet.before(!begun);
    }

    fn begin(&mut self, title: Option<&[Inline]>) {
        if !std::mem::replace(&mut self.sheet.begun[1], true) {
            self.sheet.begin(title);
        }
    }
}

impl<'a, W: Write, F> Sink for Page<'a, W, F>
where
    Sheet<'a, F>: Blocks,
{
    fn block(&mut self, block: Block) -> io::Result<()> {
        self.sheet.buffer.clear();
        // nothing stands before what is no text
        if !matches!(block, Block::Room(_)) {
            self.next();
        }
        let is_header = matches!(block, Block::Header { .. });
        if !is_header {
            self.begin(if let Block::Title(title) = &block { Some(title) } else { None });
        }
        let sheet = &mut self.sheet;
        let start = sheet.buffer.len();
        match &block {
            Block::Header { lines, pictures } => sheet.header(lines, *pictures),
            Block::Closing(evaluated) => sheet.closing(&evaluated.lines()),
            Block::Title(text) => sheet.heading(0, text),
            Block::Heading(text) => sheet.heading(1, text),
            Block::Subheading(text) => sheet.heading(2, text),
            Block::Paragraph(text) => sheet.paragraph(text),
            Block::Display(display) => sheet.display(display),
            Block::Table(table) => sheet.table(table),
            Block::Figure(figure) => sheet.figure(figure),
            Block::Room(lines) => sheet.room(*lines),
        }
        sheet.after_text = matches!(block, Block::Paragraph(_));
        if !is_header {
            sheet.written(start, sheet.after_text);
        }
        self.out.write_all(sheet.buffer.as_bytes())
    }
}
