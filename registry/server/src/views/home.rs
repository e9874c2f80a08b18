//! The first page: all registries, or what a search found in them. In: the database. Out: HTML of their views.

use rusqlite::Connection;
use schemactl_pages::{HomePage, RegistryCard, RegistryHits, SchemaHit, SearchPage, VersionLabel};

use super::discoverers::to_row;
use super::natural::compare_naturally;
use super::query::{ROWS, check_parameters, read_slice, search_words};
use crate::call::Call;
use crate::error::ServiceError;
use crate::store::search::{self, SearchHit};
use crate::store::{Slice, discoverers, registries, schemas, versions};

/// Returns the first page as HTML: what a search finds, if there are words to search for.
pub(crate) fn render_home(call: &Call, db: &Connection) -> Result<String, ServiceError> {
    check_parameters(call, &["q", "after"])?;
    Ok(match search_words(call) {
        Some(words) => read_search(words, db)?.render(),
        None => read_home(call, db)?.render(),
    })
}

fn read_home(call: &Call, db: &Connection) -> rusqlite::Result<HomePage> {
    let mut page = registries::select_registries(db, "", &read_slice(call))?;
    page.rows
        .sort_by(|one, other| compare_naturally(&one.name, &other.name));
    let cards = page.rows.into_iter().map(|registry| {
        Ok(RegistryCard {
            schemas: schemas::count_schemas(db, registry.id)?,
            name: registry.name,
            description: registry.description,
            tags: registry.tags.0,
        })
    });
    let discoverers = discoverers::select_discoverers(db, "", "", &first_rows())?;
    Ok(HomePage {
        registries: cards.collect::<rusqlite::Result<_>>()?,
        last: page.last,
        discoverers: discoverers.rows.into_iter().map(to_row).collect(),
        arn_prefix: call.service.arns.registry(""),
    })
}

fn read_search(words: &str, db: &Connection) -> rusqlite::Result<SearchPage> {
    let split: Vec<_> = words.split_whitespace().collect();
    let registries = registries::select_registries(db, "", &first_rows())?;
    let searched = registries.rows.into_iter().map(|registry| {
        let mut found = search::select_search_hits(db, registry.id, &split, &first_rows())?.rows;
        found.sort_by(|one, other| compare_naturally(&one.name, &other.name));
        Ok(RegistryHits {
            registry: registry.name,
            schemas: found
                .into_iter()
                .map(|found| read_hit(found, db))
                .collect::<rusqlite::Result<_>>()?,
        })
    });
    Ok(SearchPage {
        words: words.to_owned(),
        registries: searched.collect::<rusqlite::Result<_>>()?,
    })
}

fn read_hit(found: SearchHit, db: &Connection) -> rusqlite::Result<SchemaHit> {
    let mut versions = Vec::new();
    for version in found.versions {
        versions.push(VersionLabel {
            number: version.number,
            ours: versions::find_stamp(db, found.id, version.number)?,
        });
    }
    Ok(SchemaHit {
        name: found.name,
        versions,
    })
}

fn first_rows() -> Slice<String> {
    Slice {
        after: None,
        limit: ROWS,
    }
}
