//! What is said of the channels, the batch and the groups of a sliding product.

use std::io;

use super::Narrator;
use super::sentences::{Channels, Sign};
use crate::document::channels::{Meaning, index_row};
use crate::document::math::{Level, Math, Op};
use crate::document::{Inlines, Sliding};
use crate::expr::TensorId;
use crate::operator::{Correlation, CorrelationAxis, TensorOp};

impl Narrator<'_> {
    /// Which products there are and what they are summed over.
    pub(super) fn channels(&self, c: &Correlation) -> Inlines {
        if c.leading.is_empty() {
            return Vec::new();
        }
        let level = |_: TensorId| Level::None;
        let letters = self.operators(&level).letters_of(c);
        let (batch, channels): (Vec<_>, Vec<_>) = letters.summed.into_iter().partition(|(m, _)| *m == Meaning::Batch);
        let only = |list: Vec<(Meaning, Math)>| list.into_iter().map(|(_, math)| math).collect::<Vec<Math>>();
        let group = letters.kept.iter().find(|(m, _)| *m == Meaning::Group).map(|(_, math)| math.clone());
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
        let Some((_, right)) = operators.by_channel(parts, None) else { return Ok(()) };
        let left = operators.left_of(parts, output);
        let slides = parts.iter().find_map(|p| if let TensorOp::Correlate(c) = p { Some(c) } else { None });
        if let Some(c) = slides {
            let sign = self.sign(c);
            self.paragraph(self.say.by_channels(sign, c.rot180, &c.axes))?;
        }
        self.about(output, "operator");
        self.display(left, right, None)
    }

    /// The sign of a sliding product, where it is told what that is.
    pub(super) fn sign(&mut self, c: &Correlation) -> Sign {
        let sliding = self.request.notation.sliding;
        let sign = sliding.sign(c.rot180);
        self.star_explained |= sign == sliding.sign(false);
        Sign { sign, sliding }
    }

    /// What the sign of a sliding product in these formulas is, if nobody has said so yet. Where a rotated kernel has another one,
    /// that is told of with each product.
    pub(super) fn explain_star<'b>(&mut self, mut formulas: impl Iterator<Item = &'b Math>) -> io::Result<()> {
        let sign = Math::Op(self.request.notation.sliding.sign(false));
        let slides = |formula: &Math| {
            let mut found = false;
            formula.each(&mut |part| found |= *part == sign);
            found
        };
        if self.star_explained || !formulas.any(slides) {
            return Ok(());
        }
        self.star_explained = true;
        self.paragraph(self.say.signs(sign, None))
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
            self.star_explained = true;
            self.paragraph(self.say.signs(Math::Op(Op::Star), convolution))?;
        }
        if self.glossary.rows() { self.paragraph(self.say.rows()) } else { Ok(()) }
    }

    /// The axes along which operators slide.
    pub(super) fn slid_axes(parts: &[TensorOp]) -> Vec<CorrelationAxis> {
        let slides = |p: &TensorOp| if let TensorOp::Correlate(c) = p { c.axes.clone() } else { Vec::new() };
        parts.iter().flat_map(slides).collect()
    }

    /// `right ⊙ σ'(z_c)`, and what it is: the error of the layer below, or of a channel of it.
    pub(super) fn through_slope(&self, parts: &[TensorOp], target: TensorId, right: Math, slope: Math) -> (Math, Math) {
        let level = |t: TensorId| self.level(t);
        let indices = self.operators(&level).channel_indices(parts, target);
        let compound =
            parts.len() > 1 || matches!(&right, Math::Row(row) if matches!(row.first(), Some(Math::Sum { .. })));
        let product = if compound { Math::Brackets(Box::new(right)) } else { right };
        if indices.is_empty() {
            return (self.error_of_below(), Math::Row(vec![product, Math::Op(Op::Hadamard), slope]));
        }
        let (upstream, output) = (self.derivation.gradients.upstream, self.derivation.system.output());
        let error = self.glossary.indexed_at(upstream, Level::Below, indices.clone());
        // the layer below calls what its activation is applied to as this one does, or else
        let own = Math::Name(self.glossary.whole_name(output, Level::Below));
        let channel = |of: Math| {
            if of == own {
                self.glossary.indexed_at(output, Level::Below, indices.clone())
            } else {
                Math::Subscript(Box::new(of), Box::new(index_row(indices.clone())))
            }
        };
        let slope = if let Math::Call(name, primes, of) = slope {
            Math::Call(name, primes, Box::new(channel(*of)))
        } else {
            slope
        };
        let sign = self.product_sign(parts, target);
        (error, Math::Row([product].into_iter().chain(sign).chain([slope]).collect()))
    }
}
