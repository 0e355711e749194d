//! Grids of cells in SVG: rectangles, frames and letters where the scene has them.

use std::fmt::{Result, Write};

use super::math::{labels, spans};
use super::{Picture, pair, tenths};
use crate::document::{LETTERS, Look, Note, Point, SMALL_LETTERS};

/// How thick frames are.
const FRAME: i32 = 24;

impl Picture<'_> {
    /// The cells of each look together, the frames over them, and all letters.
    pub(super) fn grids(&mut self) -> Result {
        let grids = &self.figure.grids;
        for look in Look::ALL {
            let cells = || grids.cells.iter().filter(|c| c.look == look);
            if cells().next().is_none() {
                continue;
            }
            let ink = look.ink();
            self.out.push_str("<g stroke=\"currentColor\" stroke-width=\"");
            self.out.push_str(&tenths(ink.width));
            match ink.fill {
                0 => self.out.push_str("\" fill=\"none\""),
                fill => write!(self.out, "\" fill=\"currentColor\" fill-opacity=\"0.{fill:02}\"")?,
            }
            if !ink.dash.is_empty() {
                let dashes: Vec<String> = ink.dash.iter().map(|&d| tenths(d)).collect();
                write!(
                    self.out,
                    " stroke-dasharray=\"{}\" stroke-dashoffset=\"{}\"",
                    dashes.join(" "),
                    tenths(ink.dash[0] / 2)
                )?;
            }
            self.out.push_str(">\n");
            for cell in cells() {
                self.rectangle(cell.corners)?;
                if ink.crossed {
                    let ((left, top), (right, bottom)) = cell.corners;
                    writeln!(self.out, "<path d=\"M{} L{}\"/>", pair((left, bottom)), pair((right, top)))?;
                }
            }
            self.out.push_str("</g>\n");
        }
        if !grids.frames.is_empty() {
            writeln!(self.out, "<g fill=\"none\" stroke=\"currentColor\" stroke-width=\"{}\">", tenths(FRAME))?;
            for &frame in &grids.frames {
                self.rectangle(frame)?;
            }
            self.out.push_str("</g>\n");
        }
        self.letters()
    }

    fn rectangle(&mut self, ((left, top), (right, bottom)): (Point, Point)) -> Result {
        let size = (tenths(right - left), tenths(bottom - top));
        writeln!(
            self.out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            tenths(left),
            tenths(top),
            size.0,
            size.1
        )
    }

    fn letters(&mut self) -> Result {
        let grids = &self.figure.grids;
        for small in [false, true] {
            let mut notes = grids.letters().filter(|n| n.small == small).peekable();
            if notes.peek().is_none() {
                continue;
            }
            let size = if small { SMALL_LETTERS } else { LETTERS };
            writeln!(self.out, "<g fill=\"currentColor\" font-family=\"serif\" font-size=\"{}\">", tenths(size))?;
            for note in notes {
                let Note { at: (x, y), centred, faint, .. } = *note;
                write!(self.out, "<text x=\"{}\" y=\"{}\"", tenths(x), tenths(y + size * 3 / 10))?;
                self.out.push_str(if centred { " text-anchor=\"middle\"" } else { "" });
                self.out.push_str(if faint { " fill-opacity=\"0.6\"" } else { "" });
                let words =
                    if small { labels(&note.math, self.glossary, size) } else { spans(&note.math, self.glossary) };
                writeln!(self.out, ">{words}</text>")?;
            }
            self.out.push_str("</g>\n");
        }
        Ok(())
    }
}
