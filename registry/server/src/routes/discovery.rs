//! What started discoverers make of the events of their buses. In: events as a bus has taken them. Out: schemas of the registry
//! `discovered-schemas`, with a version for every event of a shape that was not seen before: the newest version of a schema describes
//! all events that were seen of it. What cannot be discovered (too large, too deep, a quota that is reached) is passed over, as on AWS.

use rusqlite::Connection;
use schemactl_infer::{discovered, type_name};
use schemactl_model::{Source, Value, parse};
use serde_json::json;

use super::{content, registries};
use crate::events;
use crate::names::{DISCOVERED, RegistryName, SchemaName, SchemaType};
use crate::service::Service;
use crate::store::registries::Registry;
use crate::store::schemas::{self, Schema};
use crate::store::{Tags, discoverers, shapes, versions};

/// The largest event that AWS discovers, in bytes, and the most levels of arrays and objects.
const EVENT_SIZE: usize = 1000 * 1024;
const EVENT_LEVELS: usize = 255;

/// An event that a bus has taken.
#[derive(Clone, Debug)]
pub(crate) struct TakenEvent {
    /// The name of the bus.
    pub(crate) bus: String,
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) detail_type: String,
    /// As RFC 3339.
    pub(crate) time: String,
    pub(crate) resources: Vec<String>,
    /// A JSON object as text.
    pub(crate) detail: String,
}

/// Shows events to the discoverers of their buses.
pub(crate) fn discover(service: &Service, db: &Connection, events: &[TakenEvent]) -> rusqlite::Result<()> {
    for event in events {
        if discoverers::watch(db, &event.bus)?
            && let Some(seen) = event.read(service)
        {
            learn(service, db, event, &seen)?;
        }
    }
    Ok(())
}

impl TakenEvent {
    /// The event as subscribers get it. `None` if it is not one that is discovered; one that has a key twice has no schema that is right
    /// for every reader.
    fn read(&self, service: &Service) -> Option<Value> {
        let rest = json!({
            "version": "0",
            "id": self.id,
            "detail-type": self.detail_type,
            "source": self.source,
            "account": service.arns.account,
            "time": self.time,
            "region": service.arns.region,
            "resources": self.resources,
        });
        let rest = rest.to_string();
        // The detail stays as it was written: its numbers keep their spelling, and its keys are not merged.
        let event = format!("{{\"detail\":{},{}", self.detail, rest.strip_prefix('{')?);
        if event.len() > EVENT_SIZE {
            return None;
        }
        let event = parse(&Source::new("event", event)).ok()?;
        (event.depth() <= EVENT_LEVELS).then_some(event)
    }

    /// The name of its schema, as discovery on AWS writes it: `com.shop.orders@OrderPlaced`.
    fn schema_name(&self) -> Option<SchemaName> {
        let allowed = |character: char| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' => character,
            _ => '-',
        };
        let source: String = self.source.chars().map(allowed).collect();
        SchemaName::parse(&format!("{source}@{}", type_name(&self.detail_type))).ok()
    }
}

/// Takes an event into the schema of its kind, if its shape is new there.
fn learn(service: &Service, db: &Connection, event: &TakenEvent, seen: &Value) -> rusqlite::Result<()> {
    let (Ok(registry), Some(name)) = (RegistryName::parse(DISCOVERED), event.schema_name()) else {
        return Ok(());
    };
    let home = registries::ensure(db, &registry)?;
    let present = schemas::find(db, home.id, &name)?;
    let before = match &present {
        Some(schema) => shapes::find(db, schema.id)?,
        None => None,
    };
    let mut shape = before.clone().unwrap_or_default();
    shape.see(seen);
    if before.as_ref() == Some(&shape) {
        return Ok(());
    }
    let content = discovered(&shape, &event.source, &event.detail_type).map(|content| content.to_string());
    let Some(content) = content.filter(|content| content::fits(content)) else {
        return Ok(());
    };
    let newest = match &present {
        Some(schema) => versions::newest(db, schema.id)?,
        None => None,
    };
    let known = newest.is_some_and(|newest| newest.content == content);
    if !known && !has_room(service, db, &home, present.as_ref())? {
        return Ok(());
    }
    let id = match &present {
        Some(schema) => schema.id,
        None => schemas::insert(db, home.id, &name, None, &Tags::default())?,
    };
    shapes::put(db, id, &shape)?;
    if known {
        return Ok(());
    }
    let version = versions::insert(db, id, SchemaType::OpenApi3, &content, None)?;
    events::version_created(service, db, &registry, name.as_str(), &version)
}

/// Whether the quotas allow a version of the schema, or one more schema.
fn has_room(service: &Service, db: &Connection, home: &Registry, present: Option<&Schema>) -> rusqlite::Result<bool> {
    Ok(match present {
        Some(schema) => schema.versions < i64::from(service.quotas.versions),
        None => schemas::count(db, home.id)? < service.quotas.discovered_schemas,
    })
}
