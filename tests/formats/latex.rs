//! A reader of LaTeX, as far as formulas are written in it.

use crate::tree::{FUNCTIONS, Node, ROW, bold, common, greek, sign, stacked, word};

const SIGNS: [(&str, char); 26] = [
    ("cdot", '\u{22c5}'),
    ("ast", '\u{2217}'),
    ("star", '\u{22c6}'),
    ("odot", '\u{2299}'),
    ("oslash", '\u{2298}'),
    ("approx", '\u{2248}'),
    ("le", '\u{2264}'),
    ("leq", '\u{2264}'),
    ("lt", '<'),
    ("gt", '>'),
    ("ne", '\u{2260}'),
    ("neq", '\u{2260}'),
    ("lor", '\u{2228}'),
    ("to", '\u{2192}'),
    ("times", '\u{d7}'),
    ("uparrow", '\u{2191}'),
    ("cdots", '\u{22ef}'),
    ("vdots", '\u{22ee}'),
    ("ddots", '\u{22f1}'),
    ("nabla", '\u{2207}'),
    ("partial", '\u{2202}'),
    ("prime", '\u{2032}'),
    ("sum", '\u{2211}'),
    ("prod", '\u{220f}'),
    ("vert", '|'),
    ("colon", ':'),
];

/// Spaces and sizes.
const NOTHING: [&str; 9] = ["quad", "qquad", "left", "right", "bigl", "bigr", "big", "displaystyle", "limits"];

/// Environments whose rows are the formula's own.
const OUTER: [&str; 4] = ["equation", "equation*", "align*", "aligned"];

/// Reads a formula.
pub(crate) fn read(text: &str) -> Result<Vec<Node>, String> {
    let mut reader = Reader { rest: text };
    let list = reader.list("")?;
    if reader.rest.is_empty() { Ok(list) } else { reader.refuse("this closes nothing") }
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn refuse<T>(&self, why: &str) -> Result<T, String> {
        let place: String = self.rest.chars().take(30).collect();
        Err(format!("LaTeX: {why} at `{place}`"))
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.rest.strip_prefix(text);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// Everything up to this, which is not taken; an empty one is the end.
    fn list(&mut self, end: &str) -> Result<Vec<Node>, String> {
        let mut list = Vec::new();
        loop {
            self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || c == '~');
            if !end.is_empty() && self.rest.starts_with(end) || self.rest.is_empty() && end.is_empty() {
                return Ok(list);
            }
            let Some(c) = self.rest.chars().next() else { return self.refuse("something is not closed") };
            if c == '}' {
                return self.refuse("this closes nothing");
            }
            self.one(&mut list)?;
        }
    }

    fn one(&mut self, list: &mut Vec<Node>) -> Result<(), String> {
        let Some(c) = self.rest.chars().next() else { return self.refuse("something is missing") };
        if c == '\\' {
            return self.command(list);
        }
        self.rest = &self.rest[c.len_utf8()..];
        match c {
            '{' => {
                list.extend(self.list("}")?);
                self.take("}");
            }
            '_' => list.push(Node::Sub(self.argument()?)),
            '^' => list.push(Node::Sup(self.argument()?)),
            '%' => return self.refuse("a comment"),
            c => list.push(sign(common(c))),
        }
        Ok(())
    }

    /// A group, or one thing.
    fn argument(&mut self) -> Result<Vec<Node>, String> {
        self.rest = self.rest.trim_start();
        let mut list = Vec::new();
        self.one(&mut list)?;
        Ok(list)
    }

    /// The characters in braces, as they stand.
    fn raw(&mut self) -> Result<&'t str, String> {
        let mut depth = 0;
        for (place, c) in self.rest.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let inside = self.rest[..place].strip_prefix('{');
                let Some(inside) = inside else { break };
                self.rest = &self.rest[place + 1..];
                return Ok(inside);
            }
        }
        self.refuse("braces are missing")
    }

    fn command(&mut self, list: &mut Vec<Node>) -> Result<(), String> {
        let name = self.rest[1..].split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        if name.is_empty() {
            let Some(c) = self.rest[1..].chars().next() else { return self.refuse("a command is missing") };
            self.rest = &self.rest[1 + c.len_utf8()..];
            match c {
                '\\' => {
                    self.take("*");
                    if self.rest.starts_with('[') {
                        self.rest = self.rest.split_once("ex]").map_or(self.rest, |(_, rest)| rest);
                    }
                    list.push(sign(ROW));
                }
                ',' | ';' | ':' | '!' | ' ' | '\n' => {}
                '{' | '}' | '_' => list.push(sign(c)),
                _ => return self.refuse("no command"),
            }
            return Ok(());
        }
        let before = self.rest;
        self.rest = &self.rest[1 + name.len()..];
        if let Some((_, c)) = SIGNS.iter().find(|(own, _)| *own == name) {
            list.push(sign(*c));
        } else if let Some(letter) = greek(name) {
            list.push(sign(letter));
        } else if FUNCTIONS.contains(&name) {
            list.push(sign(name));
        } else if !NOTHING.contains(&name) {
            match name {
                "frac" | "tfrac" => list.push(Node::Fraction(self.argument()?, self.argument()?)),
                "sqrt" => {
                    let degree = if self.take("[") { self.list("]")? } else { vec![sign('2')] };
                    self.take("]");
                    list.push(Node::Root(degree, self.argument()?));
                }
                "mathrm" | "mathit" | "operatorname" | "text" => list.extend(word(&plain(self.raw()?))),
                "mathbf" | "boldsymbol" => list.extend(bold(self.argument()?)),
                "substack" => list.extend(stacked(self.argument()?)),
                "boxed" if self.take("{\\phantom{00}}") => list.push(sign('\u{25a1}')),
                // a frame around results
                "boxed" => list.extend(self.argument()?),
                "label" | "tag" => {
                    self.raw()?;
                }
                "begin" => {
                    let name = self.raw()?;
                    let inside = self.list(&format!("\\end{{{name}}}"))?;
                    self.take(&format!("\\end{{{name}}}"));
                    match name {
                        "pmatrix" => list.extend([sign('('), Node::Rows(inside), sign(')')]),
                        "cases" => list.extend([sign('{'), Node::Rows(inside)]),
                        name if OUTER.contains(&name) => list.extend(inside),
                        _ => return self.refuse("an environment"),
                    }
                }
                _ => {
                    self.rest = before;
                    return self.refuse("an unknown command");
                }
            }
        }
        Ok(())
    }
}

/// Words without what TeX wants around their signs.
pub(crate) fn plain(text: &str) -> String {
    let text = text.replace("$\\times$", "\u{d7}").replace("$\\to$", "\u{2192}").replace("\\textbackslash{}", "\\");
    let (text, letter) = text.split_once('\\').map_or((text.as_str(), None), |(head, name)| match greek(name) {
        Some(letter) => (head, Some(letter)),
        None => (text.as_str(), None),
    });
    let mut out = String::new();
    let mut rest = text.chars().chain(letter);
    while let Some(c) = rest.next() {
        out.extend(if c == '\\' { rest.next() } else { Some(c) });
    }
    out
}
