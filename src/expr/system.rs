//! A system: the scalar equations of a layer at concrete sizes, tensor by tensor.

use super::{Arena, ExprId, Number, TensorId};

/// The equations of one defined tensor: `tensor[offset] = values[offset]`.
#[derive(Clone, Debug)]
pub struct Definition {
    /// What is defined.
    pub tensor: TensorId,
    /// One right-hand side for each element, row-major.
    pub values: Vec<ExprId>,
}

/// All equations of a layer, in an order in which each tensor is defined before it is read.
#[derive(Debug)]
pub struct System {
    /// Where the expressions and the tensors live.
    pub arena: Arena,
    /// The defined tensors; the last is the layer's output.
    pub definitions: Vec<Definition>,
    /// Is the output the loss itself? Then its own adjoint is 1.
    pub loss: bool,
    /// What readers may take as given: sums of elements of declared tensors with known values.
    pub assumptions: Vec<Relation>,
    /// Does no root meet itself in a product, as the layer's text has it?
    pub roots_stand_apart: bool,
}

/// `Σ symbols = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// Different elements of declared tensors, at least one.
    pub symbols: Vec<ExprId>,
    /// What they add up to.
    pub value: Number,
}

impl System {
    /// The tensor that leaves the layer.
    ///
    /// # Panics
    /// If nothing is defined; `expand` never makes such a system.
    pub fn output(&self) -> TensorId {
        self.definitions.last().expect("a system defines at least one tensor").tensor
    }

    /// The definition of `tensor`, if it is a defined one.
    pub fn definition(&self, tensor: TensorId) -> Option<&Definition> {
        self.definitions.iter().find(|d| d.tensor == tensor)
    }
}
