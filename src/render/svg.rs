//! SVG: a figure as a picture that stands by itself or in the middle of a page. There is no script in it, nothing is fetched, and no
//! line is blank, so that Markdown takes it as a block of HTML.
//!
//! Lines and letters have the colour of the text around them. Only a picture that is a document of its own brings colours for
//! light and dark, and a ground for them: `:root` is the picture then, and the page otherwise.

mod grids;
mod math;

use std::fmt::Write;
use std::io;

use super::page::{Blocks, Page, Sheet};
use crate::document::{Display, Figure, Glossary, Inline, LETTERS, Point, Step, Stroke, Table, style};
use math::spans;

/// Units of the screen for a point, tenfold: letters of 8 points are read at 13.6 units.
const SCREEN: i32 = 17;

/// A figure as an SVG element, without a line break at its end.
pub fn svg(figure: &Figure, glossary: &Glossary) -> String {
    let mut out = String::new();
    let mut picture = Picture { figure, glossary, out: &mut out };
    // writing to a string cannot fail
    let _ = picture.write();
    out.truncate(out.trim_end().len());
    out
}

struct Picture<'a> {
    figure: &'a Figure,
    glossary: &'a Glossary,
    out: &'a mut String,
}

impl Picture<'_> {
    fn write(&mut self) -> std::fmt::Result {
        let figure = self.figure;
        let (width, height) = figure.size;
        let screen = |length: i32| tenths(length * SCREEN / 10);
        writeln!(
            self.out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"derive-{}\" role=\"img\" width=\"{}\" height=\"{}\" \
             viewBox=\"0 0 {} {}\" style=\"max-width:100%;height:auto\">",
            if figure.grids.cells.is_empty() { "network" } else { "window" },
            screen(width),
            screen(height),
            tenths(width),
            tenths(height)
        )?;
        writeln!(self.out, "<title>{}</title>", escaped(&plain(&figure.title, self.glossary)))?;
        let desc = format!("{} {}", figure.alt, plain(&figure.caption, self.glossary));
        writeln!(self.out, "<desc>{}</desc>", escaped(&desc))?;
        self.out.push_str(
            "<style>svg:root{color:#111;background:#fff}\
             @media (prefers-color-scheme:dark){svg:root{color:#eee;background:#161616}}</style>\n",
        );
        if figure.grids.cells.is_empty() {
            self.lines()?;
            self.nodes()?;
        } else {
            self.grids()?;
        }
        self.out.push_str("</svg>\n");
        Ok(())
    }

    /// The lines, those that look alike together, then the samples of the legend in the same styles.
    fn lines(&mut self) -> std::fmt::Result {
        let last = self.figure.edges.iter().map(|e| e.style).max().unwrap_or(0);
        for number in 0..=last {
            let edges = || self.figure.edges.iter().filter(|e| e.style == number);
            if edges().next().is_none() {
                continue;
            }
            let style = style(number);
            let colour = style.colour.map_or("currentColor".to_string(), |c| format!("#{c}"));
            write!(self.out, "<g fill=\"none\" stroke=\"{colour}\" stroke-width=\"{}\"", tenths(style.width))?;
            if style.faint {
                self.out.push_str(" stroke-opacity=\"0.65\"");
            }
            if !style.dash.is_empty() {
                let dashes: Vec<String> = style.dash.iter().map(|&d| tenths(d)).collect();
                write!(self.out, " stroke-dasharray=\"{}\"", dashes.join(" "))?;
            }
            self.out.push_str(">\n");
            for stroke in edges().flat_map(|e| &e.path) {
                writeln!(self.out, "<path d=\"{}\"/>", way(stroke))?;
            }
            for key in self.figure.legend.iter().filter(|k| k.style == number) {
                let stroke = Stroke { start: key.line.0, steps: vec![Step::Line(key.line.1)] };
                writeln!(self.out, "<path d=\"{}\"/>", way(&stroke))?;
            }
            self.out.push_str("</g>\n");
        }
        let heads: Vec<&[Point; 3]> = self.figure.edges.iter().filter_map(|e| e.head.as_ref()).collect();
        if !heads.is_empty() {
            self.out.push_str("<g fill=\"currentColor\" fill-opacity=\"0.8\">\n");
            for [tip, left, right] in heads {
                writeln!(self.out, "<path d=\"M{} L{} L{} Z\"/>", pair(*tip), pair(*left), pair(*right))?;
            }
            self.out.push_str("</g>\n");
        }
        Ok(())
    }

    fn nodes(&mut self) -> std::fmt::Result {
        let (across, down) = self.figure.radii;
        self.out.push_str("<g fill=\"none\" stroke=\"currentColor\" stroke-width=\"0.7\">\n");
        for node in &self.figure.nodes {
            let (x, y) = (tenths(node.at.0), tenths(node.at.1));
            if across == down {
                writeln!(self.out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{}\"/>", tenths(down))?;
            } else {
                let (rx, ry) = (tenths(across), tenths(down));
                writeln!(self.out, "<ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{rx}\" ry=\"{ry}\"/>")?;
            }
        }
        self.out.push_str("</g>\n");
        writeln!(
            self.out,
            "<g fill=\"currentColor\" font-family=\"serif\" font-size=\"{}\" text-anchor=\"middle\">",
            tenths(LETTERS)
        )?;
        let nodes = self.figure.nodes.iter().map(|n| (n.at, Some(&n.label)));
        let labels = self.figure.edges.iter().filter_map(|e| Some((e.label?, e.weight.as_ref())));
        for (at, label) in nodes.chain(labels) {
            if let Some(label) = label {
                writeln!(self.out, "<text {}>{}</text>", foot(at), spans(label, self.glossary))?;
            }
        }
        for key in &self.figure.legend {
            let label = spans(&key.label, self.glossary);
            writeln!(self.out, "<text {} text-anchor=\"start\">{label}</text>", foot(key.at))?;
        }
        self.out.push_str("</g>\n");
        Ok(())
    }
}

/// The place of a text whose letters have their middle here: it is given by the foot of the letters.
fn foot(at: Point) -> String {
    format!("x=\"{}\" y=\"{}\"", tenths(at.0), tenths(at.1 + LETTERS * 3 / 10))
}

/// A stroke as the data of a path.
fn way(stroke: &Stroke) -> String {
    let mut data = format!("M{}", pair(stroke.start));
    for step in &stroke.steps {
        data.push(' ');
        match *step {
            Step::Line(end) => data += &format!("L{}", pair(end)),
            Step::Curve(c, d, end) => data += &format!("C{} {} {}", pair(c), pair(d), pair(end)),
        }
    }
    data
}

fn pair((x, y): Point) -> String {
    format!("{} {}", tenths(x), tenths(y))
}

/// Tenths as a decimal with one digit after the point.
pub(super) fn tenths(n: i32) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}.{}", n.unsigned_abs() / 10, n.unsigned_abs() % 10)
}

/// Running text with its formulas spelled in Unicode.
pub(super) fn plain(inlines: &[Inline], glossary: &Glossary) -> String {
    let mut text = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(words) => text.push_str(words),
            Inline::Math(math) => text.push_str(super::text::formula(math, glossary).trim()),
            Inline::Reference(label) => text.push_str(label),
        }
    }
    text
}

/// Text in XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Writes the figures of a document as SVG, and nothing else of it.
pub type Svg<'a, W> = Page<'a, W, Pictures>;

/// Nothing is particular to pictures without words.
pub struct Pictures;

impl<'a, W: io::Write> Svg<'a, W> {
    /// Writes to `out`.
    pub fn new(out: W, glossary: &'a Glossary) -> Self {
        Page::of(out, glossary, Pictures)
    }
}

impl Blocks for Sheet<'_, Pictures> {
    fn header(&mut self, _: &[String], _: bool) {}
    fn heading(&mut self, _: u8, _: &[Inline]) {}
    fn paragraph(&mut self, _: &[Inline]) {}
    fn display(&mut self, _: &Display) {}
    fn table(&mut self, _: &Table) {}
    fn figure(&mut self, figure: &Figure) {
        self.line(&svg(figure, self.glossary));
    }
}
