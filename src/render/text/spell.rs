//! A formula in one line of characters.

use super::signs::{Alphabet, bold, superscript};
use crate::document::{Math, greek, is_letter};
use crate::formula::{Glossary, Level, Name};

/// Spells formulas of one document.
#[derive(Clone, Copy)]
pub(super) struct Speller<'a> {
    pub(super) glossary: &'a Glossary,
    pub(super) alphabet: Alphabet,
}

impl Speller<'_> {
    /// A formula in one line.
    pub(super) fn line(self, math: &Math) -> String {
        let mut out = String::new();
        self.spell(math, &mut out);
        out
    }

    fn spell(self, math: &Math, out: &mut String) {
        let signs = self.alphabet;
        match math {
            Math::Element(tensor, offset) => {
                self.name(self.glossary.name(*tensor), out);
                let commas = self.glossary.commas(*tensor);
                let indices = self.glossary.indices(*tensor, *offset);
                if commas || indices.iter().any(|&i| i < 0) {
                    let list: Vec<String> = indices.iter().map(i64::to_string).collect();
                    out.push_str(&format!("[{}]", list.join(",")));
                } else if !indices.is_empty() {
                    let digits: String = indices.iter().map(i64::to_string).collect();
                    out.push_str(&signs.lowered(&digits));
                }
            }
            Math::Indexed(tensor, level, indices) => {
                self.name(&self.glossary.indexed_name(*tensor, *level, indices.len()), out);
                if indices.is_empty() {
                    return;
                }
                let list: Vec<String> = indices.iter().map(|i| self.line(i).replace(' ', "")).collect();
                out.push_str(&format!("[{}]", list.join(",")));
            }
            Math::Name(n) => self.name(n, out),
            Math::Word(word) => out.push_str(word),
            Math::Text(text) => out.push_str(&format!("  {}", signs.words(text))),
            Math::Number(n) => out.push_str(&n.to_string()),
            Math::Rounded(digits) => out.push_str(digits),
            Math::Op(op) => out.push_str(signs.op(*op)),
            Math::Row(parts) => {
                for (place, part) in parts.iter().enumerate() {
                    if place > 0 && self.runs_together(&parts[place - 1], part) {
                        out.push(signs.product());
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
                for (over, part) in [("", y), ("/", x)] {
                    out.push_str(over);
                    out.push_str(signs.partial());
                    self.spell(part, out);
                }
            }
            Math::Subscript(base, index) => {
                self.spell(base, out);
                let line = self.line(index);
                // words keep their distance
                let words = matches!(&**index, Math::Row(parts) if parts.iter().any(|p| matches!(p, Math::Word(_))));
                out.push_str(&format!("[{}]", if words { line } else { line.replace(' ', "") }));
            }
            Math::Power(base, exponent) => {
                self.spell(base, out);
                out.push_str(&signs.raised(&self.line(exponent)));
            }
            Math::Root(degree, inner) => {
                out.push_str(&signs.root(*degree));
                self.enclosed(inner, out);
            }
            Math::Brackets(inner) => self.enclosed(inner, out),
            Math::Call(function, order, argument) => {
                self.name(function, out);
                (0..*order).for_each(|_| out.push(signs.prime()));
                self.enclosed(argument, out);
            }
            Math::Matrix(matrix) => {
                let rows = matrix.cells.chunks(matrix.columns.max(1));
                let rows: Vec<String> =
                    rows.map(|r| r.iter().map(|c| self.line(c)).collect::<Vec<_>>().join(" ")).collect();
                out.push_str(&format!("({})", rows.join("; ")));
            }
            Math::Big { big, ranges, conditions } => out.push_str(&self.over(signs.big(*big), ranges, conditions)),
            Math::Absolute(inner) => {
                out.push('|');
                self.spell(inner, out);
                out.push('|');
            }
            Math::Stepped(op, steps) => {
                out.push_str(signs.op(*op).trim_end());
                out.push_str(&format!("{} ", format!("{steps:?}").replace(' ', "")));
            }
            Math::Indicator(rule, condition) => {
                out.push_str(rule.unwrap_or_default());
                out.push('[');
                self.spell(condition, out);
                out.push(']');
            }
            Math::Ones => out.push_str(signs.ones()),
            Math::Dots(dots) => out.push_str(signs.dots(*dots)),
            Math::Cases(cases) => {
                let cases = cases.iter().map(|(value, holds)| format!("{}: {}", self.line(value), self.line(holds)));
                out.push_str(&format!("{{ {} }}", cases.collect::<Vec<_>>().join("; ")));
            }
        }
    }

    fn enclosed(self, inner: &Math, out: &mut String) {
        out.push('(');
        self.spell(inner, out);
        out.push(')');
    }

    /// In brackets if it is more than one thing.
    fn tight(self, math: &Math, out: &mut String) {
        if matches!(math, Math::Row(parts) if parts.len() > 1) {
            self.enclosed(math, out);
        } else {
            self.spell(math, out);
        }
    }

    fn over(self, sign: &str, ranges: &[(Name, i64, i64)], conditions: &[Math]) -> String {
        let range = |(letter, low, high): &(Name, i64, i64)| format!("{}={low}..{high}", letter.word);
        let below: Vec<String> = ranges.iter().map(range).chain(conditions.iter().map(|c| self.line(c))).collect();
        format!("{sign}[{}] ", below.join(", "))
    }

    fn name(self, n: &Name, out: &mut String) {
        let signs = self.alphabet;
        if n.nabla {
            out.push_str(signs.nabla());
        }
        let letter = greek(&n.word).filter(|_| signs == Alphabet::Unicode);
        let letters = letter.map_or_else(|| n.word.clone(), |letter| letter.to_string());
        let marked = n.marks.bold && signs == Alphabet::Unicode;
        out.extend(n.marks.prefix.into_iter().chain(letters.chars()).map(|c| if marked { bold(c) } else { c }));
        if let Some(index) = &n.index {
            out.push_str(&format!("_{index}"));
        }
        let level = match n.level {
            Level::None => return,
            Level::This => "l".to_string(),
            Level::Below => "l-1".to_string(),
            Level::Number(number) => number.to_string(),
        };
        let [before, after] = n.marks.around.signs();
        match signs {
            // there are no raised square brackets
            Alphabet::Unicode if !before.is_empty() => out.push_str(&format!("^{before}{level}{after}")),
            Alphabet::Unicode => {
                if !is_letter(&n.word) || n.index.is_some() {
                    out.push('^');
                }
                out.extend(level.chars().filter_map(|c| if c == 'l' { Some('\u{2e1}') } else { superscript(c) }));
            }
            Alphabet::Ascii if before.is_empty() && n.level == Level::Below => out.push_str("^(l-1)"),
            Alphabet::Ascii => out.push_str(&format!("^{before}{level}{after}")),
        }
    }

    /// Would two neighbours in a product be read as one word, or a number as an index?
    fn runs_together(self, left: &Math, right: &Math) -> bool {
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
                    | Math::Absolute(_)
                    | Math::Ones
            )
        };
        // where there is no dot, `2i` is a number and a letter
        let coefficient = matches!((left, right), (Math::Number(n), Math::Name(name))
            if n.is_integer() && name.word.len() == 1 && name.level == Level::None && !name.nabla);
        if self.alphabet == Alphabet::Ascii && coefficient {
            return false;
        }
        // ... and a bracket after a name is an argument
        let bracket = self.alphabet == Alphabet::Ascii && matches!(right, Math::Brackets(_) | Math::Matrix(_));
        (factor(left) || matches!(left, Math::Brackets(_)))
            && (factor(right) || bracket || matches!(right, Math::Word(_) | Math::Big { .. } | Math::Subscript(..)))
    }
}
