//! The gradients of a convolution as operators, in closed form: strides become zeros between the
//! entries of `delta`, and rows that the forward direction never reads are dropped or are zero.
//! Each popular omission is a [`Slip`].

use serde_json::{Value, json};

use crate::axis::Axis;
use crate::convolution::{Conv, Mode};

/// What is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// The rows of the input at the end that no place of the kernel covers.
    LeftoverInInput,
    /// That `delta` does not reach those rows in the gradient of the kernel.
    CropInWeight,
    /// That padding beyond the kernel's reach is a crop.
    NegativePadding,
    /// The zeros between the entries of `delta`.
    Stuffing,
    /// That the kernel is spread.
    Dilation,
    /// The padding of the forward direction.
    Padding,
    /// The rotation of the kernel.
    Rotation,
    /// That channels in and out change places.
    Channels,
    /// That a kernel which is rotated forward has a rotated gradient.
    FlippedWeight,
    /// The output padding of the transposed convolution.
    OutputPadding,
}

fn per_axis(axes: &[Axis], number: impl Fn(&Axis) -> Value) -> Vec<Value> {
    axes.iter().map(number).collect()
}

/// The operators for the gradients of `a` and `w`; none where the input is padded by anything but zeros.
pub(crate) fn operators(conv: &Conv, slip: Option<Slip>) -> Vec<(&'static str, Value)> {
    if conv.mode != Mode::Zeros {
        return Vec::new();
    }
    let forgot = |one: Slip| slip == Some(one);
    let ones = per_axis(&conv.axes, |_| json!(1));
    let strides = per_axis(&conv.axes, |axis| json!(axis.stride));
    let stuffed = if forgot(Slip::Stuffing) { ones.clone() } else { strides.clone() };
    let spread = |axis: &Axis| if forgot(Slip::Dilation) { 1 } else { axis.dilation };
    let spreads = per_axis(&conv.axes, |axis| json!(spread(axis)));
    let pads = |axis: &Axis| if forgot(Slip::Padding) { (0, 0) } else { (axis.low, axis.high) };
    let (word, channels, groups) = (conv.batch.map_or("", |_| "n"), conv.channels.is_some(), conv.groups);
    let leading = |x: &str, y: &str, result: &str| -> Option<String> {
        // letters are only there with the axes that they stand for
        let grouped =
            |text: &str| if groups > 1 { text.to_owned() } else { text.replace("(g o)", "o").replace("(g c)", "c") };
        let side = |text: &str| {
            let text = if channels { grouped(text) } else { String::new() };
            text.trim().to_owned()
        };
        let sample =
            |text: &str, has: bool| if has { format!("{word} {}", side(text)).trim().to_owned() } else { side(text) };
        let spelled = |text: &str| sample(text.trim_start_matches('N'), text.starts_with('N'));
        (channels || conv.batch.is_some()).then(|| format!("{}, {} -> {}", spelled(x), spelled(y), spelled(result)))
    };
    let make =
        |operands: [&str; 2], rot180: bool, steps: [&[Value]; 3], padding: Vec<Value>, leading: Option<String>| {
            let [stride, left, right] = steps;
            let mut operator = json!({"operator": "correlate", "operands": operands, "rot180": rot180, "stride": stride,
            "lhs_dilation": left, "rhs_dilation": right, "padding": padding, "groups": groups});
            if let Some(leading) = leading {
                operator["leading"] = json!(leading);
            }
            operator
        };

    if conv.transposed {
        let padding = per_axis(&conv.axes, |axis| {
            let (low, high) = pads(axis);
            json!([low, high - if forgot(Slip::OutputPadding) { 0 } else { axis.extra }])
        });
        let kernel = if forgot(Slip::Channels) { "(g o) c" } else { "(g c) o" };
        let to_a = leading("N(g o)", kernel, "N(g c)");
        let to_w = leading("N(g o)", "N(g c)", kernel);
        return vec![
            ("a", make(["delta", "w"], forgot(Slip::Rotation), [&strides, &ones, &spreads], padding.clone(), to_a)),
            ("w", make(["delta", "a"], false, [&spreads, &ones, &stuffed], padding, to_w)),
        ];
    }
    let full = |axis: &Axis, leftover: i64| {
        let (low, high) = pads(axis);
        let reach = spread(axis) * (axis.kernel - 1);
        let (low, high) = (reach - low, reach - high + leftover);
        if forgot(Slip::NegativePadding) { json!([low.max(0), high.max(0)]) } else { json!([low, high]) }
    };
    let to_input = |axis: &Axis| full(axis, if forgot(Slip::LeftoverInInput) { 0 } else { axis.leftover() });
    let rotated = !conv.flip && !forgot(Slip::Rotation);
    let kernel = if forgot(Slip::Channels) { "(g c) o" } else { "(g o) c" };
    let to_a = make(
        ["delta", "w"],
        rotated,
        [&ones, &stuffed, &spreads],
        per_axis(&conv.axes, to_input),
        leading("N(g o)", kernel, "N(g c)"),
    );
    let to_w = if conv.flip && !forgot(Slip::FlippedWeight) {
        // where the kernel is rotated forward, `delta` is what stands still
        let crop = |axis: &Axis| full(axis, if forgot(Slip::CropInWeight) { 0 } else { axis.leftover() });
        let padding = per_axis(&conv.axes, crop);
        let leading = leading("N(g o)", "N(g c)", "(g o) c");
        make(["delta", "a"], false, [&spreads, &stuffed, &ones], padding, leading)
    } else {
        let padding = per_axis(&conv.axes, |axis| {
            let (low, high) = pads(axis);
            json!([low, high - if forgot(Slip::CropInWeight) { 0 } else { axis.leftover() }])
        });
        let leading = leading("N(g c)", "N(g o)", "(g o) c");
        make(["a", "delta"], false, [&spreads, &ones, &stuffed], padding, leading)
    };
    vec![("a", to_a), ("w", to_w)]
}
