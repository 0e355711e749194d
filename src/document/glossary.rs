//! The glossary: how the tensors of one derivation are called in print.

use std::cell::OnceCell;
use std::collections::HashSet;

use super::notation::{Gradients, Notation};
use crate::derivation::Derivation;
use crate::expr::{Arena, ExprId, ExprKind, Role, TensorId};
use crate::formula::{Around, Conventions, Glossary, Level, Marks, Name, Printed};
use crate::operator::TensorOp;

/// Do the numbers of a net's layers stand in brackets? Where there are squares, a raised 2 would be read as one.
pub(super) fn layers_in_brackets(derivation: &Derivation, notation: &Notation) -> bool {
    if derivation.instance.stages.is_empty() || notation.level != Around::Nothing {
        return false;
    }
    let (arena, gradients) = (&derivation.system.arena, &derivation.gradients.list);
    let values = derivation.system.definitions.iter().map(|d| d.values.as_slice());
    // the entries of a tensor are alike, but for those at its ends
    let some = |list: &[ExprId]| [list.first(), list.get(list.len() / 2), list.last()].map(Option::<&ExprId>::copied);
    let entries = values.chain(gradients.iter().map(|g| g.entries.as_slice())).flat_map(some).flatten();
    let partials = gradients.iter().flat_map(|g| g.steps_of(0)).map(|step| step.partial);
    has_powers(arena, entries.chain(partials).collect())
}

/// Is anything raised to a power, or divided by one?
fn has_powers(arena: &Arena, mut left: Vec<ExprId>) -> bool {
    let mut seen = HashSet::new();
    while let Some(id) = left.pop() {
        let kind = arena.kind(id);
        if matches!(kind, ExprKind::Power(_, n) if n.abs() > 1) {
            return true;
        }
        left.extend(kind.children().iter().filter(|&&part| seen.insert(part)));
    }
    false
}

impl Glossary {
    /// The glossary of a derivation.
    pub fn new(derivation: &Derivation, notation: &Notation) -> Glossary {
        let arena = &derivation.system.arena;
        let base = notation.index_base.unwrap_or(derivation.instance.index_base);
        let loss = |of: TensorId| derivation.instance.loss && of == derivation.system.output();
        let usual = Notation::default().loss;
        let around = if layers_in_brackets(derivation, notation) { Around::Round } else { notation.level };
        let marks = Marks { around, ..Marks::default() };
        let label = |of: TensorId| derivation.instance.tensors.get(of.0 as usize).and_then(|t| t.label.as_ref());
        // what a tensor of the layer is called
        let own = |of: TensorId| {
            let level = label(of).and_then(|l| l.number).map_or(Level::None, Level::Number);
            let word = label(of).map_or(arena.tensor(of).name.as_str(), |l| l.letter.as_str());
            let word = if loss(of) && word == usual { notation.loss.as_str() } else { notation.printed(word) };
            Name { level, marks, ..Name::new(word) }
        };
        let entries = arena.tensors().map(|(id, tensor)| {
            let lettered = match tensor.of.and_then(label) {
                Some(of) => of.pre_activation,
                None => tensor.of.is_some_and(|of| arena.tensor(of).role == Role::Output),
            };
            let (name, partial_by) = match tensor.of {
                None => (own(id), None),
                Some(of) if lettered && notation.error_letter => {
                    let word = if label(of).is_some() { &derivation.error } else { &tensor.name };
                    (Name { word: notation.printed(word).to_string(), ..own(of) }, None)
                }
                Some(of) => match notation.gradient {
                    // a net's letters stand in fractions
                    Gradients::Nabla if label(of).is_none() => (Name { nabla: true, ..own(of) }, None),
                    Gradients::Nabla | Gradients::Partial => (Name::new(&tensor.name), Some(of)),
                    Gradients::Prefix => {
                        let marks = Marks { prefix: Some(notation.prefix), ..marks };
                        (Name { marks, ..own(of) }, None)
                    }
                },
            };
            let largest = |&size: &usize| size as i64 - 1 + base > 9;
            Printed {
                name,
                code: tensor.name.clone(),
                shape: tensor.shape.clone(),
                commas: tensor.shape.len() > 1 && (notation.commas || tensor.shape.iter().any(largest)),
                partial_by,
                error: tensor.of.is_some_and(|of| lettered || label(of).is_none()),
                single: !derivation.instance.stages.is_empty() && tensor.len() == 1,
            }
        });
        let is_product = |op: &TensorOp| match op {
            TensorOp::Contract(_) => true,
            TensorOp::Place(p) => p.is_product(),
            TensorOp::Correlate(_)
            | TensorOp::Identity { .. }
            | TensorOp::Sum { .. }
            | TensorOp::Broadcast { .. }
            | TensorOp::Reshape { .. }
            | TensorOp::Hadamard { .. }
            | TensorOp::Upsample { .. }
            | TensorOp::WindowSum { .. }
            | TensorOp::WindowMax { .. }
            | TensorOp::Route(_) => false,
        };
        let products = derivation.recognitions.iter().any(|(_, r)| r.parts.iter().any(is_product));
        let mut entries: Vec<Printed> = entries.collect();
        // beside an array `h`, `h_0` would be one of its entries
        let arrays: Vec<String> = entries.iter().filter(|e| !e.shape.is_empty()).map(|e| e.name.word.clone()).collect();
        for entry in &mut entries {
            let split = entry.name.clone().split();
            if !arrays.contains(&split.word) {
                entry.name = split;
            }
        }
        let mut others: Vec<String> = derivation.witness.activation().map(str::to_string).into_iter().collect();
        for definition in derivation.instance.definitions.iter().chain(&derivation.index_form.definitions) {
            definition.body.calls(&mut |function| others.push(function.to_string()));
        }
        if notation.gradient == Gradients::Prefix {
            let prefix = notation.prefix.to_string();
            others.extend(entries.iter().map(|e| format!("{prefix}{}", e.name.word)));
            others.push(prefix);
        }
        // a loss of an own layer may have a name of its own
        let loss = match entries.get(derivation.system.output().0 as usize) {
            Some(output) if derivation.instance.loss => output.name.spelled(),
            Some(_) | None => notation.loss.clone(),
        };
        Glossary {
            entries,
            others,
            letters: OnceCell::new(),
            index_base: base,
            source_base: derivation.instance.index_base,
            conventions: Conventions {
                sliding: notation.sliding,
                columns: products && !notation.rows,
                rows: products && notation.rows,
                in_net: !derivation.instance.stages.is_empty(),
                bold: notation.bold,
                commas: notation.commas,
                loss,
            },
        }
    }
}
