//! Binding: a layer's syntax tree and a user's settings to an [`Instance`].

use super::body::{Lowering, Slot};
use super::ellipsis;
use super::environment::{Decided, Environment, Scope};
use super::infer::infer;
use super::locals::Locals;
use super::moving::all_names;
use super::options::{LARGEST, environment};
use super::packs;
use super::words::plural;
use super::{Refusal, Settings};
use crate::expr::Number;
use crate::index::{Assumption, Body, Definition, Instance, Loop, Part, TensorDecl, settled};
use crate::syntax::ast::{self, BinaryOp, Expr, ExprKind, ItemKind, Name, Role};
use crate::text::Diagnostic;

/// Gives a layer its sizes and options.
///
/// # Errors
/// [`Refusal::Setting`] if the settings do not fit the parameters that the layer declares, [`Refusal::Text`] if the layer's
/// text is wrong, or is wrong at these sizes (a kernel larger than its input, say).
pub fn bind(layer: &ast::Layer, settings: &Settings) -> Result<Instance, Refusal> {
    let (layer, settings) = packs::written_out(layer, settings)?;
    let (layer, settings) = (&with_axes(&layer, &settings)?, &settings);
    let environment = environment(layer, settings)?;
    let mut instance = Instance {
        name: layer.name.text.clone(),
        title: layer.title.clone(),
        index_base: layer.index_base,
        tensors: Vec::new(),
        definitions: Vec::new(),
        loss: false,
        assumptions: Vec::new(),
        stages: Vec::new(),
    };
    let mut errors: Vec<Diagnostic> = Vec::new();
    let mut told = Told::default();
    let mut undeclared = false;
    let mut undefined: Vec<&str> = Vec::new();
    for item in &layer.items {
        let declares = matches!(item.kind, ItemKind::Declaration(_));
        if undeclared && !declares {
            continue; // it would only complain of what could not be declared
        }
        if let Err(error) = self::item(item, &environment, &mut instance, &mut told) {
            undeclared |= declares;
            // what a line with a mistake would have defined is no mistake of the lines that read it
            let follows = |name: &&str| {
                error.message.ends_with(&format!("`{name}` is not known here"))
                    || error.message == format!("there is no tensor `{name}` here")
            };
            let follows = undefined.iter().any(follows);
            if let ItemKind::Definition(ast::Definition { name, .. }) | ItemKind::Local(ast::Local { name, .. }) =
                &item.kind
            {
                undefined.push(&name.text);
            }
            if follows {
                continue;
            }
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
    let flows_in = instance.tensors.iter().any(|t| t.part.flows_in());
    if errors.is_empty() && instance.loss && !flows_in {
        let error = Diagnostic::new(layer.name.span, "this loss has no input");
        errors.push(error.hint("declare one: `input a[N]`"));
    }
    if errors.is_empty() && instance.tensors.iter().all(|t| matches!(t.part, Part::Target | Part::Defined)) {
        let error = Diagnostic::new(layer.name.span, "this layer has nothing that a gradient is asked for");
        errors.push(error.hint("declare an input or a weight: `input a[H, W]`"));
    }
    if errors.is_empty() { Ok(instance) } else { Err(Refusal::Text(errors)) }
}

/// The layer with as many axes in place of `...` as the input has beside those that the text names.
pub(super) fn with_axes<N>(layer: &ast::Layer, settings: &Settings<N>) -> Result<ast::Layer, Refusal> {
    let given = settings.input.as_ref().map_or(0, Vec::len);
    match ellipsis::input_axes(layer).map(|(open, named)| (open, named.len())) {
        Some((true, named)) if settings.input.is_some() && given < named => {
            let message =
                format!("--input has {}, but layer `{}` needs", plural(given, "axis", "axes"), layer.name.text);
            let example = vec!["4"; named].join("x");
            let message = format!("{message} at least {named}");
            Err(Refusal::setting(message, format!("give one size for each axis, such as --input {example}")))
        }
        Some((true, named)) => Ok(ellipsis::written_out(layer, given.saturating_sub(named))),
        Some((false, _)) | None => Ok(ellipsis::written_out(layer, 0)),
    }
}

/// What the lines so far have told beside tensors.
#[derive(Default)]
struct Told {
    /// What is declared or defined under other options only.
    absent: Vec<String>,
    /// Tensors of which a read outside counts as 0.
    padded: Vec<usize>,
    locals: Locals,
}

fn item(
    item: &ast::Item,
    environment: &Environment,
    instance: &mut Instance,
    told: &mut Told,
) -> Result<(), Diagnostic> {
    let item = &told.locals.written_out(item)?;
    let name = match &item.kind {
        ItemKind::Declaration(d) => Some(&d.name),
        ItemKind::Definition(d) => Some(&d.name),
        ItemKind::Local(l) => Some(&l.name),
        ItemKind::Assumption(_) | ItemKind::Requirement(..) => None,
    };
    if let Some(when) = &item.when {
        match environment.condition(when, &Scope::new())? {
            Decided::Always(true) => {}
            Decided::Always(false) => {
                told.absent.extend(name.map(|n| n.text.clone()));
                return Ok(());
            }
            Decided::Sometimes(_) => unreachable!("no index variables are in sight of a `when`"),
        }
    }
    if let Some(name) = name {
        is_free(name, environment, instance, &told.locals)?;
    }
    match &item.kind {
        ItemKind::Declaration(d) => {
            let shape = d.shape.iter().map(|e| size(e, environment)).collect::<Result<Vec<_>, _>>()?;
            let part = match d.role {
                Role::Input => Part::Input,
                Role::Data => Part::Data,
                Role::Weight => Part::Weight,
                Role::Bias => Part::Bias,
                Role::Target => Part::Target,
            };
            if d.padded {
                told.padded.push(instance.tensors.len());
            }
            instance.tensors.push(TensorDecl::new(d.name.text.clone(), part, shape));
            Ok(())
        }
        ItemKind::Definition(d) => definition(d, environment, instance, told),
        ItemKind::Local(l) => {
            let known = |name: &str| environment.knows(name) || instance.tensors.iter().any(|t| t.name == name);
            told.locals.define(l, known)
        }
        ItemKind::Assumption(e) => assumption(e, environment, instance, told),
        ItemKind::Requirement(e, title) => requirement(e, title.as_deref(), environment),
    }
}

/// A name may mean one thing only.
fn is_free(name: &Name, environment: &Environment, instance: &Instance, locals: &Locals) -> Result<(), Diagnostic> {
    let Name { text, span } = name;
    if environment.numbers.contains_key(text)
        || environment.fractions.contains_key(text)
        || environment.choices.contains_key(text)
    {
        return Err(
            Diagnostic::new(*span, format!("`{text}` is already a size or a parameter")).hint("take another name")
        );
    }
    if instance.tensors.iter().any(|t| &t.name == text) || locals.has(text) {
        return Err(Diagnostic::new(*span, format!("`{text}` is declared or defined twice"))
            .hint("if the two lines exclude each other, say so with `when`"));
    }
    Ok(())
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
    told: &Told,
) -> Result<(), Diagnostic> {
    if instance.loss {
        return Err(Diagnostic::new(d.name.span, "the loss is already defined").hint("a loss is the last definition"));
    }
    let mut lowering = Lowering::new(environment, &instance.tensors, &told.absent, instance.index_base);
    for variable in &d.variables {
        lowering.variable(variable)?;
    }
    lowering.names = all_names(&d.body);
    lowering.padded.clone_from(&told.padded);
    let body: Body = lowering.body(&d.body)?;
    let base = instance.index_base;
    let (loops, slots) = ranges(lowering, instance, environment)?;
    let body = settled(body, &loops);
    let rank = d.variables.len();
    if d.loss && rank > 0 {
        return Err(Diagnostic::new(d.name.span, "a loss is one number").hint("sum over what its indices run over"));
    }
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
    instance.loss = d.loss;
    instance.tensors.push(TensorDecl::new(d.name.text.clone(), Part::Defined, shape));
    instance.definitions.push(Definition { tensor: instance.tensors.len() - 1, loops, rank, body });
    Ok(())
}

/// The ranges of all index variables, and where each stands in the text.
fn ranges(
    lowering: Lowering<'_>,
    instance: &Instance,
    environment: &Environment,
) -> Result<(Vec<Loop>, Vec<Slot>), Diagnostic> {
    let Lowering { mut slots, sites, .. } = lowering;
    infer(&mut slots, &sites, &instance.tensors, instance.index_base, environment)?;
    let loops = slots.iter().map(|s| {
        let (low, high) = s.range.expect("inference fills every range or fails");
        Loop { name: s.name.clone(), low, high }
    });
    Ok((loops.collect(), slots))
}

/// `require condition "what is wrong otherwise"`.
fn requirement(condition: &Expr, title: Option<&str>, environment: &Environment) -> Result<(), Diagnostic> {
    match environment.condition(condition, &Scope::new())? {
        Decided::Always(true) => Ok(()),
        Decided::Always(false) => {
            let message = title.unwrap_or("with these sizes and options this does not hold");
            Err(Diagnostic::new(condition.span, message).label("required").hint("take other sizes or options"))
        }
        Decided::Sometimes(_) => unreachable!("no index variables are in sight of a requirement"),
    }
}

/// `assume Σ … == value`: a sum of elements of one declared tensor, and a number.
fn assumption(expr: &Expr, environment: &Environment, instance: &mut Instance, told: &Told) -> Result<(), Diagnostic> {
    let usage = "an assumption is a sum of entries and its value: `assume sum(i) y[i] == 1`";
    let wrong = || Diagnostic::new(expr.span, "this cannot be assumed").hint(usage);
    let ExprKind::Binary(BinaryOp::Eq, left, right) = &expr.kind else { return Err(wrong()) };
    let mut lowering = Lowering::new(environment, &instance.tensors, &told.absent, instance.index_base);
    // indices that nothing sums over are those of `...`: the assumption holds for each of their values
    let mut free = Vec::new();
    lowering.free_variables(left, &mut free)?;
    let (body, value) = (lowering.body(left)?, lowering.body(right)?);
    let Body::Number(value) = value else { return Err(wrong()) };
    let value: Number = value;
    let summed = if let Body::Reduce { op: crate::index::ReduceOp::Sum, body, .. } = &body { &**body } else { &body };
    let linear = matches!(summed, Body::Read(..));
    let mut declared = true;
    body.reads(&mut |t| declared &= instance.tensors[t].part != Part::Defined);
    if !linear || !declared {
        return Err(wrong());
    }
    let (loops, _) = ranges(lowering, instance, environment)?;
    let sum = Definition { tensor: 0, rank: free.len(), loops, body };
    instance.assumptions.push(Assumption { sum, value });
    Ok(())
}
