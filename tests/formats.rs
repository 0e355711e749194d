//! All formats say the same: each block of random layers and nets and of the stored cases goes to every writer, and what each made of it
//! is read and compared, formula by formula, with what LaTeX says, which `random_layers.rs` reads back and evaluates.
//!
//! More of them, or others: `FORMATS_LAYERS=5000 FORMATS_FROM=1000 cargo test --release --test formats`.

#[path = "formats/audit.rs"]
mod audit;
#[path = "support/blocks.rs"]
mod blocks;
#[path = "support/cases.rs"]
mod cases;
#[path = "formats/latex.rs"]
mod latex;
#[allow(dead_code)] // the text of its file is not needed
#[path = "snapshots/library.rs"]
mod library;
#[path = "formats/mathml.rs"]
mod mathml;
#[path = "formats/page.rs"]
mod page;
#[path = "formats/picture.rs"]
mod picture;
#[path = "formats/plain.rs"]
mod plain;
#[path = "support/random.rs"]
mod random;
#[path = "support/random_layers.rs"]
mod random_layers;
#[path = "support/random_nets.rs"]
mod random_nets;
#[path = "formats/readers.rs"]
mod readers;
#[path = "formats/tree.rs"]
mod tree;
#[path = "formats/typst.rs"]
mod typst;
#[allow(dead_code)] // only the derivation of a text is needed
#[path = "support/whole_way.rs"]
mod whole_way;
#[path = "support/words.rs"]
mod words;

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::Mutex;
use std::thread;

use blocks::Blocks;
use deriver::document::{
    Block, Depth, Figure, Glossary, Inline, Inlines, Lang, Measure, NOTATIONS, Notation, Request, Sheet, Sink, Windows,
    exercises, narrate,
};
use deriver::render::{Alphabet, Host, Html, Latex, Markdown, Rst, Text, Typst, svg};
use library::Case;
use page::{HOLE, Page, squeezed};

/// So wide that no line of text is broken.
const WIDE: usize = 100_000;

/// What became of many documents.
#[derive(Default)]
struct Tally {
    documents: usize,
    displays: usize,
    running: usize,
    pictures: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.documents += other.documents;
        self.displays += other.displays;
        self.running += other.running;
        self.pictures += other.pictures;
        self.wrong.extend(other.wrong);
    }

    fn check(&self) {
        let Tally { documents, displays, running, pictures, wrong } = self;
        println!("{documents} documents: {displays} displays, {running} formulas in text, {pictures} pictures");
        let some: Vec<&str> = wrong.iter().take(12).map(String::as_str).collect();
        assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), some.join("\n\n"));
    }
}

/// Memory that a writer and the test share.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    /// What was written since this was asked last.
    fn taken(&self) -> String {
        String::from_utf8(self.0.take()).expect("documents are UTF-8")
    }
}

/// All writers, and where each writes.
struct Writers<'a> {
    pages: Vec<(Page, Shared, Box<dyn Sink + 'a>)>,
    /// Text in Unicode and in ASCII.
    texts: Vec<(Shared, Box<dyn Sink + 'a>)>,
    glossary: &'a Glossary,
    lang: Lang,
}

impl<'a> Writers<'a> {
    fn new(glossary: &'a Glossary, lang: Lang, whole: bool) -> Writers<'a> {
        let mut pages = Vec::new();
        let mut page = |page, make: &dyn Fn(Shared) -> Box<dyn Sink + 'a>| {
            let shared = Shared::default();
            pages.push((page, shared.clone(), make(shared)));
        };
        page(Page::Latex, &|out| Box::new(Latex::new(out, glossary, false, lang)));
        page(Page::Typst, &|out| Box::new(Typst::new(out, glossary, false)));
        page(Page::Html, &|out| Box::new(Html::new(out, glossary, lang, whole)));
        page(Page::Rst, &|out| Box::new(Rst::new(out, glossary)));
        for (name, host) in [
            (Page::Plain, Host::Plain),
            (Page::GitHub, Host::GitHub),
            (Page::MdBook, Host::MdBook),
            (Page::Myst, Host::Myst),
        ] {
            page(name, &|out| Box::new(Markdown::new(out, glossary, host)));
        }
        let text = |alphabet| {
            let shared = Shared::default();
            let text: Box<dyn Sink + 'a> = Box::new(Text::new(shared.clone(), glossary, alphabet, WIDE));
            (shared, text)
        };
        Writers { pages, texts: [Alphabet::Unicode, Alphabet::Ascii].map(text).into(), glossary, lang }
    }

    /// A block in every format, compared.
    fn compare(&mut self, block: &Block, tally: &mut Tally) -> Result<(), String> {
        let mut written = Vec::new();
        for (page, shared, sink) in &mut self.pages {
            sink.block(block.clone()).expect("memory takes all");
            written.push((*page, shared.taken()));
        }
        let mut texts = Vec::new();
        for (shared, sink) in &mut self.texts {
            sink.block(block.clone()).expect("memory takes all");
            texts.push(shared.taken());
        }
        match block {
            Block::Display(display) => {
                let latex = written[0].0.display(&written[0].1)?;
                tally.displays += 1;
                if latex.is_empty() {
                    return Err(format!("LaTeX has no display: {}", written[0].1));
                }
                for (page, text) in &written[1..] {
                    let other = page.display(text)?;
                    same(&latex, &other).map_err(|why| format!("{page:?}: {why}\n{}\n{text}", written[0].1))?;
                    if let Some(label) = display.label.as_ref().filter(|label| !text.contains(label.as_str())) {
                        return Err(format!("{page:?}: the label {label} is lost\n{text}"));
                    }
                }
                let [unicode, ascii] = [0, 1].map(|place| plain::bare(&texts[place]));
                if unicode != ascii && self.lang == Lang::En {
                    return Err(format!("ASCII:\n{unicode}\n{ascii}\n{}{}", texts[0], texts[1]));
                }
            }
            Block::Title(text) | Block::Heading(text) | Block::Subheading(text) | Block::Paragraph(text) => {
                self.running(&[text], &written, &texts, tally)?;
            }
            Block::Table(table) => {
                let cells: Vec<&Inlines> = table.head.iter().chain(table.rows.iter().flatten()).collect();
                // LaTeX writes the head again where a table goes on, and text breaks a narrow cell
                self.running(&cells, &written, &[], tally)?;
            }
            Block::Figure(figure) => {
                tally.pictures += 1;
                let captions: Vec<(Page, String)> =
                    written.iter().map(|(p, text)| (*p, caption(*p, text).to_string())).collect();
                self.running(&[&figure.caption], &captions, &[], tally)?;
                self.picture(figure, &written)?;
            }
            Block::Header { .. } | Block::Closing(_) | Block::Room(_) => {}
        }
        Ok(())
    }

    /// Running text: the words that the narrator said, and in their midst the formulas that LaTeX has.
    fn running(
        &self,
        wanted: &[&Inlines],
        written: &[(Page, String)],
        texts: &[String],
        tally: &mut Tally,
    ) -> Result<(), String> {
        let mut latex = Vec::new();
        for (page, text) in written {
            let (formulas, words) = page.running(text)?;
            let mut rest = words.as_str();
            for inlines in wanted {
                let words = squeezed(&in_words(inlines));
                let place = rest.find(&words).ok_or_else(|| format!("{page:?}: `{words}` is lost in\n{text}"))?;
                rest = &rest[place + words.len()..];
            }
            if *page == Page::Latex {
                tally.running += formulas.len();
                latex = formulas;
            } else if let Err(why) = same(&latex, &formulas) {
                return Err(format!("{page:?}: {why}\n{}\n{text}", written[0].1));
            }
        }
        if let [unicode, ascii] = texts
            && self.lang == Lang::En
            && plain::bare(unicode) != plain::bare(ascii)
        {
            return Err(format!("ASCII:\n{unicode}{ascii}"));
        }
        Ok(())
    }

    /// The same picture on every page that shows one, with the letters of the one in TikZ.
    fn picture(&self, figure: &Figure, written: &[(Page, String)]) -> Result<(), String> {
        let own = svg(figure, self.glossary);
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        for (page, text) in written {
            let shown = match page {
                Page::Latex => {
                    let (svg, tikz) = (picture::in_svg(&own)?, picture::in_tikz(text)?);
                    same(&tikz, &svg).map_err(|why| format!("picture: {why}"))?;
                    continue;
                }
                Page::GitHub => continue,
                Page::Typst => text.replace("\\\"", "\"").replace("\\\\", "\\"),
                Page::Html | Page::Plain | Page::MdBook | Page::Myst | Page::Rst => text.clone(),
            };
            if !bare(&shown).contains(&bare(&own)) {
                return Err(format!("{page:?} has another picture"));
            }
        }
        Ok(())
    }
}

/// What stands below a picture.
fn caption(page: Page, text: &str) -> &str {
    let before = match page {
        Page::Latex => "{\\small ",
        Page::Typst => "caption: [",
        Page::Html => "<figcaption>",
        Page::Plain | Page::MdBook | Page::Myst => "</div>",
        Page::GitHub => "\n\n",
        Page::Rst => "only:: not html",
    };
    text.rsplit_once(before).map_or(text, |(_, caption)| caption)
}

/// The words with a hole for each formula.
fn in_words(inlines: &Inlines) -> String {
    let piece = |inline: &Inline| match inline {
        Inline::Text(words) => words.clone(),
        Inline::Math(_) | Inline::Reference(_) => HOLE.to_string(),
    };
    inlines.iter().map(piece).collect()
}

/// Are both lists the same? If not, where do they part?
fn same(latex: &[String], other: &[String]) -> Result<(), String> {
    let place = latex.iter().zip(other).take_while(|(a, b)| a == b).count();
    match (latex.get(place), other.get(place)) {
        (None, None) => Ok(()),
        (latex, other) => {
            let say = |line: Option<&String>| line.map_or("nothing".to_string(), |line| format!("`{line}`"));
            Err(format!("{} stands for\n{}", say(other), say(latex)))
        }
    }
}

/// Compares a document, of which what is wrong is told with what was asked for.
fn compared(blocks: &[Block], glossary: &Glossary, lang: Lang, whole: bool, asked: &str) -> Tally {
    let mut tally = Tally { documents: 1, ..Tally::default() };
    let mut writers = Writers::new(glossary, lang, whole);
    for block in blocks {
        if let Err(why) = writers.compare(block, &mut tally) {
            tally.wrong.push(format!("{why}\n{asked}"));
        }
    }
    tally
}

/// Derives a text, and compares what is written of it in one of the notations.
fn tried(kind: &str, number: u64, text: &str) -> Tally {
    let Ok(derivation) = whole_way::derivation(kind, text) else { return Tally::default() };
    let name = NOTATIONS[(number % 5) as usize].0;
    let notation = Notation::built_in(name).expect("a name of the list");
    let Ok(notation) = deriver::cli::fitted(notation, &derivation.instance) else { return Tally::default() };
    let glossary = Glossary::new(&derivation, &notation);
    let lang = if number % 4 == 3 { Lang::Zh } else { Lang::En };
    let request = Request {
        sections: Vec::new(),
        entries: None,
        depth: Depth::default(),
        measure: [Measure::ARTICLE, Measure::TYPST, Measure::Typeset { line: 20_000 }][(number % 3) as usize],
        notation,
        lang,
        command: String::new(),
        values: None,
        windows: Windows::default(),
        numbered: false,
        pictures: false,
    };
    let mut blocks = Blocks::default();
    narrate(&derivation, &request, &mut blocks).expect("memory takes all");
    let mut audited = audit::faults(&blocks.0, &glossary);
    if number.is_multiple_of(4) {
        let mut numbered = Blocks::default();
        narrate(&derivation, &Request { numbered: true, ..request.clone() }, &mut numbered).expect("memory takes all");
        audited.extend(audit::unreferred(&numbered.0));
    }
    let sheet = Sheet { count: 8, seed: number, key: true };
    exercises(&derivation, &request, &sheet, &mut blocks).expect("memory takes all");
    let asked = format!("{name} {lang:?} {number}\n{text}");
    let mut tally = compared(&blocks.0, &glossary, lang, number.is_multiple_of(2), &asked);
    tally.wrong.extend(audited.into_iter().map(|fault| format!("{fault}\n{asked}")));
    tally
}

/// So many jobs on as many threads as there are processors.
fn all(count: u64, job: impl Fn(u64) -> Tally + Sync) {
    let total = Mutex::new(Tally::default());
    let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
    thread::scope(|scope| {
        for first in 0..threads {
            let (total, job) = (&total, &job);
            scope.spawn(move || {
                for number in (first..count).step_by(threads as usize) {
                    let tally = job(number);
                    total.lock().expect("no thread panics").add(tally);
                }
            });
        }
    });
    let total = total.into_inner().expect("no thread panics");
    total.check();
    assert!(total.documents as u64 * 10 >= count * 8, "only {} of {count} documents are written", total.documents);
}

/// How many there are to be, unless a variable of the environment says another number.
fn count(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

#[test]
fn layers() {
    let from = count("FORMATS_FROM", 0);
    all(count("FORMATS_LAYERS", 400), |n| tried("layer", from + n, &random_layers::random_layer(from + n)));
}

#[test]
fn nets() {
    let from = count("FORMATS_FROM", 0);
    all(count("FORMATS_NETS", 60), |n| tried("net", from + n, &random_nets::random_net(from + n)));
}

#[test]
fn cases() {
    let list: Vec<_> = [cases::CASES, cases::FIGURES].concat();
    all(list.len() as u64, |n| {
        let (name, words) = list[n as usize];
        let case = Case::new(&words::words(words));
        let mut tally = Tally::default();
        for lang in [Lang::En, Lang::Zh] {
            tally.add(compared(&case.told(lang, Measure::ARTICLE), &case.glossary(), lang, n.is_multiple_of(2), name));
        }
        tally
    });
}
