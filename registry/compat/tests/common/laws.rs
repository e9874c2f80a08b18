//! Laws that no verdict may break, whatever the schemas are: the same question in other words has the same answer. In: a pair. Out:
//! every law that is broken. Undecided breaks no law.

use schemactl_compat::{ComparisonSettings, ContainmentEngine, Engine, Policy, Schema, Verdict, compare, directions};
use schemactl_containment::from_serde_json;
use schemactl_model::{Dialect, JsonObject, Kind, Member, Value};
use serde_json::{Map, Value as Json, json};

use super::check::Failure;
use super::generate::definitions_keyword;
use super::mutate::Pair;
use super::random::Random;
use super::walk::schemas;

/// The laws that a pair breaks.
pub(crate) fn broken(pair: &Pair, seed: u64) -> Vec<Failure> {
    let mut random = Random::new(seed);
    let verdict = contains(&from_serde_json(&pair.sub), &from_serde_json(&pair.sup), pair.dialect);
    let mut failures = Vec::new();
    for (law, sub, sup) in certain(pair) {
        let found = contains(&from_serde_json(&sub), &from_serde_json(&sup), pair.dialect);
        if matches!(found, Verdict::Incompatible { .. }) {
            failures.push(failure(law, &found, &pair.sub, &pair.sup));
        }
    }
    for (law, sub, sup) in same(pair, &mut random) {
        let found = contains(&sub, &sup, pair.dialect);
        if are_opposite(&verdict, &found) {
            failures.push(failure(law, &found, &pair.sub, &pair.sup));
        }
    }
    failures.extend(together(pair, &verdict));
    failures
}

fn failure(law: &str, found: &Verdict, sub: &Json, sup: &Json) -> Failure {
    Failure {
        kind: "LAW",
        detail: format!("{law}: {found:?} of {sub} in {sup}"),
    }
}

/// Compatible, whatever the pair is.
fn certain(pair: &Pair) -> Vec<(&'static str, Json, Json)> {
    let mut laws = vec![
        ("a schema is in itself", pair.sub.clone(), pair.sub.clone()),
        (
            "a schema with an annotation is in itself",
            annotated(&pair.sup),
            pair.sup.clone(),
        ),
    ];
    // Combined, the references of one document would have to be moved; schemas without any say it as well.
    if !pair.sub.to_string().contains("$ref") && !pair.sup.to_string().contains("$ref") {
        let (sub, sup) = (&pair.sub, &pair.sup);
        laws.push((
            "a schema is in a union with it",
            sub.clone(),
            json!({ "anyOf": [sup, sub] }),
        ));
        laws.push((
            "an intersection is in each of its schemas",
            json!({ "allOf": [sub, sup] }),
            sup.clone(),
        ));
        laws.push((
            "a schema is in its double negation",
            sub.clone(),
            json!({ "not": { "not": sub } }),
        ));
    }
    laws
}

/// The same question in other words.
fn same(pair: &Pair, random: &mut Random) -> Vec<(&'static str, Value, Value)> {
    let both = |change: &mut dyn FnMut(&Json) -> Json| {
        (from_serde_json(&change(&pair.sub)), from_serde_json(&change(&pair.sup)))
    };
    let (sub, sup) = both(&mut Json::clone);
    let (annotated_sub, annotated_sup) = both(&mut annotated);
    let (outlined_sub, outlined_sup) = both(&mut |schema| outlined(schema, pair.dialect, random));
    vec![
        ("the order of keys says nothing", reordered(&sub), reordered(&sup)),
        ("annotations say nothing", annotated_sub, annotated_sup),
        ("a reference is what it refers to", outlined_sub, outlined_sup),
    ]
}

/// Both directions asked at once, where the questions share what they learn, are both directions asked by themselves.
fn together(pair: &Pair, verdict: &Verdict) -> Vec<Failure> {
    let (sub, sup) = (from_serde_json(&pair.sub), from_serde_json(&pair.sup));
    let (old, new) = (Schema::new(&sub, pair.dialect), Schema::new(&sup, pair.dialect));
    let engine = ContainmentEngine::default();
    let settings = ComparisonSettings::without_version(Policy::OpenStrict);
    let (backward, forward) = directions(&engine, (&old, &new), settings);
    let alone = engine.contains(&new, &old);
    let compared = compare(&engine, (&old, &new), settings);
    let full = backward.is_compatible() && forward.is_compatible();
    let mut failures = Vec::new();
    let mut check = |holds: bool, law: &str| {
        if !holds {
            failures.push(failure(law, &backward, &pair.sub, &pair.sup));
        }
    };
    check(!are_opposite(&backward, verdict), "backward is the question by itself");
    check(!are_opposite(&forward, &alone), "forward is the question by itself");
    check(
        compared.backward == backward && compared.forward == forward,
        "comparing is both directions",
    );
    check(
        compared.equivalent == full,
        "equivalent is compatible in both directions",
    );
    failures
}

fn contains(sub: &Value, sup: &Value, dialect: Dialect) -> Verdict {
    ContainmentEngine::default().contains(&Schema::new(sub, dialect), &Schema::new(sup, dialect))
}

fn are_opposite(one: &Verdict, other: &Verdict) -> bool {
    matches!(
        (one, other),
        (Verdict::Compatible, Verdict::Incompatible { .. }) | (Verdict::Incompatible { .. }, Verdict::Compatible)
    )
}

/// Every object of the document, data or schema, with its members the other way round.
fn reordered(value: &Value) -> Value {
    Value::computed(match &value.kind {
        Kind::Object(members) => {
            let mut entries: Vec<Member> = members.iter().cloned().collect();
            entries.reverse();
            for entry in &mut entries {
                entry.value = reordered(&entry.value);
            }
            Kind::Object(JsonObject::from_entries(entries))
        }
        Kind::Array(elements) => Kind::Array(elements.iter().map(reordered).collect()),
        other => other.clone(),
    })
}

/// Annotations in every schema object; not beside a reference that hides its siblings, where they would be hidden as well.
pub(crate) fn annotated(schema: &Json) -> Json {
    let mut changed = schema.clone();
    for found in schemas(schema) {
        if let Some(members) = changed.pointer_mut(&found.pointer).and_then(Json::as_object_mut) {
            members.insert("title".to_owned(), "a title".into());
            members.insert("description".to_owned(), "a description".into());
            members.insert("default".to_owned(), json!({ "type": "null" }));
            members.insert("x-owner".to_owned(), json!([1]));
        }
    }
    changed
}

/// One subschema moved into a definition, with a reference in its place.
fn outlined(schema: &Json, dialect: Dialect, random: &mut Random) -> Json {
    let places: Vec<_> = schemas(schema)
        .into_iter()
        .filter(|found| !found.pointer.is_empty())
        .collect();
    let keyword = definitions_keyword(dialect);
    let mut changed = schema.clone();
    if places.is_empty() || !changed.is_object() {
        return changed;
    }
    let chosen = random.pick(&places);
    let reference = json!({ "$ref": format!("#/{keyword}/outlined") });
    let Some(inner) = changed.pointer_mut(&chosen.pointer) else {
        return changed;
    };
    let inner = std::mem::replace(inner, reference);
    // A root that is a reference hides its definitions from nobody, in any draft.
    let root = changed.as_object_mut().expect("it was looked at");
    let definitions = root.entry(keyword).or_insert_with(|| Map::new().into());
    if let Some(definitions) = definitions.as_object_mut() {
        definitions.insert("outlined".to_owned(), inner);
    }
    changed
}
