//! Nets tell what they sum up: a heading has its equation, a row of the summary was stated before, and a sign was explained.

use super::run;

/// Nets with results that are a single number, with layers that have no error of their own, and with many signs.
const NETS: [&str; 8] = [
    "6x6 'conv 3x3 -> sigmoid -> pool avg 2x2 -> conv 2x2 -> sigma -> flatten -> dense 2 -> mse'",
    "7x7 'conv 3x3 -> relu -> pool max 2x2 -> conv 2x2 -> sigmoid -> flatten -> bce'",
    "4 'dense 4 -> pool max 2'",
    "1 'dense 1 -> sigma -> dense 1 -> sigma'",
    "3 'dense 1 -> sigma -> dense 1 -> sigma -> dense 2 -> softmax -> crossentropy'",
    "2x3 'dense 2 -> sigmoid -> dense 1 -> mse'",
    "2 'dense 1 -> gelu -> dense 1'",
    "2 'bce'",
];

const ENTRIES: [&str; 3] = ["none", "few", "all"];

/// The document in lines, wide enough for every formula, and those of its summary.
fn lines(net: &str, words: &str) -> (Vec<String>, Vec<String>) {
    let bytes = run(&format!("net --width 1000 --input {net} {words}"), "text");
    let text = String::from_utf8(bytes).expect("text is UTF-8");
    let lines: Vec<String> = text.lines().filter(|l| !l.starts_with('#')).map(str::to_string).collect();
    let end = lines.iter().position(|l| l == "Summary").unwrap_or(lines.len());
    (lines[..end].to_vec(), lines[end..].to_vec())
}

#[test]
fn every_heading_has_its_equation() {
    for net in NETS {
        for entries in ENTRIES {
            let (told, _) = lines(net, &format!("--entries {entries}"));
            // text underlines its headings; formulas are set in
            let is_heading = |l: &&String| l.starts_with("~~~");
            for section in told.split(|l| is_heading(&l)).skip(1) {
                assert!(section.iter().any(|l| l.starts_with("    ")), "{net} --entries {entries}: {section:?}");
            }
        }
    }
}

/// Is this one side of an equation in the line?
fn says(line: &str, side: &str) -> bool {
    line.split(" = ").any(|part| part.trim() == side) || line.ends_with(&format!(" = {side}"))
}

#[test]
fn every_row_of_the_summary_was_stated() {
    for net in NETS {
        for entries in ENTRIES {
            let (told, summary) = lines(net, &format!("--entries {entries}"));
            // a column is two blanks from the next
            let cells = summary.iter().skip(2).flat_map(|l| l.split("  ")).map(str::trim).filter(|c| c.contains(" = "));
            for cell in cells {
                let (left, right) = cell.split_once(" = ").expect("it is an equation");
                // a chain of equations may go on after it, and have a line for each step
                let comes_to =
                    |display: &[String]| display[0].trim().starts_with(left) && display.iter().any(|l| says(l, right));
                let stated = |display: &[String]| (0..display.len()).any(|from| comes_to(&display[from..]));
                let introduced = told.iter().any(|l| l.contains(&format!("derivative {cell} is known")));
                assert!(introduced || told.split(String::is_empty).any(stated), "{net} --entries {entries}: {cell}");
            }
        }
    }
}

#[test]
fn every_row_of_the_summary_says_something() {
    for net in NETS {
        let (_, summary) = lines(net, "--entries none");
        let rows = summary.iter().filter(|l| l.trim_start().starts_with(|c: char| c.is_ascii_digit()));
        rows.for_each(|row| assert!(row.contains(" = "), "{net}: {row}"));
    }
}

/// A sign or a function in a formula, and the words that explain it.
const SIGNS: [(&str, &str); 6] = [
    (" * ", "The sign * is the cross-correlation"),
    (" \u{2299} ", "The sign \u{2299} multiplies"),
    (" \u{2298} ", "The sign \u{2298} divides"),
    (",:]", "A colon in the place of an index"),
    ("vec(", "The function vec puts"),
    ("reshape(", "The function reshape gives"),
];

#[test]
fn signs_are_explained_once() {
    let mut met = 0;
    for net in NETS {
        let (told, _) = lines(net, "--entries none");
        for (sign, words) in SIGNS {
            let used = told.iter().any(|l| l.starts_with("    ") && l.contains(sign));
            let explained = told.iter().filter(|l| l.contains(words)).count();
            assert_eq!(explained, usize::from(used), "{net}: {sign}");
            met += explained;
        }
    }
    assert!(met > SIGNS.len());
}

/// Single layers with a sliding product that no matrices show.
const LAYERS: [&str; 3] = [
    "conv --input 4x4x4 --kernel 2",
    "conv --input 3x3 --kernel 2x2 --batch 2 --bias untied",
    "conv --input 3x3 --kernel 2x2 --part weight",
];

#[test]
fn single_layers_explain_the_sliding_product() {
    for layer in LAYERS {
        let text = String::from_utf8(run(&format!("{layer} --entries none"), "text")).expect("text is UTF-8");
        assert_eq!(text.matches("The sign * is the cross-correlation").count(), 1, "{layer}");
    }
    let text = String::from_utf8(run(&format!("{} --entries none", LAYERS[0]), "text")).expect("text is UTF-8");
    assert!(text.contains("For whole tensors, the zeros around understood:"));
}

#[test]
fn a_batch_keeps_its_letter() {
    let text =
        String::from_utf8(run("net --input 2x3 'dense 2 -> mse' --entries none", "text")).expect("text is UTF-8");
    assert!(text.contains("\u{2211}[n=1..2] \u{3b4}^(1)[n,:]"), "{text}");
}
