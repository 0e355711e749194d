//! Gradients: one expression for each entry, and the steps of the chain rule that led to it.

use super::rules::Rules;
use crate::expr::{ExprId, TensorId};

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
