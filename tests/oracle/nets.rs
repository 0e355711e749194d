//! Nets by their plain definitions: the stages of a chain, how a command line spells them, and which
//! tensors a chain has, under which names and of which shapes.

use crate::definitions::Bias;
use crate::exact::Ties;

/// Rows and columns.
pub(crate) type Sizes = [usize; 2];

/// A stage of a chain, or a name for what the chain has come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// Names the present result.
    As(&'static str),
    /// A convolution.
    Conv(Sizes, Bias),
    /// The same with so many channels behind it, over those that come in, if any do.
    Channels(Sizes, usize),
    /// Average pooling, with a stride if windows do not touch.
    Avg(Sizes, Option<Sizes>),
    /// Max pooling.
    Max(Sizes, Option<Sizes>),
    /// A dense layer with a bias.
    Dense(usize),
    /// A dense layer without.
    DenseBare(usize),
    /// A dense layer with the weights of the one whose result has this name.
    Shared(usize, &'static str),
    /// Goes on from a named result.
    From(&'static str),
    /// A named result behind what has come, along the first axis behind a batch.
    Concat(&'static str),
    /// Some differentiable function.
    Sigma,
    /// The logistic function.
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
    /// The positive part.
    Relu,
    /// The positive part and a hundredth, or so many, of the negative.
    LeakyRelu(Option<u8>),
    /// log(1 + eˣ)
    Softplus,
    /// x · sigmoid(x)
    Silu,
    /// x · Φ(x)
    Gelu,
    /// eˣ
    Exp,
    /// Probabilities along the last axis.
    Softmax,
    /// Their logarithms.
    LogSoftmax,
    /// Mean squared error.
    Mse,
    /// Binary cross-entropy.
    Bce,
    /// Cross-entropy of probabilities.
    CrossEntropy,
    /// Cross-entropy of logarithms of probabilities.
    Nll,
    /// All entries in a row.
    Flatten,
    /// All entries as a matrix.
    Reshape(Sizes),
    /// Adds a named result.
    Add(&'static str),
}

use Step::{
    Add, As, Avg, Bce, Channels, Concat, Conv, CrossEntropy, Dense, DenseBare, Flatten, From, LogSoftmax, Max, Mse,
    Nll, Reshape, Shared, Softmax,
};

/// `3x2` for `[3, 2]`.
pub(crate) fn spelled(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}

impl Step {
    /// The words of the chain.
    pub(crate) fn words(self) -> String {
        let plain = |word: &str| word.to_owned();
        let pool = |kind: &str, window: Sizes, stride: Option<Sizes>| {
            let stride = stride.map_or(String::new(), |stride| format!(" stride {}", spelled(&stride)));
            format!("pool {kind} {}{stride}", spelled(&window))
        };
        match self {
            As(name) => format!("as {name}"),
            Conv(kernel, Bias::Shared) => format!("conv {}", spelled(&kernel)),
            Conv(kernel, bias) => format!("conv {} bias {}", spelled(&kernel), bias.word()),
            Channels(kernel, outputs) => format!("conv {} channels {outputs}", spelled(&kernel)),
            Avg(window, stride) => pool("avg", window, stride),
            Max(window, stride) => pool("max", window, stride),
            Shared(outputs, name) => format!("dense {outputs} sharing {name}"),
            From(name) => format!("from {name}"),
            Concat(name) => format!("concat {name}"),
            Dense(outputs) => format!("dense {outputs}"),
            DenseBare(outputs) => format!("dense {outputs} bias none"),
            Step::Sigma => plain("sigma"),
            Step::Sigmoid => plain("sigmoid"),
            Step::Tanh => plain("tanh"),
            Step::Relu => plain("relu"),
            Step::LeakyRelu(None) => plain("leaky-relu"),
            Step::LeakyRelu(Some(hundredths)) => {
                // as it is told again: without noughts at the end
                format!("leaky-relu 0.{}", format!("{hundredths:02}").trim_end_matches('0'))
            }
            Step::Softplus => plain("softplus"),
            Step::Silu => plain("silu"),
            Step::Gelu => plain("gelu"),
            Step::Exp => plain("exp"),
            Softmax => plain("softmax"),
            LogSoftmax => plain("log-softmax"),
            Mse => plain("mse"),
            Bce => plain("bce"),
            CrossEntropy => plain("crossentropy"),
            Nll => plain("nll"),
            Flatten => plain("flatten"),
            Reshape(shape) => format!("reshape {}", spelled(&shape)),
            Add(name) => format!("add {name}"),
        }
    }

    /// Does it end a chain in one number?
    pub(crate) fn is_loss(self) -> bool {
        matches!(self, Mse | Bce | CrossEntropy | Nll)
    }

    /// Is it one of the functions of one element, and so written with `z` and `a`?
    pub(crate) fn is_activation(self) -> bool {
        let smooth = [Step::Sigma, Step::Sigmoid, Step::Tanh, Step::Softplus, Step::Silu, Step::Gelu, Step::Exp];
        smooth.contains(&self) || self == Step::Relu || matches!(self, Step::LeakyRelu(_))
    }

    /// The letter of what it reads.
    fn reads(self) -> &'static str {
        if self.is_activation() || [Softmax, LogSoftmax].contains(&self) {
            return "z";
        }
        let special = [(CrossEntropy, "p"), (Nll, "q")].into_iter().find(|(step, _)| *step == self);
        special.map_or("a", |(_, letter)| letter)
    }

    /// The letter of what it gives.
    fn gives(self) -> &'static str {
        if self.is_loss() {
            return "C";
        }
        let special = [(Softmax, "p"), (LogSoftmax, "q")].into_iter().find(|(step, _)| *step == self);
        special.map_or(if self.is_activation() { "a" } else { "z" }, |(_, letter)| letter)
    }

    /// The shape of what it gives, where so many leading axes are a batch, and another has this shape.
    fn shape(self, input: &[usize], batch: usize, other: &[usize]) -> Vec<usize> {
        let lead = input.len().saturating_sub(2);
        let fit = |axis: usize, window: Sizes, stride: Sizes| (input[lead + axis] - window[axis]) / stride[axis] + 1;
        let windows = |window, stride| [&input[..lead], &[fit(0, window, stride), fit(1, window, stride)]].concat();
        match self {
            Conv(kernel, _) => windows(kernel, [1, 1]),
            Channels(kernel, outputs) => [&input[..batch], &[outputs], &windows(kernel, [1, 1])[lead..]].concat(),
            Concat(_) => {
                let mut shape = input.to_vec();
                shape[batch] += other[batch];
                shape
            }
            Avg(window, stride) | Max(window, stride) => windows(window, stride.unwrap_or(window)),
            Dense(outputs) | DenseBare(outputs) | Shared(outputs, _) => {
                input.iter().rev().skip(1).rev().copied().chain([outputs]).collect()
            }
            Flatten => [&input[..batch], &[input[batch..].iter().product()]].concat(),
            Reshape(shape) => [&input[..batch], &shape].concat(),
            Mse | Bce | CrossEntropy | Nll => Vec::new(),
            Step::Sigma | Step::Sigmoid | Step::Tanh | Step::Relu | Step::LeakyRelu(_) | Step::Softplus => {
                input.to_vec()
            }
            Step::Silu | Step::Gelu | Step::Exp | Softmax | LogSoftmax | Add(_) | As(_) | From(_) => input.to_vec(),
        }
    }
}

/// A tensor of a net.
#[derive(Clone, Debug)]
pub(crate) struct Tensor {
    /// Its name.
    pub(crate) name: String,
    /// The name of the gradient of the loss with respect to it.
    pub(crate) adjoint: String,
    /// The role of the JSON.
    pub(crate) role: &'static str,
    /// Its shape.
    pub(crate) shape: Vec<usize>,
    /// The number of its layer.
    pub(crate) layer: Option<u32>,
}

/// A stage with the places of its tensors in the list.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    /// What it does.
    pub(crate) step: Step,
    /// The number of its layer.
    pub(crate) layer: u32,
    /// What it reads of the chain: one tensor, or two where results are joined.
    pub(crate) inputs: Vec<usize>,
    /// Its own tensors: weight and bias; the probabilities of a log-softmax; the target of a loss.
    pub(crate) own: Vec<usize>,
    /// What it gives.
    pub(crate) output: usize,
}

/// All that there is to know of a chain before numbers come.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The tensors in the order in which they are listed.
    pub(crate) tensors: Vec<Tensor>,
    /// The stages.
    pub(crate) stages: Vec<Stage>,
    /// How many leading axes are a batch.
    pub(crate) batch: usize,
    /// Does it end in a loss?
    pub(crate) loss: bool,
    /// Who gets the derivative of a maximum.
    pub(crate) ties: Ties,
}

impl Plan {
    /// The tensors of a chain. An activation belongs to the layer that it follows, and so does a
    /// loss; every other stage begins a layer. A layer on its own has no numbers.
    pub(crate) fn of(input: &[usize], batch: usize, steps: &[Step], ties: Ties, alone: bool) -> Plan {
        let mut plan = Plan { tensors: Vec::new(), stages: Vec::new(), batch, loss: false, ties };
        let stages = || steps.iter().copied().filter(|step| !matches!(step, As(_) | From(_)));
        let mut letter = stages().next().map_or("a", Step::reads);
        let mut layer = u32::from(letter == "z");
        let number = |layer: u32| (!alone).then_some(layer);
        let mut current = plan.push(letter, "input", input.to_vec(), number(layer));
        let mut names = Vec::new();
        let last = stages().count() - 1;
        for &step in steps {
            if let As(name) = step {
                names.push((name, current));
                continue;
            }
            let named = |name: &str| names.iter().find(|named| named.0 == name).map(|named| named.1);
            if let From(name) = step {
                current = named(name).expect("a name of before");
                letter = ""; // an activation begins a layer here
                continue;
            }
            if !(step.is_loss() || letter == "z" && step.reads() == "z") {
                layer += 1;
            }
            let shape = plan.tensors[current].shape.clone();
            let other = if let Add(name) | Concat(name) = step { named(name) } else { None };
            let output = step.shape(&shape, batch, other.map_or(&[], |other| &plan.tensors[other].shape));
            let mut inputs = vec![current];
            let mut own = Vec::new();
            let mut push = |letter: &str, role, shape| own.push(plan.push(letter, role, shape, number(layer)));
            let width = shape.last().copied().unwrap_or(1);
            match step {
                Conv(kernel, bias) => {
                    push("w", "weight", kernel.to_vec());
                    match bias {
                        Bias::Shared => push("b", "bias", Vec::new()),
                        Bias::Untied => push("b", "bias", output.clone()),
                        Bias::None => {}
                    }
                }
                Dense(outputs) => {
                    push("W", "weight", vec![outputs, width]);
                    push("b", "bias", vec![outputs]);
                }
                DenseBare(outputs) => push("W", "weight", vec![outputs, width]),
                LogSoftmax => push("p", "intermediate", shape.clone()),
                Channels(kernel, outputs) => {
                    let inputs = (shape.len() > batch + 2).then(|| shape[batch]);
                    push("w", "weight", [outputs].into_iter().chain(inputs).chain(kernel).collect());
                    push("b", "bias", vec![outputs]);
                }
                Shared(_, name) => {
                    let place = named(name);
                    own = plan.stages.iter().find(|s| Some(s.output) == place).expect("a stage of before").own.clone();
                }
                Add(_) | Concat(_) => inputs.extend(other),
                Mse | Bce | CrossEntropy | Nll => own.push(plan.push("y", "target", shape.clone(), None)),
                As(_) | From(_) | Avg(..) | Max(..) | Flatten | Reshape(_) | Softmax => {}
                Step::Sigma | Step::Sigmoid | Step::Tanh | Step::Relu | Step::LeakyRelu(_) => {}
                Step::Softplus | Step::Silu | Step::Gelu | Step::Exp => {}
            }
            letter = step.gives();
            let role = if plan.stages.len() == last { "output" } else { "intermediate" };
            current = plan.push(letter, role, output, number(layer).filter(|_| !step.is_loss()));
            plan.loss = step.is_loss();
            plan.stages.push(Stage { step, layer, inputs, own, output: current });
        }
        plan
    }

    fn push(&mut self, letter: &str, role: &'static str, shape: Vec<usize>, layer: Option<u32>) -> usize {
        let number = layer.map_or(String::new(), |layer| layer.to_string());
        // in a chain, a weight that is one number has a small letter
        let one = shape.iter().product::<usize>() == 1 && layer.is_some();
        let letter = if one && letter == "W" { "w" } else { letter };
        let name = format!("{letter}{number}");
        let adjoint = if letter == "z" { format!("delta{number}") } else { format!("grad_{name}") };
        self.tensors.push(Tensor { name, adjoint, role, shape, layer });
        self.tensors.len() - 1
    }

    /// Has the loss a gradient with respect to this tensor that is to be told?
    pub(crate) fn has_gradient(&self, tensor: usize) -> bool {
        !matches!(self.tensors[tensor].role, "target" | "output")
    }

    /// The last tensor.
    pub(crate) fn last(&self) -> usize {
        self.tensors.len() - 1
    }
}

#[test]
fn layers_are_numbered_and_named() {
    let steps = [Dense(4), As("h"), Step::Relu, Softmax, Add("h"), LogSoftmax, Nll];
    let plan = Plan::of(&[2, 3], 0, &steps, Ties::First, false);
    let names: Vec<&str> = plan.tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    assert_eq!(names, ["a0", "W1", "b1", "z1", "a1", "p2", "z3", "p3", "q3", "y", "C"]);
    assert_eq!(plan.stages[3].inputs, [5, 3]);
    assert_eq!(plan.tensors[6].shape, [2, 4]);
    assert_eq!(plan.tensors[6].adjoint, "delta3");
    assert!(plan.loss && !plan.has_gradient(10) && !plan.has_gradient(9) && plan.has_gradient(0));
}
