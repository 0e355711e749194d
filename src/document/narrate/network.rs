//! The picture of the connections, with its words.

use std::io;

use super::narrator::Narrator;
use super::request::{Depth, Section};
use crate::document::figure::{Labelling, MOST_COLUMNS, MOST_EDGES, MOST_NODES, Scene, scene};
use crate::document::math::Math;
use crate::document::say::Sentence;
use crate::document::{Block, Inlines};

/// A wider or higher picture stands in no text, in tenths of a point.
const INSET: (i32, i32) = (3440, 2200);

impl Narrator<'_> {
    /// The pictures that belong to what is computed, where that is not told itself.
    pub(super) fn pictures(&mut self) -> io::Result<()> {
        self.network()?;
        self.windows_forward()
    }

    /// The picture that belongs to the text: of what is small, where several entries meet in one and no window slides.
    pub(super) fn told_network(&self) -> Option<Scene> {
        let wanted = self.request.pictures && self.request.depth != Depth::Brief && self.wants(Section::Forward);
        let scene = scene(self.derivation, self.glossary).filter(|_| wanted && !self.slides_forward())?;
        let edges = &scene.figure.edges;
        let met = edges.iter().any(|e| edges.iter().filter(|other| other.to == e.to).count() > 1);
        let small = scene.figure.size.0 <= INSET.0 && scene.figure.size.1 <= INSET.1;
        (met && small).then_some(scene)
    }

    /// The picture, if it was asked for or belongs to the text; where one that was asked for would be too large, a sentence says so.
    pub(super) fn network(&mut self) -> io::Result<()> {
        let asked = self.request.sections.contains(&Section::Network);
        let found = if asked { scene(self.derivation, self.glossary) } else { self.told_network() };
        let Some(scene) = found else {
            let (nodes, lines, columns) = (MOST_NODES, MOST_EDGES, MOST_COLUMNS);
            return if asked { self.tell(Sentence::NetworkLeftOut { nodes, lines, columns }) } else { Ok(()) };
        };
        let mut figure = scene.figure;
        figure.inset = !asked;
        let left_out: Vec<Math> = scene.left_out.iter().map(|&t| self.bare(t)).collect();
        let columns: Vec<usize> = figure.columns.iter().map(ExactSizeIterator::len).collect();
        figure.title = self.title();
        let shared = match scene.shared {
            0 => Inlines::new(),
            count => self.say(Sentence::SharedWeights { count }),
        };
        let lang = self.request.lang;
        figure.alt = lang.text(Sentence::NetworkAlt { columns, lines: figure.edges.len(), shared });
        let weights = match scene.labelling {
            Labelling::Nothing => None,
            Labelling::Styles => Some(Sentence::WeightsByStyle),
            Labelling::SomeStyles => Some(Sentence::SomeWeightsByStyle),
            Labelling::Labels => Some(Sentence::WeightsOnLines),
            Labelling::Own => Some(Sentence::WeightsAllOwn),
            Labelling::TooMany => Some(Sentence::TooManyWeights),
        };
        let listing = self.say(Sentence::NetworkListing { weights: weights.is_some() });
        let weights = weights.map(|weights| self.say(weights)).unwrap_or_default();
        let not_drawn = match left_out.is_empty() {
            true => Inlines::new(),
            false => self.say(Sentence::NotDrawn { letters: left_out }),
        };
        figure.caption = lang.together(vec![self.say(Sentence::NetworkCaption), weights, not_drawn.clone()]);
        figure.listing = lang.together(vec![listing, not_drawn]);
        self.block(Block::Figure(Box::new(figure)))
    }
}
