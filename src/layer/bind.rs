//! Binding: a layer's syntax tree and a user's settings to an [`Instance`].

use super::body::{Lowering, plural};
use super::environment::{Decided, Environment, Scope};
use super::infer::infer;
use super::{Body, Definition, Instance, Loop, Part, Refusal, Setting, Settings, TensorDecl};
use crate::syntax::ast::{self, Binding, Expr, ExprKind, ItemKind, Role};
use crate::text::{Diagnostic, closest};

/// The largest size of an axis and value of a parameter: products of a few of them stay far inside 64 bits.
const LARGEST: i64 = 1 << 31;

/// Gives a layer its sizes and options.
///
/// # Errors
/// [`Refusal::Setting`] if the settings do not fit the parameters that the layer declares, [`Refusal::Text`] if the layer's
/// text is wrong, or is wrong at these sizes (a kernel larger than its input, say).
pub fn bind(layer: &ast::Layer, settings: &Settings) -> Result<Instance, Refusal> {
    let environment = environment(layer, settings)?;
    let mut instance = Instance {
        name: layer.name.text.clone(),
        title: layer.title.clone(),
        index_base: layer.index_base,
        tensors: Vec::new(),
        definitions: Vec::new(),
    };
    let mut errors: Vec<Diagnostic> = Vec::new();
    let mut absent = Vec::new();
    let mut undeclared = false;
    for item in &layer.items {
        let declares = matches!(item.kind, ItemKind::Declaration(_));
        if undeclared && !declares {
            continue; // it would only complain of what could not be declared
        }
        if let Err(error) = self::item(item, &environment, &mut instance, &mut absent) {
            undeclared |= declares;
            // one size that is not known is one mistake, wherever it is used
            if errors.iter().all(|e| e.message != error.message) {
                errors.push(error);
            }
        }
    }
    if errors.is_empty() && instance.definitions.is_empty() {
        errors.push(
            Diagnostic::new(layer.name.span, "this layer defines nothing under these options")
                .hint("add a line `z[i, j] = …`"),
        );
    }
    if errors.is_empty() && !instance.tensors.iter().any(|t| t.part == Part::Input) {
        errors.push(Diagnostic::new(layer.name.span, "this layer has no input").hint("declare one: `input a[H, W]`"));
    }
    if errors.is_empty() { Ok(instance) } else { Err(Refusal::Text(errors)) }
}

fn environment(layer: &ast::Layer, settings: &Settings) -> Result<Environment, Refusal> {
    let mut environment = Environment::default();
    let name = &layer.name.text;
    if let Some(sizes) = &settings.input {
        bind_input(layer, sizes, &mut environment)?;
    }
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
        ItemKind::Definition(_) | ItemKind::Assumption(_) => &[],
    });
    let in_shapes = shapes.filter_map(|e| if let ExprKind::Name(n) = &e.kind { Some(n.as_str()) } else { None });
    let numeric = layer.parameters.iter().filter(|p| p.choices.is_empty());
    let bound = numeric.flat_map(|p| variables(&p.binding)).map(|n| n.text.as_str());
    itertools::Itertools::unique(bound.chain(in_shapes))
}

fn variables(binding: &Binding) -> &[ast::Name] {
    match binding {
        Binding::One(name) => std::slice::from_ref(name),
        Binding::Axes(names) => names,
    }
}

fn bind_input(layer: &ast::Layer, sizes: &[i64], environment: &mut Environment) -> Result<(), Refusal> {
    let declared = layer.items.iter().find_map(|item| match &item.kind {
        ItemKind::Declaration(d) if d.role == Role::Input => Some(d),
        ItemKind::Declaration(_) | ItemKind::Definition(_) | ItemKind::Assumption(_) => None,
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

fn bind_parameter(
    layer: &ast::Layer,
    parameter: &ast::Parameter,
    settings: &Settings,
    environment: &mut Environment,
) -> Result<(), Refusal> {
    let option = &parameter.option.text;
    let setting = settings.options.get(option);
    let names = variables(&parameter.binding);
    if !parameter.choices.is_empty() {
        let words: Vec<String> = parameter.choices.iter().map(|c| c.text.clone()).collect();
        let word = match (setting, parameter.default.first().map(|d| &d.kind)) {
            (Some(Setting::Word(word)), _) => word.clone(),
            (Some(Setting::Axes(_)), _) => {
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
        Some(Setting::Word(word)) => {
            return Err(Refusal::setting(
                format!("--{option} takes a number, not `{word}`"),
                format!("such as --{option} 2"),
            ));
        }
        None if names.iter().all(|n| environment.numbers.contains_key(&n.text)) => return Ok(()),
        None if parameter.default.is_empty() => return Err(missing(layer, option, &vec!["2"; names.len()].join("x"))),
        None => {
            let defaults: Result<Vec<i64>, Diagnostic> =
                parameter.default.iter().map(|d| environment.integer(d)).collect();
            defaults.map_err(|d| Refusal::Text(vec![d]))?
        }
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
        environment.numbers.insert(name.text.clone(), value);
    }
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

fn item(
    item: &ast::Item,
    environment: &Environment,
    instance: &mut Instance,
    absent: &mut Vec<String>,
) -> Result<(), Diagnostic> {
    let name = match &item.kind {
        ItemKind::Declaration(d) => &d.name,
        ItemKind::Definition(d) => &d.name,
        ItemKind::Assumption(claim) => return Err(Diagnostic::new(claim.span, "assumptions are not known here yet")),
    };
    if let Some(when) = &item.when {
        match environment.condition(when, &Scope::new())? {
            Decided::Always(true) => {}
            Decided::Always(false) => {
                absent.push(name.text.clone());
                return Ok(());
            }
            Decided::Sometimes(_) => unreachable!("no index variables are in sight of a `when`"),
        }
    }
    if environment.numbers.contains_key(&name.text) || environment.choices.contains_key(&name.text) {
        return Err(Diagnostic::new(name.span, format!("`{}` is already a size or a parameter", name.text))
            .hint("take another name"));
    }
    if instance.tensors.iter().any(|t| t.name == name.text) {
        return Err(Diagnostic::new(name.span, format!("`{}` is declared or defined twice", name.text))
            .hint("if the two lines exclude each other, say so with `when`"));
    }
    match &item.kind {
        ItemKind::Declaration(d) => {
            let shape = d.shape.iter().map(|e| size(e, environment)).collect::<Result<Vec<_>, _>>()?;
            let part = match d.role {
                Role::Input => Part::Input,
                Role::Weight => Part::Weight,
                Role::Bias => Part::Bias,
                Role::Target => return Err(Diagnostic::new(name.span, "targets are not known here yet")),
            };
            instance.tensors.push(TensorDecl { name: name.text.clone(), part, shape });
            Ok(())
        }
        ItemKind::Definition(d) => definition(d, environment, instance, absent),
        ItemKind::Assumption(_) => Ok(()),
    }
}

fn size(expr: &Expr, environment: &Environment) -> Result<usize, Diagnostic> {
    let value = environment.integer(expr)?;
    if !(1..=LARGEST).contains(&value) {
        let limits = format!("a size is at least 1 and at most {LARGEST}");
        return Err(Diagnostic::new(expr.span, format!("this size is {value}")).hint(limits));
    }
    Ok(value as usize)
}

fn definition(
    d: &ast::Definition,
    environment: &Environment,
    instance: &mut Instance,
    absent: &[String],
) -> Result<(), Diagnostic> {
    let mut lowering = Lowering::new(environment, &instance.tensors, absent);
    for variable in &d.variables {
        lowering.variable(variable)?;
    }
    let body: Body = lowering.body(&d.body)?;
    let Lowering { mut slots, sites, .. } = lowering;
    let base = instance.index_base;
    infer(&mut slots, &sites, &instance.tensors, base, environment)?;
    let rank = d.variables.len();
    let loops: Vec<Loop> = slots
        .iter()
        .map(|s| {
            let (low, high) = s.range.expect("inference fills every range or fails");
            Loop { name: s.name.clone(), low, high }
        })
        .collect();
    for (own, slot) in loops[..rank].iter().zip(&slots) {
        if own.low != base {
            let message = format!(
                "`{}` starts at {}, but the entries of `{}` are counted from {base}",
                own.name, own.low, d.name.text
            );
            return Err(Diagnostic::new(slot.span, message).hint("shift the indices on the right, or write a range"));
        }
    }
    let shape = loops[..rank].iter().map(Loop::len).collect();
    instance.tensors.push(TensorDecl { name: d.name.text.clone(), part: Part::Defined, shape });
    instance.definitions.push(Definition { tensor: instance.tensors.len() - 1, loops, rank, body });
    Ok(())
}
