//! What can be said on the command line.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::sizes::{amounts, assignments, positive_amounts, shape};
use crate::expr::Ties;
use crate::layer::{Setting, Settings};

/// Derives the backpropagation equations of a layer, recognises them as tensor operators, checks and typesets them.
#[derive(Debug, Parser)]
#[command(name = "derive", version, max_term_width = 100)]
#[command(after_help = "Examples:\n  \
    derive conv --input 3x3 --kernel 2x2 > out.tex             a fragment for \\input, needs amsmath\n  \
    derive conv --input 3x3 --kernel 2x2 --standalone > out.tex   a document that compiles by itself\n  \
    derive pool max --input 4x4 --window 2x2 --format text     readable in a terminal\n  \
    derive layer my.derive --input 6 --size K=3 --format json  a layer of your own")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    #[command(flatten)]
    Derive(Box<Deriving>),
    /// Regenerate the marked parts of documents
    #[command(after_help = "Markers, each alone on its line:\n  \
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
    /// The built-in layers, with their source in the layer language
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
    /// Documents, and folders whose documents are taken as git sees them
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Write nothing; show what is no longer as it would be generated, and exit with 1 if there is any
    #[arg(long)]
    pub(super) check: bool,
    /// Where Markdown will be shown; a directive may say otherwise
    #[arg(long, value_enum, default_value = "github")]
    pub(super) host: HostArgument,
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
    Conv {
        #[command(flatten)]
        geometry: Kernel,
        /// One bias for all outputs, one for each, or none [default: shared]
        #[arg(long, value_enum)]
        bias: Option<Bias>,
        #[command(flatten)]
        common: Common,
    },
    /// A pooling layer
    #[command(subcommand)]
    Pool(Pool),
    /// A dense (fully connected) layer
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
        derive net --input 6x6 'conv 3x3 -> sigmoid -> pool avg 2x2 -> flatten -> dense 2 -> softmax -> crossentropy'\n  \
        derive net --input 4 'input as x -> dense 4 -> tanh -> dense 4 -> add x'\n  \
        derive net my.derive\n\n\
        Layers: `derive layers` lists them with their options; a file may hold further ones beside its net.")]
    Net {
        /// The layers with `->` between them, or a file that holds a net
        net: String,
        /// Sizes of the input, such as 6x6
        #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
        input: Option<List>,
        /// Who gets the derivative of a maximum when several entries are largest
        #[arg(long, value_enum, default_value = "first")]
        ties: TiesArgument,
        #[command(flatten)]
        common: Common,
    },
    /// A layer that you wrote in the layer language
    Layer {
        /// The file with the layer
        file: PathBuf,
        #[command(flatten)]
        options: LayerOptions,
        /// Who gets the derivative of a maximum when several entries are largest
        #[arg(long, value_enum, default_value = "first")]
        ties: TiesArgument,
        #[command(flatten)]
        common: Common,
    },
}

impl Deriving {
    /// The options that all have, to be changed.
    pub(super) fn common_mut(&mut self) -> &mut Common {
        match self {
            Deriving::Conv { common, .. }
            | Deriving::Pool(Pool::Avg { common, .. } | Pool::Max { common, .. })
            | Deriving::Dense { common, .. }
            | Deriving::Net { common, .. }
            | Deriving::Layer { common, .. } => common,
        }
    }

    /// The options that all have.
    pub(super) fn common(&self) -> &Common {
        match self {
            Deriving::Conv { common, .. }
            | Deriving::Pool(Pool::Avg { common, .. } | Pool::Max { common, .. })
            | Deriving::Dense { common, .. }
            | Deriving::Net { common, .. }
            | Deriving::Layer { common, .. } => common,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Pool {
    /// The mean of each window
    Avg {
        #[command(flatten)]
        geometry: Window,
        #[command(flatten)]
        common: Common,
    },
    /// The largest entry of each window
    Max {
        #[command(flatten)]
        geometry: Window,
        /// Who gets the derivative when several entries of a window are largest
        #[arg(long, value_enum, default_value = "first")]
        ties: TiesArgument,
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Debug, Args)]
pub(super) struct Kernel {
    /// Sizes of the input, such as 3x3
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    pub(super) input: List,
    /// Sizes of the kernel, such as 2x2
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    pub(super) kernel: List,
}

#[derive(Debug, Args)]
pub(super) struct Window {
    /// Sizes of the input, such as 4x4
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    pub(super) input: List,
    /// Sizes of the window, such as 2x2; one number for all axes
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    pub(super) window: List,
    /// How far apart windows begin, such as 2 or 1x2 [default: the window]
    #[arg(long, value_name = "STEPS", value_parser = positive_amounts, allow_hyphen_values = true)]
    pub(super) stride: Option<List>,
}

/// What a layer of the user's may want.
#[derive(Debug, Args)]
pub(super) struct LayerOptions {
    /// Sizes of the first input
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    input: Option<List>,
    /// Sizes and parameters by the letters of the text, such as H=5,W=5
    #[arg(long, value_name = "H=5,W=5", value_parser = assignments, allow_hyphen_values = true)]
    size: Option<Assignments>,
    /// Options that the layer declares, such as window=2x2 or bias=untied; may be repeated
    #[arg(long = "set", value_name = "OPTION=VALUE", value_parser = option)]
    set: Vec<(String, Setting)>,
    /// The same as --set kernel=SHAPE
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    kernel: Option<List>,
    /// The same as --set window=SHAPE
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    window: Option<List>,
    /// The same as --set stride=STEPS
    #[arg(long, value_name = "STEPS", value_parser = positive_amounts, allow_hyphen_values = true)]
    stride: Option<List>,
    /// The same as --set bias=KIND
    #[arg(long, value_enum)]
    bias: Option<Bias>,
}

/// Options of every deriving command.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// What to write [default: latex]
    #[arg(long, value_enum, help_heading = "Output")]
    pub(super) format: Option<Format>,
    /// Where the Markdown will be shown [default: plain]
    #[arg(long, value_enum, help_heading = "Output")]
    pub(super) host: Option<HostArgument>,
    /// The language of the sentences; JSON has none
    #[arg(long, value_enum, default_value = "en", help_heading = "Output")]
    pub(super) lang: Language,
    /// A document that compiles by itself (LaTeX, Typst)
    #[arg(long, help_heading = "Output")]
    pub(super) standalone: bool,
    /// Only these sections, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PARTS", help_heading = "Output")]
    pub(super) part: Vec<PartArgument>,
    /// Only these equations, separated by commas, such as grad_a.chain; a wrong name lists those there are
    #[arg(long, value_delimiter = ',', value_name = "NAMES", help_heading = "Output")]
    pub(super) only: Vec<String>,
    /// A number of its own for the one equation chosen with --only, such as 4
    #[arg(long, value_name = "NUMBER", value_parser = tag, help_heading = "Output")]
    pub(super) tag: Option<String>,
    /// The level of the title (the headings follow), or none to leave the title and the headings out
    #[arg(long, value_name = "1..4|none", value_parser = headings, help_heading = "Output")]
    pub(super) headings: Option<Headings>,
    /// How many entries of a tensor to write out [default: all up to 64, then few; JSON: all]
    #[arg(long, value_enum, help_heading = "Output")]
    pub(super) entries: Option<Entries>,
    /// Numbers for the tensors, as JSON: {"a": [[1, "2/3"], …]}; the derivation is also worked in them, exactly
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) values: Option<PathBuf>,
    /// The smallest index in print
    #[arg(long, value_parser = clap::value_parser!(i64).range(0..=1), help_heading = "Notation")]
    pub(super) index_base: Option<i64>,
    /// Other names for tensors, such as a=x,delta=g
    #[arg(long, value_name = "OLD=NEW", value_delimiter = ',', value_parser = rename, help_heading = "Notation")]
    pub(super) rename: Vec<(String, String)>,
    /// Write to a file instead of the standard output; it is replaced only when everything has worked
    #[arg(short, long = "out", value_name = "FILE", help_heading = "Output")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A fragment for \input, or with --standalone a document
    Latex,
    /// A fragment for #include, or with --standalone a document
    Typst,
    /// For a terminal
    Text,
    /// For programs
    Json,
    /// With formulas as --host takes them
    Markdown,
    /// reStructuredText, for Sphinx
    Rst,
    /// The picture of the connections alone
    Svg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum HostArgument {
    /// mdBook with `mathjax-support = true`
    Mdbook,
    /// GitHub
    Github,
    /// MyST: Sphinx, Jupyter Book
    Myst,
    /// Jupyter, Pandoc, Obsidian and others that know `$…$`
    Plain,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Language {
    /// English
    En,
    /// Chinese; its LaTeX needs ctex and xelatex
    Zh,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Entries {
    /// Every entry, every term
    All,
    /// The first ones and the last
    Few,
    /// None
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PartArgument {
    Forward,
    /// A picture of what is connected with what; only where it is asked for
    Network,
    Intermediate,
    Input,
    Weight,
    Bias,
    Summary,
    Values,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Bias {
    /// One number for all outputs
    Shared,
    /// One number for each output
    Untied,
    /// No bias
    None,
}

impl Bias {
    pub(super) fn word(self) -> &'static str {
        match self {
            Bias::Shared => "shared",
            Bias::Untied => "untied",
            Bias::None => "none",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DenseBias {
    /// One number for each output, the same for all examples
    Shared,
    /// No bias
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TiesArgument {
    /// The first in reading order gets all, as in PyTorch
    First,
    /// Equal shares
    Split,
    /// Each gets all
    All,
}

/// The word for a value on the command line.
pub(super) fn value_name(value: &impl ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |v| v.get_name().to_string())
}

impl From<TiesArgument> for Ties {
    fn from(ties: TiesArgument) -> Ties {
        match ties {
            TiesArgument::First => Ties::First,
            TiesArgument::Split => Ties::Split,
            TiesArgument::All => Ties::All,
        }
    }
}

/// Where headings go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Headings {
    /// The title has this level, 1 being the highest.
    From(u8),
    /// Nowhere.
    None,
}

fn headings(text: &str) -> Result<Headings, String> {
    match text.parse() {
        Ok(level @ 1..=4) => Ok(Headings::From(level)),
        _ if text == "none" => Ok(Headings::None),
        Ok(_) | Err(_) => Err("write a level from 1 to 4, or none".to_string()),
    }
}

/// A number that every host can set: no braces, no commands.
fn tag(text: &str) -> Result<String, String> {
    let fine = |c: char| c.is_ascii_alphanumeric() || ".'-".contains(c);
    if (1..=12).contains(&text.len()) && text.chars().all(fine) {
        Ok(text.to_string())
    } else {
        Err("write at most twelve letters, digits, points, primes and hyphens, such as 4 or 6'".to_string())
    }
}

impl Common {
    /// What to write.
    pub(super) fn format(&self) -> Format {
        self.format.unwrap_or(Format::Latex)
    }
}

/// A list of numbers as one value (clap reads `Vec` as a repeated option).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct List(pub(super) Vec<i64>);

/// Letters and numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignments(pub(super) BTreeMap<String, i64>);

fn rename(text: &str) -> Result<(String, String), String> {
    let (old, new) = text.split_once('=').ok_or("write OLD=NEW, such as a=x")?;
    let is_name = |n: &str| {
        n.starts_with(|c: char| c.is_ascii_alphabetic()) && n.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    match [old, new].into_iter().find(|n| !is_name(n)) {
        Some(bad) => Err(format!(
            "`{bad}` is no name: a letter, then letters, digits or _; Greek letters by name, such as delta"
        )),
        None => Ok((old.to_string(), new.to_string())),
    }
}

fn option(text: &str) -> Result<(String, Setting), String> {
    let (name, value) = text.split_once('=').ok_or("write OPTION=VALUE, such as window=2x2")?;
    let decimal = value.contains('.').then(|| super::values::decimal(value)).flatten();
    let setting = if let Some(number) = decimal {
        Setting::Fraction(number)
    } else if value.starts_with(|c: char| c.is_ascii_alphabetic()) {
        Setting::Word(value.to_string())
    } else {
        Setting::Axes(amounts(value)?.0)
    };
    Ok((name.to_string(), setting))
}

/// Sets an option to a word.
pub(super) fn word(settings: &mut Settings, option: &str, word: &str) {
    settings.options.insert(option.to_string(), Setting::Word(word.to_string()));
}

fn axes(settings: &mut Settings, option: &str, list: &List) {
    settings.options.insert(option.to_string(), Setting::Axes(list.0.clone()));
}

/// The settings of a dense layer: a batch is a leading axis of its input.
pub(super) fn dense(input: &List, outputs: &List, batch: Option<&List>, bias: Option<DenseBias>) -> Settings {
    let sizes = batch.iter().flat_map(|b| &b.0).chain(&input.0).copied().collect();
    let mut settings = Settings { input: Some(sizes), ..Settings::default() };
    axes(&mut settings, "output", outputs);
    match bias {
        Some(DenseBias::Shared) => word(&mut settings, "bias", "shared"),
        Some(DenseBias::None) => word(&mut settings, "bias", "none"),
        None => {}
    }
    settings
}

impl Kernel {
    pub(super) fn settings(&self) -> Settings {
        let mut settings = Settings { input: Some(self.input.0.clone()), ..Settings::default() };
        axes(&mut settings, "kernel", &self.kernel);
        settings
    }
}

impl Window {
    pub(super) fn settings(&self) -> Settings {
        let mut settings = Settings { input: Some(self.input.0.clone()), ..Settings::default() };
        axes(&mut settings, "window", &self.window);
        if let Some(stride) = &self.stride {
            axes(&mut settings, "stride", stride);
        }
        settings
    }
}

impl LayerOptions {
    /// # Errors
    /// With the name of an option that is given twice.
    pub(super) fn settings(&self) -> Result<Settings, String> {
        let mut settings = Settings {
            input: self.input.as_ref().map(|l| l.0.clone()),
            options: BTreeMap::new(),
            sizes: self.size.as_ref().map(|a| a.0.clone()).unwrap_or_default(),
        };
        let axes = |list: &Option<List>| list.as_ref().map(|l| Setting::Axes(l.0.clone()));
        let named = [
            ("kernel", axes(&self.kernel)),
            ("window", axes(&self.window)),
            ("stride", axes(&self.stride)),
            ("bias", self.bias.map(|b| Setting::Word(b.word().to_string()))),
        ];
        let named = named.into_iter().filter_map(|(name, setting)| Some((name.to_string(), setting?)));
        for (name, setting) in named.chain(self.set.iter().cloned()) {
            if settings.options.insert(name.clone(), setting).is_some() {
                return Err(name);
            }
        }
        Ok(settings)
    }
}
