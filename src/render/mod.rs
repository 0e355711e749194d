//! Back-ends: each spells the blocks and the math tree of a document in one format. No decision about content is made here.

mod displays;
mod han;
mod html;
mod json;
mod json_any_size;
mod latex;
mod markdown;
mod page;
mod rst;
mod signs;
mod spell;
mod svg;
mod text;
mod typst;

pub use html::Html;
pub use json::{Shown, json};
pub use json_any_size::json_any_size;
pub use latex::{Latex, PAGE as LATEX_PAGE};
pub use markdown::{Host, Markdown, for_mdbook};
pub use page::{Blocks, Page, Running, Sheet};
pub use rst::Rst;
pub use svg::{Svg, svg};
pub use text::{Alphabet, Text};
pub use typst::Typst;

/// What a document is printed on. Both are wide enough for the lines that documents have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    /// 210 by 297 mm.
    #[default]
    A4,
    /// 8.5 by 11 inches.
    Letter,
}

/// The most rows of a formula that does not break across pages: a row of fractions is up to 40 pt high, a page 650 pt.
const PRINTED_ROWS: usize = 16;
