//! The two kinds of exact numbers that equations are checked in: a prime field, and the rationals.

use std::cmp::Ordering;
use std::fmt::Debug;

use num_traits::ToPrimitive;

use crate::expr::Number;

/// An exact field.
pub trait Field: Clone + PartialEq + Debug {
    /// The image of a rational number.
    fn from_number(n: &Number) -> Self;
    /// The sum.
    fn add(&self, other: &Self) -> Self;
    /// The product.
    fn mul(&self, other: &Self) -> Self;
    /// The inverse; `None` for 0.
    fn invert(&self) -> Option<Self>;
    /// The order, where the field has one that agrees with that of the rationals.
    fn order(&self, other: &Self) -> Option<Ordering>;

    /// The image of an integer.
    fn integer(n: i64) -> Self {
        Self::from_number(&Number::integer(n))
    }

    /// Is it 0?
    fn is_zero(&self) -> bool {
        *self == Self::integer(0)
    }

    /// An integer power, by squaring; `None` for a negative power of 0.
    fn power(&self, exponent: i32) -> Option<Self> {
        let mut base = if exponent < 0 { self.invert()? } else { self.clone() };
        let mut rest = exponent.unsigned_abs();
        let mut result = Self::integer(1);
        while rest > 0 {
            if rest & 1 == 1 {
                result = result.mul(&base);
            }
            base = base.mul(&base);
            rest >>= 1;
        }
        Some(result)
    }
}

/// Integers modulo the Mersenne prime 2^61 − 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prime(u64);

impl Prime {
    /// The modulus.
    pub const MODULUS: u64 = (1 << 61) - 1;

    /// The class of `n`.
    pub fn new(n: u64) -> Prime {
        Prime(n % Self::MODULUS)
    }
}

impl Field for Prime {
    fn from_number(n: &Number) -> Prime {
        let big = n.to_big();
        let class = |i: &num_bigint::BigInt| {
            let modulus = num_bigint::BigInt::from(Prime::MODULUS);
            Prime(num_integer::Integer::mod_floor(i, &modulus).to_u64().expect("a residue fits in 61 bits"))
        };
        let denominator = class(big.denom());
        // a denominator divisible by 2^61 − 1 has no image; 0 makes the check fail rather than pass
        class(big.numer()).mul(&denominator.invert().unwrap_or(Prime(0)))
    }

    fn integer(n: i64) -> Prime {
        Prime(n.rem_euclid(Prime::MODULUS as i64) as u64)
    }

    fn add(&self, other: &Prime) -> Prime {
        let sum = self.0 + other.0;
        Prime(if sum >= Prime::MODULUS { sum - Prime::MODULUS } else { sum })
    }

    fn mul(&self, other: &Prime) -> Prime {
        let product = u128::from(self.0) * u128::from(other.0);
        let folded = (product as u64 & Prime::MODULUS) + (product >> 61) as u64;
        Prime(if folded >= Prime::MODULUS { folded - Prime::MODULUS } else { folded })
    }

    fn invert(&self) -> Option<Prime> {
        if self.0 == 0 {
            return None;
        }
        // Fermat: x^(p−2)
        let (mut base, mut rest, mut result) = (*self, Prime::MODULUS - 2, Prime(1));
        while rest > 0 {
            if rest & 1 == 1 {
                result = result.mul(&base);
            }
            base = base.mul(&base);
            rest >>= 1;
        }
        Some(result)
    }

    fn order(&self, _: &Prime) -> Option<Ordering> {
        None
    }
}

impl Field for Number {
    fn from_number(n: &Number) -> Number {
        n.clone()
    }

    fn add(&self, other: &Number) -> Number {
        Number::add(self, other)
    }

    fn mul(&self, other: &Number) -> Number {
        Number::mul(self, other)
    }

    fn invert(&self) -> Option<Number> {
        Number::invert(self)
    }

    fn order(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A small deterministic generator (splitmix64, Steele et al. 2014): the same checks on every machine.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }
}

/// A fixed polynomial that stands for a function known by name only, and its derivatives: an identity that holds for every
/// function holds for this one, and one that does not will almost surely fail for it.
pub(super) fn stand_in<F: Field>(name: &str, order: u32, x: &F) -> F {
    let seed = name.bytes().fold(0xCBF2_9CE4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3));
    let mut random = Random::new(seed);
    let coefficients: Vec<i64> = (0..5).map(|_| 1 + (random.next() % 97) as i64).collect();
    // Horner on the order-th derivative
    let mut value = F::integer(0);
    for degree in (order as usize..coefficients.len()).rev() {
        let falling: i64 = (0..order as usize).map(|k| (degree - k) as i64).product();
        value = value.mul(x).add(&F::integer(coefficients[degree] * falling));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prime_field_arithmetic() {
        let third = Prime::from_number(&Number::fraction(-1, 3));
        assert_eq!(third.mul(&Prime::integer(-3)), Prime::integer(1));
        assert_eq!(Prime::integer(-1).add(&Prime::integer(1)), Prime::integer(0));
        assert_eq!(Prime::integer(3).power(-2).unwrap().mul(&Prime::integer(9)), Prime::integer(1));
        assert_eq!(Prime::integer(0).invert(), None);
    }

    #[test]
    fn stand_in_derivatives_are_derivatives() {
        // central differences are exact for degree 2 and lower, so look at the third derivative of a quartic
        let f = |x: i64| stand_in::<Number>("sigma", 3, &Number::integer(x));
        let g = stand_in::<Number>("sigma", 4, &Number::integer(0));
        assert_eq!(f(1).add(&f(0).negate()), g);
        let slope = |x: i64| stand_in::<Number>("sigma", 1, &Number::integer(x));
        assert_ne!(slope(0), slope(1));
    }
}
