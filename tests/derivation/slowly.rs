//! What is said where one entry is told slowly: in which outputs it stands and with which factors, what the others come to, why the
//! index form is the operator, what the results collect, and the counts for the head. All of it is held against the numbers that the
//! layers were made of, in both languages.

use deriver::document::{Depth, Lang};
use deriver::expr::Ties;

use crate::reading::{Axis, between, numbers, numbers_between, occurrences, outputs, section, slides};
use crate::said::entry;
use crate::support::{document_at, try_derive};
use crate::unread::layer;

/// Along an axis: the outputs (from 1) in which an entry of a (0) or w (1) stands, each with the entry of the other it is met by.
fn met([n, k, s, d, p]: Axis, which: usize, at: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for i in 0..outputs([n, k, s, d, p]) {
        for u in 0..k {
            let m = s * i + d * u - p;
            let (own, other) = if which == 0 { (m, u) } else { (u, m) };
            if (0..n).contains(&m) && own + 1 == at as i64 {
                found.push((i as usize + 1, other as usize + 1));
            }
        }
    }
    found
}

/// The same along all axes: the indices of each output, and those of what it is met by.
fn met_in(axes: &[Axis], which: usize, at: &[usize]) -> Vec<[Vec<usize>; 2]> {
    let along = axes.iter().zip(at).map(|(&axis, &at)| met(axis, which, at));
    let all = itertools::Itertools::multi_cartesian_product(along.map(Vec::into_iter));
    all.map(|pairs| [pairs.iter().map(|p| p.0).collect(), pairs.iter().map(|p| p.1).collect()]).collect()
}

/// The entries called so that a text names, in its order.
fn named(text: &str, name: &str) -> Vec<Vec<usize>> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '[' || c == ']' || ('₀'..='₉').contains(&c)));
    let words = words.filter(|word| word.starts_with(name));
    words.filter_map(|word| entry(&format!("{word} = ")).map(|(_, indices)| indices)).collect()
}

/// How far an index goes in one step of a letter: `m - 2·i + 3` for i goes by -2.
fn pace(index: &str, letter: &str) -> i64 {
    let signed = index.replace(" - ", " + -");
    let term = signed.split(" + ").find(|term| term.rsplit(['·', '-']).next() == Some(letter));
    let Some(term) = term else { return 0 };
    let (sign, term) = term.strip_prefix('-').map_or((1, term), |term| (-1, term));
    sign * term.split_once('·').map_or(1, |(number, _)| number.parse().expect("a number"))
}

struct Words {
    lang: Lang,
    sections: [&'static str; 2],
    result: &'static str,
    check: &'static str,
    falls: [&'static str; 2],
    grows: [&'static str; 2],
}

const WORDS: [Words; 2] = [
    Words {
        lang: Lang::En,
        sections: ["The gradient of the input a", "The gradient of the weight w"],
        result: "The result",
        check: "A check in the head",
        falls: [" fall by ", " falls by "],
        grows: [" grow by ", " grows by "],
    },
    Words {
        lang: Lang::Zh,
        sections: ["输入 a 的梯度", "权重 w 的梯度"],
        result: "结果",
        check: "心算检验",
        falls: ["减少", "减少"],
        grows: ["增加", "增加"],
    },
];

impl Words {
    fn is_english(&self) -> bool {
        self.lang == Lang::En
    }

    /// In which outputs an entry stands, in how many of them, and whether the other derivatives are zero.
    fn stands(&self, line: &str, which: usize, axes: &[Axis]) -> bool {
        let name = ["a", "w"][which];
        let (english, chinese) = (line.contains(" stand? ") || line.contains(" stands only "), line.contains("出现在"));
        let Some(own) = named(line, name).into_iter().next().filter(|_| english || chinese) else { return false };
        let truth = met_in(axes, which, &own);
        let total: usize = axes.iter().map(|&axis| outputs(axis) as usize).product();
        let places = if self.is_english() {
            let rest = between(line, "? In ", ". By").or_else(|| between(line, "stands only in ", ";"));
            rest.expect("places")
        } else {
            between(line, "？在 ", " 中。")
                .or_else(|| between(line, "？在", "中。"))
                .or_else(|| between(line, "只出现在", "中，"))
                .expect("places")
        };
        let (said, factors) = (named(places, "z"), named(places, ["w", "a"][which]));
        if said.is_empty() {
            let mut counts = numbers(places);
            counts.sort_unstable();
            counts.dedup();
            let mut known = vec![truth.len() as i64, total as i64];
            known.dedup();
            assert_eq!(counts, known, "{line}\n{axes:?}");
        } else {
            let (outputs, met): (Vec<_>, Vec<_>) = truth.iter().map(|[z, other]| (z.clone(), other.clone())).unzip();
            assert_eq!((said, factors), (outputs, met), "{line}\n{axes:?}");
        }
        let zeros = line.contains(if self.is_english() { "zero" } else { "导数为零" });
        // once, where they are first met
        let few = total <= 9 && truth.len() < total;
        assert!(if which == 0 { zeros == few } else { few || !zeros }, "{line}\n{axes:?}");
        true
    }

    /// How many entries are shown, where not all are.
    fn others(&self, lines: &[&str], which: usize, axes: &[Axis]) -> bool {
        let entries: usize = axes.iter().map(|[n, k, ..]| [*n, *k][which] as usize).product();
        let shown = lines.iter().filter(|line| entry(line).is_some()).count();
        let mark = if self.is_english() { "In the same way, " } else { "这里写出其中" };
        let Some(line) = lines.iter().find(|line| line.contains(mark)) else {
            assert_eq!(shown, entries, "{axes:?}");
            return false;
        };
        let slowly = lines.iter().filter(|line| self.stands(line, which, axes)).count();
        let mut said = numbers(line);
        said.sort_unstable();
        assert_eq!(said, [(shown - slowly) as i64, (entries - slowly) as i64], "{line}\n{axes:?}");
        true
    }

    /// Which way an index goes and how far, and what follows from that for the kernel.
    fn reasons(&self, line: &str, which: usize, axes: &[Axis]) -> usize {
        let sentences = line.split_inclusive(['.', '。']);
        let mut said = 0;
        let mut turned = None;
        for sentence in sentences {
            let (english, falls) =
                (self.is_english(), sentence.contains(self.falls[0]) || sentence.contains(self.falls[1]));
            let opposite = sentence.contains(if english { "opposite directions" } else { "方向相反" });
            let same = sentence.contains(if english { "the same direction" } else { "方向相同" });
            if !opposite && !same {
                continue;
            }
            assert_eq!(falls, opposite, "{line}");
            turned = Some(opposite);
            let by = if falls { self.falls } else { self.grows };
            let (what, rest) = by.iter().find_map(|mark| sentence.rsplit_once(mark)).expect("how far it goes");
            let step = numbers(rest)[0] * if falls { -1 } else { 1 };
            let (letters, indices) = if english {
                let letters = between(what, "As ", " grow").expect("letters");
                let rest = what.split_once(" the ind").expect("an index").1;
                (letters, rest.split_once(' ').expect("an index").1)
            } else {
                let (letters, rest) = what.split_once("每增加一").expect("letters");
                (letters, rest.split_once("的下标").expect("an index").1)
            };
            let indices = indices.rsplit_once(" of ").map_or(indices, |(indices, _)| indices);
            let indices = indices.trim_end_matches(['各', ' ']);
            let list = |text: &str| -> Vec<String> {
                text.replace(" and ", ", ")
                    .replace(['和', '、'], ", ")
                    .split(", ")
                    .map(|t| t.trim().to_string())
                    .collect()
            };
            let (letters, indices) = (list(letters), list(indices));
            assert_eq!(letters.len(), indices.len(), "{line}");
            for (letter, index) in letters.iter().zip(&indices) {
                assert_eq!(pace(index, letter), step, "{letter} in {index}: {line}");
                said += 1;
            }
        }
        let Some(turned) = turned else { return 0 };
        assert_eq!(turned, which == 0, "{line}");
        if let Some(apart) = line.split_inclusive(['.', '。']).find(|s| s.contains("apart") || s.contains("相距")) {
            let along: Vec<_> = axes.iter().map(|&axis| slides(axis)[which + 1]).collect();
            let steps: Vec<i64> = along.iter().map(|s| if s.spread > 1 { s.spread } else { s.dilation }).collect();
            assert!(steps.iter().all(|&step| numbers(apart).starts_with(&[step, step - 1])), "{apart}\n{axes:?}");
        }
        let zeros = line.contains(if self.is_english() { "stand for that" } else { "表示这一点" });
        let around = axes.iter().map(|&axis| slides(axis)[which + 1]).any(|s| s.low > 0 || s.high > 0);
        assert!(!zeros || around, "{line}\n{axes:?}");
        said
    }

    /// How many errors meet in an entry.
    fn collects(&self, line: &str, axes: &[Axis]) -> usize {
        let total: i64 = axes.iter().map(|&axis| outputs(axis)).product();
        let sentences = line.split_inclusive(['.', '。']);
        let mut said = 0;
        for (which, name) in ["a", "w"].into_iter().enumerate() {
            let own = if self.is_english() {
                format!("Every entry of {name} collects")
            } else {
                format!("{name} 的每个元素汇集")
            };
            let Some(sentence) = sentences.clone().find(|s| s.contains(&own)) else { continue };
            let counts: Vec<Vec<usize>> = axes.iter().map(|&axis| occurrences(axis)[which].clone()).collect();
            let least: i64 = counts.iter().map(|c| *c.iter().min().expect("an entry") as i64).product();
            let most: i64 = counts.iter().map(|c| *c.iter().max().expect("an entry") as i64).product();
            let mut truth = if least == total { Vec::new() } else { vec![least, most, total] };
            let mut found =
                numbers(sentence.split(", ").next().unwrap_or(sentence).split('，').next().unwrap_or(sentence));
            truth.sort_unstable();
            truth.dedup();
            found.sort_unstable();
            found.dedup();
            assert_eq!(found, truth, "{sentence}\n{axes:?}");
            said += 1;
        }
        said
    }
}

#[test]
fn what_is_told_slowly_is_so() {
    let one = itertools::iproduct!(3..=9, 2..=3, 1..=3, 1..=2, 0..=2).map(|(n, k, s, d, p)| vec![[n, k, s, d, p]]);
    let other = [[5, 2, 2, 1, 1], [4, 2, 1, 2, 0], [6, 3, 3, 1, 0]];
    let two = itertools::iproduct!(4..=6, 2..=3, 1..=2, 1..=2, 0..=1, other)
        .map(|(n, k, s, d, p, o)| vec![[n, k, s, d, p], o]);
    let read = |axes: &Vec<Axis>| axes.iter().all(|&axis| outputs(axis) > 1 && !occurrences(axis)[1].contains(&0));
    let (mut stand, mut few, mut reasons, mut collected, mut counted) = (0, 0, 0, 0, 0);
    for axes in one.chain(two.step_by(3)).filter(read) {
        let text = layer(&axes);
        let derivation = try_derive(&text, "", Ties::First).unwrap_or_else(|why| panic!("{why}\n{text}"));
        for words in &WORDS {
            let document = document_at(&derivation, words.lang, Depth::Tutorial);
            collected += section(&document, words.result).iter().map(|line| words.collects(line, &axes)).sum::<usize>();
            for which in [0, 1] {
                let lines = section(&document, words.sections[which]);
                stand += lines.iter().filter(|line| words.stands(line, which, &axes)).count();
                few += usize::from(words.others(&lines, which, &axes));
                reasons += lines.iter().map(|line| words.reasons(line, which, &axes)).sum::<usize>();
            }
            let products: usize = axes.iter().map(|&axis| occurrences(axis)[0].iter().sum::<usize>()).product();
            let mark = if words.is_english() { ["that makes ", ":"] } else { ["总和为", "，"] };
            for line in section(&document, words.check) {
                if let Some(said) = numbers_between(line, mark[0], mark[1]) {
                    assert_eq!(said, [products as i64], "{line}\n{axes:?}");
                    counted += 1;
                }
            }
        }
    }
    let all = [stand, few, reasons, collected, counted];
    assert!(all.iter().zip([400, 20, 400, 300, 100]).all(|(found, least)| *found >= least), "{all:?}");
}
