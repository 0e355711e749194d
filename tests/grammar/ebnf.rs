//! Reads `grammar/layer.ebnf` as data.

use std::collections::{BTreeMap, BTreeSet};

/// The right-hand side of a production.
#[derive(Debug)]
pub(crate) enum Rule {
    Literal(String),
    Production(String),
    /// Characters in these ranges, or in none of them.
    Characters(Vec<(char, char)>, bool),
    Sequence(Vec<Rule>),
    Choice(Vec<Rule>),
    Optional(Box<Rule>),
    Repeated(Box<Rule>),
    Except(Box<Rule>, Box<Rule>),
}

/// `grammar/layer.ebnf`.
pub(crate) struct Grammar {
    pub(crate) rules: BTreeMap<String, Rule>,
    /// The productions whose parts have nothing between them.
    pub(crate) symbols: BTreeSet<String>,
}

impl Grammar {
    pub(crate) fn new(text: &str) -> Self {
        let (structure, symbols) = text.split_once("(* Symbols").expect("the heading of the symbols");
        let mut rules = productions(structure);
        let symbols = productions(&format!("(*{symbols}"));
        let names = symbols.keys().cloned().collect();
        rules.extend(symbols);
        Grammar { rules, symbols: names }
    }

    /// The least number of productions below a rule on the way to a sentence, for bringing a
    /// derivation to its end.
    pub(crate) fn height(&self, rule: &Rule, heights: &BTreeMap<&str, usize>) -> Option<usize> {
        match rule {
            Rule::Literal(_) | Rule::Characters(..) | Rule::Optional(_) | Rule::Repeated(_) => Some(0),
            Rule::Production(name) => heights.get(name.as_str()).map(|height| height + 1),
            Rule::Sequence(rules) => {
                rules.iter().map(|rule| self.height(rule, heights)).try_fold(0, |most, height| Some(most.max(height?)))
            }
            Rule::Choice(rules) => rules.iter().filter_map(|rule| self.height(rule, heights)).min(),
            Rule::Except(rule, _) => self.height(rule, heights),
        }
    }

    pub(crate) fn heights(&self) -> BTreeMap<&str, usize> {
        let mut heights = BTreeMap::new();
        while heights.len() < self.rules.len() {
            let known = heights.len();
            for (name, rule) in &self.rules {
                if !heights.contains_key(name.as_str())
                    && let Some(height) = self.height(rule, &heights)
                {
                    heights.insert(name, height);
                }
            }
            assert!(heights.len() > known, "productions with no end: {:?}", self.rules.keys());
        }
        heights
    }

    /// All texts of a rule that has only a few.
    pub(crate) fn all(&self, rule: &Rule) -> Vec<String> {
        match rule {
            Rule::Literal(text) => vec![text.clone()],
            Rule::Production(name) => self.all(&self.rules[name]),
            Rule::Choice(rules) => rules.iter().flat_map(|rule| self.all(rule)).collect(),
            Rule::Characters(..) | Rule::Sequence(_) | Rule::Optional(_) | Rule::Repeated(_) | Rule::Except(..) => {
                panic!("too many texts to leave out: {rule:?}")
            }
        }
    }
}

/// The productions in a text, comments left out.
fn productions(text: &str) -> BTreeMap<String, Rule> {
    let text: String = text.split("(*").map(|piece| piece.split_once("*)").map_or(piece, |(_, rest)| rest)).collect();
    let mut reader = Reader { rest: text.trim_start() };
    let mut rules = BTreeMap::new();
    while !reader.rest.is_empty() {
        let name = reader.word().expect("the name of a production").to_string();
        assert!(reader.skip("="), "no `=` after {name}");
        let rule = reader.choice();
        assert!(reader.skip(";"), "no `;` after {name}, before {:.40}", reader.rest);
        assert!(rules.insert(name, rule).is_none(), "a second production of one name");
    }
    rules
}

/// Reads EBNF; what is not EBNF panics.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn skip(&mut self, symbol: &str) -> bool {
        let found = self.rest.strip_prefix(symbol);
        self.rest = found.unwrap_or(self.rest).trim_start();
        found.is_some()
    }

    fn word(&mut self) -> Option<&'a str> {
        let end = self.rest.find(|c: char| !(c.is_ascii_alphabetic() || c == '-'))?;
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        (!word.is_empty()).then_some(word)
    }

    fn until(&mut self, end: &str) -> &'a str {
        let (text, rest) = self.rest.split_once(end).expect("a closing quote");
        self.rest = rest.trim_start();
        text
    }

    fn choice(&mut self) -> Rule {
        let mut rules = vec![self.sequence()];
        while self.skip("|") {
            rules.push(self.sequence());
        }
        if rules.len() == 1 { rules.remove(0) } else { Rule::Choice(rules) }
    }

    fn sequence(&mut self) -> Rule {
        let mut rules = vec![self.term()];
        while self.skip(",") {
            rules.push(self.term());
        }
        if rules.len() == 1 { rules.remove(0) } else { Rule::Sequence(rules) }
    }

    fn term(&mut self) -> Rule {
        let rule = self.factor();
        if self.skip("- ") { Rule::Except(Box::new(rule), Box::new(self.factor())) } else { rule }
    }

    /// What stands between brackets, after the opening one.
    fn inner(&mut self, close: &str) -> Rule {
        let rule = self.choice();
        assert!(self.skip(close), "no `{close}` before {:.40}", self.rest);
        rule
    }

    fn factor(&mut self) -> Rule {
        if self.skip("(") {
            return self.inner(")");
        } else if self.skip("[") {
            return Rule::Optional(Box::new(self.inner("]")));
        } else if self.skip("{") {
            return Rule::Repeated(Box::new(self.inner("}")));
        }
        for quote in ["\"", "'"] {
            if let Some(rest) = self.rest.strip_prefix(quote) {
                self.rest = rest;
                return Rule::Literal(self.until(quote).to_string());
            }
        }
        if self.skip("?") {
            let set = self.until("?").trim();
            let (ranges, negated) = set.strip_prefix("not ").map_or((set, false), |ranges| (ranges, true));
            return Rule::Characters(ranges.split(' ').map(range).collect(), negated);
        }
        let name = self.word().unwrap_or_else(|| panic!("no rule starts {:.40}", self.rest));
        Rule::Production(name.to_string())
    }
}

/// `A-Z` or `U+000A`.
fn range(text: &str) -> (char, char) {
    if let Some(code) = text.strip_prefix("U+") {
        let c = u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a character's code");
        return (c, c);
    }
    let mut ends = text.chars().filter(|c| *c != '-');
    ends.next().zip(ends.next()).expect("a range of characters")
}
