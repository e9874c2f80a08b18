//! TestEventPattern of EventBridge: whether an event matches a pattern. In: a request of the JSON protocol. Out: the answer, by the matcher of
//! `schemactl pattern test`, in EventBridge's words where it rejects a pattern. Nothing is stored or sent.

use axum::body::Bytes;
use schemactl_pattern::Pattern;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::bus::Relayed;
use crate::error::{ErrorKind, ServiceError};

/// The operation in the header of a request.
pub(crate) const TARGET: &str = "AWSEvents.TestEventPattern";

/// The fields that the API requires of the event (its reference, `TestEventPattern`).
const FIELDS: [&str; 7] = ["id", "account", "source", "time", "region", "resources", "detail-type"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TestEventPattern {
    event_pattern: String,
    event: String,
}

/// Answers a request.
pub(crate) fn answer_pattern_test(body: &Bytes) -> Result<Relayed, ServiceError> {
    let request: TestEventPattern = serde_json::from_slice(body).map_err(|error| {
        let message = format!("the request is not one of TestEventPattern: {error}");
        ServiceError::new(ErrorKind::Serialization, message)
    })?;
    let pattern = Pattern::parse(&request.event_pattern).map_err(|error| {
        let message = format!("Event pattern is not valid. Reason: {}", error.reason());
        ServiceError::new(ErrorKind::InvalidEventPattern, message)
    })?;
    let event: Map<String, Value> =
        serde_json::from_str(&request.event).map_err(|error| reject_event(&error.to_string()))?;
    if let Some(missing) = FIELDS.iter().find(|field| !event.contains_key(**field)) {
        return Err(reject_event(&format!("`{missing}` is missing")));
    }
    let matches = pattern
        .compile()
        .matches_str(&request.event)
        .map_err(|error| reject_event(&error.to_string()))?;
    Ok(Relayed {
        status: 200,
        body: json!({ "Result": matches }).to_string().into_bytes(),
    })
}

fn reject_event(reason: &str) -> ServiceError {
    ServiceError::new(
        ErrorKind::Validation,
        format!("Parameter Event is not valid. Reason: {reason}."),
    )
}
