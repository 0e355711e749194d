//! Recognition: which tensor operator a family of scalar expressions is, found from the scalar terms alone.
//!
//! Four steps, a file each. *Observe*: terms become rows of indices, grouped by signature (which tensors are multiplied).
//! *Propose*: relations between the index columns are fitted to a sample of rows and read as an operator with parameters.
//! *Expand*: the operator is written out again in the same arena. *Confirm*: every entry must be the very same expression;
//! else there is no claim. Nothing here knows which layer is looked at, and no hint is taken.

mod expansion;
mod observe;
mod operator;
mod propose;
mod relation;

use crate::expr::{Arena, ExprId, TensorId};

pub use operator::{Correlation, CorrelationAxis, Operand, Route, TensorOp, Window};

/// A confirmed claim: the entries are the sum of these operators, almost always a single one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// The operators to add up.
    pub parts: Vec<TensorOp>,
}

/// Names the operator that gives `entries`, the elements of `target` in row-major order; `None` if nothing fitted.
pub fn recognise(arena: &mut Arena, target: TensorId, entries: &[ExprId]) -> Option<Recognition> {
    let shape = arena.tensor(target).shape.clone();
    let groups = observe::observe(arena, &shape, entries)?;
    let mut parts = Vec::with_capacity(groups.len());
    for group in &groups {
        // with one group its operator must give the entries; with several, only their sum can be compared
        let alone = (groups.len() == 1).then_some(entries);
        let found = propose::propose(arena, &shape, group)
            .into_iter()
            .find(|op| alone.is_none_or(|entries| confirm(arena, std::slice::from_ref(op), &shape, entries)))?;
        parts.push(found);
    }
    (groups.len() == 1 || confirm(arena, &parts, &shape, entries)).then_some(Recognition { parts })
}

/// Are the entries, one by one, the same expressions as the sum of the operators written out?
fn confirm(arena: &mut Arena, parts: &[TensorOp], shape: &[usize], entries: &[ExprId]) -> bool {
    let mut terms = Vec::new();
    let mut written = expansion::Written::default();
    entries.iter().enumerate().all(|(offset, &entry)| {
        if written.is(arena, parts, shape, offset, entry) {
            return true;
        }
        terms.clear();
        for part in parts {
            terms.push(expansion::entry(arena, part, shape, offset));
        }
        arena.sum(&terms) == entry
    })
}
