//! Whether a stage of a net fits what comes in, and what is said where it does not: the stage, both shapes, and the mend.

use super::Refusal;
use super::ellipsis::input_axes;
use super::flow::takes_batch;
use super::net::Linker;
use super::words::{plural, shape_in_words, spelled};
use crate::index::{Body, Definition, Instance, TensorDecl};
use crate::syntax::ast;
use crate::text::{Diagnostic, Span};

impl Linker<'_> {
    /// What arranges entries anew, one after another, arranges all of them, in each example of a batch.
    pub(super) fn keeps_all(
        &self,
        stage: &ast::Stage,
        bound: &Instance,
        shape: &[usize],
        lead: usize,
    ) -> Result<(), Diagnostic> {
        let [Definition { tensor, body: Body::Flat(_, place), .. }] = bound.definitions.as_slice() else {
            return Ok(());
        };
        let own = &bound.tensors[*tensor].shape;
        let (given, taken): (usize, usize) = (shape[lead..].iter().product(), own[lead..].iter().product());
        // one that picks its entries, every second say, means to leave some out
        let step = |axis: usize| own[axis + 1..].iter().product::<usize>() as i64;
        let coefficient = |axis: usize| place.terms.iter().find(|t| t.0 == axis).map_or(0, |t| t.1);
        let in_order = (lead..own.len()).all(|axis| own[axis] == 1 || coefficient(axis) == step(axis));
        if given == taken || !in_order {
            return Ok(());
        }
        let (taken, giver) = (plural(taken, "entry", "entries"), self.giver());
        let message = format!("`{}` arranges {taken}, but {giver} gives {given}", spelled(stage));
        Err(Diagnostic::new(stage.span, message).hint("take sizes whose product is the number of entries"))
    }

    /// The stage's axes against those of what flows in: leading axes are a batch, the same for all stages. `layer` is the layer as its
    /// text has it and with its axes written out, of which the first `lead` are an example's place in a batch. Some options that are not
    /// given would add axes.
    pub(super) fn axes(
        &mut self,
        stage: &ast::Stage,
        (text, layer): (&ast::Layer, &ast::Layer),
        shape: &[usize],
        lead: usize,
        optional: &[&str],
    ) -> Result<(), Diagnostic> {
        let Some((open, named)) = input_axes(layer) else { return Ok(()) };
        let named = named.len();
        if named == 0 && open {
            return Ok(()); // elementwise: any shape will do
        }
        let batch = shape
            .len()
            .checked_sub(named)
            .map(|rest| if takes_batch(text) { (rest == 0, lead) } else { (rest == 0 || open, rest) });
        if let Some((true, batch)) = batch
            && self.batch.is_none_or(|b| b == batch)
        {
            self.batch = Some(batch);
            return Ok(());
        }
        let axes = plural(named - lead, "axis", "axes");
        let known = self.batch.filter(|b| *b > 0);
        let behind =
            known.map_or_else(String::new, |b| format!(" behind the {} of the batch", plural(b, "axis", "axes")));
        let given = match shape.len() {
            0 => shape_in_words(shape),
            n => format!("{} ({})", plural(n, "axis", "axes"), shape_in_words(shape)),
        };
        let own = shape.len().saturating_sub(known.unwrap_or(0));
        let error = |message: String| Diagnostic::new(stage.span, message);
        if own == named - lead && known.is_some() {
            let message = format!("`{}` has no axis for the batch, but {} gives {given}", spelled(stage), self.giver());
            let hint = "leave leading axes open in its text, `input a[..., N]`, or give it an option `batch [N?]`";
            return Err(error(message).hint(hint));
        }
        let message = format!("`{}` takes {axes}{behind}, but {} gives {given}", spelled(stage), self.giver());
        let options = optional.iter().map(|o| format!("`{o}`")).collect::<Vec<_>>().join(" or ");
        Err(error(message).hint(if own > named - lead && !options.is_empty() && known.is_none() {
            format!("give it {options}, which adds an axis")
        } else if own > named - lead {
            "put `flatten` between them".to_string()
        } else {
            "put `reshape` between them, or leave one out".to_string()
        }))
    }

    /// Which stage does not fit which shape.
    fn opening(&self, stage: &ast::Stage, shape: &[usize]) -> String {
        format!("`{}` does not fit {}, what {} gives", spelled(stage), shape_in_words(shape), self.giver())
    }

    /// What a stage says that is not so of the shape that comes in.
    pub(super) fn unlike(&self, stage: &ast::Stage, shape: &[usize], refusal: Refusal) -> Diagnostic {
        match refusal {
            Refusal::Setting { message, hint } => {
                Diagnostic::new(stage.span, format!("{}: {message}", self.opening(stage, shape))).hint(hint)
            }
            Refusal::Text(_) => self.misfit(stage, shape, refusal, false),
        }
    }

    /// Why a stage does not fit what the stage before gives.
    pub(super) fn misfit(&self, stage: &ast::Stage, shape: &[usize], refusal: Refusal, same_text: bool) -> Diagnostic {
        match refusal {
            Refusal::Setting { message, hint } => {
                let plain = |text: String| text.replace("--", "");
                Diagnostic::new(stage.span, plain(message)).hint(plain(hint))
            }
            Refusal::Text(diagnostics) => {
                let first = diagnostics.into_iter().next().expect("a refusal says at least one thing");
                let error = Diagnostic::new(stage.span, format!("{}: {}", self.opening(stage, shape), first.message));
                let error = match first.hint {
                    Some(hint) => error.hint(hint.replace("--", "")),
                    None => error,
                };
                if same_text { error.note(first.span, "here") } else { error }
            }
        }
    }

    /// Further inputs: as many as the layer declares, each of the declared shape.
    pub(super) fn fits(
        &self,
        stage: &ast::Stage,
        bound: &Instance,
        others: &[(usize, Span)],
    ) -> Result<(), Diagnostic> {
        if !bound.tensors.iter().any(|t| t.part.flows_in()) {
            let message = format!("`{}` reads nothing of what comes in", stage.name.text);
            return Err(Diagnostic::new(stage.span, message).hint("declare an input in its text: `input a[N]`"));
        }
        let declared: Vec<&TensorDecl> = bound.tensors.iter().filter(|t| t.part.flows_in()).skip(1).collect();
        if declared.len() != others.len() {
            let wanted = plural(declared.len(), "further input", "further inputs");
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
                let current = &self.tensor(self.current).shape;
                let needs = if wanted.shape == *current {
                    "two of one shape".to_string()
                } else {
                    format!("{} beside it", shape_in_words(&wanted.shape))
                };
                let message = format!(
                    "`{}` needs {needs}, but {} gives {} and {} gives {}",
                    spelled(stage),
                    self.giver(),
                    shape_in_words(current),
                    self.giver_of(*place),
                    shape_in_words(&given.shape)
                );
                return Err(Diagnostic::new(*span, message).hint("let both branches end in layers of equal size"));
            }
        }
        Ok(())
    }
}
