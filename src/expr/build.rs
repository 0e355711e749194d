//! Smart constructors: the only way to make an expression, each bringing its operands into normal form.

use super::arena::{HIGHEST_EXPONENT, Tag};
use super::{Arena, ExprId, ExprKind, Function, MOST_BITS, Number, Ties};

impl Arena {
    /// The sum of `terms`: nested sums are merged, like monomials collected, the rest sorted.
    pub fn sum(&mut self, terms: &[ExprId]) -> ExprId {
        if self.is_sorted_sum(terms) {
            return match terms {
                [] => self.number(Number::integer(0)),
                [only] => *only,
                _ => self.intern(Tag::Sum, 0, terms),
            };
        }
        let mut flat = Vec::with_capacity(terms.len());
        for &term in terms {
            if let ExprKind::Sum(inner) = self.kind(term) { flat.extend_from_slice(inner) } else { flat.push(term) }
        }
        flat.sort_by(|&x, &y| self.compare_terms(x, y));
        let mut merged: Vec<ExprId> = Vec::with_capacity(flat.len());
        let mut rest = flat.as_slice();
        while let Some(&first) = rest.first() {
            let run = rest.iter().take_while(|&&t| self.compare_terms(first, t).is_eq()).count();
            let (like, others) = rest.split_at(run);
            rest = others;
            let term = if like.len() == 1 { first } else { self.collect(like) };
            if !self.is_zero(term) {
                merged.push(term);
            }
        }
        match merged.as_slice() {
            [] => self.number(Number::integer(0)),
            [only] => *only,
            _ => self.intern(Tag::Sum, 0, &merged),
        }
    }

    /// Sorted, flat and without like monomials already: what most callers hand over.
    fn is_sorted_sum(&self, terms: &[ExprId]) -> bool {
        terms.iter().all(|&t| !self.is_zero(t) && !self.is_sum(t))
            && terms.windows(2).all(|w| self.compare_terms(w[0], w[1]).is_lt())
    }

    /// The sum of terms that share a monomial: one term, with the coefficients added.
    fn collect(&mut self, like: &[ExprId]) -> ExprId {
        let mut coefficient = Number::integer(0);
        let mut monomial = like[0];
        for &term in like {
            match self.kind(term) {
                ExprKind::Number(c) | ExprKind::Product(c, _) => coefficient = coefficient.add(c),
                ExprKind::Symbol(_)
                | ExprKind::Sum(_)
                | ExprKind::Power(..)
                | ExprKind::Call(..)
                | ExprKind::Max(_)
                | ExprKind::Chosen { .. } => {
                    coefficient = coefficient.add(&Number::integer(1));
                    monomial = term;
                }
            }
            if coefficient.is_long() {
                self.extremes.long = true;
                break;
            }
        }
        match self.kind(monomial) {
            ExprKind::Number(_) => self.number(coefficient),
            ExprKind::Product(_, factors) => {
                let factors = factors.to_vec();
                self.scaled_product(coefficient, &factors)
            }
            ExprKind::Symbol(_)
            | ExprKind::Sum(_)
            | ExprKind::Power(..)
            | ExprKind::Call(..)
            | ExprKind::Max(_)
            | ExprKind::Chosen { .. } => self.scaled_product(coefficient, &[monomial]),
        }
    }

    /// The product of `factors`: nested products merged, numbers multiplied into the coefficient, powers of a base collected.
    ///
    /// A coefficient in front of a sum stays there: `1/4 (x + y)` is not distributed.
    pub fn product(&mut self, factors: &[ExprId]) -> ExprId {
        if let &[x, y] = factors
            && self.is_plain(x)
            && self.is_plain(y)
        {
            // two symbols, calls or indicators: nearly every product of a layer
            let one = self.one();
            match self.compare_factors(x, y) {
                std::cmp::Ordering::Less => return self.intern(Tag::Product, one, &[x, y]),
                std::cmp::Ordering::Greater => return self.intern(Tag::Product, one, &[y, x]),
                std::cmp::Ordering::Equal => {}
            }
        }
        let mut coefficient = Number::integer(1);
        let mut parts: Vec<(ExprId, i32)> = Vec::with_capacity(factors.len());
        for &factor in factors {
            if let ExprKind::Number(c) | ExprKind::Product(c, _) = self.kind(factor) {
                coefficient = coefficient.mul(c);
            }
            parts.extend(self.factors(&factor).iter().map(|&f| self.base_and_exponent(f)));
            if coefficient.is_long() {
                self.extremes.long = true;
                break;
            }
        }
        if coefficient.is_zero() {
            return self.number(coefficient);
        }
        parts.sort_by(|x, y| self.compare_bases(x.0, y.0));
        let mut list: Vec<ExprId> = Vec::with_capacity(parts.len());
        for run in parts.chunk_by(|x, y| x.0 == y.0) {
            let exponent: i64 = run.iter().map(|p| i64::from(p.1)).sum();
            match exponent {
                0 => {}
                1 => list.push(run[0].0),
                n => list.push(self.raised(run[0].0, n)),
            }
        }
        self.scaled_product(coefficient, &list)
    }

    /// A base (no number, product or power) with an exponent other than 0 and 1.
    fn raised(&mut self, base: ExprId, exponent: i64) -> ExprId {
        let most = i64::from(HIGHEST_EXPONENT);
        let exponent = exponent.clamp(-most, most) as i32;
        self.extremes.exponent = self.extremes.exponent.max(exponent.unsigned_abs());
        self.intern(Tag::Power, exponent as u32, &[base])
    }

    fn is_plain(&self, id: ExprId) -> bool {
        self.symbol(id).is_some()
            || matches!(self.kind(id), ExprKind::Call(..) | ExprKind::Chosen { .. } | ExprKind::Max(_))
    }

    /// A coefficient times factors that are sorted and collected already.
    fn scaled_product(&mut self, coefficient: Number, factors: &[ExprId]) -> ExprId {
        match factors {
            _ if coefficient.is_zero() => self.number(coefficient),
            [] => self.number(coefficient),
            [only] if coefficient.is_one() => *only,
            _ => {
                let data = self.number_id(coefficient);
                self.intern(Tag::Product, data, factors)
            }
        }
    }

    /// `coefficient · x`.
    pub fn scale(&mut self, coefficient: &Number, x: ExprId) -> ExprId {
        if coefficient.is_one() {
            return x;
        }
        let c = self.number(coefficient.clone());
        self.product(&[c, x])
    }

    /// `base^exponent`; `None` for a negative power of the constant 0.
    pub fn power(&mut self, base: ExprId, exponent: i32) -> Option<ExprId> {
        if exponent == 1 {
            return Some(base);
        }
        if exponent == 0 {
            return Some(self.number(Number::integer(1)));
        }
        match self.kind(base) {
            ExprKind::Number(n) => {
                let n = n.clone();
                self.number_raised(&n, exponent)
            }
            ExprKind::Power(inner, n) => match i64::from(n) * i64::from(exponent) {
                1 => Some(inner),
                total => Some(self.raised(inner, total)),
            },
            ExprKind::Product(c, factors) => {
                let (c, factors) = (c.clone(), factors.to_vec());
                let mut parts = vec![self.number_raised(&c, exponent)?];
                for f in factors {
                    parts.push(self.power(f, exponent)?);
                }
                Some(self.product(&parts))
            }
            ExprKind::Symbol(_)
            | ExprKind::Sum(_)
            | ExprKind::Call(..)
            | ExprKind::Max(_)
            | ExprKind::Chosen { .. } => Some(self.raised(base, exponent.into())),
        }
    }

    /// The power of a number; the number itself in place of one that is too long.
    fn number_raised(&mut self, n: &Number, exponent: i32) -> Option<ExprId> {
        let fits = n.has_power_within(exponent, MOST_BITS);
        self.extremes.long |= !fits;
        n.power(if fits { exponent } else { 1 }).map(|n| self.number(n))
    }

    /// `function(argument)`.
    pub fn call(&mut self, function: Function, argument: ExprId) -> ExprId {
        let data = self.call_id(function);
        self.intern(Tag::Call, data, &[argument])
    }

    /// The largest of `arguments`, whose order is kept: it decides ties.
    ///
    /// # Panics
    /// If there are none.
    pub fn max(&mut self, arguments: &[ExprId]) -> ExprId {
        assert!(!arguments.is_empty(), "a maximum has at least one argument");
        if let [only] = arguments { *only } else { self.intern(Tag::Max, 0, arguments) }
    }

    /// How much of the derivative of a maximum goes to its argument number `which` (0-based); all, where it is what its only
    /// argument is. The share refers to the maximum: a window of n places has n shares, and its places are listed once.
    pub fn chosen(&mut self, ties: Ties, which: usize, max: ExprId) -> ExprId {
        let ExprKind::Max(of) = self.kind(max) else { return self.number(Number::integer(1)) };
        debug_assert!(which < of.len());
        let tag = match ties {
            Ties::First => Tag::ChosenFirst,
            Ties::Split => Tag::ChosenSplit,
            Ties::All => Tag::ChosenAll,
        };
        self.intern(tag, which as u32, &[max])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::Role;

    fn arena() -> (Arena, [ExprId; 4]) {
        let mut arena = Arena::new();
        let w = arena.declare("w", Role::Weight, vec![2], None);
        let a = arena.declare("a", Role::Input, vec![2], None);
        let ids = [arena.tensor(a).at(0), arena.tensor(a).at(1), arena.tensor(w).at(0), arena.tensor(w).at(1)];
        (arena, ids)
    }

    #[test]
    fn any_order_of_operands_gives_one_expression() {
        let (mut arena, [a0, a1, w0, w1]) = arena();
        let (p, q) = (arena.product(&[w0, a0]), arena.product(&[a1, w1]));
        assert_eq!(p, arena.product(&[a0, w0]));
        let three = arena.number(Number::integer(3));
        let terms = [p, three, q, w0];
        let expected = arena.sum(&[p, q, w0, three]);
        for order in itertools::Itertools::permutations(terms.iter().copied(), 4) {
            assert_eq!(arena.sum(&order), expected);
        }
        assert!(
            matches!(arena.kind(expected), ExprKind::Sum(t) if t == [p, q, w0, three]),
            "input before weight, constant last"
        );
    }

    #[test]
    fn like_terms_and_powers_collect() {
        let (mut arena, [a0, a1, w0, _]) = arena();
        let p = arena.product(&[a0, w0]);
        let (two, minus) = (Number::integer(2), Number::integer(-1));
        let (pp, np) = (arena.scale(&two, p), arena.scale(&minus, p));
        assert_eq!(arena.sum(&[p, p]), pp);
        assert_eq!(arena.sum(&[pp, np]), p);
        let zero = arena.number(Number::integer(0));
        assert_eq!(arena.sum(&[p, np]), zero);
        let square = arena.power(a0, 2).unwrap();
        assert_eq!(arena.product(&[a0, a0]), square);
        let inverse = arena.power(a0, -1).unwrap();
        assert_eq!(arena.product(&[square, inverse, a1]), arena.product(&[a1, a0]));
        assert_eq!(arena.power(square, -1), arena.power(inverse, 2));
        assert_eq!(arena.power(zero, -1), None);
    }

    #[test]
    fn what_is_too_large_is_not_made_but_noted() {
        use crate::expr::Excess;
        let (mut arena, [a0, ..]) = arena();
        let thousand = arena.power(a0, 1000).unwrap();
        assert_eq!((arena.excess(1000), arena.excess(999)), (None, Some(Excess::Exponent)));
        let mut power = thousand;
        for _ in 0..4 {
            power = arena.power(power, -1000).unwrap();
            power = arena.product(&[power, thousand]);
        }
        assert_eq!(arena.excess(2_000_000), None);
        assert_eq!(arena.excess(999_999), Some(Excess::Exponent));
        let nine = arena.number(Number::integer(9));
        assert!(arena.attempt(|arena| arena.power(nine, 1000)).is_some());
        assert_eq!(arena.attempt(|arena| arena.power(nine, i32::MIN)), None);
        assert_eq!(arena.excess(1_000_000), None, "of an attempt nothing stays");
        let scaled = arena.product(&[nine, a0]);
        let scaled = arena.power(scaled, 1000).unwrap();
        assert_eq!(arena.excess(1_000_000), None);
        arena.product(&[scaled, scaled]);
        assert_eq!(arena.excess(1_000_000), Some(Excess::Number));
    }

    #[test]
    fn nested_sums_and_products_flatten() {
        let (mut arena, [a0, a1, w0, w1]) = arena();
        let inner = arena.sum(&[a0, a1]);
        assert_eq!(arena.sum(&[inner, w0]), arena.sum(&[a0, a1, w0]));
        let inner = arena.product(&[a0, a1]);
        assert_eq!(arena.product(&[w1, inner, w0]), arena.product(&[a0, a1, w0, w1]));
    }
}
