//! Recognition: which tensor operator a family of scalar expressions is, found from the scalar terms alone.
//!
//! Four steps, a file each. *Observe*: terms become rows of indices, grouped by signature (which tensors are multiplied).
//! *Propose*: relations between the index columns are fitted to a sample of rows and read as an operator with parameters.
//! *Expand*: the operator is written out again in the same arena. *Confirm*: every entry must be the very same expression;
//! else there is no claim. Nothing here knows which layer is looked at, and no hint is taken as to
//! what to find; where two readings of one operator are both true, the caller has a favourite.

mod contraction;
mod correlation;
mod expansion;
mod leading;
mod meetings;
mod observe;
mod operator;
mod propose;
mod relation;
#[cfg(test)]
mod tests;
mod windows;

use crate::expr::{Arena, ExprId, TensorId};

pub use operator::{Contraction, Correlation, CorrelationAxis, Leading, Operand, Route, TensorOp, Window};

/// A confirmed claim: the entries are the sum of these operators, almost always a single one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// The operators to add up.
    pub parts: Vec<TensorOp>,
}

/// Terms that an entry may have when it is multiplied out.
const MOST_TERMS: usize = 400;
/// Entries up to which a family is multiplied out to find more in it.
const MOST_ENTRIES: usize = 400;

/// Which of two true readings is given, where one size in three is 1 and a product of matrices is also a correlation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Favourite {
    /// The correlation.
    Correlation(Slide),
    /// The product.
    Product,
}

/// How a reader expects a kernel to move. Where several steps would explain the terms, these are tried first; nothing is claimed
/// for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slide {
    /// Along so many of the last axes.
    pub axes: usize,
    /// For the first few of them: from one place of the kernel to the next, and from one of its entries to the next.
    pub steps: [[i64; 2]; 3],
}

impl Default for Slide {
    fn default() -> Slide {
        Slide { axes: 0, steps: [[1; 2]; 3] }
    }
}

/// Names the operator that gives `entries`, the elements of `target` in row-major order; `None` if nothing fitted.
pub fn recognise(arena: &mut Arena, target: TensorId, entries: &[ExprId], favourite: Favourite) -> Option<Recognition> {
    if let Some(found) = as_written(arena, target, entries, favourite) {
        return Some(found);
    }
    if entries.len() > MOST_ENTRIES {
        return None;
    }
    let expanded: Vec<ExprId> = entries.iter().map(|&e| arena.expanded(e, MOST_TERMS)).collect::<Option<_>>()?;
    if expanded == entries { None } else { as_written(arena, target, &expanded, favourite) }
}

/// The operator behind entries whose terms are taken as they are.
fn as_written(arena: &mut Arena, target: TensorId, entries: &[ExprId], favourite: Favourite) -> Option<Recognition> {
    let shape = &arena.tensor(target).shape.clone();
    let groups = observe::observe(arena, shape, entries)?;
    let groups = propose::with_lone_places(arena, target, groups);
    let first = |arena: &mut Arena, group, entries: Option<&[ExprId]>| {
        let candidates = propose::propose(arena, shape, group, favourite);
        candidates
            .into_iter()
            .find(|op| entries.is_none_or(|entries| confirm(arena, std::slice::from_ref(op), shape, entries)))
    };
    if let [group] = groups.as_slice() {
        let op = first(arena, group, Some(entries))?;
        return Some(Recognition { parts: vec![op] });
    }
    // with several groups the first candidates are nearly always right; else each group is confirmed by itself
    let parts: Option<Vec<TensorOp>> = groups.iter().map(|g| first(arena, g, None)).collect();
    let parts = parts?;
    if confirm(arena, &parts, shape, entries) {
        return Some(Recognition { parts });
    }
    let mut parts = Vec::with_capacity(groups.len());
    for group in &groups {
        let own = observe::terms_of_group(arena, group, entries);
        parts.push(first(arena, group, Some(&own))?);
    }
    confirm(arena, &parts, shape, entries).then_some(Recognition { parts })
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
