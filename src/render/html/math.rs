//! The math tree spelled in MathML Core, so that a browser sets it and a screen reader reads it.
//!
//! Each part of a formula becomes one element. What is multiplied, applied or listed without a sign between gets the invisible
//! one, which is not seen but spoken.

use super::looks::{Look, Looks};
use crate::document::{Math, Matrix, Op, greek, is_letter};
use crate::formula::{Glossary, Level, Name};
use crate::render::signs::Column;
use crate::render::spell::{self, Frames, Indices, Spell};
use crate::render::svg::escaped;
use crate::render::text::bold;

/// Between factors.
const TIMES: &str = "<mo>&#x2062;</mo>";
/// Between factors of which one is a word.
const TIMES_APART: &str = "<mo rspace=\"0.17em\">&#x2062;</mo>";
/// Between a function and its argument.
const APPLY: &str = "<mo>&#x2061;</mo>";
/// Between indices that stand side by side.
const SEPARATOR: &str = "<mo>&#x2063;</mo>";
/// Of an operator in an index.
const NO_SPACE: &str = " lspace=\"0\" rspace=\"0\"";

/// What a speller of MathML keeps account of.
pub(super) struct MathMl {
    /// How looks are told.
    pub(super) looks: Looks,
    /// Is this an index or an exponent? There is no space around operators there.
    tight: bool,
}

pub(super) type Speller<'a> = spell::Speller<'a, MathMl>;

/// A formula as the children of an element that sets them side by side.
pub(super) fn inside(math: &Math, glossary: &Glossary, looks: Looks, out: &mut String) {
    Speller { glossary, out, format: MathMl { looks, tight: false } }.inside(math);
}

const FRAMES: Frames = Frames {
    fraction: ["<mfrac>", "", "</mfrac>"],
    // as small as in a line of text
    ratio: ["<mfrac displaystyle=\"false\"><mn>", "</mn><mn>", "</mn></mfrac>"],
    derivative: ["<mfrac><mrow><mi>\u{2202}</mi>", "</mrow><mrow><mi>\u{2202}</mi>", "</mrow></mfrac>"],
    brackets: [
        ["<mrow><mo stretchy=\"false\">(</mo>", "<mo stretchy=\"false\">)</mo></mrow>"],
        ["<mrow><mo>(</mo>", "<mo>)</mo></mrow>"],
    ],
    call: ["<mrow>", APPLY, "</mrow>"],
    fences: [
        ["<mrow><mo form=\"prefix\">|</mo>", "<mo form=\"postfix\">|</mo></mrow>"],
        ["<mrow><mo>\u{230a}</mo>", "<mo>\u{230b}</mo></mrow>"],
        ["<mrow><mo>\u{2308}</mo>", "<mo>\u{2309}</mo></mrow>"],
    ],
    signs: ["<mrow>", "", "</mrow>"],
    bounds: ["<munderover>", "<mrow>", "<mo lspace=\"0\" rspace=\"0\">=</mo>", "</mrow>", "</munderover>"],
    under: ["<munder>", "", "</munder>"],
    ranges: ["<mrow>", "<mo rspace=\"0.3em\">,</mo>", "</mrow>"],
    indices: ["<mo rspace=\"0\">,</mo>", SEPARATOR, SEPARATOR],
    ..Frames::NONE
};

impl<'a> Spell<'a> for Speller<'a> {
    fn column(&self) -> Column {
        Column::MathMl
    }

    fn frames(&self) -> &'static Frames {
        &FRAMES
    }

    /// A letter or a word, then its layer above and its index below.
    fn name(&mut self, n: &Name, indices: Indices<'_>, commas: bool) {
        if n.nabla {
            self.out.push_str(&format!("<mrow>{}", self.column().nabla()));
        }
        let all = indices.len() + usize::from(n.index.is_some());
        let element = match (all > 0, n.level != Level::None) {
            (false, false) => "",
            (false, true) => "msup",
            (true, false) => "msub",
            (true, true) => "msubsup",
        };
        let [open, close] = if element.is_empty() { ["", ""] } else { ["<", ">"] };
        self.out.push_str(&format!("{open}{element}{close}"));
        self.letter(n);
        let [row, end] = if all > 1 { ["<mrow>", "</mrow>"] } else { [""; 2] };
        self.script(|script| {
            script.out.push_str(row);
            script.indices(n, indices, commas);
            script.out.push_str(end);
        });
        self.layer(&n.layer().unwrap_or_default());
        self.out.push_str(&if element.is_empty() { String::new() } else { format!("</{element}>") });
        self.out.push_str(if n.nabla { "</mrow>" } else { "" });
    }

    fn lowered(&mut self, word: &str) {
        if word.bytes().all(|b| b.is_ascii_digit()) {
            self.token("mn", word);
        } else if is_letter(word) {
            self.letter(&Name::new(word));
        } else {
            self.word(word);
        }
    }

    fn word(&mut self, word: &str) {
        if word.contains(' ') {
            self.token("mtext", word);
        } else if word.chars().count() == 1 {
            self.out.push_str(&format!("<mi mathvariant=\"normal\">{}</mi>", escaped(word)));
        } else {
            self.token("mi", word);
        }
    }
    fn text(&mut self, text: &str) {
        self.out.push_str(&format!("<mrow><mspace width=\"1em\"/><mtext>{}</mtext></mrow>", escaped(text)));
    }

    /// A row as one element.
    fn row(&mut self, parts: &[Math], _tight: bool) {
        match parts {
            [only @ (Math::Element(..) | Math::Name(_) | Math::Number(_) | Math::Brackets(_) | Math::Matrix(_))] => {
                self.math(only);
            }
            parts => self.element("mrow", |inside| inside.parts(parts)),
        }
    }

    fn inside(&mut self, math: &Math) {
        if let Math::Row(parts) = math { self.parts(parts) } else { self.math(math) }
    }

    fn tight(&mut self, math: &Math) {
        self.script(|script| script.math(math));
    }

    fn script(&mut self, content: impl FnOnce(&mut Self)) {
        let outside = std::mem::replace(&mut self.format.tight, true);
        content(self);
        self.format.tight = outside;
    }

    fn digits(&mut self, digits: &str) {
        self.token("mn", digits);
    }

    fn integer(&mut self, n: i64) {
        self.token("mn", &n.to_string().replace('-', "\u{2212}"));
    }

    fn blank(&mut self) {
        self.out.push_str(&format!("<mi mathvariant=\"normal\">{}</mi>", self.column().blank()));
    }

    fn op(&mut self, op: Op, _tight: bool) {
        self.set_op(op, false);
    }

    fn function(&mut self, n: &Name) {
        if is_letter(&n.word) { self.name(n, Indices::NONE, false) } else { self.word(&n.word) }
    }

    /// As an exponent they would be too small and too high in every font.
    fn primes(&mut self, order: u32) {
        match order {
            0 => {}
            2 => self.token("mo", "\u{2033}"),
            3 => self.token("mo", "\u{2034}"),
            n => self.token("mo", &self.column().prime().repeat(n as usize)),
        }
    }

    fn subscript(&mut self, base: &Math, index: &Math) {
        self.attached("msub", base, index);
    }

    fn power(&mut self, base: &Math, exponent: &Math) {
        self.attached("msup", base, exponent);
    }

    fn stepped(&mut self, op: Op, steps: &str) {
        self.element("msub", |inside| {
            inside.op(op, false);
            inside.token("mn", steps);
        });
    }

    fn root(&self, degree: u32) -> [String; 2] {
        match degree {
            2 => ["<msqrt>", "</msqrt>"].map(String::from),
            degree => ["<mroot>".to_string(), format!("<mn>{degree}</mn></mroot>")],
        }
    }

    fn matrix(&self, _: &Matrix) -> [&'static str; 4] {
        let open = "<mrow><mo>(</mo><mtable>\n<mtr><mtd>";
        [open, "</mtd><mtd>", "</mtd></mtr>\n<mtr><mtd>", "</mtd></mtr>\n</mtable><mo>)</mo></mrow>"]
    }

    fn cases(&self) -> [String; 4] {
        let [left, right] =
            [&[Look::Case][..], &[Look::Case, Look::Condition]].map(|looks| self.format.looks.of(looks));
        [
            format!("<mrow><mo>{{</mo><mtable>\n<mtr><mtd{left}>"),
            format!("<mo>,</mo></mtd><mtd{right}>"),
            format!("</mtd></mtr>\n<mtr><mtd{left}>"),
            "</mtd></mtr>\n</mtable></mrow>".to_string(),
        ]
    }

    fn lines(&self, ranges: bool, conditions: usize) -> [String; 3] {
        if usize::from(ranges) + conditions < 2 {
            return Default::default();
        }
        let cell = format!("<mtr><mtd{}>", self.format.looks.of(&[Look::Below]));
        [format!("<mtable>{cell}"), format!("</mtd></mtr>{cell}"), "</mtd></mtr></mtable>".to_string()]
    }

    fn indicator(&mut self, rule: Option<&str>, condition: &Math) {
        self.element(if rule.is_some() { "msubsup" } else { "msub" }, |inside| {
            inside.out.push_str(inside.column().ones());
            inside.out.push_str("<mrow><mo stretchy=\"false\">[</mo>");
            inside.tight(condition);
            inside.out.push_str("<mo stretchy=\"false\">]</mo></mrow>");
            if let Some(word) = rule {
                inside.token("mtext", word);
            }
        });
    }
}

impl Speller<'_> {
    /// The mark of a layer, with what stands around it.
    fn layer(&mut self, mark: &str) {
        let pieces: Vec<&[u8]> =
            mark.as_bytes().chunk_by(|one, next| one.is_ascii_digit() && next.is_ascii_digit()).collect();
        let [open, close] = if pieces.len() > 1 { ["<mrow>", "</mrow>"] } else { [""; 2] };
        self.out.push_str(open);
        for piece in pieces {
            let text = String::from_utf8_lossy(piece);
            self.out.push_str(&match piece {
                b"l" => "<mi>l</mi>".to_string(),
                b"-" => format!("<mo{NO_SPACE}>\u{2212}</mo>"),
                [b'0'..=b'9', ..] => format!("<mn>{text}</mn>"),
                _ => format!("<mo{NO_SPACE} stretchy=\"false\">{text}</mo>"),
            });
        }
        self.out.push_str(close);
    }

    /// A letter is set in italics by itself, but capital Greek ones stand upright, as TeX has them; a word has to be told. Bold
    /// letters have characters of their own.
    fn letter(&mut self, n: &Name) {
        let letter = greek(&n.word).map_or_else(|| n.word.clone(), String::from);
        let word: String = n.marks.prefix.into_iter().chain(letter.chars()).collect();
        let attribute = if n.marks.bold {
            return self.token("mi", &word.chars().map(bold).collect::<String>());
        } else if n.marks.prefix.is_some() || !is_letter(&n.word) {
            self.format.looks.of(&[Look::Word])
        } else if word.starts_with(|c| ('\u{391}'..='\u{3a9}').contains(&c)) {
            " mathvariant=\"normal\"".to_string()
        } else {
            String::new()
        };
        self.out.push_str(&format!("<mi{attribute}>{}</mi>", escaped(&word)));
    }

    /// Parts side by side, those of a row in the row among them, with what is not seen between them.
    fn parts(&mut self, parts: &[Math]) {
        if let [Math::Op(op)] = parts {
            // an operator spoken of, not used: no space on either side
            return self.out.push_str(&format!("<mo{NO_SPACE}>{}</mo>", self.column().op(*op)));
        }
        let mut flat = Vec::new();
        flatten(parts, &mut flat);
        for (place, part) in flat.iter().enumerate() {
            if let Some(before) = place.checked_sub(1) {
                self.out.push_str(joint(flat[before], part));
            }
            if let Math::Op(op) = part { self.set_op(*op, place == 0) } else { self.inside(part) }
        }
    }

    /// An operator; where it begins a row, it would else be taken for the sign of a term.
    fn set_op(&mut self, op: Op, first: bool) {
        let attributes = match op {
            Op::Negative => " form=\"prefix\"",
            Op::Comma | Op::Semicolon if self.format.tight => " rspace=\"0\"",
            Op::Comma | Op::Semicolon => "",
            Op::Over | Op::Up => NO_SPACE,
            Op::Colon => NO_SPACE,
            Op::Open => " form=\"prefix\" stretchy=\"false\"",
            Op::Close => " form=\"postfix\" stretchy=\"false\"",
            Op::Plus
            | Op::Minus
            | Op::Times
            | Op::Slide
            | Op::Star
            | Op::Hadamard
            | Op::HadamardDivision
            | Op::Equals
            | Op::AtMost
            | Op::AtLeast
            | Op::Less
            | Op::Greater
            | Op::Differs
            | Op::Divides
            | Op::Or
            | Op::About
            | Op::By
            | Op::To => match (self.format.tight, first) {
                (true, _) => NO_SPACE,
                (false, true) => " form=\"infix\"",
                (false, false) => "",
            },
        };
        self.out.push_str(&format!("<mo{attributes}>{}</mo>", self.column().op(op)));
    }

    /// A base with an index or an exponent.
    fn attached(&mut self, element: &str, base: &Math, raised: &Math) {
        self.element(element, |inside| {
            inside.math(base);
            inside.tight(raised);
        });
    }

    fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.out.push_str(&format!("<{name}>"));
        content(self);
        self.out.push_str(&format!("</{name}>"));
    }

    pub(super) fn token(&mut self, name: &str, text: &str) {
        self.out.push_str(&format!("<{name}>{}</{name}>", escaped(text)));
    }
}

/// The parts of a row and of the rows in it.
fn flatten<'m>(parts: &'m [Math], flat: &mut Vec<&'m Math>) {
    for part in parts {
        if let Math::Row(inner) = part
            && !matches!(inner.as_slice(), [Math::Op(_)])
        {
            flatten(inner, flat);
        } else {
            flat.push(part);
        }
    }
}

/// What stands unseen between two neighbours.
fn joint(before: &Math, after: &Math) -> &'static str {
    let apart = |m: &Math| {
        matches!(m, Math::Op(_) | Math::Stepped(..) | Math::Row(_) | Math::Text(_) | Math::Dots(_) | Math::Word(":"))
    };
    match (before, after) {
        (before, after) if apart(before) || apart(after) => "",
        (Math::Big { .. }, _) => "",
        (Math::Word(_) | Math::Subscript(..), Math::Brackets(_)) => APPLY,
        // an upright word would run into what is before it
        (_, Math::Word(_)) => TIMES_APART,
        (_, Math::Call(function, ..)) if !is_letter(&function.word) => TIMES_APART,
        (Math::Call(function, ..), _) if !is_letter(&function.word) => TIMES_APART,
        _ => TIMES,
    }
}
