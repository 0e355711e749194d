//! A text taken the whole way through the library, as the program takes it: read, bound, derived with little memory, told in every
//! sort of format. It is accepted or refused with a message; whatever else happens is a bug, and a panic here.

use std::sync::OnceLock;

use deriver::cli::{self, Refused};
use deriver::derivation::{Derivation, Failure, Options, Values, derive};
use deriver::document::{
    Depth, Entries, Glossary, Lang, Measure, NOTATIONS, Notation, Request, Sheet, Windows, exercises, narrate,
    read_notation,
};
use deriver::expr::{Number, Ties};
use deriver::index::Instance;
use deriver::layer::{Known, NetSettings, Refusal, Setting, Settings, bind, builtins, link, loss_alone};
use deriver::render::{Alphabet, Host, Latex, Markdown, Shown, Text, json};
use deriver::syntax::{self, ast, parse};
use deriver::text::{Diagnostic, Source};
use deriver::weave::{State, Syntax, places, renewed, spliced};

/// What becomes of a text: nothing to say, or why it is refused.
pub(crate) type Outcome = Result<(), String>;

/// Bytes of memory for a derivation: some thousand terms.
const MEMORY: u128 = 1 << 20;
/// A longer text only takes longer.
const MOST_BYTES: usize = 20_000;
/// So many directives of a document are carried out.
const MOST_DIRECTIVES: usize = 4;

/// One of the kinds of text, by the name of its folder.
pub(crate) fn of_kind(kind: &str, text: &str) -> Outcome {
    if text.len() > MOST_BYTES {
        return Err("too long".to_string());
    }
    match kind {
        "layer" => layer(text),
        "net" => net(text),
        "values" => values(text),
        "notation" => notation(text),
        "weave" => weave(text),
        other => panic!("there is no kind of text `{other}`"),
    }
}

/// The derivation of the last layer, or of the net, of a text.
#[allow(dead_code)] // one test only writes, the other reads back
pub(crate) fn derivation(kind: &str, text: &str) -> Result<Derivation, String> {
    let mut drawn = Drawn::of(text);
    let instance = match kind {
        "layer" => {
            let file = parsed(text)?;
            let layer = file.layers.last().ok_or("no layer")?;
            let bound = bind(layer, &settings(text)).map_err(|refusal| refused(&refusal, text))?;
            if bound.loss { loss_alone(bound) } else { bound }
        }
        "net" => linked(text)?,
        other => panic!("there is nothing to derive in `{other}`"),
    };
    derived(instance, text, &mut drawn)
}

/// What is drawn for a text: which convention, notation, language. The same text always has the same.
struct Drawn(usize);

impl Drawn {
    fn of(text: &str) -> Drawn {
        let hash =
            text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
        Drawn((hash >> 24) as usize)
    }

    fn one_of<T: Clone>(&mut self, list: &[T]) -> T {
        let place = self.0 % list.len();
        self.0 /= list.len();
        list[place].clone()
    }

    fn ties(&mut self) -> Ties {
        self.one_of(&[Ties::First, Ties::Split, Ties::All])
    }

    fn notation(&mut self) -> Notation {
        Notation::built_in(self.one_of(&NOTATIONS).0).expect("a name of the list")
    }
}

/// The layers of a text, each with the settings of the first line, such as `# input=3x3 kernel=2x2 tie=none N:4`.
fn layer(text: &str) -> Outcome {
    let mut drawn = Drawn::of(text);
    let file = parsed(text)?;
    let settings = settings(text);
    let mut outcome = Err("no layer".to_string());
    for layer in &file.layers {
        let bound = bind(layer, &settings).map_err(|refusal| refused(&refusal, text));
        outcome = bound.and_then(|bound| {
            let instance = if bound.loss { loss_alone(bound) } else { bound };
            told(&derived(instance, text, &mut drawn)?, &drawn.notation(), None, &mut drawn);
            Ok(())
        });
    }
    outcome
}

/// The first net of a text, or a text that is a chain as on a command line; the first line sets `# input=3x3`.
fn net(text: &str) -> Outcome {
    let mut drawn = Drawn::of(text);
    told(&derived(linked(text)?, text, &mut drawn)?, &drawn.notation(), None, &mut drawn);
    Ok(())
}

fn linked(text: &str) -> Result<Instance, String> {
    let file = match parsed(text) {
        Ok(file) => file,
        Err(why) => {
            let chain = syntax::parse_chain(&Source::new("chain", text)).map_err(|_| why)?;
            let (name, span) = (ast::Name { text: "net".to_string(), span: chain.span }, chain.span);
            ast::File {
                layers: Vec::new(),
                nets: vec![ast::Net { name, title: None, inputs: Vec::new(), chain, span }],
            }
        }
    };
    let net = file.nets.first().ok_or("no net")?;
    static BUILT_IN: OnceLock<Vec<ast::Layer>> = OnceLock::new();
    let built_in = BUILT_IN.get_or_init(|| {
        builtins().iter().flat_map(|b| parse(&b.source()).expect("built-in layers parse").layers).collect()
    });
    let own = file.layers.iter().map(|layer| Known { layer, same_text: true });
    let known: Vec<Known<'_>> = own.chain(built_in.iter().map(|layer| Known { layer, same_text: false })).collect();
    let set = settings(text);
    let batch = match set.options.get("batch") {
        Some(Setting::Axes(sizes)) => sizes.first().copied(),
        Some(_) | None => None,
    };
    let given = NetSettings { input: set.input, batch, ..NetSettings::default() };
    link(net, &known, &given).map_err(|refusal| refused(&refusal, text))
}

/// Numbers for a layer that has all sorts of tensors.
fn values(text: &str) -> Outcome {
    static LAYER: OnceLock<Derivation> = OnceLock::new();
    let derivation = LAYER.get_or_init(|| {
        let text = "layer all\n input a[2,3]\n weight w[3]\n bias b\n target y[2]\n s[n] = sum(i) a[n,i]*w[i] + b\n\
                    m = max(n) s[n]\n z[n] = log(s[n])/m + y[n]*exp(b)^(1/2)\n";
        let file = parse(&Source::new("all", text)).expect("the layer is right");
        let instance = bind(&file.layers[0], &Settings::default()).expect("its sizes are written");
        derive(instance, &Options::default()).expect("it has derivatives")
    });
    let mut drawn = Drawn::of(text);
    let given = cli::given(text).map_err(refused_input)?;
    let values = Values::work_out(derivation, &given).map_err(|error| error.to_string())?;
    told(derivation, &drawn.notation(), Some(&values), &mut drawn);
    Ok(())
}

/// A notation of somebody's own, for a net with all that notations speak of.
fn notation(text: &str) -> Outcome {
    static NET: OnceLock<Derivation> = OnceLock::new();
    let derivation = NET.get_or_init(|| {
        let chain = "net n\n input x[1,4]\n conv 1x2 -> relu -> flatten -> dense 2 -> softmax -> crossentropy\n";
        let file = parse(&Source::new("net", chain)).expect("the net is right");
        let layers: Vec<ast::Layer> =
            builtins().iter().flat_map(|b| parse(&b.source()).expect("built-in layers parse").layers).collect();
        let known: Vec<Known<'_>> = layers.iter().map(|layer| Known { layer, same_text: false }).collect();
        let instance = link(&file.nets[0], &known, &NetSettings::default()).expect("its stages fit");
        derive(instance, &Options::default()).expect("it has derivatives")
    });
    let mut drawn = Drawn::of(text);
    let source = Source::new("own.toml", text);
    let notation = read_notation(&source).map_err(|wrong| diagnosed(&wrong, text))?;
    told(derivation, &notation, None, &mut drawn);
    Ok(())
}

/// A document of the format that its first line ends in, such as `% tex`: its places are found, generated and spliced in, after
/// which every place is fresh.
fn weave(text: &str) -> Outcome {
    let (first, document) = text.split_once('\n').ok_or("no first line")?;
    let name = first.trim_end().rsplit(' ').next().unwrap_or_default();
    let syntax = Syntax::of(std::path::Path::new(&format!("document.{name}"))).ok_or("no format in the first line")?;
    let found = places(document, syntax).map_err(|wrong| diagnosed(&wrong, document))?;
    let generated: Vec<Result<String, Refused>> = found
        .iter()
        .take(MOST_DIRECTIVES)
        .map(|place| cli::directive(&document[place.words.start..place.words.end], syntax, MEMORY))
        .collect();
    let refusals: Vec<String> =
        generated.iter().filter_map(|g| Some(refused_input(g.as_ref().err()?.clone()))).collect();
    let text_of = |place: usize| {
        let made = generated.get(place).and_then(|g| g.as_ref().ok());
        made.map_or("what is\n\n generated ", String::as_str)
    };
    let renew = |document: &str| {
        let found = places(document, syntax).unwrap_or_else(|wrong| panic!("{}", diagnosed(&wrong, document)));
        let each = found.iter().enumerate().map(|(at, place)| renewed(document, syntax, place, text_of(at)));
        let all: Vec<_> = each.collect();
        (spliced(document, syntax, &all), all)
    };
    let (once, before) = renew(document);
    let (twice, after) = renew(&once);
    assert_eq!(before.len(), after.len(), "a document has as many places after it is woven");
    assert!(after.iter().all(|place| place.state == State::Fresh), "what was just woven is fresh");
    assert_eq!(once, twice, "weaving twice changes nothing");
    refusals.into_iter().next().map_or(Ok(()), Err)
}

/// The tree of a text. What the printer makes of it means the same.
fn parsed(text: &str) -> Result<ast::File, String> {
    let file = parse(&Source::new("text", text)).map_err(|wrong| diagnosed(&wrong, text))?;
    let printed = syntax::print(&file);
    match parse(&Source::new("printed", printed.as_str())) {
        Ok(again) => assert_eq!(printed, syntax::print(&again), "a text is printed as it was printed before"),
        Err(wrong) => panic!("what is printed cannot be read: {}\n{printed}", diagnosed(&wrong, &printed)),
    }
    Ok(file)
}

/// The settings in the first line.
fn settings(text: &str) -> Settings {
    let mut settings = Settings::default();
    let Some(line) = text.lines().next().and_then(|line| line.strip_prefix('#')) else { return settings };
    for word in line.split_whitespace() {
        if let Some((letter, size)) = word.split_once(':').and_then(|(letter, n)| Some((letter, n.parse().ok()?))) {
            settings.sizes.insert(letter.to_string(), size);
        }
        let Some((name, value)) = word.split_once('=') else { continue };
        let numbers: Option<Vec<i64>> = value.split('x').map(|n| n.parse().ok()).collect();
        let setting = match (numbers, value.split_once(',')) {
            (Some(list), _) => Setting::Axes(list),
            (None, Some((before, behind))) => match (before.parse(), behind.parse()) {
                (Ok(before), Ok(behind)) => Setting::Sides(vec![(before, behind)]),
                _ => continue,
            },
            (None, None) => match value.strip_suffix("/2").and_then(|n| n.parse().ok()) {
                Some(halves) => Setting::Fraction(Number::fraction(halves, 2)),
                None => Setting::Word(value.to_string()),
            },
        };
        match (name, setting) {
            ("input", Setting::Axes(list)) => settings.input = Some(list),
            (option, setting) => {
                settings.options.insert(option.to_string(), setting);
            }
        }
    }
    settings
}

/// The derivation, or the message that refuses it.
fn derived(instance: Instance, text: &str, drawn: &mut Drawn) -> Result<Derivation, String> {
    let options = Options { ties: drawn.ties(), memory: MEMORY, ..Options::default() };
    derive(instance, &options).map_err(|failure| match failure {
        Failure::Refuted(_) => panic!("{failure}\n{text}"),
        Failure::TooLarge { .. }
        | Failure::Expand(_)
        | Failure::NameTaken(_)
        | Failure::Excess(_)
        | Failure::NoValue { .. } => failure.to_string(),
    })
}

/// Tells a derivation in text, LaTeX, Markdown and JSON.
fn told(derivation: &Derivation, notation: &Notation, values: Option<&Values>, drawn: &mut Drawn) {
    // another one where two things would look alike
    let fits = |notation: &Notation| cli::fitted(notation.clone(), &derivation.instance).ok();
    let all = NOTATIONS.iter().filter_map(|(name, _)| Notation::built_in(name));
    let Some(notation) = &fits(notation).or_else(|| all.into_iter().find_map(|n| fits(&n))) else { return };
    let glossary = Glossary::new(derivation, notation);
    let lang = drawn.one_of(&[Lang::En, Lang::Zh]);
    let detail = drawn.one_of(&[None, Some(Entries::All), Some(Entries::Few), Some(Entries::None)]);
    let depth = drawn.one_of(&[Depth::Brief, Depth::Tutorial, Depth::Tutorial, Depth::Full]);
    let request = |measure| Request {
        sections: Vec::new(),
        entries: detail,
        depth,
        measure,
        notation: notation.clone(),
        lang,
        command: String::new(),
        values,
        windows: Windows::default(),
        numbered: false,
        pictures: false,
    };
    const TOLD: &str = "memory takes all that is written, and what is displayed holds";
    let mut latex = Latex::new(Vec::new(), &glossary, true, lang);
    narrate(derivation, &request(Measure::ARTICLE), &mut latex).expect(TOLD);
    latex.finish().expect(TOLD);
    let mut markdown = Markdown::new(Vec::new(), &glossary, Host::GitHub);
    narrate(derivation, &request(Measure::ARTICLE), &mut markdown).expect(TOLD);
    markdown.finish().expect(TOLD);
    let (alphabet, measure) = drawn
        .one_of(&[(Alphabet::Ascii, Measure::Ascii { line: 76 }), (Alphabet::Unicode, Measure::Columns { line: 76 })]);
    let mut text = Text::new(Vec::new(), &glossary, alphabet, 80);
    narrate(derivation, &request(measure), &mut text).expect(TOLD);
    text.finish().expect(TOLD);
    let mut page = Markdown::new(Vec::new(), &glossary, Host::Plain);
    let sheet = Sheet { count: 12, seed: drawn.one_of(&[0, 1, 2]), key: true };
    exercises(derivation, &request(Measure::ARTICLE), &sheet, &mut page).expect(TOLD);
    page.finish().expect(TOLD);
    let shown = Shown { sections: Vec::new(), entries: Entries::All };
    let mut object = Vec::new();
    json(derivation, &glossary, values, &shown, &mut object).expect(TOLD);
    if let Err(error) = serde_json::from_slice::<serde_json::Value>(&object) {
        panic!("what is written is no JSON: {error}");
    }
}

/// A message, with every place inside the text that it speaks of.
fn diagnosed(wrong: &[Diagnostic], text: &str) -> String {
    assert!(!wrong.is_empty(), "a refusal says what is wrong");
    for diagnostic in wrong {
        let spans = [diagnostic.span].into_iter().chain(diagnostic.notes.iter().map(|note| note.span));
        for span in spans {
            assert!(span.start <= span.end && text.get(span.start..span.end).is_some(), "{span:?} is no place");
        }
    }
    wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn refused(refusal: &Refusal, text: &str) -> String {
    match refusal {
        Refusal::Text(wrong) => diagnosed(wrong, text),
        Refusal::Setting { message, .. } => message.clone(),
    }
}

/// The message of a refusal with exit status 2.
fn refused_input(refused: Refused) -> String {
    assert_eq!(refused.status, 2, "{}", refused.message);
    refused.message
}
