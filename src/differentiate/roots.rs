//! Powers of roots: `√x⁻²` is `1/x` where `√x` has a derivative.
//!
//! The root of `x` has a derivative only where `x` is positive, and there whole powers of it are powers of `x`. They are not made in
//! equations, which may have values elsewhere; and only where no root meets itself in a product or power, or in two definitions: then
//! verification can read whole powers of roots so, by a rule of its own.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, ExprId, ExprKind, System, degree_of_root};

/// Derivatives in which powers of roots were looked for already.
#[derive(Default)]
pub(super) struct Roots {
    done: FxHashMap<ExprId, ExprId>,
}

impl Roots {
    /// `None` if no equation has a root, or if one meets itself.
    pub(super) fn of(system: &System) -> Option<Roots> {
        let arena = &system.arena;
        if !arena.functions().any(|name| degree_of_root(name).is_some()) {
            return None;
        }
        // which definition each root stands in
        let mut places: FxHashMap<ExprId, usize> = FxHashMap::default();
        for (place, definition) in system.definitions.iter().enumerate() {
            for &equation in &definition.values {
                for root in apart(arena, equation)? {
                    if *places.entry(root).or_insert(place) != place {
                        return None;
                    }
                }
            }
        }
        (!places.is_empty()).then(Roots::default)
    }

    /// The derivative with the powers of what stands under roots in the place of whole powers of these.
    pub(super) fn reduce(&mut self, arena: &mut Arena, expr: ExprId) -> ExprId {
        if let Some(&found) = self.done.get(&expr) {
            return found;
        }
        let result = match arena.kind(expr) {
            ExprKind::Sum(terms) => {
                let terms = terms.to_vec();
                let terms: Vec<ExprId> = terms.into_iter().map(|t| self.reduce(arena, t)).collect();
                arena.sum(&terms)
            }
            ExprKind::Product(c, factors) => {
                let (c, factors) = (c.clone(), factors.to_vec());
                let mut list: Vec<ExprId> = factors.into_iter().map(|f| self.reduce(arena, f)).collect();
                list.push(arena.number(c));
                arena.product(&list)
            }
            ExprKind::Power(base, n) => under(arena, base)
                .filter(|(degree, _)| n <= -degree && n % degree == 0)
                .and_then(|(degree, x)| arena.power(x, n / degree))
                .unwrap_or(expr),
            ExprKind::Number(_)
            | ExprKind::Symbol(_)
            | ExprKind::Call(..)
            | ExprKind::Max(_)
            | ExprKind::Chosen { .. } => expr,
        };
        self.done.insert(expr, result);
        result
    }
}

/// The degree of a root that is no constant, and what it is taken of.
fn under(arena: &Arena, expr: ExprId) -> Option<(i32, ExprId)> {
    let ExprKind::Call(function, x) = arena.kind(expr) else { return None };
    let degree = degree_of_root(arena.function_name(function)).filter(|_| function.order == 0)?;
    let constant = matches!(arena.kind(x), ExprKind::Number(_));
    Some((i32::try_from(degree).ok()?, x)).filter(|_| !constant)
}

/// The roots in an expression; `None` if one of them meets itself in a product or a power.
fn apart(arena: &Arena, expr: ExprId) -> Option<Vec<ExprId>> {
    match arena.kind(expr) {
        ExprKind::Number(_) | ExprKind::Symbol(_) => Some(Vec::new()),
        ExprKind::Sum(list) | ExprKind::Max(list) | ExprKind::Chosen { of: list, .. } => {
            let mut all = Vec::new();
            for &x in list {
                let found = apart(arena, x)?;
                all.extend(found);
            }
            Some(all)
        }
        ExprKind::Product(_, list) => {
            let mut all: Vec<ExprId> = Vec::new();
            for &x in list {
                let found = apart(arena, x)?;
                if found.iter().any(|root| all.contains(root)) {
                    return None;
                }
                all.extend(found);
            }
            Some(all)
        }
        ExprKind::Power(base, n) => {
            let found = apart(arena, base)?;
            let single = under(arena, base).is_some_and(|(degree, _)| n.abs() < degree) && found.len() == 1;
            (found.is_empty() || single).then_some(found)
        }
        ExprKind::Call(_, x) => {
            let mut found = apart(arena, x)?;
            if under(arena, expr).is_some() {
                found.push(expr);
            }
            Some(found)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Definition, Number, Role};

    #[test]
    fn whole_powers_below_a_line_are_powers_of_what_is_under_the_root() {
        let mut arena = Arena::new();
        let a = arena.declare("a", Role::Input, vec![2], None);
        let [x, y] = [0, 1].map(|i| arena.tensor(a).at(i));
        let mut root = |name: &str, of: ExprId| {
            let function = arena.function(name, 0);
            arena.call(function, of)
        };
        let (square, cube, other) = (root("sqrt", x), root("root3", x), root("sqrt", y));
        let two = arena.number(Number::integer(2));
        let function = arena.function("sqrt", 0);
        let constant = arena.call(function, two);
        let mut power = |base: ExprId, n: i32| arena.power(base, n).expect("no base is 0");
        let powers = [
            (power(square, -2), power(x, -1)),
            (power(square, -4), power(x, -2)),
            (power(cube, -3), power(x, -1)),
            // no whole ones, above a line, and of a number
            (power(square, -1), power(square, -1)),
            (power(square, -3), power(square, -3)),
            (power(square, 2), power(square, 2)),
            (power(constant, -2), power(constant, -2)),
        ];
        let mut roots = Roots::default();
        for (expr, expected) in powers {
            assert_eq!(roots.reduce(&mut arena, expr), expected);
            let (whole, reduced) = (arena.product(&[two, y, expr]), arena.product(&[two, y, expected]));
            assert_eq!(roots.reduce(&mut arena, whole), reduced);
        }
        let inverse = arena.power(square, -1).expect("no base is 0");
        let both = arena.product(&[inverse, other]);
        let sum = arena.sum(&[square, y]);
        let meets = [arena.product(&[sum, inverse]), arena.power(square, 3).unwrap(), arena.power(sum, 2).unwrap()];
        let tensor = arena.declare("z", Role::Output, vec![1], None);
        let mut system = System { arena, definitions: Vec::new(), loss: false, assumptions: Vec::new() };
        let mut are_apart = |equations: &[ExprId]| {
            system.definitions = equations.iter().map(|&e| Definition { tensor, values: vec![e] }).collect();
            Roots::of(&system).is_some()
        };
        assert!(are_apart(&[both]) && are_apart(&[both, cube]));
        assert!(!are_apart(&[both, other]) && !are_apart(&[x, constant]));
        assert!(meets.into_iter().all(|equation| !are_apart(&[equation])));
    }
}
