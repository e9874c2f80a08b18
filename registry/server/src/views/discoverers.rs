//! The pages of discoverers: all of them, and one. In: the database. Out: HTML of their views.

use rusqlite::Connection;
use schemactl_pages::{DiscovererPage, DiscovererRow, DiscoverersPage};

use super::natural::compare_naturally;
use super::query::{check_parameters, read_slice};
use crate::call::Call;
use crate::error::ServiceError;
use crate::names::{DISCOVERED, shorten_text};
use crate::store::discoverers::{self, Discoverer};
use crate::store::{Slice, registries};

/// Returns the page of all discoverers as HTML.
pub(crate) fn render_discoverers(call: &Call, db: &Connection) -> Result<String, ServiceError> {
    check_parameters(call, &["after"])?;
    let mut page = discoverers::select_discoverers(db, "", "", &read_slice(call))?;
    page.rows.sort_by(|one, other| compare_naturally(&one.id, &other.id));
    let page = DiscoverersPage {
        discoverers: page.rows.into_iter().map(to_row).collect(),
        last: page.last,
    };
    Ok(page.render())
}

/// Returns the page of the discoverer that the path names as HTML.
pub(crate) fn render_discoverer(call: &Call, db: &Connection) -> Result<String, ServiceError> {
    check_parameters(call, &[])?;
    let id = call.discoverer();
    let missing = || ServiceError::not_found(format!("The discoverer `{}` does not exist.", shorten_text(id)));
    let discoverer = discoverers::find_discoverer(db, id)?.ok_or_else(missing)?;
    let discovered = registries::select_registries(db, DISCOVERED, &Slice { after: None, limit: 1 })?;
    let page = DiscovererPage {
        arn: call.service.arns.discoverer(&discoverer.id),
        tags: discoverer.tags.0.clone(),
        cross_account: discoverer.cross_account,
        registry: (!discovered.rows.is_empty()).then(|| DISCOVERED.to_owned()),
        discoverer: to_row(discoverer),
    };
    Ok(page.render())
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
