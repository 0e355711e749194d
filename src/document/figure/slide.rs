//! What slides over what: an operator as a window that moves over places in rows, whatever layer it comes from.
//!
//! A pooling is a window without a kernel, and what spreads entries over windows is the same with zeros between the entries.

use crate::expr::{TensorId, offset_of};
use crate::formula::Glossary;
use crate::operator::{Correlation, CorrelationAxis, Operand, TensorOp, Window};

/// A window that slides over a tensor along one axis or two.
pub(super) struct Slide {
    /// What is slid over.
    pub(super) x: Operand,
    /// What its entries are multiplied by, if by anything.
    pub(super) y: Option<Operand>,
    /// Is that rotated first?
    pub(super) turned: bool,
    /// The axes that slide.
    pub(super) axes: Vec<Axis>,
    /// Are there axes before these? Then only the first slice is meant.
    pub(super) sliced: bool,
}

/// One axis of it.
#[derive(Clone, Copy)]
pub(super) struct Axis {
    how: CorrelationAxis,
    /// Entries of what is slid over.
    entries: usize,
    /// Places of the window.
    window: usize,
    /// Entries of the result.
    pub(super) results: usize,
}

/// What lies at a place along an axis.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// An entry.
    Entry(usize),
    /// A zero between entries.
    Between,
    /// A zero before or after them.
    Around,
}

impl Axis {
    fn span(&self) -> i64 {
        (self.entries.saturating_sub(1) * self.how.lhs_dilation + 1) as i64
    }

    /// The places that the window may reach.
    fn reached(&self) -> std::ops::Range<i64> {
        0..self.how.low + self.span() + self.how.high
    }

    /// All places that are drawn: those and the ones cropped.
    pub(super) fn places(&self) -> std::ops::Range<i64> {
        self.how.low.min(0)..self.reached().end.max(self.how.low + self.span())
    }

    pub(super) fn is_cropped(&self, place: i64) -> bool {
        !self.reached().contains(&place)
    }

    pub(super) fn at(&self, place: i64) -> Place {
        let (along, step) = (place - self.how.low, self.how.lhs_dilation as i64);
        match usize::try_from(along / step) {
            _ if along < 0 || along >= self.span() => Place::Around,
            Ok(entry) if along % step == 0 => Place::Entry(entry),
            Ok(_) | Err(_) => Place::Between,
        }
    }

    /// The places that the window covers for an entry of the result, one after the other.
    pub(super) fn covered(&self, result: usize) -> Vec<i64> {
        (0..self.window).map(|r| (self.how.stride * result + self.how.rhs_dilation * r) as i64).collect()
    }

    pub(super) fn window(&self) -> usize {
        self.window
    }

    /// How far apart the places of the window are.
    pub(super) fn apart(&self) -> usize {
        if self.window > 1 { self.how.rhs_dilation } else { 1 }
    }
}

impl Slide {
    /// An operator that gives `target` as what slides; nothing if nothing does.
    pub(super) fn of(op: &TensorOp, glossary: &Glossary, target: TensorId) -> Option<Slide> {
        match op {
            TensorOp::Correlate(c) => Some(Slide::correlation(c, glossary, target)),
            TensorOp::WindowSum { of, window, .. } | TensorOp::WindowMax { of, window } => {
                Some(Slide::over(*of, window, glossary.shape(of.tensor()), glossary.shape(target)))
            }
            TensorOp::Upsample { of, window, .. } => {
                Some(Slide::spread(*of, window, glossary.shape(of.tensor()), glossary.shape(target)))
            }
            TensorOp::Route(r) => {
                Some(Slide::spread(Operand::Plain(r.x), &r.window, glossary.shape(r.x), glossary.shape(target)))
            }
            TensorOp::Identity { .. }
            | TensorOp::Sum { .. }
            | TensorOp::Broadcast { .. }
            | TensorOp::Reshape { .. }
            | TensorOp::Hadamard { .. }
            | TensorOp::Contract(_)
            | TensorOp::Place(_) => None,
        }
    }

    fn correlation(c: &Correlation, glossary: &Glossary, target: TensorId) -> Slide {
        let last = |t: TensorId| &glossary.shape(t)[glossary.shape(t).len() - c.axes.len()..];
        let sizes = last(c.x.tensor()).iter().zip(last(c.y.tensor())).zip(last(target));
        let axes = c.axes.iter().zip(sizes).map(|(&how, ((&entries, &window), &results))| Axis {
            how,
            entries,
            window,
            results,
        });
        Slide { x: c.x, y: Some(c.y), turned: c.rot180, axes: axes.collect(), sliced: !c.leading.is_empty() }
    }

    /// Windows over a tensor, each giving an entry.
    fn over(x: Operand, window: &Window, own: &[usize], results: &[usize]) -> Slide {
        let axis = |a: usize| {
            let [low, high] = window.padding[a];
            let (size, stride, apart) = (window.size[a], window.stride[a], window.dilation[a]);
            // the last window is never cut off by what is drawn
            let reach = (stride * results[a].saturating_sub(1) + apart * size.saturating_sub(1) + 1) as i64;
            let high = high.max(reach - low - own[a] as i64);
            let how = CorrelationAxis { stride, lhs_dilation: 1, rhs_dilation: apart, low, high };
            Axis { how, entries: own[a], window: size, results: results[a] }
        };
        Slide::without_still_axes(x, (0..own.len()).map(axis).collect())
    }

    /// Each entry goes into its window over the result: a window looks back at all entries that come to one place.
    fn spread(x: Operand, window: &Window, own: &[usize], results: &[usize]) -> Slide {
        let axis = |a: usize| {
            let reach = (window.dilation[a] * window.size[a].saturating_sub(1)) as i64;
            let low = reach - window.padding[a][0];
            let span = (window.stride[a] * own[a].saturating_sub(1) + 1) as i64;
            let high = results[a] as i64 + reach - low - span;
            let how = CorrelationAxis {
                stride: 1,
                lhs_dilation: window.stride[a],
                rhs_dilation: window.dilation[a],
                low,
                high,
            };
            Axis { how, entries: own[a], window: window.size[a], results: results[a] }
        };
        Slide::without_still_axes(x, (0..own.len()).map(axis).collect())
    }

    /// Leaves out the first axes along which every window has one place of its own.
    fn without_still_axes(x: Operand, mut axes: Vec<Axis>) -> Slide {
        let still = |a: &Axis| {
            let CorrelationAxis { stride, lhs_dilation, low, high, .. } = a.how;
            a.window == 1 && stride == 1 && lhs_dilation == 1 && low == 0 && high == 0
        };
        let most = axes.len().saturating_sub(1);
        let count = axes.iter().take_while(|a| still(a)).count().min(most);
        let sliced = count > 0;
        axes.drain(..count);
        Slide { x, y: None, turned: false, axes, sliced }
    }

    /// The offset in a tensor of this shape of the entry at these indices of the axes that slide; any others are the first.
    pub(super) fn offset(shape: &[usize], at: &[usize]) -> usize {
        let mut index = vec![0; shape.len() - at.len()];
        index.extend_from_slice(at);
        offset_of(shape, &index)
    }

    /// For each place that the window covers for this entry of the result: where it is, and the index into the kernel.
    pub(super) fn covered(&self, result: &[usize]) -> Vec<(Vec<i64>, Vec<usize>)> {
        let mut list = vec![(Vec::new(), Vec::new())];
        for (axis, &result) in self.axes.iter().zip(result) {
            let along = axis.covered(result);
            let longer = list.iter().flat_map(|(places, index): &(Vec<i64>, Vec<usize>)| {
                along.iter().enumerate().map(move |(r, &place)| {
                    let r = if self.turned { axis.window - 1 - r } else { r };
                    ([places.as_slice(), &[place]].concat(), [index.as_slice(), &[r]].concat())
                })
            });
            list = longer.collect();
        }
        list
    }

    /// Of the entries of the result, the first that reads most entries.
    pub(super) fn fullest(&self) -> Vec<usize> {
        // axes do not mind each other: each has its own fullest place
        let fullest = self.axes.iter().map(|axis| {
            let read = |result: usize| {
                let is_entry = |&p: &i64| !axis.is_cropped(p) && matches!(axis.at(p), Place::Entry(_));
                axis.covered(result).into_iter().filter(is_entry).count()
            };
            (0..axis.results).rev().max_by_key(|&result| read(result)).unwrap_or(0)
        });
        fullest.collect()
    }
}
