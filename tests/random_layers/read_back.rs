//! What is written can be read: random layers and nets are written as text and as LaTeX in all notations, every displayed equation
//! is read back, and what was read is evaluated against forward mode over the source.
//!
//! More of them, or others: `READ_BACK_LAYERS=100000 READ_BACK_FROM=5000 cargo test --release --test random_layers read_back`.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use deriver::derivation::Derivation;
use deriver::document::{Depth, Lang, Measure, NOTATIONS, Notation, Request, Selected, Selection, Windows, narrate};
use deriver::expr::TensorId;
use deriver::formula::Glossary;
use deriver::formula::read::{Written, read, shown};
use deriver::render::{Alphabet, Latex, Text};
use deriver::verify::formula::{Checked, Checker, Reason, Refuted};

use super::{count, random_layers, random_nets, whole_way};

/// What became of the displays of many documents.
#[derive(Default)]
struct Tally {
    documents: usize,
    /// Documents that are not written, by the reason: how many, and an example.
    refused: Reasons,
    /// Read back, and right.
    right: usize,
    /// Not evaluated, by the reason.
    skipped: Reasons,
    wrong: Vec<String>,
}

/// How often there was each reason, and an example.
#[derive(Default)]
struct Reasons(BTreeMap<String, (usize, String)>);

impl Reasons {
    fn add(&mut self, reason: String, count: usize, example: impl FnOnce() -> String) {
        self.0.entry(reason).or_insert_with(|| (0, example())).0 += count;
    }

    fn extend(&mut self, other: Reasons) {
        other.0.into_iter().for_each(|(reason, (count, example))| self.add(reason, count, || example));
    }

    fn total(&self) -> usize {
        self.0.values().map(|(count, _)| count).sum()
    }

    /// The most frequent first.
    fn print(&self, what: &str) {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        all.into_iter().for_each(|(reason, (count, example))| println!("{count} {what}: {reason}: {example}"));
    }
}

/// What kind of message it is: without names, numbers and signs.
fn sort(message: &str) -> String {
    let mut kept = Vec::new();
    for word in message.split_whitespace() {
        let named = matches!(kept.last(), Some(&("called" | "does" | "command")));
        let plain = word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase());
        kept.push(if plain && !named { word } else { "\u{2026}" });
    }
    kept.join(" ")
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.documents += other.documents;
        self.refused.extend(other.refused);
        self.right += other.right;
        self.wrong.extend(other.wrong);
        self.skipped.extend(other.skipped);
    }

    fn skip(&mut self, reason: String, example: impl FnOnce() -> String) {
        self.skipped.add(reason, 1, example);
    }

    fn refuse(mut self, reason: &str, example: impl FnOnce() -> String) -> Tally {
        self.refused.add(reason.to_string(), 1, example);
        self
    }

    /// None is wrong, and fewer than one in a hundred displays is left out.
    fn check(&self) {
        let skipped = self.skipped.total();
        println!("{} documents, {} refused; {} displays right", self.documents, self.refused.total(), self.right);
        self.refused.print("refused");
        self.skipped.print("left out");
        let some: Vec<&str> = self.wrong.iter().take(20).map(String::as_str).collect();
        assert!(self.wrong.is_empty(), "{} wrong:\n{}", self.wrong.len(), some.join("\n\n"));
        assert!(skipped * 100 < self.right, "{skipped} of {} displays are left out", self.right + skipped);
    }
}

/// The form and the notation that a document of this number has, and the columns of a text: all of them together in turn.
fn drawn(number: u64) -> (Written, &'static str, usize) {
    let written = [Written::Text, Written::Latex, Written::Ascii][(number % 3) as usize];
    (written, NOTATIONS[(number / 3 % 5) as usize].0, [620, 90][(number / 15 % 2) as usize])
}

fn document(
    derivation: &Derivation,
    glossary: &Glossary,
    notation: &Notation,
    written: Written,
    columns: usize,
) -> Result<String, String> {
    let measure = match written {
        Written::Latex => Measure::Typeset { line: 20_000 },
        Written::Text => Measure::Columns { line: 600 },
        Written::Ascii => Measure::Ascii { line: 600 },
    };
    let request = Request {
        sections: Vec::new(),
        entries: None,
        depth: Depth::default(),
        measure,
        notation: notation.clone(),
        lang: Lang::En,
        command: String::new(),
        values: None,
        windows: Windows::default(),
        numbered: false,
        pictures: false,
    };
    let selection = Selection::default();
    let mut out = Vec::new();
    let told = match written {
        Written::Latex => {
            let mut latex = Latex::new(&mut out, glossary, false, Lang::En);
            narrate(derivation, &request, &mut Selected::new(&selection, &mut latex)).and_then(|()| latex.finish())
        }
        Written::Text | Written::Ascii => {
            let alphabet = if written == Written::Text { Alphabet::Unicode } else { Alphabet::Ascii };
            let mut text = Text::new(&mut out, glossary, alphabet, columns);
            narrate(derivation, &request, &mut Selected::new(&selection, &mut text)).and_then(|()| text.finish())
        }
    };
    told.map_err(|error| error.to_string())?;
    Ok(String::from_utf8(out).expect("documents are UTF-8"))
}

/// The words that stand for operators in formulas.
const WORDS: [&str; 13] =
    ["vec", "ones", "rot180", "pad", "route", "upsample", "reshape", "max", "min", "first", "split", "del", "grad"];

/// Is a tensor called as a function or an operator is? A text cannot tell them apart.
fn speaks_ambiguously(derivation: &Derivation, glossary: &Glossary) -> bool {
    let mut functions: Vec<String> = WORDS.map(String::from).to_vec();
    functions.push("sigma".to_string());
    for definition in &derivation.instance.definitions {
        definition.body.calls(&mut |name| functions.push(name.to_string()));
    }
    let mut tensors = (0..glossary.len() as u32).map(TensorId).filter(|&t| !glossary.is_partial(t));
    tensors.any(|t| functions.contains(&glossary.name(t).word))
}

/// Derives a text, writes it, reads every display back and evaluates it.
fn tried(kind: &str, number: u64, text: &str) -> Tally {
    let mut tally = Tally { documents: 1, ..Tally::default() };
    let mut derivation = match whole_way::derivation(kind, text) {
        Ok(derivation) => derivation,
        Err(message) => return tally.refuse(&sort(&message), || text.to_string()),
    };
    // it has names of its own
    derivation.other_bias = None;
    let (written, notation, columns) = drawn(number);
    let case = || format!("{written:?} {notation} {columns}\n{text}");
    let notation = Notation::built_in(notation).expect("a name of the list");
    let notation = match deriver::cli::fitted(notation, &derivation.instance) {
        Ok(notation) => notation,
        Err(message) => return tally.refuse(&sort(&message.message), case),
    };
    let glossary = Glossary::new(&derivation, &notation);
    if speaks_ambiguously(&derivation, &glossary) {
        return tally.refuse("a tensor is called as a function or an operator is", case);
    }
    let document = match document(&derivation, &glossary, &notation, written, columns) {
        Ok(document) => document,
        Err(error) => {
            tally.wrong.push(format!("{error}\n{}", case()));
            return tally;
        }
    };
    let checker = Checker::new(&derivation.instance, &derivation.witness, &glossary);
    for display in shown(written, &document) {
        let mut equation = match read(&glossary, written, &display.text) {
            Ok(equation) => equation,
            Err(error) if error.elided => {
                tally.skip("dots stand for terms".to_string(), || display.text.clone());
                continue;
            }
            Err(error) => {
                tally.skip(format!("not read: {}", sort(&error.message)), || {
                    format!("{error}\n{}\n{}", display.text, case())
                });
                continue;
            }
        };
        let mut found = checker.check(&equation);
        if found.is_err() && !derivation.assuming.is_empty() {
            // the last member holds where it is assumed
            equation.unconditional = equation.chain.len() - 1;
            found = checker.check(&equation);
        }
        match found {
            Ok(Checked::At(_)) => tally.right += 1,
            Ok(Checked::Not(why)) => tally.skip(format!("{why:?}"), || format!("{}\n{}", display.text, case())),
            Err(Refuted { reason: Reason::NoMeaning(what), .. }) => {
                tally.skip(what.to_string(), || format!("{}\n{}", display.text, case()));
            }
            // what dots stand for is not in the text
            Err(_) if ["\\cdots", "\u{22ef}"].iter().any(|dots| display.text.contains(dots)) => {
                tally.skip("dots stand for terms".to_string(), || display.text.clone());
            }
            Err(refuted) => tally.wrong.push(format!("{refuted}\n{}\n{}", display.text, case())),
        }
    }
    tally
}

/// So many texts of a kind, on as many threads as there are processors.
fn all(kind: &str, range: std::ops::Range<u64>, text: fn(u64) -> String) {
    let total = Mutex::new(Tally::default());
    let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
    thread::scope(|scope| {
        for first in 0..threads {
            let (total, range) = (&total, range.clone());
            scope.spawn(move || {
                for number in range.skip(first as usize).step_by(threads as usize) {
                    let tally = tried(kind, number, &text(number));
                    total.lock().expect("no thread panics").add(tally);
                }
            });
        }
    });
    total.into_inner().expect("no thread panics").check();
}

#[test]
fn layers() {
    let from = count("READ_BACK_FROM", 0);
    all("layer", from..from + count("READ_BACK_LAYERS", 5_000), random_layers::random_layer);
}

#[test]
fn nets() {
    let from = count("READ_BACK_FROM", 0);
    all("net", from..from + count("READ_BACK_NETS", 500), random_nets::random_net);
}
