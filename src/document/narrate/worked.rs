//! The derivation worked in numbers: what was given, and the same operator equations with values in place of symbols.

use std::io;

use super::narrator::Narrator;
use super::request::Section;
use crate::derivation::{Derivation, Value, Values};
use crate::document::say::Sentence;
use crate::expr::{Role, TensorId, index_of};
use crate::formula::{Equation, Formula, Level};
use crate::operator::TensorOp;
use crate::verify::formula::Checker;

/// Slices of a tensor with more than two axes that are shown at most.
const MOST_SLICES: usize = 8;

impl Narrator<'_> {
    pub(super) fn worked(&mut self, values: &Values) -> io::Result<()> {
        let derivation = self.derivation;
        let arena = &derivation.system.arena;
        let upstream = derivation.gradients.upstream;
        self.heading(Sentence::ValuesHeading);
        self.worked = self.numbers.map(|witness| Checker::new(&derivation.instance, witness, self.glossary));
        let list = self.given_numbers(values);
        if !list.is_empty() {
            self.tell(Sentence::Given)?;
            for id in list {
                self.about(id, "values");
                self.numbers(id, values)?;
            }
        }
        if values.break_assumptions(derivation) {
            self.tell(Sentence::AssumptionFails)?;
        }
        if values.upstream_assumed {
            self.tell(Sentence::UpstreamOnes { error: self.bare(upstream) })?;
        }
        // asked for alone, the numbers are those of everything
        let alone = self.request.sections.iter().all(|s| matches!(s, Section::Values | Section::Summary));
        let shown = |section: Section| alone || self.wants(section);
        let targets: Vec<TensorId> = derivation
            .system
            .definitions
            .iter()
            .map(|d| d.tensor)
            .filter(|_| shown(Section::Forward))
            .chain(
                derivation
                    .gradients
                    .list
                    .iter()
                    .filter(|g| shown(Section::of(arena.tensor(g.of).role)))
                    .map(|g| g.adjoint),
            )
            .collect();
        let (known, unknown): (Vec<TensorId>, Vec<TensorId>) =
            targets.into_iter().partition(|t| values.of.contains_key(t));
        if !known.is_empty() {
            self.tell(if values.any_approximate() { Sentence::ResultsRounded } else { Sentence::Results })?;
        }
        for target in known {
            self.result(target, values)?;
            if let Some(gradient) = derivation.gradient_with(target)
                && self.is_activated(gradient)
                && let (Some(matrix), Some((word, order))) = (self.number_matrix(target, values), self.slope_below())
            {
                let below = |tensor: TensorId| self.glossary.tensor(tensor, Level::Below);
                let slope = Formula::Call(word, order, Box::new(below(derivation.system.output())));
                let equation = Equation::new(below(upstream), Formula::Hadamard(vec![matrix, slope]));
                self.about_gradient(gradient.of, "error-values");
                self.matrices(&equation)?;
            }
        }
        if !unknown.is_empty() {
            let tensors = unknown.iter().map(|&t| self.bare(t)).collect();
            self.tell(Sentence::NotWorkedOut { tensors })?;
        }
        Ok(())
    }

    /// The tensors whose numbers were given.
    pub(super) fn given_numbers(&self, values: &Values) -> Vec<TensorId> {
        let Derivation { system, gradients, .. } = self.derivation;
        let given = |id: &TensorId| {
            let role = system.arena.tensor(*id).role;
            matches!(role, Role::Input | Role::Data | Role::Weight | Role::Bias | Role::Target)
                || (*id == gradients.upstream && !values.upstream_assumed && !system.loss)
        };
        values.of.keys().copied().filter(given).collect()
    }

    /// `a = (numbers)`; of a tensor with more than two axes the matrices of the last two, each with the indices before it: `a_{1} = …`.
    pub(super) fn numbers(&mut self, id: TensorId, values: &Values) -> io::Result<()> {
        if let Some(right) = self.number_matrix(id, values) {
            return self.matrices(&Equation::new(self.glossary.tensor(id, Level::None), right));
        }
        let Some((before, last)) = self.glossary.shape(id).split_last_chunk::<2>() else { return Ok(()) };
        let (count, size) = (before.iter().product::<usize>(), last.iter().product::<usize>());
        for slice in 0..count.min(MOST_SLICES) {
            let indices = index_of(before, slice).into_iter();
            let indices = indices.map(|i| Formula::integer(i as i64 + self.glossary.index_base)).collect();
            let left = self.glossary.indexed(id, indices);
            let operators = self.bare_operators();
            let cell = |offset: usize| self.number(values, id, slice * size + offset);
            let right = self.fitted(|most| operators.matrix_with(last, most, left.clone(), &cell));
            let Some(right) = right else { return Ok(()) };
            self.matrices(&Equation::new(left, right))?;
        }
        match count.saturating_sub(MOST_SLICES) {
            0 => Ok(()),
            more => self.tell(Sentence::MoreSlices { more, tensor: self.bare(id) }),
        }
    }

    /// An entry as its number.
    pub(super) fn number(&self, values: &Values, t: TensorId, offset: usize) -> Formula {
        match values.of.get(&t).map(|v| &v[offset]) {
            Some(Value::Exact(n)) => Formula::Number(n.clone()),
            Some(Value::Approximate(x)) => Formula::Rounded(*x),
            None => self.glossary.element(t, offset as u32),
        }
    }

    fn number_matrix(&self, id: TensorId, values: &Values) -> Option<Formula> {
        let operators = self.bare_operators();
        let cell = |t: TensorId, offset: usize| self.number(values, t, offset);
        self.fitted(|most| operators.matrix_of(id, most, &cell))
    }

    /// The operator in numbers where it has a matrix form, then the result.
    fn result(&mut self, target: TensorId, values: &Values) -> io::Result<()> {
        let derivation = self.derivation;
        let all_known =
            |parts: &[TensorOp]| parts.iter().all(|p| p.tensors().iter().all(|t| values.of.contains_key(t)));
        let parts = derivation.recognition(target).map(|r| r.parts.as_slice()).unwrap_or_default();
        let correlates = parts.iter().any(|p| matches!(p, TensorOp::Correlate(_)));
        let left = self.glossary.tensor(target, Level::None);
        match derivation.gradient_with(target) {
            Some(gradient) => self.about_gradient(gradient.of, "values"),
            None => self.about(target, "values"),
        }
        if correlates
            && all_known(parts)
            && let Some(result) = self.number_matrix(target, values)
            && let Some((product, _)) = self.matrix_equation(parts, target, &|t, offset| self.number(values, t, offset))
        {
            let equation = Equation::chain(left.clone(), vec![product, result.clone()]);
            let whole = self.stated(&equation);
            if self.request.measure.width(self.glossary, &whole) <= self.request.measure.line() {
                return self.matrices(&equation);
            }
        }
        self.numbers(target, values)
    }
}
