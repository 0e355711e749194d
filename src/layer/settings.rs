//! What a user sets of a layer: the input's shape, options by name, sizes by letter; and how it is refused.

use std::collections::BTreeMap;
use std::fmt;

use crate::expr::Number;
use crate::text::Diagnostic;

/// A size or an amount that may be left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// A number.
    Number(i64),
    /// A letter, and the smallest number that it may stand for.
    Letter(String, i64),
}

/// The value of an option: with numbers, or with [`Amount`]s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting<N = i64> {
    /// A number for each axis; one number stands for all axes.
    Axes(Vec<N>),
    /// Two numbers for each axis, before and behind it; one pair stands for all axes.
    Sides(Vec<(N, N)>),
    /// A number that is no integer.
    Fraction(Number),
    /// A word, for a choice.
    Word(String),
}

/// What a user sets of a layer: with numbers, or with [`Amount`]s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings<N = i64> {
    /// Sizes of the input's axes.
    pub input: Option<Vec<N>>,
    /// Sizes of the axes of further inputs, in the order of the text, as far as they are known.
    pub others: Vec<Vec<N>>,
    /// Options by name, as the layer's parameter list declares them.
    pub options: BTreeMap<String, Setting<N>>,
    /// Sizes and parameters by the letter that the layer's text uses.
    pub sizes: BTreeMap<String, N>,
}

impl<N> Default for Settings<N> {
    fn default() -> Settings<N> {
        Settings { input: None, others: Vec::new(), options: BTreeMap::new(), sizes: BTreeMap::new() }
    }
}

impl Settings<Amount> {
    /// The same with a number for each letter; `None` where a letter has none.
    pub fn at(&self, value: &impl Fn(&str) -> Option<i64>) -> Option<Settings> {
        let number = |amount: &Amount| match amount {
            Amount::Number(n) => Some(*n),
            Amount::Letter(letter, _) => value(letter),
        };
        let all = |list: &[Amount]| list.iter().map(number).collect::<Option<Vec<_>>>();
        let input = match &self.input {
            Some(list) => Some(all(list)?),
            None => None,
        };
        let setting = |setting: &Setting<Amount>| {
            Some(match setting {
                Setting::Axes(list) => Setting::Axes(all(list)?),
                Setting::Sides(list) => {
                    Setting::Sides(list.iter().map(|(x, y)| number(x).zip(number(y))).collect::<Option<_>>()?)
                }
                Setting::Fraction(n) => Setting::Fraction(n.clone()),
                Setting::Word(word) => Setting::Word(word.clone()),
            })
        };
        let options = self.options.iter().map(|(name, own)| Some((name.clone(), setting(own)?)));
        let sizes = self.sizes.iter().map(|(name, own)| Some((name.clone(), number(own)?)));
        let others = self.others.iter().map(|list| all(list)).collect::<Option<_>>()?;
        Some(Settings { input, others, options: options.collect::<Option<_>>()?, sizes: sizes.collect::<Option<_>>()? })
    }

    /// Every letter, with the smallest number that it may stand for.
    pub fn letters(&self) -> BTreeMap<String, i64> {
        let mut found: BTreeMap<String, i64> = BTreeMap::new();
        let mut note = |amount: &Amount| {
            if let Amount::Letter(letter, least) = amount {
                let own = found.entry(letter.clone()).or_insert(*least);
                *own = (*own).max(*least);
            }
        };
        self.input.iter().chain(&self.others).flatten().for_each(&mut note);
        self.sizes.values().for_each(&mut note);
        for setting in self.options.values() {
            match setting {
                Setting::Axes(list) => list.iter().for_each(&mut note),
                Setting::Sides(list) => list.iter().for_each(|(x, y)| [x, y].into_iter().for_each(&mut note)),
                Setting::Fraction(_) | Setting::Word(_) => {}
            }
        }
        found
    }
}

/// Why a layer could not be bound: its text is wrong, or what was set does not fit it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The text of the layer is wrong, or is wrong at these sizes.
    Text(Vec<Diagnostic>),
    /// What the user set does not fit the layer.
    Setting {
        /// What is wrong: lower case, no full stop.
        message: String,
        /// What to do about it.
        hint: String,
    },
}

impl Refusal {
    pub(super) fn setting(message: impl Into<String>, hint: impl Into<String>) -> Refusal {
        Refusal::Setting { message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Text(diagnostics) => {
                let messages: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
                write!(f, "{}", messages.join("; "))
            }
            Refusal::Setting { message, .. } => write!(f, "{message}"),
        }
    }
}

impl std::error::Error for Refusal {}
