//! What elementary functions are, in the formulas that every language puts into its own sentence.

use crate::document::{Math, Name, Op};
use crate::expr::degree_of_root;
use crate::index::Body;

/// What stands in the place of a function's name for powers with fractions as exponents.
pub(super) const FRACTIONAL_POWERS: &str = "^";

/// The formulas that say what a function is; nothing for those that everybody knows.
///
/// | function | formulas |
/// |---|---|
/// | `sigma` | its name, its derivative |
/// | `sigmoid`, `softplus` | its value, what that is |
/// | `Phi` | its value, its density |
/// | roots, powers with fractions as exponents | none: the sentence is about all of them |
/// | `relu` | its value, where that is positive (x), what it is there (x), its derivative, where that is 1 (x) |
/// | `abs` | its value, what that is where what is positive (x, x), what it is elsewhere (−x), its derivative, where that is 1 (x), −1 |
/// | `sign` | its value, where that is 1 (x), −1 |
pub(super) fn defined(name: &str) -> Option<Vec<Math>> {
    let x = || Math::name("x");
    let call = |name: &str, x: Math| Math::Call(Name::new(name), 0, Box::new(x));
    match name {
        "sigma" => Some(vec![Math::name("sigma"), Math::Call(Name::new("sigma"), 1, Box::new(x()))]),
        "sigmoid" => {
            let minus = Math::Row(vec![Math::Op(Op::Negative), x()]);
            let below = vec![Math::integer(1), Math::Op(Op::Plus), call("exp", minus)];
            let value = Math::Fraction(Box::new(Math::integer(1)), Box::new(Math::Row(below)));
            Some(vec![call(name, x()), value])
        }
        "softplus" => {
            let inner = Math::Row(vec![Math::integer(1), Math::Op(Op::Plus), call("exp", x())]);
            Some(vec![call(name, x()), call("log", inner)])
        }
        "Phi" => Some(vec![call("Phi", x()), call("phi", x())]),
        "relu" => {
            let positive = Math::Indicator(None, Box::new(Math::binary(x(), Op::Greater, Math::integer(0))));
            Some(vec![call(name, x()), x(), x(), positive, x()])
        }
        "abs" => {
            let minus = |x: Math| Math::Row(vec![Math::Op(Op::Negative), x]);
            let value = Math::Absolute(Box::new(x()));
            Some(vec![value, x(), x(), minus(x()), call("sign", x()), x(), minus(Math::integer(1))])
        }
        "sign" => Some(vec![call(name, x()), x(), Math::Row(vec![Math::Op(Op::Negative), Math::integer(1)])]),
        FRACTIONAL_POWERS => Some(Vec::new()),
        _ => degree_of_root(name).map(|_| Vec::new()),
    }
}

/// Are there whole powers of roots in it?
pub(super) fn raises_roots(body: &Body) -> bool {
    match body {
        Body::Number(_) | Body::Index(_) | Body::Read(..) | Body::Flat(..) => false,
        Body::Power(x, n) => {
            let root = matches!(&**x, Body::Call(name, 0, _) if degree_of_root(name).is_some());
            root && n.abs() > 1 || raises_roots(x)
        }
        Body::Call(_, _, x) | Body::Reduce { body: x, .. } => raises_roots(x),
        Body::Sum(parts) | Body::Product(parts) | Body::Extreme(_, parts) => parts.iter().any(raises_roots),
        Body::If(_, x, y) => raises_roots(x) || raises_roots(y),
    }
}
