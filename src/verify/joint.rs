//! Which values the variables of a reduction take together under its condition, from lists made once by trying all of them.
//!
//! Variables that no part of the condition ties together are listed apart, so that the lists are short: between an output and the
//! entries that are spread over it, those of one axis each. Nothing is solved or bounded here, as expansion does; a term that one of
//! the two loses is found.

use crate::index::{Condition, Definition, ReduceOp};

/// Classes of variables that take their values independently of each other.
pub(super) struct Joint {
    pub(super) classes: Vec<Class>,
}

/// Variables that parts of the condition tie together.
pub(super) struct Class {
    /// Those that run.
    pub(super) inner: Vec<usize>,
    /// Those that are given, with the first value of each and how many it has.
    outer: Vec<(usize, i64, usize)>,
    /// For all values of those that are given, the last one fastest, the values that the others have together, in order.
    lists: Vec<Vec<Vec<i64>>>,
}

/// More values are not tried.
const MOST_TRIED: usize = 1 << 21;

impl Joint {
    /// `None` where there would be too much to try, or where the order in which terms come matters and would be another.
    pub(super) fn of(d: &Definition, slots: &[usize], filter: &Condition, op: ReduceOp) -> Option<Joint> {
        let parts = filter.conjuncts();
        // each slot's class: the smallest slot that it is tied to
        let mut class: Vec<usize> = (0..d.loops.len()).collect();
        for part in &parts {
            let tied = part.variables();
            let least = tied.iter().map(|&s| class[s]).min()?;
            let old: Vec<usize> = tied.iter().map(|&s| class[s]).collect();
            class.iter_mut().filter(|c| old.contains(c)).for_each(|c| *c = least);
        }
        let mut roots: Vec<usize> = Vec::new();
        slots.iter().for_each(|&s| roots.extend((!roots.contains(&class[s])).then_some(class[s])));
        // conditions on what is given alone have a class without variables that run
        let given = parts.iter().flat_map(|p| p.variables()).map(|s| class[s]).filter(|root| !roots.contains(root));
        let given: Vec<usize> = given.collect();
        roots.extend(given);
        roots.dedup();
        let mut classes = Vec::with_capacity(roots.len());
        for root in roots {
            let inner: Vec<usize> = slots.iter().copied().filter(|&s| class[s] == root).collect();
            let own: Vec<&Condition> =
                parts.iter().filter(|p| p.variables().iter().any(|&s| class[s] == root)).copied().collect();
            let mut outer: Vec<usize> = own.iter().flat_map(|p| p.variables()).filter(|s| !slots.contains(s)).collect();
            outer.sort_unstable();
            outer.dedup();
            classes.push(Class::of(d, inner, outer, &own)?);
        }
        let order: Vec<usize> = classes.iter().flat_map(|c| c.inner.iter().copied()).collect();
        (op != ReduceOp::Max || order == slots).then_some(Joint { classes })
    }
}

impl Class {
    fn of(d: &Definition, inner: Vec<usize>, outer: Vec<usize>, conditions: &[&Condition]) -> Option<Class> {
        let all: Vec<usize> = outer.iter().chain(&inner).copied().collect();
        let tried = all.iter().try_fold(1usize, |n, &s| n.checked_mul(d.loops[s].len()))?;
        if tried > MOST_TRIED {
            return None;
        }
        let outer: Vec<(usize, i64, usize)> = outer.iter().map(|&s| (s, d.loops[s].low, d.loops[s].len())).collect();
        let inside: usize = inner.iter().map(|&s| d.loops[s].len()).product();
        let mut lists = vec![Vec::new(); tried.checked_div(inside).unwrap_or(0)];
        let mut at: Vec<i64> = d.loops.iter().map(|l| l.low).collect();
        for number in 0..tried {
            let mut rest = number;
            for &slot in all.iter().rev() {
                let len = d.loops[slot].len();
                at[slot] = d.loops[slot].low + (rest % len) as i64;
                rest /= len;
            }
            if conditions.iter().all(|c| c.holds(&at)) {
                lists[number / inside].push(inner.iter().map(|&s| at[s]).collect());
            }
        }
        Some(Class { inner, outer, lists })
    }

    /// The values that the variables have together where those that are given have the values in `at`.
    pub(super) fn values(&self, at: &[i64]) -> &[Vec<i64>] {
        let place = self.outer.iter().fold(0, |place, &(slot, low, len)| place * len + (at[slot] - low) as usize);
        self.lists.get(place).map_or(&[], Vec::as_slice)
    }
}
