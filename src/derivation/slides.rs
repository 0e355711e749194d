//! Along how many axes an equation slides, from its own text.

use crate::layer::{Body, Definition};

/// The most indices of one read that move with two variables, as under a window.
pub(super) fn axes(definition: &Definition) -> usize {
    of(&definition.body)
}

fn of(body: &Body) -> usize {
    match body {
        Body::Number(_) | Body::Index(_) | Body::Flat(..) => 0,
        Body::Read(_, indices) => indices.iter().filter(|i| i.terms.len() > 1).count(),
        Body::Sum(parts) | Body::Product(parts) => parts.iter().map(of).max().unwrap_or(0),
        Body::Power(x, _) | Body::Call(_, _, x) | Body::Reduce { body: x, .. } => of(x),
        Body::If(_, x, y) => of(x).max(of(y)),
    }
}
