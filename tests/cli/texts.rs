//! Layers of one line: what is refused, with its place and a hint, and what is worked with to the end.

use std::fs;
use std::path::Path;

use crate::{folder, printed, refused, run, stderr};

/// Name of the snapshot, and the right-hand sides of `z[i]` whose refusals it holds.
const REFUSED: &[(&str, &[&str])] = &[
    (
        "texts-large",
        &[
            "a[i]^2000000000*a[i]^2000000000",
            "(a[i]^65536)^65536",
            "a[i]^(-2147483647)",
            "a[i]^(-2147483648)",
            "a[i]^1001",
            "a[i]^(1/1000)",
            "a[i]^(9^1000)",
            "a[i]^999999999999",
            "a[i]^600*a[i]^600",
            "((a[i]^1000)^1000)^1000",
            "(((2*a[i])^1000)^1000)^1000",
            "2^2147483647*a[i]",
            "(9^2147483647)*a[i]",
            "((9^999)^999)*a[i]",
            "(3/7)^99999*a[i]",
            "(9^1000)*(9^1000)*a[i]",
            "(9^1000+1/7^1000)*a[i]",
            "sum(u in 1..100000) (a[i]/u)",
        ],
    ),
    (
        "texts-no-value",
        &[
            "log(0)*a[i]",
            "log(a[i]-a[i])",
            "a[i]/tanh(0)",
            "1/relu(0)*a[i]",
            "log(exp(0)-1)*a[i]",
            "log(sigmoid(0)-1/2)+a[i]",
            "log(max(u in 1..2) 0)*a[i]",
            "a[i]/(relu(a[i])-a[i]*step(a[i]))",
            "a[i]/0",
            "1/(a[i]-a[i])",
            "a[i]/(if i == 1 then 0 else 1)",
        ],
    ),
    (
        "texts-wrong",
        &[
            "floor(a[i])",
            "ceil(a[i]/2)",
            "min(a[i])",
            "min(a[i], 3)",
            "a[i]*floor(N)",
            "a[i]^a[i]",
            "a[i]^(a[i])",
            "a[i]^sigma(2)",
            "a[i,i]",
            "a",
            "a[i/2]",
            "a[3/2]",
            "a[ceil(i/2)]",
            "sum(j in i..i-1) a[j]",
            "sum(j where i == 1 + floor(j/2)) a[j]",
            "if i <= 2 then a[i+2] else a[i-2]",
            "sum(u in 1..0) a[i]",
            "exp(a[i],2)",
            "max(a[i], 0)",
            "maximum(a[i])",
            "maxmum(a[i], 0)",
            "|a[i]|",
        ],
    ),
];

/// A file `t.derive` with one equation.
fn write(folder: &Path, expr: &str) {
    fs::write(folder.join("t.derive"), format!("layer x\n input a[N]\n z[i] = {expr}\n")).expect("a file is written");
}

const COMMAND: &str = "layer t.derive --input 2 --format json";

#[test]
fn a_wrong_equation_is_told_with_its_place() {
    let folder = folder();
    for (name, exprs) in REFUSED {
        let mut all = Vec::new();
        for expr in *exprs {
            write(folder.path(), expr);
            let text = refused(folder.path(), COMMAND);
            assert!(text.contains("\n --> t.derive:3:") && text.contains("= help: "), "{expr}: {text}");
            all.push(text);
        }
        insta::with_settings!({
            snapshot_path => "../../snapshots/cli", prepend_module_to_snapshot => false, omit_expression => true,
        }, { insta::assert_snapshot!(*name, all.join("\n")) });
    }
}

/// Whole files, and what is said of them once.
#[test]
fn a_wrong_file_gets_one_message_with_a_hint() {
    let folder = folder();
    for (text, said) in [
        ("layer", "expected a layer name"),
        ("layer\n", "expected a layer name"),
        ("\r", "this file holds no layer"),
        ("layer x\r input a[N]\r z[i] = a[i]\r", "a carriage return alone ends no line"),
        ("layer x\n input ä[N]\n z[i] = ä[i]\n", "`ä` is not made of ASCII letters and digits"),
        ("layer x\n input a[N]\n z[i in 1..0] = a[i]\n", "the range 1..0 of `i` is empty"),
        // what a line with a mistake would have defined is not missed below it
        ("layer x\n input a[N]\n s = sum(k) b[k]\n t = 2*s\n z[i] = a[i]*s + t\n", "there is no tensor `b` here"),
    ] {
        fs::write(folder.path().join("t.derive"), text).expect("a file is written");
        let message = refused(folder.path(), COMMAND);
        assert!(message.starts_with(&format!("error: {said}")), "{text:?}: {message}");
        assert!(message.contains("t.derive:") && message.contains("= help: "), "{text:?}: {message}");
        assert_eq!(message.matches("error: ").count(), 1, "{text:?}: {message}");
    }
}

/// Numbers that people write otherwise than the grammar's first examples do.
#[test]
fn sizes_and_numbers_are_taken_as_they_are_meant() {
    let folder = folder();
    for (text, words, value) in [
        ("layer x (rate R = 1/2)\n input a[N]\n z[i] = R*a[i]\n", "--input 1", "1/2*a[1]"),
        ("layer x (rate R = 1/2)\n input a[N]\n z[i] = R*a[i]\n", "--input 1 --set rate=1/3", "1/3*a[1]"),
        ("layer x\n input a[2*N]\n z[i in 1..N] = a[i] - a[i+N]\n", "--size N=1", "a[1] - a[2]"),
    ] {
        fs::write(folder.path().join("t.derive"), text).expect("a file is written");
        let json: serde_json::Value =
            serde_json::from_str(&printed(folder.path(), &format!("layer t.derive --format json {words}")))
                .expect("it is JSON");
        assert_eq!(json["forward"][0]["value"], value, "{text} {words}");
    }
}

#[test]
fn functions_that_are_not_known_are_named() {
    let said = "warning: `sigmiod` is not known: it is taken as a function with a derivative sigmiod\u{2032}; did you mean `sigmoid`?\n\
                warning: `erf` is not known: it is taken as a function with a derivative erf\u{2032}; write `2 * Phi(sqrt(2) * x) - 1`\n\
                warning: `act` is not known: it is taken as a function with a derivative act\u{2032}\n";
    let folder = folder();
    write(folder.path(), "sigmiod(a[i]) + sigmiod(a[i])^2 * erf(a[i]) + act(abs(a[i])) + sigma(f(a[i]) + g_out(a[i]))");
    let net = "net n\n input q[2]\n x -> dense 2 -> x\n\n";
    let layer = fs::read_to_string(folder.path().join("t.derive")).expect("it was written");
    fs::write(folder.path().join("n.derive"), format!("{net}{layer}")).expect("a file is written");
    for words in [COMMAND, "layer t.derive --input 2 --lang zh", "net n.derive"] {
        let output = run(folder.path(), words);
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), said), "derive {words}");
    }
    let directive = "<!-- derive: layer t.derive --input 2 --only z.equations -->\n<!-- /derive -->\n";
    fs::write(folder.path().join("d.md"), directive).expect("a file is written");
    let output = run(folder.path(), "weave d.md");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stderr(&output).matches("`sigmiod` is not known").count(), 1, "{}", stderr(&output));
}

/// Powers as large as they may be, and powers in powers: their degree doubles with every level.
#[test]
fn high_powers_are_derived() {
    let nested = |level: &str, depth: usize| (0..depth).fold("a[i]".to_string(), |e, _| level.replace('%', &e));
    let folder = folder();
    for expr in [
        nested("(%)^2+1", 14),
        nested("(%)^2+1", 95),
        nested("(%)^3+1", 12),
        nested("(%)^2*2+1", 20),
        nested("(%)*a[i]+1", 95),
        nested("(%)^1000+1", 4),
        "a[i]^1000".to_string(),
        "a[i]^-1000".to_string(),
        "1/a[i]^1000".to_string(),
        "a[i]^(1000/999)".to_string(),
        "9^1000*a[i]".to_string(),
        "(3/7)^1000*a[i]".to_string(),
        "((10^90*a[i]+7)^20+1)^20".to_string(),
        "floor(N/2)*a[i] + min(N, 3)".to_string(),
    ] {
        write(folder.path(), &expr);
        fs::write(folder.path().join("v.json"), "{\"a\": [2, 3]}").expect("a file is written");
        for rest in ["", " --values v.json"] {
            printed(folder.path(), &format!("{COMMAND}{rest}"));
        }
        printed(folder.path(), "layer t.derive --input 2");
    }
}

/// What cannot be read back as a tensor: words, and functions that a layer may call.
#[test]
fn letters_of_other_alphabets_are_names() {
    let folder = folder();
    write(folder.path(), "softplus(a[i])");
    for name in ["theta", "phi", "Phi", "x", "lambda_", "sums", "print"] {
        let output = run(folder.path(), &format!("{COMMAND} --rename a={name}"));
        assert_eq!(output.status.code(), Some(0), "{name}: {}", stderr(&output));
    }
    for name in ["lambda", "in", "sum", "exp", "sqrt", "root7", "flat", "min", "yield", "None", "softplus"] {
        let text = refused(folder.path(), &format!("{COMMAND} --rename a={name}"));
        assert!(text.contains(&format!("a tensor cannot be called `{name}`: it is a ")), "{text}");
    }
    write(folder.path(), "Phi(a[i])");
    for name in ["phi", "Phi"] {
        refused(folder.path(), &format!("{COMMAND} --rename a={name}"));
    }
    refused(folder.path(), "net --input 2 'dense 2 -> sigma -> dense 1' --format json --rename W=root");
}
