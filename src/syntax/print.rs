//! The tree as text, with no more brackets than it takes to read the same tree back.
//!
//! One item a line, operators with blanks around them except between square brackets and in
//! ranges, where arithmetic stays close as in `a[i+u-1]`. Comments are not in the tree.

use num_rational::BigRational;
use num_traits::Signed;

use super::ast::{
    ArgumentKind, Binding, Chain, Choice, Declaration, ELLIPSIS, Expr, ExprKind, File, Item, ItemKind, Layer, Name,
    Net, PERHAPS, Parameter, ReduceOp, Reduction, Role, Sharing, Stage, Variable,
};
use super::precedence::{Level, row};
use super::token::LONGEST_NUMBER;

/// Writes a file, its layers first, so that parsing it gives the same tree and printing that the same
/// text.
pub fn print(file: &File) -> String {
    let mut printer = Printer { text: String::new(), close: false };
    for (at, layer) in file.layers.iter().enumerate() {
        printer.put(if at > 0 { "\n" } else { "" });
        printer.layer(layer);
    }
    for (at, net) in file.nets.iter().enumerate() {
        printer.put(if at > 0 || !file.layers.is_empty() { "\n" } else { "" });
        printer.net(net);
    }
    printer.text
}

/// Writes a chain on one line, so that parsing it gives the same tree.
pub fn print_chain(chain: &Chain) -> String {
    let mut printer = Printer { text: String::new(), close: false };
    printer.chain(chain);
    printer.text
}

/// The text so far.
struct Printer {
    text: String,
    /// Whether arithmetic is being written without blanks.
    close: bool,
}

impl Printer {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Things with commas between them.
    fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.put(", ");
            }
            each(self, item);
        }
    }

    /// Arithmetic without blanks.
    fn closely(&mut self, write: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.close, true);
        write(self);
        self.close = before;
    }

    fn layer(&mut self, layer: &Layer) {
        self.put("layer ");
        self.titled(&layer.name, layer.title.as_deref());
        if !layer.parameters.is_empty() {
            self.put(" (");
            self.list(&layer.parameters, Self::parameter);
            self.put(")");
        }
        self.put("\n");
        if layer.index_base != 1 {
            self.put(&format!("  indices from {}\n", layer.index_base));
        }
        for item in &layer.items {
            self.put("  ");
            self.item(item);
            self.put("\n");
        }
    }

    fn titled(&mut self, name: &Name, title: Option<&str>) {
        self.name(name);
        if let Some(title) = title {
            self.put(" \"");
            self.put(title);
            self.put("\"");
        }
    }

    fn net(&mut self, net: &Net) {
        self.put("net ");
        self.titled(&net.name, net.title.as_deref());
        self.put("\n  ");
        for input in &net.inputs {
            self.declaration(input);
            self.put("\n  ");
        }
        self.chain(&net.chain);
        self.put("\n");
    }

    fn chain(&mut self, chain: &Chain) {
        if let Some(name) = &chain.source {
            self.put("input as ");
            self.name(name);
            self.put(" -> ");
        }
        for (at, stage) in chain.stages.iter().enumerate() {
            self.put(if at > 0 { " -> " } else { "" });
            if let Some(name) = &stage.source {
                self.put("from ");
                self.name(name);
                self.put(" -> ");
            }
            self.stage(stage);
        }
    }

    fn stage(&mut self, stage: &Stage) {
        self.name(&stage.name);
        for argument in &stage.arguments {
            self.put(" ");
            match &argument.kind {
                ArgumentKind::Word(word) => self.put(word),
                ArgumentKind::Sizes(sizes) => {
                    let sizes: Vec<String> = sizes.iter().map(i64::to_string).collect();
                    self.put(&sizes.join("x"));
                }
                ArgumentKind::Pair(first, second) => self.put(&format!("{first}:{second}")),
                ArgumentKind::Number(number) => {
                    self.number(number);
                    // An integer by itself is a size.
                    self.put(if number.is_integer() && !number.is_negative() { ".0" } else { "" });
                }
            }
        }
        match &stage.sharing {
            Some(Sharing::Result(name)) => {
                self.put(" sharing ");
                self.name(name);
            }
            Some(Sharing::Layer(number, _)) => self.put(&format!(" sharing layer {number}")),
            None => {}
        }
        if let Some(label) = &stage.label {
            self.put(" as ");
            self.name(label);
        }
    }

    fn parameter(&mut self, parameter: &Parameter) {
        self.name(&parameter.option);
        match &parameter.binding {
            Binding::One(name) if name.text == parameter.option.text => {}
            Binding::One(name) => {
                self.put(" ");
                self.name(name);
            }
            Binding::Axes(names) => {
                self.put(" [");
                self.list(names, Self::name);
                self.put("]");
            }
        }
        if !parameter.choices.is_empty() {
            self.put(" in {");
            self.list(&parameter.choices, Self::choice);
            self.put("}");
        }
        self.default(&parameter.default);
    }

    fn choice(&mut self, choice: &Choice) {
        self.name(&choice.word);
        self.default(&choice.value);
    }

    fn default(&mut self, value: &[Expr]) {
        match value {
            [] => {}
            [one] if !matches!(one.kind, ExprKind::Each(_) | ExprKind::Perhaps(_)) => {
                self.put(" = ");
                self.whole(one);
            }
            several => {
                self.put(" = ");
                self.subscripts(several);
            }
        }
    }

    fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Declaration(declaration) => self.declaration(declaration),
            ItemKind::Definition(definition) => {
                self.put(if definition.loss { "loss " } else { "" });
                self.name(&definition.name);
                if !definition.variables.is_empty() {
                    self.put("[");
                    self.list(&definition.variables, Self::variable);
                    self.put("]");
                }
                self.put(" = ");
                self.whole(&definition.body);
            }
            ItemKind::Local(local) => {
                self.put("let ");
                self.name(&local.name);
                if !local.variables.is_empty() {
                    self.put("[");
                    self.list(&local.variables, Self::name);
                    self.put("]");
                }
                self.put(" = ");
                self.whole(&local.body);
            }
            ItemKind::Assumption(claim) => {
                self.put("assume ");
                self.whole(claim);
            }
            ItemKind::Requirement(condition, title) => {
                self.put("require ");
                self.whole(condition);
                if let Some(title) = title {
                    self.put(" \"");
                    self.put(title);
                    self.put("\"");
                }
            }
        }
        if let Some(condition) = &item.when {
            self.put(" when ");
            self.whole(condition);
        }
    }

    fn declaration(&mut self, declaration: &Declaration) {
        self.put(match declaration.role {
            Role::Input => "input ",
            Role::Data => "data ",
            Role::Weight => "weight ",
            Role::Bias => "bias ",
            Role::Target => "target ",
        });
        self.name(&declaration.name);
        if !declaration.shape.is_empty() {
            self.subscripts(&declaration.shape);
        }
        self.put(if declaration.padded { " padded" } else { "" });
    }

    fn name(&mut self, name: &Name) {
        self.put(&name.text);
    }

    fn variable(&mut self, variable: &Variable) {
        self.name(&variable.name);
        if let Some((first, last)) = &variable.range {
            self.put(" in ");
            self.closely(|printer| {
                printer.whole(first);
                printer.put("..");
                printer.whole(last);
            });
        }
    }

    /// `[i+1, j]`
    fn subscripts(&mut self, indices: &[Expr]) {
        self.put("[");
        self.closely(|printer| printer.list(indices, Self::whole));
        self.put("]");
    }

    /// An expression with something on either side that ends it.
    fn whole(&mut self, expr: &Expr) {
        self.expr(expr, Level::Conditional, false);
    }

    /// An expression where one of this level or a tighter one may stand. A product that follows
    /// it would be drawn into the body of a reduction at its end.
    fn expr(&mut self, expr: &Expr, level: Level, product_follows: bool) {
        let own = if let ExprKind::Number(number) = &expr.kind { number_level(number) } else { Level::of(&expr.kind) };
        let drawn_in = product_follows && matches!(expr.kind, ExprKind::Reduce(_));
        if own < level || drawn_in {
            self.put("(");
            self.kind(&expr.kind, false);
            self.put(")");
        } else {
            self.kind(&expr.kind, product_follows);
        }
    }

    /// Integers and names as they are, with a sign at most; anything else in brackets.
    fn exponent(&mut self, exponent: &Expr) {
        let (sign, inner) = if let ExprKind::Negate(inner) = &exponent.kind { ("-", &**inner) } else { ("", exponent) };
        let bare = if let ExprKind::Number(n) = &inner.kind {
            n.is_integer() && !n.is_negative() && format!("{sign}{n}").parse::<i32>().is_ok()
        } else {
            matches!(inner.kind, ExprKind::Name(_))
        };
        if bare {
            self.put(sign);
            return self.kind(&inner.kind, false);
        }
        self.put("(");
        self.whole(exponent);
        self.put(")");
    }

    fn kind(&mut self, kind: &ExprKind, product_follows: bool) {
        match kind {
            ExprKind::Number(number) => self.number(number),
            ExprKind::Name(name) => self.put(name),
            ExprKind::Read(name, indices) => {
                self.name(name);
                self.subscripts(indices);
            }
            ExprKind::Call(name, arguments) => {
                self.name(name);
                self.put("(");
                self.list(arguments, Self::whole);
                self.put(")");
            }
            ExprKind::Negate(inner) => {
                self.put("-");
                self.expr(inner, Level::Sign, product_follows);
            }
            ExprKind::Binary(op, left, right) => {
                let (symbol, level) = row(*op);
                let is_product = level == Level::Multiplication;
                // Comparisons do not chain; all else groups from the left.
                let left_level = if level == Level::Comparison { level.tighter() } else { level };
                self.expr(left, left_level, is_product);
                let close = self.close && level >= Level::Addition;
                self.put(if close { "" } else { " " });
                self.put(symbol);
                self.put(if close { "" } else { " " });
                self.expr(right, level.tighter(), is_product && product_follows);
            }
            ExprKind::Power(base, exponent) => {
                self.expr(base, Level::Operand, false);
                self.put("^");
                self.exponent(exponent);
            }
            ExprKind::Reduce(reduction) => self.reduction(reduction),
            ExprKind::If(condition, yes, no) => {
                self.put("if ");
                self.whole(condition);
                self.put(" then ");
                self.whole(yes);
                self.put(" else ");
                self.whole(no);
            }
            ExprKind::Not(inner) => {
                self.put("not ");
                self.expr(inner, Level::Negation, false);
            }
            ExprKind::Within(x, first, last) => {
                self.expr(x, Level::Addition, false);
                self.put(" in ");
                self.closely(|printer| {
                    printer.expr(first, Level::Addition, false);
                    printer.put("..");
                    printer.expr(last, Level::Addition, false);
                });
            }
            ExprKind::Each(inner) => {
                self.expr(inner, Level::Operand, false);
                self.put(ELLIPSIS);
            }
            ExprKind::Perhaps(inner) => {
                self.expr(inner, Level::Operand, false);
                self.put(PERHAPS);
            }
        }
    }

    fn reduction(&mut self, reduction: &Reduction) {
        self.put(match reduction.op {
            ReduceOp::Sum => "sum(",
            ReduceOp::Max => "max(",
            ReduceOp::Mean => "mean(",
        });
        self.list(&reduction.variables, Self::variable);
        if let Some(filter) = &reduction.filter {
            self.put(" where ");
            self.whole(filter);
        }
        self.put(") ");
        self.expr(&reduction.body, Level::Multiplication, false);
    }

    /// An exact decimal, or a fraction where no decimal is exact.
    fn number(&mut self, number: &BigRational) {
        let Some((decimals, digits)) = decimal(number) else {
            return self.put(&number.to_string());
        };
        let digits = format!("{digits:0>0$}", decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        self.put(if number.is_negative() { "-" } else { "" });
        self.put(whole);
        self.put(if decimals > 0 { "." } else { "" });
        self.put(fraction);
    }
}

/// How many decimals a number has, and its digits without sign and point; None where they do not
/// end.
fn decimal(number: &BigRational) -> Option<(usize, String)> {
    let ten = BigRational::from_integer(10.into());
    std::iter::successors(Some(number.abs()), |scaled| Some(scaled * &ten))
        .take(LONGEST_NUMBER)
        .enumerate()
        .find(|(_, scaled)| scaled.is_integer())
        .map(|(decimals, scaled)| (decimals, scaled.to_integer().to_string()))
}

/// How tightly the text of a number holds together. What the parser makes is always an operand;
/// a tree made by hand may hold `-1` or `1/3`.
fn number_level(number: &BigRational) -> Level {
    if decimal(number).is_none() {
        Level::Multiplication
    } else if number.is_negative() {
        Level::Sign
    } else {
        Level::Operand
    }
}
