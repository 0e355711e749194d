//! How tightly each operator binds: the one table that the parser and the printer both read.

use super::ast::{BinaryOp, ExprKind};

/// The levels of the expression grammar, loosest first; each is one production.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// `if c then x else y`
    Conditional,
    /// `p or q`
    Disjunction,
    /// `p and q`
    Conjunction,
    /// `not p`
    Negation,
    /// `x < y`
    Comparison,
    /// `x + y`
    Addition,
    /// `x * y`
    Multiplication,
    /// `-x`, and reductions
    Sign,
    /// `x^2`
    Power,
    /// Whatever needs no brackets anywhere.
    Operand,
}

impl Level {
    /// The next level up: what an operand of this level must reach where the level itself is not
    /// allowed.
    pub(super) fn tighter(self) -> Level {
        match self {
            Level::Conditional => Level::Disjunction,
            Level::Disjunction => Level::Conjunction,
            Level::Conjunction => Level::Negation,
            Level::Negation => Level::Comparison,
            Level::Comparison => Level::Addition,
            Level::Addition => Level::Multiplication,
            Level::Multiplication => Level::Sign,
            Level::Sign => Level::Power,
            Level::Power | Level::Operand => Level::Operand,
        }
    }

    /// The level of a node. A number is an operand here: whether it prints as one is its own
    /// affair, since no literal is negative or a fraction.
    pub(super) fn of(kind: &ExprKind) -> Level {
        match kind {
            ExprKind::If(..) => Level::Conditional,
            ExprKind::Not(_) => Level::Negation,
            ExprKind::Within(..) => Level::Comparison,
            ExprKind::Binary(op, ..) => row(*op).1,
            ExprKind::Negate(_) | ExprKind::Reduce(_) => Level::Sign,
            ExprKind::Power(..) => Level::Power,
            ExprKind::Number(_)
            | ExprKind::Name(_)
            | ExprKind::Read(..)
            | ExprKind::Call(..)
            | ExprKind::Each(_)
            | ExprKind::Perhaps(_) => Level::Operand,
        }
    }
}

/// The spelling and the level of an operator.
pub(super) fn row(op: BinaryOp) -> (&'static str, Level) {
    match op {
        BinaryOp::Or => ("or", Level::Disjunction),
        BinaryOp::And => ("and", Level::Conjunction),
        BinaryOp::Eq => ("==", Level::Comparison),
        BinaryOp::Ne => ("!=", Level::Comparison),
        BinaryOp::Lt => ("<", Level::Comparison),
        BinaryOp::Le => ("<=", Level::Comparison),
        BinaryOp::Gt => (">", Level::Comparison),
        BinaryOp::Ge => (">=", Level::Comparison),
        BinaryOp::Add => ("+", Level::Addition),
        BinaryOp::Sub => ("-", Level::Addition),
        BinaryOp::Mul => ("*", Level::Multiplication),
        BinaryOp::Div => ("/", Level::Multiplication),
    }
}

/// The operator with this spelling, whatever its level.
pub(super) fn operator(spelling: &str) -> Option<BinaryOp> {
    const ALL: [BinaryOp; 12] = [
        BinaryOp::Or,
        BinaryOp::And,
        BinaryOp::Eq,
        BinaryOp::Ne,
        BinaryOp::Lt,
        BinaryOp::Le,
        BinaryOp::Gt,
        BinaryOp::Ge,
        BinaryOp::Add,
        BinaryOp::Sub,
        BinaryOp::Mul,
        BinaryOp::Div,
    ];
    ALL.into_iter().find(|op| row(*op).0 == spelling)
}
