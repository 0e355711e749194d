//! The ways of the lines: straight from rim to rim where nothing is in between, in lanes between the nodes otherwise, and open
//! where a label stands.
//!
//! The few quotients and square roots here are exactly rounded by IEEE 754, and rounded again to tenths: the same everywhere.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Point, Step, Stroke};

/// How far a line keeps away from a node that it passes.
const CLEAR: i32 = 30;
/// Room between lanes outside a column.
const LANE: i32 = 45;
/// Length and half the width of an arrow's head.
const HEAD: (f64, f64) = (52.0, 19.0);
/// Labels are further apart than this.
const APART: i32 = 30;
/// Where on its line a label is tried, from the best place on.
const LABEL_AT: [f64; 9] = [0.5, 0.42, 0.58, 0.36, 0.64, 0.3, 0.7, 0.25, 0.75];

/// Finds ways between nodes.
pub(super) struct Router<'a> {
    pub(super) at: &'a [Point],
    pub(super) columns: &'a [Range<usize>],
    pub(super) radii: Point,
    /// The lanes of each column that are taken.
    pub(super) taken: Vec<BTreeSet<i32>>,
}

impl Router<'_> {
    fn column(&self, node: usize) -> usize {
        self.columns.iter().position(|c| c.contains(&node)).unwrap_or(0)
    }

    /// The way from a node to one in a column further right.
    pub(super) fn way(&mut self, from: usize, to: usize) -> Stroke {
        let (first, last) = (self.column(from), self.column(to));
        let (p, q) = (self.at[from], self.at[to]);
        if (first + 1..last).all(|column| self.is_clear(column, p, q)) {
            let (start, end) = trimmed(p, q, self.radii);
            return Stroke { start, steps: vec![Step::Line(end)] };
        }
        let mut steps: Vec<Step> = Vec::new();
        let mut lanes: Vec<(Point, Point)> = Vec::new();
        for column in first + 1..last {
            let x = self.at[self.columns[column].start].0;
            let wanted = lanes.last().map_or(height_at(x, p, q), |(_, after)| after.1);
            let y = self.lane(column, wanted);
            lanes.push(((x - self.radii.0 - CLEAR, y), (x + self.radii.0 + CLEAR, y)));
        }
        let (Some(&(enter, mut here)), Some(&(_, leave))) = (lanes.first(), lanes.last()) else {
            return Stroke { start: p, steps: vec![Step::Line(q)] };
        };
        // out of the node towards the first lane, and out of the last lane towards the other node
        let turn = ((p.0 + self.radii.0 + enter.0) / 2, enter.1);
        let (start, _) = trimmed(p, turn, self.radii);
        steps.extend([Step::Curve(along(start, turn, 0.7), turn, enter), Step::Line(here)]);
        for &(before, after) in &lanes[1..] {
            steps.extend([swing(here, before), Step::Line(after)]);
            here = after;
        }
        let turn = ((q.0 - self.radii.0 + leave.0) / 2, leave.1);
        let (end, _) = trimmed(q, turn, self.radii);
        steps.push(Step::Curve(turn, along(end, turn, 0.7), end));
        Stroke { start, steps }
    }

    /// Does the straight line stay away from the nodes of a column in between?
    fn is_clear(&self, column: usize, p: Point, q: Point) -> bool {
        let nodes = &self.at[self.columns[column].clone()];
        nodes.iter().all(|node| (height_at(node.0, p, q) - node.1).abs() >= self.radii.1 + CLEAR)
    }

    /// The height nearest to `wanted` at which a line passes through a column, and no other line does.
    fn lane(&mut self, column: usize, wanted: i32) -> i32 {
        let heights: Vec<i32> = self.at[self.columns[column].clone()].iter().map(|p| p.1).collect();
        let away = self.radii.1 + 2 * CLEAR;
        let between = heights.windows(2).filter(|w| w[1] - w[0] > 2 * self.radii.1 + CLEAR).map(|w| (w[0] + w[1]) / 2);
        let outside = (0..=self.taken[column].len() as i32).flat_map(|lane| {
            let top = heights.first().map(|y| y - away - lane * LANE);
            let bottom = heights.last().map(|y| y + away + lane * LANE);
            [top, bottom].into_iter().flatten()
        });
        let free = between.chain(outside).filter(|y| !self.taken[column].contains(y));
        let y = free.min_by_key(|&y| ((y - wanted).abs(), y)).unwrap_or(wanted);
        self.taken[column].insert(y);
        y
    }
}

/// The height of the line through two points at `x`.
fn height_at(x: i32, p: Point, q: Point) -> i32 {
    along(p, q, f64::from(x - p.0) / f64::from((q.0 - p.0).max(1))).1
}

/// From one height to another, level at both ends.
fn swing(p: Point, q: Point) -> Step {
    let middle = (p.0 + q.0) / 2;
    Step::Curve((middle, p.1), (middle, q.1), q)
}

/// The line between two middles, from the rim of one node to the rim of the other.
fn trimmed(p: Point, q: Point, radii: Point) -> (Point, Point) {
    let (dx, dy) = (f64::from(q.0 - p.0), f64::from(q.1 - p.1));
    let (across, down) = (dx / f64::from(radii.0), dy / f64::from(radii.1));
    let share = 1.0 / (across * across + down * down).sqrt();
    (along(p, q, share), along(q, p, share))
}

/// The point that is so far on the way.
fn along(p: Point, q: Point, share: f64) -> Point {
    let part = |from: i32, to: i32| from + (f64::from(to - from) * share).round() as i32;
    (part(p.0, q.0), part(p.1, q.1))
}

/// Cuts a path back to the base of an arrow's head, and gives the head.
pub(super) fn head(stroke: &mut Stroke) -> Option<[Point; 3]> {
    let before = match stroke.steps.as_slice() {
        [.., Step::Line(end), Step::Line(_)] | [.., Step::Curve(_, _, end), Step::Line(_)] => *end,
        [.., Step::Curve(_, control, _)] => *control,
        [Step::Line(_)] | [] => stroke.start,
    };
    let last = stroke.steps.last_mut()?;
    let (Step::Line(end) | Step::Curve(_, _, end)) = last;
    let tip = *end;
    let (dx, dy) = (f64::from(tip.0 - before.0), f64::from(tip.1 - before.1));
    let length = (dx * dx + dy * dy).sqrt();
    let (ux, uy) = (dx / length, dy / length);
    let corner = |side: f64| {
        let shift = |u: f64, v: f64| (side * HEAD.1 * v - HEAD.0 * u).round() as i32;
        (tip.0 + shift(ux, -uy), tip.1 + shift(uy, ux))
    };
    *end = along(tip, before, (HEAD.0 - 10.0) / length);
    Some([tip, corner(1.0), corner(-1.0)])
}

/// A label on its way: which line it stands on, and half its size.
pub(super) struct Tag {
    pub(super) edge: usize,
    pub(super) half: Point,
}

/// Finds a place for each label on its straight line, all of them as far along, where it meets no other line and no other label.
/// The lines are opened there.
pub(super) fn place_labels(ways: &mut [Vec<Stroke>], tags: &[Tag]) -> Option<Vec<Point>> {
    let ends: Vec<(Point, Point)> = tags.iter().map(|t| straight(&ways[t.edge])).collect::<Option<_>>()?;
    let others: Vec<Vec<(Point, Point)>> = ways.iter().map(|way| way.iter().flat_map(segments).collect()).collect();
    let place = |share: f64| {
        let middles: Vec<Point> = ends.iter().map(|&(p, q)| along(p, q, share)).collect();
        let fits = tags.iter().enumerate().all(|(number, tag)| {
            let middle = middles[number];
            let (p, q) = ends[number];
            let open = opening(p, q, tag.half);
            let roomy = share - open > 0.1 && share + open < 0.9;
            let crossed = others
                .iter()
                .enumerate()
                .any(|(edge, list)| edge != tag.edge && list.iter().any(|&(p, q)| meets(p, q, middle, tag.half)));
            let touches = (0..number).any(|n| {
                let (dx, dy) = (middles[n].0 - middle.0, middles[n].1 - middle.1);
                dx.abs() < tags[n].half.0 + tag.half.0 && dy.abs() < tags[n].half.1 + tag.half.1 + APART
            });
            roomy && !crossed && !touches
        });
        fits.then_some((share, middles))
    };
    let (share, middles) = LABEL_AT.into_iter().find_map(place)?;
    for (tag, &(p, q)) in tags.iter().zip(&ends) {
        let open = opening(p, q, tag.half);
        let line = |from: Point, to: Point| Stroke { start: from, steps: vec![Step::Line(to)] };
        ways[tag.edge] = vec![line(p, along(p, q, share - open)), line(along(p, q, share + open), q)];
    }
    Some(middles)
}

/// Both ends of a way that is one straight line.
fn straight(way: &[Stroke]) -> Option<(Point, Point)> {
    if let [Stroke { start, steps }] = way
        && let [Step::Line(end)] = steps.as_slice()
    {
        return Some((*start, *end));
    }
    None
}

/// What part of a line lies between its label's middle and the label's edge.
fn opening(p: Point, q: Point, half: Point) -> f64 {
    let part = |half: i32, p: i32, q: i32| if p == q { 1.0 } else { f64::from(half) / f64::from((q - p).abs()) };
    part(half.0, p.0, q.0).min(part(half.1, p.1, q.1))
}

/// A stroke as straight pieces; curves in eight.
fn segments(stroke: &Stroke) -> Vec<(Point, Point)> {
    let mut here = stroke.start;
    let mut list = Vec::new();
    for step in &stroke.steps {
        match *step {
            Step::Line(end) => list.push((std::mem::replace(&mut here, end), end)),
            Step::Curve(c, d, end) => {
                let start = here;
                for part in 1..=8 {
                    let t = f64::from(part) / 8.0;
                    let (e, f) = (along(start, c, t), along(c, d, t));
                    let (g, h) = (along(e, f, t), along(f, along(d, end, t), t));
                    let next = along(g, h, t);
                    list.push((std::mem::replace(&mut here, next), next));
                }
            }
        }
    }
    list
}

/// Does a straight piece meet the box with this middle? The piece is clipped by the box's sides.
fn meets(p: Point, q: Point, middle: Point, half: Point) -> bool {
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (p, q, middle, half) in [(p.0, q.0, middle.0, half.0), (p.1, q.1, middle.1, half.1)] {
        let (low, high) = (f64::from(middle - half - p), f64::from(middle + half - p));
        let way = f64::from(q - p);
        if p == q {
            if low > 0.0 || high < 0.0 {
                return false;
            }
        } else {
            let (first, last) = if way > 0.0 { (low / way, high / way) } else { (high / way, low / way) };
            enter = enter.max(first);
            leave = leave.min(last);
        }
    }
    enter <= leave
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_meets_a_box_or_passes_it() {
        let half = (10, 5);
        assert!(meets((0, 0), (100, 0), (50, 0), half));
        assert!(meets((0, 0), (100, 0), (50, 5), half));
        assert!(!meets((0, 0), (100, 0), (50, 6), half));
        assert!(!meets((0, 0), (30, 30), (50, 50), half));
        assert!(meets((50, 0), (50, 100), (50, 50), half));
        assert!(!meets((0, 40), (100, 140), (50, 50), half));
    }

    #[test]
    fn lines_end_at_rims_and_heads_at_tips() {
        assert_eq!(trimmed((0, 0), (1000, 0), (100, 80)), ((100, 0), (900, 0)));
        assert_eq!(trimmed((0, 0), (600, 800), (100, 100)), ((60, 80), (540, 720)));
        let mut stroke = Stroke { start: (0, 0), steps: vec![Step::Line((1000, 0))] };
        assert_eq!(head(&mut stroke), Some([(1000, 0), (948, 19), (948, -19)]));
        assert_eq!(stroke.steps, [Step::Line((958, 0))]);
    }

    #[test]
    fn a_line_that_would_run_through_a_node_takes_a_lane() {
        let at = [(0, 0), (500, 0), (1000, 0)];
        let columns = [0..1, 1..2, 2..3];
        let mut router = Router { at: &at, columns: &columns, radii: (100, 100), taken: vec![BTreeSet::new(); 3] };
        assert_eq!(router.way(0, 1).steps, [Step::Line((400, 0))]);
        let way = router.way(0, 2);
        assert!(way.steps.contains(&Step::Line((630, -160))), "{way:?}");
        assert!(router.way(0, 2).steps.contains(&Step::Line((630, 160))));
    }
}
