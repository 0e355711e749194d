//! Pictures of windows that slide, with their words.

use std::io;

use super::narrator::Narrator;
use super::request::Section;
use crate::derivation::Derivation;
use crate::document::figure::{MOST_CELLS, Missing, Sight, View};
use crate::document::math::Math;
use crate::document::notation::Notation;
use crate::document::resolve::set;
use crate::document::say::Sentence;
use crate::document::{Block, Inlines};
use crate::expr::TensorId;
use crate::formula::Glossary;
use crate::formula::{Equation, Level};
use crate::operator::Operand;

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
        let view =
            View { derivation, glossary: &glossary, target, operand: &operand, entry: &|_| Math::integer(0), at: None };
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

    /// The pictures of the gradients in these sections.
    pub(super) fn windows_of_gradients(&mut self, sections: &[Section]) -> io::Result<()> {
        let derivation = self.derivation;
        let list = derivation.gradients.list.iter().map(|g| (section_of(derivation, g.of), g.adjoint));
        list.filter(|(section, _)| sections.contains(section))
            .try_for_each(|(section, target)| self.window_of(section, target))
    }

    /// The pictures of the windows that give a tensor, if they were asked for; where one cannot be drawn, a sentence says so.
    pub(super) fn window_of(&mut self, section: Section, target: TensorId) -> io::Result<()> {
        let derivation = self.derivation;
        let request = self.request;
        let chosen = request.windows.only.is_none_or(|only| only == target);
        if !request.sections.contains(&Section::Window) || !includes(&request.sections, section) || !chosen {
            return Ok(());
        }
        let Some(recognition) = derivation.recognition(target) else { return Ok(()) };
        let base = self.glossary.index_base;
        let at = request.windows.at.as_ref();
        let at: Option<Vec<usize>> = at.and_then(|at| at.iter().map(|&i| usize::try_from(i - base).ok()).collect());
        for op in &recognition.parts {
            let drawn = {
                let operand = |o: Operand| self.operand(o);
                let entry = |offset: usize| self.entry_of(target, offset);
                let view = View {
                    derivation,
                    glossary: self.glossary,
                    target,
                    operand: &operand,
                    entry: &entry,
                    at: at.as_deref(),
                };
                view.figure(op)
            };
            let block = match drawn {
                Err(Missing::Still) => continue,
                Err(why) => Block::Paragraph(self.window_left_out(target, why)),
                Ok((mut figure, sight)) => {
                    figure.title = self.title();
                    figure.alt = self.window_alt(&sight);
                    figure.caption = self.window_words(&sight, true);
                    figure.listing = self.window_words(&sight, false);
                    let of = derivation.system.arena.tensor(target).of;
                    figure.name = match of {
                        Some(of) => format!("grad_{}.window", self.glossary.code(of)),
                        None => format!("{}.window", self.glossary.code(target)),
                    };
                    Block::Figure(Box::new(figure))
                }
            };
            self.has_windows = true;
            self.block(block)?;
        }
        Ok(())
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
