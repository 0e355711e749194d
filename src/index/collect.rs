//! Gradients in index form as one would write them: like terms collected, conditions that complete each other in one, nothing that
//! is zero, no sum that has no variable, factors that are alike as powers.
//!
//! Definitions stay as their text has them; they are only settled.

use super::affine::Affine;
use super::alike::{alike, alike_conditions};
use super::arithmetic::{is_zero, product};
use super::condition::Condition;
use super::facts::{Facts, Settled};
use super::program::{Body, Definition, Loop};
use crate::expr::Number;
use crate::syntax::ast::ReduceOp;

impl Definition {
    /// The same definition as one would write it. No two reductions may share a slot.
    #[must_use]
    pub(super) fn collected(mut self) -> Definition {
        let facts = Facts::of(&self.loops);
        let body = Collector { loops: &mut self.loops }.body(self.body, &facts);
        Definition { body, ..self }
    }
}

fn zero() -> Body {
    Body::Number(Number::integer(0))
}

struct Collector<'a> {
    loops: &'a mut Vec<Loop>,
}

impl Collector<'_> {
    fn body(&mut self, body: Body, facts: &Facts) -> Body {
        match body {
            Body::Number(_) | Body::Index(_) | Body::Read(..) | Body::Flat(..) => body,
            Body::Sum(parts) => {
                let parts = parts.into_iter().map(|p| self.body(p, facts)).collect();
                self.sum(parts, facts)
            }
            Body::Product(parts) => {
                let parts = parts.into_iter().map(|p| self.body(p, facts)).collect();
                self.product(parts)
            }
            Body::Power(x, n) => Body::Power(Box::new(self.body(*x, facts)), n),
            Body::Call(name, order, x) => Body::Call(name, order, Box::new(self.body(*x, facts))),
            Body::Extreme(extreme, parts) => {
                Body::Extreme(extreme, parts.into_iter().map(|p| self.body(p, facts)).collect())
            }
            Body::Reduce { op: ReduceOp::Sum, slots, filter, body } => {
                let (single, slots) = slots.into_iter().partition(|&s| self.loops[s].len() == 1);
                let (filter, body) = self.without(single, filter, *body);
                self.big_sum(slots, filter, body, facts)
            }
            Body::Reduce { op, slots, filter, body } => {
                let inner = filter.as_ref().map_or_else(|| facts.clone(), |f| facts.and(f));
                Body::Reduce { op, slots, filter, body: Box::new(self.body(*body, &inner)) }
            }
            Body::If(condition, x, y) => self.cases(&condition, *x, *y, facts),
        }
    }

    /// A condition and a body with the values of variables that have one only.
    fn without(&self, single: Vec<usize>, filter: Option<Condition>, body: Body) -> (Option<Condition>, Body) {
        if single.is_empty() {
            return (filter, body);
        }
        let known = |f: &Affine| {
            single.iter().try_fold(f.clone(), |f, &slot| {
                let c = f.coefficient(slot);
                let value = Affine::constant(self.loops[slot].low);
                f.add_scaled(&Affine::variable(slot), -c)?.add_scaled(&value, c)
            })
        };
        let changed = filter.as_ref().map(|f| f.mapped(&known)).map_or(Some(None), |f| f.map(Some));
        let both = changed.zip(body.mapped(&known));
        both.unwrap_or((filter, body))
    }

    /// One of two, each with what is known where it stands.
    fn cases(&mut self, condition: &Condition, x: Body, y: Body, facts: &Facts) -> Body {
        let condition = match facts.shortest(condition) {
            Settled::Always => return self.body(x, facts),
            Settled::Never => return self.body(y, facts),
            Settled::Sometimes(condition) => condition,
        };
        let x = self.body(x, &facts.and(&condition));
        let y = self.body(y, &facts.and(&condition.negated()));
        match (x, y) {
            (x, y) if alike(&x, &y, self.loops) => x,
            (x, y) if is_zero(&x) => match facts.shortest(&condition.negated()) {
                Settled::Sometimes(other) => Body::If(other, Box::new(y), Box::new(x)),
                Settled::Always | Settled::Never => Body::If(condition, Box::new(x), Box::new(y)),
            },
            // both conditions at once
            (Body::If(inner, x, other), y) if is_zero(&other) && is_zero(&y) => {
                let both = Condition::And(Box::new(condition), Box::new(inner));
                match facts.shortest(&both) {
                    Settled::Always => *x,
                    Settled::Never => y,
                    Settled::Sometimes(both) => Body::If(both, x, other),
                }
            }
            (x, y) => Body::If(condition, Box::new(x), Box::new(y)),
        }
    }

    /// Factors that are alike as one power; the condition of one factor as that of the whole.
    fn product(&mut self, parts: Vec<Body>) -> Body {
        let whole = product(parts);
        let Body::Product(parts) = whole else { return whole };
        if parts.iter().any(is_zero) {
            return zero();
        }
        let guarded = |p: &Body| matches!(p, Body::If(_, _, other) if is_zero(other));
        if let Some(place) = parts.iter().position(guarded) {
            let mut parts = parts;
            let Body::If(condition, x, other) = std::mem::replace(&mut parts[place], zero()) else {
                unreachable!("it was found to be one")
            };
            parts[place] = *x;
            return Body::If(condition, Box::new(self.product(parts)), other);
        }
        let mut powers: Vec<(Body, i32)> = Vec::new();
        for part in parts {
            let (base, n) = if let Body::Power(x, n) = part { (*x, n) } else { (part, 1) };
            let known = powers.iter_mut().find(|(known, _)| alike(known, &base, self.loops));
            match known.and_then(|(_, m)| Some((m.checked_add(n)?, m))) {
                Some((sum, m)) => *m = sum,
                None => powers.push((base, n)),
            }
        }
        let raised = powers.into_iter().filter(|(_, n)| *n != 0);
        product(raised.map(|(x, n)| if n == 1 { x } else { Body::Power(Box::new(x), n) }).collect())
    }

    /// A sum over variables. Parts of its condition that are not about them stand outside, and bounds of one variable in its range.
    fn big_sum(&mut self, slots: Vec<usize>, filter: Option<Condition>, body: Body, facts: &Facts) -> Body {
        let inner = filter.as_ref().map_or_else(|| facts.clone(), |f| facts.and(f));
        let (filter, body) = match (filter, self.body(body, &inner)) {
            // a term under a condition
            (filter, Body::If(condition, x, other)) if is_zero(&other) => {
                let both = filter.map_or(condition.clone(), |f| Condition::And(Box::new(f), Box::new(condition)));
                (Some(both), *x)
            }
            whole => whole,
        };
        if is_zero(&body) {
            return body;
        }
        let (mut outside, mut inside): (Vec<Condition>, Vec<Condition>) = (Vec::new(), Vec::new());
        match filter.map(|f| facts.shortest(&f)) {
            None | Some(Settled::Always) => {}
            Some(Settled::Never) => return zero(),
            Some(Settled::Sometimes(condition)) => {
                for part in condition.conjuncts() {
                    let bound: Vec<usize> = part.variables().into_iter().filter(|s| slots.contains(s)).collect();
                    match bound.as_slice() {
                        [] => outside.push(part.clone()),
                        [slot] if self.narrowed(*slot, part, facts) => {}
                        _ => inside.push(part.clone()),
                    }
                }
            }
        }
        let all = |parts: Vec<Condition>| parts.into_iter().reduce(Condition::and);
        let filter = all(inside);
        let (number, body) = coefficient(body);
        let whole = match (&filter, body) {
            (None, None) => {
                let count: i64 = slots.iter().map(|&s| self.loops[s].len() as i64).product();
                Body::Number(number.mul(&Number::integer(count)))
            }
            (_, body) => {
                let body = body.unwrap_or_else(|| Body::Number(Number::integer(1)));
                let sum = match slots.as_slice() {
                    [] => body,
                    _ => Body::Reduce { op: ReduceOp::Sum, slots, filter, body: Box::new(body) },
                };
                product(vec![Body::Number(number), sum])
            }
        };
        match all(outside) {
            None => whole,
            Some(condition) => Body::If(condition, Box::new(whole), Box::new(zero())),
        }
    }

    /// Takes a condition on one variable alone into its range, if it is one.
    fn narrowed(&mut self, slot: usize, condition: &Condition, facts: &Facts) -> bool {
        let (low, high) = facts.and(condition).range(slot);
        let holds = |value: i64| {
            let mut at = vec![0; self.loops.len()];
            at[slot] = value;
            condition.holds(&at)
        };
        let alone = condition.variables().iter().all(|s| *s == slot) && low <= high && (low..=high).all(holds);
        if alone {
            (self.loops[slot].low, self.loops[slot].high) = (low, high);
        }
        alone
    }

    /// Like terms as one, and terms under one condition, or under a condition and its opposite, as one.
    fn sum(&mut self, parts: Vec<Body>, facts: &Facts) -> Body {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            if let Body::Sum(inner) = part { flat.extend(inner) } else { flat.push(part) }
        }
        let mut guarded: Vec<Guarded> = Vec::new();
        let mut terms: Vec<Term> = Vec::new();
        for part in flat {
            if let Body::If(condition, x, y) = part {
                if let Some(new) = self.joined(condition, *x, *y, facts, &mut guarded) {
                    guarded.push(new);
                    terms.push(Term::Cases);
                }
                continue;
            }
            let (number, rest) = coefficient(part);
            let like = terms.iter_mut().find_map(|term| match (term, &rest) {
                (Term::Plain(known, None), None) => Some(known),
                (Term::Plain(known, Some(own)), Some(rest)) if alike(own, rest, self.loops) => Some(known),
                (Term::Plain(..) | Term::Cases, _) => None,
            });
            match like {
                Some(known) => *known = known.add(&number),
                None => terms.push(Term::Plain(number, rest)),
            }
        }
        let mut guarded = guarded.into_iter();
        let mut sum = Vec::with_capacity(terms.len());
        for term in terms {
            match term {
                Term::Plain(number, _) if number.is_zero() => {}
                Term::Plain(number, None) => sum.push(Body::Number(number)),
                Term::Plain(number, Some(rest)) => sum.push(product(vec![Body::Number(number), rest])),
                Term::Cases => {
                    let Guarded { condition, yes, no } = guarded.next().expect("there are as many as places for them");
                    let (yes, no) = (Body::Sum(yes), Body::Sum(no));
                    sum.push(self.cases(&condition, yes, no, facts));
                }
            }
        }
        sum.retain(|term| !is_zero(term));
        // a sum does not begin with a minus where it need not
        let positive = |term: &Body| !coefficient(term.clone()).0.is_negative();
        if let Some(place) = sum.iter().position(positive) {
            sum[..=place].rotate_right(1);
        }
        match sum.len() {
            0 => zero(),
            1 => sum.remove(0),
            _ => Body::Sum(sum),
        }
    }

    /// Joins one of two to those under the same condition or its opposite; a new one where there are none.
    fn joined(&self, condition: Condition, x: Body, y: Body, facts: &Facts, all: &mut [Guarded]) -> Option<Guarded> {
        let opposite = facts.shortest(&condition.negated());
        for known in all {
            if alike_conditions(&known.condition, &condition, self.loops) {
                known.yes.push(x);
                known.no.push(y);
                return None;
            }
            if matches!(&opposite, Settled::Sometimes(o) if alike_conditions(&known.condition, o, self.loops)) {
                known.yes.push(y);
                known.no.push(x);
                return None;
            }
        }
        Some(Guarded { condition, yes: vec![x], no: vec![y] })
    }
}

/// A term of a sum: a number times something, or the place of the next one of two.
enum Term {
    Plain(Number, Option<Body>),
    Cases,
}

/// Terms under a condition, and where it does not hold.
struct Guarded {
    condition: Condition,
    yes: Vec<Body>,
    no: Vec<Body>,
}

/// The number before a term, and the rest.
fn coefficient(body: Body) -> (Number, Option<Body>) {
    if let Body::Number(n) = body {
        return (n, None);
    }
    if let Body::Product(parts) = &body
        && let Some((Body::Number(n), rest)) = parts.split_first()
    {
        return (n.clone(), Some(product(rest.to_vec())));
    }
    (Number::integer(1), Some(body))
}
