//! The narrative: a derivation told in sections, each with the equations that a good tutorial would print.
//!
//! What is told follows from the derivation alone: which operators were recognised, how many terms there are, which tensors play
//! which part.

mod any_size;
mod arrangement;
mod backwards;
mod biases;
mod chain;
mod channels;
mod claims;
mod counts;
mod displayed;
mod entries;
mod equations;
mod errors;
mod exercises;
mod explain;
mod forward;
mod functions;
mod gradient;
mod left_out;
mod narrator;
mod network;
mod parameters;
mod picture;
mod placement;
mod request;
mod results;
mod signs;
mod simpler;
mod stages;
mod summary;
mod unread;
mod whole;
mod why;
mod windows;
mod worked;

use std::cell::RefCell;
use std::io;

use super::{Block, Evaluated, Sink};
use crate::derivation::{AnySize, Derivation, Example};
use crate::formula::{Glossary, Letter, maxima};
use crate::verify::Random;
use crate::verify::formula::Checker;
use claims::Claims;
pub use claims::Refutation;
pub use exercises::Sheet;
use narrator::Narrator;
pub use picture::{WindowOf, windows};
pub use request::{Depth, Entries, Request, Section, Windows};

/// Tells the derivation to `sink`, block by block.
///
/// # Errors
/// Those of the sink.
pub fn narrate(derivation: &Derivation, request: &Request<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    narrated(derivation, request, sink, Vec::new(), |narrator| narrator.everything())
}

/// A checker for a layer at certain sizes.
fn at_sizes<'a>(example: &'a Example, glossary: &'a Glossary) -> Checker<'a> {
    let sizes = example.sizes.iter().map(|(letter, n)| (Letter::from(letter.as_str()), *n)).collect();
    Checker::new(&example.derivation.instance, &example.derivation.witness, glossary).at_sizes(sizes)
}

/// Tells the derivation for every size.
///
/// # Errors
/// Those of the sink.
pub fn narrate_any_size(
    derivation: &Derivation,
    any: &AnySize,
    request: &Request<'_>,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let examples = any.examples.iter().map(|e| (&e.derivation, &e.sizes));
    let examples: Vec<_> = std::iter::once((derivation, &any.sizes)).chain(examples).collect();
    let glossaries: Vec<Glossary> = examples.iter().map(|(d, _)| Glossary::new(d, &request.notation)).collect();
    let checkers = examples.iter().zip(&glossaries).map(|((derivation, sizes), glossary)| {
        let sizes = sizes.iter().map(|(letter, n)| (Letter::from(letter.as_str()), *n)).collect();
        Checker::new(&derivation.instance, &derivation.witness, glossary).at_sizes(sizes)
    });
    let checkers: Vec<Checker<'_>> = checkers.collect();
    let other = |example: &Example| Glossary::new(&example.derivation, &request.notation);
    let aside: Vec<Option<Glossary>> = any.aside.iter().map(|e| e.as_ref().map(other)).collect();
    let aside =
        any.aside.iter().zip(&aside).map(|(example, glossary)| Some(at_sizes(example.as_ref()?, glossary.as_ref()?)));
    let aside: Vec<Option<Checker<'_>>> = aside.collect();
    let cases: Vec<Vec<Glossary>> = any.cases.iter().map(|case| case.examples.iter().map(other).collect()).collect();
    let cases: Vec<Vec<Checker<'_>>> = any
        .cases
        .iter()
        .zip(&cases)
        .map(|(case, own)| {
            case.examples.iter().zip(own).map(|(example, glossary)| at_sizes(example, glossary)).collect()
        })
        .collect();
    narrated(derivation, request, sink, checkers, |narrator| narrator.for_every_size(any, &aside, &cases))
}

/// Tells a worksheet made from the derivation; how many exercises are on it, which may be fewer than were asked for. With none nothing
/// is told.
///
/// # Errors
/// Those of the sink.
pub fn exercises(
    derivation: &Derivation,
    request: &Request<'_>,
    sheet: &Sheet,
    sink: &mut dyn Sink,
) -> io::Result<usize> {
    let mut random = Random::new(sheet.seed);
    let drawn = if request.values.is_none() { exercises::drawn(derivation, &mut random) } else { None };
    let request = Request { values: request.values.or(drawn.as_ref()), ..request.clone() };
    narrated(derivation, &request, sink, Vec::new(), |narrator| narrator.exercises(sheet, &mut random))
}

fn narrated<T>(
    derivation: &Derivation,
    request: &Request<'_>,
    sink: &mut dyn Sink,
    sizes: Vec<Checker<'_>>,
    tell: impl FnOnce(&mut Narrator<'_>) -> io::Result<T>,
) -> io::Result<T> {
    let maxima = maxima(&derivation.system, &derivation.instance);
    let glossary = Glossary::new(derivation, &request.notation);
    let below =
        derivation.below.as_ref().filter(|_| request.notation.layer_below).map(|d| Glossary::new(d, &request.notation));
    let other = derivation.other_bias.as_ref().map(|d| Glossary::new(d, &request.notation));
    let numbers = request.values.map(|values| values.witness(derivation));
    tell(&mut Narrator {
        derivation,
        request,
        net: !derivation.instance.stages.is_empty(),
        glossary: &glossary,
        below: below.as_ref(),
        other: other.as_ref(),
        maxima: &maxima,
        sink,
        topic: String::new(),
        explained_functions: Vec::new(),
        counts_explained: false,
        explained_signs: Vec::new(),
        explained_marks: Vec::new(),
        checker: Checker::new(&derivation.instance, &derivation.witness, &glossary),
        sizes,
        worked: None,
        numbers: numbers.as_ref(),
        claims: Claims::default(),
        evaluated: Evaluated::default(),
        said_of_signs: Vec::new(),
        new_signs: RefCell::default(),
        heading_due: None,
        is_defined: false,
        is_error_known: false,
        zeros_told: false,
        unreferred: Vec::new(),
        has_windows: false,
    })
}

impl Narrator<'_> {
    fn everything(&mut self) -> io::Result<()> {
        self.header()?;
        self.block(Block::Title(self.title()))?;
        if self.wants(Section::Summary) {
            if self.net { self.summary()? } else { self.results()? }
        }
        if self.wants(Section::Forward) {
            self.forward()?;
        } else {
            self.pictures()?;
        }
        self.backward()?;
        self.refer_to_results()?;
        if let Some(values) = self.request.values.filter(|_| self.wants(Section::Values)) {
            self.worked(values)?;
        }
        if !self.net && self.request.values.is_none() {
            self.counts_of_products()?;
        }
        self.end()
    }
}
