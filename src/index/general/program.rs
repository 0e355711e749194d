//! Programs at sizes that are letters: definitions whose indices, bounds and conditions are polynomials in letters.

#![allow(clippy::wildcard_enum_match_arm)] // few of the kinds matter here

use std::rc::Rc;

use super::condition::Condition;
use super::ledger::Ledger;
use super::size::Size;
use crate::expr::Number;
use crate::index::{Extreme, Part};
use crate::syntax::ast::ReduceOp;

/// A tensor, and its size along each axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its name in the text.
    pub name: String,
    /// Its part.
    pub part: Part,
    /// Its shape.
    pub shape: Vec<Size>,
}

/// A letter and its values, both ends included.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The letter; no two ranges of a definition have the same.
    pub letter: Rc<str>,
    /// First value.
    pub low: Size,
    /// Last value.
    pub high: Size,
}

/// The right side of a definition.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A number.
    Number(Number),
    /// The value of an index expression.
    Size(Size),
    /// An entry of a tensor, by its place in [`Program::tensors`]; places beyond those are the adjoints, in the same order.
    Read(usize, Vec<Size>),
    /// A sum.
    Sum(Vec<Term>),
    /// A product.
    Product(Vec<Term>),
    /// A whole power.
    Power(Box<Term>, i32),
    /// A function of one argument, differentiated so many times.
    Call(String, u32, Box<Term>),
    /// The larger or the smaller of several.
    Extreme(Extreme, Vec<Term>),
    /// What the first gets of the derivative of a maximum, the second, by the rule for ties.
    Share(Box<Term>, Box<Term>),
    /// A reduction over all values of its letters for which the conditions hold.
    Reduce(ReduceOp, Vec<Range>, Vec<Condition>, Box<Term>),
    /// One of two.
    If(Condition, Box<Term>, Box<Term>),
}

/// `tensor[letters] = body`.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its place in [`Program::tensors`], or beyond them that of an adjoint.
    pub tensor: usize,
    /// The letters of its axes.
    pub ranges: Vec<Range>,
    /// The right side.
    pub body: Term,
}

/// A layer for every size.
#[derive(Clone, Debug)]
pub struct Program {
    /// Declared tensors, then defined ones.
    pub tensors: Vec<Tensor>,
    /// The definitions; the last defines the output.
    pub definitions: Vec<Definition>,
    /// The smallest index in the text.
    pub index_base: i64,
    /// Is the output the loss itself?
    pub loss: bool,
    /// What is known of the letters.
    pub ledger: Ledger,
    /// Letters for sizes that follow from the others, and what each stands for.
    pub derived: Vec<(Rc<str>, Size)>,
}

impl Program {
    /// The place of the output.
    pub fn output(&self) -> usize {
        self.tensors.len() - 1
    }

    /// The same with a size for a letter that was given: what follows from it is a letter still where it is rounded.
    #[must_use]
    pub fn with(&self, letter: &str, size: &Size) -> Program {
        // a letter that is no longer rounded is what it stands for
        let mut known: Vec<(Rc<str>, Size)> = vec![(Rc::from(letter), size.clone())];
        let mut derived = Vec::new();
        for (name, own) in &self.derived {
            let own = own.with(&|l| known.iter().find(|(k, _)| **k == *l).map(|(_, size)| size.clone()));
            let mut rounded = false;
            own.each_atom(&mut |atom| rounded |= !matches!(atom, super::size::Atom::Letter(_)));
            if rounded { derived.push((name.clone(), own)) } else { known.push((name.clone(), own)) }
        }
        let change = |size: &Size| size.with(&|l| known.iter().find(|(k, _)| **k == *l).map(|(_, size)| size.clone()));
        Program {
            tensors: self
                .tensors
                .iter()
                .map(|t| Tensor { shape: t.shape.iter().map(change).collect(), ..t.clone() })
                .collect(),
            definitions: self
                .definitions
                .iter()
                .map(|d| Definition {
                    tensor: d.tensor,
                    ranges: d.ranges.iter().map(|r| r.mapped(&change)).collect(),
                    body: d.body.mapped(&change).settled(),
                })
                .collect(),
            ledger: self.ledger.mapped(letter, &change),
            derived,
            ..*self
        }
    }
}

impl Range {
    /// How many values there are.
    pub fn len(&self) -> Size {
        self.high.sub(&self.low).add(&Size::integer(1))
    }

    /// The same with a size in the place of each.
    fn mapped(&self, change: &impl Fn(&Size) -> Size) -> Range {
        Range { letter: self.letter.clone(), low: change(&self.low), high: change(&self.high) }
    }
}

impl Term {
    /// A number.
    pub fn integer(n: i64) -> Term {
        Term::Number(Number::integer(n))
    }

    /// Is it the number n?
    pub fn is_integer(&self, n: i64) -> bool {
        matches!(self, Term::Number(own) if own.as_integer() == Some(n))
    }

    /// A sum without zeros.
    pub fn sum(parts: Vec<Term>) -> Term {
        let mut flat = Vec::new();
        for part in parts {
            if let Term::Sum(inner) = part { flat.extend(inner) } else { flat.push(part) }
        }
        flat.retain(|p| !p.is_integer(0));
        match flat.len() {
            0 => Term::integer(0),
            1 => flat.remove(0),
            _ => Term::Sum(flat),
        }
    }

    /// A product with its numbers multiplied, in front.
    pub fn product(parts: Vec<Term>) -> Term {
        let (mut number, mut rest) = (Number::integer(1), Vec::new());
        let mut flat: Vec<Term> = parts;
        flat.reverse();
        while let Some(part) = flat.pop() {
            match part {
                Term::Number(n) => number = number.mul(&n),
                Term::Product(inner) => flat.extend(inner.into_iter().rev()),
                _ => rest.push(part),
            }
        }
        // sizes that stand above and below go
        let mut place = 0;
        while place < rest.len() {
            let above = rest.iter().position(|other| matches!((other, &rest[place]), (Term::Size(x), Term::Power(y, -1)) if matches!(&**y, Term::Size(y) if y == x)));
            if let Some(above) = above {
                let (first, last) = (above.min(place), above.max(place));
                rest.remove(last);
                rest.remove(first);
                place = 0;
            } else {
                place += 1;
            }
        }
        if number.is_zero() {
            return Term::integer(0);
        }
        if !number.is_one() || rest.is_empty() {
            rest.insert(0, Term::Number(number));
        }
        if rest.len() == 1 { rest.remove(0) } else { Term::Product(rest) }
    }

    /// The same with a size in the place of each.
    #[must_use]
    pub fn mapped(&self, change: &impl Fn(&Size) -> Size) -> Term {
        let all = |parts: &[Term]| parts.iter().map(|p| p.mapped(change)).collect();
        let part = |x: &Term| Box::new(x.mapped(change));
        match self {
            Term::Number(_) => self.clone(),
            Term::Size(x) => Term::Size(change(x)),
            Term::Read(t, indices) => Term::Read(*t, indices.iter().map(change).collect()),
            Term::Sum(parts) => Term::Sum(all(parts)),
            Term::Product(parts) => Term::Product(all(parts)),
            Term::Power(x, n) => Term::Power(part(x), *n),
            Term::Call(name, order, x) => Term::Call(name.clone(), *order, part(x)),
            Term::Extreme(which, parts) => Term::Extreme(*which, all(parts)),
            Term::Share(x, y) => Term::Share(part(x), part(y)),
            Term::Reduce(op, ranges, conditions, body) => Term::Reduce(
                *op,
                ranges.iter().map(|r| r.mapped(change)).collect(),
                conditions.iter().map(|c| c.mapped(change)).collect(),
                part(body),
            ),
            Term::If(c, x, y) => Term::If(c.mapped(change), part(x), part(y)),
        }
    }

    /// The same without letters of reductions that have one value only.
    #[must_use]
    pub fn settled(self) -> Term {
        let all = |parts: Vec<Term>| parts.into_iter().map(Term::settled).collect();
        let part = |x: Box<Term>| Box::new(x.settled());
        match self {
            Term::Size(size) => size.as_integer().map_or(Term::Size(size), Term::integer),
            Term::Number(_) | Term::Read(..) => self,
            Term::Sum(parts) => Term::sum(all(parts)),
            Term::Product(parts) => Term::product(all(parts)),
            Term::Power(x, n) => match x.settled() {
                Term::Number(own) => {
                    own.power(n).map_or_else(|| Term::Power(Box::new(Term::Number(own)), n), Term::Number)
                }
                x => Term::Power(Box::new(x), n),
            },
            Term::Call(name, order, x) => Term::Call(name, order, part(x)),
            Term::Extreme(which, parts) => Term::Extreme(which, all(parts)),
            Term::Share(x, y) => Term::Share(part(x), part(y)),
            Term::If(c, x, y) => Term::If(c, part(x), part(y)),
            Term::Reduce(op, ranges, conditions, body) => {
                let (single, ranges): (Vec<Range>, Vec<Range>) = ranges.into_iter().partition(|r| r.low == r.high);
                let mut reduced = Term::Reduce(op, ranges, conditions, part(body));
                for range in &single {
                    reduced = reduced.mapped(&|size| size.replaced(&range.letter, &range.low));
                }
                match reduced {
                    Term::Reduce(_, ranges, conditions, body) if ranges.is_empty() && conditions.is_empty() => *body,
                    Term::Reduce(ReduceOp::Sum, ranges, conditions, body) if ranges.is_empty() => {
                        Term::If(Condition::And(conditions), body, Box::new(Term::integer(0)))
                    }
                    other => other,
                }
            }
        }
    }

    /// The same with other letters for those that reductions in it bind.
    #[must_use]
    pub fn relettered(&self, give: &mut impl FnMut(&str) -> Option<String>) -> Term {
        let part = |x: &Term, give: &mut _| Box::new(x.relettered(give));
        match self {
            Term::Number(_) | Term::Size(_) | Term::Read(..) => self.clone(),
            Term::Sum(parts) => Term::Sum(parts.iter().map(|p| p.relettered(give)).collect()),
            Term::Product(parts) => Term::Product(parts.iter().map(|p| p.relettered(give)).collect()),
            Term::Power(x, n) => Term::Power(part(x, give), *n),
            Term::Call(name, order, x) => Term::Call(name.clone(), *order, part(x, give)),
            Term::Extreme(which, parts) => Term::Extreme(*which, parts.iter().map(|p| p.relettered(give)).collect()),
            Term::Share(x, y) => Term::Share(part(x, give), part(y, give)),
            Term::Reduce(op, ranges, conditions, body) => {
                let body = part(body, give);
                let mut reduced = Term::Reduce(*op, ranges.clone(), conditions.clone(), body);
                for range in ranges {
                    let Some(other) = give(&range.letter) else { continue };
                    let by = Size::letter(&other);
                    reduced = reduced.mapped(&|size| size.replaced(&range.letter, &by));
                    if let Term::Reduce(_, own, _, _) = &mut reduced {
                        own.iter_mut()
                            .filter(|r| r.letter == range.letter)
                            .for_each(|r| r.letter = Rc::from(other.as_str()));
                    }
                }
                reduced
            }
            Term::If(c, x, y) => Term::If(c.clone(), part(x, give), part(y, give)),
        }
    }

    /// Calls `meet` with every part, outermost first.
    pub fn each<'a>(&'a self, meet: &mut impl FnMut(&'a Term)) {
        meet(self);
        match self {
            Term::Number(_) | Term::Size(_) | Term::Read(..) => {}
            Term::Sum(parts) | Term::Product(parts) | Term::Extreme(_, parts) => {
                parts.iter().for_each(|p| p.each(meet))
            }
            Term::Power(x, _) | Term::Call(_, _, x) | Term::Reduce(_, _, _, x) => x.each(meet),
            Term::Share(x, y) | Term::If(_, x, y) => {
                x.each(meet);
                y.each(meet);
            }
        }
    }

    /// Is there a reduction in it?
    pub fn reduces(&self) -> bool {
        let mut found = false;
        self.each(&mut |part| found |= matches!(part, Term::Reduce(..)));
        found
    }
}
