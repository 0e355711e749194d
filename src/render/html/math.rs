//! The math tree spelled in MathML Core, so that a browser sets it and a screen reader reads it.
//!
//! Each part of a formula becomes one element. What is multiplied, applied or listed without a sign between gets the invisible
//! one, which is not seen but spoken.

use super::looks::{Look, Looks};
use crate::document::{Dots, Math, Matrix, Op, is_letter};
use crate::formula::{Big, Glossary, Name};
use crate::render::latex::is_tall;
use crate::render::svg::escaped;

/// Between factors.
const TIMES: &str = "<mo>&#x2062;</mo>";
/// Between factors of which one is a word.
const TIMES_APART: &str = "<mo rspace=\"0.17em\">&#x2062;</mo>";
/// Between a function and its argument.
const APPLY: &str = "<mo>&#x2061;</mo>";
/// Between indices that stand side by side.
const SEPARATOR: &str = "<mo>&#x2063;</mo>";
/// Of an operator in an index.
pub(super) const NO_SPACE: &str = " lspace=\"0\" rspace=\"0\"";
const SUM: &str = "<mo>\u{2211}</mo>";
const PRODUCT: &str = "<mo>\u{220f}</mo>";

/// Appends formulas to a text.
pub(super) struct Speller<'a> {
    pub(super) glossary: &'a Glossary,
    pub(super) out: &'a mut String,
    /// How looks are told.
    pub(super) looks: Looks,
    /// Is this an index or an exponent? There is no space around operators there.
    tight: bool,
}

impl<'a> Speller<'a> {
    pub(super) fn new(glossary: &'a Glossary, out: &'a mut String, looks: Looks) -> Self {
        Speller { glossary, out, looks, tight: false }
    }

    /// A formula as the children of an element that sets them side by side.
    pub(super) fn inside(&mut self, math: &Math) {
        if let Math::Row(parts) = math {
            self.row(parts);
        } else {
            self.math(math);
        }
    }

    /// A formula as one element.
    pub(super) fn math(&mut self, math: &Math) {
        match math {
            Math::Element(tensor, offset) => {
                let mut indices = Vec::new();
                self.glossary.each_index(*tensor, *offset, |i| indices.push(i));
                let commas = self.glossary.commas(*tensor);
                self.name(self.glossary.name(*tensor), indices.len(), |speller, place| {
                    speller.between_indices(place, commas);
                    speller.integer(indices[place]);
                });
            }
            Math::Indexed(tensor, level, indices) => {
                let commas = self.glossary.always_commas() || indices.iter().any(|i| !matches!(i, Math::Name(_)));
                self.name(
                    &self.glossary.indexed_name(*tensor, *level, indices.len()),
                    indices.len(),
                    |speller, place| {
                        speller.between_indices(place, commas);
                        speller.math(&indices[place]);
                    },
                );
            }
            Math::Name(n) => self.name(n, 0, |_, _| {}),
            Math::Word(word) => self.word(word),
            Math::Text(text) => {
                self.out.push_str("<mrow><mspace width=\"1em\"/>");
                self.token("mtext", text);
                self.out.push_str("</mrow>");
            }
            Math::Number(n) => {
                let (top, bottom) = n.parts();
                if n.is_integer() {
                    self.token("mn", &top.to_string());
                } else {
                    // as small as in a line of text
                    self.out.push_str("<mfrac displaystyle=\"false\">");
                    self.token("mn", &top.to_string());
                    self.token("mn", &bottom.to_string());
                    self.out.push_str("</mfrac>");
                }
            }
            Math::Rounded(digits) => self.token("mn", digits),
            Math::Op(op) => self.op(*op, false),
            Math::Row(parts) => match parts.as_slice() {
                [
                    only @ (Math::Element(..) | Math::Name(_) | Math::Number(_) | Math::Brackets(_) | Math::Matrix(_)),
                ] => {
                    self.math(only);
                }
                parts => self.element("mrow", |inside| inside.row(parts)),
            },
            Math::Fraction(top, bottom) => {
                self.element("mfrac", |inside| {
                    inside.math(top);
                    inside.math(bottom);
                });
            }
            Math::Derivative(y, x) => {
                self.element("mfrac", |inside| {
                    for part in [y, x] {
                        inside.out.push_str("<mrow><mi>\u{2202}</mi>");
                        inside.inside(part);
                        inside.out.push_str("</mrow>");
                    }
                });
            }
            Math::Subscript(base, index) => self.attached("msub", base, index),
            Math::Power(base, exponent) => self.attached("msup", base, exponent),
            Math::Root(2, inner) => self.element("msqrt", |inside| inside.math(inner)),
            Math::Root(degree, inner) => {
                self.element("mroot", |inside| {
                    inside.math(inner);
                    inside.math(&Math::integer(i64::from(*degree)));
                });
            }
            Math::Brackets(inner) => self.brackets(inner, is_tall(math)),
            Math::Call(function, order, argument) => {
                self.element("mrow", |call| {
                    call.function(function, *order);
                    call.out.push_str(APPLY);
                    call.brackets(argument, is_tall(math));
                });
            }
            Math::Matrix(matrix) => self.matrix(matrix),
            Math::Big { big: Big::Sum, ranges, conditions } => self.big(SUM, ranges, conditions),
            Math::Big { big: Big::Product, ranges, conditions } => self.big(PRODUCT, ranges, conditions),
            Math::Big { big: Big::Largest, ranges, conditions } => {
                self.element("munder", |inside| {
                    inside.out.push_str("<mo movablelimits=\"true\" lspace=\"0\" rspace=\"0.17em\">max</mo>");
                    inside.below(ranges, conditions);
                });
            }
            Math::Absolute(inner) => {
                self.element("mrow", |group| {
                    group.out.push_str("<mo form=\"prefix\">|</mo>");
                    group.math(inner);
                    group.out.push_str("<mo form=\"postfix\">|</mo>");
                });
            }
            Math::Stepped(op, steps) => {
                self.element("msub", |inside| {
                    inside.op(*op, false);
                    inside.script(|script| {
                        let list = steps.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
                        script.token("mn", &list);
                    });
                });
            }
            Math::Indicator(rule, condition) => {
                self.element(if rule.is_some() { "msubsup" } else { "msub" }, |inside| {
                    inside.out.push_str("<mn>\u{1d7cf}</mn><mrow><mo stretchy=\"false\">[</mo>");
                    inside.script(|script| script.math(condition));
                    inside.out.push_str("<mo stretchy=\"false\">]</mo></mrow>");
                    if let Some(word) = rule {
                        inside.token("mtext", word);
                    }
                });
            }
            Math::Ones => self.out.push_str("<mn>\u{1d7cf}</mn>"),
            Math::Dots(dots) => self.out.push_str(match dots {
                Dots::Centre | Dots::Terms(_) => "<mi mathvariant=\"normal\">\u{22ef}</mi>",
                Dots::Down => "<mi mathvariant=\"normal\">\u{22ee}</mi>",
                Dots::Diagonal => "<mi mathvariant=\"normal\">\u{22f1}</mi>",
            }),
            Math::Cases(cases) => {
                self.out.push_str("<mrow><mo>{</mo><mtable>\n");
                for (value, condition) in cases.iter() {
                    let (left, right) = (self.looks.of(&[Look::Case]), self.looks.of(&[Look::Case, Look::Condition]));
                    self.out.push_str(&format!("<mtr><mtd{left}>"));
                    self.inside(value);
                    self.out.push_str(&format!("<mo>,</mo></mtd><mtd{right}>"));
                    self.inside(condition);
                    self.out.push_str("</mtd></mtr>\n");
                }
                self.out.push_str("</mtable></mrow>");
            }
        }
    }

    /// Parts side by side, those of a row in the row among them, with what is not seen between them.
    fn row(&mut self, parts: &[Math]) {
        if let [Math::Op(op)] = parts {
            // an operator spoken of, not used: no space on either side
            return self.out.push_str(&format!("<mo{NO_SPACE}>{}</mo>", sign(*op)));
        }
        let mut flat = Vec::new();
        flatten(parts, &mut flat);
        for (place, part) in flat.iter().enumerate() {
            if let Some(before) = place.checked_sub(1) {
                self.out.push_str(joint(flat[before], part));
            }
            if let Math::Op(op) = part { self.op(*op, place == 0) } else { self.inside(part) }
        }
    }

    /// An operator; where it begins a row, it would else be taken for the sign of a term.
    fn op(&mut self, op: Op, first: bool) {
        let attributes = match op {
            Op::Negative => " form=\"prefix\"",
            Op::Comma | Op::Semicolon => {
                if self.tight {
                    " rspace=\"0\""
                } else {
                    ""
                }
            }
            Op::Over | Op::Up => NO_SPACE,
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
            | Op::Less
            | Op::Greater
            | Op::Differs
            | Op::Or
            | Op::About
            | Op::By
            | Op::To => match (self.tight, first) {
                (true, _) => NO_SPACE,
                (false, true) => " form=\"infix\"",
                (false, false) => "",
            },
        };
        self.out.push_str(&format!("<mo{attributes}>{}</mo>", sign(op)));
    }

    pub(super) fn integer(&mut self, n: i64) {
        self.token("mn", &n.to_string().replace('-', "\u{2212}"));
    }

    pub(super) fn between_indices(&mut self, place: usize, commas: bool) {
        if place > 0 {
            self.out.push_str(if commas { "<mo rspace=\"0\">,</mo>" } else { SEPARATOR });
        }
    }

    /// A base with an index or an exponent.
    fn attached(&mut self, element: &str, base: &Math, raised: &Math) {
        self.element(element, |inside| {
            inside.math(base);
            inside.script(|script| script.math(raised));
        });
    }

    /// Round brackets, that grow with what is inside where it is higher than a line.
    fn brackets(&mut self, inner: &Math, tall: bool) {
        let grow = if tall { "" } else { " stretchy=\"false\"" };
        self.element("mrow", |group| {
            group.out.push_str(&format!("<mo{grow}>(</mo>"));
            // a row of its own, for a sign at its beginning is the sign of a term
            group.math(inner);
            group.out.push_str(&format!("<mo{grow}>)</mo>"));
        });
    }

    /// One sign for each range, so that the bounds can stand where they belong; conditions go below the last.
    fn big(&mut self, sign: &str, ranges: &[(Name, i64, i64)], conditions: &[Math]) {
        if !conditions.is_empty() {
            return self.element("munder", |inside| {
                inside.out.push_str(sign);
                inside.below(ranges, conditions);
            });
        }
        self.out.push_str(if ranges.len() > 1 { "<mrow>" } else { "" });
        for (letter, low, high) in ranges {
            self.element("munderover", |inside| {
                inside.out.push_str(sign);
                inside.element("mrow", |bound| {
                    bound.name(letter, 0, |_, _| {});
                    bound.out.push_str(&format!("<mo{NO_SPACE}>=</mo>"));
                    bound.integer(*low);
                });
                inside.integer(*high);
            });
        }
        self.out.push_str(if ranges.len() > 1 { "</mrow>" } else { "" });
    }

    /// Ranges and conditions in lines of their own.
    fn below(&mut self, ranges: &[(Name, i64, i64)], conditions: &[Math]) {
        self.script(|script| {
            let lines = conditions.len() + usize::from(!ranges.is_empty());
            let cell = if lines > 1 { format!("<mtr><mtd{}>", script.looks.of(&[Look::Below])) } else { String::new() };
            let end = if lines > 1 { "</mtd></mtr>" } else { "" };
            script.out.push_str(if lines > 1 { "<mtable>" } else { "" });
            if !ranges.is_empty() {
                script.out.push_str(&cell);
                script.element("mrow", |line| line.ranges_below(ranges));
                script.out.push_str(end);
            }
            for condition in conditions {
                script.out.push_str(&cell);
                script.math(condition);
                script.out.push_str(end);
            }
            script.out.push_str(if lines > 1 { "</mtable>" } else { "" });
        });
    }

    /// `1 ≤ u,v ≤ 2`, with equal ranges told together.
    fn ranges_below(&mut self, ranges: &[(Name, i64, i64)]) {
        for (place, run) in ranges.chunk_by(|x, y| (x.1, x.2) == (y.1, y.2)).enumerate() {
            self.out.push_str(if place > 0 { "<mo rspace=\"0.3em\">,</mo>" } else { "" });
            self.integer(run[0].1);
            self.op(Op::AtMost, false);
            for (place, (letter, _, _)) in run.iter().enumerate() {
                self.between_indices(place, true);
                self.name(letter, 0, |_, _| {});
            }
            self.op(Op::AtMost, false);
            self.integer(run[0].2);
        }
    }

    fn matrix(&mut self, matrix: &Matrix) {
        self.out.push_str("<mrow><mo>(</mo><mtable>\n");
        for row in matrix.cells.chunks(matrix.columns.max(1)) {
            self.element("mtr", |line| {
                for cell in row {
                    line.element("mtd", |inside| inside.inside(cell));
                }
            });
            self.out.push('\n');
        }
        self.out.push_str("</mtable><mo>)</mo></mrow>");
    }

    fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.out.push_str(&format!("<{name}>"));
        content(self);
        self.out.push_str(&format!("</{name}>"));
    }

    /// What is smaller than the line that it belongs to.
    pub(super) fn script(&mut self, content: impl FnOnce(&mut Self)) {
        let outside = std::mem::replace(&mut self.tight, true);
        content(self);
        self.tight = outside;
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

fn sign(op: Op) -> &'static str {
    match op {
        Op::Plus => "+",
        Op::Minus | Op::Negative => "\u{2212}",
        Op::Times => "\u{22c5}",
        Op::Slide => "\u{2217}",
        Op::Star => "\u{22c6}",
        Op::Hadamard => "\u{2299}",
        Op::HadamardDivision => "\u{2298}",
        Op::Equals => "=",
        Op::AtMost => "\u{2264}",
        Op::Less => "&lt;",
        Op::Greater => "&gt;",
        Op::Differs => "\u{2260}",
        Op::Or => "\u{2228}",
        Op::To => "\u{2192}",
        Op::Comma => ",",
        Op::Over => "/",
        Op::About => "\u{2248}",
        Op::By => "\u{d7}",
        Op::Semicolon => ";",
        Op::Up => "\u{2191}",
        Op::Open => "(",
        Op::Close => ")",
    }
}
