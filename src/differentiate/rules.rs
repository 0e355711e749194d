//! The rules of differentiation, one row each: what a node hands down to its children; and the derivatives of functions, read off
//! their table.

use crate::expr::{Arena, ExprId, Function, Number, Slope, degree_of_root, elementary, slope_of_root};

/// The derivative of `function` at `argument`, where it has the given `value`.
pub(super) fn slope(arena: &mut Arena, function: Function, argument: ExprId, value: ExprId) -> ExprId {
    if let Some(degree) = degree_of_root(arena.function_name(function)).filter(|_| function.order == 0) {
        let (share, exponent) = slope_of_root(degree);
        // as with the logarithm, the root of the constant 0 has no derivative
        let power = arena.power(value, exponent).unwrap_or_else(|| arena.number(Number::integer(0)));
        return arena.scale(&share, power);
    }
    match elementary(arena.function_name(function)) {
        Some(row) if function.order == 0 => built(arena, row.slope, argument, value),
        Some(_) | None => arena.call(Function { order: function.order + 1, ..function }, argument),
    }
}

fn built(arena: &mut Arena, slope: Slope, x: ExprId, y: ExprId) -> ExprId {
    let mut all = |list: &[Slope]| list.iter().map(|&s| built(arena, s, x, y)).collect::<Vec<_>>();
    match slope {
        Slope::Argument => x,
        Slope::Value => y,
        Slope::Integer(n) => arena.number(Number::integer(n)),
        Slope::Sum(list) => {
            let terms = all(list);
            arena.sum(&terms)
        }
        Slope::Product(list) => {
            let factors = all(list);
            arena.product(&factors)
        }
        // the logarithm of the constant 0 has no derivative, and no value either: the equation itself is refused when it is checked
        Slope::Power(base, n) => {
            let base = built(arena, *base, x, y);
            arena.power(base, n).unwrap_or_else(|| arena.number(Number::integer(0)))
        }
        Slope::Call(name) => {
            let function = arena.function(name, 0);
            arena.call(function, x)
        }
    }
}

/// A rule, one for each kind of expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// ∂x/∂x = 1.
    Itself,
    /// A sum hands its adjoint to every term.
    Sum,
    /// A product hands to each factor its adjoint times the other factors.
    Product,
    /// ∂xⁿ/∂x = n xⁿ⁻¹.
    Power,
    /// ∂f(x)/∂x = f′(x).
    Chain,
    /// A maximum hands its adjoint to the argument that is largest.
    Maximum,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Which rule.
    pub rule: Rule,
    /// Its usual name.
    pub name: &'static str,
}

/// All rules.
pub const RULES: [Row; 6] = [
    Row { rule: Rule::Itself, name: "identity" },
    Row { rule: Rule::Sum, name: "sum rule" },
    Row { rule: Rule::Product, name: "product rule" },
    Row { rule: Rule::Power, name: "power rule" },
    Row { rule: Rule::Chain, name: "chain rule" },
    Row { rule: Rule::Maximum, name: "derivative of a maximum" },
];

/// The set of rules that a step used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rules(u8);

impl Rules {
    /// The set with one more rule.
    #[must_use]
    pub fn with(self, rule: Rule) -> Rules {
        Rules(self.0 | 1 << rule as u8)
    }

    /// The rules of both sets.
    #[must_use]
    pub fn union(self, other: Rules) -> Rules {
        Rules(self.0 | other.0)
    }

    /// Was the rule used?
    pub fn contains(self, rule: Rule) -> bool {
        self.0 & 1 << rule as u8 != 0
    }

    /// The used rules in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = &'static Row> {
        RULES.iter().filter(move |row| self.contains(row.rule))
    }
}
