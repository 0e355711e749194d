//! Windows: what is summed up in them or spread over them, and what it is divided by where they are cut off at an edge.

use std::io;

use super::narrator::Narrator;
use crate::document::say::Sentence;
use crate::document::{Inlines, Math};
use crate::expr::TensorId;
use crate::formula::{Equation, Formula};
use crate::operator::{Scale, TensorOp, Window};

impl Narrator<'_> {
    /// An operator in words, and the numbers that it divides by; `target` is its result. Were there such numbers?
    pub(super) fn describe_operator(&mut self, op: &TensorOp, target: TensorId) -> io::Result<bool> {
        self.paragraph(self.operator_sentence(op, target))?;
        let TensorOp::Upsample { of, window, count: Some(around), .. } = op else { return Ok(false) };
        self.divisors(window, of.tensor(), target, around)
    }

    /// What the windows are, behind a colon or in brackets; nothing where each has its own size.
    pub(super) fn windows(&self, window: Option<Window>, colon: bool) -> Inlines {
        let words = window.map(|window| self.request.lang.windows(&window));
        let put = |words| if colon { Sentence::Colon { words } } else { Sentence::Brackets { words } };
        words.map(|words| self.say(put(words))).unwrap_or_default()
    }

    /// Windows are summed up, and scaled or divided.
    pub(super) fn sum_of_windows(&self, op: &TensorOp, target: TensorId) -> Inlines {
        let TensorOp::WindowSum { of, window, count, scale } = op else { return Inlines::new() };
        let (output, input, over) = (self.bare(target), self.operand(*of), of.tensor());
        let windows = self.windows(self.moving(window, [over, target]), count.is_none());
        self.say(match (count, self.factor(scale)) {
            (None, None) => Sentence::WindowSum { output, input, windows },
            (None, Some(scale)) => Sentence::WindowSumScaled { output, scale, input, windows },
            (Some(around), scale) => {
                let factor = scale.map(|scale| self.say(Sentence::TimesFactor { scale })).unwrap_or_default();
                Sentence::WindowSumDivided { output, input, windows, counted: self.counted(around, over), factor }
            }
        })
    }

    /// Each element is spread over its window.
    pub(super) fn spread_over_windows(&self, op: &TensorOp, target: TensorId) -> Inlines {
        let TensorOp::Upsample { of, window, count, scale } = op else { return Inlines::new() };
        let (x, tensors) = (self.operand(*of), [target, of.tensor()]);
        let windows = self.windows(self.moving(window, tensors), false);
        let mut reaches = window.size.iter().zip(&window.stride).zip(&window.dilation);
        let overlap = reaches.any(|((k, s), d)| (k - 1) * d + 1 > *s);
        let tiles = window.tiles(self.glossary.shape(of.tensor()), self.glossary.shape(target));
        self.say(match (count, self.factor(scale)) {
            (None, scale) => {
                Sentence::SpreadOver { x, scale: scale.unwrap_or_else(|| Math::integer(1)), windows, overlap, tiles }
            }
            (Some(around), scale) => {
                let factor = scale.map(|scale| self.say(Sentence::MultipliedBy { scale })).unwrap_or_default();
                let divisor = self.math(&self.places(window, around, tensors));
                let counted = self.counted(around, target);
                Sentence::DividedAndSpread { x, divisor, counted, factor, windows, overlap, tiles }
            }
        })
    }

    /// A factor, unless it is 1.
    fn factor(&self, scale: &Scale) -> Option<Math> {
        (!scale.is_one()).then(|| self.math(&Formula::constant(scale)))
    }

    /// What a divisor counts: the entries that a window lies over, or with those the places outside.
    fn counted(&self, around: &[[i64; 2]], over: TensorId) -> Inlines {
        let over = self.bare(self.plain_of(over));
        let outside = around.iter().any(|&p| p != [0, 0]);
        self.say(if outside { Sentence::PlacesCounted { over } } else { Sentence::EntriesCounted { over } })
    }

    /// How many places each of the windows counts: they cover the first tensor, the other has an entry for each.
    fn places(&self, window: &Window, around: &[[i64; 2]], [over, windows]: [TensorId; 2]) -> Formula {
        self.bare_operators().places(window, self.glossary.shape(windows), self.glossary.shape(over), around)
    }

    /// A window without the axes that only tell apart what is done alike. `None` where the layer gives each window its own size: those
    /// that are fitted then reach over edges that the layer knows nothing of.
    pub(super) fn moving(&self, window: &Window, tensors: [TensorId; 2]) -> Option<Window> {
        let axes = self.derivation.sliding_axes(tensors.map(|t| self.plain_of(t)));
        if axes == 0 && window.padding.iter().any(|&p| p != [0, 0]) {
            return None;
        }
        let rank = window.size.len();
        let alike = |k: &usize| window.size[*k] == 1 && window.stride[*k] == 1;
        let first = if axes == 0 { (0..rank - 1).take_while(alike).count() } else { rank.saturating_sub(axes) };
        Some(Window {
            size: window.size[first..].to_vec(),
            stride: window.stride[first..].to_vec(),
            dilation: window.dilation[first..].to_vec(),
            padding: window.padding[first..].to_vec(),
        })
    }

    /// The tensor that an adjoint belongs to, or the tensor itself.
    fn plain_of(&self, tensor: TensorId) -> TensorId {
        self.derivation.system.arena.tensor(tensor).of.unwrap_or(tensor)
    }

    /// The divisors as a matrix, one for each window; false where there are more axes than a matrix has.
    fn divisors(
        &mut self,
        window: &Window,
        windows: TensorId,
        over: TensorId,
        around: &[[i64; 2]],
    ) -> io::Result<bool> {
        let shape = self.glossary.shape(windows);
        let operators = self.bare_operators();
        let places = self.places(window, around, [over, windows]);
        let count = |offset: usize| {
            Formula::integer(window.count(&crate::expr::index_of(shape, offset), self.glossary.shape(over), around))
        };
        let Some(matrix) = self.fitted(|most| operators.matrix_with(shape, most, places.clone(), &count)) else {
            return Ok(false);
        };
        self.tell(Sentence::Divisors)?;
        self.topic = format!("{}.divisor", self.glossary.code(over));
        self.matrices(&Equation::new(matrix, places))?;
        Ok(true)
    }
}
