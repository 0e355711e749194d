//! The tokens of text, in Unicode or in ASCII.

use super::ReadError;
use super::token::{Face, List, Sign, Spanned, Token};
use crate::text::greek;

/// Brackets nested deeper than this are not read.
pub(super) const DEEPEST: usize = 60;

/// What stands for a matrix of several lines in one: its beginning, the ends of a cell and of a row, its end.
pub(super) const BOX: [char; 4] = ['\u{e000}', '\u{e001}', '\u{e002}', '\u{e003}'];

/// Signs of one character, in either alphabet.
const SIGNS: [(char, Sign); 33] = [
    ('+', Sign::Plus),
    ('-', Sign::Minus),
    ('\u{2212}', Sign::Minus),
    ('\u{b7}', Sign::Times),
    ('*', Sign::Slide),
    ('\u{2217}', Sign::Slide),
    ('\u{22c6}', Sign::Star),
    ('\u{2299}', Sign::Hadamard),
    ('\u{2298}', Sign::HadamardDivision),
    ('=', Sign::Equals),
    ('\u{2248}', Sign::About),
    ('\u{2264}', Sign::AtMost),
    ('<', Sign::Less),
    ('>', Sign::Greater),
    ('\u{2260}', Sign::Differs),
    ('\u{2228}', Sign::Or),
    ('\u{2192}', Sign::To),
    (',', Sign::Comma),
    (';', Sign::Semicolon),
    (':', Sign::Colon),
    ('/', Sign::Over),
    ('\u{d7}', Sign::Cross),
    ('\u{2191}', Sign::Up),
    ('\u{22ef}', Sign::Dots),
    ('\u{22ee}', Sign::Dots),
    ('\u{22f1}', Sign::Dots),
    ('\u{2207}', Sign::Nabla),
    ('\u{2202}', Sign::Partial),
    ('\u{2032}', Sign::Prime),
    ('\'', Sign::Prime),
    ('\u{2211}', Sign::Sum),
    ('\u{220f}', Sign::Product),
    ('\u{1d7cf}', Sign::Ones),
];

/// Signs of several characters.
const LONG: [(&str, Sign); 9] = [
    ("(*)", Sign::Star),
    (".*", Sign::Hadamard),
    ("./", Sign::HadamardDivision),
    ("<=", Sign::AtMost),
    ("!=", Sign::Differs),
    ("->", Sign::To),
    ("~=", Sign::About),
    ("...", Sign::Dots),
    ("..", Sign::Range),
];

/// The tokens of a text.
pub(super) fn tokens(text: &str, ascii: bool) -> Result<List, ReadError> {
    let chars: Vec<(usize, char)> = text.trim_end().char_indices().collect();
    let mut lexer = Lexer { text, chars, at: 0, ascii, depth: 0 };
    lexer.skip();
    let list = lexer.list(None)?;
    Ok(list)
}

struct Lexer<'t> {
    text: &'t str,
    chars: Vec<(usize, char)>,
    at: usize,
    ascii: bool,
    depth: usize,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).map(|c| c.1)
    }

    fn place(&self) -> usize {
        self.chars.get(self.at).map_or(self.text.len(), |c| c.0)
    }

    /// Goes over spaces; how many there were.
    fn skip(&mut self) -> usize {
        let from = self.at;
        while self.peek(0).is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        self.at - from
    }

    /// As long as the characters are such.
    fn run(&mut self, is: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(c) = self.peek(0).filter(|c| is(*c)) {
            text.push(c);
            self.at += 1;
        }
        text
    }

    fn error<T>(&self, message: &str) -> Result<T, ReadError> {
        Err(ReadError::new(self.place(), message))
    }

    /// Tokens up to this bracket, which is taken; or to the end.
    fn list(&mut self, close: Option<char>) -> Result<List, ReadError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.error("brackets are nested too deep");
        }
        let mut tokens: Vec<Spanned> = Vec::new();
        loop {
            let spaces = self.skip();
            let end = self.place();
            // words after a formula stand apart, or in brackets of Chinese
            if close.is_none() && (spaces > 1 && self.peek(0).is_some() || self.peek(0) == Some('\u{ff08}')) {
                let rest = self.text[end..].to_string();
                self.at = self.chars.len();
                tokens.push(Spanned { token: Token::Remark(rest), at: end, spaced: true });
            }
            let Some(c) = self.peek(0) else {
                self.depth -= 1;
                return if close.is_none() { Ok(List { tokens, end }) } else { self.error("a bracket is not closed") };
            };
            // a bar closes what another opened where something stands before it, and else opens more
            let opens = c == '|' && tokens.last().is_none_or(|last| last.token.wants_more());
            if Some(c) == close && !opens {
                self.at += 1;
                self.depth -= 1;
                return Ok(List { tokens, end });
            }
            let before = tokens.last().filter(|_| spaces == 0).map(|s| &s.token);
            let token = if c == '|' {
                self.at += 1;
                self.list(Some('|'))?.absolute(end)
            } else {
                self.token(c, before, spaces > 0)?
            };
            tokens.push(Spanned { token, at: end, spaced: spaces > 0 });
        }
    }

    fn token(&mut self, c: char, before: Option<&Token>, spaced: bool) -> Result<Token, ReadError> {
        let rest = &self.text[self.place()..];
        if let Some((text, sign)) = LONG.iter().find(|(text, _)| rest.starts_with(text)) {
            self.at += text.len();
            return Ok(Token::Sign(*sign));
        }
        if lowered(c).is_some() {
            return Ok(Token::Sub(self.digits(lowered)));
        }
        if raised(c).is_some() {
            return self.raised();
        }
        if c.is_ascii_digit() {
            return Ok(self.number());
        }
        if self.ascii && c == 'x' && matches!(before, Some(Token::Digits(_))) && self.peek(1).is_some_and(is_digit) {
            self.at += 1;
            return Ok(Token::Sign(Sign::Cross));
        }
        if is_letter(c) {
            return self.word();
        }
        self.at += 1;
        match c {
            '(' => Ok(Token::Round(self.list(Some(')'))?)),
            '[' if before.is_some_and(takes_index) => Ok(Token::Index(self.list(Some(']'))?)),
            '[' => Ok(Token::Square(self.list(Some(']'))?)),
            '{' => {
                let list = self.list(Some('}'))?;
                self.cases(list)
            }
            '^' => self.above(),
            '_' if self.ascii && self.peek(0).is_some_and(is_digit) => Ok(Token::Sub(self.digits(|c| c.to_digit(10)))),
            '\u{221a}' => self.root(2),
            '\u{221b}' => self.root(3),
            '\u{221c}' => self.root(4),
            '*' if self.ascii && !spaced => Ok(Token::Sign(Sign::Times)),
            BOX_BEGIN => self.boxed(),
            _ => match SIGNS.iter().find(|(sign, _)| *sign == c) {
                Some((_, sign)) => Ok(Token::Sign(*sign)),
                None => {
                    self.at -= 1;
                    self.error(&format!("`{c}` has no meaning here"))
                }
            },
        }
    }

    fn digits(&mut self, digit: impl Fn(char) -> Option<u32>) -> List {
        let at = self.place();
        let run = self.run(|c| digit(c).is_some());
        let digits = run.chars().filter_map(&digit).filter_map(|d| char::from_digit(d, 10));
        let token = Token::Digits(digits.collect());
        List { tokens: vec![Spanned { token, at, spaced: false }], end: self.place() }
    }

    fn number(&mut self) -> Token {
        let mut digits = self.run(is_digit);
        if self.peek(0) == Some('.') && self.peek(1).is_some_and(is_digit) {
            self.at += 1;
            digits = format!("{digits}.{}", self.run(is_digit));
            return Token::Decimal(digits);
        }
        Token::Digits(digits)
    }

    fn word(&mut self) -> Result<Token, ReadError> {
        let mut word = String::new();
        while let Some(c) = self.peek(0) {
            let foot = self.ascii && c == '_' && self.peek(1).is_some_and(is_digit);
            if foot || !(is_letter(c) || is_digit(c) || c == '_') {
                break;
            }
            word.push(plain(c));
            self.at += 1;
        }
        let next = self.peek(0);
        if self.ascii {
            match word.as_str() {
                "or" => return Ok(Token::Sign(Sign::Or)),
                "grad" if next.is_some_and(char::is_whitespace) => return Ok(Token::Sign(Sign::Nabla)),
                "del" if next.is_some_and(char::is_whitespace) => return Ok(Token::Sign(Sign::Partial)),
                "sum" if next == Some('[') => return Ok(Token::Sign(Sign::Sum)),
                "prod" if next == Some('[') => return Ok(Token::Sign(Sign::Product)),
                "sqrt" if next == Some('(') => return self.root(2),
                word => {
                    let degree = word.strip_prefix("root").and_then(|d| d.parse().ok());
                    if let Some(degree) = degree.filter(|_| next == Some('(')) {
                        return self.root(degree);
                    }
                }
            }
            if let Some(letter) = greek(&word) {
                word = letter.to_string();
            }
        }
        Ok(Token::Word(word, Face::Any))
    }

    /// A sign of a root is followed by a bracket.
    fn root(&mut self, degree: u32) -> Result<Token, ReadError> {
        if self.peek(0) != Some('(') {
            return self.error("of what is this the root?");
        }
        self.at += 1;
        Ok(Token::Root(degree, self.list(Some(')'))?))
    }

    /// Raised characters; before a root they are its degree. A raised T stands by itself.
    fn raised(&mut self) -> Result<Token, ReadError> {
        let from = self.at;
        let run: Vec<char> = self.run(|c| raised(c).is_some()).chars().filter_map(raised).collect();
        let ends = run.iter().position(|&c| c == 'T').map_or(run.len(), |place| place.max(1));
        self.at = from + ends;
        let run: String = run[..ends].iter().collect();
        if self.peek(0) == Some('\u{221a}') {
            self.at += 1;
            return match run.parse() {
                Ok(degree) => self.root(degree),
                Err(_) => self.error("which root is this?"),
            };
        }
        let mut tokens = Vec::new();
        let mut chars = run.char_indices().peekable();
        while let Some((place, c)) = chars.next() {
            let at = self.chars[from + place].0;
            let token = match c {
                '-' => Token::Sign(Sign::Minus),
                'l' | 'T' => Token::Word(c.to_string(), Face::Any),
                digit => {
                    let mut digits = digit.to_string();
                    while let Some((_, digit)) = chars.next_if(|(_, c)| c.is_ascii_digit()) {
                        digits.push(digit);
                    }
                    Token::Digits(digits)
                }
            };
            tokens.push(Spanned { token, at, spaced: false });
        }
        Ok(Token::Sup(List { tokens, end: self.place() }))
    }

    /// After `^`: a bracket, raised characters, or a number or a word.
    fn above(&mut self) -> Result<Token, ReadError> {
        let at = self.place();
        let Some(c) = self.peek(0) else { return self.error("something raised is missing") };
        if raised(c).is_some() {
            return self.raised();
        }
        let mut tokens = Vec::new();
        if c == '-' {
            self.at += 1;
            tokens.push(Spanned { token: Token::Sign(Sign::Minus), at, spaced: false });
        }
        let at = self.place();
        let token = match self.peek(0) {
            Some('(') => {
                self.at += 1;
                Token::Round(self.list(Some(')'))?)
            }
            Some('[') => {
                self.at += 1;
                Token::Square(self.list(Some(']'))?)
            }
            Some(c) if is_digit(c) => Token::Digits(self.run(is_digit)),
            Some(c) if is_letter(c) => Token::Word(self.run(is_letter), Face::Any),
            _ => return self.error("something raised is missing"),
        };
        tokens.push(Spanned { token, at, spaced: false });
        Ok(Token::Sup(List { tokens, end: self.place() }))
    }

    /// `{ x: i ≤ 2; y: 2 < i }`
    fn cases(&self, list: List) -> Result<Token, ReadError> {
        let part = |tokens: &[Spanned], end: usize| List { tokens: tokens.to_vec(), end };
        let mut cases = Vec::new();
        let mut rest = list.tokens.as_slice();
        loop {
            let end = rest.iter().position(|s| s.token == Token::Sign(Sign::Semicolon));
            let (case, at) = end.map_or((rest, list.end), |place| (&rest[..place], rest[place].at));
            let colon = case.iter().position(|s| s.token == Token::Sign(Sign::Colon));
            let Some(colon) = colon else { return Err(ReadError::new(at, "when does this case hold?")) };
            cases.push((part(&case[..colon], case[colon].at), part(&case[colon + 1..], at)));
            match end {
                Some(place) => rest = &rest[place + 1..],
                None => return Ok(Token::Cases(cases)),
            }
        }
    }

    /// A matrix whose lines were put into one.
    fn boxed(&mut self) -> Result<Token, ReadError> {
        let [_, cell, row, end] = BOX;
        let mut rows: Vec<Vec<List>> = vec![Vec::new()];
        loop {
            let from = self.at;
            while self.peek(0).is_some_and(|c| ![cell, row, end].contains(&c)) {
                self.at += 1;
            }
            let (start, stop) = (self.chars.get(from).map_or(self.text.len(), |c| c.0), self.place());
            let Some(sign) = self.peek(0) else { return self.error("a matrix has no end") };
            self.at += 1;
            let mut list = tokens(&self.text[start..stop], self.ascii).map_err(|error| moved(error, start))?;
            list.tokens.iter_mut().for_each(|s| s.at += start);
            list.end += start;
            rows.last_mut().expect("there is always a row").push(list);
            if sign == row {
                rows.push(Vec::new());
            } else if sign == end {
                return Ok(Token::Rows(rows));
            }
        }
    }
}

const BOX_BEGIN: char = BOX[0];

fn moved(error: ReadError, by: usize) -> ReadError {
    ReadError { place: error.place + by, ..error }
}

/// Can indices follow right after it?
fn takes_index(token: &Token) -> bool {
    match token {
        Token::Word(..)
        | Token::Sub(_)
        | Token::Index(_)
        | Token::Sup(_)
        | Token::Round(_)
        | Token::Rows(_)
        | Token::Root(..) => true,
        Token::Sign(sign) => {
            matches!(sign, Sign::Sum | Sign::Product | Sign::Slide | Sign::Star | Sign::Ones)
        }
        Token::Digits(_)
        | Token::Decimal(_)
        | Token::Square(_)
        | Token::Braced(_)
        | Token::Stack(_)
        | Token::Cases(_)
        | Token::Fraction(..)
        | Token::Remark(_) => false,
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() && raised(c).is_none() && lowered(c).is_none()
}

/// The digit that this one is below the line.
fn lowered(c: char) -> Option<u32> {
    ('\u{2080}'..='\u{2089}').contains(&c).then(|| u32::from(c) - 0x2080)
}

/// What this character is above the line.
fn raised(c: char) -> Option<char> {
    match c {
        '\u{b9}' => Some('1'),
        '\u{b2}' => Some('2'),
        '\u{b3}' => Some('3'),
        '\u{207b}' => Some('-'),
        '\u{2e1}' => Some('l'),
        '\u{1d40}' => Some('T'),
        '\u{2070}' | '\u{2074}'..='\u{2079}' => char::from_digit(u32::from(c) - 0x2070, 10),
        _ => None,
    }
}

/// A bold letter as a plain one.
fn plain(c: char) -> char {
    let from = |first: u32, plain: u32| char::from_u32(plain + u32::from(c) - first).unwrap_or(c);
    match c {
        '\u{1d400}'..='\u{1d419}' => from(0x1d400, 0x41),
        '\u{1d41a}'..='\u{1d433}' => from(0x1d41a, 0x61),
        '\u{1d6a8}'..='\u{1d6c0}' => from(0x1d6a8, 0x391),
        '\u{1d6c2}'..='\u{1d6da}' => from(0x1d6c2, 0x3b1),
        _ => c,
    }
}
