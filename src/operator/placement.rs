//! Entries read at places that lie evenly, multiplied, and put at places that lie evenly: parts, reversed and shifted ones, diagonals,
//! and what has more letters to an axis.

use super::operand::Operand;
use super::scale::Scale;
use crate::index::Affine;

/// `out[into] += scale · Π operand[reads]` for all values of the letters; everything else is 0. All count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// At least one.
    pub operands: Vec<Operand>,
    /// How many values each letter takes.
    pub counts: Vec<usize>,
    /// For each operand the index along each of its axes, a function of the letters.
    pub reads: Vec<Vec<Affine>>,
    /// The index along each axis of the result.
    pub into: Vec<Affine>,
    /// Factor.
    pub scale: Scale,
}

/// What one letter does along an axis: the letter, the first place, and the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// The axis is at this place.
    At(usize),
    /// The letter runs along the axis.
    Steps {
        /// Which letter.
        letter: usize,
        /// The place for its first value.
        first: usize,
        /// How far apart the places are; negative where they run back.
        step: i64,
    },
}

impl Run {
    /// What an index does, if at most one letter is in it.
    pub fn of(index: &Affine) -> Option<Run> {
        let first = usize::try_from(index.constant).ok()?;
        match *index.terms.as_slice() {
            [] => Some(Run::At(first)),
            [(letter, step)] => Some(Run::Steps { letter, first, step }),
            _ => None,
        }
    }

    /// The letter, if there is one.
    pub fn letter(self) -> Option<usize> {
        if let Run::Steps { letter, .. } = self { Some(letter) } else { None }
    }
}

impl Placement {
    /// What stands along the axes of the operands, and of the result, if each has at most one letter.
    pub fn runs(&self) -> Option<(Vec<Vec<Run>>, Vec<Run>)> {
        let of = |indices: &Vec<Affine>| indices.iter().map(Run::of).collect::<Option<Vec<Run>>>();
        Some((self.reads.iter().map(of).collect::<Option<_>>()?, of(&self.into)?))
    }

    /// Do vectors stand or lie in what it says: in a product, or as a line of a matrix?
    pub fn is_product(&self) -> bool {
        let fixed = self.into.iter().filter(|f| f.terms.is_empty()).count();
        self.operands.len() > 1 || (self.into.len() == 2 && fixed == 1)
    }

    /// Does the letter run over the whole of an axis of this size, from its first place to its last?
    pub fn is_whole(&self, run: Run, size: usize) -> bool {
        matches!(run, Run::Steps { letter, first: 0, step: 1 } if self.counts[letter] == size)
    }

    /// Does it put something everywhere: has each axis of the result, of these sizes, the whole of a letter of its own?
    pub fn fills(&self, shape: &[usize]) -> bool {
        let Some((_, into)) = self.runs() else {
            return self.counts.iter().product::<usize>() == shape.iter().product::<usize>();
        };
        let mut letters: Vec<usize> = into.iter().filter_map(|run| run.letter()).collect();
        letters.sort_unstable();
        letters.dedup();
        letters.len() == shape.len() && into.iter().zip(shape).all(|(&run, &size)| self.is_whole(run, size))
    }
}
