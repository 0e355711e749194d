//! Configurations of convolutions by family: corners that are known to go wrong first, then draws
//! that are the same on every run.

use std::collections::BTreeSet;

use crate::axis::Axis;
use crate::case::Layer;
use crate::convolution::{Bias, Conv, Mode};
use crate::exact::Draw;

/// More than this many products make a configuration too large to be worth its time.
const MOST_READS: usize = 2500;

/// `count` different layers of a family: first those given, then drawn ones.
pub(crate) fn family<L: Into<Layer>>(
    label: &str,
    count: usize,
    corners: Vec<L>,
    mut one: impl FnMut(&mut Draw) -> L,
) -> Vec<Layer> {
    let mut draw = Draw::new(label);
    let mut lines = BTreeSet::new();
    let mut layers = Vec::new();
    let mut corners = corners.into_iter();
    for _ in 0..200 * count {
        let layer: Layer = corners.next().unwrap_or_else(|| one(&mut draw)).into();
        if layer.is_sound() && layer.plan().reads() <= MOST_READS && lines.insert(layer.line()) {
            layers.push(layer);
        }
        if layers.len() == count {
            return layers;
        }
    }
    panic!("{label}: only {} different layers", layers.len());
}

/// One of a list.
pub(crate) fn pick<T: Copy>(draw: &mut Draw, list: &[T]) -> T {
    let last = i64::try_from(list.len() - 1).expect("a short list");
    list[crate::axis::index(draw.between(0, last))]
}

/// What padding is drawn.
#[derive(Clone, Copy)]
enum Pads {
    None,
    Even,
    Uneven,
}

/// An axis of at most `size`, with an output. Gaps, leftover rows and common divisors of stride and dilation are among them.
fn axis(draw: &mut Draw, size: i64, pads: Pads) -> Axis {
    loop {
        let axis = Axis::new(draw.between(1, size), pick(draw, &[1, 2, 2, 3, 3, 4, 5]));
        let axis = axis.steps(pick(draw, &[1, 1, 2, 2, 3, 4]), pick(draw, &[1, 1, 2, 3]));
        let axis = match pads {
            Pads::None => axis,
            Pads::Even => {
                let pad = draw.between(0, 4);
                axis.padded(pad, pad)
            }
            Pads::Uneven => axis.padded(draw.between(0, 4), draw.between(0, 4)),
        };
        if axis.room() >= 0 {
            return axis;
        }
    }
}

/// Mostly one axis, at times two, seldom three; the more axes, the smaller.
fn axes(draw: &mut Draw, pads: Pads) -> Vec<Axis> {
    let rank = pick(draw, &[1, 1, 1, 1, 2, 2, 2, 3]);
    (0..rank).map(|_| axis(draw, [7, 5, 3][rank - 1], pads)).collect()
}

fn line(axis: Axis) -> Conv {
    Conv::new(vec![axis])
}

fn plane(first: Axis, second: Axis) -> Conv {
    Conv::new(vec![first, second])
}

/// Two axes, without padding.
pub(crate) fn steps() -> Vec<Layer> {
    let corners = vec![
        plane(Axis::new(6, 3).steps(2, 1), Axis::new(7, 2).steps(3, 1)),
        plane(Axis::new(6, 2).steps(2, 2), Axis::new(1, 1).steps(2, 1)),
        plane(Axis::new(7, 1).steps(3, 1), Axis::new(5, 5)),
    ];
    family("steps", 200, corners, |draw| {
        let mut conv = plane(axis(draw, 7, Pads::None), axis(draw, 7, Pads::None));
        conv.bias = pick(draw, &Bias::EACH);
        conv
    })
}

/// One axis, without padding.
pub(crate) fn lines() -> Vec<Layer> {
    let corners = vec![
        line(Axis::new(6, 3).steps(2, 1)),
        line(Axis::new(7, 2).steps(3, 1)),
        line(Axis::new(6, 2).steps(2, 2)),
        line(Axis::new(1, 1)),
    ];
    family("lines", 120, corners, |draw| Conv { bias: pick(draw, &Bias::EACH), ..line(axis(draw, 9, Pads::None)) })
}

/// Three axes, without padding.
pub(crate) fn spaces() -> Vec<Layer> {
    family("spaces", 60, Vec::new(), |draw| {
        let axes = (0..3).map(|_| axis(draw, 3, Pads::None)).collect();
        Conv { bias: pick(draw, &Bias::EACH), ..Conv::new(axes) }
    })
}

/// The same padding on both sides: beyond the kernel's reach too, and outputs that see nothing else.
pub(crate) fn padded() -> Vec<Layer> {
    let corners = vec![
        line(Axis::new(2, 2).padded(3, 3)),
        line(Axis::new(3, 1).padded(2, 2)),
        line(Axis::new(1, 5).padded(2, 2)),
        line(Axis::new(1, 2).steps(3, 1).padded(4, 4)),
        plane(Axis::new(3, 3).padded(1, 1), Axis::new(4, 3).padded(1, 1)),
    ];
    family("padded", 250, corners, |draw| Conv { bias: pick(draw, &Bias::EACH), ..Conv::new(axes(draw, Pads::Even)) })
}

/// Different padding on both sides.
pub(crate) fn padded_unevenly() -> Vec<Layer> {
    let corners = vec![
        line(Axis::new(5, 2).padded(3, 0)),
        line(Axis::new(5, 2).padded(0, 3).steps(2, 1)),
        plane(Axis::new(3, 2).padded(3, 0), Axis::new(3, 2).padded(0, 2)),
    ];
    family("uneven", 200, corners, |draw| Conv { bias: pick(draw, &Bias::EACH), ..Conv::new(axes(draw, Pads::Uneven)) })
}

/// The paddings that have a word.
pub(crate) fn worded() -> Vec<Layer> {
    let same = |conv: &Conv| {
        // as much as the last of ⌈H/s⌉ places reaches beyond the end, one half of it before the beginning
        let half = |axis: &Axis| {
            let last = (axis.size - 1) / axis.stride * axis.stride;
            let total = (last + axis.reach() + 1 - axis.size).max(0);
            axis.padded(total / 2, total - total / 2)
        };
        Conv { axes: conv.axes.iter().map(half).collect(), word: Some("same"), ..conv.clone() }
    };
    let corners = vec![
        same(&line(Axis::new(3, 2))),
        same(&plane(Axis::new(3, 3), Axis::new(2, 4))),
        same(&plane(Axis::new(6, 3).steps(2, 1), Axis::new(5, 3).steps(2, 1))),
        same(&line(Axis::new(6, 1).steps(3, 1))),
    ];
    family("worded", 60, corners, |draw| {
        let conv = Conv { bias: pick(draw, &Bias::EACH), ..Conv::new(axes(draw, Pads::None)) };
        if draw.between(0, 3) > 0 { same(&conv) } else { Conv { word: Some("valid"), ..conv } }
    })
}

/// True convolutions, whose kernel is rotated in the forward direction.
pub(crate) fn flipped() -> Vec<Layer> {
    family("flipped", 150, vec![plane(Axis::new(3, 2), Axis::new(3, 2))], |draw| {
        let pads = pick(draw, &[Pads::None, Pads::Even, Pads::Uneven]);
        Conv { flip: true, bias: pick(draw, &Bias::EACH), ..Conv::new(axes(draw, pads)) }
    })
}

/// Several channels, at times several samples.
pub(crate) fn channels() -> Vec<Layer> {
    family("channels", 180, Vec::new(), |draw| {
        let pads = pick(draw, &[Pads::None, Pads::Even, Pads::Uneven]);
        Conv {
            channels: Some((index(draw, 1, 3), index(draw, 1, 3))),
            batch: pick(draw, &[None, None, Some(1), Some(2)]),
            bias: pick(draw, &Bias::EACH),
            ..Conv::new(axes(draw, pads))
        }
    })
}

/// Several samples, without channels.
pub(crate) fn batches() -> Vec<Layer> {
    family("batches", 80, Vec::new(), |draw| {
        let pads = pick(draw, &[Pads::None, Pads::Even]);
        let batch = Some(index(draw, 1, 3));
        Conv { batch, bias: pick(draw, &Bias::EACH), ..Conv::new(axes(draw, pads)) }
    })
}

fn index(draw: &mut Draw, low: i64, high: i64) -> usize {
    crate::axis::index(draw.between(low, high))
}

/// Channels in groups, among them one group for each channel, with one or more channels out of each.
pub(crate) fn groups() -> Vec<Layer> {
    let depthwise = |axis: Axis, many: usize| Conv { channels: Some((2, 2 * many)), groups: 2, ..line(axis) };
    let corners = vec![depthwise(Axis::new(2, 1), 1), depthwise(Axis::new(4, 2), 3)];
    family("groups", 180, corners, |draw| {
        let groups = index(draw, 2, 3);
        let of_group = if draw.between(0, 2) == 0 { 1 } else { index(draw, 1, 2) };
        let pads = pick(draw, &[Pads::None, Pads::Even, Pads::Uneven]);
        Conv {
            channels: Some((groups * of_group, groups * index(draw, 1, 2))),
            groups,
            batch: pick(draw, &[None, None, Some(2)]),
            flip: draw.between(0, 5) == 0,
            bias: pick(draw, &Bias::EACH),
            ..Conv::new(axes(draw, pads))
        }
    })
}

/// Borders that read the input once more.
pub(crate) fn borders(mode: Mode) -> Vec<Layer> {
    let padded = |axis: Axis, pad: i64| Conv { mode, ..line(axis.padded(pad, pad)) };
    let corners = vec![padded(Axis::new(3, 3), 1), padded(Axis::new(4, 2), 3), padded(Axis::new(2, 2), 1)];
    family(&format!("{mode:?}"), 100, corners, |draw| {
        let pads = pick(draw, &[Pads::Even, Pads::Uneven]);
        let within =
            |axis: Axis| axis.padded(axis.low.min(mode.limit(axis.size)), axis.high.min(mode.limit(axis.size)));
        let axes: Vec<Axis> = axes(draw, pads).into_iter().map(within).filter(|axis| axis.room() >= 0).collect();
        let axes =
            if axes.iter().all(|axis| axis.low + axis.high == 0) { vec![Axis::new(3, 2).padded(1, 1)] } else { axes };
        Conv {
            mode,
            channels: pick(draw, &[None, None, None, Some((2, 1))]),
            batch: pick(draw, &[None, None, None, Some(2)]),
            bias: pick(draw, &Bias::EACH),
            ..Conv::new(axes)
        }
    })
}

/// All the options of a convolution that go together.
pub(crate) fn everything() -> Vec<Layer> {
    family("everything", 150, Vec::new(), |draw| {
        let groups = index(draw, 1, 2);
        let mode = pick(draw, &[Mode::Zeros, Mode::Zeros, Mode::Reflect, Mode::Replicate, Mode::Circular]);
        Conv {
            mode,
            batch: pick(draw, &[None, Some(1), Some(2)]),
            channels: Some((groups * index(draw, 1, 2), groups * index(draw, 1, 2))),
            groups,
            flip: draw.between(0, 1) == 1,
            bias: pick(draw, &Bias::EACH),
            ..Conv::new(axes(draw, Pads::Uneven))
        }
    })
}

/// Where kernels are laid down instead of read: an input of at most four, and no more padding than there is output.
fn transposed_axis(draw: &mut Draw, size: i64, extra: bool) -> Axis {
    loop {
        let axis = Axis::new(draw.between(1, size), draw.between(1, 4));
        let axis = axis.steps(draw.between(1, 4), draw.between(1, 3));
        let pad = draw.between(0, 4);
        let extra = if extra { draw.between(0, axis.stride.max(axis.dilation) - 1) } else { 0 };
        let axis = Axis { extra, ..axis.padded(pad, pad) };
        if axis.grown() > 0 {
            return axis;
        }
    }
}

fn transposed_axes(draw: &mut Draw, extra: bool) -> Vec<Axis> {
    let rank = pick(draw, &[1, 1, 1, 2, 2, 3]);
    (0..rank).map(|_| transposed_axis(draw, [5, 3, 2][rank - 1], extra)).collect()
}

/// Transposed convolutions without output padding.
pub(crate) fn transposed() -> Vec<Layer> {
    family("transposed", 150, vec![Conv { transposed: true, ..line(Axis::new(2, 2).steps(2, 1)) }], |draw| Conv {
        transposed: true,
        bias: pick(draw, &Bias::EACH),
        ..Conv::new(transposed_axes(draw, false))
    })
}

/// With different padding on both sides, which the output loses.
pub(crate) fn transposed_unevenly() -> Vec<Layer> {
    family("transposed unevenly", 60, Vec::new(), |draw| {
        let uneven = |axis: Axis| axis.padded(axis.low, axis.high / 2);
        let axes = transposed_axes(draw, true).into_iter().map(uneven).collect();
        Conv { transposed: true, bias: pick(draw, &Bias::EACH), ..Conv::new(axes) }
    })
}

/// With output padding: rows with values of the kernel, and rows of bias alone.
pub(crate) fn output_padding() -> Vec<Layer> {
    let one = |axis: Axis, extra: i64| Conv { transposed: true, ..line(Axis { extra, ..axis }) };
    let corners = vec![
        one(Axis::new(2, 2).steps(2, 1), 1),
        one(Axis::new(2, 2).steps(1, 3), 2),
        one(Axis::new(2, 3).steps(2, 1).padded(1, 1), 1),
    ];
    family("output padding", 150, corners, |draw| Conv {
        transposed: true,
        bias: pick(draw, &Bias::EACH),
        ..Conv::new(transposed_axes(draw, true))
    })
}

/// With channels, groups and samples.
pub(crate) fn transposed_channels() -> Vec<Layer> {
    family("transposed channels", 120, Vec::new(), |draw| {
        let groups = index(draw, 1, 2);
        Conv {
            transposed: true,
            channels: Some((groups * index(draw, 1, 2), groups * index(draw, 1, 2))),
            groups,
            batch: pick(draw, &[None, None, Some(2)]),
            bias: pick(draw, &Bias::EACH),
            ..Conv::new(transposed_axes(draw, true))
        }
    })
}
