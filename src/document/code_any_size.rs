//! Formulas for every size in the layer language's own syntax, for programs: `sum(i in max(1,m-K+1)..min(m,O)) delta[i]*w[m-i+1]`.

#![allow(clippy::wildcard_enum_match_arm)] // few of the kinds matter here

use crate::expr::Ties;
use crate::formula::{Big, Bounds, Condition, Extreme, Formula, Glossary, Relation};

/// How tightly a text holds together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Sum,
    Product,
    Atom,
}

/// A formula as the layer language writes it; whole tensors and what stands for them have no place in it.
pub fn any_size_code(glossary: &Glossary, formula: &Formula) -> String {
    Code { glossary }.part(formula, Binding::Sum)
}

/// A condition as the layer language writes it.
pub fn any_size_condition(glossary: &Glossary, condition: &Condition) -> String {
    Code { glossary }.condition(condition)
}

struct Code<'a> {
    glossary: &'a Glossary,
}

impl Code<'_> {
    /// The text, in brackets where it holds less tightly than its place asks for.
    fn part(&self, formula: &Formula, place: Binding) -> String {
        let (text, binding) = self.text(formula);
        if binding < place { format!("({text})") } else { text }
    }

    fn list(&self, list: &[Formula]) -> String {
        list.iter().map(|x| self.part(x, Binding::Sum)).collect::<Vec<_>>().join(",")
    }

    fn text(&self, formula: &Formula) -> (String, Binding) {
        match formula {
            Formula::Number(n) if n.is_negative() || !n.is_integer() => (n.to_string(), Binding::Sum),
            Formula::Number(n) => (n.to_string(), Binding::Atom),
            Formula::Letter(letter) => (letter.to_string(), Binding::Atom),
            Formula::Name(tensor, _) => (self.glossary.code(*tensor).to_string(), Binding::Atom),
            Formula::At(tensor, _, indices) => {
                (format!("{}[{}]", self.glossary.code(*tensor), self.list(indices)), Binding::Atom)
            }
            Formula::ByLoss(x) => (format!("grad_{}", self.part(x, Binding::Atom)), Binding::Atom),
            Formula::Sum(parts) => {
                let mut text = String::new();
                for part in parts {
                    let (sign, part) = match part {
                        Formula::Negative(x) => ("-", self.part(x, Binding::Product)),
                        Formula::Number(n) if n.is_negative() => ("-", n.negate().to_string()),
                        part => ("+", self.part(part, Binding::Product)),
                    };
                    if !text.is_empty() || sign == "-" {
                        text.push_str(sign);
                    }
                    text.push_str(&part);
                }
                (text, Binding::Sum)
            }
            Formula::Negative(x) => (format!("-{}", self.part(x, Binding::Product)), Binding::Sum),
            Formula::Product(parts) | Formula::Hadamard(parts) => {
                let parts: Vec<String> = parts.iter().map(|x| self.part(x, Binding::Atom)).collect();
                (parts.join("*"), Binding::Product)
            }
            Formula::Quotient(x, y) => {
                (format!("{}/{}", self.part(x, Binding::Atom), self.part(y, Binding::Atom)), Binding::Product)
            }
            Formula::Floor(x) => (format!("floor({})", self.part(x, Binding::Sum)), Binding::Atom),
            Formula::Ceil(x) => (format!("ceil({})", self.part(x, Binding::Sum)), Binding::Atom),
            Formula::Power(x, n) => (format!("{}^({n})", self.part(x, Binding::Atom)), Binding::Product),
            Formula::Root(degree, x) => (format!("{}^(1/{degree})", self.part(x, Binding::Atom)), Binding::Product),
            Formula::Call(name, order, x) => {
                let primes = "d".repeat(*order as usize);
                (format!("{primes}{name}({})", self.part(x, Binding::Sum)), Binding::Atom)
            }
            Formula::Extreme(which, list) => {
                let indices = list.iter().all(is_size);
                let word = match (which, indices) {
                    (Extreme::Largest, true) => "max",
                    (Extreme::Smallest, true) => "min",
                    (Extreme::Largest, false) => "maximum",
                    (Extreme::Smallest, false) => "minimum",
                };
                (format!("{word}({})", self.list(list)), Binding::Atom)
            }
            Formula::Share(ties, x, largest) => {
                let word = match ties {
                    Ties::First => "first",
                    Ties::Split => "split",
                    Ties::All => "all",
                };
                let (x, largest) = (self.part(x, Binding::Sum), self.part(largest, Binding::Sum));
                (format!("{word}({x} in {largest})"), Binding::Atom)
            }
            Formula::Big(big, bounds, body) => {
                let word = match big {
                    Big::Sum => "sum",
                    Big::Largest => "max",
                    Big::Product => "prod",
                };
                (format!("({word}({}) {})", self.bounds(bounds), self.part(body, Binding::Product)), Binding::Atom)
            }
            Formula::Cases(cases) => {
                let Some(((last, _), first)) = cases.split_last() else { return (String::new(), Binding::Atom) };
                let mut text = self.part(last, Binding::Sum);
                for (value, condition) in first.iter().rev() {
                    text =
                        format!("if {} then {} else {text}", self.condition(condition), self.part(value, Binding::Sum));
                }
                (format!("({text})"), Binding::Atom)
            }
            Formula::Bracket(condition) => (format!("(if {} then 1 else 0)", self.condition(condition)), Binding::Atom),
            _ => ("…".to_string(), Binding::Atom),
        }
    }

    fn bounds(&self, bounds: &Bounds) -> String {
        let range = |r: &crate::formula::Range| {
            format!("{} in {}..{}", r.letter, self.part(&r.low, Binding::Sum), self.part(&r.high, Binding::Sum))
        };
        let ranges = bounds.ranges.iter().map(range).collect::<Vec<_>>().join(", ");
        let conditions: Vec<String> = bounds.conditions.iter().map(|c| self.side(c)).collect();
        if conditions.is_empty() { ranges } else { format!("{ranges} where {}", conditions.join(" and ")) }
    }

    /// A condition beside others.
    fn side(&self, condition: &Condition) -> String {
        let text = self.condition(condition);
        if matches!(condition, Condition::Or(_)) { format!("({text})") } else { text }
    }

    fn condition(&self, condition: &Condition) -> String {
        let whole = |x: &Formula| self.part(x, Binding::Sum);
        let all = |parts: &[Condition], word: &str| parts.iter().map(|p| self.side(p)).collect::<Vec<_>>().join(word);
        match condition {
            Condition::Compare(x, relation, y) => {
                let sign = match relation {
                    Relation::Equals => "==",
                    Relation::Differs => "!=",
                    Relation::Less => "<",
                    Relation::AtMost => "<=",
                    Relation::Greater => ">",
                };
                format!("{} {sign} {}", whole(x), whole(y))
            }
            Condition::Within(low, x, high) => format!("{} in {}..{}", whole(x), whole(low), whole(high)),
            Condition::Divides(d, n) => format!("{} divides {}", self.part(d, Binding::Atom), whole(n)),
            Condition::And(parts) => all(parts, " and "),
            Condition::Or(parts) => all(parts, " or "),
        }
    }
}

/// Is it made of letters and numbers alone?
fn is_size(formula: &Formula) -> bool {
    let mut found = true;
    formula.each(&mut |part| found &= !matches!(part, Formula::At(..) | Formula::Name(..) | Formula::Call(..)));
    found
}
