//! The command line: arguments in, a document out, and the only place that touches files, stdout and stderr.
//!
//! Exit status: 0 done, 2 bad input (one message with a hint, no output touched), 70 a bug in this program.

mod arguments;
mod deriving;
mod output;
mod problem;
mod rename;
mod sizes;
mod values;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Cli, Command, Pool};
use problem::Problem;

/// Runs the program and gives its exit status.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match execute(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            problem.report();
            ExitCode::from(problem.status())
        }
    }
}

fn execute(cli: &Cli) -> Result<(), Problem> {
    match &cli.command {
        Command::Conv { geometry, bias, common } => {
            let mut settings = geometry.settings();
            if let Some(bias) = bias {
                arguments::word(&mut settings, "bias", bias.word());
            }
            deriving::built_in("conv", settings, Default::default(), common)
        }
        Command::Pool(Pool::Avg { geometry, common }) => {
            deriving::built_in("pool-avg", geometry.settings(), Default::default(), common)
        }
        Command::Pool(Pool::Max { geometry, ties, common }) => {
            deriving::built_in("pool-max", geometry.settings(), (*ties).into(), common)
        }
        Command::Dense { input, outputs, batch, bias, common } => {
            let settings = arguments::dense(input, outputs, batch.as_ref(), *bias);
            deriving::built_in("dense", settings, Default::default(), common)
        }
        Command::Net { net, input, ties, common } => {
            deriving::net(net, input.as_ref().map(|l| l.0.as_slice()), (*ties).into(), common)
        }
        Command::Layer { file, options, ties, common } => {
            let settings = options.settings();
            let settings = settings.map_err(|o| Problem::input(format!("--{o} is given twice"), "give it once"))?;
            deriving::user_layer(file, settings, (*ties).into(), common)
        }
        Command::Layers { name } => deriving::list(name.as_deref()),
    }
}
