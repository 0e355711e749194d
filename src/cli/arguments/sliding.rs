//! Kernels and windows that slide: the options of convolutions and poolings, as settings of their layers' texts.

use clap::{Args, ValueEnum};

use super::geometry::{Bias, List, axes, choice, word};
use crate::cli::problem::Problem;
use crate::cli::sizes::{channel_pair, padding, positive_amounts, shape};
use crate::layer::{Amount, Setting, Settings};

/// What all layers that slide have in common: a batch and channels are leading axes of the input.
pub(super) fn settings(batch: Option<&List>, channels: Option<Amount>, input: &List) -> Settings<Amount> {
    let lead = batch.iter().flat_map(|b| &b.0).cloned().chain(channels);
    Settings { input: Some(lead.chain(input.0.iter().cloned()).collect()), ..Settings::default() }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Kernel {
    /// Sizes of the input without batch and channels, such as 8, 3x3 or 4x4x4
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    input: List,
    /// Sizes of the kernel, such as 2x2; one number for all axes
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    kernel: List,
    /// How far apart the places of the kernel are, such as 2 or 1x2 [default: 1]
    #[arg(long, value_name = "STEPS", value_parser = positive_amounts, allow_hyphen_values = true)]
    stride: Option<List>,
    /// Lines around the input: 1, 1x2, before and behind each axis as in 3,0x0,2, or `valid` for none, or `same` for an output
    /// as large as the input, divided by the stride [default: 0]
    #[arg(long, value_name = "LINES", value_parser = padding, allow_hyphen_values = true)]
    padding: Option<Setting<Amount>>,
    /// What the padding is filled with [default: zeros]
    #[arg(long, value_enum, conflicts_with = "transposed")]
    padding_mode: Option<Mode>,
    /// How far apart the entries that the kernel reads are, such as 2 or 1x2 [default: 1]
    #[arg(long, value_name = "STEPS", value_parser = positive_amounts, allow_hyphen_values = true)]
    dilation: Option<List>,
    /// Channels of the input and of the output, such as 3:8, as leading axes [default: no such axes]
    #[arg(long, value_name = "IN:OUT", value_parser = channel_pair)]
    channels: Option<List>,
    /// Groups of channels that are kept apart [default: 1]
    #[arg(long, value_name = "G", value_parser = positive_amounts, requires = "channels", allow_hyphen_values = true)]
    groups: Option<List>,
    /// Number of examples that are computed at once, as a leading axis [default: one example, without the axis]
    #[arg(long, value_name = "N", value_parser = shape, allow_hyphen_values = true)]
    batch: Option<List>,
    /// Rotate the kernel by 180 degrees, as convolution is defined in mathematics
    #[arg(long, conflicts_with = "transposed")]
    flip: bool,
    /// The transposed convolution: each entry of the input spreads the kernel over the output
    #[arg(long)]
    transposed: bool,
    /// Lines that a transposed convolution has more at the end of each axis, such as 1 [default: 0]
    #[arg(long, value_name = "LINES", value_parser = padding, requires = "transposed", allow_hyphen_values = true)]
    output_padding: Option<Setting<Amount>>,
    /// One bias for all outputs (of a channel), one for each, or none [default: shared]
    #[arg(long, value_enum)]
    bias: Option<Bias>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// Zeros
    Zeros,
    /// The input mirrored at its edge, the edge itself not repeated
    Reflect,
    /// The edge repeated
    Replicate,
    /// The input repeated
    Circular,
}

impl Kernel {
    /// The name of the layer's text, and its settings.
    pub(in crate::cli) fn settings(&self) -> Result<(&'static str, Settings<Amount>), Problem> {
        let mut settings = settings(self.batch.as_ref(), self.channels.as_ref().map(|c| c.0[0].clone()), &self.input);
        axes(&mut settings, "kernel", &self.kernel);
        let lists = [("stride", &self.stride), ("dilation", &self.dilation), ("channels", &self.channels)];
        for (option, list) in lists.into_iter().chain([("groups", &self.groups), ("batch", &self.batch)]) {
            axes(&mut settings, option, list);
        }
        for (option, setting) in [("padding", &self.padding), ("output_padding", &self.output_padding)] {
            if let Some(setting) = setting {
                settings.options.insert(option.to_string(), setting.clone());
            }
        }
        choice(&mut settings, "padding_mode", self.padding_mode);
        if self.flip {
            word(&mut settings, "flip", "yes");
        }
        choice(&mut settings, "bias", self.bias);
        Ok((if self.transposed { "conv-transposed" } else { "conv" }, settings))
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Window {
    /// Sizes of the input without batch and channels, such as 8, 4x4 or 4x4x4
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    input: List,
    /// Sizes of the window, such as 2x2; one number for all axes
    #[arg(
        long,
        value_name = "SHAPE",
        value_parser = shape,
        allow_hyphen_values = true,
        required_unless_present = "adaptive",
        conflicts_with = "adaptive"
    )]
    window: Option<List>,
    /// How far apart windows begin, such as 2 or 1x2 [default: the window]
    #[arg(long, value_name = "STEPS", value_parser = positive_amounts, allow_hyphen_values = true, conflicts_with = "adaptive")]
    stride: Option<List>,
    /// Lines around the input: 1, 1x2, or before and behind each axis as in 1,0x0,2 [default: 0]
    #[arg(long, value_name = "LINES", value_parser = padding, allow_hyphen_values = true, conflicts_with = "adaptive")]
    padding: Option<Setting<Amount>>,
    /// How far apart the entries of a window are, such as 2 or 1x2 [default: 1]
    #[arg(long, value_name = "STEPS", value_parser = positive_amounts, allow_hyphen_values = true, conflicts_with = "adaptive")]
    dilation: Option<List>,
    /// Round the number of windows up: the last one may reach beyond the input
    #[arg(long, conflicts_with = "adaptive")]
    ceil: bool,
    /// So many windows of nearly equal length instead, such as 3 or 2x3; 1 pools everything
    #[arg(long, value_name = "OUT", value_parser = shape, allow_hyphen_values = true)]
    adaptive: Option<List>,
    /// Channels, as a leading axis [default: no such axis]
    #[arg(long, value_name = "C", value_parser = shape, allow_hyphen_values = true)]
    channels: Option<List>,
    /// Number of examples that are computed at once, as a leading axis [default: one example, without the axis]
    #[arg(long, value_name = "N", value_parser = shape, allow_hyphen_values = true)]
    batch: Option<List>,
}

impl Window {
    /// The name of the layer's text, one of two, and its settings.
    pub(in crate::cli) fn settings(&self, [name, adaptive]: [&'static str; 2]) -> (&'static str, Settings<Amount>) {
        let mut settings = settings(self.batch.as_ref(), self.channels.as_ref().map(|c| c.0[0].clone()), &self.input);
        let lists = [("window", &self.window), ("stride", &self.stride), ("dilation", &self.dilation)];
        let lists = lists.into_iter().chain([("output", &self.adaptive)]);
        for (option, list) in lists.into_iter().chain([("channels", &self.channels), ("batch", &self.batch)]) {
            axes(&mut settings, option, list);
        }
        if let Some(padding) = &self.padding {
            settings.options.insert("padding".to_string(), padding.clone());
        }
        if self.ceil {
            word(&mut settings, "ceil", "yes");
        }
        (if self.adaptive.is_some() { adaptive } else { name }, settings)
    }
}
