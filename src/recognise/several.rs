//! Several contractions of the same factors: `(W + Wᵀ)a`, where a term can be one of either, and counts twice where it is both.

use super::contraction::{Columns, contraction_by};
use super::observe::{Group, operand};
use crate::expr::{Arena, Number, TensorId};
use crate::operator::{Operand, Scale, TensorOp};

/// So many contractions are added up.
const MOST: usize = 3;

/// The contractions whose letters some terms agree with and no others more loosely.
pub(super) fn contractions(arena: &Arena, shape: &[usize], group: &Group) -> Option<Vec<TensorOp>> {
    let operands: Vec<Operand> = group.atoms.iter().map(operand).collect::<Option<_>>()?;
    let tensors: Vec<TensorId> = operands.iter().map(|o| o.tensor()).collect();
    let columns = Columns::new(arena, shape, &tensors);
    let given: Vec<usize> = (0..operands.len()).collect();
    let mut found: Vec<(Vec<usize>, &Number)> = Vec::new();
    for row in &group.sample {
        let classes = columns.equalities(&columns.values(shape, row, &given));
        // what is equal here by chance is so in fewer terms
        let agrees = |fine: &[usize], coarse: &[usize]| (0..fine.len()).all(|c| coarse[c] == coarse[fine[c]]);
        if found.iter().any(|(known, _)| agrees(known, &classes)) {
            continue;
        }
        found.retain(|(known, _)| !agrees(&classes, known));
        found.push((classes, &row.coefficient));
    }
    if found.len() < 2 || found.len() > MOST {
        return None;
    }
    let part = |(classes, number): (Vec<usize>, &Number)| {
        let scale = Scale { number: number.clone(), roots: group.scale.roots.clone() };
        TensorOp::Contract(contraction_by(arena, shape, operands.clone(), &columns, classes, scale))
    };
    Some(found.into_iter().map(part).collect())
}
