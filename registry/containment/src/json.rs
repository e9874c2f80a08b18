//! Values to and from `serde_json`, which validators and meta-schemas are made of. In and out: values without places in a source. The
//! model itself knows no other form of JSON than its own: build scripts read schemas, and pay for no second reader.

use schemactl_model::{JsonNumber, JsonObject, Kind, Member, Value};

/// Returns the same value as serde_json holds it, numbers as 64-bit integers or doubles; `None` if a number is too large for a double.
pub fn to_serde_json(value: &Value) -> Option<serde_json::Value> {
    Some(match &value.kind {
        Kind::Null => serde_json::Value::Null,
        Kind::Bool(value) => (*value).into(),
        Kind::Number(number) => serde_json::Value::Number(serde_json::from_str(number.as_str()).ok()?),
        Kind::String(text) => text.clone().into(),
        Kind::Array(elements) => elements.iter().map(to_serde_json).collect::<Option<Vec<_>>>()?.into(),
        Kind::Object(object) => serde_json::Value::Object(
            object
                .iter()
                .map(|entry| Some((entry.key.clone(), to_serde_json(&entry.value)?)))
                .collect::<Option<_>>()?,
        ),
    })
}

/// Returns the same value as one that was computed: it has no place in a source.
pub fn from_serde_json(value: &serde_json::Value) -> Value {
    Value::computed(match value {
        serde_json::Value::Null => Kind::Null,
        serde_json::Value::Bool(value) => Kind::Bool(*value),
        serde_json::Value::Number(number) => Kind::Number(JsonNumber::from_text(&number.to_string())),
        serde_json::Value::String(text) => Kind::String(text.clone()),
        serde_json::Value::Array(elements) => Kind::Array(elements.iter().map(from_serde_json).collect()),
        serde_json::Value::Object(members) => Kind::Object(JsonObject::from_entries(
            members
                .iter()
                .map(|(key, value)| Member::new(key, from_serde_json(value)))
                .collect(),
        )),
    })
}
