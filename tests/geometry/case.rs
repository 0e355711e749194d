//! A configuration: its command line, its definition, and what is expected of the program.

use std::fs;
use std::process::Command;

use num_rational::BigRational;
use serde_json::Value;

use crate::convolution::{Conv, Mode};
use crate::judge::{Claims, faults};
use crate::plan::{Entry, Plan};
use crate::pooling::Pool;
use crate::textbook;

/// A layer of either kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Layer {
    /// A convolution.
    Conv(Conv),
    /// A pooling.
    Pool(Pool),
}

impl From<Conv> for Layer {
    fn from(conv: Conv) -> Layer {
        Layer::Conv(conv)
    }
}

impl From<Pool> for Layer {
    fn from(pool: Pool) -> Layer {
        Layer::Pool(pool)
    }
}

impl Layer {
    /// Is it a layer at all?
    pub(crate) fn is_sound(&self) -> bool {
        match self {
            Layer::Conv(conv) => conv.is_sound(),
            Layer::Pool(pool) => pool.is_sound(),
        }
    }

    /// The command line, without the name of the program.
    pub(crate) fn line(&self) -> String {
        match self {
            Layer::Conv(conv) => conv.line(),
            Layer::Pool(pool) => pool.line(),
        }
    }

    /// The definition, written out.
    pub(crate) fn plan(&self) -> Plan {
        match self {
            Layer::Conv(conv) => conv.plan(),
            Layer::Pool(pool) => pool.plan(),
        }
    }

    /// The gradients in closed form, where there is one.
    pub(crate) fn operators(&self) -> Vec<(&'static str, Value)> {
        match self {
            Layer::Conv(conv) => textbook::operators(conv, None),
            Layer::Pool(_) => Vec::new(),
        }
    }

    /// What is to be claimed: a correlation for every convolution with zeros around it, and windows for every pooling in steps, unless
    /// nothing is read at all, or so little is left that it is something simpler too.
    pub(crate) fn claims(&self) -> Claims {
        let conv = match self {
            Layer::Conv(conv) => conv,
            Layer::Pool(pool) => return pool.claims(),
        };
        let one = |size: fn(&crate::axis::Axis) -> i64| conv.axes.iter().all(|axis| size(axis) == 1);
        let outputs =
            conv.axes.iter().all(|axis| if conv.transposed { axis.grown() == 1 } else { axis.outputs() == 1 });
        let unread = !conv.axes.iter().all(|axis| axis.is_read(conv.transposed));
        if conv.mode != Mode::Zeros || unread || outputs || one(|axis| axis.kernel) || one(|axis| axis.size) {
            return Vec::new();
        }
        vec![("a", &["correlate"]), ("w", &["correlate"])]
    }

    /// Every way in which an answer is wrong.
    pub(crate) fn faults(&self, answer: &Value) -> Vec<String> {
        self.faults_with(answer, &self.claims())
    }

    /// The same where other claims are to be made.
    pub(crate) fn faults_with(&self, answer: &Value, claims: &Claims) -> Vec<String> {
        let (line, plan) = (self.line(), self.plan());
        let points = plan.points(&line);
        match plan.entries.first() {
            Some(Entry::Norm(..)) => faults::<f64>(&plan, claims, answer, &points),
            _ => faults::<BigRational>(&plan, claims, answer, &points),
        }
    }

    /// Asks the program and judges what it says.
    pub(crate) fn judged(&self) -> Vec<String> {
        let line = self.line();
        let faults = ask(&line, &[]).map_or_else(|why| vec![why], |answer| self.faults(&answer));
        faults.into_iter().map(|fault| format!("derive {line}: {fault}")).collect()
    }
}

/// The output of the program in JSON, or why there is none.
pub(crate) fn ask(line: &str, more: &[&str]) -> Result<Value, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_derive"));
    let run = command.args(line.split_whitespace()).args(["--format", "json"]).args(more).output();
    let run = run.map_err(|why| format!("does not run: {why}"))?;
    if !run.status.success() {
        let said = String::from_utf8_lossy(&run.stderr);
        return Err(format!("{}, {}", run.status, said.lines().next().unwrap_or_default()));
    }
    serde_json::from_slice(&run.stdout).map_err(|why| format!("stdout is not JSON alone: {why}"))
}

/// Asks for a layer in this text, which is put into a file of this name.
pub(crate) fn ask_layer(file: &str, text: &str) -> Result<Value, String> {
    let path = format!("{}/geometry-{file}.derive", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&path, text).map_err(|why| format!("{path}: {why}"))?;
    ask(&format!("layer {path}"), &[])
}
