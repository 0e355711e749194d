//! The sentences on windows, and on what no window reaches, in English.

use super::arrangement::ArrangementSentences;
use super::english::{English, in_words, list, number_of, plain};
use super::english_sides::added;
use super::sentences::words;
use super::sizes;
use super::unread::{Unread, UnreadSentences};
use super::windows::{Divisor, WindowSentences, Windowed};
use crate::document::{Inlines, Math};
use crate::operator::Window;

/// `2×2 windows side by side`, `3×3 windows that begin two places apart in each direction, the first one place before the edge`.
fn windows(window: &Window) -> String {
    let size = sizes(&window.size);
    let mut text = if window.size == window.stride && window.dilation.iter().all(|&d| d == 1) {
        if window.size.len() == 1 {
            format!("windows of {size} that lie side by side")
        } else {
            format!("{size} windows side by side")
        }
    } else {
        let steps: Vec<String> = window.stride.iter().copied().map(in_words).collect();
        match window.stride.as_slice() {
            [s] => format!("windows of {size} that begin {} apart", number_of(*s, "place", "places")),
            [s, rest @ ..] if rest.iter().all(|t| t == s) => {
                format!("{size} windows that begin {} apart in each direction", number_of(*s, "place", "places"))
            }
            _ => format!("{size} windows that begin {} places apart along the axes", list(&steps)),
        }
    };
    if window.dilation.iter().any(|&d| d > 1) {
        let steps: Vec<String> = window.dilation.iter().copied().map(in_words).collect();
        let apart = if steps.iter().all(|s| *s == steps[0]) { steps[0].clone() } else { list(&steps) };
        text.push_str(&format!(", their places {apart} apart"));
    }
    let (lows, highs): (Vec<i64>, Vec<i64>) = window.padding.iter().map(|p| (p[0], p[1])).unzip();
    let same = |sides: &[i64]| sides.iter().all(|&p| p == sides[0]).then(|| sides[0]);
    let outside = |p: i64| number_of(usize::try_from(p).unwrap_or(0), "place", "places");
    match (same(&lows), same(&highs)) {
        (Some(0), Some(0)) => {}
        (Some(low), Some(high)) if low == high && low > 0 => {
            text.push_str(&format!(", the outermost reaching {} over the edges", outside(low)));
        }
        (Some(0), Some(high)) => text.push_str(&format!(", the last reaching {} over the edge", outside(high))),
        (Some(low), Some(0)) if low > 0 => {
            text.push_str(&format!(", the first reaching {} over the edge", outside(low)));
        }
        (Some(_) | None, Some(_) | None) => text.push_str(", the outermost cut off at the edges"),
    }
    text
}

/// What is counted: `entries of {} that the window covers`.
fn counted(divisor: &Divisor) -> &'static str {
    if divisor.outside {
        "how many places of its window lie in {} or in the padding around it"
    } else {
        "how many entries of {} its window covers"
    }
}

impl WindowSentences for English {
    fn window_sum(&self, output: Math, input: Math, of: Windowed) -> Inlines {
        let windows = of.window.as_ref().map(windows);
        let Some(divisor) = of.divisor else {
            let windows = windows.map(|w| format!(": {w}")).unwrap_or_default();
            let Some(scale) = of.scale else {
                let template = format!("Each entry of {{}} is the sum of a window of {{}}{windows}.");
                return words(&template, [output, input]);
            };
            let template = format!("Each entry of {{}} is {{}} times the sum of a window of {{}}{windows}.");
            return words(&template, [output, scale, input]);
        };
        let factor = if of.scale.is_none() { "" } else { ", times {}" };
        let windows = windows.map(|w| format!(" ({w})")).unwrap_or_default();
        let template = format!(
            "Each entry of {{}} is the sum of a window of {{}}{windows}, divided by {}{factor}.",
            counted(&divisor)
        );
        words(&template, [output, input, divisor.over].into_iter().chain(of.scale))
    }

    fn window_max(&self, output: Math, input: Math, window: Option<&Window>) -> Inlines {
        let windows = window.map(|w| format!(": {}", windows(w))).unwrap_or_default();
        words(&format!("Each entry of {{}} is the largest entry of a window of {{}}{windows}."), [output, input])
    }

    fn recognised_upsample(&self, x: Math, of: Windowed) -> Inlines {
        let overlap = if of.overlap { "; where windows overlap, the shares add up" } else { "" };
        let windows = of.window.as_ref().map(|w| format!(" ({})", windows(w))).unwrap_or_default();
        let upsampling = if of.tiles { ". This is upsampling" } else { "" };
        let Some(divisor) = of.divisor else {
            let template = format!(
                "Every entry of {{}} is spread over its window with the factor {{}}{windows}{overlap}{upsampling}:"
            );
            return words(&template, [x, of.scale.unwrap_or_else(|| Math::integer(1))]);
        };
        let factor = if of.scale.is_none() { "" } else { " and multiplied by {}" };
        let template = format!(
            "Every entry of {{}} is divided by {{}}, {}{factor}, and spread over that window{windows}{overlap}{upsampling}.",
            counted(&divisor)
        );
        words(&template, [x, divisor.places, divisor.over].into_iter().chain(of.scale))
    }

    fn divisors(&self) -> Inlines {
        plain("The divisors, one for each window, are")
    }

    fn with_divisors(&self) -> Inlines {
        plain("All entries together are")
    }
}

impl ArrangementSentences for English {
    fn enlarged(&self, tensor: Math, of: Math, ends: &[[i64; 2]]) -> Inlines {
        let added = added(ends);
        words(&format!("{{}} is {{}} with {added} added, which hold entries of {{}} again."), [tensor, of.clone(), of])
    }

    fn rearranged(&self, tensor: Math, of: Math) -> Inlines {
        words("Every entry of {} is an entry of {}.", [tensor, of])
    }

    fn collected(&self, gradient: Math, of: Math) -> Inlines {
        words("Each entry of {} is the sum of those entries of {} that its copies belong to.", [gradient, of])
    }
}

impl UnreadSentences for English {
    fn nothing_reads(&self, tensor: Math) -> Inlines {
        words("No output depends on {}, so every entry of its gradient is zero:", [tensor])
    }

    fn nothing_changes(&self, tensor: Math) -> Inlines {
        words("The derivative of every output by {} is zero, and so is every entry of its gradient:", [tensor])
    }

    fn unread(&self, tensor: Math, unread: Unread) -> Inlines {
        let where_they_lie = ["before the first places", "beyond the last places", "between places"];
        let mut places = Vec::new();
        for (lines, place) in unread.iter().zip(where_they_lie).filter(|(lines, _)| !lines.listed.is_empty()) {
            let mut parts = vec!["{}".to_string(); lines.listed.len()];
            parts.extend((lines.more > 0).then(|| format!("{} more of this kind", in_words(lines.more))));
            let lie = if parts.len() == 1 { "lies" } else { "lie" };
            places.push(format!("{} {lie} {place} that are read", list(&parts)));
        }
        let template = format!("Not all of {{}} is read: {}. The gradient is zero there.", places.join(", and "));
        words(&template, [tensor].into_iter().chain(unread.into_iter().flat_map(|lines| lines.listed)))
    }
}
