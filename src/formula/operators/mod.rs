//! Operators as formulas: with whole tensors where linear algebra and the signs of sliding products say it, channel by channel where
//! there are channels, and entry by entry where nothing else will do.

mod channels;
mod contraction;
mod lettered;
mod matrices;
mod placement;
mod slide;
mod whole;

pub use channels::{Letters, Meaning, channels_text};
pub use contraction::As;
pub use matrices::{Cell, shown};

use super::glossary::Glossary;
use super::name::Level;
use super::scalar::{Maxima, Scalars};
use super::tree::{Equation, Formula};
use crate::expr::{Arena, Symbol, TensorId};
use crate::index::Instance;
use crate::operator::{Operand, TensorOp};

/// Makes formulas of the operators of one derivation.
pub struct Operators<'a> {
    /// Where expressions and tensors live.
    pub arena: &'a Arena,
    /// The layer, whose letters are used where they fit.
    pub instance: &'a Instance,
    /// How tensors are called.
    pub glossary: &'a Glossary,
    /// Which layer a tensor belongs to.
    pub level: &'a dyn Fn(TensorId) -> Level,
    /// What stands for a tensor that is not shown by itself: the operators that give it.
    pub inside: Option<&'a dyn Fn(TensorId) -> Option<&'a [TensorOp]>>,
}

/// Operators written out: the indices of what they give, if it is written with any, and their sum.
pub type Written = (Vec<Formula>, Formula);

impl Operators<'_> {
    /// The tensor as the sum of these operators.
    pub fn equation(&self, parts: &[TensorOp], target: TensorId) -> Option<Equation> {
        let (indices, right) = self.written(parts, target)?;
        Some(Equation::new(self.glossary.indexed_at(target, (self.level)(target), indices), right))
    }

    /// The sum of these operators: with whole tensors, channel by channel, or entry by entry.
    pub fn written(&self, parts: &[TensorOp], target: TensorId) -> Option<Written> {
        let whole = || self.wholes(parts, self.glossary.shape(target)).map(|right| (Vec::new(), right));
        self.by_channel(parts, target, None).or_else(whole).or_else(|| self.in_letters(parts, target))
    }

    /// Are these operators written entry by entry?
    pub fn is_lettered(&self, parts: &[TensorOp], target: TensorId) -> bool {
        let rank = self.glossary.shape(target).len();
        self.written(parts, target).is_some_and(|(indices, _)| rank > 0 && indices.len() == rank)
    }

    /// Makes formulas of expressions whose symbols are these.
    fn scalars<T>(&self, symbol: &dyn Fn(Symbol) -> Formula, with: impl FnOnce(&Scalars<'_>) -> T) -> T {
        with(&Scalars { arena: self.arena, maxima: &Maxima::default(), symbol })
    }

    /// A whole tensor, or an expression of whole tensors.
    pub fn operand(&self, operand: Operand) -> Option<Formula> {
        match operand {
            Operand::Plain(t) => match self.inside.and_then(|inside| inside(t)) {
                Some(parts) => self.wholes(parts, self.glossary.shape(t)),
                None => Some(self.glossary.tensor(t, (self.level)(t))),
            },
            Operand::Each(template, of) => {
                let whole = |s: Symbol| self.glossary.tensor(s.tensor, (self.level)(s.tensor));
                let numbers = self.glossary.is_single(of) || self.glossary.shape(of).is_empty();
                self.scalars(
                    &whole,
                    |scalars| {
                        if numbers { Some(scalars.formula(template)) } else { scalars.whole(template) }
                    },
                )
            }
        }
    }

    /// The operand at these indices, with fewer than it has axes what is left open: there an expression is one of arrays, entry by
    /// entry, and `None` where it has no usual form.
    fn operand_at(&self, operand: Operand, indices: &[Formula]) -> Option<Formula> {
        let at = |t: TensorId| self.glossary.indexed_at(t, (self.level)(t), indices.to_vec());
        let Operand::Each(template, of) = operand else { return Some(at(operand.tensor())) };
        let open = indices.len() < self.glossary.shape(of).len() || indices.iter().any(Formula::is_open);
        let open = open && !self.glossary.is_single(of);
        self.scalars(
            &|s| at(s.tensor),
            |scalars| {
                if open { scalars.whole(template) } else { Some(scalars.formula(template)) }
            },
        )
    }
}
