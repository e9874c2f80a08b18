//! The body of a request: a JSON object. In: bytes. Out: members of the type asked for, or the refusal that names the member.
//! Members that no operation knows are ignored, as AWS does; `null` is the same as absent.

use serde_json::{Map, Value};

use crate::error::ServiceError;
use crate::names::shorten_text;
use crate::store::StoredTags;

/// The longest description, in characters.
const DESCRIPTION_LENGTH: usize = 256;

/// The members of a body.
#[derive(Clone, Debug)]
pub(crate) struct BodyFields(Map<String, Value>);

impl BodyFields {
    /// An empty body is an empty object.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, ServiceError> {
        if body.is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(other) => Err(ServiceError::bad_request(format!(
                "the body must be a JSON object, not {}",
                kind(&other)
            ))),
            Err(error) => Err(ServiceError::bad_request(format!("the body is not JSON: {error}"))),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, ServiceError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(ServiceError::bad_request(format!(
                "{name} must be a string, not {}",
                kind(other)
            ))),
        }
    }

    pub(crate) fn required_text(&self, name: &str) -> Result<&str, ServiceError> {
        self.text(name)?
            .ok_or_else(|| ServiceError::bad_request(format!("{name} is required")))
    }

    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, ServiceError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(other) => Err(ServiceError::bad_request(format!(
                "{name} must be a boolean, not {}",
                kind(other)
            ))),
        }
    }

    /// A list of strings.
    pub(crate) fn required_texts(&self, name: &str) -> Result<Vec<&str>, ServiceError> {
        let elements = match self.0.get(name) {
            None | Some(Value::Null) => return Err(ServiceError::bad_request(format!("{name} is required"))),
            Some(Value::Array(elements)) => elements,
            Some(other) => {
                let message = format!("{name} must be an array, not {}", kind(other));
                return Err(ServiceError::bad_request(message));
            }
        };
        let texts = elements.iter().enumerate().map(|(index, element)| {
            let message = || format!("{name}[{index}] must be a string, not {}", kind(element));
            element.as_str().ok_or_else(|| ServiceError::bad_request(message()))
        });
        texts.collect()
    }

    pub(crate) fn description(&self) -> Result<Option<&str>, ServiceError> {
        let description = self.text("Description")?;
        match description.map_or(0, |text| text.chars().count()) {
            0..=DESCRIPTION_LENGTH => Ok(description),
            length => Err(ServiceError::bad_request(format!(
                "Description has {length} characters; {DESCRIPTION_LENGTH} are allowed"
            ))),
        }
    }

    /// The member `tags`, in lower case: the one member of the API that is not capitalised. `None` if it is absent.
    pub(crate) fn tags(&self) -> Result<Option<StoredTags>, ServiceError> {
        let members = match self.0.get("tags") {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Object(members)) => members,
            Some(other) => {
                let message = format!("tags must be an object, not {}", kind(other));
                return Err(ServiceError::bad_request(message));
            }
        };
        let mut tags = StoredTags::default();
        for (key, value) in members {
            let Value::String(value) = value else {
                let message = format!("the tag `{}` must be a string, not {}", shorten_text(key), kind(value));
                return Err(ServiceError::bad_request(message));
            };
            tags.0.insert(key.clone(), value.clone());
        }
        Ok(Some(tags))
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn names_what_is_wrong() {
        let fields = BodyFields::parse(br#"{"Content":3,"Type":null,"tags":{"a":[]}}"#).unwrap();
        assert_eq!(
            message(fields.text("Content")),
            "BadRequest: Content must be a string, not a number"
        );
        assert_eq!(message(fields.required_text("Type")), "BadRequest: Type is required");
        assert_eq!(
            message(fields.tags()),
            "BadRequest: the tag `a` must be a string, not an array"
        );
        assert!(message(BodyFields::parse(b"{\"Content\":")).starts_with("BadRequest: the body is not JSON: EOF"));
        assert!(message(BodyFields::parse(b"[]")).ends_with("not an array"));
        assert!(message(BodyFields::parse(b"{\"a\":\"\xff\"}")).contains("not JSON"));
    }

    #[test]
    fn an_empty_body_has_no_members() {
        let fields = BodyFields::parse(b"").unwrap();
        assert_eq!((fields.text("Content").unwrap(), fields.tags().unwrap()), (None, None));
    }
}
