//! Configurations of poolings by family.

use crate::axis::Axis;
use crate::case::Layer;
use crate::exact::{Draw, Ties};
use crate::grid::{family, pick};
use crate::pooling::{Count, Kind, Pool};

/// What an axis of a pooling may have.
#[derive(Clone, Copy, Default)]
struct Options {
    padding: bool,
    dilation: bool,
    size: i64,
}

fn axis(draw: &mut Draw, options: Options) -> Axis {
    loop {
        let axis = Axis::new(draw.between(1, options.size), draw.between(1, 4));
        let dilation = if options.dilation { draw.between(1, 3) } else { 1 };
        let axis = axis.steps(pick(draw, &[1, 2, 2, 3, axis.kernel, axis.kernel + 1]), dilation);
        let pad = if options.padding { draw.between(0, axis.kernel / 2) } else { 0 };
        let axis = axis.padded(pad, pad);
        if axis.room() >= 0 {
            return axis;
        }
    }
}

fn axes(draw: &mut Draw, ranks: &[usize], options: Options) -> Vec<Axis> {
    let rank = pick(draw, ranks);
    (0..rank).map(|_| axis(draw, Options { size: [9, 6, 4][rank - 1], ..options })).collect()
}

const RANKS: [usize; 6] = [1, 1, 1, 2, 2, 3];
const PLAIN: Options = Options { padding: false, dilation: false, size: 0 };
const PADDED: Options = Options { padding: true, ..PLAIN };
const MEAN: Kind = Kind::Average(Count::Padded);

fn maximum(draw: &mut Draw) -> Kind {
    Kind::Max(pick(draw, &Ties::EACH))
}

/// Means in the plane, without padding.
pub(crate) fn means() -> Vec<Layer> {
    family("means", 80, Vec::new(), |draw| Pool::new(MEAN, axes(draw, &[2], PLAIN), false))
}

/// Maxima in the plane, without padding.
pub(crate) fn maxima() -> Vec<Layer> {
    family("maxima", 80, Vec::new(), |draw| Pool::new(maximum(draw), axes(draw, &[2], PLAIN), false))
}

/// Along lines and in space.
pub(crate) fn other_ranks() -> Vec<Layer> {
    family("other ranks", 100, Vec::new(), |draw| {
        let kind = pick(draw, &[MEAN, Kind::Max(Ties::First), Kind::Max(Ties::Split)]);
        Pool::new(kind, axes(draw, &[1, 1, 3], PLAIN), false)
    })
}

/// Means whose windows reach into the padding, which counts.
pub(crate) fn padded_means() -> Vec<Layer> {
    family("padded means", 80, Vec::new(), |draw| Pool::new(MEAN, axes(draw, &RANKS, PADDED), false))
}

/// Different padding on both sides.
pub(crate) fn padded_unevenly() -> Vec<Layer> {
    family("pool uneven", 50, Vec::new(), |draw| {
        let kind = pick(draw, &[MEAN, Kind::Average(Count::Real), Kind::Max(Ties::First)]);
        let one_side = |axis: Axis| axis.padded(0, axis.high);
        let axes = axes(draw, &[1, 1, 2], PADDED).into_iter().map(one_side).filter(|axis| axis.room() >= 0).collect();
        Pool::new(kind, axes, false)
    })
}

/// Means of spread windows.
pub(crate) fn spread_means() -> Vec<Layer> {
    family("spread means", 50, Vec::new(), |draw| {
        let kind = pick(draw, &[MEAN, MEAN, Kind::Average(Count::Real)]);
        let options = Options { padding: draw.between(0, 1) == 1, dilation: true, size: 0 };
        Pool::new(kind, axes(draw, &[1, 1, 2], options), false)
    })
}

/// Means with as many windows as begin inside: those that leave even the padding divide by less.
pub(crate) fn ceil_means() -> Vec<Layer> {
    let corner = Pool::new(MEAN, vec![Axis::new(6, 3).steps(3, 1).padded(1, 1)], true);
    let dropped = Pool::new(MEAN, vec![Axis::new(3, 2).steps(2, 1).padded(1, 1)], true);
    family("ceil means", 100, vec![corner, dropped], |draw| Pool::new(MEAN, axes(draw, &RANKS, PADDED), true))
}

/// Means of what is real in a window.
pub(crate) fn excluding_means() -> Vec<Layer> {
    let kind = Kind::Average(Count::Real);
    let corner = Pool::new(kind, vec![Axis::new(6, 3).steps(3, 1).padded(1, 1)], true);
    family("excluding means", 80, vec![corner], |draw| {
        let ceil = draw.between(0, 1) == 1;
        Pool::new(kind, axes(draw, &RANKS, PADDED), ceil)
    })
}

/// Sums divided by a number.
pub(crate) fn divided_sums() -> Vec<Layer> {
    family("divided sums", 60, Vec::new(), |draw| {
        let kind = Kind::Average(Count::Fixed(draw.between(1, 7)));
        let ceil = draw.between(0, 1) == 1;
        Pool::new(kind, axes(draw, &RANKS, PADDED), ceil)
    })
}

/// Maxima with padding, which is never chosen.
pub(crate) fn padded_maxima() -> Vec<Layer> {
    family("padded maxima", 80, Vec::new(), |draw| {
        let kind = maximum(draw);
        Pool::new(kind, axes(draw, &RANKS, PADDED), false)
    })
}

/// Maxima with spread windows, at times padded, at times rounded up.
pub(crate) fn spread_maxima() -> Vec<Layer> {
    family("spread maxima", 100, Vec::new(), |draw| {
        let options = Options { padding: draw.between(0, 1) == 1, dilation: true, size: 0 };
        let (kind, ceil) = (maximum(draw), draw.between(0, 1) == 1);
        Pool::new(kind, axes(draw, &RANKS, options), ceil)
    })
}

/// Maxima with as many windows as begin inside.
pub(crate) fn ceil_maxima() -> Vec<Layer> {
    family("ceil maxima", 80, Vec::new(), |draw| {
        let kind = maximum(draw);
        Pool::new(kind, axes(draw, &RANKS, PADDED), true)
    })
}

/// With channels and samples.
pub(crate) fn channels() -> Vec<Layer> {
    family("pool channels", 100, Vec::new(), |draw| {
        let kind = pick(draw, &[MEAN, Kind::Average(Count::Real), Kind::Max(Ties::First), Kind::Max(Ties::All)]);
        let ceil = draw.between(0, 3) == 0;
        let options = pick(draw, &[PLAIN, PLAIN, PADDED]);
        let batch = pick(draw, &[None, Some(1), Some(2)]);
        let channels = if batch.is_none() { pick(draw, &[Some(1), Some(3)]) } else { pick(draw, &[None, Some(2)]) };
        Pool { batch, channels, ..Pool::new(kind, axes(draw, &[1, 1, 2], options), ceil) }
    })
}

/// Windows that cover the input in a given number of parts, one part among them; of more parts than there are cells too.
pub(crate) fn adaptive() -> Vec<Layer> {
    let corners = vec![Pool::adaptive(MEAN, vec![[5, 3]]), Pool::adaptive(MEAN, vec![[4, 1], [3, 1]])];
    family("adaptive", 140, corners, |draw| {
        let rank = pick(draw, &RANKS);
        let sizes = (0..rank).map(|_| [draw.between(1, [9, 6, 4][rank - 1]), draw.between(1, 5)]).collect();
        let kind = pick(draw, &[MEAN, MEAN, Kind::Max(Ties::First), Kind::Max(Ties::Split)]);
        let channels = pick(draw, &[None, None, None, Some(2)]);
        Pool { channels, ..Pool::adaptive(kind, sizes) }
    })
}

/// Norms of windows.
pub(crate) fn norms() -> Vec<Layer> {
    family("norms", 60, Vec::new(), |draw| {
        let kind = Kind::Norm(draw.between(1, 3));
        Pool::new(kind, axes(draw, &[1, 1, 2], PLAIN), false)
    })
}

/// Norms where windows leave the input and are weighed up.
pub(crate) fn ceil_norms() -> Vec<Layer> {
    family("ceil norms", 30, Vec::new(), |draw| {
        let kind = Kind::Norm(draw.between(1, 3));
        Pool::new(kind, axes(draw, &[1, 1, 2], PLAIN), true)
    })
}
