//! The glossary: how the tensors of one derivation are called in print.

use super::math::{Level, Marks, Math, Name};
use super::notation::{Gradients, Notation};
use crate::derivation::Derivation;
use crate::expr::{Role, TensorId, index_of};
use crate::operator::TensorOp;

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
    /// Are they rows in such products?
    rows: bool,
    notation: Notation,
}

#[derive(Clone, Debug)]
struct Entry {
    name: Name,
    code: String,
    shape: Vec<usize>,
    commas: bool,
    /// An adjoint that is shown as ∂C/∂x, and its x.
    partial_by: Option<TensorId>,
    /// An adjoint that is told as an error of its own: not that of an activation or a parameter of a net.
    error: bool,
    /// One number, in a net, where a letter says all.
    single: bool,
}

impl Glossary {
    /// The glossary of a derivation.
    pub fn new(derivation: &Derivation, notation: &Notation) -> Glossary {
        let arena = &derivation.system.arena;
        let base = notation.index_base.unwrap_or(derivation.instance.index_base);
        let loss = |of: TensorId| derivation.instance.loss && of == derivation.system.output();
        let usual = Notation::default().loss;
        let marks = Marks { around: notation.level, ..Marks::default() };
        let label = |of: TensorId| derivation.instance.tensors.get(of.0 as usize).and_then(|t| t.label.as_ref());
        // what a tensor of the layer is called
        let own = |of: TensorId| {
            let level = label(of).and_then(|l| l.number).map_or(Level::None, Level::Number);
            let word = label(of).map_or(arena.tensor(of).name.as_str(), |l| l.letter.as_str());
            let word = if loss(of) && word == usual { notation.loss.as_str() } else { notation.printed(word) };
            Name { level, marks, ..Name::new(word) }
        };
        let entries = arena.tensors().map(|(id, tensor)| {
            let lettered = match tensor.of.and_then(label) {
                Some(of) => of.pre_activation,
                None => tensor.of.is_some_and(|of| arena.tensor(of).role == Role::Output),
            };
            let (name, partial_by) = match tensor.of {
                None => (own(id), None),
                Some(of) if lettered && notation.error_letter => {
                    let word = if label(of).is_some() { &derivation.error } else { &tensor.name };
                    (Name { word: notation.printed(word).to_string(), ..own(of) }, None)
                }
                Some(of) => match notation.gradient {
                    // a net's letters stand in fractions
                    Gradients::Nabla if label(of).is_none() => (Name { nabla: true, ..own(of) }, None),
                    Gradients::Nabla | Gradients::Partial => (Name::new(&tensor.name), Some(of)),
                    Gradients::Prefix => {
                        let marks = Marks { prefix: Some(notation.prefix), ..marks };
                        (Name { marks, ..own(of) }, None)
                    }
                },
            };
            let largest = |&size: &usize| size as i64 - 1 + base > 9;
            Entry {
                name,
                code: tensor.name.clone(),
                shape: tensor.shape.clone(),
                commas: tensor.shape.len() > 1 && (notation.commas || tensor.shape.iter().any(largest)),
                partial_by,
                error: tensor.of.is_some_and(|of| lettered || label(of).is_none()),
                single: !derivation.instance.stages.is_empty() && tensor.len() == 1,
            }
        });
        let products =
            derivation.recognitions.iter().any(|(_, r)| r.parts.iter().any(|p| matches!(p, TensorOp::Contract(_))));
        Glossary {
            entries: entries.collect(),
            index_base: base,
            source_base: derivation.instance.index_base,
            in_net: !derivation.instance.stages.is_empty(),
            columns: products && !notation.rows,
            rows: products && notation.rows,
            notation: notation.clone(),
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
            return self.by_loss(self.tensor(of, level));
        }
        Math::Name(self.whole_name(tensor, level))
    }

    /// An element: by its indices, or where a letter says all by that.
    pub fn element(&self, tensor: TensorId, offset: u32) -> Math {
        let entry = &self.entries[tensor.0 as usize];
        match entry.partial_by {
            Some(of) => self.by_loss(self.element(of, offset)),
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
            Some(of) => self.by_loss(self.indexed_at(of, level, indices)),
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

    /// The name of the whole tensor with a mark for its layer.
    pub fn whole_name(&self, tensor: TensorId, level: Level) -> Name {
        self.indexed_name(tensor, level, 0)
    }

    /// The same before so many indices: where these leave axes open, it is the name of a whole tensor still.
    pub fn indexed_name(&self, tensor: TensorId, level: Level, indices: usize) -> Name {
        let entry = &self.entries[tensor.0 as usize];
        let name = self.name_at(tensor, level);
        let bold = self.notation.bold && indices < entry.shape.len() && !entry.single;
        Name { marks: Marks { bold, ..name.marks }, ..name }
    }

    /// The loss.
    pub fn loss(&self) -> Math {
        Math::name(&self.notation.loss)
    }

    /// `∂C/∂x`.
    pub fn by_loss(&self, x: Math) -> Math {
        Math::derivative(self.loss(), x)
    }

    /// The notation that names follow.
    pub fn notation(&self) -> &Notation {
        &self.notation
    }

    /// Is it one number that needs no index?
    pub fn is_single(&self, tensor: TensorId) -> bool {
        self.entries[tensor.0 as usize].single
    }

    /// Are vectors columns?
    pub fn columns(&self) -> bool {
        self.columns
    }

    /// Are vectors rows, in a derivation that has products with matrices?
    pub fn rows(&self) -> bool {
        self.rows
    }

    /// Is it an adjoint that is told as an error of its own, not with what it is the adjoint of?
    pub fn is_error(&self, tensor: TensorId) -> bool {
        self.entries[tensor.0 as usize].error
    }

    /// Do letters that are indices always have commas between them?
    pub fn always_commas(&self) -> bool {
        self.notation.commas
    }

    /// Is it an adjoint that is written as a fraction: ∂C/∂x?
    pub fn is_partial(&self, tensor: TensorId) -> bool {
        self.entries[tensor.0 as usize].partial_by.is_some()
    }
}
