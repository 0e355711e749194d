//! Operators entry by entry: `(∇g)_f = Σ_n δ_{nf} x_{nf}`, where whole tensors have no sign for what letters say.
//!
//! The letters are those that the layer's own text has: of a tensor that it defines, and of one that it reads where the indices of
//! the read are letters.

use super::channels::read;
use super::contraction::product;
use super::math::{Math, Name};
use super::operator::Operators;
use super::terms::{added, bracketed, divisor, is_additive, scaled};
use crate::expr::TensorId;
use crate::operator::{Contraction, Operand, TensorOp};

/// Letters for axes that have none, as gradients in index form have them, and for sums.
const OTHERS: [&str; 7] = ["m", "n", "p", "q", "r", "s", "t"];
const SUMMED: [&str; 12] = ["i", "j", "k", "l", "m", "n", "p", "q", "r", "s", "t", "u"];

impl Operators<'_> {
    /// Is one of these operators, or of those that stand for its operands, what whole tensors have no sign for?
    pub(super) fn wants_letters(&self, parts: &[TensorOp]) -> bool {
        let within =
            |t: TensorId| self.inside.and_then(|inside| inside(t)).is_some_and(|parts| self.wants_letters(parts));
        parts.iter().any(|part| {
            matches!(part, TensorOp::Contract(c) if self.contraction_as(c).is_none())
                || part.tensors().into_iter().any(within)
        })
    }

    /// The indices of the tensor that such operators give, and their sum entry by entry; `None` where whole tensors say it, or
    /// letters do not.
    pub(super) fn in_letters(&self, parts: &[TensorOp], target: TensorId) -> Option<(Vec<Math>, Math)> {
        if !self.wants_letters(parts) {
            return None;
        }
        let indices = self.indices_of(target);
        let right = self.at(parts, &indices)?;
        Some((indices, right))
    }

    /// The letters of a tensor's axes; an axis with one place has its only index.
    pub(super) fn indices_of(&self, target: TensorId) -> Vec<Math> {
        let mut taken: Vec<String> = Vec::new();
        let base = self.glossary.index_base;
        let index = |(axis, &size): (usize, &usize)| {
            if size == 1 {
                return Math::integer(base);
            }
            let name = free(self.letter_of(target, axis), &OTHERS, &taken);
            taken.push(name.clone());
            Math::name(name)
        };
        self.glossary.shape(target).iter().enumerate().map(index).collect()
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

    /// The sum of operators at one place of their result.
    pub(super) fn at(&self, parts: &[TensorOp], indices: &[Math]) -> Option<Math> {
        Some(added(parts.iter().map(|part| self.part_at(part, indices)).collect::<Option<_>>()?))
    }

    fn part_at(&self, part: &TensorOp, indices: &[Math]) -> Option<Math> {
        match part {
            TensorOp::Identity { of, scale } => Some(scaled(scale, vec![self.entry(*of, indices)?])),
            TensorOp::Hadamard { factors, scale } => {
                let product = factors.iter().map(|f| (*f, indices.to_vec(), false)).collect();
                Some(scaled(scale, self.product_of(product, Vec::new())?))
            }
            TensorOp::Broadcast { of, axes, scale, .. } => {
                let kept = indices.iter().enumerate().filter(|(a, _)| !axes.contains(a)).map(|(_, i)| i.clone());
                Some(scaled(scale, vec![self.entry(*of, &kept.collect::<Vec<_>>())?]))
            }
            TensorOp::Sum { of, axes, scale } => {
                let rank = self.glossary.shape(of.tensor()).len();
                let mut kept = 0..indices.len() as u8;
                let letters = |axis: usize| if axes.contains(&axis) { Some(axis as u8 + 100) } else { kept.next() };
                let letters = (0..rank).map(letters).collect::<Option<Vec<u8>>>()?;
                let output = (0..indices.len() as u8).collect();
                self.contraction_at(
                    &Contraction { operands: vec![*of], letters: vec![letters], output, scale: scale.clone() },
                    indices,
                )
            }
            TensorOp::Contract(c) => self.contraction_at(c, indices),
            TensorOp::Correlate(_)
            | TensorOp::Reshape { .. }
            | TensorOp::Upsample { .. }
            | TensorOp::WindowSum { .. }
            | TensorOp::WindowMax { .. }
            | TensorOp::Route(_) => None,
        }
    }

    /// The letters of a contraction that are summed over and take several values, under the names that they get beside such indices.
    pub(super) fn summed(&self, c: &Contraction, indices: &[Math]) -> Vec<(u8, String, usize)> {
        let mut taken: Vec<String> =
            indices.iter().filter_map(|i| if let Math::Name(n) = i { Some(n.word.clone()) } else { None }).collect();
        let mut found: Vec<(u8, String, usize)> = Vec::new();
        for (operand, letters) in c.operands.iter().zip(&c.letters) {
            let tensor = operand.tensor();
            for (axis, letter) in letters.iter().enumerate() {
                let size = self.glossary.shape(tensor)[axis];
                if size == 1 || c.output.contains(letter) || found.iter().any(|(l, ..)| l == letter) {
                    continue;
                }
                let name = free(self.letter_of(tensor, axis), &SUMMED, &taken);
                taken.push(name.clone());
                found.push((*letter, name, size));
            }
        }
        found
    }

    fn contraction_at(&self, c: &Contraction, indices: &[Math]) -> Option<Math> {
        let summed = self.summed(c, indices);
        let base = self.glossary.index_base;
        let index = |letter: &u8| {
            let own = c.output.iter().position(|l| l == letter).and_then(|place| indices.get(place).cloned());
            let of_sum = || summed.iter().find(|(l, ..)| l == letter).map(|(_, name, _)| Math::name(name));
            own.or_else(of_sum).unwrap_or_else(|| Math::integer(base))
        };
        let is_summed = |letters: &[u8]| letters.iter().any(|l| summed.iter().any(|(s, ..)| s == l));
        let factors = c.operands.iter().zip(&c.letters);
        let factors = factors.map(|(o, letters)| (*o, letters.iter().map(index).collect(), is_summed(letters)));
        let ranges = summed.iter().map(|(_, name, size)| (Name::new(name), base, base + *size as i64 - 1)).collect();
        Some(scaled(&c.scale, self.product_of(factors.collect(), ranges)?))
    }

    /// Entries multiplied, those with summed letters below the sum: `p_i Σ_j y_j`. What is divided by goes below a line.
    fn product_of(&self, factors: Vec<(Operand, Vec<Math>, bool)>, ranges: Vec<(Name, i64, i64)>) -> Option<Vec<Math>> {
        let (inner, outer): (Vec<_>, Vec<_>) = factors.into_iter().partition(|(.., summed)| *summed);
        let fraction = |list: Vec<(Operand, Vec<Math>, bool)>| -> Option<Vec<Math>> {
            let (mut top, mut below) = (Vec::new(), Vec::new());
            for (operand, indices, _) in list {
                let entry = self.entry(operand, &indices)?;
                match divisor(&entry) {
                    Some(bottom) => below.push(bottom.clone()),
                    None => top.extend(entry.into_parts()),
                }
            }
            if below.is_empty() {
                return Some(top);
            }
            if top.is_empty() {
                top.push(Math::integer(1));
            }
            Some(vec![Math::Fraction(Box::new(Math::Row(top)), Box::new(product(below)))])
        };
        let mut row = fraction(outer)?;
        if !ranges.is_empty() {
            row.push(Math::Sum { ranges, conditions: Vec::new() });
        }
        row.extend(fraction(inner)?);
        Some(row)
    }

    /// One entry of an operand, in brackets if it is a sum.
    fn entry(&self, operand: Operand, indices: &[Math]) -> Option<Math> {
        let math = match operand {
            Operand::Plain(t) => match self.inside.and_then(|inside| inside(t)) {
                Some(parts) => bracketed(self.at(parts, indices)?),
                None => self.glossary.indexed_at(t, (self.level)(t), indices.to_vec()),
            },
            Operand::Each(template, _) => {
                let at = |t: TensorId| self.glossary.indexed_at(t, (self.level)(t), indices.to_vec());
                self.expression(template, false, &|s| at(s.tensor))
            }
        };
        let sum = matches!(&math, Math::Row(parts) if parts.iter().any(is_additive));
        Some(if sum { Math::Brackets(Box::new(math)) } else { math })
    }
}

/// The name that is wanted, or if that is taken another.
fn free(wanted: Option<&str>, others: &[&'static str], taken: &[String]) -> String {
    let is_free = |name: &&str| taken.iter().all(|t| t != name);
    let name = wanted.into_iter().chain(others.iter().copied()).find(is_free);
    name.map_or_else(|| format!("x{}", taken.len() + 1), str::to_string)
}
