//! The deriving commands: from settings to a derivation, and on to a document in the wanted format.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::arguments::{Common, Entries, Format, Language, PartArgument};
use super::output::produce;
use super::problem::Problem;
use super::rename::rename;
use super::values;
use crate::derivation::{self, Derivation, Values};
use crate::document::{Detail, Glossary, Lang, Measure, Notation, Part, Request, narrate};
use crate::expr::Ties;
use crate::layer::{Builtin, Instance, Known, Settings, bind, builtins, link, loss_alone};
use crate::render::{Latex, Shown, Text, json};
use crate::syntax::{self, ast};
use crate::text::{Source, closest};

/// Columns of text output.
const COLUMNS: usize = 96;
/// Memory that may be used where the system does not say how much there is.
const MEMORY: u128 = 4 << 30;

/// Derives a built-in layer.
pub(super) fn built_in(name: &str, settings: Settings, ties: Ties, common: &Common) -> Result<(), Problem> {
    let layer = builtins().iter().find(|b| b.name == name).expect("every command has its built-in layer");
    derive(&layer.source(), settings, ties, common)
}

/// Derives a layer from a file.
pub(super) fn user_layer(file: &Path, settings: Settings, ties: Ties, common: &Common) -> Result<(), Problem> {
    derive(&read(file)?, settings, ties, common)
}

/// Derives a net: a chain on the command line, or a file that holds one.
pub(super) fn net(chain: &str, input: Option<&[i64]>, ties: Ties, common: &Common) -> Result<(), Problem> {
    let path = Path::new(chain);
    let is_file = path.is_file() || path.extension().is_some_and(|e| e == "derive");
    let (source, file) = if is_file {
        let source = read(path)?;
        let file = syntax::parse(&source).map_err(|d| Problem::Text(source.clone(), d))?;
        (source, file)
    } else {
        let source = Source::new("<net>", chain.replace('\u{d7}', "x"));
        let chain = syntax::parse_chain(&source).map_err(|d| Problem::Text(source.clone(), d))?;
        let name = ast::Name { text: "net".to_string(), span: chain.span };
        let span = chain.span;
        (source, ast::File { layers: Vec::new(), nets: vec![ast::Net { name, title: None, input: None, chain, span }] })
    };
    let net = match file.nets.as_slice() {
        [net] => net,
        nets => {
            let message = format!("{} holds {} nets", source.name, nets.len());
            return Err(Problem::input(message, "a file has one net, and the layers it needs beside it"));
        }
    };
    let built_in = built_in_layers();
    let own = file.layers.iter().map(|layer| Known { layer, same_text: true });
    let known: Vec<Known<'_>> = own.chain(built_in.iter().map(|layer| Known { layer, same_text: false })).collect();
    let instance = link(net, &known, input).map_err(|r| Problem::refusal(r, &source))?;
    document(instance, ties, common)
}

/// The trees of the built-in layers.
fn built_in_layers() -> Vec<ast::Layer> {
    let parsed = builtins().iter().map(|b| syntax::parse(&b.source()).expect("built-in layers are tested to parse"));
    parsed.flat_map(|file| file.layers).collect()
}

fn read(file: &Path) -> Result<Source, Problem> {
    let hint = "give a file in the layer language; `derive layers` prints examples";
    let text = fs::read(file).map_err(|e| Problem::input(format!("{} cannot be read: {e}", file.display()), hint))?;
    let text =
        String::from_utf8(text).map_err(|_| Problem::input(format!("{} is not UTF-8 text", file.display()), hint))?;
    Ok(Source::new(file.display().to_string(), text))
}

/// Prints built-in layers.
pub(super) fn list(name: Option<&str>) -> Result<(), Problem> {
    let chosen: Vec<&Builtin> = match name {
        None => builtins().iter().collect(),
        Some(name) => match builtins().iter().find(|b| b.name == name) {
            Some(layer) => vec![layer],
            None => {
                let names: Vec<&str> = builtins().iter().map(|b| b.name).collect();
                let hint = match closest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are {}", names.join(", ")),
                };
                return Err(Problem::input(format!("there is no built-in layer `{name}`"), hint));
            }
        },
    };
    produce(None, |out| {
        for (place, layer) in chosen.iter().enumerate() {
            if place > 0 {
                writeln!(out)?;
            }
            write!(out, "{}", layer.text)?;
        }
        Ok(())
    })
}

fn derive(source: &Source, settings: Settings, ties: Ties, common: &Common) -> Result<(), Problem> {
    let file = syntax::parse(source).map_err(|d| Problem::Text(source.clone(), d))?;
    let layer = only_layer(&file, source)?;
    let instance = bind(layer, &settings).map_err(|r| Problem::refusal(r, source))?;
    document(if instance.loss { loss_alone(instance) } else { instance }, ties, common)
}

/// Derives an instance and writes what is wanted of it.
fn document(mut instance: Instance, ties: Ties, common: &Common) -> Result<(), Problem> {
    if common.standalone && common.format != Format::Latex {
        return Err(Problem::input("--standalone makes a LaTeX document", "leave it out, or take --format latex"));
    }
    if common.part.contains(&PartArgument::Values) && common.values.is_none() {
        return Err(Problem::input("--part values wants numbers", "give them with --values FILE"));
    }
    let upstream = rename(&mut instance, &common.rename)?;
    // the activation below and the other kind of bias are for readers; a program asks for the layer, and a net has it all
    let surroundings = common.format != Format::Json && instance.stages.is_empty();
    let options = derivation::Options { upstream, ties, memory: memory(), surroundings };
    let index_base = common.index_base.unwrap_or(instance.index_base);
    let given = common.values.as_deref().map(values::read).transpose()?;
    let derivation = derivation::derive(instance, &options).map_err(|f| Problem::failure(&f))?;
    let values = given.map(|g| Values::work_out(&derivation, &g)).transpose();
    let values =
        values.map_err(|e| Problem::input(e.to_string(), "names and shapes are those of the layer at these sizes"))?;
    produce(common.out.as_deref(), |out| write(&derivation, values.as_ref(), index_base, common, out))
}

fn only_layer<'a>(file: &'a ast::File, source: &Source) -> Result<&'a ast::Layer, Problem> {
    match file.layers.as_slice() {
        [layer] => Ok(layer),
        layers => {
            let message = format!("{} holds {} layers", source.name, layers.len());
            Err(Problem::input(message, "keep one layer in a file"))
        }
    }
}

fn write(
    derivation: &Derivation,
    values: Option<&Values>,
    index_base: i64,
    common: &Common,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let notation = Notation { index_base };
    let glossary = Glossary::new(derivation, &notation);
    let parts: Vec<Part> = common.part.iter().map(|p| (*p).into()).collect();
    let detail = common.entries.map(Detail::from);
    let lang = common.lang.into();
    let measure = match common.format {
        Format::Latex if lang == Lang::Zh => Measure::CTEX,
        Format::Latex | Format::Json => Measure::ARTICLE,
        Format::Text => Measure::Columns { line: COLUMNS as u32 - 4 },
    };
    let request = Request { parts: parts.clone(), detail, measure, notation, lang, command: command_line(), values };
    match common.format {
        Format::Latex => {
            let mut latex = Latex::new(out, &glossary, common.standalone, lang);
            narrate(derivation, &request, &mut latex)?;
            latex.finish().map(drop)
        }
        Format::Text => {
            let mut text = Text::new(out, &glossary, COLUMNS);
            narrate(derivation, &request, &mut text)?;
            text.finish().map(drop)
        }
        Format::Json => {
            let shown = Shown { parts, detail: detail.unwrap_or(Detail::All) };
            json(derivation, &glossary, values, &shown, out)
        }
    }
}

/// What was asked, for the document's header: printable ASCII, and without the name of the output file, so that the same
/// question always gives the same bytes.
fn command_line() -> String {
    let mut words = Vec::new();
    let mut arguments = std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned());
    while let Some(word) = arguments.next() {
        if word == "-o" || word == "--out" {
            arguments.next();
        } else if !(word.starts_with("--out=") || word.starts_with("-o")) {
            words.push(word);
        }
    }
    // quoted as a shell wants it
    let quoted = |w: &String| if w.contains([' ', '>', '(']) { format!("'{w}'") } else { w.clone() };
    let line = words.iter().map(quoted).collect::<Vec<_>>().join(" ").replace('\u{d7}', "x");
    line.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).collect()
}

/// Nine tenths of the memory that is available now, where the system tells.
fn memory() -> u128 {
    let available = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|l| l.strip_prefix("MemAvailable:"))?;
        line.split_whitespace().next()?.parse::<u128>().ok()
    });
    available.map_or(MEMORY, |kib| kib * 1024 / 10 * 9)
}

impl From<PartArgument> for Part {
    fn from(part: PartArgument) -> Part {
        match part {
            PartArgument::Forward => Part::Forward,
            PartArgument::Intermediate => Part::Intermediate,
            PartArgument::Input => Part::Input,
            PartArgument::Weight => Part::Weight,
            PartArgument::Bias => Part::Bias,
            PartArgument::Summary => Part::Summary,
            PartArgument::Values => Part::Values,
        }
    }
}

impl From<Language> for Lang {
    fn from(language: Language) -> Lang {
        match language {
            Language::En => Lang::En,
            Language::Zh => Lang::Zh,
        }
    }
}

impl From<Entries> for Detail {
    fn from(entries: Entries) -> Detail {
        match entries {
            Entries::All => Detail::All,
            Entries::Few => Detail::Few,
            Entries::None => Detail::None,
        }
    }
}
