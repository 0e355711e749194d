//! Labels in SVG: letters in italics, digits upright, indices and exponents one above the other.

use super::{escaped, tenths};
use crate::document::{LETTERS, Math, Op, is_letter};
use crate::formula::{Glossary, Level, Name};
use crate::render::text;

/// Height of the letters in an index, how far an exponent is raised, and an index lowered, in hundredths of that of the letters.
const SMALL: i32 = 70;
const RAISED: i32 = 38;
const LOWERED: i32 = 23;

/// A formula as spans of a text element.
pub(super) fn spans(math: &Math, glossary: &Glossary) -> String {
    labels(math, glossary, LETTERS)
}

/// The same where letters have this height.
pub(super) fn labels(math: &Math, glossary: &Glossary, size: i32) -> String {
    let mut speller = Speller { glossary, out: String::new(), at: 0, size };
    speller.math(math);
    speller.out
}

struct Speller<'a> {
    glossary: &'a Glossary,
    out: String,
    /// How far the last span stands below the line.
    at: i32,
    /// The height of the letters.
    size: i32,
}

/// A piece of text, and whether it is slanted.
type Piece = (String, bool);

impl Speller<'_> {
    fn math(&mut self, math: &Math) {
        if let Math::Element(tensor, offset) = math {
            let comma = if self.glossary.commas(*tensor) { "," } else { "" };
            let list: Vec<String> = self.glossary.indices(*tensor, *offset).map(|i| number(&i)).collect();
            let index = if list.is_empty() { Vec::new() } else { vec![(list.join(comma), false)] };
            self.name(self.glossary.name(*tensor), index);
        } else if let Math::Indexed(tensor, level, indices) = math {
            let all_names = indices.iter().all(|i| matches!(i, Math::Name(_))) && !self.glossary.always_commas();
            let mut pieces: Vec<Piece> = Vec::new();
            for (place, index) in indices.iter().enumerate() {
                if place > 0 && !all_names {
                    pieces.push((",".to_string(), false));
                }
                let spelled = text::formula(index, self.glossary).replace(' ', "").replace('-', "\u{2212}");
                pieces.extend(spelled.chars().map(|c| (c.to_string(), c.is_alphabetic())));
            }
            self.name(&self.glossary.indexed_name(*tensor, *level, indices.len()), pieces);
        } else if let Math::Name(name) = math {
            self.name(name, Vec::new());
        } else if let Math::Row(parts) = math {
            for (place, part) in parts.iter().enumerate() {
                if place > 0 && runs_together(&parts[place - 1], part) {
                    self.upright("\u{b7}");
                }
                self.math(part);
            }
        } else if let Math::Brackets(inner) = math {
            self.upright("(");
            self.math(inner);
            self.upright(")");
        } else if let Math::Indicator(rule, condition) = math {
            self.upright(rule.unwrap_or_default());
            self.upright("[");
            self.math(condition);
            self.upright("]");
        } else {
            // labels hold weights, functions and sums of products; what else may stand in one is spelled as on a terminal
            let spelled = text::formula(math, self.glossary);
            let signed = matches!(math, Math::Op(Op::Minus | Op::Negative));
            self.upright(&if signed { spelled.replace('-', "\u{2212}") } else { spelled });
        }
    }

    /// A letter or a word, its layer above, its index below.
    fn name(&mut self, name: &Name, index: Vec<Piece>) {
        let [small, raised, lowered] = [SMALL, RAISED, LOWERED].map(|part| part * self.size / 100);
        if name.nabla {
            self.upright("\u{2207}");
        }
        let bare = Name { nabla: false, level: Level::None, index: None, ..name.clone() };
        let index = match &name.index {
            Some(below) => {
                let letter = text::formula(&Math::name(below.as_str()), self.glossary);
                let comma = if index.is_empty() { Vec::new() } else { vec![(",".to_string(), false)] };
                [vec![(letter, is_letter(below))], comma, index].concat()
            }
            None => index,
        };
        let letter = text::formula(&Math::Name(Box::new(bare)), self.glossary);
        // capital Greek letters stand upright, as TeX has them
        let slanted = !(is_letter(&name.word) && letter.chars().all(|c| ('\u{391}'..='\u{3a9}').contains(&c)));
        self.span(&(letter, slanted), self.size, 0, 0);
        let mark = name.layer().unwrap_or_default().replace('-', "\u{2212}");
        let mark: Vec<char> = mark.chars().collect();
        let pieces = mark.chunk_by(|one, next| (one.is_ascii_digit() || *one == '\u{2212}') && next.is_ascii_digit());
        let level: Vec<Piece> = pieces.map(|piece| (piece.iter().collect(), *piece == ['l'])).collect();
        for piece in &level {
            self.span(piece, small, -raised, 0);
        }
        // digits are about half as wide as the letters are high
        let width = |pieces: &[Piece]| pieces.iter().map(|p| p.0.chars().count() as i32 * small / 2).sum::<i32>();
        let (above, below) = (width(&level), width(&index));
        for (place, piece) in index.iter().enumerate() {
            self.span(piece, small, lowered, if place == 0 { -above } else { 0 });
        }
        if !index.is_empty() && above > below {
            self.span(&("\u{200b}".to_string(), false), small, 0, above - below);
        }
    }

    fn upright(&mut self, words: &str) {
        self.span(&(words.to_string(), false), self.size, 0, 0);
    }

    /// A span that stands so far below the line and is moved so far to the right.
    fn span(&mut self, (words, slanted): &Piece, size: i32, below: i32, right: i32) {
        let mut attributes = String::new();
        if *slanted {
            attributes += " font-style=\"italic\"";
        }
        if size != self.size {
            attributes += &format!(" font-size=\"{}\"", tenths(size));
        }
        if right != 0 {
            attributes += &format!(" dx=\"{}\"", tenths(right));
        }
        if below != self.at {
            attributes += &format!(" dy=\"{}\"", tenths(below - self.at));
            self.at = below;
        }
        let words = escaped(words);
        if attributes.is_empty() {
            self.out += &words;
        } else {
            self.out += &format!("<tspan{attributes}>{words}</tspan>");
        }
    }
}

/// Would a factor be read as part of the one before: in the denominator of a fraction, or as one word with it?
fn runs_together(before: &Math, after: &Math) -> bool {
    let fraction = matches!(before, Math::Number(n) if !n.is_integer());
    !matches!(before, Math::Op(_))
        && (fraction && !matches!(after, Math::Op(_)) || matches!(after, Math::Indicator(Some(_), _)))
}

/// With a true minus sign.
fn number(n: &i64) -> String {
    n.to_string().replace('-', "\u{2212}")
}
