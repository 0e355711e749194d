//! Reads Rust source as far as a test of its style needs: words, punctuation and string texts with their lines, without the
//! comments, and, where wanted, without the parts under `#[cfg(test)]`.
#![allow(dead_code, reason = "each test crate includes this file and uses a part of it")]

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier, a keyword, a number or a lifetime.
    Word,
    /// One punctuation character, or `::`.
    Mark,
    /// A string or character literal.
    Literal,
}

/// One token of the code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'a> {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its text; a literal with its quotes.
    pub(crate) text: &'a str,
    /// Its line, counted from 1.
    pub(crate) line: usize,
}

/// The tokens of a file; comments and white space are left out.
pub(crate) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = next(rest, first);
        let (text, after) = rest.split_at(length);
        found.extend(kind.map(|kind| Token { kind, text, line }));
        line += text.matches('\n').count();
        rest = after;
    }
    found
}

/// The kind of the token that `rest` opens with, none for a comment or white space, and its length.
fn next(rest: &str, first: char) -> (Option<Kind>, usize) {
    if rest.starts_with("//") {
        (None, rest.find('\n').unwrap_or(rest.len()))
    } else if rest.starts_with("/*") {
        (None, block_comment(rest))
    } else if first.is_whitespace() {
        (None, first.len_utf8())
    } else if let Some(length) = raw_string(rest) {
        (Some(Kind::Literal), length)
    } else if let Some(start) = ["\"", "b\"", "c\""].into_iter().find(|start| rest.starts_with(start)) {
        (Some(Kind::Literal), start.len() + quoted(&rest[start.len()..], '"'))
    } else if let Some(start) = ["'", "b'"].into_iter().find(|start| rest.starts_with(start)) {
        character(rest, start.len())
    } else if is_word(first) {
        (Some(Kind::Word), word(rest))
    } else if rest.starts_with("::") {
        (Some(Kind::Mark), 2)
    } else {
        (Some(Kind::Mark), first.len_utf8())
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn word(rest: &str) -> usize {
    rest.find(|c| !is_word(c)).unwrap_or(rest.len())
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut place = 0;
    loop {
        let here = &rest[place..];
        if here.starts_with("/*") {
            depth += 1;
            place += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            place += 2;
        } else {
            match here.chars().next() {
                Some(c) => place += c.len_utf8(),
                None => return rest.len(),
            }
        }
        if depth == 0 {
            return place;
        }
    }
}

fn raw_string(rest: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"]
        .into_iter()
        .find(|prefix| rest.strip_prefix(prefix).is_some_and(|after| after.trim_start_matches('#').starts_with('"')))?;
    let after = &rest[prefix.len()..];
    let fence = &after[..after.find('"')?];
    let start = prefix.len() + fence.len() + 1;
    let close = format!("\"{fence}");
    Some(rest[start..].find(&close).map_or(rest.len(), |end| start + end + close.len()))
}

/// The length up to and with the closing quote.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (place, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return place + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A character literal, or a lifetime: `'a'` closes after one character, `'a` does not.
fn character(rest: &str, start: usize) -> (Option<Kind>, usize) {
    let inside = &rest[start..];
    let mut characters = inside.chars();
    match (characters.next(), characters.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => (Some(Kind::Literal), start + quoted(inside, '\'')),
        _ => (Some(Kind::Word), start + word(inside)),
    }
}

/// The tokens without the items under `#[cfg(test)]`.
pub(crate) fn without_tests<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    const GATE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        let ahead = tokens[place..].iter().take(GATE.len()).map(|token| token.text);
        if ahead.eq(GATE) {
            place = end_of_item(tokens, place + GATE.len());
        } else {
            kept.push(*token);
            place += 1;
        }
    }
    kept
}

/// The place after an item: after its `;`, or after the brace that closes its body.
fn end_of_item(tokens: &[Token<'_>], start: usize) -> usize {
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate().skip(start) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" => depth -= 1,
            "}" => {
                depth -= 1;
                if depth == 0 {
                    return place + 1;
                }
            }
            ";" if depth == 0 => return place + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The first name of every path that starts at the crate's root, with its line: `crate::a::b` and `crate::{a::b, c}`.
pub(crate) fn rooted<'a>(tokens: &[Token<'a>]) -> Vec<(&'a str, usize)> {
    let mut found = Vec::new();
    for (place, pair) in tokens.windows(2).enumerate() {
        if pair[0].text != "crate" || pair[1].text != "::" {
            continue;
        }
        let after = &tokens[place + 2..];
        match after.first() {
            Some(token) if token.text == "{" => found.extend(heads(after)),
            Some(token) => found.push((token.text, token.line)),
            None => {}
        }
    }
    found
}

/// The first names in a group of imports, `{a::b, c::{d, e}}`.
fn heads<'a>(group: &[Token<'a>]) -> Vec<(&'a str, usize)> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut at_head = false;
    for token in group {
        match token.text {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ if depth == 1 && at_head => found.push((token.text, token.line)),
            _ => {}
        }
        at_head = depth == 1 && matches!(token.text, "{" | ",");
        if depth == 0 {
            break;
        }
    }
    found
}

/// Every path of several names, one for each member of a group: `a::{b, c::d as e}` is `a::b` and `a::c::d`.
pub(crate) fn paths<'a>(tokens: &[Token<'a>]) -> Vec<Vec<&'a str>> {
    let mut found = Vec::new();
    let mut place = 0;
    while place < tokens.len() {
        let before = place.checked_sub(1).map_or("", |before| tokens[before].text);
        let joined = tokens.get(place + 1).is_some_and(|next| next.text == "::");
        // `pub(in crate::room)` says who sees something
        if tokens[place].kind == Kind::Word && joined && !matches!(before, "::" | "." | "in") {
            place = path(tokens, place, &mut Vec::new(), &mut found);
        } else {
            place += 1;
        }
    }
    found
}

/// Reads the path that begins here, after these names; gives the place after it.
fn path<'a>(tokens: &[Token<'a>], start: usize, before: &mut Vec<&'a str>, found: &mut Vec<Vec<&'a str>>) -> usize {
    let depth = before.len();
    let mut place = start;
    let text = |place: usize| tokens.get(place).map_or("", |token| token.text);
    while tokens.get(place).is_some_and(|token| token.kind == Kind::Word) && text(place + 1) == "::" {
        before.push(tokens[place].text);
        place += 2;
    }
    if text(place) == "{" {
        place += 1;
        while !matches!(text(place), "}" | "") {
            place = path(tokens, place, before, found);
            while !matches!(text(place), "," | "}" | "") {
                place += 1; // `as name`
            }
            place += usize::from(text(place) == ",");
        }
        place += 1;
    } else if tokens.get(place).is_some_and(|token| token.kind == Kind::Word) {
        let last = tokens[place].text;
        found.push(before.iter().copied().chain((last != "self").then_some(last)).collect());
        place += 1;
    } else {
        place += 1;
    }
    before.truncate(depth);
    place
}

/// The lengths of the chains `super::super::…`, with their lines.
pub(crate) fn climbs(tokens: &[Token<'_>]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut length = 0;
    for pair in tokens.windows(2) {
        match (pair[0].text, pair[1].text) {
            ("super", "::") => length += 1,
            ("::", "super") => {}
            _ => {
                if length > 0 {
                    found.push((length, pair[0].line));
                }
                length = 0;
            }
        }
    }
    found
}

/// The words a token is made of, in lower case: `MaxPool`, `max_pool` and `"max pool"` all give `max`, `pool`.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut joins = false;
    let mut after_capital = false;
    for c in text.chars() {
        if !c.is_alphabetic() {
            joins = false;
            continue;
        }
        let starts = !joins || (c.is_uppercase() && !after_capital);
        match found.last_mut() {
            Some(word) if !starts => word.extend(c.to_lowercase()),
            _ => found.push(c.to_lowercase().collect()),
        }
        joins = true;
        after_capital = c.is_uppercase();
    }
    found
}
