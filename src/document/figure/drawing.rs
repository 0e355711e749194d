//! What a picture is made of: nodes, lines, a legend, or grids, and how lines are drawn.

use std::ops::Range;

use super::grids::{Grids, Point};
use crate::document::Inlines;
use crate::document::math::Math;
use crate::expr::TensorId;

/// The most entries of a tensor that are drawn: more of them could not be read on a page.
pub(in crate::document) const MOST_NODES: usize = 40;
/// The most lines that are drawn.
pub(in crate::document) const MOST_EDGES: usize = 400;
/// The most tensors that are drawn side by side.
pub(in crate::document) const MOST_COLUMNS: usize = 12;
/// The height of the letters in tenths of a point: that of `\footnotesize`.
pub const LETTERS: i32 = 80;

/// A picture of nodes in columns and lines between them, or of grids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figure {
    /// What it is called where one is chosen: `network`, `grad_a.window`.
    pub name: String,
    /// What it is a picture of.
    pub title: Inlines,
    /// What it shows, in plain words, for those who cannot see it.
    pub alt: String,
    /// What stands below it.
    pub caption: Inlines,
    /// What stands before the same as a list.
    pub listing: Inlines,
    /// Width and height.
    pub size: Point,
    /// Does it stand in the text, rather than fill a page?
    pub inset: bool,
    /// Half the width and half the height of a node.
    pub radii: Point,
    /// The nodes, column by column.
    pub nodes: Vec<Node>,
    /// The columns from left to right.
    pub columns: Vec<Range<usize>>,
    /// The lines, in the order of the nodes that they lead to.
    pub edges: Vec<Edge>,
    /// What the styles of lines mean.
    pub legend: Vec<Key>,
    /// The grids; none in a picture of connections.
    pub grids: Grids,
}

/// An entry of a tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Which entry it is: the tensor and a row-major offset.
    pub entry: (TensorId, u32),
    /// What stands in it.
    pub label: Math,
    /// Its middle.
    pub at: Point,
}

/// A line from an entry that is read to the entry that reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// The node that is read.
    pub from: usize,
    /// The node that reads it.
    pub to: usize,
    /// What the entry is multiplied by, or the function that is applied to it.
    pub weight: Option<Math>,
    /// How it is drawn: see [`style`].
    pub style: usize,
    /// The line, in one piece, or in two around its label.
    pub path: Vec<Stroke>,
    /// The label's middle, where there is room for labels.
    pub label: Option<Point>,
    /// The arrow's head, where lines are few: its tip and its other corners.
    pub head: Option<[Point; 3]>,
}

/// A line that is drawn without lifting the pen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stroke {
    /// Where it begins.
    pub start: Point,
    /// How it goes on.
    pub steps: Vec<Step>,
}

/// A part of a stroke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Straight on to a point.
    Line(Point),
    /// A cubic curve: two control points and the end.
    Curve(Point, Point, Point),
}

/// An entry of the legend.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// The style that it explains.
    pub style: usize,
    /// The weight that it stands for.
    pub label: Math,
    /// Both ends of the sample.
    pub line: (Point, Point),
    /// The middle of the label's left edge.
    pub at: Point,
}

/// How lines tell their weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::document) enum Labelling {
    /// There are no weights.
    Nothing,
    /// Lines with the same weight look alike.
    Styles,
    /// The same, and there are further lines, whose weights are not shown.
    SomeStyles,
    /// The weights stand on the lines.
    Labels,
    /// Every line has a weight of its own, and there is no room for them.
    Own,
    /// There are too many weights to tell them apart.
    TooMany,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Six hexadecimal digits; the colour of the text if there are none.
    pub colour: Option<&'static str>,
    /// Lengths of dashes and gaps in turn; none for a solid line.
    pub dash: &'static [i32],
    /// How thick it is.
    pub width: i32,
    /// Does it stand back behind the nodes and the letters?
    pub faint: bool,
}

/// Colours that those who are colour-blind tell apart too (Okabe and Ito, <https://jfly.uni-koeln.de/color/>), the ones that are seen
/// best on white and on black first; the last is the text's own.
const COLOURS: [Option<&str>; 7] =
    [Some("0072B2"), Some("D55E00"), Some("009E73"), Some("CC79A7"), Some("E69F00"), Some("56B4E9"), None];
/// Patterns, so that nobody depends on colours.
const DASHES: [&[i32]; 9] = [
    &[],
    &[50, 25],
    &[12, 20],
    &[70, 20, 12, 20],
    &[110, 35],
    &[60, 18, 12, 18, 12, 18],
    &[25, 25],
    &[90, 20, 30, 20],
    &[12, 45],
];
/// The most shared weights that one tensor's lines tell apart; the pairs of colour and pattern are all different.
pub(super) const MOST_STYLES: usize = 16;

/// How lines of this style are drawn: 0 is the plain one, the others stand for weights.
pub fn style(number: usize) -> Style {
    match number.checked_sub(1) {
        None => Style { colour: None, dash: &[], width: 6, faint: true },
        Some(n) => {
            Style { colour: COLOURS[n % COLOURS.len()], dash: DASHES[n % DASHES.len()], width: 10, faint: false }
        }
    }
}

/// A drawn scene before it has words.
pub(in crate::document) struct Scene {
    pub(in crate::document) figure: Figure,
    pub(in crate::document) labelling: Labelling,
    /// How many different weights are shared.
    pub(in crate::document) shared: usize,
    /// Declared tensors that have no node and stand on no line.
    pub(in crate::document) left_out: Vec<TensorId>,
}
