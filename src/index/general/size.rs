//! Sizes: polynomials with exact coefficients in letters and in rounded quotients, maxima and minima of other sizes.
//!
//! Index variables are letters too, so that an index such as `s(i − 1) + d(u − 1) + 1 − p` is one polynomial. All letters stand for
//! whole numbers. Equal polynomials are equal values; a rounded quotient has everything taken out of it that its divisor divides.

mod rounded;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// What a polynomial is made of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Atom {
    /// A letter.
    Letter(Rc<str>),
    /// `n/d`, where d divides n.
    Quotient(Box<Size>, Box<Size>),
    /// The largest whole number that is not larger than `n/d`.
    Floor(Box<Size>, Box<Size>),
    /// The smallest whole number that is not smaller than `n/d`.
    Ceil(Box<Size>, Box<Size>),
    /// The largest of several.
    Max(Vec<Size>),
    /// The smallest of several.
    Min(Vec<Size>),
}

/// A product of atoms, each with its power.
pub type Monomial = Vec<(Atom, u32)>;

/// A polynomial.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Size {
    terms: BTreeMap<Monomial, BigRational>,
}

impl Size {
    /// A number.
    pub fn integer(n: i64) -> Size {
        Size::number(BigRational::from_integer(n.into()))
    }

    fn number(n: BigRational) -> Size {
        Size::monomial(Monomial::new(), n)
    }

    /// A letter.
    pub fn letter(name: &str) -> Size {
        Size::atom(Atom::Letter(Rc::from(name)))
    }

    /// An atom alone.
    pub fn atom(atom: Atom) -> Size {
        Size::monomial(vec![(atom, 1)], BigRational::one())
    }

    /// A monomial with its coefficient.
    pub fn monomial(monomial: Monomial, coefficient: BigRational) -> Size {
        let mut size = Size::default();
        if !coefficient.is_zero() {
            size.terms.insert(monomial, coefficient);
        }
        size
    }

    /// Its monomials and their coefficients, none of them 0.
    pub fn terms(&self) -> impl Iterator<Item = (&Monomial, &BigRational)> {
        self.terms.iter()
    }

    /// Is it 0?
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The number, if it has no letters and is whole.
    pub fn as_integer(&self) -> Option<i64> {
        let mut terms = self.terms.iter();
        match (terms.next(), terms.next()) {
            (None, _) => Some(0),
            (Some((monomial, n)), None) if monomial.is_empty() && n.is_integer() => n.to_integer().to_i64(),
            (Some(_), _) => None,
        }
    }

    /// `self + factor · other`.
    #[must_use]
    pub fn plus(&self, other: &Size, factor: i64) -> Size {
        let factor = BigRational::from_integer(factor.into());
        let mut sum = self.clone();
        for (monomial, n) in &other.terms {
            let entry = sum.terms.entry(monomial.clone()).or_insert_with(BigRational::zero);
            *entry += n * &factor;
        }
        sum.terms.retain(|_, n| !n.is_zero());
        sum.halves_joined()
    }

    /// `self + other`.
    #[must_use]
    pub fn add(&self, other: &Size) -> Size {
        self.plus(other, 1)
    }

    /// `self − other`.
    #[must_use]
    pub fn sub(&self, other: &Size) -> Size {
        self.plus(other, -1)
    }

    /// `−self`.
    #[must_use]
    pub fn negative(&self) -> Size {
        Size::default().sub(self)
    }

    /// `self · other`.
    #[must_use]
    pub fn times(&self, other: &Size) -> Size {
        let mut product = Size::default();
        for (x, m) in &self.terms {
            for (y, n) in &other.terms {
                product = product.add(&multiplied(x, y, m * n));
            }
        }
        product
    }

    /// The letters in it, those inside its atoms too.
    pub fn letters(&self) -> BTreeSet<Rc<str>> {
        let mut found = BTreeSet::new();
        self.each_letter(&mut |letter| {
            found.insert(letter.clone());
        });
        found
    }

    /// Does the letter occur in it?
    pub fn has(&self, letter: &str) -> bool {
        let mut found = false;
        self.each_letter(&mut |own| found |= **own == *letter);
        found
    }

    fn each_letter(&self, meet: &mut impl FnMut(&Rc<str>)) {
        for (atom, _) in self.terms.keys().flatten() {
            atom.each_letter(meet);
        }
    }

    /// `(coefficient, rest)` with `self = coefficient · letter + rest`, and no such letter in either; `None` where it is not linear in it.
    pub fn linear(&self, letter: &str) -> Option<(Size, Size)> {
        let (mut coefficient, mut rest) = (Size::default(), Size::default());
        for (monomial, n) in &self.terms {
            let is = |atom: &Atom| matches!(atom, Atom::Letter(own) if **own == *letter);
            let (own, others): (Vec<_>, Vec<_>) = monomial.iter().cloned().partition(|(atom, _)| is(atom));
            let alone = Size::monomial(others, n.clone());
            if alone.has(letter) {
                return None;
            }
            match own.as_slice() {
                [] => rest = rest.add(&alone),
                [(_, 1)] => coefficient = coefficient.add(&alone),
                _ => return None,
            }
        }
        Some((coefficient, rest))
    }

    /// The same with a size for each letter that has one.
    #[must_use]
    pub fn with(&self, value: &impl Fn(&str) -> Option<Size>) -> Size {
        let mut sum = Size::default();
        for (monomial, n) in &self.terms {
            let mut product = Size::number(n.clone());
            for (atom, power) in monomial {
                let atom = atom.with(value);
                (0..*power).for_each(|_| product = product.times(&atom));
            }
            sum = sum.add(&product);
        }
        sum
    }

    /// The same with a size for each atom that has one; those inside others stay.
    #[must_use]
    pub fn with_atoms(&self, value: &impl Fn(&Atom) -> Option<Size>) -> Size {
        let mut sum = Size::default();
        for (monomial, n) in &self.terms {
            let mut product = Size::number(n.clone());
            for (atom, power) in monomial {
                let by = value(atom).unwrap_or_else(|| Size::atom(atom.clone()));
                (0..*power).for_each(|_| product = product.times(&by));
            }
            sum = sum.add(&product);
        }
        sum
    }

    /// The same with `by` for an atom, inside others too.
    #[must_use]
    pub fn without_atom(&self, atom: &Atom, by: &Size) -> Size {
        let mut sum = Size::default();
        for (monomial, n) in &self.terms {
            let mut product = Size::number(n.clone());
            for (own, power) in monomial {
                let value = if own == atom { by.clone() } else { own.without_atom(atom, by) };
                (0..*power).for_each(|_| product = product.times(&value));
            }
            sum = sum.add(&product);
        }
        sum
    }

    /// The same with `by` for a letter.
    #[must_use]
    pub fn replaced(&self, letter: &str, by: &Size) -> Size {
        if !self.has(letter) {
            return self.clone();
        }
        self.with(&|own| (own == letter).then(|| by.clone()))
    }

    /// Its value; `None` where a letter has none, it is not whole, a divisor is not positive, or a number is too large.
    pub fn value(&self, letter: &impl Fn(&str) -> Option<i64>) -> Option<i64> {
        let (mut above, mut below) = (0i64, 1i64);
        for (monomial, n) in &self.terms {
            let (mut product, d) = (n.numer().to_i64()?, n.denom().to_i64()?);
            for (atom, power) in monomial {
                product = product.checked_mul(atom.value(letter)?.checked_pow(*power)?)?;
            }
            above = above.checked_mul(d)?.checked_add(product.checked_mul(below)?)?;
            below = below.checked_mul(d)?;
        }
        (above % below == 0).then(|| above / below)
    }

    /// The atom that it is, if it is one alone.
    pub fn as_atom(&self) -> Option<&Atom> {
        let mut terms = self.terms.iter();
        match (terms.next(), terms.next()) {
            (Some((monomial, n)), None) if n.is_one() => match monomial.as_slice() {
                [(atom, 1)] => Some(atom),
                _ => None,
            },
            _ => None,
        }
    }

    /// Calls `meet` with each atom, outermost first.
    pub fn each_atom(&self, meet: &mut impl FnMut(&Atom)) {
        for (atom, _) in self.terms.keys().flatten() {
            meet(atom);
            match atom {
                Atom::Letter(_) => {}
                Atom::Quotient(n, d) | Atom::Floor(n, d) | Atom::Ceil(n, d) => {
                    n.each_atom(meet);
                    d.each_atom(meet);
                }
                Atom::Max(list) | Atom::Min(list) => list.iter().for_each(|size| size.each_atom(meet)),
            }
        }
    }

    /// Are all its coefficients above 0?
    pub fn is_positive_sum(&self) -> bool {
        self.terms.values().all(Signed::is_positive)
    }
}

impl Atom {
    fn each_letter(&self, meet: &mut impl FnMut(&Rc<str>)) {
        match self {
            Atom::Letter(letter) => meet(letter),
            Atom::Quotient(n, d) | Atom::Floor(n, d) | Atom::Ceil(n, d) => {
                n.each_letter(meet);
                d.each_letter(meet);
            }
            Atom::Max(list) | Atom::Min(list) => list.iter().for_each(|size| size.each_letter(meet)),
        }
    }

    fn value(&self, letter: &impl Fn(&str) -> Option<i64>) -> Option<i64> {
        let both = |n: &Size, d: &Size| Some((n.value(letter)?, d.value(letter).filter(|d| *d > 0)?));
        let all = |list: &[Size]| list.iter().map(|size| size.value(letter)).collect::<Option<Vec<i64>>>();
        match self {
            Atom::Letter(own) => letter(own),
            Atom::Quotient(n, d) => both(n, d).and_then(|(n, d)| (n % d == 0).then(|| n / d)),
            Atom::Floor(n, d) => both(n, d).map(|(n, d)| n.div_euclid(d)),
            Atom::Ceil(n, d) => both(n, d).map(|(n, d)| -(-n).div_euclid(d)),
            Atom::Max(list) => all(list)?.into_iter().max(),
            Atom::Min(list) => all(list)?.into_iter().min(),
        }
    }

    fn without_atom(&self, atom: &Atom, by: &Size) -> Size {
        let all = |list: &[Size]| list.iter().map(|size| size.without_atom(atom, by)).collect::<Vec<_>>();
        match self {
            Atom::Letter(_) => Size::atom(self.clone()),
            Atom::Quotient(n, d) => n.without_atom(atom, by).exactly(&d.without_atom(atom, by)),
            Atom::Floor(n, d) => n.without_atom(atom, by).floor(&d.without_atom(atom, by)),
            Atom::Ceil(n, d) => n.without_atom(atom, by).ceil(&d.without_atom(atom, by)),
            Atom::Max(list) => Size::max(all(list)),
            Atom::Min(list) => Size::min(all(list)),
        }
    }

    fn with(&self, value: &impl Fn(&str) -> Option<Size>) -> Size {
        let all = |list: &[Size]| list.iter().map(|size| size.with(value)).collect::<Vec<_>>();
        match self {
            Atom::Letter(letter) => value(letter).unwrap_or_else(|| Size::atom(self.clone())),
            Atom::Quotient(n, d) => n.with(value).exactly(&d.with(value)),
            Atom::Floor(n, d) => n.with(value).floor(&d.with(value)),
            Atom::Ceil(n, d) => n.with(value).ceil(&d.with(value)),
            Atom::Max(list) => Size::max(all(list)),
            Atom::Min(list) => Size::min(all(list)),
        }
    }
}

/// The product of two monomials; `d` times `n/d` is `n`.
fn multiplied(x: &Monomial, y: &Monomial, n: BigRational) -> Size {
    let mut powers: BTreeMap<Atom, u32> = BTreeMap::new();
    for (atom, power) in x.iter().chain(y) {
        *powers.entry(atom.clone()).or_default() += power;
    }
    let cancels = powers.keys().find_map(|atom| {
        let Atom::Quotient(above, below) = atom else { return None };
        let below = below.as_atom()?;
        powers.contains_key(below).then(|| (atom.clone(), below.clone(), (**above).clone()))
    });
    if let Some((quotient, below, above)) = cancels {
        for atom in [quotient, below] {
            let power = powers.get_mut(&atom).expect("it was found there");
            *power -= 1;
        }
        powers.retain(|_, power| *power > 0);
        return Size::monomial(powers.into_iter().collect(), n).times(&above);
    }
    Size::monomial(powers.into_iter().collect(), n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(letters: &[(&str, i64)]) -> impl Fn(&str) -> Option<i64> {
        let letters: Vec<(String, i64)> = letters.iter().map(|(l, n)| ((*l).to_string(), *n)).collect();
        move |letter| letters.iter().find(|(own, _)| own == letter).map(|(_, n)| *n)
    }

    #[test]
    fn quotients_lose_what_their_divisor_divides() {
        let (h, s) = (Size::letter("H"), Size::letter("s"));
        let size = s.times(&h).add(&Size::integer(3));
        assert_eq!(size.floor(&s), h.add(&Size::integer(3).floor(&s)));
        assert_eq!(
            h.plus(&h, 1).add(&Size::integer(3)).floor(&Size::integer(2)),
            h.add(&Size::integer(1)).add(&Size::integer(1).floor(&Size::integer(2)))
        );
        assert_eq!(s.times(&h).exactly(&s), h);
        assert_eq!(h.exactly(&s).times(&s), h);
        assert_eq!(size.floor(&s).value(&at(&[("H", 5), ("s", 2)])), Some(6));
        assert_eq!(h.floor(&s).value(&at(&[("H", 5), ("s", 0)])), None);
    }

    #[test]
    fn extremes_compare_what_differs_by_a_number() {
        let h = Size::letter("H");
        assert_eq!(Size::max([h.clone(), h.add(&Size::integer(1))]), h.add(&Size::integer(1)));
        let both = Size::min([h.clone(), Size::integer(4)]);
        assert_eq!(both.value(&at(&[("H", 9)])), Some(4));
        assert_eq!(Size::min([both.clone(), h.clone()]), both);
    }

    #[test]
    fn a_letter_is_solved_for_where_it_is_linear() {
        let (i, s, m) = (Size::letter("i"), Size::letter("s"), Size::letter("m"));
        let f = s.times(&i).sub(&m);
        assert_eq!(f.linear("i"), Some((s.clone(), m.negative())));
        assert_eq!(i.times(&i).linear("i"), None);
        assert_eq!(i.floor(&s).linear("i"), None);
    }
}
