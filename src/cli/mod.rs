//! The command line: arguments in, a document out, and the only place that touches files, stdout and stderr.
//!
//! Exit status: 0 done, 1 a check found something stale, 2 bad input (one message with a hint, no output touched), 70 a bug in
//! this program.

mod agreement;
mod arguments;
mod carried;
mod deriving;
mod directive;
mod front;
mod manual;
mod mdbook;
mod notation;
mod output;
mod pictures;
mod problem;
mod progress;
mod rename;
mod sizes;
mod unknown;
mod values;
mod weaving;
mod writing;

use std::process::ExitCode;

pub use front::{Refused, directive, fitted, given};

use clap::Parser;

use arguments::{Cli, Command};
use deriving::{Place, derive};
use problem::Problem;
use progress::Progress;

/// Runs the program and gives its exit status.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match execute(&cli) {
        Ok(status) => status,
        Err(problem) => {
            problem.report();
            ExitCode::from(problem.status())
        }
    }
}

fn execute(cli: &Cli) -> Result<ExitCode, Problem> {
    let done = |()| ExitCode::SUCCESS;
    match &cli.command {
        Command::Derive(deriving) => {
            let progress = Progress::spinner();
            let derived = derive(deriving, &Place::anywhere(&|stage| progress.stage(stage)))?;
            writing::to_output(&derived, deriving.common(), &command_line(), progress).map(done)
        }
        Command::Mdbook { call } => mdbook::run(call.as_ref()),
        Command::Weave(options) => weaving::weave(options),
        Command::Completions { shell } => manual::completions(*shell).map(done),
        Command::Man { command } => manual::page(command.as_deref()).map(done),
        Command::Layers { name } => deriving::list(name.as_deref()).map(done),
    }
}

/// What was asked, for the document's header: printable ASCII, and without the name of the output file, so that the same
/// question always gives the same bytes.
fn command_line() -> String {
    let mut words = Vec::new();
    let mut arguments = std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned());
    while let Some(word) = arguments.next() {
        if word == "-o" || word == "--out" {
            arguments.next();
        } else if !(word.starts_with("--out=") || word.starts_with("-o")) {
            words.push(word);
        }
    }
    // quoted as a shell wants it
    let quoted = |w: &String| if w.contains([' ', '>', '(']) { format!("'{w}'") } else { w.clone() };
    let line = words.iter().map(quoted).collect::<Vec<_>>().join(" ").replace('\u{d7}', "x");
    line.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).collect()
}
