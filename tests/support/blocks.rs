//! The blocks of a narrative, kept in memory.

use deriver::document::{Block, Sink};
use std::io;

/// A sink that keeps what it is given.
#[derive(Default)]
pub(crate) struct Blocks(pub(crate) Vec<Block>);

impl Sink for Blocks {
    fn block(&mut self, block: Block) -> io::Result<()> {
        self.0.push(block);
        Ok(())
    }
}
