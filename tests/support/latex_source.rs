//! Reads LaTeX source as a list of tokens and finds what would make TeX lose its place: braces, environments and formulas
//! that do not close, bytes that pdfLaTeX cannot print, lines too long to read. An unclosed brace swallows everything that
//! follows it, so these are found before TeX runs.
#![allow(dead_code, reason = "each test crate includes this file and uses a part of it")]

use std::collections::BTreeSet;

/// The longest source line that a person can still edit and a diff can still show.
pub(crate) const LONGEST_LINE: usize = 500;

/// One token: a control sequence with its backslash (`\frac`, `\\`, `\[`), a comment with its newline, or one character.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'a> {
    /// The token as it is written.
    pub(crate) text: &'a str,
    /// Its line, counted from 1.
    pub(crate) line: usize,
}

impl Token<'_> {
    /// Says whether this is a comment, from its `%` to the end of the line.
    pub(crate) fn is_comment(&self) -> bool {
        self.text.starts_with('%')
    }

    fn is_blank(&self) -> bool {
        self.is_comment() || self.text.chars().all(char::is_whitespace)
    }
}

/// Something wrong with the source, on a line counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The line it is on.
    pub(crate) line: usize,
    /// What is wrong.
    pub(crate) message: String,
    /// Whether TeX can still be given this source without losing its place.
    pub(crate) compiles: bool,
}

/// Cuts a LaTeX source into tokens; the texts of all tokens together are the source.
pub(crate) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\\' => control_length(rest),
            '%' => rest.find('\n').map_or(rest.len(), |end| end + 1),
            other => other.len_utf8(),
        };
        let (text, after) = rest.split_at(length);
        found.push(Token { text, line });
        line += text.matches('\n').count();
        rest = after;
    }
    found
}

fn control_length(rest: &str) -> usize {
    let letters = rest[1..].bytes().take_while(u8::is_ascii_alphabetic).count();
    match letters {
        0 => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        count => 1 + count,
    }
}

/// The text of the brace group that opens at `start` (blanks before it are passed over) and the place after it.
pub(crate) fn group(tokens: &[Token<'_>], start: usize) -> Option<(String, usize)> {
    let open = skip_blanks(tokens, start);
    if tokens.get(open)?.text != "{" {
        return None;
    }
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let inside = &tokens[open + 1..place];
            return Some((inside.iter().map(|token| token.text).collect(), place + 1));
        }
    }
    None
}

/// The first place at or after `start` that is neither white space nor a comment.
pub(crate) fn skip_blanks(tokens: &[Token<'_>], start: usize) -> usize {
    tokens.iter().skip(start).position(|token| !token.is_blank()).map_or(tokens.len(), |blanks| start + blanks)
}

/// Everything that is wrong with a source before TeX sees it, in order of lines.
pub(crate) fn faults(source: &str) -> Vec<Fault> {
    let mut found = bytes(source);
    let tokens = tokens(source);
    found.extend(nesting(&tokens));
    found.extend(references(&tokens));
    found.sort_by_key(|fault| fault.line);
    found
}

fn bytes(source: &str) -> Vec<Fault> {
    let mut found = Vec::new();
    for (line, text) in (1..).zip(source.split('\n')) {
        let length = text.chars().count();
        if length > LONGEST_LINE {
            let message = format!("a line of {length} characters: at most {LONGEST_LINE} are allowed");
            found.push(Fault { line, message, compiles: length < 100_000 });
        }
        if let Some(odd) = text.chars().find(|c| !matches!(c, ' '..='~')) {
            let message = format!("`{}` (U+{:04X}) is not printable ASCII", odd.escape_debug(), u32::from(odd));
            found.push(Fault { line, message, compiles: false });
        }
    }
    found
}

/// Braces, environments and formulas must close in the order in which they opened.
fn nesting(tokens: &[Token<'_>]) -> Vec<Fault> {
    let mut open: Vec<(String, usize)> = Vec::new();
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        let line = token.line;
        place += 1;
        let (opens, closes) = match token.text {
            "{" | r"\[" | r"\(" => (Some(token.text.to_owned()), None),
            "}" => (None, Some("{".to_owned())),
            r"\]" => (None, Some(r"\[".to_owned())),
            r"\)" => (None, Some(r"\(".to_owned())),
            "$" if open.iter().rev().take_while(|(what, _)| what != "{").any(|(what, _)| what == "$") => {
                (None, Some("$".to_owned()))
            }
            "$" => (Some("$".to_owned()), None),
            r"\\" if open.last().is_some_and(|(what, _)| is_one_line(what)) => {
                let message = r"`\\` does not break a line here: use aligned, gathered or a matrix".to_owned();
                return vec![fatal(line, message)];
            }
            r"\begin" | r"\end" => {
                let Some((name, after)) = group(tokens, place) else {
                    return vec![fatal(line, format!("{} without a name", token.text))];
                };
                place = after;
                let what = format!(r"\begin{{{name}}}");
                if token.text == r"\begin" { (Some(what), None) } else { (None, Some(what)) }
            }
            _ => (None, None),
        };
        open.extend(opens.map(|what| (what, line)));
        if let Some(wanted) = closes {
            match open.pop() {
                Some((what, _)) if what == wanted => {}
                Some((what, from)) => {
                    let message = format!("`{wanted}` is closed, but `{what}` of line {from} is still open");
                    return vec![fatal(line, message)];
                }
                None => return vec![fatal(line, format!("`{wanted}` is closed, but was never opened"))],
            }
        }
    }
    open.into_iter().map(|(what, line)| fatal(line, format!("`{what}` is never closed"))).collect()
}

/// Whether TeX, without a word, ignores `\\` directly inside this.
fn is_one_line(opening: &str) -> bool {
    matches!(opening, r"\[" | r"\(" | "$" | r"\begin{equation}" | r"\begin{equation*}")
}

fn fatal(line: usize, message: String) -> Fault {
    Fault { line, message, compiles: false }
}

/// Each label is given once, and each reference has its label in the same source.
fn references(tokens: &[Token<'_>]) -> Vec<Fault> {
    let named = |commands: &[&str]| -> Vec<(String, usize)> {
        tokens
            .iter()
            .enumerate()
            .filter(|(_, token)| commands.contains(&token.text))
            .filter_map(|(place, token)| group(tokens, place + 1).map(|(name, _)| (name, token.line)))
            .collect()
    };
    let mut found = Vec::new();
    let mut labels = BTreeSet::new();
    for (name, line) in named(&[r"\label"]) {
        if !labels.insert(name.clone()) {
            found.push(Fault { line, message: format!("the label `{name}` is given twice"), compiles: true });
        }
    }
    for (name, line) in named(&[r"\ref", r"\eqref", r"\pageref"]) {
        if !labels.contains(&name) {
            let message = format!("undefined reference: nothing has the label `{name}`");
            found.push(Fault { line, message, compiles: true });
        }
    }
    found
}
