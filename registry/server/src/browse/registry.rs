//! The page of a registry: its schemas.

use maud::html;
use rusqlite::Connection;

use super::layout::{self, ROWS, count, registry_link, schema_link};
use super::natural::page_of;
use super::{Asked, Page};
use crate::names::{RegistryName, SchemaName};
use crate::service::Service;
use crate::store::registries::Registry;
use crate::store::schemas::Schema;
use crate::store::{policies, registries, schemas, versions};

pub(super) fn page(service: &Service, name: &str, asked: &Asked, db: &Connection) -> Page {
    let registry = match RegistryName::parse(name) {
        Ok(name) => registries::find(db, &name)?,
        Err(_) => None,
    };
    let Some(registry) = registry else { return Ok(None) };
    let (rows, last) = rows(&registry, asked, db)?;
    let policy = policies::find(db, registry.id)?;
    let link = registry_link(&registry.name);
    let body = html! {
        h1 { (registry.name) }
        @if let Some(description) = &registry.description { p.lead { (description) } }
        p.quiet { (count(schemas::count(db, registry.id)?, "schema")) " · " code { (service.arns.registry(&registry.name)) } }
        (layout::tags(&registry.tags))
        @if rows.is_empty() {
            section.empty { p { "This registry holds no schemas." } }
        } @else {
            table {
                thead { tr { th scope="col" { "Schema" } th scope="col" { "Newest" } th.number scope="col" { "Versions" } th scope="col" { "Last modified" } } }
                tbody { @for (schema, ours) in &rows {
                    tr {
                        td { a href=(schema_link(&registry.name, &schema.name)) { (schema.name) }
                            @if let Some(description) = &schema.description { span.quiet { (description) } } }
                        td data-label="Newest" { @match ours { Some(ours) => (ours), None => "–" } }
                        td.number data-label="Versions" { (schema.versions) }
                        td data-label="Last modified" { (layout::time(&schema.last_modified)) }
                    }
                } }
            }
            (layout::more(&link, last.as_deref()))
        }
        @if let Some(policy) = &policy {
            h2 { "Resource policy" }
            p.quiet { "Revision " code { (policy.revision) } ". It is kept and not obeyed." }
            (super::json::block(&policy.policy))
        }
    };
    let path = [layout::home(), (registry.name.as_str(), link.clone())];
    Ok(Some(layout::page(&registry.name, &path, None, &body)))
}

/// A schema, with our version of its newest content if it has one.
type SchemaRow = (Schema, Option<String>);

/// The schemas of a page, each with our version of its newest content, and the name of the last one if more follow.
fn rows(registry: &Registry, asked: &Asked, db: &Connection) -> rusqlite::Result<(Vec<SchemaRow>, Option<String>)> {
    let (names, last) = page_of(schemas::names(db, registry.id)?, asked.after.as_deref(), ROWS);
    let mut rows = Vec::new();
    for name in names {
        // A name that was stored was valid, and the schema is there: all reads of a page see the same state.
        let Ok(name) = SchemaName::parse(&name) else { continue };
        if let Some(schema) = schemas::find(db, registry.id, &name)? {
            let ours = versions::newest_stamp(db, schema.id)?;
            rows.push((schema, ours));
        }
    }
    Ok((rows, last))
}
