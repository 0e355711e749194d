//! Rewriting: symbols replaced, products of sums multiplied out, common factors taken out.

use rustc_hash::FxHashMap;

use super::{Arena, ExprId, ExprKind, Number};

/// Expressions rebuilt with other symbols; what was rebuilt once is remembered.
#[derive(Debug, Default)]
pub struct Substitution {
    done: FxHashMap<ExprId, ExprId>,
}

impl Substitution {
    /// Nothing replaced yet.
    pub fn new() -> Substitution {
        Substitution::default()
    }

    /// `expr` with every symbol for which `replace` has an answer replaced; `replace` must answer alike every time.
    ///
    /// `None` where the result has no value: a division by zero.
    pub fn apply(
        &mut self,
        arena: &mut Arena,
        expr: ExprId,
        replace: &dyn Fn(ExprId) -> Option<ExprId>,
    ) -> Option<ExprId> {
        if let Some(&found) = self.done.get(&expr) {
            return Some(found);
        }
        let result = match arena.kind(expr) {
            ExprKind::Number(_) => expr,
            ExprKind::Symbol(_) => replace(expr).unwrap_or(expr),
            ExprKind::Sum(terms) => {
                let terms = terms.to_vec();
                let terms = self.all(arena, &terms, replace)?;
                arena.sum(&terms)
            }
            ExprKind::Product(c, factors) => {
                let (c, factors) = (c.clone(), factors.to_vec());
                let mut factors = self.all(arena, &factors, replace)?;
                factors.push(arena.number(c));
                arena.product(&factors)
            }
            ExprKind::Power(base, n) => {
                let base = self.apply(arena, base, replace)?;
                arena.power(base, n)?
            }
            ExprKind::Call(f, x) => {
                let x = self.apply(arena, x, replace)?;
                arena.call(f, x)
            }
            ExprKind::Max(of) => {
                let of = of.to_vec();
                let of = self.all(arena, &of, replace)?;
                arena.max(&of)
            }
            ExprKind::Chosen { ties, which, max, .. } => {
                let max = self.apply(arena, max, replace)?;
                arena.chosen(ties, which as usize, max)
            }
        };
        self.done.insert(expr, result);
        Some(result)
    }

    fn all(
        &mut self,
        arena: &mut Arena,
        list: &[ExprId],
        replace: &dyn Fn(ExprId) -> Option<ExprId>,
    ) -> Option<Vec<ExprId>> {
        list.iter().map(|&x| self.apply(arena, x, replace)).collect()
    }
}

impl Arena {
    /// The expression with products of sums, and positive powers of sums, multiplied out; `None` if that takes more than `most`
    /// terms, or makes numbers or exponents that are too large. Arguments of functions and what stands in denominators stay as they
    /// are.
    pub fn expanded(&mut self, expr: ExprId, most: usize) -> Option<ExprId> {
        self.attempt(|arena| {
            let terms = arena.monomials(expr, most)?;
            Some(arena.sum(&terms))
        })
    }

    fn monomials(&mut self, expr: ExprId, most: usize) -> Option<Vec<ExprId>> {
        match self.kind(expr) {
            _ if most == 0 => None,
            ExprKind::Sum(terms) => {
                let terms = terms.to_vec();
                self.monomials_of_each(&terms, most, |_, term| term)
            }
            ExprKind::Product(_, factors) => match self.next_sum(factors) {
                Some(place) => self.distributed(expr, place, most),
                None => Some(vec![expr]),
            },
            ExprKind::Power(base, n) if n > 0 && matches!(self.kind(base), ExprKind::Sum(_)) => {
                self.distributed(expr, 0, most)
            }
            ExprKind::Number(_)
            | ExprKind::Symbol(_)
            | ExprKind::Power(..)
            | ExprKind::Call(..)
            | ExprKind::Max(_)
            | ExprKind::Chosen { .. } => Some(vec![expr]),
        }
    }

    /// Which factor to multiply out next: a sum with quotients first, so that what stands below them can still cancel.
    fn next_sum(&self, factors: &[ExprId]) -> Option<usize> {
        let terms = |f: &ExprId| {
            let (base, n) = self.base_and_exponent(*f);
            if let ExprKind::Sum(terms) = self.kind(base) { (n > 0).then_some(terms) } else { None }
        };
        let below = |f: &ExprId| matches!(self.kind(*f), ExprKind::Power(_, n) if n < 0);
        let divides = |term: &ExprId| {
            if let ExprKind::Product(_, factors) = self.kind(*term) { factors.iter().any(below) } else { below(term) }
        };
        let sums = || factors.iter().enumerate().filter_map(|(place, f)| Some((place, terms(f)?)));
        let quotients = sums().find(|(_, terms)| terms.iter().any(divides));
        quotients.or_else(|| sums().next()).map(|(place, _)| place)
    }

    /// A product, or a power, with the sum at `place` multiplied into the rest, and so on.
    fn distributed(&mut self, expr: ExprId, place: usize, most: usize) -> Option<Vec<ExprId>> {
        let (mut rest, sum) = if let ExprKind::Product(c, factors) = self.kind(expr) {
            let (c, mut factors) = (c.clone(), factors.to_vec());
            let sum = factors.remove(place);
            factors.push(self.number(c));
            (factors, sum)
        } else {
            (Vec::new(), expr)
        };
        let (base, n) = self.base_and_exponent(sum);
        if n > 1 {
            rest.push(self.power(base, n - 1)?);
        }
        let ExprKind::Sum(terms) = self.kind(base) else { return Some(vec![expr]) };
        let terms = terms.to_vec();
        self.monomials_of_each(&terms, most, |arena, term| {
            rest.push(term);
            let product = arena.product(&rest);
            rest.pop();
            product
        })
    }

    /// The monomials of what `make` makes of each of the terms.
    ///
    /// Each term brings at least one, so that so many are set aside for those that are still to come: what is multiplied out then
    /// nests no deeper than `most`, whatever its degree.
    fn monomials_of_each(
        &mut self,
        terms: &[ExprId],
        most: usize,
        mut make: impl FnMut(&mut Arena, ExprId) -> ExprId,
    ) -> Option<Vec<ExprId>> {
        let mut list = Vec::new();
        for (place, &term) in terms.iter().enumerate() {
            let aside = list.len() + terms.len() - place - 1;
            let part = make(self, term);
            list.extend(self.monomials(part, most.checked_sub(aside)?)?);
        }
        Some(list)
    }

    /// A sum with the factors that all its terms share taken out: `x y + x z` becomes `x (y + z)`. Anything else stays.
    pub fn factored(&mut self, expr: ExprId) -> ExprId {
        let ExprKind::Sum(terms) = self.kind(expr) else { return expr };
        let terms = terms.to_vec();
        let parts = |arena: &Arena, term: ExprId| -> Vec<(ExprId, i32)> {
            arena.factors(&term).iter().map(|&f| arena.base_and_exponent(f)).collect()
        };
        let mut common = parts(self, terms[0]);
        for &term in &terms[1..] {
            let other = parts(self, term);
            common.retain_mut(|(base, n)| match other.iter().find(|(b, _)| b == base) {
                Some((_, m)) if (*m > 0) == (*n > 0) => {
                    *n = if *n > 0 { (*n).min(*m) } else { (*n).max(*m) };
                    true
                }
                Some(_) | None => false,
            });
        }
        if common.is_empty() {
            return expr;
        }
        let mut inverse = Vec::new();
        let mut taken = Vec::new();
        for (base, n) in common {
            inverse.push(self.power(base, -n).expect("a base is no constant"));
            taken.push(self.power(base, n).expect("a base is no constant"));
        }
        let rest: Vec<ExprId> = terms
            .iter()
            .map(|&term| {
                let mut factors = inverse.clone();
                factors.push(term);
                self.product(&factors)
            })
            .collect();
        taken.push(self.sum(&rest));
        self.product(&taken)
    }

    /// A sum whose terms all have one coefficient, but for signs, with that in front: `x/2 - y/2` becomes `(x - y)/2`.
    pub fn with_common_coefficient(&mut self, expr: ExprId) -> ExprId {
        let ExprKind::Sum(terms) = self.kind(expr) else { return expr };
        let terms = terms.to_vec();
        let one = Number::integer(1);
        let size = |arena: &Arena, term: ExprId| {
            let c = if let ExprKind::Number(c) | ExprKind::Product(c, _) = arena.kind(term) { c } else { &one };
            if c.is_negative() { c.negate() } else { c.clone() }
        };
        let common = size(self, terms[0]);
        if common.is_one() || terms.iter().any(|&t| size(self, t) != common) {
            return expr;
        }
        let inverse = common.invert().expect("a term of a sum is not 0");
        let rest: Vec<ExprId> = terms.iter().map(|&t| self.scale(&inverse, t)).collect();
        let sum = self.sum(&rest);
        self.scale(&common, sum)
    }

    /// How much there is to read: one for each symbol, function and number in it, two for a symbol that `costly` names.
    pub fn weight(&self, expr: ExprId, costly: &dyn Fn(ExprId) -> bool) -> usize {
        let sum = |list: &[ExprId]| list.iter().map(|&x| self.weight(x, costly)).sum::<usize>();
        match self.kind(expr) {
            ExprKind::Number(_) => 1,
            ExprKind::Symbol(_) => 1 + usize::from(costly(expr)),
            ExprKind::Sum(list) => sum(list),
            ExprKind::Product(c, list) => {
                sum(list) + usize::from(c != &Number::integer(1) && c != &Number::integer(-1))
            }
            ExprKind::Power(base, n) => self.weight(base, costly) * usize::try_from(n.abs()).unwrap_or(1).clamp(1, 2),
            ExprKind::Call(_, x) => 1 + self.weight(x, costly),
            ExprKind::Max(list) | ExprKind::Chosen { of: list, .. } => 1 + sum(list),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::Role;

    fn arena() -> (Arena, [ExprId; 4]) {
        let mut arena = Arena::new();
        let a = arena.declare("a", Role::Input, vec![4], None);
        let at = |arena: &Arena, i| arena.tensor(a).at(i);
        let ids = [at(&arena, 0), at(&arena, 1), at(&arena, 2), at(&arena, 3)];
        (arena, ids)
    }

    #[test]
    fn products_of_sums_are_multiplied_out_and_cancel() {
        let (mut arena, [x, y, u, v]) = arena();
        let (left, right) = (arena.sum(&[x, y]), arena.sum(&[u, v]));
        let product = arena.product(&[left, right]);
        let expected: Vec<ExprId> =
            [(x, u), (x, v), (y, u), (y, v)].iter().map(|&(p, q)| arena.product(&[p, q])).collect();
        let expected = arena.sum(&expected);
        assert_eq!(arena.expanded(product, 10), Some(expected));
        assert_eq!(arena.expanded(product, 3), None);
        // (x + y)^2 = x^2 + 2 x y + y^2
        let square = arena.power(left, 2).unwrap();
        let (xx, xy, yy) = (arena.power(x, 2).unwrap(), arena.product(&[x, y]), arena.power(y, 2).unwrap());
        let twice = arena.scale(&Number::integer(2), xy);
        let expected = arena.sum(&[xx, twice, yy]);
        assert_eq!(arena.expanded(square, 10), Some(expected));
        // (u/x + v/y) x y = u y + v x
        let (xi, yi) = (arena.power(x, -1).unwrap(), arena.power(y, -1).unwrap());
        let (p, q) = (arena.product(&[u, xi]), arena.product(&[v, yi]));
        let sum = arena.sum(&[p, q]);
        let whole = arena.product(&[sum, x, y]);
        let (p, q) = (arena.product(&[u, y]), arena.product(&[v, x]));
        let expected = arena.sum(&[p, q]);
        assert_eq!(arena.expanded(whole, 10), Some(expected));
    }

    /// The degree doubles with every square, and with it the depth of a tree of products.
    #[test]
    fn what_is_of_high_degree_is_given_up_soon() {
        let (mut arena, [x, ..]) = arena();
        let one = arena.number(Number::integer(1));
        let mut nested = x;
        for _ in 0..90 {
            let square = arena.power(nested, 2).unwrap();
            nested = arena.sum(&[square, one]);
        }
        assert_eq!(arena.expanded(nested, 1200), None);
        // exactly as many terms as there may be
        let y = arena.sum(&[x, one]);
        let cube = arena.power(y, 3).unwrap();
        assert!(arena.expanded(cube, 8).is_some());
        assert_eq!(arena.expanded(cube, 7), None);
    }

    #[test]
    fn what_stands_below_cancels_before_it_is_multiplied_out() {
        // (u/(1 - x) + v) (1 - x) = u + v - v x
        let (mut arena, [x, _, u, v]) = arena();
        let one = arena.number(Number::integer(1));
        let negative = arena.scale(&Number::integer(-1), x);
        let other = arena.sum(&[one, negative]);
        let inverse = arena.power(other, -1).unwrap();
        let quotient = arena.product(&[u, inverse]);
        let sum = arena.sum(&[quotient, v]);
        let whole = arena.product(&[sum, other]);
        let last = arena.product(&[v, negative]);
        let expected = arena.sum(&[u, v, last]);
        assert_eq!(arena.expanded(whole, 10), Some(expected));
    }

    #[test]
    fn common_factors_are_taken_out() {
        let (mut arena, [x, y, ..]) = arena();
        let minus = Number::integer(-1);
        let square = arena.power(x, 2).unwrap();
        let negative = arena.scale(&minus, square);
        let sum = arena.sum(&[x, negative]);
        let factored = arena.factored(sum);
        let one = arena.number(Number::integer(1));
        let negative = arena.scale(&minus, x);
        let inner = arena.sum(&[one, negative]);
        assert_eq!(factored, arena.product(&[x, inner]));
        assert_eq!(arena.expanded(factored, 5), Some(sum));
        let plain = arena.sum(&[x, y]);
        assert_eq!(arena.factored(plain), plain);
    }

    #[test]
    fn symbols_are_replaced() {
        let (mut arena, [x, y, u, _]) = arena();
        let p = arena.product(&[x, y]);
        let inverse = arena.power(x, -1).unwrap();
        let sum = arena.sum(&[p, inverse]);
        let found = Substitution::new().apply(&mut arena, sum, &|s| (s == x).then_some(u));
        let p = arena.product(&[u, y]);
        let inverse = arena.power(u, -1).unwrap();
        assert_eq!(found, Some(arena.sum(&[p, inverse])));
        let zero = arena.number(Number::integer(0));
        assert_eq!(Substitution::new().apply(&mut arena, sum, &|s| (s == x).then_some(zero)), None);
    }
}
