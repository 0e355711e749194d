//! The signs of text: Unicode, or those of ASCII that stand for them.

use crate::render::signs::Column;

/// Which characters text is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alphabet {
    /// Greek letters, raised and lowered digits, the operators of mathematics.
    #[default]
    Unicode,
    /// The 95 printable characters of ASCII: `delta_11`, `a^(l-1)`, `sum[i=1..3]`.
    Ascii,
}

/// A space at which a line is not broken; it is written as a plain one.
pub(super) const GLUE: char = '\u{a0}';

impl Alphabet {
    fn pick<T>(self, unicode: T, ascii: T) -> T {
        match self {
            Alphabet::Unicode => unicode,
            Alphabet::Ascii => ascii,
        }
    }

    /// Where its signs stand in the tables.
    pub(super) fn column(self) -> Column {
        self.pick(Column::Unicode, Column::Ascii)
    }

    /// Between factors that stand side by side.
    pub(super) fn product(self) -> char {
        self.pick('\u{b7}', GLUE)
    }

    /// The sign of a root, before its bracket; ASCII has the words of the layer language.
    pub(super) fn root(self, degree: u32) -> String {
        match (self, degree) {
            (Alphabet::Ascii, 2) => "sqrt".to_string(),
            (Alphabet::Ascii, degree) => format!("root{degree}"),
            (Alphabet::Unicode, 2) => "\u{221a}".to_string(),
            (Alphabet::Unicode, 3) => "\u{221b}".to_string(),
            (Alphabet::Unicode, 4) => "\u{221c}".to_string(),
            (Alphabet::Unicode, degree) => {
                let raised: String = degree.to_string().chars().filter_map(superscript).collect();
                raised + "\u{221a}"
            }
        }
    }

    /// Digits below the line.
    pub(super) fn lowered(self, digits: &str) -> String {
        match self {
            Alphabet::Unicode => digits.chars().filter_map(subscript).collect(),
            Alphabet::Ascii => format!("_{digits}"),
        }
    }

    /// Something above the line, if it can stand there by itself.
    pub(super) fn raised(self, text: &str) -> String {
        let raised: Option<String> = match self {
            Alphabet::Unicode => text.chars().map(superscript).collect(),
            Alphabet::Ascii => None,
        };
        // a fraction would end at its stroke
        raised.unwrap_or_else(|| if text.contains('/') { format!("^({text})") } else { format!("^{text}") })
    }

    /// The line below a table's head.
    pub(super) fn rule(self) -> &'static str {
        self.pick("\u{2500}", "-")
    }

    /// From what an entry is computed.
    pub(super) fn from(self) -> &'static str {
        self.pick("\u{2190}", "<-")
    }

    /// What stands at both ends of a line of a matrix, `place` lines below the first one, where `last` is below all others.
    pub(super) fn brackets(self, place: usize, last: usize) -> [char; 2] {
        match (self, place, last) {
            (Alphabet::Ascii, _, _) => ['[', ']'],
            (Alphabet::Unicode, _, 0) => ['(', ')'],
            (Alphabet::Unicode, 0, _) => ['\u{239b}', '\u{239e}'],
            (Alphabet::Unicode, p, l) if p == l => ['\u{239d}', '\u{23a0}'],
            (Alphabet::Unicode, _, _) => ['\u{239c}', '\u{239f}'],
        }
    }

    /// Running words; what ASCII has no sign for becomes a question mark.
    pub(super) fn words(self, text: &str) -> String {
        if self == Alphabet::Unicode {
            return text.to_string();
        }
        let mut plain = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\u{d7}' => plain.push('x'),
                '\u{2192}' => plain.push_str("->"),
                '\u{2190}' => plain.push_str("<-"),
                '\u{2032}' | '\u{2018}' | '\u{2019}' => plain.push('\''),
                '\u{201c}' | '\u{201d}' => plain.push('"'),
                '\u{2013}' | '\u{2212}' => plain.push('-'),
                '\u{2264}' => plain.push_str("<="),
                GLUE => plain.push(GLUE),
                c if c.is_ascii() => plain.push(c),
                _ => plain.push('?'),
            }
        }
        plain
    }
}

fn subscript(digit: char) -> Option<char> {
    digit.to_digit(10).and_then(|d| char::from_u32(0x2080 + d))
}

pub(super) fn superscript(c: char) -> Option<char> {
    match c {
        '1' => Some('\u{b9}'),
        '2' => Some('\u{b2}'),
        '3' => Some('\u{b3}'),
        '-' => Some('\u{207b}'),
        'T' => Some('\u{1d40}'),
        _ => c.to_digit(10).and_then(|d| char::from_u32(0x2070 + d)),
    }
}

/// The bold letter for a Latin or a small Greek one, from the mathematical alphabets.
pub(in crate::render) fn bold(c: char) -> char {
    let from = |first: char, bold: u32| char::from_u32(bold + (u32::from(c) - u32::from(first))).unwrap_or(c);
    match c {
        'A'..='Z' => from('A', 0x1d400),
        'a'..='z' => from('a', 0x1d41a),
        '\u{391}'..='\u{3a9}' => from('\u{391}', 0x1d6a8),
        '\u{3b1}'..='\u{3c9}' => from('\u{3b1}', 0x1d6c2),
        _ => c,
    }
}
