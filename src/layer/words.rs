//! How stages, shapes and counts are called in messages.

use crate::syntax::{ast, print_chain};

/// A stage as one writes it, without the name that it gives.
pub(super) fn spelled(stage: &ast::Stage) -> String {
    let alone = ast::Stage { label: None, source: None, ..stage.clone() };
    print_chain(&ast::Chain { source: None, span: alone.span, stages: vec![alone] })
}

/// `3x3`; a scalar is one number.
pub(super) fn shape_in_words(shape: &[usize]) -> String {
    if shape.is_empty() {
        "one number".to_string()
    } else {
        shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
    }
}

/// `1 axis`, `3 axes`.
pub(super) fn plural(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
