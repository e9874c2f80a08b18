//! A schema for one side. In: a schema as the generator wrote it down, with marks where readers accept more than who sends may send. Out: the schema
//! of that side, without marks.
//!
//! `$sent` lists keywords of its schema that count for what is sent only: the values of a list that is open, and `false` for properties that
//! readers ignore. Of `uniqueItems` a part counts for readers too: elements that they read whole. A branch of a union with `$read` counts for what is read only.

use serde_json::{Map, Value};

/// Who validates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValidationSide {
    Reader,
    Publisher,
}

/// The value of `uniqueItems` where readers ignore properties of elements.
pub(super) const OF_READERS: &str = "$readers";

const ONLY_SENT: &str = "$sent";
const ONLY_READ: &str = "$read";

/// Keywords that hold a schema.
const SINGLE: [&str; 10] = [
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords that hold schemas in order.
const LISTED: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords that hold schemas by name. Their members have any names, also those of keywords.
const NAMED: [&str; 4] = ["$defs", "dependentSchemas", "patternProperties", "properties"];

/// Makes a schema that of one side. What is no schema, such as the values of `enum`, stays as it is.
pub(super) fn choose_side(schema: &mut Value, side: ValidationSide) {
    let Value::Object(keywords) = schema else { return };
    remove_marked(keywords, side);
    if side == ValidationSide::Publisher {
        remove_only_read(keywords);
    }
    for (keyword, value) in keywords {
        match (keyword.as_str(), value) {
            (keyword, Value::Array(schemas)) if LISTED.contains(&keyword) => {
                for schema in schemas {
                    choose_side(schema, side);
                }
            }
            (keyword, Value::Object(schemas)) if NAMED.contains(&keyword) => {
                for schema in schemas.values_mut() {
                    choose_side(schema, side);
                }
            }
            (keyword, schema) if SINGLE.contains(&keyword) => choose_side(schema, side),
            _ => {}
        }
    }
}

/// Removes the branches that only readers accept. What is left of such a union has to hold.
fn remove_only_read(keywords: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = keywords.get_mut("anyOf") else {
        return;
    };
    let all = branches.len();
    branches.retain(|branch| branch.get(ONLY_READ).is_none());
    if branches.len() == all || branches.len() != 1 {
        return;
    }
    let only = branches.remove(0);
    keywords.remove("anyOf");
    match keywords.entry("allOf").or_insert_with(|| Value::Array(Vec::new())) {
        Value::Array(parts) => parts.push(only),
        _ => unreachable!("the generator writes a list"),
    }
}

/// Removes the marks of a schema, and for readers the keywords that do not count for them.
fn remove_marked(keywords: &mut Map<String, Value>, side: ValidationSide) {
    keywords.remove(ONLY_READ);
    let Some(Value::Array(only_sent)) = keywords.remove(ONLY_SENT) else {
        return;
    };
    if side == ValidationSide::Reader {
        for keyword in only_sent.iter().filter_map(Value::as_str) {
            match keywords.get_mut(keyword) {
                Some(unique) if keyword == "uniqueItems" => *unique = OF_READERS.into(),
                _ => _ = keywords.remove(keyword),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_side_has_its_own_keywords_and_names_and_values_are_no_marks() {
        let schema = json!({
            "properties": {
                "$sent": {"enum": ["a"], "type": "string", "$sent": ["enum"]},
                "$read": {"enum": [{"$sent": ["x"], "$read": true}]},
            },
            "additionalProperties": false,
            "anyOf": [{"oneOf": [true]}, {"$read": true, "type": "object"}],
            "$sent": ["additionalProperties"],
        });
        let of = |side| {
            let mut schema = schema.clone();
            choose_side(&mut schema, side);
            schema
        };
        let values = json!({"enum": [{"$sent": ["x"], "$read": true}]});
        assert_eq!(
            of(ValidationSide::Reader),
            json!({
                "properties": {"$sent": {"type": "string"}, "$read": values},
                "anyOf": [{"oneOf": [true]}, {"type": "object"}],
            })
        );
        assert_eq!(
            of(ValidationSide::Publisher),
            json!({
                "properties": {"$sent": {"enum": ["a"], "type": "string"}, "$read": values},
                "additionalProperties": false,
                "allOf": [{"oneOf": [true]}],
            })
        );
    }
}
