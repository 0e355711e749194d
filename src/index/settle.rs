//! Bodies without what their ranges decide: conditions that always or never hold, sums over determined variables, counts.

use super::arithmetic::{is_zero, number_raised, product};
use super::condition::Condition;
use super::determined::without_determined;
use super::facts::{Facts, Settled};
use super::program::{Body, Definition, Loop};
use crate::expr::Number;
use crate::syntax::ast::ReduceOp;

impl Definition {
    /// The same definition without conditions that its ranges decide, and without sums over variables that equations determine.
    #[must_use]
    pub fn settled(self) -> Definition {
        Definition { body: settled(self.body, &self.loops), ..self }
    }
}

/// `sum(…) 1`.
fn is_count(body: &Body) -> bool {
    matches!(body, Body::Reduce { op: ReduceOp::Sum, body, .. } if matches!(**body, Body::Number(_)))
}

/// A sum divided by the number of its terms is their mean.
fn as_mean(body: Body, loops: &[Loop]) -> Body {
    if let Body::Product(parts) = &body
        && let [Body::Number(share), Body::Reduce { op: ReduceOp::Sum, slots, filter: None, body: term }] = &parts[..]
    {
        let count: i64 = slots.iter().map(|&s| loops[s].len() as i64).product();
        if *share == Number::fraction(1, count) {
            return Body::Reduce { op: ReduceOp::Mean, slots: slots.clone(), filter: None, body: term.clone() };
        }
    }
    body
}

/// The body without conditions that its ranges decide.
pub(crate) fn settled(body: Body, loops: &[Loop]) -> Body {
    let facts = || Facts::of(loops);
    let all = |parts: Vec<Body>| parts.into_iter().map(|p| settled(p, loops)).collect();
    match body {
        Body::Number(_) | Body::Index(_) | Body::Read(..) | Body::Flat(..) => body,
        Body::Sum(parts) => {
            let mut parts: Vec<Body> = all(parts);
            parts.retain(|p| !is_zero(p));
            match parts.len() {
                0 => Body::Number(Number::integer(0)),
                1 => parts.remove(0),
                _ => Body::Sum(parts),
            }
        }
        Body::Product(parts) => {
            let counted = |p: &Body| matches!(p, Body::Power(x, -1) if is_count(x));
            let by_count = parts.iter().any(counted);
            let parts: Vec<Body> = all(parts);
            if parts.iter().any(is_zero) {
                return Body::Number(Number::integer(0));
            }
            let together = product(parts);
            if by_count { as_mean(together, loops) } else { together }
        }
        Body::Power(x, n) => {
            let x = settled(*x, loops);
            let number = if let Body::Number(c) = &x { number_raised(c, n) } else { None };
            number.map_or_else(|| Body::Power(Box::new(x), n), Body::Number)
        }
        Body::Call(name, order, x) => Body::Call(name, order, Box::new(settled(*x, loops))),
        Body::Extreme(extreme, parts) => Body::Extreme(extreme, all(parts)),
        Body::Reduce { op, slots, filter, body } => {
            let body = settled(*body, loops);
            let filter = match filter.map(|f| (facts().settle(&f), f)) {
                None | Some((Settled::Always, _)) => None,
                Some((Settled::Never, _)) if op == ReduceOp::Sum => return Body::Number(Number::integer(0)),
                // a maximum or a mean of nothing: for a message
                Some((Settled::Never, filter)) => Some(filter),
                Some((Settled::Sometimes(filter), _)) => Some(filter),
            };
            if op == ReduceOp::Sum { big_sum(slots, filter, body, loops) } else { reduced(op, slots, filter, body) }
        }
        Body::If(condition, x, y) => match facts().settle(&condition) {
            Settled::Always => settled(*x, loops),
            Settled::Never => settled(*y, loops),
            Settled::Sometimes(c) => Body::If(c, Box::new(settled(*x, loops)), Box::new(settled(*y, loops))),
        },
    }
}

/// A sum over variables, without those that take one value only or follow from others, where that leaves no condition.
fn big_sum(slots: Vec<usize>, filter: Option<Condition>, body: Body, loops: &[Loop]) -> Body {
    let zero = || Body::Number(Number::integer(0));
    let Some(condition) = filter else {
        // a number of terms
        if let Body::Number(c) = &body {
            let count: i64 = slots.iter().map(|&s| loops[s].len() as i64).product();
            return Body::Number(c.mul(&Number::integer(count)));
        }
        return reduced(ReduceOp::Sum, slots, None, body);
    };
    if is_zero(&body) {
        return body;
    }
    if let Some((rest, shorter)) = without_determined(&slots, &condition, &body, loops) {
        let shorter = settled(shorter, loops);
        return if rest.is_empty() { shorter } else { big_sum(rest, None, shorter, loops) };
    }
    if slots.iter().all(|&s| loops[s].len() == 1) {
        // one term, there or not
        return Body::If(condition, Box::new(reduced(ReduceOp::Sum, slots, None, body)), Box::new(zero()));
    }
    reduced(ReduceOp::Sum, slots, Some(condition), body)
}

/// A reduction; a negative number stands before it, not in it.
fn reduced(op: ReduceOp, slots: Vec<usize>, filter: Option<Condition>, body: Body) -> Body {
    let linear = op == ReduceOp::Sum || op == ReduceOp::Mean;
    if let Body::Product(parts) = &body
        && let Some((Body::Number(n), rest)) = parts.split_first()
        && linear
        && n.is_negative()
    {
        let body = Box::new(product(rest.to_vec()));
        return product(vec![Body::Number(n.clone()), Body::Reduce { op, slots, filter, body }]);
    }
    Body::Reduce { op, slots, filter, body: Box::new(body) }
}
