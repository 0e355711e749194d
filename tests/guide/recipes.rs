//! The recipes of the page about weaving, each in a fresh folder: a paper, Sphinx, a book, Typst, hooks and CI.

use std::process::Command;

use super::blocks::{Scratch, matches};
use super::left_out::left_out;
use super::{page, project};

const PAGE: &str = "docs/src/guide/weave.md";

/// A folder with the files that the page shows under `prefix`.
fn recipe(prefix: &str) -> Scratch {
    let scratch = Scratch::new();
    let mut count = 0;
    for block in page(PAGE) {
        if let Some(name) = block.file.as_ref().and_then(|f| f.strip_prefix(prefix)) {
            scratch.write(name, &block.text);
            count += 1;
        }
    }
    assert!(count > 0, "{PAGE} shows no file under {prefix}");
    scratch
}

/// Is there such a program? If not, says what is left out.
fn have(program: &str, argument: &str) -> bool {
    let found = Command::new(program).arg(argument).output().is_ok_and(|o| o.status.success());
    if !found {
        left_out(&format!("there is no {program}"));
    }
    found
}

fn have_python(module: &str) -> bool {
    let found = Command::new("python3").args(["-c", &format!("import {module}")]).output();
    let found = found.is_ok_and(|o| o.status.success());
    if !found {
        left_out(&format!("python3 has no {module}"));
    }
    found
}

#[track_caller]
fn done(scratch: &Scratch, line: &str) -> String {
    let output = scratch.run(line);
    assert!(output.success, "{line}\n{}", output.text);
    output.text
}

#[test]
fn the_paper_is_made() {
    let scratch = recipe("paper/");
    if !have("make", "--version") {
        return;
    }
    let planned = done(&scratch, "make -n");
    let steps: Vec<&str> = planned.lines().filter_map(|l| l.split(' ').next()).collect();
    assert_eq!(steps, ["derive", "derive", "latexmk"], "{planned}");
    done(&scratch, "make woven smooth.tex");
    assert!(scratch.read("paper.tex").contains("rot180") && scratch.read("smooth.tex").contains("amsmath"));
    done(&scratch, "make check");
    if have("latexmk", "--version") && have("pdflatex", "--version") {
        done(&scratch, "make");
        let log = scratch.read("paper.log");
        assert!(scratch.path().join("paper.pdf").exists() && !log.contains("undefined"), "{log}");
        assert!(done(&scratch, "make").contains("up-to-date"), "nothing is done twice");
        scratch.write("smooth.derive", &scratch.read("smooth.derive").replace("* w[u]", "* w[u] / 2"));
        assert!(!done(&scratch, "make").contains("Nothing to do"), "a changed layer makes a new paper");
    }
}

#[test]
fn sphinx_has_nothing_to_warn_of() {
    let scratch = recipe("sphinx/");
    done(&scratch, "derive weave --host myst .");
    assert!(scratch.read("pooling.md").contains("```{math}") && scratch.read("index.rst").contains(".. math::"));
    if have_python("sphinx, myst_parser") {
        done(&scratch, "python3 -m sphinx -q -W . _build");
        // a reference shows the number of its equation, in both formats
        let html = scratch.read("_build/index.html");
        let number = |label: &str| format!("href=\"#equation-eq-{label}\">(1)</a>");
        assert!(html.contains(&number("conv-3x3-2x2-bias")), "{html}");
        let html = scratch.read("_build/pooling.html");
        assert!(html.contains(&number("pool-avg-4x4-input")), "{html}");
        done(&scratch, "derive weave --host myst --check .");
    }
}

#[test]
fn the_book_has_its_derivation() {
    let scratch = recipe("book/");
    let chapter = scratch.read("src/chapter_1.md");
    let chapters = serde_json::json!([{ "Chapter": {
        "name": "Chapter 1", "content": chapter, "sub_items": [], "path": "chapter_1.md", "source_path": "chapter_1.md",
    }}]);
    let input =
        serde_json::json!([{ "root": ".", "config": { "book": {} }, "renderer": "html" }, { "items": chapters }]);
    scratch.write("input.json", &input.to_string());
    done(&scratch, "derive mdbook supports html");
    let made = done(&scratch, "derive mdbook < input.json");
    assert!(made.contains("<div class=\\\"math\\\"") && made.contains("rot180"), "{made}");
    if have("mdbook", "--version") {
        // what `mdbook init` leaves behind
        let config = format!("[book]\ntitle = \"Notes\"\n\n{}", scratch.read("book.toml"));
        scratch.write("book.toml", &config);
        scratch.write("src/SUMMARY.md", "# Summary\n\n- [Chapter 1](./chapter_1.md)\n");
        done(&scratch, "mdbook build");
        let html = scratch.read("book/chapter_1.html");
        assert!(html.contains("<div class=\"math\"") && html.contains("rot180") && html.contains("MathJax"));
        // a mistake stops the build, and its place is named
        scratch.write("src/chapter_1.md", &chapter.replace("3x3", "3y3"));
        let output = scratch.run("mdbook build");
        let shown = page(PAGE).into_iter().find(|b| b.output.as_deref() == Some("mdbook")).expect("the page shows it");
        assert!(!output.success && matches(&format!("…{}…", shown.text), &output.text), "{}", output.text);
    }
}

#[test]
fn typst_takes_what_is_woven() {
    let scratch = recipe("typst/");
    done(&scratch, "derive weave notes.typ");
    if have_python("typst") {
        done(&scratch, "python3 -c \"import typst; typst.compile('notes.typ', output='notes.pdf')\"");
    }
}

#[test]
fn yaml_is_sound() {
    if !have_python("yaml") {
        return;
    }
    let hooks = recipe("hooks/");
    hooks.write("equations.yml", &recipe("ci/").read("equations.yml"));
    let own = std::fs::read_to_string(project().join(".pre-commit-hooks.yaml")).expect("the hooks are read");
    hooks.write("hooks.yaml", &own);
    for name in [".pre-commit-config.yaml", "equations.yml", "hooks.yaml"] {
        done(&hooks, &format!("python3 -c 'import sys, yaml; yaml.safe_load(sys.stdin)' < {name}"));
    }
}

/// The values of a key, one a line, in YAML as simple as ours.
fn values<'t>(yaml: &'t str, key: &str) -> Vec<&'t str> {
    yaml.lines().filter_map(|l| l.trim_start().trim_start_matches("- ").strip_prefix(key)).map(str::trim).collect()
}

#[test]
fn hooks_do_what_they_say() {
    let hooks = std::fs::read_to_string(project().join(".pre-commit-hooks.yaml")).expect("the hooks are read");
    let ids = values(&hooks, "id:");
    assert_eq!(ids, ["derive-weave", "derive-weave-check"]);
    let shown = recipe("hooks/").read(".pre-commit-config.yaml");
    assert!(values(&shown, "id:").iter().all(|id| ids.contains(id)), "{shown}");
    let arguments = |list: &&str| list.trim_matches(['[', ']']).to_string();
    let commands: Vec<String> = values(&hooks, "entry:")
        .iter()
        .zip(values(&hooks, "args:").iter().map(arguments))
        .map(|(e, a)| format!("{e} {a}"))
        .collect();
    let [weave, check] = commands.as_slice() else { panic!("{commands:?}") };
    let scratch = Scratch::new();
    scratch.write("docs/a.tex", "% derive: dense --input 2 --output 2 --only grad_a.operator\n% /derive\n");
    assert!(!scratch.run(check).success, "what was never woven is stale");
    done(&scratch, weave);
    done(&scratch, check);
}

#[test]
fn the_steps_of_ci_check_the_documents() {
    let yaml = recipe("ci/").read("equations.yml");
    let steps = values(&yaml, "run:");
    let [install, check] = steps.as_slice() else { panic!("{steps:?}") };
    let scratch = Scratch::new();
    scratch.write("README.md", "<!-- derive: dense --input 2 --output 2 --part bias -->\n<!-- /derive -->\n");
    // it is installed, so nothing is built
    done(&scratch, install);
    assert!(!scratch.run(check).success);
    done(&scratch, "derive weave README.md");
    done(&scratch, check);
}
