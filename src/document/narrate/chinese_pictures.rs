//! The sentences on pictures of windows in Chinese.

use super::chinese::Chinese;
use super::chinese_titles::{plain, said};
use super::picture::PictureSentences;
use crate::document::figure::{Missing, Sight};
use crate::document::{Inlines, Math};

/// What there is to say of zeros, gaps and slices; `drawn` tells how cells look.
fn remarks(sight: &Sight, drawn: bool) -> String {
    let zeros = match (sight.between, sight.around) {
        (true, true) => "元素之间和四周补的零",
        (true, false) => "元素之间插入的零",
        (false, true) => "四周补的零",
        (false, false) => "",
    };
    let mut text = match (zeros, drawn) {
        ("", _) => String::new(),
        (zeros, true) => format!("虚线格是{zeros}。"),
        (zeros, false) => format!("其中的零是{zeros}。"),
    };
    if sight.cropped {
        text += if drawn {
            "打叉的格子不被任何窗口触及。"
        } else {
            "圆括号中的元素不被任何窗口触及。"
        };
    }
    if sight.apart {
        text += if drawn {
            "窗口的各点彼此隔开，只有涂灰的格子计入。"
        } else {
            "窗口的各点彼此隔开。"
        };
    }
    if sight.sliced {
        text += "各张量只画出第一个切片，等式中其余的项来自其他切片。";
    }
    text
}

fn rotated(sight: &Sight) -> &'static str {
    if sight.turned { "旋转180度后" } else { "" }
}

fn grid(sizes: &[usize]) -> String {
    match sizes {
        [n] => format!("一行{n}个格子"),
        _ => format!("{}的方格", sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("\u{d7}")),
    }
}

fn reach(&(first, last): &(usize, usize), unit: &str) -> String {
    if first == last { format!("第{first}{unit}") } else { format!("第{first}至{last}{unit}") }
}

impl PictureSentences for Chinese {
    fn window_caption(&self, sight: &Sight) -> Inlines {
        let rest = remarks(sight, true);
        match &sight.y {
            Some(y) => said(
                &format!(
                    "粗框是{{}}{}盖在{{}}上、得到{{}}的位置；被盖住的格子，其左上角是与之相乘的元素。{rest}",
                    rotated(sight)
                ),
                [y.clone(), sight.x.clone(), sight.entry.clone()],
            ),
            None => said(&format!("粗框是{{}}上得到{{}}的窗口。{rest}"), [sight.x.clone(), sight.entry.clone()]),
        }
    }

    fn window_listing(&self, sight: &Sight) -> Inlines {
        let rest = remarks(sight, false);
        match &sight.y {
            Some(y) => said(
                &format!(
                    "{{}}{}盖在{{}}上、得到{{}}的位置：方括号中是被盖住的元素和与之相乘的元素。{rest}",
                    rotated(sight)
                ),
                [y.clone(), sight.x.clone(), sight.entry.clone()],
            ),
            None => said(
                &format!("{{}}上得到{{}}的窗口：方括号中是被盖住的元素。{rest}"),
                [sight.x.clone(), sight.entry.clone()],
            ),
        }
    }

    fn window_alt(&self, sight: &Sight) -> String {
        let [over, _, result] = &sight.sizes;
        let (covers, chosen) = match (sight.covers.as_slice(), sight.chosen.as_slice()) {
            ([rows, columns], [row, column]) => {
                (format!("{}、{}", reach(rows, "行"), reach(columns, "列")), format!("第{row}行第{column}列"))
            }
            (covers, chosen) => {
                let cells: Vec<String> = covers.iter().map(|c| reach(c, "格")).collect();
                let chosen: Vec<String> = chosen.iter().map(usize::to_string).collect();
                (cells.join("、"), format!("第{}格", chosen.join("、")))
            }
        };
        let zeros = if sight.between || sight.around { "（其中有零）" } else { "" };
        format!("{}{zeros}，粗框盖住{covers}；另有{}，标出{chosen}。", grid(over), grid(result))
    }

    fn window_left_out(&self, target: Math, why: Missing, most: usize) -> Inlines {
        let reason = match why {
            Missing::Still => "没有滑动的窗口".to_string(),
            Missing::Axes(n) => format!("它沿{n}个轴滑动，而图中最多画两个轴"),
            Missing::TooLarge => format!("每行每列最多画{most}个格子"),
            Missing::TooWide => "元素的式子太长，格子里放不下".to_string(),
        };
        said(&format!("没有画出得到{{}}的窗口：{reason}。"), [target])
    }

    fn window_nowhere(&self) -> Inlines {
        plain("没有窗口可画：所要的部分中没有滑动乘积，也没有池化。")
    }
}
