//! The page of a registry. In: its name and the database. Out: HTML of the view.

use rusqlite::Connection;
use schemactl_pages::{PolicyView, RegistryPage, SchemaRow};

use super::natural::page_of;
use super::query::{ROWS, check_parameters, find_registry};
use crate::call::Call;
use crate::error::ServiceError;
use crate::names::SchemaName;
use crate::store::registries::Registry;
use crate::store::{policies, schemas, versions};

/// Returns the page of the registry that the path names as HTML.
pub(crate) fn render_registry(call: &Call, db: &Connection) -> Result<String, ServiceError> {
    check_parameters(call, &["after"])?;
    let registry = find_registry(call, db)?;
    let (schemas, last) = read_rows(&registry, call.query("after"), db)?;
    let policy = policies::find_policy(db, registry.id)?;
    let page = RegistryPage {
        arn: call.service.arns.registry(&registry.name),
        schema_count: schemas::count_schemas(db, registry.id)?,
        name: registry.name,
        description: registry.description,
        tags: registry.tags.0,
        schemas,
        last,
        policy: policy.map(|policy| PolicyView {
            revision: policy.revision,
            text: policy.policy,
        }),
    };
    Ok(page.render())
}

/// The schemas of a page, and the name of the last one if more follow.
fn read_rows(
    registry: &Registry,
    after: Option<&str>,
    db: &Connection,
) -> rusqlite::Result<(Vec<SchemaRow>, Option<String>)> {
    let (names, last) = page_of(schemas::select_schema_names(db, registry.id)?, after, ROWS);
    let mut rows = Vec::new();
    for name in names {
        // A name that was stored was valid, and the schema is there: all reads of a page see the same state.
        let Ok(name) = SchemaName::parse(&name) else { continue };
        if let Some(schema) = schemas::find_schema(db, registry.id, &name)? {
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
