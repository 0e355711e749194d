//! Where lines end: joins the physical lines of a text into logical ones, each of which holds one
//! heading, item or chain.
//!
//! A line goes on in the next one inside brackets, after a binary operator, `->`, `=` or a word that
//! calls for more, and before a binary operator, `->` or a word that continues. So that one forgotten
//! bracket does not swallow the rest of the file, a line that can only be an item ends what is
//! open before it.

use super::precedence::operator;
use super::token::{Kind, Place, Token};

/// The tokens of a text that begins in this place, with only those newlines that end a logical line. Each logical line has at least
/// one more token, except that a text with no tokens is one bare newline.
pub(super) fn lines<'a>(tokens: &[Token<'a>], place: Place) -> Vec<Token<'a>> {
    let unclosed = unclosed(tokens);
    let mut lines: Vec<Token<'a>> = Vec::with_capacity(tokens.len());
    let mut line_start = 0;
    let mut in_net = place == Place::Chain || tokens.first().is_some_and(|first| first.is("net"));
    let mut open: Vec<usize> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Newline {
            if opens(token) {
                open.push(at);
            } else if closes(token) {
                open.pop();
            }
            lines.push(*token);
            continue;
        }
        let next = &tokens[at + 1..];
        let line = &lines[line_start..];
        let ends = match (line.first(), line.last(), open.first()) {
            _ if next.is_empty() => true,
            // What looks like an item between the parentheses of a heading or a stage may be an option.
            (Some(first), Some(last), Some(outermost)) if first.is("layer") || in_net => {
                starts_item(next) && unclosed.binary_search(outermost).is_ok() && !(last.is(",") || opens(last))
            }
            (.., Some(_)) => starts_item(next),
            (_, Some(last), None) => starts_item(next) || !(continues(&next[0]) || calls_for_more(last)),
            (_, None, None) => false,
        };
        if ends {
            // The place of the end is where the text of the line stops, not after its comment.
            let start = lines.last().map_or(token.start, Token::end);
            lines.push(Token { kind: Kind::Newline, text: "", start });
            line_start = lines.len();
            open.clear();
            in_net = next.first().is_some_and(|first| first.is("net") || in_net && !first.is("layer"));
        }
    }
    lines
}

/// The opening brackets that are never closed, by place among the tokens, in order.
fn unclosed(tokens: &[Token<'_>]) -> Vec<usize> {
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if opens(token) {
            open.push(at);
        } else if closes(token) {
            open.pop();
        }
    }
    open
}

/// Whether these tokens, at the start of a line, can only be an item or a heading.
pub(super) fn starts_item(tokens: &[Token<'_>]) -> bool {
    const WORDS: [&str; 10] =
        ["layer", "net", "input", "weight", "bias", "target", "loss", "assume", "require", "indices"];
    let Some((first, rest)) = tokens.split_first() else { return false };
    if is_data(tokens) || is_let(tokens) {
        return true;
    }
    if first.kind != Kind::Name {
        return WORDS.iter().any(|word| first.is(word));
    }
    // A definition: `z =` or `z[…] =`.
    let mut depth = 0_usize;
    for token in rest.iter().take_while(|token| token.kind != Kind::Newline) {
        if opens(token) && (depth > 0 || token.is("[")) {
            depth += 1;
        } else if closes(token) && depth > 0 {
            depth -= 1;
        } else if depth == 0 {
            return token.is("=");
        }
    }
    false
}

/// Whether these tokens begin with `let` as a word of the language: before a name.
pub(super) fn is_let(tokens: &[Token<'_>]) -> bool {
    matches!(tokens, [first, second, ..] if first.text == "let" && first.kind == Kind::Name && matches!(second.kind, Kind::Name | Kind::Reserved))
}

/// Whether these tokens begin with `data` as a word of the language: before a name. Elsewhere it is a name itself.
pub(super) fn is_data(tokens: &[Token<'_>]) -> bool {
    matches!(tokens, [first, second, ..] if first.text == "data" && first.kind == Kind::Name && second.kind == Kind::Name)
}

/// Whether a line that starts with this token continues the one before.
fn continues(token: &Token<'_>) -> bool {
    const WORDS: [&str; 4] = ["then", "else", "when", "where"];
    is_operator(token) || WORDS.iter().any(|word| token.is(word))
}

/// Whether a line that ends in this token continues in the next.
fn calls_for_more(token: &Token<'_>) -> bool {
    const WORDS: [&str; 7] = ["=", "not", "if", "then", "else", "when", "where"];
    is_operator(token) || WORDS.iter().any(|word| token.is(word))
}

/// Whether this is an operator that stands between two operands.
fn is_operator(token: &Token<'_>) -> bool {
    ["^", "**", "..", "->"].iter().any(|symbol| token.is(symbol)) || operator(token.text).is_some()
}

fn opens(token: &Token<'_>) -> bool {
    ["(", "[", "{"].iter().any(|bracket| token.is(bracket))
}

fn closes(token: &Token<'_>) -> bool {
    [")", "]", "}"].iter().any(|bracket| token.is(bracket))
}
