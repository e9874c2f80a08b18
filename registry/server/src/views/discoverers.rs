//! The pages of discoverers: all of them, and one. In: the database. Out: views.

use rusqlite::Connection;
use schemactl_pages::{DiscovererPage, DiscovererRow, DiscoverersPage};

use super::natural::compare_naturally;
use super::query::{PageQuery, ROWS};
use crate::names::DISCOVERED;
use crate::service::Service;
use crate::store::discoverers::{self, Discoverer};
use crate::store::{Slice, registries};

/// Reads the page of all discoverers.
pub(crate) fn read_discoverers(query: &PageQuery, db: &Connection) -> rusqlite::Result<DiscoverersPage> {
    let slice = Slice {
        after: query.after.clone(),
        limit: ROWS,
    };
    let mut page = discoverers::list(db, "", "", &slice)?;
    page.rows.sort_by(|one, other| compare_naturally(&one.id, &other.id));
    Ok(DiscoverersPage {
        discoverers: page.rows.into_iter().map(to_row).collect(),
        last: page.last,
    })
}

/// Reads the page of a discoverer. `None` if there is none of that id.
pub(crate) fn read_discoverer(
    service: &Service,
    id: &str,
    db: &Connection,
) -> rusqlite::Result<Option<DiscovererPage>> {
    let Some(discoverer) = discoverers::find(db, id)? else {
        return Ok(None);
    };
    let discovered = registries::list(db, DISCOVERED, &Slice { after: None, limit: 1 })?;
    Ok(Some(DiscovererPage {
        arn: service.arns.discoverer(&discoverer.id),
        tags: discoverer.tags.0.clone(),
        cross_account: discoverer.cross_account,
        registry: (!discovered.rows.is_empty()).then(|| DISCOVERED.to_owned()),
        discoverer: to_row(discoverer),
    }))
}

/// Returns a discoverer as a row of a list.
pub(super) fn to_row(discoverer: Discoverer) -> DiscovererRow {
    DiscovererRow {
        is_started: discoverer.state == discoverers::STARTED,
        id: discoverer.id,
        source_arn: discoverer.source_arn,
        description: discoverer.description,
    }
}
