//! Moves what has been placed.

use super::{Figure, Point, Step, Stroke};

/// Moves a point.
pub(super) fn shift(point: &mut Point, by: Point) {
    point.0 += by.0;
    point.1 += by.1;
}

impl Stroke {
    /// Moves a line.
    pub(super) fn shift(&mut self, by: Point) {
        shift(&mut self.start, by);
        for step in &mut self.steps {
            match step {
                Step::Line(end) => shift(end, by),
                Step::Curve(c, d, end) => [c, d, end].into_iter().for_each(|p| shift(p, by)),
            }
        }
    }
}

impl Figure {
    /// Moves everything but the legend.
    pub(super) fn shift(&mut self, by: Point) {
        self.nodes.iter_mut().for_each(|node| shift(&mut node.at, by));
        for edge in &mut self.edges {
            edge.path.iter_mut().for_each(|stroke| stroke.shift(by));
            edge.label.iter_mut().for_each(|p| shift(p, by));
            edge.head.iter_mut().flatten().for_each(|p| shift(p, by));
        }
    }
}
