//! The derivation: everything that any output says of a layer, made once and checked before anyone sees it.

mod alternatives;
mod any_size;
mod derive;
mod places;
mod slides;
mod value;
mod values;

pub use any_size::{AnySize, Bind, Case, Example, Unsized};
pub use derive::{Derivation, Failure, Options, Stage, derive, derive_watched};
pub use value::Value;
pub use values::{Given, Values, ValuesError};
