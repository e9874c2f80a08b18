//! The page of a schema: one version's content, or what it changed, beside the list of all versions.

use maud::{Markup, html};
use rusqlite::Connection;

use super::json::{block, changes};
use super::layout::{self, count, registry_link, schema_link};
use super::{Asked, Page};
use crate::names::{RegistryName, SchemaName};
use crate::service::Service;
use crate::store::schemas::Schema;
use crate::store::versions::{self, Version, VersionSummary};
use crate::store::{Slice, registries, schemas};

/// How many versions the list shows: ten times AWS's quota.
const VERSIONS: usize = 1000;

/// What a page is made of.
struct Shown<'s> {
    registry: &'s str,
    schema: &'s Schema,
    /// Oldest first.
    versions: &'s [VersionSummary],
    version: &'s Version,
    /// The version before it.
    before: Option<&'s Version>,
    changes: bool,
}

pub(super) fn page(service: &Service, registry: &str, name: &str, asked: &Asked, db: &Connection) -> Page {
    let (Ok(registry), Ok(name)) = (RegistryName::parse(registry), SchemaName::parse(name)) else {
        return Ok(None);
    };
    let Some(schema) = find(db, &registry, &name)? else {
        return Ok(None);
    };
    let versions = versions::list(
        db,
        schema.id,
        &Slice {
            after: None,
            limit: VERSIONS,
        },
    )?
    .rows;
    let wanted = asked.version.as_deref().and_then(|version| version.parse().ok());
    let version = match wanted {
        Some(number) => versions::find(db, schema.id, number)?,
        None => versions::newest(db, schema.id)?,
    };
    let Some(version) = version else { return Ok(None) };
    let before = versions.iter().rev().find(|summary| summary.number < version.number);
    let before = match before {
        Some(summary) => versions::find(db, schema.id, summary.number)?,
        None => None,
    };
    let shown = Shown {
        registry: registry.as_str(),
        schema: &schema,
        versions: &versions,
        version: &version,
        before: before.as_ref(),
        changes: asked.show.as_deref() == Some("changes"),
    };
    Ok(Some(shown.page(service)))
}

fn find(db: &Connection, registry: &RegistryName, name: &SchemaName) -> rusqlite::Result<Option<Schema>> {
    match registries::find(db, registry)? {
        Some(registry) => schemas::find(db, registry.id, name),
        None => Ok(None),
    }
}

impl Shown<'_> {
    fn page(&self, service: &Service) -> Markup {
        let Self {
            registry,
            schema,
            version,
            ..
        } = self;
        let body = html! {
            h1 { (layout::breakable(&schema.name)) }
            @if let Some(description) = &schema.description { p.lead { (description) } }
            p.quiet { (count(schema.versions, "version")) " · " code { (service.arns.schema(registry, &schema.name)) } }
            (layout::tags(&schema.tags))
            div.split {
                (self.list())
                article {
                    header { h2 { "Version " (version.number) } span.badge { (version.type_) } (layout::time(&version.created)) }
                    (self.tabs())
                    (self.content())
                }
            }
        };
        let path = [
            layout::home(),
            (*registry, registry_link(registry)),
            (schema.name.as_str(), schema_link(registry, &schema.name)),
        ];
        layout::page(&schema.name, &path, None, &body)
    }

    fn link(&self, version: i64, changes: bool) -> String {
        let show = if changes { "&show=changes" } else { "" };
        format!(
            "{}?version={version}{show}",
            schema_link(self.registry, &self.schema.name)
        )
    }

    /// Newest first, as people look for them.
    fn list(&self) -> Markup {
        html! {
            nav.versions aria-label="Versions" { ol {
                @for summary in self.versions.iter().rev() {
                    @let current = summary.number == self.version.number;
                    li { a href=(self.link(summary.number, self.changes)) aria-current=[current.then_some("page")] {
                        b { (summary.number) } (layout::time(&summary.created))
                    } }
                }
            } }
        }
    }

    fn tabs(&self) -> Markup {
        let current = |changes: bool| (self.changes == changes).then_some("page");
        html! {
            nav.tabs aria-label="View" {
                a href=(self.link(self.version.number, false)) aria-current=[current(false)] { "Content" }
                @if let Some(before) = self.before {
                    a href=(self.link(self.version.number, true)) aria-current=[current(true)] { "Changes since " (before.number) }
                }
            }
        }
    }

    fn content(&self) -> Markup {
        match self.before {
            Some(before) if self.changes => changes(&before.content, &self.version.content),
            _ => block(&self.version.content),
        }
    }
}
