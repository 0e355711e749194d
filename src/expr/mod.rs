//! Scalar expressions: symbols, exact numbers, a hash-consed arena of n-ary sums and products, and systems of equations.
//!
//! Invariants, kept by the constructors in [`build`](Arena::sum):
//! children have smaller ids than their parents; a sum holds no sum and at most one number, its terms are sorted and no two
//! share a monomial; a product holds no product and no number besides its coefficient, its factors are sorted and no two share
//! a base. Equal expressions in this normal form have equal ids. Nothing depends on hash order or on the order of creation.

mod arena;
mod build;
mod function;
mod number;
mod order;
mod rewrite;
mod symbol;
mod system;

pub use arena::{Arena, Excess, ExprKind, Function, Ties};
pub use function::{ELEMENTARY, Elementary, HIGHEST_ROOT, Slope, degree_of_root, elementary, root_name, slope_of_root};
pub use number::{MOST_BITS, Number};
pub use rewrite::Substitution;
pub use symbol::{ExprId, Role, Symbol, Tensor, TensorId, index_of, offset_of};
pub use system::{Definition, Relation, System};
