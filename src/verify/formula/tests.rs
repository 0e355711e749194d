//! Formulas that are right pass, and wrong ones are refuted for the right reason.

mod build;
mod index;
mod operators;
mod wholes;

use std::cell::OnceCell;

use super::{Checked, Checker, Reason, Why};
use crate::derivation::{Derivation, Options, derive};
use crate::expr::{TensorId, Ties};
use crate::formula::{Conventions, Equation, Formula, Glossary, Level, Name, Printed, Sliding};
use crate::layer::{Settings, bind};

/// A derivation and how its tensors are called: by their own names, the adjoint of the output δ, others ∇x.
struct On {
    derivation: Derivation,
    glossary: Glossary,
}

impl On {
    fn layer(text: &str) -> On {
        On::with(text, Ties::First, |_| {})
    }

    /// The same where vectors are columns.
    fn columns(text: &str) -> On {
        On::with(text, Ties::First, |c| c.columns = true)
    }

    fn with(text: &str, ties: Ties, choose: impl Fn(&mut Conventions)) -> On {
        On::set(text, &Settings::default(), ties, choose)
    }

    fn set(text: &str, settings: &Settings, ties: Ties, choose: impl Fn(&mut Conventions)) -> On {
        let file = crate::syntax::parse(&crate::text::Source::new("test", text)).expect("the layer is read");
        let instance = bind(&file.layers[0], settings).expect("the layer has all its sizes");
        let derivation = derive(instance, &Options { ties, ..Options::default() }).expect("the layer is derived");
        let output = derivation.system.output();
        let arena = &derivation.system.arena;
        let entries = arena.tensors().map(|(_, tensor)| {
            let nabla = tensor.of.is_some_and(|of| of != output);
            let of = tensor.of.filter(|_| nabla).map_or(tensor, |of| arena.tensor(of));
            Printed {
                name: Name { nabla, ..Name::new(&of.name) },
                code: tensor.name.clone(),
                shape: tensor.shape.clone(),
                commas: false,
                partial_by: None,
                error: false,
                single: false,
            }
        });
        let mut conventions = Conventions {
            sliding: Sliding::Framework,
            columns: false,
            rows: false,
            in_net: false,
            bold: false,
            commas: false,
            loss: "C".to_string(),
        };
        choose(&mut conventions);
        let base = derivation.instance.index_base;
        let (entries, others) = (entries.collect(), Vec::new());
        let glossary =
            Glossary { entries, conventions, others, letters: OnceCell::new(), index_base: base, source_base: base };
        On { derivation, glossary }
    }

    fn tensor(&self, name: &str) -> TensorId {
        let found = self.derivation.system.arena.tensors().find(|(_, t)| t.name == name);
        found.unwrap_or_else(|| panic!("no tensor {name}")).0
    }

    /// A whole tensor.
    fn name(&self, name: &str) -> Formula {
        Formula::Name(self.tensor(name), Level::None)
    }

    /// The same with the mark of the layer below.
    fn below(&self, name: &str) -> Formula {
        Formula::Name(self.tensor(name), Level::Below)
    }

    /// An entry by its number in reading order from 0.
    fn entry(&self, name: &str, offset: u32) -> Formula {
        Formula::Entry(self.tensor(name), offset)
    }

    /// An entry by indices, or with a `:` among them a slice.
    fn at(&self, name: &str, indices: &str) -> Formula {
        let index = |text: &str| if text.trim() == ":" { Formula::All } else { build::affine(text) };
        Formula::At(self.tensor(name), Level::None, indices.split(',').map(index).collect())
    }

    fn result(&self, equation: &Equation) -> Result<Checked, Reason> {
        let checker = Checker::new(&self.derivation.instance, &self.derivation.witness, &self.glossary);
        checker.check(equation).map_err(|refuted| refuted.reason)
    }

    /// Both sides are equal at every point that was kept.
    #[track_caller]
    fn holds(&self, left: Formula, right: Formula) {
        let points = self.derivation.witness.points.len();
        assert_eq!(self.result(&Equation::new(left, right)), Ok(Checked::At(points)));
    }

    /// The same, though not every point tells.
    #[track_caller]
    fn holds_at(&self, points: usize, left: Formula, right: Formula) {
        assert_eq!(self.result(&Equation::new(left, right)), Ok(Checked::At(points)));
    }

    #[track_caller]
    fn fails(&self, left: Formula, right: Formula, why: Reason) {
        assert_eq!(self.result(&Equation::new(left, right)), Err(why));
    }

    /// The values differ somewhere.
    #[track_caller]
    fn differs(&self, left: Formula, right: Formula) {
        let result = self.result(&Equation::new(left, right));
        assert!(matches!(result, Err(Reason::Differs(..))), "{result:?}");
    }

    #[track_caller]
    fn untold(&self, left: Formula, right: Formula, why: Why) {
        assert_eq!(self.result(&Equation::new(left, right)), Ok(Checked::Not(why)));
    }
}
