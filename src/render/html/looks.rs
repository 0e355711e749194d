//! What MathML Core leaves to CSS: how cells are aligned and spaced, and words in italics.
//!
//! A page has a class for each of these in its style sheet; a formula by itself carries the properties along.

use std::fmt::Write;

/// What a part of a formula looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// What stands before the relation of a row.
    Left,
    /// The relation and what follows it.
    Right,
    /// A right-hand side that goes on.
    More,
    /// The first row of an equation that is set apart from the one before.
    Apart,
    /// A number beside an equation.
    Number,
    /// A word in italics.
    Word,
    /// A line below a sum sign.
    Below,
    /// A cell of a choice of cases.
    Case,
    /// The condition of a case.
    Condition,
}

/// Each look as a class and as properties; of two that differ the later one counts. What is in a cell is no line of text but a box
/// to Chromium and WebKit, and they align boxes by names of their own.
const LOOKS: [(Look, &str, &str); 9] = [
    (Look::Left, "left", "text-align:right;text-align:-webkit-right;padding:.3em 0"),
    (Look::Right, "right", "text-align:left;text-align:-webkit-left;padding:.3em 0"),
    (Look::More, "more", "text-align:left;text-align:-webkit-left;padding:.3em 0 .3em 1.8em"),
    (Look::Apart, "apart", "padding-top:1.1em"),
    (Look::Number, "number", "padding:.3em 0 .3em 2em"),
    (Look::Word, "word", "font-style:italic"),
    (Look::Below, "below", "padding:.12em 0"),
    (Look::Case, "case", "text-align:left;text-align:-webkit-left;padding:.2em 0"),
    (Look::Condition, "condition", "padding-left:1em"),
];

/// How looks are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looks {
    /// By classes of the page's style sheet.
    Classes,
    /// By properties.
    Properties,
}

impl Looks {
    /// The attribute for these looks, with a space before it.
    pub(super) fn of(self, looks: &[Look]) -> String {
        let chosen = LOOKS.iter().filter(|(look, ..)| looks.contains(look));
        match self {
            Looks::Classes => {
                let classes: Vec<&str> = chosen.map(|(_, class, _)| *class).collect();
                format!(" class=\"{}\"", classes.join(" "))
            }
            Looks::Properties => {
                let properties: Vec<&str> = chosen.map(|(.., properties)| *properties).collect();
                format!(" style=\"{}\"", properties.join(";"))
            }
        }
    }
}

/// The classes as rules of a style sheet.
pub(super) fn rules() -> String {
    let mut rules = String::new();
    for (_, class, properties) in LOOKS {
        // writing to a string cannot fail
        let _ = writeln!(rules, "math .{class}{{{properties}}}");
    }
    rules
}
