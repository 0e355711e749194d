//! Programs in index form: tensors, ranges, affine indices, conditions and definitions, at concrete sizes; what ranges decide is
//! settled, and gradients are made as programs again.

mod activation;
mod affine;
mod alike;
mod arithmetic;
mod collect;
mod condition;
mod cost;
mod determined;
mod facts;
pub mod general;
mod gradient;
mod letters;
mod nest;
mod program;
mod roots;
mod settle;
mod slope;

pub use affine::Affine;
pub(crate) use arithmetic::{is_zero, power, product, root, too_long};
pub use condition::{Comparison, Condition};
pub use gradient::gradients_in_index_form;
pub use letters::{AXES, BATCH, LOSSES, Letters, SUMMED, TARGETS};
pub use nest::Nest;
pub use program::{Assumption, Body, Definition, Extreme, Instance, Label, Loop, Part, Stage, TensorDecl};
pub(crate) use settle::settled;

pub use crate::syntax::ast::ReduceOp;

pub use crate::syntax::MOST_EXPONENT;
