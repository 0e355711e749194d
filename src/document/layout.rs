//! Layout: where long rows break, which parts of a large matrix are shown.

use super::math::{Math, Op};
use super::measure::Measure;
use super::narrow::narrowed;
use super::opened::opened;
use super::{Display, Row};
use crate::formula::Glossary;

/// `left = chain[0] = chain[1] = …`, each broken at its operators where it does not fit into the line. Where all that does not help, the
/// left side stands in a line of its own.
pub(super) fn equation(glossary: &Glossary, measure: Measure, left: Math, chain: Vec<Math>) -> Vec<Row> {
    let equals = measure.width(glossary, &Math::Op(Op::Equals));
    let indent = measure.width(glossary, &left) + equals;
    // a short left side takes little room, and the equations around it are aligned with it
    if indent < measure.line() / 4 || !matches!(measure, Measure::Typeset { .. }) {
        return chained(glossary, measure, Some(left), chain, indent);
    }
    let width = |rows: &[Row]| rows.iter().map(|row| measure.width(glossary, &row.right)).max().unwrap_or(0);
    let rows = chained(glossary, measure, Some(left.clone()), chain.clone(), indent);
    let wide = indent + width(&rows);
    if wide <= nearly(measure.line()) {
        return rows;
    }
    let mut apart = stacked(glossary, measure, left, chain);
    if width(&apart) + equals >= wide {
        return rows;
    }
    if let Some(first) = apart.first_mut() {
        first.left = Some(Math::Row(Vec::new()));
    }
    apart
}

/// With the little that widths are estimated too large, and that lines have beside them: not worth a break at a bad place.
fn nearly(room: u32) -> u32 {
    room + room / 25
}

/// Both sides in rows of their own, each broken where it does not fit into the line.
pub(super) fn stacked(glossary: &Glossary, measure: Measure, left: Math, chain: Vec<Math>) -> Vec<Row> {
    let equals = measure.width(glossary, &Math::Op(Op::Equals));
    let lines = broken(glossary, measure, left, measure.pick(100, 0)).into_iter();
    let mut rows: Vec<Row> = lines.map(|right| Row { left: None, equals: false, right }).collect();
    rows.extend(chained(glossary, measure, None, chain, equals));
    rows
}

/// `left = chain[0]`, and a row or several for every further part.
fn chained(glossary: &Glossary, measure: Measure, mut left: Option<Math>, chain: Vec<Math>, indent: u32) -> Vec<Row> {
    let mut rows = Vec::new();
    for right in chain {
        for (place, part) in broken(glossary, measure, right, indent).into_iter().enumerate() {
            rows.push(Row { left: if place == 0 { left.take() } else { None }, equals: place == 0, right: part });
        }
    }
    rows
}

/// Where a row may be broken, from the best place on: before + and −, before ⊙ too, before every operator of a product, between factors.
const BREAKS: [fn(&Math, &Math) -> bool; 4] = [
    |_, part| matches!(part, Math::Op(Op::Plus | Op::Minus)),
    |_, part| matches!(part, Math::Op(Op::Plus | Op::Minus | Op::Hadamard | Op::HadamardDivision)),
    |_, part| {
        let products = matches!(part, Math::Stepped(..) | Math::Op(Op::Slide | Op::Star | Op::Times | Op::Equals));
        products || matches!(part, Math::Op(Op::Plus | Op::Minus | Op::Hadamard | Op::HadamardDivision))
    },
    |before, part| {
        let stuck = matches!(before, Math::Op(op) if *op != Op::Close)
            || matches!(before, Math::Big { .. } | Math::Stepped(..))
            || matches!(part, Math::Text(_) | Math::Op(Op::Comma | Op::Close));
        let applied = matches!(before, Math::Word(_) | Math::Name(_) | Math::Subscript(..))
            && matches!(part, Math::Brackets(_) | Math::Op(Op::Open));
        let raised = matches!(part, Math::Power(base, _) if matches!(**base, Math::Op(_)));
        !(stuck || applied || raised)
    },
];

/// Breaks a row so that each part fits beside `indent`. What cannot be broken at + and ⊙ loses middle terms of the sums inside it; only if
/// that is not enough either a product is broken, and at last what stands in brackets.
fn broken(glossary: &Glossary, measure: Measure, math: Math, indent: u32) -> Vec<Math> {
    let room = measure.line().saturating_sub(indent);
    let fits = |math: &Math| measure.width(glossary, math) <= room;
    let whole = if let Math::Row(parts) = math {
        parts
    } else if fits(&math) {
        return vec![math];
    } else {
        vec![math]
    };
    let mut again: Option<Vec<Math>> = None;
    let mut best: Option<(u32, Vec<Math>)> = None;
    for (place, breaks) in BREAKS.iter().chain(&BREAKS[2..]).enumerate() {
        if place == BREAKS.len() {
            let Some(opened) = opened(glossary, measure, &whole, room) else { break };
            again = Some(opened);
        }
        let (cuts, widest) = cuts(glossary, measure, again.as_ref().unwrap_or(&whole), room, breaks);
        if widest <= room {
            return cut(again.unwrap_or(whole), &cuts);
        }
        let lines = cut(again.unwrap_or_else(|| whole.clone()), &cuts);
        if place > 0 {
            let narrow = lines.iter().map(|line| narrowed(glossary, measure, line.clone(), room)).collect::<Vec<_>>();
            let widest = narrow.iter().map(|line| measure.width(glossary, line)).max().unwrap_or(0).max(room);
            if best.as_ref().is_none_or(|(before, _)| widest < *before) {
                best = Some((widest, narrow));
            }
            // text is broken further where it is written
            if widest <= nearly(room) || !matches!(measure, Measure::Typeset { .. }) {
                break;
            }
        }
        again = Some(lines.into_iter().flat_map(Math::into_parts).collect());
    }
    best.map_or_else(Vec::new, |(_, lines)| lines)
}

/// Before which parts a new line begins, and how wide the widest line is.
fn cuts(
    glossary: &Glossary,
    measure: Measure,
    parts: &[Math],
    room: u32,
    breaks: &dyn Fn(&Math, &Math) -> bool,
) -> (Vec<usize>, u32) {
    let (mut used, mut widest, mut start, mut pending) = (0, 0, 0, 0);
    let times = measure.width(glossary, &Math::Op(Op::Times));
    let mut cuts = Vec::new();
    let mut flush = |start: usize, pending: u32| {
        if used > 0 && used + pending > room {
            used = 0;
            cuts.push(start);
            if goes_on(&parts[start]) {
                used = times;
            }
        }
        used += pending;
        widest = widest.max(used);
    };
    for (place, part) in parts.iter().enumerate() {
        if place > start && breaks(&parts[place - 1], part) {
            flush(start, pending);
            (start, pending) = (place, 0);
        }
        pending += measure.width(glossary, part) + measure.pick(0, u32::from(place > start));
    }
    flush(start, pending);
    (cuts, widest)
}

/// A product that goes on in the next line has a sign there.
fn goes_on(first: &Math) -> bool {
    !matches!(first, Math::Stepped(..)) && !matches!(first, Math::Op(op) if *op != Op::Open)
}

/// The lines.
fn cut(parts: Vec<Math>, cuts: &[usize]) -> Vec<Math> {
    let (mut begin, end) = (0, parts.len());
    let mut parts = parts.into_iter();
    let mut line = |end: usize| {
        let mut line = Vec::with_capacity(end - begin + 1);
        line.extend((begin > 0 && goes_on(&parts.as_slice()[0])).then_some(Math::Op(Op::Times)));
        line.extend(parts.by_ref().take(end - begin));
        begin = end;
        Math::Row(line)
    };
    cuts.iter().copied().chain([end]).map(&mut line).collect()
}

/// The most rows in one display: TeX slows down on longer ones, and runs out of memory in the end.
pub(super) const ROWS_IN_DISPLAY: usize = 100;

/// Rows as displays of bounded length; an equation of several rows is kept together unless it is longer than a display.
pub(super) fn displays(rows: Vec<Row>) -> Vec<Display> {
    let mut list = Vec::new();
    let mut current: Vec<Row> = Vec::new();
    for row in rows {
        if current.len() >= ROWS_IN_DISPLAY && row.left.is_some() || current.len() >= 2 * ROWS_IN_DISPLAY {
            list.push(Display { rows: std::mem::take(&mut current), ..Display::default() });
        }
        current.push(row);
    }
    if !current.is_empty() {
        list.push(Display { rows: current, ..Display::default() });
    }
    list
}
