//! Elementary functions: for each the derivative, written in terms of its argument and its value.
//!
//! A function that is not in the table is known by name only, and so are its derivatives: σ, σ′, σ″. A derivative that needs the
//! value itself (exp, sigmoid, tanh) is written with it, so that a layer's own output can stand in its place.
//!
//! Source of the rows: Abramowitz & Stegun, *Handbook of Mathematical Functions*, 4.1.46 (log), 4.2.49 (exp), 4.3.105 and 4.3.106
//! (sin, cos), 4.5.73 (tanh), 26.2.1 (normal distribution); the others follow from these. Each row is checked against forward mode through an independent
//! definition (`verify`).

use super::Number;

/// The derivative of an elementary function, as a tree over its argument x and its value f(x).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slope {
    /// x
    Argument,
    /// f(x)
    Value,
    /// An integer.
    Integer(i64),
    /// A sum.
    Sum(&'static [Slope]),
    /// A product.
    Product(&'static [Slope]),
    /// An integer power.
    Power(&'static Slope, i32),
    /// Another function of x.
    Call(&'static str),
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Elementary {
    /// Its name in the layer language.
    pub name: &'static str,
    /// Its derivative.
    pub slope: Slope,
    /// Where it has no derivative and the row states a convention: the point, and the value taken there.
    pub kink: Option<(i64, i64)>,
}

use Slope::{Argument, Call, Integer, Power, Product, Sum, Value};

const fn smooth(name: &'static str, slope: Slope) -> Elementary {
    Elementary { name, slope, kink: None }
}

/// All elementary functions.
pub const ELEMENTARY: [Elementary; 13] = [
    smooth("exp", Value),
    smooth("log", Power(&Argument, -1)),
    // 1/(1 + exp(−x))
    smooth("sigmoid", Product(&[Value, Sum(&[Integer(1), Product(&[Integer(-1), Value])])])),
    smooth("tanh", Sum(&[Integer(1), Product(&[Integer(-1), Power(&Value, 2)])])),
    smooth("sin", Call("cos")),
    smooth("cos", Product(&[Integer(-1), Call("sin")])),
    // log(1 + exp(x))
    smooth("softplus", Call("sigmoid")),
    // the distribution function of the standard normal law, and its density
    smooth("Phi", Call("phi")),
    smooth("phi", Product(&[Integer(-1), Argument, Value])),
    // max(0, x), and where it is not 0
    Elementary { name: "relu", slope: Call("step"), kink: Some((0, 0)) },
    Elementary { name: "step", slope: Integer(0), kink: Some((0, 0)) },
    // max(x, −x), and −1, 0 or 1 as x is below, at or above 0
    Elementary { name: "abs", slope: Call("sign"), kink: Some((0, 0)) },
    Elementary { name: "sign", slope: Integer(0), kink: Some((0, 0)) },
];

/// The largest degree of a root.
pub const HIGHEST_ROOT: u32 = 999;

/// Roots are a family of functions, one for each degree from 2 on: y = `root3(x)` is the number from 0 on with y³ = x. The square
/// root is called `sqrt`.
///
/// A power with a fraction as its exponent is a whole power of a root. Neither (x²)^(1/2) = x nor (x y)^(1/2) = x^(1/2) y^(1/2) holds
/// for all numbers, so that an argument stays as it is, and a root is to all rules but that of its derivative a function like others.
pub fn root_name(degree: u32) -> String {
    if degree == 2 { "sqrt".to_string() } else { format!("root{degree}") }
}

/// Which root is called so, if any; the square root answers to `root2` too.
pub fn degree_of_root(name: &str) -> Option<u32> {
    if name == "sqrt" {
        return Some(2);
    }
    let digits = name.strip_prefix("root").filter(|digits| !digits.starts_with('0'))?;
    let plain = digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|degree| plain && (2..=HIGHEST_ROOT).contains(degree))
}

/// From yⁿ = x follows n yⁿ⁻¹ y′ = 1: a number, and the power of y that it stands before.
pub fn slope_of_root(degree: u32) -> (Number, i32) {
    (Number::fraction(1, i64::from(degree)), 1 - degree as i32)
}

/// The row of a function, if it is an elementary one.
pub fn elementary(name: &str) -> Option<&'static Elementary> {
    ELEMENTARY.iter().find(|row| row.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_by_name() {
        assert!((2..=HIGHEST_ROOT).all(|degree| degree_of_root(&root_name(degree)) == Some(degree)));
        assert_eq!(degree_of_root("root2"), Some(2));
        for other in ["root", "root0", "root1", "root03", "root1000", "root3b", "sqrt2", "roots", "root+3"] {
            assert_eq!(degree_of_root(other), None, "{other}");
        }
    }
}
