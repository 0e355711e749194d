//! A net backwards: from the last layer to the first, of each its errors and the gradients of its parameters.

use std::io;

use super::narrator::Narrator;
use super::request::Section;
use crate::derivation::Derivation;
use crate::differentiate::Gradient;
use crate::document::Inlines;
use crate::document::math::Math;
use crate::document::say::Sentence;
use crate::expr::{Role, TensorId};
use crate::formula::Level;
use crate::index::Stage;

impl<'a> Narrator<'a> {
    /// Backwards through the layers: of each its errors, and the gradients of its weights and biases.
    pub(super) fn net_backward(&mut self) -> io::Result<()> {
        let layers = self.layers();
        let errors = self.wants(Section::Intermediate) || self.request.sections.contains(&Section::Input);
        let told: Vec<(Option<usize>, &Gradient)> = if errors { self.errors_to_tell(&layers) } else { Vec::new() };
        let parameters: Vec<Vec<&Gradient>> = layers.iter().map(|stages| self.wanted_parameters(stages)).collect();
        let any = parameters.iter().any(|own| !own.is_empty());
        let of_layers = layers.iter().filter(|stages| !self.is_loss(stages)).count();
        match (errors, any) {
            (true, _) if of_layers == 0 => self.heading(Sentence::LossAloneHeading),
            (true, true) => self.heading(Sentence::BackwardHeading),
            (true, false) => self.heading(Sentence::ErrorsHeading),
            (false, true) => self.heading(Sentence::ParametersHeading),
            (false, false) => return Ok(()),
        }
        self.backward_intro(errors.then_some(of_layers), any)?;
        for place in (0..layers.len()).rev().map(Some).chain([None]) {
            let own: Vec<&Gradient> = told.iter().filter(|(p, _)| *p == place).map(|(_, g)| *g).collect();
            let parameters = place.map_or(&[] as &[_], |place| parameters[place].as_slice());
            if let Some(place) = place.filter(|_| !own.is_empty() || !parameters.is_empty()) {
                self.layer_heading(layers[place])?;
            }
            own.into_iter().try_for_each(|gradient| self.error(gradient))?;
            parameters.iter().try_for_each(|gradient| self.parameter(gradient))?;
        }
        Ok(())
    }

    /// What is known, what an error is, and how one follows from the others.
    fn backward_intro(&mut self, of_layers: Option<usize>, parameters: bool) -> io::Result<()> {
        let derivation = self.derivation;
        let mut intro = Vec::new();
        if let Some(layers) = of_layers.filter(|_| !std::mem::replace(&mut self.is_error_known, true)) {
            intro.extend(self.loss_and_errors(layers));
            intro.extend(self.short_for());
        }
        intro.extend(parameters.then_some(Sentence::ParametersIntro));
        let told = |role| match role {
            Role::Intermediate | Role::Input => of_layers.is_some(),
            Role::Weight | Role::Bias => parameters,
            Role::Data | Role::Output | Role::Target | Role::Adjoint => false,
        };
        let counts = if derivation.gradients.list.is_empty() { Inlines::new() } else { self.counts_in(told) };
        let intro: Vec<Inlines> = intro.into_iter().map(|sentence| self.say(sentence)).chain([counts]).collect();
        let intro = self.request.lang.together(intro);
        if intro.is_empty() { Ok(()) } else { self.paragraph(intro) }
    }

    /// The loss, what is known of it, and what the errors of layers are.
    pub(super) fn loss_and_errors(&self, layers: usize) -> Vec<Sentence> {
        let derivation = self.derivation;
        let upstream = derivation.gradients.upstream;
        let loss = self.loss();
        if layers == 0 {
            return vec![Sentence::LossAlone { loss, input: self.bare(TensorId(0)) }];
        }
        let mut said = vec![match derivation.instance.loss {
            false => {
                let known = self.introduced(upstream, self.glossary.tensor(upstream, Level::None));
                Sentence::LossKnown { loss, known }
            }
            true => Sentence::LossIs { loss },
        }];
        let error = self.error_of_a_layer();
        let errors = error.is_some();
        said.extend(error.map(|error| Sentence::ErrorOfLayer { layer: Math::name("l"), error }));
        said.push(Sentence::ChainOfErrors { errors });
        said.extend((errors && layers > 1).then_some(Sentence::UnderItsLayer));
        said
    }

    /// The adjoints that are told by themselves, each with the layer that it is told in.
    fn errors_to_tell(&self, layers: &[&[Stage]]) -> Vec<(Option<usize>, &'a Gradient)> {
        let derivation: &'a Derivation = self.derivation;
        let arena = &derivation.system.arena;
        // a loss by itself, or stages without parameters: the input is what there is
        let only_input = layers.iter().all(|stages| self.is_loss(stages))
            || derivation.gradients.list.iter().all(|g| arena.tensor(g.of).role == Role::Input);
        let told = |gradient: &&Gradient| {
            let wanted = match arena.tensor(gradient.of).role {
                Role::Intermediate => self.wants(Section::Intermediate),
                // of the net's input, where that is what an activation is applied to, and where it is asked for
                Role::Input => {
                    let named =
                        (only_input || self.glossary.is_error(gradient.adjoint)) && self.wants(Section::Intermediate);
                    named || self.request.sections.contains(&Section::Input)
                }
                Role::Data | Role::Output | Role::Weight | Role::Bias | Role::Target | Role::Adjoint => false,
            };
            wanted && !self.is_link(gradient)
        };
        let place = |gradient: &Gradient| {
            let of = gradient.of.0 as usize;
            let is_input = arena.tensor(gradient.of).role == Role::Input;
            let defines = |s: &Stage| s.definitions.clone().any(|d| derivation.instance.definitions[d].tensor == of);
            let here = |s: &Stage| if is_input { s.inputs.contains(&of) } else { defines(s) };
            layers.iter().position(|stages| stages.iter().any(here))
        };
        derivation.gradients.list.iter().filter(told).map(|g| (place(g), g)).collect()
    }
}
