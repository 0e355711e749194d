//! Random small nets: chains of built-in layers with their options, and of layers of their own text, each stage one that fits what comes
//! before it.

use crate::random::{self, Draw};

/// The net of a seed, behind a first line such as `# input=2x3` where the text does not say the sizes.
pub(crate) fn random_net(seed: u64) -> String {
    let mut maker = Maker::new(seed);
    for _ in 0..maker.draw.between(1, 4) {
        maker.stage();
        maker.label();
    }
    maker.end();
    let Maker { draw, heading, own, stages, .. } = &mut maker;
    let arrow = draw.one_of(&[" -> ", " -> ", "->", "\n    -> "]);
    let (first, second) = heading;
    format!("#{first}\n{}net random\n{second}{}\n", own.concat(), stages.join(arrow))
}

/// A chain while it grows.
struct Maker {
    draw: Draw,
    /// What the first line says, and what stands before the chain.
    heading: (String, String),
    /// Leading axes that stand for a batch, where layers with axes of their own have come or it was said.
    batch: Option<usize>,
    /// Leading axes that an input with channels has for examples.
    examples: usize,
    /// Is the axis after the batch one of channels?
    channels: bool,
    /// What the chain has come to.
    shape: Vec<i64>,
    own: Vec<String>,
    stages: Vec<String>,
    /// Named results with their shapes.
    labels: Vec<(String, Vec<i64>)>,
    /// Dense layers whose results have names: the name, what goes in and out, and the words about the bias.
    weights: Vec<(String, i64, i64, &'static str)>,
    /// The last stage, if it is a dense layer of its own weights.
    dense: Option<(i64, i64, &'static str)>,
}

impl Maker {
    fn new(seed: u64) -> Maker {
        let mut draw = Draw::new(seed ^ 0x6e65_7473);
        let mut size = |low, high| draw.between(low, high);
        let (n, h, w) = (size(1, 4), size(2, 5), size(2, 5));
        let input: Vec<i64> = match size(0, 5) {
            0..=1 => vec![n],
            2 => vec![size(1, 3), n],
            3 => vec![h, w],
            4 => vec![size(1, 2), h, w],
            _ => vec![size(1, 2), size(1, 2), h.min(4), w.min(3)],
        };
        let channels = input.len() > 2;
        let examples = input.len().saturating_sub(3);
        // the batch is said, or found from the stages
        let said = [2, 4].contains(&input.len()) && draw.chance(40);
        let batch = said.then_some(1);
        let sizes: Vec<String> = input[usize::from(said)..].iter().map(i64::to_string).collect();
        let (listed, across) = (sizes.join(", "), sizes.join("x"));
        let name = random::name(&mut draw, |_| true);
        let mut heading = match draw.below(4) {
            0 => (String::new(), format!("  input {name}[{listed}]\n  ")),
            1 => (format!(" input={across}"), format!("  input as {name} -> ")),
            _ => (format!(" input={across}"), "  ".to_string()),
        };
        if said {
            heading.0.push_str(&format!(" batch={}", input[0]));
        }
        let labels = if heading.1.len() > 2 { vec![(name, input.clone())] } else { Vec::new() };
        let (own, stages, weights) = (Vec::new(), Vec::new(), Vec::new());
        Maker { draw, heading, batch, examples, channels, shape: input, own, stages, labels, weights, dense: None }
    }

    /// Are all axes but the last those of a batch, or may they be?
    fn is_of_vectors(&self) -> bool {
        !self.channels && self.batch.is_none_or(|batch| self.shape.len() == batch + 1)
    }

    fn push(&mut self, stage: String, shape: Vec<i64>) {
        self.stages.push(stage);
        self.shape = shape;
        self.dense = None;
    }

    fn stage(&mut self) {
        let spatial = self.channels || self.shape.len() == 2 && self.batch.is_none_or(|batch| batch == 0);
        match self.draw.below(14) {
            0..=3 if spatial || self.shape.len() == 1 => self.sliding(),
            0..=5 if self.is_of_vectors() => self.dense(),
            0..=5 => self.flatten(),
            6..=8 => self.activation(),
            9 => self.own_layer(),
            10 => self.added(),
            11 => self.joined(),
            12 => self.branch(),
            _ => self.flatten(),
        }
    }

    /// A convolution or a pooling over the axes behind batch and channels.
    fn sliding(&mut self) {
        let lead = if self.channels { self.examples + 1 } else { 0 };
        let own: Vec<i64> = self.shape[lead..].to_vec();
        self.batch.get_or_insert(if self.channels { self.examples } else { 0 });
        let window: Vec<i64> = own.iter().map(|&size| self.draw.between(1, size.min(3))).collect();
        let stride: Vec<i64> = own.iter().map(|_| self.draw.one_of(&[1, 1, 2])).collect();
        let list = |list: &[i64]| list.iter().map(i64::to_string).collect::<Vec<_>>().join("x");
        let mut shape: Vec<i64> = self.shape[..lead].to_vec();
        let mut words = String::new();
        let convolves = self.draw.chance(50);
        let count = self.draw.between(1, 2);
        if self.channels {
            // how many come in need not be said
            let inputs = self.shape[lead - 1];
            let both = [format!(" channels {inputs}x{count}"), format!(" channels {inputs}:{count}")];
            words = match self.draw.below(4) {
                0 if convolves => both[0].clone(),
                1 if convolves => both[1].clone(),
                _ if convolves => format!(" channels {count}"),
                0 => format!(" channels {inputs}"),
                _ => String::new(),
            };
            if lead == 2 && self.draw.chance(30) {
                words.push_str(&format!(" batch {}", self.shape[0]));
            }
            if convolves {
                shape[lead - 1] = count;
            }
        } else if convolves && self.draw.chance(40) {
            words = format!(" channels {count}");
            shape.push(count);
            (self.channels, self.examples) = (true, 0);
        }
        let slid = |padding: i64, dilation: i64| -> Vec<i64> {
            let place = |((size, window), stride): ((&i64, &i64), &i64)| {
                (size + 2 * padding - dilation * (window - 1) - 1) / stride + 1
            };
            own.iter().zip(&window).zip(&stride).map(place).collect()
        };
        if convolves {
            let padding = self.draw.one_of(&[0, 0, 1]);
            let name = self.draw.one_of(&["conv", "conv", "conv kernel"]);
            words = format!("{name} {} stride {}{words}", list(&window), list(&stride));
            let mirrors = own.iter().all(|&size| size > 1);
            if padding > 0 && !mirrors {
                words.push_str(" padding 1");
            } else if padding > 0 {
                words.push_str(self.draw.one_of(&[
                    " padding 1",
                    " padding 1 padding-mode replicate",
                    " padding 1 padding_mode reflect",
                ]));
            }
            words.push_str(self.draw.one_of(&["", "", " bias none", " bias untied", " flip yes", " flip"]));
            shape.extend(slid(padding, 1));
        } else {
            let kind = self.draw.one_of(&["pool avg", "pool max", "pool lp"]);
            words = format!("{kind} {} stride {}{words}", list(&window), list(&stride));
            words.push_str(match kind {
                "pool avg" => self.draw.one_of(&["", " exclude-padding", " divisor 3"]),
                "pool lp" => self.draw.one_of(&[" norm 2", " norm 3"]),
                _ => "",
            });
            shape.extend(slid(0, 1));
        }
        self.push(words, shape);
    }

    fn dense(&mut self) {
        let outputs = self.draw.between(1, 3);
        let bias = self.draw.one_of(&["", "", " bias none"]);
        let mut shape = self.shape.clone();
        let inputs = std::mem::replace(shape.last_mut().expect("there is an axis"), outputs);
        self.batch.get_or_insert(shape.len() - 1);
        let alike = |w: &&(String, i64, i64, &'static str)| (w.1, w.2, w.3) == (inputs, outputs, bias);
        if let Some((name, ..)) = self.weights.iter().find(alike) {
            let stage = format!("dense {outputs}{bias} sharing {name}");
            return self.push(stage, shape);
        }
        let stage = self.draw.one_of(&["dense #@", "dense(output #@)", "dense output #@", "dense(#@)"]);
        self.push(stage.replace('#', &outputs.to_string()).replace('@', bias), shape);
        self.dense = Some((inputs, outputs, bias));
    }

    fn flatten(&mut self) {
        let lead = usize::from(self.batch == Some(1));
        let count: i64 = self.shape[lead..].iter().product();
        if self.is_of_vectors() && self.shape.len() > 1 {
            return self.activation();
        }
        self.channels = false;
        self.batch.get_or_insert(0);
        let mut shape = self.shape[..lead].to_vec();
        if count % 2 == 0 && self.draw.chance(40) {
            shape.extend([2, count / 2]);
            return self.push(format!("reshape 2x{}", count / 2), shape);
        }
        shape.push(count);
        self.push("flatten".to_string(), shape);
    }

    /// The axis along which results are joined, if there is one for sure: that of channels, or the only one beside a batch.
    fn joining(&self) -> Option<usize> {
        let lead = self.batch.filter(|&b| b < 2)?;
        (self.channels || self.shape.len() == lead + 1).then_some(lead)
    }

    /// A result from before behind what has come.
    fn joined(&mut self) {
        let Some(axis) = self.joining() else { return self.activation() };
        let fits = |shape: &[i64]| {
            let equal = |k: usize| k == axis || shape[k] == self.shape[k];
            shape.len() == self.shape.len() && (0..shape.len()).all(equal)
        };
        let fitting: Vec<&(String, Vec<i64>)> = self.labels.iter().filter(|(_, shape)| fits(shape)).collect();
        if fitting.is_empty() {
            return self.activation();
        }
        let (name, other) = fitting[self.draw.below(fitting.len())];
        let (stage, mut shape) = (format!("concat {name}"), self.shape.clone());
        shape[axis] += other[axis];
        self.push(stage, shape);
    }

    /// Another way from a result before, which is added to what has come.
    fn branch(&mut self) {
        let lead = self.shape.len().wrapping_sub(1);
        let vectors = self.is_of_vectors() && self.batch.is_some_and(|b| b == lead) && !self.stages.is_empty();
        let fits = |shape: &[i64]| shape.len() == lead + 1 && shape[..lead] == self.shape[..lead];
        let from = self.labels.iter().find(|(_, shape)| vectors && fits(shape)).map(|(name, _)| name.clone());
        let Some(from) = from else { return self.activation() };
        let labels = &self.labels;
        let name = random::name(&mut self.draw, |name| labels.iter().all(|(other, _)| other != name));
        let outputs = self.shape[lead];
        if self.stages.last().is_none_or(|stage| stage.contains(" as ")) {
            return self.activation();
        }
        self.stages.last_mut().expect("a stage has come").push_str(&format!(" as {name}"));
        self.labels.push((name.clone(), self.shape.clone()));
        let shape = self.shape.clone();
        self.push(format!("from {from}"), shape.clone());
        self.push(format!("dense {outputs}"), shape.clone());
        self.push(format!("add {name}"), shape);
    }

    fn activation(&mut self) {
        const ALL: &str =
            "sigma,relu,sigmoid,tanh,gelu,silu,softplus,exp,leaky-relu,leaky-relu 0.2,softmax,log-softmax";
        let all: Vec<&str> = ALL.split(',').collect();
        // the last two are along the last axis
        let name = self.draw.one_of(if self.is_of_vectors() { &all } else { &all[..all.len() - 2] });
        self.batch = self.batch.or(name.ends_with("softmax").then(|| self.shape.len() - 1));
        self.push(name.to_string(), self.shape.clone());
    }

    fn label(&mut self) {
        if self.draw.chance(30) && self.labels.len() < 4 {
            let labels = &self.labels;
            let name = random::name(&mut self.draw, |name| labels.iter().all(|(other, _)| other != name));
            self.stages.last_mut().expect("a stage has come").push_str(&format!(" as {name}"));
            if let Some((inputs, outputs, bias)) = self.dense {
                self.weights.push((name.clone(), inputs, outputs, bias));
            }
            self.labels.push((name, self.shape.clone()));
        }
    }

    /// A result from before is added.
    fn added(&mut self) {
        let fitting: Vec<&str> =
            self.labels.iter().filter(|(_, shape)| *shape == self.shape).map(|(n, _)| n.as_str()).collect();
        if fitting.is_empty() {
            return self.activation();
        }
        let stage = format!("add {}", self.draw.one_of(&fitting));
        self.push(stage, self.shape.clone());
    }

    /// A layer of its own text, for any leading axes.
    fn own_layer(&mut self) {
        let names: Vec<String> = (0..5).fold(Vec::new(), |mut names, _| {
            names.push(random::name(&mut self.draw, |name| !names.iter().any(|other| other == name)));
            names
        });
        let [a, w, b, z, i] = &names[..] else { unreachable!("five were drawn") };
        let count = self.own.len() + 1;
        let n = ["N", "M", "K", "D", "J", "L"].into_iter().find(|size| !names.iter().any(|name| name == size));
        let n = n.expect("one of six is free");
        let texts = [
            format!("input {a}[...]\n  {z}[...] = {a}[...]^2 * sigmoid(-{a}[...]) - 1/2"),
            format!(
                "input {a}[..., {n}]\n  weight {w}[{n}]\n  bias {b}[{n}]\n  {z}[..., {i}] = {w}[{i}] * -{a}[..., {i}] + {b}[{i}]"
            ),
            format!(
                "input {a}[..., {n}]\n  {b}[...] = mean({i}) {a}[..., {i}]\n  {z}[..., {i}] = {a}[..., {i}] - {b}[...]"
            ),
            format!(
                "input {a}[..., {n}]\n  {b}[...] = sum({i}) {a}[..., {i}]^2\n  {z}[..., {i}] = {a}[..., {i}] / sqrt({b}[...] + 1)"
            ),
            format!(
                "input {a}[..., {n}]\n  weight {w}[{n}, {n}]\n  {z}[..., {i}] = sum(o9) {w}[{i}, o9] * f({a}[..., o9])"
            ),
            format!("input {a}[..., {n}]\n  {z}[..., {i} in 1..{n}] = {a}[..., {n}+1-{i}] * {a}[..., {i}]"),
            format!(
                "input {a}[..., {n}]\n  {z}[..., {i} in 1..{n}] = if {i} == 1 then -{a}[..., {i}] else {a}[..., {i}-1] / 2"
            ),
            format!(
                "input {a}[..., {n}]\n  {b}[...] = max({i}) {a}[..., {i}]\n  {z}[..., {i}] = exp({a}[..., {i}] - {b}[...])"
            ),
        ];
        // the first is for each entry, the others are along the last axis
        let count_of_texts = if self.is_of_vectors() { texts.len() } else { 1 };
        let kind = self.draw.below(count_of_texts);
        let text = &texts[kind];
        self.batch = self.batch.or((kind > 0).then(|| self.shape.len() - 1));
        self.own.push(format!("layer own-{count}\n  {text}\n"));
        self.push(format!("own-{count}"), self.shape.clone());
    }

    /// A loss, or none.
    fn end(&mut self) {
        let ends: [&[&str]; 7] = [
            &[],
            &[],
            &["mse"],
            &["sigmoid", "bce"],
            &["softmax", "crossentropy"],
            &["log-softmax", "nll"],
            &["log-softmax"],
        ];
        let end = self.draw.one_of(&ends);
        if !end.is_empty() && !self.is_of_vectors() {
            self.stages.push("flatten".to_string());
        }
        self.stages.extend(end.iter().map(|stage| stage.to_string()));
    }
}
