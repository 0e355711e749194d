//! Operators on whole arrays by their words, and what stands at their signs: sizes, steps, padding, rules for ties.

use super::super::tree::{Formula, Op};
use super::grammar::{Parser, Read, bracket};
use super::token::{Cursor, Face, List, Sign, Token};
use super::{ReadError, Written};
use crate::expr::Ties;
use crate::index::Extreme;
use crate::operator::Window;

/// Sizes that are larger are not read.
const LARGEST: usize = 1 << 30;

impl Parser<'_, '_> {
    /// An operator of this word, which is taken already; none where the word is none or nothing is given to it.
    pub(super) fn operator(&mut self, c: &mut Cursor, word: &str, place: usize) -> Option<Read<Formula>> {
        let mut rest = *c;
        let below = rest.take_sub();
        if let (Some(list), Some(ties)) = (below, ties(word)) {
            *c = rest;
            return Some(self.shared(list).map(|[x, y]| Formula::Share(ties, Box::new(x), Box::new(y))));
        }
        if word == "ones" && self.names.written == Written::Ascii {
            return Some(self.ones(c));
        }
        let Some(Token::Round(arguments)) = rest.peek() else { return None };
        rest.next();
        let parameters = below.map(Cursor::new);
        let op = match (word, parameters) {
            ("rot180", None) => Ok(Op::Rot180),
            ("diag", None) => Ok(Op::Diagonal),
            ("vec", None) => Ok(Op::Vector),
            ("upsample", None) => Ok(Op::Upsample),
            ("pad", Some(p)) => padding(p).map(Op::Pad),
            ("reshape", Some(p)) => all(p, sizes).map(Op::Reshape),
            ("windowmax", Some(p)) => window(p).map(|(window, _)| Op::WindowMax(window)),
            ("route", Some(p)) => window(p).map(|(window, ties)| Op::Route(window, ties)),
            ("einsum", Some(p)) => einsum(p),
            ("spread", Some(p)) if self.names.written == Written::Ascii => {
                *c = rest;
                return Some(self.spread(p, arguments));
            }
            ("max" | "min", None) => {
                *c = rest;
                let which = if word == "max" { Extreme::Largest } else { Extreme::Smallest };
                return Some(self.list(arguments).map(|list| Formula::Extreme(which, list)));
            }
            ("reshape", None) => Err(ReadError::new(place, "what shape has the result?")),
            _ => return None,
        };
        *c = rest;
        Some(op.and_then(|op| Ok(Formula::Apply(op, self.list(arguments)?))).and_then(|f| fitting(f, place)))
    }

    /// Formulas between commas.
    fn list(&mut self, list: &List) -> Read<Vec<Formula>> {
        Cursor::new(list).split(Sign::Comma).into_iter().map(|part| self.part(part)).collect()
    }

    fn spread(&mut self, parameters: Cursor, arguments: &List) -> Read<Formula> {
        let of = self.whole(arguments)?;
        let rank = super::rank::rank(self.names.glossary, &of);
        Ok(Formula::apply(Op::Spread(self.along_axes(parameters, rank)?), of))
    }

    /// One number for all axes, or one for each.
    pub(super) fn along_axes(&self, c: Cursor, rank: Option<usize>) -> Read<Vec<usize>> {
        let place = c.place();
        let mut list = c.split(Sign::Comma).into_iter().map(|part| all(part, size)).collect::<Read<Vec<_>>>()?;
        match (list.as_slice(), rank) {
            (&[one], Some(rank)) => list = vec![one; rank],
            ([_], None) => return Err(ReadError::new(place, "along how many axes?")),
            _ => {}
        }
        Ok(list)
    }

    /// What follows the sign of ones: a shape, or a condition, in LaTeX with a rule for ties.
    pub(super) fn ones(&mut self, c: &mut Cursor) -> Read<Formula> {
        let mut rule = None;
        if let Some(Token::Sup(list)) = c.peek()
            && let [only] = list.tokens.as_slice()
            && let Token::Word(word, _) = &only.token
            && let Some(ties) = ties(word)
        {
            c.next();
            rule = Some(ties);
        }
        let Some(list) = c.take_sub() else { return Ok(Formula::Ones(None)) };
        if let [only] = list.tokens.as_slice()
            && let Token::Square(condition) = &only.token
        {
            let Some(ties) = rule else { return Ok(bracket(self.conditions(Cursor::new(condition))?)) };
            let [x, y] = self.shared(condition)?;
            return Ok(Formula::Share(ties, Box::new(x), Box::new(y)));
        }
        Ok(Formula::Ones(Some(all(Cursor::new(list), sizes)?)))
    }
}

/// Has the operator as many arguments as it wants?
fn fitting(formula: Formula, place: usize) -> Read<Formula> {
    if let Formula::Apply(op, arguments) = &formula {
        let wanted = match op {
            Op::Transpose
            | Op::Rot180
            | Op::Spread(_)
            | Op::Pad(_)
            | Op::Diagonal
            | Op::Vector
            | Op::Reshape(_)
            | Op::Upsample
            | Op::WindowMax(_) => 1,
            Op::Route(..) => 2,
            Op::Einsum(letters, _) => letters.len(),
        };
        if arguments.len() != wanted {
            return Err(ReadError::new(place, format!("this wants {wanted} operands, not {}", arguments.len())));
        }
    }
    Ok(formula)
}

fn ties(word: &str) -> Option<Ties> {
    match word {
        "first" => Some(Ties::First),
        "split" => Some(Ties::Split),
        _ => None,
    }
}

/// Everything there is.
fn all<T>(mut c: Cursor, read: impl Fn(&mut Cursor) -> Read<T>) -> Read<T> {
    let found = read(&mut c)?;
    c.finish()?;
    Ok(found)
}

fn size(c: &mut Cursor) -> Read<usize> {
    let Some(Token::Digits(digits)) = c.peek() else { return Err(c.unexpected("a number")) };
    let size = digits.parse().ok().filter(|&n| n <= LARGEST).ok_or_else(|| c.unexpected("a smaller number"))?;
    c.next();
    Ok(size)
}

/// `2×3`
fn sizes(c: &mut Cursor) -> Read<Vec<usize>> {
    let mut list = vec![size(c)?];
    while c.take(Sign::Cross) {
        list.push(size(c)?);
    }
    Ok(list)
}

pub(super) fn lines(c: &mut Cursor) -> Read<i64> {
    let negative = c.take(Sign::Minus);
    let n = size(c)? as i64;
    Ok(if negative { -n } else { n })
}

/// `1×2`, as many lines before as behind; or `0,1;0,1`.
fn paddings(c: &mut Cursor) -> Read<Vec<[i64; 2]>> {
    let first = lines(c)?;
    let number = |t: Option<&Token>| matches!(t, Some(Token::Digits(_) | Token::Sign(Sign::Minus)));
    if !(c.is(Sign::Comma) && number(c.second())) {
        let mut list = vec![[first; 2]];
        while c.take(Sign::Cross) {
            list.push([lines(c)?; 2]);
        }
        return Ok(list);
    }
    c.next();
    let mut list = vec![[first, lines(c)?]];
    while c.take(Sign::Semicolon) {
        let before = lines(c)?;
        c.expect(Sign::Comma)?;
        list.push([before, lines(c)?]);
    }
    Ok(list)
}

fn padding(c: Cursor) -> Read<Vec<[i64; 2]>> {
    all(c, paddings)
}

/// A window's size, what else there is to it, and the rule for ties.
fn window(mut c: Cursor) -> Read<(Window, Ties)> {
    let size = sizes(&mut c)?;
    let rank = size.len();
    let mut window = Window { stride: size.clone(), dilation: vec![1; rank], padding: vec![[0, 0]; rank], size };
    let mut rule = Ties::First;
    while c.take(Sign::Comma) {
        let Some(Token::Word(word, Face::Upright | Face::Any)) = c.peek() else { return Err(c.unexpected("a word")) };
        let mut after = c;
        after.next();
        // one number holds for all axes
        let along = |c: &mut Cursor| {
            let list = sizes(c)?;
            Ok(if let [one] = list.as_slice() { vec![*one; rank] } else { list })
        };
        match word.as_str() {
            "step" => window.stride = along(&mut after)?,
            "dilation" => window.dilation = along(&mut after)?,
            "pad" => window.padding = paddings(&mut after)?,
            "all" => rule = Ties::All,
            word => rule = ties(word).ok_or_else(|| c.unexpected("a rule for ties"))?,
        }
        c = after;
    }
    c.finish()?;
    let right = [window.stride.len(), window.dilation.len(), window.padding.len()].iter().all(|&n| n == rank);
    if right { Ok((window, rule)) } else { Err(c.unexpected("one number for each axis")) }
}

/// `ij,jk→ik`
fn einsum(c: Cursor) -> Read<Op> {
    let parts = c.split(Sign::To);
    let [operands, result] = parts.as_slice() else { return Err(c.unexpected("letters with one arrow")) };
    let letters = |part: &Cursor| {
        let mut letters = String::new();
        let mut part = *part;
        while let Some(Token::Word(word, _)) = part.peek() {
            letters.push_str(word);
            part.next();
        }
        part.finish()?;
        Ok(letters)
    };
    Ok(Op::Einsum(operands.split(Sign::Comma).iter().map(letters).collect::<Read<_>>()?, letters(result)?))
}
