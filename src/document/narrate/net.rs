//! A net: its layers and what they compute. The errors and the gradients of the parameters are told in files of their own.

use std::io;

use super::functions::FRACTIONAL_POWERS;
use super::{Detail, Narrator, Part};
use crate::derivation::Derivation;
use crate::differentiate::Gradient;
use crate::document::layout::equation as equation_rows;
use crate::document::math::Math;
use crate::document::say::Sentence;
use crate::document::{Block, Inline, Inlines, Row};
use crate::expr::{Definition, ExprId, ExprKind, Role, TensorId, degree_of_root};
use crate::formula::{Equation, Formula, Level, Operators, definition};
use crate::index::Stage;
use crate::operator::{Operand, TensorOp};

/// Entries of a tensor of a net that are written out: all of so many, else the first ones and the last.
const ENTRIES_IN_NET: usize = 4;

impl<'a> Narrator<'a> {
    pub(super) fn net(&mut self) -> io::Result<()> {
        self.header()?;
        self.net_title()?;
        if self.wants(Part::Forward) {
            self.net_forward()?;
        } else {
            self.network()?;
            self.windows_forward()?;
        }
        if self.wants(Part::Intermediate) || self.request.parts.contains(&Part::Input) {
            self.errors()?;
        }
        self.windows_of_gradients(&[Part::Intermediate, Part::Input])?;
        if self.wants(Part::Weight) || self.wants(Part::Bias) {
            self.parameters()?;
        }
        self.windows_of_gradients(&[Part::Weight, Part::Bias])?;
        if self.wants(Part::Summary) {
            self.summary()?;
        }
        match self.request.values {
            Some(values) if self.wants(Part::Values) => self.worked(values),
            Some(_) | None => Ok(()),
        }
    }

    fn net_title(&mut self) -> io::Result<()> {
        let title = self.title_of_net();
        self.block(Block::Title(title))
    }

    pub(super) fn title_of_net(&self) -> Inlines {
        let instance = &self.derivation.instance;
        let title = match &instance.title {
            Some(title) => vec![Inline::Text(title.clone())],
            None => self.say(Sentence::Network),
        };
        let stages = instance.stages.iter().map(|s| s.text.clone()).collect();
        self.say(Sentence::NetTitle { title, stages, size: self.request.lang.size(&instance.tensors[0].shape) })
    }

    /// The stages of each layer; a loss stands alone.
    pub(super) fn layers(&self) -> Vec<&'a [Stage]> {
        let derivation: &'a Derivation = self.derivation;
        let instance = &derivation.instance;
        let loss = |s: &Stage| instance.loss && s.output == instance.output();
        instance.stages.chunk_by(|x, y| x.number == y.number && !loss(y)).collect()
    }

    pub(super) fn is_loss(&self, stages: &[Stage]) -> bool {
        let instance = &self.derivation.instance;
        instance.loss && stages.iter().any(|s| s.output == instance.output())
    }

    pub(super) fn layer_heading(&mut self, stages: &[Stage]) -> io::Result<()> {
        let (lang, loss) = (self.request.lang, self.is_loss(stages));
        let title = |(place, stage): (usize, &Stage)| lang.title(&stage.title, loss || place > 0);
        let titles: Vec<String> = stages.iter().enumerate().map(title).collect();
        self.block(Block::Subheading(self.say(match loss {
            true => Sentence::LossHeading { title: titles.into_iter().take(1).collect() },
            false => Sentence::LayerHeading { number: stages[0].number as usize, titles },
        })))
    }

    fn net_forward(&mut self) -> io::Result<()> {
        let derivation = self.derivation;
        self.heading(Sentence::NetHeading)?;
        let size = self.request.lang.size(&derivation.instance.tensors[0].shape);
        let input = self.bare(TensorId(0));
        self.tell(match self.layers().iter().filter(|l| !self.is_loss(l)).count() {
            0 => Sentence::NetStraight { input, size },
            layers => Sentence::NetTakes { input, size, layers },
        })?;
        self.conventions()?;
        self.network()?;
        self.windows_forward()?;
        for stages in self.layers() {
            self.layer_heading(stages)?;
            for stage in stages {
                self.stage(stage)?;
            }
        }
        Ok(())
    }

    fn stage(&mut self, stage: &Stage) -> io::Result<()> {
        let derivation = self.derivation;
        let own = &derivation.instance.definitions[stage.definitions.clone()];
        // what this stage is the first to read: its parameters, its target
        let mut read = Vec::new();
        for definition in own {
            definition.body.reads(&mut |t| {
                let role = derivation.system.arena.tensor(TensorId(t as u32)).role;
                if matches!(role, Role::Weight | Role::Bias | Role::Target) && !read.contains(&t) {
                    read.push(t);
                }
            });
        }
        read.sort_unstable();
        let lang = self.request.lang;
        let with = |&t: &usize| {
            let tensor = derivation.system.arena.tensor(TensorId(t as u32));
            let (role, size) = (lang.role(tensor.role), lang.size(&tensor.shape));
            self.say(Sentence::StageRead { role, tensor: self.bare(TensorId(t as u32)), size })
        };
        let with: Vec<Inlines> = read.iter().map(with).collect();
        let result = TensorId(stage.output as u32);
        let (output, size) = (self.bare(result), lang.size(self.glossary.shape(result)));
        if !with.is_empty() {
            self.tell(Sentence::StageReads { read: with, output, size })?;
        } else if !self.keeps_shape(stage) && !self.glossary.shape(result).is_empty() {
            self.tell(Sentence::StageGives { output, size })?;
        }
        if stage.inputs.len() > 1 {
            let inputs = stage.inputs.iter().map(|&t| self.bare(TensorId(t as u32))).collect();
            self.tell(Sentence::StageJoins { inputs })?;
        }
        for place in stage.definitions.clone() {
            self.net_definition(place)?;
        }
        let mut called = self.called(stage.definitions.clone());
        called.retain(|name| stage.definitions.clone().any(|place| self.shows(place, name)));
        self.explain(called)?;
        let assumed = derivation.instance.assumptions.iter().filter(|a| {
            let mut here = false;
            a.sum.body.reads(&mut |t| here |= read.contains(&t));
            here
        });
        for assumption in assumed {
            self.tell(Sentence::Assumed { equation: self.assumption(assumption) })?;
        }
        Ok(())
    }

    /// Is a function seen in what is told of a definition? A parameter may have made it vanish from the equation for whole tensors.
    fn shows(&self, place: usize, name: &str) -> bool {
        let definition = &self.derivation.system.definitions[place];
        !self.only_whole(definition) || definition.values.iter().any(|&v| self.mentions(v, name))
    }

    fn mentions(&self, id: ExprId, name: &str) -> bool {
        let arena = &self.derivation.system.arena;
        match arena.kind(id) {
            ExprKind::Number(_) | ExprKind::Symbol(_) => false,
            ExprKind::Sum(of) | ExprKind::Product(_, of) | ExprKind::Max(of) | ExprKind::Chosen { of, .. } => {
                of.iter().any(|&x| self.mentions(x, name))
            }
            ExprKind::Power(base, n) => {
                let root = matches!(arena.kind(base), ExprKind::Call(f, _) if degree_of_root(arena.function_name(f)).is_some());
                name == FRACTIONAL_POWERS && root && n.abs() > 1 || self.mentions(base, name)
            }
            ExprKind::Call(f, x) => arena.function_name(f) == name || self.mentions(x, name),
        }
    }

    /// Is a definition told for whole tensors alone, entry by entry as they stand?
    fn only_whole(&self, definition: &Definition) -> bool {
        let parts = self.derivation.recognition(definition.tensor).map(|r| r.parts.as_slice());
        !self.glossary.is_single(definition.tensor)
            && self.whole_definition(definition).is_some()
            && is_elementwise(parts)
    }

    /// Has the result the shape of what the stage reads?
    fn keeps_shape(&self, stage: &Stage) -> bool {
        let shape = |t: usize| self.glossary.shape(TensorId(t as u32));
        stage.inputs.iter().all(|&t| shape(t) == shape(stage.output))
    }

    /// `Σ_j y_j = 1`.
    pub(super) fn assumption(&self, assumption: &crate::index::Assumption) -> Math {
        let sum = definition(self.glossary, &assumption.sum).chain.remove(0);
        let equation = Equation::new(sum, Formula::Number(assumption.value.clone()));
        // what is given is not claimed
        self.set_equation(&equation)
    }

    /// A definition in index form, as an operator on whole tensors, and entry by entry where that says more.
    fn net_definition(&mut self, place: usize) -> io::Result<()> {
        let derivation = self.derivation;
        let definition = &derivation.system.definitions[place];
        let source = &derivation.instance.definitions[place];
        let rearranged = matches!(source.body, crate::index::Body::Flat(..));
        let single = self.glossary.is_single(definition.tensor) && !rearranged;
        let whole = self.whole_definition(definition);
        let elementwise =
            whole.is_some() && is_elementwise(derivation.recognition(definition.tensor).map(|r| r.parts.as_slice()));
        let mut stated = Vec::new();
        if single || !(elementwise || rearranged && whole.is_some()) {
            stated.push(crate::formula::definition(self.glossary, source));
        }
        if let Some(whole) = whole
            && !single
        {
            stated.push(whole);
        }
        self.about(definition.tensor, "definition");
        let rows = stated.into_iter().flat_map(|equation| self.rows_of(equation)).collect();
        self.rows(rows)?;
        self.arrangement(definition, true)?;
        if elementwise || single || rearranged && self.request.detail.is_none() {
            return Ok(());
        }
        self.net_entries_of(definition)
    }

    fn net_entries_of(&mut self, definition: &Definition) -> io::Result<()> {
        let count = definition.values.len();
        let detail = self.net_detail(count);
        if detail == Detail::None {
            return Ok(());
        }
        let symbols = definition
            .values
            .iter()
            .all(|&v| matches!(self.derivation.system.arena.kind(v), ExprKind::Symbol(_) | ExprKind::Max(_)));
        if symbols && self.request.detail.is_none() {
            return Ok(()); // a rearrangement says nothing entry by entry
        }
        let shown = self.net_shown(detail, count);
        self.written_out(&definition.values, shown.as_deref())?;
        self.about(definition.tensor, "equations");
        self.entries(count, shown, |this, offset| this.defining(definition, offset))
    }

    /// Which entries of a tensor of a net are shown, if not all: the first two and the last.
    pub(super) fn net_shown(&self, detail: Detail, count: usize) -> Option<Vec<usize>> {
        (detail == Detail::Few && count > ENTRIES_IN_NET).then(|| vec![0, 1, count - 1])
    }

    /// `left = first = second`, in one row where there is room, else a row for each.
    pub(super) fn chained(&self, equation: Equation) -> Vec<Row> {
        let measure = self.request.measure;
        let whole = self.stated(&equation);
        let left = self.math(&equation.left);
        let row = Math::Row(whole.into_parts().split_off(left.clone().into_parts().len() + 1));
        if measure.width(self.glossary, &row) + measure.line() / 4 > measure.line() {
            return self.in_rows(equation);
        }
        equation_rows(self.glossary, measure, left, vec![row])
    }

    /// How much of a tensor of a net is written out.
    pub(super) fn net_detail(&self, count: usize) -> Detail {
        self.request.detail.unwrap_or(if count <= ENTRIES_IN_NET { Detail::All } else { Detail::Few })
    }

    /// The same of a gradient: where no formula for whole tensors says what it is, its entries do.
    pub(super) fn gradient_detail(&self, gradient: &Gradient) -> Detail {
        let derivation = self.derivation;
        let indexed = || derivation.index_form.definitions.iter().any(|d| d.tensor == gradient.adjoint.0 as usize);
        let whole =
            derivation.recognition(gradient.adjoint).is_some() || !self.glossary.is_single(gradient.of) && indexed();
        let detail = self.net_detail(gradient.entries.len());
        if detail == Detail::None && !whole { Detail::Few } else { detail }
    }

    /// Does the chain rule for a single number come to what the operators give? Then that was said.
    pub(super) fn says_all(&self, gradient: &Gradient, chain: &[Formula]) -> bool {
        let whole = self.shortest_form(gradient.adjoint);
        self.glossary.is_single(gradient.of) && whole.is_none_or(|whole| chain.contains(&whole.chain[0]))
    }

    /// Where a gradient is a number made of numbers: its one entry says it without the signs for whole tensors.
    pub(super) fn in_numbers(&self, adjoint: TensorId) -> Option<ExprId> {
        let gradient = self.derivation.gradients.list.iter().find(|g| g.adjoint == adjoint)?;
        let entry = *gradient.shortest().first()?;
        let own = self.glossary.is_single(gradient.of) && self.through(gradient).is_none();
        (own && self.of_numbers(entry)).then_some(entry)
    }

    fn of_numbers(&self, id: ExprId) -> bool {
        match self.derivation.system.arena.kind(id) {
            ExprKind::Number(_) => true,
            ExprKind::Symbol(s) => self.glossary.is_single(s.tensor),
            ExprKind::Sum(of) | ExprKind::Product(_, of) | ExprKind::Max(of) | ExprKind::Chosen { of, .. } => {
                of.iter().all(|&x| self.of_numbers(x))
            }
            ExprKind::Power(x, _) | ExprKind::Call(_, x) => self.of_numbers(x),
        }
    }

    /// The operator on whole tensors behind a definition, if there is one that a reader knows by sight.
    fn whole_definition(&self, definition: &Definition) -> Option<Equation> {
        let recognition = self.derivation.recognition(definition.tensor)?;
        let windows = |p: &TensorOp| {
            matches!(p, TensorOp::WindowSum { .. } | TensorOp::WindowMax { .. } | TensorOp::Upsample { .. })
        };
        // the index form says what letters would
        let operators = self.net_operators();
        if recognition.parts.iter().any(windows) || operators.is_lettered(&recognition.parts, definition.tensor) {
            return None;
        }
        operators.equation(&recognition.parts, definition.tensor)
    }

    /// What spells operators of a net: links of the chain are shown as what gives them.
    pub(super) fn net_operators(&self) -> Operators<'_> {
        Operators {
            arena: &self.derivation.system.arena,
            instance: &self.derivation.instance,
            glossary: self.glossary,
            level: &|_| Level::None,
            inside: None,
        }
    }

    /// Calls `with` with the same, links of the chain shown as the operators that give them.
    pub(super) fn through_links<T>(&self, with: impl FnOnce(&Operators<'_>) -> T) -> T {
        let derivation = self.derivation;
        let inside = |t: TensorId| derivation.inside(t);
        with(&Operators { inside: Some(&inside), ..self.net_operators() })
    }

    /// Rows of equations as displays, nothing if there are none.
    pub(super) fn net_rows(&mut self, rows: Vec<Row>) -> io::Result<()> {
        if rows.is_empty() { Ok(()) } else { self.rows(rows) }
    }
}

/// Is it a product or a function, entry by entry?
fn is_elementwise(parts: Option<&[TensorOp]>) -> bool {
    let own = |p: &TensorOp| match p {
        TensorOp::Identity { of, .. } => matches!(of, Operand::Each(..) | Operand::Plain(_)),
        TensorOp::Hadamard { .. } => true,
        TensorOp::Correlate(_)
        | TensorOp::Sum { .. }
        | TensorOp::Broadcast { .. }
        | TensorOp::Reshape { .. }
        | TensorOp::Contract(_)
        | TensorOp::Upsample { .. }
        | TensorOp::WindowSum { .. }
        | TensorOp::WindowMax { .. }
        | TensorOp::Route(_) => false,
    };
    parts.is_some_and(|parts| parts.iter().all(own))
}
