//! Whole nets through the library: what is recognised, how contributions add up, what a net costs, and that spoilt claims of the
//! kinds that nets bring are refuted.

use deriver::derivation::{Derivation, Given, Options, Values, derive};
use deriver::expr::{ExprKind, Number, TensorId};
use deriver::layer::{Known, NetSettings, builtins, link};
use deriver::operator::{Contraction, TensorOp};
use deriver::syntax::{ast, parse, parse_chain};
use deriver::text::Source;

use crate::spoilt::verdict;
use crate::support::{derived, tensor, written};

/// The net of a chain, given as on the command line.
pub(crate) fn net(chain: &str, input: &[i64]) -> Derivation {
    let layers: Vec<ast::Layer> =
        builtins().iter().flat_map(|b| parse(&b.source()).expect("built-in layers parse").layers).collect();
    let known: Vec<Known<'_>> = layers.iter().map(|layer| Known { layer, same_text: false }).collect();
    let chain = parse_chain(&Source::new("net", chain)).unwrap_or_else(|e| panic!("{chain}: {e:?}"));
    let span = chain.span;
    let name = ast::Name { text: "net".to_string(), span };
    let net = ast::Net { name, title: None, inputs: Vec::new(), chain, span };
    let instance = link(&net, &known, &NetSettings::sized(input)).unwrap_or_else(|refusal| panic!("{refusal}"));
    derive(instance, &Options::default()).unwrap_or_else(|failure| panic!("{failure}"))
}

/// The only operator recognised for the gradient of `name`.
fn operator<'a>(derivation: &'a Derivation, name: &str) -> &'a TensorOp {
    match derivation.recognition(derivation.adjoint(tensor(derivation, name))).map(|r| r.parts.as_slice()) {
        Some([op]) => op,
        other => panic!("{name}: not one operator: {other:?}"),
    }
}

fn contraction<'a>(derivation: &'a Derivation, name: &str) -> (&'a Contraction, Vec<TensorId>, String) {
    let TensorOp::Contract(c) = operator(derivation, name) else { panic!("{name}: {:?}", operator(derivation, name)) };
    (c, c.operands.iter().map(|o| o.tensor()).collect(), c.einsum())
}

/// Options of layers under the names that the command line has for them, and the size of what comes out.
const OPTIONS: &[(&str, usize)] = &[
    ("conv(kernel 3, padding 1, padding-mode reflect)", 5),
    ("conv(kernel 3, padding 1, padding_mode circular)", 5),
    ("conv-transposed(kernel 3, stride 2, output-padding 1)", 12),
];

#[test]
fn options_go_by_the_names_of_the_command_line() {
    for &(chain, size) in OPTIONS {
        assert_eq!(
            net(chain, &[5]).instance.tensors[tensor(&net(chain, &[5]), "z1").0 as usize].shape,
            [size],
            "{chain}"
        );
    }
}

#[test]
fn the_dense_net_is_made_of_matrix_products() {
    let net = net("dense 3 -> sigma -> dense 2 -> sigma", &[4]);
    let id = |name: &str| tensor(&net, name);
    let adjoint = |name: &str| net.adjoint(id(name));
    // δ¹ = (W²)ᵀ δ² ⊙ σ'(z¹), told through ∂C/∂a¹
    assert_eq!(contraction(&net, "a1").1, [adjoint("z2"), id("W2")]);
    assert_eq!(contraction(&net, "a1").2, "j,ji->i");
    let TensorOp::Hadamard { factors, scale } = operator(&net, "z1") else { panic!("an elementwise product") };
    assert!(scale.is_one());
    assert_eq!(factors.iter().map(|f| f.tensor()).collect::<Vec<_>>(), [adjoint("a1"), id("z1")]);
    assert_eq!(net.passed_through, [adjoint("a1")], "∂C/∂a² is known, not told through anything");
    // ∂C/∂W = δ aᵀ
    for (weight, error, input) in [("W1", "z1", "a0"), ("W2", "z2", "a1")] {
        assert_eq!(contraction(&net, weight).1, [adjoint(error), id(input)]);
        assert_eq!(contraction(&net, weight).2, "i,j->ij");
    }
    for (bias, error) in [("b1", "z1"), ("b2", "z2")] {
        let TensorOp::Identity { of, .. } = operator(&net, bias) else { panic!("{bias}") };
        assert_eq!(of.tensor(), adjoint(error));
    }
}

#[test]
fn a_layer_s_own_output_stands_in_its_derivative() {
    let slope = |chain: &str, entry: &str| {
        let net = net(chain, &[2]);
        let gradient = net.gradient(tensor(&net, "z1")).expect("a gradient");
        let mut text = String::new();
        let glossary = deriver::document::Glossary::new(&net, &deriver::document::Notation::default());
        deriver::document::code(&net.system.arena, &glossary, gradient.entries[0], &mut text);
        assert_eq!(text, entry, "{chain}");
    };
    slope("dense 2 -> sigmoid", "grad_a1[1]*a1[1]*(1 - a1[1])");
    slope("dense 2 -> tanh", "grad_a1[1]*(1 - a1[1]**2)");
    slope("dense 2 -> exp", "grad_a1[1]*a1[1]");
    slope("dense 2 -> relu", "grad_a1[1]*step(z1[1])");
    slope("dense 2 -> softplus", "grad_a1[1]*sigmoid(z1[1])");
    slope("dense 2 -> sigma", "grad_a1[1]*dsigma(z1[1])");
    slope("dense 2 -> softmax", "grad_p1[1]*p1[1]*(1 - p1[1]) - grad_p1[2]*p1[1]*p1[2]");
}

#[test]
fn a_result_that_is_read_twice_collects_from_both() {
    let net = net("dense 3 as h -> tanh -> dense 3 -> add h", &[3]);
    let gradient = net.gradient(tensor(&net, "z1")).expect("a gradient");
    for offset in 0..3 {
        let through: Vec<TensorId> =
            gradient.steps_of(offset).iter().map(|s| net.system.definitions[s.definition as usize].tensor).collect();
        assert_eq!(through, [tensor(&net, "a1"), tensor(&net, "z3")]);
    }
    assert!(net.link(gradient).is_none(), "two ways lead to it, so it is not told through one");
}

#[test]
fn a_net_costs_what_its_layers_cost() {
    let cost = |layers: usize| {
        let chain = vec!["dense 6 -> tanh"; layers].join(" -> ");
        let net = net(&chain, &[6]);
        (
            net.system.arena.len(),
            net.verdict.equations(),
            net.gradients.list.iter().map(|g| g.steps.len()).sum::<usize>(),
        )
    };
    let (two, four, eight) = (cost(2), cost(4), cost(8));
    assert_eq!(eight.0 - four.0, 2 * (four.0 - two.0), "expressions");
    assert_eq!(eight.1 - four.1, 2 * (four.1 - two.1), "equations checked");
    assert_eq!(eight.2 - four.2, 2 * (four.2 - two.2), "local derivatives");
}

#[test]
fn softmax_before_cross_entropy() {
    let net = net("softmax -> crossentropy", &[3]);
    let gradient = net.gradient(tensor(&net, "z1")).expect("a gradient");
    let arena = &net.system.arena;
    let symbols = |name: &str| arena.tensor(tensor(&net, name));
    let (p, y) = (symbols("p1"), symbols("y"));
    for (offset, &entry) in gradient.assuming.as_ref().expect("an assumption helps").iter().enumerate() {
        let ExprKind::Sum(&[first, second]) = arena.kind(entry) else { panic!("p - y") };
        assert_eq!(first, p.at(offset));
        assert!(
            matches!(arena.kind(second), ExprKind::Product(c, &[s]) if *c == Number::integer(-1) && s == y.at(offset))
        );
    }
    // without the assumption every y has its part
    let simplified = gradient.simplified.as_ref().expect("shorter than through ∂C/∂p");
    assert!(simplified.iter().all(|&e| matches!(arena.kind(e), ExprKind::Sum(terms) if terms.len() == 4)));
}

/// Spoils a fresh net, and expects a failure that says where.
fn refuted(chain: &str, input: &[i64], what: &str, spoil: impl Fn(&mut Derivation)) {
    let mut derivation = net(chain, input);
    assert_eq!(verdict(&derivation).failures, Vec::<String>::new());
    spoil(&mut derivation);
    let failures = verdict(&derivation).failures;
    assert!(failures.iter().any(|f| f.contains(what)), "`{what}` is not among {failures:?}\n{chain}");
}

fn recognised<'a>(derivation: &'a mut Derivation, name: &str) -> &'a mut TensorOp {
    let adjoint = derivation.adjoint(tensor(derivation, name));
    let found = derivation.recognitions.iter_mut().find(|(target, _)| *target == adjoint);
    &mut found.unwrap_or_else(|| panic!("nothing is recognised for {name}")).1.parts[0]
}

const DENSE: &str = "dense 2 -> sigmoid -> dense 2 -> softmax -> crossentropy";

#[test]
fn spoilt_contractions_are_refuted() {
    for name in ["a1", "W1", "W2"] {
        let spoil = |change: fn(&mut Contraction)| {
            refuted(DENSE, &[2], "the operator recognised for", |d| {
                let TensorOp::Contract(c) = recognised(d, name) else { panic!("a contraction") };
                change(c);
            });
        };
        spoil(|c| c.scale = Number::integer(2).into());
        spoil(|c| c.operands.swap(0, 1));
        spoil(|c| c.output = c.output.iter().map(|l| 1 - l).collect());
    }
    // not transposed
    refuted(DENSE, &[2], "the operator recognised for", |d| {
        let TensorOp::Contract(c) = recognised(d, "a1") else { panic!("a contraction") };
        c.letters.iter_mut().for_each(|l| l.reverse());
    });
}

#[test]
fn spoilt_products_and_rearrangements_are_refuted() {
    refuted(DENSE, &[2], "the operator recognised for", |d| {
        let TensorOp::Hadamard { factors, .. } = recognised(d, "z1") else { panic!("a product") };
        factors.pop();
    });
    refuted("flatten -> dense 2 -> sigma", &[2, 3], "the operator recognised for", |d| {
        let TensorOp::Reshape { scale, .. } = recognised(d, "a0") else { panic!("a reshaping") };
        *scale = Number::fraction(1, 2).into();
    });
}

#[test]
fn spoilt_forms_of_entries_are_refuted() {
    for form in [0, 1] {
        refuted(DENSE, &[2], "gradient entry 0 of `z2`", |d| {
            let gradient = d.gradients.list.iter_mut().find(|g| g.assuming.is_some()).expect("softmax");
            let forms = [&mut gradient.simplified, &mut gradient.assuming];
            forms.into_iter().nth(form).and_then(Option::as_mut).expect("a form").swap(0, 1);
        });
    }
    // an assumption that is taken for granted although nothing says so
    refuted(DENSE, &[2], "gradient entry", |d| d.system.assumptions.clear());
    // what holds under an assumption, said without it
    refuted(DENSE, &[2], "gradient entry 0 of `z2`", |d| {
        let gradient = d.gradients.list.iter_mut().find(|g| g.assuming.is_some()).expect("softmax");
        gradient.simplified.clone_from(&gradient.assuming);
    });
}

#[test]
fn a_product_with_a_hole_is_no_matrix_product() {
    for filter in ["j != 2", "j != 2 or k != 1", "j != n or k != m"] {
        let text = format!(
            "layer odd\n input a[n]\n weight w[m, n]\n z[k in 1..m] = sum(j in 1..n where {filter}) w[k, j] * a[j]\n"
        );
        let derivation = derived(&text, "n=3 m=4");
        for name in ["a", "w"] {
            let adjoint = derivation.adjoint(tensor(&derivation, name));
            let parts = derivation.recognition(adjoint).map_or(&[][..], |r| &r.parts);
            let whole = |op: &TensorOp| matches!(op, TensorOp::Contract(_));
            assert!(!parts.iter().any(whole), "{name} where {filter}: {parts:?}");
        }
    }
}

/// The first net of a text, whose own layers it may use.
fn net_of(text: &str) -> Result<Derivation, String> {
    let file = parse(&Source::new("net", text)).unwrap_or_else(|e| panic!("{e:?}"));
    let built_in: Vec<ast::Layer> =
        builtins().iter().flat_map(|b| parse(&b.source()).expect("built-in layers parse").layers).collect();
    let known: Vec<Known<'_>> =
        file.layers.iter().chain(&built_in).map(|layer| Known { layer, same_text: true }).collect();
    let instance = link(&file.nets[0], &known, &NetSettings::default()).map_err(|refusal| refusal.to_string())?;
    derive(instance, &Options::default()).map_err(|failure| failure.to_string())
}

#[test]
fn indices_counted_from_another_base_move_into_the_net() {
    let layer = "layer delay
  indices from 0
  input a[N]
  weight w[N]
  z[i in 0..N-1] = i * w[i] * a[i] + (if i == 0 then 0 else a[i-1]) + (if 1 <= i and i <= 1 then a[0] else 0)
";
    let net = net_of(&format!("{layer}net d\n  input a[3]\n  delay\n")).expect("it derives");
    let alone = derived(layer, "N=3");
    for (name, in_net) in [("a", "a0"), ("w", "w1")] {
        let entries = |d: &Derivation, name: &str| -> Vec<String> {
            let gradient = d.gradient(tensor(d, name)).expect("a gradient");
            let plain = |word: &str| match word {
                "a0" => "a".to_string(),
                "w1" => "w".to_string(),
                "delta1" => "delta".to_string(),
                other => other.to_string(),
            };
            gradient.entries.iter().map(|&e| written(&d.system.arena, e, &plain)).collect()
        };
        assert_eq!(entries(&net, in_net), entries(&alone, name));
    }
}

#[test]
fn tensors_of_one_layer_that_would_be_printed_alike_are_refused() {
    let text = "layer weighted
  input a[N]
  weight W[N]
  loss C = sum(i) W[i] * a[i]^2
net n
  input a[2]
  dense 2 -> weighted
";
    let said = net_of(text).expect_err("two weights W of layer 1");
    assert!(said.contains("`weighted` has a tensor `W`") && said.contains("layer 1"), "{said}");
    assert!(net_of(&text.replace('W', "s")).is_ok());
}

#[test]
fn letters_of_indices_and_of_what_is_in_between_make_room() {
    let chains: [(&str, &[i64]); 3] = [
        ("conv 2x2x2 -> relu -> pool max 2x2x2", &[4, 4, 4]),
        ("log-softmax -> nll", &[2, 2, 3, 4]),
        ("conv 3 padding same padding-mode reflect -> log-softmax", &[4]),
    ];
    for (chain, input) in chains {
        let instance = net(chain, input).instance;
        let letter = |t: &deriver::index::TensorDecl| t.label.as_ref().map_or(t.name.clone(), |l| l.letter.clone());
        let letters: Vec<String> = instance.tensors.iter().map(letter).collect();
        for own in instance.definitions.iter().flat_map(|d| &d.loops) {
            assert!(!letters.contains(&own.name), "{chain}: {}", own.name);
        }
        let labels: Vec<_> = instance.tensors.iter().map(|t| t.label.as_ref().map(|l| (&l.letter, l.number))).collect();
        assert!(labels.iter().enumerate().all(|(k, l)| !labels[..k].contains(l)), "{chain}: {labels:?}");
    }
}

#[test]
fn small_letters_are_kept_apart_from_capitals() {
    let text = "layer two
  input a[N]
  weight W[N]
  weight w[N]
  z[i] = W[i] * a[i] + w[i] * a[i]^2
net n
  input a[1]
  two
";
    let net = net_of(text).expect("it derives");
    assert_ne!(tensor(&net, "W1"), tensor(&net, "w1"));
}

/// What a layer assumes of its input is dropped where another layer computes that.
#[test]
fn what_is_computed_is_not_assumed() {
    let text = "layer norm
  input a[N]
  assume sum(i) a[i] == 1
  z[i] = a[i] * a[i]
net n
  input a[3]
  softmax -> norm -> mse
";
    let net = net_of(text).expect("it derives");
    assert_eq!(net.instance.assumptions, []);
}

/// With one output a dense layer is a correlation too, but its text says a product.
#[test]
fn one_output_and_a_batch_are_a_matrix_product() {
    let net = net("dense 3 -> sigma -> dense 1 -> mse", &[2, 1]);
    for (name, einsum) in [("a1", "ik,kj->ij"), ("W2", "ki,kj->ij"), ("W1", "ki,kj->ij")] {
        assert_eq!(contraction(&net, name).2, einsum, "{name}");
    }
    let window =
        derived("layer window\n input a[4, 3]\n weight w[1, 3]\n z[i, j] = sum(u, v) a[i+u-1, j+v-1] * w[u, v]\n", "");
    assert!(matches!(operator(&window, "a"), TensorOp::Correlate(_)), "its text slides");
}

#[test]
fn assumptions_that_might_contradict_each_other_are_refused() {
    let loss = |assumed: &str| {
        let text = format!(
            "layer xe\n  input p[N]\n  target y[N]\n{assumed}  loss C = -sum(i) y[i] * log(p[i])\nnet n\n  input z[3]\n  softmax -> xe\n"
        );
        net_of(&text).map(|net| net.system.assumptions.len())
    };
    let whole = "  assume sum(i) y[i] == 1\n";
    assert_eq!(loss(whole), Ok(1));
    for second in ["  assume sum(i in 1..2) y[i] == 1\n", "  assume sum(i) y[i] == 2\n", "  assume y[1] == 0\n"] {
        let said = loss(&format!("{whole}{second}")).expect_err("both are about the first entry");
        assert!(said.contains("assumption"), "{said}");
    }
    assert!(loss("  assume sum(i in 1..0) y[i] == 1\n").is_err(), "about nothing");
}

#[test]
fn numbers_may_break_an_assumption() {
    let net = net("softmax -> crossentropy", &[2]);
    let broken = |y: [i64; 2]| {
        let vector = |of: [i64; 2]| (vec![2], of.map(Number::integer).to_vec());
        let tensors = [("z1".to_string(), vector([0, 0])), ("y".to_string(), vector(y))].into();
        Values::work_out(&net, &Given { tensors }).expect("the names fit").break_assumptions(&net)
    };
    assert!(!broken([0, 1]) && broken([1, 1]));
}

#[test]
fn what_arranges_entries_arranges_all_of_them() {
    let arranged = |definition: &str| {
        net_of(&format!("layer l\n  input a[...]\n  {definition}\nnet n\n  input a[2, 3]\n  l\n")).map(|_| ())
    };
    for all in ["z[k] = flat(a, k)", "z[i in 1..3, j in 1..2] = flat(a, 2*(i-1) + j)", "z[k in 1..3] = flat(a, 2*k)"] {
        assert_eq!(arranged(all), Ok(()), "{all}");
    }
    let said = arranged("z[i in 1..2, j in 1..2] = flat(a, 2*(i-1) + j)").expect_err("two are left over");
    assert!(said.contains("4 entries") && said.contains("gives 6"), "{said}");
}

/// A linear layer and its activation, as two layers and as one, in other letters than the built-in ones.
const IN_OTHER_LETTERS: [&str; 2] = [
    "
layer lin (output K)
  input u[J]
  weight V[K, J]
  y[k] = sum(j) V[k, j] * u[j]
layer act
  input y[...]
  h[...] = tanh(y[...])
net other
  input u[3]
  lin 2 -> act -> lin 2 -> act
",
    "
layer both (output K)
  input u[J]
  weight V[K, J]
  y[k] = sum(j) V[k, j] * u[j]
  h[k] = tanh(y[k])
net other
  input u[3]
  both 2 -> both 2
",
];

/// What is an activation, and what it is applied to, is seen by the equations.
#[test]
fn the_errors_of_layers_have_their_sign_whatever_these_call_their_outputs() {
    let built_in = crate::support::document(&net(
        "dense(output 2, bias none) -> tanh -> dense(output 2, bias none) -> tanh",
        &[3],
    ));
    let error = "δ^(1) = (W^(2))ᵀ·δ^(2) ⊙ (𝟏 - a^(1) ⊙ a^(1))";
    assert!(built_in.contains(error), "{built_in}");
    for text in IN_OTHER_LETTERS {
        let own = crate::support::document(&net_of(text).expect("a sound net"));
        assert!(own.contains(&error.replace('W', "V").replace('a', "h")), "{own}");
        assert!(own.contains("δ^(2) = "), "{own}");
    }
    // softmax is one, for it keeps each entry's place; what shifts, gathers or has parameters is none
    let numbers =
        |chain: &str, input: &[i64]| net(chain, input).instance.stages.iter().map(|s| s.number).collect::<Vec<_>>();
    assert_eq!(numbers("dense 2 -> softmax -> relu -> dense 1", &[2]), [1, 1, 2, 3]);
    assert_eq!(numbers("flatten -> conv 1 -> pool max(window 3, stride 1, padding 1)", &[4]), [1, 2, 3]);
    assert_eq!(numbers("relu -> sigmoid", &[4]), [1, 2]);
}
