//! The gradients of a net's weights and biases, each one step of the chain rule from the errors.

use std::io;

use super::narrator::Narrator;
use super::request::{Entries, Section};
use crate::derivation::Derivation;
use crate::differentiate::Gradient;
use crate::document::Inlines;
use crate::expr::{Role, TensorId};
use crate::formula::{Equation, Formula};
use crate::index::Stage;

impl<'a> Narrator<'a> {
    /// What the number of terms after an elided sum is, where gradients of tensors with such a role have one.
    pub(super) fn counts_in(&mut self, told: impl Fn(Role) -> bool) -> Inlines {
        let derivation: &'a Derivation = self.derivation;
        let is_told = |g: &&Gradient| {
            let role = derivation.system.arena.tensor(g.of).role;
            told(role) && self.entries_of(g.entries.len()) != Entries::None
        };
        let listed: Vec<&Gradient> = derivation.gradients.list.iter().filter(is_told).collect();
        self.counts(listed.into_iter().flat_map(|g| g.entries.iter()))
    }

    /// The gradients of these stages' parameters that are told.
    pub(super) fn wanted_parameters(&self, stages: &[Stage]) -> Vec<&'a Gradient> {
        let role = |g: &Gradient| self.derivation.system.arena.tensor(g.of).role;
        self.parameters_of(stages).filter(|g| self.wants(Section::of(role(g)))).collect()
    }

    /// The gradients of the parameters that the definitions of these stages are the first to read.
    pub(super) fn parameters_of(&self, stages: &[Stage]) -> impl Iterator<Item = &'a Gradient> + use<'a> {
        let derivation: &'a Derivation = self.derivation;
        let read = self.first_read(stages);
        derivation.gradients.list.iter().filter(move |g| {
            let role = derivation.system.arena.tensor(g.of).role;
            read.contains(&g.of) && matches!(role, Role::Weight | Role::Bias)
        })
    }

    /// What the definitions of these stages read and none before them.
    pub(super) fn first_read(&self, stages: &[Stage]) -> Vec<TensorId> {
        let definitions = &self.derivation.instance.definitions;
        let own = || stages.iter().flat_map(|s| s.definitions.clone());
        let mut read = Vec::new();
        own().for_each(|place| definitions[place].body.reads(&mut |t| read.push(TensorId(t as u32))));
        for definition in &definitions[..own().min().unwrap_or(0)] {
            definition.body.reads(&mut |t| read.retain(|other| other.0 as usize != t));
        }
        read
    }

    pub(super) fn parameter(&mut self, gradient: &Gradient) -> io::Result<()> {
        let detail = self.gradient_entries(gradient);
        if detail != Entries::None {
            self.chains(gradient, |this, offset, _| this.parameter_chain(gradient, offset))?;
        }
        if detail != Entries::None && self.says_all(gradient, &self.parameter_chain(gradient, 0).chain) {
            return Ok(());
        }
        if self.derivation.recognition(gradient.adjoint).is_none() {
            return self.in_index_form(gradient);
        }
        let Some(equation) = self.whole_forms(gradient.adjoint) else { return self.in_index_form(gradient) };
        let label = format!("gradient-{}", self.glossary.code(gradient.of));
        self.about_gradient(gradient.of, "operator");
        self.chain_display(equation, &label)
    }

    /// `∂C/∂z_k ∂z_k/∂w`, in a scalar net from the activation on, and what it is.
    fn parameter_chain(&self, gradient: &Gradient, offset: usize) -> Equation {
        let derivation = self.derivation;
        let own = self.element(gradient.of, offset);
        let steps = gradient.steps_of(offset);
        let mut chain = Vec::new();
        if (1..=super::narrator::FRACTIONS_IN_NET).contains(&steps.len()) && !steps.iter().any(|s| self.is_the_loss(s))
        {
            let terms = steps.iter().map(|step| {
                let through = derivation.system.definitions[step.definition as usize].tensor;
                let output = self.element(through, step.through as usize);
                let mut row = Vec::new();
                let scalar = self.glossary.is_single(gradient.of) && self.glossary.is_single(through);
                let above = derivation.gradient(through).filter(|_| scalar);
                match above.map(|g| g.steps_of(step.through as usize)) {
                    Some([up]) => {
                        let activated = derivation.system.definitions[up.definition as usize].tensor;
                        let activated = self.element(activated, up.through as usize);
                        if !self.is_the_loss(up) {
                            row.push(Formula::by_loss(activated.clone()));
                        }
                        row.push(Formula::derivative(activated, output.clone()));
                    }
                    Some(_) | None => row.push(Formula::by_loss(output.clone())),
                }
                row.push(Formula::derivative(output, own.clone()));
                Formula::Product(row)
            });
            chain.push(Formula::sum(terms.collect()));
        }
        chain.push(self.expression(gradient.shortest()[offset]));
        chain.dedup();
        Equation::chain(self.element(gradient.adjoint, offset), chain)
    }
}
