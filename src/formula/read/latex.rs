//! The tokens of LaTeX.

use super::ReadError;
use super::text::DEEPEST;
use super::token::{Face, List, Sign, Spanned, Token};
use crate::text::greek;

/// Commands that are signs.
const SIGNS: [(&str, Sign); 29] = [
    ("cdot", Sign::Times),
    ("ast", Sign::Slide),
    ("star", Sign::Star),
    ("odot", Sign::Hadamard),
    ("oslash", Sign::HadamardDivision),
    ("approx", Sign::About),
    ("le", Sign::AtMost),
    ("leq", Sign::AtMost),
    ("lt", Sign::Less),
    ("gt", Sign::Greater),
    ("ne", Sign::Differs),
    ("neq", Sign::Differs),
    ("lor", Sign::Or),
    ("vee", Sign::Or),
    ("to", Sign::To),
    ("rightarrow", Sign::To),
    ("times", Sign::Cross),
    ("uparrow", Sign::Up),
    ("cdots", Sign::Dots),
    ("ldots", Sign::Dots),
    ("dots", Sign::Dots),
    ("vdots", Sign::Dots),
    ("ddots", Sign::Dots),
    ("nabla", Sign::Nabla),
    ("partial", Sign::Partial),
    ("prime", Sign::Prime),
    ("sum", Sign::Sum),
    ("prod", Sign::Product),
    ("colon", Sign::Colon),
];

/// Characters that are signs.
const CHARACTERS: [(char, Sign); 13] = [
    ('+', Sign::Plus),
    ('-', Sign::Minus),
    ('*', Sign::Slide),
    ('=', Sign::Equals),
    ('<', Sign::Less),
    ('>', Sign::Greater),
    (',', Sign::Comma),
    (';', Sign::Semicolon),
    (':', Sign::Colon),
    ('/', Sign::Over),
    ('\'', Sign::Prime),
    ('\u{2212}', Sign::Minus),
    ('\u{b7}', Sign::Times),
];

/// Functions that have a command of their own.
const FUNCTIONS: [&str; 12] = ["exp", "log", "ln", "tanh", "sinh", "cosh", "sin", "cos", "tan", "max", "min", "arctan"];

/// Commands for spaces and sizes, which mean nothing.
const NOTHING: [&str; 12] =
    ["quad", "qquad", "left", "right", "big", "bigl", "bigr", "Big", "Bigl", "Bigr", "displaystyle", "limits"];

/// The tokens of a formula.
pub(super) fn tokens(text: &str) -> Result<List, ReadError> {
    let mut lexer = Lexer { text, at: 0, depth: 0 };
    let list = lexer.list(Until::End)?;
    Ok(list)
}

/// The second bar around what a value without its sign is taken of.
const BAR: &str = "\\right|";

/// How a list of tokens ends.
#[derive(Clone, Copy, PartialEq)]
enum Until {
    End,
    Close(char),
    /// At the end of a cell, of a row or of the environment, which is not taken.
    Cell,
    /// At the end of a line, or of the lines.
    Line,
    /// At the second bar around it.
    Bar,
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Goes over spaces and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let spaces = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '~').len();
            self.at += spaces;
            if !self.rest().starts_with('%') {
                return;
            }
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }

    /// Takes this, if it comes next.
    fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T, ReadError> {
        Err(ReadError::new(self.at, message))
    }

    fn list(&mut self, until: Until) -> Result<List, ReadError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.error("this is nested too deep");
        }
        let mut tokens = Vec::new();
        loop {
            self.skip();
            let end = self.at;
            let rest = self.rest();
            let ends = match until {
                Until::End => rest.is_empty(),
                Until::Close(close) => rest.starts_with(close),
                Until::Cell => rest.starts_with('&') || rest.starts_with("\\\\") || rest.starts_with("\\end{"),
                Until::Line => rest.starts_with("\\\\") || rest.starts_with('}'),
                Until::Bar => rest.starts_with(BAR),
            };
            if ends {
                self.at += match until {
                    Until::Close(close) => close.len_utf8(),
                    Until::Bar => BAR.len(),
                    Until::End | Until::Cell | Until::Line => 0,
                };
                self.depth -= 1;
                return Ok(List { tokens, end });
            }
            if rest.is_empty() {
                return self.error("a bracket is not closed");
            }
            if let Some(token) = self.token()? {
                tokens.push(Spanned { token, at: end, spaced: false });
            }
        }
    }

    /// The next token; none where what was read means nothing.
    fn token(&mut self) -> Result<Option<Token>, ReadError> {
        let Some(c) = self.peek() else { return self.error("something is missing") };
        if c == '\\' {
            return self.command();
        }
        if c.is_ascii_digit() {
            let from = self.at;
            self.digits();
            let rest = self.rest().as_bytes();
            if rest.first() == Some(&b'.') && rest.get(1).is_some_and(u8::is_ascii_digit) {
                self.at += 1;
                self.digits();
                return Ok(Some(Token::Decimal(self.text[from..self.at].to_string())));
            }
            return Ok(Some(Token::Digits(self.text[from..self.at].to_string())));
        }
        self.at += c.len_utf8();
        Ok(Some(match c {
            '{' => return Ok(grouped(self.list(Until::Close('}'))?)),
            '(' => Token::Round(self.list(Until::Close(')'))?),
            '[' => Token::Square(self.list(Until::Close(']'))?),
            '_' => Token::Sub(self.argument()?),
            '^' => Token::Sup(self.argument()?),
            c if c.is_alphabetic() => Token::Word(c.to_string(), Face::Italic),
            c => match CHARACTERS.iter().find(|(sign, _)| *sign == c) {
                Some((_, sign)) => Token::Sign(*sign),
                None => {
                    self.at -= c.len_utf8();
                    return self.error(format!("`{c}` has no meaning here"));
                }
            },
        }))
    }

    fn digits(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    }

    /// What a command or a raised or lowered place takes: a group, or one token.
    fn argument(&mut self) -> Result<List, ReadError> {
        self.skip();
        if self.take("{") {
            return self.list(Until::Close('}'));
        }
        let at = self.at;
        if let Some(digit) = self.peek().filter(char::is_ascii_digit) {
            self.at += 1;
            let token = Token::Digits(digit.to_string());
            return Ok(List { tokens: vec![Spanned { token, at, spaced: false }], end: self.at });
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.error("this is nested too deep");
        }
        let token = self.token()?;
        self.depth -= 1;
        Ok(List { tokens: token.map(|token| Spanned { token, at, spaced: false }).into_iter().collect(), end: self.at })
    }

    /// The characters of an argument in braces, as they stand.
    fn raw(&mut self) -> Result<&'t str, ReadError> {
        self.skip();
        if !self.take("{") {
            return self.error("`{` is missing");
        }
        let from = self.at;
        let Some(length) = self.rest().find('}') else { return self.error("`}` is missing") };
        self.at += length + 1;
        Ok(&self.text[from..from + length])
    }

    fn command(&mut self) -> Result<Option<Token>, ReadError> {
        let start = self.at;
        self.at += 1;
        let rest = self.rest();
        let length = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        if length == 0 {
            let Some(c) = self.peek() else { return self.error("a command is missing") };
            self.at += c.len_utf8();
            if ",;:! ".contains(c) || c.is_whitespace() {
                return Ok(None);
            }
            self.at = start;
            return self.error("this has no meaning inside of a formula");
        }
        let name = &rest[..length];
        self.at += length;
        if let Some((_, sign)) = SIGNS.iter().find(|(command, _)| *command == name) {
            return Ok(Some(Token::Sign(*sign)));
        }
        if let Some(letter) = greek(name) {
            return Ok(Some(Token::Word(letter.to_string(), Face::Italic)));
        }
        if FUNCTIONS.contains(&name) {
            return Ok(Some(Token::Word(name.to_string(), Face::Upright)));
        }
        if name == "quad" {
            self.skip();
            if self.take("\\text") {
                return Ok(Some(Token::Remark(self.raw()?.to_string())));
            }
        }
        if name == "left" && self.take("|") {
            return Ok(Some(self.list(Until::Bar)?.absolute(start)));
        }
        if NOTHING.contains(&name) {
            return Ok(None);
        }
        match name {
            "frac" | "tfrac" | "dfrac" => Ok(Some(Token::Fraction(self.argument()?, self.argument()?))),
            "sqrt" => {
                let mut degree = 2;
                if self.take("[") {
                    let from = self.at;
                    self.digits();
                    degree = match self.text[from..self.at].parse() {
                        Ok(degree) if self.take("]") => degree,
                        _ => return self.error("which root is this?"),
                    };
                }
                Ok(Some(Token::Root(degree, self.argument()?)))
            }
            "mathrm" | "operatorname" | "text" | "mathit" => {
                let word = self.raw()?.trim().replace("\\_", "_");
                // a prefix and a Greek letter
                let word = match word.split_once('\\') {
                    Some((prefix, letter)) => format!("{prefix}{}", super::names::as_shown(letter)),
                    None => word,
                };
                let face = if name == "mathit" { Face::Italic } else { Face::Upright };
                Ok(Some(if word == ":" { Token::Sign(Sign::Colon) } else { Token::Word(word, face) }))
            }
            "boldsymbol" | "mathbf" => self.bold().map(Some),
            "substack" => self.stack().map(Some),
            "begin" => self.environment().map(Some),
            "label" | "tag" => self.raw().map(|_| None),
            _ => {
                self.at = start;
                self.error(format!("the command \\{name} has no meaning here"))
            }
        }
    }

    /// A name in bold, or a bold one.
    fn bold(&mut self) -> Result<Token, ReadError> {
        let list = self.argument()?;
        let mut name = String::new();
        for spanned in &list.tokens {
            match (&spanned.token, list.tokens.len()) {
                (Token::Digits(one), 1) if one == "1" => return Ok(Token::Sign(Sign::Ones)),
                (Token::Word(word, _), _) => name.push_str(word),
                (token, _) => return Err(ReadError::new(spanned.at, format!("{} is no name", token.told()))),
            }
        }
        Ok(Token::Word(name, Face::Italic))
    }

    fn stack(&mut self) -> Result<Token, ReadError> {
        self.skip();
        if !self.take("{") {
            return self.error("`{` is missing");
        }
        let mut lines = Vec::new();
        loop {
            lines.push(self.list(Until::Line)?);
            if self.take("}") {
                return Ok(Token::Stack(lines));
            }
            self.line_end();
        }
    }

    /// `\\`, with the distance to the next line.
    fn line_end(&mut self) -> bool {
        let found = self.take("\\\\");
        if found {
            self.take("*");
            if self.rest().starts_with('[')
                && let Some(length) = self.rest().find(']')
                && self.rest()[1..length].ends_with("ex")
            {
                self.at += length + 1;
            }
        }
        found
    }

    fn environment(&mut self) -> Result<Token, ReadError> {
        let name = self.raw()?;
        if !matches!(name, "pmatrix" | "cases") {
            return self.error(format!("the environment {name} has no meaning here"));
        }
        let mut rows = vec![Vec::new()];
        loop {
            let cell = self.list(Until::Cell)?;
            let at = cell.end;
            rows.last_mut().expect("there is always a row").push(cell);
            if self.take("&") {
                continue;
            }
            if self.line_end() {
                rows.push(Vec::new());
                continue;
            }
            self.take("\\end");
            if self.raw()? != name {
                return Err(ReadError::new(at, format!("{name} has no end")));
            }
            break;
        }
        if name == "pmatrix" {
            return Ok(Token::Rows(rows));
        }
        let case = |row: Vec<List>| {
            let [mut value, condition]: [List; 2] = row.try_into().ok()?;
            // a comma stands between the value and its condition
            value.tokens.pop_if(|s| s.token == Token::Sign(Sign::Comma));
            Some((value, condition))
        };
        let cases: Option<Vec<_>> = rows.into_iter().map(case).collect();
        match cases {
            Some(cases) => Ok(Token::Cases(cases)),
            None => self.error("a case has a value and a condition"),
        }
    }
}

/// What stands in braces: nothing, a sign, or things that are held together.
fn grouped(mut list: List) -> Option<Token> {
    match list.tokens.as_slice() {
        [] => None,
        [only] if matches!(only.token, Token::Sign(_) | Token::Word(_, Face::Upright)) => {
            list.tokens.pop().map(|s| s.token)
        }
        _ => Some(Token::Braced(list)),
    }
}
