//! What a case's words ask of the program, asked of the library: the derivation, and a narrative in any language.

use std::fs;
use std::path::{Path, PathBuf};

use deriver::derivation::{Derivation, Given, Options, Values, derive};
use deriver::document::{
    Block, Depth, Entries, Glossary, Lang, Measure, Notation, Request, Section, Windows, narrate, read_notation,
};
use deriver::expr::{Number, Ties};
use deriver::index::Instance;
use deriver::layer::{Known, NetSettings, Setting, Settings, bind, builtins, link, loss_alone};
use deriver::syntax::{ast, parse, parse_chain};
use deriver::text::Source;

use crate::blocks::Blocks;

/// A case: its derivation, and how it is to be told.
pub(crate) struct Case {
    derivation: Derivation,
    values: Option<Values>,
    sections: Vec<Section>,
    entries: Option<Entries>,
    depth: Depth,
    index_base: Option<i64>,
    notation: Notation,
    /// The text of the file that the words name, if they name one.
    pub(crate) file: String,
}

impl Case {
    /// # Panics
    /// If the words ask for something that no case has asked for so far.
    pub(crate) fn new(words: &[String]) -> Case {
        let mut case = Asked::default();
        let mut plain: Vec<&str> = Vec::new();
        let mut words = words.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match word.strip_prefix("--") {
                Some("ceil") => {
                    case.settings.options.insert("ceil".to_string(), Setting::Word("yes".to_string()));
                }
                Some(option) => case.option(option, words.next().expect("an option has a value")),
                None => plain.push(word),
            }
        }
        case.derived(&plain)
    }

    /// How its tensors are called in print.
    #[allow(dead_code)] // only where its blocks are written too
    pub(crate) fn glossary(&self) -> Glossary {
        Glossary::new(&self.derivation, &self.notation())
    }

    fn notation(&self) -> Notation {
        let index_base = self.index_base.or(self.notation.index_base).unwrap_or(self.derivation.instance.index_base);
        Notation { index_base: Some(index_base), ..self.notation.clone() }
    }

    /// The narrative.
    pub(crate) fn told(&self, lang: Lang, measure: Measure) -> Vec<Block> {
        let request = Request {
            sections: self.sections.clone(),
            entries: self.entries,
            depth: self.depth,
            measure,
            notation: self.notation(),
            lang,
            command: String::new(),
            values: self.values.as_ref(),
            windows: Windows::default(),
            numbered: false,
            pictures: false,
        };
        let mut blocks = Blocks::default();
        narrate(&self.derivation, &request, &mut blocks).expect("a vector takes everything");
        blocks.0
    }
}

/// What the options say.
#[derive(Default)]
struct Asked {
    settings: Settings,
    batch: Option<i64>,
    ties: Ties,
    renamed: Vec<(String, String)>,
    given: Option<Given>,
    sections: Vec<Section>,
    entries: Option<Entries>,
    depth: Depth,
    index_base: Option<i64>,
    notation: Notation,
}

impl Asked {
    fn option(&mut self, option: &str, value: &str) {
        let axes = || value.split('x').map(|n| n.parse().expect("sizes are numbers")).collect::<Vec<i64>>();
        match option {
            "input" => self.settings.input = Some(axes()),
            "batch" => self.batch = Some(axes()[0]),
            "kernel" | "window" | "stride" | "dilation" | "output" => {
                self.settings.options.insert(option.to_string(), Setting::Axes(axes()));
            }
            "groups" | "padding" => {
                self.settings.options.insert(option.to_string(), Setting::Axes(axes()));
            }
            "channels" => {
                let pair: Vec<i64> = value.split(':').map(|n| n.parse().expect("channels are numbers")).collect();
                self.settings.input.as_mut().expect("the input comes first").insert(0, pair[0]);
                self.settings.options.insert(option.to_string(), Setting::Axes(pair));
            }
            "padding-mode" => {
                self.settings.options.insert("padding_mode".to_string(), Setting::Word(value.to_string()));
            }
            "bias" => {
                self.settings.options.insert(option.to_string(), Setting::Word(value.to_string()));
            }
            "norm" => {
                let (top, bottom) = value.split_once('/').unwrap_or((value, "1"));
                let [top, bottom] = [top, bottom].map(|n| n.parse().expect("a number"));
                self.settings.options.insert(option.to_string(), Setting::Fraction(Number::fraction(top, bottom)));
            }
            "ties" => self.ties = if value == "split" { Ties::Split } else { Ties::First },
            "part" => {
                let section = |name: &str| <Section as clap::ValueEnum>::from_str(name, false).expect("a section");
                self.sections = value.split(',').map(section).collect();
            }
            "entries" => {
                self.entries = Some(match value {
                    "all" => Entries::All,
                    "few" => Entries::Few,
                    _ => Entries::None,
                });
            }
            "detail" => self.depth = <Depth as clap::ValueEnum>::from_str(value, false).expect("a depth"),
            "index-base" => self.index_base = Some(value.parse().expect("a number")),
            "notation" if value.ends_with(".toml") => {
                let text = fs::read_to_string(at(value)).expect("the file is there");
                self.notation = read_notation(&Source::new(value, text)).expect("the notation is right");
            }
            "notation" => self.notation = Notation::built_in(value).expect("a notation"),
            "values" => self.given = Some(given(value)),
            "rename" => {
                let pair = |pair: &str| pair.split_once('=').map(|(o, n)| (o.to_string(), n.to_string()));
                self.renamed = value.split(',').map(|p| pair(p).expect("old=new")).collect();
            }
            _ => panic!("no case has asked for --{option} so far"),
        }
    }

    fn derived(mut self, words: &[&str]) -> Case {
        if let (Some(batch), Some(input)) = (self.batch, &mut self.settings.input) {
            input.insert(0, batch);
        }
        let mut file = String::new();
        let mut instance = match words {
            ["net", chain] => {
                if chain.ends_with(".derive") {
                    file = fs::read_to_string(at(chain)).expect("the file is there");
                }
                net(chain, &file, self.settings.input.as_deref())
            }
            ["layer", path] => {
                file = fs::read_to_string(at(path)).expect("the file is there");
                layer(&Source::new(*path, file.clone()), &self.settings)
            }
            name => {
                let name = name.join("-");
                let built_in = builtins().iter().find(|b| b.name == name).expect("a built-in layer");
                layer(&built_in.source(), &self.settings)
            }
        };
        let upstream = rename(&mut instance, &self.renamed);
        let surroundings = instance.stages.is_empty();
        let options = Options { upstream, ties: self.ties, surroundings, ..Options::default() };
        let derivation = derive(instance, &options).expect("cases are derived");
        let values = self.given.take().map(|g| Values::work_out(&derivation, &g).expect("the numbers fit"));
        let Asked { sections, entries, depth, index_base, notation, .. } = self;
        Case { derivation, values, sections, entries, depth, index_base, notation, file }
    }
}

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn layer(source: &Source, settings: &Settings) -> Instance {
    let file = parse(source).expect("the layer parses");
    let instance = bind(&file.layers[0], settings).expect("the sizes fit");
    if instance.loss { loss_alone(instance) } else { instance }
}

/// A chain, or the net of a file.
fn net(chain: &str, file: &str, input: Option<&[i64]>) -> Instance {
    let built_in: Vec<ast::Layer> =
        builtins().iter().flat_map(|b| parse(&b.source()).expect("built-in layers parse").layers).collect();
    let file = if file.is_empty() {
        let chain = parse_chain(&Source::new("net", chain)).expect("the chain parses");
        let span = chain.span;
        let name = ast::Name { text: "net".to_string(), span };
        ast::File { layers: Vec::new(), nets: vec![ast::Net { name, title: None, inputs: Vec::new(), chain, span }] }
    } else {
        parse(&Source::new(chain, file)).expect("the file parses")
    };
    let own = file.layers.iter().map(|layer| Known { layer, same_text: true });
    let known: Vec<Known<'_>> = own.chain(built_in.iter().map(|layer| Known { layer, same_text: false })).collect();
    link(&file.nets[0], &known, &input.map(NetSettings::sized).unwrap_or_default()).expect("the stages fit")
}

/// Renames tensors, and gives the name of the upstream gradient.
fn rename(instance: &mut Instance, pairs: &[(String, String)]) -> String {
    let new = |old: &str| pairs.iter().find(|(o, _)| o == old).map_or(old, |(_, n)| n).to_string();
    for tensor in &mut instance.tensors {
        match &mut tensor.label {
            Some(label) => {
                tensor.name = format!("{}{}", new(&label.letter), &tensor.name[label.letter.len()..]);
                label.letter = new(&label.letter);
            }
            None => tensor.name = new(&tensor.name),
        }
    }
    new(&Options::default().upstream)
}

/// Numbers from a file: integers, decimals and quotients.
fn given(path: &str) -> Given {
    fn flat(value: &serde_json::Value, out: &mut Vec<Number>) -> Vec<usize> {
        let Some(parts) = value.as_array() else {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
            let (top, bottom) = text.split_once('/').unwrap_or((&text, "1"));
            let (whole, decimals) = top.split_once('.').unwrap_or((top, ""));
            let integer = |digits: &str| digits.parse::<i64>().expect("a number");
            let top = integer(&format!("{whole}{decimals}"));
            out.push(Number::fraction(top, integer(bottom) * 10_i64.pow(decimals.len() as u32)));
            return Vec::new();
        };
        let inner = parts.iter().map(|p| flat(p, out)).last().unwrap_or_default();
        std::iter::once(parts.len()).chain(inner).collect()
    }
    let text = fs::read_to_string(at(path)).expect("the file is there");
    let value: serde_json::Value = serde_json::from_str(&text).expect("the file is JSON");
    let mut given = Given::default();
    for (name, value) in value.as_object().expect("an object") {
        let mut elements = Vec::new();
        let shape = flat(value, &mut elements);
        given.tensors.insert(name.clone(), (shape, elements));
    }
    given
}
