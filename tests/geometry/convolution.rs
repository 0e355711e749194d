//! Convolutions and transposed convolutions by their definition, with every option of the command line.

use crate::array::{cells, position, signed};
use crate::axis::{Axis, index, option, padding_option, shape};
use crate::plan::{Entry, Plan, Slot, Term, term};

/// What is read beyond the edge of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Nothing.
    Zeros,
    /// The input as in a mirror that stands on its last entry.
    Reflect,
    /// The last entry.
    Replicate,
    /// The input from its other end.
    Circular,
}

impl Mode {
    /// The modes that read the input once more.
    pub(crate) const BORDERS: [Mode; 3] = [Mode::Reflect, Mode::Replicate, Mode::Circular];

    fn word(self) -> &'static str {
        match self {
            Mode::Zeros => "zeros",
            Mode::Reflect => "reflect",
            Mode::Replicate => "replicate",
            Mode::Circular => "circular",
        }
    }

    /// The most padding that the mode has a meaning for.
    pub(crate) fn limit(self, size: i64) -> i64 {
        match self {
            Mode::Reflect => size - 1,
            Mode::Circular => size,
            Mode::Zeros | Mode::Replicate => i64::MAX,
        }
    }

    /// The entry that is read at a place, if there is one.
    fn read(self, at: i64, size: i64) -> Option<i64> {
        match self {
            _ if (0..size).contains(&at) => Some(at),
            Mode::Zeros => None,
            Mode::Reflect if at < 0 => Some(-at),
            Mode::Reflect => Some(2 * (size - 1) - at),
            Mode::Replicate => Some(at.clamp(0, size - 1)),
            Mode::Circular => Some(at.rem_euclid(size)),
        }
    }
}

/// How the outputs are biased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bias {
    /// One number for each channel.
    Shared,
    /// One number for each output of a sample.
    Untied,
    /// No bias.
    None,
}

impl Bias {
    /// The three kinds.
    pub(crate) const EACH: [Bias; 3] = [Bias::Shared, Bias::Untied, Bias::None];
}

/// A convolution.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Conv {
    /// The spatial axes.
    pub(crate) axes: Vec<Axis>,
    /// Beyond the edges.
    pub(crate) mode: Mode,
    /// The word of `--padding`, where it is not in numbers.
    pub(crate) word: Option<&'static str>,
    /// How many samples.
    pub(crate) batch: Option<usize>,
    /// Channels in and out.
    pub(crate) channels: Option<(usize, usize)>,
    /// Groups of channels.
    pub(crate) groups: usize,
    /// Is the kernel rotated in the forward direction?
    pub(crate) flip: bool,
    /// Is it the transposed one?
    pub(crate) transposed: bool,
    /// The bias.
    pub(crate) bias: Bias,
}

impl Conv {
    /// A convolution without further options.
    pub(crate) fn new(axes: Vec<Axis>) -> Conv {
        Conv {
            axes,
            mode: Mode::Zeros,
            word: None,
            batch: None,
            channels: None,
            groups: 1,
            flip: false,
            transposed: false,
            bias: Bias::Shared,
        }
    }

    fn spatial(&self, size: impl Fn(&Axis) -> i64) -> Vec<usize> {
        self.axes.iter().map(|axis| index(size(axis))).collect()
    }

    /// The spatial sizes of the output.
    fn outputs(&self) -> Vec<usize> {
        self.spatial(|axis| if self.transposed { axis.grown() } else { axis.outputs() })
    }

    /// Can the options be together, and is there an output?
    pub(crate) fn is_sound(&self) -> bool {
        let (inward, outward) = self.channels.unwrap_or((1, 1));
        let sound = |axis: &Axis| {
            let output = if self.transposed { axis.grown() } else { axis.outputs() };
            let fits = self.transposed || axis.room() >= 0;
            output > 0
                && fits
                && axis.low.max(axis.high) <= self.mode.limit(axis.size)
                && axis.extra < axis.stride.max(axis.dilation)
        };
        let whole_groups = inward % self.groups == 0 && outward % self.groups == 0;
        whole_groups && !self.axes.is_empty() && self.axes.iter().all(sound)
    }

    /// The command line.
    pub(crate) fn line(&self) -> String {
        let axes = &self.axes;
        let each = |number: fn(&Axis) -> i64| axes.iter().map(number).collect::<Vec<i64>>();
        let mut line = format!(
            "conv --input {} --kernel {}",
            shape(each(|axis| axis.size).into_iter()),
            shape(each(|axis| axis.kernel).into_iter())
        );
        line += &option("stride", &each(|axis| axis.stride), 1);
        line += &option("dilation", &each(|axis| axis.dilation), 1);
        line += &self.word.map_or_else(|| padding_option(axes), |word| format!(" --padding {word}"));
        if self.mode != Mode::Zeros {
            line += &format!(" --padding-mode {}", self.mode.word());
        }
        if let Some((inward, outward)) = self.channels {
            line += &format!(" --channels {inward}:{outward}");
        }
        line += &option("groups", &[i64::try_from(self.groups).unwrap_or(0)], 1);
        if let Some(batch) = self.batch {
            line += &format!(" --batch {batch}");
        }
        if self.flip {
            line += " --flip";
        }
        if self.transposed {
            line += " --transposed";
        }
        line += &option("output-padding", &each(|axis| axis.extra), 0);
        line + match self.bias {
            Bias::Shared => "",
            Bias::Untied => " --bias untied",
            Bias::None => " --bias none",
        }
    }

    /// What is read, and the shape of the output.
    fn tensors(&self) -> (Vec<Slot>, Vec<usize>) {
        let batch: Vec<usize> = self.batch.into_iter().collect();
        let joined = |parts: &[&[usize]]| parts.concat();
        let (inward, outward, kernel) = match self.channels {
            None => (vec![], vec![], vec![]),
            Some((inward, outward)) if self.transposed => {
                (vec![inward], vec![outward], vec![inward, outward / self.groups])
            }
            Some((inward, outward)) => (vec![inward], vec![outward], vec![outward, inward / self.groups]),
        };
        let outputs = self.outputs();
        let mut slots = vec![
            Slot { name: "a", role: "input", shape: joined(&[&batch, &inward, &self.spatial(|axis| axis.size)]) },
            Slot { name: "w", role: "weight", shape: joined(&[&kernel, &self.spatial(|axis| axis.kernel)]) },
        ];
        match self.bias {
            Bias::Shared => slots.push(Slot { name: "b", role: "bias", shape: outward.clone() }),
            Bias::Untied => slots.push(Slot { name: "b", role: "bias", shape: joined(&[&outward, &outputs]) }),
            Bias::None => {}
        }
        (slots, joined(&[&batch, &outward, &outputs]))
    }

    /// The definition, written out.
    pub(crate) fn plan(&self) -> Plan {
        let (slots, output) = self.tensors();
        let (inward, outward) = self.channels.unwrap_or((1, 1));
        let (inputs, kernel, outputs) =
            (self.spatial(|axis| axis.size), self.spatial(|axis| axis.kernel), self.outputs());
        let count = |shape: &[usize]| shape.iter().product::<usize>();
        let (of_group_in, of_group_out) = (inward / self.groups, outward / self.groups);
        let mut sums: Vec<Vec<Term>> = vec![Vec::new(); count(&output)];
        // pairs of places, the same for every sample and channel: output, input, entry of the kernel
        let triples = self.triples(&inputs, &kernel, &outputs);
        for sample in 0..self.batch.unwrap_or(1) {
            for co in 0..outward {
                let z = (sample * outward + co) * count(&outputs);
                for of_group in 0..of_group_in {
                    let ci = co / of_group_out * of_group_in + of_group;
                    let a = (sample * inward + ci) * count(&inputs);
                    let pair = if self.transposed {
                        ci * of_group_out + co % of_group_out
                    } else {
                        co * of_group_in + of_group
                    };
                    let w = pair * count(&kernel);
                    for &(o, i, r) in &triples {
                        sums[z + o].push(term(vec![(0, a + i), (1, w + r)]));
                    }
                }
                for o in 0..count(&outputs) {
                    match self.bias {
                        Bias::Shared => sums[z + o].push(term(vec![(2, co)])),
                        Bias::Untied => sums[z + o].push(term(vec![(2, co * count(&outputs) + o)])),
                        Bias::None => {}
                    }
                }
            }
        }
        Plan { slots, output, entries: sums.into_iter().map(Entry::Sum).collect() }
    }

    /// Positions of an output, of the input that it reads, and of the entry of the kernel between them.
    fn triples(&self, inputs: &[usize], kernel: &[usize], outputs: &[usize]) -> Vec<(usize, usize, usize)> {
        let mut triples = Vec::new();
        // the places of the kernel: at the outputs, or at the inputs if it is transposed
        for place in cells(if self.transposed { inputs } else { outputs }) {
            for r in cells(kernel) {
                let far = |(k, axis): (usize, &Axis)| {
                    axis.stride * signed(&place)[k] + axis.dilation * signed(&r)[k] - axis.low
                };
                let far: Vec<i64> = self.axes.iter().enumerate().map(far).collect();
                let tap = |(k, &r): (usize, &usize)| if self.flip { kernel[k] - 1 - r } else { r };
                let tap: Vec<usize> = r.iter().enumerate().map(tap).collect();
                let own = |shape: &[usize], cell: &[usize]| position(shape, &signed(cell)).expect("inside");
                if self.transposed {
                    let reached = position(outputs, &far);
                    triples.extend(reached.map(|o| (o, own(inputs, &place), own(kernel, &tap))));
                } else {
                    let read = |(axis, &at): (&Axis, &i64)| self.mode.read(at, axis.size);
                    let read: Option<Vec<i64>> = self.axes.iter().zip(&far).map(read).collect();
                    let read = read.and_then(|i| position(inputs, &i));
                    triples.extend(read.map(|i| (own(outputs, &place), i, own(kernel, &tap))));
                }
            }
        }
        triples
    }
}
