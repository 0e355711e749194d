//! Nets: a heading, what flows in, and a chain of stages; and a chain by itself, as a command line
//! gives it.

use std::iter::Peekable;

use nom::branch::alt;
use nom::combinator::{cut, map, opt, value};
use nom::sequence::{delimited, preceded};
use nom::{Finish, Parser};
use num_bigint::BigInt;
use num_rational::BigRational;

use super::expression::{integer, number, subscripts};
use super::layer::{layer_name, starts_unit, title, whole};
use super::{PARENTHESES, Parsed, Tokens, bracketed, data, expected, kind, name, named, newline, token};
use crate::syntax::ast::{Argument, ArgumentKind, Chain, Declaration, Name, Net, Role, Sharing, Stage};
use crate::syntax::error::{
    ARGUMENT, DIVISOR, Fault, LABEL, NET_END, NET_NAME, NET_SIZES, NET_TITLE, NUMBER_OF_LAYER, Problem, RESULT, STAGE,
};
use crate::syntax::line::starts_item;
use crate::syntax::token::{Kind, Token};

/// The only chain of a text, from logical lines that each end in a newline.
pub(in crate::syntax) fn lone_chain<'a>(tokens: &'a [Token<'a>]) -> Result<Chain, Fault<'a>> {
    let mut lines = tokens.split_inclusive(|token| token.kind == Kind::Newline).map(Tokens::new);
    let Some(first) = lines.next() else { unreachable!("every text has a line") };
    if first.peek().kind == Kind::Newline {
        return Err(Fault::new(first.peek(), Problem::EmptyChain));
    }
    let (_, chain) = line_of_stages(first).finish()?;
    match lines.next() {
        Some(second) if starts_item(second.line) => Err(Fault::new(second.peek(), Problem::NotInChain)),
        Some(second) => Err(Fault::new(second.peek(), Problem::SecondChain)),
        None => Ok(chain),
    }
}

/// `net`: the next line and all up to the next one that starts with `layer` or `net`. None only
/// with a new fault.
pub(super) fn net<'a>(
    lines: &mut Peekable<impl Iterator<Item = Tokens<'a>>>,
    faults: &mut Vec<Fault<'a>>,
) -> Option<Net> {
    let faults_before = faults.len();
    let first = lines.next()?;
    let heading = whole(net_heading, first, faults);
    let mut inputs = Vec::new();
    while let Some(line) = lines.next_if(declares_input) {
        inputs.push(whole(net_input, line, faults));
    }
    // None before the first chain; None inside for one with a fault.
    let mut chain = None;
    while let Some(line) = lines.next_if(|line| !starts_unit(line)) {
        if declares_input(&line) {
            faults.push(Fault::new(line.peek(), Problem::LateInput));
        } else if starts_item(line.line) && !line.peek().is("input") && !line.declares_data() {
            faults.push(Fault::new(line.peek(), Problem::ItemInNet));
        } else if chain.is_some() {
            faults.push(Fault::new(line.peek(), Problem::SecondChain));
        } else {
            chain = Some(whole(line_of_stages, line, faults));
        }
    }
    let (name, title) = heading?;
    let Some(chain) = chain else {
        if faults.len() == faults_before {
            faults.push(Fault::new(first.next().peek(), Problem::EmptyNet));
        }
        return None;
    };
    let (inputs, chain) = (inputs.into_iter().flatten().collect(), chain?);
    let span = first.peek().span().to(chain.span);
    Some(Net { name, title, inputs, chain, span })
}

/// `net-heading`
fn net_heading(input: Tokens<'_>) -> Parsed<'_, (Name, Option<String>)> {
    let (rest, name) = preceded(token("net"), cut(expected(NET_NAME, layer_name))).parse(input)?;
    let (rest, title) = opt(title).parse(rest)?;
    let what = if title.is_some() { NET_END } else { NET_TITLE };
    let (rest, ()) = newline(what)(rest)?;
    Ok((rest, (name, title)))
}

/// Whether a line says what flows in, other than by a chain's `input as`.
fn declares_input(line: &Tokens<'_>) -> bool {
    let second = line.next().peek();
    let sized = || line.next().next().peek().is("[");
    line.peek().is("input") && !second.is("as") && !second.is("->") || line.declares_data() && sized()
}

/// `net-input`
fn net_input(input: Tokens<'_>) -> Parsed<'_, Declaration> {
    let role = alt((value(Role::Input, token("input")), value(Role::Data, data)));
    let (rest, (role, name, shape)) = (role, cut(name), opt(subscripts)).parse(input)?;
    let what = if shape.is_some() { NET_END } else { NET_SIZES };
    let (rest, ()) = newline(what)(rest)?;
    Ok((rest, Declaration { role, name, shape: shape.unwrap_or_default(), padded: false }))
}

/// A chain and the end of its line.
fn line_of_stages(input: Tokens<'_>) -> Parsed<'_, Chain> {
    let (rest, chain) = chain(input)?;
    let labelled = chain.stages.last().is_some_and(|stage| stage.label.is_some());
    let (rest, ()) = newline(match (labelled, rest.last().is(")")) {
        (true, _) => "`->` or the end of the chain",
        (false, true) => "`as`, `->` or the end of the chain",
        (false, false) => "an argument, `as`, `->` or the end of the chain",
    })(rest)?;
    Ok((rest, chain))
}

/// `chain`
fn chain(input: Tokens<'_>) -> Parsed<'_, Chain> {
    let arrow = expected("`->`", token("->"));
    let (mut rest, source) = opt(delimited(token("input"), cut(label), cut(arrow))).parse(input)?;
    let mut stages = Vec::new();
    loop {
        let (after, from) = if stages.is_empty() { (rest, None) } else { opt(branch).parse(rest)? };
        let (after, stage) = cut(stage).parse(after)?;
        stages.push(Stage { source: from, ..stage });
        rest = match token("->")(after) {
            Ok((next, _)) => next,
            Err(_) => return Ok((after, Chain { source, stages, span: input.until(after) })),
        };
    }
}

/// `branch`
fn branch(input: Tokens<'_>) -> Parsed<'_, Name> {
    let arrow = expected("`->`", token("->"));
    delimited(token("from"), cut(expected(RESULT, name)), cut(arrow)).parse(input)
}

/// `stage`
fn stage(input: Tokens<'_>) -> Parsed<'_, Stage> {
    let (rest, name) = expected(STAGE, layer_name)(input)?;
    let (rest, (arguments, sharing, label)) = (arguments, opt(sharing), opt(label)).parse(rest)?;
    Ok((rest, Stage { source: None, name, arguments, sharing, label, span: input.until(rest) }))
}

/// The word that begins `sharing`; elsewhere it is a name like others.
const SHARING: &str = "sharing";

/// `sharing`
fn sharing(input: Tokens<'_>) -> Parsed<'_, Sharing> {
    if input.peek().kind != Kind::Name || input.peek().text != SHARING {
        return input.error(Problem::Missing(SHARING));
    }
    let numbered = |input| {
        let (rest, digits) = preceded(token("layer"), cut(expected(NUMBER_OF_LAYER, integer))).parse(input)?;
        let number = digits.parse().map_err(|_| nom::Err::Failure(Fault::new(rest.last(), Problem::SizeTooLarge)))?;
        Ok((rest, Sharing::Layer(number, rest.last().span())))
    };
    cut(expected(RESULT, alt((numbered, map(name, Sharing::Result))))).parse(input.next())
}

/// `label`
fn label(input: Tokens<'_>) -> Parsed<'_, Name> {
    preceded(token("as"), cut(expected(LABEL, name))).parse(input)
}

/// `arguments`: perhaps none.
fn arguments(input: Tokens<'_>) -> Parsed<'_, Vec<Argument>> {
    let (rest, mut arguments) = several(Vec::new(), argument, input)?;
    let in_brackets = |input| {
        let (rest, first) = expected(ARGUMENT, argument)(input)?;
        several(vec![first], further_argument, rest)
    };
    let (rest, more) = opt(bracketed(PARENTHESES, in_brackets, "an argument, `,` or `)`")).parse(rest)?;
    arguments.extend(more.unwrap_or_default());
    Ok((rest, arguments))
}

/// As many as there are, after these.
fn several<'a>(
    mut arguments: Vec<Argument>,
    one: impl Fn(Tokens<'a>) -> Parsed<'a, Argument>,
    mut rest: Tokens<'a>,
) -> Parsed<'a, Vec<Argument>> {
    loop {
        match one(rest) {
            Ok((after, argument)) => {
                arguments.push(argument);
                rest = after;
            }
            Err(nom::Err::Error(_)) => return Ok((rest, arguments)),
            Err(other) => return Err(other),
        }
    }
}

/// An argument between brackets, perhaps after a comma.
fn further_argument(input: Tokens<'_>) -> Parsed<'_, Argument> {
    match token(",")(input) {
        Ok((rest, _)) => cut(expected(ARGUMENT, argument)).parse(rest),
        Err(_) => argument(input),
    }
}

/// `argument`
fn argument(input: Tokens<'_>) -> Parsed<'_, Argument> {
    let (before, word, after) = (input.last(), input.peek(), input.next().peek());
    if matches!(word.text, "x" | "X") && is_numeric(before) && is_numeric(after) {
        return input.failure(Problem::SpacedSizes(before, after));
    }
    if word.kind == Kind::Name && word.text == SHARING {
        return input.error(Problem::Expected(ARGUMENT));
    }
    let (rest, kind) = alt((
        map(alt((layer_name, option_word)), |word| ArgumentKind::Word(word.text)),
        map(signed, ArgumentKind::Number),
        map(sizes, ArgumentKind::Sizes),
        map(pair, |(first, second)| ArgumentKind::Pair(first, second)),
    ))
    .parse(input)?;
    Ok((rest, Argument { kind, span: input.until(rest) }))
}

fn is_numeric(token: &Token<'_>) -> bool {
    matches!(token.kind, Kind::Number | Kind::Sizes | Kind::Pair)
}

/// `option-word`
fn option_word(input: Tokens<'_>) -> Parsed<'_, Name> {
    if ["layer", "net", "as"].iter().any(|word| input.peek().is(word)) {
        return input.error(Problem::Expected(ARGUMENT));
    }
    kind(Kind::Reserved, ARGUMENT).map(named).parse(input)
}

/// `signed`; an integer by itself is sizes.
fn signed(input: Tokens<'_>) -> Parsed<'_, BigRational> {
    let (rest, minus) = opt(token("-")).parse(input)?;
    let Ok((rest, top)) = number(rest) else { return input.error(Problem::Expected(ARGUMENT)) };
    let (after, bottom) = opt(preceded(token("/"), cut(expected(DIVISOR, divisor)))).parse(rest)?;
    if minus.is_none() && bottom.is_none() && top.is_integer() && integer(input).is_ok() {
        return input.error(Problem::Expected(ARGUMENT));
    }
    let value = if minus.is_some() { -top } else { top };
    Ok((after, bottom.map_or(value.clone(), |bottom| value / BigRational::from_integer(bottom))))
}

/// `divisor`
fn divisor(input: Tokens<'_>) -> Parsed<'_, BigInt> {
    let (rest, digits) = integer(input)?;
    match digits.parse() {
        Ok(divisor) if !digits.starts_with('0') => Ok((rest, divisor)),
        Ok(_) | Err(_) => input.error(Problem::Expected(DIVISOR)),
    }
}

/// `pair`
fn pair(input: Tokens<'_>) -> Parsed<'_, (i64, i64)> {
    let (rest, token) = kind(Kind::Pair, ARGUMENT)(input)?;
    match token.text.split_once(':').map(|(first, second)| (first.parse(), second.parse())) {
        Some((Ok(first), Ok(second))) => Ok((rest, (first, second))),
        Some(_) | None => input.failure(Problem::SizeTooLarge),
    }
}

/// `sizes`; an integer by itself is one.
fn sizes(input: Tokens<'_>) -> Parsed<'_, Vec<i64>> {
    let (rest, text) = alt((kind(Kind::Sizes, ARGUMENT).map(|sizes| sizes.text), integer)).parse(input)?;
    match text.split('x').map(str::parse).collect() {
        Ok(sizes) => Ok((rest, sizes)),
        Err(_) => input.failure(Problem::SizeTooLarge),
    }
}
