//! The first page: all registries, or what a search found in them. In: the database. Out: views.

use rusqlite::Connection;
use schemactl_pages::{HomePage, RegistryCard, RegistryHits, SchemaHit, SearchPage, VersionLabel};

use super::discoverers::to_row;
use super::natural::compare_naturally;
use super::query::{PageQuery, ROWS};
use crate::service::Service;
use crate::store::search::{self, Found};
use crate::store::{Slice, discoverers, registries, schemas};

/// Reads the first page.
pub(crate) fn read_home(service: &Service, query: &PageQuery, db: &Connection) -> rusqlite::Result<HomePage> {
    let slice = Slice {
        after: query.after.clone(),
        limit: ROWS,
    };
    let mut page = registries::list(db, "", &slice)?;
    page.rows
        .sort_by(|one, other| compare_naturally(&one.name, &other.name));
    let cards = page.rows.into_iter().map(|registry| {
        Ok(RegistryCard {
            schemas: schemas::count(db, registry.id)?,
            name: registry.name,
            description: registry.description,
            tags: registry.tags.0,
        })
    });
    let discoverers = discoverers::list(db, "", "", &first_rows())?;
    Ok(HomePage {
        registries: cards.collect::<rusqlite::Result<_>>()?,
        last: page.last,
        discoverers: discoverers.rows.into_iter().map(to_row).collect(),
        arn_prefix: service.arns.registry(""),
    })
}

/// Reads what a search finds.
pub(crate) fn read_search(words: &str, db: &Connection) -> rusqlite::Result<SearchPage> {
    let split: Vec<_> = words.split_whitespace().collect();
    let registries = registries::list(db, "", &first_rows())?;
    let searched = registries.rows.into_iter().map(|registry| {
        let mut found = search::search(db, registry.id, &split, &first_rows())?.rows;
        found.sort_by(|one, other| compare_naturally(&one.name, &other.name));
        Ok(RegistryHits {
            registry: registry.name,
            schemas: found.into_iter().map(to_hit).collect(),
        })
    });
    Ok(SearchPage {
        words: words.to_owned(),
        registries: searched.collect::<rusqlite::Result<_>>()?,
    })
}

fn to_hit(found: Found) -> SchemaHit {
    let label = |number| VersionLabel { number, ours: None };
    SchemaHit {
        name: found.name,
        versions: found.versions.iter().map(|version| label(version.number)).collect(),
    }
}

fn first_rows() -> Slice<String> {
    Slice {
        after: None,
        limit: ROWS,
    }
}
