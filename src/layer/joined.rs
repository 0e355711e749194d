//! Joining: the tensors and definitions of one bound layer appended to those of a net, under names of the net.

use super::{Affine, Assumption, Body, Condition, Definition, Instance, Label, Part, TensorDecl};

/// A net that grows.
pub(super) struct Joined {
    pub(super) instance: Instance,
}

impl Joined {
    pub(super) fn new(instance: Instance) -> Joined {
        Joined { instance }
    }

    /// Appends a layer; its inputs are tensors that are there. Gives the place of its output.
    pub(super) fn append(&mut self, layer: Instance, inputs: &[usize], number: u32) -> usize {
        let mut inputs = inputs.iter();
        let output = layer.output();
        let mut places = Vec::with_capacity(layer.tensors.len());
        for (place, tensor) in layer.tensors.into_iter().enumerate() {
            if tensor.part == Part::Input {
                places.push(*inputs.next().expect("the linker has counted the inputs"));
                continue;
            }
            let number = (tensor.part != Part::Target && !(layer.loss && place == output)).then_some(number);
            self.instance.tensors.push(self.named(tensor, number));
            places.push(self.instance.tensors.len() - 1);
        }
        let base = self.instance.index_base - layer.index_base;
        for definition in layer.definitions {
            self.instance.definitions.push(moved(definition, &places, base));
        }
        for Assumption { sum, value } in layer.assumptions {
            self.instance.assumptions.push(Assumption { sum: moved(sum, &places, base), value });
        }
        self.instance.loss = layer.loss;
        places[output]
    }

    /// The tensor under its letter and number, and with a name for code that is not taken.
    fn named(&self, tensor: TensorDecl, number: Option<u32>) -> TensorDecl {
        let TensorDecl { name: letter, part, shape, .. } = tensor;
        // capitals are for matrices: a weight that is one number is `w`
        let single = shape.iter().product::<usize>() == 1 && part == Part::Weight;
        let letter = if single && letter.len() == 1 { letter.to_lowercase() } else { letter };
        let plain = number.map_or_else(|| letter.clone(), |n| format!("{letter}{n}"));
        let taken = |name: &str| self.instance.tensors.iter().any(|t| t.name == name);
        let mut candidates = std::iter::once(plain.clone()).chain((2..).map(|k| format!("{plain}_{k}")));
        let name = candidates.find(|n| !taken(n)).expect("there is always another number");
        TensorDecl { name, part, shape, label: Some(Label::new(letter, number)) }
    }
}

/// A definition over other places of tensors, its own indices counted from another base.
fn moved(definition: Definition, places: &[usize], base: i64) -> Definition {
    let Definition { tensor, mut loops, rank, body } = definition;
    for own in &mut loops[..rank] {
        own.low += base;
        own.high += base;
    }
    let mover = Mover { places, base, rank };
    Definition { tensor: places.get(tensor).copied().unwrap_or(0), loops, rank, body: mover.body(body) }
}

struct Mover<'a> {
    places: &'a [usize],
    base: i64,
    rank: usize,
}

impl Mover<'_> {
    /// The same value where the definition's own indices are larger by the base.
    fn affine(&self, mut f: Affine) -> Affine {
        let own: i64 = f.terms.iter().filter(|t| t.0 < self.rank).map(|t| t.1).sum();
        f.constant -= own * self.base;
        f
    }

    fn index(&self, f: Affine) -> Affine {
        let mut f = self.affine(f);
        f.constant += self.base;
        f
    }

    fn condition(&self, condition: Condition) -> Condition {
        match condition {
            Condition::Compare(f, comparison) => Condition::Compare(self.affine(f), comparison),
            Condition::Within(low, f, high) => Condition::Within(low, self.affine(f), high),
            Condition::And(p, q) => Condition::And(Box::new(self.condition(*p)), Box::new(self.condition(*q))),
            Condition::Or(p, q) => Condition::Or(Box::new(self.condition(*p)), Box::new(self.condition(*q))),
            Condition::Not(p) => Condition::Not(Box::new(self.condition(*p))),
        }
    }

    fn body(&self, body: Body) -> Body {
        let all = |parts: Vec<Body>| parts.into_iter().map(|p| self.body(p)).collect();
        let boxed = |x: Box<Body>| Box::new(self.body(*x));
        match body {
            Body::Number(n) => Body::Number(n),
            Body::Index(f) => Body::Index(self.affine(f)),
            Body::Read(t, list) => Body::Read(self.places[t], list.into_iter().map(|f| self.index(f)).collect()),
            Body::Flat(t, f) => Body::Flat(self.places[t], self.index(f)),
            Body::Sum(parts) => Body::Sum(all(parts)),
            Body::Product(parts) => Body::Product(all(parts)),
            Body::Power(x, n) => Body::Power(boxed(x), n),
            Body::Call(name, order, x) => Body::Call(name, order, boxed(x)),
            Body::Reduce { op, slots, filter, body } => {
                Body::Reduce { op, slots, filter: filter.map(|f| self.condition(f)), body: boxed(body) }
            }
            Body::If(c, x, y) => Body::If(self.condition(c), boxed(x), boxed(y)),
        }
    }
}
