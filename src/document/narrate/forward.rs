//! What is computed: by a layer, with its definitions in index form, as matrices and written out; by a net, layer after layer.

use std::io;
use std::ops::Range;

use super::functions::{FRACTIONAL_POWERS, function, raises_roots};
use super::narrator::Narrator;
use super::request::Depth;
use crate::document::say::Sentence;
use crate::document::{Inlines, Math};
use crate::expr::{Definition, Role, Tensor, TensorId, degree_of_root, root_name};
use crate::formula::{Equation, Formula, definition};
use crate::index::Assumption;
use crate::operator::{Operand, TensorOp};

impl Narrator<'_> {
    pub(super) fn forward(&mut self) -> io::Result<()> {
        if self.net {
            return self.net_forward();
        }
        let derivation = self.derivation;
        self.heading(Sentence::ForwardHeading);
        self.defined()?;
        self.pictures()?;
        if self.request.depth == Depth::Brief && self.request.entries.is_none() {
            return Ok(());
        }
        for definition in &derivation.system.definitions {
            self.recognised_forward(definition)?;
            self.equations(definition)?;
        }
        Ok(())
    }

    /// What the layer reads and gives, and its definitions in index form; once.
    pub(super) fn defined(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.is_defined, true) {
            return Ok(());
        }
        self.layer_takes()?;
        let derivation = self.derivation;
        for source in &derivation.instance.definitions {
            self.about(TensorId(source.tensor as u32), "definition");
            self.display(definition(self.glossary, source), None)?;
        }
        self.explain(0..derivation.instance.definitions.len())?;
        self.assume(|_| true)
    }

    pub(super) fn layer_takes(&mut self) -> io::Result<()> {
        if self.glossary.rows() {
            self.tell(Sentence::VectorsAreRows)?;
        }
        let arena = &self.derivation.system.arena;
        let declared =
            arena.tensors().filter(|(_, t)| !matches!(t.role, Role::Intermediate | Role::Output | Role::Adjoint));
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
            [sum @ TensorOp::WindowSum { .. }] => self.paragraph(self.sum_of_windows(sum, output)),
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
                let equation = Equation::new(left, right);
                if self.needs_no_matrices(output, &equation) {
                    return Ok(());
                }
                let slides = parts.iter().find_map(|p| if let TensorOp::Correlate(c) = p { Some(c) } else { None });
                if let Some(c) = slides {
                    let sliding = self.sliding(c);
                    self.tell(Sentence::AsMatrices { sliding })?;
                }
                self.about(output, "matrices");
                self.matrices(&equation)
            }
        }
    }

    /// The functions in these definitions.
    fn called(&self, definitions: Range<usize>) -> Vec<String> {
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

    /// What the functions in these definitions are, and where they have no derivative.
    pub(super) fn explain(&mut self, definitions: Range<usize>) -> io::Result<()> {
        let shown = |name: &String| definitions.clone().any(|place| self.shows(place, name));
        let names = self.called(definitions.clone()).into_iter().filter(shown).collect();
        self.explain_functions(names)
    }

    /// What all functions are: those of a table that shows them entry by entry or not.
    pub(super) fn explain_all(&mut self) -> io::Result<()> {
        let names = self.called(0..self.derivation.instance.definitions.len());
        self.explain_functions(names)
    }

    fn explain_functions(&mut self, names: Vec<String>) -> io::Result<()> {
        for name in names {
            // what is said of one root is said of all
            let name = if degree_of_root(&name).is_some() { root_name(2) } else { name };
            let said = |name: &str| self.explained_functions.iter().any(|n| n == name);
            if said(&name) || name == root_name(2) && said(FRACTIONAL_POWERS) {
                continue;
            }
            self.explained_functions.push(name.clone());
            if let Some(sentence) = function(&name) {
                self.tell(sentence)?;
            }
        }
        Ok(())
    }

    /// What is taken as given, as far as it is about what is read here.
    pub(super) fn assume(&mut self, here: impl Fn(usize) -> bool) -> io::Result<()> {
        let derivation = self.derivation;
        for assumption in &derivation.instance.assumptions {
            let mut about = false;
            assumption.sum.body.reads(&mut |tensor| about |= here(tensor));
            if about {
                self.tell(Sentence::Assumed { equation: self.assumption(assumption) })?;
            }
        }
        Ok(())
    }

    /// `Σ_j y_j = 1`.
    pub(super) fn assumption(&self, assumption: &Assumption) -> Math {
        let sum = definition(self.glossary, &assumption.sum).chain.remove(0);
        let equation = Equation::new(sum, Formula::Number(assumption.value.clone()));
        // what is given is not claimed
        self.set_equation(&equation)
    }
}
