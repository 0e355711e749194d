//! One spatial axis of a convolution or a pooling, and the arithmetic of its sizes.

/// Sizes and steps along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Axis {
    /// Of the input.
    pub(crate) size: i64,
    /// Of the kernel or window.
    pub(crate) kernel: i64,
    /// Between places of the kernel.
    pub(crate) stride: i64,
    /// Between the entries that the kernel reads.
    pub(crate) dilation: i64,
    /// Before the input.
    pub(crate) low: i64,
    /// After the input.
    pub(crate) high: i64,
    /// The output padding of a transposed convolution.
    pub(crate) extra: i64,
}

impl Axis {
    /// An axis without padding, in steps of one.
    pub(crate) fn new(size: i64, kernel: i64) -> Axis {
        Axis { size, kernel, stride: 1, dilation: 1, low: 0, high: 0, extra: 0 }
    }

    /// The same with steps.
    pub(crate) fn steps(self, stride: i64, dilation: i64) -> Axis {
        Axis { stride, dilation, ..self }
    }

    /// The same with padding.
    pub(crate) fn padded(self, low: i64, high: i64) -> Axis {
        Axis { low, high, ..self }
    }

    /// How far the kernel reaches beyond its first entry.
    pub(crate) fn reach(&self) -> i64 {
        self.dilation * (self.kernel - 1)
    }

    /// By how much the padded input is larger than one place of the kernel.
    pub(crate) fn room(&self) -> i64 {
        self.size + self.low + self.high - self.reach() - 1
    }

    /// How many places of the kernel there are.
    pub(crate) fn outputs(&self) -> i64 {
        self.room().div_euclid(self.stride) + 1
    }

    /// The rows at the end that no place covers.
    pub(crate) fn leftover(&self) -> i64 {
        self.room().rem_euclid(self.stride)
    }

    /// Does any place read anything but padding?
    pub(crate) fn is_read(&self, transposed: bool) -> bool {
        // a transposed convolution is laid down from its input into its output
        let (places, target) = if transposed { (self.size, self.grown()) } else { (self.outputs(), self.size) };
        let inside = |o: i64, r: i64| (0..target).contains(&(self.stride * o + self.dilation * r - self.low));
        (0..places).any(|o| (0..self.kernel).any(|r| inside(o, r)))
    }

    /// The size of the output of a transposed convolution.
    pub(crate) fn grown(&self) -> i64 {
        (self.size - 1) * self.stride - self.low - self.high + self.reach() + self.extra + 1
    }
}

/// A small size as an index.
pub(crate) fn index(n: i64) -> usize {
    usize::try_from(n).expect("a small size")
}

/// `3x2`, or `3` if all are alike and one will do.
pub(crate) fn spelled(list: &[String]) -> String {
    match list {
        [first, rest @ ..] if rest.iter().all(|x| x == first) => first.clone(),
        _ => list.join("x"),
    }
}

/// An option with one number for each axis; nothing where all are as by default.
pub(crate) fn option(name: &str, numbers: &[i64], default: i64) -> String {
    if numbers.iter().all(|&n| n == default) {
        return String::new();
    }
    format!(" --{name} {}", spelled(&numbers.iter().map(i64::to_string).collect::<Vec<_>>()))
}

/// The padding of each axis, as `1` or as `3,0`.
pub(crate) fn padding_option(axes: &[Axis]) -> String {
    if axes.iter().all(|axis| (axis.low, axis.high) == (0, 0)) {
        return String::new();
    }
    let one =
        |axis: &Axis| if axis.low == axis.high { axis.low.to_string() } else { format!("{},{}", axis.low, axis.high) };
    format!(" --padding {}", spelled(&axes.iter().map(one).collect::<Vec<_>>()))
}

/// A shape, one number for each axis.
pub(crate) fn shape(numbers: impl Iterator<Item = i64>) -> String {
    numbers.map(|n| n.to_string()).collect::<Vec<_>>().join("x")
}

#[test]
fn sizes_by_hand() {
    let axis = Axis::new(6, 3).steps(2, 1).padded(1, 1);
    assert_eq!((axis.outputs(), axis.leftover()), (3, 1));
    assert_eq!(Axis { extra: 1, ..axis }.grown(), 12);
    assert_eq!(Axis::new(7, 3).steps(1, 3).outputs(), 1);
    let axes = [axis, axis.padded(3, 0)];
    assert_eq!(padding_option(&axes) + &option("stride", &[2, 2], 1), " --padding 1x3,0 --stride 2");
}
