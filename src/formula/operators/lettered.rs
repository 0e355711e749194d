//! Operators entry by entry: `(∇g)_f = Σ_n δ_{nf} x_{nf}`, where whole tensors have no sign for what letters say.
//!
//! The letters are those that the layer's own text has: of a tensor that it defines, and of one that it reads where the indices of
//! the read are letters.

use super::{Operators, Written};
use crate::expr::TensorId;
use crate::formula::indexed::based;
use crate::formula::tree::Formula;
use crate::index::{Affine, Body, Letters, TARGETS};
use crate::operator::{Contraction, Place, TensorOp, lower};

/// Letters for the axes of tensors.
pub(super) struct Chosen(Letters);

impl Chosen {
    /// A letter for an axis of a tensor: that which the layer's text has, if it is free.
    pub(super) fn of(&mut self, operators: &Operators<'_>, tensor: TensorId, axis: usize) -> String {
        let own = operators.letter_of(tensor, axis).into_iter();
        self.0.give(own.chain(crate::index::AXES))
    }

    /// The same for an axis of what an equation gives.
    fn of_result(&mut self, operators: &Operators<'_>, tensor: TensorId, axis: usize) -> String {
        let own = operators.letter_of(tensor, axis).into_iter();
        self.0.give(own.chain(TARGETS))
    }
}

impl Operators<'_> {
    /// Letters beside all that is printed, and beside these.
    pub(super) fn letters_beside(&self, scope: &[String]) -> Chosen {
        let mut letters = self.glossary.letters();
        scope.iter().for_each(|letter| letters.enter(letter.as_str()));
        Chosen(letters)
    }

    /// The indices of the tensor that such operators give, and their sum entry by entry; `None` where they have no index form.
    pub fn in_letters(&self, parts: &[TensorOp], target: TensorId) -> Option<Written> {
        let mut letters = self.letters_beside(&[]);
        let inside = |t: TensorId| self.stands_for(t);
        let definition = lower(self.arena, target, parts, &inside, &mut |place| match place {
            Place::Result(axis) => letters.of_result(self, target, axis),
            Place::Operand(tensor, axis) => letters.of(self, tensor, axis),
        })?;
        let mut equation = based(self.glossary, &definition, 0, self.level, true);
        let mut left = &equation.left;
        while let Formula::ByLoss(of) = left {
            left = of;
        }
        let indices = if let Formula::At(_, _, indices) = left { indices.clone() } else { Vec::new() };
        Some((indices, equation.chain.remove(0)))
    }

    /// The letters of a contraction that are summed over and take several values.
    pub fn summed(&self, c: &Contraction, target: TensorId) -> Vec<Formula> {
        let mut letters = self.letters_beside(&[]);
        (0..self.glossary.shape(target).len()).for_each(|axis| drop(letters.of_result(self, target, axis)));
        let mut found: Vec<(u8, Formula)> = Vec::new();
        for (operand, own) in c.operands.iter().zip(&c.letters) {
            for (axis, letter) in own.iter().enumerate() {
                let several = self.glossary.shape(operand.tensor())[axis] > 1;
                if several && !c.output.contains(letter) && found.iter().all(|(l, _)| l != letter) {
                    found.push((*letter, Formula::letter(&letters.of(self, operand.tensor(), axis))));
                }
            }
        }
        found.into_iter().map(|(_, formula)| formula).collect()
    }

    /// The letter that the layer's text has for an axis of a tensor, or of what it is the adjoint of.
    fn letter_of(&self, tensor: TensorId, axis: usize) -> Option<&str> {
        let place = self.arena.tensor(tensor).of.unwrap_or(tensor).0 as usize;
        let definitions = &self.instance.definitions;
        if let Some(d) = definitions.iter().find(|d| d.tensor == place) {
            return d.loops.get(axis).map(|l| l.name.as_str());
        }
        definitions.iter().find_map(|d| match read(&d.body, place)?.get(axis)?.terms.as_slice() {
            [(slot, 1)] => d.loops.get(*slot).map(|l| l.name.as_str()),
            _ => None,
        })
    }
}

/// The indices of the first read of a tensor.
pub(super) fn read(body: &Body, tensor: usize) -> Option<&[Affine]> {
    match body {
        Body::Read(t, indices) => (*t == tensor).then_some(indices.as_slice()),
        Body::Number(_) | Body::Index(_) | Body::Flat(..) => None,
        Body::Sum(parts) | Body::Product(parts) | Body::Extreme(_, parts) => parts.iter().find_map(|p| read(p, tensor)),
        Body::Power(x, _) | Body::Call(_, _, x) | Body::Reduce { body: x, .. } => read(x, tensor),
        Body::If(_, x, y) => read(x, tensor).or_else(|| read(y, tensor)),
    }
}
