//! From what a user sets to the numbers and words that a layer's names stand for.

use super::ellipsis::is_open_size;
use super::environment::Environment;
use super::words::plural;
use super::{Refusal, Setting, Settings};
use crate::expr::Number;
use crate::syntax::ast::{self, BinaryOp, Binding, Expr, ExprKind, ItemKind};
use crate::text::{Diagnostic, closest};

/// The largest size of an axis and value of a parameter: products of a few of them stay far inside 64 bits.
pub(super) const LARGEST: i64 = 1 << 31;

/// What the names of the layer stand for under these settings.
pub(super) fn environment(layer: &ast::Layer, settings: &Settings) -> Result<Environment, Refusal> {
    let mut environment = Environment::default();
    let name = &layer.name.text;
    if let Some(sizes) = &settings.input {
        bind_input(layer, sizes, &mut environment)?;
    }
    bind_others(layer, settings, &mut environment);
    for option in settings.options.keys() {
        if !layer.parameters.iter().any(|p| &p.option.text == option) {
            let known: Vec<String> = layer.parameters.iter().map(|p| format!("--{}", p.option.text)).collect();
            let hint = match closest(option, layer.parameters.iter().map(|p| p.option.text.as_str())) {
                Some(near) => format!("did you mean `--{near}`?"),
                None if known.is_empty() => "it has none".to_string(),
                None => format!("it has {}", known.join(", ")),
            };
            return Err(Refusal::setting(format!("layer `{name}` has no option `--{option}`"), hint));
        }
    }
    for (letter, &value) in &settings.sizes {
        check_range(letter, value)?;
        if !letters(layer).any(|l| l == letter) {
            let known: Vec<&str> = letters(layer).collect();
            let hint =
                format!("its sizes are {}", if known.is_empty() { "none".to_string() } else { known.join(", ") });
            return Err(Refusal::setting(format!("layer `{name}` has no size `{letter}`"), hint));
        }
        environment.origins.entry(letter.clone()).or_insert_with(|| format!("--size {letter}"));
        if let Some(other) = environment.numbers.insert(letter.clone(), value)
            && other != value
        {
            let message = format!("`{letter}` is {other} by --input and {value} by --size");
            return Err(Refusal::setting(message, "give it once"));
        }
    }
    for parameter in &layer.parameters {
        bind_parameter(layer, parameter, settings, &mut environment)?;
    }
    Ok(environment)
}

/// Letters that `--size` may set: the names in shapes, and the numeric parameters.
fn letters(layer: &ast::Layer) -> impl Iterator<Item = &str> {
    let shapes = layer.items.iter().flat_map(|item| match &item.kind {
        ItemKind::Declaration(d) => d.shape.as_slice(),
        ItemKind::Definition(_) | ItemKind::Local(_) | ItemKind::Assumption(_) | ItemKind::Requirement(..) => &[],
    });
    let in_shapes = shapes.flat_map(|e| {
        let mut found = Vec::new();
        sizes_in(e, &mut found);
        found
    });
    let in_shapes = in_shapes.filter(|n| !is_open_size(n));
    let numeric = layer.parameters.iter().filter(|p| is_number(p));
    let bound = numeric.flat_map(|p| variables(&p.binding)).map(|n| n.text.as_str());
    itertools::Itertools::unique(bound.chain(in_shapes))
}

/// The letters of a size, such as `N` in `2*N`.
fn sizes_in<'e>(expr: &'e Expr, found: &mut Vec<&'e str>) {
    match &expr.kind {
        ExprKind::Name(name) => found.push(name),
        ExprKind::Negate(x) => sizes_in(x, found),
        ExprKind::Binary(_, x, y) | ExprKind::Power(x, y) => {
            sizes_in(x, found);
            sizes_in(y, found);
        }
        ExprKind::Number(_)
        | ExprKind::Read(..)
        | ExprKind::Call(..)
        | ExprKind::Reduce(_)
        | ExprKind::If(..)
        | ExprKind::Not(_)
        | ExprKind::Within(..)
        | ExprKind::Each(_)
        | ExprKind::Perhaps(_) => {}
    }
}

/// A default such as `0.5` or `1/2`, which is no integer.
fn written_fraction(default: &[Expr]) -> Option<Number> {
    let number = |e: &Expr| if let ExprKind::Number(n) = &e.kind { Some(Number::from(n.clone())) } else { None };
    let [whole] = default else { return None };
    let value = if let ExprKind::Binary(BinaryOp::Div, x, y) = &whole.kind {
        number(x)?.mul(&number(y)?.invert()?)
    } else {
        number(whole)?
    };
    (!value.is_integer()).then_some(value)
}

/// Is it a number, though there may be words for some of its values?
fn is_number(parameter: &ast::Parameter) -> bool {
    parameter.choices.iter().all(|c| !c.value.is_empty())
}

fn variables(binding: &Binding) -> &[ast::Name] {
    match binding {
        Binding::One(name) => std::slice::from_ref(name),
        Binding::Axes(names) => names,
    }
}

fn bind_input(layer: &ast::Layer, sizes: &[i64], environment: &mut Environment) -> Result<(), Refusal> {
    let declared = layer.items.iter().find_map(|item| match &item.kind {
        ItemKind::Declaration(d) if d.role.flows_in() => Some(d),
        ItemKind::Declaration(_)
        | ItemKind::Definition(_)
        | ItemKind::Local(_)
        | ItemKind::Assumption(_)
        | ItemKind::Requirement(..) => None,
    });
    let Some(input) = declared else { return Ok(()) };
    let written = sizes.iter().map(i64::to_string).collect::<Vec<_>>().join("x");
    if sizes.len() != input.shape.len() {
        let message = format!(
            "--input {written} has {}, but the input `{}` of layer `{}` has {}",
            plural(sizes.len(), "axis", "axes"),
            input.name.text,
            layer.name.text,
            input.shape.len()
        );
        let example = vec!["4"; input.shape.len()].join("x");
        return Err(Refusal::setting(message, format!("give one size for each axis, such as --input {example}")));
    }
    for (axis, &size) in input.shape.iter().zip(sizes) {
        check_range("--input", size)?;
        let ExprKind::Name(letter) = &axis.kind else { continue };
        environment.origins.insert(letter.clone(), "--input".to_string());
        if let Some(other) = environment.numbers.insert(letter.clone(), size)
            && other != size
        {
            let message = format!("--input {written} gives `{letter}` both {other} and {size}");
            return Err(Refusal::setting(message, format!("the axes called `{letter}` must have equal sizes")));
        }
    }
    Ok(())
}

/// The letters of further inputs that no input before has. Where the shapes do not fit, that is told once all are known.
fn bind_others(layer: &ast::Layer, settings: &Settings, environment: &mut Environment) {
    let declared = layer.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Declaration(d) if d.role.flows_in() => Some(d),
        ItemKind::Declaration(_)
        | ItemKind::Definition(_)
        | ItemKind::Local(_)
        | ItemKind::Assumption(_)
        | ItemKind::Requirement(..) => None,
    });
    for (input, sizes) in declared.skip(1).zip(&settings.others) {
        for (axis, &size) in input.shape.iter().zip(sizes) {
            if let ExprKind::Name(letter) = &axis.kind {
                environment.origins.entry(letter.clone()).or_insert_with(|| "--input".to_string());
                environment.numbers.entry(letter.clone()).or_insert(size);
            }
        }
    }
}

fn bind_parameter(
    layer: &ast::Layer,
    parameter: &ast::Parameter,
    settings: &Settings,
    environment: &mut Environment,
) -> Result<(), Refusal> {
    let setting = settings.options.get(&parameter.option.text);
    let option = &spelled(parameter);
    let names = variables(&parameter.binding);
    let words: Vec<String> = parameter.choices.iter().map(|c| c.word.text.clone()).collect();
    let values_of = |list: &[Expr], environment: &Environment| {
        let values: Result<Vec<i64>, Diagnostic> = list.iter().map(|e| environment.integer(e)).collect();
        values.map_err(|d| Refusal::Text(vec![d]))
    };
    if !is_number(parameter) {
        let word = match (setting, parameter.default.first().map(|d| &d.kind)) {
            (Some(Setting::Word(word)), _) => word.clone(),
            (Some(Setting::Axes(_) | Setting::Sides(_) | Setting::Fraction(_)), _) => {
                return Err(Refusal::setting(
                    format!("--{option} takes a word"),
                    format!("one of {}", words.join(", ")),
                ));
            }
            (None, Some(ExprKind::Name(word))) => word.clone(),
            (None, _) => return Err(missing(layer, option, &words.join("|"))),
        };
        if !words.contains(&word) {
            let hint = format!("one of {}", words.join(", "));
            return Err(Refusal::setting(format!("--{option} cannot be `{word}`"), hint));
        }
        environment.choices.insert(names[0].text.clone(), (word, words));
        return Ok(());
    }
    let values: Vec<i64> = match setting {
        Some(Setting::Axes(values)) => values.clone(),
        Some(Setting::Word(word)) if words.contains(word) => {
            let choice = parameter.choices.iter().find(|c| &c.word.text == word).expect("it is one of the words");
            values_of(&choice.value, environment)?
        }
        Some(Setting::Word(word)) if !words.is_empty() => {
            let hint = format!("numbers, or one of {}", words.join(", "));
            return Err(Refusal::setting(format!("--{option} cannot be `{word}`"), hint));
        }
        Some(Setting::Sides(_)) => {
            let message = format!("--{option} takes one number for an axis, not two");
            return Err(Refusal::setting(message, format!("such as --{option} 2")));
        }
        Some(Setting::Word(word)) => {
            return Err(Refusal::setting(
                format!("--{option} takes a number, not `{word}`"),
                format!("such as --{option} 2"),
            ));
        }
        Some(Setting::Fraction(value)) => return fraction(parameter, value.clone(), environment),
        None if names.iter().all(|n| environment.numbers.contains_key(&n.text)) => return Ok(()),
        None if parameter.default.is_empty() => return Err(missing(layer, option, &vec!["2"; names.len()].join("x"))),
        None if let Some(n) = written_fraction(&parameter.default) => return fraction(parameter, n, environment),
        None => values_of(&parameter.default, environment)?,
    };
    if values.len() != 1 && values.len() != names.len() {
        let written = values.iter().map(i64::to_string).collect::<Vec<_>>().join("x");
        let message = format!(
            "--{option} {written} gives {}, but there are {}",
            plural(values.len(), "number", "numbers"),
            names.len()
        );
        return Err(Refusal::setting(
            message,
            format!("give one for all axes or one for each: --{option} {}", vec!["2"; names.len()].join("x")),
        ));
    }
    for (place, name) in names.iter().enumerate() {
        let value = values[if values.len() == 1 { 0 } else { place }];
        check_range(&format!("--{option}"), value)?;
        environment.origins.insert(name.text.clone(), format!("--{option}"));
        if let Some(other) = environment.numbers.insert(name.text.clone(), value)
            && other != value
            && setting.is_some()
        {
            let message = format!("--{option} says {value} where the input has {other}");
            return Err(Refusal::setting(message, format!("give --{option} {other}, or another input")));
        }
    }
    Ok(())
}

/// An option as the command line writes it: names in a layer's text have no hyphens.
fn spelled(parameter: &ast::Parameter) -> String {
    parameter.option.text.replace('_', "-")
}

/// A parameter that is no integer: it may not be one of several axes.
fn fraction(parameter: &ast::Parameter, value: Number, environment: &mut Environment) -> Result<(), Refusal> {
    let option = spelled(parameter);
    let Binding::One(name) = &parameter.binding else {
        return Err(Refusal::setting(
            format!("--{option} takes integers, not {value}"),
            format!("such as --{option} 2"),
        ));
    };
    environment.origins.insert(name.text.clone(), format!("--{option}"));
    environment.fractions.insert(name.text.clone(), value);
    Ok(())
}

fn missing(layer: &ast::Layer, option: &str, example: &str) -> Refusal {
    Refusal::setting(format!("layer `{}` needs --{option}", layer.name.text), format!("such as --{option} {example}"))
}

fn check_range(what: &str, value: i64) -> Result<(), Refusal> {
    if (-LARGEST..=LARGEST).contains(&value) {
        return Ok(());
    }
    Err(Refusal::setting(format!("{what}: {value} is too large"), format!("the largest size is {LARGEST}")))
}
