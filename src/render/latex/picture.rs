//! Figures in LaTeX, as TikZ pictures that fit on the page of the article class.

use super::math::formula;
use crate::document::{Figure, Glossary, Math, Op, Point, Step, Stroke, style};
use crate::render::svg::tenths;

/// Width and height that a picture may have, in tenths of a point: the text of the article class, less its caption and a heading.
const ROOM: Point = (3440, 4900);

/// The height of a picture that stands in the text.
const INSET: i32 = 1500;
/// And how much smaller it is at least, in thousandths.
const SMALLER: i32 = 840;
/// A caption beside a picture is at least so wide, in parts of the line.
const BESIDE: f64 = 0.3;

/// Writes a figure, with its caption, in the middle of the line, which may have another width. The caption of one in the text stands beside
/// it where there is room.
pub(super) fn picture(figure: &Figure, glossary: &Glossary, width: Option<u32>, out: &mut String) {
    // lines and letters may stick out a little
    let across = width.map_or(ROOM.0, |width| width as i32 * 99 / 100 - 10);
    let scale = match figure.inset {
        true => scale(figure.size, (across, INSET)).min(SMALLER),
        false => scale(figure.size, (across, ROOM.1)),
    };
    let drawn = f64::from(figure.size.0 * scale / 1000) / f64::from(width.map_or(ROOM.0, |width| width as i32));
    let beside = Some(0.92 - drawn).filter(|left| figure.inset && *left >= BESIDE).map(|left| left.min(0.5));
    Picture { figure, glossary, out, scale, beside }.write();
}

/// In thousandths: 1000 where the figure fits as it is.
fn scale(size: Point, room: Point) -> i32 {
    let fits = |room: i32, length: i32| room * 1000 / length.max(1);
    1000.min(fits(room.0, size.0)).min(fits(room.1, size.1))
}

pub(super) struct Picture<'a> {
    pub(super) figure: &'a Figure,
    glossary: &'a Glossary,
    pub(super) out: &'a mut String,
    pub(super) scale: i32,
    /// How wide the caption is, in parts of the line, if it stands beside the picture.
    beside: Option<f64>,
}

impl Picture<'_> {
    fn write(&mut self) {
        let figure = self.figure;
        self.line("\\begin{center}");
        let styles: Vec<usize> = (1..=figure.edges.iter().map(|e| e.style).max().unwrap_or(0)).collect();
        let mut colours: Vec<&str> = styles.iter().filter_map(|&s| style(s).colour).collect();
        colours.sort_unstable();
        colours.dedup();
        for colour in &colours {
            self.line(&format!("\\definecolor{{{}}}{{HTML}}{{{colour}}}", name_of(colour)));
        }
        let scale = self.scale;
        let middle = if self.beside.is_some() { "baseline=(current bounding box.center)," } else { "" };
        self.line(&format!(
            "\\begin{{tikzpicture}}[{middle}x={0}pt,y=-{0}pt,line width={1}pt,",
            thousandths(scale),
            hundredths(70 * scale / 1000)
        ));
        let shrunk = if scale == 1000 { String::new() } else { format!("scale={},", thousandths(scale)) };
        self.line(&format!("  every node/.style={{{shrunk}inner sep=0pt,font=\\footnotesize}},"));
        if figure.nodes.is_empty() {
            self.cut("");
        } else {
            self.line(&format!("  plain/.style={{draw=black!65,line width={}pt}}", hundredths(60 * scale / 1000)));
        }
        for &number in &styles {
            let style = style(number);
            let colour = style.colour.map_or("black".to_string(), name_of);
            let mut options = format!("draw={colour},line width={}pt", hundredths(style.width * scale / 100));
            if !style.dash.is_empty() {
                let parts: Vec<String> = style.dash.chunks(2).map(|pair| self.dash(pair)).collect();
                options += &format!(",dash pattern={}", parts.join(" "));
            }
            self.style(&format!("weight{number}"), &options);
        }
        self.cell_styles();
        self.cut("]");
        self.lines();
        self.nodes();
        self.grids();
        self.line("\\end{tikzpicture}");
        let width = self.beside.map_or(0.9, |beside| {
            self.line("\\quad");
            beside
        });
        if self.beside.is_none() {
            self.line("\\par\\medskip");
        }
        self.out.push_str(&format!("\\parbox{{{}\\linewidth}}{{\\small ", hundredths((width * 100.0) as i32)));
    }

    /// One more style of the picture.
    pub(super) fn style(&mut self, name: &str, options: &str) {
        if !self.out.ends_with(",\n") {
            self.cut(",");
        }
        self.line(&format!("  {name}/.style={{{options}}}"));
    }

    /// A dash and the gap after it.
    pub(super) fn dash(&self, pair: &[i32]) -> String {
        let length = |n: i32| hundredths(n * self.scale / 100);
        let gap = pair.get(1).copied().unwrap_or(0);
        format!("on {}pt off {}pt", length(pair[0]), length(gap))
    }

    fn lines(&mut self) {
        let figure = self.figure;
        for edge in &figure.edges {
            let style = if edge.style == 0 { "plain".to_string() } else { format!("weight{}", edge.style) };
            for stroke in &edge.path {
                self.line(&format!("\\draw[{style}] {};", way(stroke)));
            }
        }
        for [tip, left, right] in figure.edges.iter().filter_map(|e| e.head) {
            self.line(&format!("\\fill {} -- {} -- {} -- cycle;", pair(tip), pair(left), pair(right)));
        }
    }

    fn nodes(&mut self) {
        let figure = self.figure;
        let (across, down) = figure.radii;
        let shape = if across == down {
            format!("circle [radius={}]", tenths(down))
        } else {
            format!("ellipse [x radius={}, y radius={}]", tenths(across), tenths(down))
        };
        for node in &figure.nodes {
            self.out.push_str(&format!("\\draw {} {shape} node {{", pair(node.at)));
            self.label(&node.label);
            self.line("};");
        }
        for edge in &figure.edges {
            if let (Some(at), Some(label)) = (edge.label, &edge.weight) {
                self.out.push_str(&format!("\\node at {} {{", pair(at)));
                self.label(label);
                self.line("};");
            }
        }
        for key in &figure.legend {
            let stroke = Stroke { start: key.line.0, steps: vec![Step::Line(key.line.1)] };
            self.out.push_str(&format!("\\draw[weight{}] {};", key.style, way(&stroke)));
            self.out.push_str(&format!(" \\node[anchor=west] at {} {{", pair(key.at)));
            self.label(&key.label);
            self.line("};");
        }
    }

    pub(super) fn label(&mut self, math: &Math) {
        self.out.push('$');
        // at the beginning TeX would take the sign for that of a number
        if matches!(math, Math::Row(parts) if matches!(parts.first(), Some(Math::Op(Op::Plus | Op::Minus)))) {
            self.out.push_str("{}");
        }
        formula(math, self.glossary, self.out);
        self.out.push('$');
    }

    pub(super) fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Adds to the end of the last line.
    fn cut(&mut self, text: &str) {
        self.out.truncate(self.out.trim_end().len());
        self.line(text);
    }
}

/// The end of what `picture` began, after the caption.
pub(super) const END: &str = "}\n\\end{center}\n";

/// TeX's name of a colour: letters and digits alone.
fn name_of(colour: &str) -> String {
    format!("derive{colour}")
}

/// A stroke as a TikZ path.
fn way(stroke: &Stroke) -> String {
    let mut path = pair(stroke.start);
    for step in &stroke.steps {
        match *step {
            Step::Line(end) => path += &format!(" -- {}", pair(end)),
            Step::Curve(c, d, end) => path += &format!(" .. controls {} and {} .. {}", pair(c), pair(d), pair(end)),
        }
    }
    path
}

pub(super) fn pair((x, y): Point) -> String {
    format!("({},{})", tenths(x), tenths(y))
}

pub(super) fn hundredths(n: i32) -> String {
    decimal(n, 100, 2)
}

fn thousandths(n: i32) -> String {
    decimal(n, 1000, 3)
}

/// So many parts of a whole, with so many digits after the point.
fn decimal(n: i32, parts: u32, digits: usize) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}.{:0digits$}", n.unsigned_abs() / parts, n.unsigned_abs() % parts)
}
