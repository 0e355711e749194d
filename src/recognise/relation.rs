//! Affine relations between index columns: `α·x + β·m + γ·y = c` for every row.

/// The relation of one axis, in lowest terms, with `α > 0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) x: i64,
    pub(super) target: i64,
    /// `None`: the column does not vary, so any coefficient fits.
    pub(super) y: Option<i64>,
    /// One row, to find the constant once all coefficients are known.
    pub(super) row: [i64; 3],
}

/// How far steps are tried where many relations hold.
const SMALL_STEPS: i64 = 8;

/// Fits the relation, of these expected steps if several hold, to rows of (x, target, y). A column that does not vary gets the coefficient 1, -1 or none.
///
/// The difference lattice of the rows has rank at most 2 if there is a relation; with rank 2 the relation is the cross product of
/// two differences, with rank 1 it lies in the plane of the columns that do vary.
pub(super) fn fit(rows: &[[i64; 3]], expected: [i64; 3]) -> Option<Relation> {
    let first = *rows.first()?;
    let difference = |r: &[i64; 3]| [r[0] - first[0], r[1] - first[1], r[2] - first[2]];
    let differences = || rows.iter().map(difference);
    let varies = |column: usize| differences().any(|d| d[column] != 0);
    let normal = match (varies(0), varies(1), varies(2)) {
        (false, false, false) => [1, -1, 0],
        (true, true, false) => across(differences().find(|d| d[0] != 0 && d[1] != 0)?, 0, 1),
        (true, false, true) => with_free(across(differences().find(|d| d[0] != 0 && d[2] != 0)?, 0, 2), 1, 0, expected),
        (false, true, true) => with_free(across(differences().find(|d| d[1] != 0 && d[2] != 0)?, 1, 2), 0, 1, expected),
        (true, true, true) => {
            let u = differences().find(|d| *d != [0; 3])?;
            let crosses = differences().map(|v| cross(u, v));
            match crosses.into_iter().find(|n| *n != [0; 3]) {
                Some(normal) => reduced(normal),
                None => likeliest(u, expected)?,
            }
        }
        // one column varies alone: nothing relates it to the others
        (true, false, false) | (false, true, false) | (false, false, true) => return None,
    };
    let normal = if normal[0] < 0 { normal.map(|n| -n) } else { normal };
    let holds = differences().all(|d| (0..3).map(|k| normal[k] * d[k]).sum::<i64>() == 0);
    let usable = holds && normal[0] > 0 && normal[1] != 0 && (normal[2] != 0 || !varies(2));
    usable.then(|| Relation { x: normal[0], target: normal[1], y: varies(2).then_some(normal[2]), row: first })
}

fn cross(u: [i64; 3], v: [i64; 3]) -> [i64; 3] {
    [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
}

fn reduced(normal: [i64; 3]) -> [i64; 3] {
    let g = normal.iter().fold(0, |g, &n| num_integer::gcd(g, n));
    if g == 0 { normal } else { normal.map(|n| n / g) }
}

/// The relation between two columns that vary together.
fn across(d: [i64; 3], i: usize, j: usize) -> [i64; 3] {
    let mut normal = [0; 3];
    normal[i] = d[j];
    normal[j] = -d[i];
    reduced(normal)
}

/// All rows lie on a line, and many relations hold: one with the expected steps, else the smallest; `α > 0` and `β < 0`.
fn likeliest(d: [i64; 3], expected: [i64; 3]) -> Option<[i64; 3]> {
    let mut steps: Vec<i64> = (1..=SMALL_STEPS).chain(expected).collect();
    steps.sort_unstable();
    steps.dedup();
    let across = itertools::iproduct!(&steps, &steps).filter_map(|(&x, &t)| {
        let rest = t * d[1] - x * d[0];
        (rest != 0 && rest % d[2] == 0).then(|| [x, -t, rest / d[2]])
    });
    across.min_by_key(|n| (n.map(i64::abs) != expected, n.iter().map(|c| c.abs()).sum::<i64>()))
}

/// One column does not vary, so that any coefficient fits it: the expected one if those of the others are as expected, else 1.
/// Its sign is the opposite of `beside`, the column that it balances.
fn with_free(normal: [i64; 3], free: usize, beside: usize, expected: [i64; 3]) -> [i64; 3] {
    let others = (0..3).filter(|&k| k != free);
    // a common factor of the expected ones says as much as none
    let factor = expected[beside] / normal[beside].abs().max(1);
    let as_expected = factor > 0 && others.clone().all(|k| normal[k].abs() * factor == expected[k]);
    let (factor, size) = if as_expected { (factor, expected[free]) } else { (1, 1) };
    let mut whole = normal.map(|n| n * factor);
    whole[free] = -normal[beside].signum() * size;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of `l·x + low = t·m + d·y` over small boxes.
    fn rows(l: i64, t: i64, d: i64, low: i64, (xs, ms, ys): (i64, i64, i64)) -> Vec<[i64; 3]> {
        let all = itertools::iproduct!(0..xs, 0..ms, 0..ys);
        all.filter(|(x, m, y)| l * x + low == t * m + d * y).map(|(x, m, y)| [x, m, y]).collect()
    }

    #[test]
    fn general_relations_are_recovered() {
        for (l, t, d, low) in [(1, 1, 1, 0), (2, 1, 1, 1), (1, 2, 1, 1), (1, 1, 3, 2), (3, 1, 2, 4)] {
            let found = fit(&rows(l, t, d, low, (6, 9, 4)), [1; 3]).unwrap();
            assert_eq!((found.x, found.target, found.y), (l, -t, Some(-d)), "l {l}, t {t}, d {d}");
        }
    }

    #[test]
    fn columns_that_do_not_vary_leave_their_coefficient_open() {
        let k1 = fit(&rows(1, 1, 1, 0, (5, 5, 1)), [1; 3]).unwrap();
        assert_eq!((k1.x, k1.target, k1.y), (1, -1, None));
        let o1 = fit(&rows(1, 1, 1, 2, (1, 4, 3)), [1; 3]).unwrap();
        assert_eq!((o1.x, o1.target, o1.y), (1, -1, Some(-1)));
        let m1 = fit(&rows(1, 1, 1, 0, (3, 1, 3)), [1; 3]).unwrap();
        assert_eq!((m1.x, m1.target, m1.y), (1, -1, Some(-1)));
        let single = fit(&[[0, 0, 0]], [1; 3]).unwrap();
        assert_eq!((single.x, single.target, single.y), (1, -1, None));
    }

    #[test]
    fn rows_on_a_line_have_the_expected_steps() {
        let line = |expected| {
            let found = fit(&[[0, 2, 1], [1, 1, 0]], expected).unwrap();
            (found.x, found.target, found.y)
        };
        assert_eq!(line([1, 1, 1]), (1, -1, Some(2)));
        assert_eq!(line([2, 1, 3]), (2, -1, Some(3)));
    }

    #[test]
    fn unrelated_columns_are_refused() {
        let all: Vec<[i64; 3]> = itertools::iproduct!(0..3, 0..3, 0..3).map(|(x, m, y)| [x, m, y]).collect();
        assert_eq!(fit(&all, [1; 3]), None);
        assert_eq!(fit(&[], [1; 3]), None);
    }
}
