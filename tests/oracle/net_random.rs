//! Chains put together at random from what fits, the same on every run, so that mixtures are judged
//! that nobody thought of.

use crate::definitions::Bias;
use crate::exact::Draw;
use crate::net_cases::{Net, check};
use crate::nets::{Plan, Step};

/// How many chains of each kind.
const COUNT: usize = 40;

/// One of a list.
fn pick<T: Copy>(draw: &mut Draw, list: &[T]) -> T {
    let last = i64::try_from(list.len() - 1).expect("a short list");
    list[usize::try_from(draw.between(0, last)).expect("a place in the list")]
}

/// A chain while it grows.
struct Chain {
    input: Vec<usize>,
    steps: Vec<Step>,
    names: Vec<(&'static str, Vec<usize>)>,
}

impl Chain {
    /// The shape that the chain has come to.
    fn shape(&self) -> Vec<usize> {
        if self.steps.iter().all(|step| matches!(step, Step::As(_))) {
            return self.input.clone();
        }
        let plan = Plan::of(&self.input, 0, &self.steps, crate::exact::Ties::First, false);
        plan.tensors[plan.last()].shape.clone()
    }

    /// A name for the present result, now and then.
    fn name(&mut self, draw: &mut Draw) {
        let free = ["r", "s", "t"].get(self.names.len());
        if let Some(name) = free.filter(|_| draw.between(0, 2) == 0 && !matches!(self.steps.last(), Some(Step::As(_))))
        {
            self.names.push((name, self.shape()));
            self.steps.push(Step::As(name));
        }
    }

    /// A stage that takes any shape.
    fn each(&mut self, draw: &mut Draw) {
        use Step::{Gelu, LeakyRelu, Relu, Sigma, Sigmoid, Silu, Softplus, Tanh};
        let shape = self.shape();
        // a result added to itself is left to the table
        let fits = |name: &&(&'static str, Vec<usize>)| name.1 == shape && self.steps.last() != Some(&Step::As(name.0));
        let fitting: Vec<&'static str> = self.names.iter().filter(fits).map(|name| name.0).collect();
        if !fitting.is_empty() && draw.between(0, 1) == 0 {
            let name = pick(draw, &fitting);
            self.steps.push(Step::Add(name));
            return;
        }
        let step = pick(draw, &[Sigma, Sigmoid, Tanh, Relu, LeakyRelu(Some(20)), Softplus, Silu, Gelu]);
        // some function more than once would grow beyond what rounding allows
        self.steps.push(if self.steps.contains(&step) { Tanh } else { step });
    }

    /// A stage that takes vectors, or a batch of them.
    fn dense(&mut self, draw: &mut Draw) {
        let outputs = usize::try_from(draw.between(1, 4)).expect("a small width");
        self.steps.push(if draw.between(0, 3) == 0 { Step::DenseBare(outputs) } else { Step::Dense(outputs) });
    }

    /// A stage that takes a matrix.
    fn window(&mut self, draw: &mut Draw) {
        let shape = self.shape();
        let mut size = |axis: usize| usize::try_from(draw.between(1, 3)).expect("a small window").min(shape[axis]);
        let (window, stride) = ([size(0), size(1)], [size(0), size(1)]);
        let bias = pick(draw, &Bias::EACH);
        let stride = (draw.between(0, 1) == 0).then_some(stride);
        self.steps.push(pick(draw, &[Step::Conv(window, bias), Step::Avg(window, stride), Step::Max(window, stride)]));
    }

    /// An end, with a loss or without.
    fn end(mut self, draw: &mut Draw) -> Net {
        use Step::{Bce, CrossEntropy, LogSoftmax, Mse, Nll, Sigmoid, Softmax};
        let ends: [&[Step]; 6] =
            [&[], &[Mse], &[Sigmoid, Bce], &[Softmax, CrossEntropy], &[LogSoftmax, Nll], &[LogSoftmax]];
        self.steps.extend(pick(draw, &ends));
        Net::new(&self.input, &self.steps)
    }
}

#[test]
fn vectors_and_batches() {
    let mut draw = Draw::new("vectors and batches");
    let mut nets = Vec::new();
    for input in [&[3][..], &[2], &[4, 3], &[2, 4], &[3, 1], &[2, 3, 2]].into_iter().cycle().take(3 * COUNT) {
        let mut chain = Chain { input: input.to_vec(), steps: Vec::new(), names: Vec::new() };
        for _ in 0..draw.between(1, 3) {
            chain.name(&mut draw);
            chain.dense(&mut draw);
            chain.name(&mut draw);
            chain.each(&mut draw);
        }
        nets.push(chain.end(&mut draw));
    }
    check(&nets);
}

#[test]
fn matrices() {
    let mut draw = Draw::new("matrices");
    let mut nets = Vec::new();
    for input in [[5, 5], [4, 6], [7, 3], [1, 6], [6, 5]].into_iter().cycle().take(2 * COUNT) {
        let mut chain = Chain { input: input.to_vec(), steps: Vec::new(), names: Vec::new() };
        for _ in 0..draw.between(1, 3) {
            chain.name(&mut draw);
            chain.window(&mut draw);
            if draw.between(0, 2) > 0 {
                chain.each(&mut draw);
            }
        }
        chain.steps.push(Step::Flatten);
        if draw.between(0, 1) == 0 {
            chain.dense(&mut draw);
        }
        nets.push(chain.end(&mut draw));
    }
    check(&nets);
}
