//! The table of configurations, the command lines that ask for them, and the program itself.

use std::process::Command;

use serde_json::Value;

use crate::definitions::{Bias, Kind, Layer};
use crate::exact::{Draw, Ties};
use crate::judge::Trial;

/// Rows and columns.
type Sizes = [usize; 2];

/// Input and kernel of the convolutions.
const CONVOLUTIONS: [(Sizes, Sizes); 23] = [
    ([1, 1], [1, 1]),
    ([2, 2], [1, 1]),
    ([4, 3], [1, 1]),
    ([2, 2], [2, 2]),
    ([3, 3], [2, 2]),
    ([3, 3], [3, 3]),
    ([4, 4], [2, 2]),
    ([5, 4], [3, 2]),
    ([4, 5], [2, 3]),
    ([1, 5], [1, 2]),
    ([5, 1], [2, 1]),
    ([1, 4], [1, 4]),
    ([4, 3], [1, 3]),
    ([4, 3], [4, 1]),
    ([3, 4], [1, 2]),
    ([3, 4], [2, 1]),
    ([5, 5], [3, 3]),
    ([6, 5], [5, 4]),
    ([6, 7], [1, 4]),
    ([7, 5], [7, 1]),
    ([7, 6], [4, 5]),
    ([7, 7], [3, 3]),
    ([7, 7], [7, 7]),
];

/// Input, window and stride of the poolings; without a stride the windows touch.
const POOLINGS: [(Sizes, Sizes, Option<Sizes>); 27] = [
    ([1, 1], [1, 1], None),
    ([3, 2], [1, 1], None),
    ([4, 5], [1, 1], Some([2, 2])),
    ([5, 4], [1, 1], Some([3, 1])),
    ([2, 2], [2, 2], None),
    ([4, 4], [2, 2], None),
    ([6, 6], [2, 2], None),
    ([4, 4], [4, 4], None),
    ([3, 5], [3, 5], None),
    ([3, 3], [3, 3], Some([1, 1])),
    ([6, 4], [3, 2], None),
    ([6, 6], [3, 3], None),
    ([1, 6], [1, 2], None),
    ([6, 1], [3, 1], None),
    // rows and columns that no window covers
    ([5, 5], [2, 2], None),
    ([7, 5], [3, 2], None),
    ([7, 7], [3, 3], Some([3, 3])),
    ([6, 7], [4, 4], None),
    // windows that overlap
    ([3, 3], [2, 2], Some([1, 1])),
    ([5, 4], [3, 2], Some([1, 1])),
    ([5, 5], [3, 3], Some([2, 2])),
    ([7, 6], [3, 3], Some([2, 1])),
    ([6, 6], [3, 2], Some([2, 2])),
    // gaps between the windows
    ([5, 5], [2, 2], Some([3, 3])),
    ([7, 7], [2, 2], Some([3, 4])),
    ([6, 7], [1, 2], Some([2, 3])),
    ([7, 7], [3, 1], Some([1, 2])),
];

/// A configuration with its command line.
pub(crate) struct Case {
    /// What to compare with.
    pub(crate) trial: Trial,
    /// The arguments of the program, the format left out.
    pub(crate) arguments: Vec<String>,
}

/// `3x2` for `[3, 2]`.
fn spelled(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

impl Case {
    /// A convolution.
    pub(crate) fn conv(input: &[usize], kernel: &[usize], bias: Bias) -> Case {
        let line = format!("conv --input {} --kernel {} --bias {}", spelled(input), spelled(kernel), bias.word());
        let stride = vec![1; input.len()];
        Case::new(Kind::Conv(bias), input, kernel, stride, &line)
    }

    /// A convolution whose kernel moves in steps and reads at steps.
    pub(crate) fn stepped(input: Sizes, kernel: Sizes, stride: Sizes, dilation: Sizes, bias: Bias) -> Case {
        let steps = format!("--stride {} --dilation {}", spelled(&stride), spelled(&dilation));
        let mut case = Case::conv(&input, &kernel, bias).with(&steps);
        (case.trial.layer.stride, case.trial.layer.dilation) = (stride.to_vec(), dilation.to_vec());
        case
    }

    /// A pooling.
    pub(crate) fn pool(kind: Kind, input: &[usize], window: &[usize], stride: Option<&[usize]>) -> Case {
        let (word, ties) = match kind {
            Kind::Max(ties) => ("max", format!(" --ties {}", ties.word())),
            Kind::Average | Kind::Conv(_) => ("avg", String::new()),
        };
        let step = stride.map_or(String::new(), |stride| format!(" --stride {}", spelled(stride)));
        let line = format!("pool {word} --input {} --window {}{step}{ties}", spelled(input), spelled(window));
        Case::new(kind, input, window, stride.unwrap_or(window).to_vec(), &line)
    }

    fn new(kind: Kind, input: &[usize], window: &[usize], stride: Vec<usize>, line: &str) -> Case {
        let dilation = vec![1; input.len()];
        let layer = Layer { kind, input: input.to_vec(), window: window.to_vec(), stride, dilation };
        Case { trial: Trial { layer, renamed: Vec::new(), base: 1 }, arguments: words(line) }
    }

    /// The same with further options that change nothing of what is said.
    pub(crate) fn with(mut self, options: &str) -> Case {
        self.arguments.extend(words(options));
        self
    }

    /// The same with indices from `base` on.
    pub(crate) fn based(mut self, base: i64) -> Case {
        self.trial.base = base;
        self.with(&format!("--index-base {base}"))
    }

    /// The same with other names, written `a=x,delta=g`.
    pub(crate) fn renamed(mut self, names: &str) -> Case {
        let pairs = names.split(',').filter_map(|pair| pair.split_once('='));
        self.trial.renamed = pairs.map(|(from, to)| (from.to_owned(), to.to_owned())).collect();
        self.with(&format!("--rename {names}"))
    }

    /// The command line, to be read in a failure.
    pub(crate) fn line(&self) -> String {
        self.arguments.join(" ")
    }

    /// Runs the program and compares.
    pub(crate) fn faults(&self) -> Vec<String> {
        let line = self.line();
        let points = self.trial.layer.points(&mut Draw::new(&line));
        let faults = match ask(&self.arguments) {
            Ok(answer) => self.trial.faults(&answer, &points),
            Err(why) => vec![why],
        };
        faults.into_iter().map(|fault| format!("derive {line}: {fault}")).collect()
    }
}

/// The output of the program in JSON, or why there is none.
pub(crate) fn ask(arguments: &[String]) -> Result<Value, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_derive"));
    let run = command.args(arguments).args(["--format", "json"]).output();
    let run = run.map_err(|why| format!("does not run: {why}"))?;
    if !run.status.success() {
        return Err(format!("{}, {}", run.status, String::from_utf8_lossy(&run.stderr).trim()));
    }
    serde_json::from_slice(&run.stdout).map_err(|why| format!("stdout is not JSON alone: {why}"))
}

/// Every convolution of the table with one kind of bias.
pub(crate) fn convolutions(bias: Bias) -> Vec<Case> {
    CONVOLUTIONS.iter().map(|(input, kernel)| Case::conv(input, kernel, bias)).collect()
}

/// Sizes, kernels, strides and dilations of one axis: all there are up to these, with rows that nothing reads among them.
fn geometries() -> Vec<[usize; 4]> {
    let mut list = Vec::new();
    for size in 1..=7 {
        for kernel in 1..=3 {
            for stride in 1..=3 {
                for dilation in 1..=3 {
                    if dilation * (kernel - 1) < size && (kernel > 1 || dilation == 1) {
                        list.push([size, kernel, stride, dilation]);
                    }
                }
            }
        }
    }
    list
}

/// Every geometry of an axis, each beside three others, with all kinds of bias in turn.
pub(crate) fn stepped_convolutions() -> Vec<Case> {
    let list = geometries();
    let beside = |n: usize, round: usize| &list[(7 * n + 31 * round + 3) % list.len()];
    let pairs =
        (0..3).flat_map(|round| list.iter().enumerate().map(move |(n, first)| (n + round, first, beside(n, round))));
    let case = |(n, first, second): (usize, &[usize; 4], &[usize; 4])| {
        let [input, kernel, stride, dilation] = std::array::from_fn(|k| [first[k], second[k]]);
        Case::stepped(input, kernel, stride, dilation, Bias::EACH[n % Bias::EACH.len()])
    };
    pairs.map(case).collect()
}

/// Every pooling of the table.
pub(crate) fn poolings(kind: Kind) -> Vec<Case> {
    let case = |(input, window, stride): &(Sizes, Sizes, Option<Sizes>)| {
        Case::pool(kind, input, window, stride.as_ref().map(Sizes::as_slice))
    };
    POOLINGS.iter().map(case).collect()
}

/// One of each kind, small enough to look at under every naming.
pub(crate) fn few() -> Vec<Case> {
    let maxima = Ties::EACH.map(|ties| Case::pool(Kind::Max(ties), &[3, 4], &[2, 2], Some(&[1, 2])));
    let convolutions = Bias::EACH.map(|bias| Case::conv(&[4, 3], &[2, 2], bias));
    let average = Case::pool(Kind::Average, &[5, 4], &[2, 2], None);
    maxima.into_iter().chain(convolutions).chain([average]).collect()
}
