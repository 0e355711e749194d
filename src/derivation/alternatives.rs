//! What surrounds a layer in a derivation: the activation below its input, and the same layer with the other kind of bias.
//!
//! Both are ordinary layers, made from the one at hand, and are derived and checked like it.

use crate::index::{AXES, Affine, Body, Definition, Instance, Letters, Loop, Part, TensorDecl};

/// The function that the layer below is taken to apply; nothing is assumed of it but a derivative.
pub(super) const ACTIVATION: &str = "sigma";

/// `a = σ(z)` element by element for the first input `a`, and the name of ∂C/∂a.
pub(super) fn activation_below(instance: &Instance, adjoint_names: &[String]) -> Option<(Instance, String)> {
    let place = instance.tensors.iter().position(|t| t.part == Part::Input)?;
    if instance.definitions.len() > 1 || instance.loss {
        return None; // a layer with named steps is told step by step
    }
    if instance.is_elementwise() {
        return None; // an activation is applied to what is none
    }
    let input = &instance.tensors[place];
    let output = &instance.tensors[instance.output()];
    let base = instance.index_base;
    let mut letters = Letters::of(instance);
    let mut index = |&size: &usize| Loop { name: letters.give(AXES), low: base, high: base + size as i64 - 1 };
    let loops: Vec<Loop> = input.shape.iter().map(&mut index).collect();
    let indices = (0..loops.len()).map(Affine::variable).collect();
    let tensors = vec![
        TensorDecl::new(output.name.clone(), Part::Input, input.shape.clone()),
        TensorDecl::new(input.name.clone(), Part::Defined, input.shape.clone()),
    ];
    let body = Body::Call(ACTIVATION.to_string(), 0, Box::new(Body::Read(0, indices)));
    let definition = Definition { tensor: 1, rank: loops.len(), loops, body };
    let below = Instance {
        name: ACTIVATION.to_string(),
        title: None,
        index_base: base,
        tensors,
        definitions: vec![definition],
        loss: false,
        assumptions: Vec::new(),
        stages: Vec::new(),
    };
    Some((below, adjoint_names[place].clone()))
}

/// The layer with a scalar bias of the output given one number for each entry instead, or the other way round.
pub(super) fn other_bias(instance: &Instance) -> Option<Instance> {
    let place = instance.tensors.iter().position(|t| t.part == Part::Bias)?;
    let [definition] = instance.definitions.as_slice() else { return None };
    let output = &instance.tensors[definition.tensor];
    let mut other = instance.clone();
    let own: Vec<Affine> = (0..definition.rank).map(Affine::variable).collect();
    let (shape, from, to) = if instance.tensors[place].shape.is_empty() && !output.shape.is_empty() {
        (output.shape.clone(), Vec::new(), own)
    } else if instance.tensors[place].shape == output.shape {
        (Vec::new(), own, Vec::new())
    } else {
        return None;
    };
    other.tensors[place].shape = shape;
    exchange(&mut other.definitions[0].body, place, &from, &to).then_some(other)
}

/// Replaces the indices of every read of a tensor; false if one is read otherwise.
fn exchange(body: &mut Body, place: usize, from: &[Affine], to: &[Affine]) -> bool {
    match body {
        Body::Number(_) | Body::Index(_) => true,
        Body::Read(tensor, indices) if *tensor == place => {
            let as_expected = indices == from;
            *indices = to.to_vec();
            as_expected
        }
        Body::Read(..) => true,
        Body::Flat(tensor, _) => *tensor != place,
        Body::Sum(parts) | Body::Product(parts) | Body::Extreme(_, parts) => {
            parts.iter_mut().all(|p| exchange(p, place, from, to))
        }
        Body::Power(x, _) | Body::Call(_, _, x) | Body::Reduce { body: x, .. } => exchange(x, place, from, to),
        Body::If(_, x, y) => exchange(x, place, from, to) && exchange(y, place, from, to),
    }
}
