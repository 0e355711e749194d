//! Files, layers, parameters and items: everything but nets and expressions. A logical line is parsed by
//! itself, which is all there is to recovery from errors.

use std::iter::Peekable;

use nom::branch::alt;
use nom::combinator::{cut, opt, value};
use nom::sequence::{preceded, separated_pair};
use nom::{Finish, Parser};

use super::expression::{element, expression, integer, spread, subscripts};
use super::net::net;
use super::{
    CURLY, PARENTHESES, Parsed, SQUARE, Tokens, bracketed, data, ellipsis, expected, kind, leading, list, name, named,
    newline, otherwise, token,
};
use crate::syntax::ast::{
    Binding, Choice, Declaration, Definition, Expr, File, Item, ItemKind, Layer, Local, Name, Parameter, Role, Variable,
};
use crate::syntax::error::{Fault, LOSS_NAME, Problem, VARIABLE};
use crate::syntax::line::is_let;
use crate::syntax::token::{Kind, Token};

/// `file`, from logical lines that each end in a newline.
pub(in crate::syntax) fn file<'a>(tokens: &'a [Token<'a>]) -> Result<File, Vec<Fault<'a>>> {
    let mut faults = Vec::new();
    let mut file = File::default();
    let mut lines = tokens.split_inclusive(|token| token.kind == Kind::Newline).map(Tokens::new).peekable();
    if let Some(only) = lines.next_if(|line| line.peek().kind == Kind::Newline) {
        faults.push(Fault::new(only.peek(), Problem::EmptyFile));
    }
    while let Some(line) = lines.peek() {
        if line.peek().is("net") {
            file.nets.extend(net(&mut lines, &mut faults));
        } else {
            file.layers.extend(layer(&mut lines, &mut faults));
        }
    }
    if faults.is_empty() { Ok(file) } else { Err(faults) }
}

/// Whether a line starts another layer or net.
pub(super) fn starts_unit(line: &Tokens<'_>) -> bool {
    line.peek().is("layer") || line.peek().is("net")
}

/// `layer`: the next line and all up to the next one that starts with `layer` or `net`. None only
/// with a new fault.
fn layer<'a>(lines: &mut Peekable<impl Iterator<Item = Tokens<'a>>>, faults: &mut Vec<Fault<'a>>) -> Option<Layer> {
    let faults_before = faults.len();
    let first = lines.next()?;
    let heading = whole(heading, first, faults);
    let (index_base, items) = body(lines, faults);
    let (name, title, parameters) = heading?;
    let Some(last) = items.last() else {
        if faults.len() == faults_before {
            faults.push(Fault::new(first.next().peek(), Problem::EmptyLayer));
        }
        return None;
    };
    let span = first.peek().span().to(last.span);
    Some(Layer { name, title, parameters, index_base, items, span })
}

/// `body`: the lines of a layer after its heading, as its index base and its items.
fn body<'a>(lines: &mut Peekable<impl Iterator<Item = Tokens<'a>>>, faults: &mut Vec<Fault<'a>>) -> (i64, Vec<Item>) {
    let mut items = Vec::new();
    let mut base: Option<(i64, Tokens<'a>)> = None;
    while let Some(line) = lines.next_if(|line| !starts_unit(line)) {
        if !line.peek().is("indices") {
            items.extend(whole(item, line, faults));
        } else if let Some((_, first)) = base {
            faults.push(Fault::new(line.peek(), Problem::SecondBase(first.peek())));
        } else {
            base = whole(index_base, line, faults).map(|base| (base, line));
        }
    }
    (base.map_or(1, |(base, _)| base), items)
}

/// What a parser makes of a line, or None and its fault.
pub(super) fn whole<'a, T>(
    mut parser: impl Parser<Tokens<'a>, Output = T, Error = Fault<'a>>,
    line: Tokens<'a>,
    faults: &mut Vec<Fault<'a>>,
) -> Option<T> {
    match parser.parse(line).finish() {
        Ok((_, value)) => Some(value),
        Err(fault) => {
            faults.push(fault);
            None
        }
    }
}

/// `heading`: the name, the title and the parameters of a layer.
fn heading(input: Tokens<'_>) -> Parsed<'_, (Name, Option<String>, Vec<Parameter>)> {
    no_chain(input)?;
    let (rest, _) = expected("`layer` or `net`", token("layer"))(input)?;
    let (rest, name) = cut(layer_name).parse(rest)?;
    let (rest, title) = opt(title).parse(rest)?;
    let (rest, parameters) = opt(parameters).parse(rest)?;
    let (rest, ()) = newline(match (&title, &parameters) {
        (_, Some(_)) => "the end of the line",
        (Some(_), None) => "`(` or the end of the line",
        (None, None) => "a title, `(` or the end of the line",
    })(rest)?;
    Ok((rest, (name, title, parameters.unwrap_or_default())))
}

/// `layer-name`
pub(super) fn layer_name(input: Tokens<'_>) -> Parsed<'_, Name> {
    const WHAT: &str = "a layer name";
    alt((kind(Kind::LayerName, WHAT), kind(Kind::Name, WHAT))).map(named).parse(input)
}

/// `title`, without its quotes.
pub(super) fn title(input: Tokens<'_>) -> Parsed<'_, String> {
    kind(Kind::Title, "a title").map(|title| title.text.trim_matches('"').into()).parse(input)
}

/// `index-base`
fn index_base(input: Tokens<'_>) -> Parsed<'_, i64> {
    let (rest, _) = (token("indices"), cut(token("from"))).parse(input)?;
    let (after, base) = match integer(rest) {
        Ok((after, "0")) => (after, 0),
        Ok((after, "1")) => (after, 1),
        _ => return rest.failure(Problem::Expected("`0` or `1`")),
    };
    let (after, ()) = newline("the end of the line")(after)?;
    Ok((after, base))
}

/// `parameters`
fn parameters(input: Tokens<'_>) -> Parsed<'_, Vec<Parameter>> {
    bracketed(PARENTHESES, list(parameter), "`=`, `,` or `)`")(input)
}

/// `parameter`
fn parameter(input: Tokens<'_>) -> Parsed<'_, Parameter> {
    const WHAT: &str = "a parameter";
    let (rest, word) = alt((kind(Kind::Name, WHAT), kind(Kind::Reserved, WHAT))).parse(input)?;
    let (rest, (bound, choices, default)) = (opt(binding), opt(choices), opt(default)).parse(rest)?;
    let option = named(word);
    let binding = match bound {
        Some(binding) => binding,
        None if word.kind == Kind::Reserved => return input.failure(Problem::NoVariable),
        None => Binding::One(option.clone()),
    };
    let parameter = Parameter {
        option,
        binding,
        choices: choices.unwrap_or_default(),
        default: default.unwrap_or_default(),
        span: input.until(rest),
    };
    Ok((rest, parameter))
}

/// `binding`
fn binding(input: Tokens<'_>) -> Parsed<'_, Binding> {
    let axes = bracketed(SQUARE, list(bound), "`,` or `]`");
    alt((name.map(Binding::One), axes.map(Binding::Axes))).parse(input)
}

/// `bound`: a name for an axis, for each axis, or for one that may be missing.
fn bound(input: Tokens<'_>) -> Parsed<'_, Name> {
    let (rest, mut bound) = name(input)?;
    let (rest, mark) = opt(spread).parse(rest)?;
    if let Some(mark) = mark {
        bound.text.push_str(mark);
        bound.span = input.until(rest);
    }
    Ok((rest, bound))
}

/// `choices`
fn choices(input: Tokens<'_>) -> Parsed<'_, Vec<Choice>> {
    let words = bracketed(CURLY, list(choice), "`,` or `}`");
    preceded(token("in"), cut(words)).parse(input)
}

/// `choice`
fn choice(input: Tokens<'_>) -> Parsed<'_, Choice> {
    let (rest, (word, value)) = (name, opt(default)).parse(input)?;
    Ok((rest, Choice { word, value: value.unwrap_or_default() }))
}

/// `default`
fn default(input: Tokens<'_>) -> Parsed<'_, Vec<Expr>> {
    let axes = bracketed(SQUARE, list(element), "an operator, `,` or `]`");
    let value = alt((axes, expression.map(|one| vec![one])));
    preceded(token("="), cut(value)).parse(input)
}

/// `item`
fn item(input: Tokens<'_>) -> Parsed<'_, Item> {
    no_chain(input)?;
    let kinds = alt((declaration.map(ItemKind::Declaration), local, definition, assumption, requirement));
    let (rest, kind) = otherwise(Problem::UnknownItem, kinds).parse(input)?;
    let (rest, when) = opt(condition).parse(rest)?;
    let (after, ()) = newline(match (&kind, &when) {
        (_, Some(_)) => "an operator or the end of the line",
        (ItemKind::Definition(_) | ItemKind::Local(_) | ItemKind::Assumption(_), None) => {
            "an operator, `when` or the end of the line"
        }
        (ItemKind::Requirement(_, None), None) => "an operator, a title, `when` or the end of the line",
        (ItemKind::Declaration(_) | ItemKind::Requirement(_, Some(_)), None) => "`when` or the end of the line",
    })(rest)?;
    Ok((after, Item { kind, when, span: input.until(rest) }))
}

/// Fails at an arrow in the line: it has strayed from a net.
fn no_chain(line: Tokens<'_>) -> Parsed<'_, ()> {
    match line.line.iter().find(|token| token.is("->")) {
        Some(arrow) => Err(nom::Err::Failure(Fault::new(arrow, Problem::ChainInLayer))),
        None => Ok((line, ())),
    }
}

/// `condition`
fn condition(input: Tokens<'_>) -> Parsed<'_, Expr> {
    preceded(token("when"), cut(expression)).parse(input)
}

/// `declaration`
fn declaration(input: Tokens<'_>) -> Parsed<'_, Declaration> {
    let (rest, (role, name, shape)) = (role, cut(name), opt(subscripts)).parse(input)?;
    let shape = shape.unwrap_or_default();
    let padded = rest.peek().kind == Kind::Name && rest.peek().text == "padded";
    let rest = if padded { rest.next() } else { rest };
    Ok((rest, Declaration { role, name, shape, padded }))
}

/// `local`
fn local(input: Tokens<'_>) -> Parsed<'_, ItemKind> {
    if !is_let(&input.line[input.read.min(input.line.len())..]) {
        return input.error(Problem::Missing("let"));
    }
    let letters = bracketed(SQUARE, list(name), "`,` or `]`");
    let (rest, (name, variables)) = cut((bound, opt(letters))).parse(input.next())?;
    let (rest, body) = cut(preceded(token("="), expression)).parse(rest)?;
    Ok((rest, ItemKind::Local(Local { name, variables: variables.unwrap_or_default(), body })))
}

/// `role`
fn role(input: Tokens<'_>) -> Parsed<'_, Role> {
    alt((
        value(Role::Input, token("input")),
        value(Role::Data, data),
        value(Role::Weight, token("weight")),
        value(Role::Bias, token("bias")),
        value(Role::Target, token("target")),
    ))
    .parse(input)
}

/// `definition`
fn definition(input: Tokens<'_>) -> Parsed<'_, ItemKind> {
    let (rest, loss) = opt(token("loss")).parse(input)?;
    let (rest, name) = match loss {
        Some(_) => cut(expected(LOSS_NAME, name)).parse(rest)?,
        None => name(rest)?,
    };
    let next = rest.peek();
    if loss.is_none() && (next.kind == Kind::Name || ["sum", "max", "mean"].iter().any(|word| next.is(word))) {
        // Two words: the one that starts an item with a slip in it.
        return input.error(Problem::UnknownItem);
    }
    let (rest, variables) = opt(bracketed(SQUARE, variables, "`,` or `]`")).parse(rest)?;
    let (rest, body) = cut(preceded(token("="), expression)).parse(rest)?;
    let variables = variables.unwrap_or_default();
    let loss = loss.is_some();
    Ok((rest, ItemKind::Definition(Definition { name, loss, variables, body })))
}

/// `assumption`
fn assumption(input: Tokens<'_>) -> Parsed<'_, ItemKind> {
    preceded(token("assume"), cut(expression)).map(ItemKind::Assumption).parse(input)
}

/// `requirement`
fn requirement(input: Tokens<'_>) -> Parsed<'_, ItemKind> {
    let (rest, (condition, title)) = preceded(token("require"), (cut(element), opt(title))).parse(input)?;
    Ok((rest, ItemKind::Requirement(condition, title)))
}

/// `variables`
pub(super) fn variables(input: Tokens<'_>) -> Parsed<'_, Vec<Variable>> {
    leading(ellipsis.map(|name| Variable { name, range: None }), variable)(input)
}

/// `variable`
fn variable(input: Tokens<'_>) -> Parsed<'_, Variable> {
    let (rest, name) = expected(VARIABLE, bound)(input)?;
    let (rest, range) = opt(preceded(token("in"), cut(range))).parse(rest)?;
    Ok((rest, Variable { name, range }))
}

/// `range`
fn range(input: Tokens<'_>) -> Parsed<'_, (Expr, Expr)> {
    let dots = expected("an operator or `..`", token(".."));
    separated_pair(expression, cut(dots), cut(expression)).parse(input)
}
