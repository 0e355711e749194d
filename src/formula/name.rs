//! Names as they are printed.

/// A name with its marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As the layer language writes it: `a`, `delta`, `sigma`.
    pub word: String,
    /// With ∇ before it: the derivative of the loss by what is named.
    pub nabla: bool,
    /// Which layer it belongs to.
    pub level: Level,
    /// How it is set.
    pub marks: Marks,
}

/// How a name is set, beside its letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// In bold.
    pub bold: bool,
    /// With a letter before it that belongs to the name: the `d` of `dX`.
    pub prefix: Option<char>,
    /// What stands around the layer's mark.
    pub around: Around,
}

/// What stands around the mark of a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Around {
    /// Nothing: `a^l`.
    #[default]
    Nothing,
    /// Square brackets: `a^[l]`.
    Square,
    /// Round brackets: `a^(l)`.
    Round,
}

impl Around {
    /// What stands before and after the mark.
    pub fn signs(self) -> [&'static str; 2] {
        match self {
            Around::Nothing => ["", ""],
            Around::Square => ["[", "]"],
            Around::Round => ["(", ")"],
        }
    }
}

impl Name {
    /// A bare name.
    pub fn new(word: impl Into<String>) -> Name {
        Name { word: word.into(), nabla: false, level: Level::None, marks: Marks::default() }
    }

    /// Do both look alike, but for bold type?
    pub fn looks_like(&self, other: &Name) -> bool {
        (&self.word, self.nabla, self.level, self.marks.prefix)
            == (&other.word, other.nabla, other.level, other.marks.prefix)
    }
}

/// The layer that a tensor belongs to, written as a superscript.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// Not said.
    #[default]
    None,
    /// `l`
    This,
    /// `l-1`
    Below,
    /// A number.
    Number(u32),
}
