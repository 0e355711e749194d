//! Propose: operators that would explain a group of terms, the reader's favourite first.

use super::Favourite;
use super::contraction::contraction;
use super::correlation::correlations;
use super::observe::{Atom, Group};
use super::operator::{Operand, Route, TensorOp, Window};
use crate::expr::{Arena, ExprId, ExprKind, TensorId, index_of};

/// Candidates for a group; each still has to be confirmed.
pub(super) fn propose(arena: &Arena, shape: &[usize], group: &Group, favourite: Favourite) -> Vec<TensorOp> {
    let scale = || group.scale.clone();
    let mut list = Vec::new();
    match group.atoms.as_slice() {
        [Atom::Element(t)] => list.extend(single(arena, shape, group, *t)),
        [Atom::Each(e, t)] if arena.tensor(*t).shape == shape => {
            list.push(TensorOp::Identity { of: Operand::Each(*e, *t), scale: scale() });
        }
        [Atom::Max(t)] if arena.tensor(*t).shape.len() == shape.len() => {
            list.extend(window_max(arena, group, *t));
        }
        [Atom::Element(x), Atom::Chosen(through, ties)]
            if arena.tensor(*through).shape == shape && arena.tensor(*x).shape.len() == shape.len() =>
        {
            let window = windows_of_arguments(arena, group, *through);
            let route = |window| TensorOp::Route(Route { x: *x, through: *through, window, ties: *ties });
            list.extend(window.map(route));
        }
        atoms => {
            let operands: Option<Vec<Operand>> = atoms.iter().map(operand).collect();
            let Some(operands) = operands else { return list };
            let elementwise = group.sample.iter().all(|r| r.offsets.iter().all(|&o| o == r.target));
            if elementwise && operands.len() > 1 && operands.iter().all(|o| arena.tensor(o.tensor()).shape == shape) {
                list.push(TensorOp::Hadamard { factors: operands.clone(), scale: scale() });
            }
            if favourite == Favourite::Product && is_product(arena, shape, &operands) {
                list.extend(contraction(arena, shape, group).map(TensorOp::Contract));
            }
            let (likely, others) = match *operands.as_slice() {
                [first, second] => correlations(arena, shape, group, [first, second], favourite),
                _ => Default::default(),
            };
            list.extend(likely.into_iter().map(TensorOp::Correlate));
            list.extend(contraction(arena, shape, group).map(TensorOp::Contract));
            list.extend(others.into_iter().map(TensorOp::Correlate));
            return list;
        }
    }
    list.extend(contraction(arena, shape, group).map(TensorOp::Contract));
    list
}

fn operand(atom: &Atom) -> Option<Operand> {
    match atom {
        Atom::Element(t) => Some(Operand::Plain(*t)),
        Atom::Each(e, t) => Some(Operand::Each(*e, *t)),
        Atom::Max(_) | Atom::Chosen(..) => None,
    }
}

/// Two matrices of which neither slides along any axis, for one size of three is 1: a product, and a correlation too.
fn is_product(arena: &Arena, shape: &[usize], operands: &[Operand]) -> bool {
    let [x, y] = operands else { return false };
    let shapes = [&arena.tensor(x.tensor()).shape, &arena.tensor(y.tensor()).shape, shape];
    let several = |s: &&[usize]| s.len() == 2 && s.iter().product::<usize>() > 1;
    shapes.iter().all(several) && (0..2).all(|axis| shapes.iter().any(|s| s[axis] == 1))
}

/// Operators with a single tensor: copies, sums over axes, broadcasts, windows.
fn single(arena: &Arena, shape: &[usize], group: &Group, t: TensorId) -> Vec<TensorOp> {
    let of = Operand::Plain(t);
    let scale = group.scale.clone();
    let own = &arena.tensor(t).shape;
    let mut list = Vec::new();
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
        if let Some(window) = windows(own, shape, group.pairs.iter().map(|&(m, x)| (x, m))) {
            list.push(TensorOp::Upsample { of, window, scale: scale.clone() });
        }
        if let Some(window) = windows(shape, own, group.pairs.iter().copied()) {
            list.push(TensorOp::WindowSum { of, window, scale });
        }
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

/// Windows over the `fine` tensor, one for each element of the `coarse` one, from where each coarse element's partners begin and end.
fn windows(coarse: &[usize], fine: &[usize], pairs: impl Iterator<Item = (u32, u32)>) -> Option<Window> {
    let mut extents: Vec<Vec<(usize, usize)>> = coarse.iter().map(|&n| vec![(usize::MAX, 0); n]).collect();
    for (c, f) in pairs {
        let (c, f) = (index_of(coarse, c as usize), index_of(fine, f as usize));
        for axis in 0..coarse.len() {
            let (low, high) = &mut extents[axis][c[axis]];
            (*low, *high) = ((*low).min(f[axis]), (*high).max(f[axis]));
        }
    }
    let mut window = Window { size: Vec::new(), stride: Vec::new() };
    for (axis, extent) in extents.iter().enumerate() {
        let (low, high) = extent[0];
        if low != 0 || high < low {
            return None;
        }
        let size = high + 1;
        window.size.push(size);
        // with one window any stride fits; touching windows are what a reader expects
        window.stride.push(match extent.get(1) {
            Some(&(second, _)) if second != usize::MAX && second > 0 => second,
            Some(_) => return None,
            None => size,
        });
        if (coarse[axis] - 1) * window.stride[axis] + size > fine[axis] {
            return None; // the last windows would be cut short: not what these operators say
        }
    }
    Some(window)
}

fn window_max(arena: &Arena, group: &Group, t: TensorId) -> Option<TensorOp> {
    let window = windows_of_arguments(arena, group, t)?;
    Some(TensorOp::WindowMax { of: Operand::Plain(t), window })
}

/// Windows over `through` from the arguments of maxima or indicators: where they begin and how far they reach.
fn windows_of_arguments(arena: &Arena, group: &Group, through: TensorId) -> Option<Window> {
    let shape = &arena.tensor(through).shape;
    let index = |id: &ExprId| match arena.kind(*id) {
        ExprKind::Symbol(s) if s.tensor == through => Some(index_of(shape, s.offset as usize)),
        ExprKind::Symbol(_)
        | ExprKind::Number(_)
        | ExprKind::Sum(_)
        | ExprKind::Product(..)
        | ExprKind::Power(..)
        | ExprKind::Call(..)
        | ExprKind::Max(_)
        | ExprKind::Chosen { .. } => None,
    };
    let arguments = group.arguments.first()?;
    let (first, last) = (index(arguments.first()?)?, index(arguments.last()?)?);
    let size: Vec<usize> = first.iter().zip(&last).map(|(f, l)| (l + 1).checked_sub(*f)).collect::<Option<_>>()?;
    let begins: Vec<Vec<usize>> = group.arguments.iter().map(|a| index(a.first()?)).collect::<Option<_>>()?;
    let stride = (0..size.len()).map(|axis| {
        let steps = begins.iter().map(|b| b[axis].abs_diff(begins[0][axis]));
        match steps.fold(0, num_integer::gcd) {
            0 => size[axis], // one window along this axis: touching windows are what a reader expects
            step => step,
        }
    });
    let stride = stride.collect();
    Some(Window { size, stride })
}
