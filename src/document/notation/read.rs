//! A notation's file: every key and value is looked at, and what is wrong is said with its place, what is allowed, and what may have
//! been meant.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::choices::{Gradients, Notation};
use crate::formula::{Around, Sliding, unbraced};
use crate::text::{Diagnostic, Source, Span, closest};

/// The built-in notations: their names and their files.
pub const NOTATIONS: [(&str, &str); 5] = [
    ("tutorial", include_str!("tutorial.toml")),
    ("partial", include_str!("partial.toml")),
    ("framework", include_str!("framework.toml")),
    ("goodfellow", include_str!("goodfellow.toml")),
    ("nielsen", include_str!("nielsen.toml")),
];

/// Takes over a value, or says what is allowed.
type Set = fn(&mut Notation, &DeValue<'_>) -> Result<(), String>;

/// The keys of a notation.
const KEYS: [(&str, Set); 11] = [
    ("index-base", |n, v| {
        let digits = v.as_integer().map(|i| i.as_str());
        choice(digits, &[("0", Some(0)), ("1", Some(1))], &mut n.index_base)
    }),
    ("level", |n, v| {
        let all = [("superscript", Around::Nothing), ("bracketed", Around::Square), ("parenthesised", Around::Round)];
        choice(v.as_str(), &all, &mut n.level)
    }),
    ("layer-below", |n, v| {
        n.layer_below = v.as_bool().ok_or("write true or false")?;
        Ok(())
    }),
    ("gradient", |n, v| {
        let all = [("nabla", Gradients::Nabla), ("partial", Gradients::Partial), ("prefix", Gradients::Prefix)];
        choice(v.as_str(), &all, &mut n.gradient)
    }),
    ("prefix", |n, v| {
        let letter = v.as_str().filter(|word| word.len() == 1).and_then(|word| word.chars().next());
        n.prefix = letter.filter(char::is_ascii_alphabetic).ok_or("write one Latin letter in quotes, such as \"d\"")?;
        Ok(())
    }),
    ("error", |n, v| choice(v.as_str(), &[("letter", true), ("gradient", false)], &mut n.error_letter)),
    ("sliding", |n, v| {
        let all = [
            ("framework", Sliding::Framework),
            ("correlation", Sliding::Correlation),
            ("convolution", Sliding::Convolution),
        ];
        choice(v.as_str(), &all, &mut n.sliding)
    }),
    ("vectors", |n, v| choice(v.as_str(), &[("column", false), ("row", true)], &mut n.rows)),
    ("tensors", |n, v| choice(v.as_str(), &[("plain", false), ("bold", true)], &mut n.bold)),
    ("index-comma", |n, v| choice(v.as_str(), &[("needed", false), ("always", true)], &mut n.commas)),
    ("loss", |n, v| {
        n.loss = name(v.as_str())?;
        Ok(())
    }),
];

/// The key of the table of names.
const NAMES: &str = "names";

/// Sets `target` to the choice of that name; otherwise says which there are.
fn choice<T: Copy>(word: Option<&str>, all: &[(&str, T)], target: &mut T) -> Result<(), String> {
    if let Some((_, value)) = all.iter().find(|(known, _)| Some(*known) == word) {
        *target = *value;
        return Ok(());
    }
    let names = || all.iter().map(|(known, _)| *known);
    if let Some(near) = word.and_then(|word| closest(word, names())) {
        return Err(format!("did you mean `{near}`?"));
    }
    // numbers stand without quotes
    let quoted = |known: &str| if known.parse::<i64>().is_ok() { known.to_string() } else { format!("\"{known}\"") };
    let quoted: Vec<String> = names().map(quoted).collect();
    Err(match quoted.as_slice() {
        [first @ .., last] => format!("write {} or {last}", first.join(", ")),
        [] => String::new(),
    })
}

/// A name as the layer language has them.
fn name(word: Option<&str>) -> Result<String, String> {
    let fine = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let what = "write a name in quotes: a letter, then letters, digits or _; Greek letters by name, such as \"delta\"";
    word.filter(fine).map(str::to_string).ok_or_else(|| what.to_string())
}

fn place<T>(spanned: &Spanned<T>) -> Span {
    Span::new(spanned.span().start, spanned.span().end)
}

/// Reads a notation. What the file does not say is as in the tutorial.
///
/// # Errors
/// With everything that is wrong, in the order of the file; a text that is no TOML has one mistake.
pub fn read_notation(source: &Source) -> Result<Notation, Vec<Diagnostic>> {
    let table = DeTable::parse(&source.text).map_err(|error| {
        let at = error.span().unwrap_or(source.text.len()..source.text.len());
        let words = error.message().lines().collect::<Vec<_>>().join("; ");
        let hint = "a notation is a TOML file: lines such as gradient = \"partial\", and the table [names] at the end";
        vec![Diagnostic::new(Span::new(at.start, at.end), format!("this is no TOML: {words}")).hint(hint)]
    })?;
    let mut notation = Notation::default();
    let mut wrong = Vec::new();
    for (key, value) in table.get_ref() {
        let own: &str = key.get_ref();
        if own == NAMES {
            names(value, &mut notation, &mut wrong);
            continue;
        }
        let Some((_, set)) = KEYS.iter().find(|(known, _)| *known == own) else {
            wrong.push(unknown(own, place(key)));
            continue;
        };
        if let Err(hint) = set(&mut notation, value.get_ref()) {
            let message = format!("`{own}` has no such value");
            wrong.push(Diagnostic::new(place(value), message).hint(hint));
        }
    }
    wrong.sort_by_key(|d| d.span);
    if wrong.is_empty() { Ok(notation) } else { Err(wrong) }
}

fn unknown(key: &str, at: Span) -> Diagnostic {
    let known = || KEYS.iter().map(|(name, _)| *name).chain([NAMES]);
    let hint = match closest(key, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", known().collect::<Vec<_>>().join(", ")),
    };
    Diagnostic::new(at, format!("a notation has no `{key}`")).hint(hint)
}

/// The table of names.
fn names(value: &Spanned<DeValue<'_>>, notation: &mut Notation, wrong: &mut Vec<Diagnostic>) {
    let Some(table) = value.get_ref().as_table() else {
        let hint = "write [names] in a line of its own, and below it lines such as a = \"x\"";
        wrong.push(Diagnostic::new(place(value), "`names` is a table").hint(hint));
        return;
    };
    for (key, value) in table {
        let own: &str = key.get_ref();
        // the loss is no tensor of a layer
        if own == "C" {
            let hint = "it has a key of its own: loss = \"L\", before the table [names]";
            wrong.push(Diagnostic::new(place(key), "`C` is the loss").hint(hint));
        } else if let Err(hint) = name(Some(own)) {
            wrong.push(Diagnostic::new(place(key), format!("`{own}` is no name of a tensor")).hint(hint));
        } else {
            match name(value.get_ref().as_str().map(unbraced).as_deref()) {
                Ok(new) => notation.names.push((own.to_string(), new)),
                Err(hint) => {
                    wrong.push(Diagnostic::new(place(value), format!("`{own}` cannot be called so")).hint(hint))
                }
            }
        }
    }
}

impl Notation {
    /// A built-in notation.
    ///
    /// # Panics
    /// If its file is wrong: a mistake in this program, which a test would find.
    pub fn built_in(name: &str) -> Option<Notation> {
        let (_, text) = NOTATIONS.iter().find(|(known, _)| *known == name)?;
        let source = Source::new(format!("<notation {name}>"), *text);
        Some(read_notation(&source).expect("built-in notations are tested"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::notation::NOTATIONS;

    fn read(text: &str) -> Result<Notation, String> {
        let said =
            |d: &Diagnostic| format!("{}..{} {}: {}", d.span.start, d.span.end, d.message, d.hint.clone().unwrap());
        read_notation(&Source::new("x", text)).map_err(|list| list.iter().map(said).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn the_built_in_notations_are_right() {
        for (name, _) in NOTATIONS {
            assert!(Notation::built_in(name).is_some(), "{name}");
        }
        assert_eq!(
            Notation::built_in("tutorial"),
            Some(Notation::default()),
            "its file says what is left out elsewhere"
        );
        assert_eq!(Notation::built_in("nobody"), None);
    }

    #[test]
    fn the_file_of_the_tutorial_has_every_key() {
        let (_, text) = NOTATIONS[0];
        let said = |key: &str| text.lines().any(|l| l.split('=').next().map(str::trim) == Some(key));
        for (key, _) in KEYS {
            assert!(said(key) || key == "index-base", "{key}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        assert_eq!(read("").as_ref(), Ok(&Notation::default()));
        for (text, expected) in [
            ("gradiant = \"nabla\"", "0..8 a notation has no `gradiant`: did you mean `gradient`?"),
            ("gradient = \"nable\"", "11..18 `gradient` has no such value: did you mean `nabla`?"),
            ("index-base = 2", "13..14 `index-base` has no such value: write 0 or 1"),
            ("tensors = true", "10..14 `tensors` has no such value: write \"plain\" or \"bold\""),
            ("layer-below = \"no\"", "14..18 `layer-below` has no such value: write true or false"),
            (
                "[names]\nC = \"L\"",
                "8..9 `C` is the loss: it has a key of its own: loss = \"L\", before the table [names]",
            ),
        ] {
            assert_eq!(read(text), Err(expected.to_string()), "{text}");
        }
        let two = read("loss = 3\n[names]\na = \"2\"").unwrap_err();
        assert_eq!(two.lines().count(), 2, "{two}");
        assert!(read("a = ").unwrap_err().contains("no TOML"));
    }
}
