//! Nets: the layers of a chain bound one after another, each to the shape that the one before gives, and joined into one
//! [`Instance`].
//!
//! A tensor of a net is a letter of its layer's text and the number of its layer: `z` of layer 2. An activation belongs to the
//! layer that it is applied to: what is one, its equations tell. So does a loss; any other stage begins a new layer.

use std::collections::BTreeMap;

use super::ellipsis::input_axes;
use super::joined::{Joined, SameLetter};
use super::stage_options::{Known, settings};
use super::{Refusal, bind};
use crate::index::{Body, Definition, Instance, Label, Part, Stage, TensorDecl};
use crate::syntax::ast::{self, ArgumentKind, ExprKind};
use crate::syntax::print_chain;
use crate::text::{Diagnostic, closest};
use num_traits::ToPrimitive;

/// Gives a net its sizes and joins its stages into one instance.
///
/// `known` are the layers that stages may name, the first of equal names counting; `input` the sizes of the net's input, if they
/// are not written in its text.
///
/// # Errors
/// [`Refusal::Setting`] if no sizes are given; [`Refusal::Text`] if a stage names no layer, does not fit the shape of what the
/// stage before gives (the message names both and both shapes), or reads what is not there.
pub fn link(net: &ast::Net, known: &[Known<'_>], input: Option<&[i64]>) -> Result<Instance, Refusal> {
    let first = net.chain.stages.first().expect("the grammar asks for a stage");
    let (first, _) = named_layer(first, known).map_err(text)?;
    let declared = net.input.as_ref().or(first_input(first.layer));
    let letter = declared.map_or_else(|| "a".to_string(), |d| d.name.text.clone());
    let part = if declared.is_some_and(|d| d.role == ast::Role::Data) { Part::Data } else { Part::Input };
    let sizes = input_sizes(net, input)?;
    // the input comes from "layer 0"
    let name = format!("{letter}0");
    let label = Label { letter, number: Some(0), pre_activation: false };
    let input = TensorDecl { name, part, shape: sizes, label: Some(label) };
    let instance = Instance {
        name: net.name.text.clone(),
        title: net.title.clone(),
        index_base: 1,
        tensors: vec![input],
        definitions: Vec::new(),
        loss: false,
        assumptions: Vec::new(),
        stages: Vec::new(),
    };
    let mut linker =
        Linker { known, joined: Joined::new(instance), number: 0, current: 0, labels: BTreeMap::new(), batch: None };
    if let Some(name) = &net.chain.source {
        linker.labels.insert(name.text.clone(), 0);
    }
    if let Some(declared) = &net.input {
        linker.labels.insert(declared.name.text.clone(), 0);
    }
    for (place, stage) in net.chain.stages.iter().enumerate() {
        linker.stage(stage).map_err(text)?;
        if linker.joined.instance.loss && place + 1 < net.chain.stages.len() {
            let next = &net.chain.stages[place + 1];
            let error = Diagnostic::new(next.span, "nothing can follow a loss").hint("a loss is the last stage");
            return Err(text(error.note(stage.span, "this stage gives the loss itself")));
        }
    }
    Ok(linker.joined.finished())
}

/// A loss by itself as a net: what is told of it is the derivative of one number, as at the end of a net.
pub fn loss_alone(loss: Instance) -> Instance {
    Joined::alone(loss)
}

fn text(diagnostic: Diagnostic) -> Refusal {
    Refusal::Text(vec![diagnostic])
}

/// What flows into a layer.
fn first_input(layer: &ast::Layer) -> Option<&ast::Declaration> {
    layer.items.iter().find_map(|item| match &item.kind {
        ast::ItemKind::Declaration(d) if d.role.flows_in() => Some(d),
        ast::ItemKind::Declaration(_)
        | ast::ItemKind::Definition(_)
        | ast::ItemKind::Assumption(_)
        | ast::ItemKind::Requirement(..) => None,
    })
}

fn input_sizes(net: &ast::Net, input: Option<&[i64]>) -> Result<Vec<usize>, Refusal> {
    let written: Option<Vec<i64>> = net.input.as_ref().and_then(|d| {
        let number = |e: &ast::Expr| if let ExprKind::Number(n) = &e.kind { n.to_integer().to_i64() } else { None };
        d.shape.iter().map(number).collect()
    });
    if let (Some(declared), Some(given)) = (&net.input, input)
        && declared.shape.len() != given.len()
    {
        let message =
            format!("--input has {} sizes, but `{}` has {}", given.len(), declared.name.text, declared.shape.len());
        return Err(Refusal::setting(message, "give one size for each axis"));
    }
    let sizes = match (input, written) {
        (Some(given), _) => given.to_vec(),
        (None, Some(written)) => written,
        (None, None) => {
            let example = if net.input.as_ref().is_some_and(|d| d.shape.len() == 2) { "6x6" } else { "4" };
            let hint = format!("give the sizes of the input: --input {example}");
            return Err(Refusal::setting("the net needs --input", hint));
        }
    };
    match sizes.iter().find(|n| !(1..=super::options::LARGEST).contains(*n)) {
        Some(bad) => Err(Refusal::setting(format!("the size {bad} of the input cannot be"), "sizes are at least 1")),
        None => Ok(sizes.iter().map(|&n| n as usize).collect()),
    }
}

/// The layer that a stage names, with the arguments that follow: `pool avg 2x2` is the layer `pool-avg` if there is one.
fn named_layer<'a, 'k>(
    stage: &'a ast::Stage,
    known: &[Known<'k>],
) -> Result<(Known<'k>, &'a [ast::Argument]), Diagnostic> {
    let mut name = stage.name.text.clone();
    let mut found = find(known, &name).map(|k| (k, stage.arguments.as_slice()));
    for (place, argument) in stage.arguments.iter().enumerate() {
        let ArgumentKind::Word(word) = &argument.kind else { break };
        name = format!("{name}-{word}");
        if let Some(layer) = find(known, &name) {
            found = Some((layer, &stage.arguments[place + 1..]));
        }
    }
    found.ok_or_else(|| {
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

/// A stage as one writes it, without the name that it gives.
fn spelled(stage: &ast::Stage) -> String {
    let alone = ast::Stage { label: None, ..stage.clone() };
    print_chain(&ast::Chain { source: None, span: alone.span, stages: vec![alone] })
}

fn shape_in_words(shape: &[usize]) -> String {
    if shape.is_empty() {
        "one number".to_string()
    } else {
        shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
    }
}

struct Linker<'a> {
    known: &'a [Known<'a>],
    joined: Joined,
    /// The number of the present layer.
    number: u32,
    /// The tensor that the next stage reads.
    current: usize,
    /// Named results.
    labels: BTreeMap<String, usize>,
    /// How many leading axes the first layer with axes of its own leaves to a batch.
    batch: Option<usize>,
}

impl Linker<'_> {
    fn tensor(&self, place: usize) -> &TensorDecl {
        &self.joined.instance.tensors[place]
    }

    /// What gives the present tensor, in words.
    fn giver(&self) -> String {
        self.joined.instance.stages.last().map_or_else(|| "the input".to_string(), |s| format!("`{}`", s.text))
    }

    fn stage(&mut self, stage: &ast::Stage) -> Result<(), Diagnostic> {
        let (known, arguments) = named_layer(stage, self.known)?;
        let layer = known.layer;
        let (mut settings, others) = settings(stage, layer, arguments, &self.labels, self.known)?;
        let shape = self.tensor(self.current).shape.clone();
        settings.input = Some(shape.iter().map(|&n| n as i64).collect());
        let optional = super::packs::axes_to_add(layer, &settings);
        let (layer, settings) = super::packs::written_out(layer, &settings)
            .map_err(|refusal| self.misfit(stage, &shape, refusal, known.same_text))?;
        let layer = &layer;
        self.axes(stage, layer, &shape, &optional)?;
        let bound = bind(layer, &settings).map_err(|refusal| self.misfit(stage, &shape, refusal, known.same_text))?;
        self.keeps_all(stage, &bound, &shape)?;
        let mut inputs = vec![self.current];
        inputs.extend(others.iter().map(|(place, _)| *place));
        self.fits(stage, &bound, &others)?;

        let is_activation = bound.is_activation();
        if is_activation && self.joined.instance.stages.is_empty() {
            self.joined.starts_with_activation();
            self.number = 1;
        }
        let follows_pre = self.tensor(self.current).label.as_ref().is_some_and(|l| l.pre_activation);
        if !(is_activation && follows_pre || bound.loss) {
            self.number += 1;
        }
        let title = layer.title.clone().unwrap_or_else(|| layer.name.text.clone());
        let before = self.joined.instance.definitions.len();
        let output = self.joined.append(bound, &inputs, Some(self.number)).map_err(|SameLetter(letter)| {
            let message = format!(
                "`{}` has a tensor `{letter}`, and layer {} has one already: they would be printed alike",
                layer.name.text, self.number
            );
            Diagnostic::new(stage.span, message).hint("take another letter in the layer's text")
        })?;
        let definitions = before..self.joined.instance.definitions.len();
        let entry = Stage { text: spelled(stage), title, number: self.number, definitions, inputs, output };
        self.joined.instance.stages.push(entry);
        self.current = output;
        if let Some(label) = &stage.label
            && self.labels.insert(label.text.clone(), output).is_some()
        {
            return Err(
                Diagnostic::new(label.span, format!("`{}` is named twice", label.text)).hint("take another name")
            );
        }
        Ok(())
    }

    /// What arranges entries anew, one after another, arranges all of them.
    fn keeps_all(&self, stage: &ast::Stage, bound: &Instance, shape: &[usize]) -> Result<(), Diagnostic> {
        let [Definition { tensor, body: Body::Flat(_, place), .. }] = bound.definitions.as_slice() else {
            return Ok(());
        };
        let own = &bound.tensors[*tensor].shape;
        let (given, taken): (usize, usize) = (shape.iter().product(), own.iter().product());
        // one that picks its entries, every second say, means to leave some out
        let step = |axis: usize| own[axis + 1..].iter().product::<usize>() as i64;
        let coefficient = |axis: usize| place.terms.iter().find(|t| t.0 == axis).map_or(0, |t| t.1);
        let in_order = (0..own.len()).all(|axis| own[axis] == 1 || coefficient(axis) == step(axis));
        if given == taken || !in_order {
            return Ok(());
        }
        let (taken, giver) = (super::body::plural(taken, "entry", "entries"), self.giver());
        let message = format!("`{}` arranges {taken}, but {giver} gives {given}", spelled(stage));
        Err(Diagnostic::new(stage.span, message).hint("take sizes whose product is the number of entries"))
    }

    /// The stage's axes against those of what flows in: leading axes are a batch, the same for all stages. Some options that are not
    /// given would add axes.
    fn axes(
        &mut self,
        stage: &ast::Stage,
        layer: &ast::Layer,
        shape: &[usize],
        optional: &[&str],
    ) -> Result<(), Diagnostic> {
        let Some((open, named)) = input_axes(layer) else { return Ok(()) };
        let named = named.len();
        if named == 0 {
            return Ok(()); // elementwise: any shape will do
        }
        let lead = shape.len().checked_sub(named);
        let fits = match lead {
            Some(lead) => (lead == 0 || open) && self.batch.is_none_or(|b| b == lead),
            None => false,
        };
        if fits {
            self.batch = self.batch.or(lead);
            return Ok(());
        }
        let axes = super::body::plural(named, "axis", "axes");
        let batch = match self.batch {
            Some(b) if b > 0 => format!(" after the {} of the batch", super::body::plural(b, "axis", "axes")),
            Some(_) | None => String::new(),
        };
        let given = match shape.len() {
            0 => shape_in_words(shape),
            n => format!("{} ({})", super::body::plural(n, "axis", "axes"), shape_in_words(shape)),
        };
        let message = format!("`{}` takes {axes}{batch}, but {} gives {given}", spelled(stage), self.giver());
        let error = Diagnostic::new(stage.span, message);
        let options = optional.iter().map(|o| format!("`{o}`")).collect::<Vec<_>>().join(" or ");
        Err(error.hint(match self.batch {
            Some(b) if b > 0 => "the leading axes of the input are a batch, which every layer keeps".to_string(),
            Some(_) | None if shape.len() > named && !options.is_empty() => {
                format!("give it {options}, which adds an axis")
            }
            Some(_) | None if shape.len() > named => "put `flatten` between them".to_string(),
            Some(_) | None => "put `reshape` between them, or leave one out".to_string(),
        }))
    }

    /// Why a stage does not fit what the stage before gives.
    fn misfit(&self, stage: &ast::Stage, shape: &[usize], refusal: Refusal, same_text: bool) -> Diagnostic {
        match refusal {
            Refusal::Setting { message, hint } => {
                let plain = |text: String| text.replace("--", "");
                Diagnostic::new(stage.span, plain(message)).hint(plain(hint))
            }
            Refusal::Text(diagnostics) => {
                let first = diagnostics.into_iter().next().expect("a refusal says at least one thing");
                let message =
                    format!("`{}` does not fit {}, what {} gives", spelled(stage), shape_in_words(shape), self.giver());
                let error = Diagnostic::new(stage.span, format!("{message}: {}", first.message));
                let error = match first.hint {
                    Some(hint) => error.hint(hint.replace("--", "")),
                    None => error,
                };
                if same_text { error.note(first.span, "here") } else { error }
            }
        }
    }

    /// Further inputs: as many as the layer declares, each of the declared shape.
    fn fits(
        &self,
        stage: &ast::Stage,
        bound: &Instance,
        others: &[(usize, crate::text::Span)],
    ) -> Result<(), Diagnostic> {
        let declared: Vec<&TensorDecl> = bound.tensors.iter().filter(|t| t.part.flows_in()).skip(1).collect();
        if declared.len() != others.len() {
            let wanted = super::body::plural(declared.len(), "further input", "further inputs");
            let message = format!(
                "`{}` reads {wanted}, and {} named",
                stage.name.text,
                match others.len() {
                    0 => "none is".to_string(),
                    1 => "1 is".to_string(),
                    n => format!("{n} are"),
                }
            );
            let hint = "name a result where it arises, `… -> dense 4 as h -> …`, and read it later: `add h`";
            return Err(Diagnostic::new(stage.span, message).hint(hint));
        }
        for (wanted, (place, span)) in declared.iter().zip(others) {
            let given = self.tensor(*place);
            if given.shape != wanted.shape {
                let stages = &self.joined.instance.stages;
                let other = stages.iter().find(|s| s.output == *place);
                let other = other.map_or_else(|| "the input".to_string(), |s| format!("`{}`", s.text));
                let message = format!(
                    "`{}` needs two of one shape, but {} gives {} and {other} gives {}",
                    spelled(stage),
                    self.giver(),
                    shape_in_words(&self.tensor(self.current).shape),
                    shape_in_words(&given.shape)
                );
                return Err(Diagnostic::new(*span, message).hint("let both branches end in layers of equal size"));
            }
        }
        Ok(())
    }
}
