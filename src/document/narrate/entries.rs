//! Contractions in words: products of matrices, elementwise ones, and those that letters alone can say.

use super::narrator::Narrator;
use crate::document::Inlines;
use crate::document::math::Math;
use crate::document::say::Sentence;
use crate::expr::TensorId;
use crate::formula::{As, Formula};
use crate::operator::{Contraction, TensorOp};

impl Narrator<'_> {
    pub(super) fn contraction_sentence(&self, c: &Contraction, target: TensorId) -> Inlines {
        let operators = self.bare_operators();
        if let Some(matrix) = operators.diagonal_of(c) {
            return self.say(Sentence::DiagonalOf { x: self.operand(matrix) });
        }
        let all = |list: Vec<Formula>| list.iter().map(|f| self.math(f)).collect::<Vec<Math>>();
        self.say(match operators.contraction_as(c) {
            Some(As::Matrices) => Sentence::MatrixProduct,
            Some(As::Elementwise) => {
                let numbers = all(operators.numbers(c));
                match numbers.len() {
                    0 => Sentence::SameIndices,
                    count => Sentence::SameIndicesAndNumbers { numbers, one: count == 1 },
                }
            }
            Some(As::Other) => Sentence::Together,
            None => {
                let letters = all(operators.summed(c, target));
                if letters.is_empty() { Sentence::OneProduct } else { Sentence::SumOver { letters } }
            }
        })
    }

    /// Before the sum of several operators.
    pub(super) fn several_sentence(&self, parts: &[TensorOp], target: TensorId) -> Inlines {
        if let Some(sentence) = self.side_by_side(parts, target) {
            return sentence;
        }
        let in_letters = self.bare_operators().is_lettered(parts, target);
        self.say(if in_letters { Sentence::SumOfProducts } else { Sentence::Together })
    }
}
