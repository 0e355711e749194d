//! Elementary functions: for each the derivative, written in terms of its argument and its value.
//!
//! A function that is not in the table is known by name only, and so are its derivatives: σ, σ′, σ″. A derivative that needs the
//! value itself (exp, sigmoid, tanh) is written with it, so that a layer's own output can stand in its place.
//!
//! Source of the rows: Abramowitz & Stegun, *Handbook of Mathematical Functions*, 4.1.46 (log), 4.2.49 (exp), 4.5.73 (tanh),
//! 26.2.1 (normal distribution); the others follow from these. Each row is checked against forward mode through an independent
//! definition (`verify`).

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
pub const ELEMENTARY: [Elementary; 9] = [
    smooth("exp", Value),
    smooth("log", Power(&Argument, -1)),
    // 1/(1 + exp(−x))
    smooth("sigmoid", Product(&[Value, Sum(&[Integer(1), Product(&[Integer(-1), Value])])])),
    smooth("tanh", Sum(&[Integer(1), Product(&[Integer(-1), Power(&Value, 2)])])),
    // log(1 + exp(x))
    smooth("softplus", Call("sigmoid")),
    // the distribution function of the standard normal law, and its density
    smooth("Phi", Call("phi")),
    smooth("phi", Product(&[Integer(-1), Argument, Value])),
    // max(0, x), and where it is not 0
    Elementary { name: "relu", slope: Call("step"), kink: Some((0, 0)) },
    Elementary { name: "step", slope: Integer(0), kink: Some((0, 0)) },
];

/// The row of a function, if it is an elementary one.
pub fn elementary(name: &str) -> Option<&'static Elementary> {
    ELEMENTARY.iter().find(|row| row.name == name)
}
