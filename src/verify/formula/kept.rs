//! Maxima that were evaluated, for the equations that name them again: a window of n places stands in n equations.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::verify::field::Prime;
use crate::verify::forward::Joints;

/// An argument that is an element, and its place.
pub(super) type Named = ((usize, usize), u32);

/// A maximum at a point: its arguments, and what each gets of its derivative.
pub(super) struct Maximum {
    /// In the order of the elements.
    pub(super) named: Vec<Named>,
    pub(super) values: Vec<Prime>,
    pub(super) shares: Vec<Prime>,
}

impl Maximum {
    /// The arguments that are this element.
    pub(super) fn named(&self, element: (usize, usize)) -> &[Named] {
        let from = self.named.partition_point(|n| n.0 < element);
        let to = self.named.partition_point(|n| n.0 <= element);
        &self.named[from..to]
    }
}

/// More arguments of maxima are not kept.
const MOST_KEPT: usize = 1 << 20;

/// Maxima that were met, by their point and the element that is named.
#[derive(Default)]
pub(super) struct Maxima {
    pub(super) known: FxHashMap<(usize, usize, usize), Rc<Maximum>>,
    kept: usize,
    pub(super) joints: Joints,
}

impl Maxima {
    pub(super) fn keep(&mut self, key: (usize, usize, usize), maximum: &Rc<Maximum>) {
        self.kept += maximum.values.len();
        if self.kept > MOST_KEPT {
            // equations that follow each other name the same ones
            self.known.clear();
            self.kept = maximum.values.len();
        }
        self.known.insert(key, Rc::clone(maximum));
    }
}
