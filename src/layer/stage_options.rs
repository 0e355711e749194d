//! What the arguments of a net's stage set, and which results of other stages they name.

use std::collections::BTreeMap;

use super::{Setting, Settings};
use crate::expr::Number;
use crate::syntax::ast::{self, ArgumentKind};
use crate::text::{Diagnostic, Span, closest};

/// A layer that stages may name.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Its tree.
    pub layer: &'a ast::Layer,
    /// Does it stand in the same text as the net? Then places in it can be shown.
    pub same_text: bool,
}

/// What a stage's arguments set, and the named results that its further inputs read: their places are in `labels`.
pub(super) fn settings(
    stage: &ast::Stage,
    layer: &ast::Layer,
    arguments: &[ast::Argument],
    labels: &BTreeMap<String, usize>,
    known: &[Known<'_>],
) -> Result<(Settings, Vec<(usize, Span)>), Diagnostic> {
    let mut settings = Settings::default();
    let mut others = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let (option, value) = match &argument.kind {
            ArgumentKind::Word(word) => match (option_of(layer, word), labels.get(word)) {
                (Some(option), _) => {
                    let Some(value) = rest.next() else {
                        return Err(Diagnostic::new(argument.span, format!("`{word}` has no value"))
                            .hint(format!("write it after the word, as in `{word} 2`")));
                    };
                    (option.to_string(), value)
                }
                (None, Some(&place)) => {
                    others.push((place, argument.span));
                    continue;
                }
                (None, None) => {
                    let message = format!("`{word}` means nothing to `{}`", stage.name.text);
                    return Err(Diagnostic::new(argument.span, message).hint(instead_of(word, layer, labels, known)));
                }
            },
            ArgumentKind::Sizes(_) | ArgumentKind::Number(_) => {
                let free = layer.parameters.iter().find(|p| !settings.options.contains_key(&p.option.text));
                let Some(free) = free.filter(|p| p.choices.is_empty()) else {
                    let message = format!("`{}` takes no further number", stage.name.text);
                    let hint = options(layer).unwrap_or_else(|| "it has no options".to_string());
                    return Err(Diagnostic::new(argument.span, message).hint(hint));
                };
                (free.option.text.clone(), argument)
            }
        };
        let setting = match &value.kind {
            ArgumentKind::Word(word) => Setting::Word(word.clone()),
            ArgumentKind::Sizes(sizes) => Setting::Axes(sizes.clone()),
            ArgumentKind::Number(n) => Setting::Fraction(Number::from(n.clone())),
        };
        if settings.options.insert(option.clone(), setting).is_some() {
            return Err(
                Diagnostic::new(value.span, format!("`{}` is set twice", spelled(&option))).hint("give it once")
            );
        }
    }
    Ok((settings, others))
}

/// An option as one writes it: names in a layer's text have no hyphens.
fn spelled(option: &str) -> String {
    option.replace('_', "-")
}

/// The option that a word names.
fn option_of<'a>(layer: &'a ast::Layer, word: &str) -> Option<&'a str> {
    let mut options = layer.parameters.iter().map(|p| p.option.text.as_str());
    options.find(|option| *option == word || spelled(option) == word)
}

/// The options of a layer, with the words that they may be set to.
fn options(layer: &ast::Layer) -> Option<String> {
    let option = |p: &ast::Parameter| {
        let words: Vec<&str> = p.choices.iter().map(|c| c.word.text.as_str()).collect();
        let name = spelled(&p.option.text);
        if words.is_empty() { name } else { format!("{name} ({})", words.join(", ")) }
    };
    let list: Vec<String> = layer.parameters.iter().map(option).collect();
    (!list.is_empty()).then(|| format!("its options are {}", list.join(", ")))
}

/// What to write instead of a word that means nothing.
fn instead_of(word: &str, layer: &ast::Layer, labels: &BTreeMap<String, usize>, known: &[Known<'_>]) -> String {
    if known.iter().any(|k| k.layer.name.text == word) {
        return "write `->` before the next stage".to_string();
    }
    let names: Vec<String> = layer.parameters.iter().map(|p| spelled(&p.option.text)).collect();
    let near = closest(word, names.iter().chain(labels.keys()).map(String::as_str));
    let near = near.map(|near| format!("did you mean `{near}`?"));
    match (near, options(layer)) {
        (Some(near), Some(options)) => format!("{near} {options}"),
        (Some(near), None) => near,
        (None, Some(options)) => options,
        (None, None) => "it has no options; a result to read is named before, with `as`".to_string(),
    }
}
