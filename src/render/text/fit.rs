//! What is too wide for the page is broken: formulas at their operators, rows of matrices between them, tables inside their cells.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::boxes::Box2;
use super::signs::GLUE;

/// The signs before which a formula is broken: the first list first.
const BEFORE: [&[&str]; 2] =
    [&["+", "-", "=", "or", "\u{2228}"], &["*", ".*", "./", "(*)", "\u{2299}", "\u{2298}", "\u{22c6}"]];
/// Words that are the beginning of a name, as it were.
const PREFIXES: [&str; 2] = ["del", "grad"];
/// A line that is broken at a worse place is at least so much wider, in percent of the room.
const WORTH: usize = 33;

/// A place where a line may end.
struct Break {
    /// Where the line ends, in bytes.
    end: usize,
    /// Where the next one begins.
    next: usize,
    /// How wide the line is until there.
    width: usize,
    /// How many brackets are open, and how bad it is to break here.
    cost: (usize, usize),
}

/// A formula in lines of at most `first` and then `rest` columns, unless something that cannot be broken is wider.
pub(super) fn wrapped(text: &str, first: usize, rest: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let (mut left, mut room) = (text.trim_end_matches(' '), first);
    while left.width() > room {
        let Some((end, next)) = best(left, room) else { break };
        lines.push(&left[..end]);
        left = &left[next..];
        room = rest;
    }
    lines.push(left);
    lines
}

/// Where the line is broken best: outside of brackets rather than inside, before a sum's sign rather than elsewhere.
fn best(text: &str, room: usize) -> Option<(usize, usize)> {
    let all = breaks(text);
    let fitting: Vec<&Break> = all.iter().filter(|b| b.width <= room).collect();
    let Some(widest) = fitting.last() else {
        // too wide all the same: the first place that there is
        return all.first().map(|b| (b.end, b.next));
    };
    let mut costs: Vec<(usize, usize)> = fitting.iter().map(|b| b.cost).collect();
    costs.sort_unstable();
    costs.dedup();
    let last = |cost| fitting.iter().rev().find(|b| b.cost == cost);
    let good = costs.into_iter().filter_map(last).find(|b| b.width * 100 >= room * WORTH);
    Some(good.map_or((widest.end, widest.next), |b| (b.end, b.next)))
}

fn breaks(text: &str) -> Vec<Break> {
    let mut found = Vec::new();
    let (mut depth, mut width, mut before) = (opened_before(text), 0, None);
    for (place, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let after = &text[place + c.len_utf8()..];
        let inside = !text[..place].trim_matches(' ').is_empty() && !after.trim_matches(' ').is_empty();
        let sign = after.split([' ', GLUE]).next().unwrap_or_default();
        let class = BEFORE.iter().position(|list| list.contains(&sign));
        // the space after a sign is no place to end at
        let first_word = text[..place].rsplit([' ', GLUE]).next().unwrap_or_default();
        let after_sign = BEFORE.iter().any(|list| list.contains(&first_word));
        let behind = place + c.len_utf8();
        let class = match (class, c) {
            (_, ' ') if before == Some(' ') || after_sign => None,
            (_, ' ') if before == Some(',') => Some(0),
            (Some(class), ' ') => Some(class + usize::from(depth > 0)),
            (None, ' ') => Some(3),
            (_, GLUE) if PREFIXES.iter().any(|word| text[..place].ends_with(word)) => None,
            (_, GLUE) => Some(4),
            (_, '\u{b7}') => Some(5),
            (_, ',') if depth > 0 && !after.starts_with(' ') => Some(6),
            (_, '/') => Some(7),
            (_, '(') => Some(8),
            _ => None,
        };
        if let Some(class) = class.filter(|_| inside) {
            // a space goes, a sign stays in its line
            let (end, more) = if matches!(c, ' ' | GLUE) { (place, 0) } else { (behind, 1) };
            found.push(Break { end, next: behind, width: width + more, cost: (depth, class) });
        }
        width += c.width().unwrap_or(0);
        before = Some(c);
    }
    found
}

/// How many brackets were opened in the lines before this one.
fn opened_before(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => most += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    most
}

/// Rectangles side by side, in as many rows as the room wants; a row begins with an operator, if there is one.
pub(super) fn rows_of(parts: Vec<Box2>, first: usize, rest: usize) -> Vec<Box2> {
    let mut rows: Vec<Vec<Box2>> = vec![Vec::new()];
    let (mut used, mut room) = (0, first);
    let mut pending: Vec<Box2> = Vec::new();
    let mut parts = parts.into_iter().peekable();
    while let Some(part) = parts.next() {
        let operator = part.is_operator();
        pending.push(part);
        // an operator stays with what follows it
        if operator && parts.peek().is_some() {
            continue;
        }
        let width: usize = pending.iter().map(Box2::width).sum();
        if used > 0 && used + width > room {
            rows.push(Vec::new());
            (used, room) = (0, rest);
        }
        used += width;
        rows.last_mut().expect("there is always a row").append(&mut pending);
    }
    rows.into_iter().map(Box2::beside).collect()
}

/// The widths of a table's columns, the widest made narrower until all fit into the room.
pub(super) fn narrowed(mut widths: Vec<usize>, room: usize) -> Vec<usize> {
    /// A narrower column shows nothing.
    const LEAST: usize = 8;
    while widths.iter().sum::<usize>() > room {
        let Some(widest) = widths.iter_mut().max().filter(|w| **w > LEAST) else { break };
        *widest -= 1;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::{narrowed, wrapped};

    #[test]
    fn formulas_break_where_they_are_read() {
        assert_eq!(wrapped("a + b - c = d", 6, 6), ["a + b", "- c", "= d"]);
        assert_eq!(wrapped("(a + b)\u{b7}c + (d - e)", 12, 12), ["(a + b)\u{b7}c", "+ (d - e)"]);
        // where nothing else is left, inside of brackets, and after a dot
        assert_eq!(wrapped("(aaaa + bbbb)", 9, 9), ["(aaaa", "+ bbbb)"]);
        assert_eq!(wrapped("aaaa\u{b7}bbbb", 6, 6), ["aaaa\u{b7}", "bbbb"]);
        assert_eq!(wrapped("aaaaaaaa", 6, 6), ["aaaaaaaa"]);
        assert_eq!(wrapped("del\u{a0}y/del\u{a0}x", 9, 9), ["del\u{a0}y/", "del\u{a0}x"]);
        assert_eq!(wrapped("sum[i=1..2, j=1..2] a[i,j]", 20, 20), ["sum[i=1..2, j=1..2]", "a[i,j]"]);
        // the second line knows that it begins inside of a bracket
        assert_eq!(
            wrapped("sum[o=1..2, u=1..2, 1 <= m - u <= 3] G[o,m-u]", 16, 20),
            ["sum[o=1..2,", "u=1..2,", "1 <= m - u <= 3]", "G[o,m-u]"]
        );
        assert_eq!(wrapped("", 6, 6), [""]);
    }

    #[test]
    fn the_widest_column_gives_way() {
        assert_eq!(narrowed(vec![10, 30, 20], 40), [10, 15, 15]);
        assert_eq!(narrowed(vec![8, 8], 4), [8, 8]);
    }
}
