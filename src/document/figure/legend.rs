//! The legend: a sample of each style below the picture, with the weight that it stands for.

use super::place::{Placer, Weights, weights_as_math};
use super::{Figure, Key};
use crate::expr::{ExprKind, TensorId};

/// The legend: the length of a sample, the room after it, the room between entries, the height of a row.
const SAMPLE: (i32, i32, i32, i32) = (300, 50, 200, 150);
/// Room for letters that come out wider than they were measured.
const MARGIN: i32 = 120;
/// Entries in a row of the legend.
const KEYS_IN_ROW: usize = 5;

impl Placer<'_> {
    /// Samples below the picture, row by row as the weights stand in their tensor where that is narrow.
    pub(super) fn legend(&self, keys: &[(usize, &Weights)], figure: &mut Figure) {
        if keys.is_empty() {
            return;
        }
        let mut rows: Vec<Vec<(usize, &Weights)>> = Vec::new();
        let mut before = None;
        for &(style, weights) in keys {
            let row = self.row_of(weights);
            match rows.last_mut() {
                Some(last) if style > 1 && row == before && last.len() < KEYS_IN_ROW => last.push((style, weights)),
                Some(_) | None => rows.push(vec![(style, weights)]),
            }
            before = row;
        }
        let math = |weights: &Weights| weights_as_math(self.derivation, self.glossary, weights);
        let widest = keys.iter().map(|(_, weights)| self.width(&math(weights))).max().unwrap_or(0);
        let (sample, room, between, height) = SAMPLE;
        let cell = sample + room + widest + between;
        let across = rows.iter().map(Vec::len).max().unwrap_or(0) as i32;
        let width = across * cell - between;
        // the picture stands in the middle above a wider legend
        let wider = (width + MARGIN - figure.size.0).max(0);
        figure.shift((wider / 2, 0));
        figure.size.0 += wider;
        let left = (figure.size.0 - width) / 2;
        let mut y = figure.size.1 + height;
        for row in &rows {
            let mut x = left;
            for (style, weights) in row {
                let line = ((x, y), (x + sample, y));
                figure.legend.push(Key { style: *style, label: math(weights), line, at: (x + sample + room, y) });
                x += cell;
            }
            y += height;
        }
        figure.size.1 = y - height / 3;
    }

    /// The tensor of a single weight and the row in it, if rows are short.
    fn row_of(&self, weights: &Weights) -> Option<(TensorId, u32)> {
        if let [product] = weights.as_slice()
            && let [only] = product.as_slice()
            && let ExprKind::Symbol(s) = self.derivation.system.arena.kind(*only)
        {
            let length = self.glossary.shape(s.tensor).last().copied().unwrap_or(1);
            return (2..=KEYS_IN_ROW).contains(&length).then(|| (s.tensor, s.offset / length as u32));
        }
        None
    }
}
