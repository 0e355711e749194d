//! What indices move: ends of ranges, and quotients of indices that are rounded. Both become an index of its own with a condition.
//!
//! `sum(j in i..i+2) x[j]` is a sum over 0..2 of `x[i+j]`; `sum(j in 1..i) x[j]` one over all values that `j` can have, where it is at
//! most `i`. `a[floor(i/2)]` is the sum of the `a[h]` for which 2h is i or i - 1, of which there is one.

use num_rational::BigRational;

use super::between::Between;
use super::body::{Lowering, Slot};
use super::ellipsis::names_in;
use super::environment::{depends, quotient};
use crate::index::{Affine, Body, Comparison, Condition, Letters, ReduceOp, SUMMED};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Reduction, Variable};
use crate::text::Diagnostic;

impl Lowering<'_> {
    /// Gives a variable of a reduction ends that no index moves: counted from the moving end where both move alike, else with a condition
    /// that narrows the range that is given back.
    pub(super) fn fix_ends(&self, fixed: &mut Reduction, place: usize) -> Result<Option<Between>, Diagnostic> {
        let Variable { name, range: Some((low, high)) } = fixed.variables[place].clone() else { return Ok(None) };
        if !depends(&low, &self.scope) && !depends(&high, &self.scope) {
            return Ok(None);
        }
        let span = low.span.to(high.span);
        let (first, last) = (self.environment.affine(&low, &self.scope)?, self.environment.affine(&high, &self.scope)?);
        let own = Expr { kind: ExprKind::Name(name.text.clone()), span };
        let binary =
            |op: BinaryOp, x: Expr, y: Expr| Expr { kind: ExprKind::Binary(op, Box::new(x), Box::new(y)), span };
        if let Some(length) = last.add_scaled(&first, -1).and_then(|f| f.as_constant()) {
            if length < 0 {
                return Err(Diagnostic::new(span, format!("the range of `{}` is empty", name.text))
                    .hint("a range goes up, from its first value to its last"));
            }
            let number = |n: i64| Expr { kind: ExprKind::Number(BigRational::from_integer(n.into())), span };
            let moved = binary(BinaryOp::Add, low, own);
            fixed.variables[place].range = Some((number(0), number(length)));
            let later = fixed.variables[place + 1..].iter_mut().filter_map(|v| v.range.as_mut());
            later.for_each(|(x, y)| [x, y].into_iter().for_each(|e| replace(e, &name.text, &moved)));
            fixed.filter.iter_mut().for_each(|f| replace(f, &name.text, &moved));
            replace(&mut fixed.body, &name.text, &moved);
            return Ok(None);
        }
        let inside = binary(BinaryOp::And, binary(BinaryOp::Le, low, own.clone()), binary(BinaryOp::Le, own, high));
        fixed.filter = Some(Box::new(match fixed.filter.take() {
            Some(filter) => binary(BinaryOp::And, inside, *filter),
            None => inside,
        }));
        fixed.variables[place].range = None;
        Ok(Some(Between { low: first, high: last, divisor: 1 }))
    }

    /// A body over an expression in which indices are rounded; `None` where none is.
    pub(super) fn rounded(
        &mut self,
        expr: &Expr,
        body: &mut dyn FnMut(&mut Self, &Expr) -> Result<Body, Diagnostic>,
    ) -> Result<Option<Body>, Diagnostic> {
        let outer = self.scope.len();
        let mut whole = expr.clone();
        let (mut slots, mut conditions) = (Vec::new(), Vec::new());
        self.round(&mut whole, &mut slots, &mut conditions)?;
        let Some(condition) = conditions.into_iter().reduce(|p, q| Condition::And(Box::new(p), Box::new(q))) else {
            return Ok(None);
        };
        self.guards += 1;
        let inner = body(self, &whole);
        self.guards -= 1;
        self.scope.truncate(outer);
        Ok(Some(Body::Reduce { op: ReduceOp::Sum, slots, filter: Some(condition), body: Box::new(inner?) }))
    }

    /// Puts an index of its own in the place of each rounded quotient of indices, the innermost first.
    fn round(
        &mut self,
        expr: &mut Expr,
        slots: &mut Vec<usize>,
        conditions: &mut Vec<Condition>,
    ) -> Result<(), Diagnostic> {
        match &mut expr.kind {
            ExprKind::Call(_, list) => list.iter_mut().try_for_each(|e| self.round(e, slots, conditions))?,
            ExprKind::Read(_, list) => list.iter_mut().try_for_each(|e| self.round(e, slots, conditions))?,
            ExprKind::Negate(x) => self.round(x, slots, conditions)?,
            ExprKind::Binary(_, x, y) => {
                self.round(x, slots, conditions)?;
                self.round(y, slots, conditions)?;
            }
            // what depends on a condition is no affine index anyway
            ExprKind::Number(_)
            | ExprKind::Name(_)
            | ExprKind::Power(..)
            | ExprKind::Reduce(_)
            | ExprKind::If(..)
            | ExprKind::Not(_)
            | ExprKind::Within(..)
            | ExprKind::Each(_)
            | ExprKind::Perhaps(_) => {}
        }
        if !depends(expr, &self.scope) {
            return Ok(());
        }
        let Some((top, divisor)) = quotient(expr, self.environment, &self.scope)? else { return Ok(()) };
        let letter = self.free_letter();
        let slot = self.slots.len();
        // divisor·h ≤ top < divisor·(h + 1)
        let rest = Affine::variable(slot).scaled(divisor).and_then(|h| h.add_scaled(&top, -1));
        let rest = rest.ok_or_else(|| {
            Diagnostic::new(expr.span, "this index is too large").hint("sizes and indices must fit in 64 bits")
        })?;
        let mut above = rest.scaled(-1).unwrap_or_else(|| rest.clone());
        above.constant -= divisor - 1;
        conditions.push(Condition::Compare(rest, Comparison::NotPositive));
        conditions.push(Condition::Compare(above, Comparison::NotPositive));
        let between = Some(Between { low: top.clone(), high: top, divisor });
        self.slots.push(Slot { name: letter.clone(), span: expr.span, range: None, between, options: Vec::new() });
        self.scope.push((letter.clone(), slot));
        slots.push(slot);
        expr.kind = ExprKind::Name(letter);
        Ok(())
    }

    /// A letter that nothing in sight has.
    fn free_letter(&self) -> String {
        let environment = self.environment;
        let known = environment.numbers.keys().chain(environment.fractions.keys()).chain(environment.choices.keys());
        let known = known.cloned().chain(self.tensors.iter().map(|t| t.name.clone()));
        let known = known.chain(self.slots.iter().map(|s| s.name.clone())).chain(self.names.iter().cloned());
        Letters::beside(known).give(SUMMED)
    }
}

/// Puts an expression in the place of a name.
pub(super) fn replace(expr: &mut Expr, name: &str, by: &Expr) {
    match &mut expr.kind {
        ExprKind::Number(_) => {}
        ExprKind::Name(own) => {
            if own == name {
                *expr = by.clone();
            }
        }
        ExprKind::Read(_, list) | ExprKind::Call(_, list) => list.iter_mut().for_each(|e| replace(e, name, by)),
        ExprKind::Negate(x) | ExprKind::Not(x) | ExprKind::Each(x) | ExprKind::Perhaps(x) => replace(x, name, by),
        ExprKind::Binary(_, x, y) | ExprKind::Power(x, y) => {
            replace(x, name, by);
            replace(y, name, by);
        }
        ExprKind::If(x, y, z) | ExprKind::Within(x, y, z) => {
            [x, y, z].into_iter().for_each(|e| replace(e, name, by));
        }
        ExprKind::Reduce(reduction) => {
            let ends = reduction.variables.iter_mut().filter_map(|v| v.range.as_mut());
            ends.for_each(|(x, y)| [x, y].into_iter().for_each(|e| replace(e, name, by)));
            // within, its own variable of that name is meant
            if reduction.variables.iter().all(|v| v.name.text != name) {
                reduction.filter.iter_mut().for_each(|f| replace(f, name, by));
                replace(&mut reduction.body, name, by);
            }
        }
    }
}

/// Every name that a right-hand side has.
pub(super) fn all_names(expr: &Expr) -> Vec<String> {
    let mut names = std::collections::BTreeSet::new();
    names_in(expr, &mut names);
    names.into_iter().collect()
}
