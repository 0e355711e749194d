//! What can be said on the command line.

mod geometry;
mod named;
mod norms;
mod output;
mod sliding;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::sizes::{inputs, positive_amounts, shape, size};
use crate::expr::Ties;
use crate::render::Host;

pub(super) use geometry::{Assignments, DenseBias, Inputs, LayerOptions, List, axes, dense, word};
pub(super) use norms::Norms;
pub(super) use output::{Common, Format, Headings, LEAST_COLUMNS, Pictures, Width, value_name};
pub(super) use sliding::{Kernel, Window};

/// Derives the backpropagation equations of a layer, recognises them as tensor operators, checks and typesets them.
#[derive(Debug, Parser)]
#[command(name = "derive", version, max_term_width = 100)]
#[command(after_help = "Examples:\n  \
    derive conv --input 3x3 --kernel 2x2 > out.tex             a fragment for \\input, needs amsmath\n  \
    derive conv --input 3x3 --kernel 2x2 --standalone > out.tex   a document that compiles by itself\n  \
    derive pool max --input 4x4 --window 2x2 --format text     readable in a terminal\n  \
    derive layer my.derive --input 6 --size K=3 --format json  a layer of your own\n  \
    derive weave --check docs                                  are the equations in these documents fresh?")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(flatten)]
    Derive(Box<Deriving>),
    /// Regenerate the marked parts of documents
    #[command(after_help = "Examples:\n  \
        derive weave README.md docs                               write what is missing or stale\n  \
        derive weave --check docs                                 only tell, with exit status 1\n\n\
        Markers, each alone on its line:\n  \
        Markdown          <!-- derive: conv --input 3x3 --kernel 2x2 --part input -->   <!-- /derive -->\n  \
        LaTeX             % derive: conv …                                              % /derive\n  \
        Typst             // derive: conv …                                             // /derive\n  \
        reStructuredText  .. derive: conv …                                             .. /derive\n  \
        SVG               <?derive conv … --part network?>                              <?end-derive?>")]
    Weave(Weave),
    /// A preprocessor for mdBook: `command = "derive mdbook"` in book.toml
    #[command(after_help = "In book.toml:\n  \
        [output.html]\n  \
        mathjax-support = true\n\n  \
        [preprocessor.derive]\n  \
        command = \"derive mdbook\"\n\n\
        In a chapter, one directive a line:\n  \
        ```derive\n  \
        conv --input 3x3 --kernel 2x2 --part input\n  \
        ```\n\n\
        The markers of `derive weave` are generated anew for the book too.")]
    Mdbook {
        #[command(subcommand)]
        call: Option<MdbookCall>,
    },
    /// What a shell completes: `derive completions bash > /etc/bash_completion.d/derive`
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// The manual page: `derive man > derive.1`, and of a command, `derive man conv > derive-conv.1`
    Man {
        /// Of this command
        command: Option<String>,
    },
    /// The built-in layers, with their source in the layer language
    #[command(after_help = "Examples:\n  \
        derive layers                                             all of them\n  \
        derive layers conv                                        one, to read or to begin with")]
    Layers {
        /// Only this one
        name: Option<String>,
    },
}

/// What mdBook asks before it sends a book.
#[derive(Debug, Subcommand)]
pub(super) enum MdbookCall {
    /// Exit with 0 if a renderer is supported, and with 1 if not
    Supports {
        /// Its name
        renderer: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct Weave {
    /// Documents, and folders whose documents are taken as git sees them, without hidden ones
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Write nothing; show what is no longer as it would be generated, and exit with 1 if there is any
    #[arg(long)]
    pub(super) check: bool,
    /// Where Markdown will be shown; a directive may say otherwise
    #[arg(long, value_enum, default_value = "github")]
    pub(super) host: Host,
    /// Overwrite what was changed by hand
    #[arg(long, conflicts_with = "check")]
    pub(super) force: bool,
}

/// What stands in a document where equations are to come: a deriving command without the program's name.
#[derive(Debug, Parser)]
#[command(name = "derive", no_binary_name = true, disable_help_flag = true, disable_help_subcommand = true)]
pub(super) struct Directive {
    #[command(subcommand)]
    pub(super) deriving: Deriving,
}

/// The commands that derive something.
#[derive(Debug, Subcommand)]
pub(super) enum Deriving {
    /// A convolution layer (cross-correlation, as frameworks define it)
    #[command(after_help = "Examples:\n  \
        derive conv --input 3x3 --kernel 2x2 --standalone > out.tex\n  \
        derive conv --input 6x6 --kernel 3x3 --stride 2 --padding 1 --format text\n  \
        derive conv --input 8x8 --kernel 3x3 --channels 3:4 --entries few --format typst")]
    Conv {
        #[command(flatten)]
        geometry: Box<Kernel>,
        #[command(flatten)]
        common: Common,
    },
    /// A pooling layer
    #[command(after_help = "Examples:\n  \
        derive pool max --input 4x4 --window 2x2 --format text\n  \
        derive pool avg --input 5x5 --window 3x3 --stride 2\n  \
        derive pool lp --input 4x4 --window 2x2 --norm 3/2")]
    #[command(subcommand)]
    Pool(Pool),
    /// A dense (fully connected) layer
    #[command(after_help = "Examples:\n  \
        derive dense --input 3 --output 2 --format text\n  \
        derive dense --input 3 --output 2 --batch 4 --bias none")]
    Dense {
        /// Number of inputs
        #[arg(long, value_name = "N", value_parser = shape, allow_hyphen_values = true)]
        input: List,
        /// Number of outputs
        #[arg(long = "output", value_name = "N", value_parser = shape, allow_hyphen_values = true)]
        outputs: List,
        /// Number of examples that are computed at once, as a leading axis [default: one example, without the axis]
        #[arg(long, value_name = "N", value_parser = shape, allow_hyphen_values = true)]
        batch: Option<List>,
        /// One bias for each output, or none [default: shared]
        #[arg(long, value_enum)]
        bias: Option<DenseBias>,
        #[command(flatten)]
        common: Common,
    },
    /// A net: a chain of layers, from the last error to the first weight
    #[command(after_help = "Examples:\n  \
        derive net --input 2 'dense 2 -> sigma -> dense 2 -> sigma'\n  \
        derive net --input 6x6 'conv 3x3 -> relu -> pool max 2x2 -> flatten -> dense 2 -> mse'\n  \
        derive net --input 4 'input as x -> dense 4 -> tanh -> dense 4 -> add x'\n  \
        derive net --input 1x6x6 --batch 2 'conv 3x3 channels 2 -> pool avg 2 -> flatten'\n  \
        derive net my.derive\n\n\
        Layers: `derive layers` lists them, `derive layers conv` shows one with its options. They are set as in \
        `conv(kernel 3, padding 1)`. A file may hold further layers beside its net.")]
    Net {
        /// The layers with `->` between them, or a file that holds a net
        net: String,
        /// Sizes of the input, such as 6x6, channels first, or of several by name, such as x=4,y=3x3
        #[arg(long, value_name = "SHAPE", value_parser = inputs, allow_hyphen_values = true)]
        input: Option<Inputs>,
        /// Number of examples that are computed at once, as a leading axis of every input [default: one example, without the axis]
        #[arg(long, value_name = "N", value_parser = size, allow_hyphen_values = true)]
        batch: Option<List>,
        /// Who gets the derivative of a maximum when several entries are largest
        #[arg(long, value_enum, default_value = "first")]
        ties: Ties,
        #[command(flatten)]
        common: Common,
    },
    /// A layer that you wrote in the layer language
    #[command(after_help = "Examples:\n  \
        derive layers pool-avg > my.derive                      a text to begin with\n  \
        derive layer my.derive --input 4x4 --window 2x2 --format text\n  \
        derive layer my.derive --input 6x6 --set window=3x3 --part summary,input")]
    Layer {
        /// The file with the layer
        file: PathBuf,
        #[command(flatten)]
        options: LayerOptions,
        /// Who gets the derivative of a maximum when several entries are largest
        #[arg(long, value_enum, default_value = "first")]
        ties: Ties,
        #[command(flatten)]
        common: Common,
    },
}

impl Deriving {
    /// The options that all have, to be changed.
    pub(super) fn common_mut(&mut self) -> &mut Common {
        match self {
            Deriving::Conv { common, .. }
            | Deriving::Pool(Pool::Avg { common, .. } | Pool::Max { common, .. } | Pool::Lp { common, .. })
            | Deriving::Dense { common, .. }
            | Deriving::Net { common, .. }
            | Deriving::Layer { common, .. } => common,
        }
    }

    /// The options that all have.
    pub(super) fn common(&self) -> &Common {
        match self {
            Deriving::Conv { common, .. }
            | Deriving::Pool(Pool::Avg { common, .. } | Pool::Max { common, .. } | Pool::Lp { common, .. })
            | Deriving::Dense { common, .. }
            | Deriving::Net { common, .. }
            | Deriving::Layer { common, .. } => common,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Pool {
    /// The mean of each window
    #[command(after_help = "Examples:\n  \
        derive pool avg --input 4x4 --window 2x2 --format text\n  \
        derive pool avg --input 3x3 --window 2x2 --padding 1 --exclude-padding")]
    Avg {
        #[command(flatten)]
        geometry: Window,
        /// Divide by the number of entries inside the input, not by the size of the padded window
        #[arg(long, conflicts_with = "adaptive")]
        exclude_padding: bool,
        /// Divide by this number, whatever the window
        #[arg(long, value_name = "D", value_parser = positive_amounts, allow_hyphen_values = true, conflicts_with = "adaptive")]
        divisor: Option<List>,
        #[command(flatten)]
        common: Common,
    },
    /// The norm of each window, without absolute values: the p-th root of the sum of the p-th powers
    #[command(after_help = "Examples:\n  \
        derive pool lp --input 4x4 --window 2x2 --norm 2 --format text\n  \
        derive pool lp --input 3 --window 2 --stride 1 --norm 3/2")]
    Lp {
        #[command(flatten)]
        geometry: Norms,
        #[command(flatten)]
        common: Common,
    },
    /// The largest entry of each window
    #[command(after_help = "Examples:\n  \
        derive pool max --input 4x4 --window 2x2 --format text\n  \
        derive pool max --input 3x3 --window 2x2 --stride 1 --ties split --ascii --format text")]
    Max {
        #[command(flatten)]
        geometry: Window,
        /// Who gets the derivative when several entries of a window are largest
        #[arg(long, value_enum, default_value = "first")]
        ties: Ties,
        #[command(flatten)]
        common: Common,
    },
}
