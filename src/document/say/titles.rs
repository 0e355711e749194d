//! The titles of layers: inside a line of English, and in Chinese.

/// Inside a line with a small first letter; a person's name and an acronym keep their capitals.
pub(super) fn english(text: &str, inside: bool) -> String {
    let word = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let marked = word.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit());
    if !inside || marked || NAMES.contains(&word) {
        return text.to_string();
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Names of persons that layers are called by.
const NAMES: [&str; 12] = [
    "Bernoulli",
    "Elman",
    "Euclidean",
    "Fourier",
    "Gaussian",
    "Gumbel",
    "Hadamard",
    "Hopfield",
    "Huber",
    "Laplace",
    "Minkowski",
    "Poisson",
];

/// The title in Chinese, or as it is.
pub(super) fn chinese(english: &str, _: bool) -> String {
    TITLES.iter().find(|(own, _)| *own == english).map_or(english, |(_, chinese)| chinese).to_string()
}

/// What the titles in the built-in layers' texts are in Chinese. Any other title stays as its author wrote it.
pub(super) const TITLES: [(&str, &str); 27] = [
    ("Activation", "激活函数"),
    ("Adaptive average pooling", "自适应平均池化"),
    ("Adaptive max pooling", "自适应最大池化"),
    ("Addition", "相加"),
    ("Average pooling", "平均池化"),
    ("Binary cross-entropy", "二元交叉熵"),
    ("Concatenation", "拼接"),
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
