//! Draws that are the same on every run, and names: every letter, Greek words, words with underscores.

/// Pseudo-random draws (splitmix64).
pub(crate) struct Draw(u64);

impl Draw {
    /// The sequence of a seed.
    pub(crate) fn new(seed: u64) -> Draw {
        Draw(seed.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(0x2545_f491_4f6c_dd1d))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    /// Yes in so many of a hundred cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of a list.
    pub(crate) fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// Lets go of some of a list, and keeps the order.
    pub(crate) fn some_of<T: Copy>(&mut self, list: &[T], percent: usize) -> Vec<T> {
        list.iter().copied().filter(|_| self.chance(percent)).collect()
    }
}

/// Names of more than a letter.
const WORDS: [&str; 58] = [
    "alpha", "beta", "gamma", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi",
    "rho", "sigma", "tau", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma",
    "Phi", "Psi", "Omega", "att", "gate", "score", "key", "hidden", "row", "W_f", "w_in", "h_t", "x_12", "b_hh", "x1",
    "w2", "W10", "aa", "ab", "Wx", "dz", "da", "grad", "vec", "pad", "rot", "exp", "tr", "ones", "first",
];

/// Letters that formulas use for indices, sums and steps, or give a meaning to: as names of tensors they are what goes wrong first.
const TROUBLE: &str = "ijklmnpqrstuvocghdefzaxywCTL";

/// A name that is free.
pub(crate) fn name(draw: &mut Draw, free: impl Fn(&str) -> bool) -> String {
    loop {
        let letter = |draw: &mut Draw, from: &str| char::from(draw.one_of(from.as_bytes())).to_string();
        let name = match draw.below(10) {
            0..=3 => letter(draw, TROUBLE),
            4..=5 => letter(draw, "abcdefghijklmnopqrstuvwxyz"),
            6..=7 => letter(draw, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            _ => draw.one_of(&WORDS).to_string(),
        };
        if free(&name) {
            return name;
        }
    }
}
