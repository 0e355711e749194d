//! What exercises are made from: equations of the derivation that hold as they are displayed.

use super::super::narrator::Narrator;
use super::super::request::Section;
use super::draw::shuffled;
use super::exercise::{Form, Source};
use crate::expr::{ExprId, TensorId};
use crate::formula::{Equation, Formula, definition};
use crate::verify::Random;
use crate::verify::formula::Checked;

/// So many entries of a tensor are taken.
const ENTRIES: usize = 12;
/// And so many are looked at for them.
const MOST_TRIED: usize = 500;
/// A longer sum is no exercise.
const MOST_TERMS: usize = 8;
/// An index form that reads more takes too long to try other answers in.
const MOST_READS: u128 = 100_000;

impl Narrator<'_> {
    /// Equations of the parts that were asked for: some of their entries, their index forms, and those for whole tensors.
    pub(super) fn askable(&self, random: &mut Random) -> Vec<Source> {
        let derivation = self.derivation;
        let arena = &derivation.system.arena;
        let mut all = Vec::new();
        if self.wants(Section::Forward) {
            for (source, written_out) in derivation.instance.definitions.iter().zip(&derivation.system.definitions) {
                self.sources_of_entries(written_out.tensor, &written_out.values, random, &mut all);
                // the definition itself stands above the exercises
                let given = definition(self.glossary, source);
                all.extend(self.whole_of(written_out.tensor).filter(|source| source.equation != given));
            }
        }
        for gradient in &derivation.gradients.list {
            if !self.wants(Section::of(arena.tensor(gradient.of).role)) {
                continue;
            }
            self.sources_of_entries(gradient.adjoint, gradient.shortest(), random, &mut all);
            let indexed = derivation.indexed(gradient.adjoint).filter(|d| d.rank > 0 || !d.loops.is_empty());
            if let Some(source) = indexed.filter(|d| d.expanded_reads() <= MOST_READS) {
                let equation = definition(self.glossary, source);
                all.push(Source { form: Form::Index, of: gradient.adjoint, offset: None, equation });
            }
            // a sum may be the same in index form
            let is_new = |whole: &Source| all.iter().all(|source| source.equation != whole.equation);
            let whole = self.whole_of(gradient.adjoint).filter(is_new);
            all.extend(whole);
        }
        all.retain(|source| matches!(self.checker.check(&source.equation), Ok(Checked::At(_))));
        all
    }

    fn sources_of_entries(&self, of: TensorId, values: &[ExprId], random: &mut Random, all: &mut Vec<Source>) {
        let offsets = shuffled(random, (0..values.len()).collect());
        let entry = |offset: usize| {
            let right = self.scalar(values[offset]);
            let is_plain =
                matches!(right, Formula::Number(_) | Formula::Entry(..) | Formula::Name(..) | Formula::ByLoss(_));
            let terms = if let Formula::Sum(terms) = &right { terms.len() } else { 1 };
            let fits = !is_plain && terms <= MOST_TERMS && self.fits(&right);
            let equation = fits.then(|| Equation::new(self.element(of, offset), right))?;
            Some(Source { form: Form::Entry, of, offset: Some(offset), equation })
        };
        all.extend(offsets.into_iter().take(MOST_TRIED).filter_map(entry).take(ENTRIES));
    }

    /// Has it room in two lines?
    fn fits(&self, formula: &Formula) -> bool {
        self.width(formula) < 2 * self.request.measure.line()
    }

    fn whole_of(&self, of: TensorId) -> Option<Source> {
        let recognition = self.derivation.recognition(of)?;
        let equation = self.through_links(|operators| operators.equation(&recognition.parts, of))?;
        self.fits(&equation.chain[0]).then_some(Source { form: Form::Whole, of, offset: None, equation })
    }
}
