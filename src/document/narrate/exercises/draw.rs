//! Drawing by lot: every choice of a sheet is made here, by numbers that its seed gives (splitmix64, on every machine the same).

use crate::verify::Random;

/// A number below `count`, which is not 0. A little more often a small one, which nobody notices for counts as small as these.
pub(super) fn below(random: &mut Random, count: usize) -> usize {
    (random.next() % count as u64) as usize
}

/// The same in another order (Fisher and Yates).
pub(super) fn shuffled<T>(random: &mut Random, mut list: Vec<T>) -> Vec<T> {
    for place in (1..list.len()).rev() {
        list.swap(place, below(random, place + 1));
    }
    list
}
