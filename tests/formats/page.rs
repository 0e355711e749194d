//! Where the formulas and the words of a block stand in each format.

use crate::tree::{Node, ROW, line, rows, sign};
use crate::{latex, mathml, typst};

/// A format, or a host of Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Latex,
    Typst,
    Html,
    Plain,
    GitHub,
    MdBook,
    Myst,
    Rst,
}

impl Page {
    /// What stands before and behind a formula: in a line, and as a display.
    fn fences(self, display: bool) -> &'static [(&'static str, &'static str)] {
        match (self, display) {
            (Page::Latex, true) => &[
                ("\\begin{equation*}", "\\end{equation*}"),
                ("\\begin{equation}", "\\end{equation}"),
                ("\\begin{align*}", "\\end{align*}"),
            ],
            (Page::Typst, _) | (Page::Latex | Page::Plain, false) => &[("$", "$")],
            (Page::Html, _) => &[("<math", "</math>")],
            (Page::Plain, true) => &[("$$\n", "\n$$")],
            (Page::GitHub, true) => &[("```math\n", "\n```")],
            (Page::GitHub, false) => &[("$`", "`$")],
            (Page::MdBook, true) => &[("\n\\[\n", "\n\\]\n</div>")],
            (Page::MdBook, false) => &[("\\\\\\(", "\\\\\\)")],
            (Page::Myst, true) => &[("```{math}\n", "\n```")],
            (Page::Myst, false) => &[("{math}`", "`")],
            (Page::Rst, true) => &[(".. math::\n", "\n\n.. math::\n"), (".. math::\n", "")],
            (Page::Rst, false) => &[(":math:`", "`")],
        }
    }

    fn read(self, text: &str, display: bool) -> Result<Vec<Node>, String> {
        let read = match self {
            Page::Typst => typst::read(text),
            Page::Html => mathml::read(&format!("<math{text}</math>")),
            Page::MdBook if display => latex::read(&entities(text)),
            Page::MdBook => latex::read(&latex::plain(text)),
            Page::Myst | Page::Rst if display => {
                let kept = text.lines().filter(|line| !line.trim_start().starts_with(":label:"));
                latex::read(&kept.collect::<Vec<_>>().join("\n"))
            }
            Page::Latex | Page::Plain | Page::GitHub | Page::Myst | Page::Rst => latex::read(text),
        };
        read.map_err(|why| format!("{self:?}: {why}\n{text}"))
    }

    /// The rows of a display.
    pub(crate) fn display(self, text: &str) -> Result<Vec<String>, String> {
        let mut list = Vec::new();
        for formula in self.split(text, true).into_iter().skip(1).step_by(2) {
            list.push(sign(ROW));
            list.extend(self.read(&formula, true)?);
        }
        Ok(rows(list).iter().map(|row| line(row)).collect())
    }

    /// The formulas in running text, and the words with [`HOLE`] in the place of each.
    pub(crate) fn running(self, text: &str) -> Result<(Vec<String>, String), String> {
        let (mut formulas, mut words) = (Vec::new(), String::new());
        for (place, part) in self.split(text, false).into_iter().enumerate() {
            if place % 2 == 1 {
                formulas.push(line(&self.read(&part, false)?));
                words.push(HOLE);
            } else {
                words.push_str(&if self == Page::Html { entities(&without_tags(&part)) } else { part });
            }
        }
        Ok((formulas, squeezed(&words)))
    }

    /// What stands outside and inside of formulas, in turn.
    fn split(self, text: &str, display: bool) -> Vec<String> {
        // signs of running text that have to be formulas there
        let mut rest = text.replace("$\\times$", "\u{d7}").replace("$\\to$", "\u{2192}");
        let mut parts = vec![String::new()];
        loop {
            let next = self.fences(display).iter().filter_map(|&(open, close)| {
                let start = find(&rest, open, self, false)?;
                let inside = start + open.len();
                let end =
                    if close.is_empty() { rest.len() - inside } else { find(&rest[inside..], close, self, true)? };
                // the first to begin, and of these the first to end
                Some(((start, end), inside..inside + end, close))
            });
            let Some((_, inside, close)) = next.min_by_key(|(places, ..)| *places) else { break };
            let open = rest[..inside.start].len()
                - self
                    .fences(display)
                    .iter()
                    .map(|f| f.0)
                    .find(|open| rest[..inside.start].ends_with(open))
                    .map_or(0, str::len);
            parts.last_mut().expect("there is always a part").push_str(&rest[..open]);
            parts.extend([rest[inside.clone()].to_string(), String::new()]);
            // the next formula of several
            let after = if self == Page::Rst && display { inside.end } else { inside.end + close.len() };
            rest = rest[after..].to_string();
        }
        parts.last_mut().expect("there is always a part").push_str(&rest);
        parts
    }
}

/// Stands where a formula stood.
pub(crate) const HOLE: char = '\u{25cb}';

/// Letters and digits alone, and where the formulas are.
pub(crate) fn squeezed(text: &str) -> String {
    text.chars().filter(|&c| c.is_alphanumeric() || c == HOLE).collect()
}

/// The first place of a fence that is not escaped; in a formula of Typst's, outside of strings.
fn find(text: &str, fence: &str, page: Page, inside: bool) -> Option<usize> {
    let (mut escaped, mut string) = (false, false);
    for (place, c) in text.char_indices() {
        if !escaped && !string && text[place..].starts_with(fence) {
            return Some(place);
        }
        string ^= c == '"' && !escaped && page == Page::Typst && inside;
        escaped = c == '\\' && !escaped && fence.starts_with('$');
    }
    None
}

/// The text of XML.
pub(crate) fn entities(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn without_tags(text: &str) -> String {
    let mut inside = false;
    let outside = |&c: &char| {
        let kept = !inside && c != '<';
        inside = if inside { c != '>' } else { c == '<' };
        kept
    };
    text.chars().filter(outside).collect()
}
