//! What is written can be read: random layers and nets are written as text and as LaTeX in all notations, every displayed equation
//! is read back, and what was read is evaluated against forward mode over the source.
//!
//! Not in ASCII, where a matrix with one row looks like indices in brackets.
//!
//! More of them, or others: `READ_BACK_LAYERS=100000 READ_BACK_FROM=5000 cargo test --release --test random_layers read_back`.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use deriver::derivation::Derivation;
use deriver::document::{Lang, Measure, NOTATIONS, Notation, Request, Selected, Selection, Windows, narrate};
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
    refused: usize,
    /// Read back, and right.
    right: usize,
    /// Not evaluated, by the reason: how many, and an example.
    skipped: BTreeMap<String, (usize, String)>,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.documents += other.documents;
        self.refused += other.refused;
        self.right += other.right;
        self.wrong.extend(other.wrong);
        for (reason, (count, example)) in other.skipped {
            self.skipped.entry(reason).or_insert_with(|| (0, example)).0 += count;
        }
    }

    fn skip(&mut self, reason: String, example: impl FnOnce() -> String) {
        self.skipped.entry(reason).or_insert_with(|| (0, example())).0 += 1;
    }

    /// None is wrong, and fewer than one in fifty displays is left out.
    fn check(&self) {
        let skipped: usize = self.skipped.values().map(|(count, _)| count).sum();
        println!("{} documents, {} refused; {} displays right", self.documents, self.refused, self.right);
        for (reason, (count, example)) in &self.skipped {
            println!("{count} left out: {reason}: {example}");
        }
        let some: Vec<&str> = self.wrong.iter().take(20).map(String::as_str).collect();
        assert!(self.wrong.is_empty(), "{} wrong:\n{}", self.wrong.len(), some.join("\n\n"));
        assert!(skipped * 50 < self.right, "{skipped} of {} displays are left out", self.right + skipped);
    }
}

/// The form and the notation that a document of this number has: all pairs in turn.
fn drawn(number: u64) -> (Written, &'static str) {
    let written = [Written::Text, Written::Latex][(number % 2) as usize];
    (written, NOTATIONS[(number / 2 % 5) as usize].0)
}

fn document(
    derivation: &Derivation,
    glossary: &Glossary,
    notation: &Notation,
    written: Written,
) -> Result<String, String> {
    let measure = match written {
        Written::Latex => Measure::Typeset { line: 20_000 },
        Written::Text => Measure::Columns { line: 600 },
        Written::Ascii => Measure::Ascii { line: 600 },
    };
    let request = Request {
        sections: Vec::new(),
        detail: None,
        measure,
        notation: notation.clone(),
        lang: Lang::En,
        command: String::new(),
        values: None,
        windows: Windows::default(),
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
            let mut text = Text::new(&mut out, glossary, alphabet, 620);
            narrate(derivation, &request, &mut Selected::new(&selection, &mut text)).and_then(|()| text.finish())
        }
    };
    told.map_err(|error| error.to_string())?;
    Ok(String::from_utf8(out).expect("documents are UTF-8"))
}

/// The words that stand for operators in formulas.
const WORDS: [&str; 12] =
    ["vec", "ones", "rot180", "pad", "route", "upsample", "reshape", "max", "min", "first", "split", "del"];

/// Is a tensor called as a function or an operator is? A text cannot tell them apart.
fn speaks_ambiguously(derivation: &Derivation, glossary: &Glossary, loss: &str) -> bool {
    let mut functions: Vec<String> = WORDS.map(String::from).to_vec();
    functions.push("sigma".to_string());
    for definition in &derivation.instance.definitions {
        definition.body.calls(&mut |name| functions.push(name.to_string()));
    }
    functions.push(loss.to_string());
    (0..glossary.len() as u32).any(|t| functions.contains(&glossary.name(TensorId(t)).word))
}

/// Derives a text, writes it, reads every display back and evaluates it.
fn tried(kind: &str, number: u64, text: &str) -> Tally {
    let mut tally = Tally { documents: 1, ..Tally::default() };
    let mut derivation = match whole_way::derivation(kind, text) {
        Ok(derivation) => derivation,
        Err(_) => return Tally { refused: 1, ..tally },
    };
    // it has names of its own
    derivation.other_bias = None;
    let (written, notation) = drawn(number);
    let case = || format!("{written:?} {notation}\n{text}");
    let notation = Notation::built_in(notation).expect("a name of the list");
    let Ok(notation) = deriver::cli::fitted(notation, &derivation.instance) else {
        return Tally { refused: 1, ..tally };
    };
    let glossary = Glossary::new(&derivation, &notation);
    if speaks_ambiguously(&derivation, &glossary, &notation.loss) {
        return Tally { refused: 1, ..tally };
    }
    let document = match document(&derivation, &glossary, &notation, written) {
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
                tally.skip("it cannot be read".to_string(), || format!("{error}\n{}\n{}", display.text, case()));
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
    all("layer", from..from + count("READ_BACK_LAYERS", 1_500), random_layers::random_layer);
}

#[test]
fn nets() {
    let from = count("READ_BACK_FROM", 0);
    all("net", from..from + count("READ_BACK_NETS", 200), random_nets::random_net);
}
