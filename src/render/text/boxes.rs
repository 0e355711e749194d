//! Rectangles of text set side by side on a common middle line: matrices in a terminal.

use unicode_width::UnicodeWidthStr;

use super::signs::Alphabet;

/// A rectangle of text; all lines are equally wide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Box2 {
    lines: Vec<String>,
    width: usize,
}

impl Box2 {
    /// One line.
    pub(super) fn line(text: String) -> Box2 {
        Box2 { width: text.width(), lines: vec![text] }
    }

    /// Lines one below the other, centred.
    pub(super) fn column(cells: Vec<String>) -> Box2 {
        let width = cells.iter().map(|c| c.width()).max().unwrap_or(0);
        let centred = |c: &String| {
            let left = (width - c.width()) / 2;
            format!("{}{c}{}", " ".repeat(left), " ".repeat(width - c.width() - left))
        };
        Box2 { lines: cells.iter().map(centred).collect(), width }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Nothing but a sign with its distances.
    pub(super) fn is_operator(&self) -> bool {
        matches!(self.lines.as_slice(), [line] if line.starts_with(' ') && line.ends_with(' '))
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

    /// In brackets as tall as the rectangle.
    pub(super) fn bracketed(self, signs: Alphabet) -> Box2 {
        let last = self.lines.len().saturating_sub(1);
        let lines = self.lines.iter().enumerate().map(|(place, line)| {
            let [left, right] = signs.brackets(place, last);
            format!("{left} {line} {right}")
        });
        Box2 { lines: lines.collect(), width: self.width + 4 }
    }
}

#[cfg(test)]
mod tests {
    use super::{Alphabet, Box2};

    #[test]
    fn matrices_stand_on_one_line() {
        let column = |cells: [&str; 2]| Box2::column(cells.map(str::to_string).to_vec()).bracketed(Alphabet::Unicode);
        let whole = Box2::beside([column(["a", "bb"]), Box2::line(" = ".to_string()), column(["1", "2"])]);
        let lines: Vec<&str> = whole.lines().collect();
        assert_eq!(lines, ["⎛ a  ⎞ = ⎛ 1 ⎞", "⎝ bb ⎠   ⎝ 2 ⎠"]);
        let plain = Box2::column(vec!["a".to_string(), "bb".to_string()]).bracketed(Alphabet::Ascii);
        assert_eq!(plain.lines().collect::<Vec<_>>(), ["[ a  ]", "[ bb ]"]);
    }
}
