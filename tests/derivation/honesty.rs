//! Gradients that are no known operator get no claim, and the document says so.

use deriver::derivation::Derivation;
use deriver::document::Lang;
use deriver::expr::Ties;

use crate::support::{derived, document, document_in, tensor, try_derive};

/// A layer's items, its sizes, and the tensors whose gradients are no operator.
const CASES: [(&str, &str, &[&str]); 18] = [
    // products of three
    ("input a[n]\n weight w[n]\n z[i in 1..n] = a[i]*a[n+1-i]*w[i]", "n=4", &["a", "w"]),
    // triangular sums
    ("input a[n]\n weight w[n]\n z[i in 1..n] = sum(u in 1..n where u <= i) a[u]*w[u]", "n=4", &["a", "w"]),
    ("input a[n]\n z[i in 1..n] = sum(u in 1..n where u <= i and u != 2) a[u]", "n=4", &["a"]),
    // windows and upsampling with holes that are not evenly spaced
    ("input a[n]\n z[i in 1..n-3] = sum(u in 1..4 where u != 2) a[i+u-1]", "n=7", &["a"]),
    ("input a[n]\n z[i in 1..4*n] = sum(u in 1..n where i == 4*u or i == 4*u-1 or i == 4*u-3) a[u]", "n=3", &["a"]),
    // windows of which one lacks a place
    ("input a[n]\n z[i in 1..n-2] = sum(u in 1..3 where u != 2 or i != 3) a[i+u-1]", "n=7", &["a"]),
    // means over windows that are cut off, weighted once more
    ("input a[n]\n z[i in 1..n-2] = i * mean(u in 1..3) a[i+u-1]", "n=7", &["a"]),
    // a kernel with a tap taken out: everywhere, at one output, at a far output that a sample may not meet, at the corner
    ("input a[n]\n weight w[k]\n z[i] = sum(u where u != 2) a[i+u-1]*w[u]", "n=7 k=3", &["a", "w"]),
    ("input a[n]\n weight w[k]\n z[i] = sum(u where u != 2 or i != 3) a[i+u-1]*w[u]", "n=7 k=3", &["a", "w"]),
    ("input a[n]\n weight w[k]\n z[i] = sum(u where u != 2 or i != 77) a[i+u-1]*w[u]", "n=150 k=3", &["a", "w"]),
    ("input a[n]\n weight w[k]\n z[i] = sum(u where u != 1 or i != 1) a[i+u-1]*w[u]", "n=7 k=3", &["a", "w"]),
    (
        "input a[n]\n weight w[k]\n z[i in 1..n-k+1] = sum(u where u != k or i != n-k+1) a[i+u-1]*w[u]",
        "n=7 k=3",
        &["a", "w"],
    ),
    // coefficients that differ by position
    ("input a[n]\n z[i] = (if i == 2 then 3 else 1) * a[i]", "n=4", &["a"]),
    ("input a[n]\n weight w[n]\n z[i] = i * a[i] * w[i]", "n=4", &["a", "w"]),
    ("input a[n]\n weight w[k]\n z[i] = sum(u) (if u == 2 then 2 else 1)*a[i+u-1]*w[u]", "n=6 k=3", &["a", "w"]),
    // one element that is not copied as the others are
    ("input a[n]\n z[i in 1..n] = if i == n then a[1] else a[i]", "n=5", &["a"]),
    // running sums, from either end
    ("input a[n]\n z[i in 1..n] = sum(u in 1..n where u <= i) a[u]", "n=4", &["a"]),
    ("input a[n]\n z[i in 1..n] = sum(u in 1..n where u >= i) a[u]", "n=4", &["a"]),
];

/// Layers, and whether their gradients repeat each entry of the error over a block of its own, the blocks side by side.
const WINDOWS: [(&str, &str, bool); 6] = [
    ("z[i in 1..3] = mean(u in 1..2) a[2*(i-1)+u]", "n=6", true),
    // the last block is cut off
    ("z[i in 1..3] = sum(u in 1..2 where 2*(i-1)+u <= 5) a[2*(i-1)+u]", "n=5", false),
    // one place belongs to none
    ("z[i in 1..3] = mean(u in 1..2) a[2*(i-1)+u]", "n=7", false),
    ("z[i in 1..2] = mean(u in 1..2) a[3*(i-1)+u]", "n=6", false),
    ("z[i in 1..5] = mean(u in 1..2) a[i-1+u]", "n=6", false),
    ("z[i in 1..2] = mean(u in 1..2) a[i-2+2*u]", "n=4", false),
];

#[test]
fn upsampling_is_what_repeats_every_entry_over_a_block_of_its_own() {
    for (body, sizes, upsamples) in WINDOWS {
        let derivation = derived(&format!("layer windows\n input a[n]\n {body}\n"), sizes);
        for (lang, word) in
            [(Lang::En, "This is upsampling"), (Lang::Zh, "\u{8fd9}\u{5c31}\u{662f}\u{4e0a}\u{91c7}\u{6837}")]
        {
            assert_eq!(document_in(&derivation, lang).contains(word), upsamples, "{body}, {sizes}");
        }
    }
}

/// Has the derivation a formula with letters for this gradient?
fn has_index_form(derivation: &Derivation, name: &str) -> bool {
    let instance = &derivation.instance;
    let place = instance.tensors.iter().position(|t| t.name == name).expect("a tensor");
    derivation.index_form.definitions.iter().any(|d| d.tensor == instance.tensors.len() + place)
}

#[test]
fn no_claim_where_there_is_no_operator() {
    for (items, sizes, unclaimed) in CASES {
        let derivation = derived(&format!("layer odd\n {items}\n"), sizes);
        for name in unclaimed {
            let adjoint = derivation.adjoint(tensor(&derivation, name));
            assert_eq!(derivation.recognition(adjoint), None, "{name} of {items}");
            assert!(has_index_form(&derivation, name), "{name} of {items}");
        }
        let text = document(&derivation);
        let said = text.matches("No tensor operator fitted the").count();
        assert_eq!(said, unclaimed.len(), "{items}\n{text}");
        assert_eq!(text.matches("the index formula above is the result").count(), unclaimed.len(), "{items}\n{text}");
    }
}

#[test]
fn without_a_formula_the_equations_are_the_result() {
    // a maximum has no index formula, and windows with uneven holes are no windows
    let derivation = derived("layer odd\n input a[7]\n z[i in 1..4] = max(u in 1..4 where u != 2) a[i+u-1]\n", "");
    let adjoint = derivation.adjoint(tensor(&derivation, "a"));
    assert_eq!(derivation.recognition(adjoint), None);
    assert!(!has_index_form(&derivation, "a"));
    let text = document(&derivation);
    assert!(
        text.contains("No tensor operator fitted the seven entries, for what meets in an entry follows no rule that is known here; the equations above are the result."),
        "{text}"
    );
}

#[test]
fn an_output_without_a_maximum_is_no_window_of_nothing() {
    for items in [
        "input a[2]\n z[i in 1..2] = if i == 2 then 0 else (max(j in 1..2) a[j])",
        "input f[2]\n input a[3]\n z[i in 1..3] = if i != 2 then a[i] else (max(j in 1..2) f[j])",
    ] {
        let derivation = derived(&format!("layer odd\n {items}\n"), "");
        assert!(derivation.verdict.failures.is_empty(), "{items}");
        assert_eq!(derivation.recognition(derivation.system.output()), None, "{items}");
    }
}

#[test]
fn a_claim_is_not_called_missing() {
    let derivation = derived("layer fine\n input a[n]\n weight w[k]\n z[i] = sum(u) a[i+u-1]*w[u]\n", "n=6 k=3");
    for name in ["a", "w"] {
        assert!(derivation.recognition(derivation.adjoint(tensor(&derivation, name))).is_some(), "{name}");
        assert!(has_index_form(&derivation, name));
    }
    assert!(!document(&derivation).contains("No tensor operator fitted"));
}

/// Powers have many orders of equal factors; looking through them has an end.
#[test]
fn squares_of_sums_of_squares_are_given_up_soon() {
    let text = "layer squares\n input a[4,4]\n weight w[2,2]\n z[i in 1..3, j in 1..3] = (sum(u in 1..2, v in 1..2) \
                a[i+u-1,j+v-1]^2 * w[u,v])^2\n";
    let start = std::time::Instant::now();
    let derivation = derived(text, "");
    assert_eq!(derivation.recognition(derivation.adjoint(tensor(&derivation, "w"))), None);
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

#[test]
fn a_bias_that_is_read_backwards_is_not_one_of_its_own_for_every_output() {
    let layer =
        |read: &str| derived(&format!("layer l\n input a[3]\n bias b[3]\n z[i in 1..3] = a[i] + b[{read}]\n"), "");
    assert!(layer("i").other_bias.is_some());
    assert!(layer("4-i").other_bias.is_none());
}

/// The derivative by each candidate of a maximum names all of them, so that memory grows with the square of the window.
#[test]
fn maxima_over_large_windows_are_refused_before_they_are_expanded() {
    let layer = |n: i64, k: i64| {
        let text = format!("layer l\n input a[{n}]\n z[i] = max(u in 1..{k}) a[i+u-1]\n");
        try_derive(&text, "", Ties::First).map(drop)
    };
    assert_eq!(layer(40, 8), Ok(()));
    let refused = layer(300_000, 20_000).expect_err("this needs terabytes");
    assert!(refused.contains("GiB"), "{refused}");
}
