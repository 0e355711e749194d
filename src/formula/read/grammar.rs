//! The grammar, from what binds loosest to what binds tightest: equations, sums, chains of `∗ ⊙ ⊘`, products, powers.

use super::super::tree::{Big, Bounds, Condition, Equation, Formula, Letter, Matrix, Op, Slide};
use super::names::Names;
use super::token::{Cursor, Face, List, Sign, Token};
use super::{ReadError, Written, rank};
use crate::expr::Number;

/// Formulas nested deeper than this are not read.
const DEEPEST: usize = 120;
/// Numbers with more digits are not read.
const MOST_DIGITS: usize = 1500;

pub(super) type Read<T> = Result<T, ReadError>;

/// Makes formulas of tokens.
pub(super) struct Parser<'n, 'g> {
    pub(super) names: &'n Names<'g>,
    /// The letters that big signs around this place bind.
    pub(super) scope: Vec<Letter>,
    /// Those that the left side binds.
    pub(super) free: Vec<Letter>,
    /// Is it the left side that is read?
    pub(super) left: bool,
    /// Is it an index?
    pub(super) index: bool,
    depth: usize,
}

impl<'n, 'g> Parser<'n, 'g> {
    pub(super) fn new(names: &'n Names<'g>) -> Self {
        Parser { names, scope: Vec::new(), free: Vec::new(), left: false, index: false, depth: 0 }
    }

    /// `left = right = …`
    pub(super) fn equation(mut self, list: &List) -> Read<Equation> {
        let mut c = Cursor::new(list);
        self.left = true;
        let left = self.sum(&mut c)?;
        self.left = false;
        let mut chain = Vec::new();
        while c.take(Sign::Equals) || c.take(Sign::About) {
            chain.push(self.sum(&mut c)?);
        }
        if chain.is_empty() {
            return Err(c.unexpected("`=`"));
        }
        if let Some(Token::Remark(_)) = c.peek() {
            c.next();
        }
        c.finish()?;
        Ok(Equation::chain(left, chain))
    }

    pub(super) fn is_bound(&self, letter: &str) -> bool {
        self.scope.iter().chain(&self.free).any(|l| **l == *letter)
    }

    /// All of these tokens as one formula.
    pub(super) fn whole(&mut self, list: &List) -> Read<Formula> {
        self.part(Cursor::new(list))
    }

    pub(super) fn part(&mut self, mut c: Cursor) -> Read<Formula> {
        let formula = self.sum(&mut c)?;
        c.finish()?;
        Ok(formula)
    }

    /// Does a space end what is read, as between the cells of a matrix in one line?
    fn ends_at_space(&self, c: &Cursor) -> bool {
        self.names.written == Written::Text && c.is_spaced(0)
    }

    /// Terms, each with its sign.
    pub(super) fn sum(&mut self, c: &mut Cursor) -> Read<Formula> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(ReadError::new(c.place(), "this is nested too deep"));
        }
        let mut terms = Vec::new();
        let mut negative = c.take(Sign::Minus);
        loop {
            if c.is(Sign::Dots) {
                return Err(ReadError::elided(c.place(), "terms of this sum are left out"));
            }
            let term = self.chain(c)?;
            terms.push(if negative { negated(term) } else { term });
            // a minus that stands at the term after it, and not between two, begins another cell
            if self.ends_at_space(c) && !c.is_spaced(1) {
                break;
            }
            negative = c.is(Sign::Minus);
            if !c.take(Sign::Plus) && !c.take(Sign::Minus) {
                break;
            }
        }
        self.depth -= 1;
        Ok(Formula::sum(terms))
    }

    /// `x ∗ y ⊙ z`, from left to right.
    fn chain(&mut self, c: &mut Cursor) -> Read<Formula> {
        let mut left = self.product(c)?;
        loop {
            if c.take(Sign::Hadamard) {
                let right = self.product(c)?;
                if let Formula::Hadamard(factors) = &mut left {
                    factors.push(right);
                } else {
                    left = Formula::Hadamard(vec![left, right]);
                }
            } else if c.take(Sign::HadamardDivision) {
                left = Formula::HadamardQuotient(Box::new(left), Box::new(self.product(c)?));
            } else if let Some(sign) = [Sign::Slide, Sign::Star].into_iter().find(|s| c.is(*s)) {
                left = self.slide(c, left, sign)?;
            } else {
                return Ok(left);
            }
        }
    }

    fn slide(&mut self, c: &mut Cursor, x: Formula, sign: Sign) -> Read<Formula> {
        let place = c.place();
        let Some(turned) = self.names.turned(sign) else {
            return Err(ReadError::new(place, format!("{} has no meaning in this notation", Token::Sign(sign).told())));
        };
        c.next();
        let steps = c.take_sub();
        let y = self.product(c)?;
        let steps = match steps {
            None => Vec::new(),
            Some(list) => {
                let rank = || rank::rank(self.names.glossary, &x).or_else(|| rank::rank(self.names.glossary, &y));
                self.along_axes(Cursor::new(list), rank())?
            }
        };
        Ok(Formula::Slide(Box::new(Slide { x, y, turned, steps })))
    }

    /// Factors; a big sign takes all that follows it, up to the next term.
    pub(super) fn product(&mut self, c: &mut Cursor) -> Read<Formula> {
        let mut factors = Vec::new();
        loop {
            if let Some(big) = self.big_sign(c) {
                factors.push(self.big(c, big)?);
                break;
            }
            factors.push(self.quotient(c)?);
            if c.take(Sign::Times) {
                // a rounded number with its power of ten
                if let (Some(Formula::Rounded(x)), Some(Token::Digits(ten)), Some(Token::Sup(_))) =
                    (factors.last(), c.peek(), c.second())
                    && ten == "10"
                {
                    let x = *x;
                    c.next();
                    let power = c.take_sup().map(|list| self.exponent(list)).transpose()?;
                    let value = format!("{x}e{}", power.map_or(0.0, |n| n.to_f64())).parse().unwrap_or(x);
                    factors.pop();
                    factors.push(Formula::Rounded(value));
                    if !c.take(Sign::Times) {
                        break;
                    }
                }
                continue;
            }
            if self.ends_at_space(c) || !c.peek().is_some_and(begins_factor) {
                break;
            }
            let apart = self.names.written == Written::Ascii && c.is_spaced(0);
            if matches!(c.peek(), Some(Token::Digits(_) | Token::Decimal(_))) && !apart {
                return Err(ReadError::new(c.place(), "a number after another factor needs a sign between them"));
            }
        }
        Ok(Formula::product(factors))
    }

    /// `x/y`, of single things.
    fn quotient(&mut self, c: &mut Cursor) -> Read<Formula> {
        let above = self.factor(c)?;
        if !c.take(Sign::Over) {
            return Ok(above);
        }
        let place = c.place();
        let below = self.factor(c)?;
        if c.is(Sign::Over) {
            return Err(ReadError::new(c.place(), "two strokes in a row: brackets should say which is meant"));
        }
        quotient(above, below, place)
    }

    /// A single thing with its exponents.
    pub(super) fn factor(&mut self, c: &mut Cursor) -> Read<Formula> {
        let mut base = self.single(c)?;
        loop {
            if let Some(list) = c.take_sup() {
                base = self.raised(base, list)?;
            } else if self.spreads(c) {
                c.next();
                let rank = rank::rank(self.names.glossary, &base);
                let factors = if let Some(Token::Round(list)) = c.peek() {
                    c.next();
                    self.along_axes(Cursor::new(list), rank)?
                } else {
                    let digit = Cursor::part(c.tokens().get(..1).unwrap_or_default(), c.place());
                    c.next();
                    self.along_axes(digit, rank)?
                };
                base = Formula::apply(Op::Spread(factors), base);
            } else if let Some(list) = c.take_sub() {
                if matches!(base, Formula::Letter(_) | Formula::Number(_) | Formula::Rounded(_)) {
                    return Err(ReadError::new(list.end, "this has no indices"));
                }
                let indices = Cursor::new(list).split(Sign::Comma);
                let indices = indices.into_iter().map(|part| self.index(part)).collect::<Read<_>>()?;
                base = Formula::Pick(Box::new(base), indices);
            } else {
                return Ok(base);
            }
        }
    }

    /// Does the sign of zeros between neighbours come next? In ASCII it is a word.
    fn spreads(&self, c: &Cursor) -> bool {
        let word = |w: &str| w == "up" && self.names.written == Written::Ascii && !self.names.has("up", false);
        c.is(Sign::Up) || matches!(c.peek(), Some(Token::Word(w, _)) if word(w))
    }

    /// What an exponent makes of its base.
    fn raised(&mut self, base: Formula, list: &List) -> Read<Formula> {
        if let [only] = list.tokens.as_slice()
            && let Token::Word(word, _) = &only.token
            && word == "T"
        {
            return Ok(Formula::apply(Op::Transpose, base));
        }
        Ok(Formula::Power(Box::new(base), self.exponent(list)?))
    }

    /// A number as an exponent: `2`, `-1`, `3/2`, the last perhaps in brackets.
    fn exponent(&mut self, list: &List) -> Read<Number> {
        let mut c = Cursor::new(list);
        if let ([only], true) = (list.tokens.as_slice(), self.names.written != Written::Latex)
            && let Token::Round(inner) = &only.token
        {
            c = Cursor::new(inner);
        }
        let negative = c.take(Sign::Minus);
        let place = c.place();
        let Some(Token::Digits(digits)) = c.next() else {
            return Err(ReadError::new(place, "an exponent is a number, or T"));
        };
        let size = number(digits, place)?;
        let size = if c.take(Sign::Over) {
            let place = c.place();
            let Some(Token::Digits(below)) = c.next() else { return Err(ReadError::new(place, "a number is missing")) };
            ratio(&size, &number(below, place)?, place)?
        } else {
            size
        };
        c.finish()?;
        Ok(if negative { size.negate() } else { size })
    }

    /// Something above a line, something below.
    pub(super) fn fraction(&mut self, above: &List, below: &List, place: usize) -> Read<Formula> {
        let (mut top, mut bottom) = (Cursor::new(above), Cursor::new(below));
        if top.take(Sign::Partial) && bottom.take(Sign::Partial) {
            let derivative = self.derivative(&mut top, &mut bottom)?;
            top.finish()?;
            bottom.finish()?;
            return Ok(derivative);
        }
        let (above, below) = (self.whole(above)?, self.whole(below)?);
        quotient(above, below, place)
    }

    /// A matrix by its cells.
    pub(super) fn matrix(&mut self, rows: &[Vec<List>], place: usize) -> Read<Formula> {
        let mut cells = Vec::new();
        let across = rows.first().map_or(0, Vec::len);
        for row in rows {
            if row.len() != across {
                return Err(ReadError::new(place, "the rows of this matrix have different lengths"));
            }
            for cell in row {
                if let [only] = cell.tokens.as_slice()
                    && only.token == Token::Sign(Sign::Dots)
                {
                    return Err(ReadError::elided(only.at, "lines of this matrix are left out"));
                }
                cells.push(self.whole(cell)?);
            }
        }
        Ok(matrix([rows.len(), across], cells))
    }

    /// A big sign with its letters, and what it takes.
    fn big(&mut self, c: &mut Cursor, big: Big) -> Read<Formula> {
        let place = c.place();
        let (Some(below), above) = (c.take_sub(), c.take_sup()) else {
            return Err(ReadError::new(place, "a big sign says what runs below it"));
        };
        let outer = self.scope.len();
        let read = self.bounds(below, above).and_then(|bounds| Ok((bounds, self.chain(c)?)));
        self.scope.truncate(outer);
        let (mut bounds, body) = read?;
        let other = |of: &Bounds| !of.ranges.iter().any(|r| bounds.ranges.iter().any(|o| o.letter == r.letter));
        // signs in a row are one sign, as long as they bind different letters
        if let Formula::Big(inner, of, _) = &body
            && *inner == big
            && other(of)
            && let Formula::Big(_, of, body) = body
        {
            bounds.ranges.extend(of.ranges);
            bounds.conditions.extend(of.conditions);
            return Ok(Formula::Big(big, Box::new(bounds), body));
        }
        Ok(Formula::Big(big, Box::new(bounds), Box::new(body)))
    }

    /// A big sign, if one comes next; it is taken.
    fn big_sign(&self, c: &mut Cursor) -> Option<Big> {
        let named = |word: &str, face: Face| face == Face::Upright || !self.names.has(word, false);
        let big = match (c.peek()?, c.second()) {
            (Token::Sign(Sign::Sum), _) => Big::Sum,
            (Token::Sign(Sign::Product), _) => Big::Product,
            (Token::Word(word, face), Some(Token::Sub(_) | Token::Index(_)))
                if word == "max" && *face != Face::Italic && named(word, *face) =>
            {
                Big::Largest
            }
            _ => return None,
        };
        c.next();
        Some(big)
    }
}

/// A condition as a formula: 1 where it holds.
pub(super) fn bracket(condition: Condition) -> Formula {
    Formula::Bracket(Box::new(condition))
}

/// A whole matrix.
pub(super) fn matrix(size: [usize; 2], cells: Vec<Formula>) -> Formula {
    let [rows, columns] = size.map(|n| (0..n).map(Some).collect());
    Formula::Matrix(Box::new(Matrix { size, rows, columns, cells, whole: None }))
}

/// A term with a minus before it.
fn negated(term: Formula) -> Formula {
    if let Formula::Number(n) = term {
        Formula::Number(n.negate())
    } else if let Formula::Rounded(x) = term {
        Formula::Rounded(-x)
    } else {
        Formula::Negative(Box::new(term))
    }
}

/// Of two numbers a number.
fn quotient(above: Formula, below: Formula, place: usize) -> Read<Formula> {
    Ok(match (above, below) {
        (Formula::Number(x), Formula::Number(y)) => Formula::Number(ratio(&x, &y, place)?),
        (above, below) => Formula::Quotient(Box::new(above), Box::new(below)),
    })
}

fn ratio(x: &Number, y: &Number, place: usize) -> Read<Number> {
    y.invert().map(|y| x.mul(&y)).ok_or_else(|| ReadError::new(place, "this divides by 0"))
}

/// A number by its digits.
pub(super) fn number(digits: &str, place: usize) -> Read<Number> {
    if digits.len() > MOST_DIGITS {
        return Err(ReadError::new(place, "this number is too long"));
    }
    let mut whole = Number::integer(0);
    for part in digits.as_bytes().chunks(15) {
        let text: String = part.iter().map(|&b| char::from(b)).collect();
        let (value, shift) = (text.parse().unwrap_or(0), 10_i64.pow(part.len() as u32));
        whole = whole.mul(&Number::integer(shift)).add(&Number::integer(value));
    }
    Ok(whole)
}

/// Can a factor begin so?
fn begins_factor(token: &Token) -> bool {
    match token {
        Token::Word(..)
        | Token::Digits(_)
        | Token::Decimal(_)
        | Token::Round(_)
        | Token::Square(_)
        | Token::Braced(_)
        | Token::Rows(_)
        | Token::Cases(_)
        | Token::Fraction(..)
        | Token::Root(..) => true,
        Token::Sign(sign) => {
            matches!(sign, Sign::Nabla | Sign::Partial | Sign::Sum | Sign::Product | Sign::Ones)
        }
        Token::Sub(_) | Token::Index(_) | Token::Sup(_) | Token::Stack(_) | Token::Remark(_) => false,
    }
}
