//! Propose: operators that would explain a group of terms, the reader's favourite first.

use super::Favourite;
use super::contraction::contraction;
use super::correlation::correlations;
use super::observe::{Atom, Group, Row, element, operand};
use super::placement::{self, Terms};
use super::several::contractions;
use super::{Slide, windows};
use crate::expr::{Arena, TensorId, index_of};
use crate::operator::{Operand, Route, Scale, TensorOp, Window};

/// Windows of one place that are looked at.
const MOST_LONE: usize = 48;

/// A way to read a group of terms. The next one is tried where nothing of this is confirmed, for some take long to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Of one factor, what has a name; of several, the same index in each.
    Named,
    /// A product of matrices, where that is expected.
    Product,
    /// What is put at places, where nothing slides as far as the reader knows: what moves together is not spread out to be slid over.
    Placed,
    /// One slid over the other.
    Slid,
    /// A contraction.
    Contracted,
    /// One slid over the other though no reader would expect it, or places.
    Other,
    /// Several operators, side by side.
    Several,
}

impl Way {
    /// The reader's favourite first.
    pub(super) const ALL: [Way; 7] =
        [Way::Named, Way::Product, Way::Placed, Way::Slid, Way::Contracted, Way::Other, Way::Several];
}

/// Candidates for a group that are read this way, each with its parts to add up; each still has to be confirmed.
pub(super) fn propose(
    arena: &Arena,
    shape: &[usize],
    group: &Group,
    favourite: Favourite,
    way: Way,
) -> Vec<Vec<TensorOp>> {
    let alone = |list: Vec<TensorOp>| list.into_iter().map(|op| vec![op]).collect();
    let operands: Option<Vec<Operand>> = group.atoms.iter().map(operand).collect();
    match (way, operands) {
        (Way::Several, _) => several(arena, shape, group),
        (Way::Named, Some(operands)) if operands.len() > 1 => alone(elementwise(arena, shape, group, operands)),
        (Way::Named, _) => alone(named(arena, shape, group, favourite)),
        (Way::Contracted, _) if group.atoms.len() == 1 || !group.uneven => {
            alone(contraction(arena, shape, group).map(TensorOp::Contract).into_iter().collect())
        }
        (Way::Other, Some(_)) if matches!(group.atoms.as_slice(), [Atom::Element(_)]) => {
            alone(put(arena, shape, group))
        }
        (_, Some(operands)) if !group.uneven && !is_whole(arena, shape, group) => {
            alone(product(arena, shape, group, &operands, favourite, way))
        }
        _ => Vec::new(),
    }
}

/// Is it one tensor, or one expression of each entry?
fn is_whole(arena: &Arena, shape: &[usize], group: &Group) -> bool {
    match group.atoms.as_slice() {
        [Atom::Element(_)] => true,
        [Atom::Each(_, t)] => arena.tensor(*t).shape == shape,
        _ => false,
    }
}

/// The same index in each of several factors.
fn elementwise(arena: &Arena, shape: &[usize], group: &Group, factors: Vec<Operand>) -> Vec<TensorOp> {
    let same = group.sample.iter().all(|r| r.offsets.iter().all(|&o| o == r.target));
    let whole = factors.iter().all(|o| arena.tensor(o.tensor()).shape == shape);
    let found = (same && whole && !group.uneven).then(|| TensorOp::Hadamard { factors, scale: group.scale.clone() });
    found.into_iter().collect()
}

/// One factor, or a share of an error: what has a name.
fn named(arena: &Arena, shape: &[usize], group: &Group, favourite: Favourite) -> Vec<TensorOp> {
    let slide = if let Favourite::Correlation(slide) = favourite { slide } else { Slide::default() };
    let mut list = Vec::new();
    match group.atoms.as_slice() {
        [Atom::Element(t)] => list.extend(single(arena, shape, group, *t, slide)),
        [Atom::Each(e, t)] if arena.tensor(*t).shape == shape => {
            list.push(TensorOp::Identity { of: Operand::Each(*e, *t), scale: group.scale.clone() });
            list.extend(placed(arena, shape, group));
        }
        [Atom::Max(t)] if arena.tensor(*t).shape.len() == shape.len() => {
            let own = &arena.tensor(*t).shape;
            let pairs = pairs_of_arguments(arena, group, *t, |row| row.target);
            let window = pairs.and_then(|p| windows::fit(shape, own, p.into_iter(), false, slide));
            let window = window.filter(|w| w.covers_all(shape, own));
            list.extend(window.map(|window| TensorOp::WindowMax { of: Operand::Plain(*t), window }));
        }
        [Atom::Element(x), Atom::Chosen(through, ties)]
            if arena.tensor(*through).shape == shape && arena.tensor(*x).shape.len() == shape.len() =>
        {
            let pairs = pairs_of_arguments(arena, group, *through, |row| row.offsets[0]);
            let windows = &arena.tensor(*x).shape;
            let window = pairs.and_then(|p| windows::fit(windows, shape, p.into_iter(), false, slide));
            let window = window.filter(|w| w.covers_all(windows, shape));
            let route = |window| TensorOp::Route(Route { x: *x, through: *through, window, ties: *ties });
            list.extend(window.map(route));
        }
        _ => {}
    }
    list
}

/// Several factors that are multiplied otherwise than entry by entry.
fn product(
    arena: &Arena,
    shape: &[usize],
    group: &Group,
    operands: &[Operand],
    favourite: Favourite,
    way: Way,
) -> Vec<TensorOp> {
    let expected = favourite == Favourite::Product;
    let slid = |likely: bool| {
        let &[first, second] = operands else { return Vec::new() };
        let (first, others) = correlations(arena, shape, group, [first, second], favourite);
        let list = if likely { first } else { others };
        list.into_iter().map(TensorOp::Correlate).collect()
    };
    let placed = || placed(arena, shape, group);
    match way {
        Way::Product if expected && is_product(arena, shape, operands) => {
            contraction(arena, shape, group).map(TensorOp::Contract).into_iter().collect()
        }
        Way::Placed if expected => placed().into_iter().collect(),
        Way::Slid => slid(true),
        Way::Other => slid(false).into_iter().chain(placed().filter(|_| !expected)).collect(),
        Way::Named | Way::Product | Way::Placed | Way::Contracted | Way::Several => Vec::new(),
    }
}

fn placed(arena: &Arena, shape: &[usize], group: &Group) -> Option<TensorOp> {
    terms(shape, group)?.fit(arena).map(TensorOp::Place)
}

/// Entries of one tensor that are put elsewhere.
fn put(arena: &Arena, shape: &[usize], group: &Group) -> Vec<TensorOp> {
    let Some(terms) = terms(shape, group).filter(|_| group.varying.is_empty()) else { return Vec::new() };
    let rearranged = terms.rearranged(arena);
    terms.fit(arena).into_iter().chain(rearranged).map(TensorOp::Place).collect()
}

/// Several operators whose sum would explain a group, where no single one does.
fn several(arena: &Arena, shape: &[usize], group: &Group) -> Vec<Vec<TensorOp>> {
    if let [Atom::Element(t)] = group.atoms.as_slice()
        && !group.varying.is_empty()
    {
        return placement::by_coefficient(arena, shape, group, Operand::Plain(*t)).into_iter().collect();
    }
    let pieces = terms(shape, group).filter(|_| !group.uneven).and_then(|terms| terms.pieces(arena));
    pieces.into_iter().chain(contractions(arena, shape, group)).collect()
}

/// The rows of a group: all that there are where each is a single element.
fn terms<'a>(shape: &'a [usize], group: &Group) -> Option<Terms<'a>> {
    let operands = group.atoms.iter().map(operand).collect::<Option<Vec<_>>>()?;
    // of equal factors nothing says which is which
    if operands.iter().enumerate().any(|(place, o)| operands[..place].contains(o)) {
        return None;
    }
    let rows = match group.pairs.as_slice() {
        [] => group.sample.clone(),
        pairs => placement::rows_of_pairs(pairs.iter().copied()),
    };
    Some(Terms { shape, operands, rows, scale: group.scale.clone() })
}

/// Two matrices of which neither slides along any axis, for one size of three is 1: a product, and a correlation too.
fn is_product(arena: &Arena, shape: &[usize], operands: &[Operand]) -> bool {
    let [x, y] = operands else { return false };
    let shapes = [&arena.tensor(x.tensor()).shape, &arena.tensor(y.tensor()).shape, shape];
    let several = |s: &&[usize]| s.len() == 2 && s.iter().product::<usize>() > 1;
    shapes.iter().all(several) && (0..2).all(|axis| shapes.iter().any(|s| s[axis] == 1))
}

/// Operators with a single tensor: copies, sums over axes, broadcasts, windows.
fn single(arena: &Arena, shape: &[usize], group: &Group, t: TensorId, slide: Slide) -> Vec<TensorOp> {
    let of = Operand::Plain(t);
    let scale = group.scale.clone();
    let own = &arena.tensor(t).shape;
    let mut list = Vec::new();
    if !group.varying.is_empty() {
        return if own.len() == shape.len() { windowed(shape, own, group, of, slide) } else { list };
    }
    if group.pairs.iter().all(|&(m, x)| m == x) {
        if own == shape {
            list.push(TensorOp::Identity { of, scale: scale.clone() });
        } else if arena.tensor(t).len() == shape.iter().product::<usize>() && arena.tensor(t).len() > 1 {
            list.push(TensorOp::Reshape { of, shape: shape.to_vec(), scale: scale.clone() });
        }
    }
    if own.len() > shape.len()
        && let Some(axes) = free_axes(own, shape, group.pairs.iter().map(|&(m, x)| (x, m)))
    {
        list.push(TensorOp::Sum { of, axes, scale: scale.clone() });
    }
    if own.len() < shape.len()
        && let Some(axes) = free_axes(shape, own, group.pairs.iter().copied())
    {
        list.push(TensorOp::Broadcast { of, axes, shape: shape.to_vec(), scale: scale.clone() });
    }
    if own.len() == shape.len() && !shape.is_empty() {
        list.extend(windowed(shape, own, group, of, slide));
    }
    list
}

/// Elements spread over windows, or summed up in them; with a coefficient that varies, divided by what they count.
fn windowed(shape: &[usize], own: &[usize], group: &Group, of: Operand, slide: Slide) -> Vec<TensorOp> {
    let mut list = Vec::new();
    let divided = |window: &Window, sizes: (&[usize], &[usize]), number_of: &dyn Fn((u32, u32)) -> u32| {
        if group.varying.is_empty() {
            return Some((None, group.scale.clone()));
        }
        let (count, number) = windows::counted(group, window, sizes, number_of)?;
        Some((Some(count), Scale { number, roots: group.scale.roots.clone() }))
    };
    let pairs = || group.pairs.iter().map(|&(m, x)| (m as usize, x as usize));
    if let Some(window) = windows::fit(own, shape, pairs().map(|(m, x)| (x, m)), true, slide)
        && window.gathers(own, shape)
        && let Some((count, scale)) = divided(&window, (own, shape), &|(_, x)| x)
    {
        list.push(TensorOp::Upsample { of, window, count, scale });
    }
    if let Some(window) = windows::fit(shape, own, pairs(), true, slide)
        && window.gathers(shape, own)
        && let Some((count, scale)) = divided(&window, (shape, own), &|(m, _)| m)
    {
        list.push(TensorOp::WindowSum { of, window, count, scale });
    }
    list
}

/// The axes of `long` that are left over when each axis of `short` is matched, in order, with one on which the pairs agree.
fn free_axes(long: &[usize], short: &[usize], pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Option<Vec<usize>> {
    let mut free = Vec::new();
    let mut next = 0;
    for axis in 0..long.len() {
        let agrees = next < short.len()
            && long[axis] == short[next]
            && pairs.clone().all(|(l, s)| index_of(long, l as usize)[axis] == index_of(short, s as usize)[next]);
        if agrees {
            next += 1;
        } else {
            free.push(axis);
        }
    }
    (next == short.len()).then_some(free)
}

/// Pairs of a window and a place in it, from the arguments of the sampled maxima or indicators; `window` is its number in a row.
fn pairs_of_arguments(
    arena: &Arena,
    group: &Group,
    through: TensorId,
    window: impl Fn(&Row) -> usize,
) -> Option<Vec<(usize, usize)>> {
    let mut pairs = Vec::new();
    for (row, arguments) in group.sample.iter().zip(&group.arguments) {
        for &argument in arguments {
            let (tensor, offset) = element(arena, argument)?;
            if tensor != through {
                return None;
            }
            pairs.push((window(row), offset));
        }
    }
    (!pairs.is_empty()).then_some(pairs)
}

/// A window of one place has its element for a maximum, and the error as it is for its share: such terms are taken to those of the
/// other windows.
pub(super) fn with_lone_places(arena: &Arena, target: TensorId, mut groups: Vec<Group>) -> Vec<Group> {
    let lone = |g: &Group| if let [Atom::Element(t)] = g.atoms.as_slice() { Some(*t) } else { None };
    let several = groups.iter().position(|g| match *g.atoms.as_slice() {
        [Atom::Max(t)] => groups.iter().any(|l| lone(l) == Some(t)),
        [Atom::Element(x), Atom::Chosen(through, _)] => {
            arena.tensor(through).shape == arena.tensor(target).shape && groups.iter().any(|l| lone(l) == Some(x))
        }
        _ => false,
    });
    let Some(several) = several.filter(|_| groups.len() == 2) else { return groups };
    let single = groups.remove(1 - several);
    let group = &mut groups[0];
    for &(m, x) in single.pairs.iter().take(MOST_LONE) {
        match *group.atoms.as_slice() {
            [Atom::Max(t)] => group.arguments.push(vec![arena.tensor(t).at(x as usize)]),
            [_, Atom::Chosen(through, _)] => group.arguments.push(vec![arena.tensor(through).at(m as usize)]),
            _ => {}
        }
        let coefficient = group.scale.number.clone();
        group.sample.push(Row { target: m as usize, offsets: vec![x as usize; group.atoms.len()], coefficient });
    }
    groups
}
