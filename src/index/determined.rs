//! Sums over variables that an equation determines: `Σ_{g, o − g = 0} x_g` is `x_o`, where o stays in the range of g.

use super::affine::Affine;
use super::condition::Condition;
use super::program::{Body, Loop};

/// The sum over these slots under this condition without the slots that the condition determines, if it says nothing else.
/// What is left over would still have to be written, and then the sum is as clear as it stands.
pub(super) fn without_determined(
    slots: &[usize],
    condition: &Condition,
    body: &Body,
    loops: &[Loop],
) -> Option<(Vec<usize>, Body)> {
    let mut equations =
        condition.conjuncts().into_iter().map(|part| part.zero().cloned()).collect::<Option<Vec<_>>>()?;
    let (mut slots, mut body) = (slots.to_vec(), body.clone());
    while !equations.is_empty() {
        let (which, place, value) = equations.iter().enumerate().find_map(|(which, equation)| {
            slots.iter().enumerate().find_map(|(place, &slot)| {
                let value = solved(equation, slot)?;
                let (low, high) = value.bounds(|s| (loops[s].low, loops[s].high))?;
                (loops[slot].low <= low && high <= loops[slot].high).then_some((which, place, value))
            })
        })?;
        equations.remove(which);
        let slot = slots.remove(place);
        // the variable by the others; `None` on overflow
        let known = |f: &Affine| {
            let c = f.coefficient(slot);
            f.add_scaled(&Affine::variable(slot), -c)?.add_scaled(&value, c)
        };
        equations = equations.iter().map(known).collect::<Option<_>>()?;
        body = body.mapped(&known)?;
    }
    Some((slots, body))
}

/// The variable by the others, from `f = 0`; `None` where that would be a quotient.
fn solved(f: &Affine, slot: usize) -> Option<Affine> {
    let c = f.coefficient(slot);
    if c.abs() != 1 {
        return None;
    }
    f.add_scaled(&Affine::variable(slot), -c)?.scaled(-c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Comparison;

    /// o runs over 1..3, g and h over 1..4 and k over 1..2; o is given, the others are summed over.
    #[test]
    fn equations_take_variables_out_of_sums() {
        let (o, g, h, k) = (0, 1, 2, 3);
        let loops = [("o", 3), ("g", 4), ("h", 4), ("k", 2)];
        let loops = loops.map(|(name, high)| Loop { name: name.into(), low: 1, high });
        let affine = |constant: i64, terms: &[(usize, i64)]| Affine { constant, terms: terms.to_vec() };
        let zero =
            |constant: i64, terms: &[(usize, i64)]| Condition::Compare(affine(constant, terms), Comparison::Zero);
        let and = |p: &Condition, q: &Condition| Condition::And(Box::new(p.clone()), Box::new(q.clone()));
        let same = zero(0, &[(o, 1), (g, -1)]);
        let body = Body::Read(0, [g, h, k].map(Affine::variable).to_vec());
        let read = |list: [Affine; 3]| Body::Read(0, list.to_vec());
        let variable = Affine::variable;
        for (condition, expected) in [
            // g = o
            (same.clone(), Some((vec![h, k], read([variable(o), variable(h), variable(k)])))),
            // g = o and h = g + 1
            (
                and(&same, &zero(1, &[(g, 1), (h, -1)])),
                Some((vec![k], read([variable(o), affine(1, &[(o, 1)]), variable(k)]))),
            ),
            // k = o, which has one value more; g = o + 2, which leaves the range; 2g = o, a quotient
            (zero(0, &[(o, 1), (k, -1)]), None),
            (zero(2, &[(o, 1), (g, -1)]), None),
            (zero(0, &[(o, 1), (g, -2)]), None),
            // more than equations
            (and(&same, &Condition::Within(1, affine(0, &[(o, 1), (h, 1)]), 3)), None),
            (Condition::Or(Box::new(same.clone()), Box::new(same)), None),
        ] {
            assert_eq!(without_determined(&[g, h, k], &condition, &body, &loops), expected, "{condition:?}");
        }
    }
}
