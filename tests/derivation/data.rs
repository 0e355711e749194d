//! Data: what flows in and wants no gradient. It is read as an input is, takes sizes as one, and is checked as what is given.

use deriver::derivation::Derivation;
use deriver::expr::Role;
use deriver::layer::{Known, NetSettings, link};
use deriver::syntax::parse;
use deriver::text::Source;

use crate::support::{derived, document, tensor};

const LAYER: &str = "layer t\n  data x[N]\n  weight W[M, N]\n  z[i] = sum(j) W[i, j]*x[j]\n";

fn of(derivation: &Derivation) -> Vec<&str> {
    let list = derivation.gradients.list.iter();
    list.map(|g| derivation.system.arena.tensor(g.of).name.as_str()).collect()
}

#[test]
fn no_gradient_is_derived_and_no_activation_is_assumed() {
    let data = derived(LAYER, "N=3 M=2");
    let input = derived(&LAYER.replace("data", "input"), "N=3 M=2");
    assert_eq!((of(&data), of(&input)), (vec!["W"], vec!["x", "W"]));
    assert!(data.below.is_none() && input.below.is_some());
    assert_eq!(data.system.arena.tensor(tensor(&data, "x")).role, Role::Data);
    let text = document(&data);
    assert!(text.contains("From the data x (3)") && text.contains("∂C/∂Wˡ = δˡ·xᵀ"), "{text}");
    assert!(!text.contains("∂x") && !text.contains("∇x") && !text.contains('σ'), "{text}");
}

#[test]
fn beside_an_input_it_is_given() {
    let text = "layer t\n  input a[N]\n  data m[N]\n  z[i] = a[i]*m[i]\n";
    let derivation = derived(text, "N=3");
    assert_eq!(of(&derivation), ["a"]);
    assert!(document(&derivation).contains("∂C/∂a = δ ⊙ m"), "{}", document(&derivation));
}

#[test]
fn a_net_on_data_ends_at_its_first_weights() {
    let net = |first: &str, text: &str| {
        let text = format!("net t\n{first}  t\n{text}");
        let file = parse(&Source::new("net", &text)).expect("it parses");
        let known = [Known { layer: &file.layers[0], same_text: true }];
        let instance =
            link(&file.nets[0], &known, &NetSettings::sized(&[3])).unwrap_or_else(|refusal| panic!("{refusal}"));
        let options = deriver::derivation::Options::default();
        let derivation = deriver::derivation::derive(instance, &options).unwrap_or_else(|failure| panic!("{failure}"));
        of(&derivation).iter().map(|name| name.to_string()).collect::<Vec<_>>()
    };
    let layer = |role: &str| LAYER.replace("W[M, N]", "W[2, N]").replace("data", role);
    assert_eq!(net("  input x[3]\n", &layer("input")), ["x0", "W1"]);
    assert_eq!(net("  data x[3]\n", &layer("input")), ["W1"]);
    // the layer's own word, where the net says nothing
    assert_eq!(net("", &layer("data")), ["W1"]);
}
