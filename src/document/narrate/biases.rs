//! Biases: what is shared and what is not, and what the other kind would give.

use std::io;

use super::narrator::Narrator;
use crate::differentiate::Gradient;
use crate::document::layout::equation as equation_rows;
use crate::document::notation::Gradients;
use crate::document::say::Sentence;
use crate::document::{Block, Display};
use crate::expr::TensorId;
use crate::formula::{Equation, Formula, definition};
use crate::verify::formula::Checker;

impl Narrator<'_> {
    /// Where the output has several places, whether they share the bias; of a vector's bias there is nothing to say.
    pub(super) fn which_bias(&mut self, gradient: &Gradient) -> io::Result<()> {
        if self.glossary.shape(gradient.of).is_empty() {
            self.tell(Sentence::BiasShared { bias: self.bare(gradient.of) })
        } else if self.is_untied(gradient) {
            // it has the output's axes
            self.tell(Sentence::BiasUntied { bias: self.math(&self.general(gradient.of, &self.output_letters())) })
        } else {
            Ok(())
        }
    }

    /// Has every output, at several places, a bias of its own?
    pub(super) fn is_untied(&self, gradient: &Gradient) -> bool {
        let output = self.glossary.shape(self.derivation.system.output());
        self.glossary.shape(gradient.of) == output && output.len() > 1
    }

    /// What the other kind of bias would give: derived with it, not asserted.
    pub(super) fn other_bias(&mut self, gradient: &Gradient) -> io::Result<()> {
        let (Some(other), Some(glossary)) = (self.derivation.other_bias.as_deref(), self.other) else { return Ok(()) };
        if self.glossary.shape(self.derivation.system.output()).len() < 2 {
            return Ok(());
        }
        let name = &self.derivation.system.arena.tensor(gradient.of).name;
        let Some(found) = other.gradients.list.iter().find(|g| &other.system.arena.tensor(g.of).name == name) else {
            return Ok(());
        };
        let Some(source) = other.indexed(found.adjoint) else {
            return Ok(());
        };
        let letters: Vec<Formula> = source.loops[..source.rank].iter().map(|l| Formula::letter(&l.name)).collect();
        let named = |tensor: TensorId| glossary.indexed(tensor, letters.clone());
        let bias = self.set(glossary, &named(found.of));
        let shared = other.system.arena.tensor(found.of).shape.is_empty();
        self.tell(if shared { Sentence::WereItShared { bias } } else { Sentence::WereItUntied { bias } })?;
        let left = match self.request.notation.gradient {
            Gradients::Nabla | Gradients::Partial => Formula::by_loss(named(found.of)),
            Gradients::Prefix => named(found.adjoint),
        };
        let equation = Equation { left, ..definition(glossary, source) };
        self.claim_with(&Checker::new(&other.instance, &other.witness, glossary), glossary, &equation);
        let right = equation.chain.iter().map(|f| self.set(glossary, f)).collect();
        let rows = equation_rows(glossary, self.request.measure, self.set(glossary, &equation.left), right);
        self.topic = format!("other_{}.index", self.glossary.code(gradient.of));
        self.block(Block::Display(Display { rows, ..Display::default() }))
    }
}
