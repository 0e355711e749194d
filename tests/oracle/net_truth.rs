//! What is true of a net at a point: every tensor's value by the definitions of the stages, and the
//! derivative of the loss along every element of every tensor, by forward mode.

use crate::array::{Array, cells};
use crate::definitions::Bias;
use crate::exact::Draw;
use crate::floats::{Function, Moving};
use crate::nets::{Plan, Stage, Step};

/// Numbers of a net.
pub(crate) type Floats = Array<f64>;

/// Numbers for what the stages do not give, each empty where they do.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// A place for each tensor of the plan.
    pub(crate) given: Vec<Floats>,
    /// The gradient of the loss with respect to the last tensor.
    pub(crate) upstream: Floats,
    /// Is the target a distribution along its last axis?
    pub(crate) distribution: bool,
}

/// How points of a net are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spread {
    /// Real numbers of either sign.
    Wide,
    /// The same, but the net's input has entries between 0 and 1.
    Unit,
    /// -1, 0 and 1 only, so that maxima tie and kinks are met exactly.
    Coarse,
}

/// All values and adjoints at a point, one for each tensor of the plan.
#[derive(Clone, Debug)]
pub(crate) struct Truth {
    /// The values.
    pub(crate) values: Vec<Floats>,
    /// The gradients of the loss.
    pub(crate) adjoints: Vec<Floats>,
    /// How near the point is to a place without derivative; places that are hit exactly do not count.
    margin: f64,
}

/// The values of a net while it runs.
struct Run<'a> {
    plan: &'a Plan,
    tensors: Vec<Array<Moving>>,
    margin: f64,
}

impl Run<'_> {
    /// Notes the distance to a kink.
    fn near(&mut self, distance: f64) {
        if distance != 0.0 {
            self.margin = self.margin.min(distance.abs());
        }
    }

    /// A function of each element.
    fn each(&mut self, stage: &Stage, function: impl Fn(&Moving) -> Moving) -> Array<Moving> {
        let x = &self.tensors[stage.inputs[0]];
        let result = Array { shape: x.shape.clone(), data: x.data.iter().map(function).collect() };
        if matches!(stage.step, Step::Relu | Step::LeakyRelu(_)) {
            let distances: Vec<f64> = x.data.iter().map(|x| x.value).collect();
            distances.into_iter().for_each(|distance| self.near(distance));
        }
        result
    }

    /// The windows of the last two axes, in reading order.
    fn windows(&self, stage: &Stage, window: [usize; 2], stride: [usize; 2]) -> Vec<Vec<&Moving>> {
        let x = &self.tensors[stage.inputs[0]];
        let offsets = cells(&window);
        let read = |o: &[usize], r: &[usize]| {
            let (lead, o) = o.split_at(o.len() - 2);
            x.at(&[lead, &[stride[0] * o[0] + r[0], stride[1] * o[1] + r[1]]].concat())
        };
        let all = cells(&self.plan.tensors[stage.output].shape);
        all.iter().map(|o| offsets.iter().map(|r| read(o, r)).collect()).collect()
    }

    /// Probabilities along the last axis.
    fn softmax(&self, stage: &Stage) -> Array<Moving> {
        let x = &self.tensors[stage.inputs[0]];
        let width = x.shape.last().copied().unwrap_or(1);
        let powers: Vec<Moving> = x.data.iter().map(|x| x.through(Function::Exp)).collect();
        let row = |row: &[Moving]| {
            let total = Moving::sum(row.iter().cloned());
            row.iter().map(|power| power.over(&total)).collect::<Vec<_>>()
        };
        Array { shape: x.shape.clone(), data: powers.chunks(width).flat_map(row).collect() }
    }

    /// A loss of the two arguments, element by element, times a factor.
    fn loss(&self, stage: &Stage, factor: f64, term: impl Fn(&Moving, &Moving) -> Moving) -> Vec<Moving> {
        let (x, y) = (&self.tensors[stage.inputs[0]].data, &self.tensors[stage.own[0]].data);
        vec![Moving::sum(x.iter().zip(y).map(|(x, y)| term(x, y))).scaled(factor)]
    }

    /// What a stage gives, by its definition.
    fn stage(&mut self, stage: &Stage) -> Array<Moving> {
        let shape = self.plan.tensors[stage.output].shape.clone();
        let input = &self.tensors[stage.inputs[0]];
        let width = input.shape.last().copied().unwrap_or(1);
        let one = Moving::constant(1.0);
        #[expect(clippy::cast_precision_loss, reason = "the sizes of a net are small")]
        let (entries, rows) = (input.data.len() as f64, (input.data.len() / width) as f64);
        let data = match stage.step {
            Step::Sigma => return self.each(stage, |x| x.through(Function::Sigma)),
            Step::Sigmoid => return self.each(stage, |x| x.through(Function::Sigmoid)),
            Step::Tanh => return self.each(stage, |x| x.through(Function::Tanh)),
            Step::Relu => return self.each(stage, |x| x.through(Function::Relu)),
            Step::LeakyRelu(hundredths) => {
                let slope = f64::from(hundredths.unwrap_or(1)) / 100.0;
                return self.each(stage, |x| x.scaled(if x.value > 0.0 { 1.0 } else { slope }));
            }
            Step::Softplus => return self.each(stage, |x| x.through(Function::Softplus)),
            Step::Silu => return self.each(stage, |x| x.times(&x.through(Function::Sigmoid))),
            Step::Gelu => return self.each(stage, |x| x.times(&x.through(Function::Normal))),
            Step::Exp => return self.each(stage, |x| x.through(Function::Exp)),
            Step::Softmax => return self.softmax(stage),
            Step::LogSoftmax => {
                self.settle(stage.own[0], self.softmax(stage));
                self.tensors[stage.own[0]].data.iter().map(|p| p.through(Function::Log)).collect()
            }
            Step::Conv(kernel, bias) => {
                let weights = &self.tensors[stage.own[0]].data;
                let slid = self.windows(stage, kernel, [1, 1]).into_iter().enumerate().map(|(o, window)| {
                    let product = Moving::sum(window.iter().zip(weights).map(|(x, w)| x.times(w)));
                    match bias {
                        Bias::Shared => product.plus(&self.tensors[stage.own[1]].data[0]),
                        Bias::Untied => product.plus(&self.tensors[stage.own[1]].data[o]),
                        Bias::None => product,
                    }
                });
                slid.collect()
            }
            Step::Channels(kernel, _) => {
                let (weights, biases) = (&self.tensors[stage.own[0]], &self.tensors[stage.own[1]]);
                let (offsets, batch) = (cells(&kernel), self.plan.batch);
                let channels = (input.shape.len() > batch + 2).then(|| input.shape[batch]);
                let entry = |place: &Vec<usize>| {
                    let [lead @ .., o, i, j] = &place[..] else { panic!("channels and two axes") };
                    let each = (0..channels.unwrap_or(1)).flat_map(|c| offsets.iter().map(move |r| (c, r)));
                    let terms = each.map(|(c, r)| {
                        let c: &[usize] = if channels.is_some() { &[c] } else { &[] };
                        let x = input.at(&[lead, c, &[i + r[0], j + r[1]]].concat());
                        x.times(weights.at(&[&[*o], c, r.as_slice()].concat()))
                    });
                    Moving::sum(terms).plus(biases.at(&[*o]))
                };
                cells(&shape).iter().map(entry).collect()
            }
            Step::Avg(window, stride) => {
                #[expect(clippy::cast_precision_loss, reason = "a window is small")]
                let count = (window[0] * window[1]) as f64;
                let windows = self.windows(stage, window, stride.unwrap_or(window));
                windows.into_iter().map(|w| Moving::sum(w.into_iter().cloned()).scaled(1.0 / count)).collect()
            }
            Step::Max(window, stride) => {
                let windows = self.windows(stage, window, stride.unwrap_or(window));
                let tops: Vec<Moving> = windows.iter().map(|w| Moving::largest(w, self.plan.ties)).collect();
                let gaps = windows.iter().zip(&tops).flat_map(|(w, top)| w.iter().map(|x| top.value - x.value));
                let gaps: Vec<f64> = gaps.collect();
                gaps.into_iter().for_each(|gap| self.near(gap));
                tops
            }
            Step::Dense(_) | Step::DenseBare(_) | Step::Shared(..) => {
                let weights = &self.tensors[stage.own[0]].data;
                let product = |row: &[Moving], k: usize| {
                    let sum = Moving::sum(row.iter().zip(&weights[k * width..]).map(|(x, w)| x.times(w)));
                    stage.own.get(1).map_or(sum.clone(), |&bias| sum.plus(&self.tensors[bias].data[k]))
                };
                let outputs = weights.len() / width;
                input.data.chunks(width).flat_map(|row| (0..outputs).map(move |k| product(row, k))).collect()
            }
            Step::Add(_) => {
                let other = &self.tensors[stage.inputs[1]].data;
                input.data.iter().zip(other).map(|(x, y)| x.plus(y)).collect()
            }
            Step::Concat(_) => {
                let (other, axis) = (&self.tensors[stage.inputs[1]], self.plan.batch);
                let entry = |place: &Vec<usize>| match place[axis].checked_sub(input.shape[axis]) {
                    None => input.at(place).clone(),
                    Some(rest) => other.at(&[&place[..axis], &[rest], &place[axis + 1..]].concat()).clone(),
                };
                cells(&shape).iter().map(entry).collect()
            }
            Step::Flatten | Step::Reshape(_) | Step::As(_) | Step::From(_) => input.data.clone(),
            Step::Mse => self.loss(stage, 1.0 / entries, |x, y| x.minus(y).times(&x.minus(y))),
            Step::Bce => self.loss(stage, -1.0 / entries, |x, y| {
                let (yes, no) = (x.through(Function::Log), one.minus(x).through(Function::Log));
                y.times(&yes).plus(&one.minus(y).times(&no))
            }),
            Step::CrossEntropy => self.loss(stage, -1.0 / rows, |x, y| y.times(&x.through(Function::Log))),
            Step::Nll => self.loss(stage, -1.0 / rows, Moving::times),
        };
        Array { shape, data }
    }

    /// Puts a tensor in its place, each of its elements free to move on its own as well.
    fn settle(&mut self, tensor: usize, mut x: Array<Moving>) {
        if self.plan.tensors[tensor].role != "target" {
            let size = |tensor: &crate::nets::Tensor| tensor.shape.iter().product::<usize>();
            let first: usize = self.plan.tensors[..tensor].iter().map(size).sum();
            let count: usize = self.plan.tensors.iter().map(size).sum();
            x.data.iter_mut().enumerate().for_each(|(k, x)| x.free(first + k, count));
        }
        self.tensors[tensor] = x;
    }
}

impl Plan {
    /// All values and gradients at a point.
    pub(crate) fn truth(&self, point: &Point) -> Truth {
        let nothing = Array { shape: Vec::new(), data: Vec::new() };
        let mut run = Run { plan: self, tensors: vec![nothing; self.tensors.len()], margin: f64::INFINITY };
        for (tensor, x) in point.given.iter().enumerate() {
            let data = x.data.iter().copied().map(Moving::constant).collect();
            run.settle(tensor, Array { shape: x.shape.clone(), data });
        }
        for stage in &self.stages {
            let x = run.stage(stage);
            run.settle(stage.output, x);
        }
        let end = run.tensors[self.last()].data.iter().zip(&point.upstream.data);
        let loss = Moving::sum(end.map(|(x, factor)| x.scaled(*factor)));
        let mut slopes = loss.slopes.into_iter();
        let mut adjoint =
            |x: &Array<Moving>| Array { shape: x.shape.clone(), data: slopes.by_ref().take(x.data.len()).collect() };
        let adjoints = run.tensors.iter().map(&mut adjoint).collect();
        let values = run.tensors.iter().map(|x| Array::build(&x.shape, |cell| x.at(cell).value)).collect();
        Truth { values, adjoints, margin: run.margin }
    }

    /// A point away from every kink that it does not meet exactly, with what is true there.
    pub(crate) fn point(&self, spread: Spread, distribution: bool, draw: &mut Draw) -> (Point, Truth) {
        loop {
            let point = self.draw(spread, distribution, draw);
            let truth = self.truth(&point);
            if truth.margin > 1e-3 {
                return (point, truth);
            }
        }
    }

    fn draw(&self, spread: Spread, distribution: bool, draw: &mut Draw) -> Point {
        let mut real = |low: f64, high: f64| {
            let thousandths = i32::try_from(draw.between(0, 999_983)).unwrap_or(0);
            low + (high - low) * f64::from(thousandths) / 999_983.0
        };
        let mut given = Vec::new();
        for tensor in &self.tensors {
            let mut x = match (tensor.role, spread) {
                ("intermediate" | "output", _) => Array { shape: Vec::new(), data: Vec::new() },
                ("input", Spread::Unit) => Array::build(&tensor.shape, |_| real(0.1, 0.9)),
                ("input" | "weight" | "bias", Spread::Coarse) => {
                    Array::build(&tensor.shape, |_| real(-1.499, 1.499).round())
                }
                ("target", _) if distribution => Array::build(&tensor.shape, |_| real(0.1, 1.0)),
                ("input", _) => Array::build(&tensor.shape, |_| real(-2.0, 2.0)),
                _ => Array::build(&tensor.shape, |_| real(-1.2, 1.2)),
            };
            if tensor.role == "target" && distribution {
                for row in x.data.chunks_mut(tensor.shape.last().copied().unwrap_or(1)) {
                    let total: f64 = row.iter().sum();
                    row.iter_mut().for_each(|y| *y /= total);
                }
            }
            given.push(x);
        }
        let end = &self.tensors[self.last()].shape;
        let upstream = Array::build(end, |_| if self.loss { 1.0 } else { real(-2.0, 2.0) });
        Point { given, upstream, distribution }
    }
}

#[test]
fn a_small_net_by_hand() {
    use crate::exact::Ties;
    let plan = Plan::of(&[2], 0, &[Step::Dense(1), Step::Relu, Step::Mse], Ties::First, false);
    let array = |shape: &[usize], data: &[f64]| Array { shape: shape.to_vec(), data: data.to_vec() };
    let nothing = array(&[], &[]);
    let given = vec![
        array(&[2], &[1.0, 2.0]),
        array(&[1, 2], &[3.0, 0.5]),
        array(&[1], &[-1.0]),
        nothing.clone(),
        nothing.clone(),
        array(&[1], &[5.0]),
        nothing,
    ];
    let truth = plan.truth(&Point { given, upstream: array(&[], &[1.0]), distribution: false });
    assert_eq!(truth.values[6].data, [4.0]);
    let gradients: Vec<&[f64]> = truth.adjoints.iter().map(|x| x.data.as_slice()).collect();
    assert_eq!(gradients[..5], [&[-12.0, -2.0][..], &[-4.0, -8.0], &[-4.0], &[-4.0], &[-4.0]]);
}
