//! The layers that ship inside the program, each a text in the layer language and nothing more.

use crate::text::Source;

/// A layer that ships with the program.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// What it is called, on the command line and in its own text.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

impl Builtin {
    /// The text with a name for messages.
    pub fn source(&self) -> Source {
        Source::new(format!("<built-in {}>", self.name), self.text)
    }
}

const BUILTINS: [Builtin; 3] = [
    Builtin { name: "conv", text: include_str!("builtin/conv.derive") },
    Builtin { name: "pool-avg", text: include_str!("builtin/pool-avg.derive") },
    Builtin { name: "pool-max", text: include_str!("builtin/pool-max.derive") },
];

/// All built-in layers, in the order in which they are listed.
pub fn builtins() -> &'static [Builtin] {
    &BUILTINS
}
