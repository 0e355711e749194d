//! The sentences on functions and nets in Chinese.

use super::chinese::{Chinese, amount, places, role, size};
use super::chinese_titles::{plain, said, title};
use super::functions::{FRACTIONAL_POWERS, defined};
use super::sentences::{ChannelSentences, NetSentences};
use super::signs::Met;
use crate::document::figure::Told;
use crate::document::{Inlines, Math};
use crate::expr::{Role, Ties};

impl NetSentences for Chinese {
    fn function(&self, name: &str) -> Option<Inlines> {
        let formulas = defined(name)?;
        let template = match name {
            "sigma" => "除可导外，对{}不作任何假定；其导数记作{}。",
            "Phi" => "这里{}是标准正态分布的分布函数，{}是它的密度函数。",
            "relu" => {
                "这里{}在{}为正时等于{}，否则等于0。其导数{}在{}为正时等于1，否则等于0；在0处导数不存在，约定取0。"
            }
            "abs" => {
                "这里{}等于{}（当{}为正时），否则等于{}。其导数{}在{}为正时等于1，为负时等于{}；在0处导数不存在，约定取0。"
            }
            "sign" => "这里{}在{}为正时等于1，为负时等于{}，为0时等于0。其导数为0；在0处导数不存在，约定取0。",
            FRACTIONAL_POWERS => {
                "根式和分数次幂只在底数非负时有值，在底数为正时可导；在0处只有指数大于1的才可导，导数为0。"
            }
            _ if formulas.is_empty() => "根式只在被开方数非负时有值，只在其为正时可导。",
            _ => "这里{}即{}。",
        };
        Some(said(template, formulas))
    }

    fn met(&self, what: Met, sign: Math) -> Inlines {
        let template = match what {
            Met::Product => "符号{}表示逐元素相乘。",
            Met::Quotient => "符号{}表示逐元素相除。",
            Met::Colon => return plain("下标处的冒号表示该下标取遍所有值。"),
            Met::Vector => "函数{}把张量的元素按行优先的次序排成一个向量。",
            Met::Reshape => "函数{}把张量的元素按行优先的次序排成另一种形状。",
            Met::Spread => "{}后的数表示相邻元素相隔几格（各轴依次），中间补零。",
            Met::Pad => "{}下方的数表示沿各轴在前后补多少行零；负数表示截去。",
            Met::Step => "{}下方的数是后者在前者上滑动的步长，从第一个位置开始，直到放不下为止。",
            Met::Ones => "{}的元素全为一。",
            Met::Upsample => "函数{}把每个元素重复填满结果的一块，各块并排铺满结果。",
            Met::Route(Ties::First) => {
                "函数{}把前者的每个元素送到后者相应窗口中最大元素的位置，若有多个则取阅读次序的第一个；其余为零。"
            }
            Met::Route(Ties::Split) => {
                "函数{}把前者的每个元素送到后者相应窗口中最大元素的位置，若有多个则平分；其余为零。"
            }
            Met::Route(Ties::All) => {
                "函数{}把前者的每个元素送到后者相应窗口中最大元素的位置，若有多个则各得全部；其余为零。"
            }
            Met::WindowMax => "函数{}给出每个窗口中最大的元素。",
            Met::Share(Ties::First) => "这里{}在等式成立时为1，若有多个相等则只取第一个；否则为0。",
            Met::Share(Ties::Split) => "这里{}在等式不成立时为0；最大值的元素中使等式成立的平分1。",
            Met::Share(Ties::All) => "这里{}在等式成立时为1，否则为0。",
            Met::Star => return self.signs(sign, None),
        };
        said(template, [sign])
    }

    fn assumed(&self, equation: Math) -> Inlines {
        said("这里假定{}。", [equation])
    }

    fn net_title(&self, title: Option<&str>, stages: &[&str], input: &str) -> Inlines {
        plain(&format!("{}：{}，输入{input}", title.unwrap_or("网络"), stages.join(" \u{2192} ")))
    }

    fn net_heading(&self) -> Inlines {
        plain("前向计算")
    }

    fn net_takes(&self, input: Math, shape: &str, layers: usize) -> Inlines {
        let size = size(shape);
        if layers == 0 {
            return said(&format!("输入{{}}（{size}）直接进入损失函数。"), [input]);
        }
        let passes =
            if layers == 1 { "经过一层".to_string() } else { format!("依次经过{}", amount(layers, "层")) };
        said(&format!("输入{{}}（{size}）{passes}。字母右上角的数字是它所属的层号，不是指数。"), [input])
    }

    fn layer_heading(&self, number: u32, titles: &[&str]) -> Inlines {
        let titles: Vec<&str> = titles.iter().map(|t| title(t)).collect();
        plain(&format!("第{number}层：{}", titles.join("、")))
    }

    fn loss_heading(&self, english: &str) -> Inlines {
        plain(&format!("损失：{}", title(english)))
    }

    fn stage_reads(&self, read: &[(Role, Math, String)], (output, shape): (Math, String)) -> Inlines {
        let parts: Vec<String> = read.iter().map(|(r, _, s)| format!("{}为{{}}（{}）", role(*r), size(s))).collect();
        let mut formulas: Vec<Math> = read.iter().map(|(_, math, _)| math.clone()).collect();
        formulas.push(output);
        let start =
            if parts.is_empty() { "由此得".to_string() } else { format!("设{}，则得", parts.join("，")) };
        said(&format!("{start}{{}}（{}）：", size(&shape)), formulas)
    }

    fn stage_joins(&self, inputs: &[Math]) -> Inlines {
        said(&format!("{}在此汇合：", places(inputs)), inputs.to_vec())
    }

    fn errors_heading(&self) -> Inlines {
        plain("误差：从最后一层到第一层")
    }

    fn errors_intro(&self, loss: Math, known: Option<Math>, error: Option<Math>, several: bool) -> Inlines {
        let mut template = match &known {
            Some(_) => "设损失为{}，只知道它的导数{}。".to_string(),
            None => "损失为{}。".to_string(),
        };
        let mut formulas: Vec<Math> = std::iter::once(loss).chain(known).collect();
        if let Some(error) = &error {
            template.push_str("第{}层的误差是{}。");
            formulas.extend([Math::name("l"), error.clone()]);
        }
        let each = if error.is_some() { "误差" } else { "导数" };
        template.push_str(&format!("由链式法则，每个{each}都可由其后的{each}推出。"));
        if several && error.is_some() {
            template.push_str("每一层的标题下是该层自己的误差，它经由后一层的等式传回。");
        }
        said(&template, formulas)
    }

    fn loss_alone_heading(&self) -> Inlines {
        plain("损失的导数")
    }

    fn loss_alone(&self, loss: Math, input: Math) -> Inlines {
        said("下面求损失{}对输入{}的导数。", [loss, input])
    }

    fn read_often(&self, tensor: Math, readers: usize) -> Inlines {
        said(&format!("{{}}被用到{}，各处传回的误差要相加：", amount(readers, "次")), [tensor])
    }

    fn assumption_fails(&self) -> Inlines {
        plain("这些数值不满足上面的假定，因此用到该假定的最后一种形式对它们不成立。以下结果没有用到该假定。")
    }

    fn used_assumption(&self, equation: Math) -> Inlines {
        said("最后一步用到假定{}。", [equation])
    }

    fn as_one_equation(&self) -> Inlines {
        plain("合写成一个等式：")
    }

    fn parameters_heading(&self) -> Inlines {
        plain("权重和偏置的梯度")
    }

    fn parameters_intro(&self) -> Inlines {
        plain("误差求出之后，再用一次链式法则，就得到各个权重和偏置的梯度。")
    }

    fn summary_heading(&self) -> Inlines {
        plain("小结")
    }

    fn summary_layer(&self) -> Inlines {
        plain("层")
    }

    fn summary_error(&self) -> Inlines {
        plain("误差")
    }

    fn summary_weight(&self) -> Inlines {
        plain("权重")
    }

    fn summary_bias(&self) -> Inlines {
        plain("偏置")
    }

    fn summary_formulas(&self) -> Inlines {
        plain("误差与梯度")
    }

    fn summary_stages(&self, number: u32, stages: &[&str]) -> Inlines {
        plain(&format!("{number}：{}", stages.join("、")))
    }

    fn network_caption(&self, told: Told, left_out: &[Math]) -> Inlines {
        let weights = match told {
            Told::Nothing => "",
            Told::Styles => "样式相同的连线共用同一个权重。",
            Told::SomeStyles => "样式相同的彩色连线共用同一个权重，其余连线的权重未标出。",
            Told::Labels => "权重标在连线上。",
            Told::Own => "任何两条连线都不共用权重。",
            Told::TooMany => "共用的权重太多，无法用线型区分。",
        };
        let lines = "每条连线由输入的元素指向由它算得的元素。";
        said(&format!("{lines}{weights}{}", not_drawn(left_out.len())), left_out.to_vec())
    }

    fn network_listing(&self, weights: bool, left_out: &[Math]) -> Inlines {
        let weights = if weights { "，括号中是权重" } else { "" };
        let text = format!("每个元素由哪些元素算出{weights}。{}", not_drawn(left_out.len()));
        said(&text, left_out.to_vec())
    }

    fn network_alt(&self, columns: &[usize], lines: usize, shared: usize) -> String {
        let nodes: Vec<String> = columns.iter().map(usize::to_string).collect();
        let shared = match shared {
            0 => String::new(),
            n => format!("；{n} 个权重各用一种线型"),
        };
        format!("从左到右各列依次有 {} 个节点，由 {lines} 条连线相连{shared}。", nodes.join("、"))
    }

    fn network_left_out(&self, nodes: usize, lines: usize, columns: usize) -> Inlines {
        plain(&format!("连接图太大，不再画出：每列最多画{nodes}个节点，总共最多{lines}条线、{columns}列。"))
    }
}

/// The letters that a picture leaves out.
fn not_drawn(n: usize) -> String {
    if n == 0 { String::new() } else { format!("未画出{}。", vec!["{}"; n].join("、")) }
}
