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

    /// How many candidates its maxima have: each of them has a share of a derivative.
    pub fn expanded_candidates(&self) -> u128 {
        let own: Vec<usize> = (0..self.rank).collect();
        self.candidates_of(&self.body, &own, &[])
    }

    /// Under these loops and conditions.
    fn candidates_of(&self, body: &Body, slots: &[usize], conditions: &[&Condition]) -> u128 {
        let count = |part: &Body| self.candidates_of(part, slots, conditions);
        match body {
            Body::Number(_) | Body::Index(_) | Body::Read(..) | Body::Flat(..) => 0,
            Body::Sum(parts) | Body::Product(parts) => parts.iter().map(count).fold(0, u128::saturating_add),
            Body::Extreme(_, parts) => {
                let own = nest::count(self, slots, conditions).saturating_mul(parts.len() as u128);
                parts.iter().map(count).fold(own, u128::saturating_add)
            }
            Body::Power(x, _) | Body::Call(_, _, x) => count(x),
            Body::Reduce { op, slots: own, filter, body } => {
                let slots: Vec<usize> = slots.iter().chain(own).copied().collect();
                let conditions: Vec<&Condition> = conditions.iter().copied().chain(filter).collect();
                let own = if *op == ReduceOp::Max { nest::count(self, &slots, &conditions) } else { 0 };
                own.saturating_add(self.candidates_of(body, &slots, &conditions))
            }
            Body::If(_, x, y) => count(x).max(count(y)),
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
