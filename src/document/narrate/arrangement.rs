//! Intermediate tensors that hold entries of another one in a new arrangement, such as an input with lines added at its edges.

use std::io;

use super::narrator::Narrator;
use crate::document::say::Sentence;
use crate::expr::{Definition, ExprKind, TensorId, index_of, offset_of};

impl Narrator<'_> {
    /// What a tensor is whose entries are those of another one, if that is to be said: an operator says it too, but for lines that
    /// were added.
    pub(super) fn arrangement(&mut self, definition: &Definition, recognised: bool) -> io::Result<bool> {
        let Some((source, places)) = self.copied(definition) else { return Ok(false) };
        let (tensor, of) = (self.bare(definition.tensor), self.bare(source));
        self.tell(match self.lines_added(definition.tensor, source, &places) {
            Some(ends) => Sentence::Enlarged { tensor, of, ends: self.request.lang.added(&ends) },
            None if recognised => return Ok(false),
            None => Sentence::Rearranged { tensor, of },
        })?;
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
    fn lines_added(&self, tensor: TensorId, of: TensorId, places: &[usize]) -> Option<Vec<[usize; 2]>> {
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
        let ends: Vec<[usize; 2]> =
            low.iter().zip(sizes).map(|(&low, (outer, inner))| [low, outer - inner - low]).collect();
        let first = ends.iter().position(|e| *e != [0, 0])?;
        Some(ends[first..].to_vec())
    }
}
