//! A figure in a terminal: what each entry is computed from, as a list; a window as rows of entries with brackets.

use unicode_width::UnicodeWidthStr;

use super::{Sheet, Terminal};
use crate::document::{Figure, Grids, Look, Seen};

impl Sheet<'_, Terminal> {
    /// A line for each entry that reads others, longer ones filled to the width.
    pub(super) fn listing(&mut self, figure: &Figure) {
        let words = self.apart(&figure.listing);
        self.filled(&words);
        for edges in figure.edges.chunk_by(|x, y| x.to == y.to) {
            let target = self.spelled(&figure.nodes[edges[0].to].label);
            let before = format!("    {target} {}", self.signs().from());
            let mut line = before.clone();
            for (place, edge) in edges.iter().enumerate() {
                let mut word = format!(" {}", self.spelled(&figure.nodes[edge.from].label));
                if let Some(weight) = &edge.weight {
                    word += &format!(" ({})", self.spelled(weight).trim());
                }
                if place + 1 < edges.len() {
                    word.push(',');
                }
                if line.width() + word.width() > self.format.width && place > 0 {
                    self.put(&line);
                    line = " ".repeat(before.width());
                }
                line += &word;
            }
            self.put(&line);
        }
        self.grid(&figure.grids);
        self.line("");
    }

    /// The grid that a window slides over, or what the window covers in it where the grid is too wide; and the equation.
    fn grid(&mut self, grids: &Grids) {
        let cell = |seen: &Seen| match seen.look {
            Look::Covered | Look::CoveredZero => format!("[{}]", self.product(seen)),
            Look::Cropped => format!("({})", self.spelled(&seen.label)),
            Look::Entry | Look::Zero | Look::Chosen => self.spelled(&seen.label),
        };
        let rows: Vec<Vec<String>> = grids.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        let across = rows.first().map_or(0, Vec::len);
        let wide = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0) + 2;
        let widths: Vec<usize> = (0..across).map(wide).collect();
        if widths.iter().sum::<usize>() + 2 <= self.format.width {
            for row in &rows {
                let mut line = "  ".to_string();
                for (text, width) in row.iter().zip(&widths) {
                    let room = width - text.width();
                    line += &format!("{}{text}{}", " ".repeat(room - room / 2), " ".repeat(room / 2));
                }
                self.put(line.trim_end());
            }
        } else {
            // the grid does not fit: what the window covers says the same
            let covered = grids.rows.iter().flatten().filter(|seen| seen.look == Look::Covered);
            let words: Vec<String> = covered.map(|seen| self.product(seen).replace(' ', "\u{a0}")).collect();
            self.filled(&format!("[{}]", words.join(", ")));
        }
        if let Some((left, right)) = &grids.equation {
            let equation = format!("{} = {}", self.spelled(left), self.spelled(right));
            self.line("");
            self.filled(&equation);
        }
    }

    /// What is covered, and what it is multiplied by.
    fn product(&self, seen: &Seen) -> String {
        let label = self.spelled(&seen.label);
        match &seen.factor {
            Some(factor) => format!("{label}{}{}", self.signs().product(), self.spelled(factor)),
            None => label,
        }
    }
}
