//! The table before a net is told: of every layer what it computes, its error and the gradients of its parameters, from the last layer
//! to the first.

use std::io;

use super::narrator::Narrator;
use crate::document::layout::equation;
use crate::document::math::{Math, Op};
use crate::document::measure::Measure;
use crate::document::say::Sentence;
use crate::document::{Block, Inline, Inlines, Table};
use crate::expr::{Role, TensorId};
use crate::formula::{Equation, Level, Name};
use crate::index::Stage;
use crate::operator::TensorOp;

/// What the table says of one layer: what is computed, its errors, and the gradients of its weights and its biases.
struct Line {
    layer: Inlines,
    columns: [Vec<InTable>; 4],
}

/// A formula of the table, evaluated once however it is set.
struct InTable {
    whole: Math,
    /// Left and right side, where it may be broken.
    sides: Option<(Math, Math)>,
}

impl Narrator<'_> {
    pub(super) fn summary(&mut self) -> io::Result<()> {
        if self.derivation.gradients.list.is_empty() {
            return Ok(());
        }
        self.heading(Sentence::ResultHeading);
        self.net_takes()?;
        let mut said: Vec<Sentence> = self.letters_read().into_iter().collect();
        if !std::mem::replace(&mut self.is_error_known, true) {
            said.extend(self.loss_and_errors(self.layers().iter().filter(|stages| !self.is_loss(stages)).count()));
            said.extend(self.short_for());
        }
        let said = self.request.lang.together(said.into_iter().map(|sentence| self.say(sentence)).collect());
        if !said.is_empty() {
            self.paragraph(said)?;
        }
        let table = self.fitting(self.lines());
        self.block(Block::Table(table))?;
        self.explain_all()?;
        if self.derivation.assuming.is_empty() { Ok(()) } else { self.assume(|_| true) }
    }

    /// What the letters of parameters and targets stand for, each letter once.
    fn letters_read(&self) -> Option<Sentence> {
        let mut letters: Vec<(Name, Role)> = Vec::new();
        for (id, tensor) in self.derivation.system.arena.tensors() {
            let name = Name { level: Level::None, ..self.glossary.whole_name(id, Level::None) };
            let parameter = matches!(tensor.role, Role::Weight | Role::Bias | Role::Target);
            let read = parameter || id.0 > 0 && matches!(tensor.role, Role::Input | Role::Data);
            if read && !letters.iter().any(|(known, _)| known.looks() == name.looks()) {
                letters.push((name, tensor.role));
            }
        }
        let letter = |(name, role): (Name, Role)| {
            let letter = Math::Name(Box::new(name));
            self.say(Sentence::LetterIs { letter, role: self.request.lang.role(role) })
        };
        let list: Vec<Inlines> = letters.into_iter().map(letter).collect();
        (!list.is_empty()).then_some(Sentence::Letters { list })
    }

    /// The table in as many columns as there is room for.
    fn fitting(&self, lines: Vec<Line>) -> Table {
        let line = self.request.measure.line();
        let table = self.beside(&lines);
        if self.table_width(&table) <= line {
            return table;
        }
        let gap = self.request.measure.gap();
        let first = lines.iter().map(|l| self.inlines_width(&l.layer)).max().unwrap_or(0) + 2 * gap;
        let table = self.stacked(&lines, first);
        // text is broken further where it is written
        if self.table_width(&table) <= line || !matches!(self.request.measure, Measure::Typeset { .. }) {
            return table;
        }
        in_one_column(self.stacked(&lines, gap))
    }

    fn lines(&self) -> Vec<Line> {
        let derivation = self.derivation;
        let (loss, layers): (Vec<&[Stage]>, Vec<&[Stage]>) =
            self.layers().into_iter().rev().partition(|stages| self.is_loss(stages));
        let mains: Vec<Option<TensorId>> = layers.iter().map(|stages| self.main_error(stages)).collect();
        let mut listed: Vec<TensorId> = mains.iter().flatten().copied().collect();
        let of_loss = loss.into_iter().map(|stages| {
            let texts = stages.iter().map(|s| s.text.clone()).collect();
            let layer = self.say(Sentence::LossStages { stages: texts });
            Line { layer, columns: [self.computed(stages), Vec::new(), Vec::new(), Vec::new()] }
        });
        let mut lines: Vec<Line> = of_loss.collect();
        for (stages, main) in layers.into_iter().zip(mains) {
            let mut errors = Vec::new();
            if let Some(main) = main {
                self.sources(main, &mut listed, &mut errors);
                errors.push(main);
            }
            let own = |role: Role| {
                let own = self.parameters_of(stages).filter(|g| derivation.system.arena.tensor(g.of).role == role);
                own.map(|g| self.closed_form(g.adjoint)).collect()
            };
            let errors = errors.into_iter().map(|t| self.closed_form(t)).collect();
            let texts = stages.iter().map(|s| s.text.clone()).collect();
            let layer = self.say(Sentence::StagesOf { number: stages[0].number as usize, stages: texts });
            let columns = [self.computed(stages), errors, own(Role::Weight), own(Role::Bias)];
            lines.push(Line { layer, columns });
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

    /// A column each for what is computed, errors, weights and biases, as far as there are any.
    fn beside(&self, lines: &[Line]) -> Table {
        let titles = [Sentence::ColumnForward, Sentence::ColumnError, Sentence::ColumnWeight, Sentence::ColumnBias];
        let filled = |c: &usize| lines.iter().any(|line| !line.columns[*c].is_empty());
        let shown: Vec<usize> = (0..titles.len()).filter(filled).collect();
        let titles = titles.into_iter().enumerate().filter(|(c, _)| shown.contains(c)).map(|(_, title)| title);
        let head = std::iter::once(Sentence::ColumnLayer).chain(titles).map(|title| self.say(title)).collect();
        let mut rows = Vec::new();
        for line in lines {
            let height = line.columns.iter().map(Vec::len).max().unwrap_or(0).max(1);
            for place in 0..height {
                let cell = |&c: &usize| {
                    let entry = line.columns[c].get(place);
                    entry.map_or_else(Vec::new, |entry| vec![Inline::Math(entry.whole.clone())])
                };
                let layer = if place == 0 { line.layer.clone() } else { Vec::new() };
                rows.push(std::iter::once(layer).chain(shown.iter().map(cell)).collect());
            }
        }
        Table { name: "summary".to_string(), head, rows, ..Table::default() }
    }

    /// Every formula in a line of its own, in several where it is too long for one.
    fn stacked(&self, lines: &[Line], first: u32) -> Table {
        let head = vec![self.say(Sentence::ColumnLayer), self.say(Sentence::ColumnFormulas)];
        let mut rows = Vec::new();
        for line in lines {
            let mut layer = Some(line.layer.clone());
            for part in line.columns.iter().flatten().flat_map(|entry| self.in_lines(entry, first)) {
                rows.push(vec![layer.take().unwrap_or_default(), vec![Inline::Math(part)]]);
            }
        }
        Table { name: "summary".to_string(), head, rows, ..Table::default() }
    }

    /// A formula in one line, or in several where it is too long.
    fn in_lines(&self, entry: &InTable, first: u32) -> Vec<Math> {
        let measure = self.request.measure;
        let fits = first + measure.width(self.glossary, &entry.whole) <= measure.line();
        let Some((left, right)) = entry.sides.clone().filter(|_| !fits) else { return vec![entry.whole.clone()] };
        let row = |r: crate::document::Row| match r.left {
            Some(left) if r.equals => Math::binary(left, Op::Equals, r.right),
            None if r.equals => Math::Row(vec![Math::Op(Op::Equals), r.right]),
            Some(_) | None => r.right,
        };
        equation(self.glossary, measure.narrower(first), left, vec![right]).into_iter().map(row).collect()
    }

    fn in_table(&self, form: &Equation) -> InTable {
        InTable { whole: self.stated(form), sides: Some((self.math(&form.left), self.math(&form.chain[0]))) }
    }

    fn computed(&self, stages: &[Stage]) -> Vec<InTable> {
        self.in_short(stages).iter().map(|form| self.in_table(form)).collect()
    }

    /// `δ = …` in its shortest form; only the name where no operator says what it is. The error that is known is what it stands for.
    fn closed_form(&self, adjoint: TensorId) -> InTable {
        if adjoint == self.derivation.gradients.upstream {
            return InTable { whole: self.introduced(adjoint, self.left_of(adjoint)), sides: None };
        }
        match self.shortest_form(adjoint) {
            Some(form) => self.in_table(&form),
            None => InTable { whole: self.math(&self.left_of(adjoint)), sides: None },
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
            Inline::Reference(_) => measure.text("(1)"),
        };
        cell.iter().map(width).sum()
    }
}

/// Every layer in a line above its formulas.
fn in_one_column(mut table: Table) -> Table {
    let merged = |mut cells: Vec<Inlines>| {
        let second = cells.pop().unwrap_or_default();
        let mut first = cells.pop().unwrap_or_default();
        first.push(Inline::Text(" / ".to_string()));
        first.extend(second);
        vec![first]
    };
    let filled = |cell: &Inlines| !cell.is_empty();
    let rows = std::mem::take(&mut table.rows).into_iter().flatten().filter(filled).map(|cell| vec![cell]).collect();
    Table { head: merged(std::mem::take(&mut table.head)), rows, ..table }
}
