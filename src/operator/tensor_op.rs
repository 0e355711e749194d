//! Tensor operators and the parameters that define each of them fully.

use itertools::Itertools;

use super::operand::Operand;
use super::placement::Placement;
use super::scale::Scale;
use crate::expr::{TensorId, Ties};

/// An operator on tensors. Every `scale` multiplies the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TensorOp {
    /// Sliding product of two tensors.
    Correlate(Correlation),
    /// The operand itself.
    Identity {
        /// What is copied.
        of: Operand,
        /// Factor.
        scale: Scale,
    },
    /// Sum over some axes.
    Sum {
        /// What is summed.
        of: Operand,
        /// Axes summed over, 0-based, ascending.
        axes: Vec<usize>,
        /// Factor.
        scale: Scale,
    },
    /// The operand repeated along new axes.
    Broadcast {
        /// What is repeated.
        of: Operand,
        /// The axes of the result that are new, 0-based, ascending.
        axes: Vec<usize>,
        /// The shape of the result.
        shape: Vec<usize>,
        /// Factor.
        scale: Scale,
    },
    /// The operand's elements in reading order under another shape.
    Reshape {
        /// What is reshaped.
        of: Operand,
        /// The shape of the result.
        shape: Vec<usize>,
        /// Factor.
        scale: Scale,
    },
    /// Elementwise product of at least two.
    Hadamard {
        /// The factors.
        factors: Vec<Operand>,
        /// Factor.
        scale: Scale,
    },
    /// A sum over products of elements, as einsum writes it.
    Contract(Contraction),
    /// Products of entries at even distances, put at even distances among zeros.
    Place(Placement),
    /// `out[m] = scale · Σ x[i]` over all windows i that cover m: each element spread over its window.
    Upsample {
        /// What is spread.
        of: Operand,
        /// Windows over the result.
        window: Window,
        /// Each element is first divided by the number of places of its window that lie in the result with so many lines before and
        /// after each axis. `None`: it is not divided.
        count: Option<Vec<[i64; 2]>>,
        /// Factor.
        scale: Scale,
    },
    /// `out[m] = scale · Σ x[i]` over all i that window m covers: the sum of each window.
    WindowSum {
        /// What is summed.
        of: Operand,
        /// Windows over the operand.
        window: Window,
        /// The sum is divided by the number of places of the window that lie in the operand with so many lines before and after each
        /// axis. `None`: it is not divided.
        count: Option<Vec<[i64; 2]>>,
        /// Factor.
        scale: Scale,
    },
    /// `out[m] = max x[i]` over all i that window m covers.
    WindowMax {
        /// What is searched.
        of: Operand,
        /// Windows over the operand.
        window: Window,
    },
    /// Each element goes to where its window has its maximum.
    Route(Route),
}

impl TensorOp {
    /// Its constant factor; none of what chooses.
    pub fn scale(&self) -> Option<&Scale> {
        match self {
            TensorOp::Correlate(c) => Some(&c.scale),
            TensorOp::Contract(c) => Some(&c.scale),
            TensorOp::Place(p) => Some(&p.scale),
            TensorOp::Identity { scale, .. }
            | TensorOp::Sum { scale, .. }
            | TensorOp::Broadcast { scale, .. }
            | TensorOp::Reshape { scale, .. }
            | TensorOp::Hadamard { scale, .. }
            | TensorOp::Upsample { scale, .. }
            | TensorOp::WindowSum { scale, .. } => Some(scale),
            TensorOp::WindowMax { .. } | TensorOp::Route(_) => None,
        }
    }

    /// The tensors that it reads, by the operands that name them.
    pub fn tensors(&self) -> Vec<TensorId> {
        match self {
            TensorOp::Correlate(c) => vec![c.x.tensor(), c.y.tensor()],
            TensorOp::Hadamard { factors, .. } => factors.iter().map(|f| f.tensor()).collect(),
            TensorOp::Contract(c) => c.operands.iter().map(|o| o.tensor()).collect(),
            TensorOp::Place(p) => p.operands.iter().map(|o| o.tensor()).collect(),
            TensorOp::Identity { of, .. }
            | TensorOp::Reshape { of, .. }
            | TensorOp::Sum { of, .. }
            | TensorOp::Broadcast { of, .. }
            | TensorOp::Upsample { of, .. }
            | TensorOp::WindowSum { of, .. }
            | TensorOp::WindowMax { of, .. } => vec![of.tensor()],
            TensorOp::Route(r) => vec![r.x, r.through],
        }
    }
}

/// `out[output] = scale · Σ Π operand[letters]`, the sum over all letters that are not in the output: matrix products, outer
/// products, transposes and what else einsum writes. A letter of the output that no operand has repeats the result along it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contraction {
    /// At least one.
    pub operands: Vec<Operand>,
    /// For each operand, a letter for each axis: small numbers.
    pub letters: Vec<Vec<u8>>,
    /// A letter for each axis of the result.
    pub output: Vec<u8>,
    /// Factor.
    pub scale: Scale,
}

impl Contraction {
    /// The axes of the result that no operand has a letter for: along them it is repeated.
    pub fn repeated(&self) -> Vec<usize> {
        let missing = |l: &u8| !self.letters.iter().any(|letters| letters.contains(l));
        self.output.iter().positions(missing).collect()
    }

    /// The name of a letter: from i on as long as there are enough.
    pub fn letter(l: u8) -> char {
        (if l < 18 { b'i' + l } else { b'a' + l - 18 }) as char
    }

    /// `kj,k->j`, with letters from i on as long as there are enough; without the axes that are [repeated](Self::repeated).
    pub fn einsum(&self) -> String {
        let spell = |letters: &[u8]| letters.iter().map(|&l| Contraction::letter(l)).collect::<String>();
        let operands: Vec<String> = self.letters.iter().map(|l| spell(l)).collect();
        let repeated = self.repeated();
        let output: Vec<u8> =
            self.output.iter().enumerate().filter(|(axis, _)| !repeated.contains(axis)).map(|(_, &l)| l).collect();
        format!("{}->{}", operands.join(","), spell(&output))
    }
}

/// Windows over a tensor, a number for each axis: with 0-based indices, window o covers the places
/// `stride·o + dilation·r − padding`, `0 ≤ r < size`, as far as they lie in the tensor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// How many places a window has.
    pub size: Vec<usize>,
    /// How far apart windows begin.
    pub stride: Vec<usize>,
    /// How far apart the places of one window are.
    pub dilation: Vec<usize>,
    /// How far the first window begins before the first place, and how far the last one reaches beyond the last.
    pub padding: Vec<[i64; 2]>,
}

impl Window {
    /// Does every window lie inside, with its places side by side?
    pub fn is_plain(&self) -> bool {
        self.dilation.iter().all(|&d| d == 1) && self.padding.iter().all(|&p| p == [0, 0])
    }

    /// Are so many of them blocks side by side that make up the whole of a tensor of this shape?
    pub fn tiles(&self, windows: &[usize], shape: &[usize]) -> bool {
        let whole = |((n, size), length): ((&usize, &usize), &usize)| n * size == *length;
        self.is_plain() && self.stride == self.size && windows.iter().zip(&self.size).zip(shape).all(whole)
    }
}

/// One axis of a [`Correlation`]. With 0-based indices, `out[m]` multiplies the kernel's `r` with the padded, spread operand at
/// `stride·m + rhs_dilation·r`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorrelationAxis {
    /// How far the kernel moves from one result to the next.
    pub stride: usize,
    /// Distance of neighbours of the first operand: `lhs_dilation − 1` zeros stand between them.
    pub lhs_dilation: usize,
    /// Distance of neighbours of the kernel.
    pub rhs_dilation: usize,
    /// Zeros before the first element; negative: elements cropped.
    pub low: i64,
    /// Zeros after the last element; negative: elements cropped.
    pub high: i64,
}

/// The axes of a [`Correlation`] before those that slide: channels, a batch, groups. They meet as einsum's do, a letter each, and
/// a letter that the result lacks is summed over. An axis may also stand for two letters, `(g c)` in the words of einops: its index
/// is `c` plus as many places for each step of `g` as `c` has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leading {
    /// One or two letters for each leading axis of the first operand: small numbers.
    pub x: Vec<Vec<u8>>,
    /// The same for the kernel.
    pub y: Vec<Vec<u8>>,
    /// The same for the result.
    pub out: Vec<Vec<u8>>,
    /// How many values the first of two letters takes; 1 where no axis has two.
    pub groups: usize,
}

impl Default for Leading {
    fn default() -> Leading {
        Leading { x: Vec::new(), y: Vec::new(), out: Vec::new(), groups: 1 }
    }
}

impl Leading {
    /// Are there no such axes at all?
    pub fn is_empty(&self) -> bool {
        self.x.is_empty() && self.y.is_empty() && self.out.is_empty()
    }

    /// How many values the letters of one axis of this size take.
    pub fn sizes(&self, letters: &[u8], size: usize) -> Vec<usize> {
        if letters.len() == 2 { vec![self.groups, size / self.groups] } else { vec![size; letters.len()] }
    }

    /// The letters that all three have: nothing that differs in one of them meets.
    pub fn shared(&self) -> Vec<u8> {
        let has = |list: &[Vec<u8>], l: &u8| list.iter().flatten().any(|own| own == l);
        self.out.iter().flatten().copied().filter(|l| has(&self.x, l) && has(&self.y, l)).collect()
    }
}

/// The second operand slid over the first along the last axes, in the vocabulary of XLA's general convolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correlation {
    /// What is slid over.
    pub x: Operand,
    /// The kernel.
    pub y: Operand,
    /// Is the kernel rotated by 180 degrees first?
    pub rot180: bool,
    /// The axes before those that slide.
    pub leading: Leading,
    /// The axes that slide: the last ones of both operands and of the result.
    pub axes: Vec<CorrelationAxis>,
    /// Factor.
    pub scale: Scale,
}

/// `out[m] = Σ x[o]` over the windows o whose maximum of `through` lies at m.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// What is routed.
    pub x: TensorId,
    /// The tensor whose maxima decide.
    pub through: TensorId,
    /// Windows over `through`.
    pub window: Window,
    /// Who gets what when a window has several largest elements.
    pub ties: Ties,
}
