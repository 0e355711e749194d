//! What is said of the channels, the batch and the groups of a sliding product.

use std::io;

use super::Narrator;
use super::sentences::{Channels, Sign};
use super::signs::Met;
use crate::document::Inlines;
use crate::document::math::{Math, Op};
use crate::document::resolve::sign;
use crate::expr::TensorId;
use crate::formula::{Equation, Formula, Level, Meaning, Sliding};
use crate::operator::{Correlation, TensorOp};

impl Narrator<'_> {
    /// Which products there are and what they are summed over.
    pub(super) fn channels(&self, c: &Correlation) -> Inlines {
        if c.leading.is_empty() {
            return Vec::new();
        }
        let level = |_: TensorId| Level::None;
        let letters = self.operators(&level).letters_of(c);
        let (batch, channels): (Vec<_>, Vec<_>) = letters.summed.into_iter().partition(|(m, _)| *m == Meaning::Batch);
        let only =
            |list: Vec<(Meaning, Formula)>| list.iter().map(|(_, letter)| self.math(letter)).collect::<Vec<Math>>();
        let group = letters.kept.iter().find(|(m, _)| *m == Meaning::Group).map(|(_, letter)| self.math(letter));
        let of_kernel = |m: Meaning| matches!(m, Meaning::Results | Meaning::Inputs);
        let together = !letters.kept.iter().chain(&channels).any(|(m, _)| of_kernel(*m));
        let told = Channels {
            each: only(letters.kept),
            batch: only(batch),
            channels: only(channels),
            groups: letters.groups,
            group: group.filter(|_| !together),
        };
        self.say.channels(&told)
    }

    /// The definition of a tensor channel by channel, where it has channels.
    pub(super) fn forward_by_channel(&mut self, parts: &[TensorOp], output: TensorId) -> io::Result<()> {
        let level = |_: TensorId| Level::None;
        let operators = self.operators(&level);
        let Some((indices, right)) = operators.by_channel(parts, output, None) else { return Ok(()) };
        let equation = Equation::new(self.glossary.indexed(output, indices), right);
        let slides = parts.iter().find_map(|p| if let TensorOp::Correlate(c) = p { Some(c) } else { None });
        if let Some(c) = slides {
            let sign = self.sign(c);
            self.paragraph(self.say.by_channels(sign, c.rot180, &c.axes))?;
        }
        self.about(output, "operator");
        self.display(&equation, None)
    }

    /// The sign of a sliding product, where it is told what that is.
    pub(super) fn sign(&mut self, c: &Correlation) -> Sign {
        let sliding = self.request.notation.sliding;
        let own = sign(sliding, c.rot180);
        if own == sign(sliding, false) {
            self.met.push(Met::Star);
        }
        Sign { sign: own, sliding }
    }

    /// In a net: what the signs of sliding products and the shape of vectors are, where they are not those that frameworks have.
    pub(super) fn conventions(&mut self) -> io::Result<()> {
        let sliding = self.request.notation.sliding;
        let slides = |p: &TensorOp| if let TensorOp::Correlate(c) = p { Some(c.rot180) } else { None };
        let turned: Vec<bool> =
            self.derivation.recognitions.iter().flat_map(|(_, r)| r.parts.iter().filter_map(slides)).collect();
        if sliding != Sliding::Framework && !turned.is_empty() {
            let convolution =
                (sliding == Sliding::Convolution && turned.contains(&true)).then_some(Math::Op(Op::Slide));
            self.met.push(Met::Star);
            self.paragraph(self.say.signs(Math::Op(Op::Star), convolution))?;
        }
        if self.glossary.rows() { self.paragraph(self.say.rows()) } else { Ok(()) }
    }

    /// `right ⊙ σ'(z_c)`, and what it is: the error of the layer below, or of a channel or an entry of it.
    pub(super) fn through_slope(&self, parts: &[TensorOp], target: TensorId) -> Option<Equation> {
        let level = |t: TensorId| self.level(t);
        let (indices, right) = self.operators(&level).written(parts, target)?;
        let below = |tensor: TensorId| self.glossary.indexed_at(tensor, Level::Below, indices.clone());
        let (word, order) = self.slope_below()?;
        let slope = Formula::Call(word, order, Box::new(below(self.derivation.system.output())));
        let entry = !indices.is_empty() && indices.len() == self.glossary.shape(target).len();
        let product = if entry { Formula::Product(vec![right, slope]) } else { Formula::Hadamard(vec![right, slope]) };
        Some(Equation::new(below(self.derivation.gradients.upstream), product))
    }
}
