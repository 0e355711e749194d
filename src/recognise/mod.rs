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
mod placement;
mod propose;
mod reading;
mod relation;
mod several;
#[cfg(test)]
mod tests;
mod windows;

use crate::expr::{Arena, ExprId, TensorId};
use observe::Group;
use propose::Way;

use crate::operator::TensorOp;
pub use reading::{Favourite, Obstacle, Slide};

/// A confirmed claim: the entries are the sum of these operators, almost always a single one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// The operators to add up.
    pub parts: Vec<TensorOp>,
}

/// Terms that an entry may have when it is multiplied out to find more in it.
const MOST_TERMS: usize = 1 << 12;
/// The same for all entries together.
const MOST_EXPANDED: usize = 1 << 19;

/// Names the operator that gives `entries`, the elements of `target` in row-major order.
///
/// # Errors
/// If nothing fitted, with the reason.
pub fn recognise(
    arena: &mut Arena,
    target: TensorId,
    entries: &[ExprId],
    favourite: Favourite,
) -> Result<Recognition, Obstacle> {
    let obstacle = match as_written(arena, target, entries, favourite) {
        Ok(found) => return Ok(found),
        Err(obstacle) => obstacle,
    };
    match multiplied_out(arena, entries) {
        Some(expanded) if expanded != entries => as_written(arena, target, &expanded, favourite),
        Some(_) => Err(obstacle),
        None => Err(Obstacle::Terms),
    }
}

/// The entries with their products multiplied out, if that is not too much.
fn multiplied_out(arena: &mut Arena, entries: &[ExprId]) -> Option<Vec<ExprId>> {
    let mut left = MOST_EXPANDED;
    let mut terms = Vec::new();
    let mut expanded = Vec::with_capacity(entries.len());
    for &entry in entries {
        let whole = arena.expanded(entry, MOST_TERMS.min(left))?;
        observe::terms_of(arena, whole, &mut terms);
        left = left.checked_sub(terms.len().max(1))?;
        expanded.push(whole);
    }
    Some(expanded)
}

/// The operator behind entries whose terms are taken as they are.
fn as_written(
    arena: &mut Arena,
    target: TensorId,
    entries: &[ExprId],
    favourite: Favourite,
) -> Result<Recognition, Obstacle> {
    let shape = &arena.tensor(target).shape.clone();
    let groups = observe::observe(arena, shape, entries)?;
    let groups = propose::with_lone_places(arena, target, groups);
    let first = |arena: &mut Arena, group: &Group, entries: Option<&[ExprId]>| {
        Way::ALL.into_iter().find_map(|way| {
            let candidates = propose::propose(arena, shape, group, favourite, way);
            let mut holds = |parts: &Vec<TensorOp>| entries.is_none_or(|entries| confirm(arena, parts, shape, entries));
            candidates.into_iter().find(&mut holds)
        })
    };
    let obstacle = groups.iter().map(Group::obstacle).next().unwrap_or(Obstacle::Zero);
    if let [group] = groups.as_slice() {
        let parts = first(arena, group, Some(entries)).ok_or(obstacle)?;
        return Ok(Recognition { parts });
    }
    // with several groups the first candidates are nearly always right; else each group is confirmed by itself
    let parts: Option<Vec<Vec<TensorOp>>> = groups.iter().map(|g| first(arena, g, None)).collect();
    let parts = parts.ok_or(obstacle)?.concat();
    if confirm(arena, &parts, shape, entries) {
        return Ok(Recognition { parts });
    }
    let mut parts = Vec::with_capacity(groups.len());
    for group in &groups {
        let own = observe::terms_of_group(arena, group, entries);
        parts.extend(first(arena, group, Some(&own)).ok_or(group.obstacle())?);
    }
    if confirm(arena, &parts, shape, entries) { Ok(Recognition { parts }) } else { Err(obstacle) }
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
            terms.push(expansion::entry(arena, part, shape, offset, &mut written));
        }
        arena.sum(&terms) == entry
    })
}
