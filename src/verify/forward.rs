//! Forward mode over the source: the definitions of a layer interpreted in index form with dual numbers.
//!
//! A dual number is a value and a list of tangents, one for each element read; the lists lie one after another on a tape, so the
//! list of a sum is the lists of its terms as they stand. Shares no code with expansion or differentiation.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::field::Prime;
use super::functions::Meaning;
use super::joint::{Class, Joint};
use crate::expr::Ties;
use crate::index::{Body, Condition, Definition, Extreme, Instance, ReduceOp};

/// ∂(an expression)/∂(an element): which tensor, which element, how much.
pub(super) type Tangent = (u32, u32, Prime);

/// An argument of a maximum: its value, and the element that it is, if it is one.
pub(super) type Argument = (Prime, Option<(usize, usize)>);

/// Interprets one definition.
pub(super) struct Forward<'a> {
    pub(super) instance: &'a Instance,
    /// The value of each element of each tensor of the instance, row-major.
    pub(super) values: &'a [Vec<Prime>],
    /// What functions and maxima mean.
    pub(super) meaning: Meaning,
    /// Who gets the derivative of a maximum when there is a tie.
    pub(super) ties: Ties,
    /// Tangents of the expression being evaluated: tensor, offset, ∂/∂(that element). Repeats are allowed.
    pub(super) tape: Vec<Tangent>,
    /// Are tangents wanted?
    tangents: bool,
    at: Vec<i64>,
    /// What the variables of reductions with a condition take together.
    joints: Joints,
    /// Values and slopes of functions, by the address of the name and the argument.
    called: FxHashMap<(usize, u32, Prime), Option<(Prime, Prime)>>,
}

/// Lists that were made, by the address of the reduction's condition.
pub(super) type Joints = FxHashMap<usize, Option<Rc<Joint>>>;

/// More values of functions are not kept.
const MOST_CALLED: usize = 1 << 16;

impl<'a> Forward<'a> {
    pub(super) fn new(instance: &'a Instance, values: &'a [Vec<Prime>], meaning: Meaning, ties: Ties) -> Self {
        Forward {
            instance,
            values,
            meaning,
            ties,
            tape: Vec::new(),
            tangents: true,
            at: Vec::new(),
            joints: FxHashMap::default(),
            called: FxHashMap::default(),
        }
    }

    /// The same with lists that another one made over the same source.
    pub(super) fn with(self, joints: Joints) -> Self {
        Forward { joints, ..self }
    }

    /// The lists that were made.
    pub(super) fn into_joints(self) -> Joints {
        self.joints
    }

    /// The same without tangents.
    pub(super) fn values_only(self) -> Self {
        Forward { tangents: false, ..self }
    }

    /// Calls `each` for every equation of a definition, in row-major order, with the value of the right-hand side and its
    /// tangents; the value is `None` where there is none.
    pub(super) fn run(&mut self, definition: &Definition, mut each: impl FnMut(usize, Option<Prime>, &mut [Tangent])) {
        for offset in 0..self.instance.tensors[definition.tensor].shape.iter().product() {
            self.start(definition, offset);
            self.tape.clear();
            let value = self.value(&definition.body, definition);
            each(offset, value, &mut self.tape);
        }
    }

    /// The arguments of the maximum that an equation is, each with the element that it is, if it is one.
    pub(super) fn arguments(&mut self, definition: &Definition, offset: usize) -> Option<Vec<Argument>> {
        self.start(definition, offset);
        self.arguments_of(&definition.body, definition)
    }

    /// The same of an expression; where the only argument is a maximum, the arguments are those of that.
    fn arguments_of(&mut self, body: &Body, definition: &Definition) -> Option<Vec<Argument>> {
        if let Body::Extreme(Extreme::Largest, parts) = body {
            return parts.iter().map(|part| self.argument(part, definition)).collect();
        }
        let Body::Reduce { op: ReduceOp::Max, slots, filter, body } = body else { return None };
        let (mut values, mut nested) = (Vec::new(), None);
        self.each_term(slots, filter.as_ref(), ReduceOp::Max, definition, &mut |this| {
            values.push(this.argument(body, definition)?);
            nested = if values.len() == 1 { this.arguments_of(body, definition) } else { None };
            Some(())
        })?;
        if values.len() == 1 { nested.or(Some(values)) } else { Some(values) }
    }

    fn argument(&mut self, body: &Body, definition: &Definition) -> Option<Argument> {
        self.tape.clear();
        let value = self.value(body, definition)?;
        let element = matches!(body, Body::Read(..) | Body::Flat(..)).then(|| self.tape.first()).flatten();
        Some((value, element.map(|&(tensor, offset, _)| (tensor as usize, offset as usize))))
    }

    /// The variables of the left side at the values that they have in this equation.
    fn start(&mut self, definition: &Definition, offset: usize) {
        let shape = &self.instance.tensors[definition.tensor].shape;
        self.at.clear();
        self.at.extend(definition.loops.iter().map(|l| l.low));
        let mut rest = offset;
        for (at, &size) in self.at.iter_mut().zip(shape).rev() {
            *at += (rest % size) as i64;
            rest /= size;
        }
    }

    fn value(&mut self, body: &Body, d: &Definition) -> Option<Prime> {
        match body {
            Body::Number(n) => Some(Prime::from_number(n)),
            Body::Index(f) => Some(Prime::integer(f.value(&self.at))),
            Body::Read(tensor, indices) => {
                let shape = &self.instance.tensors[*tensor].shape;
                let mut offset = 0;
                for (index, &size) in indices.iter().zip(shape) {
                    let i =
                        usize::try_from(index.value(&self.at) - self.instance.index_base).ok().filter(|&i| i < size)?;
                    offset = offset * size + i;
                }
                if self.tangents {
                    self.tape.push((*tensor as u32, offset as u32, Prime::integer(1)));
                }
                Some(self.values[*tensor][offset])
            }
            Body::Flat(tensor, index) => {
                let offset = usize::try_from(index.value(&self.at) - self.instance.index_base).ok()?;
                let value = *self.values[*tensor].get(offset)?;
                if self.tangents {
                    self.tape.push((*tensor as u32, offset as u32, Prime::integer(1)));
                }
                Some(value)
            }
            Body::Sum(parts) => {
                let mut sum = Prime::integer(0);
                for part in parts {
                    sum = sum.add(self.value(part, d)?);
                }
                Some(sum)
            }
            Body::Product(parts) => self.product(parts, 1, d),
            Body::Power(x, n) => self.power(x, *n, d),
            Body::Call(name, order, x) => {
                let start = self.tape.len();
                let value = self.value(x, d)?;
                let (value, slope) = self.call(name, *order, value)?;
                self.scale(start, self.tape.len(), slope);
                Some(value)
            }
            Body::Extreme(extreme, parts) => {
                let start = self.tape.len();
                // the smallest is what becomes the largest below a minus
                let sign = Prime::integer(match extreme {
                    Extreme::Largest => 1,
                    Extreme::Smallest => -1,
                });
                let mut terms = Vec::with_capacity(parts.len());
                for part in parts {
                    let value = self.value(part, d)?;
                    terms.push((value.mul(sign), self.tape.len()));
                }
                Some(self.largest(start, &terms)?.mul(sign))
            }
            Body::Reduce { op, slots, filter, body } => {
                let start = self.tape.len();
                let (mut sum, mut count, mut terms) = (Prime::integer(0), 0, Vec::new());
                let mut term = |this: &mut Self| {
                    let value = this.value(body, d)?;
                    match op {
                        ReduceOp::Sum | ReduceOp::Mean => sum = sum.add(value),
                        ReduceOp::Max => terms.push((value, this.tape.len())),
                    }
                    count += 1;
                    Some(())
                };
                self.each_term(slots, filter.as_ref(), *op, d, &mut term)?;
                match op {
                    ReduceOp::Sum => Some(sum),
                    ReduceOp::Mean => {
                        let share = Prime::integer(count).invert()?;
                        self.scale(start, self.tape.len(), share);
                        Some(sum.mul(share))
                    }
                    ReduceOp::Max => self.largest(start, &terms),
                }
            }
            Body::If(condition, x, y) => {
                if condition.holds(&self.at) {
                    self.value(x, d)
                } else {
                    self.value(y, d)
                }
            }
        }
    }

    /// A product raised to a power. (u·v)' = u'·v + u·v': both lists are scaled where they lie.
    fn product(&mut self, parts: &[Body], n: i32, d: &Definition) -> Option<Prime> {
        let start = self.tape.len();
        let mut product = Prime::integer(1);
        for part in parts {
            let middle = self.tape.len();
            let value = if n == 1 { self.value(part, d)? } else { self.power(part, n, d)? };
            self.scale(start, middle, value);
            self.scale(middle, self.tape.len(), product);
            product = product.mul(value);
        }
        Some(product)
    }

    /// A power; where whole powers of roots are those of what is under them, a root is met with the whole exponent.
    fn power(&mut self, base: &Body, n: i32, d: &Definition) -> Option<Prime> {
        let reduced = self.meaning.reduced;
        let start = self.tape.len();
        match base {
            Body::Product(parts) if reduced => self.product(parts, n, d),
            Body::Power(x, k) if reduced => {
                if n < 0 && *k < 0 {
                    // (1/x)⁻¹ has no value where x is 0
                    self.power(x, *k, d)?;
                    self.tape.truncate(start);
                }
                self.power(x, n.checked_mul(*k)?, d)
            }
            Body::Call(name, order, x) if let Some(degree) = self.meaning.reduced_root(name, *order) => {
                let x = self.value(x, d)?;
                self.scale(start, self.tape.len(), self.meaning.slope_of_root_power(degree, x, n)?);
                self.meaning.root_power(degree, x, n)
            }
            Body::Number(_)
            | Body::Index(_)
            | Body::Read(..)
            | Body::Flat(..)
            | Body::Sum(_)
            | Body::Product(_)
            | Body::Power(..)
            | Body::Call(..)
            | Body::Extreme(..)
            | Body::Reduce { .. }
            | Body::If(..) => {
                let value = self.value(base, d)?;
                let slope = value.power(n - 1)?.mul(Prime::integer(i64::from(n)));
                self.scale(start, self.tape.len(), slope);
                value.power(n)
            }
        }
    }

    /// Calls `each` with the variables of a reduction at all their values for which its condition holds.
    fn each_term(
        &mut self,
        slots: &[usize],
        filter: Option<&Condition>,
        op: ReduceOp,
        d: &Definition,
        each: &mut dyn FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        let Some(filter) = filter else { return self.run_slots(slots, d, each) };
        match self.joint(d, slots, filter, op) {
            Some(joint) => self.run_classes(&joint.classes, each),
            None => self.run_slots(slots, d, &mut |this| if filter.holds(&this.at) { each(this) } else { Some(()) }),
        }
    }

    fn run_slots(
        &mut self,
        slots: &[usize],
        d: &Definition,
        each: &mut dyn FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        let Some((&slot, rest)) = slots.split_first() else { return each(self) };
        for value in d.loops[slot].low..=d.loops[slot].high {
            self.at[slot] = value;
            self.run_slots(rest, d, each)?;
        }
        Some(())
    }

    /// A sum over exponentials takes each of them for every one of its terms' derivatives: they are looked up.
    fn call(&mut self, name: &str, order: u32, x: Prime) -> Option<(Prime, Prime)> {
        let key = (std::ptr::from_ref(name).addr(), order, x);
        if let Some(known) = self.called.get(&key) {
            return *known;
        }
        let found = self.meaning.call(name, order, x);
        if self.called.len() < MOST_CALLED {
            self.called.insert(key, found);
        }
        found
    }

    fn joint(&mut self, d: &Definition, slots: &[usize], filter: &Condition, op: ReduceOp) -> Option<Rc<Joint>> {
        let address = std::ptr::from_ref(filter).addr();
        self.joints.entry(address).or_insert_with(|| Joint::of(d, slots, filter, op).map(Rc::new)).clone()
    }

    fn run_classes(&mut self, classes: &[Class], each: &mut dyn FnMut(&mut Self) -> Option<()>) -> Option<()> {
        let Some((class, rest)) = classes.split_first() else { return each(self) };
        for values in class.values(&self.at) {
            class.inner.iter().zip(values).for_each(|(&slot, &value)| self.at[slot] = value);
            self.run_classes(rest, each)?;
        }
        Some(())
    }

    /// The maximum of terms: their values, and where the tangents of each end on the tape.
    fn largest(&mut self, start: usize, terms: &[(Prime, usize)]) -> Option<Prime> {
        if terms.is_empty() {
            return None;
        }
        let values: Vec<Prime> = terms.iter().map(|t| t.0).collect();
        let (value, shares) = self.meaning.largest(self.ties, &values);
        for (place, share) in shares.into_iter().enumerate() {
            let from = if place == 0 { start } else { terms[place - 1].1 };
            self.scale(from, terms[place].1, share);
        }
        Some(value)
    }

    fn scale(&mut self, from: usize, to: usize, factor: Prime) {
        if factor == Prime::integer(1) {
            return;
        }
        for entry in &mut self.tape[from..to] {
            entry.2 = entry.2.mul(factor);
        }
    }
}
