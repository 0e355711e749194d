//! Characters to tokens. Every text has tokens: what fits nowhere becomes a [`Kind::Flaw`], which
//! no parser takes and which therefore is reported if and when a parser arrives at it.

use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_while, take_while1};
use nom::character::complete::{char, satisfy};
use nom::combinator::{map, opt, recognize, value, verify};
use nom::multi::many0_count;
use nom::{IResult, Parser};

use crate::text::Span;

/// A piece of the text with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// What sort of piece.
    pub(super) kind: Kind,
    /// As written; empty at the end of a line.
    pub(super) text: &'a str,
    /// Its first byte.
    pub(super) start: usize,
}

impl Token<'_> {
    /// One past its last byte.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Its place.
    pub(super) fn span(&self) -> Span {
        Span::new(self.start, self.end())
    }

    /// Whether it is this reserved word or symbol.
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Reserved | Kind::Symbol) && self.text == text
    }
}

/// The sorts of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word that is not reserved.
    Name,
    /// A word with hyphens in it, after `layer` or in a net.
    LayerName,
    /// A reserved word.
    Reserved,
    /// `12`, `0.25`
    Number,
    /// `3x3`, in a net.
    Sizes,
    /// `3:8`, in a net.
    Pair,
    /// `"Average pooling"`
    Title,
    /// An operator, a bracket, a comma…
    Symbol,
    /// The end of a line or of the text.
    Newline,
    /// Something that is no token.
    Flaw(Flaw),
}

/// What can be wrong with a piece of text by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A word with letters or digits outside ASCII.
    ForeignWord,
    /// A character with no meaning.
    Character,
    /// The same among the stages of a net.
    InChain,
    /// A word with digits at its beginning where sizes or a number may stand.
    Sizes,
    /// A title that its line does not close.
    OpenTitle,
    /// A number of more than [`LONGEST_NUMBER`] characters.
    LongNumber,
}

/// The most characters a number may have: enough for any exact constant, and a bound on the work
/// that one literal can cause.
pub(super) const LONGEST_NUMBER: usize = 100;

/// The words of the grammar, which cannot name a variable, a tensor or a layer.
const RESERVED: [&str; 24] = [
    "layer", "net", "input", "weight", "bias", "target", "loss", "assume", "require", "as", "sum", "max", "mean", "if",
    "then", "else", "when", "where", "in", "and", "or", "not", "indices", "from",
];

/// The symbols of the grammar, each before its own beginnings.
const SYMBOLS: [&str; 24] = [
    "?", "...", "..", "**", "->", "==", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ",", "=", "+", "-", "*", "/",
    "^", "<", ">",
];

/// How other languages hand a value on.
const ARROWS: [&str; 5] = ["|>", "-->", "==>", "=>", "~>"];

type Lexed<'a, T = &'a str> = IResult<&'a str, T>;

/// Where a token stands, as far as that decides what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a layer: `a-b` is a difference and `3x3` nothing.
    Layer,
    /// After `layer`: a word may have hyphens in it.
    Heading,
    /// Among the stages of a net: there are sizes too.
    Chain,
}

/// All tokens of a text that begins in this place. Empty lines leave no token, and the last token
/// is a [`Kind::Newline`].
pub(super) fn tokens(text: &str, place: Place) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    // Some editors open a file with a byte order mark.
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut context = Context { in_net: place == Place::Chain, subscripts: 0 };
    loop {
        rest = after_trivia(rest);
        let start = text.len() - rest.len();
        let empty_line = tokens.last().is_none_or(|last| last.kind == Kind::Newline);
        let Ok((after, kind)) = token(rest, context.place(tokens.last())) else {
            if !empty_line || tokens.is_empty() {
                tokens.push(Token { kind: Kind::Newline, text: "", start });
            }
            return tokens;
        };
        if kind != Kind::Newline || !empty_line {
            tokens.push(Token { kind, text: &rest[..rest.len() - after.len()], start });
            context.pass(&tokens);
        }
        rest = after;
    }
}

/// What came before a token, as far as it matters.
struct Context {
    /// A line that starts with `net` began, and none since that starts with `layer`.
    in_net: bool,
    /// The square brackets that are open in a net.
    subscripts: usize,
}

impl Context {
    /// The place after this token.
    fn place(&self, last: Option<&Token<'_>>) -> Place {
        if self.in_net && self.subscripts == 0 {
            Place::Chain
        } else if last.is_some_and(|last| last.is("layer")) {
            Place::Heading
        } else {
            Place::Layer
        }
    }

    /// Takes note of the last of these tokens.
    fn pass(&mut self, tokens: &[Token<'_>]) {
        let [before @ .., last] = tokens else { return };
        if last.is("net") && starts_line(before) {
            *self = Context { in_net: true, subscripts: 0 };
        } else if last.is("layer") && starts_line(before) {
            self.in_net = false;
        } else if last.is("[") {
            self.subscripts += 1;
        } else if last.is("->") {
            self.subscripts = 0;
        } else if last.is("]") {
            self.subscripts = self.subscripts.saturating_sub(1);
        }
    }
}

/// Whether what follows these tokens starts a line that continues no list: there it may be the
/// option of a parameter.
fn starts_line(before: &[Token<'_>]) -> bool {
    match before {
        [] => true,
        [.., last, newline] => newline.kind == Kind::Newline && !(last.is(",") || last.is("(")),
        [only] => only.kind == Kind::Newline,
    }
}

/// What follows blanks and a comment. A carriage return is a blank, which is all it takes to read
/// files with CRLF.
fn after_trivia(input: &str) -> &str {
    let rest = input.trim_start_matches([' ', '\t', '\r']);
    comment(rest).map_or(rest, |(after, _)| after)
}

/// One token; fails only at the end of the text.
fn token(input: &str, place: Place) -> Lexed<'_, Kind> {
    let in_chain = place == Place::Chain;
    alt((
        value(Kind::Newline, newline),
        value(Kind::Flaw(Flaw::ForeignWord), foreign_word),
        value(Kind::LayerName, verify(layer_name, |name: &str| place != Place::Layer && name.contains('-'))),
        value(Kind::Sizes, verify(digits_at_start, |text: &str| in_chain && text.contains('x') && is_sizes(text))),
        value(Kind::Pair, verify(digits_at_start, |text: &str| in_chain && is_pair(text))),
        value(Kind::Flaw(Flaw::Sizes), verify(digits_at_start, |text: &str| in_chain && !is_number(text))),
        value(Kind::Flaw(Flaw::InChain), verify(arrow, |_: &str| in_chain)),
        map(word, |word| if reserved_word(word) { Kind::Reserved } else { Kind::Name }),
        map(number, |number| match number.len() {
            ..=LONGEST_NUMBER => Kind::Number,
            _ => Kind::Flaw(Flaw::LongNumber),
        }),
        value(Kind::Symbol, symbol),
        map(title, |title| match title.len() > 1 && title.ends_with('"') {
            true => Kind::Title,
            false => Kind::Flaw(Flaw::OpenTitle),
        }),
        map(take(1usize), |_| Kind::Flaw(if in_chain { Flaw::InChain } else { Flaw::Character })),
    ))
    .parse(input)
}

/// `layer-name`: words joined by hyphens.
fn layer_name(input: &str) -> Lexed<'_> {
    let part = take_while1(word_character);
    recognize((word, many0_count((char('-'), part)))).parse(input)
}

/// `word`: a letter, then letters, digits and underscores.
fn word(input: &str) -> Lexed<'_> {
    recognize((satisfy(letter), take_while(word_character))).parse(input)
}

/// What would be a word if all its characters were ASCII; some are not.
fn foreign_word(input: &str) -> Lexed<'_> {
    let word = take_while1(|c: char| c.is_alphanumeric() || c == '_');
    verify(word, |word: &str| !word.is_ascii()).parse(input)
}

/// `reserved-word`
pub(super) fn reserved_word(word: &str) -> bool {
    RESERVED.contains(&word)
}

/// `number`: digits, perhaps with decimals. The `1` of `1..K` stops before the dots.
fn number(input: &str) -> Lexed<'_> {
    recognize((integer, opt((char('.'), integer)))).parse(input)
}

/// `integer`
fn integer(input: &str) -> Lexed<'_> {
    take_while1(digit).parse(input)
}

/// `sizes`: integers with `x` between them.
fn sizes(input: &str) -> Lexed<'_> {
    recognize((integer, many0_count((char('x'), integer)))).parse(input)
}

/// `pair`: two integers with `:` between them.
fn pair(input: &str) -> Lexed<'_> {
    recognize((integer, char(':'), integer)).parse(input)
}

/// What starts with a digit and goes on as sizes or a number might, or as what is meant for them.
fn digits_at_start(input: &str) -> Lexed<'_> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '*' | '×' | ':');
    recognize((satisfy(digit), take_while(part))).parse(input)
}

/// Whether this is all sizes.
pub(super) fn is_sizes(text: &str) -> bool {
    sizes(text).is_ok_and(|(rest, _)| rest.is_empty())
}

/// Whether this is all one pair.
fn is_pair(text: &str) -> bool {
    pair(text).is_ok_and(|(rest, _)| rest.is_empty())
}

/// Whether this is all one number.
fn is_number(text: &str) -> bool {
    number(text).is_ok_and(|(rest, _)| rest.is_empty())
}

/// A way to hand a value on that is not this language's.
fn arrow(input: &str) -> Lexed<'_> {
    let found = ARROWS.into_iter().find(|arrow| input.starts_with(arrow));
    tag(found.unwrap_or(ARROWS[0])).parse(input)
}

/// One of the symbols.
fn symbol(input: &str) -> Lexed<'_> {
    let found = SYMBOLS.into_iter().find(|symbol| input.starts_with(symbol));
    tag(found.unwrap_or(SYMBOLS[0])).parse(input)
}

/// `title`: up to the closing quote, or up to the end of the line where that is missing.
fn title(input: &str) -> Lexed<'_> {
    recognize((char('"'), take_while(|c| character(c) && c != '"'), opt(char('"')))).parse(input)
}

/// `comment`: from `#` to the end of the line.
fn comment(input: &str) -> Lexed<'_> {
    recognize((char('#'), take_while(character))).parse(input)
}

/// `newline`
fn newline(input: &str) -> Lexed<'_> {
    tag("\n").parse(input)
}

/// `letter`
fn letter(c: char) -> bool {
    c.is_ascii_alphabetic()
}

/// `digit`
fn digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// `character`, of a title or a comment
fn character(c: char) -> bool {
    c != '\n'
}

/// `word-character`
fn word_character(c: char) -> bool {
    letter(c) || digit(c) || c == '_'
}
