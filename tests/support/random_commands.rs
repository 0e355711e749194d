//! Random command lines of the built-in layers, with all their options.

use crate::random::Draw;

/// The words of a seed, without the program's name.
pub(crate) fn random_command(seed: u64) -> String {
    let mut draw = Draw::new(seed ^ 0x776f_7264);
    let axes = draw.one_of(&[1, 1, 2, 2, 2, 3]);
    let mut maker = Maker { draw, axes, words: Vec::new() };
    match maker.draw.below(10) {
        0..=4 => maker.convolution(),
        5 => maker.dense(),
        6 => maker.adaptive(),
        _ => maker.pooling(),
    }
    maker.common();
    maker.words.join(" ")
}

struct Maker {
    draw: Draw,
    axes: usize,
    words: Vec<String>,
}

impl Maker {
    fn word(&mut self, word: impl Into<String>) {
        self.words.push(word.into());
    }

    /// An option now and then.
    fn maybe(&mut self, percent: usize, words: &[&str]) {
        if self.draw.chance(percent) {
            let word = self.draw.one_of(words);
            self.word(word);
        }
    }

    /// Numbers for all axes: one, or one for each.
    fn numbers(&mut self, low: i64, high: i64) -> String {
        let count = if self.draw.chance(40) { 1 } else { self.axes };
        (0..count).map(|_| self.draw.between(low, high).to_string()).collect::<Vec<_>>().join("x")
    }

    fn list(&mut self, option: &str, percent: usize, low: i64, high: i64) {
        if self.draw.chance(percent) {
            let list = self.numbers(low, high);
            self.word(format!("--{option} {list}"));
        }
    }

    fn input(&mut self, low: i64) {
        let high = [7, 5, 3][self.axes - 1];
        let sizes: Vec<String> = (0..self.axes).map(|_| self.draw.between(low.min(high), high).to_string()).collect();
        self.word(format!("--input {}", sizes.join("x")));
    }

    /// Lines around an axis, on both sides alike or not.
    fn padding(&mut self, option: &str, most: i64) {
        let pair = self.draw.chance(30);
        let count = if self.draw.chance(40) { 1 } else { self.axes };
        let one = |draw: &mut Draw| match pair {
            true => format!("{},{}", draw.between(0, most), draw.between(0, most)),
            false => draw.between(0, most).to_string(),
        };
        let list: Vec<String> = (0..count).map(|_| one(&mut self.draw)).collect();
        self.word(format!("--{option} {}", list.join("x")));
    }

    fn convolution(&mut self) {
        self.word("conv");
        self.input(3);
        let kernel = self.numbers(1, 3);
        self.word(format!("--kernel {kernel}"));
        self.list("stride", 40, 1, 3);
        self.list("dilation", 25, 1, 2);
        match self.draw.below(4) {
            0 => self.padding("padding", 2),
            1 => self.maybe(50, &["--padding same", "--padding valid"]),
            _ => {}
        }
        if self.draw.chance(30) {
            let groups = self.draw.one_of(&[1, 1, 2]);
            let (inputs, outputs) = (groups * self.draw.between(1, 2), groups * self.draw.between(1, 2));
            self.word(format!("--channels {inputs}:{outputs}"));
            if groups > 1 {
                self.word(format!("--groups {groups}"));
            }
        }
        self.maybe(15, &["--batch 1", "--batch 2"]);
        self.maybe(40, &["--bias shared", "--bias untied", "--bias none"]);
        if self.draw.chance(25) {
            self.word("--transposed");
            if self.draw.chance(30) {
                self.list("output-padding", 100, 0, 1);
            }
        } else {
            self.maybe(20, &["--flip"]);
            self.maybe(
                20,
                &[
                    "--padding-mode zeros",
                    "--padding-mode reflect",
                    "--padding-mode replicate",
                    "--padding-mode circular",
                ],
            );
        }
    }

    fn pooling(&mut self) {
        let kind = self.draw.one_of(&["avg", "max", "lp"]);
        self.word(format!("pool {kind}"));
        self.input(3);
        let window = self.numbers(1, 3);
        self.word(format!("--window {window}"));
        self.list("stride", 50, 1, 3);
        self.maybe(25, &["--ceil"]);
        match kind {
            "avg" => {
                self.maybe(20, &["--exclude-padding", "--divisor 3"]);
            }
            "max" => {
                self.list("dilation", 20, 1, 2);
                self.maybe(60, &["--ties first", "--ties split", "--ties all"]);
            }
            _ => self.maybe(100, &["--norm 2", "--norm 1", "--norm 3", "--norm 1.5", "--norm 3/2"]),
        }
        if kind != "lp" && self.draw.chance(30) {
            self.padding("padding", 1);
        }
        self.maybe(20, &["--channels 1", "--channels 2"]);
        self.maybe(15, &["--batch 1", "--batch 2"]);
    }

    fn adaptive(&mut self) {
        let kind = self.draw.one_of(&["avg", "max"]);
        self.word(format!("pool {kind}"));
        self.input(3);
        let places = self.numbers(1, 3);
        self.word(format!("--adaptive {places}"));
        self.maybe(20, &["--channels 2"]);
    }

    fn dense(&mut self) {
        let (inputs, outputs) = (self.draw.between(1, 4), self.draw.between(1, 4));
        self.word(format!("dense --input {inputs} --outputs {outputs}"));
        self.maybe(30, &["--batch 1", "--batch 3"]);
        self.maybe(30, &["--bias none", "--bias shared"]);
    }

    /// What all commands take.
    fn common(&mut self) {
        let formats = ["text", "text --width 50", "text --ascii", "latex", "typst", "rst", "html", "json"];
        let formats = formats.map(|format| format!("--format {format}"));
        self.maybe(60, &formats.each_ref().map(String::as_str));
        let notations =
            ["partial", "framework", "goodfellow", "nielsen", "tutorial"].map(|name| format!("--notation {name}"));
        self.maybe(60, &notations.each_ref().map(String::as_str));
        self.maybe(30, &["--lang zh", "--lang en"]);
        self.maybe(40, &["--entries all", "--entries few", "--entries none"]);
        self.maybe(20, &["--part input", "--part forward", "--part input,window", "--part network", "--part summary"]);
        self.maybe(
            10,
            &[
                "--only grad_a.operator",
                "--only grad_a.index",
                "--only z.definition,grad_a.chain",
                "--only z.equations",
            ],
        );
        self.maybe(15, &["--rename a=x", "--rename delta=g", "--rename a=h,z=y", "--rename a=x,delta=e"]);
        self.maybe(10, &["--index-base 0", "--index-base 1"]);
        self.maybe(10, &["--headings none", "--headings 3"]);
    }
}
