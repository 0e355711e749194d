//! Exact rational numbers: a machine-word fraction while it fits, a big one otherwise; never a silent overflow.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use num_bigint::BigInt;
use num_rational::{BigRational, Ratio};
use num_traits::{CheckedAdd, CheckedMul, One, Pow, Signed, ToPrimitive, Zero};

/// The most bits that the numerator or the denominator of a number in an equation may have: room for the thousandth power of a digit,
/// and far from where arithmetic gets slow.
pub const MOST_BITS: u64 = 4096;

/// An exact rational number. Equal values have equal representations: `Big` holds only what `Small` cannot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Number {
    /// Numerator and denominator fit in an `i64`, and neither is `i64::MIN`.
    Small(Ratio<i64>),
    /// Everything else.
    Big(Box<BigRational>),
}

impl Number {
    /// The integer `n`.
    pub fn integer(n: i64) -> Number {
        if n == i64::MIN {
            Number::from(BigRational::from(BigInt::from(n)))
        } else {
            Number::Small(Ratio::from_integer(n))
        }
    }

    /// The fraction `n/d`.
    ///
    /// # Panics
    /// If `d` is zero.
    pub fn fraction(n: i64, d: i64) -> Number {
        Number::from(BigRational::new(BigInt::from(n), BigInt::from(d)))
    }

    /// The number as a big fraction.
    pub fn to_big(&self) -> BigRational {
        match self {
            Number::Small(r) => BigRational::new_raw(BigInt::from(*r.numer()), BigInt::from(*r.denom())),
            Number::Big(b) => (**b).clone(),
        }
    }

    /// Is it 0?
    pub fn is_zero(&self) -> bool {
        matches!(self, Number::Small(r) if r.is_zero())
    }

    /// Is it 1?
    pub fn is_one(&self) -> bool {
        matches!(self, Number::Small(r) if r.is_one())
    }

    /// Is it below 0?
    pub fn is_negative(&self) -> bool {
        match self {
            Number::Small(r) => r.is_negative(),
            Number::Big(b) => b.is_negative(),
        }
    }

    /// The number as a machine integer, if it is one.
    pub fn as_integer(&self) -> Option<i64> {
        if let Number::Small(r) = self { r.is_integer().then(|| *r.numer()) } else { None }
    }

    /// Is its denominator 1?
    pub fn is_integer(&self) -> bool {
        match self {
            Number::Small(r) => r.is_integer(),
            Number::Big(b) => b.is_integer(),
        }
    }

    /// Numerator and denominator, both integers; the denominator is positive.
    pub fn parts(&self) -> (Number, Number) {
        match self {
            Number::Small(r) => (Number::integer(*r.numer()), Number::integer(*r.denom())),
            Number::Big(b) => {
                (BigRational::from(b.numer().clone()).into(), BigRational::from(b.denom().clone()).into())
            }
        }
    }

    /// Is it longer than what is worked with in equations?
    pub fn is_long(&self) -> bool {
        matches!(self, Number::Big(_)) && self.bits() > MOST_BITS
    }

    /// The length of the numerator or of the denominator, whichever is longer.
    pub fn bits(&self) -> u64 {
        let length = |n: i64| u64::from(i64::BITS - n.unsigned_abs().leading_zeros());
        match self {
            Number::Small(r) => length(*r.numer()).max(length(*r.denom())),
            Number::Big(b) => b.numer().bits().max(b.denom().bits()),
        }
    }

    /// The sum.
    pub fn add(&self, other: &Number) -> Number {
        if let (Number::Small(a), Number::Small(b)) = (self, other)
            && let Some(r) = a.checked_add(b)
        {
            return Number::small(r);
        }
        Number::from(self.to_big() + other.to_big())
    }

    /// The product.
    pub fn mul(&self, other: &Number) -> Number {
        if let (Number::Small(a), Number::Small(b)) = (self, other)
            && let Some(r) = a.checked_mul(b)
        {
            return Number::small(r);
        }
        Number::from(self.to_big() * other.to_big())
    }

    /// The number with its sign changed.
    pub fn negate(&self) -> Number {
        match self {
            // `Small` never holds `i64::MIN`, so this cannot overflow
            Number::Small(r) => Number::Small(-r),
            Number::Big(b) => Number::from(-(**b).clone()),
        }
    }

    /// 1 divided by the number; `None` for 0.
    pub fn invert(&self) -> Option<Number> {
        match self {
            Number::Small(r) => (!r.is_zero()).then(|| Number::Small(r.recip())),
            Number::Big(b) => Some(Number::from(b.recip())),
        }
    }

    /// The `exponent`-th power; `None` for a negative power of 0.
    pub fn power(&self, exponent: i32) -> Option<Number> {
        let base = if exponent < 0 { self.invert()? } else { self.clone() };
        Some(Number::from(Pow::pow(&base.to_big(), exponent.unsigned_abs())))
    }

    /// Has this power at most so many bits? Found without working it out.
    pub fn has_power_within(&self, exponent: i32, bits: u64) -> bool {
        // an n-bit number is at least 2^(n-1)
        self.bits().saturating_sub(1).saturating_mul(exponent.unsigned_abs().into()) < bits
    }

    /// The root of this degree, from 0 on, if it is a rational number too.
    pub fn root(&self, degree: u32) -> Option<Number> {
        if self.is_negative() {
            return None;
        }
        let big = self.to_big();
        let exact = |n: &BigInt| Some(n.nth_root(degree)).filter(|root| &Pow::pow(root, degree) == n);
        Some(Number::from(BigRational::new(exact(big.numer())?, exact(big.denom())?)))
    }

    /// The nearest `f64`, for what is only shown as an approximation.
    pub fn to_f64(&self) -> f64 {
        match self {
            Number::Small(r) => *r.numer() as f64 / *r.denom() as f64,
            Number::Big(b) => b.to_f64().unwrap_or(f64::NAN),
        }
    }

    fn small(r: Ratio<i64>) -> Number {
        if *r.numer() == i64::MIN || *r.denom() == i64::MIN {
            let big = BigRational::new(BigInt::from(*r.numer()), BigInt::from(*r.denom()));
            Number::from(big)
        } else {
            Number::Small(r)
        }
    }
}

/// By numerator and denominator, which are in lowest terms.
impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Number::Small(r) => (r.numer(), r.denom()).hash(state),
            Number::Big(b) => (b.numer(), b.denom()).hash(state),
        }
    }
}

impl From<BigRational> for Number {
    fn from(big: BigRational) -> Number {
        match (big.numer().to_i64(), big.denom().to_i64()) {
            (Some(n), Some(d)) if n != i64::MIN => Number::Small(Ratio::new_raw(n, d)),
            _ => Number::Big(Box::new(big)),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (self, other) {
            (Number::Small(a), Number::Small(b)) => a.cmp(b),
            _ => self.to_big().cmp(&other.to_big()),
        }
    }
}

impl fmt::Display for Number {
    /// `3`, `-1/2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Small(r) => r.fmt(f),
            Number::Big(b) => b.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overflow_goes_to_big_and_comes_back() {
        let huge = Number::integer(i64::MAX);
        let sum = huge.add(&Number::integer(1));
        assert!(matches!(sum, Number::Big(_)));
        assert_eq!(sum.add(&Number::integer(-1)), huge);
        let square = huge.mul(&huge);
        assert_eq!(square.mul(&huge.invert().unwrap()), huge);
        assert_eq!(Number::integer(i64::MIN).negate(), sum);
        assert_eq!(sum.negate(), Number::integer(i64::MIN));
    }

    #[test]
    fn powers_and_order() {
        assert_eq!(Number::fraction(2, -3).power(-3), Some(Number::fraction(-27, 8)));
        assert_eq!(Number::integer(0).power(-1), None);
        assert_eq!(Number::integer(0).power(0), Some(Number::integer(1)));
        assert!(Number::fraction(-1, 2) < Number::fraction(1, 3));
        assert_eq!(Number::fraction(6, -4).to_string(), "-3/2");
    }

    #[test]
    fn lengths_are_known_before_powers_are_worked_out() {
        assert_eq!([0, 1, -1, 2, -255, 256].map(|n| Number::integer(n).bits()), [1, 1, 1, 2, 8, 9]);
        assert_eq!(Number::fraction(3, 1024).bits(), 11);
        assert!(Number::integer(-1).has_power_within(i32::MIN, 2));
        assert!(Number::integer(2).has_power_within(1000, 1001));
        assert!(!Number::integer(2).has_power_within(1000, 1000));
        assert!(!Number::fraction(1, 9).has_power_within(i32::MAX, MOST_BITS));
        let long = Number::integer(2).power(MOST_BITS as i32).unwrap();
        assert!(long.is_long() && long.invert().unwrap().is_long() && !Number::integer(i64::MIN).is_long());
    }

    #[test]
    fn roots_are_exact_or_none() {
        assert_eq!(Number::fraction(8, 27).root(3), Some(Number::fraction(2, 3)));
        assert_eq!(Number::integer(0).root(2), Some(Number::integer(0)));
        for (n, degree) in [(2, 2), (-4, 2), (-8, 3), (9, 4)] {
            assert_eq!(Number::integer(n).root(degree), None, "{n}");
        }
        let huge = Number::integer(i64::MAX);
        assert_eq!(huge.power(5).unwrap().root(5), Some(huge));
    }
}
