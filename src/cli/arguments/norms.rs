//! Windows whose norm is taken: the options of `pool lp`, as settings of its layer's text.

use clap::Args;

use super::geometry::{List, axes, word};
use super::sliding::settings;
use crate::cli::problem::Problem;
use crate::cli::sizes::{exponent, positive_amounts, shape};
use crate::expr::Number;
use crate::layer::Amount;
use crate::layer::{Setting, Settings};

#[derive(Debug, Args)]
pub(in crate::cli) struct Norms {
    /// Sizes of the input without batch and channels, such as 8, 4x4 or 4x4x4
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    input: List,
    /// Sizes of the window, such as 2x2; one number for all axes
    #[arg(long, value_name = "SHAPE", value_parser = shape, allow_hyphen_values = true)]
    window: List,
    /// The exponent p, such as 2, 1.5 or 3/2; where it is no integer, or is odd, negative entries may leave no value
    #[arg(long, value_name = "P", value_parser = exponent, allow_hyphen_values = true)]
    norm: Number,
    /// How far apart windows begin, such as 2 or 1x2 [default: the window]
    #[arg(long, value_name = "STEPS", value_parser = positive_amounts, allow_hyphen_values = true)]
    stride: Option<List>,
    /// Round the number of windows up: the last one may reach beyond the input, and weighs as much as a full one
    #[arg(long)]
    ceil: bool,
    /// Channels, as a leading axis [default: no such axis]
    #[arg(long, value_name = "C", value_parser = shape, allow_hyphen_values = true)]
    channels: Option<List>,
    /// Number of examples that are computed at once, as a leading axis [default: one example, without the axis]
    #[arg(long, value_name = "N", value_parser = shape, allow_hyphen_values = true)]
    batch: Option<List>,
    /// What other poolings have
    #[arg(long, hide = true, allow_hyphen_values = true)]
    padding: Option<String>,
    /// What other poolings have
    #[arg(long, hide = true, allow_hyphen_values = true)]
    dilation: Option<String>,
    /// What other poolings have
    #[arg(long, hide = true, allow_hyphen_values = true)]
    adaptive: Option<String>,
}

impl Norms {
    /// The settings of the layer's text.
    pub(in crate::cli) fn settings(&self) -> Result<Settings<Amount>, Problem> {
        let others = [("padding", &self.padding), ("dilation", &self.dilation), ("adaptive", &self.adaptive)];
        if let Some((name, _)) = others.iter().find(|(_, given)| given.is_some()) {
            let message = format!("`pool lp` takes no --{name}: PyTorch's Lp pooling has none");
            return Err(Problem::input(
                message,
                "a layer of your own may: begin with what `derive layers pool-lp` prints",
            ));
        }
        let mut settings = settings(self.batch.as_ref(), self.channels.as_ref().map(|c| c.0[0].clone()), &self.input);
        axes(&mut settings, "window", &self.window);
        for (option, list) in [("stride", &self.stride), ("channels", &self.channels), ("batch", &self.batch)] {
            axes(&mut settings, option, list);
        }
        settings.options.insert("norm".to_string(), Setting::Fraction(self.norm.clone()));
        if self.ceil {
            word(&mut settings, "ceil", "yes");
        }
        Ok(settings)
    }
}
