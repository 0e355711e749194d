//! The table of nets, and the tests that ask the program for each.

use crate::cases::ask;
use crate::definitions::Bias;
use crate::exact::{Draw, Ties};
use crate::net_judge::NetTrial;
use crate::net_truth::Spread;
use crate::nets::Step::{
    Add, As, Avg, Bce, Channels, Concat, Conv, CrossEntropy, Dense, DenseBare, Exp, Flatten, From, Gelu, LeakyRelu,
    LogSoftmax, Max, Mse, Nll, Relu, Reshape, Shared, Sigma, Sigmoid, Silu, Softmax, Softplus, Tanh,
};
use crate::nets::{Plan, Step, spelled};

const SHARED: Bias = Bias::Shared;

/// A net with its command line.
#[derive(Clone, Debug)]
pub(crate) struct Net {
    input: Vec<usize>,
    steps: Vec<Step>,
    ties: Ties,
    base: i64,
    spread: Spread,
    alone: bool,
    /// Is the first axis a batch, given by itself?
    batched: bool,
}

impl Net {
    /// A chain of stages.
    pub(crate) fn new(input: &[usize], steps: &[Step]) -> Net {
        let (input, steps) = (input.to_vec(), steps.to_vec());
        Net { input, steps, ties: Ties::First, base: 1, spread: Spread::Wide, alone: false, batched: false }
    }

    /// `derive dense` with the same stage.
    fn alone(mut self) -> Net {
        self.alone = true;
        self
    }

    /// The same with the first axis as the batch of the whole net.
    fn batched(mut self) -> Net {
        self.batched = true;
        self
    }

    /// The same with another convention for maxima, on small integers.
    pub(crate) fn tied(mut self, ties: Ties) -> Net {
        self.ties = ties;
        self.spread(Spread::Coarse)
    }

    /// The same on other points.
    pub(crate) fn spread(mut self, spread: Spread) -> Net {
        self.spread = spread;
        self
    }

    /// The same with indices from `base` on.
    fn based(mut self, base: i64) -> Net {
        self.base = base;
        self
    }

    /// The arguments of the program, the format left out.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        if let (true, [step]) = (self.alone, self.steps.as_slice()) {
            let bias = if let DenseBare(_) = step { "none" } else { "shared" };
            let (Dense(outputs) | DenseBare(outputs)) = step else {
                panic!("{step:?} has no command that is judged here");
            };
            let (inputs, batch) = self.input.split_last().expect("an axis");
            words.extend(["dense", "--bias", bias, "--input"].map(str::to_owned));
            words.extend([inputs.to_string(), "--output".to_owned(), outputs.to_string()]);
            words.extend(batch.iter().flat_map(|n| ["--batch".to_owned(), n.to_string()]));
        } else {
            let mut chain = String::new();
            for (k, step) in self.steps.iter().enumerate() {
                match (k, step) {
                    (0, As(_)) => chain.push_str("input "),
                    (0, _) | (_, As(_)) => chain.push(' '),
                    _ => chain.push_str(" -> "),
                }
                chain.push_str(&step.words());
            }
            let own = &self.input[usize::from(self.batched)..];
            words.extend(["net".to_owned(), "--input".to_owned(), spelled(own), chain.trim().to_owned()]);
            if self.batched {
                words.extend(["--batch".to_owned(), self.input[0].to_string()]);
            }
        }
        if self.ties != Ties::First {
            words.extend(["--ties".to_owned(), self.ties.word().to_owned()]);
        }
        words.extend(["--index-base".to_owned(), self.base.to_string()]);
        words
    }

    /// The net with points to compare at. Where there is a target, some are distributions and some are not.
    pub(crate) fn trial(&self) -> NetTrial {
        let plan = Plan::of(&self.input, usize::from(self.batched), &self.steps, self.ties, self.alone);
        let mut draw = Draw::new(&self.arguments().join(" "));
        // each side of a kink and each place of a window is to be met
        let count = match () {
            () if self.steps.iter().any(|step| matches!(step, Max(..))) => 24,
            () if self.steps.iter().any(|step| matches!(step, Relu | LeakyRelu(_))) => 10,
            () => 4,
        };
        let mut point = |k: usize| plan.point(self.spread, plan.loss && k % 2 == 1, &mut draw);
        let points = (0..count).map(&mut point).collect();
        let title = if self.alone { "dense" } else { "net" };
        NetTrial { plan, base: self.base, alone: self.alone, title, points }
    }

    /// Runs the program and compares.
    fn faults(&self) -> Vec<String> {
        let arguments = self.arguments();
        let faults = match ask(&arguments) {
            Ok(answer) => self.trial().faults(&answer),
            Err(why) => vec![why],
        };
        faults.into_iter().map(|fault| format!("derive {arguments:?}: {fault}")).collect()
    }
}

/// Fails with the first faults of all the nets, and how many there are.
pub(crate) fn check(nets: &[Net]) {
    let faults: Vec<String> = nets.iter().flat_map(Net::faults).collect();
    let first: Vec<&str> = faults.iter().take(20).map(String::as_str).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), first.join("\n"));
}

fn net(input: &[usize], steps: &[Step]) -> Net {
    Net::new(input, steps)
}

#[test]
fn dense_layers_by_their_own_command() {
    let mut nets = Vec::new();
    for input in [&[3][..], &[1], &[4, 3], &[2, 1], &[1, 3], &[5, 2]] {
        for outputs in [1, 2, 3] {
            nets.extend([net(input, &[Dense(outputs)]).alone(), net(input, &[DenseBare(outputs)]).alone()]);
        }
    }
    nets.push(net(&[2, 3], &[Dense(2)]).alone().based(0));
    check(&nets);
}

#[test]
fn every_layer_on_its_own() {
    let activations = [
        Sigma,
        Sigmoid,
        Tanh,
        Relu,
        LeakyRelu(None),
        LeakyRelu(Some(25)),
        Softplus,
        Silu,
        Gelu,
        Exp,
        Softmax,
        LogSoftmax,
    ];
    let mut nets: Vec<Net> = activations.iter().map(|&step| net(&[3], &[step])).collect();
    nets.extend(activations.iter().map(|&step| net(&[2, 3], &[Dense(3), step, Dense(2)])));
    nets.extend([
        net(&[3], &[Dense(2)]),
        net(&[2, 3, 4], &[DenseBare(2)]),
        net(&[4, 3], &[Conv([2, 2], SHARED)]),
        net(&[4, 3], &[Conv([2, 3], Bias::Untied)]),
        net(&[4, 3], &[Conv([3, 1], Bias::None)]),
        net(&[5, 4], &[Avg([2, 2], None)]),
        net(&[5, 4], &[Avg([3, 2], Some([1, 2]))]),
        net(&[5, 4], &[Max([2, 2], None)]),
        net(&[2, 3], &[Flatten]),
        net(&[6], &[Reshape([2, 3])]),
        net(&[3, 4], &[Reshape([2, 6])]),
        net(&[3, 2], &[As("x"), Add("x")]),
        net(&[3, 2], &[Softmax]),
        net(&[2, 3], &[Softmax]),
        net(&[2, 2], &[Softmax]),
        net(&[2, 2, 2], &[Softmax]),
        net(&[2, 2, 3], &[Softmax]),
    ]);
    check(&nets);
}

#[test]
fn every_loss() {
    let losses = [Mse, Bce, CrossEntropy, Nll];
    let mut nets = Vec::new();
    for input in [&[3][..], &[2, 3], &[2, 2, 2]] {
        nets.extend(losses.iter().map(|&loss| net(input, &[loss]).spread(Spread::Unit)));
        nets.push(net(input, &[Sigmoid, Bce]));
        nets.push(net(input, &[Tanh, Mse]));
        nets.push(net(input, &[Softmax, CrossEntropy]));
        nets.push(net(input, &[LogSoftmax, Nll]));
        nets.push(net(input, &[Softmax, Mse]));
        nets.push(net(input, &[Softmax, Bce]));
        nets.push(net(input, &[Dense(2), Sigmoid, Bce]));
        nets.push(net(input, &[Dense(2), Mse]));
        nets.push(net(input, &[Dense(2), Relu, LogSoftmax, Nll]));
    }
    check(&nets);
}

#[test]
fn chains_of_dense_layers() {
    let deep = [
        Dense(3),
        Sigma,
        Dense(2),
        Tanh,
        Dense(3),
        Softplus,
        Dense(2),
        Gelu,
        Dense(2),
        Silu,
        Dense(3),
        Softmax,
        CrossEntropy,
    ];
    check(&[
        net(&[2], &[Dense(2), Sigma, Dense(2), Sigma]),
        net(&[3], &[Dense(4), Relu, Dense(2), Softmax, CrossEntropy]),
        net(&[4, 3], &[Dense(2), Tanh, Dense(2), Softmax, CrossEntropy]),
        net(&[4, 3], &[Dense(2), Sigma, DenseBare(3), LogSoftmax, Nll]),
        net(&[2, 2, 3], &[Dense(2), Sigmoid, Dense(2), Softmax, CrossEntropy]),
        net(&[3], &[DenseBare(2), LeakyRelu(Some(20)), Dense(2), Sigmoid, Mse]),
        net(&[2, 3], &[Dense(3), LeakyRelu(Some(50)), Dense(2), Exp, Mse]),
        net(&[3], &deep),
        net(&[2, 3], &deep),
        net(&[3], &deep[..11]),
        net(&[2], &[Dense(2), Dense(3), Dense(2), Mse]),
        net(&[2], &[Sigmoid, Relu, Tanh, Dense(2), Softmax, Softmax]),
        net(&[2, 3], &[Softplus, Dense(3), Sigmoid, Softmax, Bce]),
        net(&[3, 2], &[Softplus, Dense(2), Tanh, Softmax, Bce]),
        net(&[1, 3], &[Dense(2), Tanh, Dense(2), Softmax, CrossEntropy]),
        net(&[3], &[Dense(1), Sigmoid, Bce]),
        net(&[1], &[Dense(1), Tanh, Dense(1), Mse]),
        net(&[4, 1], &[Dense(3), Relu, Dense(1), Softmax, CrossEntropy]),
        net(&[1, 1], &[Dense(2), LogSoftmax, Nll]),
    ]);
}

#[test]
fn convolutions_and_poolings() {
    let head = [Flatten, Dense(2), Softmax, CrossEntropy];
    let with = |input: &[usize], steps: &[Step]| net(input, &[steps, &head].concat());
    check(&[
        with(&[6, 6], &[Conv([3, 3], SHARED), Sigmoid, Avg([2, 2], None)]),
        with(&[5, 7], &[Conv([2, 3], SHARED), Relu, Max([2, 2], None)]),
        with(&[7, 5], &[Conv([2, 2], Bias::Untied), Sigma, Avg([3, 2], Some([2, 1]))]),
        with(&[5, 5], &[Conv([2, 2], SHARED), Conv([3, 2], Bias::None), Tanh]),
        with(&[6, 5], &[Conv([2, 2], SHARED), Relu, Conv([2, 3], SHARED), Relu, Max([2, 2], Some([1, 1]))]),
        with(&[5, 5], &[Max([2, 2], Some([1, 1])), Conv([2, 2], SHARED), LeakyRelu(None)]),
        with(&[7, 6], &[Avg([2, 2], None), Conv([2, 2], SHARED), Silu]),
        with(&[1, 6], &[Conv([1, 3], SHARED), Relu, Max([1, 2], None)]),
        with(&[5, 1], &[Conv([2, 1], SHARED), Gelu, Avg([2, 1], None)]),
        with(&[3, 3], &[Conv([3, 3], SHARED), Relu]),
        with(&[4, 4], &[Conv([1, 1], SHARED), Tanh, Avg([1, 1], None)]),
        net(&[4, 5], &[Conv([2, 2], SHARED), Exp, Flatten, Mse]),
        net(&[5, 4], &[Conv([2, 3], SHARED), Conv([2, 2], SHARED), Avg([2, 1], None)]),
        net(&[9], &[Dense(12), Tanh, Reshape([3, 4]), Conv([2, 2], SHARED), Relu, Flatten, Dense(2), Sigmoid, Bce]),
        net(&[3, 4], &[Flatten, Reshape([4, 3]), Avg([2, 2], Some([2, 1])), Flatten, Mse]),
        net(&[4, 4], &[Sigmoid, Conv([2, 2], SHARED), Max([2, 2], Some([1, 1])), Softplus]),
    ]);
}

#[test]
fn ties_and_kinks_under_each_convention() {
    for ties in Ties::EACH {
        check(&[
            net(&[5, 5], &[Conv([2, 2], SHARED), Relu, Max([2, 2], None), Flatten, Dense(2), Mse]).tied(ties),
            net(&[5, 4], &[Max([2, 2], Some([1, 1])), Relu, Max([3, 2], None)]).tied(ties),
            net(&[4, 4], &[Relu, Max([2, 2], Some([2, 1])), Sigma]).tied(ties),
            net(&[6, 3], &[Conv([3, 2], Bias::None), Max([2, 2], None), Tanh, Flatten, Softmax, CrossEntropy])
                .tied(ties),
        ]);
    }
    let coarse = |steps: &[Step]| net(&[3, 4], steps).spread(Spread::Coarse);
    check(&[
        coarse(&[Relu]),
        coarse(&[LeakyRelu(None)]),
        coarse(&[LeakyRelu(Some(30)), Relu, Mse]),
        coarse(&[Dense(3), Relu, Dense(2), LeakyRelu(Some(5))]),
        coarse(&[As("x"), Relu, Add("x"), LeakyRelu(Some(50))]),
    ]);
}

#[test]
fn residual_nets() {
    check(&[
        net(&[3], &[Dense(3), As("h"), Relu, Dense(3), Add("h"), Softmax, CrossEntropy]),
        net(&[4], &[As("x"), Dense(4), Tanh, Dense(4), Add("x")]),
        net(&[2, 3], &[As("x"), Dense(3), Sigma, Add("x"), Dense(2), Softmax, CrossEntropy]),
        net(&[3], &[As("x"), Silu, Add("x"), Sigmoid, Bce]),
        net(&[3], &[Tanh, As("t"), Dense(3), Add("t"), Add("t"), Mse]),
        net(&[2, 2], &[Relu, As("r"), Sigma, As("s"), Add("r"), Gelu, Add("s"), Flatten, Mse]),
        net(&[4, 4], &[As("x"), Conv([1, 1], SHARED), Relu, Add("x"), Avg([2, 2], None)]),
        net(&[5, 5], &[Conv([2, 2], SHARED), As("c"), Tanh, Add("c"), Max([2, 2], None), Flatten, Dense(2), Mse]),
        net(&[4], &[Tanh, As("t"), Reshape([2, 2]), Flatten, Add("t"), Softplus, Exp]),
        net(&[3], &[Relu, As("r"), Add("r"), Mse]),
        // Told as z - y and not as twice the adjoint of z, though true: where 2 and the factor of the loss cancel.
        // net(&[2, 2], &[As("x"), Add("x"), Mse]),
        net(&[3], &[Dense(3), As("h"), Softmax, Add("h"), LogSoftmax, Nll]),
        net(&[3], &[As("x"), Dense(3), Add("x"), As("y1"), Dense(3), Add("y1"), Sigma, Add("x")]),
        net(&[2], &[As("x"), Dense(2), Softmax, As("p"), Dense(2), Add("p"), Softmax, CrossEntropy]),
    ]);
}

#[test]
fn channels_and_a_batch_that_follow_from_what_comes_in() {
    let head = [Flatten, Dense(2), Softmax, CrossEntropy];
    let with = |input: &[usize], steps: &[Step]| net(input, &[steps, &head].concat());
    check(&[
        net(&[1, 4, 4], &[Channels([3, 3], 2)]),
        net(&[3, 4], &[Channels([2, 3], 2), Tanh]),
        net(&[2, 3, 3], &[Channels([2, 2], 2), Relu, Channels([2, 2], 1)]),
        net(&[2, 4, 4], &[Avg([2, 2], None)]),
        with(&[1, 6, 6], &[Channels([3, 3], 2), Tanh, Avg([2, 2], None)]),
        with(&[2, 6, 5], &[Channels([2, 2], 2), Relu, Max([2, 2], None), Channels([2, 1], 2), Tanh]),
        with(&[6, 6], &[Channels([3, 3], 2), Sigmoid, Max([2, 2], Some([1, 2]))]),
        with(&[2, 1, 5, 5], &[Channels([2, 2], 2), Tanh, Avg([2, 2], None)]).batched(),
        with(&[2, 2, 4, 4], &[Channels([3, 3], 2), Relu, Max([2, 2], None)]).batched(),
        with(&[3, 4, 4], &[Channels([2, 2], 2), Tanh, Avg([3, 3], None)]).batched(),
        net(&[2, 1, 3, 3], &[Channels([2, 2], 2), Sigma, Flatten, Dense(2), LogSoftmax, Nll]).batched(),
        net(&[2, 2, 3], &[Flatten, Dense(2), Tanh, Mse]).batched(),
        net(&[2, 6], &[Tanh, Reshape([2, 3]), Flatten, Sigmoid, Bce]).batched(),
        net(&[2, 3], &[Dense(2), Sigma]).batched(),
    ]);
}

#[test]
fn branches_concatenation_and_shared_weights() {
    check(&[
        net(&[3], &[Dense(3), As("h"), Tanh, Shared(3, "h")]),
        net(&[2, 3], &[Dense(3), As("h"), Tanh, Shared(3, "h"), Tanh, Shared(3, "h"), Softmax, CrossEntropy]),
        net(&[2], &[Dense(2), As("h"), Sigma, Dense(2), Tanh, Shared(2, "h"), Mse]),
        net(&[3], &[As("x"), Dense(2), Tanh, As("h"), From("x"), Dense(2), Add("h"), Mse]),
        net(&[3], &[As("x"), Dense(2), As("h"), From("x"), Shared(2, "h"), Sigma, Add("h")]),
        net(&[2], &[As("x"), Tanh, Concat("x"), Dense(2)]),
        net(&[2, 2], &[As("x"), Dense(3), Relu, Concat("x"), Dense(2), Softmax, CrossEntropy]).batched(),
        net(&[1, 3, 3], &[As("x"), Channels([1, 1], 2), Tanh, Concat("x"), Channels([2, 2], 1), Flatten, Mse]),
        net(&[2, 1, 3, 3], &[Channels([2, 2], 2), As("c"), Relu, Concat("c"), Avg([2, 2], None), Flatten]).batched(),
    ]);
}

#[test]
fn nets_with_indices_from_zero() {
    check(&[
        net(&[2, 3], &[Dense(2), Relu, Dense(2), Softmax, CrossEntropy]).based(0),
        net(&[5, 4], &[Conv([2, 2], SHARED), Sigmoid, Max([2, 2], None), Flatten, Dense(2), Mse]).based(0),
        net(&[4], &[As("x"), Dense(4), Sigma, Add("x"), LogSoftmax, Nll]).based(0),
        net(&[3], &[Sigmoid, Bce]).based(0),
    ]);
}
