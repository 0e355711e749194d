//! How far index variables run where no range is written, with letters for sizes: as far as every read stays inside its tensor.

use std::collections::BTreeMap;

use super::Lowering;
use crate::index::general::Size;
use crate::text::Diagnostic;

impl Lowering<'_> {
    /// A variable without a range runs as far as each read stays inside its tensor.
    pub(super) fn infer(&mut self) -> Result<(), Diagnostic> {
        let base = Size::integer(self.program.index_base);
        let mut guarded_too = false;
        loop {
            let mut found: BTreeMap<usize, (Vec<Size>, Vec<Size>)> = BTreeMap::new();
            for read in self.reads.iter().filter(|r| guarded_too || !r.guarded) {
                let open =
                    |v: &&usize| self.variables[**v].range.is_none() && read.index.has(&self.variables[**v].letter);
                let places: Vec<usize> = (0..self.variables.len()).collect();
                let mut unknown = places.iter().filter(open);
                let (Some(&place), None) = (unknown.next(), unknown.next()) else { continue };
                let size = &self.program.tensors[read.tensor].shape[read.axis];
                let last = size.add(&base).sub(&Size::integer(1));
                let Some((low, high)) = self.allowed(&read.index, place, &base, &last) else { continue };
                let entry = found.entry(place).or_default();
                entry.0.push(low);
                entry.1.push(high);
            }
            if found.is_empty() {
                if guarded_too || self.variables.iter().all(|v| v.range.is_some()) {
                    break;
                }
                guarded_too = true;
            }
            for (place, (lows, highs)) in found {
                let range = (self.ledger.largest(lows), self.ledger.smallest(highs));
                self.ledger = self.ledger.within(&self.variables[place].letter.clone(), &range.0, &range.1);
                self.variables[place].range = Some(range);
            }
        }
        match self.variables.iter().find(|v| v.range.is_none()) {
            None => self.stay_inside(),
            Some(open) => Err(Diagnostic::new(
                open.span,
                format!("the range of `{}` does not follow from the shapes", open.letter),
            )
            .hint(format!("write it: `{} in 1..…`", open.letter))),
        }
    }

    /// Every read that no condition guards stays inside its tensor: where that does not follow it is supposed.
    fn stay_inside(&mut self) -> Result<(), Diagnostic> {
        let base = Size::integer(self.program.index_base);
        for place in 0..self.reads.len() {
            let read = &self.reads[place];
            if read.guarded {
                continue;
            }
            let size = &self.program.tensors[read.tensor].shape[read.axis];
            let last = size.add(&base).sub(&Size::integer(1));
            let Some((low, high)) = self.extremes(&read.index, None) else {
                return Err(Diagnostic::new(read.span, "how far this index goes does not follow for every size")
                    .hint("guard the read with `where`, or give numbers for the sizes"));
            };
            self.ledger.suppose(low.sub(&base));
            self.ledger.suppose(last.sub(&high));
        }
        Ok(())
    }

    /// The smallest and the largest value of an index over the ranges that are known, but for one variable.
    fn extremes(&self, index: &Size, but: Option<usize>) -> Option<(Size, Size)> {
        let (mut low, mut high) = (index.clone(), index.clone());
        for (place, other) in self.variables.iter().enumerate().rev() {
            let Some((from, to)) = &other.range else { continue };
            if but == Some(place) {
                continue;
            }
            for (size, smallest) in [(&mut low, true), (&mut high, false)] {
                if let Some((c, _)) = size.linear(&other.letter).filter(|(c, _)| !c.is_zero()) {
                    let rises = c.as_integer().map_or_else(|| self.ledger.sign(&c), |c| Some(c > 0))?;
                    *size = size.replaced(&other.letter, if rises == smallest { from } else { to });
                } else if size.has(&other.letter) {
                    return None;
                }
            }
        }
        Some((low, high))
    }

    /// The values of a variable for which the index stays between the first and the last, whatever the others are.
    fn allowed(&self, index: &Size, place: usize, first: &Size, last: &Size) -> Option<(Size, Size)> {
        let (c, rest) = index.linear(&self.variables[place].letter)?;
        let (low, high) = self.extremes(&rest, Some(place))?;
        let (from, to) = (first.sub(&low), last.sub(&high));
        match c.as_integer().map_or_else(|| self.ledger.sign(&c), |c| Some(c > 0))? {
            true => Some((from.ceil(&c), to.floor(&c))),
            false => Some((to.negative().ceil(&c.negative()), from.negative().floor(&c.negative()))),
        }
    }
}
