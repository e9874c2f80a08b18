//! What a call names and what has to be there. In: names and numbers of a call. Out: the rows, or the refusal of the service for what does not
//! exist.

use rusqlite::Connection;

use crate::error::ServiceError;
use crate::names::{RegistryName, SchemaName, shorten_text};
use crate::store::StoredTags;
use crate::store::discoverers::{self, Discoverer};
use crate::store::registries::{self, Registry};
use crate::store::schemas::{self, StoredSchema};
use crate::store::versions::{self, StoredVersion};

/// Returns the registry, which is made if it does not exist.
pub(super) fn ensure_registry(db: &Connection, name: &RegistryName) -> rusqlite::Result<Registry> {
    match registries::find_registry(db, name)? {
        Some(registry) => Ok(registry),
        None => registries::insert_registry(db, name, None, &StoredTags::default()),
    }
}

/// Returns the registry, which must exist.
pub(super) fn require_registry(db: &Connection, name: &RegistryName) -> Result<Registry, ServiceError> {
    let found = registries::find_registry(db, name)?;
    found.ok_or_else(|| ServiceError::not_found(format!("Registry with name {name} does not exist.")))
}

/// Returns the schema, which must exist, and its registry too.
pub(super) fn require_schema(
    db: &Connection,
    registry: &RegistryName,
    name: &SchemaName,
) -> Result<StoredSchema, ServiceError> {
    let registry = require_registry(db, registry)?;
    let found = schemas::find_schema(db, registry.id, name)?;
    found.ok_or_else(|| ServiceError::not_found(format!("Schema with name {name} does not exist.")))
}

/// Returns the version, which must exist.
pub(super) fn require_version(
    db: &Connection,
    schema: &StoredSchema,
    number: i64,
) -> Result<StoredVersion, ServiceError> {
    let found = versions::find_version(db, schema.id, number)?;
    found.ok_or_else(|| {
        let message = format!("Schema {} with version {number} does not exist.", schema.name);
        ServiceError::not_found(message)
    })
}

/// Returns the version of that number, or the newest.
pub(super) fn choose_version(
    db: &Connection,
    schema: &StoredSchema,
    number: Option<i64>,
) -> Result<StoredVersion, ServiceError> {
    match number {
        Some(number) => require_version(db, schema, number),
        None => require_newest(db, schema),
    }
}

/// Returns the version with the highest number.
pub(super) fn require_newest(db: &Connection, schema: &StoredSchema) -> Result<StoredVersion, ServiceError> {
    let newest = versions::find_newest_version(db, schema.id)?;
    newest.ok_or_else(|| ServiceError::not_found(format!("Schema {} has no version.", schema.name)))
}

/// Returns the discoverer, which must exist.
pub(super) fn require_discoverer(db: &Connection, id: &str) -> Result<Discoverer, ServiceError> {
    let found = discoverers::find_discoverer(db, id)?;
    found.ok_or_else(|| ServiceError::not_found(format!("Discoverer with Id : {} does not exist.", shorten_text(id))))
}
