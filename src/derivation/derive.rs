//! A layer derived: expanded, differentiated, recognised and checked, one stage after another.

use std::fmt;

use itertools::Itertools;

use super::places::Places;
use super::slides::Slides;
use super::{alternatives, slides};
use crate::differentiate::{Gradient, Gradients, differentiate};
use crate::expand::{ExpandError, estimate, expand};
use crate::expr::{Excess, MOST_BITS, System, TensorId, Ties};
use crate::index::gradients_in_index_form;
use crate::index::{Instance, Label, TensorDecl};
use crate::operator::TensorOp;
use crate::recognise::{Obstacle, Recognition, recognise};
use crate::verify::{Claims, Verdict, Witness, verify};

/// The most reads that a gradient in index form may take to check; a formula that is not checked is not shown.
const INDEX_FORM_LIMIT: u128 = 4_000_000;
/// The most reads for which the other kind of bias is derived too, for comparison.
const COMPARISON_LIMIT: u128 = 20_000;

/// The largest exponent of a derivative: some thousand times the largest of an equation, for powers that meet in the chain rule.
const HIGHEST_EXPONENT: u32 = 900_000;

/// What to derive with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The name of ∂C/∂(output).
    pub upstream: String,
    /// The convention for ties of a maximum.
    pub ties: Ties,
    /// Memory that the derivation may take, in bytes.
    pub memory: u128,
    /// Derive also what surrounds the layer: the activation below its input, the other kind of bias.
    pub surroundings: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { upstream: "delta".to_string(), ties: Ties::First, memory: 4 << 30, surroundings: true }
    }
}

/// What a derivation is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Writing the layer out as scalar equations.
    Expanding,
    /// Walking the chain rule back.
    Differentiating,
    /// Looking for tensor operators.
    Recognising,
    /// Evaluating both sides of every equation.
    Checking,
    /// Deriving what surrounds the layer.
    Surroundings,
}

/// Why there is no derivation.
#[derive(Debug)]
pub enum Failure {
    /// It would not fit in memory.
    TooLarge {
        /// Estimated need in bytes.
        needed: u128,
        /// What there is.
        available: u128,
    },
    /// An equation has no value.
    Expand(ExpandError),
    /// Two tensors would share a name.
    NameTaken(String),
    /// A derivative has an exponent or a number that is too large.
    Excess(Excess),
    /// The source has no value at any of the points that were tried, so that nothing can be checked.
    NoValue {
        /// The first tensor that has none.
        tensor: String,
    },
    /// A check failed: a bug in this program.
    Refuted(Verdict),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::TooLarge { needed, available } => {
                let gib = |bytes: &u128| *bytes as f64 / f64::from(1 << 30);
                write!(
                    f,
                    "this would take about {:.1} GiB of memory, and {:.1} GiB may be used",
                    gib(needed),
                    gib(available)
                )
            }
            Failure::Expand(error) => error.fmt(f),
            Failure::NameTaken(name) => write!(f, "two tensors would be called `{name}`"),
            Failure::Excess(Excess::Exponent) => write!(f, "a derivative has an exponent that is too large"),
            Failure::Excess(Excess::Number) => write!(f, "a derivative has a number of more than {MOST_BITS} bits"),
            Failure::NoValue { tensor } => write!(f, "`{tensor}` has no value anywhere that was tried"),
            Failure::Refuted(verdict) => write!(f, "an equation failed its check: {}", verdict.failures.join("; ")),
        }
    }
}

impl std::error::Error for Failure {}

impl Failure {
    /// The tensor whose definition is at fault.
    pub fn defining(&self) -> Option<&str> {
        if let Failure::Expand(ExpandError::DivisionByZero { tensor } | ExpandError::TooLarge { tensor, .. })
        | Failure::NoValue { tensor } = self
        {
            Some(tensor)
        } else {
            None
        }
    }
}

/// A layer's equations, gradients, steps, operators, and the verdict on them all.
#[derive(Debug)]
pub struct Derivation {
    /// What the error is called: `delta`.
    pub error: String,
    /// The layer at its sizes.
    pub instance: Instance,
    /// Its equations.
    pub system: System,
    /// Its gradients, with their steps.
    pub gradients: Gradients,
    /// The gradients in index form, where there is one that was checked.
    pub index_form: Instance,
    /// Recognised operators, by what they give: a defined tensor, or the adjoint of a tensor.
    pub recognitions: Vec<(TensorId, Recognition)>,
    /// Why there is none, for the adjoints that are no operator.
    pub obstacles: Vec<(TensorId, Obstacle)>,
    /// The convention for ties of a maximum.
    pub ties: Ties,
    /// Operators recognised under the layer's assumptions.
    pub assuming: Vec<(TensorId, Recognition)>,
    /// The adjoints that are only a link of the chain, in a net: of what a single elementwise function makes of a tensor, whose
    /// error is told through them. Sorted.
    pub passed_through: Vec<TensorId>,
    /// What was checked.
    pub verdict: Verdict,
    /// The points at which what is displayed is evaluated.
    pub witness: Witness,
    /// The activation whose output the first input is taken to be: `a = σ(z)` element by element.
    pub below: Option<Box<Derivation>>,
    /// The same layer with the other kind of bias.
    pub other_bias: Option<Box<Derivation>>,
    places: Places,
}

impl Derivation {
    /// The operator recognised for a defined tensor or an adjoint.
    pub fn recognition(&self, target: TensorId) -> Option<&Recognition> {
        Some(&self.recognitions[self.places.recognition.of(target)?].1)
    }

    /// The operators that give an adjoint which is only a link of the chain: they are shown in its place.
    pub fn inside(&self, tensor: TensorId) -> Option<&[TensorOp]> {
        let link = self.passed_through.binary_search(&tensor).is_ok();
        link.then(|| self.recognition(tensor).map(|r| r.parts.as_slice())).flatten()
    }

    /// Why no operator was recognised for an adjoint.
    pub fn obstacle(&self, target: TensorId) -> Option<Obstacle> {
        Some(self.obstacles[self.places.obstacle.of(target)?].1)
    }

    /// Along how many of the last axes the equations slide that give one of two tensors and read the other, by their text; 0 where
    /// none does.
    pub fn sliding_axes(&self, tensors: [TensorId; 2]) -> usize {
        let [x, y] = tensors.map(|t| t.0 as usize);
        let joins = |d: &&crate::index::Definition| {
            let mut found = false;
            d.body.reads(&mut |read| found |= (d.tensor, read) == (x, y) || (d.tensor, read) == (y, x));
            found
        };
        let definitions = self.instance.definitions.iter().filter(joins);
        definitions.map(|d| slides::of(&self.instance, d).axes).max().unwrap_or(0)
    }

    /// The gradient with respect to a tensor; `None` for the output.
    pub fn gradient(&self, of: TensorId) -> Option<&Gradient> {
        Some(&self.gradients.list[self.places.gradient.of(of)?])
    }

    /// The adjoint of a tensor.
    pub fn adjoint(&self, of: TensorId) -> TensorId {
        self.gradient(of).map_or(self.gradients.upstream, |g| g.adjoint)
    }

    /// The gradient that the error of a tensor is told through: that of the one tensor it goes into, entry by entry.
    pub fn link(&self, gradient: &Gradient) -> Option<&Gradient> {
        let first = gradient.steps.first()?.definition;
        let elementwise = (0..gradient.entries.len()).all(|offset| {
            matches!(gradient.steps_of(offset), [step] if step.definition == first && step.through as usize == offset)
        });
        let through = self.system.definitions[first as usize].tensor;
        let shape = |t: TensorId| &self.instance.tensors[t.0 as usize].shape;
        // the error of a layer is told through its activation; an error itself has a section of its own
        let is_error =
            |t: TensorId| self.instance.tensors[t.0 as usize].label.as_ref().is_some_and(|l| l.pre_activation);
        let told = gradient.simplified.is_none() && is_error(gradient.of) && !is_error(through);
        (elementwise && shape(through) == shape(gradient.of) && told).then(|| self.gradient(through)).flatten()
    }

    /// The gradient with this adjoint.
    pub fn gradient_with(&self, adjoint: TensorId) -> Option<&Gradient> {
        Some(&self.gradients.list[self.places.adjoint.of(adjoint)?])
    }

    /// An adjoint in index form, if there is one that was checked.
    pub fn indexed(&self, adjoint: TensorId) -> Option<&crate::index::Definition> {
        Some(&self.index_form.definitions[self.places.indexed.of(adjoint)?])
    }

    /// All equations checked, those of the surroundings included.
    pub fn equations_checked(&self) -> usize {
        let around = [&self.below, &self.other_bias];
        self.verdict.equations() + around.into_iter().flatten().map(|d| d.verdict.equations()).sum::<usize>()
    }
}

/// Derives a layer: expands, differentiates, recognises and verifies.
///
/// # Errors
/// [`Failure::TooLarge`] before anything is expanded; [`Failure::Refuted`] if a check failed, which is a bug.
pub fn derive(instance: Instance, options: &Options) -> Result<Derivation, Failure> {
    derive_watched(instance, options, &|_| {})
}

/// The same, and tells what it begins with: for somebody who waits.
///
/// # Errors
/// Those of [`derive`].
pub fn derive_watched(instance: Instance, options: &Options, begun: &dyn Fn(Stage)) -> Result<Derivation, Failure> {
    let needed = estimate(&instance);
    // ids are 32 bits wide, whatever the memory
    let available = options.memory.min(u128::from(u32::MAX) * 32);
    if needed > available {
        return Err(Failure::TooLarge { needed, available });
    }
    let adjoint_names: Vec<String> = adjoint_names(&instance, &options.upstream);
    if let Some(name) = adjoint_names.iter().find(|n| instance.tensors.iter().any(|t| &t.name == *n)) {
        return Err(Failure::NameTaken(name.clone()));
    }
    begun(Stage::Expanding);
    let mut system = expand(&instance).map_err(Failure::Expand)?;
    begun(Stage::Differentiating);
    let gradients = differentiate(&mut system, &adjoint_names, options.ties);
    let mut index_form = gradients_in_index_form(&instance, &adjoint_names);
    index_form.definitions.retain(|d| d.expanded_reads() <= INDEX_FORM_LIMIT);
    begun(Stage::Recognising);
    let slides = Slides::new(&instance);
    let (recognitions, obstacles) = recognise_all(&slides, &mut system, &gradients);
    let assuming = recognise_assuming(&slides, &mut system, &gradients);
    if let Some(excess) = system.arena.excess(HIGHEST_EXPONENT) {
        return Err(Failure::Excess(excess));
    }
    system.arena.close();
    let under = alternatives::activation_below(&instance, &adjoint_names).filter(|_| options.surroundings);
    let claims = Claims {
        instance: &instance,
        system: &system,
        gradients: &gradients,
        index_form: &index_form,
        recognitions: &recognitions,
        assuming: &assuming,
        ties: options.ties,
        activation: under.as_ref().map(|_| alternatives::ACTIVATION),
    };
    begun(Stage::Checking);
    let (verdict, witness) = verify(claims);
    let verdict = passed(verdict)?;
    let (mut below, mut other_bias) = (None, None);
    if options.surroundings {
        begun(Stage::Surroundings);
        let inner = Options { surroundings: false, ..options.clone() };
        below = under.map(|(layer, upstream)| derive(layer, &Options { upstream, ..inner.clone() }));
        let small =
            instance.definitions.iter().map(crate::index::Definition::expanded_reads).sum::<u128>() <= COMPARISON_LIMIT;
        other_bias = alternatives::other_bias(&instance).filter(|_| small).map(|layer| derive(layer, &inner));
    }
    let (below, other_bias) = (below.transpose()?.map(Box::new), other_bias.transpose()?.map(Box::new));
    let places = Places::new(&recognitions, &obstacles, &gradients, &index_form);
    let mut derivation = Derivation {
        error: options.upstream.clone(),
        instance,
        system,
        gradients,
        index_form,
        recognitions,
        obstacles,
        assuming,
        ties: options.ties,
        passed_through: Vec::new(),
        verdict,
        witness,
        below,
        other_bias,
        places,
    };
    if !derivation.instance.stages.is_empty() {
        let links = derivation.gradients.list.iter().filter_map(|gradient| derivation.link(gradient));
        derivation.passed_through = links.map(|link| link.adjoint).sorted().collect();
    }
    Ok(derivation)
}

/// Nothing goes further with an equation that failed.
fn passed(verdict: Verdict) -> Result<Verdict, Failure> {
    match &verdict.without_value {
        _ if !verdict.failures.is_empty() => Err(Failure::Refuted(verdict)),
        Some(tensor) => Err(Failure::NoValue { tensor: tensor.clone() }),
        None => Ok(verdict),
    }
}

/// The names of the adjoints. In a net the error of layer 2 is `delta2`, and any other adjoint is called after its tensor.
fn adjoint_names(instance: &Instance, upstream: &str) -> Vec<String> {
    let output = instance.output();
    let name = |(place, tensor): (usize, &TensorDecl)| match &tensor.label {
        Some(Label { number: Some(number), pre_activation: true, .. }) => format!("{upstream}{number}"),
        None if place == output => upstream.to_string(),
        Some(_) | None => format!("grad_{}", tensor.name),
    };
    instance.tensors.iter().enumerate().map(name).collect()
}

/// Looks for an operator behind every definition and every gradient. Where a product is also a correlation, the layer's own text
/// decides how it is read.
fn recognise_all(slides: &Slides, system: &mut System, gradients: &Gradients) -> Recognitions {
    let System { arena, definitions, .. } = system;
    let (mut found, mut obstacles) = (Vec::new(), Vec::new());
    for (definition, &slide) in definitions.iter().zip(&slides.own) {
        let recognition = recognise(arena, definition.tensor, &definition.values, slides::favourite(slide));
        found.extend(recognition.ok().map(|r| (definition.tensor, r)));
    }
    for gradient in &gradients.list {
        let favourite = slides.of(gradient);
        // the shorter form first: what it is recognised as says more
        let shorter = gradient
            .simplified
            .as_ref()
            .and_then(|entries| recognise(arena, gradient.adjoint, entries, favourite).ok());
        match shorter.map_or_else(|| recognise(arena, gradient.adjoint, &gradient.entries, favourite), Ok) {
            Ok(recognition) => found.push((gradient.adjoint, recognition)),
            Err(obstacle) => obstacles.push((gradient.adjoint, obstacle)),
        }
    }
    (found, obstacles)
}

/// By tensor: what was recognised, and for the other adjoints why nothing was.
type Recognitions = (Vec<(TensorId, Recognition)>, Vec<(TensorId, Obstacle)>);

/// The same for gradients that are shorter under an assumption.
fn recognise_assuming(slides: &Slides, system: &mut System, gradients: &Gradients) -> Vec<(TensorId, Recognition)> {
    let assuming = gradients.list.iter().filter_map(|g| Some((g, g.assuming.as_ref()?)));
    let found = assuming.filter_map(|(g, entries)| {
        Some((g.adjoint, recognise(&mut system.arena, g.adjoint, entries, slides.of(g)).ok()?))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failed_check_is_enough_to_say_nothing() {
        let sound = Verdict { forward: 9, points: 2, ..Verdict::default() };
        assert_eq!(passed(sound.clone()).expect("nothing failed"), sound);
        let refuted = Verdict { failures: vec!["equation 0 of `z`".to_string()], ..sound };
        assert!(matches!(passed(refuted.clone()), Err(Failure::Refuted(v)) if v.failures.len() == 1));
        // a check that failed is a bug, whatever else could not be checked
        let both = Verdict { without_value: Some("z".to_string()), ..refuted };
        assert!(matches!(passed(both.clone()), Err(Failure::Refuted(_))));
        let nowhere = Verdict { failures: Vec::new(), ..both };
        assert!(matches!(passed(nowhere), Err(Failure::NoValue { tensor }) if tensor == "z"));
    }
}
