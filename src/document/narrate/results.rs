//! The results of a layer, before they are derived: what it computes, its gradients in closed form, and what their entries collect.

use std::io;

use super::gradient::left_to_reader;
use super::narrator::Narrator;
use crate::differentiate::Gradient;
use crate::document::notation::Gradients;
use crate::document::say::Sentence;
use crate::document::{Block, Display, Inlines, Row};
use crate::expr::{ExprId, ExprKind, Role, TensorId};
use crate::formula::{Equation, Formula, Level, definition};

impl Narrator<'_> {
    pub(super) fn results(&mut self) -> io::Result<()> {
        let derivation = self.derivation;
        let gradients = &derivation.gradients.list;
        let Some(first) = gradients.first() else { return Ok(()) };
        self.heading(Sentence::ResultHeading);
        self.defined()?;
        self.notation(first)?;
        let closed: Vec<Equation> = gradients.iter().filter_map(|g| self.closed(g)).collect();
        let parts = |g: &Gradient| derivation.recognition(g.adjoint).map_or(&[] as &[_], |r| r.parts.as_slice());
        let left = gradients.iter().filter_map(|g| Some(left_to_reader(&self.closed(g)?.chain[0], parts(g))));
        let (zeros, cut) = left.fold((false, false), |all, left| (all.0 | left.0, all.1 | left.1));
        if closed.is_empty() {
            return Ok(());
        }
        self.signs_of_products()?;
        self.tell(Sentence::Gradients { count: closed.len() })?;
        let rows: Vec<Row> = closed.into_iter().flat_map(|equation| self.rows_of(equation)).collect();
        self.topic = "summary".to_string();
        self.block(Block::Display(Display { rows, boxed: true, ..Display::default() }))?;
        let understood =
            zeros.then_some(Sentence::ZerosUnderstood).into_iter().chain(cut.then_some(Sentence::CutUnderstood));
        let understood: Vec<Inlines> = understood.map(|sentence| self.say(sentence)).collect();
        if !understood.is_empty() {
            self.paragraph(self.request.lang.together(understood))?;
        }
        let told = |g: &&Gradient| derivation.system.arena.tensor(g.of).role != Role::Intermediate;
        let collected = gradients.iter().filter(told).map(|g| self.collects(g)).collect();
        let collected = self.request.lang.together(collected);
        if collected.is_empty() { Ok(()) } else { self.paragraph(collected) }
    }

    /// A gradient as operators on whole tensors, else in index form.
    fn closed(&self, gradient: &Gradient) -> Option<Equation> {
        let derivation = self.derivation;
        let fraction = matches!(self.request.notation.gradient, Gradients::Nabla | Gradients::Partial);
        let operator = derivation.recognition(gradient.adjoint);
        let written = operator.and_then(|r| self.bare_operators().written(&r.parts, gradient.adjoint));
        let Some((indices, right)) = written else {
            return Some(definition(self.glossary, derivation.indexed(gradient.adjoint)?));
        };
        let named = |tensor| self.glossary.indexed_at(tensor, Level::None, indices.clone());
        let left = if fraction { Formula::by_loss(named(gradient.of)) } else { named(gradient.adjoint) };
        Some(Equation::new(left, right))
    }

    /// How many errors meet in an entry of a gradient, and what each is multiplied by; nothing where an entry stands in other
    /// equations than those of the output.
    fn collects(&self, gradient: &Gradient) -> Inlines {
        let derivation = self.derivation;
        let output = derivation.system.definitions.len() - 1;
        let steps = &gradient.steps;
        if steps.is_empty() || steps.iter().any(|s| s.definition as usize != output) || derivation.system.loss {
            return Inlines::new();
        }
        let met = (0..gradient.entries.len()).map(|entry| gradient.steps_of(entry).len());
        let (least, most) = (met.clone().min().unwrap_or(0), met.max().unwrap_or(0));
        let range = self.request.lang.range(least, most);
        let factor = self.common_factor(steps.iter().map(|s| s.partial), most > 1);
        let total = derivation.system.definitions[output].values.len();
        let (tensor, entries) = (self.bare(gradient.of), gradient.entries.len());
        if most == 1 && least == 1 && total > 1 {
            return self.say(Sentence::CollectsOne { tensor, entries, total, factor });
        }
        self.say(match least == total {
            true => Sentence::CollectsAll { tensor, entries, total, factor },
            false => Sentence::Collects { tensor, entries, range, total, factor },
        })
    }

    /// What each of these derivatives is: an entry of one tensor, or the same number; nothing for 1.
    fn common_factor(&self, mut partials: impl Iterator<Item = ExprId> + Clone, many: bool) -> Inlines {
        let arena = &self.derivation.system.arena;
        let Some(first) = partials.next() else { return Inlines::new() };
        let tensor = |id: ExprId| -> Option<TensorId> {
            if let ExprKind::Symbol(s) = arena.kind(id) { Some(s.tensor) } else { None }
        };
        let kind = arena.kind(first);
        let one = matches!(kind, ExprKind::Number(n) if n.is_one());
        let same = partials.clone().all(|other| other == first);
        match tensor(first) {
            Some(of) if partials.all(|other| tensor(other) == Some(of)) => {
                let (tensor, single) = (self.bare(of), self.glossary.is_single(of));
                self.say(Sentence::TimesEntry { many, tensor, single })
            }
            None if same && one => Inlines::new(),
            None if same && matches!(kind, ExprKind::Number(_)) => {
                self.say(Sentence::TimesNumber { many, number: self.math(&self.scalar(first)) })
            }
            None if matches!(kind, ExprKind::Chosen { .. }) => self.say(Sentence::TimesShare { many }),
            Some(_) | None => self.say(Sentence::TimesDerivative { many }),
        }
    }
}
