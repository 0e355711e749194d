//! What a net computes, layer after layer: what each stage reads, and its equations.

use std::io;

use super::functions::FRACTIONAL_POWERS;
use super::narrator::Narrator;
use crate::derivation::Derivation;
use crate::document::glossary::layers_in_brackets;
use crate::document::math::Math;
use crate::document::say::Sentence;
use crate::document::{Block, Inlines};
use crate::expr::{Definition, ExprId, ExprKind, Role, TensorId, degree_of_root};
use crate::formula::Equation;
use crate::index::Stage;
use crate::operator::TensorOp;

impl<'a> Narrator<'a> {
    pub(super) fn net_forward(&mut self) -> io::Result<()> {
        self.heading(Sentence::NetHeading);
        self.net_takes()?;
        self.pictures()?;
        for stages in self.layers() {
            self.layer_heading(stages)?;
            for stage in stages {
                self.stage(stage)?;
            }
        }
        Ok(())
    }

    /// What the net reads, and how its letters are marked; once.
    pub(super) fn net_takes(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.is_defined, true) {
            return Ok(());
        }
        let size = self.request.lang.size(&self.derivation.instance.tensors[0].shape);
        let input = self.bare(TensorId(0));
        let brackets = layers_in_brackets(self.derivation, &self.request.notation);
        self.tell(match self.layers().iter().filter(|l| !self.is_loss(l)).count() {
            0 => Sentence::NetStraight { input, size },
            layers => Sentence::NetTakes { input, size, layers, brackets },
        })?;
        self.conventions()
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
        let first = self.first_read(std::slice::from_ref(stage));
        let again = read.iter().map(|&t| TensorId(t as u32)).filter(|t| !first.contains(t));
        let again: Vec<Math> = again.map(|t| self.bare(t)).collect();
        let result = TensorId(stage.output as u32);
        let (output, size) = (self.bare(result), lang.size(self.glossary.shape(result)));
        if !with.is_empty() {
            self.tell(Sentence::StageReads { read: with, output, size })?;
        } else if !self.keeps_shape(stage) && !self.glossary.shape(result).is_empty() {
            self.tell(Sentence::StageGives { output, size })?;
        }
        if !again.is_empty() {
            self.tell(Sentence::StageShares { parameters: again })?;
        }
        if stage.inputs.len() > 1 {
            let inputs = stage.inputs.iter().map(|&t| self.bare(TensorId(t as u32))).collect();
            self.tell(Sentence::StageJoins { inputs })?;
        }
        for place in stage.definitions.clone() {
            self.net_definition(place)?;
        }
        self.explain(stage.definitions.clone())?;
        self.assume(|tensor| read.contains(&tensor))
    }

    /// Is a function seen in what is told of a definition? A parameter may have made it vanish from the equation for whole tensors.
    pub(super) fn shows(&self, place: usize, name: &str) -> bool {
        let definition = &self.derivation.system.definitions[place];
        !self.net || !self.only_whole(definition) || definition.values.iter().any(|&v| self.mentions(v, name))
    }

    fn mentions(&self, id: ExprId, name: &str) -> bool {
        let arena = &self.derivation.system.arena;
        let kind = arena.kind(id);
        let called = |id: ExprId| if let ExprKind::Call(f, _) = arena.kind(id) { arena.function_name(f) } else { "" };
        let root = |base: ExprId| degree_of_root(called(base)).is_some();
        let power = matches!(kind, ExprKind::Power(base, n) if n.abs() > 1 && root(base));
        called(id) == name
            || power && name == FRACTIONAL_POWERS
            || kind.children().iter().any(|&x| self.mentions(x, name))
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
        if elementwise || single || rearranged && self.request.entries.is_none() {
            return Ok(());
        }
        self.equations(definition)
    }

    /// What a layer computes, each of its tensors in one equation: for whole tensors where it is one that a reader knows by sight.
    pub(super) fn in_short(&self, stages: &[Stage]) -> Vec<Equation> {
        let derivation = self.derivation;
        let short = |place: usize| {
            let definition = &derivation.system.definitions[place];
            let single = self.glossary.is_single(definition.tensor);
            let whole = self.whole_definition(definition).filter(|_| !single);
            whole.unwrap_or_else(|| crate::formula::definition(self.glossary, &derivation.instance.definitions[place]))
        };
        stages.iter().flat_map(|s| s.definitions.clone()).map(short).collect()
    }

    /// The operator on whole tensors behind a definition, if there is one that a reader knows by sight.
    fn whole_definition(&self, definition: &Definition) -> Option<Equation> {
        let recognition = self.derivation.recognition(definition.tensor)?;
        let windows = |p: &TensorOp| {
            matches!(p, TensorOp::WindowSum { .. } | TensorOp::WindowMax { .. } | TensorOp::Upsample { .. })
        };
        // the index form says what letters would
        let operators = self.bare_operators();
        if recognition.parts.iter().any(windows) || operators.is_lettered(&recognition.parts, definition.tensor) {
            return None;
        }
        operators.equation(&recognition.parts, definition.tensor)
    }
}

/// Is it a product or a function, entry by entry?
fn is_elementwise(parts: Option<&[TensorOp]>) -> bool {
    let own = |p: &TensorOp| matches!(p, TensorOp::Identity { .. } | TensorOp::Hadamard { .. });
    parts.is_some_and(|parts| parts.iter().all(own))
}
