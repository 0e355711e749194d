//! Growth: how the processor time of the program grows with what it writes, along one option after another.
//! `cargo bench --bench growth`, or with words that the names of the rows to run begin with: `cargo bench --bench growth -- conv deep`.
//!
//! Each row runs the program at three sizes that double, with every entry, and takes the least of a few runs. The exponent is that of
//! processor time over bytes written, from the first size to the last: 1 where a term costs what it costs, however many there are.
//! Needs bash, whose `time` counts in milliseconds.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

/// `{n}` is the size, `{repeat X}` is X so often with ` -> ` between, `{steps X}` is a file with a chain of n definitions by X.
const ROWS: [(&str, &str, u32); 41] = [
    ("elementwise", "layer {elementwise 2*a[i]} --size N={n}", 4000),
    ("elementwise-product", "layer {elementwise a[i]*y[i]} --size N={n}", 2000),
    ("elementwise-function", "layer {elementwise exp(2*a[i])} --size N={n}", 2000),
    ("definitions", "layer {steps 2*}", 2000),
    ("definitions-sigma", "layer {steps sigma}", 2000),
    ("axes", "layer {axes}", 100),
    ("dense", "dense --input {n} --output {n}", 64),
    ("dense-batch", "dense --input 3 --output 2 --batch {n}", 1000),
    ("softmax", "net softmax --input {n}", 32),
    ("deep", "net '{repeat dense 3 -> tanh}' --input 3", 100),
    ("deep-wide", "net '{repeat dense 32 -> tanh}' --input 32", 20),
    ("conv", "conv --input {n}x{n} --kernel 3x3", 48),
    ("conv-kernel", "conv --input 48x48 --kernel {n}x{n}", 4),
    ("conv-1d", "conv --input {n} --kernel 3", 2000),
    ("conv-3d", "conv --input {n}x{n}x{n} --kernel 2x2x2", 8),
    ("conv-channels", "conv --input 8x8 --kernel 3x3 --channels {n}:{n}", 6),
    ("conv-groups", "conv --input 8x8 --kernel 3x3 --channels {n}:{n} --groups {n}", 16),
    ("conv-batch", "conv --input 8x8 --kernel 3x3 --batch {n}", 32),
    ("conv-stride", "conv --input {n}x{n} --kernel 3x3 --stride 2", 48),
    ("conv-dilation", "conv --input {n}x{n} --kernel 3x3 --dilation 2", 48),
    ("conv-padding", "conv --input {n}x{n} --kernel 3x3 --padding 1", 48),
    ("conv-circular", "conv --input {n}x{n} --kernel 3x3 --padding 1 --padding-mode circular", 32),
    ("conv-reflect", "conv --input {n}x{n} --kernel 3x3 --padding 1 --padding-mode reflect", 32),
    ("conv-replicate", "conv --input {n}x{n} --kernel 3x3 --padding 1 --padding-mode replicate", 32),
    ("conv-flip", "conv --input {n}x{n} --kernel 3x3 --flip", 48),
    ("conv-untied", "conv --input {n}x{n} --kernel 3x3 --bias untied", 48),
    ("conv-transposed", "conv --input {n}x{n} --kernel 3x3 --transposed --stride 2", 32),
    ("conv-output-padding", "conv --input {n}x{n} --kernel 3x3 --transposed --stride 2 --output-padding 1", 32),
    ("pool-avg", "pool avg --input {n}x{n} --window 2x2", 64),
    ("pool-avg-overlap", "pool avg --input {n}x{n} --window 3x3 --stride 1 --padding 1", 48),
    ("pool-avg-exclude", "pool avg --input {n}x{n} --window 3x3 --stride 2 --padding 1 --exclude-padding", 64),
    ("pool-avg-ceil", "pool avg --input {n}x{n} --window 3x3 --stride 2 --ceil", 64),
    ("pool-avg-adaptive", "pool avg --input {n}x{n} --adaptive 7x7", 48),
    ("pool-max", "pool max --input {n}x{n} --window 2x2", 64),
    ("pool-max-window", "pool max --input 48x48 --window {n}x{n} --stride 1", 2),
    ("pool-max-padding", "pool max --input {n}x{n} --window 3x3 --stride 2 --padding 1", 48),
    ("pool-max-dilation", "pool max --input {n}x{n} --window 2x2 --dilation 2", 64),
    ("pool-max-split", "pool max --input {n}x{n} --window 2x2 --ties split", 64),
    ("pool-max-adaptive", "pool max --input {n}x{n} --adaptive 7x7", 48),
    ("pool-max-channels", "pool max --input 8x8 --window 2x2 --channels {n}", 32),
    ("pool-lp", "pool lp --input {n}x{n} --window 2x2 --norm 3", 64),
];

/// Growth by more than this is told at the end.
const MOST: f64 = 1.1;
const RUNS: usize = 3;

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|w| !w.starts_with("--")).collect();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("growth");
    fs::create_dir_all(&folder).expect("the folder for what is written can be made");
    println!("{:20} {:>32} {:>26}  exponent", "", "seconds", "kilobytes");
    let mut steep = Vec::new();
    for (name, command, size) in ROWS {
        if !wanted.is_empty() && !wanted.iter().any(|w| name.starts_with(w.as_str())) {
            continue;
        }
        let runs = [1, 2, 4].map(|times| measured(command, size * times, &folder));
        let [first, _, last] = runs;
        let exponent = (last.0 / first.0).ln() / (last.1 / first.1).ln();
        let seconds = runs.map(|r| format!("{:9.3}", r.0)).join(" ");
        let written = runs.map(|r| format!("{:8.0}", r.1 / 1e3)).join(" ");
        println!("{name:20} {seconds:>32} {written:>26}  {exponent:8.2}");
        if exponent > MOST {
            steep.push(format!("{name} {exponent:.2}"));
        }
    }
    if !steep.is_empty() {
        println!("\nsteeper than {MOST}: {}", steep.join(", "));
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Seconds of processor time and bytes written.
fn measured(command: &str, n: u32, folder: &Path) -> (f64, f64) {
    let program = env!("CARGO_BIN_EXE_derive");
    let written = folder.join("out.tex");
    let words = format!("TIMEFORMAT='%U %S'; time {program} {} --entries all > out.tex", filled(command, n, folder));
    let seconds = (0..RUNS).map(|_| {
        let run = Command::new("bash").args(["-c", &words]).current_dir(folder).output().expect("bash runs");
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(run.status.success(), "{words}: {told}");
        let last = told.lines().last().unwrap_or_default();
        last.split_whitespace().map(|t| t.parse::<f64>().expect("bash tells seconds")).sum::<f64>()
    });
    let least = seconds.fold(f64::INFINITY, f64::min).max(0.001);
    (least, fs::metadata(written).expect("it was written").len() as f64)
}

/// The command with what stands in braces filled in; layers are written to files.
fn filled(command: &str, n: u32, folder: &Path) -> String {
    let command = command.replace("{n}", &n.to_string());
    let Some((before, rest)) = command.split_once('{') else { return command };
    let (what, after) = rest.split_once('}').expect("braces are closed");
    let (kind, of) = what.split_once(' ').unwrap_or((what, ""));
    let text = match kind {
        "repeat" => return format!("{before}{}{after}", vec![of; n as usize].join(" -> ")),
        "elementwise" => format!("layer e\n  input a[N]\n  input y[N]\n  z[i] = {of} + y[i]\n"),
        "steps" => {
            let step =
                |k: u32| format!("  s{k} = {of}({})\n", if k == 0 { "a".to_string() } else { format!("s{}", k - 1) });
            format!("layer s\n  input a\n{}", (0..n).map(step).collect::<String>())
        }
        "axes" => {
            let indices = (0..n).map(|k| format!("i{k}")).collect::<Vec<_>>().join(",");
            format!("layer axes\n  input a[{}]\n  z[{indices}] = 2*a[{indices}]\n", vec!["1"; n as usize].join(","))
        }
        other => unreachable!("{other} is none of these"),
    };
    fs::write(folder.join("layer.derive"), text).expect("the layer can be written");
    format!("{before}layer.derive{after}")
}
