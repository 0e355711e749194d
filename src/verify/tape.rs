//! Local derivatives of a definition's equations, packed: for each equation the elements that it depends on, in order.

use super::field::Prime;
use super::forward::Tangent;
use crate::index::Instance;

/// The tangents of one definition's equations, one equation after another.
#[derive(Debug, Default)]
pub(super) struct Tape {
    /// The numbers of the elements.
    elements: Vec<u32>,
    slopes: Vec<Prime>,
    /// Where the tangents of each equation end.
    ends: Vec<u32>,
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
    /// The next equation's tangents, in the order of the elements and those of one element added up, so that each is found.
    pub(super) fn push(&mut self, firsts: &[u32], tangents: &mut [Tangent]) {
        let element = |&(tensor, offset, _): &Tangent| (tensor, offset);
        tangents.sort_unstable_by_key(element);
        for same in tangents.chunk_by(|x, y| element(x) == element(y)) {
            self.elements.push(firsts[same[0].0 as usize] + same[0].1);
            self.slopes.push(same.iter().fold(Prime::integer(0), |sum, t| sum.add(t.2)));
        }
        self.ends.push(self.elements.len() as u32);
    }

    /// How many equations there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
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
