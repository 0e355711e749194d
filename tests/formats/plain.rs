//! What text in ASCII is to be, from text in Unicode: each sign has one that stands for it.

/// Text in ASCII without blanks and lines below headings, from text in either alphabet.
pub(crate) fn bare(text: &str) -> String {
    let words = text.lines().filter(|line| !line.chars().all(|c| "=-~".contains(c)));
    let text = words.collect::<Vec<_>>().join("\n");
    // the brackets of matrices keep a distance; a raised product of levels is in brackets
    let text = text
        .replace("( ", "[")
        .replace(" )", "]")
        .replace("^(l-1)", "^l-1")
        .replace(" * ", "\u{2217}")
        .replace(" .* ", "\u{2299}")
        .replace(" (*)", "\u{22c6}");
    let mut out = String::new();
    let mut before = ' ';
    for c in text.chars() {
        let (lowered, raised) = (below(c).is_some(), above(c).is_some());
        out.push_str(if lowered && below(before).is_none() { "_" } else { "" });
        out.push_str(if raised && above(before).is_none() && before != '^' { "^" } else { "" });
        match SIGNS.iter().find(|(own, _)| *own == c) {
            Some((_, spelled)) => out.push_str(spelled),
            None => match below(c).or_else(|| above(c)).or_else(|| bold(c)) {
                Some(plain) => out.push(plain),
                // a factor beside a factor
                None if c.is_whitespace() || matches!(c, '\u{b7}' | '*') => {}
                None => match greek(c) {
                    Some(name) => out.push_str(&name),
                    None => out.push(c),
                },
            },
        }
        before = c;
    }
    out
}

const SIGNS: [(char, &str); 34] = [
    ('\u{25a1}', "___"),
    ('\u{2217}', "*"),
    ('\u{22c6}', "(*)"),
    ('\u{2299}', ".*"),
    ('\u{2298}', "./"),
    ('\u{2264}', "<="),
    ('\u{2260}', "!="),
    ('\u{2228}', "or"),
    ('\u{2192}', "->"),
    ('\u{2190}', "<-"),
    ('\u{2248}', "~"),
    ('\u{d7}', "x"),
    ('\u{2191}', "up"),
    ('\u{22ef}', "..."),
    ('\u{22ee}', ":"),
    ('\u{22f1}', "..."),
    ('\u{2207}', "grad"),
    ('\u{2202}', "del"),
    ('\u{2032}', "'"),
    ('\u{2211}', "sum"),
    ('\u{220f}', "prod"),
    ('\u{1d7cf}', "ones"),
    ('\u{221a}', "sqrt"),
    ('\u{221b}', "root3"),
    ('\u{221c}', "root4"),
    ('\u{239b}', "["),
    ('\u{239c}', "["),
    ('\u{239d}', "["),
    ('\u{239e}', "]"),
    ('\u{239f}', "]"),
    ('\u{23a0}', "]"),
    ('\u{2212}', "-"),
    ('\u{201c}', "\""),
    ('\u{201d}', "\""),
];

fn below(c: char) -> Option<char> {
    u32::from(c).checked_sub(0x2080).and_then(|digit| char::from_digit(digit, 10))
}

fn above(c: char) -> Option<char> {
    const RAISED: &str =
        "\u{2070}\u{b9}\u{b2}\u{b3}\u{2074}\u{2075}\u{2076}\u{2077}\u{2078}\u{2079}\u{207b}\u{1d40}\u{2e1}";
    RAISED.chars().zip("0123456789-Tl".chars()).find(|(own, _)| *own == c).map(|(_, plain)| plain)
}

/// The letter of a bold one; of a Greek one the letter that is not bold.
fn bold(c: char) -> Option<char> {
    let from = |bold: u32, first: char| char::from_u32(u32::from(c) - bold + u32::from(first));
    match u32::from(c) {
        0x1d400..=0x1d419 => from(0x1d400, 'A'),
        0x1d41a..=0x1d433 => from(0x1d41a, 'a'),
        _ => None,
    }
}

/// The name of a Greek letter, bold or not.
fn greek(c: char) -> Option<String> {
    const NAMES: [&str; 25] = [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
        "xi", "omicron", "pi", "rho", "", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ];
    let code = u32::from(c);
    let small = code
        .checked_sub(0x3b1)
        .or(None)
        .filter(|place| *place < 25)
        .or_else(|| code.checked_sub(0x1d6c2).filter(|place| *place < 25));
    let large = code
        .checked_sub(0x391)
        .filter(|place| *place < 25)
        .or_else(|| code.checked_sub(0x1d6a8).filter(|place| *place < 25));
    let name = NAMES[small.or(large)? as usize];
    let capital = name.chars().next()?.to_ascii_uppercase();
    Some(if small.is_some() { name.to_string() } else { format!("{capital}{}", &name[1..]) })
}
