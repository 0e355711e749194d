//! Which entries an operator pairs with which: the axes before the spatial ones, and the windows of poolings.

use serde_json::Value;

use crate::array::{cells, signed};
use crate::operators::{integers, pads};

/// The axes before the spatial ones, as in `n (g o), (g o) c -> n (g c)`: letters that stand side by
/// side are summed if they are not in the result; `(g o)` is one axis that runs through both.
pub(crate) struct Leading {
    /// How many spatial axes follow.
    pub(crate) rank: usize,
    /// Each letter with its size.
    letters: Vec<(String, usize)>,
    /// The letters of each axis: first operand, second operand, result.
    axes: [Vec<Vec<String>>; 3],
}

/// The axes of one side, each with its letters.
fn side(text: &str) -> Result<Vec<Vec<String>>, String> {
    let mut axes = Vec::new();
    let mut open: Option<Vec<String>> = None;
    for token in text.replace('(', " ( ").replace(')', " ) ").split_whitespace() {
        match (token, &mut open) {
            ("(", None) => open = Some(Vec::new()),
            (")", Some(_)) => axes.extend(open.take()),
            ("(" | ")", _) => return Err(format!("brackets in `{text}`")),
            (letter, Some(axis)) => axis.push(letter.to_owned()),
            (letter, None) => axes.push(vec![letter.to_owned()]),
        }
    }
    if open.is_some() { Err(format!("brackets in `{text}`")) } else { Ok(axes) }
}

impl Leading {
    /// Reads `leading` and `groups`; without the first, all axes are spatial.
    pub(crate) fn read(operator: &Value, over: &[usize], kernel: &[usize]) -> Result<Leading, String> {
        let groups = operator["groups"].as_u64().and_then(|g| usize::try_from(g).ok()).filter(|&g| g > 0);
        let groups = groups.ok_or_else(|| format!("bad `groups`: {}", operator["groups"]))?;
        let text = match operator.get("leading") {
            None => ", ->",
            Some(text) => text.as_str().ok_or("a `leading` that is no text")?,
        };
        let parts = text.split_once("->").and_then(|(operands, result)| Some((operands.split_once(',')?, result)));
        let ((first, second), result) = parts.ok_or_else(|| format!("bad `leading`: {text}"))?;
        let axes = [side(first)?, side(second)?, side(result)?];
        let rank = over.len().checked_sub(axes[0].len()).filter(|rank| kernel.len() == axes[1].len() + rank);
        let rank = rank.ok_or_else(|| format!("`{text}` beside shapes {over:?} and {kernel:?}"))?;

        let mut letters = vec![("g".to_owned(), groups)];
        let mut sized: Vec<(&Vec<String>, usize)> = Vec::new();
        sized.extend(axes[0].iter().zip(over.iter().copied()));
        sized.extend(axes[1].iter().zip(kernel.iter().copied()));
        // axes with fewer letters come first, since they say how large each is
        sized.sort_by_key(|(axis, _)| axis.len());
        for (axis, size) in sized {
            let mut known = 1;
            let mut unknown = Vec::new();
            for letter in axis {
                match letters.iter().find(|(other, _)| other == letter) {
                    Some((_, size)) => known *= size,
                    None => unknown.push(letter.clone()),
                }
            }
            match unknown.as_slice() {
                [] if known == size => {}
                [one] if size.is_multiple_of(known) => letters.push((one.clone(), size / known)),
                _ => return Err(format!("`{}` is no axis of size {size} in `{text}`", axis.join(" "))),
            }
        }
        let used = |letter: &str| axes[..2].iter().flatten().flatten().any(|other| other == letter);
        if groups > 1 && !used("g") || axes[2].iter().flatten().any(|letter| !used(letter)) {
            return Err(format!("`{text}` with {groups} groups"));
        }
        Ok(Leading { rank, letters, axes })
    }

    fn size(&self, letter: &str) -> usize {
        self.letters.iter().find(|(other, _)| other == letter).map_or(1, |(_, size)| *size)
    }

    /// The leading sizes of the result.
    pub(crate) fn result_shape(&self) -> Vec<usize> {
        self.axes[2].iter().map(|axis| axis.iter().map(|letter| self.size(letter)).product()).collect()
    }

    /// For each value of all the letters: where that is in the operands and in the result.
    pub(crate) fn places(&self) -> Vec<[Vec<usize>; 3]> {
        let used = |letter: &String| self.axes.iter().flatten().flatten().any(|other| other == letter);
        let letters: Vec<&(String, usize)> = self.letters.iter().filter(|(letter, _)| used(letter)).collect();
        let sizes: Vec<usize> = letters.iter().map(|(_, size)| *size).collect();
        let place = |cell: &Vec<usize>| {
            let value = |letter: &String| letters.iter().position(|(other, _)| other == letter).map_or(0, |k| cell[k]);
            let axis = |axis: &Vec<String>| axis.iter().fold(0, |at, letter| at * self.size(letter) + value(letter));
            std::array::from_fn(|k| self.axes[k].iter().map(axis).collect())
        };
        cells(&sizes).iter().map(place).collect()
    }
}

/// The windows of a pooling. Axes before those that are listed have windows of one entry.
pub(crate) struct Windows {
    window: Vec<usize>,
    stride: Vec<i64>,
    dilation: Vec<i64>,
    padding: Vec<[i64; 2]>,
}

impl Windows {
    /// Reads `window` and `stride`, and `dilation` and `padding` if they are there.
    pub(crate) fn read(operator: &Value, rank: usize) -> Result<Windows, String> {
        let own = operator["window"].as_array().map_or(rank, Vec::len);
        let before = rank.checked_sub(own).ok_or_else(|| format!("a window of {own} axes in {rank}"))?;
        let ones = || vec![1; before];
        let window = [ones(), integers(operator, "window", own, 1)?].concat();
        let stride = [ones(), integers(operator, "stride", own, 1)?].concat();
        let optional = |key: &str| operator.get(key).is_some();
        let dilation = if optional("dilation") { integers(operator, "dilation", own, 1)? } else { vec![1; own] };
        let padding = if optional("padding") { pads(operator, "padding", own)? } else { vec![[0, 0]; own] };
        Ok(Windows {
            window: window.iter().filter_map(|&k| usize::try_from(k).ok()).collect(),
            stride,
            dilation: [ones(), dilation].concat(),
            padding: [vec![[0, 0]; before], padding].concat(),
        })
    }

    /// Every place of a window, in reading order, inside of the array or not.
    fn all(&self, o: &[usize]) -> Vec<Vec<i64>> {
        let o = signed(o);
        let place = |r: &Vec<usize>| -> Vec<i64> {
            let r = signed(r);
            let at = |k: usize| self.stride[k] * o[k] + self.dilation[k] * r[k] - self.padding[k][0];
            (0..o.len()).map(at).collect()
        };
        cells(&self.window).iter().map(place).collect()
    }

    /// The places of a window that are inside of an array.
    pub(crate) fn inside(&self, o: &[usize], shape: &[usize]) -> Vec<Vec<usize>> {
        let within = |place: Vec<i64>| {
            let inside = |(&size, &at): (&usize, &i64)| usize::try_from(at).ok().filter(|&at| at < size);
            shape.iter().zip(&place).map(inside).collect::<Option<Vec<usize>>>()
        };
        self.all(o).into_iter().filter_map(within).collect()
    }

    /// How many places of a window are inside of an array with so many lines around it.
    pub(crate) fn within(&self, o: &[usize], shape: &[usize], around: &[[i64; 2]]) -> usize {
        let size = signed(shape);
        let inside =
            |place: &&Vec<i64>| (0..size.len()).all(|k| (-around[k][0]..size[k] + around[k][1]).contains(&place[k]));
        self.all(o).iter().filter(inside).count()
    }

    /// The same as `inside`, where a window may leave the array only as far as it is padded.
    pub(crate) fn places(&self, o: &[usize], shape: &[usize]) -> Result<Vec<Vec<usize>>, String> {
        let shape_signed = signed(shape);
        let padded = |place: &Vec<i64>| {
            let fits = |k: usize| (-self.padding[k][0]..shape_signed[k] + self.padding[k][1]).contains(&place[k]);
            (0..place.len()).all(fits)
        };
        if self.all(o).iter().all(padded) {
            Ok(self.inside(o, shape))
        } else {
            Err(format!("window {o:?} leaves the input"))
        }
    }
}

#[test]
fn letters_side_by_side_are_one_axis() {
    let operator = serde_json::json!({"groups": 2, "leading": "n (g o), (g o) c -> n (g c)"});
    let leading = Leading::read(&operator, &[3, 4, 9], &[4, 5, 2]).expect("a reading");
    assert_eq!((leading.rank, leading.result_shape()), (1, vec![3, 10]));
    let places = leading.places();
    assert_eq!(places.len(), 3 * 2 * 2 * 5);
    assert!(
        places.contains(&[vec![2, 3], vec![3, 4], vec![2, 9]])
            && !places.contains(&[vec![2, 3], vec![1, 4], vec![2, 9]])
    );
    for (groups, text) in
        [(2, "n o, o c -> n c"), (3, "n (g o), (g o) c -> n (g c)"), (1, "n (o, o c -> n c"), (1, "n o, o c -> m")]
    {
        let operator = serde_json::json!({"groups": groups, "leading": text});
        assert!(Leading::read(&operator, &[3, 4, 9], &[4, 5, 2]).is_err(), "{text}");
    }
}
