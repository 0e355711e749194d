//! Expand: an operator written out again, entry by entry, in the arena that the observed expressions live in.

use rustc_hash::FxHashMap;

use super::meetings::{Meetings, strides};
use crate::expr::{Arena, ExprId, ExprKind, Number, Substitution, index_of, offset_of, root_name};
use crate::operator::{Affine, Contraction, Correlation, Operand, Placement, Route, Scale, TensorOp, Window};

/// The entry at row-major `offset` of an operator's result, which has this `shape`.
pub(super) fn entry(arena: &mut Arena, op: &TensorOp, shape: &[usize], offset: usize, written: &mut Written) -> ExprId {
    let at = index_of(shape, offset);
    match op {
        TensorOp::Correlate(c) => correlate(arena, c, &at),
        TensorOp::Identity { of, scale } | TensorOp::Reshape { of, scale, .. } => {
            let x = element(arena, *of, offset);
            scaled(arena, scale, x)
        }
        TensorOp::Sum { of, axes, scale } => {
            let own = arena.tensor(of.tensor()).shape.clone();
            let mut kept = at.iter();
            let ranges: Vec<Vec<usize>> = (0..own.len())
                .map(|axis| {
                    if axes.contains(&axis) {
                        (0..own[axis]).collect()
                    } else {
                        kept.next().copied().into_iter().collect()
                    }
                })
                .collect();
            sum_over(arena, *of, &own, &ranges, scale)
        }
        TensorOp::Broadcast { of, axes, scale, .. } => {
            let own = arena.tensor(of.tensor()).shape.clone();
            let index: Vec<usize> =
                at.iter().enumerate().filter(|(axis, _)| !axes.contains(axis)).map(|(_, &i)| i).collect();
            let x = element(arena, *of, offset_of(&own, &index));
            scaled(arena, scale, x)
        }
        TensorOp::Hadamard { factors, scale } => {
            let factors: Vec<ExprId> = factors.iter().map(|&f| element(arena, f, offset)).collect();
            let product = arena.product(&factors);
            scaled(arena, scale, product)
        }
        TensorOp::Contract(c) => contract(arena, c, &at),
        TensorOp::Place(p) => {
            if !written.placements.iter().any(|(known, _)| known == p) {
                let entries = placed(arena, p, shape);
                written.placements.push((p.clone(), entries));
            }
            let made = written.placements.iter().find(|(known, _)| known == p);
            let terms = made.and_then(|(_, entries)| entries.get(&offset));
            arena.sum(terms.map_or(&[], Vec::as_slice))
        }
        TensorOp::Upsample { of, window, count, scale } => {
            let own = arena.tensor(of.tensor()).shape.clone();
            let Some(around) = count else { return sum_over(arena, *of, &own, &covering(window, &own, &at), scale) };
            let mut terms = Vec::new();
            for o in tuples(&covering(window, &own, &at)) {
                // a window that covers this place has places to count
                let share =
                    Number::integer(window.count(&o, shape, around)).invert().unwrap_or_else(|| Number::integer(0));
                let x = element(arena, *of, offset_of(&own, &o));
                terms.push(scaled(arena, &scale.times(&share), x));
            }
            arena.sum(&terms)
        }
        TensorOp::WindowSum { of, window, count, scale } => {
            let own = arena.tensor(of.tensor()).shape.clone();
            // the coefficient stands before the sum here, as a mean writes it
            let sum = sum_over(arena, *of, &own, &covered(window, &own, &at), &Scale::one());
            let share = match count {
                None => Some(scale.clone()),
                Some(around) => Number::integer(window.count(&at, &own, around)).invert().map(|n| scale.times(&n)),
            };
            share.map_or(sum, |share| scaled(arena, &share, sum)) // where nothing is counted nothing was summed
        }
        TensorOp::WindowMax { of, window } => match arguments(arena, *of, window, &at) {
            Some(arguments) => arena.max(&arguments),
            None => arena.number(Number::integer(0)),
        },
        TensorOp::Route(route) => routed(arena, route, &at, offset, &mut written.maxima),
    }
}

fn element(arena: &mut Arena, operand: Operand, offset: usize) -> ExprId {
    match operand {
        Operand::Plain(t) => arena.tensor(t).at(offset),
        Operand::Each(template, _) => {
            let moved = Substitution::new().apply(arena, template, &|s| Some(ExprId(s.0 + offset as u32)));
            moved.expect("the same expression of other symbols has a value as well")
        }
    }
}

/// A constant factor times an expression.
fn scaled(arena: &mut Arena, scale: &Scale, x: ExprId) -> ExprId {
    if scale.roots.is_empty() {
        return arena.scale(&scale.number, x);
    }
    let mut factors = vec![arena.number(scale.number.clone()), x];
    for root in &scale.roots {
        let (function, of) = (arena.function(&root_name(root.degree), 0), arena.number(root.of.clone()));
        let call = arena.call(function, of);
        factors.extend(arena.power(call, root.exponent));
    }
    arena.product(&factors)
}

/// The sum over the letters that the output lacks.
fn contract(arena: &mut Arena, c: &Contraction, at: &[usize]) -> ExprId {
    let mut value = [0usize; 256];
    let mut size = [0usize; 256];
    for (operand, letters) in c.operands.iter().zip(&c.letters) {
        for (&letter, &n) in letters.iter().zip(&arena.tensor(operand.tensor()).shape) {
            size[letter as usize] = n;
        }
    }
    for (&letter, &i) in c.output.iter().zip(at) {
        value[letter as usize] = i;
    }
    let all = c.letters.iter().flatten().copied();
    let free: Vec<u8> = itertools::Itertools::unique(all.filter(|l| !c.output.contains(l))).collect();
    let offsets: Vec<Vec<usize>> = c.operands.iter().map(|o| strides(&arena.tensor(o.tensor()).shape)).collect();
    let ranges: Vec<Vec<usize>> = free.iter().map(|&l| (0..size[l as usize]).collect()).collect();
    let mut terms = Vec::with_capacity(ranges.iter().map(Vec::len).product());
    let mut factors = Vec::with_capacity(c.operands.len());
    for tuple in tuples(&ranges) {
        for (&letter, &i) in free.iter().zip(&tuple) {
            value[letter as usize] = i;
        }
        factors.clear();
        for ((&operand, letters), strides) in c.operands.iter().zip(&c.letters).zip(&offsets) {
            let offset = letters.iter().zip(strides).map(|(&l, s)| value[l as usize] * s).sum();
            factors.push(element(arena, operand, offset));
        }
        let product = arena.product(&factors);
        terms.push(scaled(arena, &c.scale, product));
    }
    arena.sum(&terms)
}

/// The terms of each entry that has some, by its offset.
fn placed(arena: &mut Arena, p: &Placement, shape: &[usize]) -> FxHashMap<usize, Vec<ExprId>> {
    let mut entries: FxHashMap<usize, Vec<ExprId>> = FxHashMap::default();
    let shapes: Vec<Vec<usize>> = p.operands.iter().map(|o| arena.tensor(o.tensor()).shape.clone()).collect();
    for number in 0..p.counts.iter().product() {
        let at: Vec<i64> = index_of(&p.counts, number).into_iter().map(|i| i as i64).collect();
        let offset = |shape: &[usize], indices: &[Affine]| {
            offset_of(shape, &indices.iter().map(|f| f.value(&at) as usize).collect::<Vec<_>>())
        };
        let factors: Vec<ExprId> =
            (0..p.operands.len()).map(|o| element(arena, p.operands[o], offset(&shapes[o], &p.reads[o]))).collect();
        let product = arena.product(&factors);
        let term = scaled(arena, &p.scale, product);
        entries.entry(offset(shape, &p.into)).or_default().push(term);
    }
    entries
}

/// All tuples with one number from each list, the last list fastest; of no lists, the one empty tuple.
fn tuples(lists: &[Vec<usize>]) -> impl Iterator<Item = Vec<usize>> {
    itertools::Itertools::multi_cartesian_product(lists.iter().map(|l| l.iter().copied()))
}

fn sum_over(arena: &mut Arena, of: Operand, own: &[usize], ranges: &[Vec<usize>], scale: &Scale) -> ExprId {
    let mut terms = Vec::with_capacity(ranges.iter().map(Vec::len).product());
    for index in tuples(ranges) {
        let x = element(arena, of, offset_of(own, &index));
        terms.push(scaled(arena, scale, x));
    }
    arena.sum(&terms)
}

/// The places that window number `at` covers in a tensor with shape `own`, axis by axis.
fn covered(window: &Window, own: &[usize], at: &[usize]) -> Vec<Vec<usize>> {
    (0..at.len()).map(|axis| window.places(axis, at[axis], own[axis]).collect()).collect()
}

/// The windows (of a tensor of windows with shape `own`) that cover the element `at`, axis by axis.
fn covering(window: &Window, own: &[usize], at: &[usize]) -> Vec<Vec<usize>> {
    (0..at.len()).map(|axis| window.covering(axis, at[axis], own[axis])).collect()
}

/// The elements of one window in reading order; `None` if there are none.
fn arguments(arena: &mut Arena, of: Operand, window: &Window, at: &[usize]) -> Option<Vec<ExprId>> {
    let own = arena.tensor(of.tensor()).shape.clone();
    let places = covered(window, &own, at);
    let all: Vec<ExprId> = tuples(&places).map(|i| element(arena, of, offset_of(&own, &i))).collect();
    (!all.is_empty()).then_some(all)
}

/// What one entry gets; `maxima` are those of the windows that were met.
fn routed(
    arena: &mut Arena,
    route: &Route,
    at: &[usize],
    offset: usize,
    maxima: &mut FxHashMap<usize, Option<ExprId>>,
) -> ExprId {
    let own = arena.tensor(route.x).shape.clone();
    let target = arena.tensor(route.through).at(offset);
    let mut terms = Vec::new();
    for o in tuples(&covering(&route.window, &own, at)) {
        let window = offset_of(&own, &o);
        let known = maxima.get(&window).copied();
        let max = known.unwrap_or_else(|| {
            arguments(arena, Operand::Plain(route.through), &route.window, &o).map(|of| arena.max(&of))
        });
        maxima.insert(window, max);
        let Some(max) = max else { continue };
        // the places of a window are in reading order
        let of = if let ExprKind::Max(of) = arena.kind(max) { of } else { &[max] };
        let Ok(which) = of.binary_search(&target) else { continue };
        let chosen = arena.chosen(route.ties, which, max);
        let x = arena.tensor(route.x).at(window);
        terms.push(arena.product(&[x, chosen]));
    }
    arena.sum(&terms)
}

fn correlate(arena: &mut Arena, c: &Correlation, at: &[usize]) -> ExprId {
    let mut pairs = Vec::new();
    Meetings::default().list(arena, c, at, &mut pairs);
    let mut terms = Vec::with_capacity(pairs.len());
    for (x, y) in pairs {
        let pair = [element(arena, c.x, x), element(arena, c.y, y)];
        let term = arena.product(&pair);
        terms.push(scaled(arena, &c.scale, term));
    }
    arena.sum(&terms)
}

/// Compares entries with operators term by term as they are written out, where the terms are symbols and products of two
/// symbols: nothing is made or looked up. Answers no for everything else; then the expressions have to be made and compared.
#[derive(Default)]
pub(super) struct Written {
    meetings: Meetings,
    pairs: Vec<(usize, usize)>,
    /// The terms of placements, which are written out as a whole.
    placements: Vec<(Placement, FxHashMap<usize, Vec<ExprId>>)>,
    /// The maximum of each window of a route, by the window's offset; nothing where it covers no place.
    maxima: FxHashMap<usize, Option<ExprId>>,
}

impl Written {
    /// Is `entry` the very sum of the operators' terms, in the order in which sums are kept?
    pub(super) fn is(
        &mut self,
        arena: &Arena,
        parts: &[TensorOp],
        shape: &[usize],
        offset: usize,
        entry: ExprId,
    ) -> bool {
        let at = index_of(shape, offset);
        let terms = if let ExprKind::Sum(terms) = arena.kind(entry) { terms } else { std::slice::from_ref(&entry) };
        let mut rest = terms;
        for part in parts {
            let taken = if let TensorOp::Correlate(c) = part {
                self.correlation(arena, c, &at, rest)
            } else if let TensorOp::Broadcast { of: Operand::Plain(t), axes, scale, .. } = part
                && scale.is_one()
            {
                let own = arena.tensor(*t);
                let kept = at.iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
                let index: Vec<usize> = kept.map(|(_, &i)| i).collect();
                usize::from(rest.first() == Some(&own.at(offset_of(&own.shape, &index))))
            } else {
                0
            };
            if taken == 0 {
                return false;
            }
            rest = &rest[taken..];
        }
        rest.is_empty()
    }

    /// How many of the first terms are those of the correlation: all of its terms, or none.
    fn correlation(&mut self, arena: &Arena, c: &Correlation, at: &[usize], terms: &[ExprId]) -> usize {
        let (Operand::Plain(x), Operand::Plain(y)) = (c.x, c.y) else { return 0 };
        self.pairs.clear();
        self.meetings.list(arena, c, at, &mut self.pairs);
        if self.pairs.len() > terms.len() {
            return 0;
        }
        let (x, y) = (arena.tensor(x).first.0, arena.tensor(y).first.0);
        let same = self.pairs.iter().zip(terms).all(|(&(i, j), &term)| {
            let (i, j) = (ExprId(x + i as u32), ExprId(y + j as u32));
            matches!(arena.kind(term), ExprKind::Product(scale, &[p, q])
                if *scale == c.scale.number && c.scale.roots.is_empty() && ((p, q) == (i, j) || (p, q) == (j, i)))
        });
        if same { self.pairs.len() } else { 0 }
    }
}
