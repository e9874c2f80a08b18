//! GetDiscoveredSchema: the schema of some events, which are not kept.

use rusqlite::Connection;
use schemactl_infer::infer_registered_schema;
use schemactl_model::{Source, Value, parse};
use serde_json::json;

use super::{OperationAnswer, answer};
use crate::call::Call;
use crate::error::ServiceError;
use crate::names::parse_schema_type;

/// How many events a call may bring, and how long each may be in characters.
const EVENTS: usize = 10;
const EVENT_LENGTH: usize = 100_000;

pub(crate) fn get_discovered_schema(call: &Call, _: &Connection) -> Result<OperationAnswer, ServiceError> {
    let fields = call.fields()?;
    let content_type = parse_schema_type(fields.required_text("Type")?)?;
    let texts = fields.required_texts("Events")?;
    if !(1..=EVENTS).contains(&texts.len()) {
        let message = format!("Events has {} events; 1 to {EVENTS} are allowed", texts.len());
        return Err(ServiceError::bad_request(message));
    }
    let events: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| event(index, text))
        .collect::<Result<_, _>>()?;
    let content = infer_registered_schema(&events, content_type).to_string();
    Ok(answer(&json!({ "Content": content })))
}

/// Read as strictly as a schema: an event with a key twice has no schema that is right for every reader.
fn event(index: usize, text: &str) -> Result<Value, ServiceError> {
    let length = text.chars().count();
    if !(1..=EVENT_LENGTH).contains(&length) {
        let message = format!("Events[{index}] has {length} characters; 1 to {EVENT_LENGTH} are allowed");
        return Err(ServiceError::bad_request(message));
    }
    let event = parse(&Source::new(format!("Events[{index}]"), text));
    event.map_err(|errors| {
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        ServiceError::bad_request(errors.join("; "))
    })
}
