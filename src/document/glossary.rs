//! The glossary: how the tensors of one derivation are called in print.

use super::math::{Level, Math, Name};
use crate::derivation::Derivation;
use crate::expr::{Role, TensorId, index_of};
use crate::layer::Label;
use crate::recognise::TensorOp;

/// Choices of notation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notation {
    /// The smallest index in print.
    pub index_base: i64,
}

impl Default for Notation {
    fn default() -> Self {
        Notation { index_base: 1 }
    }
}

/// How each tensor is printed.
#[derive(Clone, Debug)]
pub struct Glossary {
    entries: Vec<Entry>,
    /// The smallest index in print.
    pub index_base: i64,
    /// The smallest index in the layer's text.
    pub source_base: i64,
    /// Are the tensors those of a net, numbered by its layers?
    in_net: bool,
    /// Are vectors columns, as products with matrices want them?
    columns: bool,
}

#[derive(Clone, Debug)]
struct Entry {
    name: Name,
    code: String,
    shape: Vec<usize>,
    commas: bool,
    /// An adjoint that is shown as ∂C/∂x, and its x.
    partial_by: Option<TensorId>,
    /// One number, in a net, where a letter says all.
    single: bool,
}

impl Glossary {
    /// The glossary of a derivation.
    pub fn new(derivation: &Derivation, notation: &Notation) -> Glossary {
        let arena = &derivation.system.arena;
        let entries = arena.tensors().map(|(id, tensor)| {
            let label = |of: TensorId| derivation.instance.tensors.get(of.0 as usize).and_then(|t| t.label.as_ref());
            let level = |label: &Label| label.number.map_or(Level::None, Level::Number);
            let output = |of: TensorId| arena.tensor(of).role == Role::Output;
            let (name, partial_by) = match tensor.of {
                Some(of) => match label(of) {
                    Some(of_label) if of_label.pre_activation => {
                        (Name { level: level(of_label), ..Name::new(&derivation.error) }, None)
                    }
                    Some(_) => (Name::new(&tensor.name), Some(of)),
                    // the adjoint of what is not the output: ∇a
                    None if !output(of) => (Name { nabla: true, ..Name::new(&arena.tensor(of).name) }, None),
                    None => (Name::new(&tensor.name), None),
                },
                None => match label(id) {
                    Some(own) => (Name { level: level(own), ..Name::new(&own.letter) }, None),
                    None => (Name::new(&tensor.name), None),
                },
            };
            let largest = |&size: &usize| size as i64 - 1 + notation.index_base > 9;
            Entry {
                name,
                code: tensor.name.clone(),
                shape: tensor.shape.clone(),
                commas: tensor.shape.len() > 1 && tensor.shape.iter().any(largest),
                partial_by,
                single: !derivation.instance.stages.is_empty() && tensor.len() == 1,
            }
        });
        Glossary {
            entries: entries.collect(),
            index_base: notation.index_base,
            source_base: derivation.instance.index_base,
            in_net: !derivation.instance.stages.is_empty(),
            columns: derivation
                .recognitions
                .iter()
                .any(|(_, r)| r.parts.iter().any(|p| matches!(p, TensorOp::Contract(_)))),
        }
    }

    /// The name of a tensor, its elements' name without indices.
    pub fn name(&self, tensor: TensorId) -> &Name {
        &self.entries[tensor.0 as usize].name
    }

    /// The letter of what windows are divided by: one that no tensor has.
    pub fn divisor(&self) -> Math {
        let free = |letter: &&str| self.entries.iter().all(|e| e.name.word != *letter);
        Math::name(["D", "N", "M", "Q"].into_iter().find(free).unwrap_or("D"))
    }

    /// The name of a tensor in the layer language.
    pub fn code(&self, tensor: TensorId) -> &str {
        &self.entries[tensor.0 as usize].code
    }

    /// The printed indices of an element.
    pub fn indices(&self, tensor: TensorId, offset: u32) -> Vec<i64> {
        let entry = &self.entries[tensor.0 as usize];
        index_of(&entry.shape, offset as usize).into_iter().map(|i| i as i64 + self.index_base).collect()
    }

    /// Calls `each` with the printed indices of an element, without storing them when there are at most two.
    pub fn each_index(&self, tensor: TensorId, offset: u32, mut each: impl FnMut(i64)) {
        match *self.entries[tensor.0 as usize].shape.as_slice() {
            [] => {}
            [_] => each(i64::from(offset) + self.index_base),
            [_, columns] => {
                let columns = columns as u32;
                each(i64::from(offset / columns) + self.index_base);
                each(i64::from(offset % columns) + self.index_base);
            }
            _ => self.indices(tensor, offset).into_iter().for_each(each),
        }
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
    pub fn tensor(&self, tensor: TensorId, level: Level) -> Math {
        let entry = &self.entries[tensor.0 as usize];
        if let Some(of) = entry.partial_by {
            return Math::derivative(Math::loss(), self.tensor(of, level));
        }
        Math::Name(self.name_at(tensor, level))
    }

    /// An element: by its indices, or where a letter says all by that.
    pub fn element(&self, tensor: TensorId, offset: u32) -> Math {
        let entry = &self.entries[tensor.0 as usize];
        match entry.partial_by {
            Some(of) => Math::derivative(Math::loss(), self.element(of, offset)),
            None if entry.single => self.tensor(tensor, Level::None),
            None => Math::Element(tensor, offset),
        }
    }

    /// An element by letters.
    pub fn indexed(&self, tensor: TensorId, indices: Vec<Math>) -> Math {
        self.indexed_at(tensor, Level::None, indices)
    }

    /// An element by letters, marked with the layer it belongs to.
    pub fn indexed_at(&self, tensor: TensorId, level: Level, indices: Vec<Math>) -> Math {
        let entry = &self.entries[tensor.0 as usize];
        match entry.partial_by {
            Some(of) => Math::derivative(Math::loss(), self.indexed_at(of, level, indices)),
            None if entry.single || indices.is_empty() => self.tensor(tensor, level),
            None => Math::Indexed(tensor, level, indices),
        }
    }

    /// The name of a tensor with a mark for its layer; what a net numbers keeps its number.
    pub fn name_at(&self, tensor: TensorId, level: Level) -> Name {
        let own = self.name(tensor);
        let level = if own.level == Level::None && !self.in_net { level } else { own.level };
        Name { level, ..own.clone() }
    }

    /// Is it one number that needs no index?
    pub fn is_single(&self, tensor: TensorId) -> bool {
        self.entries[tensor.0 as usize].single
    }

    /// Are vectors columns?
    pub fn columns(&self) -> bool {
        self.columns
    }

    /// Is it an adjoint that has no letter of its own: ∂C/∂x?
    pub fn is_partial(&self, tensor: TensorId) -> bool {
        self.entries[tensor.0 as usize].partial_by.is_some()
    }
}
