//! Random layers, nets and command lines: each is refused with a message or derived, and no equation of any fails its check.

#[path = "support/random.rs"]
mod random;
#[path = "support/random_layers.rs"]
mod random_layers;

use std::collections::BTreeMap;

use deriver::derivation::{Failure, Options, derive};
use deriver::expr::Ties;
use deriver::index::Instance;
use deriver::layer::{bind, loss_alone};
use deriver::syntax::parse;
use deriver::text::Source;
use random_layers::{RandomLayer, random_layer};

/// How many layers, unless the variable RANDOM_LAYERS says another number.
const LAYERS: u64 = 3_000;

/// The layer at its sizes, or why it is refused.
fn bound(layer: &RandomLayer) -> Result<Instance, String> {
    let file = parse(&Source::new("random", layer.text.as_str())).map_err(|wrong| wrong[0].to_string())?;
    let instance = bind(&file.layers[0], &layer.settings).map_err(|refusal| refusal.to_string())?;
    Ok(if instance.loss { loss_alone(instance) } else { instance })
}

#[test]
fn random_layers_are_derived_or_refused() {
    let count = std::env::var("RANDOM_LAYERS").ok().and_then(|n| n.parse().ok()).unwrap_or(LAYERS);
    let mut refused: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for seed in 0..count {
        let layer = random_layer(seed);
        let ties = [Ties::First, Ties::Split, Ties::All][seed as usize % 3];
        let options = Options { ties, surroundings: false, ..Options::default() };
        let outcome = bound(&layer).and_then(|instance| match derive(instance, &options) {
            Err(failure @ Failure::Refuted(_)) => {
                wrong.push(format!("seed {seed}, {ties:?}: {failure}\n{}{:?}\n", layer.text, layer.settings.sizes));
                Ok(())
            }
            Err(failure) => Err(failure.to_string()),
            Ok(_) => Ok(()),
        });
        if let Err(message) = outcome {
            let kind: String = message.split('`').step_by(2).collect();
            refused.entry(kind).or_insert((0, format!("{message}\n{}", layer.text))).0 += 1;
        }
    }
    let total: usize = refused.values().map(|(count, _)| count).sum();
    let list: Vec<String> = refused.values().map(|(count, example)| format!("{count} times: {example}")).collect();
    if std::env::var("SHOW").is_ok() { println!("{total} refused\n{}", list.join("\n")); }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(total * 20 < count as usize, "{total} of {count} are refused:\n{}", list.join("\n"));
}
