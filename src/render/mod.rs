//! Back-ends: each spells the blocks and the math tree of a document in one format. No decision about content is made here.

mod boxes;
mod han;
mod json;
mod latex;
mod text;

pub use json::{Shown, json};
pub use latex::Latex;
pub use text::Text;
