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

const BUILTINS: [Builtin; 27] = [
    Builtin { name: "conv", text: include_str!("builtin/conv.derive") },
    Builtin { name: "conv-transposed", text: include_str!("builtin/conv-transposed.derive") },
    Builtin { name: "pool-avg", text: include_str!("builtin/pool-avg.derive") },
    Builtin { name: "pool-max", text: include_str!("builtin/pool-max.derive") },
    Builtin { name: "pool-lp", text: include_str!("builtin/pool-lp.derive") },
    Builtin { name: "pool-avg-adaptive", text: include_str!("builtin/pool-avg-adaptive.derive") },
    Builtin { name: "pool-max-adaptive", text: include_str!("builtin/pool-max-adaptive.derive") },
    Builtin { name: "dense", text: include_str!("builtin/dense.derive") },
    Builtin { name: "sigma", text: include_str!("builtin/sigma.derive") },
    Builtin { name: "sigmoid", text: include_str!("builtin/sigmoid.derive") },
    Builtin { name: "tanh", text: include_str!("builtin/tanh.derive") },
    Builtin { name: "relu", text: include_str!("builtin/relu.derive") },
    Builtin { name: "leaky-relu", text: include_str!("builtin/leaky-relu.derive") },
    Builtin { name: "softplus", text: include_str!("builtin/softplus.derive") },
    Builtin { name: "silu", text: include_str!("builtin/silu.derive") },
    Builtin { name: "gelu", text: include_str!("builtin/gelu.derive") },
    Builtin { name: "exp", text: include_str!("builtin/exp.derive") },
    Builtin { name: "softmax", text: include_str!("builtin/softmax.derive") },
    Builtin { name: "log-softmax", text: include_str!("builtin/log-softmax.derive") },
    Builtin { name: "mse", text: include_str!("builtin/mse.derive") },
    Builtin { name: "bce", text: include_str!("builtin/bce.derive") },
    Builtin { name: "crossentropy", text: include_str!("builtin/crossentropy.derive") },
    Builtin { name: "nll", text: include_str!("builtin/nll.derive") },
    Builtin { name: "flatten", text: include_str!("builtin/flatten.derive") },
    Builtin { name: "reshape", text: include_str!("builtin/reshape.derive") },
    Builtin { name: "add", text: include_str!("builtin/add.derive") },
    Builtin { name: "concat", text: include_str!("builtin/concat.derive") },
];

/// All built-in layers, in the order in which they are listed.
pub fn builtins() -> &'static [Builtin] {
    &BUILTINS
}
