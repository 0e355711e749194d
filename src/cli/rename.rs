//! Other names for tensors: `--rename a=x,delta=g`. In a net a letter is renamed in all layers.

use itertools::Itertools;

use super::problem::Problem;
use crate::derivation;
use crate::layer::Instance;
use crate::text::closest;

/// The letter of the loss.
const LOSS: &str = "C";
/// The letter of a layer's number.
pub(super) const LAYER: &str = "l";
/// The letter of an activation of which nothing is known.
pub(super) const ACTIVATION: &str = "sigma";
/// Letters that mean something in every document.
const TAKEN: [(&str, &str); 3] =
    [(LOSS, "the loss"), (ACTIVATION, "the activation"), (LAYER, "the number of the layer")];

/// The names of a layer's tensors, in a net their letters, and at the end that of the upstream gradient or the errors.
pub(super) fn names(instance: &Instance) -> Vec<String> {
    let own = instance.tensors.iter().map(|t| t.label.as_ref().map_or(&t.name, |l| &l.letter).clone());
    own.unique().chain([derivation::Options::default().upstream]).collect()
}

/// Renames tensors; gives the name of the upstream gradient, in a net that of the errors.
pub(super) fn rename(instance: &mut Instance, pairs: &[(String, String)]) -> Result<String, Problem> {
    let upstream = derivation::Options::default().upstream;
    let in_net = !instance.stages.is_empty();
    let names = names(instance);
    let mut renamed = names.clone();
    for (done, (old, new)) in pairs.iter().enumerate() {
        if pairs[..done].iter().any(|(other, _)| other == old) {
            return Err(Problem::input(format!("--rename gives `{old}` two names"), "give it once"));
        }
        let Some(place) = names.iter().position(|n| n == old) else {
            let numbered = instance.tensors.iter().find(|t| in_net && &t.name == old).and_then(|t| t.label.as_ref());
            let hint = match (numbered, closest(old, names.iter().map(String::as_str))) {
                (Some(label), _) => format!("a letter is renamed in all layers: --rename {}={new}", label.letter),
                (None, Some(near)) => format!("did you mean `{near}`?"),
                (None, None) => format!("there are {}", names.join(", ")),
            };
            return Err(Problem::input(format!("--rename: there is no tensor `{old}`"), hint));
        };
        if instance.loss && in_net && old == LOSS {
            return Err(Problem::input(format!("`{old}` stands for the loss in every document"), "leave it"));
        }
        renamed[place].clone_from(new);
    }
    let letters: Vec<&str> =
        instance.definitions.iter().flat_map(|d| d.loops.iter()).map(|l| l.name.as_str()).collect();
    for (place, name) in renamed.iter().enumerate() {
        let meaning = match TAKEN.iter().find(|(taken, _)| taken == name) {
            Some((_, meaning)) if *name != names[place] => Some(*meaning),
            _ if letters.contains(&name.as_str()) => Some("an index"),
            _ => None,
        };
        if let Some(meaning) = meaning {
            let message = format!("a tensor cannot be called `{name}`: it stands for {meaning}");
            return Err(Problem::input(message, format!("give it another name, such as --rename {}=x", names[place])));
        }
        if renamed[..place].contains(name) {
            return Err(Problem::input(format!("--rename: two tensors would be called `{name}`"), "take another name"));
        }
    }
    for tensor in &mut instance.tensors {
        let shown = tensor.label.as_ref().map_or(&tensor.name, |l| &l.letter);
        let place = names.iter().position(|n| n == shown).expect("the names are those of the tensors");
        match &mut tensor.label {
            // the name is the letter with the layer's number, and perhaps more to tell it from others
            Some(label) => {
                tensor.name = format!("{}{}", renamed[place], &tensor.name[label.letter.len()..]);
                label.letter.clone_from(&renamed[place]);
            }
            None => tensor.name.clone_from(&renamed[place]),
        }
    }
    Ok(renamed.pop().unwrap_or(upstream))
}
