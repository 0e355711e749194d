//! What good commands write, and where: documents, files, pipes, and the built-in layers as texts.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use super::{CONV, command, folder, names, printed, run, stderr};

const FORMATS: [&str; 4] = ["text", "latex", "typst", "json"];

/// The document without its first line, which repeats the command.
fn body(document: &str) -> &str {
    document.split_once('\n').expect("a document has lines").1
}

#[test]
fn a_file_gets_what_the_standard_output_gets() {
    let folder = folder();
    for format in FORMATS {
        let words = format!("{CONV} --values good.json --format {format}");
        let document = printed(folder.path(), &words);
        for (option, file) in
            [("-o new", "new"), ("-oshort", "short"), ("--out old.tex", "old.tex"), ("--out=./long", "long")]
        {
            assert_eq!(printed(folder.path(), &format!("{words} {option}")), "", "{option}");
            assert_eq!(fs::read_to_string(folder.path().join(file)).expect("it is written"), document, "{option}");
            assert_eq!(printed(folder.path(), &words), document, "a second run");
        }
    }
    let left: Vec<String> = names(folder.path()).into_iter().filter(|name| name.starts_with('.')).collect();
    assert_eq!(left, Vec::<String>::new());
}

/// The names of the layer language are a contract; a notation is for readers.
#[test]
fn no_notation_changes_the_json() {
    let folder = folder();
    let (plain, plain_net) = ("--format json", "net --input 2 'dense 2 -> sigma' --format json");
    for notation in ["tutorial", "partial", "framework", "goodfellow", "nielsen"] {
        let said = format!("--notation {notation}");
        assert_eq!(
            printed(folder.path(), &format!("{CONV} {plain} {said}")),
            printed(folder.path(), &format!("{CONV} {plain}"))
        );
        assert_eq!(printed(folder.path(), &format!("{plain_net} {said}")), printed(folder.path(), plain_net));
    }
}

#[test]
fn the_command_line_is_stronger_than_the_notation() {
    let folder = folder();
    let words = "--format text --only grad_x.chain --rename a=x,delta=g --index-base 1 --notation framework";
    let text = printed(folder.path(), &format!("{CONV} {words}"));
    assert!(text.contains("dx[1,1] = ") && text.contains("= g[1,1]·W[1,1]\n"), "{text}");
    // the tutorial is what nothing said gives
    for format in FORMATS {
        let said = printed(folder.path(), &format!("{CONV} --format {format} --notation tutorial"));
        let plain = printed(folder.path(), &format!("{CONV} --format {format}"));
        let rest = |document: &str| document.split_once("\n").map(|(_, rest)| rest.to_owned());
        let same = if format == "json" { said == plain } else { rest(&said) == rest(&plain) };
        assert!(same, "{format}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_permissions_and_a_link_stays_a_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let mode = |name: &str| fs::metadata(at(name)).expect("the file is there").permissions().mode() & 0o7777;
    let document = printed(folder.path(), CONV);
    for bits in [0o600, 0o640, 0o755] {
        fs::set_permissions(at("old.tex"), fs::Permissions::from_mode(bits)).expect("permissions are set");
        printed(folder.path(), &format!("{CONV} -o old.tex"));
        assert_eq!(mode("old.tex"), bits);
    }
    printed(folder.path(), &format!("{CONV} -o new"));
    assert_eq!(mode("new"), mode("list.json"), "a new file is as any other");
    fs::write(at("folder/real"), "old").expect("a file is written");
    fs::set_permissions(at("folder/real"), fs::Permissions::from_mode(0o604)).expect("permissions are set");
    symlink("folder/real", at("link")).expect("a link is made");
    printed(folder.path(), &format!("{CONV} -o link"));
    assert!(at("link").is_symlink() && !at("folder/real").is_symlink());
    assert_eq!((mode("folder/real"), names(&at("folder"))), (0o604, vec!["real".to_owned()]));
    assert_eq!(fs::read_to_string(at("folder/real")).expect("it is written"), document);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_that_is_not_yet_there_makes_the_file() {
    let folder = folder();
    let (link, real) = (folder.path().join("link"), folder.path().join("folder/real"));
    std::os::unix::fs::symlink("folder/real", &link).expect("a link is made");
    let document = printed(folder.path(), &format!("{CONV} -o link"));
    assert_eq!(document, "");
    assert!(link.is_symlink() && real.is_file(), "the link was replaced, and the file it names not made");
}

#[test]
fn a_reader_may_go_away() {
    for words in FORMATS.map(|format| format!("conv --input 60x60 --kernel 3x3 --entries all --format {format}")) {
        let mut child = command(Path::new("."), &words);
        let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
        let mut first = [0; 16];
        child.stdout.take().expect("a pipe").read_exact(&mut first).expect("the document begins");
        let output = child.wait_with_output().expect("the program ends");
        assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "derive {words}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    for words in [CONV, "layers"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
        let output = command(Path::new("."), words).stdout(full).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(2), "derive {words}");
        assert!(stderr(&output).starts_with("error: the standard output cannot be written: "), "{}", stderr(&output));
    }
}

#[test]
fn printed_layers_can_be_read_back() {
    let folder = folder();
    let all = printed(folder.path(), "layers");
    let layers: Vec<&str> = all.lines().filter_map(|line| line.strip_prefix("layer ")?.split(' ').next()).collect();
    let built_in: Vec<&str> = deriver::layer::builtins().iter().map(|b| b.name).collect();
    assert_eq!(layers, built_in);
    let texts: Vec<String> = layers.iter().map(|name| printed(folder.path(), &format!("layers {name}"))).collect();
    assert_eq!(texts.join("\n"), all);
    let commands = [("conv", "conv --kernel"), ("pool-avg", "pool avg --window"), ("pool-max", "pool max --window")];
    for (name, command) in commands {
        let text = &texts[layers.iter().position(|l| *l == name).expect("it is listed")];
        fs::write(folder.path().join("my.derive"), text).expect("a file is written");
        let sizes = format!("{} 2x2 --input 4x4 --format text", command.split(' ').next_back().expect("an option"));
        let own = printed(folder.path(), &format!("layer my.derive {sizes}"));
        let built_in = printed(folder.path(), &format!("{command} 2x2 --input 4x4 --format text"));
        assert_eq!(body(&own), body(&built_in), "{name}");
    }
}

/// The headings of a LaTeX document, without markup.
fn headings(words: &str) -> Vec<String> {
    let document = printed(Path::new(env!("CARGO_MANIFEST_DIR")), words);
    let titles = document.lines().filter_map(|line| line.strip_prefix("\\subsection*{"));
    titles.map(|title| title.trim_end_matches('}').replace('$', "")).collect()
}

#[test]
fn parts_limit_the_document() {
    let conv = format!("{CONV} --values tests/data/conv-values.json");
    let softmax = "layer tests/data/softmax.derive --input 3";
    let [result, layer, values] = ["The result", "The layer", "Worked in numbers"];
    let [input, weight, bias, s, e] = ["input a", "weight w", "bias b", "intermediate s", "intermediate e"]
        .map(|of| format!("The gradient of the {of}"));
    let [input, weight, bias, s, e] = [&input, &weight, &bias, &s, &e].map(String::as_str);
    for (words, part, wanted) in [
        (conv.as_str(), "", vec![result, layer, input, weight, bias, values]),
        (&conv, "--part summary", vec![result]),
        (&conv, "--part forward", vec![layer]),
        (&conv, "--part input", vec![input]),
        (&conv, "--part weight", vec![weight]),
        (&conv, "--part bias", vec![bias]),
        (&conv, "--part values", vec![values]),
        (&conv, "--part weight,bias", vec![weight, bias]),
        (&conv, "--part values,bias,forward", vec![layer, bias, values]),
        (&conv, "--part bias --part input", vec![input, bias]),
        (&conv, "--part bias,bias", vec![bias]),
        (&conv, "--part forward,input,weight,bias,values", vec![layer, input, weight, bias, values]),
        (softmax, "", vec![result, layer, s, e, input]),
        (softmax, "--part intermediate", vec![s, e]),
        (softmax, "--part intermediate,input", vec![s, e, input]),
    ] {
        assert_eq!(headings(&format!("{words} {part}")), wanted, "derive {words} {part}");
    }
}

#[test]
fn parts_limit_the_json() {
    for (part, wanted) in [
        ("", vec!["a", "w", "b"]),
        ("--part weight", vec!["w"]),
        ("--part bias,input", vec!["a", "b"]),
        ("--part forward", vec![]),
    ] {
        let document = printed(Path::new("."), &format!("{CONV} --format json {part}"));
        let json: serde_json::Value = serde_json::from_str(&document).expect("it is JSON");
        let gradients = json["gradients"].as_array().map_or(&[][..], Vec::as_slice);
        let of: Vec<&str> = gradients.iter().map(|g| g["of"].as_str().expect("a tensor")).collect();
        assert_eq!(of, wanted, "--part {part}");
    }
}

#[test]
fn more_entries_make_a_longer_document() {
    for format in FORMATS {
        let length = |entries| {
            printed(Path::new("."), &format!("conv --input 12x12 --kernel 3x3 --format {format} --entries {entries}"))
                .len()
        };
        let (none, few, all) = (length("none"), length("few"), length("all"));
        assert!(none < few && few < all, "{format}: none {none}, few {few}, all {all} bytes");
    }
    let default = |words: &str, entries: &str| {
        let given = printed(Path::new("."), &format!("{words} --entries {entries}"));
        assert_eq!(body(&given), body(&printed(Path::new("."), words)), "derive {words}: {entries} is the default");
    };
    default(CONV, "all");
    default("conv --input 12x12 --kernel 3x3 --part input", "few");
    default("conv --input 12x12 --kernel 3x3 --format json", "all");
}

#[test]
fn indices_begin_where_they_are_told() {
    let folder = folder();
    for (option, present, absent) in [
        ("", ["a_{11}", "a_{33}", "w_{22}", "z_{11}"], ["a_{00}", "w_{00}", "z_{00}"]),
        ("--index-base 1", ["a_{11}", "a_{33}", "w_{22}", "z_{11}"], ["a_{00}", "w_{00}", "z_{00}"]),
        ("--index-base 0", ["a_{00}", "a_{22}", "w_{11}", "z_{00}"], ["a_{33}", "w_{22}", "z_{22}"]),
    ] {
        let document = printed(folder.path(), &format!("{CONV} {option}"));
        assert!(present.iter().all(|entry| document.contains(entry)), "{option}");
        assert!(!absent.iter().any(|entry| document.contains(entry)), "{option}");
    }
    let json = printed(folder.path(), &format!("{CONV} --format json --index-base 0"));
    assert!(json.contains("\"index_base\": 0") && json.contains("[\"a\",0,0]") && !json.contains("[\"a\",3,3]"));
}

#[test]
fn shapes_have_several_spellings() {
    let document = printed(Path::new("."), CONV);
    for words in [
        "conv --input 3X3 --kernel 2",
        "conv --input 3\u{d7}3 --kernel 2x2",
        "conv --kernel=2 --input=3x3",
        "conv --input 03x3 --kernel 2x2 --format latex --bias shared --rename a=a",
    ] {
        assert_eq!(body(&printed(Path::new("."), words)), body(&document), "derive {words}");
    }
}

#[test]
fn the_header_repeats_the_command_in_plain_letters() {
    let document = printed(Path::new("."), "conv --input 3\u{d7}3 --kernel 2 --rename a=x");
    let line = document.lines().next().expect("a header");
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(line, format!("% derive {version} conv --input 3x3 --kernel 2 --rename a=x"));
}

/// What stands after the first `_` of a name is an index for good, in every format; beside an array `W` it would be one of its entries.
#[test]
fn names_have_indices() {
    let folder = folder();
    let gate = "layer gate \"A gate\"\n  input x[N]\n  weight W_f[K,N]\n  bias b_out\n  z[k] = tanh(sum(n) W_f[k,n]*x[n] + b_out)\n";
    fs::write(folder.path().join("gate.derive"), gate).expect("the layer is written");
    fs::write(folder.path().join("twin.derive"), gate.replace("b_out", "W[k]").replace("bias W[k]", "bias W[K]"))
        .expect("the layer is written");
    let given = |words: &str| printed(folder.path(), &format!("layer gate.derive --input 3 --size K=2 {words}"));
    for (format, shown) in [
        ("latex", &["W_{f,kn}x_{n}", "W_{f,11}", "b_{\\mathrm{out}}", "weight $W_{f}$", "\\nabla W_{f,11}"][..]),
        ("typst", &["W_(f,k n)", "W_(f,11)", "b_(op(\"out\"))", "$W_f$"]),
        ("text", &["W_f[k,n]", "W_f\u{2081}\u{2081}", "b_out"]),
        ("text --ascii", &["W_f[k,n]", "W_f_11", "b_out"]),
        ("html", &["<msub><mi>W</mi><mrow><mi>f</mi><mo rspace=\"0\">,</mo>", "<msub><mi>W</mi><mi>f</mi></msub>"]),
    ] {
        let document = given(&format!("--format {format}"));
        for sign in shown {
            assert!(document.contains(sign), "{format}: {sign}\n{document}");
        }
    }
    // brackets around a displayed sum grow
    assert!(
        given("--only z.definition").contains("\\tanh\\left(\\sum_{n=1}^{3} W_{f,kn}x_{n} + b_{\\mathrm{out}}\\right)")
    );
    let picture = given("--part network --format svg");
    assert!(picture.contains(">W</tspan><tspan font-style=\"italic\""), "{picture}");
    // as LaTeX writes it
    let renamed = given("--rename W_f=V_{in},x=h_0 --only z.definition");
    assert!(renamed.contains("V_{\\mathrm{in},kn}h_{0,n}"), "{renamed}");
    fs::write(folder.path().join("own.toml"), "[names]\nW_f = \"U_{g}\"\n").expect("the notation is written");
    assert!(given("--notation own.toml --only z.definition").contains("U_{g,kn}"));
    let twin = printed(folder.path(), "layer twin.derive --input 3 --size K=2 --only z.definition");
    assert!(twin.contains("\\mathit{W\\_f}_{kn}"), "{twin}");
}

#[test]
fn the_loss_has_a_letter_of_its_own() {
    let document =
        printed(Path::new("."), "conv --input 3x3 --kernel 2x2 --notation goodfellow --rename b=J --format text");
    assert!(document.contains("Let C be the loss."), "{document}");
    assert!(document.contains("\u{2202}C/\u{2202}J = "), "{document}");
}

/// The last comment counts what is displayed: of a single equation one.
#[test]
fn what_is_left_out_is_not_counted() {
    let last = |words: &str| {
        let document = printed(Path::new("."), &format!("conv --input 3x3 --kernel 2x2 {words}"));
        document.lines().next_back().expect("a comment").to_string()
    };
    assert_eq!(last("--only grad_a.operator"), "% 1 equation of this document evaluated as displayed, 0 failed");
    assert_eq!(last("--only grad_a.chain"), "% 9 equations of this document evaluated as displayed, 0 failed");
}

#[test]
fn fewer_exercises_than_asked_for_are_told() {
    let output = run(Path::new("."), "conv --input 3 --kernel 2 --exercises 500 --format text");
    let sheet = String::from_utf8(output.stdout.clone()).expect("text is UTF-8");
    let last =
        sheet.lines().rev().find_map(|line| line.strip_prefix("Exercise ")?.split_once('.')?.0.parse::<usize>().ok());
    let expected = format!(
        "warning: 500 exercises were asked for; {} are all that can be made from this\n",
        last.expect("there are some")
    );
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), expected));
}
