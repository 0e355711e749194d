//! Functions that a layer calls and nobody knows: most are meant so, and some are slips.

use itertools::Itertools;

use crate::index::Instance;
use crate::layer::{instead_of, is_function};
use crate::text::is_letter;

/// What to say of each function that is neither known nor called by a letter.
pub(super) fn unknown_functions(instance: &Instance) -> Vec<String> {
    let mut names = Vec::new();
    instance.definitions.iter().for_each(|d| d.body.calls(&mut |name| names.push(name.to_string())));
    let unknown = names.into_iter().unique().filter(|name| !is_function(name) && !is_opaque(name));
    unknown
        .map(|name| {
            let meant = instead_of(&name).map(|meant| format!("; {meant}")).unwrap_or_default();
            format!("`{name}` is not known: it is taken as a function with a derivative {name}\u{2032}{meant}")
        })
        .collect()
}

/// A letter, Latin or Greek, perhaps with digits or with more behind an underscore: `f`, `sigma`, `g2`, `sigma_g`. A function that is
/// called so is meant to be any.
fn is_opaque(name: &str) -> bool {
    let base = name.split_once('_').map_or(name, |(base, _)| base);
    is_letter(base.trim_end_matches(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::is_opaque;

    #[test]
    fn letters_may_stand_for_any_function() {
        for name in ["f", "F", "g2", "sigma", "Psi", "sigma_g", "f_out", "phi1"] {
            assert!(is_opaque(name), "{name}");
        }
        for name in ["sigmiod", "act", "ff", "abs2", "erf", "sigmag"] {
            assert!(!is_opaque(name), "{name}");
        }
    }
}
