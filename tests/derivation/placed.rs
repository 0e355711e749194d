//! What is moved, cut, put among zeros, reversed, turned, taken apart or stands side by side: the operator by its numbers, how it is
//! written, and what is said of it. That it gives every entry was checked against forward differentiation before any of it was said.

use deriver::expr::TensorId;
use deriver::operator::TensorOp;

use crate::spoilt::verdict;
use crate::support::{derived, document, tensor};

/// A layer's items; the gradient; the formula that stands for all of it; a sentence about it.
const CASES: [(&str, &str, &str, &str); 21] = [
    // concatenation, slices, steps, a row, padding
    ("input a[2]\n target c[3]\n z[i in 1..5] = if i <= 2 then a[i] else c[i-2]", "a", "δˡ[1:2]", "a part of δ"),
    ("input a[4]\n z[i in 1..2] = a[i+1]", "a", "pad[1](δˡ)", "δ with zeros beside it"),
    ("input a[6]\n z[i in 1..3] = a[2*i-1]", "a", "pad[0,1](δˡ↑2)", "δ with zeros between and beside its entries"),
    ("input a[3,4]\n z[j in 1..4] = a[2,j]", "a", "pad[1×0]((δˡ)ᵀ)", "δ with zeros beside it"),
    ("input a[3,4]\n z[j in 1..3] = a[j,2]", "a", "pad[0,0;1,2](δˡ)", "δ with zeros beside it"),
    ("input a[3]\n z[i in 1..6] = if i >= 3 and i <= 5 then a[i-2] else 0", "a", "δˡ[3:5]", "a part of δ"),
    ("input a[4]\n z[i in 1..4] = if i == 1 then 0 else a[i-1]", "a", "pad[0,1](δˡ[2:4])", "a part of δ with zeros"),
    // reversed, turned in a circle, taken apart
    ("input a[5]\n z[i in 1..5] = a[6-i]", "a", "δˡ[5:1:-1]", "those of δ in reverse order:"),
    ("input a[2,3]\n z[i in 1..2,j in 1..3] = a[i,4-j]", "a", "δˡ[:,3:1:-1]", "reverse order, along some of its axes:"),
    (
        "input a[5]\n z[i in 1..5] = if i <= 2 then a[i+3] else a[i-2]",
        "a",
        "pad[0,2](δˡ[3:5]) + pad[3,0](δˡ[1:2])",
        "moved on by three places in a circle",
    ),
    (
        "input a[4,2]\n z[i in 1..2, j in 1..4] = sum(k in 1..2, p in 1..2, q in 1..2 where p == i and 2*(q-1)+k == j) \
         a[2*(p-1)+k,q]",
        "a",
        "reshape[4×2](einsum[ikj→ijk](reshape[2×2×2](δˡ)))",
        "its axes are taken apart",
    ),
    // diagonals
    ("input a[3]\n z[i in 1..3, j in 1..3] = if i == j then a[i] else 0", "a", "diag(δˡ)", "the diagonal of δ"),
    ("input a[3,3]\n z[i] = a[i,i]", "a", "diag(δˡ)", "δ stands on the diagonal"),
    ("input a[3,3]\n z = sum(i) a[i,i]", "a", "diag(δˡ·𝟏[3])", "δ stands on the diagonal"),
    ("input a[3,2]\n z[i in 1..2] = a[i+1,3-i]", "a", "∇a[m,n] = { δ[m-1]: ", "δ with zeros"),
    // products of parts
    ("input a[4]\n weight w[2]\n z[i in 1..2] = a[i]*w[1]", "a", "pad[0,2](wˡ[1]·δˡ)", "a product of parts with zeros"),
    ("input a[6]\n weight w[3]\n z[i in 1..3] = a[i+3]*w[i]", "w", "δˡ ⊙ aˡ⁻¹[4:6]", "a product of parts:"),
    (
        "input a[4]\n weight w[2]\n z[i in 1..4] = if i <= 2 then a[i]*w[i] else a[i]^2",
        "a",
        "pad[0,2](δˡ[1:2] ⊙ wˡ) + 2·pad[2,0](δˡ[3:4] ⊙ aˡ⁻¹[3:4])",
        "stand side by side",
    ),
    // differences, and sums of contractions of the same factors
    ("input a[5]\n z[i in 1..4] = a[i+1] - a[i]", "a", "pad[1,0](δˡ) - pad[0,1](δˡ)", "All entries together:"),
    (
        "input a[3]\n weight W[3,3]\n z[i] = sum(j) (W[i,j] + W[j,i]) * a[j]",
        "W",
        "δˡ·(aˡ⁻¹)ᵀ + aˡ⁻¹·(δˡ)ᵀ",
        "For whole tensors:",
    ),
    (
        "input A[2,3]\n z[i in 1..3, j in 1..3] = sum(k) A[k,i]*A[k,j]",
        "A",
        "Aˡ⁻¹·(δˡ)ᵀ + Aˡ⁻¹·δˡ",
        "For whole tensors:",
    ),
];

#[test]
fn what_is_put_elsewhere_is_named_as_what_it_is() {
    for (items, name, formula, sentence) in CASES {
        let derivation = derived(&format!("layer odd\n {items}\n"), "");
        let adjoint = derivation.adjoint(tensor(&derivation, name));
        assert!(derivation.recognition(adjoint).is_some(), "{name} of {items}");
        let text = document(&derivation);
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(formula), "{formula} in {items}\n{text}");
        assert!(flat.contains(sentence), "{sentence} in {items}\n{text}");
        for strange in ["upsampling", "sliding product", "evenly spaced"] {
            assert!(!flat.contains(strange), "{strange} in {items}\n{text}");
        }
    }
}

/// An operator in another place than it has, or with one letter less, is not what was derived: the check is its own.
#[test]
fn a_placement_is_checked_by_its_numbers() {
    let text = "layer odd\n input a[6]\n weight w[3]\n z[i in 1..3] = a[i+3]*w[i]\n";
    let spoilt = |spoil: &dyn Fn(&mut deriver::operator::Placement)| {
        let mut derivation = derived(text, "");
        let adjoint: TensorId = derivation.adjoint(tensor(&derivation, "a"));
        let parts = derivation.recognitions.iter_mut().find(|(t, _)| *t == adjoint).expect("an operator");
        let [TensorOp::Place(p)] = parts.1.parts.as_mut_slice() else { panic!("a placement") };
        spoil(p);
        !verdict(&derivation).failures.is_empty()
    };
    assert!(!spoilt(&|_| {}));
    assert!(spoilt(&|p| p.into[0].constant -= 1));
    assert!(spoilt(&|p| p.counts[0] -= 1));
    assert!(spoilt(&|p| p.reads[1][0].constant += 1) && spoilt(&|p| p.scale = p.scale.negate()));
}
