//! Windows: what is summed up in them or spread over them, and what it is divided by where they are cut off at an edge.

use std::io;

use super::narrator::Narrator;
use crate::document::say::Sentence;
use crate::document::{Inlines, Math};
use crate::expr::TensorId;
use crate::formula::{Equation, Formula};
use crate::operator::{Scale, TensorOp, Window};

/// What the sums or shares of windows are divided by.
pub(super) struct Divisor {
    /// The numbers, one for each window.
    pub(super) places: Math,
    /// Are places outside counted too?
    pub(super) outside: bool,
    /// What the windows lie over.
    pub(super) over: Math,
}

/// What is done with windows.
pub(super) struct Windowed {
    /// The windows along the axes that they move along, where they have one size.
    pub(super) window: Option<Window>,
    /// Do they overlap?
    pub(super) overlap: bool,
    /// Are they blocks side by side that make up the whole?
    pub(super) tiles: bool,
    pub(super) divisor: Option<Divisor>,
    /// A factor, unless it is 1.
    pub(super) scale: Option<Math>,
}

impl Narrator<'_> {
    /// An operator in words, and the numbers that it divides by; `target` is its result. Were there such numbers?
    pub(super) fn describe_operator(&mut self, op: &TensorOp, target: TensorId) -> io::Result<bool> {
        self.paragraph(self.operator_sentence(op, target))?;
        let TensorOp::Upsample { of, window, count: Some(around), .. } = op else { return Ok(false) };
        self.divisors(window, of.tensor(), target, around)
    }

    /// The forward counterpart: sums of windows in words.
    pub(super) fn window_sum(&mut self, op: &TensorOp, output: TensorId) -> io::Result<()> {
        let TensorOp::WindowSum { of, window, count, scale } = op else { return Ok(()) };
        let windowed = self.windowed(window, count.as_deref(), scale, [of.tensor(), output]);
        self.paragraph(self.sum_of_window(self.bare(output), self.bare(of.tensor()), windowed))
    }

    /// What the windows are, behind a colon or in brackets; nothing where each has its own size.
    pub(super) fn windows(&self, window: Option<Window>, colon: bool) -> Inlines {
        let words = window.map(|window| self.request.lang.windows(&window));
        let put = |words| if colon { Sentence::Colon { words } } else { Sentence::Brackets { words } };
        words.map(|words| self.say(put(words))).unwrap_or_default()
    }

    /// Windows are summed up, and scaled or divided.
    pub(super) fn sum_of_window(&self, output: Math, input: Math, of: Windowed) -> Inlines {
        let windows = self.windows(of.window, of.divisor.is_none());
        self.say(match (of.divisor, of.scale) {
            (None, None) => Sentence::WindowSum { output, input, windows },
            (None, Some(scale)) => Sentence::WindowSumScaled { output, scale, input, windows },
            (Some(divisor), scale) => {
                let factor = scale.map(|scale| self.say(Sentence::TimesFactor { scale })).unwrap_or_default();
                Sentence::WindowSumDivided { output, input, windows, counted: self.counted(divisor), factor }
            }
        })
    }

    /// Each element is spread over its window.
    pub(super) fn spread_over(&self, x: Math, of: Windowed) -> Inlines {
        let Windowed { overlap, tiles, .. } = of;
        let windows = self.windows(of.window, false);
        self.say(match (of.divisor, of.scale) {
            (None, scale) => {
                Sentence::SpreadOver { x, scale: scale.unwrap_or_else(|| Math::integer(1)), windows, overlap, tiles }
            }
            (Some(divisor), scale) => {
                let factor = scale.map(|scale| self.say(Sentence::MultipliedBy { scale })).unwrap_or_default();
                let (places, counted) = (divisor.places.clone(), self.counted(divisor));
                Sentence::DividedAndSpread { x, divisor: places, counted, factor, windows, overlap, tiles }
            }
        })
    }

    /// What a divisor counts.
    fn counted(&self, Divisor { outside, over, .. }: Divisor) -> Inlines {
        self.say(if outside { Sentence::PlacesCounted { over } } else { Sentence::EntriesCounted { over } })
    }

    /// The windows cover the first of the tensors, the other has an element for each.
    pub(super) fn windowed(
        &self,
        window: &Window,
        count: Option<&[[i64; 2]]>,
        scale: &Scale,
        tensors: [TensorId; 2],
    ) -> Windowed {
        let divisor = count.map(|around| Divisor {
            places: self.math(&self.places(window, around, tensors)),
            outside: around.iter().any(|&p| p != [0, 0]),
            over: self.bare(self.plain_of(tensors[0])),
        });
        let reaches = window.size.iter().zip(&window.stride).zip(&window.dilation);
        let overlap = reaches.into_iter().any(|((k, s), d)| (k - 1) * d + 1 > *s);
        let scale = (!scale.is_one()).then(|| self.math(&Formula::constant(scale)));
        let tiles = window.tiles(self.glossary.shape(tensors[1]), self.glossary.shape(tensors[0]));
        Windowed { window: self.moving(window, tensors), overlap, tiles, divisor, scale }
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
