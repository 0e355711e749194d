//! A layer at concrete sizes: what expansion, differentiation in index form and verification read.

use std::ops::Range;

use super::affine::Affine;
use super::condition::Condition;
use crate::expr::Number;
use crate::syntax::ast::ReduceOp;

/// The part of a tensor in an [`Instance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Flows into the layer.
    Input,
    /// Flows in from outside: no gradient is wanted for it, and no activation gives it.
    Data,
    /// A parameter that multiplies.
    Weight,
    /// A parameter that is added.
    Bias,
    /// Given to a loss beside what flows in.
    Target,
    /// Defined by an equation of the layer.
    Defined,
    /// The derivative of the loss with respect to another tensor; only in an instance that states gradients.
    Adjoint,
}

impl Part {
    /// Does it flow in, with or without a gradient?
    pub fn flows_in(self) -> bool {
        matches!(self, Part::Input | Part::Data)
    }
}

/// A tensor of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorDecl {
    /// Its name.
    pub name: String,
    /// Its part.
    pub part: Part,
    /// Its size along each axis; empty for a scalar.
    pub shape: Vec<usize>,
    /// How a net shows it; a layer's tensors are shown by their names.
    pub label: Option<Label>,
}

impl TensorDecl {
    /// A tensor that is shown by its name.
    pub fn new(name: impl Into<String>, part: Part, shape: Vec<usize>) -> TensorDecl {
        TensorDecl { name: name.into(), part, shape, label: None }
    }
}

/// A letter, and the number of the layer that a tensor of a net belongs to: `z` of layer 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The letter that the layer's own text uses.
    pub letter: String,
    /// The number of the layer, counted from 1; the net's input has 0, a loss and its target none.
    pub number: Option<u32>,
    /// Is it what an activation is applied to? Then its adjoint is the error δ of the layer.
    pub pre_activation: bool,
}

/// A stage of a net: one layer's text, bound and joined to the stages before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The name of the result that it goes on from, where that is not the stage before.
    pub source: Option<String>,
    /// What was asked for: `conv 3x3`.
    pub text: String,
    /// The layer's title, or its name.
    pub title: String,
    /// The number of the layer that it belongs to: an activation belongs to the layer that it is applied to.
    pub number: u32,
    /// Its definitions, by their places in [`Instance::definitions`].
    pub definitions: Range<usize>,
    /// What it reads of the stages before, by places in [`Instance::tensors`].
    pub inputs: Vec<usize>,
    /// What it gives.
    pub output: usize,
}

/// What readers may take as given: `Σ … = value`, for all values of the loops' own variables.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumption {
    /// Its left side, as the body of a definition of nothing: the place of the tensor has no meaning.
    pub sum: Definition,
    /// Its right side.
    pub value: Number,
}

/// A layer at concrete sizes.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// What the layer's text calls it.
    pub name: String,
    /// Its title for readers, if the text gives one.
    pub title: Option<String>,
    /// The smallest index in the layer's text.
    pub index_base: i64,
    /// Declared tensors, then defined ones, each in the order of the text.
    pub tensors: Vec<TensorDecl>,
    /// The definitions in order; the last defines the output.
    pub definitions: Vec<Definition>,
    /// Is the output the loss itself?
    pub loss: bool,
    /// What is taken as given of declared tensors.
    pub assumptions: Vec<Assumption>,
    /// The stages of a net; a layer has none.
    pub stages: Vec<Stage>,
}

/// An index variable and its range, both ends included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// Its name in the text.
    pub name: String,
    /// First value.
    pub low: i64,
    /// Last value.
    pub high: i64,
}

impl Loop {
    /// How many values it takes.
    pub fn len(&self) -> usize {
        usize::try_from(self.high - self.low + 1).unwrap_or(0)
    }

    /// Does it take no value?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// `tensor[variables] = body` for all values of the variables.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Place of the defined tensor in [`Instance::tensors`].
    pub tensor: usize,
    /// Every index variable of the definition, its own and those of its reductions, by slot.
    pub loops: Vec<Loop>,
    /// How many of the slots, from the first, are the definition's own.
    pub rank: usize,
    /// The right-hand side.
    pub body: Body,
}

/// Which of several values is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extreme {
    /// The largest.
    Largest,
    /// The smallest.
    Smallest,
}

/// The right-hand side of a definition, in index form.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A constant.
    Number(Number),
    /// The value of an index expression, as a number.
    Index(Affine),
    /// An element of a tensor, by its place in [`Instance::tensors`]; indices start at [`Instance::index_base`].
    Read(usize, Vec<Affine>),
    /// An element of a tensor by its number in reading order, counted from [`Instance::index_base`].
    Flat(usize, Affine),
    /// A sum of at least two.
    Sum(Vec<Body>),
    /// A product of at least two.
    Product(Vec<Body>),
    /// An integer power.
    Power(Box<Body>, i32),
    /// A function of one argument, differentiated so many times.
    Call(String, u32, Box<Body>),
    /// The larger or the smaller of at least two.
    Extreme(Extreme, Vec<Body>),
    /// A reduction over slots.
    Reduce {
        /// Sum, largest or mean.
        op: ReduceOp,
        /// The slots that run, the last one fastest.
        slots: Vec<usize>,
        /// Only terms for which this holds take part.
        filter: Option<Condition>,
        /// What is reduced.
        body: Box<Body>,
    },
    /// One of two, element by element.
    If(Condition, Box<Body>, Box<Body>),
}

impl Body {
    /// Calls `visit` with the place of every tensor read.
    pub fn reads(&self, visit: &mut impl FnMut(usize)) {
        self.indexed_reads(&mut |tensor, _| visit(tensor));
    }

    /// The same with the indices of each read; none where elements are counted in reading order.
    pub fn indexed_reads(&self, visit: &mut impl FnMut(usize, &[Affine])) {
        match self {
            Body::Number(_) | Body::Index(_) => {}
            Body::Read(tensor, indices) => visit(*tensor, indices),
            Body::Flat(tensor, _) => visit(*tensor, &[]),
            Body::Sum(parts) | Body::Product(parts) | Body::Extreme(_, parts) => {
                parts.iter().for_each(|p| p.indexed_reads(visit))
            }
            Body::Power(x, _) | Body::Call(_, _, x) | Body::Reduce { body: x, .. } => x.indexed_reads(visit),
            Body::If(_, x, y) => {
                x.indexed_reads(visit);
                y.indexed_reads(visit);
            }
        }
    }
}

impl Body {
    /// Is it the largest of several, and nothing else?
    pub fn is_maximum(&self) -> bool {
        matches!(self, Body::Extreme(Extreme::Largest, _) | Body::Reduce { op: ReduceOp::Max, .. })
    }

    /// The same with another affine function in the place of each; `None` where one has none.
    pub(super) fn mapped(&self, change: &impl Fn(&Affine) -> Option<Affine>) -> Option<Body> {
        let all = |parts: &[Body]| parts.iter().map(|p| p.mapped(change)).collect::<Option<Vec<_>>>();
        let part = |b: &Body| b.mapped(change).map(Box::new);
        Some(match self {
            Body::Number(_) => self.clone(),
            Body::Index(f) => Body::Index(change(f)?),
            Body::Read(t, list) => Body::Read(*t, list.iter().map(change).collect::<Option<_>>()?),
            Body::Flat(t, f) => Body::Flat(*t, change(f)?),
            Body::Sum(parts) => Body::Sum(all(parts)?),
            Body::Product(parts) => Body::Product(all(parts)?),
            Body::Power(x, n) => Body::Power(part(x)?, *n),
            Body::Call(name, order, x) => Body::Call(name.clone(), *order, part(x)?),
            Body::Extreme(extreme, parts) => Body::Extreme(*extreme, all(parts)?),
            Body::Reduce { op, slots, filter, body } => {
                let filter = match filter {
                    Some(f) => Some(f.mapped(change)?),
                    None => None,
                };
                Body::Reduce { op: *op, slots: slots.clone(), filter, body: part(body)? }
            }
            Body::If(c, x, y) => Body::If(c.mapped(change)?, part(x)?, part(y)?),
        })
    }

    /// Calls `visit` with the name of every function.
    pub fn calls(&self, visit: &mut impl FnMut(&str)) {
        match self {
            Body::Number(_) | Body::Index(_) | Body::Read(..) | Body::Flat(..) => {}
            Body::Call(name, _, x) => {
                visit(name);
                x.calls(visit);
            }
            Body::Sum(parts) | Body::Product(parts) | Body::Extreme(_, parts) => {
                parts.iter().for_each(|p| p.calls(visit))
            }
            Body::Power(x, _) | Body::Reduce { body: x, .. } => x.calls(visit),
            Body::If(_, x, y) => {
                x.calls(visit);
                y.calls(visit);
            }
        }
    }
}

impl Instance {
    /// The place of the output in [`Instance::tensors`].
    ///
    /// # Panics
    /// If nothing is defined; [`bind`](crate::layer::bind) never makes such an instance.
    pub fn output(&self) -> usize {
        self.definitions.last().expect("a layer defines at least one tensor").tensor
    }
}
