//! Which pictures of windows the options ask for, and whether there are any.

use super::arguments::{Common, Format, Pictures};
use super::deriving::Derived;
use super::problem::Problem;
use crate::document::{Section, WindowOf, Windows, windows};

/// Options for pictures that do not go together.
pub(super) fn refused(common: &Common) -> Option<Problem> {
    let asks = |part| common.part.contains(&part);
    if !common.at.is_empty() && !asks(Section::Window) {
        return Some(Problem::input("--at chooses the entry of a window", "take --part window, or leave it out"));
    }
    if common.format() != Format::Svg || common.part.is_empty() {
        return None;
    }
    let (network, window) = (asks(Section::Network), asks(Section::Window));
    if network && window {
        let hint = "take --part network, or --part window";
        return Some(Problem::input("--format svg draws a single picture", hint));
    }
    (!window && common.part.iter().any(|p| *p != Section::Network)).then(|| {
        Problem::input(
            "--format svg draws the connections or a window alone",
            "leave --part out, or take --part network, or such as --part window,input",
        )
    })
}

/// Are there pictures that no section asks for? By default in what is read as it is: in a fragment of LaTeX they would want a package.
pub(super) fn pictures(common: &Common) -> bool {
    let drawn = match common.format() {
        Format::Latex => common.standalone && common.only.is_empty(),
        Format::Html | Format::Typst => common.only.is_empty(),
        Format::Text | Format::Json | Format::Markdown | Format::Rst | Format::Svg => false,
    };
    common.exercises.is_none() && common.pictures.map_or(drawn, |pictures| pictures == Pictures::Few)
}

/// The windows in the sections that were asked for.
fn asked(derived: &Derived, common: &Common) -> Vec<WindowOf> {
    let sections = &common.part;
    let list = if sections.contains(&Section::Window) {
        windows(&derived.derivation, &derived.notation, sections)
    } else {
        Vec::new()
    };
    if common.format() != Format::Svg {
        return list;
    }
    // one picture: that of a gradient says more than that of the layer itself
    let order = [Section::Input, Section::Weight, Section::Intermediate, Section::Forward, Section::Bias];
    let first = order.into_iter().find_map(|section| {
        let here = || list.iter().filter(move |w| w.section == section);
        here().find(|w| !w.range.is_empty()).or(here().next())
    });
    first.cloned().into_iter().collect()
}

/// Which windows are drawn, and where.
pub(super) fn drawn_windows(derived: &Derived, common: &Common) -> Windows {
    let only = if common.format() == Format::Svg { asked(derived, common).first().map(|w| w.target) } else { None };
    Windows { at: (!common.at.is_empty()).then(|| common.at.clone()), only }
}

/// Refuses an entry that is not in every picture that is drawn.
pub(super) fn at_is_inside(derived: &Derived, common: &Common) -> Result<(), Problem> {
    if common.at.is_empty() {
        return Ok(());
    }
    let at: Vec<String> = common.at.iter().map(i64::to_string).collect();
    for window in asked(derived, common).iter().filter(|w| !w.range.is_empty()) {
        let inside = window.range.len() == common.at.len()
            && window.range.iter().zip(&common.at).all(|((first, last), i)| (first..=last).contains(&i));
        if !inside {
            let ranges: Vec<String> = window.range.iter().map(|(first, last)| format!("{first} to {last}")).collect();
            let message = format!("the picture of `{}` has no entry {}", window.name, at.join(","));
            let hint = format!(
                "its indices go from {}; --part window,input draws the input's gradient alone, and so on",
                ranges.join(" and from ")
            );
            return Err(Problem::input(message, hint));
        }
    }
    Ok(())
}

/// There is nothing to write as SVG.
pub(super) fn no_picture(common: &Common) -> Problem {
    if common.part.contains(&Section::Window) {
        let hint = "take smaller sizes or other sections; --part window --format text says what is in the way";
        return Problem::input("there is no picture of a window here", hint);
    }
    let hint = "take smaller sizes; --part network --format text says how large a picture may be";
    Problem::input("the picture of the connections would be too large", hint)
}
