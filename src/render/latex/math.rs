//! The math tree spelled in LaTeX.

use super::escape;
use crate::document::{Dots, Math, Matrix, Op, is_letter};
use crate::formula::{Big, Glossary, Level, Name};

/// Appends formulas to a text.
pub(super) struct Speller<'a> {
    pub(super) glossary: &'a Glossary,
    pub(super) out: &'a mut String,
}

impl Speller<'_> {
    pub(super) fn math(&mut self, math: &Math) {
        match math {
            Math::Element(tensor, offset) => {
                let own = self.glossary.name(*tensor);
                name(own, self.out);
                let (buffer, commas) = (&mut *self.out, self.glossary.commas(*tensor));
                let mut first = !below(own, buffer);
                let mut part = own.index.is_some();
                self.glossary.each_index(*tensor, *offset, |i| {
                    if first {
                        buffer.push_str("_{");
                    } else if commas || part {
                        buffer.push(',');
                    }
                    (first, part) = (false, false);
                    push_integer(i, buffer);
                });
                if !first {
                    buffer.push('}');
                }
            }
            Math::Indexed(tensor, level, indices) => {
                let own = self.glossary.indexed_name(*tensor, *level, indices.len());
                name(&own, self.out);
                let part = below(&own, self.out);
                if indices.is_empty() {
                    self.out.push_str(if part { "}" } else { "" });
                    return;
                }
                self.out.push_str(if part { "," } else { "_{" });
                let commas = self.glossary.always_commas() || indices.iter().any(|i| !matches!(i, Math::Name(_)));
                for (place, index) in indices.iter().enumerate() {
                    if place > 0 && commas {
                        self.out.push(',');
                    }
                    self.separate(index);
                    self.tight(index);
                }
                self.out.push('}');
            }
            Math::Name(n) => {
                name(n, self.out);
                let part = below(n, self.out);
                self.out.push_str(if part { "}" } else { "" });
            }
            Math::Word(word) => {
                // in a formula a space counts only inside text
                self.out.push_str(if word.contains(' ') { "\\text{" } else { "\\mathrm{" });
                self.out.push_str(word);
                self.out.push('}');
            }
            Math::Text(text) => {
                self.out.push_str(" \\quad\\text{");
                escape(text, self.out);
                self.out.push('}');
            }
            Math::Number(n) => {
                let (top, bottom) = n.parts();
                if n.is_integer() {
                    self.out.push_str(&top.to_string());
                } else {
                    self.out.push_str(&format!("\\tfrac{{{top}}}{{{bottom}}}"));
                }
            }
            Math::Rounded(digits) => self.out.push_str(digits),
            Math::Op(op) => self.out.push_str(match op {
                Op::Plus => " + ",
                Op::Minus => " - ",
                Op::Negative => "-",
                Op::Times => " \\cdot ",
                Op::Slide => " \\ast ",
                Op::Star => " \\star ",
                Op::Hadamard => " \\odot ",
                Op::HadamardDivision => " \\oslash ",
                Op::Equals => " = ",
                Op::AtMost => " \\le ",
                Op::Less => " < ",
                Op::Greater => " > ",
                Op::Differs => " \\ne ",
                Op::Or => " \\lor ",
                Op::To => " \\to ",
                Op::Comma => ", ",
                Op::Over => "/",
                Op::About => " \\approx ",
                Op::By => " \\times ",
                Op::Semicolon => ";\\, ",
                Op::Up => "{\\uparrow}",
                Op::Open => "\\bigl(",
                Op::Close => "\\bigr)",
            }),
            Math::Row(parts) => {
                if parts.len() == 1 && matches!(parts[0], Math::Op(_)) {
                    // an operator spoken of, not used: no space on either side
                    self.out.push('{');
                    self.math(&parts[0]);
                    self.out.push('}');
                    return;
                }
                for (place, part) in parts.iter().enumerate() {
                    if matches!(part, Math::Word(_)) && place > 0 && matches!(parts[place - 1], Math::Number(_)) {
                        self.out.push_str("\\,");
                    }
                    self.separate(part);
                    self.math(part);
                }
            }
            Math::Fraction(top, bottom) => {
                self.out.push_str("\\frac{");
                self.math(top);
                self.out.push_str("}{");
                self.math(bottom);
                self.out.push('}');
            }
            Math::Derivative(y, x) => {
                self.out.push_str("\\frac{\\partial ");
                self.math(y);
                self.out.push_str("}{\\partial ");
                self.math(x);
                self.out.push('}');
            }
            Math::Subscript(base, index) => {
                let word = matches!(**base, Math::Word(_) | Math::Ones);
                self.out.push_str(if word { "" } else { "{" });
                self.math(base);
                self.out.push_str(if word { "_{" } else { "}_{" });
                self.tight(index);
                self.out.push('}');
            }
            Math::Power(base, exponent) => {
                // an exponent of a bracket stands at the bracket, not at the height of what is inside
                let bracket = matches!(**base, Math::Brackets(_))
                    || matches!(&**base, Math::Row(parts) if matches!(parts.as_slice(), [Math::Brackets(_)]));
                self.out.push_str(if bracket { "" } else { "{" });
                self.math(base);
                self.out.push_str(if bracket { "^{" } else { "}^{" });
                self.math(exponent);
                self.out.push('}');
            }
            Math::Root(degree, inner) => {
                self.out.push_str("\\sqrt");
                if *degree != 2 {
                    self.out.push_str(&format!("[{degree}]"));
                }
                self.out.push('{');
                self.math(inner);
                self.out.push('}');
            }
            Math::Brackets(inner) => {
                let tall = is_tall(math);
                self.out.push_str(if tall { "\\left(" } else { "(" });
                self.math(inner);
                self.out.push_str(if tall { "\\right)" } else { ")" });
            }
            Math::Call(function, order, argument) => {
                function_name(function, self.out);
                (0..*order).for_each(|_| self.out.push('\''));
                let tall = is_tall(math);
                self.out.push_str(if tall { "\\left(" } else { "(" });
                self.math(argument);
                self.out.push_str(if tall { "\\right)" } else { ")" });
            }
            Math::Matrix(matrix) => self.matrix(matrix),
            Math::Big { big: Big::Sum, ranges, conditions } => self.big("\\sum", ranges, conditions),
            Math::Big { big: Big::Product, ranges, conditions } => self.big("\\prod", ranges, conditions),
            Math::Big { big: Big::Largest, ranges, conditions } => {
                self.out.push_str("\\max_{");
                self.below(ranges, conditions);
                self.out.push_str("} ");
            }
            Math::Absolute(inner) => {
                self.out.push_str("\\left|");
                self.math(inner);
                self.out.push_str("\\right|");
            }
            Math::Stepped(op, steps) => {
                self.math(&Math::Op(*op));
                self.out.truncate(self.out.trim_end().len());
                let steps: Vec<String> = steps.iter().map(usize::to_string).collect();
                self.out.push_str(&format!("_{{{}}} ", steps.join(",")));
            }
            Math::Indicator(rule, condition) => {
                self.out.push_str("\\mathbf{1}");
                self.out.push_str(&rule.map_or(String::new(), |word| format!("^{{\\text{{{word}}}}}")));
                self.out.push_str("_{[");
                self.tight(condition);
                self.out.push_str("]}");
            }
            Math::Ones => self.out.push_str("\\mathbf{1}"),
            Math::Dots(dots) => self.out.push_str(match dots {
                Dots::Centre | Dots::Terms(_) => "\\cdots ",
                Dots::Down => "\\vdots ",
                Dots::Diagonal => "\\ddots ",
            }),
            Math::Cases(cases) => {
                self.out.push_str("\\begin{cases} ");
                for (place, (value, condition)) in cases.iter().enumerate() {
                    self.out.push_str(if place > 0 { " \\\\ " } else { "" });
                    self.math(value);
                    self.out.push_str(", & ");
                    self.math(condition);
                }
                self.out.push_str(" \\end{cases}");
            }
        }
    }

    /// A Greek letter's command must not run into a letter that follows.
    fn separate(&mut self, next: &Math) {
        let ends_command = self.out.ends_with(|c: char| c.is_ascii_alphabetic())
            && self.out.rfind('\\').is_some_and(|at| {
                at + 1 < self.out.len() && self.out[at + 1..].bytes().all(|b| b.is_ascii_alphabetic())
            });
        let name = if let Math::Element(t, _) | Math::Indexed(t, ..) = next {
            Some(self.glossary.name(*t))
        } else if let Math::Name(n) | Math::Call(n, ..) = next {
            Some(n)
        } else {
            None
        };
        let letter =
            name.is_some_and(|n| !n.nabla && !n.marks.bold && (n.marks.prefix.is_some() || !is_greek(&n.word)));
        if ends_command && letter {
            self.out.push(' ');
        }
    }

    /// Inside an index: no space around operators.
    fn tight(&mut self, math: &Math) {
        if let Math::Op(Op::Comma | Op::By) = math {
            return self.out.push_str(if matches!(math, Math::Op(Op::By)) { "\\times " } else { "," });
        }
        if let Math::Row(parts) = math {
            for part in parts {
                self.separate(part);
                self.tight(part);
            }
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

    /// One sign for each range, so that the bounds can stand where they belong; conditions go below the last.
    fn big(&mut self, sign: &str, ranges: &[(Name, i64, i64)], conditions: &[Math]) {
        if conditions.is_empty() {
            for (letter, low, high) in ranges {
                self.out.push_str(sign);
                self.out.push_str("_{");
                name(letter, self.out);
                self.out.push_str(&format!("={low}}}^{{{high}}} "));
            }
            return;
        }
        self.out.push_str(sign);
        self.out.push_str("_{");
        self.below(ranges, conditions);
        self.out.push_str("} ");
    }

    /// Ranges and conditions in lines of their own.
    fn below(&mut self, ranges: &[(Name, i64, i64)], conditions: &[Math]) {
        if conditions.is_empty() {
            return self.ranges_below(ranges);
        }
        self.out.push_str("\\substack{");
        self.ranges_below(ranges);
        for (place, condition) in conditions.iter().enumerate() {
            if place > 0 || !ranges.is_empty() {
                self.out.push_str(" \\\\ ");
            }
            self.tight(condition);
        }
        self.out.push('}');
    }

    /// `1 \le u \le 2,\ 1 \le v \le 2`, with equal ranges told together.
    fn ranges_below(&mut self, ranges: &[(Name, i64, i64)]) {
        for (place, run) in ranges.chunk_by(|x, y| (x.1, x.2) == (y.1, y.2)).enumerate() {
            if place > 0 {
                self.out.push_str(",\\ ");
            }
            self.out.push_str(&format!("{} \\le ", run[0].1));
            for (place, (letter, _, _)) in run.iter().enumerate() {
                if place > 0 {
                    self.out.push(',');
                }
                name(letter, self.out);
            }
            self.out.push_str(&format!(" \\le {}", run[0].2));
        }
    }

    fn matrix(&mut self, matrix: &Matrix) {
        self.out.push_str("\\begin{pmatrix} ");
        // fractions in neighbouring rows would touch
        let next_row = match &matrix.cells {
            cells if cells.iter().any(|c| matches!(c, Math::Derivative(..))) => " \\\\[1.2ex] ",
            cells if cells.iter().any(is_tall) => " \\\\[0.5ex] ",
            _ => " \\\\ ",
        };
        for (place, cell) in matrix.cells.iter().enumerate() {
            if place > 0 {
                self.out.push_str(if place % matrix.columns == 0 { next_row } else { " & " });
            }
            self.math(cell);
        }
        self.out.push_str(" \\end{pmatrix}");
    }
}

/// A letter, a command for a Greek letter, or a word in italics; then its layer.
fn name(n: &Name, out: &mut String) {
    if n.nabla {
        out.push_str("\\nabla ");
    }
    out.push_str(if n.marks.bold { "\\boldsymbol{" } else { "" });
    let prefix = n.marks.prefix.map(String::from).unwrap_or_default();
    if is_greek(&n.word) {
        out.push_str(&prefix);
        out.push('\\');
        out.push_str(&n.word);
    } else if is_letter(&n.word) && prefix.is_empty() {
        out.push_str(&n.word);
    } else {
        out.push_str("\\mathit{");
        out.push_str(&prefix);
        for c in n.word.chars() {
            if c == '_' {
                out.push('\\');
            }
            out.push(c);
        }
        out.push('}');
    }
    out.push_str(if n.marks.bold { "}" } else { "" });
    let [before, after] = n.marks.around.signs();
    match n.level {
        Level::None => {}
        Level::This => out.push_str(&format!("^{{{before}l{after}}}")),
        Level::Below => out.push_str(&format!("^{{{before}l-1{after}}}")),
        Level::Number(n) => out.push_str(&format!("^{{{before}{n}{after}}}")),
    }
}

/// Opens the index of a name with what stands in it for good, if there is any: a letter in italics, a word upright.
fn below(n: &Name, out: &mut String) -> bool {
    let Some(index) = &n.index else { return false };
    out.push_str("_{");
    if is_greek(index) {
        out.push('\\');
        out.push_str(index);
    } else if is_letter(index) || index.bytes().all(|b| b.is_ascii_digit()) {
        out.push_str(index);
    } else {
        out.push_str(&format!("\\mathrm{{{}}}", index.replace('_', "\\_")));
    }
    true
}

/// A letter in italics; a word upright, by TeX's own command where there is one.
fn function_name(n: &Name, out: &mut String) {
    match n.word.as_str() {
        "exp" | "log" | "tanh" | "sin" | "cos" => {
            out.push('\\');
            out.push_str(&n.word);
        }
        word if is_letter(word) => name(n, out),
        word => {
            out.push_str("\\mathrm{");
            out.push_str(&word.replace('_', "\\_"));
            out.push('}');
        }
    }
}

fn is_greek(word: &str) -> bool {
    is_letter(word) && word.len() > 1
}

/// Is it higher than a line of text?
pub(crate) fn is_tall(math: &Math) -> bool {
    match math {
        Math::Fraction(..) | Math::Derivative(..) | Math::Matrix(_) | Math::Cases(_) | Math::Big { .. } => true,
        Math::Row(parts) => parts.iter().any(is_tall),
        Math::Power(base, _) | Math::Subscript(base, _) | Math::Root(_, base) | Math::Absolute(base) => is_tall(base),
        // a fraction that is a number is set small
        Math::Brackets(inner) | Math::Call(_, _, inner) => !matches!(**inner, Math::Number(_)) && is_tall(inner),
        Math::Element(..)
        | Math::Indexed(..)
        | Math::Name(_)
        | Math::Word(_)
        | Math::Text(_)
        | Math::Rounded(_)
        | Math::Op(_)
        | Math::Indicator(..)
        | Math::Stepped(..)
        | Math::Ones
        | Math::Dots(_) => false,
        Math::Number(n) => !n.is_integer(),
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
