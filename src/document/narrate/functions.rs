//! What elementary functions are.

use crate::document::say::Sentence;
use crate::document::{Fence, Math, Name, Op};
use crate::expr::{degree_of_root, elementary};
use crate::index::Body;

/// What stands in the place of a function's name for powers with fractions as exponents.
pub(super) const FRACTIONAL_POWERS: &str = "^";

/// What a function is, and what is taken for its derivative where it has none; nothing of those that everybody knows.
pub(super) fn function(name: &str) -> Option<Sentence> {
    let x = || Math::name("x");
    let call = |name: &str, x: Math| Math::Call(Box::new(Name::new(name)), 0, Box::new(x));
    let negative = |x: Math| Math::Row(vec![Math::Op(Op::Negative), x]);
    match name {
        "sigmoid" => {
            let below = vec![Math::integer(1), Math::Op(Op::Plus), call("exp", negative(x()))];
            let what = Math::Fraction(Box::new(Math::integer(1)), Box::new(Math::Row(below)));
            Some(Sentence::IsDefined { value: call(name, x()), what })
        }
        "softplus" => {
            let inner = Math::Row(vec![Math::integer(1), Math::Op(Op::Plus), call("exp", x())]);
            Some(Sentence::IsDefined { value: call(name, x()), what: call("log", inner) })
        }
        "Phi" | "phi" => Some(Sentence::Phi { function: call("Phi", x()), density: call("phi", x()) }),
        "relu" => {
            let slope = Math::Indicator(None, Box::new(Math::binary(x(), Op::Greater, Math::integer(0))));
            Some(Sentence::Relu { value: call(name, x()), x: x(), slope })
        }
        "abs" => Some(Sentence::Abs {
            value: Math::Fenced(Fence::Bars, Box::new(x())),
            x: x(),
            negative: negative(x()),
            slope: call("sign", x()),
            minus: negative(Math::integer(1)),
        }),
        "sign" => Some(Sentence::Sign { value: call(name, x()), x: x(), minus: negative(Math::integer(1)) }),
        FRACTIONAL_POWERS => Some(Sentence::FractionalPowers),
        _ if degree_of_root(name).is_some() => Some(Sentence::Roots),
        _ if elementary(name).is_some() => None,
        _ => {
            let slope = Math::Call(Box::new(Name::new(name)), 1, Box::new(x()));
            Some(Sentence::Sigma { function: Math::name(name), slope })
        }
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
