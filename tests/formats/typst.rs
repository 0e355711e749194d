//! A reader of Typst's formulas, as far as they are written: a name of several letters has to be known, what follows an index at once
//! belongs to it, and a stroke makes a fraction.

use crate::tree::{CELL, FUNCTIONS, Node, ROW, bold, common, greek, sign, signs, stacked, word};

const SIGNS: [(&str, &str); 16] = [
    ("square.stroked", "\u{25a1}"),
    ("sum", "\u{2211}"),
    ("product", "\u{220f}"),
    ("partial", "\u{2202}"),
    ("nabla", "\u{2207}"),
    ("quad", ""),
    ("space", ""),
    ("times", "\u{d7}"),
    ("approx", "\u{2248}"),
    ("or", "\u{2228}"),
    ("arrow.t", "\u{2191}"),
    ("paren.l", "("),
    ("paren.r", ")"),
    ("dots.c", "\u{22ef}"),
    ("dots.v", "\u{22ee}"),
    ("dots.down", "\u{22f1}"),
];

/// Signs that are written as several.
const SHORT: [(&str, &str); 3] = [("->", "\u{2192}"), ("<=", "\u{2264}"), ("!=", "\u{2260}")];

/// Reads what stands between dollar signs.
pub(crate) fn read(text: &str) -> Result<Vec<Node>, String> {
    Reader { rest: text }.list("")
}

struct Reader<'t> {
    rest: &'t str,
}

/// An argument: its name, if it has one, and what ends it.
struct Argument<'t> {
    name: &'t str,
    value: Vec<Node>,
    end: char,
}

impl<'t> Reader<'t> {
    fn refuse<T>(&self, why: &str) -> Result<T, String> {
        let place: String = self.rest.chars().take(30).collect();
        Err(format!("Typst: {why} at `{place}`"))
    }

    fn next(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.rest.strip_prefix(text);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// Everything up to one of these, which is not taken; none is the end.
    fn list(&mut self, ends: &str) -> Result<Vec<Node>, String> {
        let mut list: Vec<Node> = Vec::new();
        let mut before = 0;
        loop {
            self.rest = self.rest.trim_start();
            let Some(c) = self.next() else {
                return if ends.is_empty() { Ok(list) } else { self.refuse("something is not closed") };
            };
            if ends.contains(c) {
                return Ok(list);
            }
            if c == '/' {
                self.take("/");
                self.rest = self.rest.trim_start();
                let top = bare(list.split_off(before));
                let bottom = bare(self.atom()?);
                list.push(Node::Fraction(top, bottom));
                continue;
            }
            if !matches!(c, '_' | '^' | '\'') {
                before = list.len();
            }
            list.extend(self.atom()?);
        }
    }

    fn atom(&mut self) -> Result<Vec<Node>, String> {
        let Some(c) = self.next() else { return self.refuse("something is missing") };
        if let Some((short, long)) = SHORT.iter().find(|(short, _)| self.rest.starts_with(short)) {
            self.take(short);
            return Ok(vec![sign(*long)]);
        }
        if c.is_alphabetic() {
            return self.name();
        }
        if c.is_ascii_digit() {
            let mut end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
            let behind = self.rest[end..].strip_prefix('.');
            if let Some(behind) = behind.filter(|behind| behind.starts_with(|c: char| c.is_ascii_digit())) {
                end = self.rest.len() - behind.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            }
            let (digits, rest) = self.rest.split_at(end);
            self.rest = rest;
            return Ok(signs(digits).collect());
        }
        self.rest = &self.rest[c.len_utf8()..];
        Ok(match c {
            '"' => word(&self.string()?),
            '(' => self.group()?,
            '_' => vec![Node::Sub(self.script()?)],
            '^' => vec![Node::Sup(self.script()?)],
            '\\' => match self.next() {
                None => vec![sign(ROW)],
                Some(c) if c.is_whitespace() => vec![sign(ROW)],
                Some(c) => {
                    self.rest = &self.rest[c.len_utf8()..];
                    vec![sign(common(c))]
                }
            },
            '#' | '$' | ')' => return self.refuse("no part of a formula"),
            c => vec![sign(common(c))],
        })
    }

    /// After its opening bracket: everything up to the other one, with both.
    fn group(&mut self) -> Result<Vec<Node>, String> {
        let mut list = vec![sign('(')];
        list.extend(self.list(")")?);
        self.take(")");
        list.push(sign(')'));
        Ok(list)
    }

    /// What is raised or lowered: its own brackets are not shown.
    fn script(&mut self) -> Result<Vec<Node>, String> {
        let bracket = self.next() == Some('(');
        let mut list = self.atom()?;
        if bracket {
            return Ok(stacked(bare(list)));
        }
        // as the arguments of a function
        if self.take("(") {
            list.extend(self.group()?);
        }
        Ok(list)
    }

    fn string(&mut self) -> Result<String, String> {
        let mut text = String::new();
        let mut characters = self.rest.char_indices();
        while let Some((place, c)) = characters.next() {
            match c {
                '"' => {
                    self.rest = &self.rest[place + 1..];
                    return Ok(text);
                }
                '\\' => text.extend(characters.next().map(|(_, c)| c)),
                c => text.push(c),
            }
        }
        self.refuse("a string is not closed")
    }

    fn name(&mut self) -> Result<Vec<Node>, String> {
        let before = self.rest;
        let mut length = 0;
        for (place, c) in before.char_indices() {
            let dot = c == '.' && before[place + 1..].starts_with(|c: char| c.is_alphabetic());
            if !(c.is_alphanumeric() || dot && length > 1) {
                break;
            }
            length = place + c.len_utf8();
        }
        let (name, rest) = before.split_at(length);
        self.rest = rest;
        if name.chars().count() == 1 {
            return Ok(signs(name).collect());
        }
        if let Some((_, shown)) = SIGNS.iter().find(|(own, _)| *own == name) {
            return Ok(signs(shown).collect());
        }
        if let Some(letter) = greek(name) {
            return Ok(vec![sign(letter)]);
        }
        if FUNCTIONS.contains(&name) {
            return Ok(vec![sign(name)]);
        }
        if !self.take("(") {
            self.rest = before;
            return self.refuse("an unknown name");
        }
        let arguments = self.arguments()?;
        let named = |wanted: &str| arguments.iter().find(|a| a.name == wanted).map(|a| a.value.clone());
        let values: Vec<Vec<Node>> = arguments.iter().filter(|a| a.name.is_empty()).map(|a| a.value.clone()).collect();
        Ok(match (name, values.as_slice()) {
            ("frac", [top, bottom]) => vec![Node::Fraction(top.clone(), bottom.clone())],
            ("sqrt", [inner]) => vec![Node::Root(vec![sign('2')], inner.clone())],
            ("root", [degree, inner]) => vec![Node::Root(degree.clone(), inner.clone())],
            ("abs", [inner]) => [vec![sign('|')], inner.clone(), vec![sign('|')]].concat(),
            ("bold", [inner]) => bold(inner.clone()),
            ("italic" | "op" | "inline" | "upright", [inner]) => inner.clone(),
            ("attach", [base]) => {
                let scripts = [named("b").map(Node::Sub), named("t").map(Node::Sup)];
                base.iter().cloned().chain(scripts.into_iter().flatten()).collect()
            }
            ("mat" | "cases", _) => {
                let mut cells = Vec::new();
                let between = |end| if end == ';' || name == "cases" { ROW } else { CELL };
                let mut last = None;
                for argument in arguments.iter().filter(|a| a.name.is_empty()) {
                    cells.extend(last.map(|end| sign(between(end))));
                    cells.extend(argument.value.iter().cloned());
                    last = Some(argument.end);
                }
                let (open, close) = if name == "mat" { ("(", ")") } else { ("{", "") };
                signs(open).chain([Node::Rows(cells)]).chain(signs(close)).collect()
            }
            _ => {
                self.rest = before;
                return self.refuse("an unknown function, or too few or too many arguments");
            }
        })
    }

    fn arguments(&mut self) -> Result<Vec<Argument<'t>>, String> {
        let mut list = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            let word = self.rest.find(|c: char| !c.is_ascii_alphabetic() && c != '-').unwrap_or(0);
            let mut name = "";
            if word > 0 && [": ", ":\n"].iter().any(|sign| self.rest[word..].starts_with(sign)) {
                (name, self.rest) = (&self.rest[..word], &self.rest[word + 2..]);
            }
            let value = if self.take("#") {
                self.rest = self.rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '.');
                Vec::new()
            } else {
                self.list(",;)")?
            };
            let Some(end) = self.next() else { return self.refuse("a function is not closed") };
            self.rest = &self.rest[1..];
            list.push(Argument { name, value, end });
            if end == ')' {
                return Ok(list);
            }
        }
    }
}

/// Without the brackets around it.
fn bare(mut list: Vec<Node>) -> Vec<Node> {
    if list.first() == Some(&sign('(')) && list.last() == Some(&sign(')')) {
        list.pop();
        list.remove(0);
    }
    list
}
