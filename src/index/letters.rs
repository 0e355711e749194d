//! Letters: the one place that gives out names for indices, and keeps them apart from whatever else is printed.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::program::{Definition, Instance, Loop, TensorDecl};

/// For the axes of a tensor of which nothing else is known.
pub const AXES: [&str; 8] = ["i", "j", "k", "l", "m", "n", "p", "q"];
/// For the axes of what a derivative is taken by, where the reads have no letter for them.
pub const TARGETS: [&str; 7] = ["m", "n", "p", "q", "r", "s", "t"];
/// For the variable of a sum whose own letter has a meaning already.
pub const SUMMED: [&str; 7] = ["r", "s", "t", "p", "q", "h", "g"];
/// For leading axes, a batch.
pub const BATCH: [&str; 8] = ["n", "m", "p", "q", "r", "s", "t", "h"];

/// For the loss, where a tensor has its letter.
pub const LOSSES: [&str; 4] = ["C", "L", "J", "E"];

/// The words of operators, big signs and rules, which no index is called.
const WORDS: [&str; 24] = [
    "all",
    "del",
    "dilation",
    "einsum",
    "first",
    "grad",
    "max",
    "min",
    "ones",
    "or",
    "pad",
    "prod",
    "reshape",
    "rot180",
    "route",
    "split",
    "spread",
    "sqrt",
    "step",
    "sum",
    "up",
    "upsample",
    "vec",
    "windowmax",
];

/// Whatever else there is, those that mislead least first.
const OTHERS: [&str; 26] = [
    "i", "j", "k", "m", "n", "p", "q", "r", "s", "t", "u", "v", "h", "g", "f", "c", "b", "a", "d", "w", "x", "y", "z",
    "o", "l", "e",
];
/// What numbers are put to where each letter is the name of a tensor: `r_1` would be an entry of `r`.
const STEMS: [&str; 4] = ["iota", "kappa", "mu", "nu"];

/// Which letters have a meaning: the names that are printed, of tensors, functions and the loss, the words of operators, and the
/// letters of the indices in sight.
#[derive(Clone, Debug, Default)]
pub struct Letters {
    /// Each as it is written, and without what stands between it and its index: `r1` and `r_1` look alike. Shared, for nets have many.
    names: Rc<BTreeSet<String>>,
    scope: BTreeSet<String>,
}

impl Letters {
    /// Letters beside these names.
    pub fn beside<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Letters {
        let looks = |name: String| {
            let joined = name.contains('_').then(|| name.replace('_', ""));
            std::iter::once(name).chain(joined)
        };
        let names = names.into_iter().map(Into::into).flat_map(looks).collect();
        Letters { names: Rc::new(names), scope: BTreeSet::new() }
    }

    /// Letters beside the tensors of an instance, under their names and, in a net, as they are printed.
    pub fn of(instance: &Instance) -> Letters {
        let printed = |t: &TensorDecl| t.label.as_ref().map(|l| l.letter.clone());
        Letters::beside(instance.tensors.iter().flat_map(|t| std::iter::once(t.name.clone()).chain(printed(t))))
    }

    /// From here on the letter is that of an index.
    pub fn enter(&mut self, letter: impl Into<String>) {
        self.scope.insert(letter.into());
    }

    /// Is it neither a name nor the letter of an index in sight?
    pub fn is_free(&self, letter: &str) -> bool {
        !self.scope.contains(letter) && !self.is_name(letter)
    }

    /// Is it printed as a name?
    fn is_name(&self, letter: &str) -> bool {
        self.names.contains(letter) || WORDS.contains(&letter)
    }

    /// The first of these letters that is free, or else another; it is in sight from now on.
    pub fn give<'a>(&mut self, wanted: impl IntoIterator<Item = &'a str>) -> String {
        let wanted: Vec<&str> = wanted.into_iter().collect();
        let letter = wanted.iter().chain(&OTHERS).find(|l| self.is_free(l));
        let letter = letter.map_or_else(|| self.numbered(&wanted), |l| (*l).to_string());
        self.enter(letter.clone());
        letter
    }

    /// `r1`, `r2`, …
    fn numbered(&self, wanted: &[&str]) -> String {
        let stems = || wanted.iter().chain(&OTHERS).chain(&STEMS).filter(|l| l.bytes().all(|b| b.is_ascii_lowercase()));
        let stem = stems().find(|l| !self.is_name(l)).unwrap_or(&"iota");
        let mut all = (1..).map(|k: u64| format!("{stem}{k}"));
        all.find(|l| self.is_free(l)).expect("there is always another number")
    }

    /// The letters that follow in the alphabet: `r`, `s`, … after `q`, and on from `a`. None follow what is no single small letter.
    pub fn after(letter: &str) -> Vec<String> {
        let first = letter.bytes().next().filter(|b| letter.len() == 1 && b.is_ascii_lowercase());
        let after = first.into_iter().flat_map(|b| (b + 1..=b'z').chain(b'a'..b));
        after.map(|b| char::from(b).to_string()).collect()
    }
}

impl Definition {
    /// The same definition with other letters for the indices that are called as something that is printed.
    #[must_use]
    pub fn lettered(mut self, letters: &Letters) -> Definition {
        let mut given = letters.clone();
        let (stay, go): (Vec<&Loop>, Vec<&Loop>) = self.loops.iter().partition(|l| letters.is_free(&l.name));
        stay.iter().for_each(|l| given.enter(&l.name));
        // loops of one name are those of sums beside each other, and stay so
        let mut others: BTreeMap<String, String> = BTreeMap::new();
        for Loop { name, .. } in go {
            let other = || given.give(Letters::after(name).iter().map(String::as_str));
            others.entry(name.clone()).or_insert_with(other);
        }
        for own in &mut self.loops {
            if let Some(other) = others.get(&own.name) {
                own.name.clone_from(other);
            }
        }
        self
    }
}

impl Instance {
    /// The same with other letters in all definitions for the indices that are called as something that is printed.
    #[must_use]
    pub fn lettered(mut self, letters: &Letters) -> Instance {
        self.definitions = self.definitions.into_iter().map(|d| d.lettered(letters)).collect();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::Number;
    use crate::index::Body;

    #[test]
    fn a_letter_is_given_once_and_is_never_a_name() {
        let mut letters = Letters::beside(["r", "s_1", "W"]);
        letters.enter("t");
        assert_eq!(letters.give(SUMMED), "s");
        assert_eq!(letters.give(SUMMED), "p");
        assert_eq!(letters.give(["s1", "r"]), "i"); // s_1 looks like s1
        assert_eq!(letters.give(["W", "w"]), "w");
        assert_eq!(letters.give(["vec", "pad"]), "j");
    }

    #[test]
    fn letters_are_numbered_where_there_are_too_few() {
        let mut letters = Letters::beside(["r", "s"]);
        let given: Vec<String> = (0..26).map(|_| letters.give(SUMMED)).collect();
        assert_eq!(given[24..], ["t1", "t2"]); // r1 would be an entry of r
        let distinct: BTreeSet<&String> = given.iter().collect();
        assert_eq!(distinct.len(), given.len());
        let mut letters = Letters::beside(('a'..='z').map(String::from));
        assert_eq!(letters.give(SUMMED), "iota1");
    }

    #[test]
    fn letters_follow_each_other() {
        assert_eq!(Letters::after("y")[..3], ["z", "a", "b"]);
        assert_eq!(Letters::after("y").len(), 25);
        assert_eq!(Letters::after("W").len() + Letters::after("xy").len(), 0);
    }

    #[test]
    fn indices_make_way_for_names() {
        let loops = ["i", "r", "s", "r"].map(|name| Loop { name: name.into(), low: 1, high: 2 });
        let definition = Definition { tensor: 0, loops: loops.into(), rank: 1, body: Body::Number(Number::integer(0)) };
        let names = |letters: &Letters| {
            let lettered = definition.clone().lettered(letters);
            lettered.loops.into_iter().map(|l| l.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&Letters::beside(["a", "r"])), ["i", "t", "s", "t"]);
        assert_eq!(names(&Letters::beside(["i", "s"])), ["j", "r", "t", "r"]);
        assert_eq!(names(&Letters::beside(["x"])), ["i", "r", "s", "r"]);
    }
}
