//! Displayed equations, found in whole documents: the rows of a display that belong together are put into one line.

use unicode_width::UnicodeWidthChar;

use super::Written;
use super::text::BOX;

/// An equation as it stands in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The line of the document in which it begins, from 1 on.
    pub line: usize,
    /// What it is, its lines put into one.
    pub text: String,
}

/// The displayed equations of a document or a part of one, in their order.
pub fn shown(written: Written, document: &str) -> Vec<Shown> {
    match written {
        Written::Latex => latex_displays(document),
        Written::Text => text_displays(document, false),
        Written::Ascii => text_displays(document, true),
    }
}

/// The equations in the running text of a LaTeX document. In text they cannot be told from words.
pub fn inline(document: &str) -> Vec<Shown> {
    let mut found = Vec::new();
    let mut outside = true;
    for (number, line) in document.lines().enumerate() {
        if let Some(rest) = line.trim_start().strip_prefix("\\begin{") {
            outside &= !["equation", "align", "tikzpicture"].iter().any(|name| rest.starts_with(name));
        }
        if outside && !line.starts_with('%') {
            let formulas = line.split('$').skip(1).step_by(2).filter(|text| text.contains(" = "));
            found.extend(formulas.map(|text| Shown { line: number + 1, text: text.to_string() }));
        }
        outside |= ["\\end{equation", "\\end{align", "\\end{tikzpicture"].iter().any(|end| line.contains(end));
    }
    found
}

fn latex_displays(document: &str) -> Vec<Shown> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(begin) = document[at..].find("\\begin{") {
        let start = at + begin;
        let Some(name) = document[start + 7..].split('}').next() else { break };
        at = start + 7 + name.len();
        if !matches!(name, "equation" | "equation*" | "align" | "align*") {
            continue;
        }
        let body = at + 1;
        let Some(length) = document[body..].find(&format!("\\end{{{name}}}")) else { break };
        at = body + length;
        let rows = unframed(&document[body..at]);
        let first = body + document[body..at].find(rows).unwrap_or(0);
        latex_rows(rows, document[..first].matches('\n').count() + 1, &mut found);
    }
    found
}

/// The rows of a display without the frame around them.
fn unframed(body: &str) -> &str {
    let Some(framed) = body.trim().strip_prefix("\\boxed{").and_then(|rest| rest.strip_suffix('}')) else {
        return body;
    };
    // `\boxed{a} = \frac{b}{c}` has a frame around its left side alone
    let mut depth = 0;
    let depths = framed.chars().map(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth
    });
    if depths.min().is_some_and(|least| least < 0) {
        return body;
    }
    let framed = framed.trim();
    framed.strip_prefix("\\begin{aligned}").and_then(|rows| rows.strip_suffix("\\end{aligned}")).unwrap_or(framed)
}

/// The rows of a display, those without a left side at the end of the one before.
fn latex_rows(body: &str, line: usize, found: &mut Vec<Shown>) {
    let mut open = false;
    let mut start = 0;
    for (end, next) in latex_cuts(body, "\\\\").into_iter().chain([(body.len(), body.len())]) {
        let row = &body[start..end];
        let blank = row.len() - row.trim_start().len();
        let number = line + body[..start + blank].matches('\n').count();
        start = next;
        let cut = latex_cuts(row, "&");
        let (left, right) = match cut.first() {
            Some(&(end, next)) => (&row[..end], &row[next..]),
            None => (row, ""),
        };
        let (left, right) = (left.trim(), right.trim());
        if left == "\\vdots" {
            open = false;
        } else if !left.is_empty() || cut.is_empty() {
            open = true;
            found.push(Shown { line: number, text: format!("{left} {right}").trim().to_string() });
        } else if let Some(shown) = found.last_mut().filter(|_| open) {
            shown.text.push(' ');
            shown.text.push_str(right);
        }
    }
}

/// Where this sign stands outside of groups and environments: its beginning, and what follows it.
fn latex_cuts(text: &str, sign: &str) -> Vec<(usize, usize)> {
    let (mut cuts, mut depth, mut at) = (Vec::new(), 0_usize, 0);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if depth == 0 && rest.starts_with(sign) {
            let mut after = at + sign.len();
            if sign == "\\\\" {
                after += usize::from(text[after..].starts_with('*'));
                if text[after..].starts_with('[') {
                    after += text[after..].find(']').map_or(0, |length| length + 1);
                }
            }
            cuts.push((at, after));
            at = after;
            continue;
        }
        if rest.starts_with("\\begin{") || rest.starts_with("\\end{") {
            depth = if rest.starts_with("\\b") { depth + 1 } else { depth.saturating_sub(1) };
            at += rest.find('}').map_or(1, |length| length + 1);
            continue;
        }
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        // a sign after a backslash is no bracket
        at += if c == '\\' { 1 + rest[1..].chars().next().map_or(0, char::len_utf8) } else { c.len_utf8() };
    }
    cuts
}

/// How far displays are moved in.
const INDENT: usize = 4;

fn text_displays(document: &str, ascii: bool) -> Vec<Shown> {
    let lines: Vec<&str> = document.lines().collect();
    let mut found = Vec::new();
    let mut at = 0;
    let mut shown_before = false;
    while at < lines.len() {
        let length = lines[at..].iter().take_while(|l| !l.trim().is_empty()).count();
        let block = &lines[at..at + length];
        let rule = |l: &&str| !l.trim().is_empty() && l.trim().chars().all(|c| "\u{2500}- ".contains(c));
        let listing = |l: &&str| l.contains(" \u{2190} ") || l.contains(" <- ");
        if block.iter().all(|l| indent(l) >= INDENT) && !block.iter().any(|l| rule(l) || listing(l)) {
            let lines = flat(block, at + 1, ascii);
            let last = if shown_before { found.last() } else { None };
            text_rows(&lines, last.is_some_and(|last| ascii && goes_on(last, &lines)), &mut found);
            shown_before = true;
        } else if length > 0 {
            shown_before = false;
        }
        at += length.max(1);
    }
    found
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Does what was shown last go on below an empty line, as between matrices of ASCII?
fn goes_on(last: &Shown, lines: &[(usize, String)]) -> bool {
    let operator = |line: &str| OPERATORS.iter().any(|sign| line.trim_start().starts_with(sign));
    let open = |line: &str| equals(&last.text).is_none() || equals(line).is_none();
    lines.first().is_some_and(|(_, line)| indent(line) > INDENT && (operator(line) || open(line)))
}

/// Puts lines that go on, and rows without a left side, at the end of what they belong to.
fn text_rows(lines: &[(usize, String)], mut open: bool, found: &mut Vec<Shown>) {
    // where the sign of the present equation stands
    let mut sign = 0;
    for (number, line) in lines {
        let text = untagged(line.trim_end());
        let (far, text) = (indent(text), text.trim_start());
        if matches!(text, "\u{22ee}" | ":") {
            open = false;
            continue;
        }
        let Some(last) = found.last_mut().filter(|_| open) else {
            open = true;
            sign = far + equals(text).unwrap_or(0);
            found.push(Shown { line: *number, text: text.to_string() });
            continue;
        };
        let waits = last.text.ends_with(['\u{b7}', ',', '/', '(']) || depth(&last.text) > 0;
        let begins = far == INDENT || far <= sign && equals(text).is_some() && equals(&last.text).is_some();
        if begins && !waits && !OPERATORS.iter().any(|sign| text.starts_with(sign)) {
            sign = far + equals(text).unwrap_or(0);
            found.push(Shown { line: *number, text: text.to_string() });
            continue;
        }
        if !last.text.ends_with(['\u{b7}', '/', '(']) {
            last.text.push(' ');
        }
        last.text.push_str(text);
    }
}

/// With these a line goes on.
const OPERATORS: [&str; 10] =
    ["= ", "+ ", "- ", "* ", "\u{2217} ", "\u{22c6} ", "\u{2299} ", "\u{2298} ", ".* ", "./ "];

/// Without the tag at the end of a display.
fn untagged(line: &str) -> &str {
    match line.rsplit_once("    (") {
        // a line may be nothing but brackets
        Some((formula, tag))
            if !formula.trim().is_empty() && tag.ends_with(')') && !tag[..tag.len() - 1].contains(['(', ')']) =>
        {
            formula
        }
        _ => line,
    }
}

/// How many brackets are open at the end.
fn depth(text: &str) -> usize {
    text.chars().fold(0, |depth: usize, c| match c {
        '(' | '[' | '{' => depth + 1,
        ')' | ']' | '}' => depth.saturating_sub(1),
        _ => depth,
    })
}

/// How many characters stand before the first sign of equality that is in no brackets.
fn equals(text: &str) -> Option<usize> {
    let (at, _) = text.match_indices(" = ").find(|(at, _)| depth(&text[..*at]) == 0)?;
    Some(text[..at].chars().count())
}

/// A character and the column in which it stands.
type Columns = Vec<(usize, char)>;

/// A matrix of several lines: the first line and the last, the columns of its brackets.
struct Tall {
    top: usize,
    bottom: usize,
    left: usize,
    right: usize,
}

/// Lines with matrices of several lines put into one line each, with the number of the first.
fn flat(block: &[&str], first: usize, ascii: bool) -> Vec<(usize, String)> {
    let lines: Vec<Columns> = block.iter().map(|line| columns(line)).collect();
    let tall = if ascii { tall_in_ascii(&lines) } else { tall(&lines) };
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        // all matrices that stand side by side
        let mut end = at + 1;
        while let Some(more) = tall.iter().filter(|t| t.top < end && t.top >= at).map(|t| t.bottom + 1).max()
            && more > end
        {
            end = more;
        }
        let middle = at + (end - at - 1) / 2;
        let mut text = String::new();
        let mut skip = 0;
        for &(column, c) in &lines[middle] {
            if column < skip {
                continue;
            }
            let beginning = tall.iter().find(|t| t.left == column && (t.top..=t.bottom).contains(&middle));
            if let Some(matrix) = beginning {
                skip = matrix.right + 1;
                text.push_str(&in_one_line(&lines, matrix));
            } else {
                text.push(c);
            }
        }
        found.push((first + at, text));
        at = end;
    }
    found
}

fn columns(line: &str) -> Columns {
    let mut column = 0;
    let place = |c: char| {
        let at = column;
        column += c.width().unwrap_or(0);
        (at, c)
    };
    line.chars().map(place).collect()
}

fn character(lines: &[Columns], line: usize, column: usize) -> Option<char> {
    lines.get(line)?.iter().find(|(at, _)| *at == column).map(|(_, c)| *c)
}

fn tall(lines: &[Columns]) -> Vec<Tall> {
    let mut found = Vec::new();
    for (top, line) in lines.iter().enumerate() {
        for (place, &(left, _)) in line.iter().enumerate().filter(|(_, (_, c))| *c == '\u{239b}') {
            let closing = line[place..].iter().find(|(_, c)| *c == '\u{239e}').map(|(at, _)| *at);
            let bottom = (top + 1..lines.len()).find(|&l| character(lines, l, left) != Some('\u{239c}'));
            if let (Some(right), Some(bottom)) = (closing, bottom)
                && character(lines, bottom, left) == Some('\u{239d}')
            {
                found.push(Tall { top, bottom, left, right });
            }
        }
    }
    found
}

/// In ASCII all lines of a matrix have the same brackets, with a space inside; other brackets have none.
fn tall_in_ascii(lines: &[Columns]) -> Vec<Tall> {
    let opens = |line: usize, column: usize| {
        character(lines, line, column) == Some('[') && character(lines, line, column + 1) == Some(' ')
    };
    let mut found: Vec<Tall> = Vec::new();
    for (top, line) in lines.iter().enumerate() {
        for &(left, _) in line {
            let inside = found.iter().any(|t| t.left == left && (t.top..=t.bottom).contains(&top));
            if inside || !opens(top, left) {
                continue;
            }
            let lowest = (top..lines.len()).take_while(|&l| opens(l, left)).last().unwrap_or(top);
            let closes = |bottom: usize, column: usize| {
                let is = |l: usize, at: usize, c: char| character(lines, l, at) == Some(c);
                (top..=bottom).all(|l| is(l, column, ']') && is(l, column - 1, ' '))
            };
            // where a formula is broken another matrix may stand right below
            let closed = |bottom: usize| {
                let right = line.iter().map(|(at, _)| *at).find(|&at| at > left + 1 && closes(bottom, at))?;
                Some(Tall { top, bottom, left, right })
            };
            found.extend((top..=lowest).rev().find_map(closed));
        }
    }
    found
}

/// The cells of a matrix: at least two columns that are blank in all its lines stand between them.
fn in_one_line(lines: &[Columns], matrix: &Tall) -> String {
    let rows = &lines[matrix.top..=matrix.bottom];
    let inside = matrix.left + 1..matrix.right;
    let used = |column: usize| {
        rows.iter()
            .any(|row| row.iter().any(|&(at, c)| c != ' ' && (at..at + c.width().unwrap_or(0)).contains(&column)))
    };
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for column in inside.filter(|&column| used(column)) {
        match spans.last_mut() {
            Some((_, end)) if column < *end + 2 => *end = column + 1,
            _ => spans.push((column, column + 1)),
        }
    }
    let [begin, cell, row_end, end] = BOX;
    let mut text = String::from(begin);
    for (place, row) in rows.iter().enumerate() {
        if place > 0 {
            text.push(row_end);
        }
        for (place, &(from, to)) in spans.iter().enumerate() {
            if place > 0 {
                text.push(cell);
            }
            let content: String = row.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, c)| *c).collect();
            text.push_str(content.trim());
        }
    }
    text.push(end);
    text
}
