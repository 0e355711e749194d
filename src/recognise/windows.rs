//! Windows fitted to what they cover: where they begin, how far apart, how far they reach, and what lies outside the tensor.
//!
//! Each axis is fitted by itself. Most parameters follow from windows that lie inside; where all are cut off at an edge several
//! explanations hold, and the expected steps come first. A fit explains every window that was seen, so that it is never a guess.

use itertools::Itertools;

use super::Slide;
use super::observe::Group;
use crate::expr::{Number, index_of};
use crate::operator::Window;

/// For each axis and each window along it, the places that the window covers, ascending; `None` where no such window was seen.
struct Covered(Vec<Vec<Option<Vec<i64>>>>);

impl Covered {
    fn nothing(windows: &[usize]) -> Covered {
        Covered(windows.iter().map(|&n| vec![None; n]).collect())
    }

    fn add(&mut self, window: &[usize], place: &[usize]) {
        for ((axis, &o), &m) in self.0.iter_mut().zip(window).zip(place) {
            axis[o].get_or_insert_default().push(m as i64);
        }
    }
}

/// Windows over a tensor of this shape, as many as `windows` says, from pairs of a window and a place that it covers.
pub(super) fn fit(
    windows: &[usize],
    shape: &[usize],
    pairs: impl Iterator<Item = (usize, usize)>,
    all: bool,
    slide: Slide,
) -> Option<Window> {
    let mut covered = Covered::nothing(windows);
    for (o, m) in pairs {
        covered.add(&index_of(windows, o), &index_of(shape, m));
    }
    let mut window = Window::default();
    for (axis, mut seen) in covered.0.into_iter().enumerate() {
        for places in seen.iter_mut().flatten() {
            places.sort_unstable();
            places.dedup();
        }
        if all {
            for places in &mut seen {
                places.get_or_insert_default();
            }
        }
        let sliding = (axis + slide.axes).checked_sub(shape.len());
        let expected = sliding.and_then(|a| slide.steps.get(a)).map(|&[_, place, entry]| [place, entry]);
        let [size, stride, dilation, low] = Axis { seen: &seen, length: shape[axis] as i64 }.fit(expected)?;
        let reach = stride * (windows[axis] as i64 - 1) + dilation * (size - 1) + 1;
        window.size.push(size as usize);
        window.stride.push(stride as usize);
        window.dilation.push(dilation as usize);
        window.padding.push([low, (reach - low - shape[axis] as i64).max(0)]);
    }
    Some(window)
}

/// The windows along one axis of this length.
struct Axis<'a> {
    seen: &'a [Option<Vec<i64>>],
    length: i64,
}

impl Axis<'_> {
    fn known(&self) -> impl Iterator<Item = (i64, &Vec<i64>)> {
        let known = self.seen.iter().enumerate().filter_map(|(o, places)| Some((o as i64, places.as_ref()?)));
        known.filter(|(_, places)| !places.is_empty())
    }

    /// Size, stride, dilation and how far the first window begins before the first place; `expected` are the steps of the windows
    /// and of the places in one.
    fn fit(&self, expected: Option<[i64; 2]>) -> Option<[i64; 4]> {
        let most = self.known().map(|(_, p)| p.len() as i64).max()?;
        let mut steps = self.known().flat_map(|(_, p)| p.iter().tuple_windows().map(|(a, b)| b - a));
        let dilation = match steps.next() {
            Some(step) if steps.all(|s| s == step) => step,
            Some(_) => return None,
            None => 1,
        };
        let of_steps = |size: i64, stride: i64, dilation: i64| {
            let lows = self.lows(size, stride, dilation).into_iter();
            lows.map(move |low| [size, stride, dilation, low]).find(|&c| self.explains(c))
        };
        if let Some([stride, _]) = expected
            // longer than any that was seen: all of them are cut off
            && let Some(found) = (most..=2 * most + 2).find_map(|size| of_steps(size, stride, dilation))
        {
            return Some(found);
        }
        // windows that touch are what a reader expects of a single one
        let strides: Vec<i64> = [most * dilation]
            .into_iter()
            .chain(self.stride(dilation))
            .chain(1..=most * dilation + 1)
            .unique()
            .collect();
        // with no window that is whole, others would fit any few places
        if let Some(found) = strides.iter().find_map(|&stride| of_steps(most, stride, dilation)) {
            return Some(found);
        }
        // a step in the windows that shows nowhere, for only one place of each is inside
        let wide = expected.filter(|e| most == 1 && e[1] > 1).map(|e| e[1])?;
        itertools::iproduct!(2..=4, strides).find_map(|(size, stride)| of_steps(size, stride, wide))
    }

    /// The distance of two neighbours of which one end is seen.
    fn stride(&self, dilation: i64) -> Option<i64> {
        let begins = |p: &Vec<i64>| (p[0] >= dilation).then_some(p[0]);
        let ends = |p: &Vec<i64>| p.last().copied().filter(|l| l + dilation < self.length);
        let apart = |end: &dyn Fn(&Vec<i64>) -> Option<i64>| {
            let known: Vec<(i64, i64)> = self.known().filter_map(|(o, p)| Some((o, end(p)?))).collect();
            let (a, b) = (known.first()?, known.last()?);
            (b.0 > a.0 && (b.1 - a.1) % (b.0 - a.0) == 0).then(|| (b.1 - a.1) / (b.0 - a.0))
        };
        apart(&begins).or_else(|| apart(&ends)).filter(|&s| s > 0)
    }

    /// Where the first window may begin.
    fn lows(&self, size: i64, stride: i64, dilation: i64) -> Vec<i64> {
        let whole = self.known().find(|(_, p)| p.len() as i64 == size || p[0] >= dilation);
        if let Some((o, p)) = whole {
            return vec![stride * o - p[0]];
        }
        let ended = self.known().find(|(_, p)| p.last().is_some_and(|l| l + dilation < self.length));
        if let Some((o, p)) = ended {
            return vec![stride * o + dilation * (size - 1) - p[p.len() - 1]];
        }
        (0..=dilation * (size - 1)).collect()
    }

    fn explains(&self, [size, stride, dilation, low]: [i64; 4]) -> bool {
        self.seen.iter().enumerate().all(|(o, seen)| {
            let begin = stride * o as i64 - low;
            let inside = (0..size).map(|r| begin + dilation * r).filter(|m| (0..self.length).contains(m));
            seen.as_ref().is_none_or(|seen| inside.eq(seen.iter().copied()))
        })
    }
}

impl Window {
    /// The places along an axis of this length that window number `o` covers, ascending.
    pub(super) fn places(&self, axis: usize, o: usize, length: usize) -> impl Iterator<Item = usize> + use<> {
        let begin = (self.stride[axis] * o) as i64 - self.padding[axis][0];
        let step = self.dilation[axis];
        let all = (0..self.size[axis]).map(move |r| begin + (step * r) as i64);
        all.filter_map(move |m| usize::try_from(m).ok().filter(|&m| m < length))
    }

    /// Does each of so many windows cover a place of a tensor of this shape? Nothing is the largest of none.
    pub(super) fn covers_all(&self, windows: &[usize], shape: &[usize]) -> bool {
        let along = |axis: usize| (0..windows[axis]).all(|o| self.places(axis, o, shape[axis]).next().is_some());
        (0..shape.len()).all(along)
    }

    /// Is something summed up in them, or spread over them? Windows of one place pick entries out and put them elsewhere, and where
    /// they begin at an end of an axis and reach ever further, up to all of it, the sums are running sums.
    pub(super) fn gathers(&self, windows: &[usize], shape: &[usize]) -> bool {
        let running = |axis: usize| {
            let sizes = || (0..windows[axis]).map(|o| self.places(axis, o, shape[axis]).count());
            let grows = |sizes: &mut dyn Iterator<Item = usize>| sizes.zip(1..).all(|(size, nth)| size == nth);
            windows[axis] == shape[axis] && shape[axis] > 1 && (grows(&mut sizes()) || grows(&mut sizes().rev()))
        };
        self.size.iter().any(|&size| size > 1) && !(0..shape.len()).any(running)
    }

    /// The windows along an axis, of so many, that cover the place `m`.
    pub(super) fn covering(&self, axis: usize, m: usize, windows: usize) -> Vec<usize> {
        let (stride, step) = (self.stride[axis], self.dilation[axis]);
        let Ok(m) = usize::try_from(m as i64 + self.padding[axis][0]) else { return Vec::new() };
        let last = step * (self.size[axis] - 1);
        let first = m.saturating_sub(last).div_ceil(stride);
        (first..windows).take_while(|o| o * stride <= m).filter(|o| (m - o * stride) % step == 0).collect()
    }

    /// How many places of window number `at` lie in a tensor of this shape with so many lines around it.
    pub fn count(&self, at: &[usize], shape: &[usize], around: &[[i64; 2]]) -> i64 {
        let along = |axis: usize| {
            let begin = (self.stride[axis] * at[axis]) as i64 - self.padding[axis][0];
            let inside = -around[axis][0]..shape[axis] as i64 + around[axis][1];
            (0..self.size[axis]).filter(|r| inside.contains(&(begin + (self.dilation[axis] * r) as i64))).count() as i64
        };
        (0..at.len()).map(along).product()
    }
}

/// What the coefficients of windows say of a count that they are divided by: the lines around the tensor that count, and the
/// factor before the quotient. `windows` are their numbers along each axis.
pub(super) fn counted(
    group: &Group,
    window: &Window,
    (windows, shape): (&[usize], &[usize]),
    number_of: impl Fn((u32, u32)) -> u32,
) -> Option<(Vec<[i64; 2]>, Number)> {
    let mut scales: Vec<Option<&Number>> = vec![None; windows.iter().product()];
    for (&pair, scale) in group.pairs.iter().zip(&group.varying) {
        scales[number_of(pair) as usize] = Some(scale);
    }
    let first = scales.iter().position(Option::is_some)?;
    let reference = index_of(windows, first);
    let mut around = vec![[0; 2]; windows.len()];
    for axis in 0..windows.len() {
        let [low, high] = window.padding[axis];
        let candidates = [[0, 0], [low, low]].into_iter().chain((0..=high).map(|h| [low, h]));
        around[axis] = candidates.into_iter().find(|&candidate| {
            let mut own = around.clone();
            own[axis] = candidate;
            // along this axis from the reference, coefficients times counts are the same; nothing is divided by none
            let products = (0..windows[axis]).map(|o| {
                let mut at = reference.clone();
                at[axis] = o;
                let count = window.count(&at, shape, &own);
                let scale = scales[crate::expr::offset_of(windows, &at)];
                (count > 0).then(|| scale.map(|scale| scale.mul(&Number::integer(count))))
            });
            let products: Option<Vec<_>> = products.collect();
            products.is_some_and(|products| products.iter().flatten().all_equal())
        })?;
    }
    let scale = scales[first]?.mul(&Number::integer(window.count(&reference, shape, &around)));
    (!scale.is_zero()).then_some((around, scale))
}
