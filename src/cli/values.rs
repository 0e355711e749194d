//! Numbers from a JSON file, read exactly: integers, decimals, and strings such as `"2/3"`.

use std::fmt;
use std::fs;
use std::path::Path;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Pow, Zero};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::problem::Problem;
use crate::derivation::Given;
use crate::expr::Number;

/// A number may have this many digits, and this large an exponent of ten.
const MOST_DIGITS: usize = 1000;

/// Reads numbers for tensors.
pub(super) fn read(path: &Path) -> Result<Given, Problem> {
    let name = path.display();
    let text = fs::read_to_string(path).map_err(|e| {
        Problem::input(
            format!("{name} cannot be read: {e}"),
            "--values takes a JSON file, such as {\"a\": [[1, 2], [3, 4]]}",
        )
    })?;
    given(&name.to_string(), &text)
}

/// Reads numbers for tensors from the text of the file called `name`.
pub(super) fn given(name: &str, text: &str) -> Result<Given, Problem> {
    let form = "a JSON object from tensor name to nested arrays of numbers, such as {\"a\": [[1, \"2/3\"], [0.5, 4]]}";
    let entries: Entries =
        serde_json::from_str(text).map_err(|e| Problem::input(format!("{name} cannot be understood: {e}"), form))?;
    let mut given = Given::default();
    for (tensor, value) in entries.0 {
        let mut elements = Vec::new();
        let shape = flatten(&value, &tensor, &mut elements)
            .map_err(|message| Problem::input(format!("{name}: {message}"), form))?;
        if given.tensors.insert(tensor.clone(), (shape, elements)).is_some() {
            return Err(Problem::input(format!("{name} gives `{tensor}` twice"), "give it once"));
        }
    }
    Ok(given)
}

/// The members of a JSON object in their order, with none dropped when a name comes twice.
struct Entries(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Entries, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object from tensor name to numbers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut list = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    list.push(entry);
                }
                Ok(Entries(list))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Appends the numbers row-major and gives the shape.
fn flatten(value: &Value, place: &str, out: &mut Vec<Number>) -> Result<Vec<usize>, String> {
    match value {
        Value::Number(n) => {
            out.push(decimal(&n.to_string()).ok_or_else(|| format!("{place}: {n} has too many digits"))?);
            Ok(Vec::new())
        }
        Value::String(text) => {
            out.push(quotient(text).ok_or_else(|| format!("{place}: `{text}` is not a number"))?);
            Ok(Vec::new())
        }
        Value::Array(parts) if parts.is_empty() => Err(format!("{place} is empty")),
        Value::Array(parts) => {
            let mut inner: Option<Vec<usize>> = None;
            for (i, part) in parts.iter().enumerate() {
                let shape = flatten(part, &format!("{place}[{i}]"), out)?;
                if inner.as_ref().is_some_and(|s| *s != shape) {
                    return Err(format!("{place} is ragged: its parts have different shapes"));
                }
                inner = Some(shape);
            }
            Ok(std::iter::once(parts.len()).chain(inner.unwrap_or_default()).collect())
        }
        Value::Null | Value::Bool(_) | Value::Object(_) => Err(format!("{place}: {value} is not a number")),
    }
}

/// `3`, `-2/3`, `0.5`.
pub(super) fn quotient(text: &str) -> Option<Number> {
    match text.split_once('/') {
        None => decimal(text.trim()),
        Some((top, bottom)) => {
            let (top, bottom) = (decimal(top.trim())?, decimal(bottom.trim())?);
            Some(top.mul(&bottom.invert()?))
        }
    }
}

/// A decimal number, exactly.
pub(super) fn decimal(text: &str) -> Option<Number> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{part}");
    let fine = !all.is_empty() && all.len() <= MOST_DIGITS && all.bytes().all(|b| b.is_ascii_digit());
    if !fine || exponent.unsigned_abs() as usize > MOST_DIGITS {
        return None;
    }
    let value: BigInt = all.parse().ok()?;
    if value.is_zero() {
        return Some(Number::integer(0));
    }
    let shift = exponent - part.len() as i32;
    let power: BigInt = Pow::pow(BigInt::from(10), shift.unsigned_abs());
    let scale = if shift < 0 { BigRational::new(BigInt::one(), power) } else { BigRational::from(power) };
    Some(Number::from(BigRational::from(value * sign) * scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_exactly() {
        for (text, n, d) in [
            ("0.1", 1, 10),
            ("-2/3", -2, 3),
            ("1e2", 100, 1),
            ("25E-2", 1, 4),
            (" 4 / 6 ", 2, 3),
            ("-0.50", -1, 2),
            ("+3", 3, 1),
        ] {
            assert_eq!(quotient(text), Some(Number::fraction(n, d)), "{text}");
        }
        for text in ["", "x", "1/0", "1//2", ".", "1e9999999", "--1", "1.2.3", "0x1"] {
            assert_eq!(quotient(text), None, "{text}");
        }
    }
}
