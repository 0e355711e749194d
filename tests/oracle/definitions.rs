//! The layers by their plain definitions, and exact gradients by forward-mode differentiation,
//! with one direction for each entry of each tensor that is read.

use num_rational::BigRational;
use num_traits::{One, Zero};

use crate::array::{Array, cells};
use crate::exact::{Draw, Dual, Ties, ratio};

type Numbers = Array<BigRational>;

/// How a convolution is biased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bias {
    /// One number for the whole output.
    Shared,
    /// One number for each entry of the output.
    Untied,
    /// No bias.
    None,
}

impl Bias {
    /// The three kinds.
    pub(crate) const EACH: [Bias; 3] = [Bias::Shared, Bias::Untied, Bias::None];

    /// The word of the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Bias::Shared => "shared",
            Bias::Untied => "untied",
            Bias::None => "none",
        }
    }
}

/// What a layer computes from its windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The sum of products with the kernel, which is not rotated.
    Conv(Bias),
    /// The mean of the window.
    Average,
    /// The largest entry of the window.
    Max(Ties),
}

/// A layer with its sizes.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    /// What it computes.
    pub(crate) kind: Kind,
    /// The shape of `a`.
    pub(crate) input: Vec<usize>,
    /// The shape of the window or of the kernel.
    pub(crate) window: Vec<usize>,
    /// The step between windows.
    pub(crate) stride: Vec<usize>,
    /// The step between the entries that a window reads.
    pub(crate) dilation: Vec<usize>,
}

/// A tensor that the layer reads: canonical name, role, shape.
pub(crate) struct Slot {
    /// `a`, `w` or `b`.
    pub(crate) name: &'static str,
    /// The role of the JSON.
    pub(crate) role: &'static str,
    /// Its shape.
    pub(crate) shape: Vec<usize>,
}

/// Numbers for every tensor that is read, and for the adjoint of the output.
pub(crate) struct Point {
    /// In the order of [`Layer::slots`].
    pub(crate) inputs: Vec<Numbers>,
    /// The adjoint.
    pub(crate) delta: Numbers,
}

/// What is true at a point.
pub(crate) struct Truth {
    /// The output.
    pub(crate) output: Numbers,
    /// In the order of [`Layer::slots`].
    pub(crate) gradients: Vec<Numbers>,
}

impl Layer {
    /// The tensors read, in the order in which they are declared.
    pub(crate) fn slots(&self) -> Vec<Slot> {
        let mut slots = vec![Slot { name: "a", role: "input", shape: self.input.clone() }];
        if let Kind::Conv(bias) = self.kind {
            slots.push(Slot { name: "w", role: "weight", shape: self.window.clone() });
            match bias {
                Bias::Shared => slots.push(Slot { name: "b", role: "bias", shape: Vec::new() }),
                Bias::Untied => slots.push(Slot { name: "b", role: "bias", shape: self.output() }),
                Bias::None => {}
            }
        }
        slots
    }

    /// The shape of `z`: as many windows as fit.
    pub(crate) fn output(&self) -> Vec<usize> {
        let axes = self.input.iter().zip(&self.window).zip(self.stride.iter().zip(&self.dilation));
        axes.map(|((&size, &window), (&stride, &dilation))| (size - dilation * (window - 1) - 1) / stride + 1).collect()
    }

    /// The definition itself.
    fn forward(&self, inputs: &[Array<Dual>]) -> Array<Dual> {
        let offsets = cells(&self.window);
        let share = BigRational::one() / ratio(i64::try_from(offsets.len()).expect("a small window"), 1);
        Array::build(&self.output(), |o| {
            let read = |r: &Vec<usize>| -> &Dual {
                let steps = self.stride.iter().zip(&self.dilation);
                let cell: Vec<usize> = r.iter().zip(o).zip(steps).map(|((&r, &o), (&s, &d))| s * o + d * r).collect();
                inputs[0].at(&cell)
            };
            let seen: Vec<&Dual> = offsets.iter().map(read).collect();
            let mut total = Dual::constant(BigRational::zero());
            match self.kind {
                Kind::Conv(bias) => {
                    for (r, x) in offsets.iter().zip(seen) {
                        total.add(&x.times(inputs[1].at(r)));
                    }
                    match bias {
                        Bias::Shared => total.add(inputs[2].at(&[])),
                        Bias::Untied => total.add(inputs[2].at(o)),
                        Bias::None => {}
                    }
                }
                Kind::Average => {
                    for x in seen {
                        total.add(x);
                    }
                    total = total.times(&Dual::constant(share.clone()));
                }
                Kind::Max(ties) => total = Dual::largest(&seen, ties),
            }
            total
        })
    }

    /// The output at a point.
    pub(crate) fn value(&self, point: &Point) -> Numbers {
        self.truth(point).output
    }

    /// The output, and the gradients of the sum of `delta * z` in the order of the slots.
    pub(crate) fn truth(&self, point: &Point) -> Truth {
        let mut directions = 0..;
        let mut moving = |x: &Numbers| {
            let direction = &mut directions;
            Array::build(&x.shape, |cell| Dual::variable(x.at(cell).clone(), direction.next().unwrap_or(0)))
        };
        let inputs: Vec<Array<Dual>> = point.inputs.iter().map(&mut moving).collect();
        let z = self.forward(&inputs);
        let mut total = vec![BigRational::zero(); inputs.iter().map(|x| x.data.len()).sum()];
        for (z, delta) in z.data.iter().zip(&point.delta.data) {
            for (&direction, slope) in &z.slopes {
                total[direction] += slope * delta;
            }
        }
        let mut total = total.into_iter();
        let mut own = |x: &Numbers| Array { shape: x.shape.clone(), data: total.by_ref().take(x.data.len()).collect() };
        let gradients = point.inputs.iter().map(&mut own).collect();
        Truth { output: Array::build(&z.shape, |cell| z.at(cell).value.clone()), gradients }
    }

    /// Points to compare at.
    pub(crate) fn points(&self, draw: &mut Draw) -> Vec<Point> {
        let mut point = |a: Option<Numbers>| {
            let mut inputs: Vec<Numbers> = self.slots().iter().map(|slot| draw.array(&slot.shape)).collect();
            inputs.splice(0..usize::from(a.is_some()), a);
            Point { inputs, delta: draw.array(&self.output()) }
        };
        let mut points = vec![point(None), point(None)];
        if let Kind::Max(_) = self.kind {
            points.extend(self.leaders().into_iter().map(|a| point(Some(a))));
        }
        points
    }

    /// Inputs under which two places of a window lead, one before the other or both alike, and one
    /// where all places are alike. The pattern repeats with the size of the window, so that every
    /// window sees it in full wherever it begins: an indicator that forgets an argument, or takes
    /// one too many, is found out. Windows above six places are given some of the pairs.
    fn leaders(&self) -> Vec<Numbers> {
        let places = cells(&self.window);
        let pairs = cells(&[places.len(), places.len(), 2]);
        let step = if places.len() > 6 { pairs.len() / 40 } else { 1 };
        let lead = |pair: &Vec<usize>| {
            Array::build(&self.input, |cell| {
                let place: Vec<usize> = cell.iter().zip(&self.window).map(|(&i, &k)| i % k).collect();
                let is = |k: usize| places[pair[k]] == place;
                let rest = i64::try_from(place.iter().sum::<usize>()).expect("a small sum");
                ratio(
                    if is(0) {
                        9
                    } else if is(1) {
                        8 + i64::from(pair[2] == 1)
                    } else {
                        -rest
                    },
                    2,
                )
            })
        };
        let alike = Array::build(&self.input, |_| ratio(1, 3));
        pairs.iter().step_by(step).map(lead).chain([alike]).collect()
    }
}

#[test]
fn a_convolution_by_hand() {
    use crate::array::matrix;
    let square = vec![2, 2];
    let kind = Kind::Conv(Bias::None);
    let layer = Layer { kind, input: vec![3, 3], window: square, stride: vec![1, 1], dilation: vec![1, 1] };
    let a = matrix(&[&[1, 2, 3], &[4, 5, 6], &[7, 8, 9]]);
    let inputs = vec![a, matrix(&[&[1, 2], &[3, 4]])];
    let point = Point { inputs, delta: matrix(&[&[1, -1], &[2, 0]]) };
    assert_eq!(layer.value(&point), matrix(&[&[37, 47], &[67, 77]]));
    assert_eq!(layer.truth(&point).gradients[0], matrix(&[&[1, 1, -2], &[5, 5, -4], &[6, 8, 0]]));
    assert_eq!(layer.truth(&point).gradients[1], matrix(&[&[7, 9], &[13, 15]]));
}

#[test]
fn maxima_by_hand() {
    use crate::array::vector;
    let expected = [(Ties::First, 20), (Ties::All, 22), (Ties::Split, 21)];
    for (ties, twice) in expected {
        let kind = Kind::Max(ties);
        let layer = Layer { kind, input: vec![4], window: vec![2], stride: vec![1], dilation: vec![1] };
        let inputs = vec![vector(&[2, 2, 1, 5])];
        let point = Point { inputs, delta: vector(&[1, 10, 100]) };
        assert_eq!(layer.value(&point), vector(&[2, 2, 5]));
        assert_eq!(layer.truth(&point).gradients[0].data[1], ratio(twice, 2), "{ties:?}");
    }
}

#[test]
fn windows_that_do_not_fit_are_left_out() {
    let layer =
        Layer { kind: Kind::Average, input: vec![7, 5], window: vec![2, 3], stride: vec![3, 1], dilation: vec![1, 1] };
    assert_eq!(layer.output(), [2, 3]);
}
