//! The rules of differentiation, one row each: what a node hands down to its children.

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
