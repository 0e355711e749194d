//! Exact numbers for the oracle: rationals, reading them from text, drawing them at random, and
//! dual numbers for derivatives. Nothing here is shared with the program under test.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

use crate::array::Array;

/// The integer `n`.
pub(crate) fn whole(n: i64) -> BigRational {
    BigRational::from_integer(BigInt::from(n))
}

/// The quotient `p / q`.
pub(crate) fn ratio(p: i64, q: i64) -> BigRational {
    BigRational::new(BigInt::from(p), BigInt::from(q))
}

/// Reads `3`, `-3`, `"2/5"` and decimals such as `-0.25`, exactly; `None` for anything else.
pub(crate) fn read_number(text: &str) -> Option<BigRational> {
    let Some((integer, fraction)) = text.split_once('.') else {
        return text.parse().ok();
    };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(integer.strip_prefix('-').unwrap_or(integer)) || !digits(fraction) {
        return None;
    }
    let numerator: BigInt = format!("{integer}{fraction}").parse().ok()?;
    let places = u32::try_from(fraction.len()).ok()?;
    Some(BigRational::new(numerator, BigInt::from(10).pow(places)))
}

/// What expressions and operators are worked out in: exact rationals, or floats where functions have no exact values.
pub(crate) trait Number: Clone + PartialOrd {
    /// The number nearest to an exact one.
    fn of(exact: &BigRational) -> Self;
    /// The sum.
    fn plus(&self, other: &Self) -> Self;
    /// The product.
    fn times(&self, other: &Self) -> Self;
    /// The quotient.
    fn over(&self, other: &Self) -> Result<Self, String>;
    /// This number to the power of another.
    fn power(&self, exponent: &Self) -> Result<Self, String>;
    /// A function of this number, if its value is known.
    fn function(name: &str, x: &Self) -> Option<Self>;
    /// The whole number that this is, if it is one that an argument can have.
    fn place(&self) -> Option<usize>;
}

impl Number for BigRational {
    fn of(exact: &BigRational) -> Self {
        exact.clone()
    }

    fn plus(&self, other: &Self) -> Self {
        self + other
    }

    fn times(&self, other: &Self) -> Self {
        self * other
    }

    fn over(&self, other: &Self) -> Result<Self, String> {
        if other.is_zero() { Err("division by zero".to_owned()) } else { Ok(self / other) }
    }

    fn power(&self, exponent: &Self) -> Result<Self, String> {
        let whole = exponent.is_integer().then(|| exponent.to_i32()).flatten();
        match whole.ok_or_else(|| format!("power with exponent {exponent}"))? {
            n if n < 0 && self.is_zero() => Err("zero to a negative power".to_owned()),
            n => Ok(self.pow(n)),
        }
    }

    /// `sigma` stands for any differentiable function, so a cubic and its exact derivative do for it.
    fn function(name: &str, x: &Self) -> Option<Self> {
        match name {
            "sigma" => Some(x.pow(3) + x),
            "dsigma" => Some(x.pow(2) * whole(3) + BigRational::one()),
            _ => None,
        }
    }

    fn place(&self) -> Option<usize> {
        self.is_integer().then(|| self.to_usize()).flatten()
    }
}

/// How a maximum shares its derivative among equal arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ties {
    /// The first in reading order has all of it.
    First,
    /// Every maximum has an equal share.
    Split,
    /// Every maximum has all of it.
    All,
}

impl Ties {
    /// The three conventions.
    pub(crate) const EACH: [Ties; 3] = [Ties::First, Ties::Split, Ties::All];

    /// The word of the command line and of the JSON.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Ties::First => "first",
            Ties::Split => "split",
            Ties::All => "all",
        }
    }

    /// The convention that a word names.
    pub(crate) fn named(word: &str) -> Option<Ties> {
        Ties::EACH.into_iter().find(|ties| ties.word() == word)
    }

    /// What the argument at `k` (0-based) has of the derivative of `max(list)`.
    pub(crate) fn share<T: PartialOrd>(self, k: usize, list: &[&T]) -> BigRational {
        if list.iter().any(|x| **x > *list[k]) {
            return BigRational::zero();
        }
        match self {
            Ties::First if list[..k].contains(&list[k]) => BigRational::zero(),
            Ties::First | Ties::All => BigRational::one(),
            Ties::Split => {
                let count = list.iter().filter(|x| **x == list[k]).count();
                BigRational::one() / BigRational::from_integer(BigInt::from(count))
            }
        }
    }
}

/// A value with its derivatives along as many directions as there are independent entries; those
/// that are not listed are zero.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dual {
    /// The value.
    pub(crate) value: BigRational,
    /// The derivative along each numbered direction.
    pub(crate) slopes: BTreeMap<usize, BigRational>,
}

impl Dual {
    /// A value that does not move.
    pub(crate) fn constant(value: BigRational) -> Dual {
        Dual { value, slopes: BTreeMap::new() }
    }

    /// The entry that moves along its own direction.
    pub(crate) fn variable(value: BigRational, direction: usize) -> Dual {
        Dual { value, slopes: BTreeMap::from([(direction, BigRational::one())]) }
    }

    /// Adds `factor` times the derivatives of `other`.
    fn lean(&mut self, other: &Dual, factor: &BigRational) {
        for (&direction, slope) in &other.slopes {
            *self.slopes.entry(direction).or_insert_with(BigRational::zero) += slope * factor;
        }
    }

    /// Adds `other` in place.
    pub(crate) fn add(&mut self, other: &Dual) {
        self.value += &other.value;
        self.lean(other, &BigRational::one());
    }

    /// The product, by Leibniz' rule.
    pub(crate) fn times(&self, other: &Dual) -> Dual {
        let mut product = Dual::constant(&self.value * &other.value);
        product.lean(self, &other.value);
        product.lean(other, &self.value);
        product
    }

    /// The largest of a list that is not empty.
    pub(crate) fn largest(list: &[&Dual], ties: Ties) -> Dual {
        let values: Vec<&BigRational> = list.iter().map(|x| &x.value).collect();
        let top = values.iter().copied().max().cloned();
        let mut largest = Dual::constant(top.unwrap_or_else(BigRational::zero));
        for (k, x) in list.iter().enumerate() {
            let share = ties.share(k, &values);
            if !share.is_zero() {
                largest.lean(x, &share);
            }
        }
        largest
    }
}

/// Pseudo-random draws that are the same on every run (splitmix64).
pub(crate) struct Draw(u64);

impl Draw {
    /// A sequence of its own for each label.
    pub(crate) fn new(label: &str) -> Draw {
        let seed =
            label.bytes().fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        Draw(seed)
    }

    /// An integer from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let span = u64::try_from(high - low + 1).expect("low <= high");
        let offset = (x ^ (x >> 31)) % span;
        low + i64::try_from(offset).expect("a small range")
    }

    /// A small integer or quotient of either sign.
    pub(crate) fn rational(&mut self) -> BigRational {
        let denominator = [1, 1, 2, 3, 4, 5, 7][usize::try_from(self.between(0, 6)).expect("0..=6")];
        ratio(self.between(-19, 19), denominator)
    }

    /// An array of small rationals.
    pub(crate) fn array(&mut self, shape: &[usize]) -> Array<BigRational> {
        Array::build(shape, |_| self.rational())
    }
}

#[test]
fn numbers_are_read_exactly() {
    assert_eq!(read_number("-3"), Some(whole(-3)));
    assert_eq!(read_number("6/-4"), Some(ratio(-3, 2)));
    assert_eq!(read_number("-0.25"), Some(ratio(-1, 4)));
    assert_eq!(read_number("0.1"), Some(ratio(1, 10)));
    for bad in ["", "x", "1/0", ".5", "1.", "1..2", "--1"] {
        assert_eq!(read_number(bad), None, "{bad}");
    }
}

#[test]
fn shares_follow_the_convention() {
    let list = [whole(2), whole(5), whole(5), whole(1)];
    let list: Vec<&BigRational> = list.iter().collect();
    let shares = |ties: Ties| -> Vec<BigRational> { (0..4).map(|k| ties.share(k, &list)).collect() };
    let expected = |second, third| vec![whole(0), second, third, whole(0)];
    assert_eq!(shares(Ties::First), expected(whole(1), whole(0)));
    assert_eq!(shares(Ties::Split), expected(ratio(1, 2), ratio(1, 2)));
    assert_eq!(shares(Ties::All), expected(whole(1), whole(1)));
}

#[test]
fn duals_follow_the_rules() {
    let (x, t) = (Dual::variable(whole(3), 0), Dual::variable(whole(5), 1));
    let mut y = x.times(&x).times(&Dual::constant(ratio(1, 2))).times(&t);
    y.add(&x);
    assert_eq!(y.value, ratio(51, 2));
    assert_eq!(y.slopes, BTreeMap::from([(0, whole(16)), (1, ratio(9, 2))]));
}
