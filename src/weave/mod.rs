//! Equations inside people's documents: the marked parts are generated, and a part that is no longer what would be generated is
//! found.
//!
//! This room knows documents and markers, not what a directive means: that is told it by whoever calls. Files change all together
//! or not at all, and each of them is at any moment the old text or the new.

mod code;
mod documents;
mod fences;
mod files;
mod markers;
mod splice;
mod tables;
mod work;

pub use documents::{Document, MOST_BYTES, Unread, documents};
pub use fences::{Fence, fences, quoted_fences};
pub use files::{Staged, commit_all, followed, is_special, remove_leftovers, write_through};
pub use markers::{Place, Syntax, has_marker, places};
pub use splice::{Renewed, State, renewed, spliced};
pub use work::{Limits, Stuck, in_parallel};
