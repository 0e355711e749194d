//! Sliding products: one array slid over another along all axes.

use super::array::Array;
use super::{Evaluation, Reason, Value, refuted};
use crate::formula::Slide;
use crate::verify::field::Prime;

/// What holds along one axis.
struct Axis {
    /// The sizes of what is slid over, of what slides, and of the result.
    sizes: [usize; 3],
    step: usize,
    /// How many zeros stand before what is slid over.
    before: usize,
}

impl Evaluation<'_, '_> {
    /// Without steps the zeros around the first array are those that make the sizes fit; with steps there are none.
    pub(super) fn slide(&mut self, slide: &Slide, expected: Option<&[usize]>) -> Value<Array> {
        let (x, y) = (self.array(&slide.x, None)?, self.array(&slide.y, None)?);
        // a number is an array with one place, a matrix of one row may be a vector
        let drawn = if slide.steps.is_empty() { x.shape.len().max(y.shape.len()) } else { slide.steps.len() };
        let filled: Option<Vec<usize>> = expected.map(|shape| {
            let missing = drawn.saturating_sub(shape.len());
            if self.checker.glossary.columns() && !shape.is_empty() {
                shape.iter().copied().chain(std::iter::repeat_n(1, missing)).collect()
            } else {
                std::iter::repeat_n(1, missing).chain(shape.iter().copied()).collect()
            }
        });
        let expected = filled.as_deref();
        let rank = expected.filter(|_| slide.steps.is_empty()).map_or(drawn, <[usize]>::len);
        let (x, y) = (self.of_rank(x, rank)?, self.of_rank(y, rank)?);
        let y = if slide.turned { y.reversed() } else { y };
        if !slide.steps.is_empty() && slide.steps.len() != rank {
            return refuted(Reason::NoMeaning("there are not as many steps as axes"));
        }
        let mut axes = Vec::with_capacity(rank);
        for (axis, (&over, &own)) in x.shape.iter().zip(&y.shape).enumerate() {
            axes.push(match (slide.steps.get(axis), expected) {
                // where nothing asks for more, there are none
                (None, None) if over < own => return refuted(Reason::Shapes(x.shape.clone(), y.shape.clone())),
                (None, None) => Axis { sizes: [over, own, over - own + 1], step: 1, before: 0 },
                (None, Some(expected)) => {
                    let zeros = (expected[axis] + own) as i64 - 1 - over as i64;
                    if zeros < 0 || zeros % 2 != 0 {
                        return refuted(Reason::Zeros(zeros));
                    }
                    Axis { sizes: [over, own, expected[axis]], step: 1, before: zeros as usize / 2 }
                }
                (Some(_), _) if over < own => return refuted(Reason::Shapes(x.shape.clone(), y.shape.clone())),
                (Some(&step), _) => Axis { sizes: [over, own, (over - own) / step.max(1) + 1], step, before: 0 },
            });
        }
        let mut out = Array::filled(&axes.iter().map(|a| a.sizes[2]).collect::<Vec<_>>(), Prime::integer(0));
        run(&axes, &x.values, &y.values, &mut out.values, [0, 0, 0]);
        Ok(out)
    }

    /// A vector that is written as a matrix along one axis, or the other way round.
    pub(super) fn of_rank(&self, array: Array, rank: usize) -> Value<Array> {
        let lying = self.checker.glossary.rows() || !self.checker.glossary.columns();
        let shape = match (array.shape.as_slice(), rank) {
            ([1, size], 1) if lying => vec![*size],
            ([size, 1], 1) if !lying => vec![*size],
            ([size], 2) if lying => vec![1, *size],
            ([size], 2) => vec![*size, 1],
            ([], rank) => vec![1; rank],
            _ if array.shape.len() == rank => return Ok(array),
            _ => return refuted(Reason::NoMeaning("an operator is applied along axes that an array does not have")),
        };
        Ok(Array { shape, ..array })
    }
}

/// Adds all products, axis by axis; `at` are the offsets so far.
fn run(axes: &[Axis], x: &[Prime], y: &[Prime], out: &mut [Prime], at: [usize; 3]) {
    let Some((Axis { sizes: [over, own, result], step, before }, rest)) = axes.split_first() else {
        out[at[2]] = out[at[2]].add(x[at[0]].mul(y[at[1]]));
        return;
    };
    for m in 0..*result {
        for r in 0..*own {
            let place = (step * m + r).wrapping_sub(*before);
            if place < *over {
                run(rest, x, y, out, [at[0] * over + place, at[1] * own + r, at[2] * result + m]);
            }
        }
    }
}
