//! `--notation NAME`, or a file: which one is meant, and whether the names in it can be told apart in the layer at hand.

use std::path::Path;

use super::arguments::{Common, Format};
use super::deriving::{Place, text_of};
use super::problem::Problem;
use super::rename::{ACTIVATION, LAYER};
use crate::derivation;
use crate::document::{Gradients, NOTATIONS, Notation, read_notation};
use crate::index::{Instance, LOSSES, Letters};
use crate::text::{Source, closest};

/// The notation that the options ask for. For JSON it is only looked at.
pub(super) fn notation(common: &Common, place: &Place<'_>) -> Result<Notation, Problem> {
    let mut notation = match common.notation.as_deref() {
        None => Notation::default(),
        Some(word) if is_file(word) => {
            let hint = "give a file, or one of the names that `--help` lists";
            let source = Source::new(word, text_of(&place.file(Path::new(word))?, hint)?);
            read_notation(&source).map_err(|wrong| Problem::Text(source, wrong))?
        }
        Some(name) => Notation::built_in(name).ok_or_else(|| unknown(name))?,
    };
    if common.format() == Format::Json {
        notation = Notation::default();
    }
    if common.index_base.is_some() {
        notation.index_base = common.index_base;
    }
    Ok(notation)
}

/// A name has neither a slash nor an ending.
fn is_file(word: &str) -> bool {
    word.contains(['/', '\\']) || Path::new(word).extension().is_some_and(|e| e == "toml")
}

fn unknown(name: &str) -> Problem {
    let names = || NOTATIONS.iter().map(|(name, _)| *name);
    let hint = match closest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}; a file of your own ends in .toml", names().collect::<Vec<_>>().join(", ")),
    };
    Problem::input(format!("there is no notation `{name}`"), hint)
}

/// What a name in print stands for: the name that the layer gives it, and the number of its layer in a net.
type Meaning<'a> = (&'a str, Option<u32>);

/// Makes a notation fit a layer: `--rename` is stronger than its names, and no two things may look alike.
///
/// # Errors
/// If they would.
pub(super) fn fitted(
    mut notation: Notation,
    instance: &Instance,
    original: &[String],
    renamed: &[(String, String)],
) -> Result<Notation, Problem> {
    let upstream = derivation::Options::default().upstream;
    // what this layer does not have, somebody may have renamed to
    notation.names.retain(|(own, _)| original.contains(own) && !renamed.iter().any(|(old, _)| old == own));
    let delta = renamed.iter().find(|(old, _)| *old == upstream).map(|(_, new)| new.as_str());
    // who asks for a letter of the errors wants to see it
    notation.error_letter |= delta.is_some();
    let in_net = !instance.stages.is_empty();
    let usual_loss = Notation::default().loss;
    let mut all: Vec<Meaning<'_>> = Vec::new();
    for (place, tensor) in instance.tensors.iter().enumerate() {
        let label = tensor.label.as_ref();
        let own = (label.map_or(tensor.name.as_str(), |l| &l.letter), label.and_then(|l| l.number));
        // the loss has the letter of the notation
        if instance.loss
            && place == instance.output()
            && [&usual_loss, &notation.loss].iter().any(|loss| **loss == *own.0)
        {
            continue;
        }
        if !all.contains(&own) {
            all.push(own);
        }
    }
    let error = delta.unwrap_or(&upstream);
    if notation.error_letter {
        all.push((error, None));
    }
    // a tensor that is called like the loss by itself keeps its name
    if all.iter().any(|(own, _)| *own == notation.loss) {
        let shown = all.iter().map(|(own, _)| notation.printed(own)).chain([LAYER]);
        notation.loss = Letters::beside(shown).give(LOSSES);
    }
    let letters: Vec<&str> =
        instance.definitions.iter().flat_map(|d| d.loops.iter()).map(|l| l.name.as_str()).collect();
    for (place, &(own, number)) in all.iter().enumerate() {
        let word = notation.printed(own);
        let prefixed =
            |other: &str| notation.gradient == Gradients::Prefix && format!("{}{other}", notation.prefix) == word;
        let same = all[..place].iter().find(|(other, at)| {
            // of two layers each letter has its number; errors have all numbers
            let apart = in_net && *at != number && own != error;
            notation.printed(other) == word && *other != own && !apart
        });
        let meaning = if let Some((other, _)) = same {
            format!("is `{other}` too")
        } else if all.iter().any(|(other, _)| prefixed(notation.printed(other))) {
            "is a derivative too".to_string()
        } else if word == notation.loss {
            "is the loss".to_string()
        } else if word == own {
            continue; // as in any notation
        } else if letters.contains(&word) {
            "is an index too".to_string()
        } else if word == LAYER && (in_net || notation.layer_below) {
            "is the number of the layer".to_string()
        } else if word == ACTIVATION {
            "is the activation".to_string()
        } else {
            continue;
        };
        let message = format!("in this notation `{own}` is written `{word}`, which {meaning}");
        let original = renamed.iter().find(|(_, new)| new == own).map_or(own, |(old, _)| old);
        return Err(Problem::input(message, format!("give it another name, such as --rename {original}=x")));
    }
    Ok(notation)
}
