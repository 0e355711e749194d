//! The exact field that equations are checked in: integers modulo the Mersenne prime 2^61 − 1.

use num_traits::ToPrimitive;

use crate::expr::Number;

/// Integers modulo the Mersenne prime 2^61 − 1.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Prime(u64);

impl Prime {
    /// The modulus.
    pub(super) const MODULUS: u64 = (1 << 61) - 1;

    /// The class of `n`.
    pub(super) fn new(n: u64) -> Prime {
        Prime(n % Self::MODULUS)
    }

    /// The class of an integer.
    pub(super) fn integer(n: i64) -> Prime {
        Prime(n.rem_euclid(Prime::MODULUS as i64) as u64)
    }

    /// The image of a rational number.
    pub(super) fn from_number(n: &Number) -> Prime {
        if let Number::Small(r) = n
            && *r.denom() == 1
        {
            return Prime::integer(*r.numer());
        }
        let big = n.to_big();
        let class = |i: &num_bigint::BigInt| {
            let modulus = num_bigint::BigInt::from(Prime::MODULUS);
            Prime(num_integer::Integer::mod_floor(i, &modulus).to_u64().expect("a residue fits in 61 bits"))
        };
        let denominator = class(big.denom());
        // a denominator divisible by 2^61 − 1 has no image; 0 makes the check fail rather than pass
        class(big.numer()).mul(denominator.invert().unwrap_or(Prime(0)))
    }

    /// The residue, from 0 on.
    pub(super) fn residue(self) -> u64 {
        self.0
    }

    /// The residue of least magnitude: small integers keep their sign and order.
    pub(super) fn signed(self) -> i64 {
        if self.0 > Self::MODULUS / 2 { self.0 as i64 - Self::MODULUS as i64 } else { self.0 as i64 }
    }

    /// The sum.
    #[must_use]
    pub(super) fn add(self, other: Prime) -> Prime {
        let sum = self.0 + other.0;
        Prime(if sum >= Self::MODULUS { sum - Self::MODULUS } else { sum })
    }

    /// The number with its sign changed.
    #[must_use]
    pub(super) fn negate(self) -> Prime {
        if self.0 == 0 { self } else { Prime(Self::MODULUS - self.0) }
    }

    /// The product.
    #[must_use]
    pub(super) fn mul(self, other: Prime) -> Prime {
        let product = u128::from(self.0) * u128::from(other.0);
        let folded = (product as u64 & Self::MODULUS) + (product >> 61) as u64;
        Prime(if folded >= Self::MODULUS { folded - Self::MODULUS } else { folded })
    }

    /// The inverse, by Fermat: x^(p−2); `None` for 0.
    pub(super) fn invert(self) -> Option<Prime> {
        if self.0 == 0 { None } else { Some(self.raised(Self::MODULUS - 2)) }
    }

    /// An integer power; `None` for a negative power of 0.
    pub(super) fn power(self, exponent: i32) -> Option<Prime> {
        let base = if exponent < 0 { self.invert()? } else { self };
        Some(base.raised(u64::from(exponent.unsigned_abs())))
    }

    /// By squaring.
    fn raised(self, mut exponent: u64) -> Prime {
        let (mut base, mut result) = (self, Prime(1));
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = result.mul(base);
            }
            base = base.mul(base);
            exponent >>= 1;
        }
        result
    }
}

/// A number that may be unknown yet, in no more room than a number takes: there is one for every expression.
#[derive(Clone, Copy)]
pub(super) struct Memory(u64);

impl Default for Memory {
    fn default() -> Memory {
        Memory(u64::MAX) // no residue
    }
}

impl Memory {
    pub(super) fn of(number: Prime) -> Memory {
        Memory(number.0)
    }

    pub(super) fn get(self) -> Option<Prime> {
        (self.0 != u64::MAX).then_some(Prime(self.0))
    }
}

/// A small deterministic generator (splitmix64, Steele et al. 2014): the same checks on every machine.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prime_field_arithmetic() {
        let third = Prime::from_number(&Number::fraction(-1, 3));
        assert_eq!(third.mul(Prime::integer(-3)), Prime::integer(1));
        assert_eq!(Prime::integer(-1).add(Prime::integer(1)), Prime::integer(0));
        assert_eq!(Prime::integer(3).power(-2).unwrap().mul(Prime::integer(9)), Prime::integer(1));
        assert_eq!(Prime::integer(0).invert(), None);
        assert_eq!(Prime::integer(-7).signed(), -7);
        assert_eq!(Prime::integer(7).negate(), Prime::integer(-7));
    }
}
