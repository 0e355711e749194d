//! The math tree spelled in Typst.
//!
//! Names are used where Typst has had them under the same name from 0.13 on; operators that were renamed on the way stand as the
//! characters themselves. Round brackets grow with what they hold by themselves.

use crate::document::{Math, Matrix, Op, greek, is_letter};
use crate::formula::{Glossary, Level, Name};
use crate::render::signs::Column;
use crate::render::spell::{self, Frames, Indices, Spell};

/// Where a formula stands.
#[derive(Default)]
pub(super) struct Place {
    /// Does a comma end an argument of a function here?
    in_argument: bool,
}

type Speller<'a> = spell::Speller<'a, Place>;

/// Appends a formula to a text.
pub(super) fn formula(math: &Math, glossary: &Glossary, out: &mut String) {
    Speller { glossary, out, format: Place::default() }.math(math);
}

const FRAMES: Frames = Frames {
    fraction: ["frac(", ", ", ")"],
    ratio: ["inline(", "/", ")"],
    derivative: ["frac(partial ", ", partial ", ")"],
    brackets: [["(", ")"]; 2],
    fences: [["abs(", ")"], ["floor(", ")"], ["ceil(", ")"]],
    signs: ["", " ", ""],
    bounds: ["", "_(", "=", ")", ""],
    under: ["", "_(", ")"],
    ranges: ["", ", space ", ""],
    indices: [",", "", " "],
    indicator: ["bold(1)", "^\"", "\"", "_([", "])"],
    ..Frames::NONE
};

impl<'a> Spell<'a> for Speller<'a> {
    fn column(&self) -> Column {
        Column::Typst
    }

    fn frames(&self) -> &'static Frames {
        &FRAMES
    }

    /// A letter, the name of a Greek letter, or a word in italics.
    fn name(&mut self, n: &Name, indices: Indices<'_>, commas: bool) {
        if n.nabla {
            self.out.push_str(self.column().nabla());
        }
        self.out.push_str(if n.marks.bold { "bold(" } else { "" });
        match n.marks.prefix {
            None if is_letter(&n.word) => self.out.push_str(&n.word),
            prefix => {
                let word = greek(&n.word).map_or_else(|| n.word.clone(), String::from);
                self.out.push_str("italic(");
                string(&format!("{}{word}", prefix.map(String::from).unwrap_or_default()), self.out);
                self.out.push(')');
            }
        }
        self.out.push_str(if n.marks.bold { ")" } else { "" });
        if let Some(layer) = n.layer() {
            script('^', &layer, self.out);
        }
        if n.index.is_none() && indices.len() == 0 {
            return;
        }
        self.scripted('_', |below| below.indices(n, indices, commas));
    }

    fn lowered(&mut self, index: &str) {
        if is_letter(index) || index.bytes().all(|b| b.is_ascii_digit()) {
            self.out.push_str(index);
        } else {
            upright(index, self.out);
        }
    }

    fn word(&mut self, word: &str) {
        upright(word, self.out);
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(" quad ");
        string(text, self.out);
    }

    /// Parts side by side, with a space between any two: `a_1(x)` would be an index `1(x)`, `ab` another name, and `delta(x)` a call.
    /// Only a word's bracket follows at once, as an argument does.
    fn row(&mut self, parts: &[Math], tight: bool) {
        for (place, part) in parts.iter().enumerate() {
            let before = place.checked_sub(1).map(|before| &parts[before]);
            let spaced = matches!(before, None | Some(Math::Op(_))) || matches!(part, Math::Op(_) | Math::Text(_));
            let argument = matches!((before, part), (Some(Math::Word(_)), Math::Brackets(_)));
            self.out.push_str(if spaced || argument { "" } else { " " });
            if tight { self.tight(part) } else { self.math(part) }
        }
    }

    fn op(&mut self, op: Op, tight: bool) {
        let sign = self.column().op(op);
        self.out.push_str(if op == Op::Comma && self.format.in_argument {
            "\\, "
        } else if tight && matches!(op, Op::Plus | Op::Minus | Op::Equals) {
            sign.trim()
        } else {
            sign
        });
    }

    fn function(&mut self, n: &Name) {
        if is_letter(&n.word) { self.name(n, Indices::NONE, false) } else { upright(&n.word, self.out) }
    }

    fn subscript(&mut self, base: &Math, index: &Math) {
        self.attached(base, '_', index);
    }

    fn power(&mut self, base: &Math, exponent: &Math) {
        self.attached(base, '^', exponent);
    }

    fn root(&self, degree: u32) -> [String; 2] {
        let open = if degree == 2 { "sqrt(".to_string() } else { format!("root({degree}, ") };
        [open, ")".to_string()]
    }

    fn matrix(&self, matrix: &Matrix) -> [&'static str; 4] {
        // fractions in neighbouring rows would touch
        let fractions = matrix.rows() > 1 && matrix.cells.iter().any(Math::is_tall);
        [if fractions { "mat(row-gap: #0.5em, " } else { "mat(" }, ", ", "; ", ")"]
    }

    fn cases(&self) -> [String; 4] {
        ["cases(", "\",\" & quad ", ", ", ")"].map(String::from)
    }

    fn lines(&self, _ranges: bool, _conditions: usize) -> [String; 3] {
        ["", " \\ ", ""].map(String::from)
    }

    /// In a function of Typst a comma ends an argument; in round brackets it is a comma.
    fn enclosed(&mut self, open: &str, inner: impl FnOnce(&mut Self)) {
        self.out.push_str(open);
        self.within(open != "(", inner);
    }

    fn script(&mut self, inner: impl FnOnce(&mut Self)) {
        self.within(false, inner);
    }

    fn above(&mut self, high: &Math) {
        self.scripted('^', |inside| inside.tight(high));
    }

    fn stepped(&mut self, op: Op, steps: &str) {
        self.out.push_str(self.column().op(op).trim_end());
        script('_', steps, self.out);
        self.out.push(' ');
    }
}

impl Speller<'_> {
    fn within(&mut self, in_argument: bool, inner: impl FnOnce(&mut Self)) {
        let outside = std::mem::replace(&mut self.format.in_argument, in_argument);
        inner(self);
        self.format.in_argument = outside;
    }

    /// An index or an exponent.
    fn scripted(&mut self, mark: char, inner: impl FnOnce(&mut Self)) {
        let start = self.out.len();
        self.within(false, inner);
        let text = self.out.split_off(start);
        script(mark, text.trim(), self.out);
    }

    /// A base with an index or an exponent. Typst has no invisible brackets: what is no single thing is handed to `attach`.
    fn attached(&mut self, base: &Math, mark: char, raised: &Math) {
        let only = if let Math::Row(parts) = base { parts.as_slice() } else { std::slice::from_ref(base) };
        let single = match only {
            [Math::Name(n)] => mark == '_' || n.level == Level::None,
            [Math::Number(n)] => n.is_integer(),
            [Math::Brackets(_) | Math::Matrix(_) | Math::Ones | Math::Word(_) | Math::Rounded(_)] => true,
            _ => false,
        };
        if single {
            self.math(base);
            self.scripted(mark, |inside| inside.math(raised));
        } else {
            let between = if mark == '_' { ", b: " } else { ", t: " };
            self.framed(["attach(", between, ")"], [base, raised], Self::math);
        }
    }
}

/// An index or an exponent that is spelled already, in brackets unless it is one letter or digit.
fn script(mark: char, text: &str, out: &mut String) {
    let single = text.len() == 1 && text.as_bytes()[0].is_ascii_alphanumeric();
    let [open, close] = if single { [""; 2] } else { ["(", ")"] };
    out.push_str(&format!("{mark}{open}{text}{close}"));
}

/// An upright word: a function by Typst's own name where there is one, otherwise an operator; what is no word is text.
fn upright(word: &str, out: &mut String) {
    match word {
        "exp" | "log" | "tanh" | "sin" | "cos" | "max" | "min" => out.push_str(word),
        word if word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {
            out.push_str("op(");
            string(word, out);
            out.push(')');
        }
        word => string(word, out),
    }
}

/// A string of Typst's: anything may stand in it, lines of a picture too.
pub(crate) fn string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}
