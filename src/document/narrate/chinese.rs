//! The sentences in Chinese. "The layer below" is the one before (前一层), "the layer above" the one after (后一层): 上一层 could
//! be either.

use super::chinese_channels::{sliding, understood};
use super::chinese_titles::{plain, said, title};
use super::left_out::bounds;
use super::sentences::{Reach, Sentences, Sign, Turned};
use crate::document::{Inlines, Math, Op};
use crate::expr::{Role, Ties};
use crate::operator::CorrelationAxis;
use crate::recognise::Obstacle;

/// Chinese.
pub(super) struct Chinese;

pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Input => "输入",
        Role::Weight => "权重",
        Role::Bias => "偏置",
        Role::Output => "输出",
        Role::Intermediate => "中间量",
        Role::Target => "目标",
        Role::Adjoint => "梯度",
    }
}

/// A size, or what stands for one where there is no axis.
pub(super) fn size(shape: &str) -> &str {
    if shape.is_empty() { "标量" } else { shape }
}

/// `四个`, `16个`: small numbers as words, with 两 before the measure word.
pub(super) fn amount(n: usize, measure: &str) -> String {
    let small = ["零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十"];
    match small.get(n) {
        Some(word) => format!("{word}{measure}"),
        None => format!("{n}{measure}"),
    }
}

/// `甲、乙和丙`.
pub(super) fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{}和{last}", first.join("、")),
    }
}

/// Places for so many formulas.
pub(super) fn places(formulas: &[Math]) -> String {
    list(&vec!["{}".to_string(); formulas.len()])
}

/// `全部四个输出`.
fn all_of(reach: Reach) -> String {
    let what = noun(reach);
    if reach.count == 2 { format!("两个{what}") } else { format!("全部{}{what}", amount(reach.count, "个")) }
}

/// What a sum runs over.
fn noun(reach: Reach) -> &'static str {
    if reach.outputs { "输出" } else { "等式" }
}

/// `步幅为2`, or one for each axis.
pub(super) fn strides(steps: impl Iterator<Item = usize>) -> String {
    let all: Vec<String> = steps.map(|s| s.to_string()).collect();
    match all.as_slice() {
        [first, rest @ ..] if rest.iter().all(|s| s == first) => format!("步幅为{first}"),
        all => format!("各轴的步幅依次为{}", all.join("、")),
    }
}

/// `相邻元素之间插入一个零`.
fn spread_out(dilations: impl Iterator<Item = usize>) -> String {
    let gaps: Vec<usize> = dilations.map(|d| d - 1).collect();
    if gaps.iter().all(|g| *g == gaps[0]) {
        return format!("相邻元素之间插入{}零", amount(gaps[0], "个"));
    }
    let gaps: Vec<String> = gaps.iter().map(usize::to_string).collect();
    format!("相邻元素之间插入零（各轴依次为{}个）", gaps.join("、"))
}

/// What is done to the tensor that the kernel slides over, step by step: `四周补一圈零`.
fn prepared(axes: &[CorrelationAxis]) -> Vec<String> {
    let mut steps = Vec::new();
    if axes.iter().any(|a| a.lhs_dilation > 1) {
        steps.push(spread_out(axes.iter().map(|a| a.lhs_dilation)));
    }
    if axes.iter().any(|a| a.low > 0 || a.high > 0) {
        let sides: Vec<i64> = axes.iter().flat_map(|a| [a.low, a.high]).collect();
        let lines = sides[0].unsigned_abs() as usize;
        steps.push(match (sides.iter().all(|p| *p == sides[0]), axes.len()) {
            (true, 1) => format!("两端各补{}零", amount(lines, "个")),
            (true, _) => format!("四周补{}零", amount(lines, "圈")),
            (false, _) => {
                let sides = axes.iter().map(|a| format!("前{}后{}", a.low.max(0), a.high.max(0)));
                let each = if axes.len() == 1 { "" } else { "各轴依次为" };
                format!("边缘补零（{each}{}）", sides.collect::<Vec<_>>().join("、"))
            }
        });
    }
    if axes.iter().any(|a| a.low < 0 || a.high < 0) {
        let sides = axes.iter().map(|a| format!("前{}后{}", -a.low.min(0), -a.high.min(0)));
        let each = if axes.len() == 1 { "" } else { "各轴依次为" };
        steps.push(format!("边缘裁去一部分（{each}{}）", sides.collect::<Vec<_>>().join("、")));
    }
    steps
}

impl Sentences for Chinese {
    fn title(&self, layer: &str, sized: &[(Role, String)]) -> Inlines {
        let parts: Vec<String> = sized.iter().map(|(r, size)| format!("{}{size}", role(*r))).collect();
        plain(&format!("{}：{}", title(layer), parts.join("，")))
    }

    fn forward_heading(&self) -> Inlines {
        plain("前向计算")
    }

    fn gradient_heading(&self, r: Role, tensor: Math) -> Inlines {
        said(&format!("{}{{}}的梯度", role(r)), [tensor])
    }

    fn values_heading(&self) -> Inlines {
        plain("数值算例")
    }

    fn layer_takes(&self, read: &[(Role, Math, String)], output: (Math, String), on_the_way: usize) -> Inlines {
        let parts: Vec<String> = read.iter().map(|(r, _, s)| format!("{}{{}}（{}）", role(*r), size(s))).collect();
        let formulas = read.iter().map(|(_, tensor, _)| tensor.clone()).chain([output.0]);
        let way = match on_the_way {
            0 => String::new(),
            n => format!("，计算分步进行，中间得到{}张量", amount(n, "个")),
        };
        said(&format!("本层由{}算出输出{{}}（{}）{way}：", list(&parts), size(&output.1)), formulas)
    }

    fn as_matrices(&self, sign: Sign, turned: bool, axes: &[CorrelationAxis]) -> Inlines {
        said(&format!("写成矩阵形式，{}：", sliding(sign, turned, axes)), [sign.math()])
    }

    fn written_out(&self, n: usize) -> Inlines {
        plain(&if n == 1 {
            "展开写出：".to_string()
        } else {
            format!("逐个元素展开，共{}等式：", amount(n, "个"))
        })
    }

    fn written_out_few(&self, shown: usize, n: usize) -> Inlines {
        plain(&format!("逐个元素展开，共{}等式，这里写出其中{}：", amount(n, "个"), amount(shown, "个")))
    }

    fn notation(&self, loss: Math, error: Math, short: Option<(Math, Math)>) -> Inlines {
        let known = "设{}为损失。误差{}由后一层传来，视为已知";
        match short {
            Some((sign, derivative)) => {
                said(&format!("{known}；{{}}是{{}}的简写，其他字母仿此。"), [loss, error, sign, derivative])
            }
            None => said(&format!("{known}。"), [loss, error]),
        }
    }

    fn activation_below(&self, activation: Math) -> Inlines {
        said("设输入是前一层激活函数的输出，即{}。由链式法则，前一层的误差为", [activation])
    }

    fn left_to_find(&self, gradient: Math) -> Inlines {
        said("因此只需求出{}。", [gradient])
    }

    fn chain_through_all(&self, entry: Math, several: bool, reach: Reach) -> Inlines {
        let what = noun(reach);
        let subject = if several { "每个{}都" } else { "{}" };
        let template = if reach.count == 1 {
            format!("{subject}出现在唯一的{what}中。由链式法则，其梯度只来自这一个{what}的误差：")
        } else {
            format!("{subject}出现在{}中。由链式法则，其梯度汇集了每个{what}的误差：", all_of(reach))
        };
        said(&template, [entry])
    }

    fn chain_with_zeros(&self, entry: Math, several: bool, reach: Reach) -> Inlines {
        let (each, what) = (if several { "每个" } else { "" }, noun(reach));
        let rest = format!("不含它的{what}贡献为零：");
        let template = if reach.count == 1 {
            format!("由链式法则，{each}{{}}的梯度只来自唯一的{what}的误差；{rest}")
        } else {
            format!("由链式法则，{each}{{}}的梯度汇集了{}的误差，其中{rest}", all_of(reach))
        };
        said(&template, [entry])
    }

    fn chain_contributing(&self, entry: Math, several: bool, (least, most): (usize, usize), reach: Reach) -> Inlines {
        let (what, n) = (noun(reach), reach.count);
        let range = if least == most { least.to_string() } else { format!("{least}至{most}") };
        let each = if several { "每个" } else { "" };
        let template = format!(
            "由链式法则，{each}{{}}的梯度汇集了含有它的各个{what}的误差。在全部{n}个{what}中，含有它的有{range}个；其余{what}贡献为零，不再写出："
        );
        said(&template, [entry])
    }

    fn few_entries(&self, shown: usize, n: usize) -> Inlines {
        plain(&format!("共{}元素，这里写出其中{}。", amount(n, "个"), amount(shown, "个")))
    }

    fn in_index_form(&self) -> Inlines {
        plain("各元素可以统一写成通式：")
    }

    fn recognised_correlation(&self, x: Math, y: Math, how: Turned, full: bool, axes: &[CorrelationAxis]) -> Inlines {
        let (rot180, convolved) = (how != Turned::No, how == Turned::BySign);
        let sign = convolved.then_some(Math::Op(Op::Slide));
        let steps = prepared(axes);
        let mut slides = String::new();
        let wide = axes.iter().any(|a| a.rhs_dilation > 1);
        let spread = || spread_out(axes.iter().map(|a| a.rhs_dilation));
        let turned = match (rot180, wide) {
            (false, false) => String::new(),
            (true, false) => "旋转180度后".to_string(),
            (false, true) => format!("在{}后", spread()),
            (true, true) => format!("旋转180度并在{}后", spread()),
        };
        if axes.iter().any(|a| a.stride > 1) {
            slides = format!("（{}）", strides(axes.iter().map(|a| a.stride)));
        }
        let kind = match (full, steps.is_empty() && !wide) {
            (_, _) if convolved => "旋转已包含在符号{}中：这就是数学意义上的卷积。",
            (true, _) => "这就是“完全”互相关。",
            (false, true) => "这就是“有效”互相关：核始终不超出它所滑过的范围。",
            (false, false) => "",
        };
        if steps.is_empty() {
            let template = format!("全部元素合起来是一个滑动乘积：核{{}}{turned}在{{}}上滑动{slides}。{kind}");
            return said(&template, [y, x].into_iter().chain(sign));
        }
        let template = format!(
            "全部元素合起来是一个滑动乘积：先在{{}}的{}，再让核{{}}{turned}在其上滑动{slides}。{kind}",
            steps.join("，")
        );
        said(&template, [x, y].into_iter().chain(sign))
    }

    fn recognised_route(&self, x: Math, through: Math, indicator: Option<Math>, ties: Ties) -> Inlines {
        let Some(indicator) = indicator else {
            let goes = match ties {
                Ties::First => "传到{}的相应窗口中按行优先次序的第一个最大元素处",
                Ties::Split => "由{}的相应窗口中的各个最大元素平分",
                Ties::All => "完整地传到{}的相应窗口中的每个最大元素处",
            };
            let template = format!("{{}}的每个元素{goes}，其余元素得零。这就是按最大值位置进行的上采样：");
            return said(&template, [x, through]);
        };
        let (convention, effect) = match ties {
            Ties::First => (
                "按行优先的次序，窗口中第一个等于最大值的元素所对应的{}为1，其余为0；若有并列最大值，误差只传给第一个",
                "{}的每个元素都传到{}的相应窗口中已记录的最大值处",
            ),
            Ties::Split => (
                "窗口中若有几个元素同为最大值，它们所对应的{}各等于个数的倒数，其余为0；误差由它们均分",
                "{}的每个元素由{}的相应窗口中的各个最大值平分",
            ),
            Ties::All => (
                "窗口中凡等于最大值的元素，所对应的{}都为1，其余为0；若有并列最大值，每个都得到全部误差",
                "{}的每个元素都完整地传到{}的相应窗口中的每个最大值处",
            ),
        };
        let template = format!("{convention}。因此，{effect}，其余元素得零。这就是按最大值位置进行的上采样：");
        said(&template, [indicator, x, through])
    }

    fn recognised_identity(&self, x: Math) -> Inlines {
        said("全部元素合起来就是{}本身：", [x])
    }

    fn recognised_sum(&self, x: Math, along: Option<(usize, usize)>) -> Inlines {
        let template = match along {
            None => "这就是{}的全部元素之和：".to_string(),
            Some((1, 2)) => "这就是{}沿一个轴求和，另一个轴上的各个位置用冒号表示：".to_string(),
            Some((axes, _)) => format!("这就是{{}}沿{}轴求和，其余各轴上的位置用冒号表示：", amount(axes, "个")),
        };
        said(&template, [x])
    }

    fn recognised_broadcast(&self, ones: Math) -> Inlines {
        said("写成张量形式，其中{}是元素全为1的向量：", [ones])
    }

    fn recognised_hadamard(&self, factors: &[Math]) -> Inlines {
        said(&format!("全部元素合起来是{}的逐元素乘积：", places(factors)), factors.to_vec())
    }

    fn recognised_several(&self) -> Inlines {
        plain("全部元素合起来写成：")
    }

    fn recognised_reshape(&self, x: Math) -> Inlines {
        said("全部元素就是{}的元素，按行优先的次序重新排列：", [x])
    }

    fn with_whole_tensors(&self, axes: &[CorrelationAxis]) -> Inlines {
        match understood(axes) {
            Some(parts) => plain(&format!("写成张量形式（{parts}略去不写）：")),
            None => plain("写成张量形式："),
        }
    }

    fn no_operator(&self, entries: usize, why: Option<Obstacle>, index_form: bool) -> Inlines {
        let why = match why {
            None => "",
            Some(Obstacle::Zero) => return plain("全部元素都是零。"),
            Some(Obstacle::Factors) => "（并非每一项都是元素的乘积）",
            Some(Obstacle::Kinds) => "（各项的种类太多）",
            Some(Obstacle::Coefficients) => "（系数随元素而变）",
            Some(Obstacle::Spacing) => "（汇入同一元素的各项并非等距）",
            Some(Obstacle::Terms) => "（乘开后项数过多，没有进一步查找）",
            Some(Obstacle::Pairing) => "（没有已知的算子这样搭配各项的因子）",
        };
        let result = if index_form { "上面的下标公式" } else { "上面的各个等式" };
        plain(&format!("没有找到与这{}元素相符的张量算子{why}，{result}就是结果。", amount(entries, "个")))
    }

    fn bias_shared(&self, bias: Math) -> Inlines {
        said("这里的偏置是共享的：同一个数{}加到每个输出上，所以它汇集了全部输出的误差。", [bias])
    }

    fn bias_untied(&self, bias: Math) -> Inlines {
        said("这里的偏置不共享：每个输出各有自己的{}，它只与该输出的误差有关。", [bias])
    }

    fn were_it_untied(&self, bias: Math) -> Inlines {
        said("不共享的偏置与此不同。假如每个输出各有自己的{}，那么它只得到该输出的误差：", [bias])
    }

    fn were_it_shared(&self, bias: Math) -> Inlines {
        said("大多数卷积层的偏置是共享的，与此不同。假如把同一个数{}加到每个输出上，它就会汇集全部误差：", [bias])
    }

    fn given(&self) -> Inlines {
        plain("已知")
    }

    fn upstream_ones(&self, error: Math) -> Inlines {
        said("没有给出后一层传来的误差，{}的元素都取为1。", [error])
    }

    fn results(&self, rounded: bool) -> Inlines {
        plain(if rounded {
            "代入这些数值，结果如下，其中带小数点的是近似值："
        } else {
            "代入这些数值，结果为"
        })
    }

    fn more_slices(&self, tensor: Math, more: usize) -> Inlines {
        said(&format!("{{}}另有{}未列出。", amount(more, "个切片")), [tensor])
    }

    fn not_worked_out(&self, tensors: &[Math]) -> Inlines {
        let template = format!("{}没有数值结果：所依赖的量或未给出，或没有值。", places(tensors));
        said(&template, tensors.to_vec())
    }

    fn term_count(&self, n: usize) -> String {
        format!("({n})")
    }

    fn terms_left_out(&self, counts: &[u32], of_each: bool) -> String {
        let (least, most) = bounds(counts);
        match counts {
            [count] => format!("（{}略去{count}项）", if of_each { "各式" } else { "" }),
            _ if least == most => format!("（每处略去{least}项）"),
            [_, _] | [_, _, _] => {
                let numbers: Vec<String> = counts.iter().map(u32::to_string).collect();
                format!("（{}依次略去{}项）", if of_each { "各式" } else { "" }, numbers.join("、"))
            }
            _ => format!("（每处略去{least}至{most}项）"),
        }
    }

    fn counts_explained(&self) -> Inlines {
        plain("较长的和式只写出首尾几项，式末括号内是总项数。")
    }
}
