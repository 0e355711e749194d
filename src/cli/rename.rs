//! Other names for tensors: `--rename a=x,delta=g`. In a net a letter is renamed in all layers.

use itertools::Itertools;

use super::problem::Problem;
use crate::derivation;
use crate::index::Instance;
use crate::layer::is_function;
use crate::syntax::is_reserved;
use crate::text::closest;

/// The letter of the loss.
const LOSS: &str = "C";
/// The letter of a layer's number.
pub(super) const LAYER: &str = "l";
/// The letter of an activation of which nothing is known.
pub(super) const ACTIVATION: &str = "sigma";
/// Letters that mean something in every document.
const TAKEN: [(&str, &str); 3] = [
    (LOSS, "it stands for the loss"),
    (ACTIVATION, "it stands for the activation"),
    (LAYER, "it stands for the number of the layer"),
];

/// The words that Python keeps for itself: the expressions of the JSON can be read by it.
const PYTHON: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];
/// Functions that are also letters, and stand for tensors where a layer does not call them.
const LETTERS: [&str; 2] = ["phi", "Phi"];

/// What keeps a name that is printed from being read back as that of a tensor.
fn reserved(name: &str, instance: &Instance) -> Option<&'static str> {
    let mut called = false;
    let letter = LETTERS.contains(&name);
    instance.definitions.iter().for_each(|d| {
        // the derivative of one of the letters is the other
        d.body.calls(&mut |function| called |= function == name || letter && LETTERS.contains(&function));
    });
    if called || is_function(name) && !letter {
        Some("it is a function")
    } else if is_reserved(name) {
        Some("it is a word of the layer language")
    } else {
        PYTHON.contains(&name).then_some("it is a word of Python, which can read the expressions of the JSON")
    }
}

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
            _ if letters.contains(&name.as_str()) => Some("it stands for an index"),
            _ if *name != names[place] => reserved(name, instance),
            _ => None,
        };
        if let Some(meaning) = meaning {
            let message = format!("a tensor cannot be called `{name}`: {meaning}");
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
                if is_function(&tensor.name) {
                    let message = format!("a tensor cannot be called `{}`: it is a function", tensor.name);
                    let hint = format!("give it another letter, such as --rename {}=x", names[place]);
                    return Err(Problem::input(message, hint));
                }
                label.letter.clone_from(&renamed[place]);
            }
            None => tensor.name.clone_from(&renamed[place]),
        }
    }
    Ok(renamed.pop().unwrap_or(upstream))
}
