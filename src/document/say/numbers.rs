//! Whole numbers in digits and in words.

/// `1,234`.
pub(super) fn english_digits(n: usize) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `five`, `13`.
pub(super) fn english_words(n: usize) -> String {
    let small =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    small.get(n).map_or_else(|| english_digits(n), ToString::to_string)
}

/// `1234`.
pub(super) fn chinese_digits(n: usize) -> String {
    n.to_string()
}

/// Small numbers in words, with 两 as it stands before a measure word.
pub(super) fn chinese_words(n: usize) -> String {
    let small = ["零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十"];
    small.get(n).map_or_else(|| chinese_digits(n), ToString::to_string)
}
