//! The languages in which a derivation is told.

use super::chinese::CHINESE;
use super::english::ENGLISH;
use super::sentence::Sentence;
use super::template::{Language, concatenated};
use crate::document::{Inline, Inlines};

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese, in simplified characters.
    Zh,
}

impl Lang {
    pub(super) fn language(self) -> &'static Language {
        match self {
            Lang::En => &ENGLISH,
            Lang::Zh => &CHINESE,
        }
    }

    /// The words of a sentence.
    pub(in crate::document) fn say(self, sentence: Sentence) -> Inlines {
        let (key, pieces) = sentence.taken_apart();
        let language = self.language();
        language.filled((language.row)(key), &pieces)
    }

    /// The same as text alone, for a sentence without formulas.
    pub(in crate::document) fn text(self, sentence: Sentence) -> String {
        let text = |inline| if let Inline::Text(text) = inline { text } else { String::new() };
        self.say(sentence).into_iter().map(text).collect()
    }

    /// Sentences one after another, those without words left out.
    pub(in crate::document) fn together(self, sentences: Vec<Inlines>) -> Inlines {
        let between = self.language().between;
        concatenated(sentences, between, between)
    }

    /// The title of a layer, at the beginning of a line or inside one.
    pub(in crate::document) fn title(self, title: &str, inside: bool) -> String {
        (self.language().title)(title, inside)
    }
}
