//! The sentences in English.

use super::english_channels::sliding;
use super::english_channels::understood;
use super::english_sides::{cut, zeros};
use super::left_out::bounds;
use super::sentences::{Reach, Sentences, Sign, Turned, words};
use crate::document::{Inline, Inlines, Math, Op};
use crate::expr::{Role, Ties};
use crate::operator::CorrelationAxis;
use crate::recognise::Obstacle;

/// English.
pub(super) struct English;

pub(super) fn plain(text: impl Into<String>) -> Inlines {
    vec![Inline::Text(text.into())]
}

pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Input => "input",
        Role::Weight => "weight",
        Role::Bias => "bias",
        Role::Output => "output",
        Role::Intermediate => "intermediate",
        Role::Target => "target",
        Role::Adjoint => "gradient",
    }
}

/// `1,234`.
pub(super) fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

pub(super) fn number_of(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", in_words(n), if n == 1 { one } else { many })
}

/// `five`, `13`.
pub(super) fn in_words(n: usize) -> String {
    let small =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    small.get(n).map_or_else(|| count(n), ToString::to_string)
}

/// `the only output`, `both outputs`, `all four outputs`.
fn all_of(reach: Reach) -> String {
    let (one, many) = if reach.outputs { ("output", "outputs") } else { ("equation", "equations") };
    match reach.count {
        1 => format!("the only {one}"),
        2 => format!("both {many}"),
        n => format!("all {}", number_of(n, one, many)),
    }
}

pub(super) fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

impl Sentences for English {
    fn title(&self, layer: &str, sized: &[(Role, String)]) -> Inlines {
        let parts: Vec<String> = sized.iter().map(|(r, size)| format!("{} {size}", role(*r))).collect();
        plain(format!("{layer}: {}", parts.join(", ")))
    }

    fn forward_heading(&self) -> Inlines {
        plain("The layer")
    }

    fn gradient_heading(&self, r: Role, tensor: Math) -> Inlines {
        words(&format!("The gradient of the {} {{}}", role(r)), [tensor])
    }

    fn values_heading(&self) -> Inlines {
        plain("Worked in numbers")
    }

    fn layer_takes(&self, read: &[(Role, Math, String)], output: (Math, String), on_the_way: usize) -> Inlines {
        let mut template: Vec<String> = Vec::new();
        let mut formulas = Vec::new();
        for (r, tensor, size) in read {
            let size = if size.is_empty() { "one number".to_string() } else { size.clone() };
            template.push(format!("the {} {{}} ({size})", role(*r)));
            formulas.push(tensor.clone());
        }
        formulas.push(output.0);
        let size = if output.1.is_empty() { "one number".to_string() } else { output.1 };
        let way = match on_the_way {
            0 => String::new(),
            n => format!(", by way of {}", number_of(n, "intermediate tensor", "intermediate tensors")),
        };
        words(&format!("From {} the layer computes the output {{}} ({size}){way}:", list(&template)), formulas)
    }

    fn as_matrices(&self, sign: Sign, turned: bool, axes: &[CorrelationAxis]) -> Inlines {
        words(&format!("As matrices, {}:", sliding(sign, turned, axes)), [sign.math()])
    }

    fn written_out(&self, n: usize) -> Inlines {
        plain(if n == 1 {
            "Written out:".to_string()
        } else {
            format!("Written out, these are {}:", number_of(n, "equation", "equations"))
        })
    }

    fn written_out_few(&self, shown: usize, n: usize) -> Inlines {
        plain(format!("Written out, {} of the {} equations:", in_words(shown), in_words(n)))
    }

    fn notation(&self, loss: Math, error: Math, short: Option<(Math, Math)>) -> Inlines {
        let known = "Let {} be the loss. The error {} arrives from the layer above and is known";
        match short {
            Some((sign, derivative)) => {
                let template = format!("{known}; {{}} is short for {{}}, and likewise for every other letter.");
                words(&template, [loss, error, sign, derivative])
            }
            None => words(&format!("{known}."), [loss, error]),
        }
    }

    fn activation_below(&self, activation: Math) -> Inlines {
        words(
            "Suppose the input is the output of an activation in the layer below, {}. By the chain rule the error of that layer is",
            [activation],
        )
    }

    fn left_to_find(&self, gradient: Math) -> Inlines {
        words("What remains to be found is {}.", [gradient])
    }

    fn chain_through_all(&self, entry: Math, several: bool, reach: Reach) -> Inlines {
        let outputs = all_of(reach);
        let each = if several { "each " } else { "" };
        let error = if reach.count == 1 { "its error" } else { "the error of each" };
        words(&format!("By the chain rule {each}{{}}, which occurs in {outputs}, collects {error}:"), [entry])
    }

    fn chain_with_zeros(&self, entry: Math, several: bool, reach: Reach) -> Inlines {
        let outputs = all_of(reach);
        let one = if reach.outputs { "an output" } else { "one" };
        let each = if several { "each " } else { "" };
        let template = format!(
            "By the chain rule {each}{{}} collects the error of {outputs}; {one} that does not contain it adds nothing:"
        );
        words(&template, [entry])
    }

    fn chain_contributing(&self, entry: Math, several: bool, (least, most): (usize, usize), reach: Reach) -> Inlines {
        let many = if reach.outputs { "outputs" } else { "equations" };
        let range = if least == most { count(least) } else { format!("{} to {}", count(least), count(most)) };
        let each = if several { "each " } else { "" };
        let template = format!(
            "By the chain rule {each}{{}} collects the error of the {many} that contain it. It occurs in {range} of the {} {many}; \
             the others add nothing and are left out:",
            count(reach.count)
        );
        words(&template, [entry])
    }

    fn few_entries(&self, shown: usize, n: usize) -> Inlines {
        // words and digits are not mixed, and no sentence begins with digits
        if in_words(n) == count(n) {
            return plain(format!("Shown are {} of the {} entries. ", count(shown), count(n)));
        }
        plain(capital(&format!("{} of the {} entries are shown. ", in_words(shown), in_words(n))))
    }

    fn in_index_form(&self) -> Inlines {
        plain("All entries at once, in index form:")
    }

    fn recognised_correlation(&self, x: Math, y: Math, how: Turned, full: bool, axes: &[CorrelationAxis]) -> Inlines {
        let (rot180, convolved) = (how != Turned::No, how == Turned::BySign);
        let spread = axes.iter().any(|a| a.lhs_dilation > 1);
        let padded = axes.iter().any(|a| a.low > 0 || a.high > 0);
        let cropped = axes.iter().any(|a| a.low < 0 || a.high < 0);
        let mut ways: Vec<String> = Vec::new();
        if spread {
            ways.push(spread_out(axes.iter().map(|a| a.lhs_dilation)));
        }
        if padded {
            ways.push(zeros(&axes.iter().map(|a| [a.low.max(0), a.high.max(0)]).collect::<Vec<_>>()));
        }
        if cropped {
            ways.push(cut(&axes.iter().map(|a| [-a.low.min(0), -a.high.min(0)]).collect::<Vec<_>>()));
        }
        let done = if ways.is_empty() { String::new() } else { format!(", {}", list(&ways)) };
        let wide = axes.iter().any(|a| a.rhs_dilation > 1);
        let turned = match (rot180, wide) {
            (false, false) => String::new(),
            (true, false) => ", rotated by 180 degrees,".to_string(),
            (false, true) => format!(", {},", spread_out(axes.iter().map(|a| a.rhs_dilation))),
            (true, true) => {
                format!(", rotated by 180 degrees and {},", spread_out(axes.iter().map(|a| a.rhs_dilation)))
            }
        };
        let steps =
            if axes.iter().all(|a| a.stride == 1) { String::new() } else { format!(" with stride {}", strides(axes)) };
        let kind = match (full, padded || cropped || spread || wide) {
            (_, _) if convolved => " The rotation is in the sign: this is the convolution of mathematics, {}.",
            (true, _) => " This is the full correlation.",
            (false, false) => " This is the valid correlation: the kernel never leaves what it slides over.",
            (false, true) => "",
        };
        words(
            &format!(
                "All entries together are one sliding product: the kernel {{}}{turned} slides{steps} over {{}}{done}.{kind}"
            ),
            [y, x].into_iter().chain(convolved.then_some(Math::Op(Op::Slide))),
        )
    }

    fn recognised_route(&self, x: Math, through: Math, indicator: Option<Math>, ties: Ties) -> Inlines {
        let Some(indicator) = indicator else {
            let goes = match ties {
                Ties::First => "goes to the first, in reading order, of the largest entries",
                Ties::Split => "is shared equally among the largest entries",
                Ties::All => "goes in full to each of the largest entries",
            };
            let template = format!(
                "Every entry of {{}} {goes} of its window of {{}}, and all other entries get nothing. This is upsampling along the maxima:"
            );
            return words(&template, [x, through]);
        };
        let convention = match ties {
            Ties::First => {
                "1 for the first entry of the window, in reading order, that equals its maximum, and 0 for all others: when there is a tie the first takes all"
            }
            Ties::Split => {
                "1 divided by the number of maxima for every entry that equals the maximum of the window, and 0 for all others: ties share equally"
            }
            Ties::All => {
                "1 for every entry that equals the maximum of the window, and 0 for all others: when there is a tie each takes all"
            }
        };
        let effect = match ties {
            Ties::First => {
                "every entry of {} goes to the recorded maximum of its window of {}, and all other entries get nothing"
            }
            Ties::Split => {
                "every entry of {} is shared equally among the maxima of its window of {}, and all other entries get nothing"
            }
            Ties::All => {
                "every entry of {} goes in full to each maximum of its window of {}, and all other entries get nothing"
            }
        };
        let template = format!("Here {{}} is {convention}. So {effect}. This is upsampling along the maxima:");
        words(&template, [indicator, x, through])
    }

    fn recognised_identity(&self, x: Math) -> Inlines {
        words("All entries together are {} itself:", [x])
    }

    fn recognised_sum(&self, x: Math, along: Option<(usize, usize)>) -> Inlines {
        let template = match along {
            None => "This is the sum over all entries of {}:".to_string(),
            Some((axes, of)) => {
                let axes = number_of(axes, "axis", "axes");
                let rest = if of == 2 { "each place along the other" } else { "each place along the rest" };
                format!("This is the sum along {axes} of {{}}, {rest} marked by a colon:")
            }
        };
        words(&template, [x])
    }

    fn recognised_broadcast(&self, ones: Math) -> Inlines {
        words("For whole tensors, {} being a vector of ones:", [ones])
    }

    fn recognised_hadamard(&self, factors: &[Math]) -> Inlines {
        let places = vec!["{}".to_string(); factors.len()];
        words(&format!("All entries together are the elementwise product of {}:", list(&places)), factors.to_vec())
    }

    fn recognised_several(&self) -> Inlines {
        plain("All entries together:")
    }

    fn recognised_reshape(&self, x: Math) -> Inlines {
        words("All entries together are those of {}, arranged anew in reading order:", [x])
    }

    fn with_whole_tensors(&self, axes: &[CorrelationAxis]) -> Inlines {
        match understood(axes) {
            Some(parts) => plain(format!("For whole tensors, {parts} understood:")),
            None => plain("For whole tensors:"),
        }
    }

    fn no_operator(&self, entries: usize, why: Option<Obstacle>, index_form: bool) -> Inlines {
        let why = match why {
            None => "",
            Some(Obstacle::Zero) => return plain("All entries are zero."),
            Some(Obstacle::Factors) => ", for not all of their terms are products of entries",
            Some(Obstacle::Kinds) => ", for their terms are of too many kinds",
            Some(Obstacle::Coefficients) => ", for the coefficients vary from entry to entry",
            Some(Obstacle::Spacing) => ", for what meets in an entry is not evenly spaced",
            Some(Obstacle::Terms) => ", for multiplied out they would have too many terms to look into",
            Some(Obstacle::Pairing) => ", for no operator known here pairs the factors of their terms so",
        };
        let result =
            if index_form { "the index formula above is the result" } else { "the equations above are the result" };
        plain(format!("No tensor operator fitted the {}{why}; {result}.", number_of(entries, "entry", "entries")))
    }

    fn bias_shared(&self, bias: Math) -> Inlines {
        words(
            "The bias is declared as shared: the one number {} is added to every output, so it collects the errors of all of them.",
            [bias],
        )
    }

    fn bias_untied(&self, bias: Math) -> Inlines {
        words(
            "The bias is declared as untied: every output has a {} of its own, which meets the error of that output alone.",
            [bias],
        )
    }

    fn were_it_untied(&self, bias: Math) -> Inlines {
        words(
            "This differs from a bias that is not shared. If every output had a {} of its own, each would receive the error of its output alone:",
            [bias],
        )
    }

    fn were_it_shared(&self, bias: Math) -> Inlines {
        words(
            "This differs from the shared bias of most convolution layers. If the one number {} were added to every output, it would collect all errors:",
            [bias],
        )
    }

    fn given(&self) -> Inlines {
        plain("Given are")
    }

    fn upstream_ones(&self, error: Math) -> Inlines {
        words("No error from above is given; {} is taken as all ones.", [error])
    }

    fn results(&self, rounded: bool) -> Inlines {
        plain(if rounded {
            "In these numbers the results are as follows; those with a decimal point are rounded."
        } else {
            "In these numbers the results are"
        })
    }

    fn more_slices(&self, tensor: Math, more: usize) -> Inlines {
        let are = if more == 1 { "is" } else { "are" };
        let slices = capital(&number_of(more, "more slice", "more slices"));
        words(&format!("{slices} of {{}} {are} not shown."), [tensor])
    }

    fn not_worked_out(&self, tensors: &[Math]) -> Inlines {
        let places: Vec<String> = tensors.iter().map(|_| "{}".to_string()).collect();
        words(
            &format!(
                "No numbers follow for {}: something they depend on is not given, or has no value.",
                list(&places)
            ),
            tensors.to_vec(),
        )
    }

    fn term_count(&self, n: usize) -> String {
        format!("({} terms)", count(n))
    }

    fn terms_left_out(&self, counts: &[u32], of_each: bool) -> String {
        let (least, most) = bounds(counts);
        let number = match counts {
            _ if least == most => least.to_string(),
            [_, _] | [_, _, _] => list(&counts.iter().map(u32::to_string).collect::<Vec<_>>()),
            _ => format!("{least} to {most}"),
        };
        let terms = if most == 1 { "term" } else { "terms" };
        let places = if counts.len() > 1 && (least == most || counts.len() > 3) { " at all dots" } else { "" };
        let each = if of_each && places.is_empty() { " of each" } else { "" };
        format!("({number} {terms} left out{places}{each})")
    }

    fn counts_explained(&self) -> Inlines {
        Vec::new()
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `spread out with one zero between neighbours`.
fn spread_out(dilations: impl Iterator<Item = usize>) -> String {
    let gaps: Vec<usize> = dilations.map(|d| d - 1).collect();
    if gaps.iter().all(|g| *g == gaps[0]) {
        return format!("spread out with {} between neighbours", number_of(gaps[0], "zero", "zeros"));
    }
    let gaps: Vec<String> = gaps.into_iter().map(in_words).collect();
    format!("spread out with {} zeros between neighbours along the axes", list(&gaps))
}

pub(super) fn strides(axes: &[CorrelationAxis]) -> String {
    let all: Vec<String> = axes.iter().map(|a| count(a.stride)).collect();
    if all.iter().all(|s| *s == all[0]) { all[0].clone() } else { list(&all) }
}
