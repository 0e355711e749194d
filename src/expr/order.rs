//! The total order of expressions: by part, tensor, row and column, then by structure. Never by hash or age.

use std::cmp::Ordering;

use super::{Arena, ExprId, ExprKind, Symbol};

impl Arena {
    /// Order of two terms of a sum, coefficients left aside: lexicographic by factors, a product before its own
    /// beginning, the constant last. `Equal` means that the monomials are the same.
    pub(super) fn compare_terms(&self, x: ExprId, y: ExprId) -> Ordering {
        if x == y {
            return Ordering::Equal;
        }
        let (left, right) = (self.factors(&x), self.factors(&y));
        for (&l, &r) in left.iter().zip(right) {
            let order = self.compare_factors(l, r);
            if order != Ordering::Equal {
                return order;
            }
        }
        right.len().cmp(&left.len())
    }

    /// Order of two factors of a product: by base, then by exponent.
    pub(super) fn compare_factors(&self, x: ExprId, y: ExprId) -> Ordering {
        if x == y {
            return Ordering::Equal;
        }
        if let (Some(a), Some(b)) = (self.symbol(x), self.symbol(y)) {
            return self.compare_symbols(a, b);
        }
        let ((base_x, n_x), (base_y, n_y)) = (self.base_and_exponent(x), self.base_and_exponent(y));
        self.compare_bases(base_x, base_y).then(n_x.cmp(&n_y))
    }

    fn compare_symbols(&self, x: Symbol, y: Symbol) -> Ordering {
        let rank = |s: Symbol| (self.tensor(s.tensor).role, s.tensor, s.offset);
        rank(x).cmp(&rank(y))
    }

    /// `x^n` taken apart; anything else is itself to the first.
    pub fn base_and_exponent(&self, id: ExprId) -> (ExprId, i32) {
        if let ExprKind::Power(base, n) = self.kind(id) { (base, n) } else { (id, 1) }
    }

    pub(super) fn compare_bases(&self, x: ExprId, y: ExprId) -> Ordering {
        if x == y {
            return Ordering::Equal;
        }
        match (self.kind(x), self.kind(y)) {
            (ExprKind::Symbol(a), ExprKind::Symbol(b)) => self.compare_symbols(a, b),
            (ExprKind::Number(a), ExprKind::Number(b)) => a.cmp(b),
            (ExprKind::Call(f, a), ExprKind::Call(g, b)) => {
                let name = |f| self.function_name(f);
                name(f).cmp(name(g)).then(f.order.cmp(&g.order)).then_with(|| self.compare_whole(a, b))
            }
            (ExprKind::Sum(a), ExprKind::Sum(b)) | (ExprKind::Max(a), ExprKind::Max(b)) => self.compare_lists(a, b),
            (
                ExprKind::Chosen { ties, which, max, .. },
                ExprKind::Chosen { ties: ties_y, which: which_y, max: max_y, .. },
            ) => self.compare_factors(max, max_y).then(which.cmp(&which_y)).then(ties.cmp(&ties_y)),
            (kind_x, kind_y) => class(kind_x).cmp(&class(kind_y)).then_with(|| self.compare_whole(x, y)),
        }
    }

    /// Order of whole expressions, coefficients included.
    fn compare_whole(&self, x: ExprId, y: ExprId) -> Ordering {
        self.compare_terms(x, y).then_with(|| match (self.kind(x), self.kind(y)) {
            (ExprKind::Product(c, _), ExprKind::Product(d, _)) => c.cmp(d),
            (ExprKind::Number(c), ExprKind::Number(d)) => c.cmp(d),
            // one is a product with a coefficient, the other its bare monomial
            (ExprKind::Product(..), _) => Ordering::Greater,
            (_, ExprKind::Product(..)) => Ordering::Less,
            _ => Ordering::Equal,
        })
    }

    fn compare_lists(&self, x: &[ExprId], y: &[ExprId]) -> Ordering {
        for (&l, &r) in x.iter().zip(y) {
            let order = self.compare_whole(l, r);
            if order != Ordering::Equal {
                return order;
            }
        }
        x.len().cmp(&y.len())
    }
}

fn class(kind: ExprKind<'_>) -> u8 {
    match kind {
        ExprKind::Symbol(_) => 0,
        ExprKind::Call(..) => 1,
        ExprKind::Max(_) => 2,
        ExprKind::Chosen { .. } => 3,
        ExprKind::Sum(_) => 4,
        ExprKind::Product(..) => 5,
        ExprKind::Power(..) => 6,
        ExprKind::Number(_) => 7,
    }
}
