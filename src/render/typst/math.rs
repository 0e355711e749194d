//! The math tree spelled in Typst.
//!
//! Names are used where Typst has had them under the same name from 0.13 on; operators that were renamed on the way stand as the
//! characters themselves. Round brackets grow with what they hold by themselves.

use crate::document::{Dots, Math, Matrix, Op, is_letter};
use crate::formula::{Big, Glossary, Level, Name};
use crate::render::latex::is_tall;

/// Appends formulas to a text.
pub(super) struct Speller<'a> {
    glossary: &'a Glossary,
    out: &'a mut String,
    /// Does a comma end an argument of a function here?
    in_argument: bool,
}

impl<'a> Speller<'a> {
    pub(super) fn new(glossary: &'a Glossary, out: &'a mut String) -> Self {
        Speller { glossary, out, in_argument: false }
    }

    pub(super) fn math(&mut self, math: &Math) {
        match math {
            Math::Element(tensor, offset) => {
                let own = self.glossary.name(*tensor);
                name(own, self.out);
                let (mut indices, commas) = (below(own), self.glossary.commas(*tensor));
                let mut part = own.index.is_some();
                self.glossary.each_index(*tensor, *offset, |i| {
                    if part || commas && !indices.is_empty() {
                        indices.push(',');
                    }
                    part = false;
                    indices.push_str(&i.to_string());
                });
                if !indices.is_empty() {
                    script('_', &indices, self.out);
                }
            }
            Math::Indexed(tensor, level, indices) => {
                let own = self.glossary.indexed_name(*tensor, *level, indices.len());
                name(&own, self.out);
                if indices.is_empty() {
                    return lowered(&own, self.out);
                }
                let letters = indices.iter().all(|i| matches!(i, Math::Name(_))) && !self.glossary.always_commas();
                let between = if letters { " " } else { "," };
                self.script('_', |inside| {
                    inside.out.push_str(&below(&own));
                    inside.out.push_str(if own.index.is_some() { "," } else { "" });
                    for (place, index) in indices.iter().enumerate() {
                        inside.out.push_str(if place > 0 { between } else { "" });
                        inside.tight(index);
                    }
                });
            }
            Math::Name(n) => {
                name(n, self.out);
                lowered(n, self.out);
            }
            Math::Word(word) => upright(word, self.out),
            Math::Text(text) => {
                self.out.push_str(" quad ");
                string(text, self.out);
            }
            Math::Number(n) => {
                let (top, bottom) = n.parts();
                if n.is_integer() {
                    self.out.push_str(&top.to_string());
                } else {
                    self.out.push_str(&format!("inline({top}/{bottom})"));
                }
            }
            Math::Rounded(digits) => self.out.push_str(digits),
            Math::Op(op) => self.out.push_str(match op {
                Op::Plus => " + ",
                Op::Minus => " - ",
                Op::Negative => "-",
                Op::Times => " \u{22c5} ",
                Op::Slide => " \u{2217} ",
                Op::Star => " \u{22c6} ",
                Op::Hadamard => " \u{2299} ",
                Op::HadamardDivision => " \u{2298} ",
                Op::Equals => " = ",
                Op::AtMost => " <= ",
                Op::Less => " < ",
                Op::Greater => " > ",
                Op::Differs => " != ",
                Op::To => " -> ",
                Op::Comma if self.in_argument => "\\, ",
                Op::Or => " or ",
                Op::Comma => ", ",
                // without the backslash it would be a fraction
                Op::Over => "\\/",
                Op::About => " approx ",
                Op::By => " times ",
                Op::Semicolon => "\\; ",
                Op::Up => " arrow.t ",
                Op::Open => "paren.l ",
                Op::Close => " paren.r ",
            }),
            Math::Row(parts) => self.row(parts, |speller, part| speller.math(part)),
            Math::Fraction(top, bottom) => {
                self.call("frac", |inside| {
                    inside.math(top);
                    inside.out.push_str(", ");
                    inside.math(bottom);
                });
            }
            Math::Derivative(y, x) => {
                self.call("frac", |inside| {
                    inside.out.push_str("partial ");
                    inside.math(y);
                    inside.out.push_str(", partial ");
                    inside.math(x);
                });
            }
            Math::Subscript(base, index) => self.attached(base, '_', index),
            Math::Power(base, exponent) => self.attached(base, '^', exponent),
            Math::Root(2, inner) => self.call("sqrt", |inside| inside.math(inner)),
            Math::Root(degree, inner) => {
                self.call("root", |inside| {
                    inside.out.push_str(&format!("{degree}, "));
                    inside.math(inner);
                });
            }
            Math::Brackets(inner) => self.group(|inside| inside.math(inner)),
            Math::Call(function, order, argument) => {
                if is_letter(&function.word) {
                    name(function, self.out);
                } else {
                    upright(&function.word, self.out);
                }
                (0..*order).for_each(|_| self.out.push('\''));
                self.group(|inside| inside.math(argument));
            }
            Math::Matrix(matrix) => self.matrix(matrix),
            Math::Big { big: Big::Sum, ranges, conditions } => self.big("sum", ranges, conditions),
            Math::Big { big: Big::Product, ranges, conditions } => self.big("product", ranges, conditions),
            Math::Big { big: Big::Largest, ranges, conditions } => {
                self.out.push_str("max");
                self.script('_', |inside| inside.below(ranges, conditions));
            }
            Math::Absolute(inner) => self.call("abs", |inside| inside.math(inner)),
            Math::Stepped(op, steps) => {
                self.math(&Math::Op(*op));
                self.out.truncate(self.out.trim_end().len());
                let steps: Vec<String> = steps.iter().map(usize::to_string).collect();
                script('_', &steps.join(","), self.out);
                self.out.push(' ');
            }
            Math::Indicator(rule, condition) => {
                self.out.push_str("bold(1)");
                self.out.push_str(&rule.map_or(String::new(), |word| format!("^\"{word}\"")));
                self.out.push_str("_([");
                self.tight(condition);
                self.out.push_str("])");
            }
            Math::Ones => self.out.push_str("bold(1)"),
            Math::Dots(dots) => self.out.push_str(match dots {
                Dots::Centre | Dots::Terms(_) => "dots.c",
                Dots::Down => "dots.v",
                Dots::Diagonal => "dots.down",
            }),
            Math::Cases(cases) => {
                self.call("cases", |inside| {
                    for (place, (value, condition)) in cases.iter().enumerate() {
                        inside.out.push_str(if place > 0 { ", " } else { "" });
                        inside.math(value);
                        inside.out.push_str("\",\" & quad ");
                        inside.math(condition);
                    }
                });
            }
        }
    }

    /// Parts side by side, with a space between any two: `a_1(x)` would be an index `1(x)`, `ab` another name, and `delta(x)` a call.
    /// Only a word's bracket follows at once, as an argument does.
    fn row(&mut self, parts: &[Math], mut spell: impl FnMut(&mut Self, &Math)) {
        for (place, part) in parts.iter().enumerate() {
            let before = place.checked_sub(1).map(|before| &parts[before]);
            let spaced = matches!(before, None | Some(Math::Op(_))) || matches!(part, Math::Op(_) | Math::Text(_));
            let argument = matches!((before, part), (Some(Math::Word(_)), Math::Brackets(_)));
            self.out.push_str(if spaced || argument { "" } else { " " });
            spell(self, part);
        }
    }

    /// Inside an index: no space around operators.
    fn tight(&mut self, math: &Math) {
        if let Math::Row(parts) = math {
            self.row(parts, Self::tight);
        } else if let Math::Op(op @ (Op::Plus | Op::Minus | Op::Negative | Op::Equals)) = math {
            self.out.push(if *op == Op::Plus {
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

    /// A function of Typst with its arguments.
    fn call(&mut self, function: &str, arguments: impl FnOnce(&mut Speller<'_>)) {
        self.out.push_str(function);
        self.out.push('(');
        arguments(&mut Speller { glossary: self.glossary, out: self.out, in_argument: true });
        self.out.push(')');
    }

    /// In round brackets, in which a comma is a comma.
    fn group(&mut self, inner: impl FnOnce(&mut Speller<'_>)) {
        self.out.push('(');
        inner(&mut Speller { glossary: self.glossary, out: self.out, in_argument: false });
        self.out.push(')');
    }

    /// An index or an exponent.
    fn script(&mut self, mark: char, inner: impl FnOnce(&mut Speller<'_>)) {
        let mut text = String::new();
        inner(&mut Speller { glossary: self.glossary, out: &mut text, in_argument: false });
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
            self.script(mark, |inside| inside.math(raised));
        } else {
            self.call("attach", |inside| {
                inside.math(base);
                inside.out.push_str(if mark == '_' { ", b: " } else { ", t: " });
                inside.math(raised);
            });
        }
    }

    /// One sign for each range, so that the bounds can stand where they belong; conditions go below the last.
    fn big(&mut self, sign: &str, ranges: &[(Name, i64, i64)], conditions: &[Math]) {
        if conditions.is_empty() {
            for (place, (letter, low, high)) in ranges.iter().enumerate() {
                self.out.push_str(if place > 0 { " " } else { "" });
                self.out.push_str(sign);
                self.out.push_str("_(");
                name(letter, self.out);
                self.out.push_str(&format!("={low})"));
                script('^', &high.to_string(), self.out);
            }
            return;
        }
        self.out.push_str(sign);
        self.script('_', |inside| inside.below(ranges, conditions));
    }

    /// Ranges and conditions in lines of their own.
    fn below(&mut self, ranges: &[(Name, i64, i64)], conditions: &[Math]) {
        self.ranges_below(ranges);
        for (place, condition) in conditions.iter().enumerate() {
            if place > 0 || !ranges.is_empty() {
                self.out.push_str(" \\ ");
            }
            self.tight(condition);
        }
    }

    /// `1 <= u,v <= 2`, with equal ranges told together.
    fn ranges_below(&mut self, ranges: &[(Name, i64, i64)]) {
        for (place, run) in ranges.chunk_by(|x, y| (x.1, x.2) == (y.1, y.2)).enumerate() {
            self.out.push_str(if place > 0 { ", space " } else { "" });
            self.out.push_str(&format!("{} <= ", run[0].1));
            for (place, (letter, _, _)) in run.iter().enumerate() {
                self.out.push_str(if place > 0 { "," } else { "" });
                name(letter, self.out);
            }
            self.out.push_str(&format!(" <= {}", run[0].2));
        }
    }

    fn matrix(&mut self, matrix: &Matrix) {
        // fractions in neighbouring rows would touch
        let fractions = matrix.rows() > 1 && matrix.cells.iter().any(is_tall);
        self.call("mat", |inside| {
            inside.out.push_str(if fractions { "row-gap: #0.5em, " } else { "" });
            for (place, cell) in matrix.cells.iter().enumerate() {
                if place > 0 {
                    inside.out.push_str(if place % matrix.columns == 0 { "; " } else { ", " });
                }
                inside.math(cell);
            }
        });
    }
}

/// An index or an exponent that is spelled already, in brackets unless it is one letter or digit.
fn script(mark: char, text: &str, out: &mut String) {
    let single = text.len() == 1 && text.as_bytes()[0].is_ascii_alphanumeric();
    out.push(mark);
    out.push_str(if single { "" } else { "(" });
    out.push_str(text);
    out.push_str(if single { "" } else { ")" });
}

/// What stands below a name for good: a letter in italics, a word upright.
fn below(n: &Name) -> String {
    let Some(index) = &n.index else { return String::new() };
    let mut out = String::new();
    if is_letter(index) || index.bytes().all(|b| b.is_ascii_digit()) {
        out.push_str(index);
    } else {
        upright(index, &mut out);
    }
    out
}

/// The same as the index of a name that has no other.
fn lowered(n: &Name, out: &mut String) {
    if n.index.is_some() {
        script('_', &below(n), out);
    }
}

/// A letter, the name of a Greek letter, or a word in italics; then its layer.
fn name(n: &Name, out: &mut String) {
    if n.nabla {
        out.push_str("nabla ");
    }
    out.push_str(if n.marks.bold { "bold(" } else { "" });
    match n.marks.prefix {
        None if is_letter(&n.word) => out.push_str(&n.word),
        // a Greek letter has no place in a word
        Some(prefix) if is_letter(&n.word) && n.word.len() > 1 => out.push_str(&format!("{prefix} {}", n.word)),
        prefix => {
            out.push_str("italic(");
            string(&format!("{}{}", prefix.map(String::from).unwrap_or_default(), n.word), out);
            out.push(')');
        }
    }
    out.push_str(if n.marks.bold { ")" } else { "" });
    let [before, after] = n.marks.around.signs();
    match n.level {
        Level::None => {}
        Level::This => script('^', &format!("{before}l{after}"), out),
        Level::Below => script('^', &format!("{before}l-1{after}"), out),
        Level::Number(n) => script('^', &format!("{before}{n}{after}"), out),
    }
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
