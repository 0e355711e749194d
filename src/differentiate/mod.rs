//! Reverse-mode differentiation of a [`System`]: one rule for each kind of expression, adjoints walked back from the output.
//!
//! One pass over the terms of all equations, not one for each symbol. Every local derivative ∂z_o/∂x is kept as a [`Step`]
//! beside the gradient entry that it contributes to.

mod index_form;
mod rules;
mod walk;

use crate::expr::{ExprId, Role, System, TensorId, Ties};

pub use index_form::gradients_in_index_form;
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
}

impl Gradient {
    /// The steps of one entry.
    pub fn steps_of(&self, entry: usize) -> &[Step] {
        &self.steps[self.starts[entry] as usize..self.starts[entry + 1] as usize]
    }
}

/// All gradients of a system.
#[derive(Clone, Debug)]
pub struct Gradients {
    /// ∂C/∂z for the output z, whose elements are given: no entries.
    pub upstream: TensorId,
    /// Intermediate tensors from the last to the first, then the declared ones in the order of their declaration.
    pub list: Vec<Gradient>,
}

/// Differentiates the loss with respect to every tensor but the output.
///
/// `upstream` names ∂C/∂(output), conventionally `delta`; the adjoint of any other tensor `x` is called `grad_x`.
pub fn differentiate(system: &mut System, upstream: &str, ties: Ties) -> Gradients {
    let output = system.output();
    let tensors: Vec<(TensorId, String, Vec<usize>, Role)> =
        system.arena.tensors().map(|(id, t)| (id, t.name.clone(), t.shape.clone(), t.role)).collect();
    let mut adjoints = Vec::with_capacity(tensors.len());
    for (id, name, shape, _) in &tensors {
        let name = if *id == output { upstream.to_string() } else { format!("grad_{name}") };
        adjoints.push(system.arena.declare(&name, Role::Adjoint, shape.clone(), Some(*id)));
    }
    let raw = walk::walk(system, ties);
    let sorted = walk::by_symbol(&raw, &tensors, system);
    let mut list = Vec::new();
    let intermediates = tensors.iter().rev().filter(|t| t.3 == Role::Intermediate);
    let declared = tensors.iter().filter(|t| !matches!(t.3, Role::Intermediate | Role::Output));
    for (of, _, shape, _) in intermediates.chain(declared) {
        let len = shape.iter().product();
        list.push(walk::gradient(system, *of, len, &adjoints, &sorted));
    }
    Gradients { upstream: adjoints[output.0 as usize], list }
}
