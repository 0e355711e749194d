//! What the arguments of a net's stage set, and which results of other stages they name.

use std::collections::BTreeMap;

use num_traits::ToPrimitive;

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
    arguments: &[&ast::Argument],
    labels: &BTreeMap<String, usize>,
    known: &[Known<'_>],
) -> Result<(Settings, Vec<(usize, Span)>), Diagnostic> {
    let mut settings = Settings::default();
    let mut others = Vec::new();
    let mut rest = arguments.iter().copied().peekable();
    while let Some(argument) = rest.next() {
        let (option, value) = match &argument.kind {
            ArgumentKind::Word(word) => match (option_of(layer, word), labels.get(word)) {
                (Some(option), _) => {
                    if is_flag(layer, option) && !rest.peek().is_some_and(|next| says_yes_or_no(next)) {
                        set(&mut settings, option, Setting::Word(YES.to_string()), argument.span)?;
                        continue;
                    }
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
            ArgumentKind::Sizes(_) | ArgumentKind::Pair(..) | ArgumentKind::Number(_) => {
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
            ArgumentKind::Pair(first, second) => Setting::Axes(vec![*first, *second]),
            // an integer with a sign stands for itself, as sizes do
            ArgumentKind::Number(n) => match n.to_integer().to_i64() {
                Some(integer) if n.is_integer() && integer < 0 => Setting::Axes(vec![integer]),
                Some(_) | None => Setting::Fraction(Number::from(n.clone())),
            },
        };
        set(&mut settings, &option, setting, value.span)?;
    }
    Ok((settings, others))
}

fn set(settings: &mut Settings, option: &str, setting: Setting, span: Span) -> Result<(), Diagnostic> {
    match settings.options.insert(option.to_string(), setting) {
        Some(_) => Err(Diagnostic::new(span, format!("`{}` is set twice", spelled(option))).hint("give it once")),
        None => Ok(()),
    }
}

/// The word that a flag by itself stands for.
const YES: &str = "yes";
/// The other one.
const NO: &str = "no";

/// Is it an option that is there or not? Its word alone says that it is.
fn is_flag(layer: &ast::Layer, option: &str) -> bool {
    let parameter = layer.parameters.iter().find(|p| p.option.text == option);
    parameter
        .is_some_and(|p| p.choices.len() == 2 && [YES, NO].iter().all(|w| p.choices.iter().any(|c| c.word.text == *w)))
}

fn says_yes_or_no(argument: &ast::Argument) -> bool {
    matches!(&argument.kind, ArgumentKind::Word(word) if word == YES || word == NO)
}

/// The layer that a stage names, with the arguments that follow: `pool avg 2x2` is the layer `pool-avg` if there is one, and so is
/// `pool 2x2 avg`.
pub(super) fn named_layer<'a, 'k>(
    stage: &'a ast::Stage,
    known: &[Known<'k>],
) -> Result<(Known<'k>, Vec<&'a ast::Argument>), Diagnostic> {
    let mut name = stage.name.text.clone();
    let mut rest: Vec<&ast::Argument> = stage.arguments.iter().collect();
    let mut found = find(known, &name);
    let mut place = 0;
    while let Some(argument) = rest.get(place) {
        let ArgumentKind::Word(word) = &argument.kind else {
            place += 1;
            continue;
        };
        // the value of an option is no part of a name
        if found.is_some_and(|k: Known<'_>| option_of(k.layer, word).is_some_and(|o| !is_flag(k.layer, o))) {
            place += 2;
            continue;
        }
        let longer = format!("{name}-{word}");
        let begins = known.iter().any(|k| k.layer.name.text.starts_with(&format!("{longer}-")));
        if let Some(layer) = find(known, &longer) {
            found = Some(layer);
        } else if !begins {
            place += 1;
            continue;
        }
        name = longer;
        rest.remove(place);
    }
    found.map(|found| (found, rest)).ok_or_else(|| {
        let names = || known.iter().map(|k| k.layer.name.text.as_str());
        let begun: Vec<&str> = names().filter(|n| n.starts_with(&format!("{}-", stage.name.text))).collect();
        let error = Diagnostic::new(stage.name.span, format!("there is no layer `{}`", stage.name.text));
        match closest(&stage.name.text, names()) {
            _ if !begun.is_empty() => {
                let spelled: Vec<String> = begun.iter().map(|n| format!("`{}`", n.replace('-', " "))).collect();
                error.hint(format!("write {}", spelled.join(" or ")))
            }
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint(format!("there are {}", names().collect::<Vec<_>>().join(", "))),
        }
    })
}

fn find<'k>(known: &[Known<'k>], name: &str) -> Option<Known<'k>> {
    known.iter().copied().find(|k| k.layer.name.text == name)
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
