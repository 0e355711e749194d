//! The tables of the languages: every row has its places, and every one of them is filled as it can be.

use super::language::Lang;
use super::sentence::{ALL, Sentence};
use super::template::{How, next_place};
use crate::document::{Inline, Math};

const LANGUAGES: [Lang; 2] = [Lang::En, Lang::Zh];

/// What is wrong with a row.
fn complaint(template: &str, places: &[(&str, &str)]) -> Option<String> {
    let mut rest = template;
    let mut found = Vec::new();
    let mut text = String::new();
    while let Some((before, (place, behind))) = next_place(rest) {
        let Some((_, kind)) = places.iter().find(|(name, _)| *name == place.name) else {
            return Some(format!("there is no {:?}", place.name));
        };
        let fits = match place.how {
            How::AsItIs => *kind != "bool",
            How::First => kind.starts_with("Vec"),
            How::Counted(..) => kind.starts_with("Vec") || *kind == "usize",
            How::Chosen(..) => matches!(*kind, "usize" | "bool"),
        };
        if !fits {
            return Some(format!("{:?} is written as no {kind} can be", place.name));
        }
        found.push(place.name);
        text.push_str(before);
        rest = behind;
    }
    text.push_str(rest);
    if text.contains(['{', '}']) {
        return Some("a brace is open".to_string());
    }
    // which wording is chosen may be alike in a language
    let missing = places.iter().find(|(name, kind)| *kind != "bool" && !found.contains(name));
    missing.map(|(name, _)| format!("{name:?} has no place"))
}

#[test]
fn every_row_has_its_places() {
    for lang in LANGUAGES {
        for (key, places) in ALL {
            assert_eq!(complaint((lang.language().row)(*key), places), None, "{lang:?} {key:?}");
        }
    }
    let places = [("x", "Math"), ("n", "usize"), ("list", "Vec<Words>"), ("holds", "bool")];
    assert_eq!(complaint("{x} {n: zero| zeros} {list:; } {list!}", &places), None);
    for (template, wrong) in [
        ("{x} {n}", "\"list\" has no place"),
        ("{x} {n} {list} {y}", "there is no \"y\""),
        ("{x?a|b} {n} {list}", "\"x\" is written as no Math can be"),
        ("{x} {n!} {list}", "\"n\" is written as no usize can be"),
        ("{x} {n} {list} {holds}", "\"holds\" is written as no bool can be"),
        ("{x} {n} {list} {", "a brace is open"),
    ] {
        assert_eq!(complaint(template, &places).as_deref(), Some(wrong), "{template}");
    }
}

/// The words, with `#` for a formula.
fn said(lang: Lang, sentence: Sentence) -> String {
    let text = |inline| if let Inline::Text(text) = inline { text } else { "#".to_string() };
    lang.say(sentence).into_iter().map(text).collect()
}

#[test]
fn places_are_filled() {
    let (x, y) = (Math::name("x"), Math::name("y"));
    for (sentence, english, chinese) in [
        (
            Sentence::FewShown { shown: 5, count: 12 },
            "Five of the twelve entries are shown.",
            "共 12 个元素，这里写出其中五个。",
        ),
        (
            Sentence::WrittenOutAll { count: 1234 },
            "Written out, these are 1,234 equations:",
            "逐个元素展开，共 1234 个等式：",
        ),
        (
            Sentence::StageJoins { inputs: vec![x.clone(), y.clone(), x.clone()] },
            "Here #, # and # come together:",
            "#、# 和 # 在此汇合：",
        ),
        (Sentence::MoreSlices { more: 1, tensor: x }, "One more slice of # is not shown.", "# 另有一个切片未列出。"),
        (
            Sentence::NetTakes { input: y, size: Lang::Zh.say(Sentence::OneNumber), layers: 1, brackets: false },
            "The input # (标量) passes through one layer. A raised number tells which layer a letter belongs to; it is not an exponent.",
            "输入 #（标量）经过一层。字母右上角的数字是它所属的层号，不是指数。",
        ),
    ] {
        assert_eq!(said(Lang::En, sentence.clone()), english);
        assert_eq!(said(Lang::Zh, sentence), chinese);
    }
    let text = |text: &str| vec![Inline::Text(text.to_string())];
    assert_eq!(Lang::En.together(vec![text("a"), Vec::new()]), text("a"));
    assert_eq!(Lang::En.together(vec![text("a"), Vec::new(), text("b")]), text("a b"));
}

#[test]
fn names_keep_their_capitals() {
    let kept = ["Gaussian error linear unit", "Huber loss", "ReLU", "GELU", "L1 loss", "own words", "ÉCOLE", ""];
    kept.iter().for_each(|text| assert_eq!(&Lang::En.title(text, true), text));
    assert_eq!(Lang::En.title("Cross-entropy", true), "cross-entropy");
    assert_eq!(Lang::En.title("A layer", true), "a layer");
    assert_eq!(Lang::En.title("A layer", false), "A layer");
}

#[test]
fn every_built_in_layer_has_a_title() {
    for layer in crate::layer::builtins() {
        let file = crate::syntax::parse(&layer.source()).expect("built-in layers parse");
        let english = file.layers[0].title.clone().expect("built-in layers have titles");
        assert_ne!(Lang::Zh.title(&english, false), english, "{}", layer.name);
    }
    assert_eq!(super::titles::TITLES.len(), crate::layer::builtins().len());
    assert_eq!(Lang::Zh.title("My own layer", false), "My own layer");
}
