//! Sizes on the command line, numbers or letters: shapes such as `3x3` or `HxW`, steps such as `2` or `1x2`, and assignments such as
//! `H=5,W=5`.

use std::collections::BTreeMap;

use super::arguments::{Assignments, Inputs, List};
use super::values::quotient;
use crate::expr::{HIGHEST_ROOT, Number};
use crate::layer::{Amount, NetSettings, Setting};

/// The largest size of an axis.
const LARGEST: i64 = 1 << 31;

/// Sizes, each at least 1.
pub(super) fn shape(text: &str) -> Result<List, String> {
    numbers(text, 1, "a size")
}

/// One size.
pub(super) fn size(text: &str) -> Result<List, String> {
    Ok(List(vec![amount(text, 1, "a size")?]))
}

/// Sizes of the input, or of several by name: `6x6`, `x=4,y=3x3`.
pub(super) fn inputs(text: &str) -> Result<Inputs, String> {
    if !text.contains('=') {
        return Ok(Inputs(NetSettings::sized(&in_numbers(text)?)));
    }
    let named = |part: &str| {
        let (name, sizes) = part.split_once('=').ok_or_else(|| format!("`{part}` has no name: write x=4,y=3x3"))?;
        Ok((name.trim().to_string(), in_numbers(sizes.trim())?))
    };
    let inputs = text.split(',').map(named).collect::<Result<_, String>>()?;
    Ok(Inputs(NetSettings { inputs, ..NetSettings::default() }))
}

/// Sizes that are numbers: a net is derived at these.
fn in_numbers(text: &str) -> Result<Vec<i64>, String> {
    let size = |part: &str| match letter(part) {
        Some(letter) => {
            Err(format!("`{letter}` is a letter, and a net is derived at sizes that are numbers, such as 6x6"))
        }
        None => number(part, 1, "a size"),
    };
    text.split(['x', 'X', '\u{d7}']).map(size).collect()
}

/// Steps, each at least 1.
pub(super) fn positive_amounts(text: &str) -> Result<List, String> {
    numbers(text, 1, "a step")
}

/// Numbers, each at least 0.
pub(super) fn amounts(text: &str) -> Result<List, String> {
    numbers(text, 0, "a number")
}

/// The exponent of a norm, above 0: `2`, `1.5`, `3/2`.
pub(super) fn exponent(text: &str) -> Result<Number, String> {
    let usage = || format!("`{text}` is no exponent: write a number above 0, such as 2, 1.5 or 3/2");
    let number = quotient(text).filter(|n| !n.is_zero() && !n.is_negative()).ok_or_else(usage)?;
    let (top, bottom) = number.parts();
    let most = Number::integer(HIGHEST_ROOT.into());
    if top.max(bottom) > most {
        return Err(format!("{text} is beyond what is worked with: at most {most}, over at most {most}"));
    }
    Ok(number)
}

/// Channels of input and output: `3:8`.
pub(super) fn channel_pair(text: &str) -> Result<List, String> {
    let usage = || format!("`{text}` is no pair of channels: write IN:OUT, such as 3:8");
    let (of_input, of_output) = text.split_once(':').ok_or_else(usage)?;
    Ok(List(vec![amount(of_input, 1, "a number of channels")?, amount(of_output, 1, "a number of channels")?]))
}

/// Lines around a tensor: `1`, `1x2`, `3,0x0,2` before and behind each axis, or a word.
pub(super) fn padding(text: &str) -> Result<Setting<Amount>, String> {
    let word =
        |text: &str| text.len() > 1 && text.bytes().all(|b| b.is_ascii_alphabetic()) && !text.contains(['x', 'X']);
    if word(text) {
        return Ok(Setting::Word(text.to_string()));
    }
    let line = |part: &str| amount(part, 0, "a number of lines");
    if !text.contains(',') {
        return Ok(Setting::Axes(amounts(text)?.0));
    }
    let sides = text.split(['x', 'X', '\u{d7}']).map(|part| match part.split_once(',') {
        Some((before, behind)) => Ok((line(before)?, line(behind)?)),
        None => line(part).map(|n| (n.clone(), n)),
    });
    sides.collect::<Result<_, String>>().map(Setting::Sides)
}

/// `H=5,W=5`.
pub(super) fn assignments(text: &str) -> Result<Assignments, String> {
    let mut map = BTreeMap::new();
    for part in text.split(',') {
        let (letter, value) =
            part.split_once('=').ok_or_else(|| format!("`{part}` is no assignment: write H=5,W=5"))?;
        let value = amount(value.trim(), 0, "a size")?;
        if map.insert(letter.trim().to_string(), value).is_some() {
            return Err(format!("`{}` is set twice", letter.trim()));
        }
    }
    Ok(Assignments(map))
}

fn numbers(text: &str, least: i64, what: &str) -> Result<List, String> {
    text.split(['x', 'X', '\u{d7}']).map(|part| amount(part, least, what)).collect::<Result<_, _>>().map(List)
}

/// A size that is left open: a letter, and digits after it.
pub(super) fn letter(text: &str) -> Option<&str> {
    let mut characters = text.chars();
    let first = characters.next()?;
    let is_letter = first.is_ascii_alphabetic() && !matches!(first, 'x' | 'X');
    (is_letter && characters.all(|c| c.is_ascii_digit())).then_some(text)
}

/// A number, or a letter that stands for one.
fn amount(text: &str, least: i64, what: &str) -> Result<Amount, String> {
    if let Some(letter) = letter(text) {
        return Ok(Amount::Letter(letter.to_string(), least));
    }
    number(text, least, what).map(Amount::Number)
}

fn number(text: &str, least: i64, what: &str) -> Result<i64, String> {
    if text.is_empty() {
        return Err(format!("{what} is missing: write numbers or letters with x between them, such as 3x3 or HxW"));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.bytes().all(|b| b.is_ascii_digit()) || digits.is_empty() {
        return Err(format!(
            "`{text}` is not {what}: write numbers or letters with x between them, such as 3x3 or HxW"
        ));
    }
    match text.parse::<i64>() {
        Ok(n) if n < least => Err(format!("{what} is at least {least}, not {n}")),
        Ok(n) if n <= LARGEST => Ok(n),
        Ok(_) | Err(_) => Err(format!("{text} is too large: {what} is at most {LARGEST}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_read() {
        let list = |numbers: &[i64]| Ok(List(numbers.iter().map(|n| Amount::Number(*n)).collect()));
        assert_eq!(shape("3x3"), list(&[3, 3]));
        assert_eq!(shape("8"), list(&[8]));
        assert_eq!(shape("4\u{d7}5X6"), list(&[4, 5, 6]));
        assert_eq!(amounts("0x1"), list(&[0, 1]));
        let letters = |list: &[(&str, i64)]| list.iter().map(|(l, n)| Amount::Letter((*l).to_string(), *n)).collect();
        assert_eq!(shape("HxW1"), Ok(List(letters(&[("H", 1), ("W1", 1)]))));
        assert_eq!(padding("p"), Ok(Setting::Axes(letters(&[("p", 0)]))));
        assert_eq!(padding("same"), Ok(Setting::Word("same".to_string())));
    }

    #[test]
    fn bad_shapes_say_why() {
        for (text, why) in [
            ("3x", "missing"),
            ("", "missing"),
            ("x3", "missing"),
            ("0x3", "at least 1"),
            ("-1x3", "at least 1"),
            ("3.5", "not a size"),
            ("HeightxW", "not a size"),
            ("--kernel", "not a size"),
            ("99999999999x3", "too large"),
            ("99999999999999999999999", "too large"),
        ] {
            let error = shape(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
