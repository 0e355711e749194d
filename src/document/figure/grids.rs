//! Grids of cells with a window over them, as plain data: rectangles, frames and letters, each where it is drawn.

use crate::document::math::Math;

/// A place in the picture.
pub type Point = (i32, i32);

/// The height of small letters, in tenths of a point.
pub const SMALL_LETTERS: i32 = 60;

/// What is drawn of a window that slides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grids {
    /// The cells, row by row.
    pub cells: Vec<Cell>,
    /// Thick frames over the cells, by two opposite corners.
    pub frames: Vec<(Point, Point)>,
    /// Names, signs and the equation.
    pub notes: Vec<Note>,
    /// The first grid in words: rows of cells.
    pub rows: Vec<Vec<Seen>>,
    /// The equation of the chosen entry, for those who cannot draw: left side, right side.
    pub equation: Option<(Math, Math)>,
}

impl Grids {
    /// All that is written: in the cells, then beside them.
    pub fn letters(&self) -> impl Iterator<Item = &Note> + Clone {
        self.cells.iter().flat_map(|c| std::iter::once(&c.label).chain(&c.factor)).chain(&self.notes)
    }
}

/// A cell of a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Its upper left and its lower right corner.
    pub corners: (Point, Point),
    /// How it looks.
    pub look: Look,
    /// What stands in it.
    pub label: Note,
    /// What it is multiplied by, in its corner.
    pub factor: Option<Note>,
}

/// A cell without its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// How it looks.
    pub look: Look,
    /// What stands in it.
    pub label: Math,
    /// What it is multiplied by.
    pub factor: Option<Math>,
}

/// Letters in a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// What they say.
    pub math: Math,
    /// The middle of their left edge, or their middle.
    pub at: Point,
    /// Are they centred on that place?
    pub centred: bool,
    /// Are they small?
    pub small: bool,
    /// Do they stand back?
    pub faint: bool,
}

/// What a cell is, which decides how it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// An entry that the window does not cover now.
    Entry,
    /// A zero between entries or around them.
    Zero,
    /// What no window reaches.
    Cropped,
    /// An entry that the window covers.
    Covered,
    /// A zero that the window covers.
    CoveredZero,
    /// The entry of the result that is chosen.
    Chosen,
}

/// How a cell is drawn: told apart without colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink {
    /// How dark it is filled, in hundredths.
    pub fill: i32,
    /// How thick its border is.
    pub width: i32,
    /// The lengths of a dash and of a gap; none for a solid line. Corners lie in the middle of a dash, so that the dashes of neighbours
    /// fall on each other.
    pub dash: &'static [i32],
    /// Is it crossed out?
    pub crossed: bool,
}

impl Look {
    /// All there are, in the order in which they are drawn.
    pub const ALL: [Look; 6] = [Look::Zero, Look::Cropped, Look::Entry, Look::CoveredZero, Look::Covered, Look::Chosen];

    /// How it is drawn.
    pub fn ink(self) -> Ink {
        let plain = Ink { fill: 0, width: 6, dash: &[], crossed: false };
        match self {
            Look::Entry => plain,
            Look::Zero => Ink { width: 4, dash: &[20, 20], ..plain },
            Look::Cropped => Ink { width: 4, dash: &[10, 30], crossed: true, ..plain },
            Look::Covered => Ink { fill: 16, ..plain },
            Look::CoveredZero => Ink { fill: 7, width: 4, dash: &[20, 20], ..plain },
            Look::Chosen => Ink { fill: 16, width: 16, ..plain },
        }
    }
}
