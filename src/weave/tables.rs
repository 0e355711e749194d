//! Tables of Markdown by their cells: formatters pad cells and draw longer dashes, and that is no change by hand.

use super::markers::Syntax;

/// The text with every table as narrow as it can be written; any other line, and what is between fences, stays as it is.
pub(super) fn by_cells(body: &str, syntax: Syntax) -> String {
    if syntax != Syntax::Markdown {
        return body.to_string();
    }
    let lines: Vec<&str> = body.lines().collect();
    let mut out = String::with_capacity(body.len());
    let (mut fence, mut in_table) = (None::<&str>, false);
    for (place, line) in lines.iter().enumerate() {
        let mark = ["```", "~~~", "$$"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        fence = if fence.is_some() { fence.filter(|_| mark != fence) } else { mark };
        let next = lines.get(place + 1);
        in_table = fence.is_none() && is_row(line) && (in_table || next.is_some_and(|next| is_rule(next)));
        out.push_str(&if in_table { narrow(line) } else { (*line).to_string() });
        out.push('\n');
    }
    out
}

fn is_row(line: &str) -> bool {
    line.trim_start().starts_with('|') && line.trim_end().ends_with('|')
}

/// Is this the line between the head of a table and its rows?
fn is_rule(line: &str) -> bool {
    is_row(line) && line.contains('-') && line.chars().all(|c| "|-: \t".contains(c))
}

fn narrow(line: &str) -> String {
    let row = line.trim_start();
    let indent = &line[..line.len() - row.len()];
    let dashes = |cell: &str| {
        let [left, right] = [cell.starts_with(':'), cell.ends_with(':')].map(|colon| if colon { ":" } else { "" });
        format!("{left}---{right}")
    };
    let rule = is_rule(line);
    let cells = cells(row.trim_end()).into_iter().map(|cell| if rule { dashes(cell) } else { cell.to_string() });
    let cells: String = cells.map(|cell| format!(" {cell} |")).collect();
    format!("{indent}|{cells}")
}

/// What stands between the bars of a row. A bar after a backslash is part of a cell.
fn cells(row: &str) -> Vec<&str> {
    let (mut found, mut start, mut escaped) = (Vec::new(), 1, false);
    for (at, c) in row.char_indices().skip(1) {
        if c == '|' && !escaped {
            found.push(row[start..at].trim());
            start = at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tables_are_made_narrow() {
        let narrow = "a | b\n\n| a | b\\|c |\n| --- | :---: |\n|  | `x \\| y` |\n\n```text\n| a    |\n| ---- |\n```\n|  no   |\n";
        let padded = narrow.replace(
            "| a | b\\|c |\n| --- | :---: |\n|  | `x \\| y` |",
            "|a   |  b\\|c  |\n|----|:-------:|\n| | `x \\| y` |",
        );
        assert_ne!(narrow, padded);
        for text in [narrow, &padded] {
            assert_eq!(by_cells(text, Syntax::Markdown), narrow);
            assert_eq!(by_cells(text, Syntax::Latex), text);
        }
        assert_ne!(by_cells(&padded.replace("| | `", "| z | `"), Syntax::Markdown), narrow, "another cell");
    }
}
