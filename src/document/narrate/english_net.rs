//! The sentences on functions and nets in English.

use super::english::{English, count, list, number_of, plain, role};
use super::functions::{FRACTIONAL_POWERS, defined};
use super::sentences::{ChannelSentences, NetSentences, words};
use super::signs::Met;
use crate::document::figure::Told;
use crate::document::{Inlines, Math};
use crate::expr::{Role, Ties};

impl NetSentences for English {
    fn function(&self, name: &str) -> Option<Inlines> {
        let formulas = defined(name)?;
        let template = match name {
            "sigma" => "Of {} nothing is assumed but that it has a derivative, {}.",
            "Phi" => "Here {} is the distribution function of the standard normal law, and {} its density.",
            "relu" => {
                "Here {} is {} where {} is positive, and 0 elsewhere. Its derivative {} is 1 where {} is positive and 0 elsewhere; \
                 at 0 there is none, and 0 is taken."
            }
            "abs" => {
                "Here {} is {} where {} is positive, and {} elsewhere. Its derivative {} is 1 where {} is positive and {} where it is \
                 negative; at 0 there is none, and 0 is taken."
            }
            "sign" => {
                "Here {} is 1 where {} is positive, {} where it is negative, and 0 where it is 0. Its derivative is 0; at 0 there is \
                 none, and 0 is taken."
            }
            FRACTIONAL_POWERS => {
                "Roots and powers with fractions as exponents have values where their base is not negative, and derivatives where it is \
                 positive; at 0 only those with an exponent above 1 have one, which is 0."
            }
            _ if formulas.is_empty() => {
                "A root has a value where what it is taken of is not negative, and a derivative where that is positive."
            }
            _ => "Here {} is {}.",
        };
        Some(words(template, formulas))
    }

    fn met(&self, what: Met, sign: Math) -> Inlines {
        let template = match what {
            Met::Product => "The sign {} multiplies entry by entry.",
            Met::Quotient => "The sign {} divides entry by entry.",
            Met::Colon => return plain("A colon in the place of an index stands for all its values."),
            Met::Vector => "The function {} puts the entries of a tensor into a vector, in reading order: row by row.",
            Met::Reshape => {
                "The function {} gives the entries of a tensor another shape, in reading order: row by row."
            }
            Met::Spread => {
                "The number after {} says how many places neighbours are apart (along each axis); zeros stand between."
            }
            Met::Pad => {
                "The numbers below {} say how many lines of zeros are added before and behind along each axis; lines of a negative number are cut off."
            }
            Met::Step => {
                "The number below {} is the step in which the second slides over the first, from its first place on, as far as it fits."
            }
            Met::Ones => "All entries of {} are one.",
            Met::Upsample => {
                "The function {} repeats every entry over a block of the result; the blocks lie side by side and fill it."
            }
            Met::Route(Ties::First) => {
                "The function {} takes every entry of the first to where its window of the second has its largest entry, the first in reading order; all else is zero."
            }
            Met::Route(Ties::Split) => {
                "The function {} takes every entry of the first to where its window of the second has its largest entry; equal ones share it. All else is zero."
            }
            Met::Route(Ties::All) => {
                "The function {} takes every entry of the first to where its window of the second has its largest entry, as a whole to each of several equal ones; all else is zero."
            }
            Met::WindowMax => "The function {} gives the largest entry of each window.",
            Met::Share(Ties::First) => {
                "Here {} is 1 where the equation holds, of several equal entries for the first alone; else it is 0."
            }
            Met::Share(Ties::Split) => {
                "Here {} is 0 where the equation does not hold; those of the maximum's entries for which it holds share 1 equally."
            }
            Met::Share(Ties::All) => "Here {} is 1 where the equation holds, else 0.",
            Met::Star => return self.signs(sign, None),
        };
        words(template, [sign])
    }

    fn assumed(&self, equation: Math) -> Inlines {
        words("It is assumed that {}.", [equation])
    }

    fn net_title(&self, title: Option<&str>, stages: &[&str], input: &str) -> Inlines {
        plain(format!("{}: {}, input {input}", title.unwrap_or("Network"), stages.join(" \u{2192} ")))
    }

    fn net_heading(&self) -> Inlines {
        plain("The network")
    }

    fn net_takes(&self, input: Math, size: &str, layers: usize) -> Inlines {
        let size = if size.is_empty() { "one number" } else { size };
        if layers == 0 {
            return words(&format!("The input {{}} ({size}) goes straight into the loss."), [input]);
        }
        words(
            &format!(
                "The input {{}} ({size}) passes through {}. A raised number tells which layer a letter belongs to; it is not an exponent.",
                number_of(layers, "layer", "layers")
            ),
            [input],
        )
    }

    fn layer_heading(&self, number: u32, titles: &[&str]) -> Inlines {
        let titles: Vec<String> =
            titles.iter().enumerate().map(|(i, t)| if i == 0 { (*t).to_string() } else { lower(t) }).collect();
        plain(format!("Layer {number}: {}", titles.join(", ")))
    }

    fn loss_heading(&self, title: &str) -> Inlines {
        plain(format!("Loss: {}", lower(title)))
    }

    fn stage_reads(&self, read: &[(Role, Math, String)], (output, size): (Math, String)) -> Inlines {
        let sized = |size: &str| if size.is_empty() { "one number".to_string() } else { size.to_string() };
        let parts: Vec<String> =
            read.iter().map(|(r, _, size)| format!("the {} {{}} ({})", role(*r), sized(size))).collect();
        let mut formulas: Vec<Math> = read.iter().map(|(_, math, _)| math.clone()).collect();
        formulas.push(output);
        let start = if parts.is_empty() { "This".to_string() } else { format!("With {} this", list(&parts)) };
        words(&format!("{start} gives {{}} ({}):", sized(&size)), formulas)
    }

    fn stage_joins(&self, inputs: &[Math]) -> Inlines {
        let places = vec!["{}".to_string(); inputs.len()];
        words(&format!("Here {} come together:", list(&places)), inputs.to_vec())
    }

    fn errors_heading(&self) -> Inlines {
        plain("The errors, from the last layer to the first")
    }

    fn errors_intro(&self, loss: Math, known: Option<Math>, error: Option<Math>, several: bool) -> Inlines {
        let mut template = match &known {
            Some(_) => "Let {} be the loss, of which only its derivative {} is known. ".to_string(),
            None => "The loss is {}. ".to_string(),
        };
        let mut formulas: Vec<Math> = std::iter::once(loss).chain(known).collect();
        if let Some(error) = &error {
            template.push_str("The error of layer {} is {}. ");
            formulas.extend([Math::name("l"), error.clone()]);
        }
        let each = if error.is_some() { "each" } else { "each derivative" };
        template.push_str(&format!("By the chain rule {each} follows from those after it."));
        if several && error.is_some() {
            template.push_str(
                " Under the name of a layer stands its own error, which comes back through the equation of the layer after it.",
            );
        }
        words(&template, formulas)
    }

    fn loss_alone_heading(&self) -> Inlines {
        plain("The derivative of the loss")
    }

    fn loss_alone(&self, loss: Math, input: Math) -> Inlines {
        words("The loss {} is differentiated by its input {}.", [loss, input])
    }

    fn read_often(&self, tensor: Math, readers: usize) -> Inlines {
        words(&format!("{{}} is used {}, so that what comes back from each use adds up:", times(readers)), [tensor])
    }

    fn assumption_fails(&self) -> Inlines {
        plain(
            "These numbers break an assumption made above: the last forms, which use it, do not hold for them. The results \
             below do not use it."
                .to_string(),
        )
    }

    fn used_assumption(&self, equation: Math) -> Inlines {
        words("The last step uses the assumption {}.", [equation])
    }

    fn as_one_equation(&self) -> Inlines {
        plain("As one equation:")
    }

    fn parameters_heading(&self) -> Inlines {
        plain("The gradients of the weights and biases")
    }

    fn parameters_intro(&self) -> Inlines {
        plain("With the errors known, one more step of the chain rule leads to every weight and bias.")
    }

    fn summary_heading(&self) -> Inlines {
        plain("Summary")
    }

    fn summary_layer(&self) -> Inlines {
        plain("Layer")
    }

    fn summary_error(&self) -> Inlines {
        plain("Error")
    }

    fn summary_weight(&self) -> Inlines {
        plain("Weight")
    }

    fn summary_bias(&self) -> Inlines {
        plain("Bias")
    }

    fn summary_formulas(&self) -> Inlines {
        plain("Error and gradients")
    }

    fn summary_stages(&self, number: u32, stages: &[&str]) -> Inlines {
        plain(format!("{number}: {}", stages.join(", ")))
    }

    fn network_caption(&self, told: Told, left_out: &[Math]) -> Inlines {
        let weights = match told {
            Told::Nothing => "",
            Told::Styles => " Lines that look alike share a weight.",
            Told::SomeStyles => {
                " Coloured lines that look alike share a weight; the weights of other lines are not shown."
            }
            Told::Labels => " The weights stand on their lines.",
            Told::Own => " No two lines share a weight.",
            Told::TooMany => " Too many weights are shared for the lines to tell them apart.",
        };
        let lines = "A line leads from each entry that is read to the entry that is computed from it.";
        words(&format!("{lines}{weights}{}", not_drawn(left_out.len())), left_out.to_vec())
    }

    fn network_listing(&self, weights: bool, left_out: &[Math]) -> Inlines {
        let weights = if weights { ", with the weights in brackets" } else { "" };
        let text = format!("What each entry is computed from{weights}.{}", not_drawn(left_out.len()));
        words(&text, left_out.to_vec())
    }

    fn network_alt(&self, columns: &[usize], lines: usize, shared: usize) -> String {
        let nodes: Vec<String> = columns.iter().map(|&n| count(n)).collect();
        let shared = match shared {
            0 => String::new(),
            n => format!("; lines that share one of {} look alike", number_of(n, "weight", "weights")),
        };
        let lines = number_of(lines, "line", "lines");
        format!("Nodes in columns of {} from left to right, joined by {lines}{shared}.", list(&nodes))
    }

    fn network_left_out(&self, nodes: usize, lines: usize, columns: usize) -> Inlines {
        plain(format!(
            "The picture of the connections is left out because of its size: at most {} in a column, {} and {} are drawn.",
            number_of(nodes, "node", "nodes"),
            number_of(lines, "line", "lines"),
            number_of(columns, "column", "columns")
        ))
    }
}

/// The letters that a picture leaves out.
fn not_drawn(n: usize) -> String {
    if n == 0 { String::new() } else { format!(" Not drawn: {}.", list(&vec!["{}".to_string(); n])) }
}

/// `twice`, `3 times`.
fn times(n: usize) -> String {
    if n == 2 { "twice".to_string() } else { format!("{} times", count(n)) }
}

/// With a small first letter, for the middle of a line; a person's name and an acronym keep their capitals.
fn lower(text: &str) -> String {
    let word = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let marked = word.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit());
    if marked || NAMES.contains(&word) {
        return text.to_string();
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Names of persons that layers are called by.
const NAMES: [&str; 12] = [
    "Bernoulli",
    "Elman",
    "Euclidean",
    "Fourier",
    "Gaussian",
    "Gumbel",
    "Hadamard",
    "Hopfield",
    "Huber",
    "Laplace",
    "Minkowski",
    "Poisson",
];

#[cfg(test)]
mod tests {
    use super::lower;

    #[test]
    fn names_keep_their_capitals() {
        let kept = ["Gaussian error linear unit", "Huber loss", "ReLU", "GELU", "L1 loss", "own words", "ÉCOLE", ""];
        kept.iter().for_each(|text| assert_eq!(&lower(text), text));
        assert_eq!(lower("Cross-entropy"), "cross-entropy");
        assert_eq!(lower("A layer"), "a layer");
    }
}
