//! The deriving commands: from arguments to a derivation.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::agreement::{agreed, for_every_size};
use super::arguments::{Common, Deriving, Format, List, Pool, axes, dense, word};
use super::notation::{fitted, notation};
use super::output::produce;
use super::pictures;
use super::problem::Problem;
use super::rename::{names, rename};
use super::values;
use crate::derivation::{self, AnySize, Derivation, Stage, Unsized, Values, ValuesError};
use crate::document::Notation;
use crate::expr::Ties;
use crate::index::Instance;
use crate::layer::{Amount, Builtin, Known, NetSettings, Settings, bind, builtins, general, link, loss_alone};
use crate::syntax::{self, ast};
use crate::text::{Source, Span, closest};

/// Memory that may be used where the system does not say how much there is.
const MEMORY: u128 = 4 << 30;

/// A larger file is nothing that a document's equations are made from.
const MOST_BYTES: u64 = 32 << 20;

/// Where a command is carried out, and what it may use.
pub(super) struct Place<'a> {
    /// Files are read from under this folder, and named from there; nothing: from anywhere.
    pub(super) folder: Option<&'a Path>,
    /// Bytes of memory.
    pub(super) memory: u128,
    /// Who is told what is being done.
    pub(super) begun: &'a dyn Fn(Stage),
}

impl<'a> Place<'a> {
    /// At a terminal: every file, and nearly all memory.
    pub(super) fn anywhere(begun: &'a dyn Fn(Stage)) -> Place<'a> {
        Place { folder: None, memory: memory(), begun }
    }

    /// A file that may be read.
    pub(super) fn file(&self, path: &Path) -> Result<PathBuf, Problem> {
        let Some(folder) = self.folder else { return Ok(path.to_path_buf()) };
        let joined = folder.join(path);
        // a link may lead elsewhere: what counts is where the file is
        let inside = |whole: &Path| folder.canonicalize().is_ok_and(|f| whole.starts_with(f));
        match joined.canonicalize() {
            Ok(whole) if stays(path) && inside(&whole) => match fs::metadata(&whole) {
                Ok(metadata) if metadata.is_file() && metadata.len() <= MOST_BYTES => Ok(joined),
                Ok(_) | Err(_) => {
                    let message = format!("{} is no file, or too large", path.display());
                    Err(Problem::input(message, "a document's equations may read files of at most 32 million bytes"))
                }
            },
            Err(error) if stays(path) => {
                let message = format!("{} cannot be read: {error}", path.display());
                Err(Problem::input(message, "files are named from the folder that the document is in"))
            }
            Ok(_) | Err(_) => {
                let message = format!("{} is not under the document's folder", path.display());
                Err(Problem::input(message, "a document's equations may read files beside it or in folders below"))
            }
        }
    }
}

/// Does a path, as it is written, lead nowhere above where it starts?
fn stays(path: &Path) -> bool {
    let depth = path.components().try_fold(0_usize, |depth, part| match part {
        Component::Normal(_) => Some(depth + 1),
        Component::CurDir => Some(depth),
        Component::ParentDir => depth.checked_sub(1),
        Component::RootDir | Component::Prefix(_) => None,
    });
    depth.is_some()
}

/// A derivation, and what else a document is made from.
pub(super) struct Derived {
    pub(super) derivation: Derivation,
    pub(super) values: Option<Values>,
    pub(super) notation: Notation,
    /// The same for every size, where letters stand for sizes.
    pub(super) any_size: Option<AnySize>,
}

/// Carries a deriving command out.
pub(super) fn derive(deriving: &Deriving, place: &Place<'_>) -> Result<Derived, Problem> {
    match deriving {
        Deriving::Conv { geometry, common } => {
            let (name, settings) = geometry.settings()?;
            built_in(name, settings, Ties::default(), common, place)
        }
        Deriving::Pool(Pool::Avg { geometry, exclude_padding, divisor, common }) => {
            let (name, mut settings) = geometry.settings(["pool-avg", "pool-avg-adaptive"]);
            if *exclude_padding {
                word(&mut settings, "exclude_padding", "yes");
            }
            axes(&mut settings, "divisor", divisor);
            built_in(name, settings, Ties::default(), common, place)
        }
        Deriving::Pool(Pool::Lp { geometry, common }) => {
            built_in("pool-lp", geometry.settings()?, Ties::default(), common, place)
        }
        Deriving::Pool(Pool::Max { geometry, ties, common }) => {
            let (name, settings) = geometry.settings(["pool-max", "pool-max-adaptive"]);
            built_in(name, settings, *ties, common, place)
        }
        Deriving::Dense { input, outputs, batch, bias, common } => {
            let settings = dense(input, outputs, batch.as_ref(), *bias);
            built_in("dense", settings, Ties::default(), common, place)
        }
        Deriving::Net { net, input, batch, ties, common } => {
            let mut given = input.as_ref().map_or_else(NetSettings::default, |inputs| inputs.0.clone());
            given.batch = batch.as_ref().map(|list| numbers(list, "--batch")).transpose()?.map(|list| list[0]);
            let instance = chain(net, &given, place)?;
            instance_derived(instance, None, *ties, common, place)
        }
        Deriving::Layer { file, options, ties, common } => {
            let settings = options.settings();
            let settings = settings.map_err(|o| Problem::input(format!("--{o} is given twice"), "give it once"))?;
            layer(&read(&place.file(file)?)?, settings, *ties, common, place)
        }
    }
}

/// Derives a built-in layer.
fn built_in(
    name: &str,
    settings: Settings<Amount>,
    ties: Ties,
    common: &Common,
    place: &Place<'_>,
) -> Result<Derived, Problem> {
    let found = builtins().iter().find(|b| b.name == name).expect("every command has its built-in layer");
    layer(&found.source(), settings, ties, common, place)
}

/// Links a net: a chain on the command line, or a file that holds one.
fn chain(chain: &str, given: &NetSettings, place: &Place<'_>) -> Result<Instance, Problem> {
    let path = Path::new(chain);
    let is_file = path.is_file() && place.folder.is_none() || path.extension().is_some_and(|e| e == "derive");
    let (source, file) = if is_file {
        let source = read(&place.file(path)?)?;
        let file = syntax::parse(&source).map_err(|d| Problem::Text(source.clone(), d))?;
        (source, file)
    } else {
        let source = Source::new("<net>", chain.replace('\u{d7}', "x"));
        let chain = syntax::parse_chain(&source).map_err(|d| Problem::Text(source.clone(), d))?;
        let name = ast::Name { text: "net".to_string(), span: chain.span };
        let span = chain.span;
        (
            source,
            ast::File {
                layers: Vec::new(),
                nets: vec![ast::Net { name, title: None, inputs: Vec::new(), chain, span }],
            },
        )
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
    link(net, &known, given).map_err(|r| Problem::refusal(r, &source))
}

/// The trees of the built-in layers.
fn built_in_layers() -> Vec<ast::Layer> {
    let parsed = builtins().iter().map(|b| syntax::parse(&b.source()).expect("built-in layers are tested to parse"));
    parsed.flat_map(|file| file.layers).collect()
}

fn read(file: &Path) -> Result<Source, Problem> {
    let text = text_of(file, "give a file in the layer language; `derive layers` prints examples")?;
    Ok(Source::new(file.display().to_string(), text))
}

/// The text of a file, or what to do where there is none.
pub(super) fn text_of(file: &Path, hint: &str) -> Result<String, Problem> {
    let text = fs::read(file).map_err(|e| Problem::input(format!("{} cannot be read: {e}", file.display()), hint))?;
    String::from_utf8(text).map_err(|_| Problem::input(format!("{} is not UTF-8 text", file.display()), hint))
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

fn layer(
    source: &Source,
    settings: Settings<Amount>,
    ties: Ties,
    common: &Common,
    place: &Place<'_>,
) -> Result<Derived, Problem> {
    let file = syntax::parse(source).map_err(|d| Problem::Text(source.clone(), d))?;
    let layer = only_layer(&file, source)?;
    let Some(settings) = settings.at(&|_| None) else { return any_size(layer, &settings, source, ties, common, place) };
    let instance = bind(layer, &settings).map_err(|r| Problem::refusal(r, source))?;
    let instance = if instance.loss { loss_alone(instance) } else { instance };
    let spans = instance.tensors.iter().map(|t| defined_at(layer, &t.name)).collect();
    instance_derived(instance, Some(&Written { source, spans }), ties, common, place)
}

/// Derives a layer for every size.
fn any_size(
    layer: &ast::Layer,
    settings: &Settings<Amount>,
    source: &Source,
    ties: Ties,
    common: &Common,
    place: &Place<'_>,
) -> Result<Derived, Problem> {
    agreed(common)?;
    for_every_size(common)?;
    let notation = notation(common, place)?;
    let program = general(layer, settings).map_err(|r| Problem::refusal(r, source))?;
    let at = |sizes: &BTreeMap<String, i64>| {
        let instance = bind(layer, &settings.at(&|letter| sizes.get(letter).copied())?).ok()?;
        let mut instance = if instance.loss { loss_alone(instance) } else { instance };
        rename(&mut instance, &common.rename).ok()?;
        Some(instance)
    };
    let options =
        derivation::Options { ties, memory: place.memory, surroundings: false, ..derivation::Options::default() };
    let any = AnySize::derive(program, &[], &at, &options);
    let (derivation, any) = any.map_err(|unsized_| match unsized_ {
        Unsized::NoSizes => Problem::input(
            "no numbers fit the letters under these conditions",
            "a letter may stand for too much at once: give some of the sizes as numbers",
        ),
        Unsized::Failed(failure) => Problem::failure(&failure),
    })?;
    Ok(Derived { derivation, values: None, notation, any_size: Some(any) })
}

/// The numbers of an option that takes no letters.
fn numbers(list: &List, option: &str) -> Result<Vec<i64>, Problem> {
    let number = |amount: &Amount| match amount {
        Amount::Number(n) => Ok(*n),
        Amount::Letter(letter, _) => Err(Problem::input(
            format!("{option} takes numbers here, not the letter {letter}"),
            "a net is derived at sizes that are numbers; single layers for every size",
        )),
    };
    list.0.iter().map(number).collect()
}

/// Where the tensors of a layer are defined.
struct Written<'a> {
    source: &'a Source,
    /// The right-hand side of each, where the text has one and no more.
    spans: Vec<Option<Span>>,
}

fn defined_at(layer: &ast::Layer, name: &str) -> Option<Span> {
    let mut found = layer.items.iter().filter_map(|item| match &item.kind {
        ast::ItemKind::Definition(d) => (d.name.text == name).then_some(d.body.span),
        ast::ItemKind::Declaration(_)
        | ast::ItemKind::Local(_)
        | ast::ItemKind::Assumption(_)
        | ast::ItemKind::Requirement(..) => None,
    });
    found.next().filter(|_| found.next().is_none())
}

fn instance_derived(
    mut instance: Instance,
    written: Option<&Written<'_>>,
    ties: Ties,
    common: &Common,
    place: &Place<'_>,
) -> Result<Derived, Problem> {
    agreed(common)?;
    let notation = notation(common, place)?;
    let names = names(&instance);
    let upstream = rename(&mut instance, &common.rename)?;
    let notation = fitted(notation, &instance, &names, &common.rename)?;
    // the activation below and the other kind of bias are for readers; a program asks for the layer, and a net has it all
    let surroundings = !matches!(common.format(), Format::Json | Format::Svg) && instance.stages.is_empty();
    let options = derivation::Options { upstream, ties, memory: place.memory, surroundings };
    let given = common.values.as_deref().map(|file| values::read(&place.file(file)?)).transpose()?;
    let names: Vec<String> = instance.tensors.iter().map(|t| t.name.clone()).collect();
    let derivation = derivation::derive_watched(instance, &options, place.begun).map_err(|failure| {
        let problem = Problem::failure(&failure);
        let tensor = failure.defining().and_then(|name| names.iter().position(|n| n == name));
        match written.zip(tensor).and_then(|(w, tensor)| Some((w.source, w.spans[tensor]?))) {
            Some((source, span)) => problem.at(source, span),
            None => problem,
        }
    })?;
    let values = given.map(|g| Values::work_out(&derivation, &g)).transpose();
    let values = values.map_err(|e| {
        let hint = match e {
            ValuesError::Twice { .. } => "give them once",
            ValuesError::Unknown { .. } | ValuesError::Shape { .. } => {
                "names and shapes are those of the layer at these sizes"
            }
        };
        Problem::input(e.to_string(), hint)
    })?;
    let derived = Derived { derivation, values, notation, any_size: None };
    pictures::at_is_inside(&derived, common)?;
    Ok(derived)
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

/// Nine tenths of the memory that is available now, where the system tells.
pub(super) fn memory() -> u128 {
    let available = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|l| l.strip_prefix("MemAvailable:"))?;
        line.split_whitespace().next()?.parse::<u128>().ok()
    });
    available.map_or(MEMORY, |kib| kib * 1024 / 10 * 9)
}
