//! Sentences on windows, read back in both languages and held against the numbers that the poolings were made of: the size of the
//! windows, how far apart they begin, how far apart their places are, how far they reach over the edges, the factor, and what overlaps.

use deriver::derivation::{Derivation, Options, derive};
use deriver::document::Lang;
use deriver::layer::{Setting, Settings, bind, builtins};

use crate::reading::{Axis, between, each, numbers, numbers_between, outputs, slides};
use crate::support::document_in;

/// A built-in pooling; of the words some say what is counted.
fn pooling(name: &str, axes: &[Axis], words: &[(&str, &str)]) -> Derivation {
    let built_in = builtins().iter().find(|layer| layer.name == name).expect("a built-in layer");
    let file = deriver::syntax::parse(&built_in.source()).expect("built-in layers parse");
    let list = |of: usize| axes.iter().map(|axis| axis[of]).collect::<Vec<_>>();
    let mut settings = Settings { input: Some(list(0)), ..Settings::default() };
    for (option, place) in [("window", 1), ("stride", 2), ("dilation", 3), ("padding", 4)] {
        settings.options.insert(option.to_string(), Setting::Axes(list(place)));
    }
    for (option, word) in words {
        settings.options.insert(option.to_string(), Setting::Word(word.to_string()));
    }
    let instance = bind(&file.layers[0], &settings).unwrap_or_else(|why| panic!("{why}: {name} {axes:?}"));
    derive(instance, &Options::default()).unwrap_or_else(|why| panic!("{why}: {name} {axes:?}"))
}

/// What is said of windows along each axis: their size, how far apart they begin, how far apart their places are.
fn windows(lang: Lang, line: &str, axes: usize) -> [Vec<i64>; 3] {
    let (size, steps, apart) = match lang {
        Lang::En => {
            let size = between(line, "indows of ", " that").map(numbers);
            let before = line.split(" windows ").next().and_then(|before| before.rsplit([' ', '(']).next());
            let apart = numbers_between(line, "their places ", " apart");
            (size.or(before.map(numbers)), numbers_between(line, "begin ", " place"), apart)
        }
        Lang::Zh => {
            let rest = line.split_once("窗口为").map_or("", |(_, rest)| rest);
            let ends = |text: &str| numbers(text.split(['，', '）', '。', '：']).next().unwrap_or(text));
            let steps = rest.split_once("步幅").map(|(_, rest)| ends(rest));
            let apart = rest.split_once("相距").map(|(_, rest)| ends(rest));
            (Some(ends(rest)), steps, apart)
        }
    };
    let size = size.expect("windows have a size");
    let steps = steps.map_or_else(|| size.clone(), |steps| each(axes, steps));
    [size, steps, apart.map_or_else(|| vec![1; axes], |apart| each(axes, apart))]
}

/// How far the outermost windows reach over the edges, at both ends alike on all axes; nothing where only is said that they do.
fn over_edges(lang: Lang, line: &str) -> Option<[i64; 2]> {
    let [both, last, first, cut] = match lang {
        Lang::En => [
            "the outermost reaching ",
            "the last reaching ",
            "the first reaching ",
            "the outermost cut off at the edges",
        ],
        Lang::Zh => ["最外侧的窗口各越出边缘", "末尾的窗口越出边缘", "开头的窗口越出边缘", "最外侧的窗口在边缘处截断"],
    };
    let count = |begin: &str| {
        let (_, rest) = line.split_once(begin)?;
        numbers(rest).first().copied()
    };
    if line.contains(cut) {
        return None;
    }
    Some(if let Some(count) = count(both) { [count; 2] } else { [count(first).unwrap_or(0), count(last).unwrap_or(0)] })
}

/// Is this a sentence on the windows of the layer?
fn is_on_windows(line: &str) -> bool {
    if line.starts_with("Each entry of ∇") || line.starts_with('∇') {
        return false;
    }
    ["places apart", "place apart", "side by side", "窗口为"].iter().any(|words| line.contains(words))
        && !line.starts_with('#')
}

#[test]
fn what_is_said_of_windows_is_so() {
    let one = itertools::iproduct!(3..=8, 2..=3, 1..=4, 1..=2, 0..=1).map(|(n, k, s, d, p)| vec![[n, k, s, d, p]]);
    let other = [[4, 2, 2, 1, 0], [5, 2, 1, 2, 1], [6, 3, 3, 1, 1]];
    let two = itertools::iproduct!(4..=6, 2..=3, 1..=3, 1..=2, 0..=1, other)
        .map(|(n, k, s, d, p, o)| vec![[n, k, s, d, p], o]);
    // some window lies wholly inside: else smaller ones are the same
    let inside =
        |[n, k, s, d, p]: Axis| (0..outputs([n, k, s, d, p])).any(|i| s * i >= p && s * i - p + d * (k - 1) < n);
    let fits = |axes: &Vec<Axis>| {
        axes.iter().all(|&axis| {
            let [n, k, _, d, p] = axis;
            n + 2 * p > d * (k - 1) && 2 * p <= k && outputs(axis) > 1 && inside(axis)
        })
    };
    let (mut sentences, mut factors, mut overlaps, mut reaching) = (0, 0, 0, 0);
    for (at, axes) in one.chain(two.step_by(5)).filter(fits).enumerate() {
        let kinds: [(&str, &[(&str, &str)]); 3] =
            [("pool-avg", &[]), ("pool-avg", &[("exclude_padding", "yes")]), ("pool-max", &[])];
        let (name, words) = kinds[at % 3];
        let derivation = pooling(name, &axes, words);
        let list = |of: usize| axes.iter().map(|axis| axis[of]).collect::<Vec<_>>();
        let truth = [list(1), list(2), list(3)];
        let edges: Vec<[i64; 2]> = axes.iter().map(|&axis| slides(axis)[0]).map(|s| [s.low, s.high]).collect();
        for lang in [Lang::En, Lang::Zh] {
            let document = document_in(&derivation, lang);
            for line in document.lines().filter(|line| is_on_windows(line)) {
                let case = format!("{name} {words:?} {axes:?}\n{line}");
                assert_eq!(windows(lang, line, axes.len()), truth, "{case}");
                sentences += 1;
                match over_edges(lang, line) {
                    Some(said) => {
                        assert!(edges.iter().all(|&[low, high]| [low, high.max(0)] == said), "{edges:?}: {case}");
                        assert!(!["no place", "边缘 0 个"].iter().any(|nothing| line.contains(nothing)), "{case}");
                        reaching += usize::from(said != [0, 0]);
                    }
                    None => assert!(edges.iter().any(|end| *end != edges[0] || end[0] != end[1]), "{edges:?}: {case}"),
                }
                if words.is_empty() && name == "pool-avg" {
                    let product: i64 = list(1).iter().product();
                    assert!(line.contains(&format!("1/{product}")), "{case}");
                    factors += 1;
                }
                let spread = line.contains(" spread over") || line.contains("铺满");
                if spread {
                    let overlap = axes.iter().any(|[_, k, s, d, _]| (k - 1) * d + 1 > *s);
                    let said = line.contains("windows overlap") || line.contains("窗口重叠处");
                    assert_eq!(said, overlap, "{case}");
                    overlaps += 1;
                }
            }
        }
    }
    assert!(
        sentences > 300 && factors > 100 && overlaps > 60 && reaching > 40,
        "{sentences}, {factors}, {overlaps}, {reaching}"
    );
}
