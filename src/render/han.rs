//! Where a line of Chinese may be broken: between any two characters, but not before a mark that closes, nor after one that opens.

use unicode_width::UnicodeWidthChar;

/// May a line end between these two neighbours, with nothing in between?
pub(super) fn breaks_between(before: char, after: char) -> bool {
    (is_wide(before) || is_wide(after)) && !opens(before) && !closes(after)
}

/// A character of a script that is written without spaces, or one of its marks.
pub(super) fn is_wide(c: char) -> bool {
    c.width() == Some(2)
}

/// The parts of a word between which a line may be broken.
pub(super) fn pieces(word: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut before) = (0, None);
    for (place, c) in word.char_indices() {
        if before.is_some_and(|b| breaks_between(b, c)) {
            found.push(&word[start..place]);
            start = place;
        }
        before = Some(c);
    }
    found.push(&word[start..]);
    found
}

fn opens(c: char) -> bool {
    matches!(
        c,
        '(' | '['
            | '\u{2018}'
            | '\u{201c}'
            | '\u{3008}'
            | '\u{300a}'
            | '\u{300c}'
            | '\u{300e}'
            | '\u{3010}'
            | '\u{ff08}'
    )
}

fn closes(c: char) -> bool {
    let ascii = matches!(c, ')' | ']' | ',' | '.' | ':' | ';' | '!' | '?');
    let quotes = matches!(c, '\u{2019}' | '\u{201d}' | '\u{3009}' | '\u{300b}' | '\u{300d}' | '\u{300f}' | '\u{3011}');
    ascii || quotes || matches!(c, '、' | '。' | '，' | '．' | '：' | '；' | '！' | '？' | '）')
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn marks_stay_with_what_they_belong_to() {
        assert_eq!(
            pieces("核（已旋转），在其上滑动。"),
            ["核", "（已", "旋", "转），", "在", "其", "上", "滑", "动。"]
        );
        assert_eq!(pieces("a，b：“右”、左"), ["a，", "b：", "“右”、", "左"]);
        assert_eq!(pieces("plain, (words)"), ["plain, (words)"]);
        assert_eq!(pieces(""), [""]);
    }
}
