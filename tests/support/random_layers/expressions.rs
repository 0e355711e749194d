//! Expressions: reads, numbers, and what is put together from them, with the brackets that the language asks for and a few more.

use super::Maker;

/// How tightly an expression holds together, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// `if … then … else …`
    Branches,
    /// `x + y`
    Sum,
    /// `x * y`
    Product,
    /// `-x`, and sums, maxima and means, which reach as far to the right as they can.
    Sign,
    /// `x^2`
    Power,
    /// Anything that nothing can take apart.
    Operand,
}

/// A piece of text.
pub(super) struct Piece {
    text: String,
    level: Level,
    /// What follows would become a part of it.
    open: bool,
}

impl Piece {
    pub(super) fn new(text: String, level: Level) -> Piece {
        Piece { text, level, open: level == Level::Branches }
    }

    fn operand(text: impl Into<String>) -> Piece {
        Piece::new(text.into(), Level::Operand)
    }

    pub(super) fn at_least(self, level: Level) -> String {
        if self.level < level { format!("({})", self.text) } else { self.text }
    }

    pub(super) fn whole(self) -> String {
        self.text
    }
}

/// Functions of one value: known ones, and others.
const FUNCTIONS: [&str; 22] = [
    "exp", "log", "tanh", "sigmoid", "relu", "sqrt", "softplus", "step", "Phi", "phi", "root3", "sigma", "sigma", "f",
    "g", "h", "psi", "act_1", "abs", "sign", "sin", "cos",
];

impl Maker {
    /// An expression over the variables in sight.
    pub(super) fn expression(&mut self, depth: usize) -> Piece {
        if depth == 0 {
            return self.leaf();
        }
        match self.draw.below(24) {
            0..=4 => self.sum(depth),
            5..=10 => self.product(depth),
            11..=12 => self.quotient(depth),
            13..=14 => self.power(depth),
            15..=17 => self.call(depth),
            18..=20 => self.reduction(depth),
            21 => self.branches(depth),
            22 => self.negated(depth),
            _ => self.leaf(),
        }
    }

    fn leaf(&mut self) -> Piece {
        match self.draw.below(20) {
            0..=1 => self.number(),
            2 if !self.scope.is_empty() => {
                let place = self.draw.below(self.scope.len());
                Piece::operand(self.scope[place].name.clone())
            }
            _ => Piece::operand(self.some_read()),
        }
    }

    fn number(&mut self) -> Piece {
        match self.draw.below(10) {
            0 => Piece::operand("0"),
            1..=2 => Piece::operand("1"),
            3..=5 => Piece::operand(self.draw.one_of(&["2", "3", "10"])),
            6 => Piece::operand(self.draw.one_of(&["0.5", "0.1", "1.25"])),
            7 => Piece::new(self.draw.one_of(&["1/2", "2/3", "3/4"]).to_string(), Level::Product),
            _ => Piece::new(self.draw.one_of(&["-1", "-2", "-0.5"]).to_string(), Level::Sign),
        }
    }

    fn sum(&mut self, depth: usize) -> Piece {
        let count = self.draw.one_of(&[2, 2, 2, 3]);
        let mut text = String::new();
        for place in 0..count {
            let part = if self.draw.chance(15) { self.number() } else { self.expression(depth - 1) };
            let last = place + 1 == count;
            // what comes after a branch would go on with it
            let level = if last && self.draw.chance(80) || part.level > Level::Branches {
                Level::Product
            } else {
                Level::Operand
            };
            let level = if self.draw.chance(10) { Level::Operand } else { level };
            let minus = self.draw.chance(35);
            let sign = match (place, minus) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            };
            text.push_str(sign);
            text.push_str(&part.at_least(if sign == "-" { level.max(Level::Sign) } else { level }));
        }
        Piece::new(text, Level::Sum)
    }

    fn product(&mut self, depth: usize) -> Piece {
        let count = self.draw.one_of(&[2, 2, 2, 3, 3, 4]);
        let mut parts = Vec::new();
        let mut open = false;
        for place in 0..count {
            let part = if self.draw.chance(15) { self.number() } else { self.expression(depth.saturating_sub(1)) };
            let last = place + 1 == count;
            open = last && part.open;
            let bare = part.level >= Level::Sign && (last || !part.open) && self.draw.chance(90);
            open &= bare;
            parts.push(part.at_least(if bare { Level::Sign } else { Level::Operand }));
        }
        Piece { text: parts.join(" * "), level: Level::Product, open }
    }

    fn quotient(&mut self, depth: usize) -> Piece {
        let top = self.expression(depth - 1);
        let top = top.at_least(if self.draw.chance(50) { Level::Power } else { Level::Operand });
        let bottom = match self.draw.below(5) {
            0 => Piece::operand(self.draw.one_of(&["2", "3", "4"])),
            1..=2 => Piece::operand(self.some_read()),
            _ => self.expression(depth - 1),
        };
        // some brackets do nothing
        let bottom = bottom.at_least(if self.draw.chance(70) { Level::Power } else { Level::Operand });
        Piece::new(format!("{top} / {bottom}"), Level::Product)
    }

    fn power(&mut self, depth: usize) -> Piece {
        let base = self.expression(depth - 1).at_least(Level::Operand);
        let whole = ["2", "2", "2", "3", "4", "-1", "-2"];
        let broken = ["(1/2)", "(1/2)", "(3/2)", "(-1/2)", "(1/3)", "(2/3)", "0.5", "1", "0"];
        let exponent = if self.draw.chance(60) { self.draw.one_of(&whole) } else { self.draw.one_of(&broken) };
        let exponent = if exponent == "0.5" { "(0.5)" } else { exponent };
        let sign = self.draw.one_of(&["^", "^", "**"]);
        Piece::new(format!("{base}{sign}{exponent}"), Level::Power)
    }

    fn call(&mut self, depth: usize) -> Piece {
        let of = self.expression(depth - 1).whole();
        if self.draw.chance(15) {
            let name = self.draw.one_of(&["maximum", "minimum"]);
            let other = self.expression(depth - 1).whole();
            return Piece::operand(format!("{name}({of}, {other})"));
        }
        let name = self.draw.one_of(&FUNCTIONS);
        Piece::operand(format!("{name}({of})"))
    }

    fn negated(&mut self, depth: usize) -> Piece {
        let of = self.expression(depth - 1);
        let open = of.open && of.level >= Level::Sign;
        Piece { text: format!("-{}", of.at_least(Level::Sign)), level: Level::Sign, open }
    }

    fn reduction(&mut self, depth: usize) -> Piece {
        let op = self.draw.one_of(&["sum", "sum", "sum", "sum", "mean", "max"]);
        let first = self.scope.len();
        for _ in 0..self.draw.one_of(&[1, 1, 1, 2]) {
            let size = self.size();
            self.bind(size);
        }
        // a maximum or a mean of nothing has no value
        let filter = if op == "sum" && self.draw.chance(25) { self.condition() } else { None };
        self.guards += usize::from(filter.is_some());
        let body = self.expression(depth - 1);
        self.guards -= usize::from(filter.is_some());
        self.reduced(op, first, filter, body)
    }

    /// A reduction over the variables from `first` on.
    pub(super) fn reduced(&mut self, op: &str, first: usize, filter: Option<String>, body: Piece) -> Piece {
        let variables = self.unbind(first);
        let filter = filter.map_or(String::new(), |filter| format!(" where {filter}"));
        let level = if self.draw.chance(80) { Level::Product } else { Level::Operand };
        let text = format!("{op}({variables}{filter}) {}", body.at_least(level));
        Piece { text, level: Level::Sign, open: true }
    }

    fn branches(&mut self, depth: usize) -> Piece {
        let Some(condition) = self.condition() else { return self.expression(depth - 1) };
        self.guards += 1;
        let (yes, no) = (self.expression(depth - 1), self.expression(depth - 1));
        self.guards -= 1;
        let yes = yes.at_least(Level::Sum);
        Piece::new(format!("if {condition} then {yes} else {}", no.whole()), Level::Branches)
    }

    /// A condition on the variables in sight, if there are any.
    pub(super) fn condition(&mut self) -> Option<String> {
        let varied: Vec<usize> = (0..self.scope.len()).filter(|&v| self.scope[v].size > 1).collect();
        if varied.is_empty() {
            return None;
        }
        let one = |maker: &mut Maker| {
            let x = &maker.scope[maker.draw.one_of(&varied)];
            let (x, size) = (x.name.clone(), x.size);
            let y = maker.scope[maker.draw.below(maker.scope.len())].name.clone();
            let place = maker.draw.between(0, size - 1);
            let place = maker.at(place);
            let relation = maker.draw.one_of(&["==", "!=", "<", "<=", ">", ">="]);
            match maker.draw.below(8) {
                0..=2 if x != y => format!("{x} {relation} {y}"),
                3 if x != y => format!("{x} {relation} {y}+1"),
                4 => format!("{x} in {place}..{}", place + 1),
                5 => format!("2*{x} {relation} {}", 2 * place),
                6 => format!("{x} + {y} {relation} {}", place + 2),
                _ => format!("{x} {relation} {place}"),
            }
        };
        let first = one(self);
        Some(match self.draw.below(10) {
            0 => format!("{first} and {}", one(self)),
            1 => format!("{first} or {}", one(self)),
            2 => format!("not ({first})"),
            _ => first,
        })
    }

    /// A read of some tensor, with indices made from the variables in sight: a tensor that is there and large enough, or a new one.
    pub(super) fn some_read(&mut self) -> String {
        // everything that is defined is read sooner or later, if it can be
        let rank = match self.scope.len() {
            0 => self.draw.one_of(&[0, 0, 1, 2]),
            n => self.draw.one_of(&[0, 1, 1, 1, 2, 2, 3]).min(n + 1),
        };
        let indices: Vec<(String, i64, Option<usize>)> = (0..rank).map(|_| self.index()).collect();
        let needed: Vec<i64> = indices.iter().map(|(_, needed, _)| *needed).collect();
        let fits =
            |shape: &[i64]| shape.len() == rank && shape.iter().zip(&needed).all(|(size, needed)| size >= needed);
        let fitting: Vec<usize> = (0..self.tensors.len()).filter(|&t| fits(&self.tensors[t].shape)).collect();
        let place = if !fitting.is_empty() && (self.draw.chance(50) || self.tensors.len() > 6) {
            // the later ones are defined, and read by nobody yet
            let late = self.draw.below(fitting.len()).max(self.draw.below(fitting.len()));
            fitting[late]
        } else {
            let roomy: Vec<i64> = needed.iter().map(|&size| size + i64::from(self.draw.chance(8))).collect();
            self.declare(&roomy)
        };
        self.read_at(place, &indices)
    }

    pub(super) fn read_at(&mut self, place: usize, indices: &[(String, i64, Option<usize>)]) -> String {
        self.terms += self.span();
        let Maker { tensors, scope, guards, .. } = self;
        for ((_, _, variable), size) in indices.iter().zip(&tensors[place].shape) {
            if let (Some(variable), 0) = (variable, *guards) {
                scope[*variable].plain |= scope[*variable].size == *size;
            }
        }
        let name = &tensors[place].name;
        let indices: Vec<&str> = indices.iter().map(|(text, ..)| text.as_str()).collect();
        if indices.is_empty() { name.clone() } else { format!("{name}[{}]", indices.join(",")) }
    }

    /// A read of a tensor at variables in sight, one for each axis.
    pub(super) fn read(&mut self, place: usize, variables: &[usize]) -> Piece {
        let index = |&v: &usize| (self.scope[v].name.clone(), self.scope[v].size, Some(v));
        let indices: Vec<_> = variables.iter().map(index).collect();
        Piece::operand(self.read_at(place, &indices))
    }

    /// An index, the size that its axis needs, and the variable that it is by itself.
    fn index(&mut self) -> (String, i64, Option<usize>) {
        if self.scope.is_empty() || self.draw.chance(4) {
            let place = self.draw.between(0, 1);
            return (self.at(place).to_string(), place + 1, None);
        }
        let v = self.draw.below(self.scope.len());
        let (name, size) = (self.scope[v].name.clone(), self.scope[v].size);
        let w = self.draw.below(self.scope.len());
        let (other, width) = (self.scope[w].name.clone(), self.scope[w].size);
        let base = self.base;
        let less = |count: i64| match count {
            0 => String::new(),
            n if n < 0 => format!("+{}", -n),
            n => format!("-{n}"),
        };
        match self.draw.below(30) {
            0 => (format!("{name}+1"), size + 1, None),
            1 => (format!("{}-{name}", size - 1 + 2 * base), size, None),
            2 => (format!("2*{name}{}", less(base)), 2 * size - 1, None),
            3 if v != w => (format!("{name}+{other}{}", less(base)), size + width - 1, None),
            4 if v != w => (format!("2*({name}-{base})+{other}"), 2 * size + width - 2, None),
            5 if v != w => (format!("{name}-{other}{}", less(-width - base + 1)), size + width - 1, None),
            _ => (name, size, Some(v)),
        }
    }
}
