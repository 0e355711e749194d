//! Plain text for a terminal: Unicode, matrices drawn over several lines, everything else in one.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::boxes::Box2;
use super::han::pieces;
use crate::document::{
    Block, Display, Dots, Glossary, Inline, Inlines, Level, Math, Matrix, Name, Op, Sink, Table, is_letter,
};

/// Writes blocks as text.
pub struct Text<'a, W: Write> {
    pub(super) out: W,
    glossary: &'a Glossary,
    pub(super) width: usize,
}

impl<'a, W: Write> Text<'a, W> {
    /// Writes to `out`, paragraphs filled to `width` columns.
    pub fn new(out: W, glossary: &'a Glossary, width: usize) -> Self {
        Text { out, glossary, width }
    }

    /// Writes what is left, and gives the writer back.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    pub(super) fn inlines(&self, inlines: &[Inline]) -> String {
        let mut text = String::new();
        for inline in inlines {
            match inline {
                Inline::Text(words) => text.push_str(words),
                Inline::Math(math) => text.push_str(self.line(math).trim()),
            }
        }
        text
    }

    /// A formula in one line.
    pub(super) fn line(&self, math: &Math) -> String {
        let mut out = String::new();
        self.spell(math, &mut out);
        out
    }

    fn spell(&self, math: &Math, out: &mut String) {
        match math {
            Math::Element(tensor, offset) => {
                name(self.glossary.name(*tensor), out);
                let commas = self.glossary.commas(*tensor);
                let indices = self.glossary.indices(*tensor, *offset);
                if commas || indices.iter().any(|&i| i < 0) {
                    let list: Vec<String> = indices.iter().map(i64::to_string).collect();
                    out.push_str(&format!("[{}]", list.join(",")));
                } else {
                    indices.iter().for_each(|i| out.extend(i.to_string().chars().filter_map(subscript)));
                }
            }
            Math::Indexed(tensor, level, indices) => {
                name(&self.glossary.indexed_name(*tensor, *level, indices.len()), out);
                if indices.is_empty() {
                    return;
                }
                let list: Vec<String> = indices.iter().map(|i| self.line(i).replace(' ', "")).collect();
                out.push_str(&format!("[{}]", list.join(",")));
            }
            Math::Name(n) => name(n, out),
            Math::Word(word) => out.push_str(word),
            Math::Text(text) => out.push_str(&format!("  {text}")),
            Math::Number(n) => out.push_str(&n.to_string()),
            Math::Rounded(digits) => out.push_str(digits),
            Math::Op(op) => out.push_str(match op {
                Op::Plus => " + ",
                Op::Minus => " - ",
                Op::Negative => "-",
                Op::Times => "\u{b7}",
                Op::Slide => " * ",
                Op::Star => " \u{22c6} ",
                Op::Hadamard => " \u{2299} ",
                Op::HadamardDivision => " \u{2298} ",
                Op::Equals => " = ",
                Op::AtMost => " \u{2264} ",
                Op::Less => " < ",
                Op::Greater => " > ",
                Op::Differs => " \u{2260} ",
                Op::Or => " \u{2228} ",
                Op::To => "\u{2192}",
                Op::Comma => ", ",
            }),
            Math::Row(parts) => {
                for (place, part) in parts.iter().enumerate() {
                    if place > 0 && runs_together(&parts[place - 1], part) {
                        out.push('\u{b7}');
                    }
                    self.spell(part, out);
                }
            }
            Math::Fraction(top, bottom) => {
                self.tight(top, out);
                out.push('/');
                self.tight(bottom, out);
            }
            Math::Derivative(y, x) => {
                out.push('\u{2202}');
                self.spell(y, out);
                out.push_str("/\u{2202}");
                self.spell(x, out);
            }
            Math::Subscript(base, index) => {
                self.spell(base, out);
                out.push_str(&format!("[{}]", self.line(index).replace(' ', "")));
            }
            Math::Power(base, exponent) => {
                self.spell(base, out);
                let digits = self.line(exponent);
                let raised: Option<String> = digits.chars().map(superscript).collect();
                out.push_str(&raised.unwrap_or_else(|| format!("^{digits}")));
            }
            Math::Root(degree, inner) => {
                match degree {
                    2 => out.push('\u{221a}'),
                    3 => out.push('\u{221b}'),
                    4 => out.push('\u{221c}'),
                    degree => {
                        out.extend(degree.to_string().chars().filter_map(superscript));
                        out.push('\u{221a}');
                    }
                }
                out.push('(');
                self.spell(inner, out);
                out.push(')');
            }
            Math::Brackets(inner) => {
                out.push('(');
                self.spell(inner, out);
                out.push(')');
            }
            Math::Call(function, order, argument) => {
                name(function, out);
                (0..*order).for_each(|_| out.push('\u{2032}'));
                out.push('(');
                self.spell(argument, out);
                out.push(')');
            }
            Math::Matrix(matrix) => {
                let rows = matrix.cells.chunks(matrix.columns.max(1));
                let rows: Vec<String> =
                    rows.map(|r| r.iter().map(|c| self.line(c)).collect::<Vec<_>>().join(" ")).collect();
                out.push_str(&format!("({})", rows.join("; ")));
            }
            Math::Sum { ranges, conditions } => {
                let mut below: Vec<String> = bounds(ranges);
                below.extend(conditions.iter().map(|c| self.line(c)));
                out.push_str(&format!("\u{2211}[{}] ", below.join(", ")));
            }
            Math::Largest { ranges, conditions } => {
                let mut below: Vec<String> = bounds(ranges);
                below.extend(conditions.iter().map(|c| self.line(c)));
                out.push_str(&format!("max[{}] ", below.join(", ")));
            }
            Math::Indicator(condition) => {
                out.push('[');
                self.spell(condition, out);
                out.push(']');
            }
            Math::Ones => out.push('\u{1d7cf}'),
            Math::Dots(dots) => out.push_str(match dots {
                Dots::Centre => "\u{22ef}",
                Dots::Down => "\u{22ee}",
                Dots::Diagonal => "\u{22f1}",
            }),
            Math::Cases(cases) => {
                let cases = cases.iter().map(|(value, holds)| format!("{}: {}", self.line(value), self.line(holds)));
                out.push_str(&format!("{{ {} }}", cases.collect::<Vec<_>>().join("; ")));
            }
        }
    }

    /// In brackets if it is more than one thing.
    fn tight(&self, math: &Math, out: &mut String) {
        let several = matches!(math, Math::Row(parts) if parts.len() > 1);
        if several {
            out.push('(');
        }
        self.spell(math, out);
        if several {
            out.push(')');
        }
    }

    /// A formula over as many lines as its matrices need.
    fn boxed(&self, math: &Math) -> Box2 {
        if let Math::Matrix(matrix) = math {
            self.matrix(matrix)
        } else if let Math::Row(parts) = math
            && holds_matrix(math)
        {
            Box2::beside(parts.iter().map(|p| self.boxed(p)))
        } else {
            Box2::line(self.line(math))
        }
    }

    fn matrix(&self, matrix: &Matrix) -> Box2 {
        let columns = (0..matrix.columns).map(|c| {
            let cells = matrix.cells.iter().skip(c).step_by(matrix.columns);
            Box2::column(cells.map(|cell| self.line(cell)).collect())
        });
        let spaced = itertools::Itertools::intersperse(columns, Box2::line("  ".to_string()));
        Box2::beside(spaced).bracketed()
    }

    fn display(&mut self, display: &Display) -> io::Result<()> {
        let lefts: Vec<Box2> =
            display.rows.iter().map(|r| r.left.as_ref().map_or_else(Box2::default, |l| self.boxed(l))).collect();
        // a single wide matrix on the left is no reason to indent
        let widest = lefts.iter().map(Box2::width).max().unwrap_or(0);
        for (place, (row, left)) in display.rows.iter().zip(lefts).enumerate() {
            let sign = match (row.equals, row.left.is_some() || widest > 0) {
                (true, true) => " = ",
                (true, false) => "= ",
                (false, true) => "   ",
                (false, false) => "",
            };
            let whole = Box2::beside([
                Box2::line("    ".to_string()),
                left.padded_to(widest),
                Box2::line(sign.to_string()),
                self.boxed(&row.right),
            ]);
            let tag = display.tag.as_ref().filter(|_| place + 1 == display.rows.len());
            let whole = match tag {
                Some(tag) => Box2::beside([whole, Box2::line(format!("    ({tag})"))]),
                None => whole,
            };
            for line in whole.lines() {
                writeln!(self.out, "{}", line.trim_end())?;
            }
        }
        writeln!(self.out)
    }

    pub(super) fn filled(&mut self, text: &str) -> io::Result<()> {
        let mut used = 0;
        for word in text.split_whitespace() {
            for (place, piece) in pieces(word).into_iter().enumerate() {
                let (width, space) = (piece.width(), usize::from(place == 0));
                if used > 0 && used + space + width > self.width {
                    writeln!(self.out)?;
                    used = 0;
                }
                if used > 0 && space > 0 {
                    write!(self.out, " ")?;
                    used += 1;
                }
                write!(self.out, "{piece}")?;
                used += width;
            }
        }
        writeln!(self.out, "\n")
    }
}

/// A table's columns, each as wide as its widest cell.
impl<W: Write> Text<'_, W> {
    fn table(&mut self, table: &Table) -> io::Result<()> {
        let spelled = |row: &Vec<Inlines>| row.iter().map(|cell| self.inlines(cell)).collect::<Vec<_>>();
        let lines: Vec<Vec<String>> = std::iter::once(&table.head).chain(&table.rows).map(spelled).collect();
        let width = |c: usize| lines.iter().map(|l| l[c].width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..table.head.len()).map(width).collect();
        for (place, line) in lines.iter().enumerate() {
            let padded = |(cell, width): (&String, &usize)| format!("{cell}{}", " ".repeat(width - cell.width()));
            let cells = line.iter().zip(&widths).map(padded);
            writeln!(self.out, "    {}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
            if place == 0 {
                let rules: Vec<String> = widths.iter().map(|&width| "\u{2500}".repeat(width)).collect();
                writeln!(self.out, "    {}", rules.join("  "))?;
            }
        }
        writeln!(self.out)
    }
}

/// A formula in one line.
pub(super) fn formula(math: &Math, glossary: &Glossary) -> String {
    Text::new(io::sink(), glossary, 80).line(math)
}

impl<W: Write> Sink for Text<'_, W> {
    fn block(&mut self, block: Block) -> io::Result<()> {
        match &block {
            Block::Header(lines) => {
                for line in lines {
                    writeln!(self.out, "# {line}")?;
                }
                writeln!(self.out)
            }
            Block::Title(text) => {
                let title = self.inlines(text);
                writeln!(self.out, "{title}\n{}\n", "=".repeat(title.width()))
            }
            Block::Heading(text) => {
                let heading = self.inlines(text);
                writeln!(self.out, "{heading}\n{}\n", "-".repeat(heading.width()))
            }
            Block::Subheading(text) => {
                let heading = self.inlines(text);
                writeln!(self.out, "{heading}\n{}\n", "~".repeat(heading.width()))
            }
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => self.listing(figure),
            Block::Paragraph(text) => {
                let text = self.inlines(text);
                self.filled(&text)
            }
            Block::Display(display) => self.display(display),
        }
    }
}

fn holds_matrix(math: &Math) -> bool {
    matches!(math, Math::Matrix(_)) || matches!(math, Math::Row(parts) if parts.iter().any(holds_matrix))
}

/// Would two neighbours in a product be read as one word, or a number as an index?
fn runs_together(left: &Math, right: &Math) -> bool {
    let factor = |m: &Math| {
        matches!(
            m,
            Math::Element(..)
                | Math::Indexed(..)
                | Math::Name(_)
                | Math::Derivative(..)
                | Math::Fraction(..)
                | Math::Number(_)
                | Math::Call(..)
                | Math::Power(..)
                | Math::Root(..)
                | Math::Indicator(_)
                | Math::Ones
        )
    };
    (factor(left) || matches!(left, Math::Brackets(_)))
        && (factor(right)
            || matches!(right, Math::Word(_) | Math::Sum { .. } | Math::Largest { .. } | Math::Subscript(..)))
}

fn bounds(ranges: &[(Name, i64, i64)]) -> Vec<String> {
    ranges.iter().map(|(letter, low, high)| format!("{}={low}..{high}", letter.word)).collect()
}

fn name(n: &Name, out: &mut String) {
    if n.nabla {
        out.push('\u{2207}');
    }
    let letters: String = n.marks.prefix.into_iter().chain(greek(&n.word)).collect();
    let letters = letters + if greek(&n.word).is_some() { "" } else { &n.word };
    out.extend(letters.chars().map(|c| if n.marks.bold { bold(c) } else { c }));
    let [before, after] = n.marks.around.signs();
    if !before.is_empty() && n.level != Level::None {
        // there are no raised square brackets
        let level = match n.level {
            Level::None => String::new(),
            Level::This => "l".to_string(),
            Level::Below => "l-1".to_string(),
            Level::Number(number) => number.to_string(),
        };
        out.push_str(&format!("^{before}{level}{after}"));
        return;
    }
    if !is_letter(&n.word) && n.level != Level::None {
        out.push('^');
    }
    match n.level {
        Level::None => {}
        Level::This => out.push('\u{2e1}'),
        Level::Below => out.push_str("\u{2e1}\u{207b}\u{b9}"),
        Level::Number(number) => out.extend(number.to_string().chars().filter_map(superscript)),
    }
}

/// The bold letter for a Latin or a small Greek one, from the mathematical alphabets.
pub(super) fn bold(c: char) -> char {
    let from = |first: char, bold: u32| char::from_u32(bold + (u32::from(c) - u32::from(first))).unwrap_or(c);
    match c {
        'A'..='Z' => from('A', 0x1d400),
        'a'..='z' => from('a', 0x1d41a),
        '\u{391}'..='\u{3a9}' => from('\u{391}', 0x1d6a8),
        '\u{3b1}'..='\u{3c9}' => from('\u{3b1}', 0x1d6c2),
        _ => c,
    }
}

/// A Greek letter by its name.
pub(super) fn greek(word: &str) -> Option<char> {
    let small = [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
        "xi", "omicron", "pi", "rho", "", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ];
    let lower = word.to_ascii_lowercase();
    let place = small.iter().position(|&s| !s.is_empty() && s == lower)? as u32;
    let first = if word.starts_with(|c: char| c.is_ascii_uppercase()) { 0x391 } else { 0x3b1 };
    char::from_u32(first + place)
}

fn subscript(digit: char) -> Option<char> {
    digit.to_digit(10).and_then(|d| char::from_u32(0x2080 + d))
}

fn superscript(c: char) -> Option<char> {
    match c {
        '1' => Some('\u{b9}'),
        '2' => Some('\u{b2}'),
        '3' => Some('\u{b3}'),
        '-' => Some('\u{207b}'),
        'T' => Some('\u{1d40}'),
        _ => c.to_digit(10).and_then(|d| char::from_u32(0x2070 + d)),
    }
}
