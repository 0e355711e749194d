//! The errors of a net, from the last layer to the first: each by the chain rule from the one after it.

use std::io;

use super::equations::in_turn;
use super::narrator::Narrator;
use super::request::{Depth, Entries};
use crate::differentiate::{Gradient, Step};
use crate::document::math::{Math, Op};
use crate::document::say::Sentence;
use crate::expr::{Role, TensorId};
use crate::formula::{Equation, Formula, Level, Name};
use crate::operator::TensorOp;
use crate::recognise::Recognition;

/// A sum over more paths is written with the common slope outside.
const PATHS: usize = 4;

impl<'a> Narrator<'a> {
    /// What the errors are: `δ^l = ∂C/∂z^l`; nothing where there are none.
    pub(super) fn error_of_a_layer(&self) -> Option<Math> {
        let derivation = self.derivation;
        let pre = |t: &crate::index::TensorDecl| t.label.as_ref().is_some_and(|l| l.pre_activation);
        let tensor = TensorId(derivation.instance.tensors.iter().position(pre)? as u32);
        let derivative = Math::derivative(self.loss(), self.raised(tensor));
        let adjoint = derivation.adjoint(tensor);
        if self.glossary.is_partial(adjoint) {
            return Some(derivative);
        }
        Some(Math::binary(self.raised(adjoint), Op::Equals, derivative))
    }

    /// `dX = ∂C/∂X`, where a sign for the derivative is met for the first time; a fraction speaks for itself.
    pub(super) fn introduced(&self, adjoint: TensorId, sign: Formula) -> Math {
        match self.derivation.system.arena.tensor(adjoint).of {
            Some(of) if !self.glossary.is_partial(adjoint) => {
                let derivative = Formula::by_loss(self.glossary.tensor(of, Level::None));
                self.stated(&Equation::new(sign, derivative))
            }
            Some(_) | None => self.math(&sign),
        }
    }

    /// That every letter has a sign for its derivative, by the example of a parameter, if there is one.
    pub(super) fn short_for(&self) -> Option<Sentence> {
        let parameter = |g: &&Gradient| {
            let role = self.derivation.system.arena.tensor(g.of).role;
            matches!(role, Role::Weight | Role::Bias) && !self.glossary.is_partial(g.adjoint)
        };
        let short = |g: &&Gradient| !self.glossary.is_partial(g.adjoint) && !self.glossary.is_error(g.adjoint);
        let list = &self.derivation.gradients.list;
        let found = list.iter().find(parameter).or_else(|| list.iter().find(short))?;
        let derivative = Math::derivative(self.loss(), self.raised(found.of));
        Some(Sentence::ShortFor { sign: self.raised(found.adjoint), derivative })
    }

    /// The name of a tensor with the letter of a layer.
    fn raised(&self, tensor: TensorId) -> Math {
        Math::Name(Box::new(Name { level: Level::This, ..self.glossary.whole_name(tensor, Level::None) }))
    }

    /// The chain rule for the entries that are shown: for the first step by step, and what the others come to; in full for each.
    pub(super) fn chains(
        &mut self,
        gradient: &Gradient,
        of: impl Fn(&Self, usize, bool) -> Equation,
    ) -> io::Result<()> {
        let count = gradient.entries.len();
        let shown = self.shown(self.gradient_entries(gradient), gradient.of, |offset| gradient.steps_of(offset).len());
        if let Some(list) = &shown {
            self.paragraph(self.few_shown(list.len(), count))?;
        }
        self.about_gradient(gradient.of, "chain");
        let full = self.request.depth == Depth::Full;
        self.entries(in_turn(count, shown), |this, offset| {
            let slowly = full || offset == 0;
            let equation = of(this, offset, slowly);
            this.chained(if slowly { equation } else { come_to(equation) })
        })
    }

    /// How much of a gradient is written out: where no formula for whole tensors says what it is, its entries do.
    pub(super) fn gradient_entries(&self, gradient: &Gradient) -> Entries {
        let derivation = self.derivation;
        let indexed = || derivation.indexed(gradient.adjoint).is_some();
        let whole =
            derivation.recognition(gradient.adjoint).is_some() || !self.glossary.is_single(gradient.of) && indexed();
        let detail = self.entries_of(gradient.entries.len());
        if detail == Entries::None && !whole { Entries::Few } else { detail }
    }

    /// Does the chain rule for a single number come to what the operators give? Then that was said.
    pub(super) fn says_all(&self, gradient: &Gradient, chain: &[Formula]) -> bool {
        let whole = self.shortest_form(gradient.adjoint);
        self.glossary.is_single(gradient.of) && whole.is_none_or(|whole| chain.contains(&whole.chain[0]))
    }

    /// Is it told with the error before it?
    pub(super) fn is_link(&self, gradient: &Gradient) -> bool {
        let derivation = self.derivation;
        derivation.passed_through.contains(&gradient.adjoint) && derivation.recognition(gradient.adjoint).is_some()
    }

    /// The gradient that this one is told through, if that one is not told by itself.
    pub(super) fn through(&self, gradient: &Gradient) -> Option<&Gradient> {
        self.derivation.link(gradient).filter(|link| self.is_link(link))
    }

    pub(super) fn error(&mut self, gradient: &Gradient) -> io::Result<()> {
        let derivation = self.derivation;
        let via = self.derivation.link(gradient).filter(|link| self.is_link(link));
        let read = via.unwrap_or(gradient).of;
        let tensor = self.bare(read);
        match self.readers(read) {
            0 | 1 => {}
            2 => self.tell(Sentence::ReadTwice { tensor })?,
            times => self.tell(Sentence::ReadOften { tensor, times })?,
        }
        let renamed = matches!(
            derivation.recognition(gradient.adjoint).map(|r| r.parts.as_slice()),
            Some([TensorOp::Reshape { .. }])
        );
        let entries = self.gradient_entries(gradient) != Entries::None && !(renamed && self.request.entries.is_none());
        if entries {
            self.chains(gradient, |this, offset, slowly| this.error_chain(gradient, offset, slowly))?;
        }
        if !(entries && self.says_all(gradient, &self.error_chain(gradient, 0, true).chain)) {
            self.whole_error(gradient)?;
        }
        if gradient.assuming.is_some() {
            for assumption in &derivation.instance.assumptions {
                self.tell(Sentence::UsedAssumption { equation: self.assumption(assumption) })?;
            }
        }
        Ok(())
    }

    /// How many equations' stages read a tensor.
    fn readers(&self, tensor: TensorId) -> usize {
        let reads = |d: &&crate::index::Definition| {
            let mut found = false;
            d.body.reads(&mut |t| found |= t == tensor.0 as usize);
            found
        };
        self.derivation.instance.definitions.iter().filter(reads).count()
    }

    /// The chain rule for one entry, step by step; slowly also back to the loss.
    fn error_chain(&self, gradient: &Gradient, offset: usize, slowly: bool) -> Equation {
        let own = self.element(gradient.of, offset);
        let mut chain = Vec::new();
        if !self.glossary.is_partial(gradient.adjoint) {
            chain.push(Formula::by_loss(own.clone()));
        }
        match self.through(gradient) {
            Some(via) => self.through_chain(gradient, via, offset, slowly, &mut chain),
            None => {
                let steps = gradient.steps_of(offset);
                let direct = steps.iter().any(|s| self.is_the_loss(s));
                if (1..=super::narrator::FRACTIONS_IN_NET).contains(&steps.len()) && !direct {
                    let terms = steps.iter().map(|s| {
                        let output = self.output_of(s);
                        Formula::Product(vec![
                            Formula::by_loss(output.clone()),
                            Formula::derivative(output, own.clone()),
                        ])
                    });
                    chain.push(Formula::sum(terms.collect()));
                }
                chain.push(self.expression(gradient.entries[offset]));
            }
        }
        let simplified = gradient.simplified.as_ref().map(|form| self.expression(form[offset]));
        chain.extend(simplified);
        chain.dedup();
        let mut unconditional = chain.len();
        if let Some(form) = &gradient.assuming {
            chain.push(self.expression(form[offset]));
            chain.dedup();
            unconditional = unconditional.min(chain.len());
        }
        Equation { left: self.element(gradient.adjoint, offset), chain, unconditional }
    }

    /// `δ_k ∂z_k/∂a_j ∂a_j/∂z_j` for every path, then what that is, and for the layer before the last what it is back to the loss.
    fn through_chain(
        &self,
        gradient: &Gradient,
        via: &Gradient,
        offset: usize,
        slowly: bool,
        chain: &mut Vec<Formula>,
    ) {
        let (own, middle) = (self.element(gradient.of, offset), self.element(via.of, offset));
        let slope = self.scalar(gradient.steps_of(offset)[0].partial);
        let steps = via.steps_of(offset);
        let direct = steps.len() > 1 && steps.iter().any(|s| self.is_the_loss(s));
        if (1..=super::narrator::FRACTIONS_IN_NET).contains(&steps.len()) && !direct {
            let paths = steps.iter().map(|s| {
                let mut path: Vec<Formula> = self.error_at(s).into_iter().collect();
                path.push(Formula::derivative(self.output_of(s), middle.clone()));
                path.push(Formula::derivative(middle.clone(), own.clone()));
                Formula::Product(path)
            });
            chain.push(Formula::sum(paths.collect()));
        }
        if steps.len() > PATHS {
            chain.push(Formula::Product(vec![self.expression(via.entries[offset]), slope]));
            return;
        }
        let term = |error: Option<Formula>, step: &Step| self.with_factor(error, self.scalar(step.partial), &slope);
        if steps.is_empty() {
            chain.push(Formula::integer(0));
            return;
        }
        chain.push(Formula::sum(steps.iter().map(|s| term(self.error_at(s), s)).collect()));
        if slowly {
            let back = steps.iter().map(|s| Some(term(Some(self.back_to_the_loss(s)?), s)));
            chain.extend(back.collect::<Option<Vec<Formula>>>().map(Formula::sum));
        }
    }

    /// `error · factor · slope`, a number in the factor before it.
    fn with_factor(&self, error: Option<Formula>, factor: Formula, slope: &Formula) -> Formula {
        if let Formula::Negative(of) = factor {
            return Formula::Negative(Box::new(self.with_factor(error, *of, slope)));
        }
        if let Formula::Number(n) = factor {
            return Formula::scaled(&n, Formula::product(error.into_iter().chain([slope.clone()]).collect()));
        }
        let factors = if let Formula::Product(factors) = factor { factors } else { vec![factor] };
        let (numbers, others): (Vec<Formula>, Vec<Formula>) =
            factors.into_iter().partition(|f| matches!(f, Formula::Number(_)));
        Formula::product(numbers.into_iter().chain(error).chain(others).chain([slope.clone()]).collect())
    }

    /// The error of the last layer, in the one symbol that is known of the loss and a slope.
    fn back_to_the_loss(&self, step: &Step) -> Option<Formula> {
        let derivation = self.derivation;
        let gradient = derivation.gradient(derivation.system.definitions[step.definition as usize].tensor)?;
        let upstream = derivation.gradients.upstream;
        let [last] = gradient.steps_of(step.through as usize) else { return None };
        let output = derivation.system.definitions[last.definition as usize].tensor;
        if derivation.instance.loss || output != derivation.system.output() {
            return None;
        }
        let partial = self.scalar(last.partial);
        Some(Formula::Product(vec![self.element(upstream, last.through as usize), partial]))
    }

    /// What a step goes through.
    fn output_of(&self, step: &Step) -> Formula {
        self.element(self.derivation.system.definitions[step.definition as usize].tensor, step.through as usize)
    }

    /// Its adjoint; nothing for the loss, whose adjoint is 1.
    fn error_at(&self, step: &Step) -> Option<Formula> {
        let tensor = self.derivation.system.definitions[step.definition as usize].tensor;
        let adjoint = self.element(self.derivation.adjoint(tensor), step.through as usize);
        (!self.is_the_loss(step)).then_some(adjoint)
    }

    /// Does a step lead to the loss itself? It has no fraction of its own: ∂C/∂x is the name of what all paths give.
    pub(super) fn is_the_loss(&self, step: &Step) -> bool {
        let derivation = self.derivation;
        let through = derivation.system.definitions[step.definition as usize].tensor;
        derivation.instance.loss && through == derivation.system.output()
    }

    /// The same for whole tensors: as matrices where they are small, and as one formula.
    fn whole_error(&mut self, gradient: &Gradient) -> io::Result<()> {
        let derivation = self.derivation;
        let Some(recognition) = derivation.recognition(gradient.adjoint) else {
            return self.in_index_form(gradient);
        };
        let Some(equation) = self.whole_forms(gradient.adjoint) else { return self.in_index_form(gradient) };
        self.error_matrices(gradient, recognition)?;
        // sliding, spreading and routing want a word
        let via = self.derivation.link(gradient).filter(|link| self.is_link(link));
        let of_link = via.and_then(|link| Some((derivation.recognition(link.adjoint)?, link.adjoint)));
        let (source, target) = of_link.unwrap_or((recognition, gradient.adjoint));
        for op in &source.parts {
            let wants_word = match op {
                TensorOp::Correlate(_) | TensorOp::Upsample { .. } | TensorOp::Route(_) => true,
                TensorOp::Broadcast { .. } => equation.chain.iter().any(has_ones),
                TensorOp::Identity { .. }
                | TensorOp::Sum { .. }
                | TensorOp::Hadamard { .. }
                | TensorOp::Reshape { .. }
                | TensorOp::Contract(_)
                | TensorOp::Place(_)
                | TensorOp::WindowSum { .. }
                | TensorOp::WindowMax { .. } => false,
            };
            if wants_word {
                self.describe_operator(op, target)?;
            }
        }
        let label = format!("error-{}", self.glossary.code(gradient.of));
        self.about_gradient(gradient.of, "operator");
        self.chain_display(equation, &label)
    }

    fn error_matrices(&mut self, gradient: &Gradient, recognition: &Recognition) -> io::Result<()> {
        let [op] = recognition.parts.as_slice() else { return Ok(()) };
        let plain = matches!(op, TensorOp::Identity { .. } | TensorOp::Reshape { .. } | TensorOp::Broadcast { .. });
        let wanted = self.glossary.is_error(gradient.adjoint) && !self.glossary.is_single(gradient.of);
        if plain || gradient.simplified.is_some() || !wanted {
            return Ok(());
        }
        let symbol = |t: TensorId, offset: usize| self.glossary.element(t, offset as u32);
        let shape = self.glossary.shape(gradient.of);
        let right = self.through_links(|operators| operators.matrices(op, shape, super::narrator::MATRIX, &symbol));
        let left = self.bare_operators().matrix_of(gradient.adjoint, super::narrator::MATRIX, &symbol);
        let (Some(left), Some(right)) = (left, right) else { return Ok(()) };
        // matrices that have to be cut show less than the formula for whole tensors
        let (mut drawn, mut cut) = (0, false);
        right.each(&mut |part| {
            if let Formula::Matrix(matrix) = part {
                drawn += matrix.cells.len();
                cut |= matrix.whole.is_some();
            }
        });
        let equation = Equation::new(left, right);
        let wide = self.request.measure.width(self.glossary, &self.stated(&equation)) > self.request.measure.line();
        if wide || cut || drawn > MATRIX_ENTRIES {
            return Ok(());
        }
        self.tell(Sentence::AsOneEquation)?;
        self.about_gradient(gradient.of, "matrices");
        self.matrices(&equation)
    }

    /// No operator: the formula in index form, if there is one.
    pub(super) fn in_index_form(&mut self, gradient: &Gradient) -> io::Result<()> {
        self.index_form(gradient)?;
        self.no_operator(gradient)
    }
}

/// Matrices with more entries together are not drawn.
const MATRIX_ENTRIES: usize = 64;

/// Without the steps on the way; what an assumption makes of it stays behind what it is without one.
fn come_to(mut equation: Equation) -> Equation {
    let steps = equation.unconditional.clamp(1, equation.chain.len()) - 1;
    equation.chain.drain(..steps);
    equation.unconditional -= steps.min(equation.unconditional);
    equation
}

fn has_ones(formula: &Formula) -> bool {
    let mut found = false;
    formula.each(&mut |part| found |= matches!(part, Formula::Ones(_)));
    found
}
