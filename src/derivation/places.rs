//! Where in the lists of a derivation the things are that are asked for by a tensor: nets have thousands.

use crate::differentiate::Gradients;
use crate::expr::TensorId;
use crate::index::Instance;
use crate::recognise::{Obstacle, Recognition};

/// Where in their lists the things are that are asked for by a tensor.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) recognition: Place,
    pub(super) obstacle: Place,
    /// By what it is the gradient of.
    pub(super) gradient: Place,
    pub(super) adjoint: Place,
    pub(super) indexed: Place,
}

/// By tensor: the first place in a list.
#[derive(Debug, Default)]
pub(super) struct Place(Vec<Option<usize>>);

impl Place {
    fn new(tensors: impl Iterator<Item = TensorId>) -> Place {
        let mut places: Vec<Option<usize>> = Vec::new();
        for (place, tensor) in tensors.enumerate() {
            let tensor = tensor.0 as usize;
            places.resize(places.len().max(tensor + 1), None);
            places[tensor].get_or_insert(place);
        }
        Place(places)
    }

    pub(super) fn of(&self, tensor: TensorId) -> Option<usize> {
        self.0.get(tensor.0 as usize).copied().flatten()
    }
}

impl Places {
    pub(super) fn new(
        recognitions: &[(TensorId, Recognition)],
        obstacles: &[(TensorId, Obstacle)],
        gradients: &Gradients,
        index_form: &Instance,
    ) -> Places {
        Places {
            recognition: Place::new(recognitions.iter().map(|(t, _)| *t)),
            obstacle: Place::new(obstacles.iter().map(|(t, _)| *t)),
            gradient: Place::new(gradients.list.iter().map(|g| g.of)),
            adjoint: Place::new(gradients.list.iter().map(|g| g.adjoint)),
            indexed: Place::new(index_form.definitions.iter().map(|d| TensorId(d.tensor as u32))),
        }
    }
}
