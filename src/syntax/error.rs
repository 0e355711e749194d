//! What can go wrong in a text, as data. The words for it are in `words`; drawing is for others.

use nom::error::{ErrorKind, ParseError};

use super::grammar::Tokens;
use super::token::{Kind, Token};

/// A problem and the token at which it showed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault<'a> {
    /// Where.
    pub(super) at: &'a Token<'a>,
    /// What.
    pub(super) problem: Problem<'a>,
    /// The innermost bracket that was still open, where the text ended too early or another
    /// bracket came.
    pub(super) opening: Option<&'a Token<'a>>,
}

/// The kinds of problem.
#[derive(Clone, Copy, Debug)]
pub(super) enum Problem<'a> {
    /// This very word or symbol is missing.
    Missing(&'static str),
    /// Something of this description is missing.
    Expected(&'static str),
    /// A line starts with a word that starts no item.
    UnknownItem,
    /// Two operands with nothing between them; this is the first one's last token.
    NoOperator(&'a Token<'a>),
    /// `a < b < c`
    ChainedComparison,
    /// An exponent that is no integer, name or bracket.
    ExponentKind,
    /// An exponent that is an element of a tensor, or the value of a function.
    ExponentValue,
    /// An exponent that does not fit 32 bits.
    ExponentSize,
    /// The brackets of this reduction hold something other than running variables; this was
    /// expected.
    NotRunning(&'a Token<'a>, &'static str),
    /// This reduction has nothing to reduce.
    NoBody(&'a Token<'a>),
    /// An option named by a reserved word has no variable.
    NoVariable,
    /// Too many brackets and the like in each other.
    TooDeep,
    /// Too many operators in one expression.
    TooLong,
    /// A text of blanks and comments.
    EmptyFile,
    /// A chain of blanks and comments.
    EmptyChain,
    /// A net with no chain.
    EmptyNet,
    /// A layer with neither declarations nor definitions.
    EmptyLayer,
    /// A second `indices from`; this is the first.
    SecondBase(&'a Token<'a>),
    /// Something after `...` that goes on where nothing can.
    NotAlone,
    /// `->` outside a net.
    ChainInLayer,
    /// A layer's item in a net.
    ItemInNet,
    /// A net's `input` where its chain has begun, or a second one.
    LateInput,
    /// A second line of stages.
    SecondChain,
    /// A layer's item or another heading after a chain that is the whole text.
    NotInChain,
    /// These sizes, with a lone `x` between them.
    SpacedSizes(&'a Token<'a>, &'a Token<'a>),
    /// A size that does not fit 64 bits.
    SizeTooLarge,
}

impl<'a> Fault<'a> {
    /// This problem at this token.
    pub(super) fn new(at: &'a Token<'a>, problem: Problem<'a>) -> Self {
        Fault { at, problem, opening: None }
    }

    /// The same, seen by whoever read the opening bracket: remembered if it bears on the fault.
    pub(super) fn inside(mut self, opening: &'a Token<'a>) -> Self {
        if self.at.kind == Kind::Newline {
            self.opening.get_or_insert(opening);
        }
        self
    }

    /// The same, at a place where `opening` should have been closed.
    pub(super) fn unclosed(mut self, opening: &'a Token<'a>) -> Self {
        self.opening = Some(opening);
        self
    }

    /// The same, but if one of these was missing between the brackets of a reduction, then what
    /// stands there was not meant to run.
    pub(super) fn in_ranges_of(mut self, reduction: &'a Token<'a>, missing: [&str; 3]) -> Self {
        if let Problem::Expected(what) = self.problem
            && missing.contains(&what)
        {
            self.problem = Problem::NotRunning(reduction, what);
        }
        self
    }
}

impl<'a> ParseError<Tokens<'a>> for Fault<'a> {
    // For combinators that fail on their own account; those in use here only pass faults on.
    fn from_error_kind(input: Tokens<'a>, _: ErrorKind) -> Self {
        Fault::new(input.peek(), Problem::Expected("something else"))
    }

    fn append(_: Tokens<'a>, _: ErrorKind, other: Self) -> Self {
        other
    }
}

/// How the grammar calls an operand where one is missing.
pub(super) const EXPRESSION: &str = "an expression";

/// How the grammar calls a variable where one is missing.
pub(super) const VARIABLE: &str = "a variable";

/// How the grammar calls a stage where one is missing.
pub(super) const STAGE: &str = "a stage";

/// How the grammar calls a stage's argument where one is missing.
pub(super) const ARGUMENT: &str = "an argument";

/// How the grammar calls what a stage's number is divided by where it is missing or 0.
pub(super) const DIVISOR: &str = "a whole number from 1 on";

/// How the grammar calls a result that is read where its name is missing.
pub(super) const RESULT: &str = "the name of a result";

/// How the grammar calls the number of a layer where it is missing.
pub(super) const NUMBER_OF_LAYER: &str = "the number of a layer";

/// How the grammar calls the name of a result where one is missing.
pub(super) const LABEL: &str = "a name after `as`";

/// How the grammar calls the name of a net where it is missing.
pub(super) const NET_NAME: &str = "a name for the net";

/// How the grammar calls what may follow the name of a net, the name of its input, and all of either.
pub(super) const NET_TITLE: &str = "a title or the end of the line";
pub(super) const NET_SIZES: &str = "`[` or the end of the line";
pub(super) const NET_END: &str = "the end of this line";

/// How the grammar calls the name of a loss where it is missing.
pub(super) const LOSS_NAME: &str = "a name for the loss";
