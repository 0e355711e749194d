//! The words for what can go wrong: message, label and hint for each fault.

use super::error::{EXPRESSION, Fault, Problem};
use super::grammar::{DEEPEST, MOST_OPERATORS};
use super::spelling::{habit, in_ascii};
use super::token::{Flaw, Kind, LONGEST_NUMBER, Token};
use crate::text::{Diagnostic, closest};

impl Fault<'_> {
    /// The words.
    pub(super) fn diagnostic(&self) -> Diagnostic {
        // A flaw in the text explains itself, whatever the parser had hoped to find there.
        let diagnostic = if let Kind::Flaw(flaw) = self.at.kind { self.flaw(flaw) } else { self.words() };
        match self.opening {
            Some(opening) => diagnostic.note(opening.span(), "opened here"),
            None => diagnostic,
        }
    }

    fn words(&self) -> Diagnostic {
        let found = found(self.at);
        let say = |message: String| Diagnostic::new(self.at.span(), message);
        match self.problem {
            Problem::Missing(word) => self.expected(&format!("`{word}`")),
            Problem::Expected(what) => self.expected(what),
            Problem::UnknownItem => {
                let words = ["layer", "input", "weight", "bias", "indices"];
                let hint = self.meant(words).map_or_else(
                    || "an item is `input`, `weight` or `bias` with a tensor, or `z[i] = …`".into(),
                    |word| format!("did you mean `{word}`?"),
                );
                say(format!("no item starts with {found}")).label("expected an item").hint(hint)
            }
            Problem::NoOperator(left) => say(format!("expected an operator, found {found}"))
                .label("an operator is missing before this")
                .hint(self.missing_operator(left)),
            Problem::ChainedComparison => say(format!("a second comparison, {found}"))
                .label("comparisons do not chain")
                .hint("for `a < b < c` write `a < b and b < c`"),
            Problem::ExponentKind => say(format!("expected an exponent, found {found}"))
                .label("expected an integer")
                .hint("an exponent is an integer literal, as in `x^2` or `x^-1`"),
            Problem::ExponentSize => say("this exponent is too large".into()).label("more than 32 bits").hint(format!(
                "exponents go from {} to {}",
                i32::MIN,
                i32::MAX
            )),
            Problem::NotRunning(reduction, what) => {
                let name = reduction.text;
                let diagnostic = self.expected(what);
                match name {
                    _ if diagnostic.hint.is_some() => diagnostic,
                    "max" => diagnostic.hint(format!("`max` runs over ranges, as in {MAXIMUM}")),
                    _ => diagnostic.hint(format!("`{name}` runs over ranges, as in `{name}(u in 1..K) a[u]`")),
                }
            }
            Problem::NoBody(reduction) => {
                let name = reduction.text;
                let hint = match (name, self.at.text) {
                    (_, "if" | "not") => IN_BRACKETS.into(),
                    ("max", _) => format!("write what it runs over, as in {MAXIMUM}"),
                    _ => format!("write what it runs over, as in `{name}(u in 1..K) a[u]`"),
                };
                say(format!("`{name}` has no body"))
                    .label("expected a product")
                    .hint(hint)
                    .note(reduction.span(), "for this")
            }
            Problem::NoVariable => say(format!("{found} cannot be a variable"))
                .label("this option needs a variable of another name")
                .hint(format!("write the variable after it, as in `{} n`", self.at.text)),
            Problem::TooDeep => say("this expression nests too deeply".into())
                .label(format!("more than {DEEPEST} levels"))
                .hint("define a part of it as a tensor of its own"),
            Problem::TooLong => say("this expression is too long".into())
                .label(format!("more than {MOST_OPERATORS} operators"))
                .hint("define a part of it as a tensor of its own, or write a `sum`"),
            Problem::EmptyFile => say("this file holds no layer".into()).label("expected `layer`").hint(LAYER_SHAPE),
            Problem::EmptyLayer => say(format!("layer {found} has no items"))
                .label("nothing follows it")
                .hint("declare an `input` and define an output, as in `z[i] = 2 * a[i]`"),
            Problem::SecondBase(first) => say("a second `indices from`".into())
                .label("a layer has one index base")
                .note(first.span(), "the first is here"),
        }
    }

    /// Something of this description was expected.
    fn expected(&self, what: &str) -> Diagnostic {
        let diagnostic = Diagnostic::new(self.at.span(), format!("expected {what}, found {}", found(self.at)))
            .label(format!("expected {what}"));
        match self.slip(what) {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }

    /// The one of these words that the token is a slip for.
    fn meant<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
        // The distance to a word that is longer than any of ours would only cost time.
        let comparable = self.at.kind == Kind::Name && self.at.text.len() <= LONGEST_SHOWN;
        if comparable { closest(&self.at.text.to_ascii_lowercase(), words) } else { None }
    }

    /// What the writer may have had in mind instead of `what`.
    fn slip(&self, what: &str) -> Option<String> {
        // The words in `what` stand between backquotes.
        if let Some(word) = self.meant(what.split('`').skip(1).step_by(2)) {
            return Some(format!("did you mean `{word}`?"));
        }
        if what == "`layer`" {
            return Some(LAYER_SHAPE.into());
        }
        if self.at.kind == Kind::Reserved {
            return match self.at.text {
                "if" | "not" if what == EXPRESSION => Some(IN_BRACKETS.into()),
                _ if what.ends_with("name") => Some("choose a word that is not reserved".into()),
                _ => None,
            };
        }
        let hint = match self.at.text {
            "=" => "`==` compares; `=` stands once, after what is defined",
            "==" if what == "`=`" => "`=` defines; `==` compares",
            "(" if what == "`=`" => "indices stand in square brackets, as in `z[i] = …`",
            "^" | "**" if what != EXPRESSION => "powers do not chain: write `(x^2)^3`",
            "/" if what == EXPRESSION => "a comment starts with `#`",
            ")" | "]" | "}" if self.opening.is_none() && what.ends_with("line") => "no bracket is open here",
            _ if self.at.kind == Kind::Name && what.starts_with("a title") => "a title stands between double quotes",
            number if self.at.kind == Kind::Number && what.starts_with("`=`") => {
                return Some(format!("a value is written `= {number}`"));
            }
            _ if what.ends_with("`..`") => "a range has two ends, as in `u in 1..K`",
            _ => return None,
        };
        Some(hint.into())
    }

    /// What to write between `left` and what follows it.
    fn missing_operator(&self, left: &Token<'_>) -> String {
        let text = self.at.text;
        let touching = left.end() == self.at.start;
        if let Some(word) = self.meant(["then", "else", "when", "where", "and"]) {
            format!("did you mean `{word}`?")
        } else if text == "if" {
            "write `if c then x else y`, or `when c` at the end of the item".into()
        } else if left.kind == Kind::Number && touching && is_exponent(text) {
            format!("write `{} * 10^…`", left.text)
        } else {
            "write `*` for a product".into()
        }
    }

    /// The words for a token that is none.
    fn flaw(&self, flaw: Flaw) -> Diagnostic {
        let text = self.at.text;
        let say = |message: String| Diagnostic::new(self.at.span(), message);
        match flaw {
            Flaw::ForeignWord => say(format!("`{}` is not made of ASCII letters and digits", clipped(text)))
                .label("not a word of this language")
                .hint(match ascii_word(text) {
                    Some(word) => format!("write `{}`", clipped(&word)),
                    None => "names are made of `a`-`z`, `A`-`Z`, `0`-`9` and `_`".into(),
                }),
            Flaw::Character => {
                let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
                let shown = if visible { text.into() } else { text.escape_debug().to_string() };
                let diagnostic = say(format!("`{shown}` means nothing here")).label("unexpected character");
                let ascii = text.chars().find_map(in_ascii).map(|word| format!("write `{word}`"));
                match ascii.or_else(|| text.chars().find_map(habit).map(Into::into)) {
                    Some(hint) => diagnostic.hint(hint),
                    None => diagnostic,
                }
            }
            Flaw::OpenTitle => say("this title is not closed".into())
                .label("the line ends before its `\"`")
                .hint("a title stands between double quotes on one line"),
            Flaw::LongNumber => say("this number is too long".into())
                .label(format!("more than {LONGEST_NUMBER} characters"))
                .hint("write it as a product, a quotient or a power"),
        }
    }
}

/// What `max` is, and what it is not.
const MAXIMUM: &str = "`max(u in 1..K) a[u]`; the larger of two is `if x > y then x else y`";

/// The hint for a file that does not start like one.
const LAYER_SHAPE: &str = "a layer starts with `layer NAME`, then come its items, one a line";

/// The hint for what is no operand by itself.
const IN_BRACKETS: &str = "put brackets around it to use it as an operand";

/// A token in a message.
fn found(token: &Token<'_>) -> String {
    match token.kind {
        Kind::Newline => "the end of the line".into(),
        Kind::Reserved => format!("the reserved word `{}`", token.text),
        Kind::Title => "a title".into(),
        Kind::Name | Kind::LayerName | Kind::Number | Kind::Symbol | Kind::Flaw(_) => {
            format!("`{}`", clipped(token.text))
        }
    }
}

/// The most characters of a token that a message shows.
const LONGEST_SHOWN: usize = 40;

/// The beginning of a text, if it is too long to be shown.
fn clipped(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

/// A foreign word in this language's letters, if each of its characters has them.
fn ascii_word(word: &str) -> Option<String> {
    word.chars().map(|c| if c.is_ascii() { Some(c.to_string()) } else { in_ascii(c).map(Into::into) }).collect()
}

/// Whether this is what follows the digits in `1e5` and in `1e-5`.
fn is_exponent(text: &str) -> bool {
    text.strip_prefix(['e', 'E']).is_some_and(|rest| rest.bytes().all(|c| c.is_ascii_digit()))
}
