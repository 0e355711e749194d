//! Differentiation in index form: ∂C/∂T as one formula with letters for indices.
//!
//! Every read `T[f(k)]` in a definition contributes `Σ_k adjoint · (what multiplies the read) · [f(k) = x]`; where the equation
//! `f_axis(k) = x_axis` has an index with coefficient ±1, that index is eliminated and its range becomes a condition.

use super::affine::Affine;
use super::arithmetic::product;
use super::condition::{Comparison, Condition};
use super::letters::{Letters, SUMMED, TARGETS};
use super::program::{Body, Definition, Instance, Loop, Part, TensorDecl};
use super::slope::slope_in_index_form;
use crate::expr::{Number, degree_of_root};
use crate::syntax::ast::ReduceOp;

/// The gradients of a layer as a layer: its tensors are those of `instance` and their adjoints, in that order; its definitions
/// give the adjoint of each tensor that has such a formula, in the order of the tensors.
///
/// `names` are the adjoints' names. Maxima have no such formula here.
pub fn gradients_in_index_form(instance: &Instance, names: &[String]) -> Instance {
    let adjoints = instance.tensors.iter().zip(names);
    let adjoints = adjoints.map(|(t, name)| TensorDecl::new(name.clone(), Part::Adjoint, t.shape.clone()));
    let tensors: Vec<TensorDecl> = instance.tensors.iter().cloned().chain(adjoints).collect();
    let letters = Letters::of(instance);
    // by tensor: the definitions that read it
    let mut readers: Vec<Vec<&Definition>> = vec![Vec::new(); instance.tensors.len()];
    for definition in &instance.definitions {
        definition.body.reads(&mut |t| {
            if readers[t].last().is_none_or(|last| !std::ptr::eq(*last, definition)) {
                readers[t].push(definition);
            }
        });
    }
    let wanted = readers.iter().enumerate().filter(|(t, _)| wanted(instance, *t));
    let definitions = wanted.filter_map(|(t, readers)| gradient(instance, t, readers, &letters)).collect();
    Instance { tensors, definitions, ..instance.clone() }
}

fn wanted(instance: &Instance, tensor: usize) -> bool {
    tensor != instance.output() && !matches!(instance.tensors[tensor].part, Part::Target | Part::Data)
}

fn gradient(instance: &Instance, tensor: usize, readers: &[&Definition], letters: &Letters) -> Option<Definition> {
    let shape = &instance.tensors[tensor].shape;
    let mut sites = Vec::new();
    for &definition in readers {
        let path =
            Path { before: Vec::new(), after: Vec::new(), slots: (0..definition.rank).collect(), filters: Vec::new() };
        find(&definition.body, tensor, definition, path, &mut sites)?;
    }
    let base = instance.index_base;
    let names = target_names(letters.clone(), &sites, shape.len());
    let own = names.iter().zip(shape).map(|(name, &size)| Loop {
        name: name.clone(),
        low: base,
        high: base + size as i64 - 1,
    });
    let mut loops: Vec<Loop> = own.collect();
    let mut terms = Vec::new();
    for site in sites {
        let output = site.definition.tensor;
        // ∂C/∂C = 1
        let adjoint = (!(instance.loss && output == instance.output())).then_some(instance.tensors.len() + output);
        terms.push(term(site, (shape, base), adjoint, letters, &mut loops)?);
    }
    let body = match terms.len() {
        0 => Body::Number(Number::integer(0)),
        1 => terms.remove(0),
        _ => Body::Sum(terms),
    };
    Some(Definition { tensor: instance.tensors.len() + tensor, loops, rank: shape.len(), body }.settled().collected())
}

/// The way from the root of a definition to a read.
#[derive(Clone)]
struct Path {
    /// The factors that stand before what is differentiated, and those after it, as they stand in the definition.
    before: Vec<Body>,
    after: Vec<Body>,
    slots: Vec<usize>,
    filters: Vec<Condition>,
}

struct Site<'a> {
    definition: &'a Definition,
    path: Path,
    indices: Vec<Affine>,
    /// One index that counts in reading order, not one for each axis.
    flat: bool,
}

impl Site<'_> {
    /// Equations that hold where the element read is the one at the gradient's own indices: left side in the definition's slots,
    /// right side in the gradient's.
    fn equations(&self, shape: &[usize], base: i64) -> Option<Vec<(Affine, Affine)>> {
        if !self.flat {
            return Some(self.indices.iter().cloned().zip((0..shape.len()).map(Affine::variable)).collect());
        }
        let offset = shape.iter().enumerate().try_fold(Affine::default(), |offset, (axis, &size)| {
            let from_zero = Affine::variable(axis).add_scaled(&Affine::constant(base), -1)?;
            offset.scaled(i64::try_from(size).ok()?)?.add_scaled(&from_zero, 1)
        })?;
        Some(vec![(self.indices[0].clone(), offset.add_scaled(&Affine::constant(base), 1)?)])
    }
}

/// Collects the reads of `tensor`; `None` where the way to one has no formula.
fn find<'a>(body: &Body, tensor: usize, d: &'a Definition, path: Path, sites: &mut Vec<Site<'a>>) -> Option<()> {
    match body {
        Body::Number(_) | Body::Index(_) => {}
        Body::Read(t, indices) => {
            if *t == tensor {
                sites.push(Site { definition: d, path, indices: indices.clone(), flat: false });
            }
        }
        Body::Flat(t, index) => {
            if *t == tensor {
                sites.push(Site { definition: d, path, indices: vec![index.clone()], flat: true });
            }
        }
        Body::Sum(parts) => {
            for part in parts {
                find(part, tensor, d, path.clone(), sites)?;
            }
        }
        Body::Product(parts) => {
            for (place, part) in parts.iter().enumerate() {
                let mut path = path.clone();
                path.before.extend_from_slice(&parts[..place]);
                path.after.splice(..0, parts[place + 1..].iter().cloned());
                find(part, tensor, d, path, sites)?;
            }
        }
        Body::Power(x, n) => {
            // of a root of degree q it is the power n/q: n/q times that less 1
            let root = if let Body::Call(name, 0, inner) = &**x { Some((degree_of_root(name), inner)) } else { None };
            let (degree, inner) =
                if let Some((Some(q), inner)) = root { (i32::try_from(q).ok()?, inner) } else { (1, x) };
            let mut path = path;
            path.before.push(Body::Number(Number::fraction(i64::from(*n), i64::from(degree))));
            match n.checked_sub(degree)? {
                0 => {}
                1 => path.before.push((**x).clone()),
                lower => path.before.push(Body::Power(x.clone(), lower)),
            }
            find(inner, tensor, d, path, sites)?;
        }
        Body::Call(name, order, x) => {
            let mut path = path;
            let slope = slope_in_index_form(name, *order, x, &value_of(body, d));
            if let Body::Product(factors) = slope {
                path.before.extend(factors)
            } else {
                path.before.push(slope)
            }
            find(x, tensor, d, path, sites)?;
        }
        // who gets the derivative has no index form
        Body::Extreme(_, parts) => {
            let mut read = false;
            parts.iter().for_each(|p| p.reads(&mut |t| read |= t == tensor));
            if read {
                return None;
            }
        }
        Body::Reduce { op, slots, filter, body } => {
            let before = sites.len();
            let mut path = path;
            path.slots.extend(slots);
            path.filters.extend(filter.clone());
            match (op, filter) {
                (ReduceOp::Mean, None) => {
                    let count: usize = slots.iter().map(|&s| d.loops[s].len()).product();
                    path.before.push(Body::Number(Number::fraction(1, i64::try_from(count).ok()?)));
                }
                // as many as fulfil the condition
                (ReduceOp::Mean, Some(_)) => {
                    let one = Box::new(Body::Number(Number::integer(1)));
                    let count =
                        Body::Reduce { op: ReduceOp::Sum, slots: slots.clone(), filter: filter.clone(), body: one };
                    path.before.push(Body::Power(Box::new(count), -1));
                }
                (ReduceOp::Sum | ReduceOp::Max, _) => {}
            }
            find(body, tensor, d, path, sites)?;
            if *op == ReduceOp::Max && sites.len() > before {
                return None;
            }
        }
        Body::If(condition, x, y) => {
            let (mut yes, mut no) = (path.clone(), path);
            yes.filters.push(condition.clone());
            no.filters.push(Condition::Not(Box::new(condition.clone())));
            find(x, tensor, d, yes, sites)?;
            find(y, tensor, d, no, sites)?;
        }
    }
    Some(())
}

/// Letters for the indices of the gradient: those of the read where they stand alone in every read, others elsewhere.
fn target_names(mut letters: Letters, sites: &[Site<'_>], rank: usize) -> Vec<String> {
    let lone = |axis: usize| {
        let names: Option<Vec<&str>> = sites
            .iter()
            .filter(|s| !s.flat)
            .map(|s| match s.indices[axis] {
                Affine { constant: 0, ref terms } if terms.len() == 1 && terms[0].1 == 1 => {
                    Some(s.definition.loops[terms[0].0].name.as_str())
                }
                _ => None,
            })
            .collect();
        let names = names?;
        let first = *names.first().filter(|_| names.len() == sites.len())?;
        names.iter().all(|n| *n == first).then(|| first.to_string())
    };
    sites.iter().flat_map(|s| &s.definition.loops).for_each(|l| letters.enter(&l.name));
    let mut names: Vec<String> = Vec::with_capacity(rank);
    for axis in 0..rank {
        let name = lone(axis).filter(|n| !names.contains(n)).unwrap_or_else(|| letters.give(TARGETS));
        names.push(name);
    }
    names
}

/// `Σ adjoint · factors` over what is left of the indices after elimination; its slots are appended to `loops`.
fn term(
    site: Site<'_>,
    (shape, base): (&[usize], i64),
    adjoint: Option<usize>,
    letters: &Letters,
    loops: &mut Vec<Loop>,
) -> Option<Body> {
    let equations = site.equations(shape, base)?;
    let Site { definition, path, .. } = site;
    let shift = loops.len();
    loops.extend(definition.loops.iter().cloned());
    let moved =
        |f: &Affine| Affine { constant: f.constant, terms: f.terms.iter().map(|&(s, c)| (s + shift, c)).collect() };
    // what each slot of the definition has become
    let mut value: Vec<Option<Affine>> = vec![None; loops.len()];
    let mut free: Vec<usize> = path.slots.iter().map(|s| s + shift).collect();
    let mut filters: Vec<Condition> = Vec::new();
    for (index, target) in &equations {
        // rest = f(k) − x = 0
        let rest = substituted(&moved(index), &value)?.add_scaled(target, -1)?;
        let Some(&slot) = free.iter().find(|&&s| rest.coefficient(s).abs() == 1) else {
            filters.push(Condition::Compare(rest, Comparison::Zero));
            continue;
        };
        let c = rest.coefficient(slot);
        let solved = rest.add_scaled(&Affine::variable(slot), -c)?.scaled(-c)?;
        filters.extend(in_range(&solved, &loops[slot], loops)?);
        // one that is summed over and takes one value only is that value
        let only = &loops[slot];
        let alone = slot >= shift + definition.rank && only.low == only.high;
        let solved = if alone { Affine::constant(only.low) } else { solved };
        free.retain(|&s| s != slot);
        for earlier in value.iter_mut().flatten() {
            let c = earlier.coefficient(slot);
            *earlier = earlier.add_scaled(&Affine::variable(slot), -c)?.add_scaled(&solved, c)?;
        }
        value[slot] = Some(solved);
    }
    let rewrite = |f: &Affine| substituted(&moved(f), &value);
    let mut letters = letters.clone();
    loops.iter().for_each(|l| letters.enter(&l.name));
    let mut fresh = Fresh { definition, loops, letters, bound: Vec::new() };
    let own = (0..definition.rank).map(|s| rewrite(&Affine::variable(s))).collect::<Option<Vec<_>>>()?;
    let mut factors: Vec<Body> = adjoint.map(|adjoint| Body::Read(adjoint, own)).into_iter().collect();
    for factor in path.before.iter().chain(&path.after) {
        factors.push(fresh.rewritten(factor, &rewrite)?);
    }
    // an index may have been eliminated after a condition on it was noted
    let settled = |f: &Affine| substituted(f, &value);
    let mut filters = filters.iter().map(|f| f.mapped(&settled)).collect::<Option<Vec<_>>>()?;
    for filter in &path.filters {
        filters.push(filter.mapped(&rewrite)?);
    }
    let product = product(factors);
    let filter = filters.into_iter().reduce(Condition::and);
    Some(match (free.is_empty(), filter) {
        (true, None) => product,
        (true, Some(condition)) => Body::If(condition, Box::new(product), Box::new(Body::Number(Number::integer(0)))),
        (false, filter) => Body::Reduce { op: ReduceOp::Sum, slots: free, filter, body: Box::new(product) },
    })
}

/// A function's value: by the name on the left-hand side, where the function is the whole right-hand side and long to write.
fn value_of(call: &Body, d: &Definition) -> Body {
    if std::ptr::eq(call, &raw const d.body) && reduces(call) {
        Body::Read(d.tensor, (0..d.rank).map(Affine::variable).collect())
    } else {
        call.clone()
    }
}

fn reduces(body: &Body) -> bool {
    match body {
        Body::Number(_) | Body::Index(_) | Body::Read(..) | Body::Flat(..) => false,
        Body::Sum(parts) | Body::Product(parts) | Body::Extreme(_, parts) => parts.iter().any(reduces),
        Body::Power(x, _) | Body::Call(_, _, x) => reduces(x),
        Body::Reduce { .. } => true,
        Body::If(_, x, y) => reduces(x) || reduces(y),
    }
}

fn substituted(f: &Affine, value: &[Option<Affine>]) -> Option<Affine> {
    f.terms.iter().try_fold(Affine::constant(f.constant), |sum, &(slot, c)| {
        match value.get(slot).and_then(Option::as_ref) {
            Some(expression) => sum.add_scaled(expression, c),
            None => sum.add_scaled(&Affine::variable(slot), c),
        }
    })
}

/// The condition that keeps `f` in the range of an eliminated index, unless it always holds.
fn in_range(f: &Affine, range: &Loop, loops: &[Loop]) -> Option<Option<Condition>> {
    let (low, high) = f.bounds(|s| (loops[s].low, loops[s].high))?;
    let may_leave = low < range.low || high > range.high;
    Some(may_leave.then(|| Condition::Within(range.low, f.clone(), range.high)))
}

/// Rewrites factors with indices of their own for the reductions in them: the square of a sum, differentiated, has the sum as a
/// factor beside the term that was differentiated, and their indices must not be taken for one another.
struct Fresh<'a> {
    definition: &'a Definition,
    loops: &'a mut Vec<Loop>,
    letters: Letters,
    /// Slots of the definition that a reduction around the present place binds, and what stands for them.
    bound: Vec<(usize, usize)>,
}

impl Fresh<'_> {
    fn index(&self, f: &Affine, rewrite: &impl Fn(&Affine) -> Option<Affine>) -> Option<Affine> {
        let own = |slot: usize| self.bound.iter().rev().find(|(from, _)| *from == slot).map(|(_, to)| *to);
        let free = f.terms.iter().copied().filter(|t| own(t.0).is_none()).collect();
        let rest = rewrite(&Affine { constant: f.constant, terms: free })?;
        let mut bound = f.terms.iter().filter_map(|&(slot, c)| Some((own(slot)?, c)));
        bound.try_fold(rest, |sum, (slot, c)| sum.add_scaled(&Affine::variable(slot), c))
    }

    fn rewritten(&mut self, body: &Body, rewrite: &impl Fn(&Affine) -> Option<Affine>) -> Option<Body> {
        Some(match body {
            Body::Number(n) => Body::Number(n.clone()),
            Body::Index(f) => Body::Index(self.index(f, rewrite)?),
            Body::Read(t, indices) => {
                Body::Read(*t, indices.iter().map(|f| self.index(f, rewrite)).collect::<Option<_>>()?)
            }
            Body::Flat(t, index) => Body::Flat(*t, self.index(index, rewrite)?),
            Body::Sum(parts) => Body::Sum(parts.iter().map(|p| self.rewritten(p, rewrite)).collect::<Option<_>>()?),
            Body::Product(parts) => {
                Body::Product(parts.iter().map(|p| self.rewritten(p, rewrite)).collect::<Option<_>>()?)
            }
            Body::Power(x, n) => Body::Power(Box::new(self.rewritten(x, rewrite)?), *n),
            Body::Call(name, order, x) => Body::Call(name.clone(), *order, Box::new(self.rewritten(x, rewrite)?)),
            Body::Extreme(extreme, parts) => {
                Body::Extreme(*extreme, parts.iter().map(|p| self.rewritten(p, rewrite)).collect::<Option<_>>()?)
            }
            Body::Reduce { op, slots, filter, body } => {
                let outer = self.bound.len();
                let slots: Vec<usize> = slots.iter().map(|&slot| self.bind(slot)).collect();
                let filter = match filter {
                    None => None,
                    Some(f) => Some(f.mapped(&|f: &Affine| self.index(f, rewrite))?),
                };
                let body = Box::new(self.rewritten(body, rewrite)?);
                self.bound.truncate(outer);
                Body::Reduce { op: *op, slots, filter, body }
            }
            Body::If(condition, x, y) => Body::If(
                condition.mapped(&|f: &Affine| self.index(f, rewrite))?,
                Box::new(self.rewritten(x, rewrite)?),
                Box::new(self.rewritten(y, rewrite)?),
            ),
        })
    }

    /// A new slot, with a letter of its own, for one that a reduction binds.
    fn bind(&mut self, slot: usize) -> usize {
        let mut range = self.definition.loops[slot].clone();
        if !self.letters.is_free(&range.name) {
            range.name = self.letters.give(SUMMED);
        }
        self.loops.push(range);
        self.bound.push((slot, self.loops.len() - 1));
        self.loops.len() - 1
    }
}
