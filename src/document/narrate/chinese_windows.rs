//! The sentences on windows, and on what no window reaches, in Chinese.

use super::arrangement::ArrangementSentences;
use super::chinese::{Chinese, amount, list, strides};
use super::chinese_titles::{plain, said};
use super::sizes;
use super::unread::{Unread, UnreadSentences};
use super::windows::{Divisor, WindowSentences, Windowed};
use crate::document::{Inlines, Math};
use crate::operator::Window;

/// `窗口为2×2，依次相接，互不重叠`.
fn windows(window: &Window) -> String {
    let size = sizes(&window.size);
    let mut text = if window.size == window.stride && window.dilation.iter().all(|&d| d == 1) {
        format!("窗口为{size}，依次相接，互不重叠")
    } else {
        format!("窗口为{size}，{}", strides(window.stride.iter().copied()))
    };
    if window.dilation.iter().any(|&d| d > 1) {
        let steps: Vec<String> = window.dilation.iter().map(usize::to_string).collect();
        let same = steps.iter().all(|s| *s == steps[0]);
        text.push_str(&if same {
            format!("，窗口内相邻位置相距{}", steps[0])
        } else {
            format!("，窗口内相邻位置沿各轴依次相距{}", steps.join("、"))
        });
    }
    let (lows, highs): (Vec<i64>, Vec<i64>) = window.padding.iter().map(|p| (p[0], p[1])).unzip();
    let same = |sides: &[i64]| sides.iter().all(|&p| p == sides[0]).then(|| sides[0]);
    match (same(&lows), same(&highs)) {
        (Some(0), Some(0)) => {}
        (Some(low), Some(high)) if low == high && low > 0 => {
            text.push_str(&format!("，最外侧的窗口各越出边缘{low}个位置"));
        }
        (Some(0), Some(high)) => text.push_str(&format!("，末尾的窗口越出边缘{high}个位置")),
        (Some(low), Some(0)) if low > 0 => text.push_str(&format!("，开头的窗口越出边缘{low}个位置")),
        (Some(_) | None, Some(_) | None) => text.push_str("，最外侧的窗口在边缘处截断"),
    }
    text
}

fn counted(divisor: &Divisor) -> &'static str {
    if divisor.outside {
        "相应窗口落在{}及其四周填充之内的位置数"
    } else {
        "相应窗口所覆盖的{}的元素个数"
    }
}

impl WindowSentences for Chinese {
    fn window_sum(&self, output: Math, input: Math, of: Windowed) -> Inlines {
        let windows = of.window.as_ref().map(windows);
        let Some(divisor) = of.divisor else {
            let windows = windows.map(|w| format!("：{w}")).unwrap_or_default();
            let Some(scale) = of.scale else {
                let template = format!("{{}}的每个元素是{{}}的一个窗口内各元素之和{windows}。");
                return said(&template, [output, input]);
            };
            let template = format!("{{}}的每个元素是{{}}的一个窗口内各元素之和的{{}}倍{windows}。");
            return said(&template, [output, input, scale]);
        };
        let factor = if of.scale.is_none() { "" } else { "，再乘以{}" };
        let windows = windows.map(|w| format!("（{w}）")).unwrap_or_default();
        let template =
            format!("{{}}的每个元素是{{}}的一个窗口内各元素之和{windows}，除以{}{factor}。", counted(&divisor));
        said(&template, [output, input, divisor.over].into_iter().chain(of.scale))
    }

    fn window_max(&self, output: Math, input: Math, window: Option<&Window>) -> Inlines {
        let windows = window.map(|w| format!("：{}", windows(w))).unwrap_or_default();
        said(&format!("{{}}的每个元素是{{}}的一个窗口内的最大元素{windows}。"), [output, input])
    }

    fn recognised_upsample(&self, x: Math, of: Windowed) -> Inlines {
        let overlap = if of.overlap { "；窗口重叠处各份相加" } else { "" };
        let windows = of.window.as_ref().map(|w| format!("（{}）", windows(w))).unwrap_or_default();
        let upsampling = if of.tiles { "。这就是上采样" } else { "" };
        let Some(divisor) = of.divisor else {
            let template = format!("{{}}的每个元素乘以{{}}后铺满与之对应的窗口{windows}{overlap}{upsampling}：");
            return said(&template, [x, of.scale.unwrap_or_else(|| Math::integer(1))]);
        };
        let factor = if of.scale.is_none() { "" } else { "再乘以{}，" };
        let template = format!(
            "{{}}的每个元素除以{{}}，即{}，{factor}然后铺满该窗口{windows}{overlap}{upsampling}。",
            counted(&divisor)
        );
        said(&template, [x, divisor.places, divisor.over].into_iter().chain(of.scale))
    }

    fn divisors(&self) -> Inlines {
        plain("各窗口的除数为")
    }

    fn with_divisors(&self) -> Inlines {
        plain("全部元素合起来就是")
    }
}

impl ArrangementSentences for Chinese {
    fn enlarged(&self, tensor: Math, of: Math, ends: &[[i64; 2]]) -> Inlines {
        let sides: Vec<String> = ends.iter().map(|[low, high]| format!("前{low}后{high}")).collect();
        let each = if ends.len() == 1 { "" } else { "各轴依次为" };
        let text = format!("{{}}是在{{}}的边缘添上元素（{each}{}）而成的，添上的仍是{{}}的元素。", sides.join("、"));
        said(&text, [tensor, of.clone(), of])
    }

    fn rearranged(&self, tensor: Math, of: Math) -> Inlines {
        said("{}的每个元素都是{}的一个元素。", [tensor, of])
    }

    fn collected(&self, gradient: Math, of: Math) -> Inlines {
        said("{}的每个元素是{}中与其各个副本相对应的元素之和。", [gradient, of])
    }
}

impl UnreadSentences for Chinese {
    fn nothing_reads(&self, tensor: Math) -> Inlines {
        said("没有任何输出依赖于{}，因此其梯度的每个元素都是零：", [tensor])
    }

    fn nothing_changes(&self, tensor: Math) -> Inlines {
        said("每个输出对{}的导数都是零，因此其梯度的每个元素都是零：", [tensor])
    }

    fn unread(&self, tensor: Math, unread: Unread) -> Inlines {
        let where_they_lie = ["在最先被读的位置之前", "在最后被读的位置之后", "在被读的位置之间"];
        let mut places = Vec::new();
        for (lines, place) in unread.iter().zip(where_they_lie).filter(|(lines, _)| !lines.listed.is_empty()) {
            let mut parts = vec!["{}".to_string(); lines.listed.len()];
            parts.extend((lines.more > 0).then(|| format!("另外{}", amount(lines.more, "组"))));
            places.push(format!("{}{place}", list(&parts)));
        }
        let template = format!("{{}}并非每处都被读到：{}，它们的梯度都是零。", places.join("；"));
        said(&template, [tensor].into_iter().chain(unread.into_iter().flat_map(|lines| lines.listed)))
    }
}
