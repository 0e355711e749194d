//! Layers: the built-in ones, and the meaning of a layer's text at concrete sizes.
//!
//! [`bind`] takes a syntax tree and [`Settings`] and gives an [`Instance`](crate::index::Instance): every size a number, every condition on an option
//! decided, every index an affine function of index variables with a known range. Nothing later asks what the layer is called.

mod between;
mod bind;
mod body;
mod builtin;
mod ellipsis;
mod environment;
mod environment_of_letters;
mod flow;
mod functions;
mod general;
mod infer;
mod joined;
mod locals;
mod misfit;
mod moving;
mod net;
mod options;
mod packs;
mod settings;
mod stage_options;
mod words;

pub use bind::bind;
pub use builtin::{Builtin, builtins};
pub use functions::{instead_of, is_function};
pub use general::general;
pub use net::{NetSettings, link, loss_alone};
pub use settings::{Amount, Refusal, Setting, Settings};
pub use stage_options::Known;

pub use crate::syntax::ast::Role;
