//! The picture of the connections, with its words.

use std::io;

use super::{Narrator, Part};
use crate::document::Block;
use crate::document::figure::{MOST_COLUMNS, MOST_EDGES, MOST_NODES, Told, scene};
use crate::document::math::Math;

impl Narrator<'_> {
    /// The picture, if it was asked for; where it would be too large, a sentence says so.
    pub(super) fn network(&mut self) -> io::Result<()> {
        if !self.request.parts.contains(&Part::Network) {
            return Ok(());
        }
        let Some(scene) = scene(self.derivation, self.glossary) else {
            return self.paragraph(self.say.network_left_out(MOST_NODES, MOST_EDGES, MOST_COLUMNS));
        };
        let mut figure = scene.figure;
        let left_out: Vec<Math> = scene.left_out.iter().map(|&t| self.bare(t)).collect();
        let columns: Vec<usize> = figure.columns.iter().map(ExactSizeIterator::len).collect();
        let net = !self.derivation.instance.stages.is_empty();
        figure.title = if net { self.title_of_net() } else { self.layer_title() };
        figure.alt = self.say.network_alt(&columns, figure.edges.len(), scene.shared);
        figure.caption = self.say.network_caption(scene.told, &left_out);
        figure.listing = self.say.network_listing(scene.told != Told::Nothing, &left_out);
        self.block(Block::Figure(Box::new(figure)))
    }
}
