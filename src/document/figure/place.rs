//! Where everything stands: columns from left to right, entries in reading order with a gap between rows, and the legend below.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::connections::{Connection, Connections, connections};
use super::route::{Router, Tag, head, place_labels};
use super::shift::shift;
use super::{Edge, Figure, LETTERS, Labelling, MOST_STYLES, Node, Point, Scene, Step, Stroke};
use crate::derivation::Derivation;
use crate::document::math::{Math, Op};
use crate::document::measure::Measure;
use crate::document::resolve::set;
use crate::expr::{ExprId, ExprKind, Symbol, TensorId, elementary};
use crate::formula::Glossary;
use crate::formula::{Maxima, Scalars};
use crate::text::is_letter;

/// Half the height of a node, and half its width where the label is short.
const RADIUS: i32 = 100;
/// From node to node down a column: where there are few nodes, where there are many, where lines carry labels.
const PITCH: i32 = 280;
const TIGHT_PITCH: i32 = 225;
const LABELLED_PITCH: i32 = 480;
/// Up to this many nodes a column is not tight.
const LOOSE: usize = 18;
/// A short column is pulled apart at most so far, in thousandths.
const MOST_STRETCH: i32 = 2500;
/// Room between columns that are joined entry by entry; at least and at most elsewhere.
const NARROW_GAP: i32 = 340;
const GAP: (i32, i32) = (600, 1500);
/// Room between columns whose lines carry labels.
const LABELLED_GAP: i32 = 900;
/// What a page has room for; wide pictures are drawn closer, down to so many thousandths of the usual room between columns.
const PAGE: Point = (3440, 4900);
const CLOSEST: i32 = 500;
/// Room around a label on a line.
const ROOM: Point = (18, 52);
/// The widest label that room is made for.
const WIDEST: u32 = 3000;
/// Up to this many labels stand between two columns.
const MOST_LABELS: usize = 8;
/// The weights of a line.
pub(super) type Weights = Vec<Vec<ExprId>>;

/// What is being placed.
pub(super) struct Placer<'a> {
    pub(super) derivation: &'a Derivation,
    pub(super) glossary: &'a Glossary,
    connections: &'a Connections,
    nodes: Vec<Symbol>,
    columns: Vec<Range<usize>>,
    /// Each connection as two places in `nodes`.
    ends: Vec<(usize, usize)>,
    /// What each connection is labelled with.
    labels: Vec<Option<Math>>,
}

/// Positions of the nodes, and the ways between them.
struct Ground {
    at: Vec<Point>,
    ways: Vec<Vec<Stroke>>,
    /// Labels by edge.
    tags: BTreeMap<usize, Point>,
    heads: Vec<Option<[Point; 3]>>,
}

/// The picture of a derivation; none if it would be too large.
pub(in crate::document) fn scene(derivation: &Derivation, glossary: &Glossary) -> Option<Scene> {
    Some(place(derivation, glossary, &connections(derivation)?))
}

/// Draws connections.
fn place(derivation: &Derivation, glossary: &Glossary, connections: &Connections) -> Scene {
    let nodes: Vec<Symbol> = connections.columns.iter().flatten().copied().collect();
    let number: BTreeMap<Symbol, usize> = nodes.iter().enumerate().map(|(place, &symbol)| (symbol, place)).collect();
    let mut start = 0;
    let columns = connections.columns.iter().map(|column| {
        let first = start;
        start += column.len();
        first..start
    });
    let placer = Placer {
        derivation,
        glossary,
        connections,
        columns: columns.collect(),
        ends: connections.edges.iter().map(|e| (number[&e.from], number[&e.to])).collect(),
        labels: connections.edges.iter().map(|e| label(derivation, glossary, e)).collect(),
        nodes,
    };
    placer.scene()
}

/// The weights of a line, or the function along it.
fn label(derivation: &Derivation, glossary: &Glossary, edge: &Connection) -> Option<Math> {
    let arena = &derivation.system.arena;
    if edge.weights.is_empty() {
        let name = arena.function_name(edge.function?);
        let word = elementary(name).filter(|_| !is_letter(name)).map(|known| Math::Word(known.name));
        return Some(word.unwrap_or_else(|| Math::name(name)));
    }
    Some(weights_as_math(derivation, glossary, &edge.weights))
}

pub(super) fn weights_as_math(derivation: &Derivation, glossary: &Glossary, weights: &Weights) -> Math {
    let arena = &derivation.system.arena;
    let mut row = Vec::new();
    for (place, product) in weights.iter().enumerate() {
        if place > 0 {
            row.push(Math::Op(Op::Comma));
        }
        for &factor in product {
            let symbol = |s: Symbol| glossary.element(s.tensor, s.offset);
            let math = set(glossary, &Scalars { arena, maxima: &Maxima::default(), symbol: &symbol }.formula(factor));
            let sum = matches!(arena.kind(factor), ExprKind::Sum(_)) && product.len() > 1;
            row.push(if sum { Math::Brackets(Box::new(math)) } else { math });
        }
    }
    if row.len() == 1 { row.remove(0) } else { Math::Row(row) }
}

impl Placer<'_> {
    fn scene(&self) -> Scene {
        let (styles, keys) = self.styles();
        let weighted = self.connections.edges.iter().any(|e| !e.weights.is_empty());
        let shared = self.shared().values().filter(|&&uses| uses > 1).count();
        let radii = self.radii();
        let labelled = (shared == 0).then(|| self.labelled(radii)).flatten();
        let labelling = match (weighted, shared > 0) {
            (false, _) => Labelling::Nothing,
            (true, true) if keys.is_empty() => Labelling::TooMany,
            (true, true) if styles.contains(&0) => Labelling::SomeStyles,
            (true, true) => Labelling::Styles,
            (true, false) if labelled.is_some() => Labelling::Labels,
            (true, false) => Labelling::Own,
        };
        let mut ground = labelled.unwrap_or_else(|| self.plain(radii));
        let size = ground.framed(radii);
        let mut edges = Vec::with_capacity(self.ends.len());
        for (number, &(from, to)) in self.ends.iter().enumerate() {
            edges.push(Edge {
                from,
                to,
                weight: self.labels[number].clone(),
                style: styles[number],
                path: std::mem::take(&mut ground.ways[number]),
                label: ground.tags.get(&number).copied(),
                head: ground.heads[number],
            });
        }
        let nodes = self.nodes.iter().zip(&ground.at).map(|(symbol, &at)| Node {
            entry: (symbol.tensor, symbol.offset),
            label: self.label(*symbol),
            at,
        });
        let mut figure = Figure {
            name: "network".to_string(),
            size,
            radii,
            nodes: nodes.collect(),
            columns: self.columns.clone(),
            edges,
            ..Figure::default()
        };
        self.legend(&keys, &mut figure);
        Scene { figure, labelling, shared, left_out: self.connections.left_out.clone() }
    }

    /// How often each weight is used.
    fn shared(&self) -> BTreeMap<&Weights, usize> {
        let mut uses = BTreeMap::new();
        for edge in self.connections.edges.iter().filter(|e| !e.weights.is_empty()) {
            *uses.entry(&edge.weights).or_insert(0) += 1;
        }
        uses
    }

    /// The style of each line, and the weights that have one. Where no weight is shared, and where too many are, lines are plain.
    fn styles(&self) -> (Vec<usize>, Vec<(usize, &Weights)>) {
        let uses = self.shared();
        let mut styles = vec![0; self.connections.edges.len()];
        let mut keys = Vec::new();
        for column in &self.columns[1..] {
            let here = || (0..styles.len()).filter(|&edge| column.contains(&self.ends[edge].1));
            let weights: BTreeSet<&Weights> = here().map(|edge| &self.connections.edges[edge].weights).collect();
            let weights: Vec<&Weights> = weights.into_iter().filter(|w| !w.is_empty()).collect();
            if weights.len() > MOST_STYLES || weights.iter().all(|w| uses[w] == 1) {
                continue;
            }
            for edge in here().collect::<Vec<_>>() {
                let own = &self.connections.edges[edge].weights;
                styles[edge] = weights.iter().position(|w| *w == own).map_or(0, |place| place + 1);
            }
            keys.extend(weights.into_iter().enumerate().map(|(place, w)| (place + 1, w)));
        }
        (styles, keys)
    }

    /// Large enough for the widest label.
    fn radii(&self) -> Point {
        let width = |s: &Symbol| self.width(&self.label(*s));
        let widest = self.nodes.iter().map(width).max().unwrap_or(0);
        (RADIUS.max(widest * 11 / 20 + 15), RADIUS)
    }

    fn label(&self, symbol: Symbol) -> Math {
        set(self.glossary, &self.glossary.element(symbol.tensor, symbol.offset))
    }

    pub(super) fn width(&self, math: &Math) -> i32 {
        // measured at ten points; beyond all reason a name sticks out
        Measure::ARTICLE.width(self.glossary, math).min(WIDEST) as i32 * LETTERS / 100
    }

    fn plain(&self, radii: Point) -> Ground {
        let tallest = self.columns.iter().map(Range::len).max().unwrap_or(0);
        let heights = self.heights(if tallest <= LOOSE { PITCH } else { TIGHT_PITCH });
        let height = |column: usize| heights[column].last().map_or(0, |y| 2 * y);
        let usual = |column: usize| {
            let high = height(column).max(height(column - 1));
            let wide = (high / 2).clamp(GAP.0, GAP.1.max(high / 3));
            if self.is_elementwise(column) { NARROW_GAP } else { wide }
        };
        // what is tall is drawn smaller, and then more fits side by side
        let highest = (0..heights.len()).map(height).max().unwrap_or(0) + 2 * radii.1;
        let room = PAGE.0 * highest.max(PAGE.1) / PAGE.1 - 2 * radii.0 * self.columns.len() as i32;
        let needed: i32 = (1..self.columns.len()).map(usual).sum();
        let closer = (room * 1000 / needed.max(1)).clamp(CLOSEST, 1000);
        let at = self.stand(&heights, radii, |column| usual(column) * closer / 1000);
        let ways = self.ways(&at, radii).into_iter().map(|way| vec![way]).collect::<Vec<_>>();
        Ground { at, tags: BTreeMap::new(), heads: vec![None; ways.len()], ways }
    }

    /// With a label on each line that has one, if there is room.
    fn labelled(&self, radii: Point) -> Option<Ground> {
        let into = |column: &Range<usize>| {
            let column = column.clone();
            (0..self.ends.len()).filter(move |&e| column.contains(&self.ends[e].1) && self.labels[e].is_some())
        };
        let most = self.columns.iter().map(|column| into(column).count()).max().unwrap_or(0);
        if most == 0 || most > MOST_LABELS {
            return None;
        }
        let half = |edge: usize| self.labels[edge].as_ref().map_or(0, |l| self.width(l) / 2) + ROOM.0;
        let heights = self.heights(LABELLED_PITCH);
        let at = self.stand(&heights, radii, |column| {
            let widest = into(&self.columns[column]).map(half).max().unwrap_or(0);
            if self.is_elementwise(column) { NARROW_GAP.max(2 * widest + 250) } else { LABELLED_GAP.max(4 * widest) }
        });
        let mut ways: Vec<Vec<Stroke>> = self.ways(&at, radii).into_iter().map(|way| vec![way]).collect();
        let mut found = BTreeMap::new();
        for column in &self.columns {
            let tags: Vec<Tag> = into(column).map(|edge| Tag { edge, half: (half(edge), ROOM.1) }).collect();
            let places = place_labels(&mut ways, &tags)?;
            found.extend(tags.iter().map(|t| t.edge).zip(places));
        }
        let heads = ways.iter_mut().map(|way| way.last_mut().and_then(head)).collect();
        Some(Ground { at, ways, tags: found, heads })
    }

    fn ways(&self, at: &[Point], radii: Point) -> Vec<Stroke> {
        let taken = vec![BTreeSet::new(); self.columns.len()];
        let mut router = Router { at, columns: &self.columns, radii, taken };
        self.ends.iter().map(|&(from, to)| router.way(from, to)).collect()
    }

    /// Does each node of a column read at most one of the column before, and each of these go into at most one?
    fn is_elementwise(&self, column: usize) -> bool {
        let before = &self.columns[column - 1];
        let here = self.ends.iter().filter(|(p, q)| before.contains(p) && self.columns[column].contains(q));
        let (mut sources, mut targets) = (BTreeSet::new(), BTreeSet::new());
        here.into_iter().all(|(p, q)| sources.insert(p) && targets.insert(q))
    }

    /// The heights of the nodes of each column, which has its middle at 0.
    fn heights(&self, pitch: i32) -> Vec<Vec<i32>> {
        let plain: Vec<Vec<i32>> = self.columns.iter().map(|c| self.down(&self.nodes[c.clone()], pitch)).collect();
        let tallest = plain.iter().filter_map(|c| c.last()).copied().max().unwrap_or(0);
        let stretched = plain.into_iter().map(|column| {
            let height = column.last().copied().unwrap_or(0);
            let stretch = if height == 0 { 1000 } else { (800 * tallest / height).clamp(1000, MOST_STRETCH) };
            column.into_iter().map(|y| (y - height / 2) * stretch / 1000).collect()
        });
        stretched.collect()
    }

    /// Node after node, with a gap where a row begins and a larger one where a tensor does.
    fn down(&self, nodes: &[Symbol], pitch: i32) -> Vec<i32> {
        let mut y = 0;
        let mut list = Vec::with_capacity(nodes.len());
        for (place, node) in nodes.iter().enumerate() {
            let step = match place.checked_sub(1).map(|before| nodes[before].tensor) {
                None => 0,
                Some(tensor) if tensor != node.tensor => 2 * pitch,
                Some(tensor) => pitch + pitch / 2 * self.rows_begun(tensor, node.offset),
            };
            y += step;
            list.push(y);
        }
        list
    }

    /// How many axes have come to their end before this entry: 1 at a new row, 2 at a new matrix.
    fn rows_begun(&self, tensor: TensorId, offset: u32) -> i32 {
        let shape = self.glossary.shape(tensor);
        if shape.last().is_none_or(|&n| n == 1) {
            return 0;
        }
        let mut block = 1;
        let ended = shape.iter().skip(1).rev().filter(|&&n| {
            block *= n;
            (offset as usize).is_multiple_of(block)
        });
        ended.count() as i32
    }

    /// Columns side by side; `gap` tells the room before each.
    fn stand(&self, heights: &[Vec<i32>], radii: Point, gap: impl Fn(usize) -> i32) -> Vec<Point> {
        let mut x = 0;
        let mut at = Vec::with_capacity(self.nodes.len());
        for (column, heights) in heights.iter().enumerate() {
            if column > 0 {
                x += 2 * radii.0 + gap(column);
            }
            at.extend(heights.iter().map(|&y| (x, y)));
        }
        at
    }
}

impl Ground {
    /// Moves everything so that it begins at the upper left corner, and gives its size.
    fn framed(&mut self, radii: Point) -> Point {
        const MARGIN: i32 = 30;
        let rims = self.at.iter().flat_map(|&(x, y)| [(x - radii.0, y - radii.1), (x + radii.0, y + radii.1)]);
        let bends = self.ways.iter().flatten().flat_map(|stroke| {
            let ends = stroke.steps.iter().map(|step| match *step {
                Step::Line(end) | Step::Curve(_, _, end) => end,
            });
            ends.collect::<Vec<_>>()
        });
        let points: Vec<Point> = rims.chain(bends).collect();
        let low = |pick: fn(&Point) -> i32| points.iter().map(pick).min().unwrap_or(0) - MARGIN;
        let high = |pick: fn(&Point) -> i32| points.iter().map(pick).max().unwrap_or(0) + MARGIN;
        let (x, y) = (low(|p| p.0), low(|p| p.1));
        let size = (high(|p| p.0) - x, high(|p| p.1) - y);
        let by = (-x, -y);
        self.at.iter_mut().for_each(|p| shift(p, by));
        self.tags.values_mut().for_each(|p| shift(p, by));
        self.heads.iter_mut().flatten().flatten().for_each(|p| shift(p, by));
        self.ways.iter_mut().flatten().for_each(|stroke| stroke.shift(by));
        size
    }
}
