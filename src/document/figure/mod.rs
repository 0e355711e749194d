//! Pictures, as scenes of plain data that back-ends draw without deciding anything: a layer's or a net's connections, and a window that
//! slides.
//!
//! What is joined to what is read off the equations, what slides off the operators. Lengths are integers, in tenths of a point; x grows to the right and y down.

mod connections;
mod drawing;
mod grids;
mod legend;
mod place;
mod route;
mod shift;
mod slide;
mod window;

use drawing::MOST_STYLES;
pub use drawing::{Edge, Figure, Key, LETTERS, Node, Step, Stroke, Style, style};
pub(in crate::document) use drawing::{Labelling, MOST_COLUMNS, MOST_EDGES, MOST_NODES, Scene};
pub use grids::{Cell, Grids, Ink, Look, Note, Point, SMALL_LETTERS, Seen};
pub(in crate::document) use place::scene;
pub(in crate::document) use window::{MOST_CELLS, Missing, Sight, View};
