//! Names in MathML Core: letters, words and functions with their marks, indices and layers.

use super::looks::Look;
use super::math::{NO_SPACE, Speller};
use crate::document::{Level, Name, greek, is_letter};
use crate::render::svg::escaped;
use crate::render::text::bold;

impl Speller<'_> {
    /// A letter or a word, then its layer above and its index below.
    pub(super) fn name(&mut self, n: &Name, indices: usize, mut index: impl FnMut(&mut Self, usize)) {
        if n.nabla {
            self.out.push_str("<mrow><mi mathvariant=\"normal\">\u{2207}</mi>");
        }
        let own = usize::from(n.index.is_some());
        let all = indices + own;
        let element = match (all, n.level) {
            (0, Level::None) => "",
            (0, Level::This | Level::Below | Level::Number(_)) => "msup",
            (_, Level::None) => "msub",
            (_, Level::This | Level::Below | Level::Number(_)) => "msubsup",
        };
        self.out.push_str(&if element.is_empty() { String::new() } else { format!("<{element}>") });
        self.letter(n);
        if all > 0 {
            self.script(|script| {
                script.out.push_str(if all > 1 { "<mrow>" } else { "" });
                if let Some(word) = &n.index {
                    script.subscript(word);
                    script.between_indices(indices, true);
                }
                (0..indices).for_each(|place| index(script, place));
                script.out.push_str(if all > 1 { "</mrow>" } else { "" });
            });
        }
        let around = n.marks.around.signs();
        let row = n.level == Level::Below || (n.level != Level::None && around != ["", ""]);
        self.out.push_str(if row { "<mrow>" } else { "" });
        self.fence(around[0], n.level);
        match n.level {
            Level::None => {}
            Level::This => self.out.push_str("<mi>l</mi>"),
            Level::Below => self.out.push_str(&format!("<mi>l</mi><mo{NO_SPACE}>\u{2212}</mo><mn>1</mn>")),
            Level::Number(n) => self.integer(n.into()),
        }
        self.fence(around[1], n.level);
        self.out.push_str(if row { "</mrow>" } else { "" });
        self.out.push_str(&if element.is_empty() { String::new() } else { format!("</{element}>") });
        self.out.push_str(if n.nabla { "</mrow>" } else { "" });
    }

    /// What stands below a name for good: a letter in italics, a word upright.
    fn subscript(&mut self, word: &str) {
        if word.bytes().all(|b| b.is_ascii_digit()) {
            self.token("mn", word);
        } else if is_letter(word) {
            self.letter(&Name::new(word));
        } else {
            self.word(word);
        }
    }

    /// What stands around the mark of a layer.
    fn fence(&mut self, sign: &str, level: Level) {
        if !sign.is_empty() && level != Level::None {
            self.out.push_str(&format!("<mo{NO_SPACE} stretchy=\"false\">{sign}</mo>"));
        }
    }

    /// A letter is set in italics by itself, but capital Greek ones stand upright, as TeX has them; a word has to be told. Bold
    /// letters have characters of their own.
    fn letter(&mut self, n: &Name) {
        let letter = greek(&n.word).map_or_else(|| n.word.clone(), String::from);
        let prefix = n.marks.prefix.map(String::from).unwrap_or_default();
        if n.marks.bold {
            let word: String = prefix.chars().chain(letter.chars()).map(bold).collect();
            return self.token("mi", &word);
        }
        if !prefix.is_empty() {
            let word = format!("{prefix}{letter}");
            return self.out.push_str(&format!("<mi{}>{}</mi>", self.looks.of(&[Look::Word]), escaped(&word)));
        }
        let word = n.word.as_str();
        match greek(word) {
            Some(capital @ '\u{391}'..='\u{3a9}') => {
                self.out.push_str(&format!("<mi mathvariant=\"normal\">{capital}</mi>"));
            }
            Some(letter) => self.token("mi", letter.encode_utf8(&mut [0; 4])),
            None if is_letter(word) => self.token("mi", word),
            None => {
                self.out.push_str(&format!("<mi{}>{}</mi>", self.looks.of(&[Look::Word]), escaped(word)));
            }
        }
    }

    /// An upright word.
    pub(super) fn word(&mut self, word: &str) {
        if word.contains(' ') {
            self.token("mtext", word);
        } else if word.chars().count() == 1 {
            self.out.push_str(&format!("<mi mathvariant=\"normal\">{}</mi>", escaped(word)));
        } else {
            self.token("mi", word);
        }
    }

    /// A function by its name, with its primes. As an exponent they would be too small and too high in every font.
    pub(super) fn function(&mut self, n: &Name, order: u32) {
        if is_letter(&n.word) {
            self.name(n, 0, |_, _| {});
        } else {
            self.word(&n.word);
        }
        match order {
            0 => {}
            2 => self.token("mo", "\u{2033}"),
            3 => self.token("mo", "\u{2034}"),
            n => self.token("mo", &"\u{2032}".repeat(n as usize)),
        }
    }
}
