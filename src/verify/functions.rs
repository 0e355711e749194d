//! What functions and maxima mean at a point of the prime field: values and slopes, by definitions of their own.
//!
//! The differentiator has a table of derivatives; here the same functions are built from the exponential and the logarithm and are
//! differentiated as dual numbers are, so that a wrong row of that table does not pass. The field has no exponential function: a
//! number drawn from the argument stands for exp(x), with exp(-x) its inverse, and so do numbers for what is known by name only.
//!
//! About half of the field has square roots, and less has others: a number y is drawn for each. Of yⁿ = x nothing is used but what
//! follows for y′, so that what is claimed of roots holds for every number in the place of y; or, where derivatives have been
//! simplified with it, whole powers of y are read as powers of x wherever they stand. That is sound, too, for roots have such powers:
//! what then holds for every number in the place of y holds for the root.

use super::field::{Prime, Random};
use crate::expr::{Ties, degree_of_root};

/// How what is no polynomial is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meaning {
    /// Are residues ordered, as integers around 0? Else only small ones are, such as indices, and a maximum is any function of its
    /// arguments: each then counts, not only the largest. What is claimed of maxima must hold for both.
    pub(super) ordered: bool,
    /// Are whole powers of roots read as powers of what is under them?
    pub(super) reduced: bool,
}

impl Meaning {
    /// Value and slope of a function, differentiated `order` times; `None` where it has none.
    pub(super) fn call(&self, name: &str, order: u32, x: Prime) -> Option<(Prime, Prime)> {
        let one = Prime::integer(1);
        let known = order == 0;
        match name {
            "exp" if known => Some((exponential(x), exponential(x))),
            "log" if known => Some((drawn(name, &[x]), x.invert()?)),
            "sigmoid" if known => {
                let below = exponential(x.negate());
                let value = one.add(below).invert()?;
                Some((value, below.mul(value).mul(value)))
            }
            "tanh" if known => {
                let (up, down) = (exponential(x), exponential(x.negate()));
                let inverse = up.add(down).invert()?;
                Some((up.add(down.negate()).mul(inverse), Prime::integer(4).mul(inverse).mul(inverse)))
            }
            "softplus" if known => {
                let up = exponential(x);
                let inner = one.add(up);
                Some((drawn("log", &[inner]), up.mul(inner.invert()?)))
            }
            "Phi" if known => Some((drawn(name, &[x]), drawn("phi", &[x]))),
            "phi" if known => Some((drawn(name, &[x]), drawn(name, &[x]).mul(x).negate())),
            "relu" if known => Some((self.step(x).mul(x), self.step(x))),
            "step" if known => Some((self.step(x), Prime::integer(0))),
            "abs" if known => Some((self.sign(x).mul(x), self.sign(x))),
            "sign" if known => Some((self.sign(x), Prime::integer(0))),
            "sin" if known => Some((drawn(name, &[x]), drawn("cos", &[x]))),
            "cos" if known => Some((drawn(name, &[x]), drawn("sin", &[x]).negate())),
            _ if known && let Some(degree) = degree_of_root(name) => {
                Some((self.root_power(degree, x, 1)?, self.slope_of_root_power(degree, x, 1)?))
            }
            // at finitely many places a function and its derivatives may have any values: among ordered numbers it changes none,
            // so that behind it ties and kinks occur as often as before it
            _ if known && self.ordered => Some((x, polynomial(name, 1, x))),
            _ => Some((polynomial(name, order, x), polynomial(name, order + 1, x))),
        }
    }

    /// The degree of a root whose powers are read as powers of what is under it.
    pub(super) fn reduced_root(&self, name: &str, order: u32) -> Option<u32> {
        degree_of_root(name).filter(|_| self.reduced && order == 0)
    }

    /// The n-th power of a root.
    pub(super) fn root_power(&self, degree: u32, x: Prime, n: i32) -> Option<Prime> {
        let y = drawn("root", &[x, Prime::integer(i64::from(degree))]);
        if !self.reduced {
            return y.power(n);
        }
        let degree = degree as i32;
        Some(x.power(n.div_euclid(degree))?.mul(y.power(n.rem_euclid(degree))?))
    }

    /// The slope of that: from y^q = x follows that of y^n, which is n/q times y^(n - q).
    pub(super) fn slope_of_root_power(&self, degree: u32, x: Prime, n: i32) -> Option<Prime> {
        let share = Prime::integer(i64::from(n)).mul(Prime::integer(i64::from(degree)).invert()?);
        Some(self.root_power(degree, x, n.checked_sub(degree as i32)?)?.mul(share))
    }

    /// Has it a sign? What is computed with indices is a small whole number, and what is drawn hardly ever is.
    fn has_sign(&self, x: Prime) -> bool {
        self.ordered || x.signed().abs() < 1 << 20
    }

    fn step(&self, x: Prime) -> Prime {
        if self.has_sign(x) { Prime::integer(i64::from(x.signed() > 0)) } else { drawn("step", &[x]) }
    }

    fn sign(&self, x: Prime) -> Prime {
        if self.has_sign(x) { Prime::integer(x.signed().signum()) } else { drawn("sign", &[x]) }
    }

    /// The value of a maximum, and how much of its derivative goes to each argument; `ties` says who gets it when several are largest.
    pub(super) fn largest(&self, ties: Ties, of: &[Prime]) -> (Prime, Vec<Prime>) {
        if let [only] = of {
            return (*only, vec![Prime::integer(1)]);
        }
        if !self.ordered {
            let seed = drawn("max", of);
            let shares: Vec<Prime> = (0..of.len()).map(|i| drawn("share", &[seed, Prime::integer(i as i64)])).collect();
            let value = of.iter().zip(&shares).fold(Prime::integer(0), |sum, (x, s)| sum.add(x.mul(*s)));
            return (value, shares);
        }
        let best = of.iter().copied().max_by_key(|x| x.signed()).expect("a maximum has an argument");
        let winners = of.iter().filter(|x| **x == best).count() as i64;
        let first = of.iter().position(|x| *x == best);
        let share = |(place, x): (usize, &Prime)| match ties {
            _ if *x != best => Prime::integer(0),
            Ties::First => Prime::integer(i64::from(first == Some(place))),
            Ties::Split => Prime::integer(winners).invert().expect("a few winners are no multiple of the modulus"),
            Ties::All => Prime::integer(1),
        };
        (best, of.iter().enumerate().map(share).collect())
    }
}

/// A number for exp(x): drawn from x, and the inverse of that for −x.
fn exponential(x: Prime) -> Prime {
    match x.signed() {
        0 => Prime::integer(1),
        s if s < 0 => exponential(x.negate()).invert().expect("what is drawn is not 0"),
        _ => drawn("exp", &[x]),
    }
}

/// A number other than 0 that depends on the name and the arguments alone.
fn drawn(name: &str, of: &[Prime]) -> Prime {
    let seed = name.bytes().fold(0xCBF2_9CE4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3));
    let mixed = of.iter().fold(seed, |h, x| Random::new(h ^ x.residue()).next());
    Prime::new(1 + Random::new(mixed).next() % (Prime::MODULUS - 1))
}

/// A fixed polynomial that stands for a function known by name only, and its derivatives: an identity that holds for every
/// function holds for this one, and one that does not will almost surely fail for it.
fn polynomial(name: &str, order: u32, x: Prime) -> Prime {
    let seed = name.bytes().fold(0xCBF2_9CE4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3));
    let mut random = Random::new(seed);
    let coefficients: [i64; 5] = std::array::from_fn(|_| 1 + (random.next() % 97) as i64);
    // Horner on the order-th derivative
    (order as usize..coefficients.len()).rev().fold(Prime::integer(0), |value, degree| {
        let falling: i64 = (0..order as usize).map(|k| (degree - k) as i64).product();
        value.mul(x).add(Prime::integer(coefficients[degree] * falling))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{ELEMENTARY, Slope};

    const ORDERED: Meaning = Meaning { ordered: true, reduced: false };

    #[test]
    fn derivatives_of_a_polynomial_are_derivatives() {
        // the third derivative of a quartic is linear
        let f = |x: i64| polynomial("sigma", 3, Prime::integer(x));
        assert_eq!(f(1).add(f(0).negate()), polynomial("sigma", 4, Prime::integer(0)));
        assert_ne!(polynomial("sigma", 1, Prime::integer(0)), polynomial("sigma", 1, Prime::integer(1)));
    }

    #[test]
    fn the_exponential_of_a_sign_is_the_inverse() {
        let x = Prime::integer(12_345);
        assert_eq!(exponential(x).mul(exponential(x.negate())), Prime::integer(1));
        assert_eq!(exponential(Prime::integer(0)), Prime::integer(1));
    }

    fn read(slope: Slope, x: Prime, y: Prime, meaning: &Meaning) -> Prime {
        match slope {
            Slope::Argument => x,
            Slope::Value => y,
            Slope::Integer(n) => Prime::integer(n),
            Slope::Sum(list) => list.iter().fold(Prime::integer(0), |s, &e| s.add(read(e, x, y, meaning))),
            Slope::Product(list) => list.iter().fold(Prime::integer(1), |s, &e| s.mul(read(e, x, y, meaning))),
            Slope::Power(base, n) => read(*base, x, y, meaning).power(n).unwrap(),
            Slope::Call(name) => meaning.call(name, 0, x).unwrap().0,
        }
    }

    #[test]
    fn every_row_of_the_table_of_derivatives_agrees() {
        let mut random = Random::new(7);
        for row in ELEMENTARY {
            for meaning in [ORDERED, Meaning { ordered: false, reduced: false }] {
                for x in (0..20).map(|_| Prime::new(random.next())) {
                    let (value, slope) = meaning.call(row.name, 0, x).unwrap();
                    assert_eq!(read(row.slope, x, value, &meaning), slope, "{} at {x:?}", row.name);
                }
            }
            if let Some((at, slope)) = row.kink {
                assert_eq!(
                    ORDERED.call(row.name, 0, Prime::integer(at)).unwrap().1,
                    Prime::integer(slope),
                    "{}",
                    row.name
                );
            }
        }
    }

    #[test]
    fn the_slope_of_a_root_follows_from_its_power() {
        let x = Prime::integer(77);
        for (degree, name) in [(2, "sqrt"), (3, "root3"), (11, "root11")] {
            let (value, slope) = ORDERED.call(name, 0, x).unwrap();
            let power = value.power(degree - 1).unwrap();
            assert_eq!(power.mul(slope).mul(Prime::integer(degree.into())), Prime::integer(1), "{name}");
            // read as powers of x: q y^q y′ = y x y′ q / x = y
            let reduced = Meaning { reduced: true, ..ORDERED };
            let (value, slope) = reduced.call(name, 0, x).unwrap();
            assert_eq!(slope.mul(x).mul(Prime::integer(degree.into())), value, "{name}");
            assert_eq!(reduced.root_power(degree as u32, x, -degree), x.invert(), "{name}");
        }
    }

    #[test]
    fn shares_of_a_maximum_follow_the_convention() {
        let of = [3, 5, 5, -9].map(Prime::integer);
        let shares = |ties| ORDERED.largest(ties, &of).1;
        assert_eq!(shares(Ties::First), [0, 1, 0, 0].map(Prime::integer));
        assert_eq!(shares(Ties::All), [0, 1, 1, 0].map(Prime::integer));
        let half = Prime::integer(2).invert().unwrap();
        assert_eq!(shares(Ties::Split), [Prime::integer(0), half, half, Prime::integer(0)]);
    }

    #[test]
    fn floating_point_agrees_with_the_rows_for_the_real_functions() {
        // numeric derivatives of the real functions, against the rows read with real numbers
        type Real = fn(f64) -> f64;
        let reals: [(&str, Real); 7] = [
            ("exp", f64::exp),
            ("sin", f64::sin),
            ("cos", f64::cos),
            ("abs", f64::abs),
            ("tanh", f64::tanh),
            ("sigmoid", |x| 1.0 / (1.0 + (-x).exp())),
            ("softplus", |x| x.exp().ln_1p()),
        ];
        fn real(slope: Slope, x: f64, y: f64) -> f64 {
            match slope {
                Slope::Argument => x,
                Slope::Value => y,
                Slope::Integer(n) => n as f64,
                Slope::Sum(list) => list.iter().map(|&e| real(e, x, y)).sum(),
                Slope::Product(list) => list.iter().map(|&e| real(e, x, y)).product(),
                Slope::Power(base, n) => real(*base, x, y).powi(n),
                Slope::Call("sigmoid") => 1.0 / (1.0 + (-x).exp()),
                Slope::Call("sin") => x.sin(),
                Slope::Call("cos") => x.cos(),
                Slope::Call("sign") => x.signum(),
                Slope::Call(name) => panic!("{name}"),
            }
        }
        for (name, f) in reals {
            let row = ELEMENTARY.iter().find(|r| r.name == name).unwrap();
            for x in [-1.5, -0.25, 0.5, 2.0] {
                let numeric = (f(x + 1e-6) - f(x - 1e-6)) / 2e-6;
                assert!((real(row.slope, x, f(x)) - numeric).abs() < 1e-8, "{name} at {x}");
            }
        }
    }
}
