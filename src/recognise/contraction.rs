//! Contractions: which index columns of a group of terms are always equal, read as einsum letters.
//!
//! The columns are the axes of the result and of each factor. Columns that are equal in every sampled row share a letter; a letter
//! that the result lacks is summed over. Factors that are elements of one tensor are sorted by index in a term, not by the part
//! they play, so for them each row may take its factors in any order that agrees.

use itertools::Itertools;

use super::observe::{Atom, Group, Row, operand};
use crate::expr::{Arena, TensorId, index_of};
use crate::operator::{Contraction, Operand, Scale};

/// At most this many axes: letters are `a` to `z`.
const MOST_AXES: usize = 26;
/// At most this many factors, and orders of equal ones, which are tried one by one.
const MOST_FACTORS: usize = 6;
const MOST_ORDERS: usize = 6;
/// So many refinements are tried before a group is given up. Those that are found take fewer than 20.
const MOST_REFINEMENTS: usize = 60;

/// The contraction that explains a group of products, if there is one.
pub(super) fn contraction(arena: &Arena, shape: &[usize], group: &Group) -> Option<Contraction> {
    let operands: Vec<Operand> = group.atoms.iter().map(operand).collect::<Option<_>>()?;
    let tensors: Vec<TensorId> = operands.iter().map(|o| o.tensor()).collect();
    let columns = Columns::new(arena, shape, &tensors);
    if columns.sizes.len() > MOST_AXES || operands.len() > MOST_FACTORS {
        return None;
    }
    let orders = orders(&group.atoms);
    if orders.len() > MOST_ORDERS {
        return None;
    }
    let letters = columns.refined(shape, &group.sample, &orders, Vec::new(), &mut { MOST_REFINEMENTS })?;
    Some(contraction_by(arena, shape, operands, &columns, letters, group.scale.clone()))
}

/// The contraction with a letter for each class of columns.
pub(super) fn contraction_by(
    arena: &Arena,
    shape: &[usize],
    operands: Vec<Operand>,
    columns: &Columns,
    classes: Vec<usize>,
    scale: Scale,
) -> Contraction {
    let letters = in_order(&columns.with_single_places(classes));
    let mut rest = letters.as_slice();
    let mut take = |n: usize| {
        let (taken, after) = rest.split_at(n);
        rest = after;
        taken.to_vec()
    };
    let output = take(shape.len());
    let letters = operands.iter().map(|o| take(arena.tensor(o.tensor()).shape.len())).collect();
    Contraction { operands, letters, output, scale }
}

/// The orders in which factors may be taken: those that exchange equal atoms only, the given one first.
fn orders(atoms: &[Atom]) -> Vec<Vec<usize>> {
    let all = (0..atoms.len()).permutations(atoms.len());
    all.filter(|order| order.iter().enumerate().all(|(place, &from)| atoms[place] == atoms[from])).collect()
}

/// Classes with columns of different values taken apart.
fn split(classes: &[usize], values: &[usize]) -> Vec<usize> {
    let same = |c: usize, d: usize| classes[c] == classes[d] && values[c] == values[d];
    (0..classes.len()).map(|c| (0..c).find(|&d| same(c, d)).unwrap_or(c)).collect()
}

/// How many pairs of columns share a letter.
fn pairs(letters: &[usize]) -> usize {
    letters.iter().array_combinations().filter(|[x, y]| x == y).count()
}

/// Letters renamed in the order in which they are met.
fn in_order(letters: &[usize]) -> Vec<u8> {
    let mut seen: Vec<usize> = Vec::new();
    letters
        .iter()
        .map(|l| {
            let place = seen.iter().position(|s| s == l).unwrap_or_else(|| {
                seen.push(*l);
                seen.len() - 1
            });
            place as u8
        })
        .collect()
}

/// The axes of the result and of the factors, one after another.
pub(super) struct Columns {
    sizes: Vec<usize>,
    /// To which tensor each belongs: 0 for the result, then the factors.
    owners: Vec<usize>,
    shapes: Vec<Vec<usize>>,
}

impl Columns {
    pub(super) fn new(arena: &Arena, shape: &[usize], tensors: &[TensorId]) -> Columns {
        let shapes: Vec<Vec<usize>> = tensors.iter().map(|&t| arena.tensor(t).shape.clone()).collect();
        let all = std::iter::once(shape).chain(shapes.iter().map(Vec::as_slice));
        let owned = all.enumerate().flat_map(|(owner, shape)| shape.iter().map(move |&n| (owner, n)));
        let (owners, sizes) = owned.unzip();
        Columns { sizes, owners, shapes }
    }

    /// The indices of a row, column by column.
    pub(super) fn values(&self, shape: &[usize], row: &Row, order: &[usize]) -> Vec<usize> {
        let mut values = index_of(shape, row.target);
        for (place, own) in self.shapes.iter().enumerate() {
            values.extend(index_of(own, row.offsets[order[place]]));
        }
        values
    }

    /// A class for each column: equal values in columns of equal size. Columns of size 1 say nothing and stand alone.
    pub(super) fn equalities(&self, values: &[usize]) -> Vec<usize> {
        let same = |x: usize, y: usize| self.sizes[x] > 1 && self.sizes[x] == self.sizes[y] && values[x] == values[y];
        (0..values.len()).map(|c| (0..c).find(|&d| same(c, d)).unwrap_or(c)).collect()
    }

    /// The finest common classes: those of the first row, refined until every row agrees with them in some order of its factors.
    /// Where several orders would do after a refinement, the one that keeps most columns together counts.
    fn refined(
        &self,
        shape: &[usize],
        rows: &[Row],
        orders: &[Vec<usize>],
        classes: Vec<usize>,
        left: &mut usize,
    ) -> Option<Vec<usize>> {
        let started = !classes.is_empty();
        for (place, row) in rows.iter().enumerate() {
            let all: Vec<Vec<usize>> = orders.iter().map(|order| self.values(shape, row, order)).collect();
            let holds = |values: &Vec<usize>| started && (0..values.len()).all(|c| values[c] == values[classes[c]]);
            if all.iter().any(holds) {
                continue;
            }
            *left = left.checked_sub(1)?;
            let apart = |v: &Vec<usize>| if started { split(&classes, v) } else { self.equalities(v) };
            let finer: Vec<Vec<usize>> = all.iter().map(apart).unique().collect();
            // of equals the first order counts, which `max_by_key` meets last
            let ends = finer.into_iter().rev().filter_map(|f| self.refined(shape, &rows[place + 1..], orders, f, left));
            return ends.max_by_key(|classes| pairs(classes));
        }
        Some(classes)
    }

    /// Columns of size 1 paired with each other, so that each letter says what meets what: as many between factors as the result
    /// leaves over, the others with the result.
    fn with_single_places(&self, mut classes: Vec<usize>) -> Vec<usize> {
        let alone = |c: usize, classes: &[usize]| {
            self.sizes[c] == 1 && classes.iter().filter(|&&l| l == classes[c]).count() == 1
        };
        let count = |of_result: bool| {
            (0..classes.len()).filter(|&c| (self.owners[c] == 0) == of_result && self.sizes[c] == 1).count()
        };
        let mut between = count(false).saturating_sub(count(true)) / 2;
        for with_result in [false, true] {
            for c in 0..classes.len() {
                if !alone(c, &classes) || (!with_result && (between == 0 || self.owners[c] == 0)) {
                    continue;
                }
                let fits = |d: &usize| self.owners[*d] != self.owners[c] && alone(*d, &classes);
                if let Some(d) = (c + 1..classes.len()).find(fits) {
                    classes[d] = classes[c];
                    between = between.saturating_sub(1);
                }
            }
        }
        classes
    }
}

#[cfg(test)]
mod tests {
    use super::super::observe::observe;
    use super::*;
    use crate::expr::{ExprId, Role};

    /// `out[o] = Σ Π operand[…]` with the given letters, recognised again.
    fn round_trip(spec: &str, sizes: &[usize], tensors: &[usize]) -> String {
        let (inputs, output) = spec.split_once("->").unwrap();
        let inputs: Vec<&str> = inputs.split(',').collect();
        let letters: Vec<char> = inputs.iter().flat_map(|i| i.chars()).chain(output.chars()).unique().collect();
        let size = |c: char| sizes[letters.iter().position(|l| *l == c).unwrap()];
        let shape = |word: &str| word.chars().map(size).collect::<Vec<_>>();
        let mut arena = Arena::new();
        let count = tensors.iter().max().unwrap() + 1;
        let ids: Vec<TensorId> = (0..count)
            .map(|t| {
                let word = inputs[tensors.iter().position(|x| *x == t).unwrap()];
                arena.declare(&format!("t{t}"), Role::Input, shape(word), None)
            })
            .collect();
        let out = shape(output);
        let mut entries: Vec<Vec<ExprId>> = vec![Vec::new(); out.iter().product()];
        for values in letters.iter().map(|&l| 0..size(l)).multi_cartesian_product() {
            let at = |word: &str| -> Vec<usize> {
                word.chars().map(|c| values[letters.iter().position(|l| *l == c).unwrap()]).collect()
            };
            let factors: Vec<ExprId> = inputs
                .iter()
                .zip(tensors)
                .map(|(word, &t)| arena.tensor(ids[t]).at(crate::expr::offset_of(&shape(word), &at(word))))
                .collect();
            let product = arena.product(&factors);
            entries[crate::expr::offset_of(&out, &at(output))].push(product);
        }
        let entries: Vec<ExprId> = entries.iter().map(|terms| arena.sum(terms)).collect();
        let groups = observe(&mut arena, &out, &entries).unwrap();
        contraction(&arena, &out, &groups[0]).unwrap().einsum()
    }

    #[test]
    fn letters_are_found_again() {
        for (spec, sizes, tensors, expected) in [
            ("k,kj->j", &[3, 4][..], &[0, 1][..], "j,ji->i"),
            ("k,j->kj", &[3, 3], &[0, 1], "i,j->ij"),
            ("nk,kj->nj", &[2, 2, 2], &[0, 1], "ik,kj->ij"),
            ("ij->ji", &[3, 3], &[0], "ji->ij"),
            ("j,i,j->i", &[3, 3], &[0, 1, 1], "j,i,j->i"),
            ("k,kj->j", &[1, 3], &[0, 1], "j,ji->i"),
            ("kj,j->k", &[1, 3], &[0, 1], "ij,j->i"),
            ("k,j->kj", &[1, 3], &[0, 1], "i,j->ij"),
            ("i,i->", &[4], &[0, 1], "i,i->"),
            ("nj,ni,nj->ni", &[2, 2, 2], &[0, 1, 1], "ik,ij,ik->ij"),
            ("nj,ni,nj->ni", &[2, 3, 3], &[0, 1, 1], "ik,ij,ik->ij"),
            ("mnj,mni,mnj->mni", &[2, 2, 2, 2], &[0, 1, 1], "ijl,ijk,ijl->ijk"),
            ("k,kj->j", &[1, 1], &[0, 1], "j,ji->i"),
            ("k,j->kj", &[1, 1], &[0, 1], "i,j->ij"),
        ] {
            assert_eq!(round_trip(spec, sizes, tensors), expected, "{spec}");
        }
    }
}
