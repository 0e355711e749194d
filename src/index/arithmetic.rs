//! Bodies put together: sums, products, powers and roots, with their numbers worked out as far as these stay short.

use super::program::Body;
use crate::expr::{MOST_BITS, Number, root_name};
use crate::text::{Diagnostic, Span};

/// Is it the number 0?
pub(crate) fn is_zero(body: &Body) -> bool {
    matches!(body, Body::Number(n) if n.is_zero())
}

/// A product with its numbers multiplied out and nested products merged. Numbers whose product is too long stay apart, in front.
pub(crate) fn product(parts: Vec<Body>) -> Body {
    let mut number = Number::integer(1);
    let mut rest = Vec::new();
    let mut multiply = |part: Body| {
        if let Body::Number(n) = &part {
            let product = number.mul(n);
            if product.is_long() { rest.insert(0, part) } else { number = product }
        } else {
            rest.push(part);
        }
    };
    for part in parts {
        if let Body::Product(inner) = part { inner.into_iter().for_each(&mut multiply) } else { multiply(part) }
    }
    if !number.is_one() || rest.is_empty() {
        rest.insert(0, Body::Number(number));
    }
    if rest.len() == 1 { rest.remove(0) } else { Body::Product(rest) }
}

/// A root, of degree 1 at least; that of a number is a number if it can be.
pub(crate) fn root(base: Body, degree: u32) -> Body {
    if degree == 1 {
        return base;
    }
    let exact = if let Body::Number(n) = &base { n.root(degree) } else { None };
    exact.map_or_else(|| Body::Call(root_name(degree), 0, Box::new(base)), Body::Number)
}

/// A whole power, of the base at `span`.
pub(crate) fn power(base: Body, exponent: i32, span: Span) -> Result<Body, Diagnostic> {
    match (base, exponent) {
        (base, 1) => Ok(base),
        (Body::Number(n), _) if n.is_zero() && exponent < 0 => {
            Err(Diagnostic::new(span, "this is 0, and stands in a denominator").hint("nothing can be divided by 0"))
        }
        (Body::Number(n), e) => number_raised(&n, e).map(Body::Number).ok_or_else(|| too_long(span)),
        (base, e) => Ok(Body::Power(Box::new(base), e)),
    }
}

/// The power of a number; `None` for a negative power of 0, and for what is too long.
pub(crate) fn number_raised(n: &Number, exponent: i32) -> Option<Number> {
    if !n.has_power_within(exponent, MOST_BITS) {
        return None;
    }
    n.power(exponent).filter(|n| !n.is_long())
}

/// What to say of a number that is not worked out.
pub(crate) fn too_long(span: Span) -> Diagnostic {
    Diagnostic::new(span, "this number is too long")
        .hint(format!("numerators and denominators have at most {MOST_BITS} bits, about 1230 digits"))
}
