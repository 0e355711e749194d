//! What keeps words and formulas whole on their way through Markdown.

/// Running text. Besides what Markdown itself reads, `$`, `{` and `#` mean something to one host or another. Round brackets stay
/// bare: `\(` begins a formula in some.
pub(super) fn prose(text: &str, out: &mut String) {
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let special = match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '|' | '~' | '$' | '^' | '#' => true,
            // an entity such as `&amp;`, a citation such as `@name`
            '&' | '@' => rest.peek().is_some_and(|next| next.is_ascii_alphanumeric() || *next == '#'),
            // one dash made of several
            '-' => before == Some('-'),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
}

/// The beginning of a paragraph, where a list, a quotation, a rule, a definition or a comment could begin.
pub(super) fn paragraph(text: &str, out: &mut String) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (head, rest) = text.split_at(digits);
    let marks: &[char] = if digits > 0 { &['.', ')'] } else { &['+', '-', '=', '>', ':', '%', '!'] };
    out.push_str(head);
    if rest.starts_with(marks) {
        out.push('\\');
    }
    prose(rest, out);
}

/// A formula with every ASCII mark escaped: it comes out of CommonMark as it was, whatever stands around it and whatever the
/// parser makes of bare marks elsewhere.
pub(super) fn every_mark(tex: &str, out: &mut String) {
    for c in tex.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
}

/// A formula as text of HTML.
pub(super) fn html(tex: &str) -> String {
    tex.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A formula without the character that parts the cells of a table.
pub(super) fn without_bars(tex: &str) -> String {
    tex.replace("\\|", "\\Vert ").replace('|', "\\vert ")
}

/// A line of a formula that begins as no list, quotation, heading, definition or row of a table does. A sign close to what
/// follows it is left alone: after `{}` it would be taken for an operation.
pub(super) fn guarded(line: &str) -> String {
    let after_digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = after_digits.len() < line.len() && [". ", ") "].iter().any(|mark| after_digits.starts_with(mark));
    let marked = ["+ ", "- ", "* ", ": ", ">", "<", "#", "|", "~~~", "```"].iter().any(|mark| line.starts_with(mark));
    let rule = !line.is_empty() && ['=', '-'].iter().any(|&mark| line.chars().all(|c| c == mark));
    if numbered || marked || rule { format!("{{}}{line}") } else { line.to_string() }
}

/// A formula with its upright words as operators: pandoc takes `\mathrm` apart into letters wherever it does not write TeX, so that
/// nothing finds the word any more. GitHub refuses the command.
pub(super) fn whole_words(tex: &str) -> String {
    let mut parts = tex.split("\\mathrm{");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        if part.starts_with(|c: char| c.is_ascii_alphabetic()) {
            // an operator keeps a number before it away by itself
            out.truncate(out.strip_suffix("\\,").unwrap_or(&out).len());
            out.push_str("\\operatorname{");
        } else {
            out.push_str("\\mathrm{");
        }
        out.push_str(part);
    }
    out
}

/// A line inside an HTML comment. XML allows no `--` there; a shell reads `-\-` as that.
pub(in crate::render) fn comment(line: &str) -> String {
    line.replace("--", "-\\-").replace("--", "-\\-")
}

#[cfg(test)]
mod tests {
    use super::{comment, every_mark, guarded, html, paragraph, whole_words, without_bars};

    #[test]
    fn words_survive() {
        let of = |text: &str| {
            let mut out = String::new();
            paragraph(text, &mut out);
            out
        };
        assert_eq!(of("dense_2 * <b> #3 a|b"), "dense\\_2 \\* \\<b> \\#3 a\\|b");
        assert_eq!(of("1. first"), "1\\. first");
        assert_eq!(of("- item --no"), "\\- item -\\-no");
        assert_eq!(of("R&D &amp; x@y"), "R\\&D \\&amp; x\\@y");
        assert_eq!(of("3\u{d7}3 (one number)"), "3\u{d7}3 (one number)");
        assert_eq!(of("\u{8f93}\u{5165}\u{ff1a}x"), "\u{8f93}\u{5165}\u{ff1a}x");
    }

    #[test]
    fn formulas_survive() {
        let mut out = String::new();
        every_mark("a_{1}' \\\\ -b", &mut out);
        assert_eq!(out, "a\\_\\{1\\}\\' \\\\\\\\ \\-b");
        assert_eq!(html("a & b < c"), "a &amp; b &lt; c");
        assert_eq!(without_bars("|x| + \\|y\\|"), "\\vert x\\vert  + \\Vert y\\Vert ");
        assert_eq!(guarded("- b"), "{}- b");
        assert_eq!(guarded("0. b"), "{}0. b");
        assert_eq!(guarded("==="), "{}===");
        assert_eq!(["-b", "2 b", "0.5", "= b"].map(guarded), ["-b", "2 b", "0.5", "= b"]);
        let words = "\\tfrac{1}{4}\\,\\mathrm{up}(a)_{\\mathrm{:}i} + \\mathrm{rot180}(w)";
        assert_eq!(whole_words(words), "\\tfrac{1}{4}\\operatorname{up}(a)_{\\mathrm{:}i} + \\operatorname{rot180}(w)");
        assert_eq!(comment("conv --input ---x"), "conv -\\-input -\\-\\-x");
    }
}
