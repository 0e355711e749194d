//! Arrays of numbers, and when two of them have one shape.

use super::{Checker, Reason, Value, refuted};
use crate::expr::{index_of, offset_of};
use crate::verify::field::Prime;

/// A shape and the entries in reading order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Array {
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<Prime>,
}

impl Array {
    pub(super) fn number(value: Prime) -> Array {
        Array { shape: Vec::new(), values: vec![value] }
    }

    pub(super) fn filled(shape: &[usize], value: Prime) -> Array {
        Array { shape: shape.to_vec(), values: vec![value; shape.iter().product()] }
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The same with each entry changed.
    pub(super) fn map(mut self, change: impl Fn(Prime) -> Option<Prime>) -> Option<Array> {
        for value in &mut self.values {
            *value = change(*value)?;
        }
        Some(self)
    }

    pub(super) fn scaled(self, factor: Prime) -> Array {
        let values = self.values.into_iter().map(|x| x.mul(factor)).collect();
        Array { values, ..self }
    }

    pub(super) fn reversed(mut self) -> Array {
        self.values.reverse();
        self
    }

    /// The entry at each index is the one of `self` that `from` says; 0 where it says none.
    pub(super) fn gathered(&self, shape: Vec<usize>, from: impl Fn(&[usize]) -> Option<Vec<usize>>) -> Array {
        let entry = |offset: usize| match from(&index_of(&shape, offset)) {
            Some(index) => self.values[offset_of(&self.shape, &index)],
            None => Prime::integer(0),
        };
        Array { values: (0..shape.iter().product()).map(entry).collect(), shape }
    }
}

impl Checker<'_> {
    /// How a vector of this size is written as a matrix: standing, or lying.
    pub(super) fn as_matrix(&self, size: usize) -> [usize; 2] {
        if self.glossary.rows() { [1, size] } else { [size, 1] }
    }

    /// Do both shapes mean the same? A vector is a matrix of one column, or of one row, as vectors are drawn. One number is one.
    pub(super) fn alike(&self, x: &[usize], y: &[usize]) -> bool {
        let lying = self.glossary.rows() || !self.glossary.columns();
        match (x, y) {
            _ if x == y => true,
            (&[size], &[rows, columns]) | (&[rows, columns], &[size]) if lying => [rows, columns] == [1, size],
            (&[size], &[rows, columns]) | (&[rows, columns], &[size]) => [rows, columns] == [size, 1],
            _ => x.iter().chain(y).all(|&size| size == 1),
        }
    }

    /// An array whose shape means this one, in this shape.
    pub(super) fn shaped(&self, array: Array, shape: &[usize]) -> Value<Array> {
        if !self.alike(&array.shape, shape) {
            return refuted(Reason::Shapes(shape.to_vec(), array.shape));
        }
        Ok(Array { shape: shape.to_vec(), values: array.values })
    }

    /// How the sides differ, if they do.
    pub(super) fn differ(&self, left: &Array, right: &Array) -> Option<Reason> {
        if !self.alike(&left.shape, &right.shape) {
            return Some(Reason::Shapes(left.shape.clone(), right.shape.clone()));
        }
        let entry = left.values.iter().zip(&right.values).position(|(x, y)| x != y)?;
        Some(Reason::Differs(Vec::new(), (left.len() > 1).then_some(entry)))
    }
}
