//! The glossary: how the tensors of one derivation are called in print.

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use super::name::{Level, Marks, Name};
use super::tree::{Formula, Letter};
use crate::expr::TensorId;
use crate::index::Letters;

/// How each tensor is printed, and what holds for all formulas of a document.
#[derive(Clone, Debug)]
pub struct Glossary {
    pub(crate) entries: Vec<Printed>,
    pub(crate) conventions: Conventions,
    /// What else is printed as a name: functions, and the letter before what it is the gradient of.
    pub(crate) others: Vec<String>,
    /// Letters beside all of that, made when they are first asked for.
    pub(crate) letters: OnceCell<Letters>,
    /// The smallest index in print.
    pub index_base: i64,
    /// The smallest index in the layer's text.
    pub source_base: i64,
}

/// How one tensor is printed.
#[derive(Clone, Debug)]
pub(crate) struct Printed {
    pub(crate) name: Name,
    /// Its name in the layer language.
    pub(crate) code: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) commas: bool,
    /// An adjoint that is shown as ∂C/∂x, and its x.
    pub(crate) partial_by: Option<TensorId>,
    /// An adjoint that is told as an error of its own: not that of an activation or a parameter of a net.
    pub(crate) error: bool,
    /// One number, in a net, where a letter says all.
    pub(crate) single: bool,
}

/// Choices that hold for all formulas of a document.
#[derive(Clone, Debug)]
pub struct Conventions {
    /// The signs of sliding products.
    pub sliding: Sliding,
    /// Are vectors columns, in a derivation that has products with matrices?
    pub columns: bool,
    /// Are they rows in such products?
    pub rows: bool,
    /// Are the tensors those of a net, numbered by its layers?
    pub in_net: bool,
    /// Are whole tensors bold?
    pub bold: bool,
    /// Do commas always stand between indices?
    pub commas: bool,
    /// The name of the loss.
    pub loss: String,
}

/// The signs of sliding products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sliding {
    /// `∗`: the kernel slides as it stands.
    Framework,
    /// `⋆` for the same.
    Correlation,
    /// `⋆` where the kernel slides as it stands, and `∗`, the convolution of mathematics, where it is rotated.
    Convolution,
}

impl Sliding {
    /// Is a rotated kernel written as such? If not, the sign holds the rotation.
    pub fn says_rotation(self) -> bool {
        self != Sliding::Convolution
    }
}

/// The printed indices of an element, one after another: there are millions of them, and nothing is stored.
#[derive(Clone, Copy)]
pub struct Indices<'a> {
    /// The sizes of the axes that are left.
    shape: &'a [usize],
    offset: u32,
    base: i64,
}

impl Iterator for Indices<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        let (&size, behind) = self.shape.split_first()?;
        let step = behind.iter().fold(1, |step, &size| step * size as u32);
        self.shape = behind;
        Some(i64::from(self.offset / step % size as u32) + self.base)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.shape.len(), Some(self.shape.len()))
    }
}

impl ExactSizeIterator for Indices<'_> {}

impl Glossary {
    /// The name of a tensor, its elements' name without indices.
    pub fn name(&self, tensor: TensorId) -> &Name {
        &self.entries[tensor.0 as usize].name
    }

    /// How many tensors there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Are there no tensors?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The name of a tensor in the layer language.
    pub fn code(&self, tensor: TensorId) -> &str {
        &self.entries[tensor.0 as usize].code
    }

    /// The printed indices of an element.
    pub fn indices(&self, tensor: TensorId, offset: u32) -> Indices<'_> {
        Indices { shape: self.shape(tensor), offset, base: self.index_base }
    }

    /// Do the indices of this tensor need commas between them?
    pub fn commas(&self, tensor: TensorId) -> bool {
        self.entries[tensor.0 as usize].commas
    }

    /// The shape of a tensor.
    pub fn shape(&self, tensor: TensorId) -> &[usize] {
        &self.entries[tensor.0 as usize].shape
    }

    /// The whole tensor, marked with the layer it belongs to; what a net numbers keeps its number.
    pub fn tensor(&self, tensor: TensorId, level: Level) -> Formula {
        match self.entries[tensor.0 as usize].partial_by {
            Some(of) => Formula::by_loss(self.tensor(of, level)),
            None => Formula::Name(tensor, level),
        }
    }

    /// An element: by its indices, or where a letter says all by that.
    pub fn element(&self, tensor: TensorId, offset: u32) -> Formula {
        let entry = &self.entries[tensor.0 as usize];
        match entry.partial_by {
            Some(of) => Formula::by_loss(self.element(of, offset)),
            None if entry.single || entry.shape.is_empty() => Formula::Name(tensor, Level::None),
            None => Formula::Entry(tensor, offset),
        }
    }

    /// An element by letters.
    pub fn indexed(&self, tensor: TensorId, indices: Vec<Formula>) -> Formula {
        self.indexed_at(tensor, Level::None, indices)
    }

    /// An element by letters, marked with the layer it belongs to.
    pub fn indexed_at(&self, tensor: TensorId, level: Level, indices: Vec<Formula>) -> Formula {
        let entry = &self.entries[tensor.0 as usize];
        match entry.partial_by {
            Some(of) => Formula::by_loss(self.indexed_at(of, level, indices)),
            None if entry.single || indices.is_empty() => self.tensor(tensor, level),
            None => Formula::At(tensor, level, indices),
        }
    }

    /// The name of a tensor with a mark for its layer; what a net numbers keeps its number.
    pub fn name_at(&self, tensor: TensorId, level: Level) -> Name {
        let own = self.name(tensor);
        let level = if own.level == Level::None && !self.conventions.in_net { level } else { own.level };
        Name { level, ..own.clone() }
    }

    /// The name of the whole tensor with a mark for its layer.
    pub fn whole_name(&self, tensor: TensorId, level: Level) -> Name {
        self.indexed_name(tensor, level, 0)
    }

    /// The same before so many indices: where these leave axes open, it is the name of a whole tensor still.
    pub fn indexed_name(&self, tensor: TensorId, level: Level, indices: usize) -> Name {
        let entry = &self.entries[tensor.0 as usize];
        let name = self.name_at(tensor, level);
        let bold = self.conventions.bold && indices < entry.shape.len() && !entry.single;
        Name { marks: Marks { bold, ..name.marks }, ..name }
    }

    /// What holds for all formulas.
    pub fn conventions(&self) -> &Conventions {
        &self.conventions
    }

    /// Is it one number that needs no index?
    pub fn is_single(&self, tensor: TensorId) -> bool {
        self.entries[tensor.0 as usize].single
    }

    /// Are vectors columns?
    pub fn columns(&self) -> bool {
        self.conventions.columns
    }

    /// Are vectors rows, in a derivation that has products with matrices?
    pub fn rows(&self) -> bool {
        self.conventions.rows
    }

    /// Is it an adjoint that is told as an error of its own, not with what it is the adjoint of?
    pub fn is_error(&self, tensor: TensorId) -> bool {
        self.entries[tensor.0 as usize].error
    }

    /// Do letters that are indices always have commas between them?
    pub fn always_commas(&self) -> bool {
        self.conventions.commas
    }

    /// Is it an adjoint that is written as a fraction: ∂C/∂x?
    pub fn is_partial(&self, tensor: TensorId) -> bool {
        self.entries[tensor.0 as usize].partial_by.is_some()
    }

    /// Letters beside all that is printed as a name.
    pub fn letters(&self) -> Letters {
        let made = || {
            let shown = self.entries.iter().filter(|e| e.partial_by.is_none()).map(|e| e.name.word.as_str());
            Letters::beside(shown.chain([self.conventions.loss.as_str()]).chain(self.others.iter().map(String::as_str)))
        };
        self.letters.get_or_init(made).clone()
    }

    /// Would a reader take this letter for a tensor?
    pub fn is_name_of(&self, letter: &Letter, tensor: TensorId) -> bool {
        let name = &self.entries[tensor.0 as usize].name;
        name.word == **letter && name.level == Level::None && !name.nabla && name.marks.prefix.is_none()
    }

    /// Of each tensor: is there another one that is printed alike?
    pub fn ambiguous(&self) -> Vec<bool> {
        let mut alike: FxHashMap<_, usize> = FxHashMap::default();
        let shown = |e: &&Printed| e.partial_by.is_none();
        self.entries.iter().filter(shown).for_each(|e| *alike.entry(e.name.looks()).or_default() += 1);
        self.entries.iter().map(|e| e.partial_by.is_none() && alike[&e.name.looks()] > 1).collect()
    }
}
