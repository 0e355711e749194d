//! Folding: where a derivative contains the right-hand side of an equation of its own layer, the name stands for it.
//!
//! `a = exp(z)` has the derivative `exp(z)`, which is `a`; `p_i = exp(z_i)/s` has `exp(z_i)/s - exp(z_i)²/s²`, which is
//! `p_i (1 - p_i)`. Only right-hand sides that are a function, or a product with a function or a quotient in it, are looked for:
//! others never come back in a derivative as they are.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, Definition, ExprId, ExprKind, MOST_BITS, Number};

/// The right-hand sides of one definition, and what was folded already.
pub(super) struct Folds {
    /// By one characteristic factor: coefficient, bases with exponents, and the symbol that stands for them.
    by_key: FxHashMap<ExprId, Vec<Fold>>,
    done: FxHashMap<ExprId, ExprId>,
}

struct Fold {
    inverse: Number,
    factors: Vec<(ExprId, i32)>,
    symbol: ExprId,
}

impl Folds {
    /// What may be folded with the equations of `definition`.
    pub(super) fn new(arena: &Arena, definition: &Definition) -> Folds {
        let mut folds = Folds { by_key: FxHashMap::default(), done: FxHashMap::default() };
        for (offset, &value) in definition.values.iter().enumerate() {
            let Some((coefficient, factors)) = monomial(arena, value) else { break };
            let is_call = |f: &(ExprId, i32)| matches!(arena.kind(f.0), ExprKind::Call(..)) && f.1 > 0;
            let divides = factors.iter().any(|f| f.1 < 0);
            if !(factors.iter().any(is_call) || divides && factors.iter().any(|f| f.1 > 0)) {
                break; // the equations of a definition are alike
            }
            let key = factors.iter().find(|f| is_call(f)).or_else(|| factors.iter().find(|f| f.1 > 0));
            let (Some(key), Some(inverse)) = (key, coefficient.invert()) else { continue };
            let symbol = arena.tensor(definition.tensor).at(offset);
            folds.by_key.entry(key.0).or_default().push(Fold { inverse, factors: factors.clone(), symbol });
        }
        folds
    }

    /// Is there nothing to fold with?
    pub(super) fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// The expression with all that can be folded, and the factors that its terms then share taken out.
    pub(super) fn fold(&mut self, arena: &mut Arena, expr: ExprId) -> ExprId {
        if let Some(&found) = self.done.get(&expr) {
            return found;
        }
        let result = match arena.kind(expr) {
            ExprKind::Sum(terms) => {
                let terms: Vec<ExprId> = terms.to_vec();
                let folded: Vec<ExprId> = terms.iter().map(|&t| self.fold(arena, t)).collect();
                if folded == terms {
                    expr
                } else {
                    let sum = arena.sum(&folded);
                    arena.factored(sum)
                }
            }
            ExprKind::Number(_) | ExprKind::Symbol(_) | ExprKind::Max(_) | ExprKind::Chosen { .. } => expr,
            ExprKind::Power(..) | ExprKind::Call(..) | ExprKind::Product(..) => self.product(arena, expr),
        };
        self.done.insert(expr, result);
        result
    }

    fn product(&mut self, arena: &mut Arena, expr: ExprId) -> ExprId {
        let Some((coefficient, mut factors)) = monomial(arena, expr) else { return expr };
        let mut coefficient = coefficient;
        let mut symbols = Vec::new();
        let mut next = 0;
        while next < factors.len() {
            let fits = |fold: &&Fold| {
                let alone = fold.factors.len() == 1 && fold.factors[0].1 == 1;
                fold.factors.iter().all(|&(base, n)| {
                    alone || factors.iter().any(|&(b, m)| b == base && m.signum() == n.signum() && m.abs() >= n.abs())
                })
            };
            match self.by_key.get(&factors[next].0).and_then(|list| list.iter().find(fits)) {
                None => next += 1,
                // a name alone stands for the whole power, of either sign
                Some(Fold { inverse, factors: own, symbol }) if own.len() == 1 && own[0].1 == 1 => {
                    let (_, n) = factors.remove(next);
                    if !inverse.has_power_within(n, MOST_BITS) {
                        return expr;
                    }
                    coefficient = coefficient.mul(&inverse.power(n).expect("the inverse of a number is not 0"));
                    symbols.push(arena.power(*symbol, n).expect("a symbol is no constant"));
                    next = 0;
                }
                Some(fold) => {
                    coefficient = coefficient.mul(&fold.inverse);
                    for &(base, n) in &fold.factors {
                        let place = factors.iter().position(|f| f.0 == base).expect("it was found above");
                        factors[place].1 -= n;
                    }
                    symbols.push(fold.symbol);
                    factors.retain(|f| f.1 != 0);
                    next = 0;
                }
            }
        }
        // sums among the factors may hold something to fold as well
        let mut list = vec![arena.number(coefficient)];
        list.append(&mut symbols);
        for (base, n) in factors {
            let base = if matches!(arena.kind(base), ExprKind::Sum(_)) { self.fold(arena, base) } else { base };
            match arena.power(base, n) {
                Some(power) => list.push(power),
                None => return expr,
            }
        }
        arena.product(&list)
    }
}

/// Coefficient and bases with exponents; `None` for a sum or a number.
fn monomial(arena: &Arena, expr: ExprId) -> Option<(Number, Vec<(ExprId, i32)>)> {
    match arena.kind(expr) {
        ExprKind::Number(_) | ExprKind::Sum(_) => None,
        ExprKind::Product(c, factors) => {
            Some((c.clone(), factors.iter().map(|&f| arena.base_and_exponent(f)).collect()))
        }
        ExprKind::Power(base, n) => Some((Number::integer(1), vec![(base, n)])),
        ExprKind::Symbol(_) | ExprKind::Call(..) | ExprKind::Max(_) | ExprKind::Chosen { .. } => {
            Some((Number::integer(1), vec![(expr, 1)]))
        }
    }
}
