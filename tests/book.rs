//! The book under docs/: its tutorial is there in four editions, as Markdown and as LaTeX, in English and in Chinese. They hold the
//! same directives in the same order, tell the same in as many paragraphs, and what is generated in them is fresh.

#[path = "support/tex.rs"]
mod tex;
#[path = "support/xetex.rs"]
mod xetex;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The chapters of the tutorial, in their order.
const CHAPTERS: [&str; 7] = ["index", "scalar", "dense", "routine", "convolution", "pooling", "pitfalls"];

/// The numbers of the main equations, in their order.
const NUMBERS: [&str; 9] = ["1", "2", "3", "4", "5", "6", "6'", "7", "8"];

/// What the LaTeX editions hold besides their words.
const COMMANDS: [&str; 14] = [
    "{\\tikzset{every picture/.style={scale=0.8,transform shape}}",
    "\\begin{itemize}",
    "\\end{itemize}",
    "\\begin{enumerate}",
    "\\end{enumerate}",
    "\\maketitle",
    "\\subsection",
    "\\section",
    "\\texttt",
    "\\title",
    "\\author",
    "\\date",
    "\\emph",
    "\\item",
];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

fn read(path: &str) -> String {
    fs::read_to_string(docs().join(path)).unwrap_or_else(|e| panic!("docs/{path}: {e}"))
}

fn chapter(language: &str, name: &str) -> String {
    read(&format!("src/tutorial/{language}/{name}.md"))
}

/// All chapters of a Markdown edition, one after the other.
fn markdown(language: &str) -> String {
    CHAPTERS.map(|name| chapter(language, name)).join("\n")
}

/// What stands between `\begin{document}` and `\end{document}`.
fn latex(language: &str) -> String {
    let text = read(file(language));
    let (_, body) = text.split_once("\\begin{document}").expect("a document begins");
    body.split_once("\\end{document}").expect("a document ends").0.to_owned()
}

fn file(language: &str) -> &str {
    if language == "en" { "latex/backpropagation.tex" } else { "latex/backpropagation-zh.tex" }
}

/// The words of a directive's line, in Markdown or LaTeX.
fn directive(line: &str) -> Option<&str> {
    let markdown = line.strip_prefix("<!-- derive: ").and_then(|rest| rest.strip_suffix(" -->"));
    markdown.or_else(|| line.strip_prefix("% derive: "))
}

/// The directives of a text. A picture of the Markdown editions stands for the directive in its file.
fn directives(text: &str) -> Vec<String> {
    let of = |line: &str| {
        let own = directive(line).map(str::to_owned);
        own.or_else(|| {
            let (_, path) = line.strip_prefix("![")?.split_once("](../")?;
            let picture = read(&format!("src/tutorial/{}", path.trim_end_matches(')')));
            let words = picture.strip_prefix("<?derive ").and_then(|rest| rest.split_once("?>"));
            Some(words.unwrap_or_else(|| panic!("{path} begins with a directive")).0.to_owned())
        })
    };
    text.lines().filter_map(of).collect()
}

/// The same without the language.
fn spoken(directives: &[String]) -> Vec<String> {
    directives.iter().map(|d| d.replace(" --lang zh", "")).collect()
}

/// The lines that nobody generated, without the directives.
fn prose(text: &str) -> Vec<&str> {
    let mut generated = false;
    let keep = |line: &&str| {
        if directive(line).is_some() {
            generated = true;
        } else if line.starts_with("<!-- /derive") || line.starts_with("% /derive") {
            generated = false;
        } else {
            return !generated;
        }
        false
    };
    text.lines().filter(keep).collect()
}

/// The letters and digits of a text's prose, and nothing else.
fn letters(text: &str) -> String {
    let pictures = |line: &&str| !line.starts_with("![");
    let unnumbered = |line: &str| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.strip_prefix(". ").map_or_else(|| line.to_owned(), str::to_owned)
    };
    let mut text = prose(text).into_iter().filter(pictures).map(unnumbered).collect::<Vec<_>>().join("\n");
    for command in COMMANDS {
        text = text.replace(command, "");
    }
    text.replace('×', "times").chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The numbers that equations were given.
fn tags(text: &str) -> Vec<&str> {
    text.split("\\tag{").skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

/// The formulas in the lines of a Markdown text, each with the character before and the one after it.
fn inline(text: &str) -> Vec<(char, &str, char)> {
    let mut found = Vec::new();
    for line in prose(text) {
        let mut start = 0;
        while let Some(open) = line[start..].find("$`").map(|at| start + at) {
            let close = open + line[open..].find("`$").unwrap_or_else(|| panic!("a formula is open: {line}"));
            let before = line[..open].chars().next_back().unwrap_or(' ');
            let after = line[close + 2..].chars().next().unwrap_or(' ');
            found.push((before, &line[open + 2..close], after));
            start = close + 2;
        }
    }
    found
}

#[test]
fn what_is_generated_is_fresh() {
    let output = Command::new(env!("CARGO_BIN_EXE_derive")).args(["weave", "--check"]).arg(docs()).output();
    let output = output.expect("the program runs");
    let told = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&told));
}

#[test]
fn the_editions_hold_the_same_equations_in_the_same_order() {
    let first = directives(&markdown("en"));
    assert!(first.len() > 70, "only {} directives", first.len());
    for (name, text) in [("zh", markdown("zh")), ("LaTeX", latex("en")), ("LaTeX, zh", latex("zh"))] {
        let found = directives(&text);
        for (number, (a, b)) in spoken(&first).iter().zip(&spoken(&found)).enumerate() {
            assert_eq!(a, b, "{name}: directive {number}");
        }
        assert_eq!(first.len(), found.len(), "{name}");
    }
}

#[test]
fn words_are_generated_in_the_language_of_the_edition() {
    let wordy = |line: &&str| line.contains("--part") || line.contains("--only summary");
    for text in [markdown("zh"), latex("zh")] {
        let lines: Vec<&str> = text.lines().filter_map(directive).filter(wordy).collect();
        assert!(!lines.is_empty() && lines.iter().all(|line| line.ends_with(" --lang zh")), "{lines:?}");
    }
    for text in [markdown("en"), latex("en")] {
        assert!(text.lines().filter_map(directive).all(|line| !line.contains("--lang")));
    }
}

#[test]
fn the_main_equations_are_numbered_once_and_in_order() {
    for language in ["en", "zh"] {
        assert_eq!(tags(&markdown(language)), NUMBERS, "Markdown, {language}");
        assert_eq!(tags(&latex(language)), NUMBERS, "LaTeX, {language}");
    }
}

#[test]
fn both_languages_tell_the_same_in_as_many_paragraphs() {
    // what a block is, not what it says: the level of a heading, the number of a list's items, a picture, a paragraph
    let form = |block: &str| {
        let items =
            block.lines().filter(|l| l.starts_with("- ") || l.starts_with(|c: char| c.is_ascii_digit())).count();
        let first = block.chars().next().expect("a block is not empty");
        match first {
            '#' => format!("heading {}", block.len() - block.trim_start_matches('#').len()),
            '!' => format!("picture {}", block.split_once("](").expect("a picture has a path").1),
            '-' | '1' => format!("list of {items}"),
            _ => "paragraph".to_owned(),
        }
    };
    for name in CHAPTERS {
        let forms = |language| {
            let text = prose(&chapter(language, name)).join("\n");
            text.split("\n\n").map(str::trim).filter(|b| !b.is_empty()).map(form).collect::<Vec<_>>()
        };
        assert_eq!(forms("en"), forms("zh"), "{name}");
    }
}

#[test]
fn markdown_and_latex_say_the_same() {
    for language in ["en", "zh"] {
        let (web, paper) = (letters(&markdown(language)), letters(&latex(language)));
        let same = web.chars().zip(paper.chars()).take_while(|(a, b)| a == b).count();
        let from = |text: &str| text.chars().skip(same.saturating_sub(40)).take(80).collect::<String>();
        assert!(web == paper, "{language}: Markdown has …{}…, LaTeX …{}…", from(&web), from(&paper));
    }
}

#[test]
fn no_equation_is_typed_and_every_formula_is_seen() {
    for language in ["en", "zh"] {
        for name in CHAPTERS {
            let text = chapter(language, name);
            for (before, formula, after) in inline(&text) {
                assert!(!formula.contains('='), "{language}/{name}: {formula} should be generated");
                // GitHub does not see a formula beside a character that is not ASCII
                assert!(before.is_ascii() && after.is_ascii(), "{language}/{name}: {before}{formula}{after}");
            }
            let alone = prose(&text).into_iter().find(|line| line.contains("```") || line.contains("$$"));
            assert_eq!(alone, None, "{language}/{name}");
        }
    }
}

#[test]
fn every_edition_reads_the_same_files() {
    for name in ["pool.json", "ties.json", "windows.json", "cnn.derive", "flipped.derive"] {
        let first = read(&format!("src/tutorial/en/{name}"));
        assert_eq!(first, read(&format!("src/tutorial/zh/{name}")), "{name}");
        assert_eq!(first, read(&format!("latex/{name}")), "{name}");
    }
}

#[test]
fn the_summary_names_chapters_as_they_name_themselves() {
    let summary = read("src/SUMMARY.md");
    for language in ["en", "zh"] {
        for name in CHAPTERS {
            let text = chapter(language, name);
            let title = text.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a title");
            let entry = format!("[{title}](tutorial/{language}/{name}.md)");
            assert!(summary.contains(&entry), "{entry}");
        }
    }
}

#[test]
fn the_english_edition_compiles() {
    let problems = tex::compile_document("backpropagation.tex", &read(file("en"))).err().unwrap_or_default();
    assert!(problems.is_empty(), "{}", tex::report(&problems));
}

#[test]
fn the_chinese_edition_compiles() {
    if xetex::is_there() {
        let document = ("backpropagation-zh.tex".to_owned(), read(file("zh")));
        let problems = xetex::compile(&[document]).err().unwrap_or_default();
        assert!(problems.is_empty(), "{}", tex::report(&problems));
    }
}
