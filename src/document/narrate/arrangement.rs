//! Intermediate tensors that hold entries of another one in a new arrangement, such as an input with lines added at its edges.

use std::io;

use super::Narrator;
use crate::document::{Inlines, Math};
use crate::expr::{Definition, ExprKind, TensorId, index_of, offset_of};

/// The sentences of a language on them.
pub(super) trait ArrangementSentences {
    /// One tensor is the other with so many lines before and behind it along each axis, which hold its entries again.
    fn enlarged(&self, tensor: Math, of: Math, ends: &[[i64; 2]]) -> Inlines;
    /// One tensor holds entries of the other.
    fn rearranged(&self, tensor: Math, of: Math) -> Inlines;
    /// An entry of the gradient is the sum over the places that hold its element.
    fn collected(&self, gradient: Math, of: Math) -> Inlines;
}

impl Narrator<'_> {
    /// What a tensor is whose entries are those of another one, if that is to be said: an operator says it too, but for lines that
    /// were added.
    pub(super) fn arrangement(&mut self, definition: &Definition, recognised: bool) -> io::Result<bool> {
        let Some((of, places)) = self.copied(definition) else { return Ok(false) };
        let (tensor, other) = (self.bare(definition.tensor), self.bare(of));
        let text = match self.lines_added(definition.tensor, of, &places) {
            Some(ends) => self.say.enlarged(tensor, other, &ends),
            None if recognised => return Ok(false),
            None => self.say.rearranged(tensor, other),
        };
        self.paragraph(text)?;
        Ok(true)
    }

    /// The tensor that all entries are taken from, and which of its entries each is.
    fn copied(&self, definition: &Definition) -> Option<(TensorId, Vec<usize>)> {
        let arena = &self.derivation.system.arena;
        let mut of = None;
        let places = definition.values.iter().map(|&value| {
            let ExprKind::Symbol(s) = arena.kind(value) else { return None };
            (*of.get_or_insert(s.tensor) == s.tensor).then_some(s.offset as usize)
        });
        let places = places.collect::<Option<Vec<usize>>>()?;
        Some((of?, places))
    }

    /// How many lines lie before and behind the other tensor along each axis, if it lies in the first as a whole; leading axes
    /// without any are left out.
    fn lines_added(&self, tensor: TensorId, of: TensorId, places: &[usize]) -> Option<Vec<[i64; 2]>> {
        let (shape, inner) = (self.glossary.shape(tensor), self.glossary.shape(of));
        if shape.len() != inner.len() || shape == inner || shape.iter().zip(inner).any(|(outer, inner)| outer < inner) {
            return None;
        }
        let lows = shape.iter().zip(inner).map(|(outer, inner)| 0..=outer - inner);
        let holds = |low: &Vec<usize>| {
            (0..inner.iter().product()).all(|offset| {
                let at: Vec<usize> = index_of(inner, offset).iter().zip(low).map(|(i, low)| i + low).collect();
                places[offset_of(shape, &at)] == offset
            })
        };
        let low = itertools::Itertools::multi_cartesian_product(lows).find(holds)?;
        let sizes = shape.iter().zip(inner);
        let ends: Vec<[i64; 2]> =
            low.iter().zip(sizes).map(|(&low, (outer, inner))| [low as i64, (outer - inner - low) as i64]).collect();
        let first = ends.iter().position(|e| *e != [0, 0])?;
        Some(ends[first..].to_vec())
    }
}
