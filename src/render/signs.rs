//! The signs of formulas: a row for each, a column for each format.

use crate::document::{Dots, Op};
use crate::formula::Big;

/// A column of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Latex,
    Typst,
    MathMl,
    Unicode,
    Ascii,
}

impl Column {
    /// An operator with its distances.
    pub(super) fn op(self, op: Op) -> &'static str {
        let row = match op {
            Op::Plus => [" + ", " + ", "+", " + ", " + "],
            Op::Minus => [" - ", " - ", "\u{2212}", " - ", " - "],
            Op::Negative => ["-", "-", "\u{2212}", "-", "-"],
            // in text it stands beside numbers; other factors stand side by side there
            Op::Times => [" \\cdot ", " \u{22c5} ", "\u{22c5}", "\u{b7}", "*"],
            Op::Slide => [" \\ast ", " \u{2217} ", "\u{2217}", " * ", " * "],
            Op::Star => [" \\star ", " \u{22c6} ", "\u{22c6}", " \u{22c6} ", " (*) "],
            Op::Hadamard => [" \\odot ", " \u{2299} ", "\u{2299}", " \u{2299} ", " .* "],
            Op::HadamardDivision => [" \\oslash ", " \u{2298} ", "\u{2298}", " \u{2298} ", " ./ "],
            Op::Equals => [" = ", " = ", "=", " = ", " = "],
            Op::AtMost => [" \\le ", " <= ", "\u{2264}", " \u{2264} ", " <= "],
            Op::AtLeast => [" \\ge ", " >= ", "\u{2265}", " \u{2265} ", " >= "],
            Op::Less => [" < ", " < ", "&lt;", " < ", " < "],
            Op::Greater => [" > ", " > ", "&gt;", " > ", " > "],
            Op::Differs => [" \\ne ", " != ", "\u{2260}", " \u{2260} ", " != "],
            Op::Divides => [" \\mid ", " divides ", "\u{2223}", " \u{2223} ", " divides "],
            Op::Or => [" \\lor ", " or ", "\u{2228}", " \u{2228} ", " or "],
            Op::To => [" \\to ", " -> ", "\u{2192}", "\u{2192}", "->"],
            Op::Comma => [", ", ", ", ",", ", ", ", "],
            // in Typst it would be a fraction without the backslash
            Op::Over => ["/", "\\/", "/", "/", "/"],
            Op::About => [" \\approx ", " approx ", "\u{2248}", " \u{2248} ", " ~ "],
            Op::By => [" \\times ", " times ", "\u{d7}", "\u{d7}", "x"],
            Op::Colon => ["\\mathrm{:}", "\":\"", ":", ":", ":"],
            Op::Semicolon => [";\\, ", "\\; ", ";", "; ", "; "],
            Op::Up => ["{\\uparrow}", " arrow.t ", "\u{2191}", "\u{2191}", " up "],
            Op::Open => ["\\bigl(", " paren.l ", "(", "(", "("],
            Op::Close => ["\\bigr)", " paren.r ", ")", ")", ")"],
        };
        row[self as usize]
    }

    /// Dots for what is left out.
    pub(super) fn dots(self, dots: Dots) -> &'static str {
        let row = match dots {
            Dots::Centre | Dots::Terms(_) => {
                ["\\cdots ", "dots.c", "<mi mathvariant=\"normal\">\u{22ef}</mi>", "\u{22ef}", "..."]
            }
            Dots::Down => ["\\vdots ", "dots.v", "<mi mathvariant=\"normal\">\u{22ee}</mi>", "\u{22ee}", ":"],
            Dots::Diagonal => ["\\ddots ", "dots.down", "<mi mathvariant=\"normal\">\u{22f1}</mi>", "\u{22f1}", "..."],
        };
        row[self as usize]
    }

    /// A big sign.
    pub(super) fn big(self, big: Big) -> &'static str {
        let row = match big {
            Big::Sum => ["\\sum", "sum", "<mo>\u{2211}</mo>", "\u{2211}", "sum"],
            Big::Product => ["\\prod", "product", "<mo>\u{220f}</mo>", "\u{220f}", "prod"],
            Big::Largest => {
                let max = "<mo movablelimits=\"true\" lspace=\"0\" rspace=\"0.17em\">max</mo>";
                ["\\max", "max", max, "max", "max"]
            }
        };
        row[self as usize]
    }

    /// A vector of ones.
    pub(super) fn ones(self) -> &'static str {
        ["\\mathbf{1}", "bold(1)", "<mn>\u{1d7cf}</mn>", "\u{1d7cf}", "ones"][self as usize]
    }

    /// A box for what was cut out.
    pub(super) fn blank(self) -> &'static str {
        ["\\boxed{\\phantom{00}}", "square.stroked", "\u{25a1}", "\u{25a1}", "___"][self as usize]
    }

    /// Before what the loss is derived by; in ASCII no line ends after it.
    pub(super) fn nabla(self) -> &'static str {
        ["\\nabla ", "nabla ", "<mi mathvariant=\"normal\">\u{2207}</mi>", "\u{2207}", "grad\u{a0}"][self as usize]
    }

    /// After a function that is derived.
    pub(super) fn prime(self) -> &'static str {
        ["'", "'", "\u{2032}", "\u{2032}", "'"][self as usize]
    }
}
