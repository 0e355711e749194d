//! Random layers, nets and command lines: each is refused with a message or derived, and no equation of any fails its check.

#[path = "random_layers/read_back.rs"]
mod read_back;

#[path = "support/random.rs"]
mod random;
#[path = "support/random_commands.rs"]
mod random_commands;
#[path = "support/random_layers.rs"]
mod random_layers;
#[path = "support/random_nets.rs"]
mod random_nets;

#[path = "support/whole_way.rs"]
mod whole_way;

use std::collections::BTreeMap;
use std::panic::catch_unwind;

use random_commands::random_command;
use random_layers::random_layer;
use random_nets::random_net;

/// What became of many texts.
#[derive(Default)]
struct Tally {
    accepted: usize,
    /// By message, without what is quoted in it: how many, and an example.
    refused: BTreeMap<String, (usize, String)>,
    /// Panics, failed checks among them.
    wrong: Vec<String>,
}

impl Tally {
    fn take(&mut self, kind: &str, text: &str) {
        match catch_unwind(|| whole_way::of_kind(kind, text)) {
            Ok(Ok(())) => self.accepted += 1,
            Ok(Err(message)) => {
                let shape = message.split('`').step_by(2).collect();
                self.refused.entry(shape).or_insert_with(|| (0, format!("{message}\n{text}"))).0 += 1;
            }
            Err(panic) => {
                let words = panic.downcast_ref::<String>().map(String::as_str);
                let words = words.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("panic");
                self.wrong.push(format!("{words}\n{text}"));
            }
        }
    }

    /// Nothing went wrong, and so many of a hundred texts were accepted.
    fn check(&self, percent: usize) {
        let refused: usize = self.refused.values().map(|(count, _)| count).sum();
        let list: Vec<String> =
            self.refused.values().map(|(count, example)| format!("{count} times: {example}")).collect();
        println!("{} accepted, {refused} refused\n{}", self.accepted, list.join("\n"));
        assert!(self.wrong.is_empty(), "{} went wrong:\n{}", self.wrong.len(), self.wrong.join("\n"));
        assert!(self.accepted * 100 >= percent * (self.accepted + refused), "too many are refused");
    }
}

/// How many there are to be, unless a variable of the environment says another number.
fn count(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

#[test]
fn layers() {
    let mut tally = Tally::default();
    for seed in 0..count("RANDOM_LAYERS", 2_000) {
        tally.take("layer", &random_layer(seed));
    }
    tally.check(95);
}

#[test]
fn nets() {
    let mut tally = Tally::default();
    for seed in 0..count("RANDOM_NETS", 500) {
        tally.take("net", &random_net(seed));
    }
    tally.check(90);
}

#[test]
fn commands() {
    let mut tally = Tally::default();
    for seed in 0..count("RANDOM_COMMANDS", 500) {
        // as a directive in a document
        tally.take("weave", &format!("x md\n<!-- derive: {} -->\n<!-- /derive -->\n", random_command(seed)));
    }
    tally.check(70);
}
