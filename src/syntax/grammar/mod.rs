//! The grammar of `grammar/layer.ebnf` over tokens, one function a production: the shape of a file
//! and its layers in `layer`, nets in `net`, expressions in `expression`. Here are the input they read and the few combinators
//! that the general ones of nom do not cover.

mod expression;
mod layer;
mod net;

use nom::Parser;
use nom::branch::alt;
use nom::combinator::cut;

pub(super) use layer::file;
pub(super) use net::lone_chain;

use super::ast::{ELLIPSIS, Expr, ExprKind, Name};
use super::error::{Fault, Problem};
use super::line::is_data;
use super::token::{Kind, Token};
use crate::text::Span;

/// The most levels an expression may nest: bounds the recursion of the parser, which takes up to
/// 8 kB a level and has to fit the stack of any thread, and of every walk over the tree.
pub(super) const DEEPEST: usize = 100;

/// The most operators in one expression: a chain of them is as deep as it is long.
pub(super) const MOST_OPERATORS: usize = 2000;

/// What is left of a logical line, and how much of the limits is used up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tokens<'a> {
    /// The whole line; its last token is a [`Kind::Newline`].
    line: &'a [Token<'a>],
    /// How many of them have been read.
    read: usize,
    /// The levels open here.
    depth: usize,
    /// The operators since the outermost expression began.
    operators: usize,
}

/// The outcome of a parser: `Error` where another may try in its place, `Failure` where none can.
type Parsed<'a, T> = nom::IResult<Tokens<'a>, T, Fault<'a>>;

impl<'a> Tokens<'a> {
    /// All of a line.
    fn new(line: &'a [Token<'a>]) -> Self {
        Tokens { line, read: 0, depth: 0, operators: 0 }
    }

    /// The next token. The newline that ends every line is never read past.
    pub(super) fn peek(&self) -> &'a Token<'a> {
        &self.line[self.read.min(self.line.len() - 1)]
    }

    /// The last token that was read; the first of the line before that.
    fn last(&self) -> &'a Token<'a> {
        &self.line[self.read.saturating_sub(1)]
    }

    /// Is the next token the word `data`, and no name?
    fn declares_data(&self) -> bool {
        is_data(&self.line[self.read.min(self.line.len())..])
    }

    /// The input after the next token.
    fn next(self) -> Self {
        Tokens { read: self.read + 1, ..self }
    }

    /// The input after the next token, an operator.
    fn past_operator(self) -> Result<Self, nom::Err<Fault<'a>>> {
        if self.operators == MOST_OPERATORS {
            return Err(nom::Err::Failure(Fault::new(self.peek(), Problem::TooLong)));
        }
        Ok(Tokens { operators: self.operators + 1, ..self.next() })
    }

    /// From here to where `rest` begins.
    fn until(self, rest: Self) -> Span {
        self.peek().span().to(rest.last().span())
    }

    /// An expression that reaches from here to where `rest` begins.
    fn node(self, kind: ExprKind, rest: Self) -> Box<Expr> {
        Box::new(Expr { kind, span: self.until(rest) })
    }

    /// A fault here that another parser may yet avoid.
    fn error<T>(self, problem: Problem<'a>) -> Parsed<'a, T> {
        Err(nom::Err::Error(Fault::new(self.peek(), problem)))
    }

    /// A fault here that stands.
    fn failure<T>(self, problem: Problem<'a>) -> Parsed<'a, T> {
        Err(nom::Err::Failure(Fault::new(self.peek(), problem)))
    }
}

/// This reserved word or symbol.
fn token<'a>(text: &'static str) -> impl Fn(Tokens<'a>) -> Parsed<'a, &'a Token<'a>> {
    move |input| match input.peek() {
        found if found.is(text) => Ok((input.next(), found)),
        _ => input.error(Problem::Missing(text)),
    }
}

/// The word `data` where it is no name.
fn data(input: Tokens<'_>) -> Parsed<'_, &Token<'_>> {
    if input.declares_data() { Ok((input.next(), input.peek())) } else { input.error(Problem::Missing("data")) }
}

/// A token of this sort.
fn kind<'a>(kind: Kind, what: &'static str) -> impl Fn(Tokens<'a>) -> Parsed<'a, &'a Token<'a>> {
    move |input| match input.peek() {
        found if found.kind == kind => Ok((input.next(), found)),
        _ => input.error(Problem::Expected(what)),
    }
}

/// `newline`: the end of a heading or item; `what` says all that could have stood here.
fn newline<'a>(what: &'static str) -> impl Fn(Tokens<'a>) -> Parsed<'a, ()> {
    move |input| cut(kind(Kind::Newline, what)).map(|_| ()).parse(input)
}

/// `name`
fn name(input: Tokens<'_>) -> Parsed<'_, Name> {
    kind(Kind::Name, "a name").map(named).parse(input)
}

/// A token as a name.
fn named(token: &Token<'_>) -> Name {
    Name { text: token.text.into(), span: token.span() }
}

/// What to say if a parser fails without having read anything.
fn otherwise<'a, T>(
    problem: Problem<'a>,
    mut parser: impl Parser<Tokens<'a>, Output = T, Error = Fault<'a>>,
) -> impl FnMut(Tokens<'a>) -> Parsed<'a, T> {
    move |input| match parser.parse(input) {
        Err(nom::Err::Error(_)) => input.error(problem),
        other => other,
    }
}

/// The same where nothing else can stand: a description of what should.
fn expected<'a, T>(
    what: &'static str,
    parser: impl Parser<Tokens<'a>, Output = T, Error = Fault<'a>>,
) -> impl FnMut(Tokens<'a>) -> Parsed<'a, T> {
    otherwise(Problem::Expected(what), parser)
}

/// One or more, with commas between them.
fn list<'a, T>(
    mut item: impl Parser<Tokens<'a>, Output = T, Error = Fault<'a>>,
) -> impl FnMut(Tokens<'a>) -> Parsed<'a, Vec<T>> {
    move |input| {
        let (rest, first) = item.parse(input)?;
        others(first, &mut item, rest)
    }
}

/// A list whose first element may be an ellipsis, as `all` reads it.
fn leading<'a, T>(
    mut all: impl Parser<Tokens<'a>, Output = T, Error = Fault<'a>>,
    mut item: impl Parser<Tokens<'a>, Output = T, Error = Fault<'a>>,
) -> impl FnMut(Tokens<'a>) -> Parsed<'a, Vec<T>> {
    move |input| {
        let (rest, first) = alt((|input| all.parse(input), |input| item.parse(input))).parse(input)?;
        others(first, &mut item, rest)
    }
}

/// The elements of a list after its first.
fn others<'a, T>(
    first: T,
    item: &mut impl Parser<Tokens<'a>, Output = T, Error = Fault<'a>>,
    mut rest: Tokens<'a>,
) -> Parsed<'a, Vec<T>> {
    let mut items = vec![first];
    while let Ok((after, _)) = token(",")(rest) {
        let (after, item) = cut(|input| item.parse(input)).parse(after)?;
        items.push(item);
        rest = after;
    }
    Ok((rest, items))
}

/// `...`: nothing but the end of its place in a list may follow.
fn ellipsis(input: Tokens<'_>) -> Parsed<'_, Name> {
    let (rest, dots) = token(ELLIPSIS)(input)?;
    let next = rest.peek();
    if next.kind == Kind::Newline || [",", "where", "]", ")"].iter().any(|end| next.is(end)) {
        return Ok((rest, named(dots)));
    }
    rest.failure(Problem::NotAlone)
}

/// Brackets and what stands between them; `end` says all that could stand where they close.
fn bracketed<'a, T>(
    (open, close): (&'static str, &'static str),
    mut content: impl Parser<Tokens<'a>, Output = T, Error = Fault<'a>>,
    end: &'static str,
) -> impl FnMut(Tokens<'a>) -> Parsed<'a, T> {
    move |input| {
        let (rest, opening) = token(open)(input)?;
        let (rest, value) = cut(|input| content.parse(input))
            .parse(rest)
            .map_err(|error| error.map(|fault: Fault<'a>| fault.inside(opening)))?;
        let Ok((rest, _)) = token(close)(rest) else {
            let fault = Fault::new(rest.peek(), Problem::Expected(end)).unclosed(opening);
            return Err(nom::Err::Failure(fault));
        };
        Ok((rest, value))
    }
}

const PARENTHESES: (&str, &str) = ("(", ")");
const SQUARE: (&str, &str) = ("[", "]");
const CURLY: (&str, &str) = ("{", "}");

/// What a parser reads one level further down.
fn nested<'a, T>(
    mut parser: impl Parser<Tokens<'a>, Output = T, Error = Fault<'a>>,
) -> impl FnMut(Tokens<'a>) -> Parsed<'a, T> {
    move |input| {
        let depth = input.depth + 1;
        if depth > DEEPEST {
            return input.failure(Problem::TooDeep);
        }
        // The outermost level counts its operators anew.
        let operators = if input.depth == 0 { 0 } else { input.operators };
        let (rest, value) = parser.parse(Tokens { depth, operators, ..input })?;
        Ok((Tokens { depth: input.depth, ..rest }, value))
    }
}
