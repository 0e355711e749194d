//! Floating-point numbers for the oracle: the functions that layers use, each with its derivative,
//! and dual numbers with one direction for each element of each tensor.

use num_rational::BigRational;
use num_traits::ToPrimitive;

use crate::exact::{Number, Ties};

/// The functions of one number that a net may apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    /// Any smooth function will do: x² · 3/10 + sin x.
    Sigma,
    /// 1 / (1 + e⁻ˣ)
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
    /// The positive part, whose derivative at 0 is 0.
    Relu,
    /// log(1 + eˣ)
    Softplus,
    /// eˣ
    Exp,
    /// The natural logarithm.
    Log,
    /// The distribution function of the standard normal law.
    Normal,
}

impl Function {
    /// The value.
    pub(crate) fn value(self, x: f64) -> f64 {
        match self {
            Function::Sigma => 0.3 * x * x + x.sin(),
            Function::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Function::Tanh => x.tanh(),
            Function::Relu => x.max(0.0),
            Function::Softplus => x.exp().ln_1p(),
            Function::Exp => x.exp(),
            Function::Log => x.ln(),
            Function::Normal => {
                // Φ(x) = 1/2 + φ(x) · (x + x³/3 + x⁵/(3·5) + …)
                let term = |term: &f64, k: u32| Some(term * x * x / f64::from(2 * k + 3));
                let terms = (0..200).scan(x, |last, k| {
                    let now = *last;
                    *last = term(last, k)?;
                    Some(now)
                });
                0.5 + density(x) * terms.sum::<f64>()
            }
        }
    }

    /// The derivative.
    pub(crate) fn slope(self, x: f64) -> f64 {
        match self {
            Function::Sigma => 0.6 * x + x.cos(),
            Function::Sigmoid => Function::Sigmoid.value(x) * Function::Sigmoid.value(-x),
            Function::Tanh => x.cosh().powi(-2),
            Function::Relu => step(x),
            Function::Softplus => Function::Sigmoid.value(x),
            Function::Exp => x.exp(),
            Function::Log => 1.0 / x,
            Function::Normal => density(x),
        }
    }
}

/// The density of the standard normal law.
fn density(x: f64) -> f64 {
    (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt()
}

/// 1 above zero, else 0.
fn step(x: f64) -> f64 {
    f64::from(u8::from(x > 0.0))
}

impl Number for f64 {
    fn of(exact: &BigRational) -> Self {
        exact.to_f64().unwrap_or(f64::NAN)
    }

    fn plus(&self, other: &Self) -> Self {
        self + other
    }

    fn times(&self, other: &Self) -> Self {
        self * other
    }

    fn over(&self, other: &Self) -> Result<Self, String> {
        Ok(self / other)
    }

    fn power(&self, exponent: &Self) -> Result<Self, String> {
        Ok(self.powf(*exponent))
    }

    fn function(name: &str, x: &Self) -> Option<Self> {
        let function = match name {
            "sigma" => Function::Sigma,
            "sigmoid" => Function::Sigmoid,
            "tanh" => Function::Tanh,
            "relu" => Function::Relu,
            "softplus" => Function::Softplus,
            "exp" => Function::Exp,
            "log" => Function::Log,
            "Phi" => Function::Normal,
            "dsigma" => return Some(Function::Sigma.slope(*x)),
            "phi" => return Some(density(*x)),
            "step" => return Some(step(*x)),
            _ => return None,
        };
        Some(function.value(*x))
    }

    fn place(&self) -> Option<usize> {
        (self.fract() == 0.0).then(|| self.to_usize()).flatten()
    }
}

/// A value with its derivative along every direction; no list of them if it does not move at all.
#[derive(Clone, Debug)]
pub(crate) struct Moving {
    /// The value.
    pub(crate) value: f64,
    /// The derivatives.
    pub(crate) slopes: Vec<f64>,
}

impl Moving {
    /// A value that does not move.
    pub(crate) fn constant(value: f64) -> Moving {
        Moving { value, slopes: Vec::new() }
    }

    /// Lets the value move along a direction of `count` on top of what it does already.
    pub(crate) fn free(&mut self, direction: usize, count: usize) {
        self.slopes.resize(count, 0.0);
        self.slopes[direction] += 1.0;
    }

    /// Adds `factor` times the derivatives of `other`.
    fn lean(&mut self, other: &Moving, factor: f64) {
        let count = self.slopes.len().max(other.slopes.len());
        self.slopes.resize(count, 0.0);
        for (slope, more) in self.slopes.iter_mut().zip(&other.slopes) {
            *slope += factor * more;
        }
    }

    /// The sum of a list.
    pub(crate) fn sum(list: impl IntoIterator<Item = Moving>) -> Moving {
        let mut total = Moving::constant(0.0);
        for x in list {
            total.value += x.value;
            total.lean(&x, 1.0);
        }
        total
    }

    /// The sum of two.
    pub(crate) fn plus(&self, other: &Moving) -> Moving {
        let mut sum = self.clone();
        sum.value += other.value;
        sum.lean(other, 1.0);
        sum
    }

    /// A multiple.
    pub(crate) fn scaled(&self, factor: f64) -> Moving {
        Moving { value: self.value * factor, slopes: self.slopes.iter().map(|slope| slope * factor).collect() }
    }

    /// The difference.
    pub(crate) fn minus(&self, other: &Moving) -> Moving {
        self.plus(&other.scaled(-1.0))
    }

    /// The product, by Leibniz' rule.
    pub(crate) fn times(&self, other: &Moving) -> Moving {
        let mut product = self.scaled(other.value);
        product.lean(other, self.value);
        product
    }

    /// The quotient, by its rule.
    pub(crate) fn over(&self, other: &Moving) -> Moving {
        let mut quotient = self.scaled(1.0 / other.value);
        quotient.lean(other, -self.value / (other.value * other.value));
        quotient
    }

    /// A function of it, by the chain rule.
    pub(crate) fn through(&self, function: Function) -> Moving {
        let mut result = self.scaled(function.slope(self.value));
        result.value = function.value(self.value);
        result
    }

    /// The largest of a list that is not empty.
    pub(crate) fn largest(list: &[&Moving], ties: Ties) -> Moving {
        let values: Vec<&f64> = list.iter().map(|x| &x.value).collect();
        let mut largest = Moving::constant(list.iter().map(|x| x.value).fold(f64::NEG_INFINITY, f64::max));
        for (k, x) in list.iter().enumerate() {
            largest.lean(x, f64::of(&ties.share(k, &values)));
        }
        largest
    }
}

#[test]
fn slopes_are_those_of_the_values() {
    let all = [
        Function::Sigma,
        Function::Sigmoid,
        Function::Tanh,
        Function::Relu,
        Function::Softplus,
        Function::Exp,
        Function::Log,
        Function::Normal,
    ];
    for function in all {
        for x in [0.07, 0.4, 1.3, 2.6, -0.9, -2.2] {
            let x = if function == Function::Log { f64::abs(x) } else { x };
            let step = 1e-5;
            let chord = (function.value(x + step) - function.value(x - step)) / (2.0 * step);
            assert!((chord - function.slope(x)).abs() < 1e-6, "{function:?} at {x}");
        }
    }
    assert_eq!(Function::Relu.slope(0.0), 0.0);
}

#[test]
fn the_normal_distribution_has_its_known_values() {
    for (x, value) in [(0.0, 0.5), (1.0, 0.841_344_746_068_542_9), (-1.96, 0.024_997_895_148_220_43)] {
        assert!((Function::Normal.value(x) - value).abs() < 1e-14, "{x}");
    }
}

#[test]
fn moving_numbers_follow_the_rules() {
    let variable = |value: f64, direction: usize| {
        let mut x = Moving::constant(value);
        x.free(direction, 2);
        x
    };
    let (x, y) = (variable(3.0, 0), variable(2.0, 1));
    let quotient = x.times(&x).over(&y).minus(&Moving::constant(1.0));
    assert_eq!((quotient.value, quotient.slopes), (3.5, vec![3.0, -2.25]));
    let log = x.times(&y).through(Function::Log);
    assert!((log.slopes[0] - 1.0 / 3.0).abs() < 1e-15 && (log.slopes[1] - 0.5).abs() < 1e-15);
    let both = Moving::largest(&[&x, &y, &x], Ties::Split);
    assert_eq!((both.value, both.slopes), (3.0, vec![1.0, 0.0]));
}
