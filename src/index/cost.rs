//! How much a definition costs when it is written out, counted before anything is expanded.

use super::condition::Condition;
use super::nest;
use super::program::{Body, Definition};
use crate::syntax::ast::ReduceOp;

impl Definition {
    /// How many reads its expansion makes, counted before anything is expanded; at most so many where its conditions are involved.
    pub fn expanded_reads(&self) -> u128 {
        let own: Vec<usize> = (0..self.rank).collect();
        self.reads_of(&self.body, &own, &[])
    }

    /// How many candidates the derivatives of its maxima list: by each of `n` candidates one derivative, which names all `n`.
    pub fn expanded_choices(&self) -> u128 {
        let outputs: u128 = self.loops[..self.rank].iter().map(|l| l.len() as u128).product();
        outputs.saturating_mul(self.choices_of(&self.body))
    }

    /// How many values the variables of a reduction take together.
    fn times(&self, slots: &[usize]) -> u128 {
        slots.iter().fold(1u128, |n, &s| n.saturating_mul(self.loops[s].len() as u128))
    }

    fn choices_of(&self, body: &Body) -> u128 {
        match body {
            Body::Number(_) | Body::Index(_) | Body::Read(..) | Body::Flat(..) => 0,
            Body::Sum(parts) | Body::Product(parts) => parts.iter().map(|p| self.choices_of(p)).sum(),
            Body::Extreme(_, parts) => {
                let own = (parts.len() * parts.len()) as u128;
                parts.iter().map(|p| self.choices_of(p)).fold(own, u128::saturating_add)
            }
            Body::Power(x, _) | Body::Call(_, _, x) => self.choices_of(x),
            Body::Reduce { op, slots, body, .. } => {
                let times = self.times(slots);
                let own = if *op == ReduceOp::Max { times.saturating_mul(times) } else { 0 };
                own.saturating_add(times.saturating_mul(self.choices_of(body)))
            }
            Body::If(_, x, y) => self.choices_of(x).max(self.choices_of(y)),
        }
    }

    /// Under these loops and conditions.
    fn reads_of(&self, body: &Body, slots: &[usize], conditions: &[&Condition]) -> u128 {
        let sum =
            |parts: &[Body]| parts.iter().map(|p| self.reads_of(p, slots, conditions)).fold(0, u128::saturating_add);
        match body {
            Body::Number(_) | Body::Index(_) => 0,
            Body::Read(..) | Body::Flat(..) => nest::count(self, slots, conditions),
            Body::Sum(parts) | Body::Product(parts) | Body::Extreme(_, parts) => sum(parts),
            Body::Power(x, _) | Body::Call(_, _, x) => self.reads_of(x, slots, conditions),
            Body::Reduce { slots: own, filter, body, .. } => {
                let slots: Vec<usize> = slots.iter().chain(own).copied().collect();
                let conditions: Vec<&Condition> = conditions.iter().copied().chain(filter).collect();
                self.reads_of(body, &slots, &conditions)
            }
            Body::If(_, x, y) => self.reads_of(x, slots, conditions).max(self.reads_of(y, slots, conditions)),
        }
    }
}
