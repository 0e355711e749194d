//! The chain rule, entry by entry: which equations an entry occurs in, and what each of them adds to its gradient.

use std::io;

use super::narrator::{ENTRIES_BY_DEFAULT, Narrator, OUTPUTS_WITH_ZEROS};
use super::request::Detail;
use crate::differentiate::Gradient;
use crate::document::Inlines;
use crate::document::say::Sentence;
use crate::expr::TensorId;
use crate::formula::{Equation, Formula};

/// A longer chain of fractions is not written: the sum that follows says the same.
const FRACTIONS_IN_CHAIN: usize = 16;
/// Up to this number every language has words.
const MOST_IN_WORDS: usize = 12;

impl Narrator<'_> {
    /// Every entry by the chain rule.
    pub(super) fn chain(&mut self, gradient: &Gradient) -> io::Result<()> {
        let count = gradient.entries.len();
        let detail = self.gradient_detail(gradient);
        if detail == Detail::None {
            return Ok(());
        }
        let outputs = self.equations_reached(gradient);
        let total: usize = outputs.iter().map(|&(_, len)| len).sum();
        let occurrences = (0..count).map(|e| gradient.steps_of(e).len());
        let range = (occurrences.clone().min().unwrap_or(0), occurrences.max().unwrap_or(0));
        let entry = self.math(&self.general(gradient.of, &self.letters(gradient.of)));
        let zeros = total <= OUTPUTS_WITH_ZEROS;
        let (lang, entries, tensor) = (self.request.lang, count, self.bare(gradient.of));
        let output = self.derivation.system.definitions.len() - 1;
        // those that are none define what lies between
        let outputs_only = outputs.iter().all(|&(d, _)| d == output);
        let all = || {
            self.say(match total {
                1 => Sentence::TheOnly { outputs: outputs_only },
                2 => Sentence::Both { outputs: outputs_only },
                count => Sentence::AllOf { count, outputs: outputs_only },
            })
        };
        let text = self.say(match (zeros, range.0 == total) {
            (_, true) if total == 0 && self.offsets_read(gradient.of).is_empty() => Sentence::NothingReads { tensor },
            (_, true) if total == 0 => Sentence::NothingChanges { tensor },
            (_, true) if total == 1 => Sentence::ChainThroughOne { entries, entry, outputs: outputs_only },
            (_, true) => Sentence::ChainThroughAll { entries, entry, all: all(), outputs: outputs_only },
            (true, false) if total == 1 => Sentence::ChainWithZerosOfOne { entries, entry, all: all() },
            (true, false) => Sentence::ChainWithZeros { entries, entry, all: all(), outputs: outputs_only },
            (false, false) => {
                let range = lang.range(range.0, range.1);
                Sentence::ChainContributing { entries, entry, range, count: total, outputs: outputs_only }
            }
        });
        let shown = self.shown(detail, count);
        let few = shown.as_ref().map(|list| self.few_shown(list.len(), count)).unwrap_or_default();
        let counts = self.counts(gradient.entries.iter());
        self.paragraph(lang.together(vec![few, counts, text]))?;
        self.about_gradient(gradient.of, "chain");
        let with_fractions = range.1 <= FRACTIONS_IN_CHAIN && count <= ENTRIES_BY_DEFAULT;
        self.entries(count, shown, |this, offset| {
            let mut chain = Vec::new();
            if zeros {
                chain.extend(this.terms_of_all(gradient, offset, &outputs));
            } else if with_fractions {
                let steps = gradient.steps_of(offset).iter();
                let terms: Vec<Formula> = steps
                    .map(|s| this.fractions(gradient, offset, s.definition as usize, s.through as usize))
                    .collect();
                chain.extend((!terms.is_empty()).then(|| Formula::sum(terms)));
            }
            chain.push(this.expression(gradient.entries[offset]));
            this.rows_of(Equation::chain(this.element(gradient.adjoint, offset), chain))
        })
    }

    /// Before the first of many entries.
    pub(super) fn few_shown(&self, shown: usize, count: usize) -> Inlines {
        // words and digits are not mixed, and no sentence begins with digits
        self.say(match count {
            ..=MOST_IN_WORDS => Sentence::FewShown { shown, count },
            _ => Sentence::FewShownOfMany { shown, count },
        })
    }

    /// The definitions that read the tensor at all, with the number of their equations.
    fn equations_reached(&self, gradient: &Gradient) -> Vec<(usize, usize)> {
        let definitions = &self.derivation.system.definitions;
        let mut reached: Vec<usize> = gradient.steps.iter().map(|s| s.definition as usize).collect();
        reached.sort_unstable();
        reached.dedup();
        reached.into_iter().map(|d| (d, definitions[d].values.len())).collect()
    }

    /// Two rows: the chain rule over all outputs, and what it is with the zeros in place (left out when there are none).
    fn terms_of_all(&self, gradient: &Gradient, offset: usize, outputs: &[(usize, usize)]) -> Vec<Formula> {
        let steps = gradient.steps_of(offset);
        let all = || outputs.iter().flat_map(|&(d, len)| (0..len).map(move |o| (d, o)));
        let fractions: Vec<Formula> = all().map(|(d, o)| self.fractions(gradient, offset, d, o)).collect();
        if fractions.is_empty() {
            return Vec::new();
        }
        let fractions = Formula::sum(fractions);
        let step = |d: usize, o: usize| steps.iter().find(|s| s.definition as usize == d && s.through as usize == o);
        if all().all(|(d, o)| step(d, o).is_some()) {
            return vec![fractions];
        }
        let terms = all().map(|(d, o)| {
            let partial = step(d, o).map_or_else(|| Formula::integer(0), |step| self.scalar(step.partial));
            Formula::Product(vec![self.element(self.adjoint(d), o), partial])
        });
        vec![fractions, Formula::sum(terms.collect())]
    }

    fn adjoint(&self, definition: usize) -> TensorId {
        self.derivation.adjoint(self.derivation.system.definitions[definition].tensor)
    }

    /// `∂C/∂z_o ∂z_o/∂x`.
    fn fractions(&self, gradient: &Gradient, offset: usize, definition: usize, output: usize) -> Formula {
        let z = self.element(self.derivation.system.definitions[definition].tensor, output);
        let x = self.element(gradient.of, offset);
        Formula::Product(vec![Formula::by_loss(z.clone()), Formula::derivative(z, x)])
    }
}
