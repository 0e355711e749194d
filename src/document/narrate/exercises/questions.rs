//! Questions about what is connected with what: which entries read an entry, which terms the derivative by one has.

use super::super::narrator::Narrator;
use super::draw::shuffled;
use super::exercise::{Exercise, Source};
use crate::document::say::Sentence;
use crate::document::{Inlines, Math};
use crate::expr::TensorId;
use crate::verify::Random;

/// More entries than these are no answer, but a list.
const MOST_READERS: usize = 6;
/// So many entries of a tensor are asked for.
const ENTRIES: usize = 8;
const ROOM: u8 = 2;

impl Narrator<'_> {
    /// The entries of which it can be asked who reads them: not all, and not too many.
    pub(super) fn read_entries(
        &self,
        wanted: impl Fn(TensorId) -> bool,
        random: &mut Random,
    ) -> Vec<(TensorId, usize)> {
        let mut all = Vec::new();
        for gradient in self.derivation.gradients.list.iter().filter(|g| wanted(g.of)) {
            let offsets = shuffled(random, (0..gradient.entries.len()).collect());
            let asked = offsets.into_iter().filter(|&offset| {
                let steps = gradient.steps_of(offset);
                let definitions = &self.derivation.system.definitions;
                let some = |step: &crate::differentiate::Step| definitions[step.definition as usize].values.len();
                steps.len() <= MOST_READERS && steps.iter().all(|step| steps.len() < some(step))
            });
            all.extend(asked.take(ENTRIES).map(|offset| (gradient.of, offset)));
        }
        all
    }

    /// Which entries read this one?
    pub(super) fn who_reads(&self, tensor: TensorId, offset: usize) -> Option<Exercise> {
        let gradient = self.derivation.gradient(tensor)?;
        let definitions = &self.derivation.system.definitions;
        let reader = |step: &crate::differentiate::Step| {
            let entry = self.element(definitions[step.definition as usize].tensor, step.through as usize);
            self.math(&entry)
        };
        let entries: Vec<Math> = gradient.steps_of(offset).iter().map(reader).collect();
        let answer = match entries.is_empty() {
            true => Sentence::NoneReads,
            false => Sentence::TheseRead { entries },
        };
        let entry = self.math(&self.element(tensor, offset));
        let question = Sentence::WhoReads { entry, outputs: definitions.len() == 1 };
        Some(self.question(question, self.say(answer)))
    }

    /// Which terms has this entry?
    pub(super) fn which_terms(&self, source: &Source, _: &mut Random) -> Option<Exercise> {
        let entry = self.math(&source.equation.left);
        let question = self.question(Sentence::WriteOut { entry }, Inlines::new());
        Some(Exercise { result: Some(source.equation.clone()), ..question })
    }

    fn question(&self, task: Sentence, answer: Inlines) -> Exercise {
        Exercise { task: self.say(task), shown: None, answer, result: None, in_numbers: false, room: ROOM }
    }
}
