//! What is an activation, by its equations: a function of one input in its shape, without parameters.

use super::affine::Affine;
use super::program::{Body, Definition, Instance, Part};

impl Instance {
    /// Is each entry of the result a function of the entry of the one input that stands in the same place?
    pub fn is_elementwise(&self) -> bool {
        let reads_alone = |d: &Definition| {
            let mut alone = true;
            d.body.indexed_reads(&mut |_, indices| alone &= at_own_place(d, indices));
            alone
        };
        self.definitions.len() == 1 && self.is_activation() && self.definitions.iter().all(reads_alone)
    }

    /// Is it a function of one input without parameters that reads each entry in its own place, and others only in sums or maxima
    /// over whole axes, as softmax does? All its definitions have the input's shape.
    pub fn is_activation(&self) -> bool {
        let mut declared = self.tensors.iter().filter(|t| t.part != Part::Defined);
        let (Some(input), None) = (declared.next(), declared.next()) else { return false };
        let fits = |d: &Definition| {
            let (mut own, mut aligned) = (false, true);
            d.body.indexed_reads(&mut |_, indices| {
                own |= at_own_place(d, indices);
                aligned &= at_own_lines(d, indices, &input.shape);
            });
            own && aligned && self.tensors[d.tensor].shape == input.shape && !has_flat(&d.body)
        };
        input.part == Part::Input && !self.loss && self.definitions.iter().all(fits)
    }

    /// The tensor that the layer gives before its activation: what the last definition is an elementwise function of, or else the
    /// output itself. An activation by itself and a loss have none.
    pub fn pre_activation(&self) -> Option<usize> {
        if self.loss || self.is_activation() {
            return None;
        }
        let last = self.definitions.last()?;
        let (mut read, mut elementwise) = (Vec::new(), !has_flat(&last.body));
        last.body.indexed_reads(&mut |tensor, indices| {
            read.push(tensor);
            elementwise &= at_own_place(last, indices);
        });
        read.dedup();
        match read.as_slice() {
            &[only] if elementwise && self.tensors[only].part == Part::Defined => {
                let fits = self.tensors[only].shape == self.tensors[last.tensor].shape;
                Some(if fits { only } else { last.tensor })
            }
            _ => Some(last.tensor),
        }
    }
}

/// Are these the definition's own indices, one after another?
fn at_own_place(d: &Definition, indices: &[Affine]) -> bool {
    indices.len() == d.rank && indices.iter().enumerate().all(|(slot, f)| *f == Affine::variable(slot))
}

/// Is each the definition's own index in its place, or one that runs over the whole axis?
fn at_own_lines(d: &Definition, indices: &[Affine], shape: &[usize]) -> bool {
    let fits = |(axis, f): (usize, &Affine)| match *f.terms.as_slice() {
        [(slot, 1)] if f.constant == 0 => slot == axis || slot >= d.rank && d.loops[slot].len() == shape[axis],
        _ => false,
    };
    indices.len() == d.rank && shape.len() == d.rank && indices.iter().enumerate().all(fits)
}

/// Does it count elements in reading order?
fn has_flat(body: &Body) -> bool {
    match body {
        Body::Number(_) | Body::Index(_) | Body::Read(..) => false,
        Body::Flat(..) => true,
        Body::Sum(parts) | Body::Product(parts) | Body::Extreme(_, parts) => parts.iter().any(has_flat),
        Body::Power(x, _) | Body::Call(_, _, x) | Body::Reduce { body: x, .. } => has_flat(x),
        Body::If(_, x, y) => has_flat(x) || has_flat(y),
    }
}
