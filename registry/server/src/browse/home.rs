//! The first page: all registries, or what a search found in them.

use maud::{Markup, html};
use rusqlite::Connection;

use super::layout::{self, ROWS, count, registry_link, schema_link};
use super::natural::compare_naturally;
use super::{Asked, Page};
use crate::service::Service;
use crate::store::registries::{self, Registry};
use crate::store::search::{self, Found};
use crate::store::{Slice, discoverers, schemas};

pub(super) fn page(service: &Service, asked: &Asked, db: &Connection) -> Page {
    match asked.q.as_deref().map(str::trim).filter(|words| !words.is_empty()) {
        Some(words) => found(words, db).map(Some),
        None => all(service, asked, db).map(Some),
    }
}

fn all(service: &Service, asked: &Asked, db: &Connection) -> rusqlite::Result<Markup> {
    let slice = Slice {
        after: asked.after.clone(),
        limit: ROWS,
    };
    let mut page = registries::list(db, "", &slice)?;
    page.rows
        .sort_by(|one, other| compare_naturally(&one.name, &other.name));
    let counted = page
        .rows
        .iter()
        .map(|registry| Ok((registry, schemas::count(db, registry.id)?)));
    let rows: Vec<_> = counted.collect::<rusqlite::Result<_>>()?;
    let discoverers = discoverers::list(
        db,
        "",
        "",
        &Slice {
            after: None,
            limit: ROWS,
        },
    )?;
    let body = html! {
        h1 { "Registries" }
        @if rows.is_empty() {
            (welcome())
        } @else {
            ul.cards { @for (registry, schemas) in &rows { (card(registry, *schemas)) } }
            (layout::more("/", page.last.as_deref()))
        }
        @if !discoverers.rows.is_empty() {
            h2 { "Discoverers" }
            (super::discoverers::table(&discoverers.rows))
        }
        p.note { "ARNs begin with " code { (service.arns.registry("")) } "." }
    };
    Ok(layout::page("Registries", &[layout::home()], None, &body))
}

fn card(registry: &Registry, schemas: u32) -> Markup {
    html! {
        li {
            h2 { a href=(registry_link(&registry.name)) { (registry.name) } }
            p { @match &registry.description { Some(description) => (description), None => span.quiet { "No description" } } }
            p.quiet { (count(schemas, "schema")) }
            (layout::tags(&registry.tags))
        }
    }
}

fn welcome() -> Markup {
    html! {
        section.empty {
            p { "There is no registry yet. Make one, and reload:" }
            pre tabindex="0" { code { "schemactl push --create-registry\naws schemas create-registry --registry-name orders" } }
        }
    }
}

fn found(words: &str, db: &Connection) -> rusqlite::Result<Markup> {
    let split: Vec<_> = words.split_whitespace().collect();
    let registries = registries::list(
        db,
        "",
        &Slice {
            after: None,
            limit: ROWS,
        },
    )?;
    let searched = registries.rows.iter().map(|registry| {
        let page = search::search(
            db,
            registry.id,
            &split,
            &Slice {
                after: None,
                limit: ROWS,
            },
        )?;
        let mut found = page.rows;
        found.sort_by(|one, other| compare_naturally(&one.name, &other.name));
        Ok((registry, found))
    });
    let searched: Vec<_> = searched.collect::<rusqlite::Result<_>>()?;
    let schemas: usize = searched.iter().map(|(_, found)| found.len()).sum();
    let body = html! {
        h1 { (count(schemas, "schema")) " with “" (words) "”" }
        @if schemas == 0 { p.quiet { "All words must be in the name or in one version of the content." } }
        @for (registry, found) in searched.iter().filter(|(_, found)| !found.is_empty()) {
            h2 { a href=(registry_link(&registry.name)) { (registry.name) } }
            ul.found { @for schema in found { (hit(&registry.name, schema)) } }
        }
    };
    Ok(layout::page("Search", &[layout::home()], Some(words), &body))
}

fn hit(registry: &str, found: &Found) -> Markup {
    let link = schema_link(registry, &found.name);
    html! {
        li {
            a href=(link) { (found.name) }
            span.quiet { " in " @for (index, version) in found.versions.iter().enumerate() {
                @if index > 0 { ", " }
                a href=(format!("{link}?version={}", version.number)) { "version " (version.number) }
            } }
        }
    }
}
