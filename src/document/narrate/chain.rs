//! The chain rule, entry by entry: which equations an entry occurs in, and what each of them adds to its gradient.

use std::io;

use super::equations::in_turn;
use super::narrator::{ENTRIES_IN_FULL, Narrator};
use super::request::{Depth, Entries};
use crate::differentiate::{Gradient, Step};
use crate::document::say::Sentence;
use crate::document::{Inline, Inlines};
use crate::expr::{ExprKind, TensorId};
use crate::formula::{Equation, Formula};

/// So many equations are listed that an entry stands in.
const READERS_LISTED: usize = 6;
/// Up to this number every language has words.
const MOST_IN_WORDS: usize = 12;

impl Narrator<'_> {
    /// The chain rule: slowly for one or two entries, and what the others come to; or for every entry.
    pub(super) fn chain(&mut self, gradient: &Gradient) -> io::Result<()> {
        let entries = self.gradient_entries(gradient);
        if entries == Entries::None {
            return Ok(());
        }
        let reached = Reached::of(self, gradient);
        if self.request.depth == Depth::Full || gradient.entries.len() == 1 || reached.most() == 0 {
            return self.each_by_chain(gradient, entries, &reached);
        }
        self.slowly(gradient, entries, &reached)
    }

    /// An entry with most terms and, where that has no zeros, the first one with some; then what the others come to.
    fn slowly(&mut self, gradient: &Gradient, entries: Entries, reached: &Reached) -> io::Result<()> {
        let count = gradient.entries.len();
        let steps = |offset: usize| gradient.steps_of(offset).len();
        let fullest = self.slow_entry(gradient);
        let shows_zeros = steps(fullest) < reached.total() || !reached.zeros;
        let first = (!shows_zeros && fullest != 0 && steps(0) > 0).then_some(0);
        let zeros = reached.zeros && (first.is_some() || steps(fullest) < reached.total());
        self.zeros_told |= zeros;
        let counts = self.counts(gradient.entries.iter());
        for offset in [Some(fullest), first].into_iter().flatten() {
            let question = self.stands(gradient, offset, reached, offset == fullest);
            self.paragraph(self.request.lang.together(vec![question]))?;
            self.about_gradient(gradient.of, "chain");
            let equation = self.by_chain(gradient, offset, reached);
            self.rows(self.rows_of(equation))?;
        }
        let mut others: Vec<usize> = (0..count).filter(|&o| o != fullest && Some(o) != first).collect();
        let left = others.len();
        if left == 0 {
            return Ok(());
        }
        let few = entries == Entries::Few && left > 3;
        if few {
            others = vec![others[0], others[left - 1]];
        }
        let text = self.say(match few {
            true => Sentence::FewOthers { shown: others.len(), count: left },
            false => Sentence::Others { count: left },
        });
        self.paragraph(self.request.lang.together(vec![counts, text]))?;
        self.about_gradient(gradient.of, "chain");
        let offsets: Vec<Option<usize>> = match few {
            true => vec![Some(others[0]), None, Some(others[1])],
            false => others.into_iter().map(Some).collect(),
        };
        self.entries(offsets.into_iter(), |this, offset| {
            let entry = this.expression(gradient.entries[offset]);
            this.rows_of(Equation::new(this.element(gradient.adjoint, offset), entry))
        })
    }

    /// The entry that is told step by step: the first, or where another has more terms, one with most.
    pub(super) fn slow_entry(&self, gradient: &Gradient) -> usize {
        let steps = |offset: usize| gradient.steps_of(offset).len();
        let fullest = self.fullest(gradient.of, steps);
        if steps(0) == steps(fullest) { 0 } else { fullest }
    }

    /// In which equations an entry stands, and with which factor.
    fn stands(&self, gradient: &Gradient, offset: usize, reached: &Reached, asked: bool) -> Inlines {
        let steps = gradient.steps_of(offset);
        let entry = self.math(&self.element(gradient.of, offset));
        let (outputs, count, total) = (reached.outputs, steps.len(), reached.total());
        let reader = |step: &Step| {
            let through = self.derivation.system.definitions[step.definition as usize].tensor;
            let place = self.element(through, step.through as usize);
            let reader = self.math(&place);
            let kind = self.derivation.system.arena.kind(step.partial);
            let one = matches!(kind, ExprKind::Number(n) if n.is_one());
            let simple = !one && matches!(kind, ExprKind::Number(_) | ExprKind::Symbol(_));
            let factor = simple.then(|| self.scalar(step.partial));
            let Some(factor) = factor else { return vec![Inline::Math(reader)] };
            // the factor is the derivative
            let derivative = Formula::derivative(place, self.element(gradient.of, offset));
            self.claim(&Equation::new(derivative, factor.clone()));
            self.say(Sentence::ReaderTimes { reader, factor: self.math(&factor) })
        };
        let places = match count {
            1..=READERS_LISTED => self.say(Sentence::Readers { readers: steps.iter().map(reader).collect() }),
            _ if count == total => self.say(Sentence::AllOf { count, outputs }),
            _ => self.say(Sentence::SomeOf { count, total, outputs }),
        };
        let zeros = if reached.zeros { total - count } else { 0 };
        self.say(match (asked, zeros) {
            (true, 0) => Sentence::Stands { entry, places, outputs, count },
            (true, zeros) => Sentence::StandsWithZeros { entry, places, outputs, count, zeros },
            (false, zeros) => Sentence::FirstWithZeros { entry, places, outputs, zeros },
        })
    }

    /// One entry by the chain rule.
    fn by_chain(&self, gradient: &Gradient, offset: usize, reached: &Reached) -> Equation {
        let mut chain = Vec::new();
        let steps = gradient.steps_of(offset);
        if reached.zeros {
            chain.extend(self.terms_of_all(gradient, offset, &reached.definitions));
        } else if steps.len() <= self.most_outputs() && gradient.entries.len() <= self.most_with_fractions() {
            let fractions =
                steps.iter().map(|s| self.fractions(gradient, offset, s.definition as usize, s.through as usize));
            let terms: Vec<Formula> = fractions.collect();
            chain.extend((!terms.is_empty()).then(|| Formula::sum(terms)));
        }
        chain.push(self.expression(gradient.entries[offset]));
        Equation::chain(self.element(gradient.adjoint, offset), chain)
    }

    /// Of a larger tensor told entry by entry, the sums alone say as much.
    fn most_with_fractions(&self) -> usize {
        if self.request.depth == Depth::Full { ENTRIES_IN_FULL } else { usize::MAX }
    }

    /// Every entry by the chain rule.
    fn each_by_chain(&mut self, gradient: &Gradient, entries: Entries, reached: &Reached) -> io::Result<()> {
        let count = gradient.entries.len();
        let (total, outputs) = (reached.total(), reached.outputs);
        let (least, most) = reached.range;
        let entry = self.math(&self.general(gradient.of, &self.letters(gradient.of)));
        let (lang, many, tensor) = (self.request.lang, count, self.bare(gradient.of));
        let all = || {
            self.say(match total {
                1 => Sentence::TheOnly { outputs },
                2 => Sentence::Both { outputs },
                count => Sentence::AllOf { count, outputs },
            })
        };
        let text = self.say(match (reached.zeros, least == total) {
            (_, true) if total == 0 && self.offsets_read(gradient.of).is_empty() => Sentence::NothingReads { tensor },
            (_, true) if total == 0 => Sentence::NothingChanges { tensor },
            (_, true) if total == 1 => Sentence::ChainThroughOne { entries: many, entry, outputs },
            (_, true) => Sentence::ChainThroughAll { entries: many, entry, all: all(), outputs },
            (true, false) if total == 1 => Sentence::ChainWithZerosOfOne { entries: many, entry, all: all() },
            (true, false) => Sentence::ChainWithZeros { entries: many, entry, all: all(), outputs },
            (false, false) => {
                let range = lang.range(least, most);
                Sentence::ChainContributing { entries: many, entry, range, count: total, outputs }
            }
        });
        let shown = self.shown(entries, gradient.of, |offset| gradient.steps_of(offset).len());
        let few = shown.as_ref().map(|list| self.few_shown(list.len(), count)).unwrap_or_default();
        let counts = self.counts(gradient.entries.iter());
        self.paragraph(lang.together(vec![few, counts, text]))?;
        self.about_gradient(gradient.of, "chain");
        self.entries(in_turn(count, shown), |this, offset| this.rows_of(this.by_chain(gradient, offset, reached)))
    }

    /// Before the first of many entries.
    pub(super) fn few_shown(&self, shown: usize, count: usize) -> Inlines {
        // words and digits are not mixed, and no sentence begins with digits
        self.say(match count {
            ..=MOST_IN_WORDS => Sentence::FewShown { shown, count },
            _ => Sentence::FewShownOfMany { shown, count },
        })
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

/// The equations that the entries of a tensor stand in.
struct Reached {
    /// The definitions, each with the number of its equations.
    definitions: Vec<(usize, usize)>,
    /// In how many of them an entry stands at least and at most.
    range: (usize, usize),
    /// Are they all outputs? Those that are none define what lies between.
    outputs: bool,
    /// Are they so few that the terms that are zero are written out too? Once, and in full always.
    zeros: bool,
}

impl Reached {
    fn of(narrator: &Narrator<'_>, gradient: &Gradient) -> Reached {
        let definitions = &narrator.derivation.system.definitions;
        let mut reached: Vec<usize> = gradient.steps.iter().map(|s| s.definition as usize).collect();
        reached.sort_unstable();
        reached.dedup();
        let outputs = reached.iter().all(|&d| d == definitions.len() - 1);
        let occurrences = (0..gradient.entries.len()).map(|e| gradient.steps_of(e).len());
        let range = (occurrences.clone().min().unwrap_or(0), occurrences.max().unwrap_or(0));
        let definitions: Vec<_> = reached.into_iter().map(|d| (d, definitions[d].values.len())).collect();
        let total: usize = definitions.iter().map(|&(_, len)| len).sum();
        let told = narrator.zeros_told && narrator.request.depth != Depth::Full;
        Reached { definitions, range, outputs, zeros: total <= narrator.most_outputs() && !told }
    }

    fn total(&self) -> usize {
        self.definitions.iter().map(|&(_, len)| len).sum()
    }

    fn most(&self) -> usize {
        self.range.1
    }
}
