//! The layer itself: what it takes, its definition in index form, as matrices, and written out.

use std::io;

use super::functions::{FRACTIONAL_POWERS, function, raises_roots};
use super::{Detail, MATRIX, Narrator, Part};
use crate::document::Block;
use crate::document::layout::stacked;
use crate::document::math::{Dots, Math};
use crate::document::resolve::alone;
use crate::document::say::Sentence;
use crate::document::{Display, Inlines, Row};
use crate::expr::{Definition, ExprId, Role, Tensor, TensorId, degree_of_root, root_name};
use crate::formula::{Cell, Equation, Formula, Level, definition};
use crate::operator::{Operand, TensorOp};

impl Narrator<'_> {
    pub(super) fn forward(&mut self) -> io::Result<()> {
        let derivation = self.derivation;
        self.heading(Sentence::ForwardHeading)?;
        self.layer_takes()?;
        for source in &derivation.instance.definitions {
            self.about(TensorId(source.tensor as u32), "definition");
            self.display(definition(self.glossary, source), None)?;
        }
        self.explain(self.called(0..derivation.instance.definitions.len()))?;
        for assumption in &derivation.instance.assumptions {
            self.tell(Sentence::Assumed { equation: self.assumption(assumption) })?;
        }
        self.network()?;
        for definition in &derivation.system.definitions {
            self.recognised_forward(definition)?;
            self.equations(definition)?;
            self.window_of(Part::Forward, definition.tensor)?;
        }
        Ok(())
    }

    /// The functions in these definitions.
    pub(super) fn called(&self, definitions: std::ops::Range<usize>) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for definition in &self.derivation.instance.definitions[definitions] {
            definition.body.calls(&mut |name| {
                if !names.iter().any(|n| n == name) {
                    names.push(name.to_string());
                }
            });
            if raises_roots(&definition.body) && !names.iter().any(|n| n == FRACTIONAL_POWERS) {
                names.insert(0, FRACTIONAL_POWERS.to_string());
            }
        }
        names
    }

    /// What functions are, and where they have no derivative.
    pub(super) fn explain(&mut self, names: Vec<String>) -> io::Result<()> {
        for name in names {
            // what is said of one root is said of all
            let name = if degree_of_root(&name).is_some() { root_name(2) } else { name };
            let said = |name: &str| self.explained.iter().any(|n| n == name);
            if said(&name) || name == root_name(2) && said(FRACTIONAL_POWERS) {
                continue;
            }
            self.explained.push(name.clone());
            if let Some(sentence) = function(&name) {
                self.tell(sentence)?;
            }
        }
        Ok(())
    }

    fn layer_takes(&mut self) -> io::Result<()> {
        if self.glossary.rows() {
            self.tell(Sentence::VectorsAreRows)?;
        }
        let arena = &self.derivation.system.arena;
        let declared = arena.tensors().filter(|(_, t)| matches!(t.role, Role::Input | Role::Weight | Role::Bias));
        let lang = self.request.lang;
        let reads = |(id, t): (TensorId, &Tensor)| {
            self.say(Sentence::Reads { role: lang.role(t.role), tensor: self.bare(id), size: lang.size(&t.shape) })
        };
        let read = declared.map(reads).collect();
        let output = self.derivation.system.output();
        let size = lang.size(&arena.tensor(output).shape);
        let way = match self.derivation.system.definitions.len() - 1 {
            0 => Inlines::new(),
            count => self.say(Sentence::OnTheWay { count }),
        };
        self.tell(Sentence::LayerTakes { read, output: self.bare(output), size, way })
    }

    /// The definition as a whole, if an operator was found: matrices where that fits, else a sentence.
    fn recognised_forward(&mut self, definition: &Definition) -> io::Result<()> {
        let derivation = self.derivation;
        let recognition = derivation.recognition(definition.tensor);
        if self.arrangement(definition, recognition.is_some())? {
            return Ok(());
        }
        let Some(recognition) = recognition else { return Ok(()) };
        let output = definition.tensor;
        match recognition.parts.as_slice() {
            [sum @ TensorOp::WindowSum { .. }] => self.window_sum(sum, output),
            [TensorOp::WindowMax { of, window }] => {
                let windows = self.windows(self.moving(window, [of.tensor(), output]), true);
                let (output, input) = (self.bare(output), self.bare(of.tensor()));
                self.tell(Sentence::WindowsSearched { output, input, windows })
            }
            // the equations themselves say as much
            [TensorOp::Identity { of: Operand::Each(..), .. }] => Ok(()),
            parts => {
                let symbol = |t: TensorId, offset: usize| self.glossary.element(t, offset as u32);
                let Some((left, right)) = self.matrix_equation(parts, output, &symbol) else {
                    return self.forward_by_channel(parts, output);
                };
                let slides = parts.iter().find_map(|p| if let TensorOp::Correlate(c) = p { Some(c) } else { None });
                if let Some(c) = slides {
                    let sliding = self.sliding(c);
                    self.tell(Sentence::AsMatrices { sliding })?;
                }
                self.about(output, "matrices");
                self.matrices(&Equation::new(left, right))
            }
        }
    }

    /// Both sides of `operators = target`, as matrices elided to what fits into a line.
    pub(super) fn matrix_equation(
        &self,
        parts: &[TensorOp],
        target: TensorId,
        cell: &Cell<'_>,
    ) -> Option<(Formula, Formula)> {
        let level = |_: TensorId| Level::None;
        let operators = self.operators(&level);
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

    /// `left = right` in one line if it fits, else in two.
    pub(super) fn matrices(&mut self, equation: &Equation) -> io::Result<()> {
        let measure = self.request.measure;
        let whole = self.stated(equation);
        let left = self.math(&equation.left);
        let fits = measure.width(self.glossary, &whole) <= measure.line();
        let rows = if fits {
            let right = alone(whole.into_parts().split_off(left.clone().into_parts().len() + 1));
            vec![Row { left: Some(left), equals: true, right }]
        } else {
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

    fn equations(&mut self, definition: &Definition) -> io::Result<()> {
        let count = definition.values.len();
        let mut detail = self.detail(count);
        if detail == Detail::Few && few(count).len() == count {
            detail = Detail::All;
        }
        if detail == Detail::None {
            return Ok(());
        }
        let shown = (detail == Detail::Few).then(|| few(count));
        self.written_out(&definition.values, shown.as_deref())?;
        self.about(definition.tensor, "equations");
        self.entries(count, shown, |this, offset| this.defining(definition, offset))
    }

    /// The equation of one entry.
    pub(super) fn defining(&self, definition: &Definition, offset: usize) -> Vec<Row> {
        let left = self.element(definition.tensor, offset);
        self.rows_of(Equation::new(left, self.expression(definition.values[offset])))
    }

    /// Before the equations of all entries or of those that are shown, with a word on those that are not written out in full.
    pub(super) fn written_out(&mut self, values: &[ExprId], shown: Option<&[usize]>) -> io::Result<()> {
        let counts = self.counts(values.iter());
        let text = self.say(match shown {
            None if values.len() == 1 => Sentence::WrittenOut,
            None => Sentence::WrittenOutAll { count: values.len() },
            Some(list) => Sentence::WrittenOutFew { shown: list.len(), count: values.len() },
        });
        self.paragraph(self.request.lang.together(vec![counts, text]))
    }

    /// The rows of all entries, or for the shown ones with dots for those left out.
    pub(super) fn entries(
        &mut self,
        count: usize,
        shown: Option<Vec<usize>>,
        of: impl Fn(&Self, usize) -> Vec<Row>,
    ) -> io::Result<()> {
        let mut rows = Vec::new();
        let mut previous: Option<usize> = None;
        let offsets: Box<dyn Iterator<Item = usize>> = match shown {
            Some(list) => Box::new(list.into_iter()),
            None => Box::new(0..count),
        };
        for offset in offsets {
            if previous.is_some_and(|p| p + 1 != offset) {
                rows.push(Row { left: Some(Math::Dots(Dots::Down)), equals: false, right: Math::Row(Vec::new()) });
            }
            previous = Some(offset);
            rows.extend(of(self, offset));
            // hand on what is complete, so that a long list is never in memory as a whole
            if rows.len() >= super::super::layout::ROWS_IN_DISPLAY {
                self.rows(std::mem::take(&mut rows))?;
            }
        }
        if rows.is_empty() { Ok(()) } else { self.rows(rows) }
    }

    /// Which entries are shown of many.
    pub(super) fn shown(&self, detail: Detail, count: usize) -> Option<Vec<usize>> {
        (detail == Detail::Few).then(|| few(count)).filter(|list| list.len() < count)
    }

    /// Values of expressions, for an equation that is shown with its matrix.
    pub(super) fn matrix_of(&self, tensor: TensorId, entries: &[ExprId]) -> Option<Formula> {
        let level = |_: TensorId| Level::None;
        let operators = self.operators(&level);
        let cell = |_: TensorId, offset: usize| self.expression(entries[offset]);
        let measure = self.request.measure;
        let most = self.fitted(|most| operators.matrix_of(tensor, most, &cell))?;
        let equals = measure.pick(150, 3);
        let room = measure.line().saturating_sub(measure.width(self.glossary, &self.bare(tensor)) + equals);
        (self.width(&most) <= room && self.glossary.shape(tensor).iter().all(|&n| n <= MATRIX.1)).then_some(most)
    }
}

/// The first four and the last.
fn few(count: usize) -> Vec<usize> {
    if count <= 6 { (0..count).collect() } else { (0..4).chain([count - 1]).collect() }
}
