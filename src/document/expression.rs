//! Expressions as formulas: the one place that decides on signs, brackets and fractions.

use std::collections::HashMap;

use super::glossary::Glossary;
use super::math::{Level, Math, Name, Op};
use crate::expr::{Arena, ExprId, ExprKind, Number, Symbol, System, degree_of_root};

/// How tightly an expression holds together; a part that holds less than its place asks for gets brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    /// A sum, or a signed term.
    Sum,
    /// A product.
    Product,
    /// Anything that cannot fall apart.
    Atom,
}

/// The maxima that some equation names: arguments to the symbol defined as their maximum.
pub(super) type Maxima<'a> = HashMap<&'a [ExprId], Symbol>;

/// Which defined element is which maximum.
pub(super) fn maxima(system: &System) -> Maxima<'_> {
    let mut found = Maxima::new();
    for definition in &system.definitions {
        for (offset, &value) in definition.values.iter().enumerate() {
            if let ExprKind::Max(of) = system.arena.kind(value) {
                found.entry(of).or_insert(Symbol { tensor: definition.tensor, offset: offset as u32 });
            }
        }
    }
    found
}

/// An expression as a formula; a sum or a product is a flat row.
pub fn expression(arena: &Arena, glossary: &Glossary, id: ExprId) -> Math {
    let element = |s: Symbol| glossary.element(s.tensor, s.offset);
    Writer { arena, glossary, maxima: &Maxima::new(), symbol: &element, whole: false }.row(id)
}

/// The terms of a sum as they are written: a positive one first, so that no sum begins with a minus without need.
pub(super) fn in_order(arena: &Arena, terms: &[ExprId]) -> Vec<ExprId> {
    let mut list = terms.to_vec();
    let negative = |&t: &ExprId| match arena.kind(t) {
        ExprKind::Number(c) | ExprKind::Product(c, _) => c.is_negative(),
        ExprKind::Symbol(_)
        | ExprKind::Sum(_)
        | ExprKind::Power(..)
        | ExprKind::Call(..)
        | ExprKind::Max(_)
        | ExprKind::Chosen { .. } => false,
    };
    if list.first().is_some_and(negative)
        && let Some(place) = list.iter().position(|t| !negative(t))
    {
        list[..=place].rotate_right(1);
    }
    list
}

/// The exponent of what is below a root of degree `q`, where the root is raised to `n`; `None` where that is whole: the square of a
/// root says that there is a root.
pub(super) fn over_root(n: i32, q: u32) -> Option<Number> {
    Some(Number::fraction(i64::from(n), i64::from(q))).filter(|exponent| !exponent.is_integer())
}

/// Writes expressions that may hold indicators of known maxima.
pub(super) struct Writer<'a> {
    pub(super) arena: &'a Arena,
    pub(super) glossary: &'a Glossary,
    pub(super) maxima: &'a Maxima<'a>,
    /// How a symbol is shown.
    pub(super) symbol: &'a dyn Fn(Symbol) -> Math,
    /// Do symbols stand for whole tensors? Then products are elementwise ones, and say so.
    pub(super) whole: bool,
}

impl Writer<'_> {
    /// The expression as a row.
    pub(super) fn row(&self, id: ExprId) -> Math {
        let mut row = Vec::with_capacity(8);
        self.write(id, Binding::Sum, &mut row);
        if row.len() == 1 { row.remove(0) } else { Math::Row(row) }
    }

    /// Appends the expression; in brackets if it holds less tightly than `place` asks.
    pub(super) fn write(&self, id: ExprId, place: Binding, row: &mut Vec<Math>) {
        if self.binding(id) < place {
            row.push(Math::Brackets(Box::new(self.row(id))));
            return;
        }
        match self.arena.kind(id) {
            ExprKind::Number(n) => signed(n, row),
            ExprKind::Symbol(s) => row.push((self.symbol)(s)),
            ExprKind::Sum(terms) => {
                row.reserve(terms.len() * 3);
                for (place, term) in in_order(self.arena, terms).into_iter().enumerate() {
                    self.term(term, place == 0, row);
                }
            }
            ExprKind::Product(c, factors) => {
                if c.is_negative() {
                    row.push(Math::Op(Op::Negative));
                }
                self.product(c, factors, row);
            }
            ExprKind::Power(base, n) if n < 0 => {
                let below = if n == -1 { self.row(base) } else { self.power(base, -n) };
                row.push(Math::Fraction(Box::new(Math::integer(1)), Box::new(below)));
            }
            ExprKind::Power(base, n) => row.push(self.power(base, n)),
            // where its argument is positive
            ExprKind::Call(f, x) if f.order == 0 && self.arena.function_name(f) == "step" => {
                let positive = Math::binary(self.row(x), Op::Greater, Math::integer(0));
                row.push(Math::Indicator(Box::new(positive)));
            }
            ExprKind::Call(f, x)
                if let Some(degree) = degree_of_root(self.arena.function_name(f)).filter(|_| f.order == 0) =>
            {
                row.push(Math::Root(degree, Box::new(self.row(x))));
            }
            ExprKind::Call(f, x) => {
                row.push(Math::Call(Name::new(self.arena.function_name(f)), f.order, Box::new(self.row(x))));
            }
            ExprKind::Max(of) => row.push(self.max(of)),
            ExprKind::Chosen { which, of, .. } => {
                let argument = self.row(of[which as usize]);
                let largest = match self.maxima.get(of) {
                    Some(s) => (self.symbol)(*s),
                    None => self.max(of),
                };
                row.push(Math::Indicator(Box::new(Math::binary(argument, Op::Equals, largest))));
            }
        }
    }

    /// Appends a term of a sum with its sign.
    pub(super) fn term(&self, term: ExprId, first: bool, row: &mut Vec<Math>) {
        let coefficient = match self.arena.kind(term) {
            ExprKind::Number(c) | ExprKind::Product(c, _) => Some(c),
            ExprKind::Symbol(_)
            | ExprKind::Sum(_)
            | ExprKind::Power(..)
            | ExprKind::Call(..)
            | ExprKind::Max(_)
            | ExprKind::Chosen { .. } => None,
        };
        let negative = coefficient.is_some_and(Number::is_negative);
        match (first, negative) {
            (true, false) => {}
            (true, true) => row.push(Math::Op(Op::Negative)),
            (false, false) => row.push(Math::Op(Op::Plus)),
            (false, true) => row.push(Math::Op(Op::Minus)),
        }
        match self.arena.kind(term) {
            ExprKind::Number(c) => row.push(Math::Number(if negative { c.negate() } else { c.clone() })),
            ExprKind::Product(c, factors) => self.product(c, factors, row),
            ExprKind::Symbol(_)
            | ExprKind::Sum(_)
            | ExprKind::Power(..)
            | ExprKind::Call(..)
            | ExprKind::Max(_)
            | ExprKind::Chosen { .. } => self.write(term, Binding::Sum, row),
        }
    }

    /// Appends a product without its sign; negative powers go below a fraction line.
    fn product(&self, c: &Number, factors: &[ExprId], row: &mut Vec<Math>) {
        let below = |f: &ExprId| matches!(self.arena.kind(*f), ExprKind::Power(_, n) if n < 0);
        let size = if c.is_negative() { c.negate() } else { c.clone() };
        if !factors.iter().any(below) {
            if !size.is_one() {
                row.push(Math::Number(size));
            }
            for (place, &factor) in factors.iter().enumerate() {
                if self.whole && place > 0 {
                    row.push(Math::Op(Op::Hadamard));
                }
                self.write(factor, Binding::Product, row);
            }
            return;
        }
        let (numerator, denominator) = size.parts();
        let part = |n: Number| (!n.is_one()).then_some(Math::Number(n));
        let mut top: Vec<Math> = part(numerator).into_iter().collect();
        let mut bottom: Vec<Math> = part(denominator).into_iter().collect();
        let alone = factors.iter().filter(|f| below(f)).count() == 1 && bottom.is_empty();
        let only_above = factors.iter().filter(|f| !below(f)).count() == 1 && top.is_empty();
        for &factor in factors {
            match self.arena.kind(factor) {
                ExprKind::Power(base, -1) if alone => self.write(base, Binding::Sum, &mut bottom),
                ExprKind::Power(base, -1) => self.write(base, Binding::Product, &mut bottom),
                ExprKind::Power(base, n) if n < 0 => bottom.push(self.power(base, -n)),
                ExprKind::Power(..)
                | ExprKind::Number(_)
                | ExprKind::Symbol(_)
                | ExprKind::Sum(_)
                | ExprKind::Product(..)
                | ExprKind::Call(..)
                | ExprKind::Max(_)
                | ExprKind::Chosen { .. } => {
                    self.write(factor, if only_above { Binding::Sum } else { Binding::Product }, &mut top);
                }
            }
        }
        if top.is_empty() {
            top.push(Math::integer(1));
        }
        row.push(Math::Fraction(Box::new(Math::Row(top)), Box::new(Math::Row(bottom))));
    }

    /// A power; that of a root has a fraction for its exponent.
    fn power(&self, base: ExprId, n: i32) -> Math {
        let (base, exponent) = match self.arena.kind(base) {
            ExprKind::Call(f, x)
                if let Some(exponent) = degree_of_root(self.arena.function_name(f))
                    .filter(|_| f.order == 0)
                    .and_then(|q| over_root(n, q)) =>
            {
                (x, exponent)
            }
            ExprKind::Number(_)
            | ExprKind::Symbol(_)
            | ExprKind::Sum(_)
            | ExprKind::Product(..)
            | ExprKind::Power(..)
            | ExprKind::Call(..)
            | ExprKind::Max(_)
            | ExprKind::Chosen { .. } => (base, Number::integer(i64::from(n))),
        };
        let mut inner = Vec::new();
        self.write(base, Binding::Atom, &mut inner);
        // what stands raised already cannot carry an exponent: (a^2)^3
        if let [Math::Name(name)] = inner.as_slice()
            && name.level != Level::None
        {
            inner = vec![Math::Brackets(Box::new(inner.remove(0)))];
        } else if let [Math::Element(tensor, _)] = inner.as_slice()
            && self.glossary.name(*tensor).level != Level::None
        {
            inner = vec![Math::Brackets(Box::new(inner.remove(0)))];
        }
        Math::Power(Box::new(Math::Row(inner)), Box::new(Math::exponent(&exponent)))
    }

    fn max(&self, of: &[ExprId]) -> Math {
        let mut list = Vec::with_capacity(2 * of.len());
        for (place, &x) in of.iter().enumerate() {
            if place > 0 {
                list.push(Math::Op(Op::Comma));
            }
            self.write(x, Binding::Sum, &mut list);
        }
        Math::Row(vec![Math::Word("max"), Math::Brackets(Box::new(Math::Row(list)))])
    }

    fn binding(&self, id: ExprId) -> Binding {
        match self.arena.kind(id) {
            ExprKind::Sum(_) => Binding::Sum,
            ExprKind::Number(n) if n.is_negative() => Binding::Sum,
            ExprKind::Product(c, _) if c.is_negative() => Binding::Sum,
            ExprKind::Product(..) => Binding::Product,
            ExprKind::Number(n) if !n.is_integer() => Binding::Product,
            ExprKind::Power(_, n) if n < 0 => Binding::Product,
            ExprKind::Power(..) => Binding::Product,
            ExprKind::Number(_)
            | ExprKind::Symbol(_)
            | ExprKind::Call(..)
            | ExprKind::Max(_)
            | ExprKind::Chosen { .. } => Binding::Atom,
        }
    }
}

fn signed(n: &Number, row: &mut Vec<Math>) {
    if n.is_negative() {
        row.push(Math::Op(Op::Negative));
        row.push(Math::Number(n.negate()));
    } else {
        row.push(Math::Number(n.clone()));
    }
}
