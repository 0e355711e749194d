//! What is joined to what: the equations read entry by entry, as they stand, whatever layer they come from.

use std::collections::BTreeMap;

use super::{MOST_COLUMNS, MOST_EDGES, MOST_NODES};
use crate::derivation::Derivation;
use crate::expr::{Arena, ExprId, ExprKind, Function, Role, Symbol, TensorId};

/// Nodes in columns, and what joins them.
pub(super) struct Connections {
    /// What flows in, then each defined tensor.
    pub(super) columns: Vec<Vec<Symbol>>,
    /// In the order of what they lead to, then of what they come from.
    pub(super) edges: Vec<Connection>,
    /// Declared tensors that no line stands for.
    pub(super) left_out: Vec<TensorId>,
}

/// What one entry takes from another.
pub(super) struct Connection {
    pub(super) from: Symbol,
    pub(super) to: Symbol,
    /// The weights that the entry is multiplied by, a product for each way in which it is read with any.
    pub(super) weights: Vec<Vec<ExprId>>,
    /// A function that is applied to this entry alone.
    pub(super) function: Option<Function>,
}

/// Reads all equations of a derivation; nothing if there is too much to draw.
pub(super) fn connections(derivation: &Derivation) -> Option<Connections> {
    let system = &derivation.system;
    let arena = &system.arena;
    let entries = |t: TensorId| (0..arena.tensor(t).len() as u32).map(move |offset| Symbol { tensor: t, offset });
    let inputs = || arena.tensors().filter(|(_, t)| matches!(t.role, Role::Input | Role::Data));
    // sizes first: what is too large is not even read
    let flowing_in: usize = inputs().map(|(_, t)| t.len()).sum();
    let sizes = system.definitions.iter().map(|d| d.values.len()).chain([flowing_in]);
    if sizes.max() > Some(MOST_NODES) || system.definitions.len() >= MOST_COLUMNS {
        return None;
    }
    let first: Vec<Symbol> = inputs().flat_map(|(id, _)| entries(id)).collect();
    let defined = system.definitions.iter().map(|d| entries(d.tensor).collect());
    let columns: Vec<Vec<Symbol>> = std::iter::once(first).chain(defined).collect();
    let mut edges = Vec::new();
    for definition in &system.definitions {
        for (to, &value) in entries(definition.tensor).zip(&definition.values) {
            let mut reader = Reader { arena, factors: Vec::new(), found: BTreeMap::new() };
            reader.read(value);
            let called = if let ExprKind::Call(f, x) = arena.kind(value) { Some((f, x)) } else { None };
            let function = called.filter(|(_, x)| matches!(arena.kind(*x), ExprKind::Symbol(_))).map(|(f, _)| f);
            edges.extend(reader.found.into_iter().map(|(from, weights)| Connection { from, to, weights, function }));
            if edges.len() > MOST_EDGES {
                return None;
            }
        }
    }
    let left_out = arena.tensors().filter_map(|(id, tensor)| match tensor.role {
        Role::Weight => {
            let stands = |w: &ExprId| holds(arena, *w, &|s| s.tensor == id);
            let drawn = edges.iter().any(|e| e.weights.iter().flatten().any(stands));
            (!drawn).then_some(id)
        }
        Role::Bias | Role::Target => Some(id),
        Role::Input | Role::Data | Role::Intermediate | Role::Output | Role::Adjoint => None,
    });
    let left_out = left_out.collect();
    Some(Connections { columns, edges, left_out })
}

/// Finds the entries that an expression reads, each with the weights on the way to it.
struct Reader<'a> {
    arena: &'a Arena,
    /// The weights that multiply the part which is being read.
    factors: Vec<ExprId>,
    found: BTreeMap<Symbol, Vec<Vec<ExprId>>>,
}

impl Reader<'_> {
    fn read(&mut self, id: ExprId) {
        let arena = self.arena;
        match arena.kind(id) {
            ExprKind::Number(_) => {}
            ExprKind::Symbol(symbol) => {
                if self.is_node(symbol) {
                    let mut weights = self.factors.clone();
                    weights.sort_unstable();
                    let known = self.found.entry(symbol).or_default();
                    if !weights.is_empty() && !known.contains(&weights) {
                        known.push(weights);
                    }
                }
            }
            ExprKind::Sum(parts) | ExprKind::Max(parts) | ExprKind::Chosen { of: parts, .. } => {
                parts.iter().for_each(|&part| self.read(part));
            }
            ExprKind::Product(_, factors) => {
                let before = self.factors.len();
                let (weights, others): (Vec<ExprId>, Vec<ExprId>) = factors.iter().partition(|&&f| self.is_weight(f));
                self.factors.extend(weights);
                others.into_iter().for_each(|factor| self.read(factor));
                self.factors.truncate(before);
            }
            ExprKind::Power(inner, _) | ExprKind::Call(_, inner) => self.read(inner),
        }
    }

    /// What flows in, and what is defined.
    fn is_node(&self, symbol: Symbol) -> bool {
        matches!(self.arena.tensor(symbol.tensor).role, Role::Input | Role::Data | Role::Intermediate | Role::Output)
    }

    /// A factor with a weight in it, and no node.
    fn is_weight(&self, factor: ExprId) -> bool {
        holds(self.arena, factor, &|s| self.arena.tensor(s.tensor).role == Role::Weight)
            && !holds(self.arena, factor, &|s| self.is_node(s))
    }
}

/// Is there a symbol of this kind in an expression?
fn holds(arena: &Arena, id: ExprId, wanted: &dyn Fn(Symbol) -> bool) -> bool {
    match arena.kind(id) {
        ExprKind::Number(_) => false,
        ExprKind::Symbol(symbol) => wanted(symbol),
        ExprKind::Sum(parts)
        | ExprKind::Product(_, parts)
        | ExprKind::Max(parts)
        | ExprKind::Chosen { of: parts, .. } => parts.iter().any(|&part| holds(arena, part, wanted)),
        ExprKind::Power(inner, _) | ExprKind::Call(_, inner) => holds(arena, inner, wanted),
    }
}
