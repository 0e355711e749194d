//! Correlations: an affine relation between the index columns of each axis that slides, letters for the axes before them.

use super::leading::{Rows, leading};
use super::observe::Group;
use super::operator::{Correlation, CorrelationAxis, Operand};
use super::relation::{Relation, fit};
use super::{Favourite, Slide};
use crate::expr::{Arena, Role, index_of};

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
    let before = [x_shape.len() - slid, shape.len() - slid, y_shape.len() - slid];
    let mut relations: Vec<Relation> = Vec::with_capacity(slid);
    for axis in 0..slid {
        let columns: Vec<[i64; 3]> =
            rows.iter().map(|r| std::array::from_fn(|k| r[k][before[k] + axis] as i64)).collect();
        let [place, entry] = slide.steps.get(axis).copied().unwrap_or([1; 2]);
        // an error is spread by the steps between places, and as a kernel its entries lie so far apart
        let steps = match roles {
            [Role::Adjoint, _] => [place, 1, entry],
            [_, Role::Adjoint] => [1, entry, place],
            [_, _] => [1, place, entry],
        };
        // a single place has no neighbour to be apart from
        let sizes = [x_shape[before[0] + axis], shape[before[1] + axis], y_shape[before[2] + axis]];
        let expected = std::array::from_fn(|k| if sizes[k] == 1 { 1 } else { steps[k] });
        let relation = fit(&columns, expected)?;
        if relation.target > 0 {
            return None; // the result would run backwards over the first operand: this is the other way round
        }
        relations.push(relation);
    }
    // an axis on which the kernel has one entry is rotated or not, as the others are
    let turned: Vec<bool> = relations.iter().filter_map(|r| r.y.map(|y| y > 0)).collect();
    let rot180 = turned.first().copied().unwrap_or(false);
    if turned.iter().any(|&t| t != rot180) {
        return None;
    }
    let axes = relations.iter().enumerate().map(|(axis, r)| {
        let sizes = [x_shape[before[0] + axis], shape[before[1] + axis], y_shape[before[2] + axis]];
        correlation_axis(r, rot180, sizes.map(|n| n as i64))
    });
    let axes = axes.collect();
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
fn correlation_axis(relation: &Relation, rot180: bool, [x, m, k]: [i64; 3]) -> CorrelationAxis {
    let (l, t) = (relation.x, -relation.target);
    let d = relation.y.map_or(1, i64::abs);
    let [x0, m0, y0] = relation.row;
    let tap = if rot180 { k - 1 - y0 } else { y0 };
    let low = t * m0 + d * tap - l * x0;
    let high = t * (m - 1) + d * (k - 1) + 1 - low - (l * (x - 1) + 1);
    CorrelationAxis { stride: t as usize, lhs_dilation: l as usize, rhs_dilation: d as usize, low, high }
}
