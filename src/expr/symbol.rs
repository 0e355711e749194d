//! Tensors and their elements, and what stands for them and for expressions. An index is data: no name ever contains one.

/// An expression of an [`Arena`](super::Arena), by its place; children have smaller ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

/// The part that a tensor plays. The order of the variants is the order in which factors are written: `δ a w b`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The derivative of the loss with respect to another tensor.
    Adjoint,
    /// What flows into the layer.
    Input,
    /// What flows in from outside; no gradient is asked for.
    Data,
    /// A defined tensor that other definitions read.
    Intermediate,
    /// The defined tensor that leaves the layer.
    Output,
    /// Given to a loss beside what flows in; no gradient is asked for.
    Target,
    /// A parameter that multiplies.
    Weight,
    /// A parameter that is added.
    Bias,
}

/// A tensor of an [`Arena`](super::Arena), by its place in the table of tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TensorId(pub u32);

/// A tensor: a name, a part, a shape, and a block of symbols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name in the layer language.
    pub name: String,
    /// Its part.
    pub role: Role,
    /// Its size along each axis; empty for a scalar.
    pub shape: Vec<usize>,
    /// For an adjoint, the tensor that the loss is differentiated by.
    pub of: Option<TensorId>,
    /// The symbol of its first element; the others follow in row-major order.
    pub first: ExprId,
}

impl Tensor {
    /// How many elements it has.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Has it no elements?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The symbol at a row-major offset.
    pub fn at(&self, offset: usize) -> ExprId {
        debug_assert!(offset < self.len());
        ExprId(self.first.0 + offset as u32)
    }
}

/// An element of a tensor: the tensor and a 0-based row-major offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol {
    /// Of which tensor.
    pub tensor: TensorId,
    /// Which element.
    pub offset: u32,
}

/// The 0-based indices of a row-major `offset` in a tensor of this `shape`.
pub fn index_of(shape: &[usize], offset: usize) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    let mut rest = offset;
    for (slot, &size) in index.iter_mut().zip(shape).rev() {
        *slot = rest % size;
        rest /= size;
    }
    index
}

/// The row-major offset of 0-based indices.
pub fn offset_of(shape: &[usize], index: &[usize]) -> usize {
    index.iter().zip(shape).fold(0, |offset, (&i, &size)| offset * size + i)
}
