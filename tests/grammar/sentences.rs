//! Makes sentences at random from a grammar.

use std::collections::{BTreeMap, BTreeSet};

use crate::ebnf::{Grammar, Rule};

/// Makes sentences, the same ones every time.
pub(crate) struct Speaker<'g> {
    grammar: &'g Grammar,
    heights: BTreeMap<&'g str, usize>,
    /// The productions used so far.
    pub(crate) used: BTreeSet<&'g str>,
    state: u64,
}

impl<'g> Speaker<'g> {
    pub(crate) fn new(grammar: &'g Grammar) -> Self {
        Speaker { grammar, heights: grammar.heights(), used: BTreeSet::new(), state: 1 }
    }

    /// A number below `bound` (SplitMix64).
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    /// Appends a text of this rule. Each production costs fuel; with none left, or in a text that
    /// is long enough, the derivation takes the shortest way out.
    pub(crate) fn say(&mut self, rule: &'g Rule, fuel: usize, symbol: bool, text: &mut String) {
        let fuel = if text.len() > 1000 { 0 } else { fuel };
        match rule {
            Rule::Literal(literal) => text.push_str(literal),
            Rule::Production(name) => {
                let inside = self.grammar.symbols.contains(name);
                self.used.insert(name);
                self.say(&self.grammar.rules[name], fuel.saturating_sub(1), symbol || inside, text);
            }
            Rule::Characters(ranges, negated) => loop {
                let (low, high) = if *negated { (' ', '\u{3ff}') } else { ranges[self.below(ranges.len())] };
                let c = char::from_u32(low as u32 + self.below(high as usize - low as usize + 1) as u32);
                if let Some(c) = c.filter(|c| ranges.iter().any(|(low, high)| low <= c && c <= high) != *negated) {
                    break text.push(c);
                }
            },
            Rule::Sequence(rules) => rules.iter().enumerate().for_each(|(at, rule)| {
                self.space(at > 0, symbol, text);
                self.say(rule, fuel, symbol, text);
            }),
            Rule::Choice(rules) => {
                let chosen = match fuel {
                    0 => rules.iter().min_by_key(|rule| self.grammar.height(rule, &self.heights)).unwrap(),
                    _ => &rules[self.below(rules.len())],
                };
                self.say(chosen, fuel, symbol, text);
            }
            Rule::Optional(rule) => {
                if fuel > 0 && self.below(2) == 0 {
                    self.say(rule, fuel, symbol, text);
                }
            }
            Rule::Repeated(rule) => {
                while fuel > 0 && self.below(3) == 0 {
                    self.space(true, symbol, text);
                    self.say(rule, fuel, symbol, text);
                }
            }
            Rule::Except(rule, exception) => {
                let exceptions = self.grammar.all(exception);
                let mut word = String::new();
                // With no fuel it might be the same exception every time.
                for more in 0.. {
                    word.clear();
                    self.say(rule, fuel + more, symbol, &mut word);
                    if !exceptions.contains(&word) {
                        break;
                    }
                }
                text.push_str(&word);
            }
        }
    }

    fn space(&self, between: bool, symbol: bool, text: &mut String) {
        if between && !symbol {
            text.push(' ');
        }
    }
}
