//! From formulas to the math tree: the one place that decides on signs, brackets, dots between factors, and on what is left out.

mod marks;
mod operators;

use super::math::{Dots, Fence, Math, Matrix, Op};
use crate::derivation::{Derivation, Value};
use crate::expr::{Number, TensorId, Ties};
use crate::formula::{
    BLANK, Condition, Equation, Extreme, Formula, Glossary, Level, Name, Operators, Range, Relation, Sliding,
};
use crate::operator::TensorOp;
pub(super) use marks::alone;
use marks::{alike, begins_with_digits, marked, separated, sizes};

/// How tightly a formula holds together; a part that holds less than its place asks for gets brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    /// A sum, or a signed term.
    Sum,
    /// It goes on to the right as far as it can: what a big sign stands before.
    Open,
    /// Operators with space around them: `x ∗ y ⊙ z`, read from left to right.
    Chain,
    /// A product.
    Product,
    /// Anything that cannot fall apart.
    Atom,
}

/// A formula without elided sums as it is set.
pub(super) fn set(glossary: &Glossary, formula: &Formula) -> Math {
    Resolver { glossary, count: &|_| String::new(), hidden: None }.math(formula)
}

/// An operator of a derivation that gives a tensor, without marks for layers.
pub fn operator_text(derivation: &Derivation, glossary: &Glossary, op: &TensorOp, target: TensorId) -> Math {
    let inside = |t: TensorId| derivation.inside(t);
    let operators = Operators {
        arena: &derivation.system.arena,
        instance: &derivation.instance,
        glossary,
        level: &|_| Level::None,
        inside: Some(&inside),
    };
    let written = operators.written(std::slice::from_ref(op), target);
    set(glossary, &written.map_or_else(|| glossary.tensor(target, Level::None), |(_, right)| right))
}

/// Terms of a long sum that are shown before the dots.
const SHOWN_TERMS: usize = 4;

/// Turns formulas of one document into math.
#[derive(Clone, Copy)]
pub(super) struct Resolver<'a> {
    pub(super) glossary: &'a Glossary,
    /// What is said of a sum of so many terms that is not written out.
    pub(super) count: &'a dyn Fn(usize) -> String,
    /// Of which marks a blank stands in their place.
    pub(super) hidden: Option<Mark>,
}

/// A mark of operators on whole tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// How far neighbours are spread apart.
    Spread,
    /// Lines before and behind.
    Pad,
    /// The step of a sliding product.
    Step,
}

impl Resolver<'_> {
    /// The formula as a row, or as what its row would hold alone.
    pub(super) fn math(self, formula: &Formula) -> Math {
        let mut row = Vec::with_capacity(8);
        self.write(formula, Binding::Sum, &mut row);
        alone(row)
    }

    /// `left = first = second`.
    pub(super) fn equation(self, equation: &Equation) -> Math {
        let mut row = self.math(&equation.left).into_parts();
        for right in &equation.chain {
            row.push(Math::Op(if rounded(right) { Op::About } else { Op::Equals }));
            self.write(right, Binding::Sum, &mut row);
        }
        Math::Row(row)
    }

    /// Appends the formula; in brackets if it holds less tightly than `place` asks.
    fn write(self, formula: &Formula, place: Binding, row: &mut Vec<Math>) {
        if binding(formula) < place {
            row.push(Math::Brackets(Box::new(self.math(formula))));
            return;
        }
        let boxed = |f: &Formula| Box::new(self.math(f));
        match formula {
            Formula::Number(n) => row.extend(Math::number(n).into_parts()),
            Formula::Rounded(x) => row.extend(Math::value(&Value::Approximate(*x)).into_parts()),
            Formula::Letter(letter) if &**letter == BLANK => row.push(Math::Blank),
            Formula::Letter(letter) => row.push(Math::Name(Box::new(Name::numbered(letter)))),
            Formula::Name(tensor, level) => row.push(Math::Name(Box::new(self.glossary.whole_name(*tensor, *level)))),
            Formula::Entry(tensor, offset) => row.push(Math::Element(*tensor, *offset)),
            Formula::At(tensor, level, indices) => row.push(Math::Indexed(*tensor, *level, self.indices(indices))),
            Formula::All => row.push(Math::Word(":")),
            Formula::Run(first, last, step) => {
                row.extend([Math::integer(*first), Math::Op(Op::Colon), Math::integer(*last)]);
                if *step != 1 {
                    row.extend([Math::Op(Op::Colon), Math::integer(*step)]);
                }
            }
            Formula::Pick(of, indices) => {
                let mut base = Vec::new();
                self.write(of, Binding::Atom, &mut base);
                row.push(Math::Subscript(Box::new(alone(base)), Box::new(separated(self.list(indices), Op::Comma))));
            }
            Formula::Sum(terms) => self.sum(terms, row),
            Formula::Negative(_) => {
                row.push(Math::Op(Op::Negative));
                self.unsigned(formula, row);
            }
            Formula::Product(factors) => self.product(factors, row),
            Formula::Quotient(top, bottom) => row.push(Math::Fraction(boxed(top), boxed(bottom))),
            Formula::Power(base, exponent) => row.push(self.power(base, exponent)),
            Formula::Root(degree, of) => row.push(Math::Root(*degree, boxed(of))),
            Formula::Floor(of) => row.push(Math::Fenced(Fence::Floor, boxed(of))),
            Formula::Ceil(of) => row.push(Math::Fenced(Fence::Ceil, boxed(of))),
            Formula::Call(function, order, of) if is_absolute(function, *order) => {
                row.push(Math::Fenced(Fence::Bars, boxed(of)));
            }
            Formula::Call(function, order, of) => {
                row.push(Math::Call(Box::new(Name::new(function.as_str())), *order, boxed(of)));
            }
            Formula::Big(big, bounds, body) => {
                let bound = |x: &Formula| self.math(x).on_one_line();
                let range = |r: &Range| (Name::numbered(&r.letter), bound(&r.low), bound(&r.high));
                let ranges = bounds.ranges.iter().map(range);
                let (ranges, conditions) =
                    (ranges.collect(), bounds.conditions.iter().map(|c| self.condition(c).on_one_line()).collect());
                row.push(Math::Big { big: *big, ranges, conditions });
                self.write(body, Binding::Open, row);
            }
            Formula::Cases(cases) => {
                let cases = cases.iter().map(|(value, holds)| (self.math(value), self.condition(holds)));
                row.push(Math::Cases(cases.collect()));
            }
            Formula::Bracket(condition) => row.push(Math::Indicator(None, Box::new(self.condition(condition)))),
            Formula::Share(ties, entry, largest) => {
                let equal = Math::binary(self.math(entry), Op::Equals, self.math(largest));
                // an equation by itself says that all that are equal get the whole
                let rule = (*ties != Ties::All).then(|| ties.word());
                row.push(Math::Indicator(rule, Box::new(equal)));
            }
            Formula::Extreme(which, list) => {
                let word = match which {
                    Extreme::Largest => "max",
                    Extreme::Smallest => "min",
                };
                row.extend(called(Math::Word(word), separated(self.list(list), Op::Comma)).into_parts());
            }
            Formula::ByLoss(x) => row.push(Math::derivative(self.loss(), self.math(x))),
            Formula::Loss => row.push(self.loss()),
            Formula::Derivative(y, x) => row.push(Math::Derivative(boxed(y), boxed(x))),
            Formula::Matrix(matrix) => row.push(self.matrix(matrix)),
            Formula::Hadamard(factors) => {
                for (place, factor) in factors.iter().enumerate() {
                    if place > 0 {
                        row.push(Math::Op(Op::Hadamard));
                    }
                    self.write(factor, if place == 0 { Binding::Chain } else { Binding::Product }, row);
                }
            }
            Formula::HadamardQuotient(top, bottom) => {
                self.write(top, Binding::Chain, row);
                row.push(Math::Op(Op::HadamardDivision));
                self.write(bottom, Binding::Atom, row);
            }
            Formula::Slide(slide) => {
                self.write(&slide.x, Binding::Product, row);
                let sign = sign(self.glossary.conventions().sliding, slide.turned);
                row.push(match slide.steps.as_slice() {
                    [] => Math::Op(sign),
                    _ if self.hidden == Some(Mark::Step) => Math::Stepped(sign, Vec::new()),
                    steps => Math::Stepped(sign, alike(steps)),
                });
                self.write(&slide.y, Binding::Product, row);
            }
            Formula::Ones(None) => row.push(Math::Ones),
            Formula::Ones(Some(shape)) => row.push(marked(Math::Ones, vec![sizes(shape)])),
            Formula::Apply(op, of) => self.apply(op, of, row),
            Formula::Elided(terms) => {
                self.sum(&terms[..SHOWN_TERMS], row);
                row.extend([Math::Op(Op::Plus), Math::Dots(Dots::Centre)]);
                self.term(&terms[terms.len() - 1], false, row);
                row.push(Math::Text((self.count)(terms.len())));
            }
        }
    }

    fn list(self, formulas: &[Formula]) -> Vec<Math> {
        formulas.iter().map(|f| self.math(f)).collect()
    }

    fn indices(self, formulas: &[Formula]) -> Vec<Math> {
        self.list(formulas).into_iter().map(Math::on_one_line).collect()
    }

    fn loss(self) -> Math {
        Math::name(&self.glossary.conventions().loss)
    }

    /// Terms with their signs; a positive one first, if there is one.
    fn sum(self, terms: &[Formula], row: &mut Vec<Math>) {
        row.reserve(terms.len() * 3);
        let first =
            if terms.first().is_some_and(is_negative) { terms.iter().position(|t| !is_negative(t)) } else { None };
        if let Some(place) = first {
            self.term(&terms[place], true, row);
        }
        for (place, term) in terms.iter().enumerate().filter(|(place, _)| Some(*place) != first) {
            self.term(term, first.is_none() && place == 0, row);
        }
    }

    /// A term of a sum with its sign.
    fn term(self, term: &Formula, first: bool, row: &mut Vec<Math>) {
        match (first, is_negative(term)) {
            (true, false) => {}
            (true, true) => row.push(Math::Op(Op::Negative)),
            (false, false) => row.push(Math::Op(Op::Plus)),
            (false, true) => row.push(Math::Op(Op::Minus)),
        }
        self.unsigned(term, row);
    }

    /// A term whose sign was written.
    fn unsigned(self, term: &Formula, row: &mut Vec<Math>) {
        if let Formula::Rounded(x) = term {
            row.extend(Math::value(&Value::Approximate(x.abs())).into_parts());
        } else if let Formula::Negative(of) = term {
            // a sign before a sign
            if is_negative(of) {
                row.push(Math::Brackets(Box::new(self.math(of))));
            } else {
                self.write(of, Binding::Open, row);
            }
        } else if let Formula::Number(n) = term
            && n.is_negative()
        {
            row.push(Math::Number(n.negate()));
        } else if let Formula::Product(factors) = term
            && let [Formula::Number(n), rest @ ..] = &factors[..]
            && n.is_negative()
        {
            if n.negate().is_one() {
                self.product(rest, row);
            } else {
                row.push(Math::Number(n.negate()));
                self.factors(rest, row);
            }
        } else {
            self.write(term, Binding::Open, row);
        }
    }

    fn product(self, factors: &[Formula], row: &mut Vec<Math>) {
        match factors {
            [Formula::Number(n), rest @ ..] => {
                row.extend(Math::number(n).into_parts());
                self.factors(rest, row);
            }
            _ => self.factors(factors, row),
        }
    }

    /// Factors side by side, with a dot where two would be read as one number; only the last one may go on to the right.
    fn factors(self, factors: &[Formula], row: &mut Vec<Math>) {
        for (place, factor) in factors.iter().enumerate() {
            let last = place + 1 == factors.len();
            let opens = last && matches!(factor, Formula::Big(..));
            let start = row.len();
            self.write(factor, if opens { Binding::Open } else { Binding::Product }, row);
            // `∇v c` would be read as the gradient of a product
            if !last && row.len() == start + 1 && self.is_gradient(&row[start]) {
                let gradient = row.remove(start);
                row.push(Math::Brackets(Box::new(gradient)));
            }
            // `2 3` would be read as one number, `w_1 0` as an index
            let before = start > 0 && !matches!(row[start - 1], Math::Op(_) | Math::Big { .. });
            if before && row.get(start).is_some_and(begins_with_digits) {
                row.insert(start, Math::Op(Op::Times));
            }
        }
    }

    fn is_gradient(self, math: &Math) -> bool {
        if let Math::Element(tensor, _) | Math::Indexed(tensor, ..) = math {
            return self.glossary.name(*tensor).nabla;
        }
        matches!(math, Math::Name(name) if name.nabla)
    }

    fn power(self, base: &Formula, exponent: &Number) -> Math {
        let mut inner = Vec::new();
        self.write(base, Binding::Atom, &mut inner);
        // what stands raised already cannot carry an exponent: (a^2)^3
        let raised = match inner.as_slice() {
            [Math::Name(name)] => name.level != Level::None,
            [Math::Element(tensor, _) | Math::Indexed(tensor, Level::None, _)] => {
                self.glossary.name(*tensor).level != Level::None
            }
            [Math::Indexed(..)] => true,
            _ => false,
        };
        if raised {
            inner = vec![Math::Brackets(Box::new(inner.remove(0)))];
        }
        Math::Power(Box::new(Math::Row(inner)), Box::new(Math::exponent(exponent)))
    }

    fn matrix(self, matrix: &crate::formula::Matrix) -> Math {
        let mut shown = matrix.cells.iter();
        let mut cells = Vec::with_capacity(matrix.rows.len() * matrix.columns.len());
        for row in &matrix.rows {
            for column in &matrix.columns {
                cells.push(match (row, column) {
                    (Some(_), Some(_)) => shown.next().map_or(Math::Row(Vec::new()), |f| self.math(f)),
                    (Some(_), None) => Math::Dots(Dots::Centre),
                    (None, Some(_)) => Math::Dots(Dots::Down),
                    (None, None) => Math::Dots(Dots::Diagonal),
                });
            }
        }
        Math::Matrix(Matrix { columns: matrix.columns.len(), cells })
    }

    /// A condition, with commas between what has to hold together.
    pub(super) fn condition(self, condition: &Condition) -> Math {
        match condition {
            Condition::Compare(x, relation, y) => {
                let op = match relation {
                    Relation::Equals => Op::Equals,
                    Relation::Differs => Op::Differs,
                    Relation::Less => Op::Less,
                    Relation::AtMost => Op::AtMost,
                    Relation::Greater => Op::Greater,
                };
                Math::binary(self.math(x), op, self.math(y))
            }
            Condition::Divides(d, n) => Math::binary(self.math(d), Op::Divides, self.math(n)),
            Condition::Within(low, x, high) => {
                let at_most = || Math::Op(Op::AtMost);
                Math::Row(vec![self.math(low), at_most(), self.math(x), at_most(), self.math(high)])
            }
            Condition::And(parts) => separated(parts.iter().map(|c| self.condition(c)).collect(), Op::Comma),
            // a comma says "and", and holds less tightly
            Condition::Or(parts) => {
                let side = |c: &Condition| {
                    let math = self.condition(c);
                    if matches!(c, Condition::And(_)) { Math::Brackets(Box::new(math)) } else { math }
                };
                separated(parts.iter().map(side).collect(), Op::Or)
            }
        }
    }
}

fn binding(formula: &Formula) -> Binding {
    match formula {
        Formula::Sum(_) | Formula::Elided(_) | Formula::Negative(_) => Binding::Sum,
        Formula::Number(n) if n.is_negative() => Binding::Sum,
        Formula::Rounded(x) if *x < 0.0 => Binding::Sum,
        Formula::Product(factors) => match factors.as_slice() {
            [Formula::Number(n), ..] if n.is_negative() => Binding::Sum,
            [.., Formula::Big(..)] => Binding::Open,
            _ => Binding::Product,
        },
        Formula::Big(..) => Binding::Open,
        Formula::Hadamard(_) | Formula::HadamardQuotient(..) | Formula::Slide(_) => Binding::Chain,
        Formula::Number(n) if !n.is_integer() => Binding::Product,
        Formula::Quotient(..)
        | Formula::Power(..)
        | Formula::Rounded(_)
        | Formula::ByLoss(_)
        | Formula::Derivative(..) => Binding::Product,
        Formula::Apply(crate::formula::Op::Spread(_) | crate::formula::Op::Transpose, _) => Binding::Product,
        Formula::Number(_)
        | Formula::Letter(_)
        | Formula::Name(..)
        | Formula::Entry(..)
        | Formula::At(..)
        | Formula::All
        | Formula::Run(..)
        | Formula::Pick(..)
        | Formula::Root(..)
        | Formula::Floor(_)
        | Formula::Ceil(_)
        | Formula::Call(..)
        | Formula::Cases(_)
        | Formula::Bracket(_)
        | Formula::Share(..)
        | Formula::Extreme(..)
        | Formula::Loss
        | Formula::Matrix(_)
        | Formula::Ones(_)
        | Formula::Apply(..) => Binding::Atom,
    }
}

/// Is it written with a minus in front?
fn is_negative(formula: &Formula) -> bool {
    let below_zero = |formula: &Formula| matches!(formula, Formula::Number(n) if n.is_negative());
    matches!(formula, Formula::Negative(_))
        || matches!(formula, Formula::Rounded(x) if *x < 0.0)
        || matches!(formula, Formula::Product(factors) if factors.first().is_some_and(below_zero))
        || below_zero(formula)
}

/// Does it hold rounded numbers?
fn rounded(formula: &Formula) -> bool {
    let mut found = false;
    formula.each(&mut |part| found |= matches!(part, Formula::Rounded(_)));
    found
}

/// The absolute value has bars.
fn is_absolute(function: &str, order: u32) -> bool {
    function == "abs" && order == 0
}

/// The sign between what a kernel slides over and the kernel, which is turned or not.
pub(super) fn sign(sliding: Sliding, turned: bool) -> Op {
    match (sliding, turned) {
        (Sliding::Framework, _) | (Sliding::Convolution, true) => Op::Slide,
        (Sliding::Correlation, _) | (Sliding::Convolution, false) => Op::Star,
    }
}

/// `word(x, y)`
fn called(word: Math, arguments: Math) -> Math {
    Math::Row(vec![word, Math::Brackets(Box::new(arguments))])
}
