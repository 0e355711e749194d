//! The value of every expression of an arena at one point: a single pass, children before parents.

use super::field::{Field, stand_in};
use crate::expr::{Arena, ExprId, ExprKind, Ties};

/// Values by expression; `None` where something needed has none (a division by zero, a symbol left out).
pub(super) fn evaluate<F: Field>(arena: &Arena, symbol: impl Fn(ExprId) -> Option<F>) -> Vec<Option<F>> {
    let mut values: Vec<Option<F>> = Vec::with_capacity(arena.len());
    for id in (0..arena.len() as u32).map(ExprId) {
        let value = match arena.kind(id) {
            ExprKind::Number(n) => Some(F::from_number(n)),
            ExprKind::Symbol(_) => symbol(id),
            ExprKind::Sum(terms) => {
                terms.iter().try_fold(F::integer(0), |sum, t| Some(sum.add(values[t.0 as usize].as_ref()?)))
            }
            ExprKind::Product(c, factors) => {
                let start = if c.is_one() { F::integer(1) } else { F::from_number(c) };
                factors.iter().try_fold(start, |product, f| Some(product.mul(values[f.0 as usize].as_ref()?)))
            }
            ExprKind::Power(base, n) => values[base.0 as usize].as_ref().and_then(|b| b.power(n)),
            ExprKind::Call(f, x) => values[x.0 as usize].as_ref().map(|x| stand_in(arena.function_name(f), f.order, x)),
            ExprKind::Max(of) => largest(&values, of),
            ExprKind::Chosen { ties, which, of } => chosen(&values, ties, which as usize, of),
        };
        values.push(value);
    }
    values
}

fn largest<F: Field>(values: &[Option<F>], of: &[ExprId]) -> Option<F> {
    let mut best = values[of[0].0 as usize].as_ref()?;
    for x in &of[1..] {
        let x = values[x.0 as usize].as_ref()?;
        if x.order(best)?.is_gt() {
            best = x;
        }
    }
    Some(best.clone())
}

fn chosen<F: Field>(values: &[Option<F>], ties: Ties, which: usize, of: &[ExprId]) -> Option<F> {
    let best = largest(values, of)?;
    let is_best = |x: &ExprId| values[x.0 as usize].as_ref() == Some(&best);
    if !is_best(&of[which]) {
        return Some(F::integer(0));
    }
    match ties {
        Ties::First => Some(F::integer(i64::from(!of[..which].iter().any(is_best)))),
        Ties::Split => F::integer(of.iter().filter(|x| is_best(x)).count() as i64).invert(),
        Ties::All => Some(F::integer(1)),
    }
}
