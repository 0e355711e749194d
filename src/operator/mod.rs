//! Tensor operators.

mod tensor_op;

pub use tensor_op::{Contraction, Correlation, CorrelationAxis, Leading, Operand, Route, TensorOp, Window};
