//! Single things: names with their layers and indices, letters, derivatives, functions, what stands in brackets.

use super::super::name::Level;
use super::super::tree::{Formula, Letter};
use super::grammar::{Parser, Read, bracket, number};
use super::names::Missing;
use super::token::{Cursor, Face, List, Sign, Token};
use super::{ReadError, Written, spelled};
use crate::expr::{Number, TensorId, offset_of};

impl Parser<'_, '_> {
    /// A thing without what stands raised or below after it.
    pub(super) fn single(&mut self, c: &mut Cursor) -> Read<Formula> {
        let place = c.place();
        let Some(token) = c.peek() else { return Err(c.unexpected("a formula")) };
        if let Token::Word(word, face) = token {
            return self.word(c, word, *face);
        }
        c.next();
        match token {
            Token::Digits(digits) => Ok(Formula::Number(number(digits, place)?)),
            Token::Decimal(digits) => {
                let value = digits.parse().map_err(|_| ReadError::new(place, "this is no number"))?;
                Ok(Formula::Rounded(value))
            }
            Token::Round(list) => self.brackets(list),
            Token::Square(list) => Ok(bracket(self.conditions(Cursor::new(list))?)),
            Token::Braced(list) => self.whole(list),
            Token::Rows(rows) => self.matrix(rows, place),
            Token::Cases(cases) => self.cases(cases),
            Token::Fraction(above, below) => self.fraction(above, below, place),
            Token::Root(degree, list) => Ok(Formula::Root(*degree, Box::new(self.whole(list)?))),
            Token::Sign(Sign::Nabla) => self.nabla(c),
            Token::Sign(Sign::Partial) => {
                let mut rest = *c;
                let of = self.reference(&mut rest, true)?;
                rest.expect(Sign::Over)?;
                rest.expect(Sign::Partial)?;
                let by = self.reference(&mut rest, false)?;
                *c = rest;
                Ok(derivative(of, by))
            }
            Token::Sign(Sign::Ones) => self.ones(c),
            Token::Word(..)
            | Token::Sub(_)
            | Token::Index(_)
            | Token::Sup(_)
            | Token::Stack(_)
            | Token::Remark(_)
            | Token::Sign(_) => Err(ReadError::new(place, format!("a formula does not begin with {}", token.told()))),
        }
    }

    /// `∂y` and `∂x` of a fraction, after their signs.
    pub(super) fn derivative(&mut self, top: &mut Cursor, bottom: &mut Cursor) -> Read<Formula> {
        Ok(derivative(self.reference(top, true)?, self.reference(bottom, false)?))
    }

    /// What is derived, the loss first, or what it is derived by: a tensor or an entry.
    fn reference(&mut self, c: &mut Cursor, above: bool) -> Read<Formula> {
        if c.take(Sign::Nabla) {
            return self.nabla(c);
        }
        let Some(Token::Word(word, _)) = c.peek() else { return Err(c.unexpected("a name")) };
        let place = c.place();
        c.next();
        if let Some(whole) = self.with_digits(c, word) {
            c.next();
            return self.name(c, &whole, false, place);
        }
        if above && self.names.is_loss(word) { Ok(Formula::Loss) } else { self.name(c, word, false, place) }
    }

    /// A name after ∇.
    fn nabla(&mut self, c: &mut Cursor) -> Read<Formula> {
        let place = c.place();
        let Some(Token::Word(word, _)) = c.peek() else { return Err(c.unexpected("a name")) };
        c.next();
        self.name(c, word, true, place)
    }

    fn word(&mut self, c: &mut Cursor, word: &str, face: Face) -> Read<Formula> {
        let place = c.place();
        if face != Face::Upright {
            let mut rest = *c;
            // a function may be called as a letter or a tensor is
            let letter = numbered(&mut rest).filter(|_| !rest.is(Sign::Prime));
            if let Some(letter) = letter.filter(|l| self.index || self.is_bound(l)) {
                *c = rest;
                return self.letter(&letter, place);
            }
            if self.is_bound(spelled(word)) && c.second() != Some(&Token::Sign(Sign::Prime)) {
                return Err(ReadError::new(place, format!("{word} is a letter of a sum here, and no tensor")));
            }
            c.next();
            if self.names.has(word, false) && !c.is(Sign::Prime) {
                return self.name(c, word, false, place);
            }
            if let Some(whole) = self.with_digits(c, word) {
                c.next();
                return self.name(c, &whole, false, place);
            }
            if self.names.is_loss(word) {
                return Ok(Formula::Loss);
            }
        } else {
            c.next();
        }
        if face != Face::Italic
            && let Some(read) = self.operator(c, word, place)
        {
            return read;
        }
        self.call(c, word, place)
    }

    /// A name such as `x_12`, which ASCII does not tell from an entry of x, where there is no x.
    fn with_digits(&self, c: &Cursor, word: &str) -> Option<String> {
        let whole = format!("{word}_{}", self.foot(c)?);
        (!self.names.has(word, false) && self.names.has(&whole, false)).then_some(whole)
    }

    /// The number at the foot of a word, which ASCII writes as `_12`.
    fn foot<'t>(&self, c: &Cursor<'t>) -> Option<&'t str> {
        let Some(Token::Sub(list)) = c.peek().filter(|_| self.names.written == Written::Ascii) else { return None };
        let [only] = list.tokens.as_slice() else { return None };
        if let Token::Digits(digits) = &only.token { Some(digits) } else { None }
    }

    /// A function of one argument, perhaps differentiated.
    fn call(&mut self, c: &mut Cursor, word: &str, place: usize) -> Read<Formula> {
        let foot = self
            .foot(c)
            .filter(|_| c.second().is_some_and(|t| matches!(t, Token::Round(_) | Token::Sign(Sign::Prime))));
        let word = &foot.map_or_else(
            || word.to_string(),
            |digits| {
                c.next();
                format!("{word}_{digits}")
            },
        );
        let mut primes = 0;
        while c.take(Sign::Prime) {
            primes += 1;
        }
        let Some(Token::Round(list)) = c.peek() else {
            return Err(ReadError::new(place, format!("nothing is called {word} here")));
        };
        c.next();
        Ok(Formula::Call(spelled(word).to_string(), primes, Box::new(self.whole(list)?)))
    }

    /// A tensor, or an entry of it.
    fn name(&mut self, c: &mut Cursor, word: &str, nabla: bool, place: usize) -> Read<Formula> {
        let raised = if let Some(Token::Sup(list)) = c.peek() { Some(list) } else { None };
        let found = self.names.find(word, nabla, raised).map_err(|missing| {
            let what = if nabla { format!("\u{2207}{word}") } else { word.to_string() };
            ReadError::new(
                place,
                match missing {
                    Missing::Unknown => format!("nothing is called {what} here"),
                    Missing::Level => format!("which layer does {what} belong to?"),
                    Missing::Two => format!("{what} can be two tensors"),
                },
            )
        })?;
        if found.marked {
            c.next();
        }
        let split = matches!(c.peek(), Some(Token::Sub(_)));
        let place = c.place();
        let Some(list) = c.take_sub() else { return Ok(Formula::Name(found.tensor, found.level)) };
        let indices = self.indices(list, split, (found.tensor, found.level), place)?;
        self.at(found.tensor, found.level, indices, place)
    }

    /// The entry with these indices, or the array that they leave.
    fn at(&self, tensor: TensorId, level: Level, indices: Vec<Formula>, place: usize) -> Read<Formula> {
        let glossary = self.names.glossary;
        let shape = glossary.shape(tensor);
        let constant = |f: &Formula| if let Formula::Number(n) = f { small(n) } else { None };
        let numbers: Option<Vec<i64>> = indices.iter().map(constant).collect();
        let Some(numbers) = numbers.filter(|n| n.len() == shape.len()) else {
            return Ok(Formula::At(tensor, level, indices));
        };
        let inside = |(&i, &size): (&i64, &usize)| usize::try_from(i - glossary.index_base).ok().filter(|&i| i < size);
        let zero_based: Option<Vec<usize>> = numbers.iter().zip(shape).map(inside).collect();
        let Some(zero_based) = zero_based else {
            return Err(ReadError::new(place, "there is no entry with these indices"));
        };
        if level != Level::None {
            return Ok(Formula::At(tensor, level, indices));
        }
        Ok(Formula::Entry(tensor, offset_of(shape, &zero_based) as u32))
    }

    /// The indices of a tensor: between commas, or letter by letter and digit by digit.
    fn indices(
        &mut self,
        list: &List,
        split: bool,
        (tensor, level): (TensorId, Level),
        place: usize,
    ) -> Read<Vec<Formula>> {
        let own = self.names.glossary.shape(tensor).len();
        // what the layer below gives has as many axes as what this one is given
        let rank = if level == Level::Below { usize::MAX } else { own };
        let whole = Cursor::new(list);
        let parts = whole.split(Sign::Comma);
        let only = |test: &dyn Fn(&Token) -> bool| list.tokens.iter().all(|s| test(&s.token));
        let letters = only(&|t| matches!(t, Token::Word(..) | Token::Sub(_)));
        let bare = only(&|t| matches!(t, Token::Word(..) | Token::Digits(_)));
        let indices = match list.tokens.as_slice() {
            _ if parts.len() > 1 || !split => parts.into_iter().map(|p| self.index(p)).collect::<Read<Vec<_>>>()?,
            [only] if rank > 1 && matches!(only.token, Token::Digits(_)) => {
                let Token::Digits(digits) = &only.token else { unreachable!("this was a number") };
                if digits.len() != rank && digits.len() > 1 {
                    return Err(ReadError::new(only.at, "these digits can be several indices, or one"));
                }
                digits.bytes().map(|d| Formula::integer(i64::from(d - b'0'))).collect()
            }
            _ if letters => {
                let (mut c, mut found) = (whole, Vec::new());
                while !c.is_done() {
                    let place = c.place();
                    let letter = numbered(&mut c).ok_or_else(|| c.unexpected("a letter"))?;
                    found.push(self.letter(&letter, place)?);
                }
                found
            }
            _ if bare && rank > 1 => {
                return Err(ReadError::new(place, "these can be several indices, or one"));
            }
            _ => vec![self.index(whole)?],
        };
        if indices.len() > rank {
            return Err(ReadError::new(place, "there are more indices than axes"));
        }
        Ok(indices)
    }

    /// One index.
    pub(super) fn index(&mut self, c: Cursor) -> Read<Formula> {
        if let [only] = c.tokens()
            && (only.token == Token::Sign(Sign::Colon) || matches!(&only.token, Token::Word(w, _) if w == ":"))
        {
            return Ok(Formula::All);
        }
        if let parts @ [_, _, ..] = c.split(Sign::Colon).as_slice() {
            return run(c, parts);
        }
        let outer = std::mem::replace(&mut self.index, true);
        let read = self.part(c);
        self.index = outer;
        read
    }

    /// A letter that something binds; on the left side, where nothing else does, this place.
    fn letter(&mut self, letter: &str, place: usize) -> Read<Formula> {
        if !self.is_bound(letter) {
            if !self.left {
                return Err(ReadError::new(place, format!("nothing binds the letter {letter}")));
            }
            self.free.push(Letter::from(letter));
        }
        Ok(Formula::letter(letter))
    }

    /// What stands in round brackets: a formula, or in text the cells of a matrix.
    fn brackets(&mut self, list: &List) -> Read<Formula> {
        let mut c = Cursor::new(list);
        if self.names.written == Written::Latex || self.index {
            return self.part(c);
        }
        // a matrix has spaces inside of its brackets where it stands in a line of its own
        let apart_by_space = self.names.written == Written::Text;
        let apart = apart_by_space && c.is_spaced(0);
        let (mut cells, mut rows) = (Vec::new(), 1);
        loop {
            if c.is(Sign::Dots) {
                return Err(ReadError::elided(c.place(), "lines of this matrix are left out"));
            }
            cells.push(self.sum(&mut c)?);
            if c.take(Sign::Semicolon) {
                rows += 1;
            } else if c.is_done() {
                break;
            } else if !(if apart_by_space { c.is_spaced(0) } else { c.take(Sign::Comma) }) {
                return Err(c.unexpected("`)`"));
            }
        }
        if cells.len() == 1 && !apart {
            return Ok(cells.remove(0));
        }
        if cells.len() % rows != 0 {
            return Err(ReadError::new(list.end, "the rows of this matrix have different lengths"));
        }
        let across = cells.len() / rows;
        Ok(super::grammar::matrix([rows, across], cells))
    }
}

/// A letter, with its number if it has one.
pub(super) fn numbered(c: &mut Cursor) -> Option<String> {
    let Some(Token::Word(word, face)) = c.peek() else { return None };
    if *face == Face::Upright {
        return None;
    }
    let word = spelled(word);
    c.next();
    if let Some(Token::Sub(list)) = c.peek()
        && let [only] = list.tokens.as_slice()
        && let Token::Digits(digits) = &only.token
    {
        c.next();
        return Some(format!("{word}{digits}"));
    }
    Some(word.to_string())
}

fn derivative(of: Formula, by: Formula) -> Formula {
    if of == Formula::Loss { Formula::by_loss(by) } else { Formula::derivative(of, by) }
}

/// A whole number that fits.
pub(super) fn small(n: &Number) -> Option<i64> {
    let (top, _) = n.parts();
    n.is_integer().then(|| top.to_string().parse().ok()).flatten()
}

/// `2:4`, `5:1:-1`
fn run(c: Cursor, parts: &[Cursor]) -> Read<Formula> {
    let numbers = parts.iter().map(|&part| {
        let mut part = part;
        let n = super::operators::lines(&mut part)?;
        part.finish()?;
        Ok(n)
    });
    match *numbers.collect::<Read<Vec<i64>>>()?.as_slice() {
        [first, last] => Ok(Formula::Run(first, last, 1)),
        [first, last, step] if step != 0 => Ok(Formula::Run(first, last, step)),
        _ => Err(c.unexpected("a first place, a last one and a step")),
    }
}
