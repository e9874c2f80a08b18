//! Instances from our own containment engine, each for a reason: one that makes use of a subschema (without it the instance would be
//! refused), and one that a single keyword refuses (without it the instance would be valid). Random instances seldom reach either. The
//! engine proposes; the validator says which are valid.

use schemactl_compat::{ContainmentEngine, Engine, Schema, Semantics};
use schemactl_containment::{from_serde_json, to_serde_json};
use schemactl_model::{Dialect, Document, Source, Value as Node, subschemas};
use serde_json::{Value, json};

/// The most instances of each kind for a schema, and the most questions to find them.
const MOST: usize = 16;
const QUESTIONS: usize = 48;
/// The largest schema that is asked about, in bytes: a question copies it.
const SIZE: usize = 200_000;
/// Keywords that refuse events.
const CONSTRAINTS: [&str; 20] = [
    "type",
    "enum",
    "const",
    "required",
    "properties",
    "additionalProperties",
    "patternProperties",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "items",
    "prefixItems",
];

pub(crate) fn instances(text: &str) -> Vec<Value> {
    let source = Source::new("schema", text);
    let Ok(document) = Document::parse(source, Dialect::Draft202012) else {
        return Vec::new();
    };
    let Some(schema) = to_serde_json(document.root()).filter(|_| text.len() <= SIZE) else {
        return Vec::new();
    };
    let dialect = document.dialect();
    let engine = ContainmentEngine::new(Semantics::default());
    let difference = |one: &Value, other: &Value| {
        let (one, other) = (from_serde_json(one), from_serde_json(other));
        let verdict = engine.contains(&Schema::new(&one, dialect), &Schema::new(&other, dialect));
        verdict.witness().and_then(to_serde_json)
    };
    let places = places(document.root(), dialect);
    let used = std::iter::once(json!({ "not": {} })).chain(
        places
            .iter()
            .map(|place| with(&schema, place, |node| *node = json!({ "not": {} }))),
    );
    let mut found: Vec<_> = used
        .take(QUESTIONS)
        .filter_map(|without| difference(&schema, &without))
        .take(MOST)
        .collect();
    let loosened = places.iter().flat_map(|place| {
        let node = schema.pointer(place).and_then(Value::as_object);
        let present = node.into_iter().flat_map(|node| node.keys());
        let refusing = present.filter(|keyword| CONSTRAINTS.contains(&keyword.as_str()));
        refusing.map(|keyword| {
            with(&schema, place, |node| {
                node.as_object_mut().unwrap().remove(keyword);
            })
        })
    });
    found.extend(
        loosened
            .take(QUESTIONS)
            .filter_map(|loosened| difference(&loosened, &schema))
            .take(MOST),
    );
    found
}

/// The pointers of all subschemas, the root first.
fn places(root: &Node, dialect: Dialect) -> Vec<String> {
    let mut places = Vec::new();
    let mut waiting = std::collections::VecDeque::from([(String::new(), root)]);
    while let Some((place, node)) = waiting.pop_front() {
        for below in subschemas(node, dialect) {
            let member = below
                .member
                .map(|member| format!("/{}", member.replace('~', "~0").replace('/', "~1")));
            waiting.push_back((
                format!("{place}/{}{}", below.keyword, member.unwrap_or_default()),
                below.value,
            ));
        }
        places.push(place);
    }
    places
}

fn with(schema: &Value, place: &str, edit: impl FnOnce(&mut Value)) -> Value {
    let mut edited = schema.clone();
    if let Some(node) = edited.pointer_mut(place) {
        edit(node);
    }
    edited
}
