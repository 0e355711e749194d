//! The errors of a net, from the last layer to the first: each by the chain rule from the one after it.

use std::io;

use super::Narrator;
use super::gradient::joined;
use crate::derivation::Derivation;
use crate::differentiate::{Gradient, Step};
use crate::document::expression::Binding;
use crate::document::layout::equation;
use crate::document::math::{Level, Math, Name, Op};
use crate::document::terms::signed_sum;
use crate::document::{Block, Inlines, Part, index_form};
use crate::expr::{ExprId, ExprKind, Number, Role, TensorId};
use crate::operator::TensorOp;
use crate::recognise::Recognition;

/// A sum over more paths is written with the common slope outside.
const PATHS: usize = 4;

impl<'a> Narrator<'a> {
    pub(super) fn errors(&mut self) -> io::Result<()> {
        let derivation = self.derivation;
        let arena = &derivation.system.arena;
        let layers = self.layers().into_iter().filter(|stages| !self.is_loss(stages)).count();
        self.block(Block::Heading(match layers {
            0 => self.say.loss_alone_heading(),
            _ => self.say.errors_heading(),
        }))?;
        let upstream = derivation.gradients.upstream;
        let known = (!derivation.instance.loss).then(|| self.bare(upstream));
        let known = known.map(|known| self.introduced(upstream, known));
        let loss = self.glossary.loss();
        let intro = match layers {
            0 => self.say.loss_alone(loss, self.bare(TensorId(0))),
            _ => self.say.errors_intro(loss, known, self.error_of_a_layer(), layers > 1),
        };
        let counts = self.counts_in(|role| matches!(role, Role::Intermediate | Role::Input));
        let likewise = self.likewise();
        self.paragraph(intro.into_iter().chain(likewise).chain(counts).collect())?;
        let mut told = None;
        // a loss by itself, or stages without parameters: the input is what there is
        let only_input =
            layers == 0 || derivation.gradients.list.iter().all(|g| arena.tensor(g.of).role == Role::Input);
        for gradient in &derivation.gradients.list {
            let role = arena.tensor(gradient.of).role;
            let wanted = match role {
                Role::Intermediate => self.wants(Part::Intermediate),
                // of the net's input, where that is what an activation is applied to, and where it is asked for
                Role::Input => {
                    let named =
                        (only_input || self.glossary.is_error(gradient.adjoint)) && self.wants(Part::Intermediate);
                    named || self.request.parts.contains(&Part::Input)
                }
                Role::Output | Role::Weight | Role::Bias | Role::Target | Role::Adjoint => false,
            };
            if !wanted || self.is_link(gradient) {
                continue;
            }
            let place = self.layers().iter().position(|stages| {
                let reads = |s: &crate::index::Stage| s.inputs.contains(&(gradient.of.0 as usize));
                if role == Role::Input {
                    return stages.iter().any(reads);
                }
                stages.iter().any(|s| {
                    s.definitions.clone().any(|d| derivation.instance.definitions[d].tensor == gradient.of.0 as usize)
                })
            });
            if place != told {
                told = place;
                if let Some(place) = place {
                    let stages = self.layers()[place];
                    self.layer_heading(stages)?;
                }
            }
            self.error(gradient)?;
        }
        Ok(())
    }

    /// What the errors are: `δ^l = ∂C/∂z^l`; nothing where there are none.
    fn error_of_a_layer(&self) -> Option<Math> {
        let derivation = self.derivation;
        let pre = |t: &crate::index::TensorDecl| t.label.as_ref().is_some_and(|l| l.pre_activation);
        let tensor = TensorId(derivation.instance.tensors.iter().position(pre)? as u32);
        let raised = |t: TensorId| Math::Name(Name { level: Level::This, ..self.glossary.whole_name(t, Level::None) });
        let derivative = self.glossary.by_loss(raised(tensor));
        let adjoint = derivation.adjoint(tensor);
        if self.glossary.is_partial(adjoint) {
            return Some(derivative);
        }
        Some(Math::binary(raised(adjoint), Op::Equals, derivative))
    }

    /// `dX = ∂C/∂X`, where a sign for the derivative is met for the first time; a fraction speaks for itself.
    pub(super) fn introduced(&self, adjoint: TensorId, sign: Math) -> Math {
        match self.derivation.system.arena.tensor(adjoint).of {
            Some(of) if !self.glossary.is_partial(adjoint) => {
                Math::binary(sign, Op::Equals, self.glossary.by_loss(self.bare(of)))
            }
            Some(_) | None => sign,
        }
    }

    /// That every letter has a sign for its derivative, by the example of a parameter.
    fn likewise(&self) -> Inlines {
        let parameter = |g: &&Gradient| {
            let role = self.derivation.system.arena.tensor(g.of).role;
            matches!(role, Role::Weight | Role::Bias) && !self.glossary.is_partial(g.adjoint)
        };
        let found = self.derivation.gradients.list.iter().find(parameter);
        found.map_or_else(Inlines::new, |g| {
            let raised =
                |t: TensorId| Math::Name(Name { level: Level::This, ..self.glossary.whole_name(t, Level::None) });
            self.say.likewise(raised(g.adjoint), self.glossary.by_loss(raised(g.of)))
        })
    }

    /// Is it told with the error before it?
    fn is_link(&self, gradient: &Gradient) -> bool {
        let derivation = self.derivation;
        derivation.passed_through.contains(&gradient.adjoint) && derivation.recognition(gradient.adjoint).is_some()
    }

    /// The gradient that this one is told through, if that one is not told by itself.
    pub(super) fn through(&self, gradient: &Gradient) -> Option<&Gradient> {
        self.derivation.link(gradient).filter(|link| self.is_link(link))
    }

    fn error(&mut self, gradient: &Gradient) -> io::Result<()> {
        let derivation = self.derivation;
        let via = self.derivation.link(gradient).filter(|link| self.is_link(link));
        let readers = self.readers(via.unwrap_or(gradient).of);
        if readers > 1 {
            self.paragraph(self.say.read_often(self.bare(via.unwrap_or(gradient).of), readers))?;
        }
        let count = gradient.entries.len();
        let detail = self.gradient_detail(gradient);
        let renamed = matches!(
            derivation.recognition(gradient.adjoint).map(|r| r.parts.as_slice()),
            Some([TensorOp::Reshape { .. }])
        );
        let entries = detail != super::Detail::None && !(renamed && self.request.detail.is_none());
        if entries {
            let shown = self.net_shown(detail, count);
            if let Some(list) = &shown {
                self.paragraph(self.say.few_entries(list.len(), count))?;
            }
            self.about_gradient(gradient.of, "chain");
            self.entries(gradient.adjoint, count, shown, |this, offset| {
                this.chained(this.error_chain(gradient, offset))
            })?;
        }
        if !(entries && self.says_all(gradient, &self.error_chain(gradient, 0))) {
            self.whole_error(gradient)?;
        }
        if gradient.assuming.is_some() {
            for assumption in &derivation.instance.assumptions {
                let math = self.assumption(assumption);
                self.paragraph(self.say.used_assumption(math))?;
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

    /// The chain rule for one entry, step by step.
    fn error_chain(&self, gradient: &Gradient, offset: usize) -> Vec<Math> {
        let own = self.element(gradient.of, offset);
        let mut chain = Vec::new();
        if !self.glossary.is_partial(gradient.adjoint) {
            chain.push(self.glossary.by_loss(own.clone()));
        }
        match self.through(gradient) {
            Some(via) => self.through_chain(gradient, via, offset, &mut chain),
            None => {
                let steps = gradient.steps_of(offset);
                if steps.len() <= super::FRACTIONS_IN_NET {
                    let terms = steps.iter().map(|s| {
                        let output = self.output_of(s);
                        let loss = self.is_the_loss(s);
                        let first = (!loss).then(|| self.glossary.by_loss(output.clone()));
                        first.into_iter().chain([Math::derivative(output, own.clone())]).collect()
                    });
                    let fractions = joined(terms.collect());
                    // what the loss reads directly has no name of its own beside the other paths
                    if !steps.iter().any(|s| self.is_the_loss(s)) {
                        chain.push(fractions);
                    }
                }
                chain.push(self.expression(gradient.entries[offset]));
            }
        }
        for form in [&gradient.simplified, &gradient.assuming].into_iter().flatten() {
            chain.push(self.expression(form[offset]));
        }
        chain.retain(|m| !matches!(m, Math::Row(parts) if parts.is_empty()));
        chain.dedup();
        chain
    }

    /// `δ_k ∂z_k/∂a_j ∂a_j/∂z_j` for every path, then what that is, and for the layer before the last what it is back to the loss.
    fn through_chain(&self, gradient: &Gradient, via: &Gradient, offset: usize, chain: &mut Vec<Math>) {
        let (own, middle) = (self.element(gradient.of, offset), self.element(via.of, offset));
        let slope_step = gradient.steps_of(offset)[0];
        let slope = |row: &mut Vec<Math>| self.written(|w| w.write(slope_step.partial, Binding::Product, row));
        let steps = via.steps_of(offset);
        let direct = steps.len() > 1 && steps.iter().any(|s| self.is_the_loss(s));
        if steps.len() <= super::FRACTIONS_IN_NET && !direct {
            let paths = steps.iter().map(|s| {
                let mut path = self.error_at(s);
                path.push(Math::derivative(self.output_of(s), middle.clone()));
                path.push(Math::derivative(middle.clone(), own.clone()));
                path
            });
            chain.push(joined(paths.collect()));
        }
        if steps.len() > PATHS {
            let mut row = vec![Math::Brackets(Box::new(self.expression(via.entries[offset])))];
            slope(&mut row);
            chain.push(Math::Row(row));
            return;
        }
        let term = |error: Vec<Math>, step: &Step| {
            let (negative, mut row) = self.signed_factors(error, step.partial);
            slope(&mut row);
            (negative, row)
        };
        chain.push(signed_sum(steps.iter().map(|s| term(self.error_at(s), s)).collect()));
        let back: Option<Vec<_>> = steps.iter().map(|s| Some(term(self.back_to_the_loss(s)?, s))).collect();
        chain.extend(back.map(signed_sum));
    }

    /// `error · factor`, a number in the factor before it; and whether it is negative.
    fn signed_factors(&self, error: Vec<Math>, factor: ExprId) -> (bool, Vec<Math>) {
        let (number, factors) = match self.derivation.system.arena.kind(factor) {
            ExprKind::Number(n) => (Some(n.clone()), Vec::new()),
            ExprKind::Product(c, factors) => (Some(c.clone()), factors.to_vec()),
            ExprKind::Symbol(_)
            | ExprKind::Sum(_)
            | ExprKind::Power(..)
            | ExprKind::Call(..)
            | ExprKind::Max(_)
            | ExprKind::Chosen { .. } => (None, vec![factor]),
        };
        let negative = number.as_ref().is_some_and(Number::is_negative);
        let size = number.map(|n| if negative { n.negate() } else { n }).filter(|n| !n.is_one());
        let mut row: Vec<Math> = size.map(Math::Number).into_iter().chain(error).collect();
        factors.iter().for_each(|&f| self.written(|w| w.write(f, Binding::Product, &mut row)));
        (negative, row)
    }

    /// The error of the last layer, in the one symbol that is known of the loss and a slope.
    fn back_to_the_loss(&self, step: &Step) -> Option<Vec<Math>> {
        let derivation = self.derivation;
        let gradient = derivation.gradient(derivation.system.definitions[step.definition as usize].tensor)?;
        let upstream = derivation.gradients.upstream;
        let [last] = gradient.steps_of(step.through as usize) else { return None };
        let output = derivation.system.definitions[last.definition as usize].tensor;
        if derivation.instance.loss || output != derivation.system.output() {
            return None;
        }
        let (negative, row) = self.signed_factors(vec![self.element(upstream, last.through as usize)], last.partial);
        (!negative).then_some(row)
    }

    /// What a step goes through.
    fn output_of(&self, step: &Step) -> Math {
        self.element(self.derivation.system.definitions[step.definition as usize].tensor, step.through as usize)
    }

    /// Its adjoint; nothing for the loss, whose adjoint is 1.
    fn error_at(&self, step: &Step) -> Vec<Math> {
        let tensor = self.derivation.system.definitions[step.definition as usize].tensor;
        let adjoint = self.element(self.derivation.adjoint(tensor), step.through as usize);
        if self.is_the_loss(step) { Vec::new() } else { vec![adjoint] }
    }

    fn is_the_loss(&self, step: &Step) -> bool {
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
        let (left, forms) = self.whole_forms(gradient.adjoint);
        self.explain_met(forms.iter())?;
        self.error_matrices(gradient, recognition)?;
        // sliding, spreading and routing want a word
        let via = self.derivation.link(gradient).filter(|link| self.is_link(link));
        let of_link = via.and_then(|link| Some((derivation.recognition(link.adjoint)?, link.adjoint)));
        let (source, target) = of_link.unwrap_or((recognition, gradient.adjoint));
        for op in &source.parts {
            let wants_word = match op {
                TensorOp::Correlate(_) | TensorOp::Upsample { .. } | TensorOp::Route(_) => true,
                TensorOp::Broadcast { .. } => forms.iter().any(has_ones),
                TensorOp::Identity { .. }
                | TensorOp::Sum { .. }
                | TensorOp::Hadamard { .. }
                | TensorOp::Reshape { .. }
                | TensorOp::Contract(_)
                | TensorOp::WindowSum { .. }
                | TensorOp::WindowMax { .. } => false,
            };
            if wants_word {
                self.operator_told(op, target)?;
            }
        }
        let label = format!("error-{}", self.glossary.code(gradient.of));
        self.about_gradient(gradient.of, "operator");
        self.chain_display(left, forms, &label)
    }

    /// An adjoint, and what it is as operators on whole tensors: without assumptions, then with them.
    pub(super) fn whole_forms(&self, adjoint: TensorId) -> (Math, Vec<Math>) {
        self.written_as(adjoint, &self.forms_of(adjoint).collect::<Vec<_>>())
    }

    /// An adjoint in its shortest form.
    pub(super) fn shortest_form(&self, adjoint: TensorId) -> (Math, Option<Math>) {
        let (left, mut forms) =
            self.written_as(adjoint, &self.forms_of(adjoint).last().into_iter().collect::<Vec<_>>());
        (left, forms.pop())
    }

    /// A tensor in several forms: all of them entry by entry, where one has to be.
    fn written_as(&self, tensor: TensorId, forms: &[&Recognition]) -> (Math, Vec<Math>) {
        if let Some(entry) = self.in_numbers(tensor) {
            return (self.left_of(tensor), vec![self.expression(entry)]);
        }
        let Some(first) = forms.first() else { return (self.bare(tensor), Vec::new()) };
        self.through_links(|operators| {
            if forms.iter().any(|r| operators.wants_letters(&r.parts)) {
                let indices = operators.indices_of(tensor);
                let all: Option<Vec<Math>> = forms.iter().map(|r| operators.at(&r.parts, &indices)).collect();
                if let Some(all) = all {
                    return (self.glossary.indexed(tensor, indices), all);
                }
            }
            let all = forms.iter().map(|r| operators.sum(&r.parts, tensor)).collect();
            (operators.left_of(&first.parts, tensor), all)
        })
    }

    /// A tensor before the operators that define it: one channel of it, where they are written so.
    pub(super) fn left_of(&self, tensor: TensorId) -> Math {
        let Some(recognition) = self.derivation.recognition(tensor) else { return self.bare(tensor) };
        self.through_links(|operators| operators.left_of(&recognition.parts, tensor))
    }

    pub(super) fn forms_of(&self, adjoint: TensorId) -> impl Iterator<Item = &'a Recognition> + use<'a> {
        let derivation: &'a Derivation = self.derivation;
        let assuming = derivation.assuming.iter().find(|(t, _)| *t == adjoint).map(|(_, r)| r);
        derivation.recognition(adjoint).into_iter().chain(assuming)
    }

    /// `left = first = second`, in a line of its own each where they do not fit into one.
    pub(super) fn chain_display(&mut self, left: Math, forms: Vec<Math>, label: &str) -> io::Result<()> {
        let mut row = Vec::new();
        for (place, form) in forms.iter().enumerate() {
            if place > 0 {
                row.push(Math::Op(Op::Equals));
            }
            row.extend(form.clone().into_parts());
        }
        let whole = Math::binary(left.clone(), Op::Equals, Math::Row(row.clone()));
        if self.request.measure.width(self.glossary, &whole) <= self.request.measure.line() {
            return self.display(left, Math::Row(row), Some(label));
        }
        let rows = equation(self.glossary, self.request.measure, left, forms);
        self.net_rows(rows)
    }

    fn error_matrices(&mut self, gradient: &Gradient, recognition: &Recognition) -> io::Result<()> {
        let [op] = recognition.parts.as_slice() else { return Ok(()) };
        let plain = matches!(op, TensorOp::Identity { .. } | TensorOp::Reshape { .. } | TensorOp::Broadcast { .. });
        let wanted = self.glossary.is_error(gradient.adjoint) && !self.glossary.is_single(gradient.of);
        if plain || gradient.simplified.is_some() || !wanted {
            return Ok(());
        }
        let symbol = |t: TensorId, offset: usize| self.glossary.element(t, offset as u32);
        let line = self.request.measure.line();
        let right = self.through_links(|operators| operators.matrices(op, super::MATRIX, &symbol));
        let left = self.net_operators().matrix_of(gradient.adjoint, super::MATRIX, &symbol);
        let (Some(left), Some(right)) = (left, right) else { return Ok(()) };
        let whole = Math::binary(left.clone(), Op::Equals, right.clone());
        // matrices that have to be cut show less than the formula for whole tensors
        let entries = |m: &Math| if let Math::Matrix(m) = m { m.cells.len() } else { 0 };
        let drawn: usize = right.clone().into_parts().iter().map(entries).sum();
        let cut = right.clone().into_parts().iter().any(has_dots);
        if self.request.measure.width(self.glossary, &whole) > line || cut || drawn > MATRIX_ENTRIES {
            return Ok(());
        }
        self.paragraph(self.say.as_one_equation())?;
        self.about_gradient(gradient.of, "matrices");
        self.matrices(left, right, None)
    }

    /// No operator: the formula in index form, if there is one.
    pub(super) fn in_index_form(&mut self, gradient: &Gradient) -> io::Result<()> {
        let derivation = self.derivation;
        let found = derivation.index_form.definitions.iter().find(|d| d.tensor == gradient.adjoint.0 as usize);
        if let Some(definition) = found {
            self.paragraph(self.say.in_index_form())?;
            let (left, right) = index_form::definition(self.glossary, definition);
            self.about_gradient(gradient.of, "index");
            self.display(left, right, None)?;
        }
        let why = self.derivation.obstacle(gradient.adjoint);
        self.paragraph(self.say.no_operator(gradient.entries.len(), why, found.is_some()))
    }
}

/// Matrices with more entries together are not drawn.
const MATRIX_ENTRIES: usize = 64;

fn has_ones(math: &Math) -> bool {
    let mut found = false;
    math.each(&mut |part| found |= *part == Math::Ones);
    found
}

fn has_dots(math: &Math) -> bool {
    matches!(math, Math::Matrix(m) if m.cells.iter().any(|c| matches!(c, Math::Dots(_))))
}
