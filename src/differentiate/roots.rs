//! Powers of roots: `√x⁻²` is `1/x` where `√x` has a derivative.
//!
//! The root of `x` has a derivative only where `x` is positive, and there whole powers of it are powers of `x`. They are not made in
//! equations, which may have values elsewhere; and only where no root meets itself in a product or a power, or in two definitions.
//! Then each product has one power of it at most, and verification can read whole powers of roots so, by a rule of its own.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, Definition, ExprId, ExprKind, Slope, Symbol, System, degree_of_root, elementary};

/// Derivatives in which powers of roots were looked for already.
#[derive(Default)]
pub(super) struct Roots {
    done: FxHashMap<ExprId, ExprId>,
}

impl Roots {
    /// `None` if no equation has a root, or if one meets itself.
    pub(super) fn of(system: &System) -> Option<Roots> {
        let arena = &system.arena;
        if !system.roots_stand_apart || !arena.functions().any(|name| degree_of_root(name).is_some()) {
            return None;
        }
        // which definition each root stands in
        let mut places: FxHashMap<ExprId, usize> = FxHashMap::default();
        for (place, definition) in system.definitions.iter().enumerate() {
            for &equation in &definition.values {
                if !is_fit(arena, equation) {
                    return None;
                }
                for root in apart(arena, equation, &|_| Vec::new())? {
                    if *places.entry(root).or_insert(place) != place {
                        return None;
                    }
                }
            }
        }
        (!places.is_empty()).then(Roots::default)
    }

    /// Do these derivatives of a definition, in which its own entries stand by their names, have each root once in each product?
    pub(super) fn are_apart(
        arena: &Arena,
        definition: &Definition,
        mut derivatives: impl Iterator<Item = ExprId>,
    ) -> bool {
        let nothing = |_| Vec::new();
        let own = |symbol: Symbol| match definition.values.get(symbol.offset as usize) {
            Some(&value) if symbol.tensor == definition.tensor => apart(arena, value, &nothing).unwrap_or_default(),
            Some(_) | None => Vec::new(),
        };
        derivatives.all(|derivative| apart(arena, derivative, &own).is_some())
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

/// The degree of a root, and what it is taken of.
fn under(arena: &Arena, expr: ExprId) -> Option<(i32, ExprId)> {
    let ExprKind::Call(function, x) = arena.kind(expr) else { return None };
    let degree = degree_of_root(arena.function_name(function)).filter(|_| function.order == 0)?;
    Some((i32::try_from(degree).ok()?, x))
}

/// Does a slope have its argument as a factor or a term, where the argument's own derivative is a factor too?
fn has_argument(slope: &Slope) -> bool {
    match slope {
        Slope::Argument => true,
        Slope::Sum(list) | Slope::Product(list) => list.iter().any(has_argument),
        Slope::Power(of, _) => has_argument(of),
        Slope::Value | Slope::Integer(_) | Slope::Call(_) => false,
    }
}

/// No power of a root but itself and its inverse, none in an argument that a derivative repeats, and none that an entry is the name of:
/// derivatives have that name instead.
fn is_fit(arena: &Arena, equation: ExprId) -> bool {
    let of_all = |list: &[ExprId]| list.iter().all(|&x| is_fit(arena, x) || under(arena, x).is_some());
    match arena.kind(equation) {
        ExprKind::Number(_) | ExprKind::Symbol(_) => true,
        ExprKind::Product(_, &[only]) => is_fit(arena, only),
        ExprKind::Sum(list) | ExprKind::Product(_, list) | ExprKind::Max(list) => of_all(list),
        ExprKind::Chosen { of, .. } => of_all(of),
        ExprKind::Power(base, n) => n == -1 && under(arena, base).is_some() || is_fit(arena, base),
        ExprKind::Call(function, x) => {
            let repeats = elementary(arena.function_name(function)).is_some_and(|f| has_argument(&f.slope));
            let has_root = || apart(arena, x, &|_| Vec::new()).is_none_or(|roots| !roots.is_empty());
            under(arena, equation).is_none() && of_all(&[x]) && !(repeats && has_root())
        }
    }
}

/// The roots in an expression, and those that entries stand for; `None` if one of them meets itself in a product or a power.
fn apart(arena: &Arena, expr: ExprId, named: &dyn Fn(Symbol) -> Vec<ExprId>) -> Option<Vec<ExprId>> {
    let of_all = |list: &[ExprId]| list.iter().map(|&x| apart(arena, x, named)).collect::<Option<Vec<Vec<ExprId>>>>();
    match arena.kind(expr) {
        ExprKind::Number(_) => Some(Vec::new()),
        ExprKind::Symbol(symbol) => Some(named(symbol)),
        ExprKind::Sum(list) | ExprKind::Max(list) | ExprKind::Chosen { of: list, .. } => Some(of_all(list)?.concat()),
        ExprKind::Product(_, list) => {
            let mut all: Vec<ExprId> = Vec::new();
            for found in of_all(list)? {
                if found.iter().any(|root| all.contains(root)) {
                    return None;
                }
                all.extend(found);
            }
            Some(all)
        }
        ExprKind::Power(base, _) => {
            let found = apart(arena, base, named)?;
            (found.is_empty() || under(arena, base).is_some() && found.len() == 1).then_some(found)
        }
        ExprKind::Call(_, x) => {
            let mut found = apart(arena, x, named)?;
            found.extend(under(arena, expr).map(|_| expr));
            Some(found)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Number, Role};

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
        let half = arena.number(Number::fraction(1, 2));
        let mut power = |base: ExprId, n: i32| arena.power(base, n).expect("no base is 0");
        let powers = [
            (power(square, -2), power(x, -1)),
            (power(square, -4), power(x, -2)),
            (power(cube, -3), power(x, -1)),
            (power(constant, -2), half),
            // no whole ones, and above a line
            (power(square, -1), power(square, -1)),
            (power(square, -3), power(square, -3)),
            (power(square, 2), power(square, 2)),
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
        let product = arena.product(&[cube, y]);
        let meets = [arena.product(&[sum, inverse]), arena.power(square, 3).unwrap(), arena.power(sum, 2).unwrap()];
        let tensor = arena.declare("z", Role::Output, vec![1], None);
        let mut system =
            System { arena, definitions: Vec::new(), loss: false, assumptions: Vec::new(), roots_stand_apart: true };
        let mut are_apart = |equations: &[ExprId]| {
            system.definitions = equations.iter().map(|&e| Definition { tensor, values: vec![e] }).collect();
            Roots::of(&system).is_some()
        };
        assert!(are_apart(&[both]) && are_apart(&[both, product]));
        assert!(!are_apart(&[both, cube]) && !are_apart(&[product, product]) && !are_apart(&[x, y]));
        assert!(meets.into_iter().all(|equation| !are_apart(&[equation])));
    }
}
