//! Constant factors of operators: numbers, and roots of numbers where these are no numbers of their own, as in `1/√2`.

use std::fmt;

use crate::expr::{Number, root_name};

/// A number times powers of roots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The number.
    pub number: Number,
    /// Powers of roots; none of them is a number.
    pub roots: Vec<RootPower>,
}

/// A power of a root of a number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RootPower {
    /// What the root is taken of.
    pub of: Number,
    /// 2 for a square root.
    pub degree: u32,
    /// The power of the root: −1 where it is divided by.
    pub exponent: i32,
}

impl Scale {
    /// The factor 1.
    pub fn one() -> Scale {
        Scale::from(Number::integer(1))
    }

    /// Is it the number 1?
    pub fn is_one(&self) -> bool {
        self.number.is_one() && self.roots.is_empty()
    }

    /// Is it below 0?
    pub fn is_negative(&self) -> bool {
        self.number.is_negative()
    }

    /// The factor with its sign changed.
    #[must_use]
    pub fn negate(&self) -> Scale {
        Scale { number: self.number.negate(), roots: self.roots.clone() }
    }

    /// The factor times a number.
    #[must_use]
    pub fn times(&self, number: &Number) -> Scale {
        Scale { number: self.number.mul(number), roots: self.roots.clone() }
    }
}

impl From<Number> for Scale {
    fn from(number: Number) -> Scale {
        Scale { number, roots: Vec::new() }
    }
}

impl fmt::Display for Scale {
    /// `-1/2`, `3*sqrt(2)`, `1/2/sqrt(3)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number.fmt(f)?;
        for RootPower { of, degree, exponent } in &self.roots {
            write!(f, "{}{}({of})", if *exponent < 0 { '/' } else { '*' }, root_name(*degree))?;
            if exponent.abs() != 1 {
                write!(f, "**{}", exponent.abs())?;
            }
        }
        Ok(())
    }
}
