//! JSON: the contract that other programs read. Keys and their meaning are fixed; expressions are code.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::derivation::{self, Derivation, Values};
use crate::document::{Entries, Section, code, operator_text, whole_code};
use crate::expr::{ExprId, Number, Role, Tensor, TensorId};
use crate::formula::{Glossary, channels_text};
use crate::index::Affine;
use crate::operator::{Contraction, Operand, TensorOp};
use crate::recognise::Recognition;

/// What of a derivation is written.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Sections; empty for all.
    pub sections: Vec<Section>,
    /// How many entries of a tensor; all unless something else is asked for.
    pub entries: Entries,
}

/// Writes a derivation, entry by entry: it is never in memory as a whole.
///
/// # Errors
/// Those of the writer.
pub fn json(
    derivation: &Derivation,
    glossary: &Glossary,
    values: Option<&Values>,
    shown: &Shown,
    out: &mut dyn Write,
) -> io::Result<()> {
    let writer = Writer { derivation, glossary, shown };
    let arena = &derivation.system.arena;
    write!(out, "{{\n  \"schema\": 1,\n  \"layer\": {},\n", Value::from(derivation.instance.name.as_str()))?;
    write!(out, "  \"index_base\": {},\n  \"tensors\": [\n", glossary.index_base)?;
    let listed: Vec<(TensorId, &Tensor)> = arena.tensors().filter(|(id, t)| writer.is_listed(*id, t)).collect();
    for (place, (id, tensor)) in listed.iter().enumerate() {
        let of = tensor.of.unwrap_or(*id);
        let label = derivation.instance.tensors.get(of.0 as usize).and_then(|t| t.label.as_ref());
        let mut entry = json!({ "name": tensor.name, "role": role(tensor.role), "shape": tensor.shape });
        if let Some(number) = label.and_then(|l| l.number) {
            entry["layer"] = json!(number);
        }
        writeln!(out, "    {entry}{}", if place + 1 < listed.len() { "," } else { "" })?;
    }
    out.write_all(b"  ],\n")?;
    writer.stages(out)?;
    writer.assumptions(out)?;
    if writer.wants(Section::Forward) {
        out.write_all(b"  \"forward\": [")?;
        let mut comma = "";
        for definition in &derivation.system.definitions {
            comma = writer.entries(definition.tensor, &definition.values, comma, "    ", out)?;
        }
        out.write_all(b"\n  ],\n")?;
    }
    out.write_all(b"  \"gradients\": [")?;
    let mut comma = "";
    for gradient in &derivation.gradients.list {
        let tensor = arena.tensor(gradient.of);
        if !writer.wants(Section::of(tensor.role)) {
            continue;
        }
        let adjoint = arena.tensor(gradient.adjoint).name.as_str();
        write!(
            out,
            "{comma}\n    {{ \"of\": {}, \"adjoint\": {},\n      \"entries\": [",
            Value::from(tensor.name.as_str()),
            Value::from(adjoint)
        )?;
        writer.entries(gradient.of, gradient.shortest(), "", "        ", out)?;
        let operators = |list: &[(TensorId, Recognition)]| -> Value {
            list.iter().filter(|(t, _)| *t == gradient.adjoint).map(|(t, r)| writer.recognition(*t, r)).collect()
        };
        write!(out, "\n      ],\n      \"recognised\": {}", operators(&derivation.recognitions))?;
        if let Some(entries) = &gradient.assuming {
            out.write_all(b",\n      \"assuming\": { \"entries\": [")?;
            writer.entries(gradient.of, entries, "", "        ", out)?;
            write!(out, "\n      ],\n      \"recognised\": {} }}", operators(&derivation.assuming))?;
        }
        out.write_all(b" }")?;
        comma = ",";
    }
    out.write_all(b"\n  ],\n")?;
    let verdict = &derivation.verdict;
    let checks = json!({
        "equations": derivation.equations_checked(),
        "failed": verdict.failures.len(),
        "method": verdict.method(),
        "error_bound": verdict.error_bound(),
    });
    write!(out, "  \"checks\": {checks}")?;
    if let Some(values) = values {
        write!(out, ",\n  \"values\": {}", writer.values(values))?;
    }
    out.write_all(b"\n}\n")?;
    out.flush()
}

struct Writer<'a> {
    derivation: &'a Derivation,
    glossary: &'a Glossary,
    shown: &'a Shown,
}

impl Writer<'_> {
    fn wants(&self, part: Section) -> bool {
        self.shown.sections.is_empty() || self.shown.sections.contains(&part)
    }

    /// The stages of a net.
    fn stages(&self, out: &mut dyn Write) -> io::Result<()> {
        let instance = &self.derivation.instance;
        if instance.stages.is_empty() {
            return Ok(());
        }
        out.write_all(b"  \"stages\": [\n")?;
        for (place, stage) in instance.stages.iter().enumerate() {
            let name = |t: &usize| instance.tensors[*t].name.as_str();
            let inputs: Vec<&str> = stage.inputs.iter().map(name).collect();
            let entry =
                json!({ "stage": stage.text, "layer": stage.number, "inputs": inputs, "output": name(&stage.output) });
            writeln!(out, "    {entry}{}", if place + 1 < instance.stages.len() { "," } else { "" })?;
        }
        out.write_all(b"  ],\n")
    }

    /// What was assumed, as conditions of the layer language.
    fn assumptions(&self, out: &mut dyn Write) -> io::Result<()> {
        let system = &self.derivation.system;
        let conditions = system.assumptions.iter().map(|relation| {
            let mut text = String::new();
            for (place, &symbol) in relation.symbols.iter().enumerate() {
                text.push_str(if place > 0 { " + " } else { "" });
                code(&system.arena, self.glossary, symbol, &mut text);
            }
            format!("{text} == {}", relation.value)
        });
        let conditions: Vec<String> = conditions.collect();
        if conditions.is_empty() { Ok(()) } else { writeln!(out, "  \"assumptions\": {},", json!(conditions)) }
    }

    /// The layer's tensors, the upstream gradient, and the adjoints that entries are written in.
    fn is_listed(&self, id: TensorId, tensor: &Tensor) -> bool {
        let arena = &self.derivation.system.arena;
        match tensor.of {
            None => true,
            Some(_) if self.derivation.system.loss && id == self.derivation.gradients.upstream => false,
            Some(of) => id == self.derivation.gradients.upstream || arena.tensor(of).role == Role::Intermediate,
        }
    }

    fn entries(
        &self,
        target: TensorId,
        entries: &[ExprId],
        comma: &'static str,
        indent: &str,
        out: &mut dyn Write,
    ) -> io::Result<&'static str> {
        let arena = &self.derivation.system.arena;
        let mut comma = comma;
        let mut line = String::new();
        let count = match self.shown.entries {
            Entries::All => entries.len(),
            Entries::Few => entries.len().min(4),
            Entries::None => 0,
        };
        for (offset, &entry) in entries[..count].iter().enumerate() {
            line.clear();
            line.push_str(comma);
            line.push('\n');
            line.push_str(indent);
            line.push_str("{\"target\":[\"");
            line.push_str(self.glossary.code(target));
            line.push('"');
            for i in self.glossary.indices(target, offset as u32) {
                line.push(',');
                line.push_str(&i.to_string());
            }
            line.push_str("],\"value\":\"");
            // names and operators need no escape in JSON
            code(arena, self.glossary, entry, &mut line);
            line.push_str("\"}");
            out.write_all(line.as_bytes())?;
            comma = ",";
        }
        Ok(comma)
    }

    /// One operator that gives the whole gradient; a sum of several is an operator too.
    fn recognition(&self, target: TensorId, recognition: &Recognition) -> Value {
        match recognition.parts.as_slice() {
            [op] => self.operator(target, op),
            parts => {
                json!({ "operator": "add", "operands": parts.iter().map(|p| self.operator(target, p)).collect::<Vec<_>>() })
            }
        }
    }

    fn operator(&self, target: TensorId, op: &TensorOp) -> Value {
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| {
            map.insert(key.to_string(), value);
        };
        let operand = |o: &Operand| self.operand(*o);
        // D is no tensor: what it counts is said beside it
        let divided = |o: &Operand, count: bool| if count { format!("{}/D", operand(o)) } else { operand(o) };
        let (name, operands) = match op {
            TensorOp::Correlate(c) => ("correlate", vec![operand(&c.x), operand(&c.y)]),
            TensorOp::Identity { of, .. } => ("identity", vec![operand(of)]),
            TensorOp::Sum { of, .. } => ("sum", vec![operand(of)]),
            TensorOp::Broadcast { of, .. } => ("broadcast", vec![operand(of)]),
            TensorOp::Reshape { of, .. } => ("reshape", vec![operand(of)]),
            TensorOp::Hadamard { factors, .. } => ("hadamard", factors.iter().map(operand).collect()),
            TensorOp::Contract(c) => ("contract", c.operands.iter().map(operand).collect()),
            TensorOp::Place(p) => ("place", p.operands.iter().map(operand).collect()),
            TensorOp::Upsample { of, count, .. } => ("upsample", vec![divided(of, count.is_some())]),
            TensorOp::WindowSum { of, count: None, .. } => ("window_sum", vec![operand(of)]),
            TensorOp::WindowSum { of, .. } => ("window_mean", vec![operand(of)]),
            TensorOp::WindowMax { of, .. } => ("window_max", vec![operand(of)]),
            TensorOp::Route(r) => ("route", [r.x, r.through].map(|t| self.glossary.code(t).to_string()).to_vec()),
        };
        put("operator", json!(name));
        put("operands", json!(operands));
        if let TensorOp::Upsample { count: Some(around), .. } = op {
            put("count_within", json!(around));
        }
        let window = match op {
            TensorOp::Upsample { window, .. }
            | TensorOp::WindowSum { window, .. }
            | TensorOp::WindowMax { window, .. } => Some(window),
            TensorOp::Route(r) => Some(&r.window),
            TensorOp::Correlate(c) => {
                put("rot180", json!(c.rot180));
                put("stride", c.axes.iter().map(|a| a.stride).collect());
                put("lhs_dilation", c.axes.iter().map(|a| a.lhs_dilation).collect());
                put("rhs_dilation", c.axes.iter().map(|a| a.rhs_dilation).collect());
                put("padding", c.axes.iter().map(|a| json!([a.low, a.high])).collect());
                let (groups, leading) =
                    channels_text(&self.derivation.system.arena, &self.derivation.instance, self.glossary, c);
                put("groups", json!(groups));
                leading.iter().for_each(|leading| put("leading", json!(leading)));
                None
            }
            TensorOp::Sum { axes, .. } | TensorOp::Broadcast { axes, .. } => {
                put("axes", json!(axes));
                None
            }
            TensorOp::Contract(c) => {
                put("einsum", json!(c.einsum()));
                let axes = c.repeated();
                if !axes.is_empty() {
                    put("axes", json!(axes));
                }
                None
            }
            TensorOp::Place(p) => {
                put("reads", p.reads.iter().map(|indices| indices.iter().map(affine).collect::<Value>()).collect());
                put("into", p.into.iter().map(affine).collect());
                let sizes =
                    p.counts.iter().enumerate().map(|(l, n)| (Contraction::letter(l as u8).to_string(), json!(n)));
                put("sizes", Value::Object(sizes.collect()));
                None
            }
            TensorOp::Identity { .. } | TensorOp::Reshape { .. } | TensorOp::Hadamard { .. } => None,
        };
        if let Some(w) = window {
            put("window", json!(w.size));
            put("stride", json!(w.stride));
            if !w.is_plain() {
                put("dilation", json!(w.dilation));
                put("padding", json!(w.padding));
            }
        }
        if let TensorOp::WindowSum { count: Some(around), .. } = op {
            put("count_within", json!(around));
        }
        if let TensorOp::Route(r) = op {
            put("ties", json!(r.ties.word()));
        }
        if let Some(scale) = op.scale()
            && (!scale.is_one() || matches!(op, TensorOp::Upsample { .. } | TensorOp::WindowSum { .. }))
        {
            put("scale", json!(scale.to_string()));
        }
        let math = operator_text(self.derivation, self.glossary, op, target);
        put("latex", json!(super::latex::formula(&math, self.glossary)));
        put("text", json!(super::text::formula(&math, self.glossary)));
        Value::Object(map)
    }

    /// A tensor's name, or an expression of whole tensors, read element by element.
    fn operand(&self, operand: Operand) -> String {
        match operand {
            Operand::Plain(t) => self.glossary.code(t).to_string(),
            Operand::Each(template, _) => {
                let mut text = String::new();
                whole_code(&self.derivation.system.arena, self.glossary, template, &mut text);
                text
            }
        }
    }

    fn values(&self, values: &Values) -> Value {
        let arena = &self.derivation.system.arena;
        let mut map = Map::new();
        let gradients = self.derivation.gradients.list.iter();
        let given = arena.tensors().filter(|(_, t)| t.of.is_none()).map(|(id, _)| id);
        let upstream = (!self.derivation.system.loss).then_some(self.derivation.gradients.upstream);
        let adjoints = upstream.into_iter().chain(gradients.map(|g| g.adjoint));
        for id in given.chain(adjoints) {
            if let Some(elements) = values.of.get(&id) {
                map.insert(arena.tensor(id).name.clone(), nested(&arena.tensor(id).shape, elements));
            }
        }
        Value::Object(map)
    }
}

/// `2*i+j-1`, counted from 0.
fn affine(f: &Affine) -> Value {
    let mut text = String::new();
    for (letter, c) in &f.terms {
        let sign = if *c < 0 { "-" } else { "+" };
        text.push_str(if text.is_empty() && *c > 0 { "" } else { sign });
        if c.abs() != 1 {
            text.push_str(&format!("{}*", c.abs()));
        }
        text.push(Contraction::letter(*letter as u8));
    }
    if f.constant != 0 || text.is_empty() {
        text.push_str(&if text.is_empty() { f.constant.to_string() } else { format!("{:+}", f.constant) });
    }
    Value::from(text)
}

/// Exact numbers are strings: integers or `p/q`.
fn number(n: &Number) -> Value {
    Value::from(n.to_string())
}

/// A number of a worked example: approximate ones are JSON numbers.
fn worked(value: &derivation::Value) -> Value {
    match value {
        derivation::Value::Exact(n) => number(n),
        derivation::Value::Approximate(x) => json!(x),
    }
}

fn nested(shape: &[usize], elements: &[derivation::Value]) -> Value {
    match shape {
        [] => worked(&elements[0]),
        [_] => elements.iter().map(worked).collect(),
        [first, rest @ ..] => elements.chunks(elements.len() / first).map(|part| nested(rest, part)).collect(),
    }
}

pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Input => "input",
        Role::Data => "data",
        Role::Weight => "weight",
        Role::Bias => "bias",
        Role::Intermediate => "intermediate",
        Role::Output => "output",
        Role::Target => "target",
        Role::Adjoint => "adjoint",
    }
}
