//! Joining: the tensors and definitions of one bound layer appended to those of a net, under names of the net.

use std::collections::{BTreeMap, HashSet};

use crate::index::{
    Affine, Assumption, Body, Condition, Definition, Instance, Label, Letters, Part, Stage, TensorDecl,
};

/// The weights and biases of a stage that another uses too: places in the net by their letters in the layer's text.
pub(super) type Shared = BTreeMap<String, usize>;

/// A net that grows.
pub(super) struct Joined {
    pub(super) instance: Instance,
    /// The weights and biases of each stage, by its output.
    parameters: BTreeMap<usize, Shared>,
    /// The names that are taken: for code, and as printed.
    names: HashSet<String>,
    labels: HashSet<(String, Option<u32>)>,
}

/// Two tensors of one number would be printed alike: their letter.
pub(super) struct SameLetter(pub(super) String);

impl Joined {
    pub(super) fn new(instance: Instance) -> Joined {
        let names = instance.tensors.iter().map(|t| t.name.clone()).collect();
        let labels =
            instance.tensors.iter().filter_map(|t| Some((t.label.as_ref()?.letter.clone(), t.label.as_ref()?.number)));
        let labels = labels.collect();
        Joined { instance, parameters: BTreeMap::new(), names, labels }
    }

    /// The net, when all layers are there.
    pub(super) fn finished(self) -> Instance {
        let letters = Letters::beside(self.labels.into_iter().map(|(letter, _)| letter));
        self.instance.lettered(&letters)
    }

    /// A net of one layer, whose tensors are called as in its text: a loss by itself.
    pub(super) fn alone(layer: Instance) -> Instance {
        let mut tensors: Vec<TensorDecl> = layer.tensors.iter().filter(|t| t.part.flows_in()).cloned().collect();
        for tensor in &mut tensors {
            tensor.label = Some(Label { letter: tensor.name.clone(), number: None, pre_activation: false });
        }
        let inputs: Vec<usize> = (0..tensors.len()).collect();
        let title = layer.title.clone().unwrap_or_else(|| layer.name.clone());
        let Instance { name, index_base, .. } = layer.clone();
        let empty = Instance {
            name: name.clone(),
            title: layer.title.clone(),
            index_base,
            tensors,
            definitions: Vec::new(),
            loss: false,
            assumptions: Vec::new(),
            stages: Vec::new(),
        };
        let mut joined = Joined::new(empty);
        let definitions = 0..layer.definitions.len();
        // the names are those of one layer, and differ
        let Ok(output) = joined.append(layer.clone(), &inputs, None, &Shared::new()) else { return layer };
        joined.instance.stages.push(Stage { source: None, text: name, title, number: 1, definitions, inputs, output });
        joined.instance
    }

    /// The weights and biases of a stage.
    pub(super) fn own(&self, stage: &Stage) -> &Shared {
        &self.parameters[&stage.output]
    }

    /// Appends a layer; its inputs are tensors that are there, and so are weights that it shares. Gives the place of its output.
    ///
    /// An assumption about what another layer computes is not taken over: such a tensor is what it is.
    pub(super) fn append(
        &mut self,
        layer: Instance,
        inputs: &[usize],
        number: Option<u32>,
        shared: &Shared,
    ) -> Result<usize, SameLetter> {
        let mut inputs = inputs.iter();
        let output = layer.output();
        let before_activation = layer.pre_activation();
        let mut places = Vec::with_capacity(layer.tensors.len());
        let mut parameters = Shared::new();
        let own: Vec<String> = layer.tensors.iter().map(|t| t.name.clone()).collect();
        for (place, tensor) in layer.tensors.into_iter().enumerate() {
            if tensor.part.flows_in() {
                places.push(*inputs.next().expect("the linker has counted the inputs"));
                continue;
            }
            if let Some(&place) = shared.get(&tensor.name) {
                parameters.insert(tensor.name, place);
                places.push(place);
                continue;
            }
            if matches!(tensor.part, Part::Weight | Part::Bias) {
                parameters.insert(tensor.name.clone(), self.instance.tensors.len());
            }
            let number = number.filter(|_| tensor.part != Part::Target && !(layer.loss && place == output));
            let mut tensor = self.named(tensor, number, &own)?;
            if let Some(label) = &mut tensor.label {
                label.pre_activation = before_activation == Some(place) && number.is_some();
            }
            self.instance.tensors.push(tensor);
            places.push(self.instance.tensors.len() - 1);
        }
        let base = self.instance.index_base - layer.index_base;
        for definition in layer.definitions {
            self.instance.definitions.push(moved(definition, &places, base));
        }
        for Assumption { sum, value } in layer.assumptions {
            let sum = moved(sum, &places, base);
            let mut given = true;
            sum.body.reads(&mut |t| given &= self.instance.tensors[t].part != Part::Defined);
            if given {
                self.instance.assumptions.push(Assumption { sum, value });
            }
        }
        self.instance.loss = layer.loss;
        self.parameters.insert(places[output], parameters);
        Ok(places[output])
    }

    /// The input of a net that starts with an activation is what this is applied to, in layer 1.
    pub(super) fn starts_with_activation(&mut self) {
        if let Some(input) = self.instance.tensors.first_mut()
            && let Some(label) = &mut input.label
        {
            (label.number, label.pre_activation) = (Some(1), true);
            input.name = format!("{}1", label.letter);
        }
        *self = Joined::new(self.instance.clone());
    }

    /// The tensor under its letter and number, and with a name for code that is not taken.
    fn named(&mut self, tensor: TensorDecl, number: Option<u32>, own: &[String]) -> Result<TensorDecl, SameLetter> {
        let TensorDecl { name: letter, part, shape, .. } = tensor;
        // capitals are for matrices: a weight that is one number is `w`
        let single = shape.iter().product::<usize>() == 1 && part == Part::Weight && letter.len() == 1;
        let small = letter.to_lowercase();
        let letter = if single && !own.contains(&small) { small } else { letter };
        // what is in between has a letter of its own where another layer of this number has taken it
        let others = || Letters::after(&letter).into_iter().filter(|l| !own.contains(l));
        let free = |l: &String| !self.labels.contains(&(l.clone(), number));
        let letter =
            if part == Part::Defined && !free(&letter) { others().find(free).unwrap_or(letter) } else { letter };
        if !self.labels.insert((letter.clone(), number)) {
            return Err(SameLetter(letter));
        }
        let plain = number.map_or_else(|| letter.clone(), |n| format!("{letter}{n}"));
        let mut candidates = std::iter::once(plain.clone()).chain((2..).map(|k| format!("{plain}_{k}")));
        let name = candidates.find(|n| !self.names.contains(n)).expect("there is always another number");
        self.names.insert(name.clone());
        Ok(TensorDecl { name, part, shape, label: Some(Label { letter, number, pre_activation: false }) })
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

    fn condition(&self, condition: &Condition) -> Condition {
        condition.mapped(&|f| Some(self.affine(f.clone()))).expect("every affine function has another")
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
            Body::Extreme(extreme, parts) => Body::Extreme(extreme, all(parts)),
            Body::Reduce { op, slots, filter, body } => {
                Body::Reduce { op, slots, filter: filter.map(|f| self.condition(&f)), body: boxed(body) }
            }
            Body::If(c, x, y) => Body::If(self.condition(&c), boxed(x), boxed(y)),
        }
    }
}
