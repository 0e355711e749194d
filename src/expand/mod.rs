//! Expansion: the definitions of an [`Instance`] written out as scalar equations.
//!
//! Reads of defined tensors stay symbols: a named intermediate is never substituted, so equations stay as short as the text.

use std::fmt;

use itertools::Itertools;

use crate::expr::{Arena, Definition, Excess, ExprId, ExprKind, MOST_BITS, Number, Relation, Role, System, TensorId};
use crate::index::{self, Affine, Body, Condition, Extreme, Instance, MOST_EXPONENT, Nest, Part, ReduceOp};

/// Memory that one expanded read costs over a whole derivation, in bytes: forward term, its two gradient terms, their steps
/// and the spare room of growing vectors. Measured on convolutions, products, pooling and elementwise layers, and rounded up.
const BYTES_PER_READ: u128 = 100;
/// The same for an element: its place in every table, and in the layer below that is derived as well.
const BYTES_PER_ELEMENT: u128 = 300;
/// The same for a candidate of a maximum: its share.
const BYTES_PER_CANDIDATE: u128 = 100;

/// Why a layer could not be expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpandError {
    /// A guarded read was reached with an index outside its tensor.
    OutOfBounds {
        /// The tensor read.
        tensor: String,
        /// Its axis, from 1; none where elements are counted in reading order.
        axis: Option<usize>,
        /// The index, in the numbering of the layer's text.
        index: i64,
    },
    /// An assumption about no entry, or about one that another is about too: together they might contradict each other.
    Assumptions,
    /// The constant 0 in a denominator.
    DivisionByZero {
        /// The tensor whose definition divides.
        tensor: String,
    },
    /// An exponent or a number that is too large, once powers and products are multiplied out.
    TooLarge {
        /// The tensor in whose definition it occurs.
        tensor: String,
        /// Which of the two.
        excess: Excess,
    },
    /// A maximum or a mean of nothing.
    EmptyReduction {
        /// The tensor whose definition reduces.
        tensor: String,
        /// Which of its elements, in the numbering of the layer's text.
        index: Vec<i64>,
    },
}

impl fmt::Display for ExpandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExpandError::OutOfBounds { tensor, axis: Some(axis), index } => {
                write!(f, "index {index} is outside axis {axis} of `{tensor}`, and no condition keeps the read away")
            }
            ExpandError::OutOfBounds { tensor, axis: None, index } => {
                write!(f, "`{tensor}` has no entry number {index}, and no condition keeps the read away")
            }
            ExpandError::Assumptions => write!(f, "an assumption must be about entries that no other is about"),
            ExpandError::DivisionByZero { tensor } => write!(f, "an equation of `{tensor}` divides by zero"),
            ExpandError::TooLarge { tensor, excess: Excess::Exponent } => {
                write!(f, "an equation of `{tensor}` has an exponent beyond {MOST_EXPONENT}")
            }
            ExpandError::TooLarge { tensor, excess: Excess::Number } => {
                write!(f, "an equation of `{tensor}` has a number of more than {MOST_BITS} bits")
            }
            ExpandError::EmptyReduction { tensor, index } => {
                let index = index.iter().join(",");
                write!(f, "`{tensor}[{index}]` is a maximum or a mean of nothing: no entry lies in its window")
            }
        }
    }
}

impl std::error::Error for ExpandError {}

/// An upper estimate, in bytes, of the memory that deriving this layer takes. Nothing is expanded to find it.
pub fn estimate(instance: &Instance) -> u128 {
    let reads: u128 = instance.definitions.iter().map(index::Definition::expanded_reads).sum();
    let elements: u128 = instance.tensors.iter().map(|t| t.shape.iter().map(|&s| s as u128).product::<u128>()).sum();
    let candidates: u128 = instance.definitions.iter().map(index::Definition::expanded_candidates).sum();
    let parts = [(reads, BYTES_PER_READ), (elements, BYTES_PER_ELEMENT), (candidates, BYTES_PER_CANDIDATE)];
    parts.iter().fold(0u128, |sum, (count, bytes)| sum.saturating_add(count.saturating_mul(*bytes)))
}

/// Writes every equation out.
///
/// # Errors
/// [`ExpandError`] where an element has no value. The caller has refused sizes whose [`estimate`] does not fit.
pub fn expand(instance: &Instance) -> Result<System, ExpandError> {
    let mut arena = Arena::new();
    let output = instance.output();
    let mut ids: Vec<TensorId> = Vec::new();
    for (place, tensor) in instance.tensors.iter().enumerate() {
        let role = match tensor.part {
            Part::Input => Role::Input,
            Part::Data => Role::Data,
            Part::Weight => Role::Weight,
            Part::Bias => Role::Bias,
            Part::Target => Role::Target,
            Part::Defined if place == output => Role::Output,
            Part::Defined => Role::Intermediate,
            Part::Adjoint => Role::Adjoint,
        };
        ids.push(arena.declare(&tensor.name, role, tensor.shape.clone(), None));
    }
    // a term of an equation, and the two terms of gradients that a product of two reads gives rise to
    let terms: u128 = instance.definitions.iter().map(index::Definition::expanded_reads).sum();
    arena.reserve(usize::try_from(terms.saturating_mul(3) / 2).unwrap_or(0));
    let mut definitions = Vec::new();
    for definition in &instance.definitions {
        let plan = Plan::of(&definition.body, definition, instance, &mut arena, &ids);
        let at = definition.loops.iter().map(|l| l.low).collect();
        let mut walker = Walker { arena: &mut arena, at, definition, instance };
        let own = own_nest(definition);
        let mut values = Vec::with_capacity(instance.tensors[definition.tensor].shape.iter().product());
        walker.run(&own, 0, &mut |walker| {
            values.push(walker.value(&plan)?);
            walker.within_bounds()
        })?;
        definitions.push(Definition { tensor: ids[definition.tensor], values });
    }
    let mut assumptions = Vec::new();
    let mut assumed = std::collections::HashSet::new();
    for assumption in &instance.assumptions {
        let sum = &assumption.sum;
        let plan = Plan::of(&sum.body, sum, instance, &mut arena, &ids);
        let mut walker =
            Walker { arena: &mut arena, at: sum.loops.iter().map(|l| l.low).collect(), definition: sum, instance };
        let own = own_nest(sum);
        let mut sums = Vec::new();
        walker.run(&own, 0, &mut |walker| {
            sums.push(walker.value(&plan)?);
            walker.within_bounds()
        })?;
        for sum in sums {
            let symbols = if let ExprKind::Sum(terms) = arena.kind(sum) { terms.to_vec() } else { vec![sum] };
            let free = |s: &ExprId| matches!(arena.kind(*s), ExprKind::Symbol(_)) && assumed.insert(*s);
            if !symbols.iter().all(free) {
                return Err(ExpandError::Assumptions);
            }
            assumptions.push(Relation { symbols, value: assumption.value.clone() });
        }
    }
    let roots_stand_apart = instance.definitions.iter().all(index::Definition::roots_stand_apart);
    Ok(System { arena, definitions, loss: instance.loss, assumptions, roots_stand_apart })
}

fn own_nest(definition: &index::Definition) -> Nest {
    let own: Vec<usize> = (0..definition.rank).collect();
    Nest::new(definition, &own, None)
}

/// Stands for an axis where elements are counted in reading order.
const FLAT: usize = usize::MAX;

/// A body with its numbers made and its reads turned into offsets.
enum Plan<'a> {
    Number(ExprId),
    Index(&'a Affine),
    Read {
        place: usize,
        /// First symbol of the tensor.
        first: u32,
        /// Row-major offset.
        offset: Affine,
        /// The axes that this read may leave, with the index there.
        checks: Vec<(usize, &'a Affine)>,
    },
    Sum(Vec<Plan<'a>>),
    Product(Vec<Plan<'a>>),
    Power(Box<Plan<'a>>, i32),
    Call(&'a str, u32, Box<Plan<'a>>),
    Extreme(Extreme, Vec<Plan<'a>>),
    Reduce {
        op: ReduceOp,
        nest: Nest,
        filter: Option<&'a Condition>,
        body: Box<Plan<'a>>,
    },
    If(&'a Condition, Box<Plan<'a>>, Box<Plan<'a>>),
}

impl<'a> Plan<'a> {
    fn of(body: &'a Body, d: &index::Definition, instance: &Instance, arena: &mut Arena, ids: &[TensorId]) -> Plan<'a> {
        let mut sub = |b: &'a Body| Plan::of(b, d, instance, arena, ids);
        match body {
            Body::Number(n) => Plan::Number(arena.number(n.clone())),
            Body::Index(f) => Plan::Index(f),
            Body::Read(place, indices) => {
                let shape = &instance.tensors[*place].shape;
                let base = instance.index_base;
                let mut offset = Affine::default();
                let mut checks = Vec::new();
                for (axis, (index, &size)) in indices.iter().zip(shape).enumerate() {
                    // row-major: offset·size + (index − base); in range because the whole tensor fits in memory
                    let shifted = index.add_scaled(&Affine::constant(base), -1);
                    let next = shifted.and_then(|i| offset.scaled(size as i64)?.add_scaled(&i, 1));
                    offset = next.expect("offsets into a tensor that fits in memory fit in 64 bits");
                    let bounds = index.bounds(|s| (d.loops[s].low, d.loops[s].high));
                    if !bounds.is_some_and(|(low, high)| low >= base && high < base + size as i64) {
                        checks.push((axis, index));
                    }
                }
                Plan::Read { place: *place, first: arena.tensor(ids[*place]).first.0, offset, checks }
            }
            Body::Flat(place, index) => {
                let (base, len) = (instance.index_base, arena.tensor(ids[*place]).len() as i64);
                let offset = index.add_scaled(&Affine::constant(base), -1);
                let offset = offset.expect("an index into a tensor that fits in memory fits in 64 bits");
                let inside = index.bounds(|s| (d.loops[s].low, d.loops[s].high));
                let checks = match inside {
                    Some((low, high)) if low >= base && high < base + len => Vec::new(),
                    Some(_) | None => vec![(FLAT, index)],
                };
                Plan::Read { place: *place, first: arena.tensor(ids[*place]).first.0, offset, checks }
            }
            Body::Sum(parts) => Plan::Sum(parts.iter().map(sub).collect()),
            Body::Product(parts) => Plan::Product(parts.iter().map(sub).collect()),
            Body::Power(x, n) => Plan::Power(Box::new(sub(x)), *n),
            Body::Call(name, order, x) => Plan::Call(name, *order, Box::new(sub(x))),
            Body::Extreme(extreme, parts) => Plan::Extreme(*extreme, parts.iter().map(sub).collect()),
            Body::Reduce { op, slots, filter, body } => {
                let nest = Nest::new(d, slots, filter.as_ref());
                Plan::Reduce { op: *op, nest, filter: filter.as_ref(), body: Box::new(sub(body)) }
            }
            Body::If(condition, x, y) => {
                let x = Box::new(sub(x));
                Plan::If(condition, x, Box::new(sub(y)))
            }
        }
    }
}

/// Evaluates plans at one assignment of the index variables after another.
struct Walker<'a> {
    arena: &'a mut Arena,
    /// The value of each slot.
    at: Vec<i64>,
    definition: &'a index::Definition,
    instance: &'a Instance,
}

impl Walker<'_> {
    /// Calls `each` for all values of the variables from a level of the nest on, the last one running fastest.
    fn run(
        &mut self,
        nest: &Nest,
        level: usize,
        each: &mut dyn FnMut(&mut Self) -> Result<(), ExpandError>,
    ) -> Result<(), ExpandError> {
        if level == nest.depth() {
            return each(self);
        }
        let slot = nest.slot(level);
        let mut run = Some(nest.first(level, &self.at));
        while let Some((low, high)) = run {
            for value in low..=high {
                self.at[slot] = value;
                self.run(nest, level + 1, each)?;
            }
            run = nest.next(level, &self.at, high);
        }
        Ok(())
    }

    fn value(&mut self, plan: &Plan<'_>) -> Result<ExprId, ExpandError> {
        match plan {
            Plan::Number(id) => Ok(*id),
            Plan::Index(f) => Ok(self.arena.number(Number::integer(f.value(&self.at)))),
            Plan::Read { place, first, offset, checks } => {
                for &(axis, index) in checks {
                    self.check(*place, axis, index.value(&self.at))?;
                }
                Ok(ExprId(first + offset.value(&self.at) as u32))
            }
            Plan::Sum(parts) => {
                let parts = self.values(parts)?;
                Ok(self.arena.sum(&parts))
            }
            Plan::Product(parts) => {
                if let [x, y] = parts.as_slice() {
                    let pair = [self.value(x)?, self.value(y)?];
                    return Ok(self.arena.product(&pair));
                }
                let parts = self.values(parts)?;
                Ok(self.arena.product(&parts))
            }
            Plan::Power(x, n) => {
                let base = self.value(x)?;
                self.arena.power(base, *n).ok_or_else(|| ExpandError::DivisionByZero { tensor: self.target() })
            }
            Plan::Call(name, order, x) => {
                let argument = self.value(x)?;
                let function = self.arena.function(name, *order);
                Ok(self.arena.call(function, argument))
            }
            Plan::Extreme(Extreme::Largest, parts) => {
                let parts = self.values(parts)?;
                Ok(self.arena.max(&parts))
            }
            // min(x, y) = −max(−x, −y)
            Plan::Extreme(Extreme::Smallest, parts) => {
                let minus = Number::integer(-1);
                let parts = self.values(parts)?;
                let opposite: Vec<ExprId> = parts.into_iter().map(|part| self.arena.scale(&minus, part)).collect();
                let largest = self.arena.max(&opposite);
                Ok(self.arena.scale(&minus, largest))
            }
            Plan::Reduce { op, nest, filter, body } => {
                let mut terms = Vec::new();
                self.run(nest, 0, &mut |walker| {
                    if filter.is_none_or(|f| f.holds(&walker.at)) {
                        terms.push(walker.value(body)?);
                    }
                    Ok(())
                })?;
                self.reduce(*op, &terms)
            }
            Plan::If(condition, x, y) => {
                if condition.holds(&self.at) {
                    self.value(x)
                } else {
                    self.value(y)
                }
            }
        }
    }

    fn values(&mut self, plans: &[Plan<'_>]) -> Result<Vec<ExprId>, ExpandError> {
        let mut values = Vec::with_capacity(plans.len());
        for plan in plans {
            values.push(self.value(plan)?);
        }
        Ok(values)
    }

    fn reduce(&mut self, op: ReduceOp, terms: &[ExprId]) -> Result<ExprId, ExpandError> {
        match op {
            ReduceOp::Sum => Ok(self.arena.sum(terms)),
            ReduceOp::Max | ReduceOp::Mean if terms.is_empty() => {
                let index = self.at[..self.definition.rank].to_vec();
                Err(ExpandError::EmptyReduction { tensor: self.target(), index })
            }
            ReduceOp::Max => Ok(self.arena.max(terms)),
            ReduceOp::Mean => {
                let sum = self.arena.sum(terms);
                Ok(self.arena.scale(&Number::fraction(1, terms.len() as i64), sum))
            }
        }
    }

    fn within_bounds(&self) -> Result<(), ExpandError> {
        match self.arena.excess(MOST_EXPONENT) {
            None => Ok(()),
            Some(excess) => Err(ExpandError::TooLarge { tensor: self.target(), excess }),
        }
    }

    fn check(&self, place: usize, axis: usize, index: i64) -> Result<(), ExpandError> {
        let tensor = &self.instance.tensors[place];
        let base = self.instance.index_base;
        let size = if axis == FLAT { tensor.shape.iter().product() } else { tensor.shape[axis] };
        if index >= base && index < base + size as i64 {
            return Ok(());
        }
        Err(ExpandError::OutOfBounds { tensor: tensor.name.clone(), axis: (axis != FLAT).then(|| axis + 1), index })
    }

    fn target(&self) -> String {
        self.instance.tensors[self.definition.tensor].name.clone()
    }
}
