//! The narrative: a derivation told in sections, each with the equations that a good tutorial would print.
//!
//! What is told follows from the derivation alone: which operators were recognised, how many terms there are, which tensors play
//! which part.

mod arrangement;
mod chain;
mod channels;
mod claims;
mod displayed;
mod entries;
mod errors;
mod forward;
mod functions;
mod gradient;
mod left_out;
mod net;
mod network;
mod parameters;
mod picture;
mod signs;
mod simpler;
mod summary;
mod unread;
mod windows;
mod worked;

use std::cell::RefCell;
use std::io;

use super::layout::{Measure, displays};
use super::math::Math;
use super::notation::Notation;
use super::say::{Lang, Sentence};
use super::{Block, Display, Inlines, Row, Sink};
use crate::derivation::{Derivation, Values};
use crate::expr::{Role, Tensor, TensorId};
use crate::formula::Glossary;
use crate::formula::Level;
use crate::formula::{Equation, Formula, Maxima, Operators, maxima};
use crate::verify::Witness;
use crate::verify::formula::Checker;
use claims::Claims;
pub use claims::Refutation;
pub use picture::{WindowOf, Windows, windows};
use signs::Met;

/// A section of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The layer and its equations.
    Forward,
    /// A picture of what is connected with what; only where it is asked for.
    Network,
    /// Pictures of windows that slide; only where they are asked for.
    Window,
    /// Gradients of intermediate tensors.
    Intermediate,
    /// Gradients of inputs.
    Input,
    /// Gradients of weights.
    Weight,
    /// Gradients of biases.
    Bias,
    /// The table at the end of a net.
    Summary,
    /// Everything worked in numbers.
    Values,
}

impl Part {
    /// The section in which the gradient of a tensor with this role is told.
    pub fn of(role: Role) -> Part {
        match role {
            Role::Input => Part::Input,
            Role::Weight => Part::Weight,
            Role::Bias => Part::Bias,
            Role::Intermediate | Role::Output | Role::Target | Role::Adjoint => Part::Intermediate,
        }
    }
}

/// How many entries of a tensor are written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Every one, and every term of each.
    All,
    /// The first ones and the last; long sums with dots.
    Few,
    /// None.
    None,
}

/// What is wanted of a narrative.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Sections; empty for all.
    pub parts: Vec<Part>,
    /// `None`: all entries of a tensor that has at most 64, in a net at most 4, few of a larger one.
    pub detail: Option<Detail>,
    /// How wide things are.
    pub measure: Measure,
    /// Notation.
    pub notation: Notation,
    /// The language of the sentences.
    pub lang: Lang,
    /// What was asked of the program, for the header.
    pub command: String,
    /// The derivation worked in numbers.
    pub values: Option<&'a Values>,
    /// Which windows are drawn, and where.
    pub windows: Windows,
}

/// A tensor with at most this many entries is written out whole by default.
const ENTRIES_BY_DEFAULT: usize = 64;
/// Up to this many outputs the terms that are zero are written out too.
const OUTPUTS_WITH_ZEROS: usize = 16;
/// A longer sum is elided unless all was asked for.
const TERMS_IN_SUM: usize = 40;
/// A longer chain of fractions is not written in a net.
const FRACTIONS_IN_NET: usize = 6;
/// Rows and columns of a matrix that are shown at most.
const MATRIX: (usize, usize) = (10, 9);

/// Tells the derivation to `sink`, block by block.
///
/// # Errors
/// Those of the sink.
pub fn narrate(derivation: &Derivation, request: &Request<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let maxima = maxima(&derivation.system, &derivation.instance);
    let glossary = Glossary::new(derivation, &request.notation);
    let below =
        derivation.below.as_ref().filter(|_| request.notation.layer_below).map(|d| Glossary::new(d, &request.notation));
    let other = derivation.other_bias.as_ref().map(|d| Glossary::new(d, &request.notation));
    let numbers = request.values.map(|values| values.witness(derivation));
    let mut narrator = Narrator {
        derivation,
        request,
        glossary: &glossary,
        below: below.as_ref(),
        other: other.as_ref(),
        maxima: &maxima,
        sink,
        topic: String::new(),
        explained: Vec::new(),
        counts_explained: false,
        met: Vec::new(),
        checker: Checker::new(&derivation.instance, &derivation.witness, &glossary),
        worked: None,
        numbers: numbers.as_ref(),
        claims: Claims::default(),
        new: RefCell::default(),
        windows_told: false,
    };
    if !derivation.instance.stages.is_empty() {
        narrator.net()?;
        return narrator.end();
    }
    narrator.header()?;
    narrator.title()?;
    if narrator.wants(Part::Forward) {
        narrator.forward()?;
    } else {
        narrator.network()?;
        narrator.windows_forward()?;
    }
    let mut introduced = false;
    for gradient in &derivation.gradients.list {
        let part = Part::of(derivation.system.arena.tensor(gradient.of).role);
        if narrator.wants(part) {
            narrator.gradient(gradient, !introduced)?;
            introduced = true;
        }
        narrator.window_of(part, gradient.adjoint)?;
    }
    if let Some(values) = request.values
        && narrator.wants(Part::Values)
    {
        narrator.worked(values)?;
    }
    narrator.end()
}

struct Narrator<'a> {
    derivation: &'a Derivation,
    request: &'a Request<'a>,
    glossary: &'a Glossary,
    /// The glossary of the activation below.
    below: Option<&'a Glossary>,
    /// The glossary of the layer with the other kind of bias.
    other: Option<&'a Glossary>,
    maxima: &'a Maxima<'a>,
    sink: &'a mut dyn Sink,
    /// What the next displays are about.
    topic: String,
    /// Functions that were explained.
    explained: Vec<String>,
    /// Was it said what the numbers of terms are?
    counts_explained: bool,
    /// Signs and functions of whole tensors that were explained.
    met: Vec<Met>,
    /// Evaluates what is displayed.
    checker: Checker<'a>,
    /// The same at the numbers of a worked example, while that is told.
    worked: Option<Checker<'a>>,
    numbers: Option<&'a Witness>,
    claims: Claims,
    /// What the next display has to be explained, with an example.
    new: RefCell<Vec<(Met, Formula)>>,
    /// Was there a word on a window?
    windows_told: bool,
}

impl Narrator<'_> {
    fn wants(&self, part: Part) -> bool {
        self.request.parts.is_empty() || self.request.parts.contains(&part)
    }

    fn detail(&self, entries: usize) -> Detail {
        self.request.detail.unwrap_or(if entries <= ENTRIES_BY_DEFAULT { Detail::All } else { Detail::Few })
    }

    /// What was asked for and came nowhere, and how the equations fared.
    fn end(&mut self) -> io::Result<()> {
        self.windows_nowhere()?;
        let report = self.claims.report();
        if report.is_empty() { Ok(()) } else { self.block(Block::Closing(report)) }
    }

    fn header(&mut self) -> io::Result<()> {
        let verdict = &self.derivation.verdict;
        let of = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
        let mut lines = vec![
            format!("derive {} {}", env!("CARGO_PKG_VERSION"), self.request.command),
            format!(
                "{} checked, 0 failed: {};",
                of(self.derivation.equations_checked(), "equation", "equations"),
                verdict.method()
            ),
            format!("error bound: {}", verdict.error_bound()),
        ];
        let around = self.derivation.equations_checked() - verdict.equations();
        lines.push(format!(
            "{} of the layer, {}, {}, {} in index form, {} of operators, {around} around the layer",
            of(verdict.forward, "equation", "equations"),
            of(verdict.partials, "local derivative", "local derivatives"),
            of(verdict.entries, "gradient entry", "gradient entries"),
            verdict.index_form,
            verdict.operators
        ));
        self.block(Block::Header(lines))
    }

    fn title(&mut self) -> io::Result<()> {
        let title = self.layer_title();
        self.block(Block::Title(title))
    }

    fn layer_title(&self) -> Inlines {
        let instance = &self.derivation.instance;
        let arena = &self.derivation.system.arena;
        let tensors = arena
            .tensors()
            .filter(|(_, t)| matches!(t.role, Role::Input | Role::Weight | Role::Output) && !t.shape.is_empty());
        let lang = self.request.lang;
        let sized = |t: &Tensor| self.say(Sentence::Sized { role: lang.role(t.role), size: lang.size(&t.shape) });
        let layer = lang.title(instance.title.as_deref().unwrap_or(&instance.name), false);
        self.say(Sentence::Title { layer, sizes: tensors.map(|(_, t)| sized(t)).collect() })
    }

    fn block(&mut self, mut block: Block) -> io::Result<()> {
        if let Some(refutation) = self.claims.refutation() {
            return Err(io::Error::other(refutation));
        }
        if matches!(block, Block::Display(_)) {
            let (text, marks) = self.explained();
            if let Block::Display(display) = &mut block {
                display.marks = marks;
                display.name.clone_from(&self.topic);
                self.count_left_out(display);
            }
            self.sink.block(block)?;
            return text.into_iter().try_for_each(|text| self.sink.block(Block::Paragraph(text)));
        }
        if let Block::Table(table) = &mut block {
            self.count_left_out_of_cells(table);
        }
        self.sink.block(block)
    }

    /// The displays that follow say this of a tensor.
    fn about(&mut self, tensor: TensorId, what: &str) {
        self.topic = format!("{}.{what}", self.glossary.code(tensor));
    }

    /// The displays that follow say this of the gradient of a tensor.
    fn about_gradient(&mut self, tensor: TensorId, what: &str) {
        self.topic = format!("grad_{}.{what}", self.glossary.code(tensor));
    }

    fn paragraph(&mut self, text: Inlines) -> io::Result<()> {
        self.block(Block::Paragraph(text))
    }

    fn say(&self, sentence: Sentence) -> Inlines {
        self.request.lang.say(sentence)
    }

    /// A paragraph of one sentence.
    fn tell(&mut self, sentence: Sentence) -> io::Result<()> {
        self.paragraph(self.say(sentence))
    }

    fn heading(&mut self, sentence: Sentence) -> io::Result<()> {
        self.block(Block::Heading(self.say(sentence)))
    }

    /// The loss.
    fn loss(&self) -> Math {
        self.math(&Formula::Loss)
    }

    /// A single equation, broken at its relation if it is too wide for a line.
    fn display(&mut self, equation: Equation, label: Option<&str>) -> io::Result<()> {
        let rows = self.rows_of(equation);
        let label = label.filter(|_| rows.len() == 1).map(|what| self.label(what));
        self.block(Block::Display(Display { rows, label, ..Display::default() }))
    }

    fn rows(&mut self, rows: Vec<Row>) -> io::Result<()> {
        for display in displays(rows) {
            self.block(Block::Display(display))?;
        }
        Ok(())
    }

    /// A stable name: layer, sizes of what it reads, what the equation is about.
    fn label(&self, what: &str) -> String {
        let arena = &self.derivation.system.arena;
        let read = arena.tensors().filter(|(_, t)| matches!(t.role, Role::Input | Role::Weight) && !t.shape.is_empty());
        let shapes: Vec<String> =
            read.map(|(_, t)| t.shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")).collect();
        format!("eq:{}-{}-{what}", self.derivation.instance.name, shapes.join("-"))
    }

    fn element(&self, tensor: TensorId, offset: usize) -> Formula {
        self.glossary.element(tensor, offset as u32)
    }

    /// The tensor with a mark for the layer it belongs to: what flows in comes from below.
    fn level(&self, tensor: TensorId) -> Level {
        if !self.request.notation.layer_below {
            return Level::None;
        }
        let arena = &self.derivation.system.arena;
        let tensor = arena.tensor(tensor);
        let role = tensor.of.map_or(tensor.role, |of| arena.tensor(of).role);
        if role == Role::Input { Level::Below } else { Level::This }
    }

    fn whole(&self, tensor: TensorId) -> Math {
        self.math(&self.glossary.tensor(tensor, self.level(tensor)))
    }

    fn bare(&self, tensor: TensorId) -> Math {
        self.math(&self.glossary.tensor(tensor, Level::None))
    }

    /// The letters of the output's indices, as the layer's text has them.
    fn output_letters(&self) -> Vec<String> {
        self.derivation.instance.definitions.last().map_or_else(Vec::new, |d| self.own_letters(d))
    }

    /// The letters of a definition's own indices, as they are printed.
    fn own_letters(&self, definition: &crate::index::Definition) -> Vec<String> {
        let printed = definition.clone().lettered(&self.glossary.letters());
        printed.loops.into_iter().take(printed.rank).map(|l| l.name).collect()
    }

    /// The letters of a tensor's indices in the index form of its gradient, or others.
    fn letters(&self, tensor: TensorId) -> Vec<String> {
        let adjoint = self.derivation.adjoint(tensor).0 as usize;
        let found = self.derivation.index_form.definitions.iter().find(|d| d.tensor == adjoint);
        let mut letters = self.glossary.letters();
        let others = || self.glossary.shape(tensor).iter().map(|_| letters.give(crate::index::TARGETS)).collect();
        found.map_or_else(others, |d| self.own_letters(d))
    }

    fn width(&self, formula: &Formula) -> u32 {
        self.request.measure.width(self.glossary, &self.math(formula))
    }

    fn operators<'b>(&'b self, level: &'b dyn Fn(TensorId) -> Level) -> Operators<'b> {
        Operators {
            arena: &self.derivation.system.arena,
            instance: &self.derivation.instance,
            glossary: self.glossary,
            level,
            inside: None,
        }
    }

    /// `x_{mn}` with general letters, for speaking of "an entry of x".
    fn general(&self, tensor: TensorId, letters: &[String]) -> Formula {
        let shape = self.glossary.shape(tensor);
        let indices = (0..shape.len()).map(|a| Formula::letter(&letters[a % letters.len()])).collect();
        self.glossary.indexed(tensor, indices)
    }

    /// The largest matrices that let the whole formula fit into a line, or the smallest there are.
    fn fitted(&self, make: impl Fn((usize, usize)) -> Option<Formula>) -> Option<Formula> {
        let fits = |f: &Formula| self.width(f) <= self.request.measure.line();
        let mut found = None;
        for across in (4..=MATRIX.1).rev() {
            let formula = make((MATRIX.0.min(across + 1), across))?;
            let good = fits(&formula);
            found = Some(formula);
            if good {
                break;
            }
        }
        found
    }
}
