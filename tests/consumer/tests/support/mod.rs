//! What the tests of generated code share.

use serde_json::{json, Value};

/// With each number as a float: JSON does not tell 0 and 0.0 apart, serde_json does.
pub fn by_value(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(elements) => elements.into_iter().map(by_value).collect(),
        Value::Object(members) => members.into_iter().map(|(key, value)| (key, by_value(value))).collect(),
        other => other,
    }
}
