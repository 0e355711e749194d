//! Contractions in words: products of matrices, elementwise ones, and those that letters alone can say.

use super::Narrator;
use crate::document::Inlines;
use crate::document::math::Math;
use crate::expr::TensorId;
use crate::formula::{As, Formula, Level};
use crate::operator::{Contraction, TensorOp};

/// What is to be said of products of entries.
pub(super) enum Products {
    /// They are one product of matrices or vectors.
    Matrices,
    /// Each entry is a product of those with the same indices, and of these numbers.
    Same { numbers: Vec<Math> },
    /// Each entry is a product, of entries with some of its indices.
    Entries,
    /// Each entry is a sum over these letters.
    Sums { over: Vec<Math> },
    /// Each entry is a sum of several products.
    Several,
    /// Nothing in particular.
    Other,
}

/// The sentences of a language on them.
pub(super) trait EntrySentences {
    /// Before the equation.
    fn products(&self, what: &Products) -> Inlines;
}

impl Narrator<'_> {
    pub(super) fn contraction_sentence(&self, c: &Contraction, target: TensorId) -> Inlines {
        let level = |_: TensorId| Level::None;
        let operators = self.operators(&level);
        let all = |list: Vec<Formula>| list.iter().map(|f| self.math(f)).collect::<Vec<Math>>();
        let what = match operators.contraction_as(c) {
            Some(As::Matrices) => Products::Matrices,
            Some(As::Elementwise) => Products::Same { numbers: all(operators.numbers(c)) },
            Some(As::Other) => Products::Other,
            None => {
                let over = all(operators.summed(c, target));
                if over.is_empty() { Products::Entries } else { Products::Sums { over } }
            }
        };
        self.say.products(&what)
    }

    /// Before the sum of several operators.
    pub(super) fn several_sentence(&self, parts: &[TensorOp], target: TensorId) -> Inlines {
        let level = |_: TensorId| Level::None;
        let lettered = self.operators(&level).is_lettered(parts, target);
        if lettered { self.say.products(&Products::Several) } else { self.say.recognised_several() }
    }
}
