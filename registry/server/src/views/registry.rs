//! The page of a registry. In: its name and the database. Out: the view.

use rusqlite::Connection;
use schemactl_pages::{PolicyView, RegistryPage, SchemaRow};

use super::natural::page_of;
use super::query::{PageQuery, ROWS};
use crate::names::{RegistryName, SchemaName};
use crate::service::Service;
use crate::store::registries::Registry;
use crate::store::{policies, registries, schemas, versions};

/// Reads the page of a registry. `None` if there is none of that name.
pub(crate) fn read_registry(
    service: &Service,
    name: &str,
    query: &PageQuery,
    db: &Connection,
) -> rusqlite::Result<Option<RegistryPage>> {
    let registry = match RegistryName::parse(name) {
        Ok(name) => registries::find(db, &name)?,
        Err(_) => None,
    };
    let Some(registry) = registry else { return Ok(None) };
    let (schemas, last) = read_rows(&registry, query, db)?;
    let policy = policies::find(db, registry.id)?;
    Ok(Some(RegistryPage {
        arn: service.arns.registry(&registry.name),
        schema_count: schemas::count(db, registry.id)?,
        name: registry.name,
        description: registry.description,
        tags: registry.tags.0,
        schemas,
        last,
        policy: policy.map(|policy| PolicyView {
            revision: policy.revision,
            text: policy.policy,
        }),
    }))
}

/// The schemas of a page, and the name of the last one if more follow.
fn read_rows(
    registry: &Registry,
    query: &PageQuery,
    db: &Connection,
) -> rusqlite::Result<(Vec<SchemaRow>, Option<String>)> {
    let (names, last) = page_of(schemas::names(db, registry.id)?, query.after.as_deref(), ROWS);
    let mut rows = Vec::new();
    for name in names {
        // A name that was stored was valid, and the schema is there: all reads of a page see the same state.
        let Ok(name) = SchemaName::parse(&name) else { continue };
        if let Some(schema) = schemas::find(db, registry.id, &name)? {
            rows.push(SchemaRow {
                newest: versions::newest_stamp(db, schema.id)?,
                name: schema.name,
                description: schema.description,
                versions: schema.versions,
                last_modified: schema.last_modified,
            });
        }
    }
    Ok((rows, last))
}
