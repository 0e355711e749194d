//! The sentences on pictures of windows in English.

use super::english::{English, count, plain};
use super::picture::PictureSentences;
use super::sentences::words;
use crate::document::figure::{Missing, Sight};
use crate::document::{Inlines, Math};

/// What there is to say of zeros, gaps and slices; `drawn` tells how cells look.
fn remarks(sight: &Sight, drawn: bool) -> String {
    let zeros = match (sight.between, sight.around) {
        (true, true) => "between its entries and around them",
        (true, false) => "between its entries",
        (false, true) => "around its entries",
        (false, false) => "",
    };
    let mut text = match (zeros, drawn) {
        ("", _) => String::new(),
        (zeros, true) => format!(" Dashed cells are zeros that are put {zeros}."),
        (zeros, false) => format!(" Zeros are put {zeros}."),
    };
    if sight.cropped {
        text += if drawn {
            " No window reaches the crossed cells."
        } else {
            " No window reaches what stands in round brackets."
        };
    }
    if sight.apart {
        text += " The places of the window lie apart";
        text += if drawn { ": those that are shaded." } else { "." };
    }
    if sight.sliced {
        text += " Of each tensor the first slice is drawn; any further terms of the equation come from others.";
    }
    text
}

fn rotated(sight: &Sight) -> &'static str {
    if sight.turned { ", rotated by 180 degrees," } else { "" }
}

fn by(sizes: &[usize]) -> String {
    match sizes {
        [n] => format!("a row of {n} cells"),
        _ => format!("a grid of {} cells", sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(" by ")),
    }
}

fn reach(&(first, last): &(usize, usize), one: &str, many: &str) -> String {
    if first == last { format!("{one} {first}") } else { format!("{many} {first} to {last}") }
}

impl PictureSentences for English {
    fn window_caption(&self, sight: &Sight) -> Inlines {
        let rest = remarks(sight, true);
        match &sight.y {
            Some(y) => words(
                &format!(
                    "The frame is {{}}{} laid over {{}} where it gives {{}}; in the corner of each covered cell stands what the cell is \
                     multiplied by.{rest}",
                    rotated(sight)
                ),
                [y.clone(), sight.x.clone(), sight.entry.clone()],
            ),
            None => words(
                &format!("The frame is the window over {{}} that gives {{}}.{rest}"),
                [sight.x.clone(), sight.entry.clone()],
            ),
        }
    }

    fn window_listing(&self, sight: &Sight) -> Inlines {
        let rest = remarks(sight, false);
        match &sight.y {
            Some(y) => words(
                &format!(
                    "{{}}{} laid over {{}} where it gives {{}}: brackets stand around what is covered, with what it is multiplied by.{rest}",
                    rotated(sight)
                ),
                [y.clone(), sight.x.clone(), sight.entry.clone()],
            ),
            None => words(
                &format!("The window over {{}} that gives {{}}: brackets stand around what is covered.{rest}"),
                [sight.x.clone(), sight.entry.clone()],
            ),
        }
    }

    fn window_alt(&self, sight: &Sight) -> String {
        let [over, _, result] = &sight.sizes;
        let (covers, chosen) = match (sight.covers.as_slice(), sight.chosen.as_slice()) {
            ([rows, columns], [row, column]) => (
                format!("{} and {}", reach(rows, "row", "rows"), reach(columns, "column", "columns")),
                format!("the cell in row {row} and column {column}"),
            ),
            (covers, chosen) => {
                let cells: Vec<String> = covers.iter().map(|c| reach(c, "cell", "cells")).collect();
                let chosen: Vec<String> = chosen.iter().map(usize::to_string).collect();
                (cells.join(" and "), format!("cell {}", chosen.join(" and ")))
            }
        };
        let (over, result) = (by(over), by(result));
        let zeros = if sight.between || sight.around { ", some of them zeros," } else { "" };
        let capital = over.replacen('a', "A", 1);
        format!("{capital}{zeros} with a frame over {covers}, and {result} in which {chosen} is marked.")
    }

    fn window_left_out(&self, target: Math, why: Missing, most: usize) -> Inlines {
        let reason = match why {
            Missing::Still => "no window slides".to_string(),
            Missing::Axes(n) => format!("it slides along {} axes, and at most two are drawn", count(n)),
            Missing::TooLarge => format!("at most {most} cells are drawn in a row and in a column"),
            Missing::TooWide => "its entries are too long for cells".to_string(),
        };
        words(&format!("There is no picture of the window that gives {{}}: {reason}."), [target])
    }

    fn window_nowhere(&self) -> Inlines {
        plain("There is no picture of a window: nothing that was asked for is a sliding product or a pooling.")
    }
}
