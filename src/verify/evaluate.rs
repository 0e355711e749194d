//! The value of expressions of an arena at one point, each computed when it is asked for, and once.

use rustc_hash::FxHashMap;

use super::field::{Memory, Prime};
use super::functions::Meaning;
use crate::expr::{Arena, ExprId, ExprKind, Ties};

/// A number for every element of every tensor: `table[tensor][offset]`, by the arena's tensors. Adjoints are empty until they are
/// known.
pub(super) type Table = Vec<Vec<Prime>>;

/// Computes values and remembers them.
pub(super) struct Evaluator<'a> {
    arena: &'a Arena,
    meaning: Meaning,
    known: Vec<Memory>,
    /// What each argument of a maximum gets of its derivative.
    shares: FxHashMap<(ExprId, Ties), Vec<Prime>>,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(arena: &'a Arena, meaning: Meaning) -> Self {
        Evaluator { arena, meaning, known: vec![Memory::default(); arena.len()], shares: FxHashMap::default() }
    }

    /// The value; `None` where something needed has none: a division by zero, or an adjoint that is not known yet.
    pub(super) fn value(&mut self, table: &Table, id: ExprId) -> Option<Prime> {
        let arena = self.arena;
        if let Some(s) = arena.symbol(id) {
            return table.get(s.tensor.0 as usize)?.get(s.offset as usize).copied();
        }
        if let Some(found) = self.known[id.0 as usize].get() {
            return Some(found);
        }
        let value = match arena.kind(id) {
            ExprKind::Number(n) => Prime::from_number(n),
            ExprKind::Symbol(_) => unreachable!("elements are in the table"),
            ExprKind::Sum(terms) => {
                let mut sum = Prime::integer(0);
                for &term in terms {
                    sum = sum.add(self.value(table, term)?);
                }
                sum
            }
            ExprKind::Product(c, factors) => {
                let mut product = if c.is_one() { Prime::integer(1) } else { Prime::from_number(c) };
                for &factor in factors {
                    product = product.mul(self.value(table, factor)?);
                }
                product
            }
            ExprKind::Power(base, n) => match reduced_root(arena, self.meaning, base) {
                Some((degree, x)) => {
                    let x = self.value(table, x)?;
                    self.meaning.root_power(degree, x, n)?
                }
                None => self.value(table, base)?.power(n)?,
            },
            ExprKind::Call(f, x) => {
                let x = self.value(table, x)?;
                self.meaning.call(arena.function_name(f), f.order, x)?.0
            }
            ExprKind::Max(of) => self.largest(table, Ties::First, of)?.0,
            ExprKind::Chosen { ties, which, max, of } => {
                if !self.shares.contains_key(&(max, ties)) {
                    let shares = self.largest(table, ties, of)?.1;
                    self.shares.insert((max, ties), gathered(of, shares));
                }
                self.shares[&(max, ties)][which as usize]
            }
        };
        self.known[id.0 as usize] = Memory::of(value);
        Some(value)
    }

    fn largest(&mut self, table: &Table, ties: Ties, of: &[ExprId]) -> Option<(Prime, Vec<Prime>)> {
        let values: Vec<Prime> = of.iter().map(|&x| self.value(table, x)).collect::<Option<_>>()?;
        Some(self.meaning.largest(ties, &values))
    }
}

/// What stands in several places gets what all of them get.
fn gathered(of: &[ExprId], shares: Vec<Prime>) -> Vec<Prime> {
    let mut sums: FxHashMap<ExprId, Prime> = FxHashMap::default();
    for (x, share) in of.iter().zip(&shares) {
        sums.entry(*x).and_modify(|sum| *sum = sum.add(*share)).or_insert(*share);
    }
    if sums.len() == of.len() { shares } else { of.iter().map(|x| sums[x]).collect() }
}

/// The degree of a root whose powers are read as powers of what is under it, and that.
pub(super) fn reduced_root(arena: &Arena, meaning: Meaning, base: ExprId) -> Option<(u32, ExprId)> {
    let ExprKind::Call(f, x) = arena.kind(base) else { return None };
    Some((meaning.reduced_root(arena.function_name(f), f.order)?, x))
}
