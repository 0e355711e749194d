//! The words for what can go wrong: message, label and hint for each fault.

use super::MOST_EXPONENT;
use super::error::{
    ARGUMENT, EXPRESSION, Fault, LABEL, LOSS_NAME, NET_END, NET_NAME, NET_SIZES, NET_TITLE, Problem, STAGE, VARIABLE,
};
use super::grammar::{DEEPEST, MOST_OPERATORS};
use super::spelling::{habit, in_ascii, in_chain};
use super::token::{Flaw, Kind, LONGEST_NUMBER, Token, is_sizes};
use crate::text::{Diagnostic, Span, closest};

/// The words for all of them. A word that is none is one mistake, wherever it stands.
pub(super) fn diagnostics(faults: &[Fault<'_>]) -> Vec<Diagnostic> {
    let foreign = |fault: &Fault<'_>| matches!(fault.at.kind, Kind::Flaw(Flaw::ForeignWord));
    let again = |place: usize| {
        let fault = &faults[place];
        foreign(fault) && faults[..place].iter().any(|f| foreign(f) && f.at.text == fault.at.text)
    };
    (0..faults.len()).filter(|&place| !again(place)).map(|place| faults[place].diagnostic()).collect()
}

/// What to say of a text that has carriage returns alone at the ends of its lines.
pub(super) fn lines_without_ends(text: &str) -> Option<Diagnostic> {
    let text = text.trim_end();
    let place = text.find('\r').filter(|_| !text.contains('\n'))?;
    Some(
        Diagnostic::new(Span::new(place, place + 1), "a carriage return alone ends no line")
            .label("a newline is missing")
            .hint("save the text with newlines at the ends of its lines, with or without carriage returns"),
    )
}

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
                let words = [
                    "layer", "net", "input", "data", "weight", "bias", "target", "loss", "assume", "require", "indices",
                ];
                let hint = self.meant(words).map_or_else(
                    || "an item is `input`, `data`, `weight`, `bias` or `target` with a tensor, or `z[i] = …`".into(),
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
                .label("expected an integer, a name or `(`")
                .hint("as in `x^2`, `x^-1`, `x^p` or `x^(1/2)`"),
            Problem::ExponentValue => say("an exponent is a number".into())
                .label("not an element, nor the value of a function")
                .hint("as in `x^2`, `x^p` or `x^(1/2)`; other powers are written `exp(y * log(x))`"),
            Problem::ExponentSize => say("this exponent is too large".into())
                .label("more than 32 bits")
                .hint(format!("exponents go from -{MOST_EXPONENT} to {MOST_EXPONENT}")),
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
            Problem::EmptyFile => {
                say("this file holds no layer".into()).label("expected `layer` or `net`").hint(LAYER_SHAPE)
            }
            Problem::EmptyChain => say("this chain has no stages".into())
                .label("expected a stage")
                .hint("write its stages, as in `'dense 2 -> sigma -> dense 2'`"),
            Problem::EmptyNet => say(format!("net {found} has no stages"))
                .label("no chain follows it")
                .hint("write its stages, as in `dense 2 -> sigma -> dense 2`"),
            Problem::EmptyLayer => say(format!("layer {found} has no items"))
                .label("nothing follows it")
                .hint("declare an `input` and define an output, as in `z[i] = 2 * a[i]`"),
            Problem::SecondBase(first) => say("a second `indices from`".into())
                .label("a layer has one index base")
                .note(first.span(), "the first is here"),
            Problem::NotAlone => say(format!("expected `,` or the closing bracket after `...`, found {found}"))
                .label("expected `,` or the closing bracket")
                .hint("`...` stands for the leading axes as they are, with no range and no arithmetic"),
            Problem::ChainInLayer => say("`->` has no meaning outside a net".into())
                .label("only a net has stages")
                .hint("a net starts with `net NAME`, then comes its chain"),
            Problem::ItemInNet => say("a net has no items of its own".into())
                .label("only a layer has such an item")
                .hint("write it under `layer NAME`, and that name as a stage of the chain"),
            Problem::LateInput => say("this `input` comes too late".into())
                .label("a net has one `input`, before its stages")
                .hint("`input as x` before the first `->` names what flows in, for other stages to read"),
            Problem::SecondChain => say(format!("expected `->`, found {found}"))
                .label("a second line of stages")
                .hint("a chain goes on in the next line before or after `->`"),
            Problem::NotInChain => say(format!("a chain by itself has only stages, found {found}"))
                .label("expected the end of the chain")
                .hint("write layers and nets in a file"),
            Problem::SpacedSizes(left, right) => say("sizes have no blanks between them".into())
                .label("expected no blanks around this")
                .hint(format!("write `{}x{}`", clipped(left.text), clipped(right.text))),
            Problem::SizeTooLarge => say("this size is too large".into())
                .label("more than 63 bits")
                .hint("sizes are small integers, as in `3x3`"),
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
        if what == LOSS_NAME {
            return Some("a loss is written `loss C = …`".into());
        }
        if what == "`as`" {
            return Some("`input as x` names what flows in, before the first `->`".into());
        }
        // The words in `what` stand between backquotes.
        if let Some(word) = self.meant(what.split('`').skip(1).step_by(2)) {
            return Some(format!("did you mean `{word}`?"));
        }
        if what == "`layer` or `net`" {
            return Some(LAYER_SHAPE.into());
        }
        if let Some(hint) = self.net_slip(what) {
            return Some(hint.into());
        }
        if self.at.kind == Kind::Reserved {
            return match self.at.text {
                "if" | "not" if what == EXPRESSION => Some(IN_BRACKETS.into()),
                _ if what.ends_with("name") => Some("choose a word that is not reserved".into()),
                _ => None,
            };
        }
        let hint = match self.at.text {
            "..." if [EXPRESSION, VARIABLE].contains(&what) => {
                "`...` stands for the leading axes and comes first, as in `a[..., j]`"
            }
            "..." if what.ends_with("`..`") => "a range has two dots, as in `u in 1..K`",
            "=" => "`==` compares; `=` stands once, after what is defined",
            "==" if what == "`=`" => "`=` defines; `==` compares",
            ".." if [EXPRESSION, VARIABLE].contains(&what) => {
                "a range has two ends, as in `1..K`, and `...` for the leading axes three dots"
            }
            "(" | "..." if what == "`=`" => "indices stand in square brackets, as in `z[i] = …`",
            "^" | "**" if what != EXPRESSION => "powers do not chain: write `(x^2)^3`",
            _ if what == "a layer name" => "a layer starts with its name, as in `layer smooth`",
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

    /// The same in a net.
    fn net_slip(&self, what: &str) -> Option<&'static str> {
        let (text, kind) = (self.at.text, self.at.kind);
        let in_heading = [NET_TITLE, NET_SIZES, NET_END].contains(&what);
        // After a stage and inside its brackets.
        let ends = what.ends_with("the end of the chain");
        let in_stage = ends || what.starts_with(ARGUMENT);
        Some(match text {
            "->" if in_heading => "the stages stand in a line of their own, and the first has no `->` before it",
            "(" if in_heading => "a net has no parameters",
            _ if what == NET_TITLE && kind != Kind::Name => "the stages stand in a line of their own",
            _ if what == NET_SIZES => "sizes stand between square brackets, as in `a[6, 6]`",
            _ if what == NET_NAME && kind != Kind::Reserved => "a net is written `net NAME`, then come its stages",
            _ if what == "`->`" => "stages follow, as in `input as x -> dense 4 -> add x`",
            _ if what == LABEL && kind == Kind::LayerName => "a name has no hyphens",
            _ if [LABEL, NET_NAME].contains(&what) && kind == Kind::Reserved => "choose a word that is not reserved",
            _ if what == LABEL => "`as` gives a name to be read by later stages, as in `dense 4 as h`",
            "->" | "" if what == STAGE => "a stage is missing: `->` stands between two, as in `dense 2 -> sigma`",
            "layer" | "net" if what == STAGE || in_stage => "layers and nets are written outside the chain",
            _ if (what == STAGE || in_stage) && kind == Kind::Title => "words stand without quotes",
            _ if what == STAGE => "a stage starts with the name of a layer, as in `dense 2`",
            ")" | "," if what == ARGUMENT => "an argument is missing, or this is one too many",
            "=" if in_stage => "an option and its value stand side by side, as in `kernel 3x3`",
            "*" if in_stage => "sizes have `x` between them, as in `3x3`",
            "-" if in_stage => "`->` and names have no blanks inside, and a sign stands before a number",
            "->" if in_stage => "close the brackets before the next stage",
            "(" if ends => "a stage has brackets once, after its name",
            "(" if in_stage => "there are no brackets inside brackets here",
            "[" if in_stage => "sizes have no square brackets around them, as in `dense 2` or `conv 3x3`",
            ")" if ends => "no bracket is open here",
            "as" if ends => "a stage has one name for what comes out",
            "," if ends => "`->` stands between stages; commas stand only inside brackets",
            ">" | "<" | "+" | "/" | "^" if ends => "write `->` between stages",
            _ if ends && matches!(kind, Kind::Name | Kind::LayerName) => "write `->` before the next stage",
            _ if ends && matches!(kind, Kind::Number | Kind::Sizes | Kind::Pair | Kind::Reserved) => {
                "arguments come before brackets and before `as`"
            }
            _ => return None,
        })
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
        } else if left.kind == Kind::Number && left.text != "0" && touching && is_size(text) {
            "write `*` for a product, or a comma between the sizes of two axes".into()
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
            Flaw::Character | Flaw::InChain => {
                let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
                let shown = if visible { text.into() } else { text.escape_debug().to_string() };
                let diagnostic = say(format!("`{shown}` means nothing here"));
                let label =
                    if text.chars().nth(1).is_some() { "unexpected characters" } else { "unexpected character" };
                let diagnostic = diagnostic.label(label);
                let between_stages = match flaw {
                    // An arrow of several characters, or a character that means something else in layers.
                    Flaw::InChain if text.is_ascii() && text.len() > 1 => Some("write `->` between stages"),
                    Flaw::InChain => text.chars().find_map(in_chain),
                    Flaw::Character | Flaw::ForeignWord | Flaw::Sizes | Flaw::OpenTitle | Flaw::LongNumber => None,
                };
                if let Some(hint) = between_stages {
                    return diagnostic.hint(hint);
                }
                let ascii = text.chars().find_map(in_ascii).map(|word| format!("write `{word}`"));
                match ascii.or_else(|| text.chars().find_map(habit).map(Into::into)) {
                    Some(hint) => diagnostic.hint(hint),
                    None => diagnostic,
                }
            }
            Flaw::Sizes => say(format!("`{}` is neither sizes nor a number", clipped(text)))
                .label("expected something like `3x3`, `2` or `0.01`")
                .hint(match text.replace(['X', '*', '×'], "x") {
                    sizes if is_sizes(&sizes) => format!("write `{}`", clipped(&sizes)),
                    _ if text.contains(['e', 'E']) => "write all decimals, as in `0.01`".into(),
                    _ => "sizes are integers with `x` and no blanks between them".into(),
                }),
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
const MAXIMUM: &str = "`max(u in 1..K) a[u]`; the larger of two values is `maximum(x, y)`";

/// The hint for a file that does not start like one.
const LAYER_SHAPE: &str =
    "a layer starts with `layer NAME`, then come its items, one a line; a net with `net NAME`, then comes its chain";

/// The hint for what is no operand by itself.
const IN_BRACKETS: &str = "put brackets around it to use it as an operand";

/// A token in a message.
fn found(token: &Token<'_>) -> String {
    match token.kind {
        Kind::Newline => "the end of the line".into(),
        Kind::Reserved => format!("the reserved word `{}`", token.text),
        Kind::Title => "a title".into(),
        Kind::Name | Kind::LayerName | Kind::Number | Kind::Sizes | Kind::Pair | Kind::Symbol | Kind::Flaw(_) => {
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

/// Whether this is what follows the first digits in `3x3`.
fn is_size(text: &str) -> bool {
    text.strip_prefix('x').is_some_and(is_sizes)
}
