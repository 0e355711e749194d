//! From a derivation to a document in the wanted format.

use std::io::{self, IsTerminal, Write};

use terminal_size::terminal_size_of;

use super::arguments::{Common, Format, Headings, LEAST_COLUMNS, Width};
use super::deriving::Derived;
use super::output::{is_refutation, produce};
use super::pictures::{drawn_windows, no_picture, pictures};
use super::problem::{Problem, warn};
use super::progress::Progress;
use super::unknown::unknown_functions;
use crate::document::{
    Entries, Glossary, Lang, Measure, Request, Section, Selected, Selection, Sink, exercises, narrate, narrate_any_size,
};
use crate::render::{
    Alphabet, Blocks, Host, Html, LATEX_PAGE, Latex, Markdown, Page, Rst, Sheet, Shown, Svg, Text, Typst, json,
    json_any_size,
};

/// Columns of text that is not for a terminal, or for one that does not tell its width.
pub(super) const COLUMNS: usize = 96;
/// What equations keep away from the end of a line in LaTeX, in tenths of a point.
const MARGIN: u32 = 100;
/// Longer lines are hard to read, however wide the terminal is.
const MOST_COLUMNS: usize = 110;

/// How wide text is: as asked for, or as wide as the terminal that it goes to.
fn columns(common: &Common) -> usize {
    let terminal = || {
        if common.out.is_some() || !io::stdout().is_terminal() {
            return None;
        }
        let (terminal_size::Width(columns), _) = terminal_size_of(io::stdout())?;
        Some(usize::from(columns).clamp(LEAST_COLUMNS, MOST_COLUMNS))
    };
    common.width.and_then(Width::columns).or_else(terminal).unwrap_or(COLUMNS)
}

/// Writes the document where the options say.
pub(super) fn to_output(derived: &Derived, common: &Common, command: &str, progress: Progress) -> Result<(), Problem> {
    // one terminal cannot show both
    let progress = (common.out.is_some() || !io::stdout().is_terminal()).then_some(progress);
    if let Some(progress) = &progress {
        progress.say("writing the document");
    }
    let selection = selection(common);
    if selection.only.is_empty() && selection.tag.is_none() && common.format() != Format::Svg {
        let mut refused = None;
        let produced = produce(common.out.as_deref(), |out| {
            let written = write(derived, common, columns(common), command, &selection, out)?;
            drop(progress);
            warn(&written.warnings);
            refused = written.chosen.err();
            // no file is replaced by nothing
            if refused.is_some() { Err(io::Error::other("there is nothing to write")) } else { Ok(()) }
        });
        return match refused {
            Some((message, hint)) => Err(Problem::Input { message, hint }),
            None => produced,
        };
    }
    // whether all that was chosen is there shows at the end only
    let written = to_text(derived, common, columns(common), command, &selection, usize::MAX)?;
    drop(progress);
    warn(&written.warnings);
    produce(common.out.as_deref(), |out| out.write_all(&written.text))
}

/// A document in memory.
pub(super) struct InMemory {
    pub(super) text: Vec<u8>,
    /// Functions that are not known, and what its format lacks.
    pub(super) warnings: Vec<String>,
    /// The labels of its equations.
    pub(super) labels: Vec<String>,
}

/// Writes the document into memory. One of more than `most` bytes is refused before it is all there.
pub(super) fn to_text(
    derived: &Derived,
    common: &Common,
    columns: usize,
    command: &str,
    selection: &Selection,
    most: usize,
) -> Result<InMemory, Problem> {
    let mut text = Limited { text: Vec::new(), most };
    let written = write(derived, common, columns, command, selection, &mut text);
    if written.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::FileTooLarge) {
        let message = format!("this gives more than {} million bytes", most >> 20);
        return Err(Problem::input(message, "leave entries out with --entries few or none, or take a --part"));
    }
    if let Err(error) = &written
        && is_refutation(error)
    {
        return Err(Problem::Bug(error.to_string()));
    }
    let text = text.text;
    // memory takes all that is written: only a picture that is too large is refused
    let written = written
        .ok()
        .filter(|_| !text.is_empty() || common.format() != Format::Svg)
        .ok_or_else(|| no_picture(common))?;
    let labels = written.chosen.map_err(|(message, hint)| Problem::Input { message, hint })?;
    Ok(InMemory { text, warnings: written.warnings, labels })
}

/// Memory that takes so much and no more.
struct Limited {
    text: Vec<u8>,
    most: usize,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.most - self.text.len() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the options choose.
pub(super) fn selection(common: &Common) -> Selection {
    let titled = common.headings != Some(Headings::None);
    let (only, tag) = (common.only.clone(), common.tag.clone());
    Selection { only, tag, title: titled, headings: titled, ..Selection::default() }
}

/// The level of the title.
fn title_level(common: &Common) -> u8 {
    if let Some(Headings::From(level)) = common.headings { level } else { 1 }
}

/// What became of a document.
struct Written {
    /// The labels, if everything is there that was chosen; if not, what is wrong, and what to do about it.
    chosen: Result<Vec<String>, (String, String)>,
    /// Functions that are not known; what the format lacks, and what stands for it.
    warnings: Vec<String>,
}

fn write(
    derived: &Derived,
    common: &Common,
    columns: usize,
    command: &str,
    selection: &Selection,
    out: &mut dyn Write,
) -> io::Result<Written> {
    let notation = derived.notation.clone();
    let glossary = Glossary::new(&derived.derivation, &notation);
    let alone = common.format() == Format::Svg && common.part.is_empty();
    let sections = if alone { vec![Section::Network] } else { common.part.clone() };
    let values = derived.values.as_ref();
    let lang = common.lang;
    // ctex sets larger type
    let (article, size) = if lang == Lang::Zh { (Measure::CTEX, 1054) } else { (Measure::ARTICLE, 1000) };
    let latex_line = common.width.and_then(|width| match width {
        Width::Columns(_) => None,
        Width::Points(tenths) => Some((tenths, tenths * 1000 / size)),
        Width::Ems(tenths) => Some((tenths * 10, tenths * 10)),
    });
    let measure = match common.format() {
        Format::Latex if latex_line.is_none() && common.standalone => {
            Measure::Typeset { line: LATEX_PAGE * 1000 / size - MARGIN }
        }
        Format::Latex => latex_line.map_or(article, |(_, line)| Measure::Typeset { line: line - MARGIN }),
        Format::Json | Format::Markdown | Format::Rst | Format::Svg => Measure::ARTICLE,
        Format::Typst => Measure::TYPST,
        Format::Html => Measure::PAGE,
        Format::Text if common.ascii => Measure::Ascii { line: columns as u32 - 4 },
        Format::Text => Measure::Columns { line: columns as u32 - 4 },
    };
    // the number stands beside the equation
    let measure = selection.tag.as_ref().map_or(measure, |tag| measure.beside(tag));
    let windows = drawn_windows(derived, common);
    let request = Request {
        sections: sections.clone(),
        entries: common.entries,
        depth: common.detail,
        measure,
        notation,
        lang,
        command: command.to_string(),
        values,
        windows,
        numbered: numbered(common),
        pictures: pictures(common),
    };
    let sheet = common.sheet();
    let mut made = 0;
    let told = |sink: &mut dyn Sink| {
        let mut selected = Selected::new(selection, sink);
        if let Some(sheet) = &sheet {
            made = exercises(&derived.derivation, &request, sheet, &mut selected)?;
        } else if let Some(any) = &derived.any_size {
            narrate_any_size(&derived.derivation, any, &request, &mut selected)?;
        } else {
            narrate(&derived.derivation, &request, &mut selected)?;
        }
        selected.finish()
    };
    let paper = common.paper.unwrap_or_default();
    let level = title_level(common);
    let mut written = match common.format() {
        Format::Latex => {
            let latex = Latex::new(out, &glossary, common.standalone, lang);
            let latex = if let Some((points, _)) = latex_line { latex.with_width(points) } else { latex };
            closed(latex.with_heading(level).with_paper(paper), told)?
        }
        Format::Typst => {
            let typst = Typst::new(out, &glossary, common.standalone);
            closed(typst.with_heading(level).with_paper(paper), told)?
        }
        Format::Text => {
            let alphabet = if common.ascii { Alphabet::Ascii } else { Alphabet::Unicode };
            closed(Text::new(out, &glossary, alphabet, columns), told)?
        }
        Format::Markdown => {
            let host = common.host.unwrap_or_default();
            closed(Markdown::new(out, &glossary, host).with_heading(level), told)?
        }
        Format::Rst => closed(Rst::new(out, &glossary).with_heading(level), told)?,
        Format::Html => {
            // single equations are for a page that is there already
            let whole = common.standalone || selection.only.is_empty();
            closed(Html::new(out, &glossary, lang, whole).with_heading(level).with_paper(paper), told)?
        }
        Format::Svg => closed(Svg::new(out, &glossary), told)?,
        Format::Json => {
            let shown = Shown { sections, entries: common.entries.unwrap_or(Entries::All) };
            match &derived.any_size {
                Some(any) => json_any_size(&derived.derivation, any, &glossary, &shown.sections, out)?,
                None => json(&derived.derivation, &glossary, values, &shown, out)?,
            }
            Written { chosen: Ok(Vec::new()), warnings: Vec::new() }
        }
    };
    if let Some(sheet) = sheet.filter(|sheet| made < sheet.count) {
        if made == 0 {
            let hint = "leave --part out, or take another layer".to_string();
            written.chosen = Err(("no exercise can be made from this".to_string(), hint));
        } else {
            let of = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
            let (asked, made) = (of(sheet.count, "exercise was", "exercises were"), of(made, "is", "are"));
            written.warnings.push(format!("{asked} asked for; {made} all that can be made from this"));
        }
    }
    written.warnings.splice(0..0, unknown_functions(&derived.derivation.instance));
    Ok(written)
}

/// Does the format number equations that have a label?
fn numbered(common: &Common) -> bool {
    match common.format() {
        Format::Latex | Format::Typst | Format::Html | Format::Rst => true,
        Format::Markdown => common.host == Some(Host::Myst),
        Format::Text | Format::Json | Format::Svg => false,
    }
}

/// A page with the document on it. What is refused is not closed either: there is nothing of it.
fn closed<'a, W: Write, F>(
    mut page: Page<'a, W, F>,
    told: impl FnOnce(&mut dyn Sink) -> io::Result<Result<Vec<String>, (String, String)>>,
) -> io::Result<Written>
where
    Sheet<'a, F>: Blocks,
{
    let chosen = told(&mut page)?;
    let warnings = page.warnings().to_vec();
    if chosen.is_ok() {
        page.finish()?;
    }
    Ok(Written { chosen, warnings })
}
