//! A law of embedded resources: a schema means the same in a document of another dialect, as a resource of its own. Random schemas of all
//! dialects are compared plain and embedded, and both forms are replayed on the same instances.

#![allow(clippy::unwrap_used)]

use schemactl_compat::{ContainmentEngine, Engine, Schema, Validator, Verdict};
use schemactl_containment::from_serde_json;
use schemactl_model::{Dialect, Value};
use serde_json::{Value as Json, json};

mod common;

use common::instances::enumerated;
use common::mutate::pair;

/// Pairs; as many as a debug build gets through in seconds.
const PAIRS: u64 = 250;
const SEED: u64 = 20_261_128;
/// Every so many of the thousand instances is replayed.
const STRIDE: usize = 41;

/// A document that only refers to the schema, which is a resource of its own.
fn embedded(schema: &Json, dialect: Dialect) -> Option<Json> {
    let mut resource = schema.as_object()?.clone();
    resource.insert(dialect.id_keyword().into(), json!("urn:resource"));
    resource.insert("$schema".to_owned(), json!(dialect.uri()));
    Some(json!({"$ref": "urn:resource", "$defs": {"resource": resource}}))
}

fn verdict((sub, of_sub): (&Json, Dialect), (sup, of_sup): (&Json, Dialect)) -> Verdict {
    let (sub, sup) = (from_serde_json(sub), from_serde_json(sup));
    ContainmentEngine::default().contains(&Schema::new(&sub, of_sub), &Schema::new(&sup, of_sup))
}

fn replayed(schema: &Json, dialect: Dialect, instances: &[Value]) -> Option<Vec<bool>> {
    let validator = Validator::new(&from_serde_json(schema), dialect).ok()?;
    instances
        .iter()
        .map(|instance| validator.is_valid(instance).ok())
        .collect()
}

#[test]
fn a_schema_means_the_same_as_a_resource_of_its_own() {
    let instances: Vec<Value> = enumerated()
        .into_iter()
        .step_by(STRIDE)
        .map(|json| from_serde_json(&json))
        .collect();
    let (mut wrong, mut compared, mut events) = (Vec::new(), 0, 0);
    for number in 0..PAIRS {
        let pair = pair(SEED, number, number % 2 == 1);
        let document = [Dialect::Draft201909, Dialect::Draft202012][usize::from(number % 4 > 1)];
        let forms = (embedded(&pair.sub, pair.dialect), embedded(&pair.sup, pair.dialect));
        let (Some(sub), Some(sup)) = forms else { continue };
        let plain = verdict((&pair.sub, pair.dialect), (&pair.sup, pair.dialect));
        let inside = verdict((&sub, document), (&sup, document));
        compared += 1;
        if plain.name() != inside.name() {
            wrong.push(format!(
                "{number}, {} in {document}: {plain:?}, embedded {inside:?}\n    {sub}\n    {sup}",
                pair.dialect
            ));
        }
        let plain = replayed(&pair.sub, pair.dialect, &instances);
        let inside = replayed(&sub, document, &instances);
        events += plain.as_ref().map_or(0, Vec::len);
        if plain.is_some() && plain != inside {
            wrong.push(format!(
                "{number}, {} in {document}: replay differs\n    {sub}",
                pair.dialect
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 200 && events > 2_000, "{compared} pairs, {events} events");
}
