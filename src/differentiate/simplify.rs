//! Simplification of gradients: adjoints replaced by what they are where the result is shorter, then the layer's assumptions used.
//!
//! The chain rule leaves softmax before cross-entropy as a sum over products of adjoints; with `∂C/∂p = -y/p` put in, it
//! becomes `p Σy - y`, and `p - y` where y adds up to 1. Whether to replace is decided by one measure for every layer: how much
//! there is to read, an adjoint counting twice, since it stands for something yet to be computed.

use rustc_hash::FxHashMap;

use super::Gradient;
use crate::expr::{Arena, ExprId, ExprKind, Number, Relation, Role, Substitution, System};

/// Terms that an entry may have while it is multiplied out.
const MOST_TERMS: usize = 1200;
/// How often adjoints are replaced: each time by those one step further on.
const MOST_ROUNDS: usize = 8;
/// Gradients of declared tensors with more entries are left as they are.
const MOST_ENTRIES: usize = 400;

/// Fills in the shorter forms, from the last gradient of the chain to the first.
pub(super) fn simplify(system: &mut System, list: &mut [Gradient]) {
    let mut forms = Forms::default();
    for gradient in list {
        let role = system.arena.tensor(gradient.of).role;
        if role == Role::Intermediate || gradient.entries.len() <= MOST_ENTRIES {
            gradient.simplified = replaced(system, &forms, gradient);
            gradient.assuming = under_assumptions(system, gradient);
        }
        if role == Role::Intermediate {
            let first = system.arena.tensor(gradient.adjoint).first.0;
            let known = gradient.shortest().iter().enumerate();
            forms.extend(known.map(|(offset, &form)| (ExprId(first + offset as u32), form)));
        }
    }
}

/// What the elements of adjoints are, as far as the chain rule has come.
type Forms = FxHashMap<ExprId, ExprId>;

/// All entries with adjoints replaced as long as that makes them shorter.
fn replaced(system: &mut System, forms: &Forms, gradient: &Gradient) -> Option<Vec<ExprId>> {
    if forms.is_empty() {
        return None;
    }
    let mut best = None;
    for _ in 0..MOST_ROUNDS {
        let entries = best.as_ref().unwrap_or(&gradient.entries);
        match replaced_once(&mut system.arena, forms, entries) {
            Some(shorter) => best = Some(shorter),
            None => break,
        }
    }
    best
}

/// The entries with adjoints replaced, if that makes the first shorter and none longer.
fn replaced_once(arena: &mut Arena, forms: &Forms, entries: &[ExprId]) -> Option<Vec<ExprId>> {
    let mut found = Vec::with_capacity(entries.len());
    for (place, &entry) in entries.iter().enumerate() {
        let before = weight(arena, entry);
        let new = arena.attempt(|arena| Substitution::new().apply(arena, entry, &|s| forms.get(&s).copied()))?;
        if new == entry {
            if place == 0 {
                return None;
            }
            found.push(entry);
            continue;
        }
        let new = arena.expanded(new, MOST_TERMS)?;
        let new = arena.with_common_coefficient(new);
        let after = weight(arena, new);
        if after > before || (place == 0 && after == before) {
            return None;
        }
        found.push(new);
    }
    Some(found)
}

/// How much there is to read, an adjoint counting twice.
fn weight(arena: &Arena, entry: ExprId) -> usize {
    let is_adjoint =
        |id: ExprId| matches!(arena.kind(id), ExprKind::Symbol(s) if arena.tensor(s.tensor).role == Role::Adjoint);
    arena.weight(entry, &is_adjoint)
}

/// The shortest entries with sums of assumed value replaced by it; `None` if nothing changes.
fn under_assumptions(system: &mut System, gradient: &Gradient) -> Option<Vec<ExprId>> {
    let System { arena, assumptions, .. } = system;
    if assumptions.is_empty() {
        return None;
    }
    let entries = gradient.shortest();
    let found: Vec<ExprId> = entries
        .iter()
        .map(|&entry| assumptions.iter().fold(entry, |entry, relation| reduced(arena, entry, relation)))
        .collect();
    (found != entries).then_some(found)
}

/// `Σ_k c M x_k`, with the x_k of the relation and one and the same c and M, replaced by c M times the relation's value.
fn reduced(arena: &mut Arena, entry: ExprId, relation: &Relation) -> ExprId {
    if let ExprKind::Product(c, &[sum]) = arena.kind(entry) {
        let c = c.clone();
        let sum = reduced(arena, sum, relation);
        return arena.scale(&c, sum);
    }
    let ExprKind::Sum(terms) = arena.kind(entry) else { return entry };
    let terms = terms.to_vec();
    // each term with one of the relation's symbols as a factor: what it multiplies, and the place of the symbol
    let mut cofactors: Vec<(ExprId, Vec<(usize, usize)>)> = Vec::new();
    for (place, &term) in terms.iter().enumerate() {
        let factors = if let ExprKind::Product(_, factors) = arena.kind(term) { factors.to_vec() } else { vec![term] };
        let Some((which, &symbol)) =
            factors.iter().find_map(|f| relation.symbols.iter().enumerate().find(|(_, s)| *s == f))
        else {
            continue;
        };
        let inverse = arena.power(symbol, -1).expect("a symbol is no constant");
        let cofactor = arena.product(&[term, inverse]);
        match cofactors.iter_mut().find(|(c, _)| *c == cofactor) {
            Some((_, places)) => places.push((which, place)),
            None => cofactors.push((cofactor, vec![(which, place)])),
        }
    }
    let mut gone = vec![false; terms.len()];
    let mut new = Vec::new();
    for (cofactor, mut places) in cofactors {
        places.sort_unstable();
        places.dedup_by_key(|p| p.0);
        if places.len() == relation.symbols.len() {
            places.iter().for_each(|&(_, place)| gone[place] = true);
            let value: Number = relation.value.clone();
            new.push(arena.scale(&value, cofactor));
        }
    }
    if new.is_empty() {
        return entry;
    }
    new.extend(terms.iter().zip(&gone).filter(|(_, gone)| !**gone).map(|(&term, _)| term));
    arena.sum(&new)
}
