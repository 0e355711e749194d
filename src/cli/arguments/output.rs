//! What is written, how, and where: the options of every deriving command.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::document::{Depth, Entries, Lang, Section, Sheet};
use crate::formula::unbraced;
use crate::render::{Host, Paper};

/// Options of every deriving command.
#[derive(Debug, Args)]
pub(in crate::cli) struct Common {
    /// What to write [default: latex]
    #[arg(long, value_enum, help_heading = "Output")]
    pub(in crate::cli) format: Option<Format>,
    /// Where the Markdown will be shown [default: plain]
    #[arg(long, value_enum, help_heading = "Output")]
    pub(in crate::cli) host: Option<Host>,
    /// The language of the sentences; JSON has none
    #[arg(long, value_enum, default_value = "en", help_heading = "Output")]
    pub(in crate::cli) lang: Lang,
    /// A document that compiles by itself (LaTeX, Typst); HTML is a whole page already, but for --only
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) standalone: bool,
    /// Text in plain ASCII: delta_11, grad a, sum[i=1..3], [ ] for matrices
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) ascii: bool,
    /// Columns of text, 40 or more [default: 96; at a terminal as wide as it is, up to 110]; for LaTeX the width of a line or a
    /// column, such as 252pt, 8.8cm, 88mm, 3.5in or 25em [default: that of the article class, 345pt, and 405pt
    /// with --standalone]
    #[arg(long, value_name = "N|LENGTH", value_parser = width, allow_hyphen_values = true, help_heading = "Output")]
    pub(in crate::cli) width: Option<Width>,
    /// The paper of a --standalone document or a page [default: a4]
    #[arg(long, value_enum, help_heading = "Output")]
    pub(in crate::cli) paper: Option<Paper>,
    /// Only these sections, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PARTS", help_heading = "Output")]
    pub(in crate::cli) part: Vec<Section>,
    /// Pictures beside those that --part asks for [default: few in HTML, Typst and standalone LaTeX, else none]
    #[arg(long, value_enum, help_heading = "Output")]
    pub(in crate::cli) pictures: Option<Pictures>,
    /// The entry whose window is drawn by --part window, such as 2,3 [default: the first one with most terms]
    #[arg(long, value_delimiter = ',', value_name = "INDICES", help_heading = "Output")]
    pub(in crate::cli) at: Vec<i64>,
    /// Only these equations, separated by commas, such as grad_a.chain; a wrong name lists those there are
    #[arg(long, value_delimiter = ',', value_name = "NAMES", help_heading = "Output")]
    pub(in crate::cli) only: Vec<String>,
    /// A number of its own for the one equation chosen with --only, such as 4
    #[arg(long, value_name = "NUMBER", value_parser = tag, help_heading = "Output")]
    pub(in crate::cli) tag: Option<String>,
    /// The level of the title (the headings follow), or none to leave the title and the headings out
    #[arg(long, value_name = "1..4|none", value_parser = headings, help_heading = "Output")]
    pub(in crate::cli) headings: Option<Headings>,
    /// How slowly it is told
    #[arg(long, value_enum, default_value = "tutorial", help_heading = "Output")]
    pub(in crate::cli) detail: Depth,
    /// How many entries of a tensor to write out [default: all up to 9, in a net up to 4, then few; JSON: all]
    #[arg(long, value_enum, help_heading = "Output")]
    pub(in crate::cli) entries: Option<Entries>,
    /// Numbers for the tensors, as JSON: {"a": [[1, "2/3"], …]}; the derivation is also worked in them, exactly
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(in crate::cli) values: Option<PathBuf>,
    /// A worksheet of so many exercises, drawn by lot from the derivation, in its place
    #[arg(long, value_name = "N", value_parser = exercises, allow_hyphen_values = true, help_heading = "Exercises")]
    pub(in crate::cli) exercises: Option<usize>,
    /// Another sheet for every number, the same for the same one [default: 0]
    #[arg(long, value_name = "S", value_parser = seed, requires = "exercises", allow_hyphen_values = true, help_heading = "Exercises")]
    pub(in crate::cli) seed: Option<u64>,
    /// The answers after the exercises, with the same numbers
    #[arg(long, requires = "exercises", help_heading = "Exercises")]
    pub(in crate::cli) key: bool,
    /// How things are written: tutorial, partial, framework, goodfellow, nielsen, or a TOML file of your own. JSON keeps the names
    /// of the layer language [default: tutorial]
    #[arg(long, value_name = "NAME|FILE", help_heading = "Notation")]
    pub(in crate::cli) notation: Option<String>,
    /// The smallest index in print
    #[arg(long, value_parser = clap::value_parser!(i64).range(0..=1), help_heading = "Notation")]
    pub(in crate::cli) index_base: Option<i64>,
    /// Other names for tensors, such as a=x,delta=g
    #[arg(long, value_name = "OLD=NEW", value_delimiter = ',', value_parser = rename, help_heading = "Notation")]
    pub(in crate::cli) rename: Vec<(String, String)>,
    /// Write to a file instead of the standard output; it is replaced only when everything has worked
    #[arg(short, long = "out", value_name = "FILE", help_heading = "Output")]
    pub(in crate::cli) out: Option<PathBuf>,
}

impl Common {
    /// The worksheet that is asked for.
    pub(in crate::cli) fn sheet(&self) -> Option<Sheet> {
        self.exercises.map(|count| Sheet { count, seed: self.seed.unwrap_or_default(), key: self.key })
    }

    /// What to write.
    pub(in crate::cli) fn format(&self) -> Format {
        self.format.unwrap_or(Format::Latex)
    }
}

/// Pictures that no section asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Pictures {
    /// Of a window that slides, or else of what is connected in a small layer
    Few,
    /// None
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// A fragment for \input, or with --standalone a document
    Latex,
    /// A fragment for #include, or with --standalone a document
    Typst,
    /// For a terminal
    Text,
    /// For programs
    Json,
    /// With formulas as --host takes them
    Markdown,
    /// reStructuredText, for Sphinx
    Rst,
    /// A page that stands by itself, or with --only formulas for another one, in MathML
    Html,
    /// A single picture: of the connections, or with --part window of a window
    Svg,
}

/// The word for a value on the command line.
pub(in crate::cli) fn value_name(value: &impl ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |v| v.get_name().to_string())
}

/// Where headings go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Headings {
    /// The title has this level, 1 being the highest.
    From(u8),
    /// Nowhere.
    None,
}

fn headings(text: &str) -> Result<Headings, String> {
    match text.parse() {
        Ok(level @ 1..=4) => Ok(Headings::From(level)),
        _ if text == "none" => Ok(Headings::None),
        Ok(_) | Err(_) => Err("write a level from 1 to 4, or none".to_string()),
    }
}

/// The fewest columns in which equations can be read.
pub(in crate::cli) const LEAST_COLUMNS: usize = 40;
/// Longer lines are no help to anybody.
const MOST_COLUMNS: usize = 1000;

/// How wide lines are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Width {
    /// So many characters of a terminal.
    Columns(usize),
    /// Tenths of TeX's points.
    Points(u32),
    /// Tenths of an em: the same in type of every size.
    Ems(u32),
}

impl Width {
    pub(in crate::cli) fn columns(self) -> Option<usize> {
        if let Width::Columns(columns) = self { Some(columns) } else { None }
    }
}

/// Units of TeX, and how many tenths of a point they are.
const UNITS: [(&str, f64); 5] = [("pt", 10.0), ("bp", 10.0375), ("mm", 28.4528), ("cm", 284.528), ("in", 722.7)];
/// The narrowest line in which displayed equations can be set, in tenths of a point, and the widest.
const LENGTHS: std::ops::RangeInclusive<f64> = 1400.0..=20_000.0;

fn width(text: &str) -> Result<Width, String> {
    if let Some(columns) = text.parse().ok().filter(|columns| (LEAST_COLUMNS..=MOST_COLUMNS).contains(columns)) {
        return Ok(Width::Columns(columns));
    }
    let digits = text.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let number = digits.parse::<f64>().ok().filter(|_| digits.starts_with(|c: char| c.is_ascii_digit()));
    let unit = text[digits.len()..].trim();
    let points = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, points)| *points);
    match (number, points) {
        (Some(number), Some(points)) if LENGTHS.contains(&(number * points)) => {
            Ok(Width::Points((number * points) as u32))
        }
        // an em of type at ten points
        (Some(number), None) if unit == "em" && LENGTHS.contains(&(number * 100.0)) => {
            Ok(Width::Ems((number * 10.0) as u32))
        }
        _ => Err(format!(
            "write a number of columns from {LEAST_COLUMNS} to {MOST_COLUMNS}, or for LaTeX a length from 140pt to 2000pt, such as \
             252pt, 8.8cm, 88mm, 3.5in or 25em"
        )),
    }
}

/// More exercises than anybody works on.
const MOST_EXERCISES: usize = 500;

fn exercises(text: &str) -> Result<usize, String> {
    let count = text.parse().ok().filter(|count| (1..=MOST_EXERCISES).contains(count));
    count.ok_or_else(|| format!("write a number from 1 to {MOST_EXERCISES}"))
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("write a whole number from 0 to {}", u64::MAX))
}

/// A number that every host can set: no braces, no commands.
fn tag(text: &str) -> Result<String, String> {
    let fine = |c: char| c.is_ascii_alphanumeric() || ".'-".contains(c);
    if (1..=12).contains(&text.len()) && text.chars().all(fine) {
        Ok(text.to_string())
    } else {
        Err("write at most twelve letters, digits, points, primes and hyphens, such as 4 or 6'".to_string())
    }
}

fn rename(text: &str) -> Result<(String, String), String> {
    let (old, new) = text.split_once('=').ok_or("write OLD=NEW, such as a=x")?;
    let is_name = |n: &str| {
        n.starts_with(|c: char| c.is_ascii_alphabetic()) && n.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let new = &unbraced(new);
    match [old, new.as_str()].into_iter().find(|n| !is_name(n)) {
        Some(bad) => Err(format!(
            "`{bad}` is no name: a letter, then letters, digits or _, after which its index stands; Greek letters by name, such as delta"
        )),
        None => Ok((old.to_string(), new.clone())),
    }
}
