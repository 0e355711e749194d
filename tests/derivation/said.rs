//! Sentences with numbers on layers that slide, read back in both languages and held against the numbers that the layers were made of:
//! sizes, counts of equations, entries and terms, steps, zeros between and around, what is cut off, and which outputs an entry reaches.

use deriver::document::{Depth, Lang};
use deriver::expr::Ties;

use crate::reading::{
    Axis, Slide, between, each, ends, numbers, numbers_between, occurrences, outputs, section, slides,
};
use crate::support::{document_at, try_derive};
use crate::unread::layer;

/// What was said and was right, by what it is about.
#[derive(Default)]
struct Tally(std::collections::BTreeMap<&'static str, usize>);

impl Tally {
    #[track_caller]
    fn check<T: PartialEq + std::fmt::Debug>(
        &mut self,
        about: &'static str,
        said: T,
        truth: T,
        line: &str,
        axes: &[Axis],
    ) {
        assert_eq!(said, truth, "{about}, {axes:?}:\n{line}");
        *self.0.entry(about).or_default() += 1;
    }

    fn at_least(&self, about: &str, least: usize) {
        let count = self.0.get(about).copied().unwrap_or(0);
        assert!(count >= least, "{about}: {count} times; {:?}", self.0);
    }
}

/// How a language begins its sentences.
struct Begins {
    lang: Lang,
    result: &'static str,
    takes: &'static str,
    matrices: &'static str,
    written: &'static str,
    few: &'static str,
    headings: [&'static str; 3],
    slides: &'static str,
}

const BEGINS: [Begins; 2] = [
    Begins {
        lang: Lang::En,
        result: "The result",
        takes: "From the input",
        matrices: "As matrices",
        written: "Written out, ",
        few: "Shown are ",
        headings: ["The layer", "The gradient of the input a", "The gradient of the weight w"],
        slides: "All entries together are one sliding product: ",
    },
    Begins {
        lang: Lang::Zh,
        result: "结果",
        takes: "本层由输入",
        matrices: "写成矩阵形式",
        written: "逐个元素展开，共",
        few: "共 ",
        headings: ["前向计算", "输入 a 的梯度", "权重 w 的梯度"],
        slides: "全部元素合起来是一个滑动乘积：",
    },
];

/// The name of an entry at the beginning of an equation, and its indices; none in an equation with letters.
pub(crate) fn entry(line: &str) -> Option<(&str, Vec<usize>)> {
    let left = line.trim_start().split(" = ").next().filter(|left| line.contains(" = ") && !left.contains(' '))?;
    let end = left.find(|c| c == '[' || ('₀'..='₉').contains(&c))?;
    let digits: String =
        left[end..].chars().map(|c| char::from_digit(u32::from(c).wrapping_sub(0x2080), 10).unwrap_or(c)).collect();
    let indices = if digits.starts_with('[') {
        digits[1..digits.len() - 1].split(',').map(|index| index.parse().ok()).collect::<Option<Vec<_>>>()?
    } else {
        digits.chars().map(|digit| digit.to_digit(10).map(|digit| digit as usize)).collect::<Option<Vec<_>>>()?
    };
    Some((&left[..end], indices))
}

/// The sentences on the layer itself.
fn forward(begins: &Begins, lines: &[&str], axes: &[Axis], tally: &mut Tally) {
    let sizes: Vec<i64> = [0, 1].iter().flat_map(|&x| axes.iter().map(move |axis| axis[x])).collect();
    let results: Vec<i64> = axes.iter().map(|&axis| outputs(axis)).collect();
    let all = [sizes, results.clone()].concat();
    for line in lines {
        if line.starts_with(begins.takes) {
            tally.check("sizes", numbers(line), all.clone(), line, axes);
        }
        if line.starts_with(begins.matrices) {
            steps(begins, line, axes, tally);
        }
        if line.starts_with(begins.written) {
            let shown = lines.iter().filter(|line| entry(line).is_some_and(|(name, _)| name == "z")).count() as i64;
            let mut said = numbers(line);
            said.sort_unstable();
            let mut truth = vec![results.iter().product()];
            truth.extend((shown < truth[0]).then_some(shown));
            truth.sort_unstable();
            tally.check("equations", said, truth, line, axes);
        }
    }
}

/// In which steps the kernel slides, with how many zeros around, and whether some is never reached.
fn steps(begins: &Begins, line: &str, axes: &[Axis], tally: &mut Tally) {
    let english = begins.lang == Lang::En;
    let forward: Vec<Slide> = axes.iter().map(|&axis| slides(axis)[0]).collect();
    let mark = if english { "in steps of " } else { "步幅" };
    let said = line.split_once(mark).map(|(_, rest)| rest.split(['，', '：', ':']).next().unwrap_or(rest));
    // a list has commas too
    let said = said.map(|said| said.split(", with").next().unwrap_or(said));
    let said = said.map_or(vec![1; axes.len()], |said| each(axes.len(), numbers(said)));
    tally.check("steps", said, forward.iter().map(|s| s.stride).collect(), line, axes);
    let around = if english { ["with zeros around (", " before"] } else { ["各轴前后分别为", "）"] };
    let every = if english { ["with ", " of zeros on every side"] } else { ["四周各补", "圈零"] };
    let part = if english { line.rsplit_once("), ").map_or(line, |(_, rest)| rest) } else { line };
    let zeros: Vec<i64> = if let Some(list) = numbers_between(line, around[0], around[1]) {
        list
    } else if let Some(count) =
        part.split_once(every[1]).map(|(before, _)| numbers(before.rsplit(every[0]).next().unwrap_or(before)))
    {
        vec![count[0]; 2 * axes.len()]
    } else {
        vec![0; 2 * axes.len()]
    };
    tally.check("zeros", zeros, forward.iter().flat_map(|s| [s.low.max(0), s.high.max(0)]).collect(), line, axes);
    let cut = line.contains(if english {
        "without what the kernel never reaches"
    } else {
        "核始终碰不到的部分略去"
    });
    tally.check("unreached", cut, forward.iter().any(|s| s.low < 0 || s.high < 0), line, axes);
}

/// How a gradient slides: zeros between the kernel's entries, the step, zeros between and around what it slides over.
fn sliding(begins: &Begins, line: &str, which: usize, axes: &[Axis], tally: &mut Tally) {
    let along: Vec<Slide> = axes.iter().map(|&axis| slides(axis)[which]).collect();
    let count = axes.len();
    // what follows gives it a name
    let whole = line;
    let line = whole.split_inclusive(['.', '。']).next().unwrap_or(whole);
    let zeros = |part: &str| {
        let said = match begins.lang {
            Lang::En => numbers_between(part, "spread out with ", " between"),
            Lang::Zh => part.split_once("插入").map(|(_, rest)| {
                let list = rest.strip_prefix("零（").map(|rest| rest.split('）').next().unwrap_or(rest));
                numbers(list.unwrap_or_else(|| rest.split('零').next().unwrap_or(rest)))
            }),
        };
        said.map_or(vec![0; count], |said| each(count, said))
    };
    let (kernel, step, over) = match begins.lang {
        Lang::En => {
            let (kernel, rest) = line.split_once(" slides ").expect("it slides");
            let (step, over) = rest.split_once("over ").expect("over something");
            (kernel, step, over)
        }
        Lang::Zh => {
            let over = between(line, "先在", "再让核").unwrap_or_default();
            let (kernel, step) = line.rsplit_once("滑动").expect("it slides");
            (kernel.rsplit_once("核").expect("a kernel").1, step, over)
        }
    };
    // either of the two may be called the kernel
    if !kernel.split([' ', ',']).any(|word| word == ["w", "δ"][which - 1]) {
        return;
    }
    let spread = |of: fn(&Slide) -> i64| along.iter().map(|s| of(s) - 1).collect::<Vec<_>>();
    tally.check("kernel spread", zeros(kernel), spread(|s| s.dilation), line, axes);
    tally.check("spread", zeros(over), spread(|s| s.spread), line, axes);
    let said = numbers(step);
    let said = if said.is_empty() { vec![1; count] } else { each(count, said) };
    tally.check("stride", said, along.iter().map(|s| s.stride).collect(), line, axes);
    let turned = kernel.contains(if begins.lang == Lang::En { "rotated by 180 degrees" } else { "旋转 180 度" });
    tally.check("rotated", turned, which == 1, line, axes);
    for (about, cut, sign) in [("put around", false, 1), ("cut off", true, -1)] {
        let truth: Vec<[i64; 2]> = along.iter().map(|s| [(sign * s.low).max(0), (sign * s.high).max(0)]).collect();
        tally.check(about, ends(begins.lang, over, count, cut), truth, line, axes);
    }
    let says = |english: &str, chinese: &str| whole.contains(if begins.lang == Lang::En { english } else { chinese });
    let reach = |s: &Slide| (s.k - 1) * s.dilation;
    let full = along.iter().all(|s| s.low == reach(s) && s.high == reach(s));
    tally.check("full", says("the full correlation", "“完全”互相关"), full, whole, axes);
    if says("the valid correlation", "“有效”互相关") {
        let inside = along.iter().all(|s| s.low == 0 && s.high == 0 && s.spread == 1);
        tally.check("valid", true, inside, whole, axes);
    }
    // each entry of the error has as many places to itself as the kernel has entries
    let blocks = which == 1 && axes.iter().all(|[_, k, s, d, p]| k == s && *d == 1 && *p == 0);
    tally.check("blocks", says("Kronecker product", "克罗内克积"), blocks, whole, axes);
    let rest = axes.iter().any(|&[n, k, s, d, p]| n > outputs([n, k, s, d, p]) * k);
    tally.check("rest", says("are zeros.", "之后都是零"), blocks && rest, whole, axes);
}

/// In how many outputs the entries occur, and how many entries are shown.
fn chain(begins: &Begins, lines: &[&str], which: usize, axes: &[Axis], tally: &mut Tally) {
    let english = begins.lang == Lang::En;
    let total: usize = axes.iter().map(|&axis| outputs(axis) as usize).product();
    let counts: Vec<Vec<usize>> = axes.iter().map(|&axis| occurrences(axis)[which - 1].clone()).collect();
    let of = |pick: fn(std::slice::Iter<'_, usize>) -> Option<&usize>| -> usize {
        counts.iter().map(|list| pick(list.iter()).expect("an axis has entries")).product()
    };
    let (least, most) = (of(|list| list.min()), of(|list| list.max()));
    let entries: usize = counts.iter().map(Vec::len).product();
    // not the one on the layer below
    let says = |line: &&&str| line.contains(if english { "By the chain rule" } else { "由链式法则，" });
    let Some(line) = lines.iter().filter(says).find(|line| !line.contains('σ')) else { return };
    let some =
        if english { between(line, "It occurs in ", " outputs") } else { between(line, "在全部 ", " 个；") };
    if let Some(some) = some {
        let mut truth = vec![least as i64, total as i64];
        truth.extend((least < most).then_some(most as i64));
        let mut said = numbers(some);
        said.sort_unstable();
        truth.sort_unstable();
        tally.check("some outputs", said, truth, line, axes);
    } else {
        let all = if english { ["all ", " outputs"] } else { ["全部", "个输出"] };
        let fixed = [("both outputs", 2), ("两个输出", 2), ("the only output", 1), ("唯一的输出", 1)];
        let said = fixed.iter().find(|(words, _)| line.contains(words)).map(|(_, n)| *n);
        let said = said.or_else(|| numbers_between(line, all[0], all[1]).map(|list| list[0]));
        tally.check("all outputs", said, Some(total as i64), line, axes);
        let everywhere = line.contains(if english { "which occurs in" } else { "出现在" });
        tally.check("everywhere", everywhere, least == total, line, axes);
    }
    let shown = lines.iter().filter(|line| entry(line).is_some()).count();
    let sentence = line.split(['.', '。']).next().unwrap_or(line);
    if sentence.starts_with(begins.few) || sentence.ends_with("are shown") {
        let mut said = numbers(sentence);
        said.sort_unstable();
        tally.check("entries", said, vec![shown as i64, entries as i64], line, axes);
    } else {
        tally.check("all entries", shown, entries, line, axes);
    }
}

/// How many terms the sum of an entry has, where that is said after it.
fn terms(begins: &Begins, line: &str, axes: &[Axis], tally: &mut Tally) {
    let Some((name, indices)) = entry(line) else { return };
    let end = if begins.lang == Lang::En { " terms)" } else { ")" };
    let Some((_, count)) = line.strip_suffix(end).and_then(|line| line.rsplit_once("  (")) else { return };
    let along = |(&axis, &at): (&Axis, &usize)| {
        let [n, k, s, d, p] = axis;
        let [a, w] = occurrences(axis);
        match name {
            "∇a" => a[at - 1],
            "∇w" => w[at - 1],
            _ => (0..k).filter(|u| (0..n).contains(&(s * (at as i64 - 1) + d * u - p))).count(),
        }
    };
    let truth: usize = axes.iter().zip(&indices).map(along).product();
    tally.check("terms", numbers(count), vec![truth as i64], line, axes);
}

/// Layers in which every entry of the kernel meets something, and some slide of neither slides over a single place.
fn is_plain(axis: &Axis) -> bool {
    let [n, k, _, d, p] = *axis;
    n + 2 * p > d * (k - 1) && outputs(*axis) > 1 && !occurrences(*axis)[1].contains(&0)
}

#[test]
fn what_is_said_in_numbers_is_so() {
    let one = itertools::iproduct!(3..=9, 2..=3, 1..=3, 1..=2, 0..=2).map(|(n, k, s, d, p)| vec![[n, k, s, d, p]]);
    let other = [[5, 2, 2, 1, 1], [4, 2, 1, 2, 0], [6, 3, 3, 1, 0]];
    let two = itertools::iproduct!(4..=6, 2..=3, 1..=2, 1..=2, 0..=1, other)
        .map(|(n, k, s, d, p, o)| vec![[n, k, s, d, p], o]);
    let large = [vec![[12, 5, 1, 1, 0], [11, 4, 1, 1, 0]], vec![[9, 4, 1, 1, 2], [13, 5, 2, 1, 1]]];
    let long = (17..=22).map(|n| vec![[n, 3, 1, 1, n % 2]]);
    let plain = |axes: &Vec<Axis>| axes.iter().all(is_plain);
    let mut tally = Tally::default();
    for axes in one.chain(two.step_by(5)).chain(large).chain(long).filter(plain) {
        let text = layer(&axes);
        let derivation = try_derive(&text, "", Ties::First).unwrap_or_else(|why| panic!("{why}\n{text}"));
        for begins in &BEGINS {
            let document = document_at(&derivation, begins.lang, Depth::Full);
            let told = [begins.result, begins.headings[0]].map(|heading| section(&document, heading));
            forward(begins, &told.concat(), &axes, &mut tally);
            for which in [1, 2] {
                let lines = section(&document, begins.headings[which]);
                chain(begins, &lines, which, &axes, &mut tally);
                for line in lines.iter().filter(|line| line.starts_with(begins.slides)) {
                    sliding(begins, line, which, &axes, &mut tally);
                }
            }
            document.lines().for_each(|line| terms(begins, line, &axes, &mut tally));
        }
    }
    for about in ["sizes", "steps", "zeros", "equations", "all outputs"] {
        tally.at_least(about, 100);
    }
    for about in
        ["spread", "stride", "put around", "cut off", "rotated", "everywhere", "all entries", "full", "valid", "blocks"]
    {
        tally.at_least(about, 50);
    }
    for about in ["some outputs", "terms"] {
        tally.at_least(about, 20);
    }
    tally.at_least("entries", 4);
}
