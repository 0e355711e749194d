//! A check that a reader can do in the head: where everything is one, an entry of a gradient says how many products it is the sum of.

use std::io;

use super::narrator::Narrator;
use super::request::Depth;
use crate::derivation::{Derivation, Value, Values};
use crate::differentiate::Gradient;
use crate::document::say::Sentence;
use crate::expr::{Arena, ExprId, ExprKind, Number, Role, TensorId};
use crate::formula::{Equation, Formula};
use crate::operator::TensorOp;

/// A tensor with more entries has no counts that could be checked in the head.
const MOST_COUNTED: usize = 64;

/// The gradients whose entries count products, where everything is one.
pub(super) fn counted(derivation: &Derivation) -> Vec<&Gradient> {
    let arena = &derivation.system.arena;
    let slides = |g: &&Gradient| {
        let parts = derivation.recognition(g.adjoint).map(|r| r.parts.as_slice());
        matches!(parts, Some([TensorOp::Correlate(c)]) if c.leading.is_empty() && c.scale.is_one())
    };
    let given = |id: ExprId| matches!(arena.kind(id), ExprKind::Symbol(s) if !matches!(arena.tensor(s.tensor).role, Role::Intermediate));
    let product = |id: &ExprId| {
        let kind = arena.kind(*id);
        matches!(kind, ExprKind::Product(scale, factors) if scale.is_one() && factors.iter().all(|&f| given(f)))
    };
    let zero = |id: &ExprId| matches!(arena.kind(*id), ExprKind::Number(n) if n.is_zero());
    let sum = |id: &ExprId| zero(id) || terms(arena, *id).iter().all(product);
    let of_products = |g: &&Gradient| g.entries.len() <= MOST_COUNTED && g.entries.iter().all(sum);
    derivation.gradients.list.iter().filter(slides).filter(of_products).collect()
}

/// The terms of a sum, or the one that an expression is.
fn terms(arena: &Arena, id: ExprId) -> Vec<ExprId> {
    if let ExprKind::Sum(terms) = arena.kind(id) { terms.to_vec() } else { vec![id] }
}

/// How many products stand in the equations of the output.
fn products(derivation: &Derivation) -> usize {
    let arena = &derivation.system.arena;
    let product = |id: &ExprId| usize::from(matches!(arena.kind(*id), ExprKind::Product(..)));
    let values = derivation.system.definitions.last().map_or(&[] as &[_], |d| &d.values);
    values.iter().flat_map(|&id| terms(arena, id)).map(|id| product(&id)).sum()
}

impl Narrator<'_> {
    /// The counts of the first such gradient that has different ones, and what they add up to.
    pub(super) fn counts_of_products(&mut self) -> io::Result<()> {
        if self.request.depth != Depth::Tutorial || !self.request.sections.is_empty() {
            return Ok(());
        }
        let counted = counted(self.derivation);
        if counted.is_empty() {
            return Ok(());
        }
        let ones = &Values::ones(self.derivation);
        let counts = |g: &Gradient| ones.of.get(&g.adjoint).cloned().unwrap_or_default();
        let Some(gradient) = counted.iter().find(|g| counts(g).windows(2).any(|pair| pair[0] != pair[1])) else {
            return Ok(());
        };
        let total = |g: &Gradient| {
            counts(g).iter().try_fold(Number::integer(0), |sum, value| match value {
                Value::Exact(n) => Some(sum.add(n)),
                Value::Approximate(_) => None,
            })
        };
        let Some(sum) = total(gradient) else { return Ok(()) };
        let parts = self.derivation.recognition(gradient.adjoint).map_or(&[] as &[_], |r| r.parts.as_slice());
        let cell = |tensor: TensorId, offset: usize| self.number(ones, tensor, offset);
        let Some((product, matrix)) = self.matrix_equation(parts, gradient.adjoint, &cell) else { return Ok(()) };
        // numbers that are left out are known by nothing
        let mut cut = false;
        [&product, &matrix]
            .into_iter()
            .for_each(|f| f.each(&mut |part| cut |= matches!(part, Formula::Matrix(m) if m.whole.is_some())));
        if cut {
            return Ok(());
        }
        self.heading(Sentence::CountsHeading);
        self.tell(Sentence::CountsOfOnes { gradient: self.bare(gradient.adjoint) })?;
        self.about_gradient(gradient.of, "counts");
        self.matrices(&Equation::new(product, matrix))?;
        // as many as the equations of the output have, seen from every tensor that stands in their products
        let others = counted.iter().filter(|g| g.of != gradient.of && total(g).as_ref() == Some(&sum));
        let others = others.map(|g| self.bare(g.adjoint)).collect::<Vec<_>>();
        let (total, output) = (products(self.derivation), self.bare(self.derivation.system.output()));
        if sum != Number::integer(total as i64) {
            return Ok(()); // some products do not hold the tensor, or hold it twice
        }
        self.tell(match others.is_empty() {
            true => Sentence::CountsTogether { total, output },
            false => Sentence::CountsTogetherAs { total, output, others },
        })
    }
}
