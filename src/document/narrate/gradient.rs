//! The gradient of one tensor: what is said around the chain rule, the index form, and the operator.

use std::io;

use super::narrator::Narrator;
use super::request::{Depth, Entries, Section};
use super::signs::Sign;
use crate::differentiate::Gradient;
use crate::document::Inlines;
use crate::document::notation::Gradients;
use crate::document::say::Sentence;
use crate::expr::{ExprKind, Role, TensorId, Ties};
use crate::formula::{Equation, Formula, Level, Op, definition};
use crate::operator::{Operand, Route, TensorOp};
use crate::recognise::{Obstacle, Recognition};

impl Narrator<'_> {
    /// The gradients: of a net from layer to layer; of a layer one after the other.
    pub(super) fn backward(&mut self) -> io::Result<()> {
        if self.net {
            self.net_backward()?;
            return self.windows_of_gradients(&[Section::Intermediate, Section::Input, Section::Weight, Section::Bias]);
        }
        let derivation = self.derivation;
        let brief = self.request.depth == Depth::Brief && self.request.entries.is_none();
        if brief {
            self.heading(Sentence::IndexHeading);
        }
        for gradient in &derivation.gradients.list {
            let section = Section::of(derivation.system.arena.tensor(gradient.of).role);
            match self.wants(section) {
                true if brief => self.briefly(gradient)?,
                true => self.gradient(gradient)?,
                false => self.window_of(section, gradient.adjoint)?,
            }
        }
        Ok(())
    }

    fn gradient(&mut self, gradient: &Gradient) -> io::Result<()> {
        let tensor = self.derivation.system.arena.tensor(gradient.of);
        let role = self.request.lang.role(tensor.role);
        self.heading(Sentence::GradientHeading { role, tensor: self.bare(gradient.of) });
        self.notation(gradient)?;
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

    /// The index form, and of what slides the way from there to the operator. The operator itself stands with the results.
    fn briefly(&mut self, gradient: &Gradient) -> io::Result<()> {
        self.notation(gradient)?;
        let derivation = self.derivation;
        if let Some(source) = derivation.indexed(gradient.adjoint) {
            self.about_gradient(gradient.of, "index");
            self.display(definition(self.glossary, source), None)?;
        }
        let Some(recognition) = derivation.recognition(gradient.adjoint) else { return self.no_operator(gradient) };
        let why = self.why(gradient, &recognition.parts);
        let operator = match recognition.parts.as_slice() {
            [op @ TensorOp::Correlate(_)] => self.operator_sentence(op, gradient.adjoint),
            _ => Inlines::new(),
        };
        let text = self.request.lang.together(vec![why, operator]);
        if !text.is_empty() {
            self.paragraph(text)?;
        }
        self.window_of(Section::of(derivation.system.arena.tensor(gradient.of).role), gradient.adjoint)
    }

    /// What the error is that is known, and what is short for a derivative; once.
    pub(super) fn notation(&mut self, gradient: &Gradient) -> io::Result<()> {
        if std::mem::replace(&mut self.is_error_known, true) {
            return Ok(());
        }
        let (error, output) = (self.derivation.gradients.upstream, self.derivation.system.output());
        let letters = self.output_letters();
        let of_output = Formula::by_loss(self.general(output, &letters));
        // a fraction is no sign that wants an explanation
        let error = match self.general(error, &letters) {
            sign if sign == of_output => self.math(&of_output),
            sign => self.stated(&Equation::new(sign, of_output)),
        };
        let letters = self.letters(gradient.of);
        let derivative = Formula::by_loss(self.general(gradient.of, &letters));
        let short = Some(self.general(gradient.adjoint, &letters)).filter(|sign| *sign != derivative);
        let loss = self.loss();
        let Some(sign) = short else { return self.tell(Sentence::ErrorKnown { loss, error }) };
        self.claim(&Equation::new(sign.clone(), derivative.clone()));
        let (sign, derivative) = (self.math(&sign), self.math(&derivative));
        self.tell(Sentence::ErrorKnownAndShort { loss, error, sign, derivative })
    }

    /// Is this the input that the activation below feeds?
    pub(super) fn is_activated(&self, gradient: &Gradient) -> bool {
        let arena = &self.derivation.system.arena;
        let first = arena.tensors().find(|(_, t)| t.role == Role::Input).map(|(id, _)| id);
        self.below.is_some() && first == Some(gradient.of)
    }

    /// The function that the activation below applies.
    fn activation(&self) -> Option<String> {
        self.below?;
        let below = self.derivation.below.as_deref()?;
        let definition = below.system.definitions.first()?;
        let ExprKind::Call(function, _) = below.system.arena.kind(*definition.values.first()?) else {
            return None;
        };
        Some(below.system.arena.function_name(function).to_string())
    }

    /// The chain rule through the activation, in whole tensors: what the gradient of the input is needed for.
    fn error_below(&mut self, gradient: &Gradient) -> io::Result<()> {
        let Some(word) = self.activation() else { return Ok(()) };
        let upstream = self.derivation.gradients.upstream;
        let named = |tensor: TensorId| self.glossary.tensor(tensor, self.level(tensor));
        let (input, output) = (named(gradient.of), named(self.derivation.system.output()));
        let pre = self.glossary.tensor(self.derivation.system.output(), Level::Below);
        let applied = |order: u32| Formula::Call(word.clone(), order, Box::new(pre.clone()));
        let activation = self.stated(&Equation::new(input.clone(), applied(0)));
        let error = self.glossary.tensor(upstream, Level::Below);
        let chain = Formula::Product(vec![
            Formula::by_loss(output.clone()),
            Formula::derivative(output.clone(), input.clone()),
            Formula::derivative(input.clone(), pre.clone()),
        ]);
        let through = Formula::Product(vec![named(upstream), Formula::derivative(output, input)]);
        let result = Formula::Hadamard(vec![through, applied(1)]);
        self.tell(Sentence::ActivationBelow { activation })?;
        let first = Some(Formula::by_loss(pre)).filter(|first| *first != error);
        self.about_gradient(gradient.of, "error");
        let equation = Equation::chain(error, first.into_iter().chain([chain, result]).collect());
        self.chain_display(equation, "error")?;
        let (gradient, label) = (self.whole(gradient.adjoint), self.label("error"));
        if !self.request.numbered || !self.unreferred.contains(&label) {
            return self.tell(Sentence::LeftToFind { gradient });
        }
        let error = self.refer(&label);
        self.tell(Sentence::LeftToFindIn { gradient, error })
    }

    pub(super) fn index_form(&mut self, gradient: &Gradient) -> io::Result<()> {
        let derivation = self.derivation;
        let Some(source) = derivation.indexed(gradient.adjoint) else { return Ok(()) };
        if gradient.entries.len() == 1 && source.rank == 0 && derivation.recognition(gradient.adjoint).is_some() {
            return Ok(()); // the operator says the same
        }
        self.tell(Sentence::IndexForm)?;
        self.about_gradient(gradient.of, "index");
        self.display(definition(self.glossary, source), None)
    }

    fn recognised(&mut self, gradient: &Gradient) -> io::Result<()> {
        let derivation = self.derivation;
        let Some(recognition) = derivation.recognition(gradient.adjoint) else {
            return self.no_operator(gradient);
        };
        if let [TensorOp::WindowSum { of, window, .. }] = recognition.parts.as_slice()
            && self.moving(window, [of.tensor(), gradient.adjoint]).is_none()
        {
            return self.collected(gradient, of.tensor());
        }
        let level = |t: TensorId| self.level(t);
        let written = self.operators(&level).written(&recognition.parts, gradient.adjoint);
        let understood = self.understood(&written.map_or(Formula::Loss, |(_, formula)| formula), &recognition.parts);
        let why = self.why(gradient, &recognition.parts);
        if !why.is_empty() {
            self.paragraph(why)?;
        }
        match recognition.parts.as_slice() {
            [op] => {
                if self.describe_operator(op, gradient.adjoint)? {
                    self.tell(Sentence::AfterDivisors)?;
                }
            }
            parts => self.paragraph(self.several_sentence(parts, gradient.adjoint))?,
        }
        self.window_of(Section::of(derivation.system.arena.tensor(gradient.of).role), gradient.adjoint)?;
        let symbol = |t: TensorId, offset: usize| self.glossary.element(t, offset as u32);
        let mut drawn = false;
        self.about_gradient(gradient.of, "matrices");
        match recognition.parts.as_slice() {
            [
                TensorOp::Identity { .. } | TensorOp::Sum { .. } | TensorOp::Hadamard { .. } | TensorOp::Reshape { .. },
            ] => {}
            [TensorOp::Upsample { .. } | TensorOp::WindowSum { .. } | TensorOp::Route(_)] => {
                if let Some(matrix) = self.matrix_of(gradient.adjoint, &gradient.entries) {
                    let left = self.glossary.tensor(gradient.adjoint, Level::None);
                    self.matrices(&Equation::new(left, matrix))?;
                    drawn = true;
                }
            }
            parts => {
                let sides = self.matrix_equation(parts, gradient.adjoint, &symbol);
                let equation = sides.map(|(left, right)| Equation::new(left, right));
                if let Some(equation) = equation.filter(|e| !self.needs_no_matrices(gradient.adjoint, e)) {
                    self.matrices(&equation)?;
                    drawn = true;
                }
            }
        }
        let channels = |p: &TensorOp| matches!(p, TensorOp::Correlate(c) if !c.leading.is_empty());
        match recognition.parts.as_slice() {
            [op] if !drawn && channels(op) => self.tell(match understood.is_empty() {
                true => Sentence::WithChannels,
                false => Sentence::WithChannelsWith { understood },
            })?,
            [TensorOp::Correlate(_)] => self.whole_tensors(understood)?,
            _ if drawn => self.whole_tensors(understood)?,
            _ => {}
        }
        self.operator_equation(gradient)
    }

    /// No operator fitted, and why; the formula in index form is the result, or else the equations.
    pub(super) fn no_operator(&mut self, gradient: &Gradient) -> io::Result<()> {
        let why = self.derivation.obstacle(gradient.adjoint).map(|obstacle| match obstacle {
            Obstacle::Zero => Sentence::AllZero,
            Obstacle::Factors => Sentence::OtherFactors,
            Obstacle::Kinds => Sentence::TooManyKinds,
            Obstacle::Coefficients => Sentence::VaryingCoefficients,
            Obstacle::Spacing => Sentence::UnevenSpacing,
            Obstacle::Terms => Sentence::TooManyTerms,
            Obstacle::Pairing => Sentence::UnknownPairing,
        });
        if let Some(zero @ Sentence::AllZero) = why {
            return self.tell(zero);
        }
        let why = why.map(|why| self.say(why)).unwrap_or_default();
        let index_form = self.derivation.indexed(gradient.adjoint).is_some();
        self.tell(Sentence::NoOperator { entries: gradient.entries.len(), why, index_form })
    }

    /// Sums over places that lie apart by no rule of the layer's text: in words, and as a matrix.
    fn collected(&mut self, gradient: &Gradient, of: TensorId) -> io::Result<()> {
        self.tell(Sentence::Collected { gradient: self.bare(gradient.adjoint), of: self.bare(of) })?;
        self.window_of(Section::of(self.derivation.system.arena.tensor(gradient.of).role), gradient.adjoint)?;
        self.about_gradient(gradient.of, "matrices");
        let Some(matrix) = self.matrix_of(gradient.adjoint, &gradient.entries) else { return Ok(()) };
        self.matrices(&Equation::new(self.glossary.tensor(gradient.adjoint, Level::None), matrix))
    }

    /// The tensor that a route's maxima are named by, with letters.
    fn maximum_of(&self, route: &Route) -> Formula {
        let derivation = self.derivation;
        let of_windows = |r: &Recognition| matches!(r.parts.as_slice(), [TensorOp::WindowMax { of, .. }] if of.tensor() == route.through);
        let found = derivation.recognitions.iter().find(|(_, r)| of_windows(r)).map(|(t, _)| *t);
        let tensor = found.unwrap_or(derivation.system.output());
        let definition = derivation.instance.definitions.iter().find(|d| d.tensor == tensor.0 as usize);
        let letters = definition.map(|d| self.own_letters(d));
        self.general(tensor, &letters.unwrap_or_else(|| self.output_letters()))
    }

    /// What an operator does, in words; `target` is its result.
    pub(super) fn operator_sentence(&self, op: &TensorOp, target: TensorId) -> Inlines {
        let bare = |o: &Operand| self.operand(*o);
        match op {
            TensorOp::Correlate(c) => {
                let simpler = self.simpler(c, bare(&c.x), bare(&c.y)).map(|simpler| self.say(simpler));
                let mut text = self.slides(c, bare(&c.x), bare(&c.y));
                text.extend([self.channels(c), simpler.unwrap_or_default()]);
                self.request.lang.together(text)
            }
            TensorOp::Upsample { .. } => self.spread_over_windows(op, target),
            TensorOp::Route(r) => {
                let (entry, largest) = (self.general(r.through, &self.letters(r.through)), self.maximum_of(r));
                // it stands in the entries, and of a layer by itself in the matrix too
                let gradient = self.derivation.gradient_with(target);
                let explained = self.explained_marks.iter().any(|(sign, _)| *sign == Sign::Share(r.ties));
                let written = !explained
                    && gradient.is_some_and(|g| {
                        let drawn = || self.matrix_of(target, &g.entries).is_some();
                        self.entries_of(g.entries.len()) != Entries::None || !self.net && drawn()
                    });
                let share = Formula::Share(r.ties, Box::new(entry), Box::new(largest));
                let indicator = written.then(|| self.math(&share));
                let (x, through) = (self.bare(r.x), self.bare(r.through));
                self.say(match (r.ties, indicator) {
                    (Ties::First, None) => Sentence::RoutedToFirst { x, through },
                    (Ties::Split, None) => Sentence::RoutedSplit { x, through },
                    (Ties::All, None) => Sentence::RoutedToAll { x, through },
                    (Ties::First, Some(indicator)) => Sentence::RoutedToFirstBy { indicator, x, through },
                    (Ties::Split, Some(indicator)) => Sentence::RoutedSplitBy { indicator, x, through },
                    (Ties::All, Some(indicator)) => Sentence::RoutedToAllBy { indicator, x, through },
                })
            }
            TensorOp::Identity { of, .. } => self.say(Sentence::Identity { x: bare(of) }),
            TensorOp::Sum { of, axes, .. } => {
                let shape = self.glossary.shape(of.tensor());
                let all = (0..shape.len()).all(|a| axes.contains(&a) || shape[a] == 1);
                let (x, axes, two) = (bare(of), axes.len(), shape.len() == 2);
                self.say(if all { Sentence::SumOfAll { x } } else { Sentence::SumAlong { x, axes, two } })
            }
            TensorOp::Hadamard { factors, .. } => {
                self.say(Sentence::Hadamard { factors: factors.iter().map(bare).collect() })
            }
            TensorOp::Contract(c) => self.contraction_sentence(c, target),
            TensorOp::Place(p) => self.placement_sentence(p, target),
            TensorOp::Reshape { of, .. } => self.say(Sentence::Reshaped { x: bare(of) }),
            TensorOp::Broadcast { .. } => self.say(Sentence::Broadcast { ones: self.math(&Formula::Ones(None)) }),
            TensorOp::WindowSum { .. } => self.sum_of_windows(op, target),
            TensorOp::WindowMax { .. } => self.say(Sentence::WholeTensors),
        }
    }

    fn whole_tensors(&mut self, understood: Vec<Inlines>) -> io::Result<()> {
        self.tell(match understood.is_empty() {
            true => Sentence::WholeTensors,
            false => Sentence::WholeTensorsWith { understood },
        })
    }

    /// What a formula leaves to its reader of a sliding product, in words.
    fn understood(&self, formula: &Formula, parts: &[TensorOp]) -> Vec<Inlines> {
        let (zeros, cut) = left_to_reader(formula, parts);
        let zeros = zeros.then_some(Sentence::UnderstoodZeros);
        let cut = cut.then_some(Sentence::UnderstoodCut);
        zeros.into_iter().chain(cut).map(|part| self.say(part)).collect()
    }

    /// The operator with whole tensors; for the activated input, times the slope of the activation.
    fn operator_equation(&mut self, gradient: &Gradient) -> io::Result<()> {
        let derivation = self.derivation;
        let Some(recognition) = derivation.recognition(gradient.adjoint) else { return Ok(()) };
        let tensor = derivation.system.arena.tensor(gradient.of);
        let level = |t: TensorId| self.level(t);
        let Some((indices, right)) = self.operators(&level).written(&recognition.parts, gradient.adjoint) else {
            return Ok(());
        };
        let (of, adjoint) =
            [gradient.of, gradient.adjoint].map(|t| self.glossary.indexed_at(t, self.level(t), indices.clone())).into();
        let name = format!("gradient-{}", tensor.name);
        let activated = self.is_activated(gradient);
        let below = if activated { self.through_slope(&recognition.parts, gradient.adjoint) } else { None };
        let (equation, label) = match (below, tensor.role) {
            (Some(equation), _) => (equation, "input"),
            (None, _) if activated => (Equation::new(adjoint, right), "input"),
            // the gradient with respect to a whole tensor: a fraction, or in a notation that has one the sign for it
            (None, role) => {
                let left = match self.request.notation.gradient {
                    Gradients::Nabla | Gradients::Partial => Formula::by_loss(of),
                    Gradients::Prefix => adjoint,
                };
                // the first of a kind: labels differ
                let first = derivation.gradients.list.iter().find(|g| {
                    let other = derivation.system.arena.tensor(g.of);
                    other.role == role && self.is_untied(g) == self.is_untied(gradient)
                });
                let word = match role {
                    _ if first.is_some_and(|first| first.of != gradient.of) => name.as_str(),
                    Role::Weight => "weight",
                    // one document may hold both
                    Role::Bias if self.is_untied(gradient) => "bias-untied",
                    Role::Bias => "bias",
                    Role::Input | Role::Data | Role::Intermediate | Role::Output | Role::Target | Role::Adjoint => {
                        name.as_str()
                    }
                };
                (Equation::new(left, right), word)
            }
        };
        self.about_gradient(gradient.of, "operator");
        self.display(equation, Some(label))
    }

    /// `σ'`, if the derivation of the activation was recognised as the elementwise product with it.
    pub(super) fn slope_below(&self) -> Option<(String, u32)> {
        let word = self.activation()?;
        let below = self.derivation.below.as_deref()?;
        let gradient = below.gradients.list.first()?;
        let recognition = below.recognition(gradient.adjoint)?;
        let [TensorOp::Hadamard { factors, scale }] = recognition.parts.as_slice() else {
            // one element: there a product is not told from a scaling; the entry itself is the proof
            return None;
        };
        let [Operand::Plain(_), Operand::Each(slope, _)] = factors.as_slice() else { return None };
        let ExprKind::Call(f, _) = below.system.arena.kind(*slope) else { return None };
        scale.is_one().then_some((word, f.order))
    }
}

/// Does a formula leave zeros around a sliding product to its reader, or lines that are cut off? Where neither a number of lines nor
/// a step is written.
pub(super) fn left_to_reader(formula: &Formula, parts: &[TensorOp]) -> (bool, bool) {
    let mut written = false;
    formula.each(&mut |part| {
        written |= matches!(part, Formula::Apply(Op::Pad(_), _));
        written |= matches!(part, Formula::Slide(slide) if !slide.steps.is_empty());
    });
    let mut slides = false;
    formula.each(&mut |part| slides |= matches!(part, Formula::Slide(_)));
    let beyond = |p: &TensorOp| -> Vec<i64> {
        if let TensorOp::Correlate(c) = p {
            return c.axes.iter().flat_map(|a| [a.low, a.high]).collect();
        }
        // what is spread over windows is slid over by them, from where the first one ends
        let TensorOp::Upsample { window: w, .. } = p else { return Vec::new() };
        let reach = |a: usize| (w.dilation[a] * w.size[a].saturating_sub(1)) as i64;
        (0..w.size.len()).filter(|_| slides).flat_map(|a| w.padding[a].map(|lines| reach(a) - lines)).collect()
    };
    let sides: Vec<i64> = parts.iter().flat_map(beyond).collect();
    (!written && sides.iter().any(|&n| n > 0), !written && sides.iter().any(|&n| n < 0))
}
