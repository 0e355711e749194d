//! LaTeX: a fragment that needs amsmath and nothing else, or a document that compiles by itself. ASCII, no blank line in a display.

use std::io::{self, Write};

use crate::document::{Block, Display, Dots, Glossary, Inline, Level, Math, Matrix, Name, Op, Row, Sink, is_letter};

/// Writes blocks as LaTeX.
pub struct Latex<'a, W: Write> {
    out: W,
    glossary: &'a Glossary,
    standalone: bool,
    begun: bool,
    /// Was the last block a paragraph? Then the next one needs a blank line before it; a display must not have one.
    after_text: bool,
    buffer: String,
}

/// Lines are wrapped after this many bytes: TeX's input buffer is finite.
const LINE: usize = 120;
/// A display with more rows may be broken across pages.
const UNBROKEN_ROWS: usize = 6;

impl<'a, W: Write> Latex<'a, W> {
    /// Writes to `out`; `standalone` adds a preamble.
    pub fn new(out: W, glossary: &'a Glossary, standalone: bool) -> Self {
        Latex { out, glossary, standalone, begun: false, after_text: false, buffer: String::new() }
    }

    /// Writes what is left, and gives the writer back.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> io::Result<W> {
        if self.standalone {
            self.preamble()?;
            self.out.write_all(b"\\end{document}\n")?;
        }
        self.out.flush()?;
        Ok(self.out)
    }

    /// Everything before the first block of a standalone document; a header of comments stands before it.
    fn preamble(&mut self) -> io::Result<()> {
        if self.standalone && !self.begun {
            self.out.write_all(
                b"\\documentclass{article}\n\\usepackage[a4paper,textwidth=360pt,textheight=680pt]{geometry}\n\\usepackage{amsmath}\n\\setlength{\\parindent}{0pt}\n\\setlength{\\parskip}{0.6ex plus 0.4ex}\n\
                  \\raggedbottom\n\\begin{document}\n",
            )?;
        }
        self.begun = true;
        Ok(())
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
                self.row(row, "");
                self.line("");
                self.line(&format!("\\end{{{name}}}"));
            }
            rows => {
                if breaks {
                    self.line("\\begingroup\\allowdisplaybreaks");
                }
                self.line("\\begin{align*}");
                for (place, row) in rows.iter().enumerate() {
                    self.buffer.push_str("  ");
                    self.row(row, "&");
                    self.line(match rows.get(place + 1) {
                        None => "",
                        // equations of several rows are set apart
                        Some(next) if next.left.is_some() && row.left.is_none() => " \\\\[1ex]",
                        Some(next) if next.left.is_some() => " \\\\",
                        // the rows of one equation stay on one page
                        Some(_) => " \\\\*",
                    });
                }
                self.line("\\end{align*}");
                if breaks {
                    self.line("\\endgroup");
                }
            }
        }
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
        self.wrap(start);
    }

    /// Breaks a long source line at spaces: those between operators, which mean nothing in math.
    fn wrap(&mut self, start: usize) {
        if self.buffer.len() - start <= LINE {
            return;
        }
        let mut last_break = start;
        let mut last_space = None;
        let mut breaks = Vec::new();
        for (place, byte) in self.buffer.bytes().enumerate().skip(start) {
            if byte == b'\n' {
                (last_break, last_space) = (place, None);
            } else if byte == b' ' {
                last_space = Some(place);
            }
            if place - last_break > LINE
                && let Some(space) = last_space.take()
            {
                breaks.push(space);
                last_break = space;
            }
        }
        if breaks.is_empty() {
            return;
        }
        // a space becomes a line break in place: no byte moves
        let mut bytes = std::mem::take(&mut self.buffer).into_bytes();
        for place in breaks {
            bytes[place] = b'\n';
        }
        self.buffer = String::from_utf8(bytes).expect("one ASCII byte was exchanged for another");
    }

    fn line(&mut self, text: &str) {
        self.buffer.push_str(text);
        self.buffer.push('\n');
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => escape(text, &mut self.buffer),
                Inline::Math(math) => {
                    self.buffer.push('$');
                    self.math(math);
                    self.buffer.push('$');
                }
            }
        }
    }

    fn math(&mut self, math: &Math) {
        match math {
            Math::Element(tensor, offset) => {
                name(self.glossary.name(*tensor), &mut self.buffer);
                let (buffer, commas) = (&mut self.buffer, self.glossary.commas(*tensor));
                let mut first = true;
                self.glossary.each_index(*tensor, *offset, |i| {
                    if first {
                        buffer.push_str("_{");
                    } else if commas {
                        buffer.push(',');
                    }
                    first = false;
                    push_integer(i, buffer);
                });
                if !first {
                    buffer.push('}');
                }
            }
            Math::Indexed(tensor, indices) => {
                name(self.glossary.name(*tensor), &mut self.buffer);
                if indices.is_empty() {
                    return;
                }
                self.buffer.push_str("_{");
                let commas = indices.iter().any(|i| !matches!(i, Math::Name(_)));
                for (place, index) in indices.iter().enumerate() {
                    if place > 0 && commas {
                        self.buffer.push(',');
                    }
                    self.tight(index);
                }
                self.buffer.push('}');
            }
            Math::Name(n) => name(n, &mut self.buffer),
            Math::Word(word) => {
                self.buffer.push_str("\\mathrm{");
                self.buffer.push_str(word);
                self.buffer.push('}');
            }
            Math::Text(text) => {
                self.buffer.push_str(" \\quad\\text{");
                escape(text, &mut self.buffer);
                self.buffer.push('}');
            }
            Math::Number(n) => {
                let (top, bottom) = n.parts();
                if n.is_integer() {
                    self.buffer.push_str(&top.to_string());
                } else {
                    self.buffer.push_str(&format!("\\tfrac{{{top}}}{{{bottom}}}"));
                }
            }
            Math::Op(op) => self.buffer.push_str(match op {
                Op::Plus => " + ",
                Op::Minus => " - ",
                Op::Negative => "-",
                Op::Times => " \\cdot ",
                Op::Slide => " \\ast ",
                Op::Hadamard => " \\odot ",
                Op::Equals => " = ",
                Op::AtMost => " \\le ",
                Op::Less => " < ",
                Op::Differs => " \\ne ",
                Op::Comma => ", ",
            }),
            Math::Row(parts) => {
                if parts.len() == 1 && matches!(parts[0], Math::Op(_)) {
                    // an operator spoken of, not used: no space on either side
                    self.buffer.push('{');
                    self.math(&parts[0]);
                    self.buffer.push('}');
                    return;
                }
                for part in parts {
                    // a row of a display must not seem to begin with the optional argument of the line break before it
                    self.separate(part);
                    self.math(part);
                }
            }
            Math::Fraction(top, bottom) => {
                self.buffer.push_str("\\frac{");
                self.math(top);
                self.buffer.push_str("}{");
                self.math(bottom);
                self.buffer.push('}');
            }
            Math::Derivative(y, x) => {
                self.buffer.push_str("\\frac{\\partial ");
                self.math(y);
                self.buffer.push_str("}{\\partial ");
                self.math(x);
                self.buffer.push('}');
            }
            Math::Power(base, exponent) => {
                self.buffer.push('{');
                self.math(base);
                self.buffer.push_str("}^{");
                self.math(exponent);
                self.buffer.push('}');
            }
            Math::Brackets(inner) => {
                let tall = is_tall(inner) && !matches!(**inner, Math::Number(_));
                self.buffer.push_str(if tall { "\\left(" } else { "(" });
                self.math(inner);
                self.buffer.push_str(if tall { "\\right)" } else { ")" });
            }
            Math::Call(function, order, argument) => {
                name(function, &mut self.buffer);
                (0..*order).for_each(|_| self.buffer.push('\''));
                self.buffer.push('(');
                self.math(argument);
                self.buffer.push(')');
            }
            Math::Matrix(matrix) => self.matrix(matrix),
            Math::Sum { ranges, conditions } => self.sum(ranges, conditions),
            Math::Largest(ranges) => {
                self.buffer.push_str("\\max_{");
                self.ranges_below(ranges);
                self.buffer.push_str("} ");
            }
            Math::Indicator(condition) => {
                self.buffer.push_str("\\mathbf{1}_{[");
                self.tight(condition);
                self.buffer.push_str("]}");
            }
            Math::Dots(dots) => self.buffer.push_str(match dots {
                Dots::Centre => "\\cdots ",
                Dots::Down => "\\vdots ",
                Dots::Diagonal => "\\ddots ",
            }),
            Math::Cases(cases) => {
                let (value, condition, otherwise) = &**cases;
                self.buffer.push_str("\\begin{cases} ");
                self.math(value);
                self.buffer.push_str(" & \\text{if } ");
                self.math(condition);
                self.buffer.push_str(" \\\\ ");
                self.math(otherwise);
                self.buffer.push_str(" & \\text{otherwise} \\end{cases}");
            }
        }
    }

    /// A Greek letter's command must not run into a letter that follows.
    fn separate(&mut self, next: &Math) {
        let ends_command = self.buffer.ends_with(|c: char| c.is_ascii_alphabetic())
            && self.buffer.rfind('\\').is_some_and(|at| {
                at + 1 < self.buffer.len() && self.buffer[at + 1..].bytes().all(|b| b.is_ascii_alphabetic())
            });
        let name = if let Math::Element(t, _) | Math::Indexed(t, _) = next {
            Some(self.glossary.name(*t))
        } else if let Math::Name(n) | Math::Call(n, ..) = next {
            Some(n)
        } else {
            None
        };
        let letter = name.is_some_and(|n| !n.nabla && !is_greek(&n.word));
        if ends_command && letter {
            self.buffer.push(' ');
        }
    }

    /// Inside an index: no space around operators.
    fn tight(&mut self, math: &Math) {
        if let Math::Row(parts) = math {
            for part in parts {
                self.separate(part);
                self.tight(part);
            }
        } else if let Math::Op(op @ (Op::Plus | Op::Minus | Op::Negative | Op::Equals)) = math {
            self.buffer.push(if *op == Op::Plus {
                '+'
            } else if *op == Op::Equals {
                '='
            } else {
                '-'
            });
        } else {
            self.math(math);
        }
    }

    /// One sum sign for each range, so that the bounds can stand where they belong; conditions go below the last.
    fn sum(&mut self, ranges: &[(Name, i64, i64)], conditions: &[Math]) {
        if conditions.is_empty() {
            for (letter, low, high) in ranges {
                self.buffer.push_str("\\sum_{");
                name(letter, &mut self.buffer);
                self.buffer.push_str(&format!("={low}}}^{{{high}}} "));
            }
            return;
        }
        self.buffer.push_str("\\sum_{\\substack{");
        self.ranges_below(ranges);
        for condition in conditions {
            self.buffer.push_str(" \\\\ ");
            self.tight(condition);
        }
        self.buffer.push_str("}} ");
    }

    /// `1 \le u \le 2,\ 1 \le v \le 2`, with equal ranges told together.
    fn ranges_below(&mut self, ranges: &[(Name, i64, i64)]) {
        for (place, run) in ranges.chunk_by(|x, y| (x.1, x.2) == (y.1, y.2)).enumerate() {
            if place > 0 {
                self.buffer.push_str(",\\ ");
            }
            self.buffer.push_str(&format!("{} \\le ", run[0].1));
            for (place, (letter, _, _)) in run.iter().enumerate() {
                if place > 0 {
                    self.buffer.push(',');
                }
                name(letter, &mut self.buffer);
            }
            self.buffer.push_str(&format!(" \\le {}", run[0].2));
        }
    }

    fn matrix(&mut self, matrix: &Matrix) {
        self.buffer.push_str("\\begin{pmatrix} ");
        // fractions in neighbouring rows would touch
        let next_row = if matrix.cells.iter().any(is_tall) { " \\\\[0.5ex] " } else { " \\\\ " };
        for (place, cell) in matrix.cells.iter().enumerate() {
            if place > 0 {
                self.buffer.push_str(if place % matrix.columns == 0 { next_row } else { " & " });
            }
            self.math(cell);
        }
        self.buffer.push_str(" \\end{pmatrix}");
    }
}

/// A formula without anything around it.
pub(super) fn formula(math: &Math, glossary: &Glossary) -> String {
    let mut latex = Latex::new(io::sink(), glossary, false);
    latex.math(math);
    latex.buffer
}

impl<W: Write> Sink for Latex<'_, W> {
    fn block(&mut self, block: Block) -> io::Result<()> {
        self.buffer.clear();
        match &block {
            Block::Header(lines) => {
                for line in lines {
                    self.line(&format!("% {line}"));
                }
                if !self.standalone {
                    self.line("% Needs \\usepackage{amsmath}.");
                }
            }
            Block::Title(_) | Block::Heading(_) | Block::Paragraph(_) | Block::Display(_) => self.preamble()?,
        }
        match &block {
            Block::Header(_) => {}
            Block::Title(text) => {
                self.buffer.push_str("\\section*{");
                self.inlines(text);
                self.line("}");
            }
            Block::Heading(text) => {
                self.buffer.push_str("\\subsection*{");
                self.inlines(text);
                self.line("}");
            }
            Block::Paragraph(text) => {
                if self.after_text {
                    self.line("");
                }
                let start = self.buffer.len();
                self.inlines(text);
                self.wrap(start);
                self.line("");
            }
            Block::Display(display) => self.display(display),
        }
        self.after_text = matches!(block, Block::Paragraph(_));
        self.out.write_all(self.buffer.as_bytes())
    }
}

/// A letter, a command for a Greek letter, or a word in italics; then its layer.
fn name(n: &Name, out: &mut String) {
    if n.nabla {
        out.push_str("\\nabla ");
    }
    if is_greek(&n.word) {
        out.push('\\');
        out.push_str(&n.word);
    } else if is_letter(&n.word) {
        out.push_str(&n.word);
    } else {
        out.push_str("\\mathit{");
        for c in n.word.chars() {
            if c == '_' {
                out.push('\\');
            }
            out.push(c);
        }
        out.push('}');
    }
    match n.level {
        Level::None => {}
        Level::This => out.push_str("^{l}"),
        Level::Below => out.push_str("^{l-1}"),
    }
}

fn is_greek(word: &str) -> bool {
    is_letter(word) && word.len() > 1
}

fn is_tall(math: &Math) -> bool {
    match math {
        Math::Fraction(..)
        | Math::Derivative(..)
        | Math::Matrix(_)
        | Math::Cases(_)
        | Math::Sum { .. }
        | Math::Largest(_) => true,
        Math::Row(parts) => parts.iter().any(is_tall),
        Math::Power(base, _) => is_tall(base),
        Math::Element(..)
        | Math::Indexed(..)
        | Math::Name(_)
        | Math::Word(_)
        | Math::Text(_)
        | Math::Op(_)
        | Math::Brackets(_)
        | Math::Call(..)
        | Math::Indicator(_)
        | Math::Dots(_) => false,
        Math::Number(n) => !n.is_integer(),
    }
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
            _ => out.push(c),
        }
    }
}

fn push_integer(i: i64, out: &mut String) {
    if (0..10).contains(&i) {
        out.push((b'0' + i as u8) as char);
    } else {
        use std::fmt::Write;
        // writing to a string cannot fail
        let _ = write!(out, "{i}");
    }
}
