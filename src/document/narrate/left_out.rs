//! How many terms the dots inside an equation stand for: said after it.

use itertools::Itertools;

use super::narrator::Narrator;
use crate::document::math::{Math, Op};
use crate::document::narrow::left_out;
use crate::document::say::Sentence;
use crate::document::{Display, Inline, Row, Table};

impl Narrator<'_> {
    /// A remark after every equation that has such dots; after the last of them where all have left out as much.
    pub(super) fn count_left_out(&self, display: &mut Display) {
        let counts_in = |equation: &[Row]| -> Vec<u32> {
            equation.iter().flat_map(|row| row.left.iter().chain([&row.right])).flat_map(left_out).collect()
        };
        let equations = || display.rows.chunk_by(|_, next| next.left.is_none());
        let counted: Vec<Vec<u32>> = equations().map(counts_in).collect();
        let Some(last) = counted.iter().rposition(|counts| !counts.is_empty()) else { return };
        let alike = counted.iter().filter(|counts| !counts.is_empty()).all(|counts| *counts == counted[last]);
        let of_each = alike && counted[..last].iter().any(|counts| !counts.is_empty());
        let mut rows: Vec<Row> = Vec::with_capacity(display.rows.len());
        for (place, (equation, counts)) in equations().zip(&counted).enumerate() {
            rows.extend_from_slice(equation);
            if !counts.is_empty() && (!alike || place == last) {
                self.remark(&mut rows, equation, self.terms_left_out(counts, of_each), display.label.is_some());
            }
        }
        display.rows = rows;
    }

    /// Beside the last row of an equation if there is room, else below. A label belongs to a single row.
    fn remark(&self, rows: &mut Vec<Row>, equation: &[Row], remark: String, single: bool) {
        let (measure, remark) = (self.request.measure, Math::Text(remark));
        let width = |part: &Math| measure.width(self.glossary, part);
        let left: u32 = equation[0].left.iter().map(width).sum();
        match rows.last_mut() {
            Some(last)
                if single
                    || left + [&Math::Op(Op::Equals), &last.right, &remark].map(width).iter().sum::<u32>()
                        <= measure.line() =>
            {
                let mut parts = std::mem::replace(&mut last.right, Math::Ones).into_parts();
                parts.push(remark);
                last.right = Math::Row(parts);
            }
            Some(_) | None => rows.push(Row { left: None, equals: false, right: remark }),
        }
    }

    /// How many terms each of the dots stands for; `each` where several equations are alike.
    fn terms_left_out(&self, counts: &[u32], each: bool) -> String {
        let counts: Vec<usize> = counts.iter().map(|&count| count as usize).collect();
        let (least, most) = counts.iter().copied().minmax().into_option().unwrap_or_default();
        self.request.lang.text(match counts.len() {
            1 => Sentence::TermsLeftOut { count: least, each },
            _ if least == most => Sentence::TermsLeftOutEverywhere { count: least },
            2 | 3 => Sentence::TermsLeftOutInTurn { counts, each },
            _ => Sentence::TermsLeftOutFromTo { least, most },
        })
    }

    /// The same in the cells of a table.
    pub(super) fn count_left_out_of_cells(&self, table: &mut Table) {
        for cell in table.rows.iter_mut().flatten() {
            let counts = cell.iter().flat_map(|inline| match inline {
                Inline::Math(math) => left_out(math),
                Inline::Text(_) | Inline::Reference(_) => Vec::new(),
            });
            let counts: Vec<u32> = counts.collect();
            if !counts.is_empty() {
                cell.push(Inline::Text(format!(" {}", self.terms_left_out(&counts, false))));
            }
        }
    }
}
