//! Bodies without what their ranges decide: conditions that always or never hold, sums over determined variables, counts.

use super::arithmetic::{number_raised, product};
use super::condition::Settled;
use super::determined::without_determined;
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
    let range = |slot: usize| (loops[slot].low, loops[slot].high);
    let all = |parts: Vec<Body>| parts.into_iter().map(|p| settled(p, loops)).collect();
    match body {
        Body::Number(_) | Body::Index(_) | Body::Read(..) | Body::Flat(..) => body,
        Body::Sum(parts) => Body::Sum(all(parts)),
        Body::Product(parts) => {
            let counted = |p: &Body| matches!(p, Body::Power(x, -1) if is_count(x));
            let by_count = parts.iter().any(counted);
            let together = product(all(parts));
            if by_count { as_mean(together, loops) } else { together }
        }
        Body::Power(x, n) => {
            let x = settled(*x, loops);
            let number = if let Body::Number(c) = &x { number_raised(c, n) } else { None };
            number.map_or_else(|| Body::Power(Box::new(x), n), Body::Number)
        }
        Body::Call(name, order, x) => Body::Call(name, order, Box::new(settled(*x, loops))),
        Body::Reduce { op, mut slots, filter, body } => {
            let mut body = Box::new(settled(*body, loops));
            let mut filter = filter.and_then(|f| f.undecided(&range));
            if op == ReduceOp::Sum
                && let Some(condition) = &filter
                && let Some((rest, shorter)) = without_determined(&slots, condition, &body, loops)
            {
                (slots, filter, body) = (rest, None, Box::new(settled(shorter, loops)));
                if slots.is_empty() {
                    return *body;
                }
            }
            // a number of terms
            if op == ReduceOp::Sum
                && filter.is_none()
                && let Body::Number(c) = &*body
            {
                let count: i64 = slots.iter().map(|&s| loops[s].len() as i64).product();
                return Body::Number(c.mul(&Number::integer(count)));
            }
            Body::Reduce { op, slots, filter, body }
        }
        Body::If(condition, x, y) => match condition.settled(&range) {
            Settled::Always => settled(*x, loops),
            Settled::Never => settled(*y, loops),
            Settled::Sometimes(c) => Body::If(c, Box::new(settled(*x, loops)), Box::new(settled(*y, loops))),
        },
    }
}
