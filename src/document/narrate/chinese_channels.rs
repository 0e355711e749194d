//! The sentences on channels, batches and groups of sliding products, and on simple ones, in Chinese.

use super::chinese::{Chinese, amount, list, strides};
use super::chinese_titles::{plain, said};
use super::entries::{EntrySentences, Products};
use super::sentences::{ChannelSentences, Channels, Sign};
use super::simpler::{Simpler, SimplerSentences};
use crate::document::{Inlines, Math, Sliding};
use crate::operator::CorrelationAxis;

/// What a formula does not say of a sliding product: `补零和步幅`.
pub(super) fn understood(axes: &[CorrelationAxis]) -> Option<String> {
    let any = |test: fn(&CorrelationAxis) -> bool, word: &'static str| axes.iter().any(test).then_some(word);
    let parts: Vec<String> = [
        any(|a| a.low > 0 || a.high > 0, "补零"),
        any(|a| a.lhs_dilation > 1 || a.rhs_dilation > 1, "插零"),
        any(|a| a.low < 0 || a.high < 0, "裁边"),
        any(|a| a.stride > 1, "步幅"),
    ]
    .into_iter()
    .flatten()
    .map(str::to_string)
    .collect();
    (!parts.is_empty()).then(|| list(&parts))
}

fn places(letters: &[Math]) -> String {
    list(&letters.iter().map(|_| "{}".to_string()).collect::<Vec<_>>())
}

/// What the sliding product of a layer is, where it is first met: its sign is left open.
pub(super) fn sliding(sign: Sign, turned: bool, axes: &[CorrelationAxis]) -> String {
    let (product, kernel) = match (sign.sliding, turned) {
        (Sliding::Framework, true) => {
            ("滑动乘积，即深度学习框架所说的卷积", "严格地说是互相关；这里核先旋转180度，于是就是数学中的卷积")
        }
        (Sliding::Framework, false) => ("滑动乘积，即深度学习框架所说的卷积", "严格地说是互相关，因为核没有旋转"),
        (Sliding::Correlation, true) => ("互相关，即深度学习框架所说的卷积", "这里核先旋转180度，于是就是数学中的卷积"),
        (Sliding::Correlation | Sliding::Convolution, false) => ("互相关，即深度学习框架所说的卷积", "核不旋转"),
        (Sliding::Convolution, true) => ("数学意义上的卷积", "核旋转180度后滑动"),
    };
    let mut how = String::new();
    if axes.iter().any(|a| a.stride > 1) {
        how.push_str(&format!("，这里{}", strides(axes.iter().map(|a| a.stride))));
    }
    let sides: Vec<i64> = axes.iter().flat_map(|a| [a.low, a.high]).collect();
    if sides.iter().any(|&p| p > 0) {
        how.push_str(&if sides.iter().all(|&p| p == sides[0]) {
            format!("，四周各补{}圈零", sides[0])
        } else {
            let sides: Vec<String> = axes.iter().map(|a| format!("{}+{}", a.low.max(0), a.high.max(0))).collect();
            format!("，周围补零（各轴前后分别为{}）", sides.join("、"))
        });
    }
    if sides.iter().any(|&p| p < 0) {
        how.push_str("，核始终碰不到的部分略去");
    }
    format!("其中{{}}表示{product}（{kernel}）{how}")
}

impl ChannelSentences for Chinese {
    fn by_channels(&self, sign: Sign, turned: bool, axes: &[CorrelationAxis]) -> Inlines {
        said(&format!("逐通道写出，{}：", sliding(sign, turned, axes)), [sign.math()])
    }

    fn signs(&self, star: Math, convolution: Option<Math>) -> Inlines {
        match convolution {
            Some(sign) => said("符号{}表示互相关，核不旋转；{}表示数学意义上的卷积，核要旋转。", [star, sign]),
            None => said("符号{}表示互相关，核不旋转，即深度学习框架所说的卷积。", [star]),
        }
    }

    fn rows(&self) -> Inlines {
        plain("向量写成行向量。")
    }

    fn likewise(&self, sign: Math, derivative: Math) -> Inlines {
        said("{}是{}的简写，其他字母仿此。", [sign, derivative])
    }

    fn channels(&self, c: &Channels) -> Inlines {
        let mut parts = Vec::new();
        if !c.each.is_empty() {
            parts.push(format!("对每一组{}各有一个这样的乘积", places(&c.each)));
        }
        if !c.batch.is_empty() {
            parts.push(format!("对批次{}求和", places(&c.batch)));
        }
        if !c.channels.is_empty() {
            parts.push(format!("对核的通道{}求和", places(&c.channels)));
        }
        let mut text = parts.join("，");
        if !text.is_empty() {
            text.push('。');
        }
        if c.groups > 1 {
            text.push_str(&if c.group.is_some() {
                format!("通道分为{}（以{{}}编号），各组互不相干：核不会碰到别组的通道。", amount(c.groups, "组"))
            } else {
                format!("{}通道互不相干：每个通道有自己的核。", amount(c.groups, "个"))
            });
        }
        if text.is_empty() {
            return Vec::new();
        }
        said(&text, c.each.iter().chain(&c.batch).chain(&c.channels).chain(&c.group).cloned())
    }

    fn with_channels(&self, axes: &[CorrelationAxis]) -> Inlines {
        match understood(axes) {
            Some(parts) => plain(&format!("逐通道写出（{parts}略去不写）：")),
            None => plain("逐通道写出："),
        }
    }
}

impl SimplerSentences for Chinese {
    fn simpler(&self, x: Math, y: Math, what: Simpler) -> Inlines {
        match what {
            Simpler::Kernel { matrix: true } => {
                said("{}只有一个位置，其实没有滑动：在每个位置上都是一个矩阵乘以各通道。", [y])
            }
            Simpler::Kernel { matrix: false } => said("{}只有一个位置，其实没有滑动：它与{}的每个元素相乘。", [y, x]),
            Simpler::Operand { matrix: true } => said(
                "{}只有一个位置，其实没有滑动：在{}的每个位置上都是各通道组成的矩阵与它相乘，正如全连接层。",
                [x, y],
            ),
            Simpler::Operand { matrix: false } => said("{}只有一个位置，其实没有滑动：它与{}的每个元素相乘。", [x, y]),
            Simpler::Blocks { rest, channels } => {
                let zeros = if rest { "，最后一块之后都是零" } else { "" };
                if channels {
                    said(&format!("各个位置互不重叠：{{}}的每个元素在结果中独占一块{zeros}。"), [x])
                } else {
                    let text = format!(
                        "各个位置互不重叠：{{}}的每个元素与{{}}的乘积是结果中的一块，合起来就是两者的克罗内克积{zeros}。"
                    );
                    said(&text, [x, y])
                }
            }
        }
    }
}

impl EntrySentences for Chinese {
    fn products(&self, what: &Products) -> Inlines {
        match what {
            Products::Matrices => plain("全部元素合起来是一个矩阵乘积："),
            Products::Same { numbers } if numbers.is_empty() => plain("每个元素是下标相同的各元素之积："),
            Products::Same { numbers } => {
                let text =
                    format!("每个元素是下标相同的各元素之积，{}是一个数，是各个元素共有的因子：", places(numbers));
                let several =
                    format!("每个元素是下标相同的各元素之积，{}都是数，是各个元素共有的因子：", places(numbers));
                said(if numbers.len() == 1 { &text } else { &several }, numbers.clone())
            }
            Products::Entries => plain("每个元素是一个乘积："),
            Products::Sums { over } => said(&format!("每个元素是若干乘积对{}求和：", places(over)), over.clone()),
            Products::Several => plain("每个元素是若干乘积之和："),
            Products::Other => plain("全部元素合起来写成："),
        }
    }
}
