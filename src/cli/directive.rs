//! A directive in a document: a deriving command, carried out with what a document may do, which is to derive and nothing else.

use std::path::{Path, PathBuf};

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::arguments::{Common, Directive, Format, Headings, Width, value_name};
use super::deriving::{Place, derive};
use super::problem::Problem;
use super::writing::{COLUMNS, InMemory, selection, to_text};
use crate::render::Host;
use crate::weave::{Syntax, followed, has_marker};

/// Memory that one directive may use.
pub(super) const MEMORY: u128 = 512 << 20;
/// A longer directive is none.
const MOST_WORDS: usize = 8 << 10;
/// A longer result does not belong into a document.
const MOST_OUTPUT: usize = 4 << 20;

/// Where a directive stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Setting {
    /// The folder of the document.
    pub(super) folder: PathBuf,
    /// The document's format.
    pub(super) syntax: Syntax,
    /// The level of the heading above; 0 if there is none.
    pub(super) level: u8,
    /// Where Markdown will be shown.
    pub(super) host: Host,
    /// Labels that stand further up in the document.
    pub(super) taken: Vec<String>,
}

/// What a directive gives.
#[derive(Clone, Debug)]
pub(super) struct Generated {
    /// What stands in the document where the directive wants it.
    pub(super) text: String,
    /// What the document's format lacks.
    pub(super) warnings: Vec<String>,
    /// The labels of its equations.
    pub(super) labels: Vec<String>,
}

/// Carries a directive out.
pub(super) fn generate(words: &str, setting: &Setting) -> Result<Generated, Problem> {
    generate_within(words, setting, MEMORY)
}

/// The same with so many bytes of memory.
pub(super) fn generate_within(words: &str, setting: &Setting, memory: u128) -> Result<Generated, Problem> {
    if words.len() > MOST_WORDS {
        return Err(Problem::input("the directive is too long", "put a long net into a file beside the document"));
    }
    let mut list = shlex::split(words)
        .ok_or_else(|| Problem::input("a quotation in the directive has no end", "close it with ' or \""))?;
    // as it is typed at a terminal
    if list.first().is_some_and(|w| w == "derive") {
        list.remove(0);
    }
    let mut directive = Directive::try_parse_from(list).map_err(|e| refused(&e))?;
    let common = directive.deriving.common_mut();
    allowed(common)?;
    let native = native(setting.syntax);
    let format = *common.format.get_or_insert(native);
    if format == Format::Markdown {
        common.host.get_or_insert(setting.host);
    }
    let mut selection = selection(common);
    selection.header = false;
    selection.taken.clone_from(&setting.taken);
    match common.headings {
        Some(_) => {}
        None if common.part.len() == 1 => (selection.title, selection.headings) = (false, false),
        // these have no levels
        None if matches!(format, Format::Text | Format::Json | Format::Svg) => selection.title = false,
        None => {
            selection.title = false;
            common.headings = Some(Headings::From(setting.level.clamp(1, 4)));
        }
    }
    let common = directive.deriving.common();
    let place = Place { folder: Some(&setting.folder), memory, begun: &|_| {} };
    let derived = derive(&directive.deriving, &place)?;
    let columns = common.width.and_then(Width::columns).unwrap_or(COLUMNS);
    let InMemory { text, warnings, labels } = to_text(&derived, common, columns, words, &selection, MOST_OUTPUT)?;
    let text = String::from_utf8(text).expect("all formats are UTF-8");
    let text = if format == native { text } else { as_code(&text, format, setting.syntax)? };
    if has_marker(&text, setting.syntax) {
        let hint = "a title in the layer's text may not read like a directive";
        return Err(Problem::input("what this gives holds a marker of its own", hint));
    }
    Ok(Generated { text, warnings, labels })
}

/// The format that a document of this kind takes as its own.
fn native(syntax: Syntax) -> Format {
    match syntax {
        Syntax::Latex => Format::Latex,
        Syntax::Markdown => Format::Markdown,
        Syntax::Typst => Format::Typst,
        Syntax::Rst => Format::Rst,
        Syntax::Svg => Format::Svg,
    }
}

/// A directive writes where it stands.
fn allowed(common: &Common) -> Result<(), Problem> {
    if common.out.is_some() {
        return Err(Problem::input("a directive writes into its document, and nowhere else", "leave -o out"));
    }
    if common.standalone {
        return Err(Problem::input("a directive gives a part of a document", "leave --standalone out"));
    }
    Ok(())
}

/// Text of another format is shown, not read: in a code block.
fn as_code(text: &str, format: Format, syntax: Syntax) -> Result<String, Problem> {
    let name = value_name(&format);
    let indented = |by: &str| {
        let line = |l: &str| if l.is_empty() { "\n".to_string() } else { format!("{by}{l}\n") };
        text.lines().map(line).collect::<String>()
    };
    let code = match syntax {
        Syntax::Markdown | Syntax::Typst => {
            // longer than any fence inside
            let run = text.lines().map(|l| l.chars().take_while(|&c| c == '`').count()).max().unwrap_or(0);
            let fence = "`".repeat(run.max(2) + 1);
            format!("{fence}{name}\n{}\n{fence}\n", text.trim_end())
        }
        Syntax::Latex if text.contains("\\end{verbatim}") => {
            let hint = "a title in the layer's text may not hold \\end{verbatim}";
            return Err(Problem::input("what this gives cannot stand in a code block", hint));
        }
        Syntax::Latex if !text.is_ascii() => {
            let message = format!("LaTeX's verbatim cannot show --format {name}: it holds letters such as \u{3b4}");
            return Err(Problem::input(message, "leave --format out, or take latex"));
        }
        Syntax::Latex => format!("\\begin{{verbatim}}\n{}\n\\end{{verbatim}}\n", text.trim_end()),
        Syntax::Rst => format!(".. code-block:: {name}\n\n{}", indented("   ")),
        Syntax::Svg => text.to_string(),
    };
    Ok(code)
}

/// Words that clap does not take, without its usage lines.
fn refused(error: &clap::Error) -> Problem {
    let general = "the words are those of the command line, such as `conv --input 3x3 --kernel 2x2 --part input`";
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Problem::input("a directive derives, and tells nothing else", general);
    }
    let text = error.render().to_string();
    let message = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
    let message = message.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    if message.starts_with("Usage")
        || message.is_empty()
        || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    {
        return Problem::input("the directive is not complete", general);
    }
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let near = near.iter().find_map(|&kind| {
        let found = error.get(kind)?;
        if let ContextValue::Strings(words) = found {
            return words.first().cloned();
        }
        if let ContextValue::String(word) = found { Some(word.clone()) } else { None }
    });
    match near {
        Some(word) => Problem::input(message, format!("did you mean `{word}`?")),
        None => Problem::input(message, general),
    }
}

/// The folder that a document is in; a link is where the document is that it names, so that both give the same.
pub(super) fn folder_of(document: &Path) -> PathBuf {
    let document = followed(document).unwrap_or_else(|_| document.to_path_buf());
    let folder = document.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    folder.to_path_buf()
}
