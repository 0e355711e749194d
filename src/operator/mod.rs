//! Tensor operators: their parameters, and what each means in index form.

mod lower;
mod scale;
mod tensor_op;

pub use lower::{Place, lower};
pub use scale::{RootPower, Scale};
pub use tensor_op::{Contraction, Correlation, CorrelationAxis, Leading, Operand, Route, TensorOp, Window};
