//! Correlations: an affine relation between the index columns of each axis that slides, letters for the axes before them.

use super::leading::{Rows, leading, parts};
use super::observe::Group;
use super::relation::{Relation, fit};
use super::{Favourite, Slide};
use crate::expr::{Arena, Role, index_of};
use crate::operator::{Correlation, CorrelationAxis, Operand};

/// Correlations of two operands that would explain a group of products: those to try before a contraction, and those to try when
/// that fails as well. How many axes slide cannot be told where sizes are 1, so the reader's number comes first.
pub(super) fn correlations(
    arena: &Arena,
    shape: &[usize],
    group: &Group,
    operands: [Operand; 2],
    favourite: Favourite,
) -> (Vec<Correlation>, Vec<Correlation>) {
    let shapes = operands.map(|o| &arena.tensor(o.tensor()).shape);
    let most = shapes.iter().map(|s| s.len()).min().unwrap_or(0).min(shape.len());
    let Some(rows) = rows(group, shape, shapes) else { return Default::default() };
    let turned: Rows = rows.iter().map(|[x, m, y]| [y.clone(), m.clone(), x.clone()]).collect();
    let slide = if let Favourite::Correlation(slide) = favourite { slide } else { Slide::default() };
    let sliding = |slid: usize| {
        let slide = Slide { axes: slid, ..slide };
        let either = [(operands[0], operands[1], &rows), (operands[1], operands[0], &turned)];
        let mut found: Vec<Correlation> =
            either.into_iter().filter_map(|(x, y, rows)| correlation(arena, shape, group, x, y, slide, rows)).collect();
        found.sort_by_key(|c| readability(arena, c));
        found
    };
    let wanted = slide.axes;
    let numbers = (1..=most).rev();
    let first = numbers.clone().filter(|&n| n == wanted).chain(numbers.filter(|&n| n != wanted));
    // a layer that does not slide is a product before it is a correlation with channels
    first.flat_map(sliding).partition(|c| wanted > 0 || c.leading.is_empty())
}

/// The sampled rows as indices of the first operand, the result and the second operand.
fn rows(group: &Group, shape: &[usize], shapes: [&Vec<usize>; 2]) -> Option<Rows> {
    let row = |r: &super::observe::Row| {
        let [x, y] = *r.offsets.as_slice() else { return None };
        Some([index_of(shapes[0], x), index_of(shape, r.target), index_of(shapes[1], y)])
    };
    group.sample.iter().map(row).collect()
}

/// Both operands may serve as the kernel where one has a single entry. A parameter is the kernel a reader expects; else the
/// reading with less padding is the simpler one, and last the one that slides an error over what flowed in.
fn readability(arena: &Arena, c: &Correlation) -> (bool, i64, bool) {
    let role = arena.tensor(c.y.tensor()).role;
    let padding = c.axes.iter().map(|a| a.low.abs() + a.high.abs()).sum();
    (role != Role::Weight, padding, role != Role::Adjoint)
}

/// What is known of an axis: indices of the first operand, of the result and of the second operand.
struct Column {
    rows: Vec<[i64; 3]>,
    sizes: [i64; 3],
    /// The steps that are expected.
    steps: [i64; 3],
}

/// `y` slid over `x` along the last axes: one affine relation for each of them.
fn correlation(
    arena: &Arena,
    shape: &[usize],
    group: &Group,
    x: Operand,
    y: Operand,
    slide: Slide,
    rows: &Rows,
) -> Option<Correlation> {
    let (x_shape, y_shape) = (&arena.tensor(x.tensor()).shape, &arena.tensor(y.tensor()).shape);
    let slid = slide.axes;
    let roles = [x, y].map(|o| arena.tensor(o.tensor()).role);
    // an error, say, is spread by the steps between places, and as a kernel its entries lie so far apart
    let parts = parts(roles);
    let before = [x_shape.len() - slid, shape.len() - slid, y_shape.len() - slid];
    let column = |axis: usize| {
        let sizes = [x_shape[before[0] + axis], shape[before[1] + axis], y_shape[before[2] + axis]];
        let steps = slide.steps.get(axis).copied().unwrap_or([1; 3]);
        Column {
            rows: rows.iter().map(|r| std::array::from_fn(|k| r[k][before[k] + axis] as i64)).collect(),
            sizes: sizes.map(|n| n as i64),
            steps: parts.map(|part| steps[part as usize]),
        }
    };
    let columns: Vec<Column> = (0..slid).map(column).collect();
    // rotated or not, along all axes alike; as it is where both are true
    let relations = |sign: i64| {
        let fitted = columns.iter().map(|c| fit(&c.rows, c.sizes, c.steps, sign));
        fitted.collect::<Option<Vec<Relation>>>()
    };
    let rank = |relations: &Vec<Relation>| {
        (relations.iter().map(|r| r.spurious).sum::<usize>(), relations.iter().filter(|r| !r.likely).count())
    };
    let either = [false, true].map(|rot180| Some((rot180, relations(if rot180 { -1 } else { 1 })?)));
    let (rot180, relations) = either.into_iter().flatten().min_by_key(|(_, relations)| rank(relations))?;
    let axes = relations.iter().zip(&columns).map(|(r, c)| correlation_axis(r, c.sizes)).collect();
    let sizes = [&x_shape[..before[0]], &shape[..before[1]], &y_shape[..before[2]]];
    let leading = leading(sizes, roles, rows)?;
    // an axis of size 1 that neither operand has a letter for was taken for a channel, and slides
    let operands: Vec<u8> = leading.x.iter().chain(&leading.y).flatten().copied().collect();
    let stray = |letters: &Vec<u8>| letters.iter().any(|letter| !operands.contains(letter));
    if leading.out.iter().zip(sizes[1]).any(|(letters, &size)| size == 1 && stray(letters)) {
        return None;
    }
    Some(Correlation { x, y, rot180, leading, axes, scale: group.scale.clone() })
}

/// `l·x + low = t·m + d·y′` with `y′ = y`, or `k − 1 − y` if rotated.
fn correlation_axis(relation: &Relation, [x, m, k]: [i64; 3]) -> CorrelationAxis {
    let [l, t, d] = relation.steps;
    let [x0, m0, y0] = relation.row;
    let tap = if d < 0 { k - 1 - y0 } else { y0 };
    let d = d.abs();
    let low = t * m0 + d * tap - l * x0;
    let high = t * (m - 1) + d * (k - 1) + 1 - low - (l * (x - 1) + 1);
    CorrelationAxis { stride: t as usize, lhs_dilation: l as usize, rhs_dilation: d as usize, low, high }
}
