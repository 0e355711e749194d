//! Notations: how things are written in print, as a table of choices. The built-in ones are files like a user's own, read by the same
//! code.

mod choices;
mod read;

pub use choices::{Gradients, Notation};
pub use read::{NOTATIONS, read_notation};
