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

/// Fits the relation to rows of (x, target, y). A column that does not vary gets the coefficient 1, -1 or none.
///
/// The difference lattice of the rows has rank at most 2 if there is a relation; with rank 2 the relation is the cross product of
/// two differences, with rank 1 it lies in the plane of the columns that do vary.
pub(super) fn fit(rows: &[[i64; 3]]) -> Option<Relation> {
    let first = *rows.first()?;
    let difference = |r: &[i64; 3]| [r[0] - first[0], r[1] - first[1], r[2] - first[2]];
    let differences = || rows.iter().map(difference);
    let varies = |column: usize| differences().any(|d| d[column] != 0);
    let normal = match (varies(0), varies(1), varies(2)) {
        (false, false, false) => [1, -1, 0],
        (true, true, false) => across(differences().find(|d| d[0] != 0 && d[1] != 0)?, 0, 1),
        (true, false, true) => with_free_target(across(differences().find(|d| d[0] != 0 && d[2] != 0)?, 0, 2)),
        (false, true, true) => with_free_x(across(differences().find(|d| d[1] != 0 && d[2] != 0)?, 1, 2)),
        (true, true, true) => {
            let u = differences().find(|d| *d != [0; 3])?;
            let crosses = differences().map(|v| cross(u, v));
            let normal = crosses.into_iter().find(|n| *n != [0; 3]);
            reduced(normal?)
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

/// The result has one entry along this axis: any stride fits, 1 is the smallest.
fn with_free_target(normal: [i64; 3]) -> [i64; 3] {
    [normal[0], -normal[0].signum(), normal[2]]
}

/// The first operand has one entry along this axis: any spreading fits, 1 is the smallest.
fn with_free_x(normal: [i64; 3]) -> [i64; 3] {
    [-normal[1].signum(), normal[1], normal[2]]
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
            let found = fit(&rows(l, t, d, low, (6, 9, 4))).unwrap();
            assert_eq!((found.x, found.target, found.y), (l, -t, Some(-d)), "l {l}, t {t}, d {d}");
        }
    }

    #[test]
    fn columns_that_do_not_vary_leave_their_coefficient_open() {
        let k1 = fit(&rows(1, 1, 1, 0, (5, 5, 1))).unwrap();
        assert_eq!((k1.x, k1.target, k1.y), (1, -1, None));
        let o1 = fit(&rows(1, 1, 1, 2, (1, 4, 3))).unwrap();
        assert_eq!((o1.x, o1.target, o1.y), (1, -1, Some(-1)));
        let m1 = fit(&rows(1, 1, 1, 0, (3, 1, 3))).unwrap();
        assert_eq!((m1.x, m1.target, m1.y), (1, -1, Some(-1)));
        let single = fit(&[[0, 0, 0]]).unwrap();
        assert_eq!((single.x, single.target, single.y), (1, -1, None));
    }

    #[test]
    fn unrelated_columns_are_refused() {
        let all: Vec<[i64; 3]> = itertools::iproduct!(0..3, 0..3, 0..3).map(|(x, m, y)| [x, m, y]).collect();
        assert_eq!(fit(&all), None);
        assert_eq!(fit(&[]), None);
    }
}
