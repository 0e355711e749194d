//! Operators in index form: what each of them means, as the body of a definition.
//!
//! A definition made here counts all indices from 0, as the parameters of operators do.

use super::operand::Operand;
use super::placement::{Placement, Run};
use super::scale::{RootPower, Scale};
use super::tensor_op::{Contraction, Correlation, TensorOp, Window};
use crate::expr::{Arena, ExprId, ExprKind, Number, TensorId, root_name};
use crate::index::{Affine, Body, Comparison, Condition, Definition, Loop, ReduceOp};

/// What a letter of a lowered operator indexes, for whoever names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An axis of the result.
    Result(usize),
    /// An axis of a tensor that an operand is made of.
    Operand(TensorId, usize),
}

/// The tensor that has this place among those of an arena, as the sum of these operators; `name` names its letters, and `inside` says
/// what stands for a tensor. `None` where one of them has no index form: shares of maxima.
pub fn lower<'a>(
    arena: &Arena,
    target: TensorId,
    parts: &[TensorOp],
    inside: &dyn Fn(TensorId) -> Option<&'a [TensorOp]>,
    name: &mut dyn FnMut(Place) -> String,
) -> Option<Definition> {
    let shape = &arena.tensor(target).shape;
    let mut lowering = Lowering { arena, loops: Vec::new(), inside, name };
    for (axis, &size) in shape.iter().enumerate() {
        lowering.bind(Place::Result(axis), size);
    }
    let own: Vec<Affine> = (0..shape.len()).map(Affine::variable).collect();
    let body = lowering.sum(parts, &own, shape)?;
    Some(Definition { tensor: target.0 as usize, rank: shape.len(), loops: lowering.loops, body }.settled())
}

struct Lowering<'l, 'a> {
    arena: &'l Arena,
    loops: Vec<Loop>,
    inside: &'l dyn Fn(TensorId) -> Option<&'a [TensorOp]>,
    name: &'l mut dyn FnMut(Place) -> String,
}

impl Lowering<'_, '_> {
    /// A new variable that takes so many values.
    fn bind(&mut self, place: Place, size: usize) -> usize {
        self.loops.push(Loop { name: (self.name)(place), low: 0, high: size as i64 - 1 });
        self.loops.len() - 1
    }

    fn sum(&mut self, parts: &[TensorOp], own: &[Affine], shape: &[usize]) -> Option<Body> {
        let mut terms = parts.iter().map(|op| self.operator(op, own, shape)).collect::<Option<Vec<Body>>>()?;
        Some(if terms.len() == 1 { terms.remove(0) } else { Body::Sum(terms) })
    }

    fn operator(&mut self, op: &TensorOp, own: &[Affine], shape: &[usize]) -> Option<Body> {
        Some(match op {
            TensorOp::Identity { of, scale } => scaled(scale, self.entry(*of, own)?),
            TensorOp::Hadamard { factors, scale } => {
                let factors = factors.iter().map(|f| self.entry(*f, own)).collect::<Option<_>>()?;
                scaled(scale, product(factors))
            }
            TensorOp::Broadcast { of, axes, scale, .. } => {
                let kept = own.iter().enumerate().filter(|(axis, _)| !axes.contains(axis)).map(|(_, f)| f.clone());
                scaled(scale, self.entry(*of, &kept.collect::<Vec<_>>())?)
            }
            TensorOp::Sum { of, axes, scale } => {
                let mut kept = own.iter();
                let mut slots = Vec::new();
                let sizes = self.arena.tensor(of.tensor()).shape.clone();
                let mut indices = Vec::with_capacity(sizes.len());
                for (axis, &size) in sizes.iter().enumerate() {
                    indices.push(if axes.contains(&axis) {
                        slots.push(self.bind(Place::Operand(of.tensor(), axis), size));
                        Affine::variable(slots[slots.len() - 1])
                    } else {
                        kept.next()?.clone()
                    });
                }
                let entry = self.entry(*of, &indices)?;
                scaled(scale, summed(slots, None, entry))
            }
            TensorOp::Reshape { of: Operand::Plain(tensor), scale, .. } => {
                scaled(scale, Body::Flat(tensor.0 as usize, flat(own, shape)?))
            }
            TensorOp::Reshape { of: Operand::Each(..), .. } | TensorOp::Route(_) => return None,
            TensorOp::Contract(c) => scaled(&c.scale, self.contraction(c, own)?),
            TensorOp::Place(p) => self.placement(p, own, shape)?,
            TensorOp::Correlate(c) => scaled(&c.scale, self.correlation(c, own)?),
            TensorOp::Upsample { of, window, count, scale } => {
                let sizes = self.arena.tensor(of.tensor()).shape.clone();
                let places: Vec<usize> =
                    sizes.iter().enumerate().map(|(a, &n)| self.bind(Place::Operand(of.tensor(), a), n)).collect();
                let places: Vec<(usize, Affine)> = places.into_iter().map(|p| (p, Affine::variable(p))).collect();
                let at: Vec<Affine> = places.iter().map(|(_, f)| f.clone()).collect();
                let mut factors = vec![self.entry(*of, &at)?];
                if let Some(around) = count {
                    factors.push(Body::Power(Box::new(self.places(window, &at, shape, around)?), -1));
                }
                let mut slots: Vec<usize> = places.iter().map(|(slot, _)| *slot).collect();
                let mut conditions = Vec::new();
                for (axis, f) in at.iter().enumerate() {
                    let (tap, place) = self.tap(window, axis, f)?;
                    slots.push(tap);
                    conditions.push(Condition::Compare(place.add_scaled(&own[axis], -1)?, Comparison::Zero));
                }
                scaled(scale, summed(slots, all(conditions), product(factors)))
            }
            TensorOp::WindowSum { of, window, count, scale } => {
                let sum = self.over_window(ReduceOp::Sum, *of, window, own)?;
                let sizes = self.arena.tensor(of.tensor()).shape.clone();
                let mut factors = vec![sum];
                if let Some(around) = count {
                    factors.push(Body::Power(Box::new(self.places(window, own, &sizes, around)?), -1));
                }
                scaled(scale, product(factors))
            }
            TensorOp::WindowMax { of, window } => self.over_window(ReduceOp::Max, *of, window, own)?,
        })
    }

    /// An operand at these indices.
    fn entry(&mut self, operand: Operand, indices: &[Affine]) -> Option<Body> {
        match operand {
            Operand::Plain(tensor) if let Some(parts) = (self.inside)(tensor) => {
                let shape = self.arena.tensor(tensor).shape.clone();
                self.sum(parts, indices, &shape)
            }
            Operand::Plain(tensor) => Some(Body::Read(tensor.0 as usize, indices.to_vec())),
            Operand::Each(template, _) => self.template(template, indices),
        }
    }

    fn template(&self, id: ExprId, indices: &[Affine]) -> Option<Body> {
        let all = |list: &[ExprId]| list.iter().map(|&x| self.template(x, indices)).collect::<Option<Vec<_>>>();
        Some(match self.arena.kind(id) {
            ExprKind::Number(n) => Body::Number(n.clone()),
            ExprKind::Symbol(s) => Body::Read(s.tensor.0 as usize, indices.to_vec()),
            ExprKind::Sum(terms) => Body::Sum(all(terms)?),
            ExprKind::Product(c, factors) => {
                crate::index::product(vec![Body::Number(c.clone()), product(all(factors)?)])
            }
            ExprKind::Power(x, n) => Body::Power(Box::new(self.template(x, indices)?), n),
            ExprKind::Call(f, x) => {
                Body::Call(self.arena.function_name(f).to_string(), f.order, Box::new(self.template(x, indices)?))
            }
            ExprKind::Max(_) | ExprKind::Chosen { .. } => return None,
        })
    }

    /// What has no summed letter stands before the sum.
    fn contraction(&mut self, c: &Contraction, own: &[Affine]) -> Option<Body> {
        let mut known: Vec<(u8, Affine)> = c.output.iter().copied().zip(own.iter().cloned()).collect();
        let mut slots = Vec::new();
        let (mut outer, mut inner) = (Vec::new(), Vec::new());
        for (operand, letters) in c.operands.iter().zip(&c.letters) {
            let sizes = self.arena.tensor(operand.tensor()).shape.clone();
            let mut indices = Vec::with_capacity(letters.len());
            for (axis, letter) in letters.iter().enumerate() {
                let found = known.iter().find(|(l, _)| l == letter).map(|(_, f)| f.clone());
                indices.push(found.unwrap_or_else(|| {
                    slots.push(self.bind(Place::Operand(operand.tensor(), axis), sizes[axis]));
                    let f = Affine::variable(slots[slots.len() - 1]);
                    known.push((*letter, f.clone()));
                    f
                }));
            }
            let sums = letters.iter().any(|l| !c.output.contains(l));
            let list = if sums { &mut inner } else { &mut outer };
            list.push(self.entry(*operand, &indices)?);
        }
        if !inner.is_empty() {
            outer.push(summed(slots, None, product(inner)));
        }
        Some(product(outer))
    }

    /// Letters of the result are what its indices say of them, as far as they say it alone; all others are summed over.
    fn placement(&mut self, p: &Placement, own: &[Affine], shape: &[usize]) -> Option<Body> {
        let mut known: Vec<Option<Affine>> = vec![None; p.counts.len()];
        let mut conditions = Vec::new();
        for ((index, own), &size) in p.into.iter().zip(own).zip(shape) {
            if let Some(Run::Steps { letter, first, step: step @ (1 | -1) }) = Run::of(index)
                && known[letter].is_none()
            {
                let from_first = own.add_scaled(&Affine::constant(first as i64), -1)?.scaled(step)?;
                if p.counts[letter] < size {
                    conditions.push(Condition::Within(0, from_first.clone(), p.counts[letter] as i64 - 1));
                }
                known[letter] = Some(from_first);
            }
        }
        let mut slots = Vec::new();
        for (operand, reads) in p.operands.iter().zip(&p.reads) {
            for (axis, (letter, _)) in reads.iter().enumerate().flat_map(|(a, f)| f.terms.iter().map(move |t| (a, t))) {
                if known[*letter].is_none() {
                    slots.push(self.bind(Place::Operand(operand.tensor(), axis), p.counts[*letter]));
                    known[*letter] = Some(Affine::variable(slots[slots.len() - 1]));
                }
            }
        }
        for (letter, known) in known.iter_mut().enumerate().filter(|(_, known)| known.is_none()) {
            // no operand has it: it repeats the product over several places
            let axis = p.into.iter().position(|f| f.coefficient(letter) != 0)?;
            slots.push(self.bind(Place::Result(axis), p.counts[letter]));
            *known = Some(Affine::variable(slots[slots.len() - 1]));
        }
        let at = |f: &Affine| {
            let constant = Affine::constant(f.constant);
            f.terms.iter().try_fold(constant, |sum, (letter, step)| sum.add_scaled(known[*letter].as_ref()?, *step))
        };
        for (index, own) in p.into.iter().zip(own) {
            let apart = at(index)?.add_scaled(own, -1)?;
            if apart != Affine::default() {
                conditions.push(Condition::Compare(apart, Comparison::Zero));
            }
        }
        let mut factors = Vec::new();
        for (operand, reads) in p.operands.iter().zip(&p.reads) {
            factors.push(self.entry(*operand, &reads.iter().map(at).collect::<Option<Vec<_>>>()?)?);
        }
        let body = scaled(&p.scale, product(factors));
        Some(match (slots.is_empty(), all(conditions)) {
            (true, Some(condition)) => Body::If(condition, Box::new(body), Box::new(Body::Number(Number::integer(0)))),
            (_, filter) => summed(slots, filter, body),
        })
    }

    /// `Σ x[i]·y[r]` over what meets: `lhs_dilation·i + low = stride·m + rhs_dilation·r`.
    fn correlation(&mut self, c: &Correlation, own: &[Affine]) -> Option<Body> {
        let (x, y) = (c.x.tensor(), c.y.tensor());
        let (x_sizes, y_sizes) = (self.arena.tensor(x).shape.clone(), self.arena.tensor(y).shape.clone());
        let mut slots = Vec::new();
        let mut conditions = Vec::new();
        // a letter by its variable, and how many values it takes
        let mut known: Vec<(u8, Affine, usize)> = Vec::new();
        let lead = c.leading.out.len();
        let at = |k: &[Affine], list: &[Vec<u8>], known: &[(u8, Affine, usize)]| -> Option<Vec<Affine>> {
            let find = |l: u8| known.iter().find(|(k, ..)| *k == l);
            let axis = |letters: &Vec<u8>| match *letters.as_slice() {
                [only] => find(only).map(|(_, f, _)| f.clone()),
                [group, place] => {
                    let (_, place, count) = find(place)?;
                    place.add_scaled(&find(group)?.1, *count as i64)
                }
                _ => None,
            };
            list.iter().map(axis).chain(k.iter().cloned().map(Some)).collect()
        };
        // letters of the result: an axis with one has that variable, one with two is bound to both by a condition
        let out_sizes: Vec<usize> = self.loops[..lead].iter().map(Loop::len).collect();
        let lists =
            [(&c.leading.out, None, &out_sizes), (&c.leading.x, Some(x), &x_sizes), (&c.leading.y, Some(y), &y_sizes)];
        for (list, tensor, sizes) in lists {
            for (axis, letters) in list.iter().enumerate() {
                let counts = c.leading.sizes(letters, sizes[axis]);
                for (&letter, &count) in letters.iter().zip(&counts) {
                    if known.iter().any(|(l, ..)| *l == letter) {
                        continue;
                    }
                    let f = if tensor.is_none() && letters.len() == 1 {
                        own[axis].clone()
                    } else {
                        let place = tensor.map_or(Place::Result(axis), |t| Place::Operand(t, axis));
                        slots.push(self.bind(place, count));
                        Affine::variable(slots[slots.len() - 1])
                    };
                    known.push((letter, f, count));
                }
                if tensor.is_none() && letters.len() == 2 {
                    let whole = at(&[], std::slice::from_ref(letters), &known)?.remove(0);
                    conditions.push(Condition::Compare(whole.add_scaled(&own[axis], -1)?, Comparison::Zero));
                }
            }
        }
        let (mut in_x, mut in_y) = (Vec::new(), Vec::new());
        for (axis, p) in c.axes.iter().enumerate() {
            let (n, k) = (x_sizes[c.leading.x.len() + axis], y_sizes[c.leading.y.len() + axis]);
            let i = self.bind(Place::Operand(x, c.leading.x.len() + axis), n);
            let r = self.bind(Place::Operand(y, c.leading.y.len() + axis), k);
            slots.extend([i, r]);
            let tap = if c.rot180 {
                Affine::constant(k as i64 - 1).add_scaled(&Affine::variable(r), -1)?
            } else {
                Affine::variable(r)
            };
            let meets = Affine::constant(p.low)
                .add_scaled(&Affine::variable(i), p.lhs_dilation as i64)?
                .add_scaled(&own[lead + axis], -(p.stride as i64))?
                .add_scaled(&tap, -(p.rhs_dilation as i64))?;
            conditions.push(Condition::Compare(meets, Comparison::Zero));
            in_x.push(Affine::variable(i));
            in_y.push(Affine::variable(r));
        }
        let entries =
            [self.entry(c.x, &at(&in_x, &c.leading.x, &known)?)?, self.entry(c.y, &at(&in_y, &c.leading.y, &known)?)?];
        Some(summed(slots, all(conditions), product(entries.to_vec())))
    }

    /// A place of the window at `f`, along one axis: the variable that runs over its places, and the place.
    fn tap(&mut self, window: &Window, axis: usize, f: &Affine) -> Option<(usize, Affine)> {
        let tap = self.bind(Place::Result(axis), window.size[axis]);
        let begin = Affine::constant(-window.padding[axis][0]).add_scaled(f, window.stride[axis] as i64)?;
        Some((tap, begin.add_scaled(&Affine::variable(tap), window.dilation[axis] as i64)?))
    }

    /// The sum or the largest of what the windows at these places cover.
    fn over_window(&mut self, op: ReduceOp, of: Operand, window: &Window, at: &[Affine]) -> Option<Body> {
        let sizes = self.arena.tensor(of.tensor()).shape.clone();
        let (mut slots, mut indices, mut inside) = (Vec::new(), Vec::new(), Vec::new());
        for (axis, f) in at.iter().enumerate() {
            let (tap, place) = self.tap(window, axis, f)?;
            slots.push(tap);
            inside.push(Condition::Within(0, place.clone(), sizes[axis] as i64 - 1));
            indices.push(place);
        }
        Some(Body::Reduce { op, slots, filter: all(inside), body: Box::new(self.entry(of, &indices)?) })
    }

    /// How many places of the windows at these places lie in a tensor with so many lines around it.
    fn places(&mut self, window: &Window, at: &[Affine], shape: &[usize], around: &[[i64; 2]]) -> Option<Body> {
        let (mut slots, mut inside) = (Vec::new(), Vec::new());
        for (axis, f) in at.iter().enumerate() {
            let (tap, place) = self.tap(window, axis, f)?;
            slots.push(tap);
            let [low, high] = around[axis];
            inside.push(Condition::Within(-low, place, shape[axis] as i64 - 1 + high));
        }
        Some(summed(slots, all(inside), Body::Number(Number::integer(1))))
    }
}

/// The place of an entry in reading order.
fn flat(indices: &[Affine], shape: &[usize]) -> Option<Affine> {
    indices
        .iter()
        .zip(shape)
        .try_fold(Affine::default(), |f, (index, &size)| f.scaled(size as i64)?.add_scaled(index, 1))
}

fn all(conditions: Vec<Condition>) -> Option<Condition> {
    conditions.into_iter().reduce(|p, q| Condition::And(Box::new(p), Box::new(q)))
}

fn summed(slots: Vec<usize>, filter: Option<Condition>, body: Body) -> Body {
    if slots.is_empty() { body } else { Body::Reduce { op: ReduceOp::Sum, slots, filter, body: Box::new(body) } }
}

fn product(mut factors: Vec<Body>) -> Body {
    if factors.len() == 1 { factors.remove(0) } else { Body::Product(factors) }
}

fn scaled(scale: &Scale, body: Body) -> Body {
    if scale.is_one() {
        return body;
    }
    let root = |root: &RootPower| {
        let of = Box::new(Body::Number(root.of.clone()));
        Body::Power(Box::new(Body::Call(root_name(root.degree), 0, of)), root.exponent)
    };
    let roots = scale.roots.iter().map(root);
    crate::index::product(std::iter::once(Body::Number(scale.number.clone())).chain(roots).chain([body]).collect())
}
