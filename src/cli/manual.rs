//! What packagers install beside the program: completions for shells, and manual pages. Both are made from the arguments.

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use super::arguments::Cli;
use super::output::produce;
use super::problem::Problem;
use crate::text::closest;

/// Prints what a shell completes.
pub(super) fn completions(shell: Shell) -> Result<(), Problem> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "derive", &mut script);
    produce(None, |out| out.write_all(&script))
}

/// Prints the manual page of the program or of one of its commands.
pub(super) fn page(command: Option<&str>) -> Result<(), Problem> {
    let mut whole = Cli::command();
    whole.build();
    let page = match command {
        None => whole,
        Some(name) => {
            let found = whole.get_subcommands().find(|c| c.get_name() == name).cloned();
            found.ok_or_else(|| {
                let names: Vec<&str> = whole.get_subcommands().map(clap::Command::get_name).collect();
                let hint = match closest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are {}", names.join(", ")),
                };
                Problem::input(format!("there is no command `{name}`"), hint)
            })?
        }
    };
    let mut text = Vec::new();
    Man::new(page).render(&mut text).expect("memory takes all that is written");
    produce(None, |out| out.write_all(&text))
}
