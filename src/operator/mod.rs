//! Tensor operators: their parameters, and what each means in index form.

mod lower;
mod operand;
mod placement;
mod scale;
mod tensor_op;

pub use crate::index::Affine;
pub use lower::{Place, lower};
pub use operand::Operand;
pub use placement::{Placement, Run};
pub use scale::{RootPower, Scale};
pub use tensor_op::{Contraction, Correlation, CorrelationAxis, Leading, Route, TensorOp, Window};
