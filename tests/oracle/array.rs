//! Arrays of any rank in row-major order, and their nested form in JSON.

use num_rational::BigRational;
use serde_json::Value;

use crate::exact::read_number;

/// Entries in row-major order; a scalar has an empty shape and one entry.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array<T> {
    /// The size along each axis.
    pub(crate) shape: Vec<usize>,
    /// The entries.
    pub(crate) data: Vec<T>,
}

/// Every 0-based index of a shape, in row-major order.
pub(crate) fn cells(shape: &[usize]) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for &size in shape {
        let longer = |cell: &Vec<usize>| -> Vec<Vec<usize>> {
            (0..size).map(|i| cell.iter().copied().chain([i]).collect()).collect()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// The position of a cell in row-major order; `None` outside the shape or at another rank.
pub(crate) fn position(shape: &[usize], cell: &[i64]) -> Option<usize> {
    if cell.len() != shape.len() {
        return None;
    }
    shape.iter().zip(cell).try_fold(0, |at, (&size, &i)| {
        let i = usize::try_from(i).ok().filter(|&i| i < size)?;
        Some(at * size + i)
    })
}

/// The same index with signs, for arithmetic that may leave the array.
pub(crate) fn signed(cell: &[usize]) -> Vec<i64> {
    cell.iter().map(|&i| i64::try_from(i).expect("a small index")).collect()
}

impl<T> Array<T> {
    /// The array whose entry at each cell is what `entry` says.
    pub(crate) fn build(shape: &[usize], mut entry: impl FnMut(&[usize]) -> T) -> Array<T> {
        let data = cells(shape).iter().map(|cell| entry(cell)).collect();
        Array { shape: shape.to_vec(), data }
    }

    /// The entry at a 0-based cell, if there is one.
    pub(crate) fn get(&self, cell: &[i64]) -> Option<&T> {
        position(&self.shape, cell).map(|at| &self.data[at])
    }

    /// The entry at a 0-based cell that is known to exist.
    pub(crate) fn at(&self, cell: &[usize]) -> &T {
        self.get(&signed(cell)).expect("a cell of the array")
    }
}

/// Reads a nested JSON array of numbers and `"p/q"` strings.
pub(crate) fn from_json(value: &Value) -> Result<Array<BigRational>, String> {
    if let Some(rows) = value.as_array() {
        let rows = rows.iter().map(from_json).collect::<Result<Vec<_>, _>>()?;
        let inner = rows.first().map_or(Vec::new(), |row| row.shape.clone());
        if rows.iter().any(|row| row.shape != inner) {
            return Err(format!("rows of unequal shape in {value}"));
        }
        let shape = [rows.len()].into_iter().chain(inner).collect();
        let data = rows.into_iter().flat_map(|row| row.data).collect();
        return Ok(Array { shape, data });
    }
    let number = scalar(value).ok_or_else(|| format!("not a number: {value}"))?;
    Ok(Array { shape: Vec::new(), data: vec![number] })
}

/// One number: a JSON number, or a string that holds one.
pub(crate) fn scalar(value: &Value) -> Option<BigRational> {
    match value.as_str() {
        Some(text) => read_number(text),
        None => read_number(&value.as_number()?.to_string()),
    }
}

/// Writes a nested JSON array, each entry spelled by `spell`.
pub(crate) fn to_json(array: &Array<BigRational>, spell: &mut impl FnMut(&BigRational) -> Value) -> Value {
    let Some((&size, inner)) = array.shape.split_first() else {
        return spell(&array.data[0]);
    };
    let each = inner.iter().product::<usize>();
    let row = |k: usize| Array { shape: inner.to_vec(), data: array.data[k * each..(k + 1) * each].to_vec() };
    Value::Array((0..size).map(|k| to_json(&row(k), spell)).collect())
}

/// A matrix of small integers, for worked examples.
pub(crate) fn matrix(rows: &[&[i64]]) -> Array<BigRational> {
    let shape = [rows.len(), rows.first().map_or(0, |row| row.len())];
    Array::build(&shape, |cell| crate::exact::whole(rows[cell[0]][cell[1]]))
}

/// A vector of small integers, for worked examples.
pub(crate) fn vector(entries: &[i64]) -> Array<BigRational> {
    Array::build(&[entries.len()], |cell| crate::exact::whole(entries[cell[0]]))
}

#[test]
fn cells_come_in_reading_order() {
    assert_eq!(cells(&[]), [Vec::<usize>::new()]);
    assert_eq!(cells(&[2, 2]), [[0, 0], [0, 1], [1, 0], [1, 1]]);
    assert_eq!(position(&[2, 3], &[1, 2]), Some(5));
    for outside in [&[1, 3][..], &[-1, 0], &[1], &[0, 0, 0]] {
        assert_eq!(position(&[2, 3], outside), None);
    }
}

#[test]
fn nested_numbers_go_there_and_back() {
    let text = r#"[["1/2","3"],[3,-0.5]]"#;
    let value: Value = serde_json::from_str(text).expect("JSON");
    let array = from_json(&value).expect("an array");
    assert_eq!(array.shape, [2, 2]);
    assert_eq!(array.data[1], array.data[2]);
    let back = to_json(&array, &mut |x| Value::String(x.to_string()));
    assert_eq!(back.to_string(), r#"[["1/2","3"],["3","-1/2"]]"#);
    assert!(from_json(&serde_json::json!([[1, 2], [3]])).is_err());
    assert!(from_json(&serde_json::json!([["x"]])).is_err());
}
