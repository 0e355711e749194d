//! Operators applied to matrices, padding, spreading and rotation carried out.

use super::Operators;
use super::slide::{Along, slide};
use super::whole::scaled_first;
use crate::expr::{Symbol, TensorId};
use crate::formula::name::Level;
use crate::formula::tree::{Formula, Matrix, Op, Slide};
use crate::operator::{Correlation, Operand, TensorOp};

/// How an element is written in a matrix: as a symbol, or as its value.
pub type Cell<'a> = dyn Fn(TensorId, usize) -> Formula + 'a;

/// Which of `count` lines of a matrix are shown when there is room for `most`: the first ones, a gap, the last one.
pub fn shown(count: usize, most: usize) -> Vec<Option<usize>> {
    if count <= most {
        return (0..count).map(Some).collect();
    }
    // what is cut anyway is cut short: the pattern shows in the first lines
    let head = most.saturating_sub(2).clamp(1, 4);
    (0..head).map(Some).chain([None, Some(count - 1)]).collect()
}

/// A matrix from a function of row and column, elided to at most `most` lines each way; `whole` is all of it.
fn matrix(size: [usize; 2], most: (usize, usize), whole: Formula, cell: impl Fn(usize, usize) -> Formula) -> Formula {
    let (rows, columns) = (shown(size[0], most.0), shown(size[1], most.1));
    let mut cells = Vec::with_capacity(rows.len() * columns.len());
    for row in rows.iter().flatten() {
        cells.extend(columns.iter().flatten().map(|column| cell(*row, *column)));
    }
    let elided = rows.contains(&None) || columns.contains(&None);
    Formula::Matrix(Box::new(Matrix { size, rows, columns, cells, whole: elided.then_some(whole) }))
}

impl Operators<'_> {
    /// A tensor of rank 0 to 2 as a matrix (one axis: a row, in a net a column), elided to `most` lines each way; `None` for more
    /// axes.
    pub fn matrix_of(&self, tensor: TensorId, most: (usize, usize), cell: &Cell<'_>) -> Option<Formula> {
        let whole = self.glossary.tensor(tensor, Level::None);
        self.matrix_with(self.glossary.shape(tensor), most, whole, &|offset| cell(tensor, offset))
    }

    /// An array of this shape as a matrix; `whole` is all of it.
    pub fn matrix_with(
        &self,
        shape: &[usize],
        most: (usize, usize),
        whole: Formula,
        cell: &dyn Fn(usize) -> Formula,
    ) -> Option<Formula> {
        match *shape {
            [] => Some(cell(0)),
            [1] if self.glossary.columns() || self.glossary.rows() => Some(cell(0)),
            [rows] if self.glossary.columns() => Some(matrix([rows, 1], most, whole, |r, _| cell(r))),
            [columns] => Some(matrix([1, columns], most, whole, |_, c| cell(c))),
            [rows, columns] => Some(matrix([rows, columns], most, whole, |r, c| cell(r * columns + c))),
            _ => None,
        }
    }

    /// An operand as a matrix, transposed if asked for.
    fn operand_matrix(
        &self,
        operand: Operand,
        transposed: bool,
        most: (usize, usize),
        cell: &Cell<'_>,
    ) -> Option<Formula> {
        let shape = self.glossary.shape(operand.tensor());
        let one = |offset: usize| match operand {
            Operand::Plain(t) => cell(t, offset),
            Operand::Each(template, _) => self
                .scalars(&|s: Symbol| cell(s.tensor, s.offset as usize + offset), |scalars| scalars.formula(template)),
        };
        let whole = self.operand(operand)?;
        let turned = || Formula::apply(Op::Transpose, whole.clone());
        match (transposed, shape) {
            (false, _) => self.matrix_with(shape, most, whole, &one),
            (true, &[rows]) if self.glossary.rows() => Some(matrix([rows, 1], most, turned(), |r, _| one(r))),
            (true, &[columns]) => Some(matrix([1, columns], most, turned(), |_, c| one(c))),
            (true, &[rows, columns]) => Some(matrix([columns, rows], most, turned(), |r, c| one(c * columns + r))),
            (true, _) => None,
        }
    }

    /// The operator applied to matrices; `None` where that shows nothing. The result has this shape.
    pub fn matrices(&self, op: &TensorOp, shape: &[usize], most: (usize, usize), cell: &Cell<'_>) -> Option<Formula> {
        match op {
            TensorOp::Correlate(c) => self.correlation_matrices(c, shape, most, cell),
            TensorOp::Broadcast { of: Operand::Plain(t), scale, .. } if self.glossary.shape(*t).is_empty() => {
                Some(Formula::times(scale, cell(*t, 0)))
            }
            TensorOp::Hadamard { factors, scale } => {
                let factors =
                    factors.iter().map(|f| self.inner_matrices(*f, most, cell)).collect::<Option<Vec<_>>>()?;
                Some(scaled_first(scale, Formula::hadamard(factors)))
            }
            TensorOp::Identity { of, scale } => Some(Formula::times(scale, self.inner_matrices(*of, most, cell)?)),
            TensorOp::Contract(c) => self.contraction_matrices(c, most, cell),
            TensorOp::Sum { .. }
            | TensorOp::Broadcast { .. }
            | TensorOp::Reshape { .. }
            | TensorOp::Place(_)
            | TensorOp::Upsample { .. }
            | TensorOp::WindowSum { .. }
            | TensorOp::WindowMax { .. }
            | TensorOp::Route(_) => None,
        }
    }

    /// A product of matrices as matrices.
    fn contraction_matrices(
        &self,
        c: &crate::operator::Contraction,
        most: (usize, usize),
        cell: &Cell<'_>,
    ) -> Option<Formula> {
        let factors = self.factors(c)?.into_iter();
        let factors = factors.map(|(o, transposed)| self.operand_matrix(c.operands[o], transposed, most, cell));
        Some(Formula::times(&c.scale, Formula::product(factors.collect::<Option<_>>()?)))
    }

    /// An operand as a matrix, or what gives it as matrices where it is not shown by itself.
    fn inner_matrices(&self, operand: Operand, most: (usize, usize), cell: &Cell<'_>) -> Option<Formula> {
        if let Operand::Plain(t) = operand
            && let Some(parts) = self.stands_for(t)
        {
            let [op] = parts else { return None };
            return self.matrices(op, self.glossary.shape(t), most, cell);
        }
        self.operand_matrix(operand, false, most, cell)
    }

    fn correlation_matrices(
        &self,
        c: &Correlation,
        shape: &[usize],
        most: (usize, usize),
        cell: &Cell<'_>,
    ) -> Option<Formula> {
        let (Operand::Plain(x), Operand::Plain(y)) = (c.x, c.y) else { return None };
        if !c.leading.is_empty() {
            return None;
        }
        // one axis is drawn as vectors are; the axis that is not there has one place, neither padded nor spread
        let standing = self.glossary.columns();
        let two = |shape: &[usize]| match *shape {
            [rows] if standing => Some([rows, 1]),
            [columns] => Some([1, columns]),
            [rows, columns] => Some([rows, columns]),
            _ => None,
        };
        let (x_shape, y_shape) = (two(self.glossary.shape(x))?, two(self.glossary.shape(y))?);
        let axis = |k: usize| match c.axes.len() {
            1 if standing == (k == 0) => c.axes.first(),
            1 => None,
            _ => c.axes.get(k),
        };
        let size = |k: usize| axis(k).map_or(1, |p| p.low + ((x_shape[k] - 1) * p.lhs_dilation) as i64 + 1 + p.high);
        let (rows, columns) = (usize::try_from(size(0)).ok()?, usize::try_from(size(1)).ok()?);
        let place = |k: usize, at: usize| {
            let Some(p) = axis(k) else { return Some(at) };
            let from_first = usize::try_from(at as i64 - p.low).ok()?;
            let inside = from_first % p.lhs_dilation == 0 && from_first / p.lhs_dilation < x_shape[k];
            inside.then_some(from_first / p.lhs_dilation)
        };
        // what is left out of a matrix is what the operator's own formula has there
        let sizes = [x, y].map(|t| self.glossary.shape(t).to_vec());
        let axes = Along::of(&c.axes, &sizes[0], &sizes[1], shape);
        let (x_whole, y_whole) = (self.operand(c.x)?, self.operand(c.y)?);
        let Formula::Slide(marked) = slide(self.glossary, x_whole.clone(), y_whole, c.rot180, &axes) else {
            return None;
        };
        let spread = if c.axes.iter().all(|a| a.lhs_dilation == 1) {
            x_whole
        } else {
            Formula::apply(Op::Spread(c.axes.iter().map(|a| a.lhs_dilation).collect()), x_whole)
        };
        let padded = Formula::apply(Op::Pad(c.axes.iter().map(|a| [a.low, a.high]).collect()), spread);
        let left = matrix([rows, columns], most, padded, |r, k| match (place(0, r), place(1, k)) {
            (Some(r), Some(k)) => cell(x, r * x_shape[1] + k),
            _ => Formula::integer(0),
        });
        let says_rotation = self.glossary.conventions().sliding.says_rotation();
        let reach = |k: usize| axis(k).map_or(1, |p| (y_shape[k] - 1) * p.rhs_dilation + 1);
        let tap = |k: usize, at: usize| {
            let d = axis(k).map_or(1, |p| p.rhs_dilation);
            let turned = |t: usize| if c.rot180 && says_rotation { y_shape[k] - 1 - t } else { t };
            at.is_multiple_of(d).then(|| turned(at / d))
        };
        let right = matrix([reach(0), reach(1)], most, marked.y, |r, k| match (tap(0, r), tap(1, k)) {
            (Some(r), Some(k)) => cell(y, r * y_shape[1] + k),
            _ => Formula::integer(0),
        });
        let product = Slide { x: left, y: right, turned: marked.turned, steps: marked.steps };
        Some(scaled_first(&c.scale, Formula::Slide(Box::new(product))))
    }
}
