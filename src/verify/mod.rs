//! Verification: both sides of every equation evaluated by code that shares nothing with the differentiator.
//!
//! The source definitions are interpreted in index form with forward-mode dual numbers, at random points of a prime field: declared
//! tensors and the gradient from above are drawn, everything else follows from them. Compared with that are the expanded
//! equations, every local derivative, every gradient entry in each of its forms and every recognised operator, the last
//! evaluated from its parameters; and once more the derivative of the whole along a random direction.
//!
//! A maximum, and the step in relu, is read in two ways: as any function of its arguments, so that each of them counts, and by an
//! order of the residues, with points where ties occur.

mod check;
mod evaluate;
mod field;
pub mod formula;
mod forward;
mod functions;
mod joint;
mod operator;
mod tape;
mod verdict;
mod witness;

pub(crate) use field::Random;
pub use verdict::{Claims, Verdict};
pub use witness::Witness;

/// Checks all claims. A verdict with failures means a bug; the caller must not print the claims. What is displayed of them is to be
/// evaluated with the witness.
pub fn verify(claims: Claims<'_>) -> (Verdict, Witness) {
    check::check(claims)
}
