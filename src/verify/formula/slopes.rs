//! Local derivatives of single elements, by forward mode over their own equations when they are asked for.

use rustc_hash::FxHashMap;

use crate::index::Instance;
use crate::verify::field::Prime;
use crate::verify::forward::Forward;
use crate::verify::tape::Tape;
use crate::verify::witness::{Known, Witness};

/// More tangents are not kept: then all are forgotten.
const MOST_KEPT: usize = 1 << 17;

/// What was asked for last.
pub(super) struct Slopes<'a> {
    instance: &'a Instance,
    witness: &'a Witness,
    /// By the address of a point.
    forwards: FxHashMap<usize, Forward<'a>>,
    tape: Tape,
    /// By the address of a point and a definition: one more than the place of each equation on the tape, or 0 where it is not there.
    rows: FxHashMap<(usize, usize), Vec<u32>>,
}

impl<'a> Slopes<'a> {
    pub(super) fn new(instance: &'a Instance, witness: &'a Witness) -> Self {
        Slopes { instance, witness, forwards: FxHashMap::default(), tape: Tape::default(), rows: FxHashMap::default() }
    }

    /// ∂(an equation)/∂(each element), by the numbers of the elements; nothing where a point says none.
    pub(super) fn of(
        &mut self,
        point: &'a Known,
        [definition, offset]: [usize; 2],
    ) -> Option<impl Iterator<Item = (usize, Prime)>> {
        let row = self.row(point, [definition, offset])?;
        Some(self.tape.equation(row))
    }

    /// ∂(an equation)/∂(an element).
    pub(super) fn by(&mut self, point: &'a Known, equation: [usize; 2], element: u32) -> Option<Prime> {
        let row = self.row(point, equation)?;
        Some(self.tape.slope(row, element))
    }

    fn row(&mut self, point: &'a Known, [definition, offset]: [usize; 2]) -> Option<usize> {
        if point.given {
            return None; // the numbers of a user may be of what has no exact value
        }
        let address = std::ptr::from_ref(point).addr();
        if self.tape.tangents() > MOST_KEPT {
            self.tape = Tape::default();
            self.rows.clear();
        }
        let (instance, witness) = (self.instance, self.witness);
        let source = instance.definitions.get(definition)?;
        let new = || vec![0; point.table[source.tensor].len()];
        let row = self.rows.entry((address, definition)).or_insert_with(new).get_mut(offset)?;
        if *row == 0 {
            let new = || Forward::new(instance, &point.table, point.meaning, witness.ties);
            let (_, tangents) = self.forwards.entry(address).or_insert_with(new).equation(source, offset);
            self.tape.push_sorted(&witness.firsts, tangents);
            *row = self.tape.len() as u32;
        }
        Some(*row as usize - 1)
    }
}
