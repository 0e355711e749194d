//! What to write instead of a character that means nothing here: ASCII for other alphabets' letters
//! and signs, and this language's way for what other languages taught.

use crate::text::greek_name;

/// How this language spells a character that is not ASCII, where it has a way to.
pub(super) fn in_ascii(c: char) -> Option<&'static str> {
    Some(match c {
        'ϵ' => "epsilon",
        'µ' => "mu",
        'ϕ' => "phi",
        '∑' | 'Σ' => "sum",
        '₀' => "0",
        '₁' => "1",
        '₂' => "2",
        '₃' => "3",
        '²' => "^2",
        '³' => "^3",
        '×' | '·' | '⋅' | '∗' | '⊙' => "*",
        '÷' | '∕' => "/",
        '−' | '–' | '—' => "-",
        '≤' | '⩽' => "<=",
        '≥' | '⩾' => ">=",
        '≠' => "!=",
        '∈' => "in",
        '∧' => "and",
        '∨' => "or",
        '¬' => "not",
        '‥' => "..",
        '“' | '”' | '„' => "\"",
        _ => return greek_name(c),
    })
}

/// What to write instead of a character among the stages of a net, where it is not the same as
/// elsewhere.
pub(super) fn in_chain(c: char) -> Option<&'static str> {
    Some(match c {
        '→' | '⟶' | '⇒' | '⟹' | '↦' | '➔' | '➜' => "write `->`",
        '|' | ';' | '&' | '!' | '~' => "write `->` between stages",
        '×' | '✕' | '⨯' => "write `x` between sizes, as in `3x3`",
        ':' => "an option and its value stand side by side, as in `kernel 3x3`",
        '.' => "a decimal is written `0.5`",
        '\'' | '“' | '”' | '„' => "words stand without quotes",
        '@' | '_' => "a stage starts with the name of a layer",
        _ => return None,
    })
}

/// What to do about a character that means something in other languages but nothing here.
pub(super) fn habit(c: char) -> Option<&'static str> {
    Some(match c {
        '&' => "write `and`",
        '|' => "write `abs(x)`, and between conditions `or`",
        '!' => "write `not`, or `!=` for unequal",
        ';' => "each item has a line of its own, and `,` separates inside brackets",
        ':' => "a range is written `u in 1..K`",
        '…' => "write `..` in a range, and `...` for the leading axes",
        '.' => "a decimal is written `0.5` and a range `1..K`",
        '\'' => "a title stands between double quotes",
        '\u{a0}' => "write a plain space",
        '_' => "a name starts with a letter",
        '@' => "write the product out, as in `sum(k) a[i, k] * b[k, j]`",
        _ => return None,
    })
}
