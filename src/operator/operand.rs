//! What operators are applied to.

use crate::expr::{ExprId, TensorId};

/// A tensor, or an expression of it element by element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operand {
    /// The tensor itself.
    Plain(TensorId),
    /// An expression in which only elements of one index occur, of this tensor and perhaps of others of its shape; it is given
    /// for their first elements: `σ'(z)`, `1 - a`, `1/p`.
    Each(ExprId, TensorId),
}

impl Operand {
    /// The tensor underneath: it has the operand's shape.
    pub fn tensor(self) -> TensorId {
        match self {
            Operand::Plain(t) | Operand::Each(_, t) => t,
        }
    }
}
