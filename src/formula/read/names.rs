//! Names as they are printed, looked up: which tensor is meant by a word with its marks.

use std::collections::HashMap;

use super::super::glossary::{Glossary, Sliding};
use super::super::name::{Around, Level};
use super::Written;
use super::token::{List, Sign, Token};
use crate::expr::TensorId;
use crate::text::greek;

/// The printed names of a document.
pub(super) struct Names<'g> {
    pub(super) glossary: &'g Glossary,
    pub(super) written: Written,
    by_word: HashMap<String, Vec<TensorId>>,
    by_nabla: HashMap<String, Vec<TensorId>>,
    loss: String,
}

/// What a raised mark after a name says, if it is that of a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mark {
    level: Level,
    around: Around,
}

/// A tensor, what its level adds to what its name says, and whether the raised mark was taken for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) tensor: TensorId,
    pub(super) level: Level,
    pub(super) marked: bool,
}

/// Why a name is not found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Missing {
    /// No tensor is called so.
    Unknown,
    /// Tensors are called so, each with another mark of a layer.
    Level,
    /// Two are printed alike.
    Two,
}

impl<'g> Names<'g> {
    pub(super) fn new(glossary: &'g Glossary, written: Written) -> Names<'g> {
        let (mut by_word, mut by_nabla) = (HashMap::new(), HashMap::new());
        for place in 0..glossary.len() {
            let tensor = TensorId(place as u32);
            if glossary.is_partial(tensor) {
                continue; // it has no name of its own
            }
            let name = glossary.name(tensor);
            let prefix: String = name.marks.prefix.into_iter().collect();
            let map: &mut HashMap<String, Vec<TensorId>> = if name.nabla { &mut by_nabla } else { &mut by_word };
            let mut put = |shown: String| map.entry(shown).or_default().push(tensor);
            let below = name.index.as_ref().map_or_else(String::new, |index| format!("_{index}"));
            // in ASCII a word with `_` in it is one word
            let word = if written == Written::Ascii && name.index.is_some() {
                name.word.clone()
            } else {
                as_shown(&name.word)
            };
            let shown = format!("{prefix}{word}{below}");
            if written == Written::Ascii && !prefix.is_empty() && greek(&name.word).is_some() {
                put(format!("{prefix}{}", name.word));
            }
            put(shown);
        }
        let loss = as_shown(&glossary.conventions().loss);
        Names { glossary, written, by_word, by_nabla, loss }
    }

    pub(super) fn is_loss(&self, word: &str) -> bool {
        word == self.loss
    }

    /// Is there a tensor that is called so, with whatever mark?
    pub(super) fn has(&self, word: &str, nabla: bool) -> bool {
        (if nabla { &self.by_nabla } else { &self.by_word }).contains_key(word)
    }

    /// The tensor of this name, with what is raised after it.
    pub(super) fn find(&self, word: &str, nabla: bool, raised: Option<&List>) -> Result<Found, Missing> {
        let map = if nabla { &self.by_nabla } else { &self.by_word };
        let all = map.get(word).map(Vec::as_slice).unwrap_or_default();
        if all.is_empty() {
            return Err(Missing::Unknown);
        }
        let own = |t: TensorId| self.glossary.name(t).level;
        let one = |list: Vec<TensorId>, level: Level, marked: bool| match list.as_slice() {
            [] => None,
            [tensor] => Some(Ok(Found { tensor: *tensor, level, marked })),
            _ => Some(Err(Missing::Two)),
        };
        if let Some(mark) = raised.and_then(mark) {
            let around = |t: TensorId| {
                let around = self.glossary.name(t).marks.around;
                around == mark.around || (around == Around::Nothing && mark.is_bracketed_below())
            };
            let exact = all.iter().copied().filter(|&t| own(t) == mark.level && around(t)).collect();
            if let Some(found) = one(exact, Level::None, true) {
                return found;
            }
            let told = matches!(mark.level, Level::This | Level::Below) && !self.glossary.conventions().in_net;
            let free = all.iter().copied().filter(|&t| told && own(t) == Level::None && around(t)).collect();
            if let Some(found) = one(free, mark.level, true) {
                return found;
            }
        }
        let bare = all.iter().copied().filter(|&t| own(t) == Level::None).collect();
        one(bare, Level::None, false).unwrap_or(Err(Missing::Level))
    }

    /// Is the kernel turned where a sliding product has this sign? None where the document has no such sign.
    pub(super) fn turned(&self, sign: Sign) -> Option<bool> {
        match (self.glossary.conventions().sliding, sign) {
            (Sliding::Framework, Sign::Slide) | (Sliding::Correlation | Sliding::Convolution, Sign::Star) => {
                Some(false)
            }
            (Sliding::Convolution, Sign::Slide) => Some(true),
            _ => None,
        }
    }
}

/// A word as it is shown.
pub(super) fn as_shown(word: &str) -> String {
    greek(word).map_or_else(|| word.to_string(), String::from)
}

impl Mark {
    /// `^(l-1)`, as ASCII writes it without brackets that mean anything.
    fn is_bracketed_below(self) -> bool {
        self.level == Level::Below && self.around == Around::Round
    }
}

/// The layer that a raised mark tells.
fn mark(list: &List) -> Option<Mark> {
    let (inner, around) = match list.tokens.as_slice() {
        [only] if let Token::Round(inner) = &only.token => (inner, Around::Round),
        [only] if let Token::Square(inner) = &only.token => (inner, Around::Square),
        _ => (list, Around::Nothing),
    };
    let tokens: Vec<&Token> = inner.tokens.iter().map(|s| &s.token).collect();
    let level = match tokens.as_slice() {
        [Token::Digits(digits)] => Level::Number(digits.parse().ok()?),
        [Token::Word(l, _)] if l == "l" => Level::This,
        [Token::Word(l, _), Token::Sign(Sign::Minus), Token::Digits(one)] if l == "l" && one == "1" => Level::Below,
        _ => return None,
    };
    Some(Mark { level, around })
}
