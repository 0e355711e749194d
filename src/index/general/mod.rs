//! Programs at sizes that are letters, and their gradients: exact for every size that the ledger of assumptions allows.

mod bounds;
mod condition;
mod gradient;
mod ledger;
mod named;
mod program;
mod proof;
mod size;
mod slope;

pub use condition::Condition;
pub use gradient::{Gradient, gradient, gradients};
pub use ledger::Ledger;
pub use program::{Definition, Program, Range, Tensor, Term};
pub use size::{Atom, Monomial, Size};
