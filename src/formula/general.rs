//! Programs at sizes that are letters, as formulas: sizes as one would write them, definitions and gradients.

#![allow(clippy::wildcard_enum_match_arm)] // few of the kinds matter here

use std::rc::Rc;

use num_rational::BigRational;
use num_traits::{One, Signed};

use super::glossary::Glossary;
use super::scalar::{applied, over_root};
use super::tree::{Big, Bounds, Condition, Equation, Formula, Relation};
use crate::expr::{Number, TensorId, Ties, degree_of_root};
use crate::index::ReduceOp;
use crate::index::general::{self, Atom, Range, Size, Term};

/// How a program is written: the names of its tensors, the rule for ties, and how much larger an index is in it than in print.
pub struct AnySize<'a> {
    /// The names.
    pub glossary: &'a Glossary,
    /// Who gets the derivative of a maximum.
    pub ties: Ties,
    /// The index letters in the order of the text: the terms of an index stand in that order.
    pub order: Vec<Rc<str>>,
}

impl<'a> AnySize<'a> {
    /// For the formulas of a program.
    pub fn new(glossary: &'a Glossary, ties: Ties, program: &general::Program) -> AnySize<'a> {
        let mut order = Vec::new();
        for definition in &program.definitions {
            order.extend(definition.ranges.iter().map(|r| r.letter.clone()));
            definition.body.each(&mut |part| {
                if let Term::Reduce(_, ranges, ..) = part {
                    order.extend(ranges.iter().map(|r| r.letter.clone()));
                }
            });
        }
        AnySize { glossary, ties, order }
    }

    /// An entry of a tensor by letters.
    pub fn entry(&self, tensor: usize, ranges: &[Range]) -> Formula {
        self.glossary.indexed(TensorId(tensor as u32), ranges.iter().map(|r| Formula::letter(&r.letter)).collect())
    }

    /// What is assumed of a size that is at least 0: what is subtracted is at most what is added.
    pub fn at_most(&self, size: &Size) -> Condition {
        let (more, less) = self.sides(size);
        Condition::Compare(less, Relation::AtMost, more)
    }

    /// What is added in a size, and what is subtracted.
    fn sides(&self, size: &Size) -> (Formula, Formula) {
        let (mut less, mut more) = (Vec::new(), Vec::new());
        for (negative, term) in signed_terms(size, &self.order) {
            if negative { less.push(term) } else { more.push(term) }
        }
        let whole = |terms: Vec<Formula>| if terms.is_empty() { Formula::integer(0) } else { Formula::sum(terms) };
        (whole(more), whole(less))
    }

    /// A condition on sizes alone.
    pub fn condition_of_sizes(&self, condition: &general::Condition) -> Condition {
        self.condition(condition, &[])
    }

    /// `tensor[ranges] = body = …`, a chain of terms that are equal.
    pub fn equation(&self, tensor: usize, ranges: &[Range], chain: &[&Term]) -> Equation {
        let own: Vec<Rc<str>> = ranges.iter().map(|r| r.letter.clone()).collect();
        let others = own.iter().filter(|letter| !self.order.contains(letter));
        let order = others.chain(&self.order).cloned().collect();
        let writer = AnySize { order, ..*self };
        Equation::chain(
            self.entry(tensor, ranges),
            chain.iter().map(|term| writer.term(term, &mut own.clone())).collect(),
        )
    }

    fn shift(&self) -> i64 {
        self.glossary.source_base - self.glossary.index_base
    }

    /// A size, or an index where it is one: in print indices start at the notation's base.
    fn size(&self, size: &Size, letters: &[Rc<str>], is_index: bool) -> Formula {
        let shift = self.shift();
        if shift == 0 {
            return written(size, &self.order);
        }
        let moved =
            size.with(&|own| letters.iter().any(|l| **l == *own).then(|| Size::letter(own).add(&Size::integer(shift))));
        written(&if is_index { moved.add(&Size::integer(-shift)) } else { moved }, &self.order)
    }

    fn term(&self, term: &Term, letters: &mut Vec<Rc<str>>) -> Formula {
        match term {
            Term::Number(n) => Formula::Number(n.clone()),
            Term::Size(size) => self.size(size, letters, false),
            Term::Read(tensor, indices) => {
                let indices = indices.iter().map(|f| self.size(f, letters, true)).collect();
                self.glossary.indexed(TensorId(*tensor as u32), indices)
            }
            Term::Sum(parts) => Formula::Sum(parts.iter().map(|p| self.term(p, letters)).collect()),
            Term::Product(parts) => self.product(parts, letters),
            Term::Power(x, n) if *n < 0 => {
                Formula::Quotient(Box::new(Formula::integer(1)), Box::new(self.power(x, -n, letters)))
            }
            Term::Power(x, n) => self.power(x, *n, letters),
            Term::Call(name, 0, x) => applied(name, self.term(x, letters)),
            Term::Call(name, order, x) => Formula::Call(name.clone(), *order, Box::new(self.term(x, letters))),
            Term::Extreme(which, parts) => {
                Formula::Extreme(*which, parts.iter().map(|p| self.term(p, letters)).collect())
            }
            Term::Share(x, y) => {
                Formula::Share(self.ties, Box::new(self.term(x, letters)), Box::new(self.term(y, letters)))
            }
            Term::Reduce(op, ranges, conditions, body) => self.reduction(*op, ranges, conditions, body, letters),
            Term::If(condition, x, y) => {
                let otherwise = condition.negated();
                let mut cases = vec![(self.term(x, letters), self.condition(condition, letters))];
                if let Some(otherwise) = otherwise {
                    cases.push((self.term(y, letters), self.condition(&otherwise, letters)));
                    return Formula::Cases(cases);
                }
                let bracket = Formula::Bracket(Box::new(cases.remove(0).1));
                Formula::product(vec![bracket, self.term(x, letters)])
            }
        }
    }

    /// Numbers first, then factors, sums last; what divides below a line.
    fn product(&self, parts: &[Term], letters: &mut Vec<Rc<str>>) -> Formula {
        let mut number = Number::integer(1);
        let (mut above, mut sums, mut below) = (Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            match part {
                Term::Number(n) => number = number.mul(n),
                Term::Power(x, n) if *n < 0 => below.push(self.power(x, -n, letters)),
                Term::Reduce(..) => sums.push(self.term(part, letters)),
                _ => above.push(self.term(part, letters)),
            }
        }
        above.append(&mut sums);
        if below.is_empty() {
            return if above.is_empty() {
                Formula::Number(number)
            } else {
                Formula::scaled(&number, Formula::product(above))
            };
        }
        Formula::scaled(
            &number,
            Formula::Quotient(Box::new(Formula::product(above)), Box::new(Formula::product(below))),
        )
    }

    fn power(&self, x: &Term, n: i32, letters: &mut Vec<Rc<str>>) -> Formula {
        if n == 1 {
            return self.term(x, letters);
        }
        let rooted = if let Term::Call(name, 0, inner) = x {
            degree_of_root(name).and_then(|q| over_root(n, q)).map(|exponent| (&**inner, exponent))
        } else {
            None
        };
        let (x, exponent) = rooted.unwrap_or_else(|| (x, Number::integer(i64::from(n))));
        Formula::Power(Box::new(self.term(x, letters)), exponent)
    }

    fn reduction(
        &self,
        op: ReduceOp,
        ranges: &[Range],
        conditions: &[general::Condition],
        body: &Term,
        letters: &mut Vec<Rc<str>>,
    ) -> Formula {
        let outer = letters.len();
        let shift = Size::integer(self.shift());
        let mut written_ranges = Vec::new();
        for range in ranges {
            let bound = |size: &Size, letters: &[Rc<str>]| self.size(&size.sub(&shift), letters, false);
            let (low, high) = (bound(&range.low, letters), bound(&range.high, letters));
            letters.push(range.letter.clone());
            written_ranges.push(super::Range { letter: range.letter.clone(), low, high });
        }
        let conditions: Vec<Condition> = conditions.iter().map(|c| self.condition(c, letters)).collect();
        let body = self.term(body, letters);
        letters.truncate(outer);
        let counted = conditions.is_empty();
        let bounds = Box::new(Bounds { ranges: written_ranges, conditions });
        let sum = |body: Formula| Formula::Big(Big::Sum, bounds.clone(), Box::new(body));
        match op {
            ReduceOp::Sum => sum(body),
            ReduceOp::Max => Formula::Big(Big::Largest, bounds, Box::new(body)),
            ReduceOp::Mean if counted => {
                let count = ranges.iter().fold(Size::integer(1), |n, r| n.times(&r.len()));
                let share = Formula::Quotient(Box::new(Formula::integer(1)), Box::new(written(&count, &[])));
                Formula::Product(vec![share, sum(body)])
            }
            ReduceOp::Mean => Formula::Quotient(Box::new(sum(body)), Box::new(sum(Formula::integer(1)))),
        }
    }

    /// A condition as it is printed.
    fn condition(&self, condition: &general::Condition, letters: &[Rc<str>]) -> Condition {
        let size = |x: &Size| self.size(x, letters, false);
        let all = |parts: &[general::Condition]| parts.iter().map(|p| self.condition(p, letters)).collect();
        match condition {
            general::Condition::Equal(x, y) if y.is_zero() => {
                let (left, right) = self.sides(x);
                Condition::Compare(left, Relation::Equals, right)
            }
            general::Condition::Equal(x, y) => Condition::Compare(size(x), Relation::Equals, size(y)),
            general::Condition::Differs(x, y) => Condition::Compare(size(x), Relation::Differs, size(y)),
            general::Condition::AtMost(x, y) => {
                // x + 1 ≤ y of whole numbers is x < y
                let less = x.sub(&Size::integer(1));
                let shorter = less.terms().count() < x.terms().count() && !less.is_zero();
                let (x, relation) = if shorter { (&less, Relation::Less) } else { (x, Relation::AtMost) };
                Condition::Compare(size(x), relation, size(y))
            }
            general::Condition::Within(low, x, high) => Condition::Within(size(low), size(x), size(high)),
            general::Condition::Divides(d, n) => Condition::Divides(size(d), size(n)),
            general::Condition::And(parts) => Condition::And(all(parts)),
            general::Condition::Or(parts) => Condition::Or(all(parts)),
        }
    }
}

/// A size as one would write it: common letters before brackets, what is subtracted last, and terms with index letters first.
pub fn written(size: &Size, letters: &[Rc<str>]) -> Formula {
    let terms = signed_terms(size, letters);
    let signed = terms.into_iter().map(|(negative, term)| match term {
        Formula::Number(n) if negative => Formula::Number(n.negate()),
        term if negative => Formula::Negative(Box::new(term)),
        term => term,
    });
    let signed: Vec<Formula> = signed.collect();
    if signed.is_empty() { Formula::integer(0) } else { Formula::sum(signed) }
}

/// The terms of a size, each without its sign, and whether it is subtracted: what is added first, each by its index letters, then what is
/// subtracted, then a number. 5 − m reads better than −m + 5.
fn signed_terms(size: &Size, letters: &[Rc<str>]) -> Vec<(bool, Formula)> {
    let mut terms: Vec<((bool, usize), Formula)> = Vec::new();
    let mut rest = size.clone();
    while let Some((shared, coefficient)) = common(&rest) {
        rest = rest.sub(&coefficient.times(&Size::atom(shared.clone())));
        let place = first_index(&coefficient.times(&Size::atom(shared.clone())), letters);
        let negative = falls(&coefficient);
        let inside = if negative { coefficient.negative() } else { coefficient };
        // a quotient stands behind the brackets, so that nobody reads them as a part of its divisor
        let mut factors = vec![atom(&shared, letters), written(&inside, letters)];
        if matches!(shared, Atom::Quotient(..)) {
            factors.reverse();
        }
        let product = Formula::Product(factors);
        terms.push(((negative, place), product));
    }
    let mut constant = None;
    for (monomial, n) in rest.terms() {
        if monomial.is_empty() {
            constant = Some((n.is_negative(), Formula::Number(Number::from(n.abs()))));
            continue;
        }
        let mut factors: Vec<Formula> = Vec::new();
        for (own, power) in monomial {
            let own = atom(own, letters);
            factors.push(if *power == 1 {
                own
            } else {
                Formula::Power(Box::new(own), Number::integer(i64::from(*power)))
            });
        }
        let number = n.abs();
        if !number.is_one() {
            factors.insert(0, Formula::Number(Number::from(number)));
        }
        let place = first_index(&Size::monomial(monomial.clone(), BigRational::one()), letters);
        terms.push(((n.is_negative(), place), Formula::product(factors)));
    }
    terms.sort_by_key(|(order, _)| *order);
    let rises = terms.first().is_some_and(|((negative, _), _)| !negative);
    let mut signed: Vec<(bool, Formula)> = terms.into_iter().map(|((negative, _), term)| (negative, term)).collect();
    if let Some((negative, constant)) = constant {
        signed.insert(if rises || negative { signed.len() } else { 0 }, (negative, constant));
    }
    signed
}

/// The place of the first index letter in it; behind all others where there is none.
fn first_index(size: &Size, letters: &[Rc<str>]) -> usize {
    letters.iter().position(|letter| size.has(letter)).unwrap_or(letters.len())
}

/// Does it begin with something that is subtracted, with nothing but numbers added?
fn falls(size: &Size) -> bool {
    size.terms().filter(|(monomial, _)| !monomial.is_empty()).all(|(_, n)| n.is_negative())
}

/// What several terms have in common, and what it is multiplied by; of several the one of most terms.
fn common(size: &Size) -> Option<(Atom, Size)> {
    let mut atoms: Vec<&Atom> = Vec::new();
    for (atom, _) in size.terms().flat_map(|(monomial, _)| monomial) {
        if !atoms.contains(&atom) {
            atoms.push(atom);
        }
    }
    let mut found: Option<(usize, Atom, Size)> = None;
    for own in atoms {
        let mut coefficient = Size::default();
        for (monomial, n) in size.terms() {
            if monomial.iter().any(|(atom, power)| atom == own && *power == 1) {
                let rest = monomial.iter().filter(|(atom, _)| atom != own).cloned().collect();
                coefficient = coefficient.add(&Size::monomial(rest, n.clone()));
            }
        }
        let count = coefficient.terms().count();
        if count > 1 && found.as_ref().is_none_or(|(most, ..)| count > *most) {
            found = Some((count, own.clone(), coefficient));
        }
    }
    found.map(|(_, atom, coefficient)| (atom, coefficient))
}

fn atom(atom: &Atom, letters: &[Rc<str>]) -> Formula {
    let quotient =
        |n: &Size, d: &Size| Box::new(Formula::Quotient(Box::new(written(n, letters)), Box::new(written(d, letters))));
    let all = |list: &[Size]| list.iter().map(|x| written(x, letters)).collect();
    match atom {
        Atom::Letter(letter) => Formula::Letter(letter.clone()),
        Atom::Quotient(n, d) => *quotient(n, d),
        Atom::Floor(n, d) => Formula::Floor(quotient(n, d)),
        Atom::Ceil(n, d) => Formula::Ceil(quotient(n, d)),
        Atom::Max(list) => Formula::Extreme(crate::index::Extreme::Largest, all(list)),
        Atom::Min(list) => Formula::Extreme(crate::index::Extreme::Smallest, all(list)),
    }
}
