//! Which lines of a document are code, and which are headings: as much of each format as telling the two takes.

use super::markers::Syntax;

/// Environments of LaTeX whose text is taken as it stands.
const VERBATIM: [&str; 6] = ["verbatim", "verbatim*", "lstlisting", "minted", "comment", "Verbatim"];
/// Directives of reStructuredText whose text is taken as it stands.
const LITERAL: [&str; 5] = ["code-block::", "code::", "sourcecode::", "parsed-literal::", "raw::"];

/// Walks through a document line by line.
pub(super) struct Code {
    syntax: Syntax,
    /// What would end the code block that is open.
    until: Option<End>,
    /// May indented code of Markdown begin: is this the first line, or the one before blank or the end of a fence?
    after_blank: bool,
}

enum End {
    /// A line of at least so many of this character, and no other.
    Fence(char, usize),
    /// A line with this text.
    Text(String),
    /// A line that is not blank and not indented further than this.
    Indent(usize),
}

impl Code {
    pub(super) fn new(syntax: Syntax) -> Code {
        Code { syntax, until: None, after_blank: true }
    }

    /// Is this line, without its end, part of a code block? To be asked of every line in order.
    pub(super) fn holds(&mut self, line: &str) -> bool {
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        let after_blank = std::mem::replace(&mut self.after_blank, trimmed.is_empty());
        match &self.until {
            Some(End::Fence(mark, count)) => {
                let run = trimmed.chars().take_while(|c| c == mark).count();
                if run >= *count && trimmed.trim_end().chars().all(|c| c == *mark) {
                    (self.until, self.after_blank) = (None, true);
                }
                return true;
            }
            Some(End::Text(text)) => {
                if line.contains(text.as_str()) {
                    self.until = None;
                }
                return true;
            }
            Some(End::Indent(least)) => {
                if trimmed.is_empty() || indent > *least {
                    return true;
                }
                self.until = None;
            }
            None => {}
        }
        match self.syntax {
            Syntax::Markdown | Syntax::Typst => {
                let fence = fence(trimmed).filter(|(mark, _)| *mark == '`' || self.syntax == Syntax::Markdown);
                if let Some((mark, count)) = fence {
                    self.until = Some(End::Fence(mark, count));
                    return true;
                }
                // deeper than any list that directives are likely to stand in
                self.syntax == Syntax::Markdown && after_blank && indent >= 4 && !trimmed.is_empty()
            }
            Syntax::Latex => {
                let begun = VERBATIM.iter().find(|name| trimmed.starts_with(&format!("\\begin{{{name}}}")));
                if let Some(name) = begun {
                    let end = format!("\\end{{{name}}}");
                    if !line.contains(&end) {
                        self.until = Some(End::Text(end));
                    }
                }
                begun.is_some()
            }
            Syntax::Rst => {
                let directive = trimmed.strip_prefix(".. ").unwrap_or_default();
                let literal = LITERAL.iter().any(|name| directive.starts_with(name));
                let paragraph = trimmed.trim_end().ends_with("::") && !trimmed.starts_with("..");
                if literal || paragraph {
                    self.until = Some(End::Indent(indent));
                }
                literal || paragraph
            }
            Syntax::Svg => false,
        }
    }

    /// The level of a heading on this line, which is no code.
    pub(super) fn heading(&self, line: &str) -> Option<u8> {
        let run = |mark: char| {
            let count = line.chars().take_while(|&c| c == mark).count();
            ((1..=6).contains(&count) && line[count..].starts_with(' ')).then_some(count as u8)
        };
        match self.syntax {
            Syntax::Markdown => run('#'),
            Syntax::Typst => run('='),
            Syntax::Latex => {
                let commands = ["\\section", "\\subsection", "\\subsubsection", "\\paragraph"];
                let found = commands.iter().position(|c| {
                    line.trim_start().strip_prefix(c).is_some_and(|rest| rest.starts_with(['{', '*', '[']))
                })?;
                Some(found as u8 + 1)
            }
            // a heading's level depends on all headings before it
            Syntax::Rst | Syntax::Svg => None,
        }
    }
}

/// The mark and the length of a fence that opens here.
pub(super) fn fence(trimmed: &str) -> Option<(char, usize)> {
    let mark = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let count = trimmed.chars().take_while(|&c| c == mark).count();
    // an inline run of backticks is no fence
    (count >= 3 && !(mark == '`' && trimmed[count..].contains('`'))).then_some((mark, count))
}
