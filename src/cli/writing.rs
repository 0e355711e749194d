//! From a derivation to a document in the wanted format.

use std::io::{self, Write};

use super::arguments::{Common, Entries, Format, Headings, PartArgument};
use super::deriving::Derived;
use super::output::produce;
use super::problem::Problem;
use crate::document::{Detail, Glossary, Measure, Notation, Part, Request, Selected, Selection, Sink, narrate};
use crate::render::{Latex, Shown, Text, json};

/// Columns of text output.
const COLUMNS: usize = 96;

/// Writes the document where the options say.
pub(super) fn to_output(derived: &Derived, common: &Common, command: &str) -> Result<(), Problem> {
    let selection = selection(common);
    if selection.only.is_empty() && selection.tag.is_none() {
        return produce(common.out.as_deref(), |out| write(derived, common, command, &selection, out).map(drop));
    }
    // whether all that was chosen is there shows at the end only
    let text = to_text(derived, common, command, &selection)?;
    produce(common.out.as_deref(), |out| out.write_all(&text))
}

/// The document in memory.
pub(super) fn to_text(
    derived: &Derived,
    common: &Common,
    command: &str,
    selection: &Selection,
) -> Result<Vec<u8>, Problem> {
    let mut text = Vec::new();
    let chosen = write(derived, common, command, selection, &mut text).expect("memory takes all that is written");
    chosen.map_err(|(message, hint)| Problem::Input { message, hint })?;
    Ok(text)
}

/// What the options choose.
pub(super) fn selection(common: &Common) -> Selection {
    let titled = common.headings != Some(Headings::None);
    Selection { only: common.only.clone(), tag: common.tag.clone(), header: true, title: titled, headings: titled }
}

/// The level of the title.
fn title_level(common: &Common) -> u8 {
    if let Some(Headings::From(level)) = common.headings { level } else { 1 }
}

/// Is everything there that was chosen? If not, what is wrong, and what to do about it.
type Chosen = Result<(), (String, String)>;

fn write(
    derived: &Derived,
    common: &Common,
    command: &str,
    selection: &Selection,
    out: &mut dyn Write,
) -> io::Result<Chosen> {
    let notation = Notation { index_base: derived.index_base };
    let glossary = Glossary::new(&derived.derivation, &notation);
    let parts: Vec<Part> = common.part.iter().map(|p| (*p).into()).collect();
    let detail = common.entries.map(Detail::from);
    let values = derived.values.as_ref();
    let measure = match common.format() {
        Format::Latex | Format::Json => Measure::ARTICLE,
        Format::Text => Measure::Columns { line: COLUMNS as u32 - 4 },
    };
    // the number stands beside the equation
    let measure = selection.tag.as_ref().map_or(measure, |tag| measure.beside(tag));
    let request = Request { parts: parts.clone(), detail, measure, notation, command: command.to_string(), values };
    let told = |sink: &mut dyn Sink| {
        let mut selected = Selected::new(selection, sink);
        narrate(&derived.derivation, &request, &mut selected)?;
        Ok::<Chosen, io::Error>(selected.finish())
    };
    match common.format() {
        Format::Latex => {
            let mut latex = Latex::new(out, &glossary, common.standalone).at_level(title_level(common));
            let chosen = told(&mut latex)?;
            latex.finish()?;
            Ok(chosen)
        }
        Format::Text => {
            let mut text = Text::new(out, &glossary, COLUMNS);
            let chosen = told(&mut text)?;
            text.finish()?;
            Ok(chosen)
        }
        Format::Json => {
            let shown = Shown { parts, detail: detail.unwrap_or(Detail::All) };
            json(&derived.derivation, &glossary, values, &shown, out)?;
            Ok(Ok(()))
        }
    }
}

impl From<PartArgument> for Part {
    fn from(part: PartArgument) -> Part {
        match part {
            PartArgument::Forward => Part::Forward,
            PartArgument::Intermediate => Part::Intermediate,
            PartArgument::Input => Part::Input,
            PartArgument::Weight => Part::Weight,
            PartArgument::Bias => Part::Bias,
            PartArgument::Summary => Part::Summary,
            PartArgument::Values => Part::Values,
        }
    }
}

impl From<Entries> for Detail {
    fn from(entries: Entries) -> Detail {
        match entries {
            Entries::All => Detail::All,
            Entries::Few => Detail::Few,
            Entries::None => Detail::None,
        }
    }
}
