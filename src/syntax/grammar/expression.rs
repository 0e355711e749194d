//! Expressions, loosest first: each level hands over to the next tighter one, and brackets, `if`,
//! ranges and subscripts come back to the loosest one level further down.

use nom::Parser;
use nom::branch::alt;
use nom::combinator::{cut, opt, peek, value};
use nom::sequence::{preceded, terminated};
use num_bigint::BigInt;
use num_rational::BigRational;

use super::layer::variables;
use super::{
    PARENTHESES, Parsed, SQUARE, Tokens, bracketed, ellipsis, expected, kind, leading, list, name, nested, otherwise,
    token,
};
use crate::syntax::ast::{BinaryOp, ELLIPSIS, Expr, ExprKind, PERHAPS, ReduceOp, Reduction};
use crate::syntax::error::{EXPRESSION, Fault, Problem, VARIABLE};
use crate::syntax::precedence::{Level, operator, row};
use crate::syntax::token::{Kind, Token};

/// `expression`: one level further down.
pub(super) fn expression(input: Tokens<'_>) -> Parsed<'_, Expr> {
    let (rest, expr) = nested(alt((conditional, disjunction)))(input)?;
    Ok((rest, *expr))
}

/// `conditional`
fn conditional(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    let then = expected("an operator or `then`", token("then"));
    let or_else = expected("an operator or `else`", token("else"));
    let (rest, _) = token("if")(input)?;
    let (rest, (condition, _, yes, _, no)) = cut((expression, then, expression, or_else, expression)).parse(rest)?;
    let kind = ExprKind::If(Box::new(condition), Box::new(yes), Box::new(no));
    Ok((rest, input.node(kind, rest)))
}

/// `disjunction`
fn disjunction(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    left_to_right(Level::Disjunction, conjunction, input)
}

/// `conjunction`
fn conjunction(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    left_to_right(Level::Conjunction, negation, input)
}

/// `negation`
fn negation(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    let Ok((rest, _)) = token("not")(input) else { return comparison(input) };
    let (rest, inner) = cut(nested(negation)).parse(rest)?;
    Ok((rest, input.node(ExprKind::Not(inner), rest)))
}

/// `comparison`
fn comparison(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    let (rest, left) = addition(input)?;
    if let Ok((rest, _)) = token("in")(rest) {
        let dots = expected("an operator or `..`", token(".."));
        let (rest, (first, _, last)) = cut((addition, dots, addition)).parse(rest)?;
        return Ok((rest, input.node(ExprKind::Within(left, first, last), rest)));
    }
    let Some(op) = infix(Level::Comparison, rest) else { return Ok((rest, left)) };
    let (rest, right) = cut(addition).parse(rest.past_operator()?)?;
    if infix(Level::Comparison, rest).is_some() {
        return rest.failure(Problem::ChainedComparison);
    }
    let kind = ExprKind::Binary(op, left, right);
    Ok((rest, input.node(kind, rest)))
}

/// `addition`
fn addition(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    left_to_right(Level::Addition, multiplication, input)
}

/// `multiplication`
fn multiplication(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    left_to_right(Level::Multiplication, sign, input)
}

/// One operand, or more with operators of this level between them, grouped from the left.
fn left_to_right<'a>(
    level: Level,
    mut operand: impl FnMut(Tokens<'a>) -> Parsed<'a, Box<Expr>>,
    input: Tokens<'a>,
) -> Parsed<'a, Box<Expr>> {
    let (mut rest, mut left) = operand(input)?;
    while let Some(op) = infix(level, rest) {
        let (after, right) = cut(&mut operand).parse(rest.past_operator()?)?;
        left = input.node(ExprKind::Binary(op, left, right), after);
        rest = after;
    }
    Ok((rest, left))
}

/// The next token, if it is an operator of this level.
fn infix(level: Level, input: Tokens<'_>) -> Option<BinaryOp> {
    operator(input.peek().text).filter(|op| row(*op).1 == level)
}

/// `sign`
fn sign(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    let Ok((rest, _)) = token("-")(input) else { return alt((reduction, power)).parse(input) };
    let (rest, inner) = cut(nested(sign)).parse(rest)?;
    Ok((rest, input.node(ExprKind::Negate(inner), rest)))
}

/// `power`
fn power(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    let (rest, base) = operand(input)?;
    let raised = preceded(alt((token("^"), token("**"))), cut(exponent));
    let (rest, exponent) = opt(raised).parse(rest)?;
    if starts_operand(rest.peek()) {
        return rest.failure(Problem::NoOperator(rest.last()));
    }
    Ok((
        rest,
        match exponent {
            Some(exponent) => input.node(ExprKind::Power(base, exponent), rest),
            None => base,
        },
    ))
}

/// Whether an operand, or an expression in need of brackets, starts here. No operand may follow
/// another.
fn starts_operand(token: &Token<'_>) -> bool {
    matches!(token.kind, Kind::Name | Kind::Number)
        || ["(", "sum", "max", "mean", "if", "not"].iter().any(|text| token.is(text))
}

/// `exponent`
fn exponent(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    let (rest, minus) = opt(token("-")).parse(input)?;
    let (after, inner) = otherwise(Problem::ExponentKind, alt((whole_number, plain, group)))(rest)?;
    let touched = after.peek().is("(") && after.last().end() == after.peek().start;
    if matches!(inner.kind, ExprKind::Name(_)) && !rest.peek().is("(") && (after.peek().is("[") || touched) {
        return rest.failure(Problem::ExponentValue);
    }
    let sign = if minus.is_some() { "-" } else { "" };
    if let Ok((_, digits)) = integer(rest)
        && format!("{sign}{digits}").parse::<i32>().is_err()
    {
        return rest.failure(Problem::ExponentSize);
    }
    Ok((after, if minus.is_some() { input.node(ExprKind::Negate(inner), after) } else { inner }))
}

/// An `integer` as an exponent.
fn whole_number(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    integer(input)?;
    literal(input)
}

/// `integer`
pub(super) fn integer(input: Tokens<'_>) -> Parsed<'_, &str> {
    let (rest, number) = kind(Kind::Number, "an integer")(input)?;
    if number.text.contains('.') {
        return input.error(Problem::Expected("an integer"));
    }
    Ok((rest, number.text))
}

/// `operand`
fn operand(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    expected(EXPRESSION, alt((literal, read, call, plain, group)))(input)
}

/// A number as an operand.
fn literal(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    let (rest, number) = number(input)?;
    Ok((rest, input.node(ExprKind::Number(number), rest)))
}

/// `number`, exactly.
pub(super) fn number(input: Tokens<'_>) -> Parsed<'_, BigRational> {
    let (rest, token) = kind(Kind::Number, "a number")(input)?;
    let decimals = token.text.split_once('.').map_or("", |(_, decimals)| decimals).len();
    let digits = token.text.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0');
    let scaled = digits.fold(BigInt::ZERO, |value, digit| value * 10 + digit);
    let scale = (0..decimals).fold(BigInt::from(1), |scale, _| scale * 10);
    Ok((rest, BigRational::new(scaled, scale)))
}

/// A name that is neither read nor called.
fn plain(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    let (rest, name) = name(input)?;
    Ok((rest, input.node(ExprKind::Name(name.text), rest)))
}

/// `read`
fn read(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    let (rest, (name, indices)) = (name, subscripts).parse(input)?;
    Ok((rest, input.node(ExprKind::Read(name, indices), rest)))
}

/// `subscripts`
pub(super) fn subscripts(input: Tokens<'_>) -> Parsed<'_, Vec<Expr>> {
    let all = ellipsis.map(|dots| Expr { kind: ExprKind::Name(dots.text), span: dots.span });
    bracketed(SQUARE, leading(all, element), "an operator, `,` or `]`")(input)
}

/// `element`: one of a list, one for each axis, or one that may be missing.
pub(super) fn element(input: Tokens<'_>) -> Parsed<'_, Expr> {
    let (rest, inner) = expression(input)?;
    let (rest, mark) = opt(spread).parse(rest)?;
    let kind = match mark {
        None => return Ok((rest, inner)),
        Some(ELLIPSIS) => ExprKind::Each(Box::new(inner)),
        Some(_) => ExprKind::Perhaps(Box::new(inner)),
    };
    Ok((rest, *input.node(kind, rest)))
}

/// `spread`
pub(super) fn spread(input: Tokens<'_>) -> Parsed<'_, &'static str> {
    alt((value(ELLIPSIS, token(ELLIPSIS)), value(PERHAPS, token(PERHAPS)))).parse(input)
}

/// `call`
fn call(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    let arguments = bracketed(PARENTHESES, list(expression), "an operator, `,` or `)`");
    let (rest, (name, arguments)) = (name, arguments).parse(input)?;
    Ok((rest, input.node(ExprKind::Call(name, arguments), rest)))
}

/// `group`: what stands between the brackets, but in the place of the whole.
fn group(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    let (rest, inner) = bracketed(PARENTHESES, expression, "an operator or `)`")(input)?;
    Ok((rest, input.node(inner.kind, rest)))
}

/// `reduction`: its body is a product, and like a bracket brings the grammar one level down.
fn reduction(input: Tokens<'_>) -> Parsed<'_, Box<Expr>> {
    const START: &str = "`(`";
    const END: &str = "`,`, `in`, `where` or `)`";
    let word = input.peek();
    let (rest, op) = alt((
        value(ReduceOp::Sum, token("sum")),
        value(ReduceOp::Max, token("max")),
        value(ReduceOp::Mean, token("mean")),
    ))
    .parse(input)?;
    let ranges = bracketed(PARENTHESES, (variables, opt(filter)), END);
    let (rest, (variables, filter)) = cut(expected(START, ranges))
        .parse(rest)
        .map_err(|error| error.map(|fault: Fault<'_>| fault.in_ranges_of(word, [START, VARIABLE, END])))?;
    let body = nested(multiplication);
    let (rest, body) = cut(otherwise(Problem::NoBody(word), body)).parse(rest)?;
    let filter = filter.map(Box::new);
    let reduction = Reduction { op, variables, filter, body };
    Ok((rest, input.node(ExprKind::Reduce(reduction), rest)))
}

/// `filter`: the last thing between the brackets of a reduction.
fn filter(input: Tokens<'_>) -> Parsed<'_, Expr> {
    let end = peek(expected("an operator or `)`", token(")")));
    preceded(token("where"), cut(terminated(element, end))).parse(input)
}
