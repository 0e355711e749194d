//! An independent judgement of the program, from outside.
//!
//! It shares no code with the crate: it has its own reader of expressions, its own meaning of each
//! operator, its own definition of each layer, and forward-mode derivatives. Layers that need no
//! functions are judged in exact rationals, nets in floats. It asks the program for JSON, evaluates
//! every equation and every recognised operator at random points, and compares. The samples at the
//! end show that it can also say no.

#[path = "oracle/array.rs"]
mod array;
#[path = "oracle/cases.rs"]
mod cases;
#[path = "oracle/definitions.rs"]
mod definitions;
#[path = "oracle/exact.rs"]
mod exact;
#[path = "oracle/expression.rs"]
mod expression;
#[path = "oracle/floats.rs"]
mod floats;
#[path = "oracle/judge.rs"]
mod judge;
#[path = "oracle/net_cases.rs"]
mod net_cases;
#[path = "oracle/net_expected.rs"]
mod net_expected;
#[path = "oracle/net_judge.rs"]
mod net_judge;
#[path = "oracle/net_random.rs"]
mod net_random;
#[path = "oracle/net_samples.rs"]
mod net_samples;
#[path = "oracle/net_truth.rs"]
mod net_truth;
#[path = "oracle/nets.rs"]
mod nets;
#[path = "oracle/operators.rs"]
mod operators;
#[path = "oracle/operators_known.rs"]
mod operators_known;
#[path = "oracle/samples.rs"]
mod samples;
#[path = "oracle/user_layers.rs"]
mod user_layers;
#[path = "oracle/values.rs"]
mod values;
#[path = "oracle/windows.rs"]
mod windows;

use cases::{Case, ask, convolutions, few, poolings, stepped_convolutions};
use definitions::{Bias, Kind};
use exact::Ties;

/// Fails with the first faults of all the cases, and how many there are.
fn check(cases: &[Case]) {
    let faults: Vec<String> = cases.iter().flat_map(Case::faults).collect();
    let first: Vec<&str> = faults.iter().take(20).map(String::as_str).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), first.join("\n"));
}

#[test]
fn conv_with_a_shared_bias() {
    check(&convolutions(Bias::Shared));
}

#[test]
fn conv_with_an_untied_bias() {
    check(&convolutions(Bias::Untied));
}

#[test]
fn conv_without_bias() {
    check(&convolutions(Bias::None));
}

#[test]
fn conv_in_steps() {
    let cases = stepped_convolutions();
    assert!(cases.len() > 100, "{}", cases.len());
    check(&cases);
}

#[test]
fn average_pooling() {
    check(&poolings(Kind::Average));
}

#[test]
fn max_pooling_first() {
    check(&poolings(Kind::Max(Ties::First)));
}

#[test]
fn max_pooling_split() {
    check(&poolings(Kind::Max(Ties::Split)));
}

#[test]
fn max_pooling_all() {
    check(&poolings(Kind::Max(Ties::All)));
}

#[test]
fn indices_from_zero_and_from_one() {
    for base in [0, 1] {
        check(&few().into_iter().map(|case| case.based(base)).collect::<Vec<_>>());
    }
}

#[test]
fn other_names() {
    // poolings have no `w` and `b`, so they are given only the names that they have
    let renamed = |case: Case, names: &str| case.renamed(names);
    check(&few().into_iter().map(|case| renamed(case, "a=x,delta=g")).collect::<Vec<_>>());
    let conv = || Case::conv(&[3, 4], &[2, 2], Bias::Shared);
    check(&[renamed(conv(), "a=x,w=k,b=c,z=y,delta=g"), renamed(conv(), "a=x,delta=g").based(0)]);
}

#[test]
fn defaults_are_a_shared_bias_a_touching_window_and_the_first_maximum() {
    let strip = |mut case: Case, option: &str| {
        let at = case.arguments.iter().position(|word| word == option).expect("the option");
        case.arguments.drain(at..at + 2);
        case
    };
    check(&[
        strip(Case::conv(&[3, 3], &[2, 2], Bias::Shared), "--bias"),
        strip(Case::pool(Kind::Max(Ties::First), &[4, 4], &[2, 2], None), "--ties"),
    ]);
}

#[test]
fn more_entries_than_are_printed_by_default() {
    check(&[
        Case::conv(&[9, 8], &[2, 3], Bias::Shared).with("--entries all"),
        Case::pool(Kind::Average, &[9, 9], &[2, 2], None).with("--entries all"),
        Case::pool(Kind::Max(Ties::First), &[9, 8], &[2, 2], None).with("--entries all"),
    ]);
}

#[test]
fn one_number_for_both_axes_and_the_multiplication_sign() {
    let respelled = |mut case: Case, from: &str, to: &str| {
        let at = case.arguments.iter().position(|word| word == from).expect("the word");
        to.clone_into(&mut case.arguments[at]);
        case
    };
    let pool = || Case::pool(Kind::Average, &[5, 6], &[3, 3], Some(&[2, 2]));
    check(&[
        respelled(pool(), "2x2", "2"),
        respelled(pool(), "5x6", "5×6"),
        respelled(Case::conv(&[4, 4], &[2, 2], Bias::None), "2x2", "2×2"),
    ]);
}

#[test]
fn the_same_question_has_the_same_answer() {
    for case in few() {
        let text = || ask(&case.arguments).map(|answer| answer.to_string());
        assert_eq!(text(), text(), "{}", case.line());
    }
}
