//! Exercises: a worksheet made from a checked derivation in place of the derivation itself.
//!
//! A blank is a piece that was cut out of an equation which holds as it is displayed, and is used only where nothing else that stands to
//! reason fits it. A mistake is a known slip of the pen made in such an equation, and is used only where what comes of it does not
//! hold. Both are asked of the evaluator that everything displayed is evaluated by. Which exercises there are, and in which order, a
//! seed decides: the same one gives the same sheet.

mod affine;
mod blanks;
mod draw;
mod exercise;
mod given;
mod marks;
mod mistakes;
mod numbers;
mod questions;
mod sheet;
mod slips;
mod sources;

pub(super) use numbers::drawn;
pub use sheet::Sheet;
