//! Tokens: what formulas in any written form are made of, with what stands in brackets, above and below the line inside.

use super::ReadError;

/// A token, where it begins in the text, and whether a space stands before it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spanned {
    pub(super) token: Token,
    pub(super) at: usize,
    pub(super) spaced: bool,
}

/// Tokens up to a closing bracket, and where that stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct List {
    pub(super) tokens: Vec<Spanned>,
    pub(super) end: usize,
}

impl List {
    /// What stands between these bars, as a call.
    pub(super) fn absolute(self, at: usize) -> Token {
        let spanned = |token: Token| Spanned { token, at, spaced: false };
        let end = self.end;
        let name = spanned(Token::Word("abs".to_string(), Face::Upright));
        Token::Braced(List { tokens: vec![name, spanned(Token::Round(self))], end })
    }
}

/// A sign, a word, or a group of tokens.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A letter or a word, Greek letters as such; upright words are no names.
    Word(String, Face),
    /// A whole number, digit by digit.
    Digits(String),
    /// A number with a point.
    Decimal(String),
    /// What stands at the foot of what is before it: indices, ranges, sizes.
    Sub(List),
    /// The same in square brackets, where commas stand between indices.
    Index(List),
    /// What stands raised after it.
    Sup(List),
    /// In round brackets.
    Round(List),
    /// In square brackets that belong to nothing before them.
    Square(List),
    /// Held together without brackets that are seen.
    Braced(List),
    /// Lines below a big sign.
    Stack(Vec<List>),
    /// A matrix, row by row.
    Rows(Vec<Vec<List>>),
    /// Values, each with its condition.
    Cases(Vec<(List, List)>),
    /// What stands above and below a line.
    Fraction(List, List),
    /// A root of this degree.
    Root(u32, List),
    /// Words after a formula.
    Remark(String),
    /// Any other sign.
    Sign(Sign),
}

/// How a word is set, where the form tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// As names are.
    Italic,
    /// As functions and operators are.
    Upright,
    /// Not told.
    Any,
}

/// Signs that hold nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
    Times,
    Slide,
    Star,
    Hadamard,
    HadamardDivision,
    Equals,
    About,
    AtMost,
    Less,
    Greater,
    Differs,
    Or,
    To,
    Comma,
    Semicolon,
    Colon,
    Over,
    Cross,
    Up,
    Range,
    Dots,
    Nabla,
    Partial,
    Prime,
    Sum,
    Product,
    Ones,
}

impl Token {
    /// Does something have to follow it?
    pub(super) fn wants_more(&self) -> bool {
        let ends = [Sign::Prime, Sign::Ones, Sign::Dots];
        matches!(self, Token::Sign(sign) if !ends.contains(sign))
    }

    /// As it is told in a message.
    pub(super) fn told(&self) -> String {
        match self {
            Token::Word(word, _) => format!("`{word}`"),
            Token::Digits(digits) | Token::Decimal(digits) => format!("the number {digits}"),
            Token::Sub(_) | Token::Index(_) => "what stands below".to_string(),
            Token::Sup(_) => "what stands raised".to_string(),
            Token::Round(_) => "`(`".to_string(),
            Token::Square(_) => "`[`".to_string(),
            Token::Braced(_) => "`{`".to_string(),
            Token::Stack(_) => "lines of conditions".to_string(),
            Token::Rows(_) => "a matrix".to_string(),
            Token::Cases(_) => "cases".to_string(),
            Token::Fraction(..) => "a fraction".to_string(),
            Token::Root(..) => "a root".to_string(),
            Token::Remark(_) => "a remark".to_string(),
            Token::Sign(sign) => format!("the sign {sign:?}").to_lowercase(),
        }
    }
}

/// Goes through a list of tokens.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    rest: &'t [Spanned],
    end: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(list: &'t List) -> Cursor<'t> {
        Cursor { rest: &list.tokens, end: list.end }
    }

    /// Some of the tokens of a list.
    pub(super) fn part(rest: &'t [Spanned], end: usize) -> Cursor<'t> {
        Cursor { rest, end }
    }

    pub(super) fn peek(&self) -> Option<&'t Token> {
        self.rest.first().map(|s| &s.token)
    }

    /// The one after the next.
    pub(super) fn second(&self) -> Option<&'t Token> {
        self.rest.get(1).map(|s| &s.token)
    }

    /// Does a space stand before the next, or before the one after it?
    pub(super) fn is_spaced(&self, ahead: usize) -> bool {
        self.rest.get(ahead).is_some_and(|s| s.spaced)
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn next(&mut self) -> Option<&'t Token> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(&first.token)
    }

    pub(super) fn is(&self, sign: Sign) -> bool {
        self.peek() == Some(&Token::Sign(sign))
    }

    /// Takes this sign, if it is next.
    pub(super) fn take(&mut self, sign: Sign) -> bool {
        let found = self.is(sign);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    /// Takes this sign.
    pub(super) fn expect(&mut self, sign: Sign) -> Result<(), ReadError> {
        if self.take(sign) { Ok(()) } else { Err(self.unexpected(&Token::Sign(sign).told())) }
    }

    /// Takes what stands below, if that is next.
    pub(super) fn take_sub(&mut self) -> Option<&'t List> {
        let Some(Token::Sub(list) | Token::Index(list)) = self.peek() else { return None };
        self.next();
        Some(list)
    }

    /// Takes what stands raised, if that is next.
    pub(super) fn take_sup(&mut self) -> Option<&'t List> {
        let Some(Token::Sup(list)) = self.peek() else { return None };
        self.next();
        Some(list)
    }

    /// Where the next token stands.
    pub(super) fn place(&self) -> usize {
        self.rest.first().map_or(self.end, |s| s.at)
    }

    pub(super) fn tokens(&self) -> &'t [Spanned] {
        self.rest
    }

    /// The parts between these signs.
    pub(super) fn split(&self, sign: Sign) -> Vec<Cursor<'t>> {
        let mut parts = Vec::new();
        let mut rest = self.rest;
        while let Some(place) = rest.iter().position(|s| s.token == Token::Sign(sign)) {
            parts.push(Cursor { rest: &rest[..place], end: rest[place].at });
            rest = &rest[place + 1..];
        }
        parts.push(Cursor { rest, end: self.end });
        parts
    }

    /// Something else than what stands here was to come.
    pub(super) fn unexpected(&self, wanted: &str) -> ReadError {
        let found = self.peek().map_or_else(|| "the end".to_string(), Token::told);
        ReadError::new(self.place(), format!("{wanted} should stand here, not {found}"))
    }

    /// An error if anything is left.
    pub(super) fn finish(&self) -> Result<(), ReadError> {
        match self.peek() {
            None => Ok(()),
            Some(token) => Err(ReadError::new(self.place(), format!("{} cannot be read here", token.told()))),
        }
    }
}
