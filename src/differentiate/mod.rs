//! Reverse-mode differentiation of a [`System`]: one rule for each kind of expression, adjoints walked back from the output.
//!
//! One pass over the terms of all equations, not one for each symbol. Every local derivative ∂z_o/∂x is kept as a [`Step`]
//! beside the gradient entry that it contributes to.

mod fold;
mod gradient;
mod roots;
mod rules;
mod simplify;
mod walk;

use roots::Roots;

use crate::expr::{Role, System, TensorId, Ties};

pub use gradient::{Gradient, Gradients, Step};
pub use rules::{RULES, Row, Rule, Rules};

/// Differentiates the loss with respect to every tensor but the output and targets.
///
/// `names` are the names of the adjoints, one for each tensor of the system.
///
/// # Panics
/// If there are not as many names as tensors.
pub fn differentiate(system: &mut System, names: &[String], ties: Ties) -> Gradients {
    let output = system.output();
    let tensors: Vec<(TensorId, Vec<usize>, Role)> =
        system.arena.tensors().map(|(id, t)| (id, t.shape.clone(), t.role)).collect();
    assert_eq!(tensors.len(), names.len(), "every tensor has an adjoint with a name");
    let mut adjoints = Vec::with_capacity(tensors.len());
    for ((id, shape, _), name) in tensors.iter().zip(names) {
        adjoints.push(system.arena.declare(name, Role::Adjoint, shape.clone(), Some(*id)));
    }
    let roots = Roots::of(system);
    let simpler = roots.and_then(|roots| walk::walk(system, ties, Some(roots)));
    let reduced = simpler.is_some();
    let raw = simpler.or_else(|| walk::walk(system, ties, None)).expect("without roots nothing needs a check");
    let loss = system.loss.then(|| adjoints[output.0 as usize]);
    let sorted = walk::by_symbol(&raw, &tensors, system);
    let mut list = Vec::new();
    let intermediates = tensors.iter().rev().filter(|t| t.2 == Role::Intermediate);
    let declared = tensors.iter().filter(|t| matches!(t.2, Role::Input | Role::Weight | Role::Bias));
    for (of, shape, _) in intermediates.chain(declared) {
        let len = shape.iter().product();
        list.push(walk::gradient(system, *of, len, &adjoints, &sorted, loss));
    }
    simplify::simplify(system, &mut list);
    Gradients { upstream: adjoints[output.0 as usize], list, reduced }
}
