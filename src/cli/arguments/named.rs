//! The words for values of options that the library has a type for, and what the help says of them.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::document::{Depth, Entries, Lang, Section};
use crate::expr::Ties;
use crate::render::{Host, Paper};

/// Makes the values of a type those of an option: each with its word, and its line in the help if it has one.
macro_rules! named {
    ($type:ident: $($value:ident $word:literal $($help:literal)?,)*) => {
        impl ValueEnum for $type {
            fn value_variants<'a>() -> &'a [Self] {
                &[$($type::$value),*]
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                Some(match self {
                    $($type::$value => PossibleValue::new($word)$(.help($help))?,)*
                })
            }
        }
    };
}

named! { Host:
    MdBook "mdbook" "mdBook with `mathjax-support = true`",
    GitHub "github" "GitHub",
    Myst "myst" "MyST: Sphinx, Jupyter Book",
    Plain "plain" "Jupyter, Pandoc, Obsidian and others that know `$…$`",
}
named! { Paper:
    A4 "a4" "210 by 297 mm",
    Letter "letter" "8.5 by 11 inches",
}
named! { Lang:
    En "en" "English",
    Zh "zh" "Chinese; its LaTeX needs ctex and xelatex",
}
named! { Depth:
    Brief "brief" "The results, the index forms and the operators",
    Tutorial "tutorial" "One entry step by step, the others as what they come to",
    Full "full" "Every entry step by step with every zero, up to 64 of a tensor, in a net up to 4",
}
named! { Entries:
    All "all" "Every entry, every term",
    Few "few" "The first one, one with most terms, and the last",
    None "none" "None",
}
named! { Ties:
    First "first" "The first in reading order gets all, as in max pooling of PyTorch, JAX and most others",
    Split "split" "Equal shares, as in tinygrad and MLX",
    All "all" "Each gets all, as in dfdx",
}
named! { Section:
    Forward "forward",
    Network "network" "A picture of what is connected with what; only where it is asked for",
    Window "window" "Pictures of windows that slide, in the sections that are asked for, or in all; only where they are asked for",
    Intermediate "intermediate",
    Input "input",
    Weight "weight",
    Bias "bias",
    Summary "summary",
    Values "values",
}
