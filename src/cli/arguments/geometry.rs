//! Sizes, steps and kinds: what makes a layer of a certain geometry.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};

use super::output::value_name;
use crate::cli::sizes::{amounts, assignments, letter, positive_amounts, shape};
use crate::cli::values;
use crate::layer::{Amount, NetSettings, Setting, Settings};

/// What a layer of the user's may want.
#[derive(Debug, Args)]
pub(in crate::cli) struct LayerOptions {
    /// Sizes of the first input
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    input: Option<List>,
    /// Sizes and parameters by the letters of the text, such as H=5,W=5
    #[arg(long, value_name = "H=5,W=5", value_parser = assignments, allow_hyphen_values = true)]
    size: Option<Assignments>,
    /// Options that the layer declares, such as window=2x2 or bias=untied; may be repeated
    #[arg(long = "set", value_name = "OPTION=VALUE", value_parser = option)]
    set: Vec<(String, Setting<Amount>)>,
    /// The same as --set kernel=SHAPE
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    kernel: Option<List>,
    /// The same as --set window=SHAPE
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    window: Option<List>,
    /// The same as --set stride=STEPS
    #[arg(long, value_name = "STEPS", value_parser = positive_amounts, allow_hyphen_values = true)]
    stride: Option<List>,
    /// The same as --set bias=KIND
    #[arg(long, value_enum)]
    bias: Option<Bias>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Bias {
    /// One number for all outputs
    Shared,
    /// One number for each output
    Untied,
    /// No bias
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DenseBias {
    /// One number for each output, the same for all examples
    Shared,
    /// No bias
    None,
}

/// A list of numbers as one value (clap reads `Vec` as a repeated option).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct List(pub(in crate::cli) Vec<Amount>);

/// Letters and numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Assignments(pub(in crate::cli) BTreeMap<String, Amount>);

/// The sizes of a net's inputs.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Inputs(pub(in crate::cli) NetSettings);

fn option(text: &str) -> Result<(String, Setting<Amount>), String> {
    let (name, value) = text.split_once('=').ok_or("write OPTION=VALUE, such as window=2x2")?;
    let exact = value.contains(['.', '/', 'e', 'E']).then(|| values::quotient(value)).flatten();
    let setting = if let Some(number) = exact {
        Setting::Fraction(number)
    } else if value.starts_with(|c: char| c.is_ascii_alphabetic()) && letter(value).is_none() {
        Setting::Word(value.to_string())
    } else {
        Setting::Axes(amounts(value)?.0)
    };
    Ok((name.to_string(), setting))
}

/// Sets an option to a word.
pub(in crate::cli) fn word(settings: &mut Settings<Amount>, option: &str, word: &str) {
    settings.options.insert(option.to_string(), Setting::Word(word.to_string()));
}

/// Sets an option to the word for a value, if there is one.
pub(super) fn choice(settings: &mut Settings<Amount>, option: &str, value: Option<impl ValueEnum>) {
    if let Some(value) = value {
        word(settings, option, &value_name(&value));
    }
}

/// Sets an option to a number for each axis, if there are any.
pub(in crate::cli) fn axes<'a>(settings: &mut Settings<Amount>, option: &str, list: impl Into<Option<&'a List>>) {
    if let Some(list) = list.into() {
        settings.options.insert(option.to_string(), Setting::Axes(list.0.clone()));
    }
}

/// The settings of a dense layer: a batch is a leading axis of its input.
pub(in crate::cli) fn dense(
    input: &List,
    outputs: &List,
    batch: Option<&List>,
    bias: Option<DenseBias>,
) -> Settings<Amount> {
    let sizes = batch.iter().flat_map(|b| &b.0).chain(&input.0).cloned().collect();
    let mut settings = Settings { input: Some(sizes), ..Settings::default() };
    axes(&mut settings, "output", outputs);
    choice(&mut settings, "bias", bias);
    settings
}

impl LayerOptions {
    /// # Errors
    /// With the name of an option that is given twice.
    pub(in crate::cli) fn settings(&self) -> Result<Settings<Amount>, String> {
        let mut settings = Settings {
            input: self.input.as_ref().map(|l| l.0.clone()),
            others: Vec::new(),
            options: BTreeMap::new(),
            sizes: self.size.as_ref().map(|a| a.0.clone()).unwrap_or_default(),
        };
        let axes = |list: &Option<List>| list.as_ref().map(|l| Setting::Axes(l.0.clone()));
        let named = [
            ("kernel", axes(&self.kernel)),
            ("window", axes(&self.window)),
            ("stride", axes(&self.stride)),
            ("bias", self.bias.as_ref().map(|b| Setting::Word(value_name(b)))),
        ];
        let named = named.into_iter().filter_map(|(name, setting)| Some((name.to_string(), setting?)));
        for (name, setting) in named.chain(self.set.iter().cloned()) {
            if settings.options.insert(name.clone(), setting).is_some() {
                return Err(name);
            }
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::Number;

    #[test]
    fn an_option_is_the_number_that_is_written() {
        for (text, top, bottom) in [("1e-5", 1, 100_000), ("2.5E1", 25, 1), ("1/3", 1, 3), ("0.5", 1, 2)] {
            let wanted = ("eps".to_string(), Setting::Fraction(Number::fraction(top, bottom)));
            assert_eq!(option(&format!("eps={text}")), Ok(wanted), "{text}");
        }
        for (text, setting) in [
            ("shared", Setting::Word("shared".to_string())),
            ("3x2", Setting::Axes(vec![Amount::Number(3), Amount::Number(2)])),
        ] {
            assert_eq!(option(&format!("kind={text}")), Ok(("kind".to_string(), setting)), "{text}");
        }
    }
}
