//! How wide formulas are, and how much room there is.

use unicode_width::UnicodeWidthChar;

use super::math::{Math, Matrix, Op};
use crate::formula::Glossary;
use crate::formula::{Around, Big, Level, Name};
use crate::text::is_letter;

/// How wide formulas come out, and how wide a line is, in the same unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Typeset at 10 pt; tenths of a point. Widths are upper estimates for Computer Modern.
    Typeset {
        /// Width of a line.
        line: u32,
    },
    /// Terminal columns.
    Columns {
        /// Width of a line.
        line: u32,
    },
    /// Terminal columns where everything is spelled in ASCII.
    Ascii {
        /// Width of a line.
        line: u32,
    },
}

impl Measure {
    /// The text width of LaTeX's article class at 10 pt (345 pt), less a little.
    pub const ARTICLE: Measure = Measure::Typeset { line: 3350 };

    /// The text width of Typst's own page, A4 with text at 11 pt (453 pt, which are 412 pt at 10 pt), less a little.
    pub const TYPST: Measure = Measure::Typeset { line: 4000 };
    /// A page in a browser: 44 em, and printed on A4 about as much; its fonts are the reader's, some of them wide.
    pub const PAGE: Measure = Measure::Typeset { line: 3600 };
    /// The same where ctex sets the type, at 10.54 pt.
    pub const CTEX: Measure = Measure::Typeset { line: 3170 };

    /// Width of a line.
    pub fn line(self) -> u32 {
        match self {
            Measure::Typeset { line } | Measure::Columns { line } | Measure::Ascii { line } => line,
        }
    }

    /// What is left of the line beside an equation's number.
    #[must_use]
    pub fn beside(self, tag: &str) -> Measure {
        self.narrower(self.text(tag) + self.pick(300, 4))
    }

    /// The same with a shorter line.
    pub(super) fn narrower(self, by: u32) -> Measure {
        match self {
            Measure::Typeset { line } => Measure::Typeset { line: line.saturating_sub(by) },
            Measure::Columns { line } => Measure::Columns { line: line.saturating_sub(by) },
            Measure::Ascii { line } => Measure::Ascii { line: line.saturating_sub(by) },
        }
    }

    /// Width of words.
    pub(super) fn text(self, text: &str) -> u32 {
        // a Chinese character is as wide as the type is high, and fills two columns
        text.chars().map(|c| if c.width() == Some(2) { self.pick(100, 2) } else { self.pick(48, 1) }).sum()
    }

    /// Room between the columns of a table.
    pub(super) fn gap(self) -> u32 {
        self.pick(120, 2)
    }

    /// A width in thousandths of an em, or in columns.
    pub(super) fn pick(self, typeset: u32, columns: u32) -> u32 {
        match self {
            Measure::Typeset { .. } => typeset,
            Measure::Columns { .. } | Measure::Ascii { .. } => columns,
        }
    }

    /// What ASCII takes beyond Unicode's columns.
    fn longer(self, by: u32) -> u32 {
        match self {
            Measure::Typeset { .. } | Measure::Columns { .. } => 0,
            Measure::Ascii { .. } => by,
        }
    }

    /// Width of a formula.
    pub(super) fn width(self, glossary: &Glossary, math: &Math) -> u32 {
        let of = |m: &Math| self.width(glossary, m);
        match math {
            Math::Element(tensor, offset) => {
                let indices = glossary.indices(*tensor, *offset);
                let count = indices.len() as u32;
                let digits: u32 = indices.map(digit_count).sum();
                let commas = if glossary.commas(*tensor) { count - 1 } else { 0 };
                let index = digits * self.pick(40, 1) + commas * self.pick(24, 1);
                self.with_index(glossary.name(*tensor), index)
                    + if commas > 0 { self.pick(0, 2) } else { 0 }
                    + self.pick(6, 0)
                    + self.longer(u32::from(count > 0 && commas == 0))
            }
            Math::Indexed(tensor, level, indices) => {
                let inner: u32 = indices.iter().map(of).sum();
                let commas = indices.len().saturating_sub(1) as u32;
                let index = self.pick(inner * 3 / 4 + 24 * commas, inner + commas + 2);
                self.with_index(&glossary.indexed_name(*tensor, *level, indices.len()), index)
            }
            Math::Name(name) => self.name(name),
            Math::Word(word) => word.chars().count() as u32 * self.pick(52, 1) + self.pick(17, 0),
            Math::Text(text) => self.text(text) + self.pick(100, 2),
            Math::Number(n) => {
                let (top, bottom) = n.parts();
                let width = |n: &crate::expr::Number| n.to_string().len() as u32;
                if n.is_integer() {
                    width(&top) * self.pick(50, 1)
                } else {
                    self.pick(width(&top).max(width(&bottom)) * 50 + 24, width(&top) + width(&bottom) + 1)
                }
            }
            Math::Rounded(digits) => digits.len() as u32 * self.pick(50, 1),
            Math::Op(op) => match op {
                Op::Plus | Op::Minus | Op::Slide | Op::Star | Op::Hadamard | Op::HadamardDivision | Op::Times => {
                    self.pick(124, 3)
                }
                Op::Equals
                | Op::About
                | Op::AtMost
                | Op::AtLeast
                | Op::Less
                | Op::Greater
                | Op::Differs
                | Op::Divides
                | Op::Or => self.pick(134, 3),
                Op::To => self.pick(156, 1) + self.longer(1),
                Op::Negative => self.pick(78, 1),
                Op::Comma | Op::Semicolon => self.pick(45, 2),
                Op::Over | Op::Up => self.pick(50, 1) + self.longer(u32::from(*op == Op::Up) * 3),
                Op::Colon => self.pick(28, 1),
                Op::By => self.pick(78, 1),
                Op::Open | Op::Close => self.pick(60, 1),
            },
            Math::Row(parts) => {
                // a terminal shows a dot between factors
                let is_op = Math::is_operator;
                let products = parts.windows(2).filter(|w| !is_op(&w[0]) && !is_op(&w[1])).count() as u32;
                parts.iter().map(of).sum::<u32>() + products * self.pick(0, 1)
            }
            Math::Fraction(top, bottom) => self.pick(of(top).max(of(bottom)) + 24, of(top) + of(bottom) + 3),
            Math::Derivative(y, x) => self.pick(of(y).max(of(x)) + 56 + 24, of(y) + of(x) + 4),
            Math::Subscript(base, index) => of(base) + self.pick(of(index) * 3 / 4, of(index) + 2),
            Math::Power(base, exponent) => of(base) + self.pick(of(exponent) * 3 / 4, of(exponent) + 1),
            Math::Root(degree, inner) => of(inner) + self.pick(if *degree == 2 { 90 } else { 110 }, 3) + self.longer(3),
            Math::Brackets(inner) => of(inner) + self.pick(90, 2),
            Math::Call(name, order, x) => {
                // words stand upright
                let word = if is_letter(&name.word) { self.name(name) } else { self.text(&name.word) };
                word + order * self.pick(30, 1) + of(x) + self.pick(90, 2)
            }
            Math::Matrix(matrix) => self.matrix(glossary, matrix),
            Math::Big { big, ranges, conditions } => {
                let widest = conditions.iter().map(of).max().unwrap_or(0);
                let (sign, columns) = match big {
                    Big::Sum | Big::Product => (170 * ranges.len().max(1) as u32, 1 + self.longer(3)),
                    Big::Largest => (250 + 60 * ranges.len() as u32, 3),
                };
                self.pick(sign.max(widest * 3 / 4 + 20), columns + self.below(glossary, ranges, conditions))
            }
            Math::Indicator(rule, condition) => {
                let rule = rule.map_or(0, |word| word.len() as u32);
                self.pick((of(condition) * 3 / 4).max(rule * 40) + 50, of(condition) + rule + 2)
            }
            Math::Fenced(_, inner) => of(inner) + self.pick(60, 2),
            Math::Stepped(op, steps) => of(&Math::Op(*op)) + steps.len() as u32 * self.pick(50, 2) + self.pick(0, 1),
            Math::Ones => self.pick(60, 1) + self.longer(3),
            Math::Blank => self.pick(180, 1) + self.longer(2),
            Math::Dots(_) => self.pick(130, 1) + self.longer(2),
            Math::Cases(cases) => {
                let widths: Vec<(u32, u32)> = cases.iter().map(|(value, holds)| (of(value), of(holds))).collect();
                let columns = |column: fn(&(u32, u32)) -> u32| {
                    let list = || widths.iter().map(column);
                    self.pick(list().max().unwrap_or(0), list().sum())
                };
                columns(|w| w.0) + columns(|w| w.1) + self.pick(300, 2 + 4 * cases.len() as u32)
            }
        }
    }

    /// In columns, what stands in brackets after the sign of a sum, and a space.
    fn below(self, glossary: &Glossary, ranges: &[(Name, Math, Math)], conditions: &[Math]) -> u32 {
        let range = |(letter, low, high): &(Name, Math, Math)| {
            letter.word.len() as u32 + self.width(glossary, low) + self.width(glossary, high) + 3
        };
        let commas = (ranges.len() + conditions.len()).saturating_sub(1) as u32;
        let conditions = conditions.iter().map(|c| self.width(glossary, c)).sum::<u32>();
        ranges.iter().map(range).sum::<u32>() + conditions + 2 * commas + 3
    }

    fn matrix(self, glossary: &Glossary, matrix: &Matrix) -> u32 {
        let column = |c: usize| {
            (0..matrix.rows()).map(|r| self.width(glossary, &matrix.cells[r * matrix.columns + c])).max().unwrap_or(0)
        };
        let gaps = matrix.columns.saturating_sub(1) as u32 * self.pick(100, 2);
        (0..matrix.columns).map(column).sum::<u32>() + gaps + self.pick(180, 4)
    }

    /// A name with its index, which in print stands below the mark of the layer.
    fn with_index(self, name: &Name, index: u32) -> u32 {
        let comma = if name.index.is_some() { self.pick(24, 0) } else { 0 };
        let (level, own) = (self.level(name), self.subscript(name));
        self.letters(name) + self.pick(level.max(own + comma + index), level + own + index)
    }

    /// What stands below a name for good.
    fn subscript(self, name: &Name) -> u32 {
        let width = |index: &String| {
            if is_letter(index) { self.pick(48, 2) } else { index.len() as u32 * self.pick(44, 1) + self.pick(0, 1) }
        };
        name.index.as_ref().map_or(0, width)
    }

    fn name(self, name: &Name) -> u32 {
        let (level, below) = (self.level(name), self.subscript(name));
        self.letters(name) + self.pick(level.max(below), level + below)
    }

    /// A name without what stands above and below it.
    fn letters(self, name: &Name) -> u32 {
        let spelled = name.word.len() as u32;
        let letters = if is_letter(&name.word) {
            self.pick(letter_width(&name.word), 1) + self.longer(spelled - 1)
        } else {
            spelled * self.pick(62, 1)
        };
        let before = if name.nabla { self.pick(84, 1) + self.longer(4) } else { 0 }
            + name.marks.prefix.map_or(0, |_| self.pick(58, 1));
        let bold = if name.marks.bold { self.pick(letters / 6, 0) } else { 0 };
        before + letters + bold
    }

    /// The mark of a layer, with what stands around it.
    fn level(self, name: &Name) -> u32 {
        let level = match name.level {
            Level::None => return 0,
            Level::This => self.pick(34, 1) + self.longer(1),
            Level::Below => self.pick(130, 3) + self.longer(3),
            Level::Number(n) => digit_count(i64::from(n)) * self.pick(42, 1) + self.longer(1),
        };
        level + if name.marks.around == Around::Nothing { 0 } else { self.pick(56, 3) }
    }
}

/// Width of one letter in print, its slant included. The loss is told apart from other capitals, for it stands in fractions, which have
/// room.
fn letter_width(word: &str) -> u32 {
    match word.as_bytes() {
        b"C" => 62,
        b"M" | b"W" => 98,
        [b'A'..=b'Z', ..] => 82,
        _ => 62,
    }
}

fn digit_count(i: i64) -> u32 {
    let sign = u32::from(i < 0);
    sign + i.unsigned_abs().checked_ilog10().map_or(1, |d| d + 1)
}
