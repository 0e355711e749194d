//! Equations as they are shown: in one line or several, entry by entry, as matrices.

use std::io;

use super::narrator::{MATRIX, Narrator};
use super::request::Entries;
use crate::document::layout::{ROWS_IN_DISPLAY, displays, equation as equation_rows, stacked};
use crate::document::math::{Dots, Math};
use crate::document::resolve::alone;
use crate::document::say::Sentence;
use crate::document::{Block, Display, Row};
use crate::expr::{Definition, ExprId, ExprKind, TensorId};
use crate::formula::{Cell, Equation, Formula};
use crate::operator::TensorOp;

/// Fewer equations stand one below the other.
const PAIRED: usize = 5;
/// Room between equations side by side, and for their signs.
const BETWEEN: u32 = 300;

impl Narrator<'_> {
    /// The equations of a tensor, of all entries or of the first ones and the last, as far as they are wanted.
    pub(super) fn equations(&mut self, definition: &Definition) -> io::Result<()> {
        let count = definition.values.len();
        let entries = self.entries_of(count);
        let arena = &self.derivation.system.arena;
        let symbol = |&value: &ExprId| matches!(arena.kind(value), ExprKind::Symbol(_) | ExprKind::Max(_));
        // in a net a rearrangement says nothing entry by entry
        let rearranged = self.net && self.request.entries.is_none() && definition.values.iter().all(symbol);
        if entries == Entries::None || rearranged {
            return Ok(());
        }
        let terms = |offset: usize| arena.kind(definition.values[offset]).children().len();
        let shown = self.shown(entries, definition.tensor, terms);
        self.written_out(&definition.values, shown.as_deref())?;
        self.about(definition.tensor, "equations");
        self.entries(in_turn(count, shown), |this, offset| this.defining(definition, offset))
    }

    /// The equation of one entry.
    fn defining(&self, definition: &Definition, offset: usize) -> Vec<Row> {
        let left = self.element(definition.tensor, offset);
        self.rows_of(Equation::new(left, self.expression(definition.values[offset])))
    }

    /// Before the equations of all entries or of those that are shown, with a word on those that are not written out in full.
    fn written_out(&mut self, values: &[ExprId], shown: Option<&[usize]>) -> io::Result<()> {
        let counts = self.counts(values.iter());
        let text = self.say(match shown {
            None if values.len() == 1 => Sentence::WrittenOut,
            None => Sentence::WrittenOutAll { count: values.len() },
            Some(list) => Sentence::WrittenOutFew { shown: list.len(), count: values.len() },
        });
        self.paragraph(self.request.lang.together(vec![counts, text]))
    }

    /// The rows of these entries, with dots where there is none.
    pub(super) fn entries(
        &mut self,
        offsets: impl Iterator<Item = Option<usize>>,
        of: impl Fn(&Self, usize) -> Vec<Row>,
    ) -> io::Result<()> {
        let mut rows = Vec::new();
        let dots = Row { left: Some(Math::Dots(Dots::Down)), equals: false, right: Math::Row(Vec::new()) };
        for offset in offsets {
            match offset {
                Some(offset) => rows.extend(of(self, offset)),
                None => rows.push(dots.clone()),
            }
            // hand on what is complete, so that a long list is never in memory as a whole
            if rows.len() >= ROWS_IN_DISPLAY {
                self.rows(std::mem::take(&mut rows))?;
            }
        }
        let paired = self.go_in_pairs(&rows);
        displays(rows).into_iter().try_for_each(|display| self.block(Block::Display(Display { paired, ..display })))
    }

    /// Are these so many and so short that two fit into a line?
    fn go_in_pairs(&self, rows: &[Row]) -> bool {
        let width = |math: &Math| self.request.measure.width(self.glossary, math);
        let widest = |side: &dyn Fn(&Row) -> u32| rows.iter().map(side).max().unwrap_or(0);
        let left = widest(&|row| row.left.as_ref().map_or(0, width));
        let across = left + widest(&|row| width(&row.right)) + BETWEEN;
        let whole = rows.iter().all(|row| row.left.is_some() && row.equals);
        whole && rows.len() >= PAIRED && 2 * across <= self.request.measure.line()
    }

    /// Both sides of `operators = target`, as matrices elided to what fits into a line.
    pub(super) fn matrix_equation(
        &self,
        parts: &[TensorOp],
        target: TensorId,
        cell: &Cell<'_>,
    ) -> Option<(Formula, Formula)> {
        let operators = self.bare_operators();
        let shape = self.glossary.shape(target);
        // numbers by themselves are no matrix
        if parts.iter().all(|part| matches!(part, TensorOp::Broadcast { .. })) {
            return None;
        }
        let left = self.fitted(|most| {
            let terms = parts.iter().map(|part| operators.matrices(part, shape, most, cell));
            Some(Formula::sum(terms.collect::<Option<_>>()?))
        })?;
        let right = self.fitted(|most| operators.matrix_of(target, most, cell))?;
        Some((left, right))
    }

    /// `left = first = second` in one row, if it fits into a line.
    pub(super) fn in_one_row(&self, equation: &Equation) -> Option<Row> {
        let whole = self.stated(equation);
        let fits = self.request.measure.width(self.glossary, &whole) <= self.request.measure.line();
        let left = self.math(&equation.left);
        fits.then(|| Row { left: Some(left.clone()), equals: true, right: alone(behind(&left, whole)) })
    }

    /// The same with a label; in a line of its own each where they do not fit into one.
    pub(super) fn chain_display(&mut self, equation: Equation, label: &str) -> io::Result<()> {
        let Some(row) = self.in_one_row(&equation) else {
            let rows = self.in_rows(equation);
            return self.rows(rows);
        };
        let label = Some(self.label(label));
        self.block(Block::Display(Display { rows: vec![row], label, ..Display::default() }))
    }

    /// `left = first = second`, in one row where there is room, else a row for each.
    pub(super) fn chained(&self, equation: Equation) -> Vec<Row> {
        let measure = self.request.measure;
        let whole = self.stated(&equation);
        let left = self.math(&equation.left);
        let row = Math::Row(behind(&left, whole));
        if measure.width(self.glossary, &row) + measure.line() / 4 > measure.line() {
            return self.in_rows(equation);
        }
        equation_rows(self.glossary, measure, left, vec![row])
    }

    /// `left = right` in one line if it fits, else in two.
    pub(super) fn matrices(&mut self, equation: &Equation) -> io::Result<()> {
        let measure = self.request.measure;
        let rows = if let Some(row) = self.in_one_row(equation) {
            vec![row]
        } else {
            let left = self.math(&equation.left);
            let rights: Vec<Math> = equation.chain.iter().map(|f| self.math(f)).collect();
            let wide = |side: &Math| measure.width(self.glossary, side) > measure.line();
            if wide(&left) || rights.iter().any(wide) {
                stacked(self.glossary, measure, left, rights)
            } else {
                let rights = rights.into_iter().map(|right| Row { left: None, equals: true, right });
                std::iter::once(Row { left: None, equals: false, right: left }).chain(rights).collect()
            }
        };
        self.block(Block::Display(Display { rows, ..Display::default() }))
    }

    /// Values of expressions, for an equation that is shown with its matrix.
    pub(super) fn matrix_of(&self, tensor: TensorId, entries: &[ExprId]) -> Option<Formula> {
        let operators = self.bare_operators();
        let cell = |_: TensorId, offset: usize| self.expression(entries[offset]);
        let measure = self.request.measure;
        let most = self.fitted(|most| operators.matrix_of(tensor, most, &cell))?;
        let equals = measure.pick(150, 3);
        let room = measure.line().saturating_sub(measure.width(self.glossary, &self.bare(tensor)) + equals);
        (self.width(&most) <= room && self.glossary.shape(tensor).iter().all(|&n| n <= MATRIX.1)).then_some(most)
    }
}

/// All entries, or the shown ones with a gap for those left out between them.
pub(super) fn in_turn(count: usize, shown: Option<Vec<usize>>) -> Box<dyn Iterator<Item = Option<usize>>> {
    let Some(list) = shown else { return Box::new((0..count).map(Some)) };
    let mut previous = None;
    Box::new(list.into_iter().flat_map(move |offset| {
        let gap = previous.replace(offset).is_some_and(|p| p + 1 != offset);
        gap.then_some(None).into_iter().chain([Some(offset)])
    }))
}

/// What stands behind the sign of equality of a whole equation.
fn behind(left: &Math, whole: Math) -> Vec<Math> {
    whole.into_parts().split_off(left.clone().into_parts().len() + 1)
}
