//! The choices of a notation.

use crate::formula::{Around, Sliding};

/// Choices of notation. The default is that of the tutorial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notation {
    /// The smallest index in print; if it is not said, that of the layer's text.
    pub index_base: Option<i64>,
    /// How the mark of a layer is written.
    pub level: Around,
    /// Is the layer below told of, and are letters marked with their layer?
    pub layer_below: bool,
    /// How derivatives of the loss are written.
    pub gradient: Gradients,
    /// The letter of [`Gradients::Prefix`].
    pub prefix: char,
    /// Have errors a letter of their own?
    pub error_letter: bool,
    /// The signs of sliding products.
    pub sliding: Sliding,
    /// Are vectors rows?
    pub rows: bool,
    /// Are whole tensors bold?
    pub bold: bool,
    /// Do commas always stand between indices?
    pub commas: bool,
    /// The letter of the loss.
    pub loss: String,
    /// Other names for tensors: that in the layer language, that in print.
    pub names: Vec<(String, String)>,
}

/// How the derivative of the loss by a tensor is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gradients {
    /// `∇a` for entries, `∂C/∂a` for whole tensors and in nets.
    Nabla,
    /// `∂C/∂a`.
    Partial,
    /// `da`.
    Prefix,
}

impl Default for Notation {
    fn default() -> Self {
        Notation {
            index_base: None,
            level: Around::Nothing,
            layer_below: true,
            gradient: Gradients::Nabla,
            prefix: 'd',
            error_letter: true,
            sliding: Sliding::Framework,
            rows: false,
            bold: false,
            commas: false,
            loss: "C".to_string(),
            names: Vec::new(),
        }
    }
}

impl Notation {
    /// The name in print of a tensor.
    pub fn printed<'a>(&'a self, name: &'a str) -> &'a str {
        self.names.iter().find(|(own, _)| own == name).map_or(name, |(_, new)| new)
    }
}
