//! What stands above the exercises: the layer, what is known of its errors, the signs that will be met, the numbers to work with.

use std::io;

use super::super::narrator::Narrator;
use super::exercise::{Exercise, Shown};
use crate::document::Inlines;
use crate::document::glossary::layers_in_brackets;
use crate::document::math::Math;
use crate::document::say::Sentence;
use crate::expr::TensorId;
use crate::formula::{Level, definition};

impl Narrator<'_> {
    pub(super) fn given(&mut self, list: &[Exercise]) -> io::Result<()> {
        let definitions = &self.derivation.instance.definitions;
        self.taken()?;
        let mut rows = Vec::new();
        for source in definitions {
            rows.extend(self.rows_of(definition(self.glossary, source)));
        }
        self.topic = "definitions".to_string();
        self.rows(rows)?;
        self.explain(0..definitions.len())?;
        self.assume(|_| true)?;
        self.errors_known()?;
        self.signs_met(list)?;
        let in_numbers = list.iter().any(|exercise| exercise.in_numbers);
        let Some(values) = self.request.values.filter(|_| in_numbers) else { return Ok(()) };
        self.tell(Sentence::NumbersToTake)?;
        self.worked = self.at_numbers();
        for tensor in self.given_numbers(values) {
            self.about(tensor, "values");
            self.numbers(tensor, values)?;
        }
        if values.upstream_assumed {
            self.tell(Sentence::UpstreamOnes { error: self.bare(self.derivation.gradients.upstream) })?;
        }
        self.worked = None;
        Ok(())
    }

    /// What the layer or the net reads.
    fn taken(&mut self) -> io::Result<()> {
        if !self.net {
            return self.layer_takes();
        }
        let size = self.request.lang.size(&self.derivation.instance.tensors[0].shape);
        let input = self.bare(TensorId(0));
        self.tell(match self.layers().iter().filter(|layer| !self.is_loss(layer)).count() {
            0 => Sentence::NetStraight { input, size },
            layers => {
                let brackets = layers_in_brackets(self.derivation, &self.request.notation);
                Sentence::NetTakes { input, size, layers, brackets }
            }
        })?;
        self.conventions()
    }

    /// The loss, what is known of its derivatives, and how they are written.
    fn errors_known(&mut self) -> io::Result<()> {
        let derivation = self.derivation;
        if !self.net {
            return derivation.gradients.list.first().map_or(Ok(()), |gradient| self.notation(gradient));
        }
        let (loss, upstream) = (self.loss(), derivation.gradients.upstream);
        let known = match derivation.instance.loss {
            true => Sentence::LossIs { loss },
            false => {
                let known = self.introduced(upstream, self.glossary.tensor(upstream, Level::None));
                Sentence::LossKnown { loss, known }
            }
        };
        let error = self.error_of_a_layer().map(|error| Sentence::ErrorOfLayer { layer: Math::name("l"), error });
        let all: Vec<Inlines> =
            [Some(known), error, self.short_for()].into_iter().flatten().map(|sentence| self.say(sentence)).collect();
        self.paragraph(self.request.lang.together(all))
    }

    /// The signs of all exercises and answers: between these there is no room for explanations.
    fn signs_met(&mut self, list: &[Exercise]) -> io::Result<()> {
        for exercise in list {
            if let Some(Shown::Cut(_, _, equation) | Shown::Mistaken(equation)) = &exercise.shown {
                equation.chain.iter().for_each(|formula| self.meet(formula));
            }
            exercise.result.iter().flat_map(|equation| &equation.chain).for_each(|formula| self.meet(formula));
        }
        let (text, marks) = self.explained();
        text.into_iter().chain(marks).try_for_each(|text| self.paragraph(text))
    }
}
