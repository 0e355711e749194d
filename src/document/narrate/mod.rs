//! The narrative: a derivation told in sections, each with the equations that a good tutorial would print.
//!
//! What is told follows from the derivation alone: which operators were recognised, how many terms there are, which tensors play
//! which part.

mod arrangement;
mod chain;
mod channels;
mod claims;
mod displayed;
mod entries;
mod equations;
mod errors;
mod explain;
mod forward;
mod functions;
mod gradient;
mod left_out;
mod narrator;
mod network;
mod parameters;
mod picture;
mod request;
mod signs;
mod simpler;
mod stages;
mod summary;
mod unread;
mod whole;
mod windows;
mod worked;

use std::cell::RefCell;
use std::io;

use super::{Block, Evaluated, Sink};
use crate::derivation::Derivation;
use crate::formula::{Glossary, maxima};
use crate::verify::formula::Checker;
use claims::Claims;
pub use claims::Refutation;
use narrator::Narrator;
pub use picture::{WindowOf, windows};
pub use request::{Detail, Request, Section, Windows};

/// Tells the derivation to `sink`, block by block.
///
/// # Errors
/// Those of the sink.
pub fn narrate(derivation: &Derivation, request: &Request<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let maxima = maxima(&derivation.system, &derivation.instance);
    let glossary = Glossary::new(derivation, &request.notation);
    let below =
        derivation.below.as_ref().filter(|_| request.notation.layer_below).map(|d| Glossary::new(d, &request.notation));
    let other = derivation.other_bias.as_ref().map(|d| Glossary::new(d, &request.notation));
    let numbers = request.values.map(|values| values.witness(derivation));
    let mut narrator = Narrator {
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
        checker: Checker::new(&derivation.instance, &derivation.witness, &glossary),
        worked: None,
        numbers: numbers.as_ref(),
        claims: Claims::default(),
        evaluated: Evaluated::default(),
        new_signs: RefCell::default(),
        has_windows: false,
    };
    narrator.header()?;
    narrator.block(Block::Title(narrator.title()))?;
    if narrator.wants(Section::Forward) {
        narrator.forward()?;
    } else {
        narrator.pictures()?;
    }
    narrator.backward()?;
    if narrator.wants(Section::Summary) {
        narrator.summary()?;
    }
    if let Some(values) = request.values.filter(|_| narrator.wants(Section::Values)) {
        narrator.worked(values)?;
    }
    narrator.end()
}
