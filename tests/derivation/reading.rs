//! What the sentences of a document say in numbers, read in both languages, and the numbers of a layer that they are held against.

use deriver::document::Lang;

/// A window that slides along one axis: how many entries it slides over, how far these are spread out, the zeros before and behind
/// (less than none where entries are cut off), the entries of the kernel, how far these are spread out, and the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slide {
    pub(crate) n: i64,
    pub(crate) spread: i64,
    pub(crate) low: i64,
    pub(crate) high: i64,
    pub(crate) k: i64,
    pub(crate) dilation: i64,
    pub(crate) stride: i64,
    /// How many places it comes to.
    pub(crate) out: i64,
}

/// Along an axis of a layer: entries, entries of the kernel, stride, dilation, padding.
pub(crate) type Axis = [i64; 5];

/// How many places a window has.
pub(crate) fn outputs([n, k, s, d, p]: Axis) -> i64 {
    (n + 2 * p - d * (k - 1) - 1) / s + 1
}

/// How the output, the gradient of the input and that of the kernel slide: over the input, the error, the input again.
pub(crate) fn slides(axis: Axis) -> [Slide; 3] {
    let [n, k, s, d, p] = axis;
    let m = outputs(axis);
    let reach = (m - 1) * s + (k - 1) * d + 1;
    let behind = reach - p - n;
    let (before, span) = ((k - 1) * d - p, (m - 1) * s + 1);
    [
        Slide { n, spread: 1, low: p, high: behind, k, dilation: d, stride: s, out: m },
        Slide {
            n: m,
            spread: s,
            low: before,
            high: n + (k - 1) * d - span - before,
            k,
            dilation: d,
            stride: 1,
            out: n,
        },
        Slide { n, spread: 1, low: p, high: behind, k: m, dilation: s, stride: d, out: k },
    ]
}

/// Along an axis: in how many products each entry of the input occurs, and each entry of the kernel.
pub(crate) fn occurrences([n, k, s, d, p]: Axis) -> [Vec<usize>; 2] {
    let (mut a, mut w) = (vec![0; n as usize], vec![0; k as usize]);
    for i in 0..outputs([n, k, s, d, p]) {
        for u in 0..k {
            let at = s * i + d * u - p;
            if (0..n).contains(&at) {
                a[at as usize] += 1;
                w[u as usize] += 1;
            }
        }
    }
    [a, w]
}

/// The numbers in a text, in digits or in words of either language.
pub(crate) fn numbers(text: &str) -> Vec<i64> {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    const CHARACTERS: &str = "零一两三四五六七八九十";
    let mut found = Vec::new();
    let kind = |c: char| match c {
        '0'..='9' => 1,
        c if c.is_ascii_alphabetic() => 2,
        _ => 0,
    };
    let characters: Vec<char> = text.chars().collect();
    for run in characters.chunk_by(|&a, &b| kind(a) == kind(b) && kind(a) > 0) {
        let word: String = run.iter().collect();
        let place = WORDS.iter().position(|own| *own == word.to_lowercase());
        let character = CHARACTERS.chars().position(|own| word == own.to_string());
        found.extend(word.parse().ok().or(place.or(character).map(|place| place as i64)));
    }
    found
}

/// What stands between two pieces of text, the first time that the first occurs.
pub(crate) fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(inside, _)| inside)
}

/// The numbers between two pieces of text.
pub(crate) fn numbers_between(text: &str, before: &str, after: &str) -> Option<Vec<i64>> {
    between(text, before, after).map(numbers)
}

/// One for each axis: itself, or the one that all have.
pub(crate) fn each(axes: usize, list: Vec<i64>) -> Vec<i64> {
    if let [all] = list.as_slice() { vec![*all; axes] } else { list }
}

/// What is said of the zeros or the lines cut off around something: before and behind along each axis; nothing if nothing is said.
pub(crate) fn ends(lang: Lang, text: &str, axes: usize, cut: bool) -> Vec<[i64; 2]> {
    let none = vec![[0, 0]; axes];
    if lang == Lang::Zh {
        let all = [("两端各补", "零"), ("四周补", "圈")];
        if let Some(count) =
            all.iter().find_map(|(before, after)| numbers_between(text, before, after)).filter(|_| !cut)
        {
            return vec![[count[0]; 2]; axes];
        }
        let inside = between(text, if cut { "裁去一部分（" } else { "边缘补零（" }, "）");
        return inside.map_or(none, |inside| numbers(inside).chunks(2).map(|pair| [pair[0], pair[1]]).collect());
    }
    let beside = |words: &str| -> [i64; 2] {
        // "its first two entries", "its last entry"
        if words.contains("its ") {
            return ["its first ", "its last "].map(|which| {
                let rest = words.split_once(which).map(|(_, rest)| rest.split(" and ").next().unwrap_or(rest));
                rest.map_or(0, |rest| numbers(rest).first().copied().unwrap_or(1))
            });
        }
        let mut found = [0, 0];
        let mut last = 0;
        for word in words.split(' ') {
            last = numbers(word).first().copied().unwrap_or(last);
            match word.trim_end_matches([',', '.']) {
                "before" => found[0] = last,
                "behind" => found[1] = last,
                _ => {}
            }
        }
        found
    };
    if let Some(inside) = between(text, if cut { "cut at its edges (" } else { "padded with zeros (" }, ")") {
        if inside.contains("along each axis") {
            return vec![beside(inside); axes];
        }
        let axis = |name: &&str| {
            let part = inside.split(", ").find(|part| part.ends_with(&format!("along the {name} axis")));
            part.map_or([0, 0], beside)
        };
        return ["first", "second", "third"][..axes].iter().map(axis).collect();
    }
    if cut {
        return between(text, "without ", ".").map_or(none, |words| vec![beside(words)]);
    }
    if let Some(count) = numbers_between(text, "surrounded by ", " of zeros") {
        return vec![[count[0]; 2]; axes];
    }
    let pieces = || text.split("with ").flat_map(|piece| piece.split(" and without")).skip(1);
    if let Some(piece) = pieces().find(|piece| piece.contains(" at each end")) {
        return vec![[numbers(piece)[0]; 2]];
    }
    let piece = pieces().find(|piece| piece.contains("before") || piece.contains("behind"));
    piece.map_or(none, |piece| vec![beside(piece)])
}

/// The lines of the section that begins with this heading.
pub(crate) fn section<'t>(document: &'t str, heading: &str) -> Vec<&'t str> {
    let lines = document.lines().skip_while(|line| *line != heading).skip(2);
    let mut lines = lines.collect::<Vec<_>>();
    if let Some(next) = lines.iter().position(|line| line.starts_with("--")) {
        lines.truncate(next - 1);
    }
    lines
}

#[test]
fn numbers_are_read() {
    assert_eq!(numbers("3×12, two zeros; No 5"), [3, 12, 2, 0, 5]);
    assert_eq!(numbers("前1后两个，共十个"), [1, 2, 10]);
    for (lang, text, cut, wanted) in [
        (Lang::En, "δ, padded with zeros (one line before and two behind along each axis).", false, [[1, 2], [1, 2]]),
        (
            Lang::En,
            "a, padded with zeros (one line before along the first axis, two lines behind along the second axis).",
            false,
            [[1, 0], [0, 2]],
        ),
        (Lang::En, "δ, surrounded by two lines of zeros on every side.", false, [[2, 2], [2, 2]]),
        (Lang::En, "a, cut at its edges (one line behind along the second axis).", true, [[0, 0], [0, 1]]),
        (Lang::Zh, "边缘补零（各轴依次为前 1 后 2、前 0 后 1）", false, [[1, 2], [0, 1]]),
        (Lang::Zh, "四周补两圈零", false, [[2, 2], [2, 2]]),
    ] {
        assert_eq!(ends(lang, text, 2, cut), wanted, "{text}");
    }
    for (text, cut, wanted) in [
        ("δ, spread out with two zeros between neighbours and with one zero before and three behind.", false, [1, 3]),
        ("a, with one zero before and without its last entry.", false, [1, 0]),
        ("a, with one zero before and without its last entry.", true, [0, 1]),
        ("a, without its first entry and its last two entries.", true, [1, 2]),
        ("δ, with two zeros at each end.", false, [2, 2]),
        ("δ.", false, [0, 0]),
    ] {
        assert_eq!(ends(Lang::En, text, 1, cut), [wanted], "{text}");
    }
}
