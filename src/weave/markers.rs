//! Where a document wants equations: markers in comments of its own format, each alone on its line.
//!
//! | format | begins | ends |
//! |---|---|---|
//! | Markdown, MyST | `<!-- derive: conv … -->` | `<!-- /derive -->` |
//! | LaTeX | `% derive: conv …` | `% /derive` |
//! | Typst | `// derive: conv …` | `// /derive` |
//! | reStructuredText | `.. derive: conv …` | `.. /derive` |
//! | SVG | `<?derive conv …?>` | `<?end-derive?>` (two hyphens may not stand in an XML comment) |
//!
//! What stands in a code block speaks of markers and is none.

use super::code::{Code, heading};
use crate::text::{Diagnostic, Span};

/// What every file with a marker holds.
pub(super) const WORD: &[u8] = b"derive";

/// The formats of documents that are woven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Syntax {
    /// CommonMark and its relatives.
    Markdown,
    /// LaTeX.
    Latex,
    /// Typst.
    Typst,
    /// reStructuredText.
    Rst,
    /// A picture.
    Svg,
}

impl Syntax {
    /// The format of a file by the end of its name.
    pub fn of(path: &std::path::Path) -> Option<Syntax> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "md" | "markdown" => Some(Syntax::Markdown),
            "tex" | "ltx" | "sty" => Some(Syntax::Latex),
            "typ" => Some(Syntax::Typst),
            "rst" => Some(Syntax::Rst),
            "svg" => Some(Syntax::Svg),
            _ => None,
        }
    }

    /// How a comment opens, the words that make it a marker, and how it closes.
    fn spelling(self) -> Spelling {
        let of = |open, begin, end, close| Spelling { open, begin, end, close };
        match self {
            Syntax::Markdown => of("<!-- ", "derive:", "/derive", " -->"),
            Syntax::Latex => of("% ", "derive:", "/derive", ""),
            Syntax::Typst => of("// ", "derive:", "/derive", ""),
            Syntax::Rst => of(".. ", "derive:", "/derive", ""),
            Syntax::Svg => of("<?", "derive ", "end-derive", "?>"),
        }
    }

    /// The marker that ends a generated part, with the sum of what it ends.
    pub fn end_marker(self, sum: u32) -> String {
        let Spelling { open, end, close, .. } = self.spelling();
        format!("{open}{end} {sum:08x}{close}")
    }

    /// Blank lines are wanted between a marker and what is generated: without them the two would run into one, or the host would
    /// take the generated part for a part of the comment. In LaTeX and Typst a blank line would end a paragraph.
    pub(super) fn sets_apart(self) -> bool {
        match self {
            Syntax::Markdown | Syntax::Rst => true,
            Syntax::Latex | Syntax::Typst | Syntax::Svg => false,
        }
    }
}

/// How markers are written.
struct Spelling {
    open: &'static str,
    begin: &'static str,
    end: &'static str,
    close: &'static str,
}

impl Spelling {
    /// What follows the opened comment and this word; white space between the two is as one likes.
    fn after<'t>(&self, word: &str, trimmed: &'t str) -> Option<&'t str> {
        trimmed.strip_prefix(self.open.trim_end())?.trim_start().strip_prefix(word)
    }

    /// Without what closes the comment.
    fn closed<'t>(&self, rest: &'t str) -> Option<&'t str> {
        rest.trim_end().strip_suffix(self.close.trim_start()).map(str::trim)
    }

    /// Does a marker begin somewhere in this line, outside of code between backticks?
    fn within(&self, line: &str) -> bool {
        let open = self.open.trim_end();
        line.match_indices(open).any(|(at, _)| {
            // as many runs of backticks begin code as end it
            let runs = line[..at].split(|c| c != '`').filter(|run| !run.is_empty()).count();
            self.after(self.begin, &line[at..]).is_some() && runs % 2 == 0
        })
    }

    fn bare_end(&self) -> String {
        format!("{}{}{}", self.open, self.end, self.close)
    }
}

/// A part of a document that is generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line of the directive, from 1.
    pub line: usize,
    /// The words of the directive.
    pub words: Span,
    /// What is generated: the lines between the markers.
    pub body: Span,
    /// The end marker, without its indentation and its line's end.
    pub end: Span,
    /// The sum on the end marker.
    pub sum: Option<u32>,
    /// White space before the markers, and so before every line between them.
    pub indent: String,
    /// The level of the heading that the place is under; 0 before the first.
    pub level: u8,
}

/// The places of a document, in their order.
///
/// # Errors
/// Markers without a partner, or not alone on their line, each with its place.
pub fn places(text: &str, syntax: Syntax) -> Result<Vec<Place>, Vec<Diagnostic>> {
    let spelling = syntax.spelling();
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    let mut open: Option<Place> = None;
    let mut code = Code::new(syntax);
    let mut level = 0;
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let mut here = start;
        start += line.len();
        let mut content = line.trim_end_matches(['\n', '\r']);
        if let (0, Some(rest)) = (number, content.strip_prefix('\u{feff}')) {
            here += content.len() - rest.len();
            content = rest;
        }
        let trimmed = content.trim_start();
        let at = here + content.len() - trimmed.len();
        let whole = Span::new(at, at + trimmed.trim_end().len());
        if open.is_none() {
            if code.holds(content) {
                continue;
            }
            level = heading(syntax, content).unwrap_or(level);
        }
        if let Some(rest) = spelling.after(spelling.begin, trimmed) {
            if let Some(before) = &open {
                wrong.push(
                    Diagnostic::new(whole, "a directive begins before the one above has ended")
                        .note(before.words, "this one")
                        .hint(format!("put `{}` between them", spelling.bare_end())),
                );
                continue;
            }
            let Some(words) = spelling.closed(rest) else {
                wrong.push(
                    Diagnostic::new(whole, "a directive stands alone on its line")
                        .hint(format!("end it with `{}`, and go on below", spelling.close.trim())),
                );
                continue;
            };
            let first = at + trimmed.len() - rest.trim_start().len();
            open = Some(Place {
                line: number + 1,
                words: Span::new(first, first + words.len()),
                body: Span::new(start, start),
                end: Span::default(),
                sum: None,
                indent: content[..content.len() - trimmed.len()].to_string(),
                level,
            });
        } else if let Some(rest) = spelling.after(spelling.end, trimmed) {
            let Some(mut place) = open.take() else {
                wrong.push(
                    Diagnostic::new(whole, "an end marker without a directive")
                        .hint("remove it, or put the directive before it"),
                );
                continue;
            };
            let sum = spelling.closed(rest);
            place.body.end = here;
            place.end = whole;
            match sum {
                Some("") => {}
                Some(sum) if u32::from_str_radix(sum, 16).is_ok() => place.sum = u32::from_str_radix(sum, 16).ok(),
                Some(_) | None => {
                    wrong.push(
                        Diagnostic::new(whole, "an end marker that cannot be read")
                            .hint(format!("write `{}`", spelling.bare_end())),
                    );
                    continue;
                }
            }
            found.push(place);
        } else if open.is_none()
            && trimmed.starts_with('>')
            && spelling.after(spelling.begin, trimmed.trim_start_matches(['>', ' ', '\t'])).is_some()
        {
            wrong.push(
                Diagnostic::new(whole, "a directive cannot stand in a quotation")
                    .hint("put it on a line of its own, with nothing but white space before it"),
            );
        } else if open.is_none() && syntax == Syntax::Markdown && spelling.within(trimmed) {
            wrong.push(
                Diagnostic::new(whole, "a directive stands alone on its line")
                    .hint("put it on a line of its own; to speak of one, put it between backticks"),
            );
        }
    }
    if let Some(place) = open {
        wrong.push(
            Diagnostic::new(place.words, "nothing ends this directive")
                .hint(format!("put `{}` on a line of its own after it", spelling.bare_end())),
        );
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

/// Would a line of this text be read as a marker?
pub fn has_marker(text: &str, syntax: Syntax) -> bool {
    let spelling = syntax.spelling();
    let is_marker = |line: &str| [spelling.begin, spelling.end].iter().any(|word| spelling.after(word, line).is_some());
    text.lines().any(|line| is_marker(line.trim_start_matches('\u{feff}').trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words and the body of every place, or the messages.
    fn read(text: &str, syntax: Syntax) -> Vec<(String, String)> {
        match places(text, syntax) {
            Ok(list) => list
                .iter()
                .map(|p| (text[p.words.start..p.words.end].to_string(), text[p.body.start..p.body.end].to_string()))
                .collect(),
            Err(wrong) => wrong.iter().map(|d| ("wrong".to_string(), d.message.clone())).collect(),
        }
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(w, b)| (w.to_string(), b.to_string())).collect()
    }

    #[test]
    fn every_format_has_markers_of_its_own() {
        for (syntax, text) in [
            (Syntax::Markdown, "a\n<!-- derive: conv --input 3 -->\nx\n<!-- /derive 0000002a -->\n"),
            (Syntax::Latex, "a\n% derive: conv --input 3\nx\n% /derive 0000002a\n"),
            (Syntax::Typst, "a\n// derive: conv --input 3\nx\n// /derive 0000002a\n"),
            (Syntax::Rst, "a\n.. derive: conv --input 3\nx\n.. /derive 0000002a"),
            (Syntax::Svg, "<?derive conv --input 3?>\nx\n<?end-derive 0000002a?>"),
        ] {
            assert_eq!(read(text, syntax), pairs(&[("conv --input 3", "x\n")]), "{syntax:?}");
            assert_eq!(places(text, syntax).unwrap()[0].sum, Some(42));
            let marker = syntax.end_marker(42);
            assert!(text.contains(&marker), "{marker} in {text}");
        }
    }

    #[test]
    fn what_stands_in_code_is_no_marker() {
        for (syntax, text) in [
            (
                Syntax::Markdown,
                "```md\n<!-- derive: x -->\n```\n~~~~\n```\n<!-- derive: x -->\n~~~~\n    <!-- derive: x -->\n",
            ),
            (Syntax::Markdown, "write `<!-- derive: x -->`, or ``<!-- derive: y -->``, and so on\n"),
            (Syntax::Latex, "\\begin{verbatim}\n% derive: x\n\\end{verbatim}\n"),
            (Syntax::Typst, "```typ\n// derive: x\n```\n"),
            (Syntax::Rst, "Such as::\n\n   .. derive: x\n\n.. code-block:: rst\n\n   .. derive: x\n\nend\n"),
        ] {
            assert_eq!(read(text, syntax), pairs(&[]), "{syntax:?}");
        }
    }

    #[test]
    fn lists_have_indented_text_that_is_no_code() {
        let marker = |indent: &str| format!("{indent}<!-- derive: x -->\n{indent}<!-- /derive -->\n");
        for (before, indent, is_code) in [
            ("1.  a\n\n", "    ", false),
            ("- a\n\n  - b\n\n", "    ", false),
            ("- a\n  1. b\n     - c\n\n", "       ", false),
            ("-\ta\n\n", "\t", false),
            ("- a\n\n", "      ", true),
            ("- a\n\nb\n\n", "    ", true),
            ("a\n\n", "    ", true),
            ("*a*\n\n", "    ", true),
            ("2020\n\n", "    ", true),
        ] {
            let text = format!("{before}{}", marker(indent));
            assert_eq!(read(&text, Syntax::Markdown).is_empty(), is_code, "{text}");
        }
    }

    #[test]
    fn fences_that_were_generated_do_not_hide_the_end() {
        let text = "<!--derive:x-->\n```math\na\n<!-- /derive -->\n\n<!-- derive: y -->\n<!-- /derive -->\n";
        assert_eq!(read(text, Syntax::Markdown), pairs(&[("x", "```math\na\n"), ("y", "")]));
    }

    #[test]
    fn a_byte_order_mark_hides_no_marker() {
        let text = "\u{feff}<!-- derive: x -->\n<!-- /derive -->\n";
        assert_eq!(read(text, Syntax::Markdown), pairs(&[("x", "")]));
        assert_eq!(places(text, Syntax::Markdown).unwrap()[0].indent, "");
    }

    #[test]
    fn headings_give_the_level() {
        let text = "# A\n## B\n<!-- derive: x -->\n# no\n<!-- /derive -->\n";
        assert_eq!(places(text, Syntax::Markdown).unwrap()[0].level, 2);
        let text = "\\section{A}\n\\subsection*{B}\n% derive: x\n% /derive\n";
        assert_eq!(places(text, Syntax::Latex).unwrap()[0].level, 2);
    }

    #[test]
    fn lonely_markers_are_told() {
        for (text, message) in [
            ("<!-- derive: x -->\n", "nothing ends this directive"),
            ("<!-- /derive -->\n", "an end marker without a directive"),
            ("<!-- derive: x --> y\n<!-- /derive -->\n", "a directive stands alone on its line"),
            ("<!-- derive: x -->\n<!-- derive: y -->\n<!-- /derive -->\n", "a directive begins before"),
            ("<!-- derive: x -->\n<!-- /derive zz -->\n", "an end marker that cannot be read"),
            ("text <!-- derive: x --> <!-- /derive -->\n", "a directive stands alone on its line"),
            ("> <!-- derive: x -->\n> <!-- /derive -->\n", "a directive cannot stand in a quotation"),
        ] {
            let found = read(text, Syntax::Markdown);
            assert!(found.iter().any(|(w, m)| w == "wrong" && m.starts_with(message)), "{text}: {found:?}");
        }
    }
}
