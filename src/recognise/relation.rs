//! Affine relations between index columns: `l·x = t·m + d·y + c` for every row and, of the places there are, for no others.

/// The relation of one axis, `l·(x − x₀) = t·(m − m₀) + d·(y − y₀)` with `l` and `t` positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Relation {
    /// `[l, t, d]`; a column of one place has the step 1.
    pub(super) steps: [i64; 3],
    /// One row, `[x₀, m₀, y₀]`.
    pub(super) row: [i64; 3],
    /// How many more places satisfy it than the rows have.
    pub(super) spurious: usize,
    /// Are the steps those that were expected?
    pub(super) likely: bool,
}

/// How far steps are tried where many relations hold.
const SMALL_STEPS: i64 = 8;

/// Fits the relation of one axis to rows of (x, m, y), where the columns have this many places, with `d` of this sign. Where many
/// relations hold for the rows, the one that holds for the fewest other places is it; then one with the expected steps, then the
/// smallest.
///
/// The differences of the rows span a lattice of rank at most 2 if there is a relation. With rank 2 it is the cross product of two
/// of them; rows on a line or a single one leave some of the steps open.
pub(super) fn fit(rows: &[[i64; 3]], sizes: [i64; 3], expected: [i64; 3], sign: i64) -> Option<Relation> {
    let row = *rows.first()?;
    let differences = || rows.iter().map(|r| [r[0] - row[0], r[1] - row[1], r[2] - row[2]]);
    let holds = |[l, t, d]: [i64; 3]| differences().all(|u| l * u[0] == t * u[1] + d * u[2]);
    let line = differences().find(|u| *u != [0; 3]);
    let likely: [i64; 3] = std::array::from_fn(|k| if sizes[k] == 1 { 1 } else { expected[k] });
    let relation = |steps: [i64; 3], spurious| Relation { steps, row, spurious, likely: steps.map(i64::abs) == likely };
    if let Some(normal) = line.and_then(|u| differences().map(|v| cross(u, v)).find(|n| *n != [0; 3])) {
        let [l, t, d] = upright(normal);
        let steps = [l, -t, -d];
        // a column of one place may have any step
        let steps = if sizes[2] == 1 { [l, -t, sign] } else { steps };
        return (l > 0 && steps[1] > 0 && steps[2] * sign > 0 && holds(steps)).then(|| relation(steps, 0));
    }
    let mut distinct = rows.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let candidates = open(line, sizes, likely, sign);
    let mut best: Option<Relation> = None;
    for steps in candidates.into_iter().filter(|&c| holds(c)) {
        let least = best.map_or(usize::MAX, |b| b.spurious);
        let Some(spurious) = places(steps, row, sizes, distinct.len().saturating_add(least)) else { continue };
        best = Some(relation(steps, spurious - distinct.len()));
        if spurious == distinct.len() {
            break;
        }
    }
    best
}

/// Steps for rows that are a single one, or on a line in this direction; the likeliest first.
fn open(line: Option<[i64; 3]>, sizes: [i64; 3], likely: [i64; 3], sign: i64) -> Vec<[i64; 3]> {
    let line = line.map_or([0; 3], upright);
    let tried = |k: usize| {
        let mut steps: Vec<i64> = (1..=SMALL_STEPS).chain(likely).chain(line.map(i64::abs)).collect();
        steps.retain(|&s| s > 0 && (sizes[k] > 1 || s == 1));
        steps.sort_unstable();
        steps.dedup();
        steps
    };
    let mut all: Vec<[i64; 3]> = if line[2] == 0 {
        itertools::iproduct!(tried(0), tried(1), tried(2)).map(|(l, t, d)| [l, t, sign * d]).collect()
    } else {
        let third = |(l, t): (i64, i64)| {
            let rest = l * line[0] - t * line[1];
            (rest % line[2] == 0 && rest / line[2] * sign > 0).then(|| [l, t, rest / line[2]])
        };
        itertools::iproduct!(tried(0), tried(1)).filter_map(third).collect()
    };
    all.sort_by_key(|c| (c.map(i64::abs) != likely, c.iter().map(|s| s.abs()).sum::<i64>()));
    all
}

/// How many places satisfy the relation, if fewer than `most`: those of the two longer columns are counted for each of the shortest.
fn places([l, t, d]: [i64; 3], row: [i64; 3], sizes: [i64; 3], most: usize) -> Option<usize> {
    let weights = [l, -t, -d];
    let mut columns = [0, 1, 2];
    columns.sort_by_key(|&k| sizes[k]);
    let [short, one, other] = columns;
    let whole: i64 = (0..3).map(|k| weights[k] * row[k]).sum();
    let mut count = 0;
    for place in 0..sizes[short] {
        let rest = whole - weights[short] * place;
        count += solutions([weights[one], weights[other]], rest, [sizes[one], sizes[other]]);
        if count >= most {
            return None;
        }
    }
    Some(count)
}

/// How many pairs below these sizes satisfy `a·x + b·y = rest`; neither a nor b is 0.
fn solutions([a, b]: [i64; 2], rest: i64, [xs, ys]: [i64; 2]) -> usize {
    let g = num_integer::gcd(a, b);
    if rest % g != 0 {
        return 0;
    }
    // x moves in steps of this, y in steps of the other
    let (step, back) = ((b / g).abs(), (a / g).abs());
    let Some(first) = (0..step.min(xs)).find(|x| (rest - a * x) % b == 0) else { return 0 };
    let (last, y) = ((xs - 1 - first) / step, (rest - a * first) / b);
    // after k steps y is y ∓ k·back, and lies below ys and not below 0
    let (low, high) = if (a > 0) == (b > 0) { (y - ys + 1, y) } else { (-y, ys - 1 - y) };
    let (low, high) = (-(-low).div_euclid(back), high.div_euclid(back));
    usize::try_from(high.min(last) - low.max(0) + 1).unwrap_or(0)
}

fn cross(u: [i64; 3], v: [i64; 3]) -> [i64; 3] {
    [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
}

/// In lowest terms, the first positive.
fn upright(v: [i64; 3]) -> [i64; 3] {
    let g = v.iter().fold(0, |g, &n| num_integer::gcd(g, n)).max(1);
    let sign = if v[0] < 0 { -1 } else { 1 };
    v.map(|n| n / g * sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of `l·x + low = t·m + d·y` over small boxes.
    fn rows([l, t, d]: [i64; 3], low: i64, [xs, ms, ys]: [i64; 3]) -> Vec<[i64; 3]> {
        let all = itertools::iproduct!(0..xs, 0..ms, 0..ys);
        all.filter(|(x, m, y)| l * x + low == t * m + d * y).map(|(x, m, y)| [x, m, y]).collect()
    }

    fn steps(rows: &[[i64; 3]], sizes: [i64; 3], expected: [i64; 3], sign: i64) -> Option<[i64; 3]> {
        fit(rows, sizes, expected, sign).map(|found| found.steps)
    }

    #[test]
    fn general_relations_are_recovered() {
        let sizes = [6, 9, 4];
        for (wanted, low) in [([1, 1, 1], 0), ([2, 1, 1], 1), ([1, 2, 1], 1), ([1, 1, 3], 2), ([3, 1, 2], 4)] {
            let rows = rows(wanted, low, sizes);
            assert_eq!(steps(&rows, sizes, [1; 3], 1), Some(wanted));
            assert_eq!(steps(&rows, sizes, [1; 3], -1), None);
        }
    }

    #[test]
    fn columns_of_one_place_leave_their_step_open() {
        for (low, sizes) in [(0, [5, 5, 1]), (2, [1, 4, 3]), (0, [3, 1, 3]), (0, [1, 1, 1])] {
            assert_eq!(steps(&rows([1; 3], low, sizes), sizes, [1; 3], 1), Some([1; 3]), "{sizes:?}");
        }
    }

    #[test]
    fn places_that_no_row_has_tell_what_the_rows_leave_open() {
        // a single one of three errors is read, and its neighbours would be read too if they lay side by side
        let sizes = [3, 5, 1];
        assert_eq!(rows([3, 1, 1], -1, sizes), [[1, 2, 0]]);
        assert_eq!(steps(&[[1, 2, 0]], sizes, [3, 1, 1], 1), Some([3, 1, 1]));
        assert_ne!(steps(&[[1, 2, 0]], sizes, [1; 3], 1), Some([1; 3]));
        // of a kernel of two entries one is met
        let found = fit(&[[0, 0, 1]], [1, 1, 2], [1; 3], 1).unwrap();
        assert_eq!((found.steps, found.spurious), ([1, 1, 1], 0));
    }

    #[test]
    fn rows_on_a_line_have_the_expected_steps() {
        let line = |expected| steps(&[[0, 2, 1], [1, 1, 0]], [2, 3, 2], expected, -1);
        assert_eq!(line([1, 2, 3]), Some([1, 2, -3]));
        assert_eq!(line([2, 1, 3]), Some([2, 1, -3]));
    }

    #[test]
    fn places_are_counted_as_if_one_by_one() {
        for (l, t, d) in itertools::iproduct!(1..4, 1..4, [-3, -2, -1, 1, 2, 3]) {
            for (row, sizes) in [([0, 0, 0], [4, 5, 6]), ([3, 1, 2], [7, 2, 3]), ([1, 4, 0], [2, 9, 1])] {
                let holds = |&(x, m, y): &(i64, i64, i64)| l * (x - row[0]) == t * (m - row[1]) + d * (y - row[2]);
                let one_by_one = itertools::iproduct!(0..sizes[0], 0..sizes[1], 0..sizes[2]).filter(holds).count();
                assert_eq!(
                    places([l, t, d], row, sizes, usize::MAX),
                    Some(one_by_one),
                    "{l} {t} {d} {row:?} {sizes:?}"
                );
                assert_eq!(places([l, t, d], row, sizes, one_by_one), None);
            }
        }
    }

    #[test]
    fn unrelated_columns_are_refused() {
        let all: Vec<[i64; 3]> = itertools::iproduct!(0..3, 0..3, 0..3).map(|(x, m, y)| [x, m, y]).collect();
        for sign in [1, -1] {
            assert_eq!(fit(&all, [3; 3], [1; 3], sign), None);
            assert_eq!(fit(&[], [3; 3], [1; 3], sign), None);
        }
    }
}
