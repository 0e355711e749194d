//! The picture of the connections, with its words.

use std::io;

use super::narrator::Narrator;
use super::request::Section;
use crate::document::figure::{Labelling, MOST_COLUMNS, MOST_EDGES, MOST_NODES, scene};
use crate::document::math::Math;
use crate::document::say::Sentence;
use crate::document::{Block, Inlines};

impl Narrator<'_> {
    /// The pictures that belong to what is computed, where that is not told itself.
    pub(super) fn pictures(&mut self) -> io::Result<()> {
        self.network()?;
        self.windows_forward()
    }

    /// The picture, if it was asked for; where it would be too large, a sentence says so.
    pub(super) fn network(&mut self) -> io::Result<()> {
        if !self.request.sections.contains(&Section::Network) {
            return Ok(());
        }
        let Some(scene) = scene(self.derivation, self.glossary) else {
            let (nodes, lines, columns) = (MOST_NODES, MOST_EDGES, MOST_COLUMNS);
            return self.tell(Sentence::NetworkLeftOut { nodes, lines, columns });
        };
        let mut figure = scene.figure;
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
