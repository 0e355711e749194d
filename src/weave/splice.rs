//! The text of a document with its generated parts renewed, and what state each of them is in.

use super::markers::{Place, Syntax};
use super::tables::by_cells;

/// What a generated part is like beside what would be generated now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The same.
    Fresh,
    /// Nothing has been generated yet.
    Empty,
    /// As it was generated, and that is no longer what would be.
    Stale,
    /// Not as it was generated.
    Edited,
}

/// A place with its state, and what would stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewed {
    /// The place.
    pub place: Place,
    /// Its state.
    pub state: State,
    /// The lines between the markers as they are, with `\n` at their ends.
    pub old: String,
    /// The lines as they should be, with `\n` at their ends.
    pub new: String,
}

/// Compares a place with what was generated for it.
pub fn renewed(text: &str, syntax: Syntax, place: &Place, generated: &str) -> Renewed {
    let old = text[place.body.start..place.body.end].replace("\r\n", "\n");
    let new = body(syntax, &place.indent, generated);
    let same = by_cells(&old, syntax) == by_cells(&new, syntax);
    let state = if same && place.sum == Some(sum(&new, syntax)) {
        State::Fresh
    } else if place.sum == Some(sum(&old, syntax)) {
        State::Stale
    } else if old.trim().is_empty() {
        State::Empty
    } else if same {
        State::Stale // only the sum is missing
    } else {
        State::Edited
    };
    Renewed { place: place.clone(), state, old, new }
}

/// The whole text with all places as they should be. Everything else, and the kind of line ends, stays as it is: so do places that
/// are fresh, however their lines end.
pub fn spliced(text: &str, syntax: Syntax, places: &[Renewed]) -> String {
    let crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for renewed in places.iter().filter(|r| r.state != State::Fresh) {
        let place = &renewed.place;
        out.push_str(&text[done..place.body.start]);
        if crlf {
            out.push_str(&renewed.new.replace('\n', "\r\n"));
        } else {
            out.push_str(&renewed.new);
        }
        out.push_str(&place.indent);
        out.push_str(&syntax.end_marker(sum(&renewed.new, syntax)));
        done = place.end.end;
    }
    out.push_str(&text[done..]);
    out
}

/// The generated lines as they stand in the document: indented, without white space at their ends, set apart where that is wanted.
fn body(syntax: Syntax, indent: &str, generated: &str) -> String {
    let mut lines: Vec<&str> = generated.lines().map(str::trim_end).collect();
    let blank = |l: &&str| l.is_empty();
    while lines.last().is_some_and(blank) {
        lines.pop();
    }
    let first = lines.iter().position(|l| !l.is_empty()).unwrap_or(lines.len());
    let mut body = String::with_capacity(generated.len() + 2);
    let apart = if syntax.sets_apart() { "\n" } else { "" };
    body.push_str(apart);
    for line in &lines[first..] {
        if !line.is_empty() {
            body.push_str(indent);
            body.push_str(line);
        }
        body.push('\n');
    }
    body.push_str(apart);
    body
}

/// The sum by which a change by hand is seen. It does not depend on how lines end, nor on how wide the cells of a table are.
fn sum(body: &str, syntax: Syntax) -> u32 {
    crc32fast::hash(by_cells(body, syntax).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::markers::places;
    use super::*;

    fn weave(text: &str, generated: &str) -> (String, Vec<State>) {
        let syntax = Syntax::Markdown;
        let found = places(text, syntax).expect("the markers are fine");
        let list: Vec<Renewed> = found.iter().map(|p| renewed(text, syntax, p, generated)).collect();
        (spliced(text, syntax, &list), list.iter().map(|r| r.state).collect())
    }

    #[test]
    fn weaving_twice_changes_nothing() {
        for text in [
            "a\n<!-- derive: x -->\n<!-- /derive -->\nb",
            "a\r\n<!-- derive: x -->\r\n<!-- /derive -->\r\nb\r\n",
            "- a\n\n  <!-- derive: x -->\n  <!-- /derive -->",
            "\u{feff}<!-- derive: x -->\n<!-- /derive -->\n\n<!-- derive: y -->\n\n<!-- /derive -->\n",
        ] {
            let (once, states) = weave(text, "line one\n\nline two \n\n");
            assert!(states.iter().all(|s| *s == State::Empty), "{text}: {states:?}");
            let (twice, states) = weave(&once, "line one\n\nline two \n\n");
            assert_eq!(once, twice);
            assert!(states.iter().all(|s| *s == State::Fresh), "{states:?}");
            assert_eq!(once.contains('\r'), text.contains('\r'));
            assert_eq!(once.replace("\r\n", "").contains('\n'), !text.contains('\r'), "line ends are kept");
        }
    }

    /// As prettier 3.10 leaves it: cells are padded, Chinese characters count two.
    #[test]
    fn a_formatter_of_tables_changes_nothing() {
        let generated = "| \u{5c42} | Error |\n| --- | --- |\n| 4\u{ff1a}dense | $p \\vert y$ |\n|  | x |";
        let padded = "| \u{5c42}       | Error        |\n| -------- | ------------ |\n| 4\u{ff1a}dense | $p \\vert y$ |\n|          | x            |";
        for (woven, now) in [(generated, padded), (padded, generated)] {
            let (text, _) = weave("<!-- derive: x -->\n<!-- /derive -->\n", woven);
            let formatted = text.replace(woven, now);
            assert_ne!(text, formatted);
            let (again, states) = weave(&formatted, woven);
            assert_eq!((again, states), (formatted.clone(), vec![State::Fresh]));
            assert_eq!(
                weave(&formatted, &woven.replace("x ", "y ")).1,
                [State::Stale],
                "what is generated is another thing"
            );
            assert_eq!(weave(&formatted.replace("dense", "conv"), woven).1, [State::Edited]);
        }
    }

    #[test]
    fn a_change_by_hand_is_told_from_one_of_the_program() {
        let (text, _) = weave("<!-- derive: x -->\n<!-- /derive -->\n", "one\ntwo");
        assert_eq!(weave(&text, "one\n2").1, [State::Stale]);
        let edited = text.replace("two", "too");
        assert_eq!(weave(&edited, "one\ntwo").1, [State::Edited]);
        // as git would hand it out on Windows
        assert_eq!(weave(&text.replace('\n', "\r\n"), "one\ntwo").1, [State::Fresh]);
        // somebody put in by hand what would have come
        assert_eq!(weave("<!-- derive: x -->\n\none\n\n<!-- /derive -->\n", "one").1, [State::Stale]);
    }
}
