//! The table at the end of a net: for every layer its error and the gradients of its parameters, from the last layer to the first.

use std::io;

use super::narrator::Narrator;
use crate::document::layout::equation;
use crate::document::math::{Math, Op};
use crate::document::measure::Measure;
use crate::document::say::Sentence;
use crate::document::{Block, Inline, Inlines, Table};
use crate::expr::{Role, TensorId};
use crate::index::Stage;
use crate::operator::TensorOp;

/// What the table says of one layer.
struct Line {
    layer: Inlines,
    /// The error, and before it what it is told in where that has no line elsewhere.
    errors: Vec<TensorId>,
    weights: Vec<TensorId>,
    biases: Vec<TensorId>,
}

/// What a column holds of a line.
type Column = fn(&Line) -> &Vec<TensorId>;

impl Narrator<'_> {
    pub(super) fn summary(&mut self) -> io::Result<()> {
        let lines = self.lines();
        if lines.iter().all(|l| l.errors.is_empty() && l.weights.is_empty() && l.biases.is_empty()) {
            return Ok(());
        }
        self.heading(Sentence::SummaryHeading)?;
        let table = self.beside(&lines);
        if self.table_width(&table) <= self.request.measure.line() {
            return self.block(Block::Table(table));
        }
        let line = self.request.measure.line();
        let first =
            lines.iter().map(|l| self.inlines_width(&l.layer)).max().unwrap_or(0) + 2 * self.request.measure.gap();
        let table = self.stacked(lines, first);
        // text is broken further where it is written
        if self.table_width(&table) <= line || !matches!(self.request.measure, Measure::Typeset { .. }) {
            return self.block(Block::Table(table));
        }
        let lines = self.lines();
        let table = self.stacked(lines, self.request.measure.gap());
        self.block(Block::Table(in_one_column(table)))
    }

    fn lines(&self) -> Vec<Line> {
        let derivation = self.derivation;
        let layers: Vec<&[Stage]> = self.layers().into_iter().rev().filter(|stages| !self.is_loss(stages)).collect();
        let mains: Vec<Option<TensorId>> = layers.iter().map(|stages| self.main_error(stages)).collect();
        let mut listed: Vec<TensorId> = mains.iter().flatten().copied().collect();
        let mut lines = Vec::new();
        for (stages, main) in layers.into_iter().zip(mains) {
            let mut errors = Vec::new();
            if let Some(main) = main {
                self.sources(main, &mut listed, &mut errors);
                errors.push(main);
            }
            let own = |role: Role| {
                let own = self.parameters_of(stages).filter(|g| derivation.system.arena.tensor(g.of).role == role);
                own.map(|g| g.adjoint).collect()
            };
            let texts = stages.iter().map(|s| s.text.clone()).collect();
            let layer = self.say(Sentence::StagesOf { number: stages[0].number as usize, stages: texts });
            lines.push(Line { layer, errors, weights: own(Role::Weight), biases: own(Role::Bias) });
        }
        lines
    }

    /// The error of a layer: of what its activation is applied to, else of what it gives, which may be the one that is known.
    fn main_error(&self, stages: &[Stage]) -> Option<TensorId> {
        let instance = &self.derivation.instance;
        let read = stages.iter().flat_map(|s| s.inputs.iter().copied().chain([s.output]));
        let own = |t: &usize| instance.tensors[*t].label.as_ref().is_some_and(|l| l.number == Some(stages[0].number));
        let errors: Vec<TensorId> =
            read.filter(own).filter_map(|t| self.derivation.gradient(TensorId(t as u32))).map(|g| g.adjoint).collect();
        let known = || {
            let upstream = self.derivation.gradients.upstream;
            let output = self.derivation.system.output().0 as usize;
            (!instance.loss && stages.iter().any(|s| s.output == output)).then_some(upstream)
        };
        errors.iter().find(|t| self.glossary.is_error(**t)).or_else(|| errors.last()).copied().or_else(known)
    }

    /// The adjoints that an error is told in and that no line is about yet, those they are told in before them.
    fn sources(&self, error: TensorId, listed: &mut Vec<TensorId>, found: &mut Vec<TensorId>) {
        let derivation = self.derivation;
        let Some(form) = self.forms_of(error).last() else { return };
        for tensor in form.parts.iter().flat_map(TensorOp::tensors) {
            if derivation.passed_through.contains(&tensor) {
                self.sources(tensor, listed, found);
            } else if !self.glossary.is_error(tensor)
                && !listed.contains(&tensor)
                && derivation.gradient_with(tensor).is_some()
            {
                listed.push(tensor);
                self.sources(tensor, listed, found);
                found.push(tensor);
            }
        }
    }

    /// A column each for errors, weights and biases, as far as there are any.
    fn beside(&self, lines: &[Line]) -> Table {
        let mut head = vec![self.say(Sentence::ColumnLayer)];
        let columns: [(Inlines, Column); 3] = [
            (self.say(Sentence::ColumnError), |l| &l.errors),
            (self.say(Sentence::ColumnWeight), |l| &l.weights),
            (self.say(Sentence::ColumnBias), |l| &l.biases),
        ];
        let columns: Vec<_> = columns.into_iter().filter(|(_, of)| lines.iter().any(|l| !of(l).is_empty())).collect();
        head.extend(columns.iter().map(|(title, _)| title.clone()));
        let mut rows = Vec::new();
        for line in lines {
            let height = columns.iter().map(|(_, of)| of(line).len()).max().unwrap_or(0).max(1);
            for place in 0..height {
                let mut row = vec![if place == 0 { line.layer.clone() } else { Vec::new() }];
                row.extend(columns.iter().map(|(_, of)| {
                    of(line).get(place).map_or_else(Vec::new, |&t| vec![Inline::Math(self.closed_form(t))])
                }));
                rows.push(row);
            }
        }
        Table { head, rows }
    }

    /// Every formula in a line of its own, in several where it is too long for one.
    fn stacked(&self, lines: Vec<Line>, first: u32) -> Table {
        let head = vec![self.say(Sentence::ColumnLayer), self.say(Sentence::ColumnFormulas)];
        let measure = self.request.measure;
        let mut rows = Vec::new();
        for line in lines {
            let mut layer = Some(line.layer);
            for tensor in line.errors.iter().chain(&line.weights).chain(&line.biases) {
                let whole = self.closed_form(*tensor);
                let fits = first + measure.width(self.glossary, &whole) <= measure.line();
                let parts = match self.shortest_form(*tensor) {
                    Some(form) if !fits => {
                        let right = vec![self.math(&form.chain[0])];
                        let broken = equation(self.glossary, measure.narrower(first), self.math(&form.left), right);
                        let row = |r: crate::document::Row| match r.left {
                            Some(left) if r.equals => Math::binary(left, Op::Equals, r.right),
                            None if r.equals => Math::Row(vec![Math::Op(Op::Equals), r.right]),
                            Some(_) | None => r.right,
                        };
                        broken.into_iter().map(row).collect()
                    }
                    Some(_) | None => vec![whole],
                };
                for part in parts {
                    rows.push(vec![layer.take().unwrap_or_default(), vec![Inline::Math(part)]]);
                }
            }
        }
        Table { head, rows }
    }

    /// `δ = …` in its shortest form; only the name where no operator says what it is. The error that is known is what it stands for.
    fn closed_form(&self, adjoint: TensorId) -> Math {
        if adjoint == self.derivation.gradients.upstream {
            return self.introduced(adjoint, self.left_of(adjoint));
        }
        match self.shortest_form(adjoint) {
            Some(form) => self.stated(&form),
            None => self.math(&self.left_of(adjoint)),
        }
    }

    fn table_width(&self, table: &Table) -> u32 {
        let all = || std::iter::once(&table.head).chain(&table.rows);
        let column = |c: usize| all().map(|row| self.inlines_width(&row[c])).max().unwrap_or(0);
        (0..table.head.len()).map(|c| column(c) + self.request.measure.gap()).sum()
    }

    fn inlines_width(&self, cell: &Inlines) -> u32 {
        let measure = self.request.measure;
        let width = |inline: &Inline| match inline {
            Inline::Text(text) => measure.text(text),
            Inline::Math(math) => measure.width(self.glossary, math),
        };
        cell.iter().map(width).sum()
    }
}

/// Every layer in a line above its formulas.
fn in_one_column(table: Table) -> Table {
    let merged = |mut cells: Vec<Inlines>| {
        let second = cells.pop().unwrap_or_default();
        let mut first = cells.pop().unwrap_or_default();
        first.push(Inline::Text(" / ".to_string()));
        first.extend(second);
        vec![first]
    };
    let filled = |cell: &Inlines| !cell.is_empty();
    let rows = table.rows.into_iter().flatten().filter(filled).map(|cell| vec![cell]).collect();
    Table { head: merged(table.head), rows }
}
