//! Pictures of windows that slide, with their words.

use std::io;

use super::narrator::Narrator;
use super::request::{Depth, Section};
use crate::derivation::Derivation;
use crate::document::figure::{Figure, MOST_CELLS, Missing, Sight, View};
use crate::document::math::Math;
use crate::document::notation::Notation;
use crate::document::resolve::set;
use crate::document::say::Sentence;
use crate::document::{Block, Inlines};
use crate::expr::{Role, TensorId, index_of};
use crate::formula::{Equation, Formula, Glossary, Level};
use crate::operator::{Operand, TensorOp};

/// A higher picture stands in no text, in tenths of a point: it would be shrunk until it cannot be read.
const INSET: i32 = 3200;

/// A window that can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowOf {
    /// What it gives.
    pub target: TensorId,
    /// The section that it belongs to.
    pub section: Section,
    /// What it gives, as the layer language spells it.
    pub name: String,
    /// First and last printed index of the result along each axis on which it slides; nothing if it is not drawn.
    pub range: Vec<(i64, i64)>,
}

/// The windows that slide in these sections, in their order; in all if none is given.
pub fn windows(derivation: &Derivation, notation: &Notation, sections: &[Section]) -> Vec<WindowOf> {
    let glossary = Glossary::new(derivation, notation);
    let defined = derivation.system.definitions.iter().map(|d| (Section::Forward, d.tensor));
    let gradients = derivation.gradients.list.iter().map(|g| (section_of(derivation, g.of), g.adjoint));
    let mut found = Vec::new();
    for (section, target) in defined.chain(gradients).filter(|(section, _)| includes(sections, *section)) {
        let operand = |o: Operand| set(&glossary, &glossary.tensor(o.tensor(), Level::None));
        let view = View { derivation, glossary: &glossary, target, operand: &operand, entry: None, at: None };
        let ops = derivation.recognition(target).map_or(&[] as &[_], |r| &r.parts);
        if let Some(op) = ops.iter().find(|op| view.slides(op)) {
            let sizes = view.figure(op).map(|(_, sight)| sight.sizes[2].clone()).unwrap_or_default();
            let base = glossary.index_base;
            let range = sizes.iter().map(|&n| (base, base + n as i64 - 1)).collect();
            found.push(WindowOf { target, section, name: glossary.code(target).to_string(), range });
        }
    }
    found
}

fn section_of(derivation: &Derivation, of: TensorId) -> Section {
    Section::of(derivation.system.arena.tensor(of).role)
}

/// Is this section among the chosen ones, or is none chosen but pictures?
fn includes(chosen: &[Section], section: Section) -> bool {
    let mut chosen = chosen.iter().filter(|s| !matches!(s, Section::Network | Section::Window)).peekable();
    chosen.peek().is_none() || chosen.any(|s| *s == section)
}

impl Narrator<'_> {
    /// The pictures of what defined tensors slide, if they were asked for.
    pub(super) fn windows_forward(&mut self) -> io::Result<()> {
        let derivation = self.derivation;
        derivation.system.definitions.iter().try_for_each(|d| self.window_of(Section::Forward, d.tensor))
    }

    /// Is there a picture in what follows? Those of sections that ask for one count, though it may turn out too large.
    pub(super) fn are_there_pictures(&self) -> bool {
        let asked = |s: &Section| matches!(s, Section::Network | Section::Window);
        self.request.sections.iter().any(asked) || self.told_network().is_some() || self.tells_windows()
    }

    /// Does a picture of a window stand in the text that no section asks for?
    fn tells_windows(&self) -> bool {
        let list = &self.derivation.gradients.list;
        self.slides_forward() || list.iter().any(|g| !self.told_windows(g.adjoint).is_empty())
    }

    /// The same where the layer itself is told.
    pub(super) fn slides_forward(&self) -> bool {
        self.derivation.system.definitions.iter().any(|d| !self.told_windows(d.tensor).is_empty())
    }

    /// Does a picture stand beside these matrices that says the same where they do not fit into a line? Or are they none?
    pub(super) fn needs_no_matrices(&self, target: TensorId, matrices: &Equation) -> bool {
        let mut drawn = false;
        let mut look = |part: &Formula| drawn |= matches!(part, Formula::Matrix(_));
        matrices.left.each(&mut look);
        matrices.chain.iter().for_each(|formula| formula.each(&mut look));
        !drawn || !self.told_windows(target).is_empty() && self.in_one_row(matrices).is_none()
    }

    /// The pictures of the windows that give a tensor, where they show what those before them did not: of what is computed, of the gradient
    /// of an input, and of another gradient where something is turned, or where zeros or cut lines lie around. A gradient's shows the
    /// entry that is told slowly.
    fn told_windows(&self, target: TensorId) -> Vec<(Figure, Sight)> {
        let derivation = self.derivation;
        let gradient = derivation.gradient_with(target);
        let role = gradient.map(|g| derivation.system.arena.tensor(g.of).role);
        let section = role.map_or(Section::Forward, Section::of);
        let wanted = self.request.pictures && !self.net && self.request.depth != Depth::Brief && self.wants(section);
        let at = gradient.map(|g| index_of(self.glossary.shape(target), self.slow_entry(g)));
        let recognition = derivation.recognition(target).filter(|_| wanted && role != Some(Role::Intermediate));
        let drawn = recognition.into_iter().flat_map(|r| &r.parts).filter_map(|op| {
            let (mut figure, sight) = self.window(target, op, at.as_deref(), false).ok()?;
            figure.inset = true;
            let new = sight.turned || sight.between || sight.around || sight.cropped || sight.apart;
            let shown = new || !matches!(role, Some(Role::Weight | Role::Bias));
            (shown && figure.size.1 <= INSET).then_some((figure, sight))
        });
        drawn.collect()
    }

    /// The pictures of the gradients in these sections.
    pub(super) fn windows_of_gradients(&mut self, sections: &[Section]) -> io::Result<()> {
        let derivation = self.derivation;
        let list = derivation.gradients.list.iter().map(|g| (section_of(derivation, g.of), g.adjoint));
        list.filter(|(section, _)| sections.contains(section))
            .try_for_each(|(section, target)| self.window_of(section, target))
    }

    /// The pictures of the windows that give a tensor: those that were asked for, where one cannot be drawn a sentence that says so; or
    /// those that belong to the text.
    pub(super) fn window_of(&mut self, section: Section, target: TensorId) -> io::Result<()> {
        let derivation = self.derivation;
        let request = self.request;
        let chosen = request.windows.only.is_none_or(|only| only == target);
        if !request.sections.contains(&Section::Window) {
            return self
                .told_windows(target)
                .into_iter()
                .try_for_each(|(figure, sight)| self.window_block(target, figure, &sight));
        }
        if !includes(&request.sections, section) || !chosen {
            return Ok(());
        }
        let Some(recognition) = derivation.recognition(target) else { return Ok(()) };
        let base = self.glossary.index_base;
        let at = request.windows.at.as_ref();
        let at: Option<Vec<usize>> = at.and_then(|at| at.iter().map(|&i| usize::try_from(i - base).ok()).collect());
        for op in &recognition.parts {
            match self.window(target, op, at.as_deref(), true) {
                Err(Missing::Still) => {}
                Err(why) => {
                    self.has_windows = true;
                    self.paragraph(self.window_left_out(target, why))?;
                }
                Ok((figure, sight)) => self.window_block(target, figure, &sight)?,
            }
        }
        Ok(())
    }

    /// A window that slides, at an entry of the result: that at these indices from 0, or the first with most terms.
    fn window(
        &self,
        target: TensorId,
        op: &TensorOp,
        at: Option<&[usize]>,
        with_equation: bool,
    ) -> Result<(Figure, Sight), Missing> {
        let operand = |o: Operand| self.operand(o);
        let entry = |offset: usize| self.entry_of(target, offset);
        let entry = with_equation.then_some(&entry as &dyn Fn(usize) -> Math);
        let view = View { derivation: self.derivation, glossary: self.glossary, target, operand: &operand, entry, at };
        view.figure(op)
    }

    /// The picture with its words.
    fn window_block(&mut self, target: TensorId, mut figure: Figure, sight: &Sight) -> io::Result<()> {
        figure.title = self.title();
        figure.alt = self.window_alt(sight);
        figure.caption = self.window_words(sight, true);
        figure.listing = self.window_words(sight, false);
        let of = self.derivation.system.arena.tensor(target).of;
        figure.name = match of {
            Some(of) => format!("grad_{}.window", self.glossary.code(of)),
            None => format!("{}.window", self.glossary.code(target)),
        };
        self.has_windows = true;
        self.block(Block::Figure(Box::new(figure)))
    }

    /// Below the picture, or before the same in letters.
    fn window_words(&self, sight: &Sight, drawn: bool) -> Inlines {
        let (x, entry, rotated) = (sight.x.clone(), sight.entry.clone(), sight.turned);
        let mut sentences = vec![match (sight.y.clone(), drawn) {
            (Some(y), true) => Sentence::KernelFrame { y, rotated, x, entry },
            (Some(y), false) => Sentence::KernelListing { y, rotated, x, entry },
            (None, true) => Sentence::WindowFrame { x, entry },
            (None, false) => Sentence::WindowListing { x, entry },
        }];
        let put = match (sight.between, sight.around) {
            (true, true) => Some(Sentence::PutBetweenAndAround),
            (true, false) => Some(Sentence::PutBetween),
            (false, true) => Some(Sentence::PutAround),
            (false, false) => None,
        };
        sentences.extend(put.map(|put| match (self.say(put), drawn) {
            (put, true) => Sentence::DashedZeros { put },
            (put, false) => Sentence::ZerosListed { put },
        }));
        let either = |first, second| if drawn { first } else { second };
        sentences.extend(sight.cropped.then(|| either(Sentence::CrossedUnreached, Sentence::ListedUnreached)));
        sentences.extend(sight.apart.then(|| either(Sentence::ShadedApart, Sentence::ListedApart)));
        sentences.extend(sight.sliced.then_some(Sentence::FirstSlice));
        self.request.lang.together(sentences.into_iter().map(|sentence| self.say(sentence)).collect())
    }

    /// For those who cannot see it.
    fn window_alt(&self, sight: &Sight) -> String {
        let grid = |sizes: &[usize]| {
            self.say(match sizes {
                [count] => Sentence::RowOfCells { count: *count },
                _ => Sentence::GridOfCells { sizes: sizes.to_vec() },
            })
        };
        let covered = |(place, &(first, last)): (usize, &(usize, usize))| {
            self.say(match (sight.covers.len(), place) {
                (2, 0) if first == last => Sentence::Row { number: first },
                (2, 0) => Sentence::RowsTo { first, last },
                (2, _) if first == last => Sentence::Column { number: first },
                (2, _) => Sentence::ColumnsTo { first, last },
                _ if first == last => Sentence::CellNumber { number: first },
                _ => Sentence::CellsTo { first, last },
            })
        };
        let chosen = match sight.chosen.as_slice() {
            &[row, column] => Sentence::CellIn { row, column },
            places => Sentence::CellAt { places: places.to_vec() },
        };
        let [over, _, result] = &sight.sizes;
        self.request.lang.text(Sentence::WindowAlt {
            over: grid(over),
            zeros: sight.between || sight.around,
            covers: sight.covers.iter().enumerate().map(covered).collect(),
            result: grid(result),
            chosen: self.say(chosen),
        })
    }

    /// Why there is no picture of what gives this tensor.
    fn window_left_out(&self, target: TensorId, why: Missing) -> Inlines {
        let reason = self.say(match why {
            Missing::Still => Sentence::NoWindowSlides,
            Missing::Axes(axes) => Sentence::SlidesAlongAxes { axes },
            Missing::TooLarge => Sentence::TooManyCells { most: MOST_CELLS },
            Missing::TooWide => Sentence::EntriesTooLong,
        });
        self.say(Sentence::WindowLeftOut { target: self.bare(target), reason })
    }

    /// At the end: were windows asked for, and nothing said of any?
    pub(super) fn windows_nowhere(&mut self) -> io::Result<()> {
        if self.request.sections.contains(&Section::Window) && !self.has_windows {
            self.tell(Sentence::NoWindows)?;
        }
        Ok(())
    }

    /// An entry of a defined tensor or of a gradient, as it is written elsewhere.
    fn entry_of(&self, target: TensorId, offset: usize) -> Math {
        let derivation = self.derivation;
        let defined = derivation.system.definitions.iter().find(|d| d.tensor == target).map(|d| &d.values);
        let gradient = derivation.gradient_with(target).map(|g| &g.entries);
        let Some(entries) = defined.or(gradient) else { return Math::Row(Vec::new()) };
        let equation = Equation::new(self.element(target, offset), self.expression(entries[offset]));
        self.claim(&equation);
        self.math(&equation.chain[0])
    }
}
