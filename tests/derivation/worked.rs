//! Numbers of tensors with many axes: what is displayed, slice by slice, is every number that was worked out, or the rest is counted.

use std::collections::BTreeMap;
use std::io;

use deriver::derivation::{Derivation, Given, Values};
use deriver::document::{
    Block, Depth, Inlines, Lang, Math, Matrix, Measure, Notation, Op, Request, Section, Sink, Windows, narrate,
};
use deriver::expr::{Number, TensorId};

use crate::support::{derived, tensor};

/// The displayed slices of each tensor: the indices before, and the numbers. And all paragraphs.
#[derive(Default)]
struct Worked {
    slices: BTreeMap<TensorId, Vec<(Vec<i64>, Matrix)>>,
    paragraphs: Vec<Inlines>,
}

fn integer(math: &Math) -> i64 {
    if let Math::Row(parts) = math
        && let [Math::Op(Op::Negative), n] = parts.as_slice()
    {
        return -integer(n);
    }
    let Math::Number(n) = math else { panic!("no integer: {math:?}") };
    n.to_string().parse().expect("an integer")
}

impl Sink for Worked {
    fn block(&mut self, block: Block) -> io::Result<()> {
        if let Block::Paragraph(text) = block {
            self.paragraphs.push(text);
        } else if let Block::Display(display) = block {
            for row in display.rows {
                if let (Some(Math::Indexed(tensor, _, indices)), Math::Matrix(matrix)) = (row.left, row.right) {
                    self.slices.entry(tensor).or_default().push((indices.iter().map(integer).collect(), matrix));
                }
            }
        }
        Ok(())
    }
}

fn worked(derivation: &Derivation, values: &Values) -> Worked {
    let notation = Notation::default();
    let request = Request {
        sections: vec![Section::Values],
        entries: None,
        depth: Depth::default(),
        measure: Measure::ARTICLE,
        notation,
        lang: Lang::En,
        command: String::new(),
        values: Some(values),
        windows: Windows::default(),
        numbered: false,
        pictures: false,
    };
    let mut worked = Worked::default();
    narrate(derivation, &request, &mut worked).expect("nothing is written");
    worked
}

const CHANNELS: &str = "layer channels
 input a[N, C, H, W]
 weight w[O, C, 2, 2]
 z[n, f, i in 1..H-1, j in 1..W-1] = sum(c in 1..C, u in 1..2, v in 1..2) a[n,c,i+u-1,j+v-1] * w[f,c,u,v]
";

fn given(list: &[(&str, &[usize], &[i64])]) -> Given {
    let number = |&n: &i64| Number::integer(n);
    let entry = |&(name, shape, of): &(&str, &[usize], &[i64])| {
        (name.to_string(), (shape.to_vec(), of.iter().map(number).collect()))
    };
    Given { tensors: list.iter().map(entry).collect() }
}

#[test]
fn a_layer_with_channels_shows_its_numbers() {
    let derivation = derived(CHANNELS, "N=1 C=2 H=3 W=3 O=1");
    let list: [(&str, &[usize], &[i64]); 3] = [
        ("a", &[1, 2, 3, 3], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 0, 1, 0, 1, 0, 1, 0, 1]),
        ("w", &[1, 2, 2, 2], &[1, 2, 3, 4, 1, 0, 0, 1]),
        ("delta", &[1, 1, 2, 2], &[1, -1, 2, 0]),
    ];
    let values = Values::work_out(&derivation, &given(&list)).expect("the numbers fit");
    let worked = worked(&derivation, &values);
    let gradient = |name: &str| derivation.gradient(tensor(&derivation, name)).expect("a gradient").adjoint;
    let expected: [(TensorId, &[&[i64]]); 6] = [
        (tensor(&derivation, "a"), &[&[1, 2, 3, 4, 5, 6, 7, 8, 9], &[1, 0, 1, 0, 1, 0, 1, 0, 1]]),
        (tensor(&derivation, "w"), &[&[1, 2, 3, 4], &[1, 0, 0, 1]]),
        (derivation.gradients.upstream, &[&[1, -1, 2, 0]]),
        (tensor(&derivation, "z"), &[&[39, 47, 67, 79]]),
        (gradient("a"), &[&[1, 1, -2, 5, 5, -4, 6, 8, 0], &[1, -1, 0, 2, 1, -1, 0, 2, 0]]),
        (gradient("w"), &[&[7, 9, 13, 15], &[1, 1, 1, 1]]),
    ];
    assert_eq!(worked.slices.len(), expected.len());
    for (tensor, slices) in expected {
        let shown = &worked.slices[&tensor];
        assert_eq!(shown.len(), slices.len());
        for (place, ((indices, matrix), slice)) in shown.iter().zip(slices).enumerate() {
            assert_eq!(indices, &[1, place as i64 + 1]);
            assert_eq!(matrix.cells.iter().map(integer).collect::<Vec<_>>(), *slice);
            assert_eq!(matrix.columns * matrix.columns, slice.len());
        }
    }
}

#[test]
fn slices_that_are_not_shown_are_counted() {
    let derivation = derived("layer twice\n input a[2, 6, 2, 3]\n z[n, c, i, j] = 2 * a[n, c, i, j]\n", "");
    let numbers: Vec<i64> = (0..72).collect();
    let values = Values::work_out(&derivation, &given(&[("a", &[2, 6, 2, 3], &numbers)])).expect("the numbers fit");
    let worked = worked(&derivation, &values);
    let shown = &worked.slices[&tensor(&derivation, "z")];
    for (place, (indices, matrix)) in shown.iter().enumerate() {
        assert_eq!(indices, &[1 + place as i64 / 6, 1 + place as i64 % 6]);
        let cells: Vec<i64> = matrix.cells.iter().map(integer).collect();
        assert_eq!(cells, (0..6).map(|k| 2 * (6 * place as i64 + k)).collect::<Vec<_>>());
    }
    assert_eq!(shown.len(), 8);
    let said = format!("{:?}", worked.paragraphs);
    assert_eq!(said.matches("Four more slices of ").count(), 3, "of a, z and the gradient: {said}");
}
