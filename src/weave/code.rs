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
    /// May indented code of Markdown begin or go on: is this the first line, or the one before blank, code or the end of a fence?
    after_blank: bool,
    /// Where the text of the open list items of Markdown begins, the innermost last.
    items: Vec<usize>,
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
        Code { syntax, until: None, after_blank: true, items: Vec::new() }
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
        if self.syntax == Syntax::Markdown {
            self.enter_items(line, after_blank);
        }
        match self.syntax {
            Syntax::Markdown | Syntax::Typst => {
                let fence = fence(trimmed).filter(|(mark, _)| *mark == '`' || self.syntax == Syntax::Markdown);
                if let Some((mark, count)) = fence {
                    self.until = Some(End::Fence(mark, count));
                    return true;
                }
                let code =
                    self.syntax == Syntax::Markdown && after_blank && !trimmed.is_empty() && self.is_indented(line);
                // and the next line goes on with it
                self.after_blank |= code;
                code
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

    /// Which list items a line of Markdown is in, and which it opens.
    fn enter_items(&mut self, line: &str, after_blank: bool) {
        let trimmed = line.trim_start();
        let indent = columns(&line[..line.len() - trimmed.len()]);
        // a line that follows text goes on with it wherever it begins
        if !trimmed.is_empty() && (after_blank || item(trimmed).is_some()) {
            self.items.retain(|least| indent >= *least);
        }
        let inside = self.items.last().copied().unwrap_or(0);
        if let Some(width) = item(trimmed).filter(|_| indent < inside + 4) {
            self.items.push(indent + width);
        }
    }

    /// Is a line, which is not blank and follows a blank one, indented further than text in its list item may be?
    fn is_indented(&self, line: &str) -> bool {
        let inside = self.items.last().copied().unwrap_or(0);
        columns(&line[..line.len() - line.trim_start().len()]) >= inside + 4
    }
}

/// The columns of white space before the text of a line.
fn columns(white: &str) -> usize {
    white.chars().fold(0, |at, c| if c == '\t' { at / 4 * 4 + 4 } else { at + 1 })
}

/// How wide the mark of a list item is that stands here, with the white space after it.
fn item(trimmed: &str) -> Option<usize> {
    let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
    let marks: &[char] = if digits == 0 { &['-', '+', '*'] } else { &['.', ')'] };
    let after = trimmed[digits..].strip_prefix(marks).filter(|_| digits <= 9)?;
    let white = after.len() - after.trim_start().len();
    // the text of an item may begin with indented code, or on the next line
    let beside = (1..=4).contains(&white) && !after.trim_start().is_empty();
    (white > 0 || after.is_empty()).then_some(digits + 1 + if beside { white } else { 1 })
}

/// The level of a heading on this line, which is no code.
pub(super) fn heading(syntax: Syntax, line: &str) -> Option<u8> {
    let run = |mark: char| {
        let count = line.chars().take_while(|&c| c == mark).count();
        ((1..=6).contains(&count) && line[count..].starts_with(' ')).then_some(count as u8)
    };
    match syntax {
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

/// The mark and the length of a fence that opens here.
pub(super) fn fence(trimmed: &str) -> Option<(char, usize)> {
    let mark = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let count = trimmed.chars().take_while(|&c| c == mark).count();
    // an inline run of backticks is no fence
    (count >= 3 && !(mark == '`' && trimmed[count..].contains('`'))).then_some((mark, count))
}
