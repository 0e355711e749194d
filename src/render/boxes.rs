//! Rectangles of text set side by side on a common middle line: matrices in a terminal.

/// A rectangle of text; all lines are equally wide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Box2 {
    lines: Vec<String>,
    width: usize,
}

impl Box2 {
    /// One line.
    pub(super) fn line(text: String) -> Box2 {
        Box2 { width: text.chars().count(), lines: vec![text] }
    }

    /// Lines one below the other, centred.
    pub(super) fn column(cells: Vec<String>) -> Box2 {
        let width = cells.iter().map(|c| c.chars().count()).max().unwrap_or(0);
        Box2 { lines: cells.into_iter().map(|c| format!("{c:^width$}")).collect(), width }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }

    /// Moved to the right edge of a wider rectangle.
    pub(super) fn padded_to(self, width: usize) -> Box2 {
        let missing = width.saturating_sub(self.width);
        let lines = if self.lines.is_empty() { vec![String::new()] } else { self.lines };
        Box2 {
            lines: lines.into_iter().map(|l| format!("{}{l}", " ".repeat(missing))).collect(),
            width: self.width + missing,
        }
    }

    /// Side by side, middle lines level.
    pub(super) fn beside(parts: impl IntoIterator<Item = Box2>) -> Box2 {
        let parts: Vec<Box2> = parts.into_iter().collect();
        let height = parts.iter().map(|p| p.lines.len()).max().unwrap_or(0);
        let mut lines = vec![String::new(); height];
        let mut width = 0;
        for part in &parts {
            let above = (height - part.lines.len()) / 2;
            for (place, line) in lines.iter_mut().enumerate() {
                match place.checked_sub(above).and_then(|i| part.lines.get(i)) {
                    Some(text) => line.push_str(text),
                    None => line.extend(std::iter::repeat_n(' ', part.width)),
                }
            }
            width += part.width;
        }
        Box2 { lines, width }
    }

    /// In round brackets as tall as the rectangle.
    pub(super) fn bracketed(self) -> Box2 {
        let last = self.lines.len().saturating_sub(1);
        let lines = self.lines.iter().enumerate().map(|(place, line)| {
            let (left, right) = match (place, last) {
                (_, 0) => ('(', ')'),
                (0, _) => ('\u{239b}', '\u{239e}'),
                (p, l) if p == l => ('\u{239d}', '\u{23a0}'),
                _ => ('\u{239c}', '\u{239f}'),
            };
            format!("{left} {line} {right}")
        });
        Box2 { lines: lines.collect(), width: self.width + 4 }
    }
}

#[cfg(test)]
mod tests {
    use super::Box2;

    #[test]
    fn matrices_stand_on_one_line() {
        let column = |cells: [&str; 2]| Box2::column(cells.map(str::to_string).to_vec()).bracketed();
        let whole = Box2::beside([column(["a", "bb"]), Box2::line(" = ".to_string()), column(["1", "2"])]);
        let lines: Vec<&str> = whole.lines().collect();
        assert_eq!(lines, ["⎛ a  ⎞ = ⎛ 1 ⎞", "⎝ bb ⎠   ⎝ 2 ⎠"]);
    }
}
