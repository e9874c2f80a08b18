//! The schemas inside a schema. In: a document. Out: the places where subschemas stand, each with what may be referred to there.

use serde_json::Value;

use super::generate::{Place, definition_index};

/// How a keyword holds schemas.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    One,
    List,
    Map,
}

/// The keyword, what it holds, and whether that applies to a part of the instance.
const KEYWORDS: [(&str, Holds, bool); 21] = [
    ("allOf", Holds::List, false),
    ("anyOf", Holds::List, false),
    ("oneOf", Holds::List, false),
    ("not", Holds::One, false),
    ("if", Holds::One, false),
    ("then", Holds::One, false),
    ("else", Holds::One, false),
    ("dependentSchemas", Holds::Map, false),
    ("dependencies", Holds::Map, false),
    ("properties", Holds::Map, true),
    ("patternProperties", Holds::Map, true),
    ("additionalProperties", Holds::One, true),
    ("propertyNames", Holds::One, true),
    ("items", Holds::One, true),
    ("items", Holds::List, true),
    ("prefixItems", Holds::List, true),
    ("additionalItems", Holds::One, true),
    ("contains", Holds::One, true),
    ("unevaluatedItems", Holds::One, true),
    ("unevaluatedProperties", Holds::One, true),
    ("definitions", Holds::Map, false),
];

/// A subschema: its pointer, and what may stand there.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) pointer: String,
    pub(crate) place: Place,
}

/// Every schema object of a document, the document first.
pub(crate) fn schemas(document: &Value) -> Vec<Found> {
    let place = Place {
        owner: None,
        guarded: false,
        depth: 2,
    };
    let mut found = Vec::new();
    collect(document, String::new(), place, &mut found);
    found
}

fn collect(schema: &Value, pointer: String, place: Place, found: &mut Vec<Found>) {
    let Some(members) = schema.as_object() else { return };
    for (keyword, value) in members {
        let known = if keyword == "$defs" { "definitions" } else { keyword };
        for (_, holds, inside) in KEYWORDS.iter().filter(|(name, ..)| *name == known) {
            let below = Place {
                owner: place.owner,
                guarded: place.guarded || *inside,
                depth: place.depth.saturating_sub(1),
            };
            let base = format!("{pointer}/{keyword}");
            match (holds, value) {
                (Holds::One, Value::Object(_)) => collect(value, base, below, found),
                (Holds::List, Value::Array(elements)) => {
                    for (index, element) in elements.iter().enumerate() {
                        collect(element, format!("{base}/{index}"), below, found);
                    }
                }
                (Holds::Map, Value::Object(map)) => {
                    for (name, element) in map {
                        let below = if known == "definitions" {
                            definition(name)
                        } else {
                            below
                        };
                        let token = name.replace('~', "~0").replace('/', "~1");
                        collect(element, format!("{base}/{token}"), below, found);
                    }
                }
                _ => {}
            }
        }
    }
    found.push(Found { pointer, place });
}

fn definition(name: &str) -> Place {
    Place {
        owner: definition_index(name),
        guarded: false,
        depth: 2,
    }
}
