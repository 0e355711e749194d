//! A number of a worked example: exact as long as only rational operations are applied, approximate from the first transcendental
//! function on, and marked as such.

use std::cmp::Ordering;

use crate::expr::{Number, degree_of_root};

/// The most bits that a numerator or a denominator may have.
const MOST_BITS: u64 = 1 << 16;

/// A number, exact or not.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A rational number.
    Exact(Number),
    /// A floating-point approximation; finite.
    Approximate(f64),
}

impl Value {
    /// The integer `n`.
    pub fn integer(n: i64) -> Value {
        Value::Exact(Number::integer(n))
    }

    fn real(&self) -> f64 {
        match self {
            Value::Exact(n) => n.to_f64(),
            Value::Approximate(x) => *x,
        }
    }

    /// `None` for a number that takes pages to write down.
    fn exact(n: Number) -> Option<Value> {
        (n.bits() <= MOST_BITS).then_some(Value::Exact(n))
    }

    fn finite(x: f64) -> Option<Value> {
        x.is_finite().then_some(Value::Approximate(x))
    }

    /// The sum; `None` where it is too long, or beyond the range of floating point.
    pub fn add(&self, other: &Value) -> Option<Value> {
        match (self, other) {
            (Value::Exact(x), Value::Exact(y)) => Value::exact(x.add(y)),
            _ => Value::finite(self.real() + other.real()),
        }
    }

    /// The product; `None` where it is too long, or beyond the range of floating point.
    pub fn mul(&self, other: &Value) -> Option<Value> {
        match (self, other) {
            (Value::Exact(x), Value::Exact(y)) => Value::exact(x.mul(y)),
            // an exact nothing takes nothing, whatever the other is
            (Value::Exact(x), _) | (_, Value::Exact(x)) if x.is_zero() => Some(Value::integer(0)),
            _ => Value::finite(self.real() * other.real()),
        }
    }

    /// An integer power; `None` for a negative power of 0, and where it is too long or beyond the range of floating point.
    pub fn power(&self, exponent: i32) -> Option<Value> {
        match self {
            Value::Exact(x) if !x.has_power_within(exponent, MOST_BITS) => None,
            Value::Exact(x) => x.power(exponent).and_then(Value::exact),
            Value::Approximate(x) => Value::finite(x.powi(exponent)),
        }
    }

    /// Which is larger.
    pub fn order(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Exact(x), Value::Exact(y)) => x.cmp(y),
            _ => self.real().total_cmp(&other.real()),
        }
    }

    /// An elementary function of it; `None` where it has no value, and for functions known by name only.
    pub fn call(&self, name: &str) -> Option<Value> {
        let positive = self.order(&Value::integer(0)).is_gt();
        let x = self.real();
        match name {
            "relu" => Some(if positive { self.clone() } else { Value::integer(0) }),
            "step" => Some(Value::integer(i64::from(positive))),
            "sign" if positive => Some(Value::integer(1)),
            "sign" => Some(Value::integer(-i64::from(self.order(&Value::integer(0)).is_lt()))),
            "abs" if positive => Some(self.clone()),
            "abs" => self.mul(&Value::integer(-1)),
            "exp" => Value::finite(x.exp()),
            "log" if positive => Value::finite(x.ln()),
            "sigmoid" => Value::finite(1.0 / (1.0 + (-x).exp())),
            "tanh" => Value::finite(x.tanh()),
            "sin" => Value::finite(x.sin()),
            "cos" => Value::finite(x.cos()),
            // log(1 + exp(x)), without overflow for large x
            "softplus" => Value::finite(x.max(0.0) + (-x.abs()).exp().ln_1p()),
            "Phi" => Value::finite(0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)),
            "phi" => Value::finite((-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt()),
            _ => self.root(degree_of_root(name)?),
        }
    }

    /// The root of this degree; `None` for a negative number.
    fn root(&self, degree: u32) -> Option<Value> {
        if let Value::Exact(n) = self
            && let Some(root) = n.root(degree)
        {
            return Some(Value::Exact(root));
        }
        match (self.real(), degree) {
            (x, _) if x < 0.0 => None,
            (x, 2) => Value::finite(x.sqrt()),
            (x, 3) => Value::finite(x.cbrt()),
            (x, _) => Value::finite(x.powf(1.0 / f64::from(degree))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_as_long_as_it_can_be() {
        let third = Value::Exact(Number::fraction(1, 3));
        let two = Value::integer(2);
        assert_eq!(third.mul(&two), Some(Value::Exact(Number::fraction(2, 3))));
        assert_eq!(Value::integer(-4).call("relu"), Some(Value::integer(0)));
        assert_eq!(third.call("relu"), Some(third.clone()));
        assert_eq!(third.call("step"), Some(Value::integer(1)));
        assert_eq!(Value::integer(0).call("step"), Some(Value::integer(0)));
        for (x, sign, abs) in [(-4, -1, 4), (0, 0, 0), (4, 1, 4)] {
            assert_eq!(Value::integer(x).call("sign"), Some(Value::integer(sign)));
            assert_eq!(Value::integer(x).call("abs"), Some(Value::integer(abs)));
        }
        let e = Value::integer(1).call("exp").unwrap();
        assert_eq!(e, Value::Approximate(std::f64::consts::E));
        assert!(matches!(e.add(&third), Some(Value::Approximate(_))));
        assert_eq!(Value::integer(0).mul(&e), Some(Value::integer(0)));
        assert_eq!(Value::integer(8).call("root3"), Some(two));
        assert_eq!(Value::integer(0).call("sqrt"), Some(Value::integer(0)));
        assert_eq!(Value::integer(2).call("sqrt"), Some(Value::Approximate(std::f64::consts::SQRT_2)));
    }

    #[test]
    fn what_has_no_value() {
        assert_eq!(Value::integer(0).call("log"), None);
        assert_eq!(Value::integer(0).power(-1), None);
        assert_eq!(Value::integer(10).power(i32::MAX), None);
        let long = Value::integer(2).power(40_000).unwrap();
        assert_eq!((long.mul(&long), long.power(2)), (None, None));
        assert_eq!(Value::integer(1000).call("exp"), None);
        assert_eq!(Value::integer(1).call("sigma"), None);
        assert_eq!(Value::integer(-8).call("root3"), None);
    }

    #[test]
    fn functions_at_known_places() {
        let near = |name: &str, x: i64, y: f64| match Value::integer(x).call(name) {
            Some(Value::Approximate(found)) => assert!((found - y).abs() < 1e-12, "{name}({x}) = {found}"),
            other => panic!("{name}({x}) = {other:?}"),
        };
        near("sigmoid", 0, 0.5);
        near("softplus", 0, std::f64::consts::LN_2);
        near("softplus", 800, 800.0);
        near("Phi", 0, 0.5);
        near("Phi", 1, 0.841_344_746_068_542_9);
        near("phi", 0, 0.398_942_280_401_432_7);
        near("tanh", 1, 0.761_594_155_955_764_9);
        near("sin", 1, 0.841_470_984_807_896_5);
        near("cos", 1, 0.540_302_305_868_139_8);
    }
}
