//! What started discoverers make of the events of their buses. In: events as a bus has taken them. Out: schemas of the registry
//! `discovered-schemas`, one for each source and detail-type, with a version for every event of a shape that was not seen before: the newest version of
//! a schema describes all events that were seen of it. What cannot be discovered (too large, too deep, a quota that is reached) is passed over, as on AWS, and told
//! to whoever runs the server.

use rusqlite::Connection;
use schemactl_infer::infer_discovered_schema;
use schemactl_model::{SchemaType, Source, Value, parse};
use serde_json::json;

use super::content;
use super::discovered_name::{DiscoveredName, find_name};
use super::required::ensure_registry;
use crate::events;
use crate::names::{DISCOVERED, RegistryName, shorten_text};
use crate::service::Service;
use crate::store::registries::Registry;
use crate::store::schemas::{self, StoredSchema};
use crate::store::shapes::EventKind;
use crate::store::{StoredTags, discoverers, shapes, versions};

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
pub(crate) fn show_to_discoverers(service: &Service, db: &Connection, events: &[TakenEvent]) -> rusqlite::Result<()> {
    for event in events {
        if !discoverers::is_bus_watched(db, &event.bus)? {
            continue;
        }
        let missed = match event.read(service) {
            Ok(seen) => learn(service, db, event, &seen)?,
            Err(reason) => Some(reason),
        };
        if let Some(reason) = missed {
            let (id, source, detail_type) = (
                shorten_text(&event.id),
                shorten_text(&event.source),
                shorten_text(&event.detail_type),
            );
            let line = format!("not discovered: event {id} of {source} {detail_type}: {reason}");
            service.notices.tell(&line);
        }
    }
    Ok(())
}

impl TakenEvent {
    /// The event as subscribers get it, or why it is not one that is discovered; one that has a key twice has no schema that is right
    /// for every reader.
    fn read(&self, service: &Service) -> Result<Value, String> {
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
        let rest = rest.trim_start_matches('{');
        let event = format!("{{\"detail\":{},{rest}", self.detail);
        if event.len() > EVENT_SIZE {
            return Err(format!(
                "it has {} bytes, and at most {EVENT_SIZE} are discovered",
                event.len()
            ));
        }
        let event = parse(&Source::new("event", event));
        let event = event.map_err(|errors| errors.first().map_or_else(String::new, ToString::to_string))?;
        if event.depth() > EVENT_LEVELS {
            return Err(format!(
                "it has {} levels, and at most {EVENT_LEVELS} are discovered",
                event.depth()
            ));
        }
        Ok(event)
    }

    fn kind(&self) -> EventKind<'_> {
        EventKind {
            source: &self.source,
            detail_type: &self.detail_type,
        }
    }
}

/// Takes an event into the schema of its kind, if its shape is new there. Returns why not, if there is a reason.
fn learn(service: &Service, db: &Connection, event: &TakenEvent, seen: &Value) -> rusqlite::Result<Option<String>> {
    let registry = RegistryName::parse(DISCOVERED).expect("the name of AWS is one");
    let home = ensure_registry(db, &registry)?;
    let DiscoveredName { name, taken } = find_name(db, home.id, event.kind())?;
    let present = schemas::find_schema(db, home.id, &name)?;
    let before = match &present {
        Some(schema) => shapes::find_shape(db, schema.id)?,
        None => None,
    };
    let mut shape = before.clone().unwrap_or_default();
    shape.see(seen);
    if before.as_ref() == Some(&shape) {
        return Ok(None);
    }
    let content = infer_discovered_schema(&shape, &event.source, &event.detail_type).map(|content| content.to_string());
    let Some(content) = content.filter(|content| content::fits_content_limits(content)) else {
        return Ok(Some("its schema would be longer than a registry holds".to_owned()));
    };
    let newest = match &present {
        Some(schema) => versions::find_newest_version(db, schema.id)?,
        None => None,
    };
    let known = newest.is_some_and(|newest| newest.content == content);
    if !known && !has_room(service, db, &home, present.as_ref())? {
        return Ok(Some(
            "a quota of the registry `discovered-schemas` is reached".to_owned(),
        ));
    }
    let id = match &present {
        Some(schema) => schema.id,
        None => schemas::insert_schema(db, home.id, &name, None, &StoredTags::default())?,
    };
    if let Some(taken) = taken.filter(|_| present.is_none()) {
        let (source, detail_type) = (shorten_text(&event.source), shorten_text(&event.detail_type));
        let line = format!(
            "discovered: the schema of {source} {detail_type} is `{name}`, because `{taken}` describes other events"
        );
        service.notices.tell(&line);
    }
    shapes::write_shape(db, id, event.kind(), &shape)?;
    if known {
        return Ok(None);
    }
    let version = versions::insert_version(db, id, SchemaType::OpenApi3, &content, None)?;
    events::version_created(service, db, &registry, name.as_str(), &version)?;
    Ok(None)
}

/// Whether the quotas allow a version of the schema, or one more schema.
fn has_room(
    service: &Service,
    db: &Connection,
    home: &Registry,
    present: Option<&StoredSchema>,
) -> rusqlite::Result<bool> {
    Ok(match present {
        Some(schema) => schema.versions < i64::from(service.quotas.versions),
        None => schemas::count_schemas(db, home.id)? < service.quotas.discovered_schemas,
    })
}
