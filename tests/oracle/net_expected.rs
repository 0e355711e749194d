//! Which operators a reader expects for each gradient of a net: told from the kind of stage that
//! reads the tensor, so that a silent loss of recognition is noticed.

use std::collections::BTreeMap;

use num_rational::BigRational;
use num_traits::One;
use serde_json::Value;

use crate::array::scalar;
use crate::definitions::Bias;
use crate::exact::ratio;
use crate::nets::{Plan, Stage, Step};

/// One operator that is expected, with what of it is to be as said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Section {
    /// Its name.
    operator: &'static str,
    /// Its operands, in any order; none if they may be any.
    operands: Vec<String>,
    /// Are there further operands?
    more: bool,
    /// The letters of the operands and of the result, up to renaming.
    einsum: Option<String>,
    /// Other fields.
    fields: Vec<(&'static str, Value)>,
    /// The factor, if it is to be a certain one.
    scale: Option<BigRational>,
}

/// An `einsum` with its operands in order of names and its letters in order of appearance.
fn canonical(operands: &[String], einsum: &str) -> Option<String> {
    let (inputs, output) = einsum.split_once("->")?;
    let mut words: Vec<(&String, &str)> = operands.iter().zip(inputs.split(',')).collect();
    words.sort_by_key(|word| word.0);
    let mut letters = BTreeMap::new();
    let mut rename = |word: &str| -> String {
        let renamed = word.chars().map(|letter| {
            let next = u8::try_from(letters.len()).unwrap_or(25);
            char::from(b'a' + *letters.entry(letter).or_insert(next))
        });
        renamed.collect()
    };
    let inputs: Vec<String> = words.iter().map(|(name, word)| format!("{name}{}", rename(word))).collect();
    Some(format!("{}->{}", inputs.join(","), rename(output)))
}

impl Section {
    fn new(operator: &'static str, operands: &[&String]) -> Section {
        Section { operator, operands: operands.iter().map(|&name| name.clone()).collect(), ..Section::default() }
    }

    fn einsum(mut self, einsum: &str) -> Section {
        self.einsum = Some(einsum.to_owned());
        self
    }

    fn field(mut self, key: &'static str, value: Value) -> Section {
        self.fields.push((key, value));
        self
    }

    fn scale(mut self, p: usize, q: usize, sign: i64) -> Section {
        let whole = |n: usize| i64::try_from(n).expect("a small net");
        self.scale = Some(ratio(sign * whole(p), whole(q)));
        self
    }

    fn and_more(mut self) -> Section {
        self.more = true;
        self
    }

    /// Is an operator of the answer this one?
    fn fits(&self, operator: &Value) -> bool {
        let told: Option<Vec<String>> =
            operator["operands"].as_array().and_then(|all| all.iter().map(|x| Some(x.as_str()?.to_owned())).collect());
        let told = told.unwrap_or_default();
        let mut rest = told.clone();
        let found = self.operands.iter().all(|name| {
            let at = rest.iter().position(|other| other == name);
            at.map(|at| rest.remove(at)).is_some()
        });
        let scale = operator.get("scale").map_or(Some(BigRational::one()), scalar);
        operator["operator"] == self.operator
            && found
            && (rest.is_empty() || self.more)
            && self.fields.iter().all(|(key, value)| operator[key] == *value)
            && self.scale.as_ref().is_none_or(|expected| scale.as_ref() == Some(expected))
            && self.einsum.as_ref().is_none_or(|einsum| {
                let text = operator["einsum"].as_str().unwrap_or_default();
                canonical(&told, text) == canonical(&self.operands, einsum)
            })
    }
}

/// Is one operator of the list a sum of just these parts, or the part itself?
pub(crate) fn claims(list: &Value, parts: &[Section]) -> bool {
    list.as_array().into_iter().flatten().any(|operator| {
        let one = [operator.clone()];
        let told = match operator["operator"].as_str() {
            Some("add") => operator["operands"].as_array().map_or(&[][..], Vec::as_slice),
            _ => &one,
        };
        let mut rest: Vec<&Value> = told.iter().collect();
        let found = parts.iter().all(|part| {
            let at = rest.iter().position(|operator| part.fits(operator));
            at.map(|at| rest.remove(at)).is_some()
        });
        found && rest.is_empty()
    })
}

impl Plan {
    /// The operators expected for the gradient with respect to a tensor, each way that is as good.
    pub(crate) fn expected(&self, tensor: usize) -> Vec<Vec<Section>> {
        let readers: Vec<&Stage> = self.stages.iter().filter(|stage| stage.inputs.contains(&tensor)).collect();
        match readers.as_slice() {
            // stages that share a weight add up
            [] => {
                let parts: Vec<Section> = self.stages.iter().filter_map(|s| self.of_own(s, tensor)).collect();
                if parts.is_empty() { Vec::new() } else { vec![parts] }
            }
            [stage] if stage.inputs.len() == 2 && stage.inputs[0] == stage.inputs[1] => {
                vec![vec![Section::new("identity", &[&self.tensors[stage.output].adjoint]).scale(2, 1, 1)]]
            }
            readers => vec![readers.iter().flat_map(|stage| self.of_input(stage, tensor)).collect()],
        }
    }

    /// What holds if the target is a distribution: softmax and cross-entropy make `p - y`.
    pub(crate) fn expected_assuming(&self, tensor: usize) -> Option<Vec<Section>> {
        let stage = self.stages.iter().find(|stage| stage.inputs == [tensor])?;
        let next = self.stages.iter().find(|other| other.inputs == [stage.output])?;
        let probabilities = match (stage.step, next.step) {
            (Step::Softmax, Step::CrossEntropy) => stage.output,
            (Step::LogSoftmax, Step::Nll) => stage.own[0],
            _ => return None,
        };
        let alone = self.stages.iter().filter(|stage| stage.inputs.contains(&tensor)).count() == 1;
        let (name, rows) = (|k: usize| &self.tensors[k].name, self.rows(tensor));
        let p = Section::new("identity", &[name(probabilities)]).scale(1, rows, 1);
        let y = Section::new("identity", &[name(next.own[0])]).scale(1, rows, -1);
        alone.then(|| vec![p, y])
    }

    /// How many rows a tensor has.
    fn rows(&self, tensor: usize) -> usize {
        self.tensors[tensor].shape.split_last().map_or(1, |(_, leading)| leading.iter().product())
    }

    /// Does a stage pick single entries out of a tensor? Such windows are told in index form.
    pub(crate) fn picks(&self, tensor: usize) -> bool {
        let alone = |stage: &Stage| {
            let steps = |stride: Option<[usize; 2]>| stride.is_some_and(|stride| stride != [1, 1]);
            matches!(stage.step, Step::Avg([1, 1], stride) | Step::Max([1, 1], stride) if steps(stride))
        };
        self.stages.iter().any(|stage| stage.inputs.contains(&tensor) && alone(stage))
    }

    /// Are there axes of one entry about a tensor? They leave several names for the same operator.
    pub(crate) fn has_axes_of_one(&self, tensor: usize) -> bool {
        let about = |stage: &&Stage| stage.inputs.contains(&tensor) || stage.own.contains(&tensor);
        let unit = |stage: &Stage| {
            if let Step::Avg(window, _) | Step::Max(window, _) = stage.step { window.contains(&1) } else { false }
        };
        if self.stages.iter().filter(about).any(unit) {
            return true;
        }
        let around = self.stages.iter().filter(about).flat_map(|stage| {
            stage.inputs.iter().chain(&stage.own).chain([&stage.output]).copied().collect::<Vec<_>>()
        });
        around.chain([tensor]).any(|tensor| self.tensors[tensor].shape.contains(&1))
    }

    /// A weight, a bias, or the probabilities of a log-softmax.
    fn of_own(&self, stage: &Stage, tensor: usize) -> Option<Section> {
        let place = stage.own.iter().position(|&own| own == tensor)?;
        let delta = &self.tensors[stage.output].adjoint;
        let input = &self.tensors[stage.inputs[0]].name;
        let rank = self.tensors[stage.output].shape.len();
        let batch: String = "uvw".chars().take(rank.saturating_sub(1)).collect();
        let summed = |axes: Vec<usize>| match axes.as_slice() {
            [] => Section::new("identity", &[delta]),
            _ => Section::new("sum", &[delta]).field("axes", axes.into()),
        };
        Some(match (stage.step, place) {
            (Step::Dense(_) | Step::DenseBare(_) | Step::Shared(..), 0) => {
                Section::new("contract", &[delta, input]).einsum(&format!("{batch}i,{batch}j->ij"))
            }
            (Step::Channels(..), 0) => Section::new("correlate", &[delta, input]),
            (Step::Channels(..), _) => summed((0..rank).filter(|&axis| axis != self.batch).collect()),
            (Step::Dense(_) | Step::Shared(..), _) => summed((0..rank - 1).collect()),
            (Step::Conv(..), 0) => Section::new("correlate", &[delta, input]),
            (Step::Conv(_, Bias::Shared), _) => summed((0..rank).collect()),
            (Step::Conv(..), _) => summed(Vec::new()),
            _ => Section::new("hadamard", &[]).and_more(),
        })
    }

    /// What `stage` reads, where its derivative and that of the loss after it cancel.
    fn through_loss(&self, stage: &Stage, loss: &Stage, batch: &str) -> Option<Vec<Section>> {
        let (output, y) = (&self.tensors[stage.output], &self.tensors[loss.own[0]].name);
        let (rows, entries) = (self.rows(stage.output), output.shape.iter().product());
        let probabilities = match (stage.step, loss.step) {
            (Step::Sigmoid, Step::Bce) => {
                let a = Section::new("identity", &[&output.name]).scale(1, entries, 1);
                return Some(vec![a, Section::new("identity", &[y]).scale(1, entries, -1)]);
            }
            (Step::Softmax, Step::CrossEntropy) => stage.output,
            (Step::LogSoftmax, Step::Nll) => stage.own[0],
            _ => return None,
        };
        let sum = Section::new("contract", &[&self.tensors[probabilities].name, y]);
        let sum = sum.einsum(&format!("{batch}j,{batch}k->{batch}j")).scale(1, rows, 1);
        Some(vec![sum, Section::new("identity", &[y]).scale(1, rows, -1)])
    }

    /// A tensor of the chain that `stage` reads.
    fn of_input(&self, stage: &Stage, tensor: usize) -> Vec<Section> {
        let name = |k: usize| &self.tensors[k].name;
        let delta = &self.tensors[stage.output].adjoint;
        let input = name(tensor);
        let entries: usize = self.tensors[tensor].shape.iter().product();
        let own = |k: usize| stage.own.get(k).map_or(input, |&own| name(own));
        let rank = self.tensors[tensor].shape.len();
        let batch: String = "uvw".chars().take(rank.saturating_sub(1)).collect();
        let loss = self.stages.iter().find(|other| other.inputs == [stage.output] && other.step.is_loss());
        if let Some(parts) = loss.and_then(|loss| self.through_loss(stage, loss, &batch)) {
            return parts;
        }
        // a window has a place along each axis
        let along = |sizes: &[usize; 2]| -> Value { [&vec![1; rank.saturating_sub(2)][..], sizes].concat().into() };
        vec![match stage.step {
            Step::Conv(..) | Step::Channels(..) => {
                Section::new("correlate", &[delta, own(0)]).field("rot180", true.into())
            }
            Step::Avg(window, stride) => Section::new("upsample", &[delta])
                .field("window", along(&window))
                .field("stride", along(&stride.unwrap_or(window)))
                .scale(1, window[0] * window[1], 1),
            Step::Max(window, stride) => Section::new("route", &[delta, input])
                .field("window", along(&window))
                .field("stride", along(&stride.unwrap_or(window)))
                .field("ties", self.ties.word().into()),
            Step::Dense(_) | Step::DenseBare(_) | Step::Shared(..) => {
                Section::new("contract", &[delta, own(0)]).einsum(&format!("{batch}k,kj->{batch}j"))
            }
            Step::Flatten | Step::Reshape(_) if self.tensors[stage.output].shape != self.tensors[tensor].shape => {
                Section::new("reshape", &[delta])
            }
            Step::Concat(_) => Section::new("place", &[delta]),
            Step::Flatten | Step::Reshape(_) | Step::Add(_) | Step::As(_) | Step::From(_) => {
                Section::new("identity", &[delta])
            }
            Step::Softmax => {
                let product = Section::new("hadamard", &[delta, name(stage.output)]);
                return vec![product, Section::new("contract", &[delta, name(stage.output), name(stage.output)])];
            }
            Step::LogSoftmax => {
                let sum = Section::new("contract", &[delta, own(0)]).einsum(&format!("{batch}k,{batch}j->{batch}j"));
                return vec![sum.scale(1, 1, -1), Section::new("identity", &[delta]).scale(1, 1, 1)];
            }
            Step::Mse => {
                let y = Section::new("identity", &[own(0)]).scale(2, entries, -1);
                return vec![Section::new("identity", &[input]).scale(2, entries, 1), y];
            }
            Step::Bce => {
                let no = Section::new("hadamard", &[]).and_more().scale(1, entries, 1);
                return vec![Section::new("hadamard", &[own(0)]).and_more().scale(1, entries, -1), no];
            }
            Step::CrossEntropy => {
                Section::new("hadamard", &[own(0), &format!("{input}**(-1)")]).scale(1, self.rows(tensor), -1)
            }
            Step::Nll => Section::new("identity", &[own(0)]).scale(1, self.rows(tensor), -1),
            Step::Sigma
            | Step::Sigmoid
            | Step::Tanh
            | Step::Relu
            | Step::LeakyRelu(_)
            | Step::Softplus
            | Step::Silu
            | Step::Gelu
            | Step::Exp => Section::new("hadamard", &[delta]).and_more(),
        }]
    }
}

#[test]
fn letters_and_the_order_of_operands_do_not_count() {
    use serde_json::json;
    let (delta, a) = ("delta".to_owned(), "a".to_owned());
    let outer = Section::new("contract", &[&delta, &a]).einsum("i,j->ij");
    let told =
        |operands: [&str; 2], einsum: &str| json!({"operator": "contract", "operands": operands, "einsum": einsum});
    assert!(outer.fits(&told(["delta", "a"], "i,j->ij")));
    assert!(outer.fits(&told(["a", "delta"], "x,y->yx")));
    assert!(!outer.fits(&told(["a", "delta"], "x,y->xy")));
    assert!(!outer.fits(&told(["delta", "z"], "i,j->ij")));
    let list = json!([told(["delta", "a"], "i,j->ij")]);
    assert!(claims(&list, std::slice::from_ref(&outer)) && !claims(&list, &[outer.clone(), outer.clone()]));
    let sum = json!([{"operator": "add", "operands": [told(["delta", "a"], "i,j->ij"), told(["a", "b"], "i,j->ij")]}]);
    assert!(!claims(&sum, std::slice::from_ref(&outer)) && !claims(&json!([]), &[outer]));
}
