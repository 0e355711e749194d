//! Nets: the layers of a chain bound one after another, each to the shape that the one before gives, and joined into one
//! [`Instance`].
//!
//! A tensor of a net is a letter of its layer's text and the number of its layer: `z` of layer 2. An activation belongs to the
//! layer that it is applied to: what is one, its equations tell. So does a loss; any other stage begins a new layer.

use std::collections::BTreeMap;

use num_traits::ToPrimitive;

use super::flow::Flow;
use super::joined::{Joined, SameLetter, Shared};
use super::stage_options::{Known, named_layer, settings};
use super::words::{shape_in_words, spelled};
use super::{Refusal, bind};
use crate::index::{Instance, Label, Part, Stage, TensorDecl};
use crate::syntax::ast::{self, ExprKind};
use crate::text::{Diagnostic, closest};

/// What a user sets of a net.
#[derive(Clone, Debug, Default)]
pub struct NetSettings {
    /// Sizes of the first input, without a batch.
    pub input: Option<Vec<i64>>,
    /// Sizes of inputs by name, in order. Those that the net's text does not have are inputs too.
    pub inputs: Vec<(String, Vec<i64>)>,
    /// The number of examples that are computed at once, a leading axis of every input.
    pub batch: Option<i64>,
}

impl NetSettings {
    /// An input of these sizes.
    pub fn sized(input: &[i64]) -> NetSettings {
        NetSettings { input: Some(input.to_vec()), ..NetSettings::default() }
    }
}

/// Gives a net its sizes and joins its stages into one instance.
///
/// `known` are the layers that stages may name, the first of equal names counting; `given` the sizes of the net's inputs, as far as they
/// are not written in its text.
///
/// # Errors
/// [`Refusal::Setting`] if no sizes are given; [`Refusal::Text`] if a stage names no layer, does not fit the shape of what the
/// stage before gives (the message names both and both shapes), or reads what is not there.
pub fn link(net: &ast::Net, known: &[Known<'_>], given: &NetSettings) -> Result<Instance, Refusal> {
    let first = net.chain.stages.first().expect("the grammar asks for a stage");
    let (first, _) = named_layer(first, known).map_err(text)?;
    let inputs = inputs(net, first.layer, given)?;
    // the inputs come from "layer 0"
    let decl = |(place, (letter, shape)): (usize, &(String, Vec<usize>))| {
        let label = Label { letter: letter.clone(), number: Some(0), pre_activation: false };
        let first = first_input(first.layer).filter(|_| place == 0 && net.inputs.is_empty());
        let data = net.inputs.get(place).or(first).is_some_and(|d| d.role == ast::Role::Data);
        let part = if data { Part::Data } else { Part::Input };
        TensorDecl { name: format!("{letter}0"), part, shape: shape.clone(), label: Some(label) }
    };
    let instance = Instance {
        name: net.name.text.clone(),
        title: net.title.clone(),
        index_base: 1,
        tensors: inputs.iter().enumerate().map(decl).collect(),
        definitions: Vec::new(),
        loss: false,
        assumptions: Vec::new(),
        stages: Vec::new(),
    };
    let named = net.inputs.len().max(given.inputs.len());
    let mut labels: BTreeMap<String, usize> =
        inputs.iter().take(named).enumerate().map(|(place, (name, _))| (name.clone(), place)).collect();
    if let Some(name) = &net.chain.source {
        labels.insert(name.text.clone(), 0);
    }
    let batch = given.batch.map(|_| 1);
    let mut linker =
        Linker { known, joined: Joined::new(instance), number: 0, current: 0, labels, batch, space: BTreeMap::new() };
    for (place, stage) in net.chain.stages.iter().enumerate() {
        linker.stage(stage).map_err(text)?;
        if linker.joined.instance.loss && place + 1 < net.chain.stages.len() {
            let next = &net.chain.stages[place + 1];
            let error = Diagnostic::new(next.span, "nothing can follow a loss").hint("a loss is the last stage");
            return Err(text(error.note(stage.span, "this stage gives the loss itself")));
        }
    }
    linker.all_read(&net.chain.stages).map_err(text)?;
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
        | ast::ItemKind::Local(_)
        | ast::ItemKind::Assumption(_)
        | ast::ItemKind::Requirement(..) => None,
    })
}

/// The inputs by their letters, with their sizes, a batch first.
fn inputs(net: &ast::Net, first: &ast::Layer, given: &NetSettings) -> Result<Vec<(String, Vec<usize>)>, Refusal> {
    let mut names: Vec<String> = net.inputs.iter().map(|d| d.name.text.clone()).collect();
    if let Some((unknown, _)) = given.inputs.iter().find(|(name, _)| !names.is_empty() && !names.contains(name)) {
        let message = format!("the net has no input `{unknown}`");
        return Err(Refusal::setting(message, format!("its inputs are {}", names.join(", "))));
    }
    if names.is_empty() {
        names = given.inputs.iter().map(|(name, _)| name.clone()).collect();
    }
    if names.is_empty() {
        names = vec![first_input(first).map_or_else(|| "a".to_string(), |d| d.name.text.clone())];
    }
    if let Some(twice) = names.iter().enumerate().find(|(place, name)| names[..*place].contains(name)) {
        return Err(Refusal::setting(format!("there are two inputs `{}`", twice.1), "give each a name of its own"));
    }
    let sizes = names.iter().enumerate().map(|(place, name)| {
        let declared = net.inputs.get(place);
        let named = given.inputs.iter().find(|(other, _)| other == name).map(|(_, sizes)| sizes);
        let set = named.or(given.input.as_ref().filter(|_| place == 0));
        let sizes = input_sizes(declared, name, set.map(Vec::as_slice), names.len() > 1)?;
        let batch = given.batch.iter().copied();
        let sizes: Vec<i64> = batch.chain(sizes).collect();
        match sizes.iter().find(|n| !(1..=super::options::LARGEST).contains(*n)) {
            Some(bad) => {
                Err(Refusal::setting(format!("the size {bad} of the input cannot be"), "sizes are at least 1"))
            }
            None => Ok((name.clone(), sizes.iter().map(|&n| n as usize).collect())),
        }
    });
    sizes.collect()
}

/// The sizes of one input: as they are set, or else as they are written.
fn input_sizes(
    declared: Option<&ast::Declaration>,
    name: &str,
    set: Option<&[i64]>,
    several: bool,
) -> Result<Vec<i64>, Refusal> {
    let written: Option<Vec<i64>> = declared.and_then(|d| {
        let number = |e: &ast::Expr| if let ExprKind::Number(n) = &e.kind { n.to_integer().to_i64() } else { None };
        d.shape.iter().map(number).collect()
    });
    if let (Some(declared), Some(given)) = (declared, set)
        && declared.shape.len() != given.len()
    {
        let message = format!("--input has {} sizes, but `{name}` has {}", given.len(), declared.shape.len());
        return Err(Refusal::setting(message, "give one size for each axis"));
    }
    match (set, written) {
        (Some(given), _) => Ok(given.to_vec()),
        (None, Some(written)) => Ok(written),
        (None, None) => {
            let example = if declared.is_some_and(|d| d.shape.len() == 2) { "6x6" } else { "4" };
            let example = if several { format!("{name}={example}") } else { example.to_string() };
            let hint = format!("give the sizes of the input: --input {example}");
            Err(Refusal::setting("the net needs --input", hint))
        }
    }
}

pub(super) struct Linker<'a> {
    known: &'a [Known<'a>],
    pub(super) joined: Joined,
    /// The number of the present layer.
    number: u32,
    /// The tensor that the next stage reads.
    pub(super) current: usize,
    /// Named results.
    labels: BTreeMap<String, usize>,
    /// How many leading axes the first layer with axes of its own leaves to a batch.
    pub(super) batch: Option<usize>,
    /// How many axes of a tensor kernels and windows move along, where stages have told.
    space: BTreeMap<usize, usize>,
}

impl Linker<'_> {
    pub(super) fn tensor(&self, place: usize) -> &TensorDecl {
        &self.joined.instance.tensors[place]
    }

    /// What gives a tensor, in words.
    pub(super) fn giver_of(&self, place: usize) -> String {
        let stages = &self.joined.instance.stages;
        let Some(stage) = stages.iter().rev().find(|s| s.output == place) else {
            let inputs = self.joined.instance.tensors.iter().filter(|t| t.part.flows_in()).count();
            let letter = self.tensor(place).label.as_ref().filter(|_| inputs > 1).map(|l| &l.letter);
            return letter.map_or_else(|| "the input".to_string(), |letter| format!("the input `{letter}`"));
        };
        format!("`{}`", stage.text)
    }

    /// What gives the present tensor, in words.
    pub(super) fn giver(&self) -> String {
        self.giver_of(self.current)
    }

    fn stage(&mut self, stage: &ast::Stage) -> Result<(), Diagnostic> {
        if let Some(name) = &stage.source {
            self.current = *self.labels.get(&name.text).ok_or_else(|| self.no_result(name))?;
        }
        let (known, arguments) = named_layer(stage, self.known)?;
        let text = known.layer;
        let (mut settings, others) = settings(stage, text, &arguments, &self.labels, self.known)?;
        let shape = self.tensor(self.current).shape.clone();
        let sizes = |shape: &[usize]| shape.iter().map(|&n| n as i64).collect::<Vec<_>>();
        settings.input = Some(sizes(&shape));
        settings.others = others.iter().map(|(place, _)| sizes(&self.tensor(*place).shape)).collect();
        let flow = Flow { batch: self.batch, space: self.space.get(&self.current).copied() };
        let refused = |linker: &Self, refusal| linker.misfit(stage, &shape, refusal, known.same_text);
        flow.complete(text, &mut settings, &shape).map_err(|r| self.unlike(stage, &shape, r))?;
        let optional = super::packs::axes_to_add(text, &settings);
        let lead = Flow::leading(text, &settings);
        let space = flow.space_behind(text, &settings, shape.len());
        let (layer, settings) = super::packs::written_out(text, &settings).map_err(|r| refused(self, r))?;
        let layer = &layer;
        self.axes(stage, (text, layer), &shape, lead, &optional)?;
        let bound = bind(layer, &settings).map_err(|r| refused(self, r))?;
        self.keeps_all(stage, &bound, &shape, lead)?;
        self.fits(stage, &bound, &others)?;
        let shared = stage.sharing.as_ref().map(|shared| self.shared(stage, shared, &bound)).transpose()?;
        let mut inputs = vec![self.current];
        inputs.extend(others.iter().map(|(place, _)| *place));

        let is_activation = bound.is_activation();
        if is_activation && self.joined.instance.stages.is_empty() {
            self.joined.starts_with_activation();
            self.number = 1;
        }
        let follows_pre = self.tensor(self.current).label.as_ref().is_some_and(|l| l.pre_activation);
        let number = self.tensor(self.current).label.as_ref().and_then(|l| l.number);
        // an activation belongs to what it is applied to, also behind `from`
        let number = match number {
            Some(number) if is_activation && follows_pre => number,
            Some(_) | None if bound.loss => self.number,
            Some(_) | None => {
                self.number += 1;
                self.number
            }
        };
        let title = layer.title.clone().unwrap_or_else(|| layer.name.text.clone());
        let before = self.joined.instance.definitions.len();
        let output = self.joined.append(bound, &inputs, Some(number), &shared.unwrap_or_default());
        let output = output.map_err(|SameLetter(letter)| {
            let message = format!(
                "`{}` has a tensor `{letter}`, and layer {number} has one already: they would be printed alike",
                layer.name.text
            );
            Diagnostic::new(stage.span, message).hint("take another letter in the layer's text")
        })?;
        let definitions = before..self.joined.instance.definitions.len();
        let source = stage.source.as_ref().map(|name| name.text.clone());
        let entry = Stage { source, text: spelled(stage), title, number, definitions, inputs, output };
        self.joined.instance.stages.push(entry);
        self.current = output;
        if let Some(space) = space {
            self.space.insert(output, space);
        }
        if let Some(label) = &stage.label
            && self.labels.insert(label.text.clone(), output).is_some()
        {
            return Err(
                Diagnostic::new(label.span, format!("`{}` is named twice", label.text)).hint("take another name")
            );
        }
        Ok(())
    }

    /// No result has this name.
    fn no_result(&self, name: &ast::Name) -> Diagnostic {
        let error = Diagnostic::new(name.span, format!("no result before is named `{}`", name.text));
        error.hint(match closest(&name.text, self.labels.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`as` names what comes out of a stage: `dense 4 as h`".to_string(),
        })
    }

    /// The weights and biases of the stage that another shares, by their letters in its layer's text.
    fn shared(&self, stage: &ast::Stage, shared: &ast::Sharing, bound: &Instance) -> Result<Shared, Diagnostic> {
        let stages = &self.joined.instance.stages;
        let (found, span) = match shared {
            ast::Sharing::Result(name) => {
                let place = *self.labels.get(&name.text).ok_or_else(|| self.no_result(name))?;
                (stages.iter().find(|s| s.output == place), name.span)
            }
            ast::Sharing::Layer(number, span) => {
                let of = |s: &&Stage| i64::from(s.number) == *number && !self.joined.own(s).is_empty();
                (stages.iter().find(of), *span)
            }
        };
        let Some(found) = found.filter(|s| !self.joined.own(s).is_empty()) else {
            let hint = "name a stage that has weights, `dense 4 as h`, or the number of its layer, `sharing layer 1`";
            return Err(Diagnostic::new(span, "there are no weights to share").hint(hint));
        };
        let own = self.joined.own(found);
        let parameter = |t: &&TensorDecl| matches!(t.part, Part::Weight | Part::Bias);
        let mut places = Shared::new();
        for wanted in bound.tensors.iter().filter(parameter) {
            let Some(&place) = own.get(&wanted.name) else {
                let message = format!("`{}` has no `{}` to share", found.text, wanted.name);
                let hint = format!("`{}` and `{}` must have the same weights", spelled(stage), found.text);
                return Err(Diagnostic::new(span, message).hint(hint));
            };
            let given = &self.tensor(place).shape;
            if *given != wanted.shape {
                let (wanted_shape, given) = (shape_in_words(&wanted.shape), shape_in_words(given));
                let message = format!(
                    "`{}` needs `{}` of the shape {wanted_shape}, but that of `{}` is {given}",
                    spelled(stage),
                    wanted.name,
                    found.text
                );
                return Err(Diagnostic::new(span, message).hint("stages share weights where their sizes are equal"));
            }
            places.insert(wanted.name.clone(), place);
        }
        Ok(places)
    }

    /// Every result is read, but for the last.
    fn all_read(&self, stages: &[ast::Stage]) -> Result<(), Diagnostic> {
        let entries = &self.joined.instance.stages;
        for (place, (stage, entry)) in stages.iter().zip(entries).enumerate() {
            let read = entries.iter().any(|other| other.inputs.contains(&entry.output));
            if !read && place + 1 < entries.len() {
                let message = format!("no stage reads what `{}` gives", entry.text);
                let hint = "name it, `as h`, and read it later, as in `add h` or `from h -> …`; or leave the stage out";
                return Err(Diagnostic::new(stage.span, message).hint(hint));
            }
        }
        Ok(())
    }
}
