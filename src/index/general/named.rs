//! Letters for rounded sizes: `⌊(H − K)/s⌋ + 1` is long, and stands in every bound; O says it once.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::program::{Definition, Program, Range, Tensor};
use super::size::{Atom, Size};
use crate::index::letters::Letters;

/// For the sizes of results.
const SIZES: [&str; 6] = ["O", "Q", "M", "N", "R", "T"];

impl Program {
    /// The same with a letter for the size of each axis of a defined tensor that holds something rounded; what each stands for is kept
    /// in [`Program::derived`], and what is known of it in the ledger.
    #[must_use]
    pub fn named(mut self, letters: &mut Letters) -> Program {
        let own: Vec<usize> = self.definitions.iter().map(|d| d.tensor).collect();
        let rounded = |size: &&Size| {
            let mut found = false;
            size.each_atom(&mut |atom| found |= !matches!(atom, Atom::Letter(_) | Atom::Quotient(..)));
            found
        };
        let mut sizes: Vec<Size> = Vec::new();
        for size in own.iter().flat_map(|&t| &self.tensors[t].shape).filter(rounded) {
            if !sizes.contains(size) {
                sizes.push(size.clone());
            }
        }
        let names: Vec<String> = match sizes.len() {
            0 => return self,
            1 => vec![letters.give(SIZES)],
            n => {
                let fits = |letter: &&&str| {
                    (1..=n).all(|k| letters.is_free(&format!("{letter}{k}"))) && letters.is_free(letter)
                };
                let letter = SIZES.iter().find(fits).copied().unwrap_or("O");
                (1..=n).map(|k| format!("{letter}{k}")).collect()
            }
        };
        for (name, size) in names.iter().zip(&sizes) {
            letters.enter(name);
            let letter = Size::letter(name);
            // size = atom + whole: the atom is what the letter leaves
            let Some((atom, whole)) = atom_in(size) else { continue };
            let by = letter.sub(&whole);
            self.ledger.define(name, size);
            match &atom {
                Atom::Floor(n, d) => {
                    self.ledger.facts.push(n.sub(&d.times(&by)));
                    self.ledger.facts.push(d.times(&by).add(d).sub(n).add(&Size::integer(-1)));
                }
                Atom::Ceil(n, d) => {
                    self.ledger.facts.push(d.times(&by).sub(n));
                    self.ledger.facts.push(n.add(d).sub(&d.times(&by)).add(&Size::integer(-1)));
                }
                Atom::Max(list) => self.ledger.facts.extend(list.iter().map(|x| by.sub(x))),
                Atom::Min(list) => self.ledger.facts.extend(list.iter().map(|x| x.sub(&by))),
                Atom::Letter(_) | Atom::Quotient(..) => {}
            }
            let change = |size: &Size| size.without_atom(&atom, &by);
            self.tensors =
                self.tensors.into_iter().map(|t| Tensor { shape: t.shape.iter().map(change).collect(), ..t }).collect();
            let range = |r: Range| Range { low: change(&r.low), high: change(&r.high), ..r };
            self.definitions = self
                .definitions
                .into_iter()
                .map(|d| Definition {
                    ranges: d.ranges.into_iter().map(range).collect(),
                    body: d.body.mapped(&change),
                    ..d
                })
                .collect();
            self.derived.push((Rc::from(name.as_str()), size.clone()));
        }
        self
    }

    /// The letters of what is given, without those of what is derived.
    pub fn given(&self) -> BTreeSet<Rc<str>> {
        self.ledger.least.iter().map(|(letter, _)| letter.clone()).collect()
    }
}

/// A size that is one atom and something whole.
fn atom_in(size: &Size) -> Option<(Atom, Size)> {
    let mut found: Vec<Atom> = Vec::new();
    for (monomial, _) in size.terms() {
        if let [(atom, 1)] = monomial.as_slice()
            && !matches!(atom, Atom::Letter(_))
        {
            found.push(atom.clone());
        }
    }
    let [atom] = found.as_slice() else { return None };
    let whole = size.sub(&Size::atom(atom.clone()));
    let mut again = false;
    whole.each_atom(&mut |other| again |= other == atom);
    (!again).then(|| (atom.clone(), whole))
}
