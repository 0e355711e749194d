//! Fenced blocks of Markdown that hold directives instead of code: what a book is written with, whose source shows no equations.

use super::code::{fence, heading};
use super::markers::Syntax;
use crate::text::Span;

/// A fenced block whose info string says `derive`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// The whole block, with the line ends.
    pub whole: Span,
    /// The directives, one a line: where each stands.
    pub directives: Vec<Span>,
    /// White space before the fence.
    pub indent: String,
    /// The level of the heading that the block is under; 0 before the first.
    pub level: u8,
}

/// The fenced `derive` blocks of a text.
pub fn fences(text: &str) -> Vec<Fence> {
    let mut found = Vec::new();
    let mut open: Option<(char, usize, Option<Fence>)> = None;
    let (mut start, mut level) = (0, 0);
    for line in text.split_inclusive('\n') {
        let here = start;
        start += line.len();
        let content = line.trim_end();
        let trimmed = content.trim_start();
        let indent = content.len() - trimmed.len();
        match &mut open {
            None => {
                level = heading(Syntax::Markdown, content).unwrap_or(level);
                let Some((mark, count)) = fence(trimmed) else { continue };
                let ours = trimmed[count..].split([' ', ',', '\t']).next() == Some("derive");
                let block = Fence {
                    whole: Span::new(here, here),
                    directives: Vec::new(),
                    indent: content[..indent].to_string(),
                    level,
                };
                open = Some((mark, count, ours.then_some(block)));
            }
            Some((mark, count, block)) => {
                let run = trimmed.chars().take_while(|c| c == mark).count();
                if run >= *count && run == trimmed.len() {
                    if let Some(mut block) = block.take() {
                        block.whole.end = start;
                        found.push(block);
                    }
                    open = None;
                } else if let Some(block) = block
                    && !trimmed.is_empty()
                    && !trimmed.starts_with('#')
                {
                    block.directives.push(Span::new(here + indent, here + content.len()));
                }
            }
        }
    }
    // a fence that nothing closes goes on to the end of the text
    if let Some((_, _, Some(mut block))) = open {
        block.whole.end = text.len();
        found.push(block);
    }
    found
}

/// Fences of directives in quotations, which are none of those above: where each begins.
pub fn quoted_fences(text: &str) -> Vec<Span> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let inner = content.trim_start().trim_start_matches(['>', ' ']);
        let quoted = content.trim_start().starts_with('>');
        if quoted && fence(inner).is_some_and(|(_, count)| inner[count..].split([' ', ',']).next() == Some("derive")) {
            found.push(Span::new(start + content.len() - inner.len(), start + content.len()));
        }
        start += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fences_that_say_so_hold_directives() {
        let text = "a\n## b\n```derive\nconv --input 3\n\n# no\n  pool avg\n```\n~~~~md\n```derive\nx\n```\n~~~~\n  ```derive\n  y\n  ```\nb\n";
        let found: Vec<Vec<&str>> =
            fences(text).iter().map(|f| f.directives.iter().map(|d| &text[d.start..d.end]).collect()).collect();
        assert_eq!(found, [vec!["conv --input 3", "pool avg"], vec!["y"]]);
        let first = &fences(text)[0];
        assert_eq!(&text[first.whole.start..first.whole.end], "```derive\nconv --input 3\n\n# no\n  pool avg\n```\n");
        let quoted = "> ```derive\n> conv\n> ```\n";
        assert!(fences(quoted).is_empty() && quoted_fences(text).is_empty());
        assert_eq!(quoted_fences(quoted), [Span::new(2, 11)]);
        assert_eq!((first.level, fences(text)[1].indent.as_str()), (2, "  "));
    }
}
