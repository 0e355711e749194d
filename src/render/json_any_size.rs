//! JSON of a layer for every size: definitions and gradients as sums in the layer language's syntax, sizes as expressions.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::derivation::{AnySize, Derivation};
use crate::document::{Section, any_size_code, any_size_condition};
use crate::expr::TensorId;
use crate::formula::{self, Condition, Glossary, written_size};
use crate::index::general::{Program, Range, Size, Term};

/// Writes a layer for every size.
///
/// # Errors
/// Those of the writer.
pub fn json_any_size(
    derivation: &Derivation,
    any: &AnySize,
    glossary: &Glossary,
    sections: &[Section],
    out: &mut dyn Write,
) -> io::Result<()> {
    let program = &any.program;
    let writer = Writer { glossary, writer: formula::AnySize::new(glossary, derivation.ties, program), program };
    let arena = &derivation.system.arena;
    let tensors: Vec<Value> = arena
        .tensors()
        .map(|(id, tensor)| {
            let of = tensor.of.unwrap_or(id).0 as usize;
            let shape =
                program.tensors.get(of).map_or_else(Vec::new, |t| t.shape.iter().map(|s| writer.size(s)).collect());
            json!({ "name": tensor.name, "role": super::json::role(tensor.role), "shape": shape })
        })
        .collect();
    let wants = |section: Section| sections.is_empty() || sections.contains(&section);
    let mut whole = Map::new();
    whole.insert("schema".into(), json!(1));
    whole.insert("layer".into(), json!(derivation.instance.name));
    whole.insert("index_base".into(), json!(glossary.index_base));
    whole.insert("tensors".into(), json!(tensors));
    whole.insert("sizes".into(), writer.sizes(any));
    if wants(Section::Forward) {
        let told = program.definitions.iter().map(|d| writer.index(d.tensor, &d.ranges, &d.body));
        whole.insert("forward".into(), told.collect());
    }
    let of = |t: usize| arena.tensor(TensorId(t as u32));
    let told = any.gradients.iter().filter(|g| wants(Section::of(of(g.tensor).role))).map(|g| {
        let adjoint = program.tensors.len() + g.tensor;
        json!({ "of": of(g.tensor).name, "adjoint": of(adjoint).name, "index": writer.index(adjoint, &g.ranges, &g.bounded) })
    });
    whole.insert("gradients".into(), told.collect());
    let verdict = &derivation.verdict;
    let checks = json!({
        "instances": 1 + any.examples.len(), "failed": 0, "method": verdict.method(), "error_bound": verdict.error_bound(),
    });
    whole.insert("checks".into(), checks);
    serde_json::to_writer_pretty(&mut *out, &Value::Object(whole))?;
    out.write_all(b"\n")
}

struct Writer<'a> {
    glossary: &'a Glossary,
    writer: formula::AnySize<'a>,
    program: &'a Program,
}

impl Writer<'_> {
    fn size(&self, size: &Size) -> String {
        any_size_code(self.glossary, &written_size(size, &[]))
    }

    fn sizes(&self, any: &AnySize) -> Value {
        let ledger = &self.program.ledger;
        let letters: Vec<String> = ledger.least.iter().map(|(letter, _)| letter.to_string()).collect();
        let derived: Map<String, Value> =
            self.program.derived.iter().map(|(letter, size)| (letter.to_string(), json!(self.size(size)))).collect();
        let follows = |size: &Size| self.program.derived.iter().any(|(letter, _)| size.has(letter));
        let mut assumed: Vec<String> =
            ledger.least.iter().map(|(letter, least)| format!("{letter} >= {least}")).collect();
        let conditions = ledger.facts.iter().filter(|f| !follows(f)).map(|fact| self.writer.at_most(fact));
        let divides =
            ledger.divides.iter().map(|(d, n)| Condition::Divides(written_size(d, &[]), written_size(n, &[])));
        assumed.extend(conditions.chain(divides).map(|c| any_size_condition(self.glossary, &c)));
        json!({ "letters": letters, "derived": derived, "assumed": assumed, "instances": 1 + any.examples.len() })
    }

    /// `{"target": "a[m]", "ranges": {"m": "1..H"}, "value": "…"}`
    fn index(&self, tensor: usize, ranges: &[Range], body: &Term) -> Value {
        let equation = self.writer.equation(tensor, ranges, &[body]);
        let shift = Size::integer(self.glossary.source_base - self.glossary.index_base);
        let range = |r: &Range| {
            let bound = |size: &Size| self.size(&size.sub(&shift));
            (r.letter.to_string(), json!(format!("{}..{}", bound(&r.low), bound(&r.high))))
        };
        let target = any_size_code(self.glossary, &equation.left);
        json!({
            "target": target,
            "ranges": ranges.iter().map(range).collect::<Map<String, Value>>(),
            "value": any_size_code(self.glossary, &equation.chain[0]),
        })
    }
}
