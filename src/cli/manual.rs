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
    let mut whole = Cli::command().disable_help_subcommand(true);
    for name in ["pool", "mdbook"] {
        whole = whole.mut_subcommand(name, |c| c.disable_help_subcommand(true));
    }
    whole.build();
    let page = match command {
        None => whole,
        Some(name) => {
            // `pool-avg`, as the pages are called
            let all = whole.get_subcommands().flat_map(|c| {
                let below = c.get_subcommands().map(move |s| (format!("{}-{}", c.get_name(), s.get_name()), s));
                std::iter::once((c.get_name().to_string(), c)).chain(below)
            });
            let all: Vec<(String, &clap::Command)> = all.collect();
            let found = all.iter().find(|(known, _)| known == name).map(|(_, c)| (*c).clone());
            found.ok_or_else(|| {
                let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
                let hint = match closest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are {}", names.join(", ")),
                };
                Problem::input(format!("there is no command `{name}`"), hint)
            })?
        }
    };
    let mut text = Vec::new();
    let help = page.get_after_help().map(ToString::to_string);
    let page = page.after_help(clap::builder::Resettable::Reset);
    Man::new(page).render(&mut text).expect("memory takes all that is written");
    if let Some(help) = help {
        // a table or commands: the lines are kept
        text.extend(format!(".SH EXAMPLES\n.nf\n{}\n.fi\n", escaped(&help)).into_bytes());
    }
    produce(None, |out| out.write_all(&text))
}

/// Text as roff prints it, line by line.
fn escaped(text: &str) -> String {
    let line = |l: &str| {
        let l = l.replace('\\', "\\e").replace('-', "\\-");
        if l.starts_with(['.', '\'']) { format!("\\&{l}") } else { l }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
