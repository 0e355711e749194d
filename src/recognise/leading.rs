//! Letters for the axes of a correlation that do not slide: which index columns are always equal, if need be after some of them
//! are taken apart into a group and a place in the group.
//!
//! Columns of size 1 say nothing. They are paired so that the letters come in the order that readers know: a batch before
//! channels, and the channels of the result before those of the operand in the kernel.

use itertools::Itertools;

use crate::expr::Role;
use crate::operator::Leading;

/// Rows of indices: of the first operand, of the result, of the kernel.
pub(super) type Rows = Vec<[Vec<usize>; 3]>;

/// At most this many columns of size 1 are paired, one way after another.
const MOST_SINGLE: usize = 8;

/// A column: an axis, or a digit of an axis that was taken apart.
#[derive(Clone, Copy, Debug)]
struct Column {
    /// 0 for the first operand, 1 for the result, 2 for the kernel.
    owner: usize,
    axis: usize,
    digit: Digit,
    size: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Digit {
    /// The index itself.
    Whole,
    /// The group, and how many places a group has.
    High(usize),
    /// The place in the group, and how many there are.
    Low(usize),
}

impl Column {
    fn value(&self, row: &[Vec<usize>; 3]) -> usize {
        let index = row[self.owner][self.axis];
        match self.digit {
            Digit::Whole => index,
            Digit::High(places) => index / places,
            Digit::Low(places) => index % places,
        }
    }

    /// A place that always is the same one needs no letter beside that of its group.
    fn may_go(&self) -> bool {
        matches!(self.digit, Digit::Low(1))
    }
}

/// A class for each column, and how good a reading that is: less is better.
type Reading = (Vec<usize>, [usize; 3]);

/// Letters for the leading axes of these sizes (of the first operand, the result, the kernel).
pub(super) fn leading(sizes: [&[usize]; 3], roles: [Role; 2], rows: &Rows) -> Option<Leading> {
    if sizes.iter().all(|s| s.is_empty()) {
        return Some(Leading::default());
    }
    let parts = parts(roles);
    let whole = columns(sizes, None);
    let plain = read(&whole, rows, parts);
    if let Some((classes, [0, 0, _])) = &plain {
        return Some(letters(&whole, classes, sizes, 1));
    }
    // taken apart by a group, everything has to meet something
    let axes = sizes.iter().map(|s| 0..s.len()).multi_cartesian_product();
    let mut best: Option<([usize; 3], Leading)> = None;
    for axes in axes {
        let common = (0..3).fold(0, |g, k| num_integer::gcd(g, sizes[k][axes[k]]));
        let meet = |groups: usize| {
            let group = |row: &[Vec<usize>; 3], k: usize| row[k][axes[k]] / (sizes[k][axes[k]] / groups);
            rows.iter().all(|row| group(row, 0) == group(row, 1) && group(row, 1) == group(row, 2))
        };
        for groups in (2..=common).filter(|&g| common.is_multiple_of(g) && meet(g)) {
            let columns = columns(sizes, Some(([axes[0], axes[1], axes[2]], groups)));
            let reading = read(&columns, rows, parts);
            let Some((classes, rank @ [0, 0, _])) = reading.filter(|(classes, _)| of_groups(&columns, classes)) else {
                continue;
            };
            if best.as_ref().is_none_or(|(known, _)| rank < *known) {
                best = Some((rank, letters(&columns, &classes, sizes, groups)));
            }
        }
    }
    let plain = || plain.map(|(classes, _)| letters(&whole, &classes, sizes, 1));
    best.map(|(_, found)| found).or_else(plain)
}

/// The columns in order, one axis of each tensor taken apart if asked for.
fn columns(sizes: [&[usize]; 3], split: Option<([usize; 3], usize)>) -> Vec<Column> {
    let mut list = Vec::new();
    for (owner, sizes) in sizes.into_iter().enumerate() {
        for (axis, &size) in sizes.iter().enumerate() {
            match split {
                Some((axes, groups)) if axes[owner] == axis => {
                    let places = size / groups;
                    list.push(Column { owner, axis, digit: Digit::High(places), size: groups });
                    list.push(Column { owner, axis, digit: Digit::Low(places), size: places });
                }
                _ => list.push(Column { owner, axis, digit: Digit::Whole, size }),
            }
        }
    }
    list
}

/// Do the three groups meet, and nothing else of all three?
fn of_groups(columns: &[Column], classes: &[usize]) -> bool {
    let of = |class: usize| columns.iter().zip(classes).filter(move |(_, c)| **c == class).map(|(column, _)| column);
    classes.iter().unique().all(|&class| {
        let high = of(class).filter(|c| matches!(c.digit, Digit::High(_))).count();
        high == 3 || (high == 0 && of(class).count() <= 2)
    })
}

/// Columns that are equal in every row share a class, those of size 1 are paired. `None` where two columns of one tensor are equal.
/// The rank counts columns with a size that meet nothing, columns of size 1 that meet nothing, and letters out of order.
fn read(columns: &[Column], rows: &Rows, parts: [Part; 3]) -> Option<Reading> {
    let mut classes: Vec<usize> = (0..columns.len()).collect();
    for (column, class) in columns.iter().zip(&mut classes) {
        let same = |c: &Column| c.size > 1 && c.size == column.size;
        *class = columns.iter().position(same).unwrap_or(*class);
    }
    let mut values = vec![0; columns.len()];
    for row in rows {
        values.iter_mut().zip(columns).for_each(|(v, c)| *v = c.value(row));
        if (0..columns.len()).any(|c| values[c] != values[classes[c]]) {
            let same = |c: usize, d: usize| classes[c] == classes[d] && values[c] == values[d];
            classes = (0..columns.len()).map(|c| (0..c).find(|&d| same(c, d)).unwrap_or(c)).collect();
        }
    }
    for (c, column) in columns.iter().enumerate() {
        if column.size == 1 {
            classes[c] = c;
        }
    }
    let twice = |c: usize, d: usize| classes[c] == classes[d] && columns[c].owner == columns[d].owner;
    if (0..columns.len()).array_combinations().any(|[c, d]| twice(c, d)) {
        return None;
    }
    let meets = |c: usize, classes: &[usize]| classes.iter().filter(|&&d| d == classes[c]).count() > 1;
    let alone = (0..columns.len()).filter(|&c| columns[c].size > 1 && !meets(c, &classes)).count();
    let single: Vec<usize> = (0..columns.len()).filter(|&c| columns[c].size == 1).collect();
    let mut best: Option<Reading> = None;
    let mut ends = |classes: &[usize]| {
        let left = single.iter().filter(|&&c| !columns[c].may_go() && !meets(c, classes)).count();
        let rank = [alone, left, out_of_order(columns, classes, parts)];
        if best.as_ref().is_none_or(|(_, known)| rank < *known) {
            best = Some((classes.to_vec(), rank));
        }
    };
    if single.len() > MOST_SINGLE {
        ends(&classes)
    } else {
        pair(columns, &single, &mut classes, &mut ends)
    }
    best
}

/// Calls `ends` with every way of pairing these columns.
fn pair(columns: &[Column], rest: &[usize], classes: &mut [usize], ends: &mut impl FnMut(&[usize])) {
    let Some((&first, rest)) = rest.split_first() else { return ends(classes) };
    for (place, &other) in rest.iter().enumerate() {
        if columns[other].owner != columns[first].owner {
            let left: Vec<usize> = rest[..place].iter().chain(&rest[place + 1..]).copied().collect();
            classes[other] = classes[first];
            pair(columns, &left, classes, ends);
            classes[other] = other;
        }
    }
    pair(columns, rest, classes, ends);
}

/// What a tensor is to a layer that slides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Flowing,
    Result,
    Kernel,
}

/// The parts of the first operand, the result and the second operand, whether this is the layer itself or a gradient of it: the
/// errors are indexed as the layer's result is.
pub(super) fn parts(roles: [Role; 2]) -> [Part; 3] {
    let part = |role: Role| match role {
        Role::Adjoint => Part::Result,
        Role::Weight => Part::Kernel,
        Role::Input | Role::Data | Role::Intermediate | Role::Output | Role::Target | Role::Bias => Part::Flowing,
    };
    let [x, y] = roles.map(part);
    let (x, y) = if x == y { (Part::Flowing, Part::Kernel) } else { (x, y) };
    let all = [Part::Flowing, Part::Kernel, Part::Result];
    let out = all.into_iter().find(|p| *p != x && *p != y).unwrap_or(Part::Result);
    [x, out, y]
}

/// How many pairs of letters stand in another order than readers know.
fn out_of_order(columns: &[Column], classes: &[usize], parts: [Part; 3]) -> usize {
    let has = |class: usize, part: Part| {
        columns.iter().zip(classes).any(|(column, &c)| c == class && parts[column.owner] == part)
    };
    let rank = |c: usize| {
        let [flowing, kernel, result] = [Part::Flowing, Part::Kernel, Part::Result].map(|p| has(classes[c], p));
        match (flowing, kernel, result) {
            (true, false, true) => 0,
            (true, true, true) => 1,
            (false, true, true) => 2,
            _ => 3,
        }
    };
    let both = |[c, d]: [usize; 2]| columns[c].owner == columns[d].owner && rank(c) > rank(d);
    (0..columns.len()).array_combinations().filter(|&pair| both(pair)).count()
}

/// Classes as letters, in the order in which they are met.
fn letters(columns: &[Column], classes: &[usize], sizes: [&[usize]; 3], groups: usize) -> Leading {
    let seen: Vec<usize> = classes.iter().copied().unique().collect();
    let meets = |class: usize| classes.iter().filter(|&&c| c == class).count() > 1;
    let [x, out, y] = [0, 1, 2].map(|owner| {
        let mut list = vec![Vec::new(); sizes[owner].len()];
        for (column, class) in columns.iter().zip(classes).filter(|(c, _)| c.owner == owner) {
            if !column.may_go() || meets(*class) {
                let letter = seen.iter().position(|s| s == class).unwrap_or(0);
                list[column.axis].push(letter as u8);
            }
        }
        list
    });
    let split = [&x, &out, &y].into_iter().flatten().any(|letters| letters.len() > 1);
    Leading { x, y, out, groups: if split { groups } else { 1 } }
}
