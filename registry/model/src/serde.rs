//! Values from and to serde_json.

use crate::{JsonNumber, JsonObject, Kind, Member, Value};

impl Value {
    /// The same value as a `serde_json::Value`, or `None` if a number in it is beyond what that type holds.
    pub fn to_serde(&self) -> Option<serde_json::Value> {
        Some(match &self.kind {
            Kind::Null => serde_json::Value::Null,
            Kind::Bool(value) => (*value).into(),
            Kind::Number(number) => serde_json::Value::Number(number.to_serde()?),
            Kind::String(text) => text.clone().into(),
            Kind::Array(elements) => elements.iter().map(Value::to_serde).collect::<Option<Vec<_>>>()?.into(),
            Kind::Object(object) => serde_json::Value::Object(
                object
                    .iter()
                    .map(|entry| Some((entry.key.clone(), entry.value.to_serde()?)))
                    .collect::<Option<_>>()?,
            ),
        })
    }
}

/// A computed value: it has no place in a source.
impl From<&serde_json::Value> for Value {
    fn from(value: &serde_json::Value) -> Self {
        Self::computed(match value {
            serde_json::Value::Null => Kind::Null,
            serde_json::Value::Bool(value) => Kind::Bool(*value),
            serde_json::Value::Number(number) => Kind::Number(JsonNumber::from(number)),
            serde_json::Value::String(text) => Kind::String(text.clone()),
            serde_json::Value::Array(elements) => Kind::Array(elements.iter().map(Value::from).collect()),
            serde_json::Value::Object(members) => Kind::Object(JsonObject::from_entries(
                members
                    .iter()
                    .map(|(key, value)| Member::new(key, value.into()))
                    .collect(),
            )),
        })
    }
}

impl JsonNumber {
    /// The number as serde_json holds it (64-bit integer or double), or `None` if it is too large for a double.
    pub fn to_serde(&self) -> Option<serde_json::Number> {
        serde_json::from_str(self.as_str()).ok()
    }
}

impl From<&serde_json::Number> for JsonNumber {
    fn from(number: &serde_json::Number) -> Self {
        Self::from_text(&number.to_string())
    }
}
