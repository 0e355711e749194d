//! Nets: a heading, what flows in, and a chain of stages; and a chain by itself, as a command line
//! gives it.

use std::iter::Peekable;

use nom::branch::alt;
use nom::combinator::{cut, map, opt, value};
use nom::sequence::{delimited, preceded};
use nom::{Finish, Parser};

use super::expression::{integer, number, subscripts};
use super::layer::{layer_name, starts_unit, title, whole};
use super::{PARENTHESES, Parsed, Tokens, bracketed, data, expected, kind, name, named, newline, token};
use crate::syntax::ast::{Argument, ArgumentKind, Chain, Declaration, Name, Net, Role, Stage};
use crate::syntax::error::{ARGUMENT, Fault, LABEL, NET_END, NET_NAME, NET_SIZES, NET_TITLE, Problem, STAGE};
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
    let input = lines.next_if(declares_input).map(|line| whole(net_input, line, faults));
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
    let (input, chain) = (input.flatten(), chain?);
    let span = first.peek().span().to(chain.span);
    Some(Net { name, title, input, chain, span })
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
    Ok((rest, Declaration { role, name, shape: shape.unwrap_or_default() }))
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
        let (after, stage) = cut(stage).parse(rest)?;
        stages.push(stage);
        rest = match token("->")(after) {
            Ok((next, _)) => next,
            Err(_) => return Ok((after, Chain { source, stages, span: input.until(after) })),
        };
    }
}

/// `stage`
fn stage(input: Tokens<'_>) -> Parsed<'_, Stage> {
    let (rest, name) = expected(STAGE, layer_name)(input)?;
    let (rest, (arguments, label)) = (arguments, opt(label)).parse(rest)?;
    Ok((rest, Stage { name, arguments, label, span: input.until(rest) }))
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
    let (rest, kind) = alt((
        map(alt((layer_name, option_word)), |word| ArgumentKind::Word(word.text)),
        map(sizes, ArgumentKind::Sizes),
        map(number, ArgumentKind::Number),
    ))
    .parse(input)?;
    Ok((rest, Argument { kind, span: input.until(rest) }))
}

fn is_numeric(token: &Token<'_>) -> bool {
    matches!(token.kind, Kind::Number | Kind::Sizes)
}

/// `option-word`
fn option_word(input: Tokens<'_>) -> Parsed<'_, Name> {
    if ["layer", "net", "as"].iter().any(|word| input.peek().is(word)) {
        return input.error(Problem::Expected(ARGUMENT));
    }
    kind(Kind::Reserved, ARGUMENT).map(named).parse(input)
}

/// `sizes`; an integer by itself is one.
fn sizes(input: Tokens<'_>) -> Parsed<'_, Vec<i64>> {
    let (rest, text) = alt((kind(Kind::Sizes, ARGUMENT).map(|sizes| sizes.text), integer)).parse(input)?;
    match text.split('x').map(str::parse).collect() {
        Ok(sizes) => Ok((rest, sizes)),
        Err(_) => input.failure(Problem::SizeTooLarge),
    }
}
