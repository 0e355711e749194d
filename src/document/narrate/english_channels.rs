//! The sentences on channels, batches and groups of sliding products, and on simple ones, in English.

use super::english::{English, list, number_of, plain, strides};
use super::entries::{EntrySentences, Products};
use super::sentences::{ChannelSentences, Channels, Sign, words};
use super::simpler::{Simpler, SimplerSentences};
use crate::document::{Inlines, Math, Sliding};
use crate::operator::CorrelationAxis;

/// What a formula does not say of a sliding product: `the zeros around and the steps`.
pub(super) fn understood(axes: &[CorrelationAxis]) -> Option<String> {
    let around = axes.iter().any(|a| a.low > 0 || a.high > 0);
    let between = axes.iter().any(|a| a.lhs_dilation > 1 || a.rhs_dilation > 1);
    let zeros = match (around, between) {
        (true, true) => Some("the zeros around and between"),
        (true, false) => Some("the zeros around"),
        (false, true) => Some("the zeros between"),
        (false, false) => None,
    };
    let cut = axes.iter().any(|a| a.low < 0 || a.high < 0).then_some("what is cut off");
    let steps = axes.iter().any(|a| a.stride > 1).then_some("the steps");
    let parts: Vec<String> = [zeros, cut, steps].into_iter().flatten().map(str::to_string).collect();
    (!parts.is_empty()).then(|| list(&parts))
}

fn places(letters: &[Math]) -> String {
    list(&letters.iter().map(|_| "{}".to_string()).collect::<Vec<_>>())
}

/// What the sliding product of a layer is, where it is first met: its sign is left open.
pub(super) fn sliding(sign: Sign, turned: bool, axes: &[CorrelationAxis]) -> String {
    let product = match (sign.sliding, turned) {
        (Sliding::Framework, _) => "the sliding product that deep-learning frameworks call convolution",
        (Sliding::Correlation, _) | (Sliding::Convolution, false) => {
            "the cross-correlation, which deep-learning frameworks call convolution"
        }
        (Sliding::Convolution, true) => "the convolution of mathematics",
    };
    let kernel = if sign.sliding == Sliding::Convolution && turned {
        "the kernel is rotated by 180 degrees and then slides"
    } else if sign.sliding != Sliding::Framework {
        if turned {
            "here the kernel is rotated first, which makes it the convolution of mathematics"
        } else {
            "the kernel is not rotated"
        }
    } else if turned {
        "it is a cross-correlation; here the kernel is rotated first, which makes it the convolution of mathematics"
    } else {
        "it is a cross-correlation: the kernel is not rotated"
    };
    let mut how = String::new();
    if axes.iter().any(|a| a.stride > 1) {
        how.push_str(&format!(", here in steps of {}", strides(axes)));
    }
    let sides: Vec<i64> = axes.iter().flat_map(|a| [a.low, a.high]).collect();
    if sides.iter().any(|&p| p > 0) {
        how.push_str(&if sides.iter().all(|&p| p == sides[0]) {
            format!(", with {} of zeros on every side", number_of(sides[0].unsigned_abs() as usize, "line", "lines"))
        } else {
            let sides: Vec<String> = axes.iter().map(|a| format!("{}+{}", a.low.max(0), a.high.max(0))).collect();
            format!(", with zeros around ({} before and after along the axes)", sides.join(", "))
        });
    }
    if sides.iter().any(|&p| p < 0) {
        how.push_str(", and without what the kernel never reaches");
    }
    format!("with {{}} for {product} ({kernel}){how}")
}

impl ChannelSentences for English {
    fn by_channels(&self, sign: Sign, turned: bool, axes: &[CorrelationAxis]) -> Inlines {
        words(&format!("Channel by channel, {}:", sliding(sign, turned, axes)), [sign.math()])
    }

    fn signs(&self, star: Math, convolution: Option<Math>) -> Inlines {
        let template = "The sign {} is the cross-correlation, in which the kernel is not rotated";
        match convolution {
            Some(sign) => {
                let template = format!("{template}, and {{}} the convolution of mathematics, in which it is.");
                words(&template, [star, sign])
            }
            None => words(&format!("{template}: what deep-learning frameworks call convolution."), [star]),
        }
    }

    fn rows(&self) -> Inlines {
        plain("Vectors are rows.")
    }

    fn likewise(&self, sign: Math, derivative: Math) -> Inlines {
        words(" Here {} is short for {}, and likewise for every other letter.", [sign, derivative])
    }

    fn channels(&self, c: &Channels) -> Inlines {
        let mut over = Vec::new();
        if !c.batch.is_empty() {
            over.push(format!("the batch ({})", places(&c.batch)));
        }
        if !c.channels.is_empty() {
            over.push(format!("the kernels' channels ({})", places(&c.channels)));
        }
        let over = over.join(" and over ");
        let each = places(&c.each);
        let mut text = match (c.each.is_empty(), over.is_empty()) {
            (true, true) => String::new(),
            (false, true) => format!(" There is one such product for every {each}."),
            (true, false) => format!(" Such products are summed over {over}."),
            (false, false) => format!(" For every {each} such products are summed over {over}."),
        };
        if c.groups > 1 {
            text.push_str(&if c.group.is_some() {
                let groups = number_of(c.groups, "group", "groups");
                format!(
                    " The channels fall into {groups} ({{}}) that are kept apart: no kernel meets channels of another group."
                )
            } else {
                let channels = number_of(c.groups, "channel", "channels");
                format!(" The {channels} are kept apart: each meets a kernel of its own.")
            });
        }
        if text.is_empty() {
            return Vec::new();
        }
        words(&text, c.each.iter().chain(&c.batch).chain(&c.channels).chain(&c.group).cloned())
    }

    fn with_channels(&self, axes: &[CorrelationAxis]) -> Inlines {
        match understood(axes) {
            Some(parts) => plain(format!("Channel by channel, {parts} understood:")),
            None => plain("Channel by channel:"),
        }
    }
}

impl SimplerSentences for English {
    fn simpler(&self, x: Math, y: Math, what: Simpler) -> Inlines {
        match what {
            Simpler::Kernel { matrix: true } => words(
                " As {} has a single place, nothing slides: at every place the channels are multiplied by a matrix.",
                [y],
            ),
            Simpler::Kernel { matrix: false } => {
                words(" As {} has a single place, nothing slides: it multiplies every entry of {}.", [y, x])
            }
            Simpler::Operand { matrix: true } => words(
                " As {} has a single place, nothing slides: it is multiplied by the matrix of the channels at every place of {}, as in a dense layer.",
                [x, y],
            ),
            Simpler::Operand { matrix: false } => {
                words(" As {} has a single place, nothing slides: it multiplies every entry of {}.", [x, y])
            }
            Simpler::Blocks { rest, channels } => {
                let zeros = if rest { "; behind the last one are zeros" } else { "" };
                if channels {
                    let text = format!(
                        " No two places overlap: every entry of {{}} has a block of the result to itself{zeros}."
                    );
                    words(&text, [x])
                } else {
                    let text = format!(
                        " No two places overlap: every entry of {{}} times {{}} is a block of the result. That is their Kronecker product{zeros}."
                    );
                    words(&text, [x, y])
                }
            }
        }
    }
}

impl EntrySentences for English {
    fn products(&self, what: &Products) -> Inlines {
        match what {
            Products::Matrices => plain("All entries together are one matrix product:"),
            Products::Same { numbers } if numbers.is_empty() => {
                plain("Each entry is the product of the entries with the same indices:")
            }
            Products::Same { numbers } => {
                let what = if numbers.len() == 1 { "a number, a factor" } else { "numbers, factors" };
                let is = if numbers.len() == 1 { "is" } else { "are" };
                let places = list(&vec!["{}".to_string(); numbers.len()]);
                let text = format!(
                    "Each entry is the product of the entries with the same indices; {places} {is} {what} of all:"
                );
                words(&text, numbers.clone())
            }
            Products::Entries => plain("Each entry is one product:"),
            Products::Sums { over } => {
                let places = list(&vec!["{}".to_string(); over.len()]);
                words(&format!("Each entry is a sum over {places} of products:"), over.clone())
            }
            Products::Several => plain("Each entry is a sum of products:"),
            Products::Other => plain("All entries together:"),
        }
    }
}
