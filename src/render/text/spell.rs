//! A formula in one line of characters.

use super::signs::{Alphabet, bold, superscript};
use crate::document::{Math, Matrix, Op, greek, is_letter};
use crate::formula::{Big, Glossary, Level, Name};
use crate::render::signs::Column;
use crate::render::spell::{self, Frames, Indices, Spell};

type Speller<'a> = spell::Speller<'a, Alphabet>;

/// A formula in one line.
pub(super) fn line(math: &Math, glossary: &Glossary, alphabet: Alphabet) -> String {
    let mut out = String::new();
    Speller { glossary, out: &mut out, format: alphabet }.math(math);
    out
}

const UNICODE: Frames = Frames {
    fraction: ["", "/", ""],
    ratio: ["", "/", ""],
    derivative: ["\u{2202}", "/\u{2202}", ""],
    brackets: [["(", ")"]; 2],
    fences: [["|", "|"], ["\u{230a}", "\u{230b}"], ["\u{2308}", "\u{2309}"]],
    indicator: ["", "", "", "[", "]"],
    ..Frames::NONE
};
const ASCII: Frames = Frames {
    derivative: ["del\u{a0}", "/del\u{a0}", ""],
    fences: [["|", "|"], ["floor(", ")"], ["ceil(", ")"]],
    ..UNICODE
};

impl<'a> Spell<'a> for Speller<'a> {
    fn column(&self) -> Column {
        self.format.column()
    }

    fn frames(&self) -> &'static Frames {
        match self.format {
            Alphabet::Unicode => &UNICODE,
            Alphabet::Ascii => &ASCII,
        }
    }

    fn name(&mut self, n: &Name, indices: Indices<'_>, commas: bool) {
        if n.nabla {
            self.out.push_str(self.column().nabla());
        }
        let letter = greek(&n.word).filter(|_| self.format == Alphabet::Unicode);
        let letters = letter.map_or_else(|| n.word.clone(), |letter| letter.to_string());
        let marked = n.marks.bold && self.format == Alphabet::Unicode;
        self.out.extend(n.marks.prefix.into_iter().chain(letters.chars()).map(|c| if marked { bold(c) } else { c }));
        n.index.iter().for_each(|index| self.lowered(index));
        self.layer(n);
        let (list, bare): (Vec<String>, bool) = match indices {
            Indices::Numbers(list) => (list.map(|i| i.to_string()).collect(), !commas && list.min() >= Some(0)),
            Indices::Parts(list) => (list.iter().map(|i| self.apart(i).replace(' ', "")).collect(), false),
        };
        match list.as_slice() {
            [] => {}
            list if bare => self.out.push_str(&self.format.lowered(&list.concat())),
            list => self.out.push_str(&format!("[{}]", list.join(","))),
        }
    }

    fn lowered(&mut self, index: &str) {
        self.out.push_str(&format!("_{index}"));
    }

    fn word(&mut self, word: &str) {
        self.out.push_str(word);
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(&format!("  {}", self.format.words(text)));
    }

    fn row(&mut self, parts: &[Math], _tight: bool) {
        for (place, part) in parts.iter().enumerate() {
            if place > 0 && runs_together(self.format, &parts[place - 1], part) {
                self.out.push(self.format.product());
            }
            self.math(part);
        }
    }

    /// In brackets if it is more than one thing, or has a stroke of its own.
    fn part(&mut self, math: &Math) {
        let stroke = matches!(math, Math::Fraction(..) | Math::Derivative(..))
            || matches!(math, Math::Number(n) if !n.is_integer());
        let several = matches!(math, Math::Row(parts) if parts.len() > 1);
        if stroke || several { self.brackets(math, false) } else { self.math(math) }
    }

    fn function(&mut self, n: &Name) {
        self.name(n, Indices::NONE, false);
    }

    fn subscript(&mut self, base: &Math, index: &Math) {
        self.math(base);
        let line = self.apart(index);
        // words keep their distance
        let words = matches!(index, Math::Row(parts) if parts.iter().any(|p| matches!(p, Math::Word(_))));
        self.out.push_str(&format!("[{}]", if words { line } else { line.replace(' ', "") }));
    }

    fn power(&mut self, base: &Math, exponent: &Math) {
        self.math(base);
        self.out.push_str(&self.format.raised(&self.apart(exponent)));
    }

    fn stepped(&mut self, op: Op, steps: &str) {
        self.out.push_str(&format!("{}[{steps}] ", self.column().op(op).trim_end()));
    }

    fn root(&self, degree: u32) -> [String; 2] {
        [format!("{}(", self.format.root(degree)), ")".to_string()]
    }

    fn matrix(&self, _: &Matrix) -> [&'static str; 4] {
        // in ASCII a space is a product
        ["(", if self.format == Alphabet::Ascii { ", " } else { " " }, "; ", ")"]
    }

    fn cases(&self) -> [String; 4] {
        ["{ ", ": ", "; ", " }"].map(String::from)
    }

    fn big(&mut self, big: Big, ranges: &[(Name, Math, Math)], conditions: &[Math]) {
        let range = |(letter, low, high): &(Name, Math, Math)| {
            format!("{}={}..{}", letter.word, self.apart(low), self.apart(high))
        };
        let below: Vec<String> = ranges.iter().map(range).chain(conditions.iter().map(|c| self.apart(c))).collect();
        self.out.push_str(&format!("{}[{}] ", self.column().big(big), below.join(", ")));
    }
}

impl Speller<'_> {
    /// A part by itself.
    fn apart(&self, math: &Math) -> String {
        line(math, self.glossary, self.format)
    }

    /// The mark of a layer.
    fn layer(&mut self, n: &Name) {
        let Some(layer) = n.layer() else { return };
        // there are no raised square brackets
        let bare = n.marks.around.signs()[0].is_empty();
        self.out.push_str(&match self.format {
            Alphabet::Unicode if bare => {
                let raise = |c| if c == 'l' { Some('\u{2e1}') } else { superscript(c) };
                let apart = if !is_letter(&n.word) || n.index.is_some() { "^" } else { "" };
                format!("{apart}{}", layer.chars().filter_map(raise).collect::<String>())
            }
            Alphabet::Ascii if bare && n.level == Level::Below => format!("^({layer})"),
            Alphabet::Unicode | Alphabet::Ascii => format!("^{layer}"),
        });
    }
}

/// Would two neighbours in a product be read as one word, or a number as an index?
pub(super) fn runs_together(alphabet: Alphabet, left: &Math, right: &Math) -> bool {
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
                | Math::Indicator(..)
                | Math::Fenced(..)
                | Math::Ones
                | Math::Blank
        )
    };
    // where there is no dot, `2i` is a number and a letter
    let coefficient = matches!((left, right), (Math::Number(n), Math::Name(name))
        if n.is_integer() && name.word.len() == 1 && name.level == Level::None && !name.nabla);
    if alphabet == Alphabet::Ascii && coefficient {
        return false;
    }
    // ... and a bracket after a name is an argument
    let bracket = alphabet == Alphabet::Ascii && matches!(right, Math::Brackets(_) | Math::Matrix(_));
    (factor(left) || matches!(left, Math::Brackets(_)))
        && (factor(right) || bracket || matches!(right, Math::Word(_) | Math::Big { .. } | Math::Subscript(..)))
}
