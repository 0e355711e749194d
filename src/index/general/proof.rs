//! The search for a proof that a size is at least 0.
//!
//! A sum of products of things that are at least 0 is at least 0. Else a fact, times such a product, is taken off so often that a term
//! below 0 goes, and what is left is tried again: all sides are polynomials, and each step is an equivalence or makes the claim
//! stronger, so that what is found is a proof.
//!
//! For the search letters are numbered, a monomial is the numbers of its letters in one word, and coefficients are whole.

use std::collections::HashMap;
use std::rc::Rc;

use num_integer::Integer;
use num_traits::ToPrimitive;
use rustc_hash::FxBuildHasher;

use super::size::{Atom, Monomial, Size};

/// A proof uses so many facts at most.
const DEPTH: u32 = 4;
/// A search ends after so many steps.
const STEPS: u32 = 120;
/// A monomial has so many factors at most.
const FACTORS: usize = 8;

/// Factors of a monomial, the smallest number first: a byte each, 0 for none.
type Word = u64;

/// Monomials and their coefficients, in order.
type Terms = Vec<(Word, i64)>;

/// What is known.
pub(super) struct Known<'a> {
    /// The smallest value of letters.
    pub(super) least: &'a [(Rc<str>, i64)],
    /// Sizes that are at least 0.
    pub(super) facts: &'a [Size],
}

impl Known<'_> {
    /// The smallest value of a letter, if there is one.
    fn least_of(&self, letter: &str) -> Option<i64> {
        self.least.iter().find(|(own, _)| **own == *letter).map(|(_, least)| *least)
    }
}

/// Is the size at least 0 wherever that holds?
pub(super) fn shown(ledger: &Known<'_>, size: &Size) -> bool {
    if let Some(same) = unrounded(size) {
        return shown(ledger, &same);
    }
    let mut search = Search {
        ledger,
        atoms: Vec::new(),
        known: Vec::new(),
        least: Vec::new(),
        facts: Vec::new(),
        failed: HashMap::default(),
        left: STEPS,
    };
    let Some(terms) = search.terms(size) else { return false };
    search.collect_facts();
    search.shown(terms, DEPTH)
}

struct Search<'a> {
    ledger: &'a Known<'a>,
    /// The letter of each number, from 1 on.
    atoms: Vec<Atom>,
    /// Is it at least 0, counted from its least value?
    known: Vec<bool>,
    /// Its least value.
    least: Vec<i64>,
    facts: Vec<Terms>,
    /// What was tried without success, and how deep.
    failed: HashMap<Terms, u32, FxBuildHasher>,
    left: u32,
}

impl Search<'_> {
    /// The number of an atom.
    fn number(&mut self, atom: &Atom) -> Option<u8> {
        if let Some(place) = self.atoms.iter().position(|own| own == atom) {
            return u8::try_from(place + 1).ok();
        }
        let known = match atom {
            Atom::Letter(letter) => self.ledger.least_of(letter).is_some(),
            Atom::Quotient(n, d) | Atom::Floor(n, d) | Atom::Ceil(n, d) => {
                self.is_plain(n) && self.is_plain(&d.add(&Size::integer(-1)))
            }
            Atom::Max(list) => list.iter().any(|x| self.is_plain(x)),
            Atom::Min(list) => list.iter().all(|x| self.is_plain(x)),
        };
        self.atoms.push(atom.clone());
        self.known.push(known);
        self.least.push(self.least(atom));
        u8::try_from(self.atoms.len()).ok()
    }

    /// Is it a sum of products of letters that are at least 0? Inside an atom more is not asked.
    fn is_plain(&self, size: &Size) -> bool {
        let shifted = size.with_atoms(&|atom| {
            let Atom::Letter(letter) = atom else { return None };
            Some(Size::atom(atom.clone()).add(&Size::integer(self.ledger.least_of(letter)?)))
        });
        let letters = |monomial: &Monomial| {
            monomial.iter().all(|(atom, _)| matches!(atom, Atom::Letter(l) if self.ledger.least_of(l).is_some()))
        };
        shifted.is_positive_sum() && shifted.terms().all(|(monomial, _)| letters(monomial))
    }

    /// What an atom is at least, where that is known to be more than 0 or less.
    fn least(&self, atom: &Atom) -> i64 {
        match atom {
            Atom::Letter(letter) => self.ledger.least_of(letter).unwrap_or(0),
            Atom::Quotient(n, _) => match n.as_atom() {
                Some(Atom::Letter(l)) if self.ledger.least_of(l) >= Some(1) => 1,
                Some(_) | None => 0,
            },
            Atom::Floor(..) | Atom::Ceil(..) | Atom::Max(_) | Atom::Min(_) => 0,
        }
    }

    /// The terms of a size; `None` where they are too many or too large.
    fn terms(&mut self, size: &Size) -> Option<Terms> {
        let mut common = 1i64;
        for (_, n) in size.terms() {
            common = common.lcm(&n.denom().to_i64()?);
        }
        let mut sum: Terms = Vec::new();
        for (monomial, n) in size.terms() {
            let n = n.numer().to_i64()?.checked_mul(common / n.denom().to_i64()?)?;
            let mut word = 0;
            for (atom, power) in monomial {
                let number = u64::from(self.number(atom)?);
                for _ in 0..*power {
                    word = times(word, number)?;
                }
            }
            sum.push((word, n));
        }
        collected(sum)
    }

    /// Is it a sum of products of letters, each counted from its least value?
    fn is_positive_sum(&self, terms: &Terms) -> bool {
        // what is subtracted has to come back from a product with more letters
        let made_good =
            |word: Word| terms.iter().any(|&(other, n)| n > 0 && other != word && divided(other, word).is_some());
        if !terms.iter().all(|&(word, n)| (n > 0 && self.is_known(word)) || (n < 0 && made_good(word))) {
            return false;
        }
        self.above_least(terms).is_some_and(|terms| terms.iter().all(|&(word, n)| n > 0 && self.is_known(word)))
    }

    /// The same with every letter counted from its least value.
    fn above_least(&self, terms: &Terms) -> Option<Terms> {
        let mut sum: Terms = Vec::with_capacity(2 * terms.len());
        for &(word, n) in terms {
            let mut product: Terms = vec![(0, n)];
            for byte in word.to_le_bytes().into_iter().filter(|b| *b > 0) {
                let least = self.least[usize::from(byte) - 1];
                let whole = product.len();
                for place in 0..whole {
                    let (word, c) = product[place];
                    product[place].0 = times(word, u64::from(byte))?;
                    if least != 0 {
                        product.push((word, c.checked_mul(least)?));
                    }
                }
            }
            sum.extend(product);
        }
        collected(sum)
    }

    /// What is known, in the letters of the search: facts of the ledger, and what holds of each rounded quotient, maximum and minimum.
    fn collect_facts(&mut self) {
        let ledger = self.ledger;
        let mut facts: Vec<Terms> = ledger.facts.iter().filter_map(|fact| self.terms(fact)).collect();
        let mut place = 0;
        while place < self.atoms.len() {
            let atom = self.atoms[place].clone();
            place += 1;
            let own = Size::atom(atom.clone());
            let one = Size::integer(1);
            let told: Vec<Size> = match &atom {
                Atom::Letter(_) => Vec::new(),
                Atom::Quotient(n, d) => vec![n.sub(&d.times(&own)), d.times(&own).sub(n)],
                Atom::Floor(n, d) => vec![n.sub(&d.times(&own)), d.times(&own).add(d).sub(n).sub(&one)],
                Atom::Ceil(n, d) => vec![d.times(&own).sub(n), n.add(d).sub(&d.times(&own)).sub(&one)],
                Atom::Max(list) => list.iter().map(|x| own.sub(x)).collect(),
                Atom::Min(list) => list.iter().map(|x| x.sub(&own)).collect(),
            };
            facts.extend(told.iter().filter_map(|fact| self.terms(fact)));
        }
        self.facts = facts;
    }

    fn is_known(&self, word: Word) -> bool {
        let bytes = word.to_le_bytes();
        bytes.iter().filter(|b| **b > 0).all(|&b| {
            self.known[usize::from(b) - 1] || bytes.iter().filter(|other| **other == b).count().is_multiple_of(2)
        })
    }

    /// Is none of its letters counted from below 0?
    fn is_from_zero(&self, word: Word) -> bool {
        word.to_le_bytes().iter().filter(|b| **b > 0).all(|&b| self.least[usize::from(b) - 1] >= 0)
    }

    fn shown(&mut self, terms: Terms, depth: u32) -> bool {
        if self.is_positive_sum(&terms) {
            return true;
        }
        if depth == 0 || self.left == 0 || self.failed.get(&terms).is_some_and(|tried| *tried >= depth) {
            return false;
        }
        self.left -= 1;
        let found = self.by_facts(&terms, depth);
        if !found {
            self.failed.insert(terms, depth);
        }
        found
    }

    /// A term that is below 0 has to come from a fact; so has one whose sign is not known.
    fn by_facts(&mut self, terms: &Terms, depth: u32) -> bool {
        let below = terms.iter().find(|(word, n)| *n < 0 && *word != 0);
        let unknown = || terms.iter().find(|(word, _)| !self.is_known(*word));
        let Some(&(word, n)) = below.or_else(unknown).or_else(|| terms.iter().find(|(_, n)| *n < 0)) else {
            return false;
        };
        for fact in 0..self.facts.len() {
            for place in 0..self.facts[fact].len() {
                let (own, c) = self.facts[fact][place];
                if c.signum() != n.signum() {
                    continue;
                }
                let Some(rest) = divided(word, own) else { continue };
                // what a fact is multiplied by is at least 0
                if !self.is_known(rest) || !self.is_from_zero(rest) {
                    continue;
                }
                let Some(left) = taken_off(terms, &self.facts[fact], rest, (n.abs(), c.abs())) else { continue };
                if self.shown(left, depth - 1) {
                    return true;
                }
            }
        }
        false
    }
}

/// `c·terms − n·rest·fact`, both numbers without what they have in common.
fn taken_off(terms: &Terms, fact: &Terms, rest: Word, (n, c): (i64, i64)) -> Option<Terms> {
    let common = n.gcd(&c);
    let (n, c) = (n / common, c / common);
    let mut sum: Terms = Vec::with_capacity(terms.len() + fact.len());
    for &(word, m) in terms {
        sum.push((word, m.checked_mul(c)?));
    }
    for &(word, m) in fact {
        sum.push((times(word, rest)?, m.checked_mul(n)?.checked_neg()?));
    }
    collected(sum)
}

/// Like terms as one, in order, without those that are 0.
fn collected(mut terms: Terms) -> Option<Terms> {
    terms.sort_unstable_by_key(|t| t.0);
    let mut sum: Terms = Vec::with_capacity(terms.len());
    for (word, n) in terms {
        match sum.last_mut() {
            Some(last) if last.0 == word => last.1 = last.1.checked_add(n)?,
            _ => sum.push((word, n)),
        }
    }
    sum.retain(|t| t.1 != 0);
    Some(sum)
}

/// The product of two monomials; `None` where it has too many factors.
fn times(x: Word, y: Word) -> Option<Word> {
    if x == 0 || y == 0 {
        return Some(x | y);
    }
    let (x, y) = (x.to_le_bytes(), y.to_le_bytes());
    let mut merged = [0; FACTORS];
    let (mut i, mut j) = (0, 0);
    let next = |bytes: &[u8; FACTORS], place: usize| bytes.get(place).copied().filter(|b| *b > 0);
    for byte in &mut merged {
        match (next(&x, i), next(&y, j)) {
            (None, None) => break,
            (Some(own), other) if other.is_none_or(|other| own <= other) => {
                *byte = own;
                i += 1;
            }
            (_, other) => {
                *byte = other.unwrap_or(0);
                j += 1;
            }
        }
    }
    (next(&x, i).is_none() && next(&y, j).is_none()).then_some(u64::from_le_bytes(merged))
}

/// A monomial divided by another; `None` where that has what it has not.
fn divided(x: Word, by: Word) -> Option<Word> {
    let (x, by) = (x.to_le_bytes(), by.to_le_bytes());
    let mut left = [0; FACTORS];
    let (mut kept, mut taken) = (0, 0);
    for byte in x {
        if taken < FACTORS && by[taken] > 0 && by[taken] == byte {
            taken += 1;
        } else if byte > 0 {
            left[kept] = byte;
            kept += 1;
        }
    }
    (taken == FACTORS || by[taken] == 0).then_some(u64::from_le_bytes(left))
}

/// What is at least 0 where this is, without the one rounded quotient in it: `⌊n/d⌋ + r ≥ 0` is `n + dr ≥ 0`, and so on.
pub(super) fn unrounded(size: &Size) -> Option<Size> {
    let (atom, negative) = size.terms().find_map(|(monomial, n)| match monomial.as_slice() {
        [(atom @ (Atom::Floor(..) | Atom::Ceil(..)), 1)] => match n.to_i64() {
            Some(1) => Some((atom.clone(), false)),
            Some(-1) => Some((atom.clone(), true)),
            Some(_) | None => None,
        },
        _ => None,
    })?;
    let own = Size::atom(atom.clone());
    let rest = if negative { size.add(&own) } else { size.sub(&own) };
    let mut again = false;
    rest.each_atom(&mut |other| again |= *other == atom);
    if again {
        return None;
    }
    let one = Size::integer(1);
    Some(match (&atom, negative) {
        (Atom::Floor(n, d), false) => n.add(&d.times(&rest)),
        (Atom::Ceil(n, d), false) => n.add(&d.times(&rest)).add(d).sub(&one),
        (Atom::Floor(n, d), true) => d.times(&rest).add(d).sub(n).sub(&one),
        (Atom::Ceil(n, d), true) => d.times(&rest).sub(n),
        _ => return None,
    })
}
