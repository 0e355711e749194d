//! Templates: words with places in braces, and how what stands there is written.
//!
//! | place | what is written |
//! |---|---|
//! | `{x}` | words or a formula as they are; a number in digits; a list as `a, b and c` |
//! | `{x^}` | the same with a capital letter (and so `{x^:…}`) |
//! | `{n: zero\| zeros}` | a number as a word, and what follows one or several |
//! | `{n?zero\|zeros}` | only that, or what is said where something holds and where it does not |
//! | `{list:; }` | a list with this between its parts |
//! | `{list!}` | its first part, for a list whose parts are alike |

use super::piece::Piece;
use super::sentence::Key;
use crate::document::{Inline, Inlines};

/// What a language has besides its sentences.
pub(super) struct Language {
    pub(super) row: fn(Key) -> &'static str,
    pub(super) digits: fn(usize) -> String,
    /// A number in words, if it is small.
    pub(super) words: fn(usize) -> String,
    /// The title of a layer, at the beginning of a line or inside one.
    pub(super) title: fn(&str, bool) -> String,
    /// What stands between the parts of a list, and before the last.
    pub(super) and: (&'static str, &'static str),
    /// What stands between two sentences.
    pub(super) between: &'static str,
    /// Does a space stand between its characters and other letters?
    pub(super) spaced: bool,
}

impl Language {
    /// The words of a template with what stands in its places.
    pub(super) fn filled(&self, template: &str, pieces: &[(&'static str, Piece)]) -> Inlines {
        let mut words = Inlines::new();
        let mut rest = template;
        while let Some((before, (place, behind))) = next_place(rest) {
            append(&mut words, vec![Inline::Text(before.to_string())]);
            if let Some((_, piece)) = pieces.iter().find(|(name, _)| *name == place.name) {
                let mut written = self.written(piece, place.how);
                if let Some(Inline::Text(first)) = written.first_mut().filter(|_| place.capital) {
                    *first = capital(first);
                }
                append(&mut words, written);
            }
            rest = behind;
        }
        append(&mut words, vec![Inline::Text(rest.to_string())]);
        if self.spaced { spaced(words) } else { words }
    }

    fn written(&self, piece: &Piece, how: How<'_>) -> Inlines {
        let text = |text: String| vec![Inline::Text(text)];
        match (piece, how) {
            (Piece::Words(words), _) => words.clone(),
            (Piece::Number(n), How::Counted(one, many)) => {
                text(format!("{}{}", (self.words)(*n), if *n == 1 { one } else { many }))
            }
            (Piece::Number(n), How::Chosen(one, many)) => text(if *n == 1 { one } else { many }.to_string()),
            (Piece::Number(n), _) => text((self.digits)(*n)),
            (Piece::List(list), How::First) => {
                list.first().map_or_else(Inlines::new, |first| self.written(first, How::AsItIs))
            }
            (Piece::List(list), _) => {
                let (between, last) = if let How::Counted(between, _) = how { (between, between) } else { self.and };
                let parts: Vec<Inlines> = list.iter().map(|part| self.written(part, How::AsItIs)).collect();
                concatenated(parts, between, last)
            }
        }
    }
}

/// A place of a template.
pub(super) struct Place<'a> {
    pub(super) name: &'a str,
    capital: bool,
    pub(super) how: How<'a>,
}

/// How what stands there is written.
#[derive(Clone, Copy)]
pub(super) enum How<'a> {
    AsItIs,
    First,
    /// After a number as a word, or between the parts of a list.
    Counted(&'a str, &'a str),
    Chosen(&'a str, &'a str),
}

/// The text before the next place of a template, that place, and the text behind it.
pub(super) fn next_place(template: &str) -> Option<(&str, (Place<'_>, &str))> {
    let (before, rest) = template.split_once('{')?;
    let (place, behind) = rest.split_once('}')?;
    let end = place.find(['^', ':', '?', '!']).unwrap_or(place.len());
    let (name, how) = place.split_at(end);
    let (capital, how) = how.strip_prefix('^').map_or((false, how), |how| (true, how));
    let how = match how.split_at_checked(1) {
        Some((":", how)) => {
            let (one, many) = how.split_once('|').unwrap_or((how, how));
            How::Counted(one, many)
        }
        Some(("?", how)) => {
            let (one, many) = how.split_once('|').unwrap_or((how, ""));
            How::Chosen(one, many)
        }
        Some(("!", _)) => How::First,
        Some(_) | None => How::AsItIs,
    };
    Some((before, (Place { name, capital, how }, behind)))
}

/// Words after words, as one text where two texts meet.
pub(super) fn append(words: &mut Inlines, more: Inlines) {
    for inline in more {
        match (words.last_mut(), inline) {
            (_, Inline::Text(text)) if text.is_empty() => {}
            (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
            (_, inline) => words.push(inline),
        }
    }
}

/// All that is not empty, with these words between two of them and before the last.
pub(super) fn concatenated(mut parts: Vec<Inlines>, between: &str, last: &str) -> Inlines {
    parts.retain(|part| !part.is_empty());
    let count = parts.len();
    let mut words = Inlines::new();
    for (place, part) in parts.into_iter().enumerate() {
        let before = if place == 0 {
            ""
        } else if place + 1 == count {
            last
        } else {
            between
        };
        append(&mut words, vec![Inline::Text(before.to_string())]);
        append(&mut words, part);
    }
    words
}

/// With a capital letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A space wherever a Chinese character meets a Latin letter, a digit or a formula; none beside full-width punctuation, which has
/// room of its own.
fn spaced(words: Inlines) -> Inlines {
    let character = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    // what stands for a formula
    let other = |c: char| c.is_ascii_alphanumeric() || c == '\0';
    let mut out = Inlines::new();
    let mut before = None;
    for inline in words {
        let text = if let Inline::Text(text) = &inline { text.as_str() } else { "\0" };
        let mut apart = String::new();
        for c in text.chars() {
            if before.is_some_and(|b| character(b) && other(c) || other(b) && character(c)) {
                apart.push(' ');
            }
            apart.extend((c != '\0').then_some(c));
            before = Some(c);
        }
        append(&mut out, vec![Inline::Text(apart)]);
        out.extend((!matches!(inline, Inline::Text(_))).then_some(inline));
    }
    out
}
