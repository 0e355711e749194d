//! Along how many axes an equation slides, and in which steps, from its own text.

use itertools::Itertools;

use crate::differentiate::Gradient;
use crate::index::{Affine, Body, Condition, Definition, Instance, Part};
use crate::recognise::{Favourite, Slide};

/// How the equations slide.
pub(super) struct Slides {
    /// By definition.
    pub(super) own: Vec<Slide>,
    /// The stage of each definition; without stages there is one.
    stage: Vec<usize>,
    /// The most of each stage.
    most: Vec<Slide>,
}

impl Slides {
    pub(super) fn new(instance: &Instance) -> Slides {
        let own: Vec<Slide> = instance.definitions.iter().map(|d| of(instance, d)).collect();
        let mut stage = vec![instance.stages.len(); own.len()];
        for (place, s) in instance.stages.iter().enumerate().rev() {
            stage[s.definitions.clone()].fill(place);
        }
        let mut most = vec![Slide::default(); instance.stages.len() + 1];
        for (slide, &stage) in own.iter().zip(&stage) {
            most[stage] = [most[stage], *slide].into_iter().max_by_key(|s| s.axes).unwrap_or_default();
        }
        Slides { own, stage, most }
    }

    /// Along how many axes do the equations slide in which the tensor occurs, and others of the same layer?
    pub(super) fn of(&self, gradient: &Gradient) -> Favourite {
        let stages = gradient.steps.iter().map(|s| self.stage[s.definition as usize]).dedup();
        favourite(stages.map(|s| self.most[s]).max_by_key(|s| s.axes).unwrap_or_default())
    }
}

/// What slides is read as a correlation first.
pub(super) fn favourite(slide: Slide) -> Favourite {
    if slide.axes > 0 { Favourite::Correlation(slide) } else { Favourite::Product }
}

/// The most axes along which the definition slides: those of the read with the most indices that move with a variable of the result
/// and one that is summed over, as under a window, or those of its conditions, where a sum is spread over the result.
pub(super) fn of(instance: &Instance, definition: &Definition) -> Slide {
    let mut best = Slide::default();
    definition.body.indexed_reads(&mut |_, indices| {
        let steps = |index: &Affine| under_window(index, definition.rank);
        let first = indices.iter().position(|i| steps(i).is_some()).unwrap_or(indices.len());
        take(&mut best, indices[first..].iter().map(steps).collect());
    });
    let mut conditions = Vec::new();
    filters(&definition.body, &mut conditions);
    // the slots of the definition's own variables are the axes of the result
    let mut spread = vec![None; definition.rank];
    for condition in conditions {
        if let Some((axis, steps)) = spread_over(instance, definition, condition) {
            spread[axis] = Some(steps);
        }
    }
    let first = spread.iter().position(Option::is_some).unwrap_or(spread.len());
    take(&mut best, spread.split_off(first));
    best
}

/// Steps along these last axes, if they are more than are known; an axis without is one of a single place.
fn take(best: &mut Slide, steps: Vec<Option<[i64; 3]>>) {
    if steps.len() > best.axes {
        *best = Slide { axes: steps.len(), ..Slide::default() };
        best.steps.iter_mut().zip(steps).for_each(|(own, found)| *own = found.unwrap_or([1; 3]));
    }
}

/// `a[s·i + d·u]`: how far the index moves with a variable of the result, and with one that is summed over.
fn under_window(index: &Affine, rank: usize) -> Option<[i64; 3]> {
    let own = index.terms.iter().find(|t| t.0 < rank)?;
    let summed = index.terms.iter().find(|t| t.0 >= rank)?;
    Some([1, own.1.abs(), summed.1.abs()])
}

/// `s·h + d·u = i`, where `u` is an index of a weight and `h` is not: the axis of the result, and the steps of the three.
fn spread_over(instance: &Instance, definition: &Definition, condition: &Affine) -> Option<(usize, [i64; 3])> {
    let (own, summed): (Vec<_>, Vec<_>) = condition.terms.iter().partition(|t| t.0 < definition.rank);
    let ([own], [first, second]) = (own.as_slice(), summed.as_slice()) else { return None };
    let mut of_weight = [false; 2];
    definition.body.indexed_reads(&mut |tensor, indices| {
        for (is_of, (slot, _)) in of_weight.iter_mut().zip([first, second]) {
            let reads = || indices.iter().any(|i| i.coefficient(*slot) != 0);
            *is_of |= instance.tensors[tensor].part == Part::Weight && reads();
        }
    });
    let (flowing, kernel) = match of_weight {
        [false, true] => (first, second),
        [true, false] => (second, first),
        [true, true] | [false, false] => return None,
    };
    Some((own.0, [flowing, own, kernel].map(|t| t.1.abs())))
}

/// The affine functions that have to be zero for a term to be part of a sum.
fn filters<'a>(body: &'a Body, found: &mut Vec<&'a Affine>) {
    match body {
        Body::Number(_) | Body::Index(_) | Body::Read(..) | Body::Flat(..) => {}
        Body::Sum(parts) | Body::Product(parts) | Body::Extreme(_, parts) => {
            parts.iter().for_each(|p| filters(p, found))
        }
        Body::Power(x, _) | Body::Call(_, _, x) => filters(x, found),
        Body::Reduce { filter, body, .. } => {
            found.extend(filter.iter().flat_map(Condition::conjuncts).filter_map(Condition::zero));
            filters(body, found);
        }
        Body::If(_, x, y) => {
            filters(x, found);
            filters(y, found);
        }
    }
}
