//! Why an equation is wrong, in words for a report.

use std::fmt;

/// An equation that is wrong: a bug in this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refuted {
    /// Which member of the chain; none where it is the left side.
    pub member: Option<usize>,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong with an equation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The sides have other values, where the letters have these: the first entry that differs.
    Differs(Vec<(String, i64)>, Option<usize>),
    /// Two arrays that should have one shape.
    Shapes(Vec<usize>, Vec<usize>),
    /// A letter that is bound looks like a tensor in its scope.
    Captured(String),
    /// A letter is bound where it already has a meaning.
    BoundTwice(String),
    /// Nothing binds a letter.
    Unbound(String),
    /// Nothing says from where to where a letter of the left side runs.
    NoRange(String),
    /// Two tensors are printed alike.
    Ambiguous(String),
    /// A name with a mark that means nothing.
    Level(String),
    /// An index that lies outside the tensor.
    Outside(String, i64),
    /// The rule for ties is another one.
    Ties,
    /// The second part of a share is no maximum, or the first is none of its arguments.
    NoMaximum,
    /// The zeros that a sliding product implies along an axis are not equally many before and behind, or fewer than none.
    Zeros(i64),
    /// None of the cases holds.
    NoCase,
    /// A part that has no meaning where it stands.
    NoMeaning(&'static str),
}

impl Reason {
    /// The same, where letters have these values.
    pub(super) fn with(self, letters: Vec<(String, i64)>) -> Reason {
        match self {
            Reason::Differs(_, entry) => Reason::Differs(letters, entry),
            Reason::Shapes(..)
            | Reason::Captured(_)
            | Reason::BoundTwice(_)
            | Reason::Unbound(_)
            | Reason::NoRange(_)
            | Reason::Ambiguous(_)
            | Reason::Level(_)
            | Reason::Outside(..)
            | Reason::Ties
            | Reason::NoMaximum
            | Reason::Zeros(_)
            | Reason::NoCase
            | Reason::NoMeaning(_) => self,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = |shape: &[usize]| match shape {
            [] => "a number".to_string(),
            [size] => format!("a vector of {size}"),
            _ => shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x"),
        };
        match self {
            Reason::Differs(letters, entry) => {
                write!(f, "its value is another one")?;
                for (place, (letter, value)) in letters.iter().enumerate() {
                    write!(f, "{}{letter} = {value}", if place == 0 { " at " } else { ", " })?;
                }
                entry.map_or(Ok(()), |entry| write!(f, ", from entry {entry} on"))
            }
            Reason::Shapes(x, y) => write!(f, "{} stands where {} is needed", shape(y), shape(x)),
            Reason::Captured(letter) => write!(f, "the letter {letter} is captured: it is the name of a tensor too"),
            Reason::BoundTwice(letter) => write!(f, "the letter {letter} is bound twice"),
            Reason::Unbound(letter) => write!(f, "nothing binds the letter {letter}"),
            Reason::NoRange(letter) => write!(f, "nothing says how far the letter {letter} runs"),
            Reason::Ambiguous(name) => write!(f, "two tensors are printed as {name}"),
            Reason::Level(name) => write!(f, "the mark of a layer at {name} means nothing"),
            Reason::Outside(name, index) => write!(f, "the index {index} lies outside {name}"),
            Reason::Ties => write!(f, "the rule for ties is not that of the derivation"),
            Reason::NoMaximum => write!(f, "a share is not one of an argument of a maximum"),
            Reason::Zeros(zeros) => write!(f, "{zeros} zeros do not stand equally before and behind"),
            Reason::NoCase => write!(f, "no case holds"),
            Reason::NoMeaning(what) => write!(f, "{what}"),
        }
    }
}

impl fmt::Display for Refuted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member {
            None => write!(f, "its left side: {}", self.reason),
            Some(member) => write!(f, "right side {}: {}", member + 1, self.reason),
        }
    }
}
