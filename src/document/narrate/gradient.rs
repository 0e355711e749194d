//! The gradient of one tensor: what is said around the chain rule, the index form, and the operator.

use std::io;

use super::sentences::Turned;
use super::{Detail, Narrator};
use crate::derivation::Derivation;
use crate::differentiate::Gradient;
use crate::document::glossary::Glossary;
use crate::document::index_form;
use crate::document::layout::equation;
use crate::document::math::{Level, Math, Name, Op};
use crate::document::notation::Gradients;
use crate::document::{Block, Display, Inlines};
use crate::expr::{ExprKind, Role, TensorId};
use crate::operator::{CorrelationAxis, Operand, Route, TensorOp};
use crate::recognise::Recognition;

impl Narrator<'_> {
    pub(super) fn gradient(&mut self, gradient: &Gradient, first: bool) -> io::Result<()> {
        let tensor = self.derivation.system.arena.tensor(gradient.of);
        let heading = self.say.gradient_heading(tensor.role, self.bare(gradient.of));
        self.block(Block::Heading(heading))?;
        if first {
            self.notation(gradient)?;
        }
        if self.is_activated(gradient) {
            self.error_below(gradient)?;
        }
        if tensor.role == Role::Bias {
            self.which_bias(gradient)?;
        }
        self.chain(gradient)?;
        self.unread(gradient)?;
        self.index_form(gradient)?;
        self.recognised(gradient)?;
        if tensor.role == Role::Bias {
            self.other_bias(gradient)?;
        }
        Ok(())
    }

    fn notation(&mut self, gradient: &Gradient) -> io::Result<()> {
        let (error, output) = (self.derivation.gradients.upstream, self.derivation.system.output());
        let letters = self.output_letters();
        let of_output = self.glossary.by_loss(self.general(output, &letters));
        // a fraction is no sign that wants an explanation
        let error = match self.general(error, &letters) {
            sign if sign == of_output => of_output,
            sign => Math::binary(sign, Op::Equals, of_output),
        };
        let letters = self.letters(gradient.of);
        let derivative = self.glossary.by_loss(self.general(gradient.of, &letters));
        let short = Some(self.general(gradient.adjoint, &letters)).filter(|sign| *sign != derivative);
        self.paragraph(self.say.notation(self.glossary.loss(), error, short.map(|sign| (sign, derivative))))
    }

    /// Is this the input that the activation below feeds?
    pub(super) fn is_activated(&self, gradient: &Gradient) -> bool {
        let arena = &self.derivation.system.arena;
        let first = arena.tensors().find(|(_, t)| t.role == Role::Input).map(|(id, _)| id);
        self.below.is_some() && first == Some(gradient.of)
    }

    /// ∂C/∂z of the layer below, `Level::Below`, as the derivation of the activation writes it.
    fn below(&self) -> Option<Below<'_>> {
        let (derivation, glossary) = (self.derivation.below.as_deref()?, self.below?);
        let definition = derivation.system.definitions.first()?;
        let ExprKind::Call(function, _) = derivation.system.arena.kind(*definition.values.first()?) else {
            return None;
        };
        let input = derivation.gradients.list.first()?.of;
        let word = derivation.system.arena.function_name(function).to_string();
        let pre = Name { level: Level::Below, ..glossary.whole_name(input, Level::None) };
        Some(Below { derivation, word, pre })
    }

    /// The chain rule through the activation, in whole tensors: what the gradient of the input is needed for.
    fn error_below(&mut self, gradient: &Gradient) -> io::Result<()> {
        let Some(below) = self.below() else { return Ok(()) };
        let (input, output) = (self.whole(gradient.of), self.whole(self.derivation.system.output()));
        let pre = Math::Name(below.pre.clone());
        let activation =
            Math::binary(input.clone(), Op::Equals, Math::Call(Name::new(&below.word), 0, Box::new(pre.clone())));
        let derivative = |y: &Math, x: &Math| Math::Derivative(Box::new(y.clone()), Box::new(x.clone()));
        let error_here = self.whole(self.derivation.gradients.upstream);
        let error = self.error_of_below();
        let loss = self.glossary.loss();
        let chain = Math::Row(vec![derivative(&loss, &output), derivative(&output, &input), derivative(&input, &pre)]);
        let result = Math::Row(vec![
            error_here,
            derivative(&output, &input),
            Math::Op(Op::Hadamard),
            Math::Call(Name::new(&below.word), 1, Box::new(pre.clone())),
        ]);
        self.paragraph(self.say.activation_below(activation))?;
        let first = Some(derivative(&loss, &pre)).filter(|first| *first != error);
        self.about_gradient(gradient.of, "error");
        self.chain_display(error, first.into_iter().chain([chain, result]).collect(), "error")?;
        self.paragraph(self.say.left_to_find(self.whole(gradient.adjoint)))
    }

    pub(super) fn error_of_below(&self) -> Math {
        let upstream = self.derivation.gradients.upstream;
        match self.below() {
            Some(below) if self.glossary.is_partial(upstream) => self.glossary.by_loss(Math::Name(below.pre)),
            Some(_) | None => Math::Name(self.glossary.whole_name(upstream, Level::Below)),
        }
    }

    fn index_form(&mut self, gradient: &Gradient) -> io::Result<()> {
        let derivation = self.derivation;
        let found = derivation.index_form.definitions.iter().find(|d| d.tensor == gradient.adjoint.0 as usize);
        let Some(definition) = found else { return Ok(()) };
        if gradient.entries.len() == 1 && definition.rank == 0 && derivation.recognition(gradient.adjoint).is_some() {
            return Ok(()); // the operator says the same
        }
        self.paragraph(self.say.in_index_form())?;
        let (left, right) = index_form::definition(self.glossary, definition);
        self.about_gradient(gradient.of, "index");
        self.display(left, right, None)
    }

    fn recognised(&mut self, gradient: &Gradient) -> io::Result<()> {
        let derivation = self.derivation;
        let Some(recognition) = derivation.recognition(gradient.adjoint) else {
            let index_form = derivation.index_form.definitions.iter().any(|d| d.tensor == gradient.adjoint.0 as usize);
            let why = derivation.obstacle(gradient.adjoint);
            return self.paragraph(self.say.no_operator(gradient.entries.len(), why, index_form));
        };
        if let [TensorOp::WindowSum { of, window, .. }] = recognition.parts.as_slice()
            && self.moving(window, [of.tensor(), gradient.adjoint]).is_none()
        {
            return self.collected(gradient, of.tensor());
        }
        let level = |t: TensorId| self.level(t);
        let formula = self.operators(&level).sum(&recognition.parts, gradient.adjoint);
        self.explain_star(std::iter::once(&formula))?;
        match recognition.parts.as_slice() {
            [op] => {
                if self.operator_told(op, gradient.adjoint)? {
                    self.paragraph(self.say.with_divisors())?;
                }
            }
            parts => self.paragraph(self.several_sentence(parts, gradient.adjoint))?,
        }
        let symbol = |t: TensorId, offset: usize| self.glossary.element(t, offset as u32);
        let mut drawn = false;
        self.about_gradient(gradient.of, "matrices");
        match recognition.parts.as_slice() {
            [
                TensorOp::Identity { .. } | TensorOp::Sum { .. } | TensorOp::Hadamard { .. } | TensorOp::Reshape { .. },
            ] => {}
            [TensorOp::Upsample { .. } | TensorOp::WindowSum { .. } | TensorOp::Route(_)] => {
                if let Some(matrix) = self.matrix_of(gradient.adjoint, &gradient.entries) {
                    self.matrices(self.bare(gradient.adjoint), matrix, None)?;
                    drawn = true;
                }
            }
            parts => {
                if let Some((left, right)) = self.matrix_equation(parts, gradient.adjoint, &symbol) {
                    self.matrices(left, right, None)?;
                    drawn = true;
                }
            }
        }
        if drawn {
            self.paragraph(self.say.with_whole_tensors(&Self::slid_axes(&recognition.parts)))?;
        } else if let [TensorOp::Correlate(c)] = recognition.parts.as_slice() {
            let alone = c.leading.is_empty();
            self.paragraph(if alone { self.say.with_whole_tensors(&c.axes) } else { self.say.with_channels(&c.axes) })?;
        }
        self.operator_equation(gradient)
    }

    /// Sums over places that lie apart by no rule of the layer's text: in words, and as a matrix.
    fn collected(&mut self, gradient: &Gradient, of: TensorId) -> io::Result<()> {
        self.paragraph(self.say.collected(self.bare(gradient.adjoint), self.bare(of)))?;
        self.about_gradient(gradient.of, "matrices");
        let Some(matrix) = self.matrix_of(gradient.adjoint, &gradient.entries) else { return Ok(()) };
        self.matrices(self.bare(gradient.adjoint), matrix, None)
    }

    /// The tensor that a route's maxima are named by, with letters.
    fn maximum_of(&self, route: &Route) -> Math {
        let derivation = self.derivation;
        let of_windows = |r: &Recognition| matches!(r.parts.as_slice(), [TensorOp::WindowMax { of, .. }] if of.tensor() == route.through);
        let found = derivation.recognitions.iter().find(|(_, r)| of_windows(r)).map(|(t, _)| *t);
        let tensor = found.unwrap_or(derivation.system.output());
        let definition = derivation.instance.definitions.iter().find(|d| d.tensor == tensor.0 as usize);
        let letters: Option<Vec<&str>> =
            definition.map(|d| d.loops[..d.rank].iter().map(|l| l.name.as_str()).collect());
        self.general(tensor, &letters.unwrap_or_else(|| self.output_letters()))
    }

    /// What an operator does, in words; `target` is its result.
    pub(super) fn operator_sentence(&self, op: &TensorOp, target: TensorId) -> Inlines {
        let level = |_: TensorId| Level::None;
        let operators = self.operators(&level);
        let bare = |o: &Operand| operators.operand(*o);
        match op {
            TensorOp::Correlate(c) => {
                let reach = self.glossary.shape(c.y.tensor());
                let reach = &reach[reach.len() - c.axes.len()..];
                let how = match (c.rot180, self.request.notation.sliding.says_rotation()) {
                    (false, _) => Turned::No,
                    (true, true) => Turned::Said,
                    (true, false) => Turned::BySign,
                };
                let full =
                    |(a, k): (&CorrelationAxis, &usize)| a.low == a.high && a.low == (a.rhs_dilation * (k - 1)) as i64;
                let full = c.axes.iter().zip(reach).all(full) && reach.iter().any(|&k| k > 1);
                let mut text = self.say.recognised_correlation(bare(&c.x), bare(&c.y), how, full, &c.axes);
                text.extend(self.channels(c));
                text.extend(
                    self.simpler(c).map(|what| self.say.simpler(bare(&c.x), bare(&c.y), what)).into_iter().flatten(),
                );
                text
            }
            TensorOp::Upsample { of, window, count, scale } => {
                let tensors = [target, of.tensor()];
                self.say.recognised_upsample(bare(of), self.windowed(window, count.as_deref(), scale, tensors))
            }
            TensorOp::Route(r) => {
                let x = Math::Op(Op::Equals);
                let (entry, largest) = (self.general(r.through, &self.letters(r.through)), self.maximum_of(r));
                // it stands in the entries, and of a layer by itself in the matrix too
                let gradient = self.derivation.gradients.list.iter().find(|g| g.adjoint == target);
                let written = gradient.is_some_and(|g| {
                    let drawn = || self.matrix_of(target, &g.entries).is_some();
                    self.detail(g.entries.len()) != Detail::None
                        || self.derivation.instance.stages.is_empty() && drawn()
                });
                let indicator = written.then(|| Math::Indicator(Box::new(Math::Row(vec![entry, x, largest]))));
                self.say.recognised_route(self.bare(r.x), self.bare(r.through), indicator, r.ties)
            }
            TensorOp::Identity { of, .. } => self.say.recognised_identity(bare(of)),
            TensorOp::Sum { of, axes, .. } => {
                let shape = self.glossary.shape(of.tensor());
                let all = (0..shape.len()).all(|a| axes.contains(&a) || shape[a] == 1);
                self.say.recognised_sum(bare(of), (!all).then_some((axes.len(), shape.len())))
            }
            TensorOp::Hadamard { factors, .. } => {
                self.say.recognised_hadamard(&factors.iter().map(bare).collect::<Vec<_>>())
            }
            TensorOp::Contract(c) => self.contraction_sentence(c, target),
            TensorOp::Reshape { of, .. } => self.say.recognised_reshape(bare(of)),
            TensorOp::Broadcast { .. } => self.say.recognised_broadcast(Math::Ones),
            TensorOp::WindowSum { of, window, count, scale } => {
                let windowed = self.windowed(window, count.as_deref(), scale, [of.tensor(), target]);
                self.say.window_sum(self.bare(target), bare(of), windowed)
            }
            TensorOp::WindowMax { .. } => self.say.with_whole_tensors(&[]),
        }
    }

    /// The operator with whole tensors; for the activated input, times the slope of the activation.
    fn operator_equation(&mut self, gradient: &Gradient) -> io::Result<()> {
        let derivation = self.derivation;
        let Some(recognition) = derivation.recognition(gradient.adjoint) else { return Ok(()) };
        let level = |t: TensorId| self.level(t);
        let operators = self.operators(&level);
        let mut right = operators.sum(&recognition.parts, gradient.adjoint);
        let tensor = derivation.system.arena.tensor(gradient.of);
        let name = format!("gradient-{}", tensor.name);
        let (left, label) = if self.is_activated(gradient) {
            if let Some(slope) = self.slope_below() {
                let (left, product) = self.through_slope(&recognition.parts, gradient.adjoint, right, slope);
                right = product;
                (left, "input")
            } else {
                (operators.left_of(&recognition.parts, gradient.adjoint), "input")
            }
        } else {
            let word = match tensor.role {
                Role::Weight => "weight",
                // one document may hold both
                Role::Bias if self.is_untied(gradient) => "bias-untied",
                Role::Bias => "bias",
                Role::Input | Role::Intermediate | Role::Output | Role::Target | Role::Adjoint => name.as_str(),
            };
            (self.gradient_of(gradient, |tensor| operators.left_of(&recognition.parts, tensor)), word)
        };
        self.about_gradient(gradient.of, "operator");
        self.display(left, right, Some(label))
    }

    /// The gradient with respect to a whole tensor: a fraction, or in a notation that has one the sign for it.
    fn gradient_of(&self, gradient: &Gradient, written: impl Fn(TensorId) -> Math) -> Math {
        match self.request.notation.gradient {
            Gradients::Nabla | Gradients::Partial => self.glossary.by_loss(written(gradient.of)),
            Gradients::Prefix => written(gradient.adjoint),
        }
    }

    /// `σ'(z^{l-1})`, if the derivation of the activation was recognised as the elementwise product with it.
    pub(super) fn slope_below(&self) -> Option<Math> {
        let below = self.below()?;
        let gradient = below.derivation.gradients.list.first()?;
        let recognition = below.derivation.recognition(gradient.adjoint)?;
        let [TensorOp::Hadamard { factors, scale }] = recognition.parts.as_slice() else {
            // one element: there a product is not told from a scaling; the entry itself is the proof
            return None;
        };
        let [Operand::Plain(_), Operand::Each(slope, _)] = factors.as_slice() else { return None };
        let ExprKind::Call(f, _) = below.derivation.system.arena.kind(*slope) else { return None };
        scale.is_one().then(|| Math::Call(Name::new(&below.word), f.order, Box::new(Math::Name(below.pre.clone()))))
    }

    /// Where the output has several places, whether they share the bias; of a vector's bias there is nothing to say.
    fn which_bias(&mut self, gradient: &Gradient) -> io::Result<()> {
        if self.glossary.shape(gradient.of).is_empty() {
            self.paragraph(self.say.bias_shared(self.bare(gradient.of)))
        } else if self.is_untied(gradient) {
            // it has the output's axes
            self.paragraph(self.say.bias_untied(self.general(gradient.of, &self.output_letters())))
        } else {
            Ok(())
        }
    }

    /// Has every output, at several places, a bias of its own?
    fn is_untied(&self, gradient: &Gradient) -> bool {
        let output = self.glossary.shape(self.derivation.system.output());
        self.glossary.shape(gradient.of) == output && output.len() > 1
    }

    /// What the other kind of bias would give: derived with it, not asserted.
    fn other_bias(&mut self, gradient: &Gradient) -> io::Result<()> {
        let (Some(other), Some(glossary)) = (self.derivation.other_bias.as_deref(), self.other) else { return Ok(()) };
        if self.glossary.shape(self.derivation.system.output()).len() < 2 {
            return Ok(());
        }
        let name = &self.derivation.system.arena.tensor(gradient.of).name;
        let Some(found) = other.gradients.list.iter().find(|g| &other.system.arena.tensor(g.of).name == name) else {
            return Ok(());
        };
        let Some(definition) = other.index_form.definitions.iter().find(|d| d.tensor == found.adjoint.0 as usize)
        else {
            return Ok(());
        };
        let bias = general_named(glossary, found.of, definition);
        let shared = other.system.arena.tensor(found.of).shape.is_empty();
        let text = if shared { self.say.were_it_shared(bias.clone()) } else { self.say.were_it_untied(bias.clone()) };
        self.paragraph(text)?;
        let (_, right) = index_form::definition(glossary, definition);
        let left = self.gradient_of(found, |tensor| general_named(glossary, tensor, definition));
        // tensors of the other derivation have the same numbers: the layer differs in a shape only
        let rows = equation(self.glossary, self.request.measure, left, vec![right]);
        self.topic = format!("other_{}.index", self.glossary.code(gradient.of));
        self.block(Block::Display(Display { rows, ..Display::default() }))
    }
}

struct Below<'a> {
    derivation: &'a Derivation,
    /// The activation's name.
    word: String,
    /// What it is applied to.
    pre: Name,
}

/// The tensor with the letters that a definition of its adjoint uses.
fn general_named(glossary: &Glossary, tensor: TensorId, definition: &crate::index::Definition) -> Math {
    if definition.rank == 0 {
        return glossary.tensor(tensor, Level::None);
    }
    Math::Indexed(
        tensor,
        Level::None,
        definition.loops[..definition.rank].iter().map(|l| Math::name(&l.name)).collect(),
    )
}

/// Rows joined by plus signs.
pub(super) fn joined(parts: Vec<Vec<Math>>) -> Math {
    let mut row = Vec::new();
    for (place, part) in parts.into_iter().enumerate() {
        if place > 0 {
            row.push(Math::Op(Op::Plus));
        }
        row.extend(part);
    }
    Math::Row(row)
}
