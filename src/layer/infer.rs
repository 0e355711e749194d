//! Range inference: an index variable runs as far as every read stays inside its tensor.
//!
//! In rounds, as in Tensor Comprehensions (Vasilache et al., arXiv 1802.04730, section 3): each round takes all indices with one
//! variable of unknown range, intersects what they allow, and fixes those variables. Every round fixes one at least, or it stops.

use super::body::{Site, Slot};
use super::environment::Environment;
use super::words::plural;
use crate::index::{Affine, TensorDecl};
use crate::text::Diagnostic;

/// Fills in the unknown ranges and then checks that every unguarded read stays inside its tensor.
pub(super) fn infer(
    slots: &mut [Slot],
    sites: &[Site],
    tensors: &[TensorDecl],
    base: i64,
    environment: &Environment,
) -> Result<(), Diagnostic> {
    // a guarded read may leave its tensor, so it bounds a range only where nothing else does
    let mut guarded_too = false;
    loop {
        while let Some((slot, range)) = moved(slots) {
            slots[slot].range = Some(range);
        }
        let mut found: Vec<(usize, i64, i64, usize)> = Vec::new();
        for (place, site) in sites.iter().enumerate().filter(|(_, s)| guarded_too || !s.guarded) {
            let mut unknown = site.index.terms.iter().filter(|t| slots[t.0].range.is_none());
            let (Some(&(slot, coefficient)), None) = (unknown.next(), unknown.next()) else { continue };
            if slots[slot].between.is_some() {
                continue; // what moves it says where it runs, wherever it is read
            }
            let size = site.extent(tensors);
            let Some((low, high)) = allowed(&site.index, slot, coefficient, slots, base, base + size - 1) else {
                return Err(Diagnostic::new(site.span, "this index is too large"));
            };
            if high < low {
                return Err(does_not_fit(site, slot, slots, tensors, environment));
            }
            match found.iter_mut().find(|f| f.0 == slot) {
                None => found.push((slot, low, high, place)),
                Some(f) => {
                    (f.1, f.2) = (f.1.max(low), f.2.min(high));
                    if f.2 < f.1 {
                        let message =
                            format!("no value of `{}` keeps both reads inside their tensors", slots[slot].name);
                        let size = site.extent(tensors);
                        let last = base + size - 1;
                        let hint = format!(
                            "where a condition keeps them apart, write the range: `{} in {base}..{last}`",
                            slots[slot].name
                        );
                        let error = Diagnostic::new(site.span, message).hint(hint);
                        return Err(error.note(sites[f.3].span, "this read wants another range"));
                    }
                }
            }
        }
        if found.is_empty() {
            if guarded_too || slots.iter().all(|s| s.range.is_some()) {
                break;
            }
            guarded_too = true;
        }
        for (slot, low, high, _) in found {
            slots[slot].range = Some((low, high));
        }
    }
    if let Some(slot) = slots.iter().find(|s| s.range.is_none()) {
        let nought = environment.numbers.iter().find(|(_, value)| **value == 0);
        let hint = match nought.and_then(|(name, _)| environment.origins.get(name)) {
            Some(option) => format!("{option} is 0, so that it takes an index away"),
            None => format!("write it: `{} in {base}..…`", slot.name),
        };
        let message = format!("the range of `{}` does not follow from the shapes", slot.name);
        return Err(Diagnostic::new(slot.span, message).hint(hint));
    }
    for site in sites.iter().filter(|s| !s.guarded) {
        let size = site.extent(tensors);
        let bounds = site.index.bounds(|slot| slots[slot].range.expect("all ranges are known here"));
        match bounds {
            Some((low, high)) if low >= base && high < base + size => {}
            Some((low, high)) => {
                let tensor = &tensors[site.tensor];
                let message = match site.axis {
                    Some(axis) => {
                        format!("this index runs over {low}..{high}, outside axis {} of `{}`", axis + 1, tensor.name)
                    }
                    None => format!("this index runs over {low}..{high}, beyond the entries of `{}`", tensor.name),
                };
                let label = format!("`{}` has {base}..{} there", tensor.name, base + size - 1);
                return Err(Diagnostic::new(site.span, message)
                    .label(label)
                    .hint("narrow the range, or guard the read with `where` or `if`"));
            }
            None => {
                return Err(
                    Diagnostic::new(site.span, "this index is too large").hint("sizes and indices must fit in 64 bits")
                );
            }
        }
    }
    Ok(())
}

/// An index whose range others move, once theirs are known.
fn moved(slots: &[Slot]) -> Option<(usize, (i64, i64))> {
    let open = slots.iter().enumerate().filter(|(_, s)| s.range.is_none());
    let known = |slot: usize| slots[slot].range;
    let mut ready = open.filter_map(|(slot, s)| Some((slot, s.between.as_ref()?.range(known)?)));
    ready.next()
}

/// The values of `slot` for which `index` stays within `first..last`, whatever the known variables are.
fn allowed(index: &Affine, slot: usize, coefficient: i64, slots: &[Slot], first: i64, last: i64) -> Option<(i64, i64)> {
    let rest =
        Affine { constant: index.constant, terms: index.terms.iter().copied().filter(|t| t.0 != slot).collect() };
    let (low, high) = rest.bounds(|s| slots[s].range.unwrap_or((0, 0)))?;
    // first - low ≤ c·x ≤ last - high
    let (from, to) = (first.checked_sub(low)?, last.checked_sub(high)?);
    let (from, to) = if coefficient > 0 { (from, to) } else { (to.checked_neg()?, from.checked_neg()?) };
    let c = coefficient.abs();
    Some((from.div_euclid(c) + i64::from(from.rem_euclid(c) != 0), to.div_euclid(c)))
}

/// The reads around one position of `slot` span more than the tensor has.
fn does_not_fit(
    site: &Site,
    slot: usize,
    slots: &[Slot],
    tensors: &[TensorDecl],
    environment: &Environment,
) -> Diagnostic {
    let tensor = &tensors[site.tensor];
    let size = site.extent(tensors);
    let reach = site.index.terms.iter().filter(|t| t.0 != slot).filter_map(|&(s, c)| {
        let (low, high) = slots[s].range?;
        c.unsigned_abs().checked_mul(high.abs_diff(low))
    });
    let reach = reach.fold(1u64, u64::saturating_add);
    let shape = tensor.shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x");
    let message = format!(
        "`{}` is too small: this index needs {} {}, but `{}` is {shape}",
        tensor.name,
        plural(reach as usize, "entry", "entries"),
        site.axis_in_words(),
        tensor.name
    );
    // the options that made the window as wide as it is; where no range is written, all but the input's
    let others = site.index.terms.iter().filter(|t| t.0 != slot).flat_map(|t| slots[t.0].options.iter());
    let mut options: Vec<&str> = others.map(String::as_str).collect();
    if options.is_empty() {
        // what is 1 cannot be smaller
        let large = |letter: &String| environment.numbers.get(letter).is_some_and(|&n| n > 1);
        let origins = environment.origins.iter().filter(|(letter, _)| large(letter)).map(|(_, o)| o.as_str());
        options = origins.filter(|o| *o != "--input").collect();
    }
    options.sort_unstable();
    options.dedup();
    let smaller = if options.is_empty() { String::new() } else { format!(", or a smaller {}", options.join(" or ")) };
    Diagnostic::new(site.span, message)
        .label(format!("there are only {size}"))
        .hint(format!("give a larger input (at least {reach} {}){smaller}", site.axis_in_words()))
}
