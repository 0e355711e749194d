//! Adjoints of a net as operators on whole tensors, with the links of the chain shown as the operators that give them.

use super::narrator::Narrator;
use crate::derivation::Derivation;
use crate::expr::{ExprId, ExprKind, TensorId};
use crate::formula::{Equation, Formula, Level, Operators, Written};
use crate::recognise::Recognition;

impl<'a> Narrator<'a> {
    /// An adjoint as operators on whole tensors: without assumptions, then with them.
    pub(super) fn whole_forms(&self, adjoint: TensorId) -> Option<Equation> {
        let forms: Vec<&Recognition> = self.forms_of(adjoint).collect();
        let unconditional = usize::from(self.derivation.recognition(adjoint).is_some());
        Some(Equation { unconditional, ..self.written_as(adjoint, &forms)? })
    }

    /// An adjoint in its shortest form.
    pub(super) fn shortest_form(&self, adjoint: TensorId) -> Option<Equation> {
        let assumed = self.derivation.assuming.iter().any(|(t, _)| *t == adjoint);
        let forms: Vec<&Recognition> = self.forms_of(adjoint).last().into_iter().collect();
        Some(Equation { unconditional: usize::from(!assumed), ..self.written_as(adjoint, &forms)? })
    }

    /// A tensor in several forms: all of them entry by entry, where one has to be.
    fn written_as(&self, tensor: TensorId, forms: &[&Recognition]) -> Option<Equation> {
        if let Some(entry) = self.in_numbers(tensor) {
            return Some(Equation::new(self.element(tensor, 0), self.expression(entry)));
        }
        self.through_links(|operators| {
            let written = |r: &&Recognition| operators.written(&r.parts, tensor);
            let mut all: Vec<Written> = forms.iter().map(written).collect::<Option<_>>()?;
            if !all.windows(2).all(|pair| pair[0].0 == pair[1].0) {
                let in_letters = |r: &&Recognition| operators.in_letters(&r.parts, tensor);
                all = forms.iter().map(in_letters).collect::<Option<_>>()?;
            }
            let indices = all.first()?.0.clone();
            let chain = all.into_iter().map(|(_, right)| right).collect();
            Some(Equation::chain(self.glossary.indexed(tensor, indices), chain))
        })
    }

    /// A tensor before the operators that define it: one channel of it, where they are written so.
    pub(super) fn left_of(&self, tensor: TensorId) -> Formula {
        let Some(recognition) = self.derivation.recognition(tensor) else {
            return self.glossary.tensor(tensor, Level::None);
        };
        self.through_links(|operators| operators.left_of(&recognition.parts, tensor))
    }

    pub(super) fn forms_of(&self, adjoint: TensorId) -> impl Iterator<Item = &'a Recognition> + use<'a> {
        let derivation: &'a Derivation = self.derivation;
        let assuming = derivation.assuming.iter().find(|(t, _)| *t == adjoint).map(|(_, r)| r);
        derivation.recognition(adjoint).into_iter().chain(assuming)
    }

    /// Where a gradient is a number made of numbers: its one entry says it without the signs for whole tensors.
    pub(super) fn in_numbers(&self, adjoint: TensorId) -> Option<ExprId> {
        let gradient = self.derivation.gradient_with(adjoint)?;
        let entry = *gradient.shortest().first()?;
        let own = self.glossary.is_single(gradient.of) && self.through(gradient).is_none();
        (own && self.of_numbers(entry)).then_some(entry)
    }

    fn of_numbers(&self, id: ExprId) -> bool {
        let kind = self.derivation.system.arena.kind(id);
        let own = !matches!(kind, ExprKind::Symbol(s) if !self.glossary.is_single(s.tensor));
        own && kind.children().iter().all(|&x| self.of_numbers(x))
    }

    /// Calls `with` with the same, links of the chain shown as the operators that give them.
    pub(super) fn through_links<T>(&self, with: impl FnOnce(&Operators<'_>) -> T) -> T {
        let derivation = self.derivation;
        let inside = |t: TensorId| derivation.inside(t);
        with(&Operators { inside: Some(&inside), ..self.bare_operators() })
    }
}
