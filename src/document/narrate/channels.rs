//! What is said of the channels, the batch and the groups of a sliding product.

use std::io;

use super::narrator::Narrator;
use super::signs::Sign;
use crate::document::Inlines;
use crate::document::math::{Math, Op};
use crate::document::resolve::sign;
use crate::document::say::Sentence;
use crate::expr::TensorId;
use crate::formula::{Equation, Formula, Level, Meaning, Sliding};
use crate::operator::{Correlation, CorrelationAxis, TensorOp};

impl Narrator<'_> {
    /// Which products there are and what they are summed over.
    pub(super) fn channels(&self, c: &Correlation) -> Inlines {
        if c.leading.is_empty() {
            return Vec::new();
        }
        let letters = self.bare_operators().letters_of(c);
        let (batch, channels): (Vec<_>, Vec<_>) = letters.summed.into_iter().partition(|(m, _)| *m == Meaning::Batch);
        let only =
            |list: Vec<(Meaning, Formula)>| list.iter().map(|(_, letter)| self.math(letter)).collect::<Vec<Math>>();
        let group = letters.kept.iter().find(|(m, _)| *m == Meaning::Group).map(|(_, letter)| self.math(letter));
        let of_kernel = |m: Meaning| matches!(m, Meaning::Results | Meaning::Inputs);
        // else every channel is a group of its own
        let shared = letters.kept.iter().chain(&channels).any(|(m, _)| of_kernel(*m));
        let (each, batch, channels) = (only(letters.kept), only(batch), only(channels));
        let mut over = Vec::new();
        over.extend((!batch.is_empty()).then(|| self.say(Sentence::OverBatch { letters: batch })));
        over.extend((!channels.is_empty()).then(|| self.say(Sentence::OverChannels { letters: channels })));
        let products = match (each.is_empty(), over.is_empty()) {
            (true, true) => None,
            (false, true) => Some(Sentence::ProductForEach { each }),
            (true, false) => Some(Sentence::ProductsSummed { over }),
            (false, false) => Some(Sentence::ProductsForEachSummed { each, over }),
        };
        let groups = (letters.groups > 1).then(|| match group.filter(|_| shared) {
            Some(group) => Sentence::Groups { count: letters.groups, group },
            None => Sentence::Depthwise { count: letters.groups },
        });
        self.request.lang.together(products.into_iter().chain(groups).map(|sentence| self.say(sentence)).collect())
    }

    /// What a sliding product does, and what it is called; the kernel slides over the operand.
    pub(super) fn slides(&self, c: &Correlation, x: Math, y: Math) -> Vec<Inlines> {
        let (lang, axes) = (self.request.lang, &c.axes);
        let ends = |of: fn(&CorrelationAxis) -> [i64; 2]| -> Vec<[usize; 2]> {
            axes.iter().map(|a| of(a).map(|n| usize::try_from(n).unwrap_or(0))).collect()
        };
        let (padded, cropped) = (ends(|a| [a.low, a.high]), ends(|a| [-a.low, -a.high]));
        let any = |ends: &[[usize; 2]]| ends.as_flattened().iter().any(|&n| n > 0);
        let mut prepared = Vec::new();
        if axes.iter().any(|a| a.lhs_dilation > 1) {
            prepared.push(lang.spread(axes.iter().map(|a| a.lhs_dilation)));
        }
        prepared.extend(any(&padded).then(|| lang.zeros(&padded)));
        prepared.extend(any(&cropped).then(|| lang.cut(&cropped)));
        let wide = axes.iter().any(|a| a.rhs_dilation > 1);
        let spread = || lang.spread(axes.iter().map(|a| a.rhs_dilation));
        let rotated = match (c.rot180, wide) {
            (false, false) => Inlines::new(),
            (true, false) => self.say(Sentence::Rotated),
            (false, true) => self.say(Sentence::KernelSpread { spread: spread() }),
            (true, true) => self.say(Sentence::RotatedAndSpread { spread: spread() }),
        };
        let stride = match axes.iter().all(|a| a.stride == 1) {
            true => Inlines::new(),
            false => self.say(Sentence::WithStride { strides: lang.strides(axes) }),
        };
        let reach = self.glossary.shape(c.y.tensor());
        let reach = &reach[reach.len() - axes.len()..];
        let full = |(a, k): (&CorrelationAxis, &usize)| a.low == a.high && a.low == (a.rhs_dilation * (k - 1)) as i64;
        let full = axes.iter().zip(reach).all(full) && reach.iter().any(|&k| k > 1);
        let name = match full {
            _ if c.rot180 && !self.request.notation.sliding.says_rotation() => {
                self.say(Sentence::SignRotates { sign: Math::Op(Op::Slide) })
            }
            true => self.say(Sentence::FullCorrelation),
            false if prepared.is_empty() && !wide => self.say(Sentence::ValidCorrelation),
            false => Inlines::new(),
        };
        let slides = match prepared.is_empty() {
            true => Sentence::Slides { y, rotated, stride, x },
            false => Sentence::SlidesOver { y, rotated, stride, x, prepared },
        };
        vec![self.say(slides), name]
    }

    /// The definition of a tensor channel by channel, where it has channels.
    pub(super) fn forward_by_channel(&mut self, parts: &[TensorOp], output: TensorId) -> io::Result<()> {
        let operators = self.bare_operators();
        let Some((indices, right)) = operators.by_channel(parts, output, None) else { return Ok(()) };
        let equation = Equation::new(self.glossary.indexed(output, indices), right);
        let slides = parts.iter().find_map(|p| if let TensorOp::Correlate(c) = p { Some(c) } else { None });
        if let Some(c) = slides {
            let sliding = self.sliding(c);
            self.tell(Sentence::ByChannels { sliding })?;
        }
        self.about(output, "operator");
        self.display(equation, None)
    }

    /// What the sliding product of a layer is, where it is first met.
    pub(super) fn sliding(&mut self, c: &Correlation) -> Inlines {
        let sliding = self.request.notation.sliding;
        let own = sign(sliding, c.rot180);
        let known = own == sign(sliding, false) && self.explained_signs.contains(&Sign::Star);
        if own == sign(sliding, false) {
            self.explained_signs.push(Sign::Star);
        }
        let product = match (sliding, c.rot180) {
            (Sliding::Framework, false) => Sentence::FrameworkProduct,
            (Sliding::Framework, true) => Sentence::FrameworkProductRotated,
            (Sliding::Correlation | Sliding::Convolution, false) => Sentence::Correlation,
            (Sliding::Correlation, true) => Sentence::CorrelationRotated,
            (Sliding::Convolution, true) => Sentence::Convolution,
        };
        let mut how = Vec::new();
        if c.axes.iter().any(|a| a.stride > 1) {
            how.push(Sentence::InSteps { strides: self.request.lang.strides(&c.axes) });
        }
        let sides: Vec<i64> = c.axes.iter().flat_map(|a| [a.low, a.high]).collect();
        if sides.iter().any(|&p| p > 0) {
            how.push(if sides.iter().all(|&p| p == sides[0]) {
                Sentence::LinesAround { count: sides[0].unsigned_abs() as usize }
            } else {
                let sides = c.axes.iter().map(|a| format!("{}+{}", a.low.max(0), a.high.max(0))).collect();
                Sentence::LinesAlong { sides }
            });
        }
        if sides.iter().any(|&p| p < 0) {
            how.push(Sentence::WithoutUnreached);
        }
        let how = how.into_iter().map(|part| self.say(part)).collect();
        self.say(match known {
            true => Sentence::SlidingAgain { how },
            false => Sentence::Sliding { sign: Math::Op(own), product: self.say(product), how },
        })
    }

    /// What the signs of sliding products and the shape of vectors are, where they are not those that frameworks have.
    pub(super) fn conventions(&mut self) -> io::Result<()> {
        self.signs_of_products()?;
        if self.glossary.rows() { self.tell(Sentence::VectorsAreRows) } else { Ok(()) }
    }

    pub(super) fn signs_of_products(&mut self) -> io::Result<()> {
        let sliding = self.request.notation.sliding;
        let slides = |p: &TensorOp| if let TensorOp::Correlate(c) = p { Some(c.rot180) } else { None };
        let turned: Vec<bool> =
            self.derivation.recognitions.iter().flat_map(|(_, r)| r.parts.iter().filter_map(slides)).collect();
        if sliding != Sliding::Framework && !turned.is_empty() {
            self.explained_signs.push(Sign::Star);
            let (sign, convolution) = (Math::Op(Op::Star), Math::Op(Op::Slide));
            self.tell(match sliding == Sliding::Convolution && turned.contains(&true) {
                true => Sentence::SignsOfCorrelation { sign, convolution },
                false => Sentence::SignOfCorrelation { sign },
            })?;
        }
        Ok(())
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
