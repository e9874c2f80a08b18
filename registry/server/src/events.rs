//! The events that the registry sends. In: a version that was written. Out: the entries of PutEvents that tell of it, in the outbox.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::names::RegistryName;
use crate::service::Service;
use crate::store::outbox;
use crate::store::versions::StoredVersion;

/// Tells of a version, and before the first one of its schema, as AWS does.
pub(crate) fn version_created(
    service: &Service,
    db: &Connection,
    registry: &RegistryName,
    schema: &str,
    version: &StoredVersion,
) -> rusqlite::Result<()> {
    if !service.publishes {
        return Ok(());
    }
    let arn = service.arns.schema(registry.as_str(), schema);
    let detail = json!({
        "SchemaName": schema,
        "SchemaType": version.type_,
        "RegistryName": registry.as_str(),
        "SchemaVersion": version.number.to_string(),
        "CreationDate": version.created,
    });
    if version.number == 1 {
        outbox::push_event(db, &entry("Schema Created", &arn, &detail))?;
    }
    outbox::push_event(db, &entry("Schema Version Created", &arn, &detail))
}

fn entry(detail_type: &str, arn: &str, detail: &Value) -> Value {
    json!({ "DetailType": detail_type, "Detail": detail.to_string(), "Resources": [arn] })
}
