//! A command line taken apart as a shell does it, as far as the tests need.

/// The words of a line: single quotes keep blanks together, and a comment or a redirection ends it.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut quoted, mut open) = (false, false);
    for c in line.chars() {
        match c {
            '\'' => {
                // an empty pair of quotes is a word too
                if !open {
                    words.push(String::new());
                }
                (quoted, open) = (!quoted, true);
            }
            '#' | '>' if !quoted => break,
            c if c.is_whitespace() && !quoted => open = false,
            c => {
                if !open {
                    words.push(String::new());
                    open = true;
                }
                words.last_mut().expect("a word is open").push(c);
            }
        }
    }
    words
}
