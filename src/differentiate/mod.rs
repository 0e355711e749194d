//! Reverse-mode differentiation of a [`System`]: one rule for each kind of expression, adjoints walked back from the output.
//!
//! One pass over the terms of all equations, not one for each symbol. Every local derivative ∂z_o/∂x is kept as a [`Step`]
//! beside the gradient entry that it contributes to.

mod fold;
mod roots;
mod rules;
mod simplify;
mod walk;

use roots::Roots;

use crate::expr::{ExprId, Role, System, TensorId, Ties};

pub use rules::{RULES, Row, Rule, Rules};

/// One term of the chain rule: ∂C/∂x receives `adjoint of through · partial`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Row-major offset of the equation differentiated, in its tensor.
    pub through: u32,
    /// Which definition the equation belongs to, by its place in [`System::definitions`].
    pub definition: u16,
    /// The rules that led from the equation to the symbol.
    pub rules: Rules,
    /// The local derivative ∂(equation)/∂x.
    pub partial: ExprId,
}

/// ∂C/∂T for one tensor T.
#[derive(Clone, Debug)]
pub struct Gradient {
    /// T.
    pub of: TensorId,
    /// The tensor whose elements stand for ∂C/∂T: `delta` for the output.
    pub adjoint: TensorId,
    /// One expression for each element of T, row-major, in the adjoints of the tensors that T flows into.
    pub entries: Vec<ExprId>,
    /// The steps of all entries, entry after entry, each entry's in the order of the equations.
    pub steps: Vec<Step>,
    /// Where each entry's steps begin in `steps`; one more at the end.
    pub starts: Vec<u32>,
    /// The entries with the adjoints in them replaced by what they are, where that makes them shorter.
    pub simplified: Option<Vec<ExprId>>,
    /// The entries, shorter still, under the assumptions of the layer.
    pub assuming: Option<Vec<ExprId>>,
}

impl Gradient {
    /// The steps of one entry.
    pub fn steps_of(&self, entry: usize) -> &[Step] {
        &self.steps[self.starts[entry] as usize..self.starts[entry + 1] as usize]
    }

    /// The shortest form of the entries that needs no assumption.
    pub fn shortest(&self) -> &[ExprId] {
        self.simplified.as_ref().unwrap_or(&self.entries)
    }
}

/// All gradients of a system.
#[derive(Clone, Debug)]
pub struct Gradients {
    /// ∂C/∂z for the output z, whose elements are given: no entries.
    pub upstream: TensorId,
    /// Intermediate tensors from the last to the first, then the declared ones in the order of their declaration.
    pub list: Vec<Gradient>,
    /// Do whole powers of roots stand as powers of what is under the roots?
    pub reduced: bool,
}

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
