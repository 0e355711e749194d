//! Formulas that an author has written by hand as GitHub takes them, brought into the form that mdBook takes: `` $`x`$ `` in a line,
//! and fences of `math`. Code is left alone.

use super::escape;

/// Markdown for mdBook, from Markdown for GitHub.
pub fn for_mdbook(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // what closes the fence that is open, and whether it holds a formula
    let mut open: Option<(char, usize, bool)> = None;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let trimmed = content.trim_start();
        let indent = &content[..content.len() - trimmed.len()];
        let mark = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'));
        let run = mark.map_or(0, |m| trimmed.chars().take_while(|&c| c == m).count());
        match (open, mark) {
            (Some((m, count, formula)), _) if mark == Some(m) && run >= count && run == trimmed.trim_end().len() => {
                out.push_str(&if formula { format!("{indent}\\]\n{indent}</div>\n") } else { line.to_string() });
                open = None;
            }
            // a blank line would end the element
            (Some((_, _, true)), _) if trimmed.is_empty() => {}
            (Some((_, _, true)), _) => out.push_str(&format!("{indent}{}\n", escape::html(trimmed))),
            (Some(_), _) => out.push_str(line),
            (None, Some(m)) if run >= 3 && !(m == '`' && trimmed[run..].contains('`')) => {
                let formula = trimmed[run..].trim() == "math";
                open = Some((m, run, formula));
                let div = format!("{indent}<div class=\"math\">\n{indent}\\[\n");
                out.push_str(&if formula { div } else { line.to_string() });
            }
            (None, _) => inline(line, &mut out),
        }
    }
    out
}

/// A line outside of fences.
fn inline(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find(['\\', '`', '$']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(formula) = rest.strip_prefix("$`")
            && let Some(end) = formula.find("`$")
        {
            escape::every_mark(&format!("\\({}\\)", &formula[..end]), out);
            rest = &formula[end + 2..];
            continue;
        }
        let run = rest.bytes().take_while(|&b| b == b'`').count();
        let taken = if run > 0 {
            // up to a run of as many
            let mut end = run;
            loop {
                let Some(next) = rest[end..].find('`') else { break run };
                end += next;
                let closing = rest[end..].bytes().take_while(|&b| b == b'`').count();
                end += closing;
                if closing == run {
                    break end;
                }
            }
        } else {
            // an escaped mark, or a dollar that is one
            let mut characters = rest.char_indices().skip(if rest.starts_with('\\') { 2 } else { 1 });
            characters.next().map_or(rest.len(), |(at, _)| at)
        };
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::for_mdbook;

    #[test]
    fn formulas_change_their_form_and_code_does_not() {
        for (github, mdbook) in [
            ("Let $`a_1`$ be.\n", "Let \\\\\\(a\\_1\\\\\\) be.\n"),
            ("`$`a`$` and ``$`b`$`` and \\$`c`\n", "`$`a`$` and ``$`b`$`` and \\$`c`\n"),
            ("costs $5 and `x` $\n", "costs $5 and `x` $\n"),
            ("```math\na < b\n\nc\n```\n", "<div class=\"math\">\n\\[\na &lt; b\nc\n\\]\n</div>\n"),
            ("```md\n$`a`$\n```\n$`b`$", "```md\n$`a`$\n```\n\\\\\\(b\\\\\\)"),
        ] {
            assert_eq!(for_mdbook(github), mdbook, "{github}");
        }
    }
}
