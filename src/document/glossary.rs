//! The glossary: how the tensors of one derivation are called in print.

use super::math::{Level, Math, Name};
use crate::derivation::Derivation;
use crate::expr::{Role, TensorId, index_of};

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
}

#[derive(Clone, Debug)]
struct Entry {
    name: Name,
    code: String,
    shape: Vec<usize>,
    commas: bool,
}

impl Glossary {
    /// The glossary of a derivation.
    pub fn new(derivation: &Derivation, notation: &Notation) -> Glossary {
        let arena = &derivation.system.arena;
        let entries = arena.tensors().map(|(_, tensor)| {
            let (word, nabla) = match tensor.of {
                // the adjoint of what is not the output: ∇a
                Some(of) if arena.tensor(of).role != Role::Output => (arena.tensor(of).name.clone(), true),
                Some(_) | None => (tensor.name.clone(), false),
            };
            let largest = |&size: &usize| size as i64 - 1 + notation.index_base > 9;
            Entry {
                name: Name { word, nabla, level: Level::None },
                code: tensor.name.clone(),
                shape: tensor.shape.clone(),
                commas: tensor.shape.len() > 1 && tensor.shape.iter().any(largest),
            }
        });
        Glossary {
            entries: entries.collect(),
            index_base: notation.index_base,
            source_base: derivation.instance.index_base,
        }
    }

    /// The name of a tensor, its elements' name without indices.
    pub fn name(&self, tensor: TensorId) -> &Name {
        &self.entries[tensor.0 as usize].name
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

    /// The whole tensor, marked with the layer it belongs to.
    pub fn tensor(&self, tensor: TensorId, level: Level) -> Math {
        Math::Name(Name { level, ..self.name(tensor).clone() })
    }
}
