//! A figure in a terminal: what each entry is computed from, as a list.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::Text;
use crate::document::Figure;

impl<W: Write> Text<'_, W> {
    /// A line for each entry that reads others, longer ones filled to the width.
    pub(super) fn listing(&mut self, figure: &Figure) -> io::Result<()> {
        let words = self.inlines(&figure.listing);
        self.filled(&words)?;
        for edges in figure.edges.chunk_by(|x, y| x.to == y.to) {
            let target = self.line(&figure.nodes[edges[0].to].label);
            let before = format!("    {target} {}", self.signs().from());
            let mut line = before.clone();
            for (place, edge) in edges.iter().enumerate() {
                let mut word = format!(" {}", self.line(&figure.nodes[edge.from].label));
                if let Some(weight) = &edge.weight {
                    word += &format!(" ({})", self.line(weight).trim());
                }
                if place + 1 < edges.len() {
                    word.push(',');
                }
                if line.width() + word.width() > self.width && place > 0 {
                    self.put(&line)?;
                    line = " ".repeat(before.width());
                }
                line += &word;
            }
            self.put(&line)?;
        }
        writeln!(self.out)
    }
}
