//! What is known of the axes of what flows through a net: a batch, channels, and the axes that kernels and windows move along.
//!
//! From it a stage takes what its words leave open. Axes that may be missing, such as `N?` and `C?`, are set by the options `batch` and
//! `channels`, and both follow from what comes in: behind `conv 5x5 channels 6`, `pool avg 2x2` knows its channels and its two axes.

use super::ellipsis::input_axes;
use super::packs::{self, optional};
use super::{Refusal, Setting, Settings};
use crate::syntax::ast::{Expr, ExprKind, ItemKind, Layer, Parameter};

/// The option for the axis of a batch.
const BATCH: &str = "batch";
/// The option for the axis of channels.
const CHANNELS: &str = "channels";

/// How many axes of a tensor are what, as far as the stages before tell.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flow {
    /// Leading axes that are a batch.
    pub(super) batch: Option<usize>,
    /// Axes that kernels and windows move along, behind batch and channels.
    pub(super) space: Option<usize>,
}

/// The parameter of this option, if it adds an axis to the layer's first input.
fn adding<'a>(layer: &'a Layer, option: &str) -> Option<&'a Parameter> {
    let (_, shape) = input_axes(layer)?;
    let missing = |e: &Expr| {
        let ExprKind::Perhaps(inner) = &e.kind else { return None };
        if let ExprKind::Name(name) = &inner.kind { Some(name.clone()) } else { None }
    };
    let missing: Vec<String> = shape.iter().filter_map(missing).collect();
    let adds = |p: &&Parameter| {
        packs::bound(p).iter().filter_map(|n| optional(&n.text)).any(|n| missing.iter().any(|m| m == n))
    };
    layer.parameters.iter().filter(|p| p.option.text == option).find(adds)
}

/// Has the layer an option for a batch? Then its other axes are those of one example.
pub(super) fn takes_batch(layer: &Layer) -> bool {
    adding(layer, BATCH).is_some()
}

/// The axes that the layer's first input has whatever is set, and whether it has one for each axis that it works along.
fn always(layer: &Layer) -> (usize, bool) {
    let shape = input_axes(layer).map_or(&[][..], |(_, shape)| shape);
    let kind = |e: &Expr| (matches!(e.kind, ExprKind::Each(_)), matches!(e.kind, ExprKind::Perhaps(_)));
    let fixed = shape.iter().filter(|e| kind(e) == (false, false)).count();
    (fixed, shape.iter().any(|e| kind(e).0))
}

/// `3 channels`.
fn counted(count: usize) -> String {
    super::words::plural(count, "channel", "channels")
}

impl Flow {
    /// Sets what the words of a stage leave open of batch and channels, as it follows from the shape of what comes in.
    ///
    /// # Errors
    /// [`Refusal::Setting`] where the channels that a stage speaks of are not those that come in, or it does not say how many it gives.
    pub(super) fn complete(self, layer: &Layer, settings: &mut Settings, shape: &[usize]) -> Result<(), Refusal> {
        let axis = |size: usize| Setting::Axes(vec![size as i64]);
        let mut batched = settings.options.contains_key(BATCH);
        if adding(layer, BATCH).is_some() && !batched && self.batch == Some(1) && !shape.is_empty() {
            settings.options.insert(BATCH.to_string(), axis(shape[0]));
            batched = true;
        }
        let Some(channels) = adding(layer, CHANNELS) else { return Ok(()) };
        let given = settings.options.get(CHANNELS).cloned();
        let (fixed, along) = always(layer);
        let Some(behind) = shape.len().checked_sub(usize::from(batched) + fixed) else { return Ok(()) };
        let space = match packs::said(layer, settings)? {
            _ if !along => Some(0),
            Some((_, count)) => Some(count),
            // who names channels without saying how many axes there are means that one of them is theirs
            None => self.space.or(given.as_ref().map(|_| behind.saturating_sub(1).max(1))),
        };
        let Some(rest) = space.and_then(|space| behind.checked_sub(space)) else { return Ok(()) };
        if rest == 2 && !batched && self.batch.is_none() && adding(layer, BATCH).is_some() {
            settings.options.insert(BATCH.to_string(), axis(shape[0]));
            batched = true;
        } else if rest > 1 {
            return Ok(()); // too many axes, which is told of them all
        }
        let count = (rest > 0).then(|| shape[usize::from(batched)]);
        let both = packs::bound(channels).len() > 1;
        let setting = match (count, &given) {
            (Some(count), None) if both => {
                let message = format!("it reads {} and does not say how many it gives", counted(count));
                return Err(Refusal::setting(
                    message,
                    "write the number of its own behind `channels`, as in `channels 6`",
                ));
            }
            (Some(count), None) => Setting::Axes(vec![count as i64]),
            (Some(count), Some(Setting::Axes(values))) if both && values.len() == 1 => {
                Setting::Axes(vec![count as i64, values[0]])
            }
            (Some(count), Some(Setting::Axes(values))) if values[0] != count as i64 => {
                let message = format!("`channels` says {} where {count} come in", values[0]);
                let mend = match values.get(1) {
                    Some(gives) => format!("`channels {gives}` is enough: how many come in is known"),
                    None => "leave `channels` out: how many come in is known".to_string(),
                };
                return Err(Refusal::setting(message, mend));
            }
            (None, Some(Setting::Axes(values))) if !both || values.len() > 1 => {
                let mend = match values.get(1) {
                    Some(gives) => {
                        format!("write `channels {gives}`, or give the input an axis of channels before the others")
                    }
                    None => "leave `channels` out, or give the input an axis of channels before the others".to_string(),
                };
                return Err(Refusal::setting("what comes in has no axis of channels", mend));
            }
            (Some(_) | None, _) => return Ok(()),
        };
        settings.options.insert(CHANNELS.to_string(), setting);
        Ok(())
    }

    /// Leading axes that are a batch, for a layer with these settings.
    pub(super) fn leading(layer: &Layer, settings: &Settings) -> usize {
        usize::from(adding(layer, BATCH).is_some() && settings.options.contains_key(BATCH))
    }

    /// How many axes kernels and windows can move along in what a layer gives, for an input of so many axes.
    pub(super) fn space_behind(self, layer: &Layer, settings: &Settings, rank: usize) -> Option<usize> {
        let output = layer.items.iter().rev().find_map(|item| match &item.kind {
            ItemKind::Definition(d) => Some(d),
            ItemKind::Declaration(_) | ItemKind::Local(_) | ItemKind::Assumption(_) | ItemKind::Requirement(..) => None,
        })?;
        if input_axes(layer).is_some_and(|(open, named)| open && named.is_empty()) {
            return self.space; // entry by entry
        }
        let goes_on = output.variables.iter().any(|v| packs::pack(&v.name.text).is_some());
        if !goes_on || adding(layer, CHANNELS).is_none() {
            return self.space.filter(|_| goes_on);
        }
        let channels = match settings.options.get(CHANNELS) {
            // the first number is for the axis that comes in
            Some(Setting::Axes(values)) => usize::from(values.len() == packs::bound(adding(layer, CHANNELS)?).len()),
            Some(_) => 1,
            None => 0,
        };
        rank.checked_sub(Flow::leading(layer, settings) + channels + always(layer).0)
    }
}
