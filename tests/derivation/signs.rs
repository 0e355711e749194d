//! Conditions are printed in signs that read the same in every language.

use crate::support::{derived, document};

/// The first displayed line of the layer with this body, at six entries.
fn printed(body: &str) -> String {
    let text = format!("layer t\n  input a[n]\n  z[i in 1..n] = {body}\n");
    let document = document(&derived(&text, "n=6"));
    let line = document.lines().find(|line| line.starts_with("    z[i] = ")).expect("the definition is displayed");
    line.trim().to_string()
}

#[test]
fn a_case_says_where_it_holds() {
    let printed = |condition: &str| printed(&format!("if {condition} then 2 * a[i] else a[i]"));
    let expected = [
        ("i == 2", "i = 2", "i \u{2260} 2"),
        ("i != 2", "i \u{2260} 2", "i = 2"),
        ("i < 3", "i < 3", "3 \u{2264} i"),
        ("i <= 3", "i \u{2264} 3", "3 < i"),
        ("i < 3 or i > 4", "i < 3 \u{2228} 4 < i", "3 \u{2264} i, i \u{2264} 4"),
        ("i > 2 and i < 5", "2 < i, i < 5", "i \u{2264} 2 \u{2228} 5 \u{2264} i"),
        ("not i < 3", "3 \u{2264} i", "i < 3"),
        (
            "i < 2 or (i > 3 and i < 5)",
            "i < 2 \u{2228} (3 < i, i < 5)",
            "2 \u{2264} i, i \u{2264} 3 \u{2228} 5 \u{2264} i",
        ),
    ];
    for (condition, holds, fails) in expected {
        assert_eq!(printed(condition), format!("z[i] = {{ 2\u{b7}a[i]: {holds}; a[i]: {fails} }}"), "{condition}");
    }
}

#[test]
fn a_mean_under_a_condition_is_a_quotient() {
    assert_eq!(
        printed("mean(j in 1..n where j <= i or j > 3) a[j]"),
        "z[i] = (\u{2211}[j=1..6, j \u{2264} i \u{2228} 3 < j] a[j])/(\u{2211}[j=1..6, j \u{2264} i \u{2228} 3 < j] 1)"
    );
    assert_eq!(printed("mean(j in 1..n) a[j]"), "z[i] = 1/6\u{b7}\u{2211}[j=1..6] a[j]");
}
