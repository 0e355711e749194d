//! Local derivatives of a definition's equations, packed: for each equation the elements that it depends on, in order.

use super::field::Prime;
use super::forward::Tangent;
use crate::index::Instance;

/// The tangents of one definition's equations, one equation after another.
#[derive(Debug, Default)]
pub(super) struct Tape {
    /// The numbers of the elements, ascending within each equation.
    elements: Vec<u32>,
    slopes: Vec<Prime>,
    /// Where the tangents of each equation end.
    ends: Vec<u32>,
    /// Room to sort in.
    scratch: Vec<(u32, Prime)>,
}

/// The number of each tensor's first element, where all elements of an instance are counted in one row; at the end that of them all.
pub(super) fn first_elements(instance: &Instance) -> Vec<u32> {
    let mut firsts = vec![0];
    for tensor in &instance.tensors {
        firsts.push(firsts[firsts.len() - 1] + tensor.shape.iter().product::<usize>() as u32);
    }
    firsts
}

impl Tape {
    /// The next equation's tangents; those of one element are added up, and what is 0 is left out.
    pub(super) fn push(&mut self, firsts: &[u32], tangents: &[Tangent]) {
        let scratch = &mut self.scratch;
        scratch.clear();
        scratch.extend(tangents.iter().map(|(tensor, offset, slope)| (firsts[*tensor as usize] + offset, *slope)));
        scratch.sort_unstable_by_key(|t| t.0);
        let zero = Prime::integer(0);
        for same in scratch.chunk_by(|x, y| x.0 == y.0) {
            let slope = same.iter().fold(zero, |sum, t| sum.add(t.1));
            if slope != zero {
                self.elements.push(same[0].0);
                self.slopes.push(slope);
            }
        }
        self.ends.push(self.elements.len() as u32);
    }

    /// How many equations there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many tangents there are of all of them.
    pub(super) fn tangents(&self) -> usize {
        self.elements.len()
    }

    /// What an equation depends on, and how much.
    pub(super) fn equation(&self, offset: usize) -> impl Iterator<Item = (usize, Prime)> {
        let range = self.range(offset);
        self.elements[range.clone()].iter().map(|&e| e as usize).zip(self.slopes[range].iter().copied())
    }

    /// ∂(an equation)/∂(an element).
    pub(super) fn slope(&self, offset: usize, element: u32) -> Prime {
        let range = self.range(offset);
        let found = self.elements[range.clone()].binary_search(&element);
        found.map_or(Prime::integer(0), |place| self.slopes[range.start + place])
    }

    fn range(&self, offset: usize) -> std::ops::Range<usize> {
        let start = if offset == 0 { 0 } else { self.ends[offset - 1] as usize };
        start..self.ends[offset] as usize
    }
}
