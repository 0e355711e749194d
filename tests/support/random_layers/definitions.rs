//! Definitions: kinds of layers that people write, each with everything about it drawn.

use super::Maker;
use super::expressions::{Level, Piece};

impl Maker {
    /// One definition or a few that belong together.
    pub(super) fn some_definition(&mut self) {
        match self.draw.below(20) {
            0..=6 => self.free(),
            7..=10 => self.contraction(),
            11..=14 => self.window(),
            15..=16 => self.normalisation(),
            17 => self.side_by_side(),
            18 => self.gates(),
            _ => self.reading_order(),
        }
    }

    /// Variables of a new tensor.
    fn variables(&mut self, count: usize) {
        for _ in 0..count {
            let size = self.size().min(if count == 3 { 2 } else { 4 });
            self.bind(size);
        }
    }

    fn free(&mut self) {
        let rank = self.draw.one_of(&[0, 1, 1, 1, 2, 2, 3]);
        self.variables(rank);
        let depth = self.draw.one_of(&[1, 2, 2, 3]);
        let body = self.expression(depth).whole();
        self.define(&body);
    }

    /// A tensor with these sizes: one that is there, or a new one.
    fn of_shape(&mut self, shape: &[i64]) -> usize {
        let fitting: Vec<usize> = (0..self.tensors.len()).filter(|&t| self.tensors[t].shape == shape).collect();
        if !fitting.is_empty() && self.draw.chance(40) { self.draw.one_of(&fitting) } else { self.declare(shape) }
    }

    fn sizes_of(&self, variables: &[usize]) -> Vec<i64> {
        variables.iter().map(|&v| self.scope[v].size).collect()
    }

    /// A product of two to four tensors over some letters: matrix products, outer products, batches, traces, Gram matrices.
    fn contraction(&mut self) {
        let (own, summed) = (self.draw.one_of(&[0, 1, 1, 2, 2, 3]), self.draw.one_of(&[0, 1, 1, 1, 2]));
        self.variables(own);
        for _ in 0..summed {
            let size = self.draw.between(1, 3);
            self.bind(size);
        }
        let all: Vec<usize> = (0..own + summed).collect();
        let count = self.draw.one_of(&[2, 2, 2, 3, 3, 4]);
        let mut letters: Vec<Vec<usize>> = (0..count).map(|_| self.draw.some_of(&all, 50)).collect();
        for (place, &letter) in all.iter().enumerate() {
            // every letter stands somewhere
            if letters.iter().all(|of| !of.contains(&letter)) {
                letters[place % count].push(letter);
            }
        }
        for of in &mut letters {
            if self.draw.chance(40) {
                of.reverse();
            }
            if !of.is_empty() && of.len() < 3 && self.draw.chance(6) {
                of.push(of[0]);
            }
        }
        let mut factors = Vec::new();
        for of in &letters {
            let shape = self.sizes_of(of);
            let place = self.of_shape(&shape);
            factors.push(self.read(place, of).whole());
        }
        match self.draw.below(8) {
            0 => factors.insert(0, self.draw.one_of(&["-1", "2", "-2", "0.5", "(-1)"]).to_string()),
            1 => {
                let place = self.draw.below(count);
                factors[place] = format!("(-{})", factors[place]);
            }
            2 => factors[count - 1] = format!("-{}", factors[count - 1]),
            3 => {
                let place = self.draw.below(count);
                factors[place].push_str("^2");
            }
            4 => {
                let place = self.draw.below(count);
                factors[place] = format!("{}({})", self.draw.one_of(&["sigma", "exp", "tanh"]), factors[place]);
            }
            _ => {}
        }
        let product = Piece::new(factors.join(" * "), Level::Product);
        let body = if summed == 0 { product } else { self.summed(own, product) };
        let body = self.around(body);
        self.define(&body);
    }

    fn summed(&mut self, first: usize, body: Piece) -> Piece {
        let op = self.draw.one_of(&["sum", "sum", "sum", "sum", "sum", "sum", "mean", "max"]);
        let filter = if op == "sum" && self.draw.chance(12) { self.condition() } else { None };
        // the reads were made before the condition, under which they do not count
        if filter.is_some() {
            self.scope.iter_mut().for_each(|v| v.plain = false);
        }
        self.reduced(op, first, filter, body)
    }

    /// What often stands around a sum: a bias, a sign, a function, a factor.
    fn around(&mut self, body: Piece) -> String {
        match self.draw.below(10) {
            0 => format!("{} + {}", body.whole(), self.some_read()),
            1 => format!("-{}", body.at_least(Level::Sign)),
            2 => format!("{}({})", self.draw.one_of(&["sigma", "relu", "tanh", "exp", "f"]), body.whole()),
            3 => format!("{} * {}", self.some_read(), body.at_least(Level::Sign)),
            4 => format!("{} - {}", self.some_read(), body.whole()),
            5 => format!("({})^2", body.whole()),
            6 => format!("({}) / {}", body.whole(), self.draw.one_of(&["2", "3", "sqrt(2)"])),
            _ => body.whole(),
        }
    }

    /// A window that slides along one to three axes, with a kernel or without, with channels, groups and a batch.
    fn window(&mut self) {
        let axes = self.draw.one_of(&[1, 1, 1, 2, 2, 3]);
        let (batch, channels) = (self.draw.chance(15), self.draw.chance(25));
        let lead = usize::from(batch) + usize::from(channels);
        for _ in 0..lead {
            let size = self.draw.between(1, 2);
            self.bind(size);
        }
        let places: Vec<i64> = (0..axes).map(|_| self.draw.between(1, if axes > 1 { 2 } else { 3 })).collect();
        for &size in &places {
            self.bind(size);
        }
        let own = lead + axes;
        let taps: Vec<i64> = (0..axes).map(|_| self.draw.between(1, if axes > 1 { 2 } else { 3 })).collect();
        let mixes = channels && self.draw.chance(60);
        if mixes {
            let size = self.draw.between(1, 2);
            self.bind(size);
        }
        let first = self.scope.len();
        for &size in &taps {
            self.bind(size);
        }
        let (mut at, mut shape, mut conditions) = (Vec::new(), Vec::new(), Vec::new());
        let padded = self.draw.chance(35);
        for axis in 0..axes {
            let (stride, dilation) = (self.draw.one_of(&[1, 1, 1, 2, 3]), self.draw.one_of(&[1, 1, 1, 2]));
            let padding = if padded { self.draw.between(0, 1) } else { 0 };
            let needed = stride * (places[axis] - 1) + dilation * (taps[axis] - 1) + 1;
            let (i, u) = (self.scope[lead + axis].name.clone(), self.scope[first + axis].name.clone());
            let step = |by: i64, name: &str| {
                if by == 1 { format!("({name}-{})", self.base) } else { format!("{by}*({name}-{})", self.base) }
            };
            let shift = self.base - padding;
            let shift = if shift < 0 { format!("{shift}") } else { format!("+{shift}") };
            let index = if (stride, dilation, padding, self.base) == (1, 1, 0, 1) {
                format!("{i}+{u}-1")
            } else {
                format!("{}+{}{shift}", step(stride, &i), step(dilation, &u))
            };
            let size = (needed - 2 * padding).max(1) + i64::from(self.draw.chance(15));
            if padded {
                conditions.push(format!("{index} in {}..{}", self.base, self.at(size - 1)));
            }
            at.push((index, size, None));
            shape.push(size);
        }
        // reads under a condition do not say how far a variable runs
        self.guards += usize::from(padded);
        let mut read: Vec<(String, i64, Option<usize>)> = Vec::new();
        let mut whole = Vec::new();
        let name = |maker: &Maker, v: usize| (maker.scope[v].name.clone(), maker.scope[v].size, Some(v));
        if batch {
            read.push(name(self, 0));
            whole.push(self.scope[0].size);
        }
        if channels {
            let v = if mixes { own } else { lead - 1 };
            read.push(name(self, v));
            whole.push(self.scope[v].size);
        }
        read.extend(at);
        whole.extend(shape);
        let input = self.of_shape(&whole);
        let mut body = self.read_at(input, &read);
        if self.draw.chance(8) {
            body = format!("{body}^2");
        }
        let op = if self.draw.chance(60) { "sum" } else { self.draw.one_of(&["sum", "mean", "max"]) };
        if mixes || (op == "sum" && self.draw.chance(80)) {
            let mut of: Vec<(String, i64, Option<usize>)> = Vec::new();
            if channels {
                of.push(name(self, lead - 1));
            }
            if mixes {
                of.push(name(self, own));
            }
            let turned = self.draw.chance(20);
            for axis in 0..axes {
                let (tap, size, v) = name(self, first + axis);
                let last = size - 1 + 2 * self.base;
                of.push(if turned { (format!("{last}-{tap}"), size, None) } else { (tap, size, v) });
            }
            let sizes: Vec<i64> = of.iter().map(|(_, size, _)| *size).collect();
            let kernel = self.of_shape(&sizes);
            let kernel = self.read_at(kernel, &of);
            body = if self.draw.chance(50) { format!("{body} * {kernel}") } else { format!("{kernel} * {body}") };
            if self.draw.chance(15) {
                body = format!("{} * {body}", self.draw.one_of(&["-1", "2", "-3", "0.5"]));
            }
        } else if self.draw.chance(10) {
            body = format!("(-{body})");
        }
        self.guards -= usize::from(padded);
        let filter = padded.then(|| conditions.join(" and "));
        let body = self.reduced(op, own, filter, Piece::new(body, Level::Product));
        let body = self.around(body);
        self.define(&body);
    }

    /// Softmax, its logarithm, norms, centred and scaled data: definitions that follow one another.
    fn normalisation(&mut self) {
        let lead = self.draw.one_of(&[0, 0, 1]);
        let size = self.draw.between(1, 3);
        let rows: Vec<i64> = (0..lead).map(|_| self.draw.between(1, 3)).collect();
        let shape: Vec<i64> = rows.iter().copied().chain([size]).collect();
        let input = self.of_shape(&shape);
        let kind = self.draw.below(5);
        let of = |maker: &mut Maker, tensor: usize, all: bool| {
            for &size in &rows {
                maker.bind(size);
            }
            let first = maker.scope.len();
            maker.bind(size);
            let variables: Vec<usize> = (0..if all { first + 1 } else { first }).collect();
            (first, maker.read(tensor, &variables).whole())
        };
        let reduced = |maker: &mut Maker, tensor: usize, op: &str, spelling: &dyn Fn(&str) -> String| {
            let (first, read) = of(maker, tensor, true);
            let body = maker.reduced(op, first, None, Piece::new(spelling(&read), Level::Product));
            maker.define(&body.whole())
        };
        let each = |maker: &mut Maker, tensor: usize, by: usize, spelling: &dyn Fn(&str, &str) -> String| {
            let (first, read) = of(maker, tensor, true);
            let variables: Vec<usize> = (0..first).collect();
            let by = maker.read(by, &variables).whole();
            maker.define(&spelling(&read, &by))
        };
        match kind {
            0 => {
                let (_, read) = of(self, input, true);
                let powers = self.define(&format!("exp({read})"));
                let sum = reduced(self, powers, "sum", &str::to_string);
                each(self, powers, sum, &|x, y| format!("{x} / {y}"));
            }
            1 => {
                let sum = reduced(self, input, "sum", &|x| format!("exp({x})"));
                each(self, input, sum, &|x, y| format!("{x} - log({y})"));
            }
            2 => {
                let norm = reduced(self, input, "sum", &|x| format!("{x}^2"));
                let sign = self.draw.one_of(&["", "-", "2 * "]);
                each(self, input, norm, &|x, y| format!("{sign}{x} / sqrt({y})"));
            }
            3 => {
                let mean = reduced(self, input, "mean", &str::to_string);
                let centred = each(self, input, mean, &|x, y| format!("{x} - {y}"));
                let variance = reduced(self, centred, "mean", &|x| format!("{x}^2"));
                each(self, centred, variance, &|x, y| format!("{x} * ({y} + 0.1)^(-1/2)"));
            }
            _ => {
                let largest = reduced(self, input, "max", &str::to_string);
                each(self, input, largest, &|x, y| format!("exp({x} - {y})"));
            }
        }
    }

    /// Two tensors behind one another, or entries that lack a neighbour.
    fn side_by_side(&mut self) {
        let (left, right) = (self.draw.between(1, 3), self.draw.between(1, 3));
        let own = self.bind(left + right);
        let deep = self.draw.chance(30).then(|| {
            let size = self.size().min(3);
            self.bind(size)
        });
        self.guards += 1;
        let (i, border) = (self.scope[own].name.clone(), self.at(left - 1));
        let read = |maker: &mut Maker, index: String, size: i64| {
            let mut at = vec![(index, size, None)];
            at.extend(deep.map(|v| (maker.scope[v].name.clone(), maker.scope[v].size, Some(v))));
            let shape: Vec<i64> = at.iter().map(|(_, size, _)| *size).collect();
            let tensor = maker.of_shape(&shape);
            maker.read_at(tensor, &at)
        };
        let body = if self.draw.chance(50) {
            let (first, second) = (read(self, i.clone(), left), read(self, format!("{i}-{left}"), right));
            let sign = self.draw.one_of(&["", "", "-", "2 * "]);
            format!("if {i} <= {border} then {first} else {sign}{second}")
        } else {
            let (here, before) = (read(self, i.clone(), left + right), read(self, format!("{i}-1"), left + right));
            let other = self.draw.one_of(&["0", "1", ""]);
            let other = if other.is_empty() { here.clone() } else { other.to_string() };
            format!("if {i} > {} then {before} - {here} else {other}", self.base)
        };
        self.guards -= 1;
        self.define(&body);
    }

    /// Elementwise functions of reads that are multiplied and added.
    fn gates(&mut self) {
        let rank = self.draw.between(0, 2) as usize;
        self.variables(rank);
        let all: Vec<usize> = (0..rank).collect();
        let shape = self.sizes_of(&all);
        let reads: Vec<String> = (0..3)
            .map(|_| {
                let tensor = self.of_shape(&shape);
                self.read(tensor, &all).whole()
            })
            .collect();
        let [x, y, z] = &reads[..] else { unreachable!("there are three") };
        let body = match self.draw.below(8) {
            0 => format!("{x} * sigmoid({y}) + {z}"),
            1 => format!("(1 - {x}) * {y} + {x} * {z}"),
            2 => format!("sigma({x}) * {y} - {z} / 2"),
            3 => format!("{x} - relu({x} - {y}) * -{z}"),
            4 => format!("{x} * step({x}) + tanh(-{y})"),
            5 => format!("maximum({x}, {y}) * {z}"),
            6 => format!("{y} - minimum({x} / 2, abs({z}))"),
            _ => format!("-{x}^3 + 2 * {y} * -1 / {z}"),
        };
        self.define(&body);
    }

    /// Entries counted in reading order.
    fn reading_order(&mut self) {
        let shape = [self.draw.between(1, 3), self.draw.between(1, 3)];
        let tensor = self.of_shape(&shape);
        let name = self.tensors[tensor].name.clone();
        let body = if self.draw.chance(50) {
            let v = self.bind(shape[0] * shape[1]);
            format!("flat({name}, {})", self.scope[v].name)
        } else {
            // the rows become columns as long as there are columns
            let (v, w) = (self.bind(shape[1]), self.bind(shape[0]));
            let (v, w) = (self.scope[v].name.clone(), self.scope[w].name.clone());
            let shift = if self.base == 1 { format!("{}*({v}-1)", shape[0]) } else { format!("{}*{v}", shape[0]) };
            format!("flat({name}, {shift}+{w})")
        };
        self.terms += self.span();
        let body = self.around(Piece::new(body, Level::Operand));
        self.define(&body);
    }

    /// One number at the end.
    pub(super) fn loss(&mut self) {
        let last = self.tensors.len() - 1;
        let shape = self.tensors[last].shape.clone();
        for &size in &shape {
            self.bind(size);
        }
        let all: Vec<usize> = (0..shape.len()).collect();
        let read = self.read(last, &all).whole();
        let target = self.of_shape(&shape);
        let target = self.read(target, &all).whole();
        let body = match self.draw.below(3) {
            0 => format!("({read} - {target})^2"),
            1 => format!("{target} * log({read})"),
            _ => format!("softplus(-{read} * {target})"),
        };
        let op = self.draw.one_of(&["sum", "mean"]);
        let minus = self.draw.one_of(&["", "", "-"]);
        let body = if shape.is_empty() {
            format!("{minus}({body})")
        } else {
            format!("{minus}{}", self.reduced(op, 0, None, Piece::new(body, Level::Product)).whole())
        };
        self.define(&body);
        let text = self.items.pop().expect("it was just defined");
        self.items.push(format!("loss {text}"));
    }
}
