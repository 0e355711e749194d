//! Chinese titles of the built-in layers, and how Chinese and other letters are set side by side.

use super::sentences::words;
use crate::document::{Inline, Inlines, Math};

/// What the titles in the built-in layers' texts are in Chinese. Any other title stays as its author wrote it.
const TITLES: [(&str, &str); 26] = [
    ("Activation", "激活函数"),
    ("Adaptive average pooling", "自适应平均池化"),
    ("Adaptive max pooling", "自适应最大池化"),
    ("Addition", "相加"),
    ("Average pooling", "平均池化"),
    ("Binary cross-entropy", "二元交叉熵"),
    ("Convolution", "卷积"),
    ("Cross-entropy", "交叉熵"),
    ("Dense layer", "全连接"),
    ("Exponential", "指数函数"),
    ("Flattening", "展平"),
    ("Gaussian error linear unit", "高斯误差线性单元"),
    ("Hyperbolic tangent", "双曲正切函数"),
    ("Leaky rectified linear unit", "带泄漏的修正线性单元"),
    ("Logarithm of softmax", "softmax 的对数"),
    ("Lp pooling", "Lp 池化"),
    ("Max pooling", "最大池化"),
    ("Mean squared error", "均方误差"),
    ("Negative log-likelihood", "负对数似然"),
    ("Rectified linear unit", "修正线性单元"),
    ("Reshaping", "改变形状"),
    ("Sigmoid", "sigmoid 函数"),
    ("Sigmoid linear unit", "sigmoid 线性单元"),
    ("Softmax", "softmax 函数"),
    ("Softplus", "softplus 函数"),
    ("Transposed convolution", "转置卷积"),
];

/// The title in Chinese, or as it is.
pub(super) fn title(english: &str) -> &str {
    TITLES.iter().find(|(own, _)| *own == english).map_or(english, |(_, chinese)| chinese)
}

/// Words alone.
pub(super) fn plain(text: &str) -> Inlines {
    vec![Inline::Text(spaced(text))]
}

/// Words with formulas in the places marked `{}`.
pub(super) fn said(template: &str, formulas: impl IntoIterator<Item = Math>) -> Inlines {
    words(&spaced(template), formulas)
}

/// A space wherever a Chinese character meets a Latin letter, a digit or a formula; none beside full-width punctuation, which has
/// room of its own.
fn spaced(text: &str) -> String {
    let other = |c: char| c.is_ascii_alphanumeric() || matches!(c, '{' | '}');
    let mut out = String::new();
    let mut before = None;
    for c in text.chars() {
        if before.is_some_and(|b| is_character(b) && other(c) || other(b) && is_character(c)) {
            out.push(' ');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

fn is_character(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::{TITLES, spaced, title};

    #[test]
    fn chinese_keeps_its_distance_from_other_letters() {
        assert_eq!(spaced("由输入{}（3×3）和权重{}得4个数，即{}。"), "由输入 {}（3×3）和权重 {} 得 4 个数，即 {}。");
    }

    #[test]
    fn every_built_in_layer_has_a_title() {
        for layer in crate::layer::builtins() {
            let file = crate::syntax::parse(&layer.source()).expect("built-in layers parse");
            let english = file.layers[0].title.clone().expect("built-in layers have titles");
            assert_ne!(title(&english), english, "{}", layer.name);
        }
        assert_eq!(TITLES.len(), crate::layer::builtins().len());
        assert_eq!(title("My own layer"), "My own layer");
    }
}
