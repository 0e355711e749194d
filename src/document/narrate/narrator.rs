//! Who tells a derivation: what was said so far, and how blocks, formulas and sentences are handed on.

use std::cell::RefCell;
use std::io;

use super::claims::Claims;
use super::request::{Depth, Entries, Request, Section};
use super::signs::Sign;
use crate::derivation::Derivation;
use crate::document::layout::displays;
use crate::document::say::Sentence;
use crate::document::{Block, Display, Evaluated, Inline, Inlines, Math, Row, Sink};
use crate::expr::{Role, Tensor, TensorId, index_of};
use crate::formula::{Equation, Formula, Glossary, Level, Maxima, Operators};
use crate::operator::Operand;
use crate::verify::Witness;
use crate::verify::formula::Checker;

/// A tensor with at most this many entries is written out whole by default.
const ENTRIES_BY_DEFAULT: usize = 9;
/// The same in a net, where a longer list would hide what follows from what.
const ENTRIES_IN_NET: usize = 4;
/// The same where every entry of a layer is told step by step.
pub(super) const ENTRIES_IN_FULL: usize = 64;
/// Where few entries are shown, so many are shown anyway.
const MOST_OF_FEW: usize = 4;
/// Up to this many outputs every one is written out in the chain rule, also where the terms are zero.
const OUTPUTS: usize = 9;
/// The same where every entry of a layer is told step by step.
const OUTPUTS_IN_FULL: usize = 16;
/// A longer sum is elided unless all was asked for.
pub(super) const TERMS_IN_SUM: usize = 40;
/// A longer chain of fractions is not written in a net.
pub(super) const FRACTIONS_IN_NET: usize = 6;
/// Rows and columns of a matrix that are shown at most.
pub(super) const MATRIX: (usize, usize) = (10, 9);

pub(super) struct Narrator<'a> {
    pub(super) derivation: &'a Derivation,
    pub(super) request: &'a Request<'a>,
    /// Is it a net? Its errors are told from layer to layer, and then its parameters; a layer has a section for each gradient.
    pub(super) net: bool,
    pub(super) glossary: &'a Glossary,
    /// The glossary of the activation below.
    pub(super) below: Option<&'a Glossary>,
    /// The glossary of the layer with the other kind of bias.
    pub(super) other: Option<&'a Glossary>,
    pub(super) maxima: &'a Maxima,
    pub(super) sink: &'a mut dyn Sink,
    /// What the next displays are about.
    pub(super) topic: String,
    /// Functions that were explained.
    pub(super) explained_functions: Vec<String>,
    /// Was it said what the numbers of terms are?
    pub(super) counts_explained: bool,
    /// Signs and functions of whole tensors that were explained.
    pub(super) explained_signs: Vec<Sign>,
    /// What was said of the marks of displays: once said, the words stay the same.
    pub(super) explained_marks: Vec<(Sign, Inlines)>,
    /// Evaluates what is displayed.
    pub(super) checker: Checker<'a>,
    /// The same at several sizes, where letters stand for sizes.
    pub(super) sizes: Vec<Checker<'a>>,
    /// The same at the numbers of a worked example, while that is told.
    pub(super) worked: Option<Checker<'a>>,
    pub(super) numbers: Option<&'a Witness>,
    pub(super) claims: Claims,
    /// How the equations fared that were handed on.
    pub(super) evaluated: Evaluated,
    /// What was said of the signs of the last display.
    pub(super) said_of_signs: Inlines,
    /// What the next display has to be explained, with an example.
    pub(super) new_signs: RefCell<Vec<(Sign, Formula)>>,
    /// The heading of the section that begins with the next block.
    pub(super) heading_due: Option<Block>,
    /// Was it said what the layer computes, with its definitions?
    pub(super) is_defined: bool,
    /// Was it said what the error that is known is?
    pub(super) is_error_known: bool,
    /// Was an entry told with the terms that are zero?
    pub(super) zeros_told: bool,
    /// The labels of equations to which no words have pointed.
    pub(super) unreferred: Vec<String>,
    /// Was there a word on a window?
    pub(super) has_windows: bool,
}

impl Narrator<'_> {
    pub(super) fn wants(&self, section: Section) -> bool {
        self.request.sections.is_empty() || self.request.sections.contains(&section)
    }

    /// How many of so many entries are written out.
    pub(super) fn entries_of(&self, count: usize) -> Entries {
        let most = match self.request.depth {
            Depth::Brief => 0,
            Depth::Tutorial | Depth::Full if self.net => ENTRIES_IN_NET,
            Depth::Tutorial => ENTRIES_BY_DEFAULT,
            Depth::Full => ENTRIES_IN_FULL,
        };
        let by_default = match count <= most {
            true => Entries::All,
            false if most == 0 => Entries::None,
            false => Entries::Few,
        };
        self.request.entries.unwrap_or(by_default)
    }

    /// Up to how many outputs every one is written out in the chain rule.
    pub(super) fn most_outputs(&self) -> usize {
        if self.request.depth == Depth::Full { OUTPUTS_IN_FULL } else { OUTPUTS }
    }

    /// Which entries of a tensor are shown, if not all: the first, one with most terms, and the last.
    pub(super) fn shown(&self, of: Entries, tensor: TensorId, terms: impl Fn(usize) -> usize) -> Option<Vec<usize>> {
        let count = self.glossary.shape(tensor).iter().product::<usize>();
        (of == Entries::Few && count > MOST_OF_FEW).then(|| {
            let mut shown = vec![0, self.fullest(tensor, terms), count - 1];
            shown.dedup();
            shown
        })
    }

    /// The entry with most terms; of several the one nearest to the middle, in the first slice of those that a picture shows.
    pub(super) fn fullest(&self, tensor: TensorId, terms: impl Fn(usize) -> usize) -> usize {
        let shape = self.glossary.shape(tensor);
        let before = shape.len().saturating_sub(2);
        let off = |offset: usize| {
            let index = index_of(shape, offset);
            let middle = index.iter().zip(shape).skip(before).map(|(&i, &n)| (2 * i + 1).abs_diff(n)).sum::<usize>();
            (index[..before].to_vec(), middle)
        };
        let count = shape.iter().product::<usize>();
        (0..count).min_by_key(|&offset| (usize::MAX - terms(offset), off(offset), offset)).unwrap_or(0)
    }

    /// Points to the equation with this label, which has been displayed.
    pub(super) fn refer(&mut self, label: &str) -> Inlines {
        self.unreferred.retain(|other| other != label);
        vec![Inline::Reference(label.to_string())]
    }

    /// Points to the results by their numbers, where there are numbers.
    pub(super) fn refer_to_results(&mut self) -> io::Result<()> {
        let labels = std::mem::take(&mut self.unreferred);
        if labels.is_empty() || !self.request.numbered {
            return Ok(());
        }
        let equations = labels.iter().map(|label| self.refer(label)).collect();
        self.tell(Sentence::ProgramComputes { equations })
    }

    /// What was asked for and came nowhere, and how the equations fared.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.windows_nowhere()?;
        self.heading_due = None;
        let signs = std::mem::take(&mut self.said_of_signs);
        if !signs.is_empty() {
            self.paragraph(signs)?;
        }
        let evaluated = std::mem::take(&mut self.evaluated);
        if evaluated == Evaluated::default() { Ok(()) } else { self.block(Block::Closing(evaluated)) }
    }

    pub(super) fn header(&mut self) -> io::Result<()> {
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
        let pictures = self.are_there_pictures();
        self.block(Block::Header { lines, pictures })
    }

    pub(super) fn title(&self) -> Inlines {
        let (lang, instance) = (self.request.lang, &self.derivation.instance);
        if self.net {
            let title = instance.title.clone().map(|title| vec![Inline::Text(title)]);
            let from = |s: &crate::index::Stage| s.source.as_ref().map(|name| format!("from {name}"));
            let stages = instance.stages.iter().flat_map(|s| from(s).into_iter().chain([s.text.clone()])).collect();
            let (title, size) = (title.unwrap_or_else(|| self.say(Sentence::Network)), &instance.tensors[0].shape);
            return self.say(Sentence::NetTitle { title, stages, size: lang.size(size) });
        }
        let tensors = self.derivation.system.arena.tensors().map(|(_, tensor)| tensor);
        let sized = |t: &&Tensor| {
            matches!(t.role, Role::Input | Role::Data | Role::Weight | Role::Output) && !t.shape.is_empty()
        };
        let size = |t: &Tensor| self.say(Sentence::Sized { role: lang.role(t.role), size: lang.size(&t.shape) });
        let layer = lang.title(instance.title.as_deref().unwrap_or(&instance.name), false);
        self.say(Sentence::Title { layer, sizes: tensors.filter(sized).map(size).collect() })
    }

    pub(super) fn block(&mut self, mut block: Block) -> io::Result<()> {
        if let Some(refutation) = self.claims.refutation() {
            return Err(io::Error::other(refutation));
        }
        // what was said of signs begins the next paragraph, or is one
        let signs = std::mem::take(&mut self.said_of_signs);
        if let Block::Paragraph(text) = &mut block
            && self.heading_due.is_none()
        {
            *text = self.request.lang.together(vec![signs, std::mem::take(text)]);
        } else if !signs.is_empty() {
            self.sink.block(Block::Paragraph(signs))?;
        }
        if let Some(heading) = self.heading_due.take() {
            self.sink.block(heading)?;
        }
        let evaluated = self.claims.take();
        self.evaluated.add(evaluated.clone());
        if let Block::Display(display) = &mut block {
            display.marks = self.signs_explained();
            self.unreferred.extend(display.label.clone());
            display.evaluated = evaluated;
            display.name.clone_from(&self.topic);
            self.count_left_out(display);
        } else if let Block::Table(table) = &mut block {
            self.count_left_out_of_cells(table);
            table.marks = self.signs_explained();
            table.evaluated = evaluated;
        }
        self.sink.block(block)
    }

    /// What marks mean; what other signs mean is said with what follows.
    fn signs_explained(&mut self) -> Vec<Inlines> {
        let (text, marks) = self.explained();
        self.said_of_signs = self.request.lang.together(text);
        marks
    }

    /// The displays that follow say this of a tensor.
    pub(super) fn about(&mut self, tensor: TensorId, what: &str) {
        self.topic = format!("{}.{what}", self.glossary.code(tensor));
    }

    /// The displays that follow say this of the gradient of a tensor.
    pub(super) fn about_gradient(&mut self, tensor: TensorId, what: &str) {
        self.topic = format!("grad_{}.{what}", self.glossary.code(tensor));
    }

    pub(super) fn paragraph(&mut self, text: Inlines) -> io::Result<()> {
        self.block(Block::Paragraph(text))
    }

    pub(super) fn say(&self, sentence: Sentence) -> Inlines {
        self.request.lang.say(sentence)
    }

    /// A paragraph of one sentence.
    pub(super) fn tell(&mut self, sentence: Sentence) -> io::Result<()> {
        self.paragraph(self.say(sentence))
    }

    /// A section begins with its first block: where nothing is told, no heading stands alone.
    pub(super) fn heading(&mut self, sentence: Sentence) {
        self.heading_due = Some(Block::Heading(self.say(sentence)));
    }

    /// The loss.
    pub(super) fn loss(&self) -> Math {
        self.math(&Formula::Loss)
    }

    /// A single equation, broken at its relation if it is too wide for a line.
    pub(super) fn display(&mut self, equation: Equation, label: Option<&str>) -> io::Result<()> {
        let rows = self.rows_of(equation);
        let label = label.filter(|_| rows.len() == 1).map(|what| self.label(what));
        self.block(Block::Display(Display { rows, label, ..Display::default() }))
    }

    pub(super) fn rows(&mut self, rows: Vec<Row>) -> io::Result<()> {
        for display in displays(rows) {
            self.block(Block::Display(display))?;
        }
        Ok(())
    }

    /// A stable name: layer, sizes of what it reads, what the equation is about.
    pub(super) fn label(&self, what: &str) -> String {
        let arena = &self.derivation.system.arena;
        let read = arena
            .tensors()
            .filter(|(_, t)| matches!(t.role, Role::Input | Role::Data | Role::Weight) && !t.shape.is_empty());
        let shapes: Vec<String> =
            read.map(|(_, t)| t.shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")).collect();
        format!("eq:{}-{}-{what}", self.derivation.instance.name, shapes.join("-"))
    }

    pub(super) fn element(&self, tensor: TensorId, offset: usize) -> Formula {
        self.glossary.element(tensor, offset as u32)
    }

    /// The tensor with a mark for the layer it belongs to: what flows in comes from below.
    pub(super) fn level(&self, tensor: TensorId) -> Level {
        if !self.request.notation.layer_below {
            return Level::None;
        }
        let arena = &self.derivation.system.arena;
        let tensor = arena.tensor(tensor);
        let role = tensor.of.map_or(tensor.role, |of| arena.tensor(of).role);
        match role {
            Role::Input => Level::Below,
            Role::Data => Level::None,
            Role::Weight | Role::Bias | Role::Intermediate | Role::Output | Role::Target | Role::Adjoint => Level::This,
        }
    }

    pub(super) fn whole(&self, tensor: TensorId) -> Math {
        self.math(&self.glossary.tensor(tensor, self.level(tensor)))
    }

    pub(super) fn bare(&self, tensor: TensorId) -> Math {
        self.math(&self.glossary.tensor(tensor, Level::None))
    }

    /// What an operator is applied to.
    pub(super) fn operand(&self, operand: Operand) -> Math {
        self.bare_operators().operand(operand).map_or_else(|| self.bare(operand.tensor()), |f| self.math(&f))
    }

    /// The letters of the output's indices, as the layer's text has them.
    pub(super) fn output_letters(&self) -> Vec<String> {
        self.derivation.instance.definitions.last().map_or_else(Vec::new, |d| self.own_letters(d))
    }

    /// The letters of a definition's own indices, as they are printed.
    pub(super) fn own_letters(&self, definition: &crate::index::Definition) -> Vec<String> {
        let printed = definition.clone().lettered(&self.glossary.letters());
        printed.loops.into_iter().take(printed.rank).map(|l| l.name).collect()
    }

    /// The letters of a tensor's indices in the index form of its gradient, or others.
    pub(super) fn letters(&self, tensor: TensorId) -> Vec<String> {
        let found = self.derivation.indexed(self.derivation.adjoint(tensor));
        let mut letters = self.glossary.letters();
        let others = || self.glossary.shape(tensor).iter().map(|_| letters.give(crate::index::TARGETS)).collect();
        found.map_or_else(others, |d| self.own_letters(d))
    }

    pub(super) fn width(&self, formula: &Formula) -> u32 {
        self.request.measure.width(self.glossary, &self.math(formula))
    }

    pub(super) fn operators<'b>(&'b self, level: &'b dyn Fn(TensorId) -> Level) -> Operators<'b> {
        Operators {
            arena: &self.derivation.system.arena,
            instance: &self.derivation.instance,
            glossary: self.glossary,
            level,
            inside: None,
        }
    }

    /// The same without marks for layers.
    pub(super) fn bare_operators(&self) -> Operators<'_> {
        self.operators(&|_| Level::None)
    }

    /// `x_{mn}` with general letters, for speaking of "an entry of x".
    pub(super) fn general(&self, tensor: TensorId, letters: &[String]) -> Formula {
        let shape = self.glossary.shape(tensor);
        let indices = (0..shape.len()).map(|a| Formula::letter(&letters[a % letters.len()])).collect();
        self.glossary.indexed(tensor, indices)
    }

    /// The largest matrices that let the whole formula fit into a line, or the smallest there are.
    pub(super) fn fitted(&self, make: impl Fn((usize, usize)) -> Option<Formula>) -> Option<Formula> {
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
