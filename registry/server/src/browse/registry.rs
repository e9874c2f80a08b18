//! The page of a registry: its schemas.

use maud::html;
use rusqlite::Connection;

use super::layout::{self, ROWS, count, registry_link, schema_link};
use super::{Asked, Page};
use crate::names::RegistryName;
use crate::service::Service;
use crate::store::{Slice, policies, registries, schemas};

pub(super) fn page(service: &Service, name: &str, asked: &Asked, db: &Connection) -> Page {
    let registry = match RegistryName::parse(name) {
        Ok(name) => registries::find(db, &name)?,
        Err(_) => None,
    };
    let Some(registry) = registry else { return Ok(None) };
    let slice = Slice {
        after: asked.after.clone(),
        limit: ROWS,
    };
    let page = schemas::list(db, registry.id, "", &slice)?;
    let policy = policies::find(db, registry.id)?;
    let link = registry_link(&registry.name);
    let body = html! {
        h1 { (registry.name) }
        @if let Some(description) = &registry.description { p.lead { (description) } }
        p.quiet { (count(schemas::count(db, registry.id)?, "schema")) " · " code { (service.arns.registry(&registry.name)) } }
        (layout::tags(&registry.tags))
        @if page.rows.is_empty() {
            section.empty { p { "This registry holds no schemas." } }
        } @else {
            table {
                thead { tr { th scope="col" { "Schema" } th.number scope="col" { "Versions" } th scope="col" { "Last modified (UTC)" } } }
                tbody { @for schema in &page.rows {
                    tr {
                        td { a href=(schema_link(&registry.name, &schema.name)) { (schema.name) }
                            @if let Some(description) = &schema.description { span.quiet { (description) } } }
                        td.number { (schema.versions) }
                        td { (layout::time(&schema.last_modified)) }
                    }
                } }
            }
            (layout::more(&link, page.last.as_deref()))
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
