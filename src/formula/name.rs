//! Names as they are printed.

/// A name with its marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As the layer language writes it: `a`, `delta`, `sigma`.
    pub word: String,
    /// What stands below it for good, before its indices: the `f` of `W_f`.
    pub index: Option<String>,
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
    /// A letter, with the number after it below it: `O_1`.
    pub fn numbered(letter: &str) -> Name {
        let word = letter.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = &letter[word.len()..];
        let split = !word.is_empty() && !number.is_empty();
        if split { Name { index: Some(number.to_string()), ..Name::new(word) } } else { Name::new(letter) }
    }

    /// A bare name.
    pub fn new(word: impl Into<String>) -> Name {
        Name { word: word.into(), index: None, nabla: false, level: Level::None, marks: Marks::default() }
    }

    /// What it looks like, but for bold type.
    pub fn looks(&self) -> (String, bool, Level, Option<char>) {
        (self.spelled(), self.nabla, self.level, self.marks.prefix)
    }

    /// The word and what stands below it, as the layer language joins them: `W_f`.
    pub fn spelled(&self) -> String {
        self.index.as_ref().map_or_else(|| self.word.clone(), |index| format!("{}_{index}", self.word))
    }

    /// The mark of its layer with what stands around it: `l-1`, `[l]`.
    pub fn layer(&self) -> Option<String> {
        let level = match self.level {
            Level::None => return None,
            Level::This => "l".to_string(),
            Level::Below => "l-1".to_string(),
            Level::Number(number) => number.to_string(),
        };
        let [before, after] = self.marks.around.signs();
        Some(format!("{before}{level}{after}"))
    }

    /// The same name with what follows its first `_` below it.
    #[must_use]
    pub(crate) fn split(self) -> Name {
        match self.word.split_once('_') {
            Some((word, index)) if !word.is_empty() && !index.is_empty() => {
                Name { word: word.to_string(), index: Some(index.to_string()), ..self }
            }
            _ => self,
        }
    }
}

/// A name as the layer language has it, also where its index is in braces, as LaTeX writes it: `W_{in}` is `W_in`.
pub fn unbraced(name: &str) -> String {
    let parts = name.strip_suffix('}').and_then(|name| name.split_once("_{"));
    parts.map_or_else(|| name.to_string(), |(word, index)| format!("{word}_{index}"))
}

/// The layer that a tensor belongs to, written as a superscript.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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
