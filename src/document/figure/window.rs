//! The picture of a window at one place: the grid that it slides over, what it covers, and the entry of the result that this gives.

use super::grids::{Cell, Grids, Look, Note, SMALL_LETTERS, Seen};
use super::slide::{Place, Slide};
use super::{Figure, LETTERS, Point};
use crate::derivation::Derivation;
use crate::document::layout::equation;
use crate::document::math::{Math, Op};
use crate::document::measure::Measure;
use crate::document::resolve::set;
use crate::expr::{ExprId, Symbol, TensorId};
use crate::formula::Glossary;
use crate::formula::{Level, Maxima, Scalars};
use crate::operator::{Operand, TensorOp};

/// The most cells of a grid in a row or a column.
pub(in crate::document) const MOST_CELLS: usize = 14;
/// The widest cell.
const WIDEST: i32 = 900;
/// The smallest cell: half of what it is with a factor in the corner, and without.
const CELL: (i32, i32, i32) = (240, 240, 200);
/// Cells are so many whole times as wide and as high, so that dashes meet at corners.
const DASHES: i32 = 40;
/// Room for the name above a grid, between grids side by side, between grids one below the other, between lines of the equation.
const NAME: i32 = 170;
const BESIDE: i32 = 420;
const BELOW: i32 = 150;
const LINE: i32 = 165;
const MARGIN: i32 = 30;
/// What a page has room for.
const PAGE: Point = (3440, 4900);
/// Letters of so many thousandths of their size are as good as any: grids are not set one below the other for more.
const LARGE: i32 = 850;
/// The least width that an equation is given.
const EQUATION: i32 = 2600;

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::document) enum Missing {
    /// Nothing slides.
    Still,
    /// It slides along so many axes.
    Axes(usize),
    /// A grid would have too many cells.
    TooLarge,
    /// The letters in a cell would be too wide.
    TooWide,
}

/// What is to be seen in a picture, for the words around it.
pub(in crate::document) struct Sight {
    /// What is slid over.
    pub(in crate::document) x: Math,
    /// What its entries are multiplied by.
    pub(in crate::document) y: Option<Math>,
    /// Is that rotated?
    pub(in crate::document) turned: bool,
    /// The chosen entry.
    pub(in crate::document) entry: Math,
    /// The size of the grid that is slid over, of the window, of the result.
    pub(in crate::document) sizes: [Vec<usize>; 3],
    /// First and last place that the window covers along each axis, from 1; its place in the result.
    pub(in crate::document) covers: Vec<(usize, usize)>,
    pub(in crate::document) chosen: Vec<usize>,
    /// Are there zeros between entries, zeros around them, cropped places, gaps in the window?
    pub(in crate::document) between: bool,
    pub(in crate::document) around: bool,
    pub(in crate::document) cropped: bool,
    pub(in crate::document) apart: bool,
    /// Is it one slice of several?
    pub(in crate::document) sliced: bool,
}

/// What a picture is made of.
pub(in crate::document) struct View<'a> {
    pub(in crate::document) derivation: &'a Derivation,
    pub(in crate::document) glossary: &'a Glossary,
    /// What the operator gives.
    pub(in crate::document) target: TensorId,
    /// The letters of an operand.
    pub(in crate::document) operand: &'a dyn Fn(Operand) -> Math,
    /// The expression of an entry of the target, by its offset, if it is to stand below the grids.
    pub(in crate::document) entry: Option<&'a dyn Fn(usize) -> Math>,
    /// The chosen entry, if one was asked for: its indices from 0.
    pub(in crate::document) at: Option<&'a [usize]>,
}

impl View<'_> {
    /// Is there an operator here that slides?
    pub(in crate::document) fn slides(&self, op: &TensorOp) -> bool {
        Slide::of(op, self.glossary, self.target).is_some()
    }

    /// The picture of an operator.
    pub(in crate::document) fn figure(&self, op: &TensorOp) -> Result<(Figure, Sight), Missing> {
        let slide = Slide::of(op, self.glossary, self.target).ok_or(Missing::Still)?;
        if !(1..=2).contains(&slide.axes.len()) {
            return Err(Missing::Axes(slide.axes.len()));
        }
        if slide.axes.iter().any(|a| a.places().count() > MOST_CELLS || a.results > MOST_CELLS) {
            return Err(Missing::TooLarge);
        }
        // the last indices are those of the axes that slide
        let chosen = self.at.and_then(|at| at.get(at.len().checked_sub(slide.axes.len())?..)).map(<[usize]>::to_vec);
        let chosen = chosen.unwrap_or_else(|| slide.fullest());
        let (rows, cropped) = self.rows(&slide, &chosen);
        let results = self.results(&slide, &chosen);
        let sight = self.sight(&slide, &chosen, cropped, &rows);
        let mut grids = Grids { rows, ..Grids::default() };
        let left = self.label(self.target, self.offset(&chosen) as u32);
        grids.equation = self.entry.map(|entry| (left, entry(self.offset(&chosen))));
        let size = self.lay_out(&slide, &chosen, &results, &mut grids)?;
        let figure = Figure { size, grids, ..Figure::default() };
        Ok((figure, sight))
    }

    fn offset(&self, result: &[usize]) -> usize {
        Slide::offset(self.glossary.shape(self.target), result)
    }

    /// The cells of the grid that is slid over, and whether any is cropped.
    fn rows(&self, slide: &Slide, chosen: &[usize]) -> (Vec<Vec<Seen>>, bool) {
        let covered = slide.covered(chosen);
        let mut cropped = false;
        let zero = || Math::integer(0);
        let last = slide.axes[slide.axes.len() - 1];
        let above = if let [first, _] = slide.axes.as_slice() { first.places().collect() } else { vec![0] };
        let rows = above.into_iter().map(|row| {
            let cells = last.places().map(|column| {
                let places = if slide.axes.len() == 2 { vec![row, column] } else { vec![column] };
                let outside = slide.axes.iter().zip(&places).any(|(a, &p)| a.is_cropped(p));
                cropped |= outside;
                let along: Option<Vec<usize>> = slide
                    .axes
                    .iter()
                    .zip(&places)
                    .map(|(a, &p)| if let Place::Entry(i) = a.at(p) { Some(i) } else { None })
                    .collect();
                let kernel = covered.iter().find(|(at, _)| *at == places).map(|(_, index)| index);
                let look = match (outside, kernel, &along) {
                    (true, _, _) => Look::Cropped,
                    (false, Some(_), Some(_)) => Look::Covered,
                    (false, Some(_), None) => Look::CoveredZero,
                    (false, None, Some(_)) => Look::Entry,
                    (false, None, None) => Look::Zero,
                };
                let label = along.map_or_else(zero, |at| self.element(slide.x, &at));
                let factor = kernel.and_then(|index| Some(self.element(slide.y?, index)));
                Seen { look, label, factor }
            });
            cells.collect()
        });
        (rows.collect(), cropped)
    }

    /// The cells of the result.
    fn results(&self, slide: &Slide, chosen: &[usize]) -> Vec<Vec<Seen>> {
        let columns = slide.axes[slide.axes.len() - 1].results;
        let above = if let [first, _] = slide.axes.as_slice() { first.results } else { 1 };
        let cell = |row: usize, column: usize| {
            let at = if slide.axes.len() == 2 { vec![row, column] } else { vec![column] };
            let look = if at == chosen { Look::Chosen } else { Look::Entry };
            Seen { look, label: self.label(self.target, self.offset(&at) as u32), factor: None }
        };
        (0..above).map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect()
    }

    /// An entry of an operand.
    fn element(&self, of: Operand, at: &[usize]) -> Math {
        let offset = Slide::offset(self.glossary.shape(of.tensor()), at) as u32;
        match of {
            Operand::Plain(tensor) => self.label(tensor, offset),
            Operand::Each(template, _) => self.moved(template, offset),
        }
    }

    /// A template for first elements, written for those at this offset.
    fn moved(&self, template: ExprId, offset: u32) -> Math {
        let symbol = |s: Symbol| self.glossary.element(s.tensor, s.offset + offset);
        let arena = &self.derivation.system.arena;
        set(self.glossary, &Scalars { arena, maxima: &Maxima::default(), symbol: &symbol }.formula(template))
    }

    fn label(&self, tensor: TensorId, offset: u32) -> Math {
        set(self.glossary, &self.glossary.element(tensor, offset))
    }

    fn sight(&self, slide: &Slide, chosen: &[usize], cropped: bool, rows: &[Vec<Seen>]) -> Sight {
        let any = |wanted: Place| slide.axes.iter().any(|a| a.places().any(|p| !a.is_cropped(p) && a.at(p) == wanted));
        let number = |axis: &super::slide::Axis, place: i64| (place - axis.places().start + 1) as usize;
        let covers = slide.axes.iter().zip(chosen).map(|(axis, &result)| {
            let covered = axis.covered(result);
            let end = |p: Option<&i64>| number(axis, p.copied().unwrap_or(0));
            (end(covered.first()), end(covered.last()))
        });
        let drawn = if slide.axes.len() == 2 { vec![rows.len(), rows[0].len()] } else { vec![rows[0].len()] };
        Sight {
            x: (self.operand)(slide.x),
            y: slide.y.map(|y| (self.operand)(y)),
            turned: slide.turned && slide.axes.iter().any(|a| a.window() > 1),
            entry: self.label(self.target, self.offset(chosen) as u32),
            sizes: [
                drawn,
                slide.axes.iter().map(|a| a.window()).collect(),
                slide.axes.iter().map(|a| a.results).collect(),
            ],
            covers: covers.collect(),
            chosen: chosen.iter().map(|c| c + 1).collect(),
            between: any(Place::Between),
            around: any(Place::Around),
            cropped,
            apart: slide.axes.iter().any(|a| a.apart() > 1),
            sliced: slide.sliced,
        }
    }

    /// Places both grids side by side, or one below the other where that leaves the letters larger, and the equation below.
    fn lay_out(
        &self,
        slide: &Slide,
        chosen: &[usize],
        results: &[Vec<Seen>],
        grids: &mut Grids,
    ) -> Result<Point, Missing> {
        let rows = std::mem::take(&mut grids.rows);
        let (left, right) = (self.cell_size(&rows), self.cell_size(results));
        if left.0.max(right.0) > WIDEST {
            return Err(Missing::TooWide);
        }
        let extent =
            |cells: &[Vec<Seen>], cell: Point| (cell.0 * cells[0].len() as i32, cell.1 * cells.len() as i32 + NAME);
        let (one, two) = (extent(&rows, left), extent(results, right));
        let side_by_side = (one.0 + BESIDE + two.0, one.1.max(two.1));
        let stacked = (one.0.max(two.0), one.1 + BELOW + two.1);
        let shrunk = |size: Point| (PAGE.0 * 1000 / size.0).min(PAGE.1 * 1000 / size.1).min(1000);
        let beside = shrunk(side_by_side) >= shrunk(stacked).min(LARGE);
        let size = if beside { side_by_side } else { stacked };
        let lines = self.lines(grids, size.0);
        let width = lines.iter().map(|l| l.2).max().unwrap_or(0).max(size.0);
        let shift = MARGIN + (width - size.0) / 2;
        let (from, to) = if beside {
            let down = |own: Point| MARGIN + (size.1 - own.1) / 2;
            ((shift, down(one)), (shift + one.0 + BESIDE, down(two)))
        } else {
            let across = |own: Point| shift + (size.0 - own.0) / 2;
            ((across(one), MARGIN), (across(two), MARGIN + one.1 + BELOW))
        };
        let factors = slide.y.is_some();
        grids.add(&rows, left, from, (self.operand)(slide.x), factors);
        grids.add(results, right, to, set(self.glossary, &self.glossary.tensor(self.target, Level::None)), false);
        if beside {
            let at = (shift + one.0 + BESIDE / 2, MARGIN + NAME + (size.1 - NAME) / 2);
            grids.notes.push(Note::middle(Math::Op(Op::To), at));
        }
        let first = slide.axes.first().filter(|_| slide.axes.len() == 2);
        let across = slide.axes[slide.axes.len() - 1];
        let ends = |axis: &super::slide::Axis, result: usize| {
            let (covered, start) = (axis.covered(result), axis.places().start);
            let end = |p: Option<&i64>| (p.copied().unwrap_or(0) - start) as i32;
            (end(covered.first()), end(covered.last()) + 1)
        };
        let (top, bottom) = first.map_or((0, 1), |axis| ends(axis, chosen[0]));
        let (start, end) = ends(&across, chosen[chosen.len() - 1]);
        let corner = |column: i32, row: i32| (from.0 + column * left.0, from.1 + NAME + row * left.1);
        grids.frames.push((corner(start, top), corner(end, bottom)));
        grids.rows = rows;
        let mut y = MARGIN + size.1;
        for (math, indent, _) in lines {
            y += LINE;
            let x = MARGIN + (width - size.0.max(EQUATION).min(width)) / 2;
            grids.notes.push(Note { centred: false, ..Note::middle(math, (x + indent, y)) });
        }
        Ok((width + 2 * MARGIN, y + LINE / 2 + MARGIN))
    }

    /// The equation of the chosen entry in lines, each with its indent and where it ends.
    fn lines(&self, grids: &Grids, width: i32) -> Vec<(Math, i32, i32)> {
        let Some((left, right)) = grids.equation.clone() else { return Vec::new() };
        let measure = Measure::Typeset { line: (width.max(EQUATION) * 100 / LETTERS) as u32 };
        let equals = Math::Op(Op::Equals);
        let indent = self.width(&left) + self.width(&equals) / 2;
        let rows = equation(self.glossary, measure, left, vec![right]);
        let lines = rows.into_iter().map(|row| {
            let mut parts = Vec::new();
            let indent = if row.left.is_some() { 0 } else { indent };
            parts.extend(row.left);
            if row.equals {
                parts.push(equals.clone());
            }
            parts.extend(row.right.into_parts());
            let math = Math::Row(parts);
            let end = indent + self.width(&math);
            (math, indent, end)
        });
        lines.collect()
    }

    /// Large enough for the widest label and the widest factor.
    fn cell_size(&self, rows: &[Vec<Seen>]) -> Point {
        let cells = || rows.iter().flatten();
        let label = cells().map(|c| self.width(&c.label)).max().unwrap_or(0);
        let factor = cells().filter_map(|c| c.factor.as_ref()).map(|f| self.width(f) * SMALL_LETTERS / LETTERS).max();
        let tall = cells().any(|c| matches!(c.label, Math::Derivative(..) | Math::Fraction(..)));
        let height = if factor.is_some() || tall { CELL.1 } else { CELL.2 };
        let width = CELL.0.max(label + 60).max(factor.unwrap_or(0) + 50);
        (width + (DASHES - width % DASHES) % DASHES, height)
    }

    /// As wide as the widest back-end has it: fractions may stand in the line.
    fn width(&self, math: &Math) -> i32 {
        if let Math::Row(parts) = math {
            return parts.iter().map(|part| self.width(part)).sum();
        }
        if let Math::Derivative(above, below) | Math::Fraction(above, below) = math {
            return self.width(above) + self.width(below) + 2 * LETTERS;
        }
        Measure::ARTICLE.width(self.glossary, math).min(100_000) as i32 * LETTERS / 100
    }
}

impl Grids {
    /// Adds a grid whose name stands above it.
    fn add(&mut self, rows: &[Vec<Seen>], size: Point, from: Point, name: Math, factors: bool) {
        let across = size.0 * rows[0].len() as i32;
        self.notes.push(Note::middle(name, (from.0 + across / 2, from.1 + NAME / 2 - 20)));
        for (row, cells) in rows.iter().enumerate() {
            for (column, seen) in cells.iter().enumerate() {
                let (x, y) = (from.0 + column as i32 * size.0, from.1 + NAME + row as i32 * size.1);
                let low = if factors { size.1 * 13 / 20 } else { size.1 / 2 };
                let zero = matches!(seen.look, Look::Zero | Look::CoveredZero | Look::Cropped);
                let label = Note { faint: zero, ..Note::middle(seen.label.clone(), (x + size.0 / 2, y + low)) };
                let corner = (x + 22, y + 52);
                let factor = seen.factor.clone().map(|math| Note {
                    centred: false,
                    small: true,
                    faint: false,
                    ..Note::middle(math, corner)
                });
                self.cells.push(Cell { corners: ((x, y), (x + size.0, y + size.1)), look: seen.look, label, factor });
            }
        }
    }
}

impl Note {
    /// Plain letters centred on a place.
    fn middle(math: Math, at: Point) -> Note {
        Note { math, at, centred: true, small: false, faint: false }
    }
}
