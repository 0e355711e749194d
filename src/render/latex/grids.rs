//! Grids of cells in TikZ: rectangles, frames and letters where the scene has them.

use super::picture::{Picture, hundredths, pair};
use crate::document::{Look, Note, Point};

/// How thick frames are.
const FRAME: i32 = 24;

impl Picture<'_> {
    /// The styles of the cells that there are.
    pub(super) fn cell_styles(&mut self) {
        let grids = &self.figure.grids;
        for (look, name) in Look::ALL.into_iter().zip(NAMES) {
            if !grids.cells.iter().any(|c| c.look == look) {
                continue;
            }
            let ink = look.ink();
            let mut options = format!("draw,line width={}pt", hundredths(ink.width * self.scale / 100));
            if ink.fill > 0 {
                options += &format!(",fill=black!{}", ink.fill);
            }
            if !ink.dash.is_empty() {
                let parts: Vec<String> = ink.dash.chunks(2).map(|pair| self.dash(pair)).collect();
                let phase = hundredths(ink.dash[0] * self.scale / 200);
                options += &format!(",dash pattern={},dash phase={phase}pt", parts.join(" "));
            }
            self.style(name, &options);
        }
        if !grids.frames.is_empty() {
            let options = format!("draw,line width={}pt", hundredths(FRAME * self.scale / 100));
            self.style("window", &options);
        }
        if grids.letters().any(|n| n.faint) {
            self.style("faint", "text=black!60");
        }
        if grids.letters().any(|n| n.small) {
            self.style("small", "anchor=west,font=\\fontsize{6}{7}\\selectfont");
        }
    }

    /// The cells of each look together, the frames over them, and all letters.
    pub(super) fn grids(&mut self) {
        let figure = self.figure;
        for (look, name) in Look::ALL.into_iter().zip(NAMES) {
            for cell in figure.grids.cells.iter().filter(|c| c.look == look) {
                self.rectangle(name, cell.corners);
                if look.ink().crossed {
                    let ((left, top), (right, bottom)) = cell.corners;
                    self.line(&format!("\\draw[{name}] {} -- {};", pair((left, bottom)), pair((right, top))));
                }
            }
        }
        for &frame in &figure.grids.frames {
            self.rectangle("window", frame);
        }
        for note in figure.grids.letters() {
            let options = match *note {
                Note { small: true, .. } => "[small]",
                Note { faint: true, .. } => "[faint]",
                Note { centred: false, .. } => "[anchor=west]",
                Note { .. } => "",
            };
            self.out.push_str(&format!("\\node{options} at {} {{", pair(note.at)));
            self.label(&note.math);
            self.line("};");
        }
    }

    fn rectangle(&mut self, style: &str, (from, to): (Point, Point)) {
        self.line(&format!("\\draw[{style}] {} rectangle {};", pair(from), pair(to)));
    }
}

/// The names of the looks, in the order of [`Look::ALL`].
const NAMES: [&str; 6] = ["zero", "cropped", "entry", "covered zero", "covered", "chosen"];
