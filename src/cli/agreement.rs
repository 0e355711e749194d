//! Options that do not go together, or not with the format.

use super::arguments::{Common, Format, Headings, value_name};
use super::pictures;
use super::problem::Problem;
use crate::document::{Lang, Section};

/// Refuses options that would be silently without effect.
pub(super) fn agreed(common: &Common) -> Result<(), Problem> {
    let format = common.format();
    if common.standalone && !matches!(format, Format::Latex | Format::Typst | Format::Html) {
        let hint = "leave it out, or take --format latex, typst or html";
        return Err(Problem::input("--standalone makes a LaTeX, Typst or HTML document", hint));
    }
    if matches!(format, Format::Json | Format::Svg) && (!common.only.is_empty() || common.tag.is_some()) {
        let message = "--only and --tag choose equations of a document";
        return Err(Problem::input(message, "leave them out, or take another format"));
    }
    exercises(common)?;
    if common.host.is_some() && format != Format::Markdown {
        return Err(Problem::input("--host says where Markdown is shown", "leave it out, or take --format markdown"));
    }
    if common.part.contains(&Section::Values) && common.values.is_none() {
        return Err(Problem::input("--part values wants numbers", "give them with --values FILE"));
    }
    let is_picture = |part: &Section| matches!(part, Section::Network | Section::Window);
    if format == Format::Json && common.part.iter().any(is_picture) {
        let message = "JSON holds no picture";
        return Err(Problem::input(message, "take --format svg, or text for a list of the connections"));
    }
    let without_levels = matches!(format, Format::Json | Format::Svg);
    if without_levels && matches!(common.headings, Some(Headings::From(_))) {
        let message = "--headings sets levels, and this format has none";
        return Err(Problem::input(message, "leave it out, or take another format"));
    }
    if let Some(problem) = pictures::refused(common) {
        return Err(problem);
    }
    pages(common, format)
}

/// Refuses what asks for numbers where letters stand for sizes.
pub(super) fn for_every_size(common: &Common) -> Result<(), Problem> {
    let pictures = [Section::Network, Section::Window];
    let what = match () {
        () if common.values.is_some() => "--values works a layer in numbers",
        () if common.exercises.is_some() => "--exercises makes a sheet in numbers",
        () if common.entries.is_some() => "--entries is about entries, of which there are as many as the sizes say",
        () if common.format() == Format::Svg || common.part.iter().any(|p| pictures.contains(p)) => {
            "a picture shows a layer of a certain size"
        }
        () => return Ok(()),
    };
    let message = format!("{what}, and letters leave the sizes open");
    Err(Problem::input(message, "leave it out, or give numbers for all letters"))
}

/// What a worksheet leaves no room for.
fn exercises(common: &Common) -> Result<(), Problem> {
    if common.exercises.is_none() {
        return Ok(());
    }
    if matches!(common.format(), Format::Json | Format::Svg) {
        let message = "--exercises makes a sheet for people to work on, and this format has none";
        return Err(Problem::input(message, "take --format latex, typst, html, markdown, rst or text"));
    }
    if !common.only.is_empty() || common.tag.is_some() {
        let message = "--only and --tag choose equations of a derivation, and --exercises makes a sheet";
        return Err(Problem::input(message, "leave one of them out"));
    }
    if common.entries.is_some() {
        let message = "--entries is about a derivation, and --exercises makes a sheet";
        return Err(Problem::input(message, "leave one of them out"));
    }
    let told =
        |part: &&Section| matches!(part, Section::Network | Section::Window | Section::Summary | Section::Values);
    if let Some(part) = common.part.iter().find(told) {
        let message = format!("there are no exercises about --part {}", value_name(part));
        return Err(Problem::input(message, "take forward, intermediate, input, weight or bias"));
    }
    Ok(())
}

/// What is said of lines, signs and paper.
fn pages(common: &Common, format: Format) -> Result<(), Problem> {
    if common.ascii && format != Format::Text {
        return Err(Problem::input("--ascii spells text", "leave it out, or take --format text"));
    }
    if common.ascii && common.lang == Lang::Zh {
        let message = "--ascii cannot spell Chinese";
        return Err(Problem::input(message, "leave --lang zh out for English, or leave --ascii out"));
    }
    if format == Format::Text && common.width.is_some_and(|width| width.columns().is_none()) {
        let message = "the width of text is a number of columns";
        return Err(Problem::input(message, "write a number such as 80, or take --format latex for a length"));
    }
    if format == Format::Latex && common.width.is_some_and(|width| width.columns().is_some()) {
        let message = "the width of LaTeX is a length";
        return Err(Problem::input(
            message,
            "write one such as 252pt, 8.8cm or 25em, or take --format text for columns",
        ));
    }
    if common.width.is_some() && !matches!(format, Format::Text | Format::Latex) {
        let hint = match format {
            Format::Typst | Format::Html => {
                "leave it out, or take --format text or latex; for the page of a document there is --paper"
            }
            Format::Markdown | Format::Rst | Format::Svg | Format::Json | Format::Text | Format::Latex => {
                "leave it out, or take --format text or latex"
            }
        };
        return Err(Problem::input("--width is the width of text in columns, or of lines in LaTeX", hint));
    }
    let paged = match format {
        Format::Latex | Format::Typst => common.standalone,
        Format::Html => common.standalone || common.only.is_empty(),
        Format::Text | Format::Json | Format::Markdown | Format::Rst | Format::Svg => false,
    };
    if common.paper.is_some() && !paged {
        let hint = "add --standalone with --format latex, typst or html; for text there is --width";
        return Err(Problem::input("--paper is for a document that stands by itself", hint));
    }
    Ok(())
}
