//! Greek letters and the names that the layer language has for them, which are those of LaTeX and Typst too.

/// Those that have a name of their own there: the others look like Latin letters.
const NAMES: [&str; 34] = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi",
    "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
];

/// The letters, in the order of their names.
const LETTERS: &str = "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ";

/// The Greek letter of this name.
pub fn greek(name: &str) -> Option<char> {
    let place = NAMES.iter().position(|known| *known == name)?;
    LETTERS.chars().nth(place)
}

/// The name of a Greek letter.
pub fn greek_name(letter: char) -> Option<&'static str> {
    LETTERS.chars().position(|known| known == letter).map(|place| NAMES[place])
}

/// One Latin letter, or the name of a Greek one.
pub fn is_letter(word: &str) -> bool {
    word.chars().count() == 1 || NAMES.contains(&word)
}
