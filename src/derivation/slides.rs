//! Along how many axes an equation slides, and in which steps, from its own text.

use crate::layer::{Affine, Definition};
use crate::recognise::Slide;

/// The read with the most indices that move with a variable of the result and one that is summed over, as under a window.
pub(super) fn of(definition: &Definition) -> Slide {
    let mut best = Slide::default();
    definition.body.indexed_reads(&mut |_, indices| {
        let slid: Vec<[i64; 2]> = indices.iter().filter_map(|i| steps(i, definition.rank)).collect();
        if slid.len() > best.axes {
            best.axes = slid.len();
            best.steps.iter_mut().zip(slid).for_each(|(own, found)| *own = found);
        }
    });
    best
}

/// How far an index moves with each of the two.
fn steps(index: &Affine, rank: usize) -> Option<[i64; 2]> {
    let own = index.terms.iter().find(|t| t.0 < rank)?;
    let summed = index.terms.iter().find(|t| t.0 >= rank)?;
    Some([own.1.abs(), summed.1.abs()])
}
