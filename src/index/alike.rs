//! When two bodies are the same: whatever their bound variables are called, in whatever order their factors and terms stand.

use super::affine::Affine;
use super::condition::Condition;
use super::program::{Body, Loop};

/// Do they mean the same, as far as their looks tell?
pub(super) fn alike(x: &Body, y: &Body, loops: &[Loop]) -> bool {
    Pairs { loops, bound: Vec::new() }.bodies(x, y)
}

/// The same of conditions.
pub(super) fn alike_conditions(x: &Condition, y: &Condition, loops: &[Loop]) -> bool {
    let pairs = Pairs { loops, bound: Vec::new() };
    let (x, y) = (x.conjuncts(), y.conjuncts());
    x.len() == y.len() && x.iter().all(|c| y.iter().any(|d| pairs.conditions(c, d)))
}

/// Bound variables of one side, and those of the other that they stand for.
struct Pairs<'a> {
    loops: &'a [Loop],
    bound: Vec<(usize, usize)>,
}

impl Pairs<'_> {
    fn bodies(&mut self, x: &Body, y: &Body) -> bool {
        match (x, y) {
            (Body::Number(n), Body::Number(m)) => n == m,
            (Body::Index(f), Body::Index(g)) => self.same(f, g),
            (Body::Read(t, list), Body::Read(u, other)) => {
                t == u && list.iter().zip(other).all(|(f, g)| self.same(f, g))
            }
            (Body::Flat(t, f), Body::Flat(u, g)) => t == u && self.same(f, g),
            (Body::Sum(list), Body::Sum(other)) | (Body::Product(list), Body::Product(other)) => {
                self.in_any_order(list, other)
            }
            (Body::Power(x, n), Body::Power(y, m)) => n == m && self.bodies(x, y),
            (Body::Extreme(of, list), Body::Extreme(other_of, other)) => {
                of == other_of && list.len() == other.len() && list.iter().zip(other).all(|(x, y)| self.bodies(x, y))
            }
            (Body::Call(f, n, x), Body::Call(g, m, y)) => (f, n) == (g, m) && self.bodies(x, y),
            (
                Body::Reduce { op, slots, filter, body },
                Body::Reduce { op: other, slots: others, filter: other_filter, body: other_body },
            ) => {
                let range = |slot: &usize| (self.loops[*slot].low, self.loops[*slot].high);
                if op != other || !slots.iter().map(range).eq(others.iter().map(range)) {
                    return false;
                }
                let before = self.bound.len();
                self.bound.extend(slots.iter().copied().zip(others.iter().copied()));
                let filters = match (filter, other_filter) {
                    (None, None) => true,
                    (Some(c), Some(d)) => self.conditions(c, d),
                    (Some(_), None) | (None, Some(_)) => false,
                };
                let same = filters && self.bodies(body, other_body);
                self.bound.truncate(before);
                same
            }
            (Body::If(c, x, y), Body::If(d, u, v)) => self.conditions(c, d) && self.bodies(x, u) && self.bodies(y, v),
            (
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
                | Body::If(..),
                _,
            ) => false,
        }
    }

    fn in_any_order(&mut self, list: &[Body], other: &[Body]) -> bool {
        let mut left: Vec<&Body> = other.iter().collect();
        list.len() == other.len()
            && list.iter().all(|x| {
                let place = left.iter().position(|y| self.bodies(x, y));
                place.map(|place| left.remove(place)).is_some()
            })
    }

    fn conditions(&self, x: &Condition, y: &Condition) -> bool {
        match (x, y) {
            (Condition::Compare(f, c), Condition::Compare(g, d)) => c == d && self.same(f, g),
            (Condition::Within(low, f, high), Condition::Within(first, g, last)) => {
                (low, high) == (first, last) && self.same(f, g)
            }
            (Condition::And(p, q), Condition::And(r, s)) | (Condition::Or(p, q), Condition::Or(r, s)) => {
                self.conditions(p, r) && self.conditions(q, s) || self.conditions(p, s) && self.conditions(q, r)
            }
            (Condition::Not(p), Condition::Not(q)) => self.conditions(p, q),
            (
                Condition::Compare(..)
                | Condition::Within(..)
                | Condition::And(..)
                | Condition::Or(..)
                | Condition::Not(_),
                _,
            ) => false,
        }
    }

    fn same(&self, f: &Affine, g: &Affine) -> bool {
        let named =
            |slot: usize| self.bound.iter().rev().find(|(own, _)| *own == slot).map_or(slot, |(_, other)| *other);
        f.constant == g.constant
            && f.terms.len() == g.terms.len()
            && f.terms.iter().all(|&(slot, c)| g.coefficient(named(slot)) == c)
    }
}
