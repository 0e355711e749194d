//! A layer as a list: for each output, which entries of which tensors it is made of. Values and
//! gradients follow from the list alone, the gradients by scattering each `delta` back.

use num_rational::BigRational;
use num_traits::{One, Zero};

use crate::array::{Array, cells};
use crate::exact::{Draw, Number, Ties, whole};

/// A tensor that the layer reads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slot {
    /// `a`, `w` or `b`.
    pub(crate) name: &'static str,
    /// The role of the JSON.
    pub(crate) role: &'static str,
    /// Its shape.
    pub(crate) shape: Vec<usize>,
}

/// A product of entries with a factor; each entry is a slot and a row-major position.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Term {
    /// The factor.
    pub(crate) factor: BigRational,
    /// What is multiplied.
    pub(crate) reads: Vec<(usize, usize)>,
}

/// How one output is made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    /// The sum of terms.
    Sum(Vec<Term>),
    /// The largest of these positions of the first slot, in reading order.
    Max(Vec<usize>, Ties),
    /// (factor · Σ xᵖ)^(1/p) over these positions of the first slot.
    Norm(Vec<usize>, i64, BigRational),
}

/// A layer with its sizes, written out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// What it reads, in the order of its declaration.
    pub(crate) slots: Vec<Slot>,
    /// The shape of `z`.
    pub(crate) output: Vec<usize>,
    /// In row-major order.
    pub(crate) entries: Vec<Entry>,
}

/// Numbers for every slot, and for the adjoint of the output.
#[derive(Clone, Debug)]
pub(crate) struct Point<T = BigRational> {
    /// In the order of the slots.
    pub(crate) inputs: Vec<Array<T>>,
    /// The adjoint.
    pub(crate) delta: Array<T>,
}

impl Point {
    /// The same in other numbers.
    pub(crate) fn to<T: Number>(&self) -> Point<T> {
        let to = |x: &Array<BigRational>| Array { shape: x.shape.clone(), data: x.data.iter().map(T::of).collect() };
        Point { inputs: self.inputs.iter().map(to).collect(), delta: to(&self.delta) }
    }
}

impl<T: Number> Point<T> {
    fn read(&self, read: (usize, usize)) -> &T {
        &self.inputs[read.0].data[read.1]
    }

    /// Σ factor · xᵖ over these positions of the first slot.
    fn powers(&self, places: &[usize], p: i64, factor: &BigRational) -> Result<T, String> {
        let mut total = T::of(&BigRational::zero());
        for &at in places {
            total = total.plus(&self.read((0, at)).power(&T::of(&whole(p)))?);
        }
        Ok(total.times(&T::of(factor)))
    }
}

impl Plan {
    /// The output at a point.
    pub(crate) fn value<T: Number>(&self, point: &Point<T>) -> Result<Array<T>, String> {
        let one = |entry: &Entry| match entry {
            Entry::Sum(terms) => Ok(terms.iter().fold(T::of(&BigRational::zero()), |total, term| {
                let product = |x: T, &read: &(usize, usize)| x.times(point.read(read));
                total.plus(&term.reads.iter().fold(T::of(&term.factor), product))
            })),
            Entry::Max(places, _) => {
                let all = places.iter().map(|&at| point.read((0, at)));
                all.reduce(|top, x| if x > top { x } else { top }).cloned().ok_or("an empty window".to_owned())
            }
            Entry::Norm(places, p, factor) => point.powers(places, *p, factor)?.power(&T::of(&(whole(1) / whole(*p)))),
        };
        let data = self.entries.iter().map(one).collect::<Result<_, _>>()?;
        Ok(Array { shape: self.output.clone(), data })
    }

    /// The gradients of the sum of `delta * z`, in the order of the slots.
    pub(crate) fn gradients<T: Number>(&self, point: &Point<T>) -> Result<Vec<Array<T>>, String> {
        let zeros = |slot: &Slot| Array::build(&slot.shape, |_| T::of(&BigRational::zero()));
        let mut totals: Vec<Array<T>> = self.slots.iter().map(zeros).collect();
        let mut scatter = |(slot, at): (usize, usize), amount: &T| {
            let place = &mut totals[slot].data[at];
            *place = place.plus(amount);
        };
        for (entry, delta) in self.entries.iter().zip(&point.delta.data) {
            match entry {
                Entry::Sum(terms) => {
                    for term in terms {
                        for (k, &target) in term.reads.iter().enumerate() {
                            let others = term.reads.iter().enumerate().filter(|(other, _)| *other != k);
                            let product = |x: T, (_, &read): (usize, &(usize, usize))| x.times(point.read(read));
                            scatter(target, &others.fold(delta.times(&T::of(&term.factor)), product));
                        }
                    }
                }
                Entry::Max(places, ties) => {
                    let seen: Vec<&T> = places.iter().map(|&at| point.read((0, at))).collect();
                    for (k, &at) in places.iter().enumerate() {
                        scatter((0, at), &T::of(&ties.share(k, &seen)).times(delta));
                    }
                }
                Entry::Norm(places, p, factor) => {
                    let outer = point.powers(places, *p, factor)?.power(&T::of(&(whole(1) / whole(*p) - whole(1))))?;
                    for &at in places {
                        let inner = point.read((0, at)).power(&T::of(&whole(p - 1)))?.times(&T::of(factor));
                        scatter((0, at), &outer.times(&inner).times(delta));
                    }
                }
            }
        }
        Ok(totals)
    }

    /// Points to compare at: whole numbers, none of them zero; several with ties where there is a maximum.
    pub(crate) fn points(&self, label: &str) -> Vec<Point> {
        let mut draw = Draw::new(label);
        let ranges: &[(i64, i64)] = match self.entries.first() {
            Some(Entry::Max(..)) => &[(1, 2), (-1, 1), (-30, 30), (4, 4)],
            Some(Entry::Norm(..)) => &[(1, 9)],
            Some(Entry::Sum(_)) | None => &[(-40, 40)],
        };
        let mut array = |shape: &[usize], low: i64, high: i64| {
            Array::build(shape, |_| match draw.between(low, high) {
                0 if (low, high) == (-40, 40) => whole(41),
                n => whole(n),
            })
        };
        let mut point = |&(low, high): &(i64, i64)| Point {
            inputs: self.slots.iter().map(|slot| array(&slot.shape, low, high)).collect(),
            delta: array(&self.output, -40, 40),
        };
        ranges.iter().map(&mut point).collect()
    }

    /// How many entries are read in all.
    pub(crate) fn reads(&self) -> usize {
        let one = |entry: &Entry| match entry {
            Entry::Sum(terms) => terms.len(),
            Entry::Max(places, _) | Entry::Norm(places, ..) => places.len(),
        };
        self.entries.iter().map(one).sum()
    }

    /// How many equations there are: one for each output and for each entry that is read.
    pub(crate) fn equations(&self) -> usize {
        self.entries.len() + self.slots.iter().map(|slot| cells(&slot.shape).len()).sum::<usize>()
    }
}

/// A term with the factor one.
pub(crate) fn term(reads: Vec<(usize, usize)>) -> Term {
    Term { factor: BigRational::one(), reads }
}

#[test]
fn values_and_gradients_of_a_list() {
    use crate::array::vector;
    let slot = |name, role, size: usize| Slot { name, role, shape: vec![size] };
    // z1 = 2·a1·w1 + a2·w1 and z2 = a2
    let first = vec![Term { factor: whole(2), reads: vec![(0, 0), (1, 0)] }, term(vec![(0, 1), (1, 0)])];
    let entries = vec![Entry::Sum(first), Entry::Sum(vec![term(vec![(0, 1)])])];
    let plan = Plan { slots: vec![slot("a", "input", 2), slot("w", "weight", 1)], output: vec![2], entries };
    let point = Point { inputs: vec![vector(&[3, 5]), vector(&[7])], delta: vector(&[10, 1]) };
    assert_eq!(plan.value(&point), Ok(vector(&[77, 5])));
    assert_eq!(plan.gradients(&point), Ok(vec![vector(&[140, 71]), vector(&[110])]));
    // the length of (3, 4)
    let norm = Entry::Norm(vec![0, 1], 2, whole(1));
    let plan = Plan { slots: vec![slot("a", "input", 2)], output: vec![1], entries: vec![norm] };
    let point: Point<f64> = Point { inputs: vec![vector(&[3, 4])], delta: vector(&[10]) }.to();
    assert_eq!(plan.value(&point).map(|z| z.data), Ok(vec![5.0]));
    assert_eq!(plan.gradients(&point).map(|x| x[0].data.clone()), Ok(vec![6.000_000_000_000_001, 8.0]));
}
