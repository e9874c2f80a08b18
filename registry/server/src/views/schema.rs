//! The page of a schema, and the archives of its code bindings. In: the address and the database. Out: the view.

use rusqlite::Connection;
use schemactl_pages::{BindingRow, BindingState, SchemaPage, SchemaView, ShownVersion, VersionLabel, VersionRow};

use super::query::{asked_version, asked_view, check_parameters, find_schema, no_version, version_in_path};
use crate::call::Call;
use crate::error::ServiceError;
use crate::facts::EventFacts;
use crate::names::shorten_text;
use crate::store::bindings::{self, StoredBinding};
use crate::store::versions::{self, StoredVersion, VersionSummary};

/// How many versions the list shows: ten times AWS's quota.
const VERSIONS: usize = 1000;

/// Reads the page of the schema that the path names; what its changes mean is for the judge to say.
pub(crate) fn read_schema(call: &Call, db: &Connection) -> Result<SchemaPage, ServiceError> {
    check_parameters(call, &["version", "show"])?;
    let (wanted, view) = (asked_version(call)?, asked_view(call)?);
    let (registry, schema) = find_schema(call, db)?;
    let rows = versions::list_stamped(db, schema.id, VERSIONS)?;
    let version = match wanted {
        Some(number) => versions::find_version(db, schema.id, number)?,
        None => versions::find_newest_version(db, schema.id)?,
    };
    let Some(version) = version else {
        return Err(no_version(db, &schema, wanted)?);
    };
    let before = rows.iter().find(|(summary, _)| summary.number < version.number);
    let before = match before {
        Some((summary, _)) => versions::find_version(db, schema.id, summary.number)?,
        None => None,
    };
    let bindings = bindings::select_bindings(db, schema.id, version.number)?;
    Ok(SchemaPage {
        arn: call.service.arns.schema(&registry.name, &schema.name),
        registry: registry.name,
        name: schema.name,
        description: schema.description,
        tags: schema.tags.0,
        version_count: schema.versions,
        version: to_shown(version, &rows),
        before: before.map(|before| to_shown(before, &rows)),
        versions: rows.into_iter().map(to_row).collect(),
        view,
        deprecated: None,
        judged: None,
        bindings: bindings.into_iter().map(to_binding_row).collect(),
        generated: call.service.languages.generated(),
        foreign: call.service.languages.of_aws(),
    })
}

/// Marks the versions that are on their way out.
pub(crate) fn mark_deprecated(page: &mut SchemaPage, facts: &EventFacts) {
    let find = |label: &VersionLabel| label.ours.as_deref().and_then(|ours| facts.find_deprecation(ours));
    page.deprecated = find(&page.version.label).cloned();
    for row in &mut page.versions {
        row.is_deprecated = find(&row.label).is_some();
    }
}

/// Returns the pair whose difference a page shows, types and contents.
pub(crate) fn pair_of(page: &SchemaPage) -> Option<[(String, String); 2]> {
    let before = page.before.as_ref().filter(|_| page.view == SchemaView::Changes)?;
    let content = |version: &ShownVersion| (version.content_type.clone(), version.content.clone());
    Some([content(before), content(&page.version)])
}

/// A version with its names.
fn to_shown(version: StoredVersion, rows: &[(VersionSummary, Option<String>)]) -> ShownVersion {
    let row = rows.iter().find(|(summary, _)| summary.number == version.number);
    ShownVersion {
        label: VersionLabel {
            number: version.number,
            ours: row.and_then(|(_, ours)| ours.clone()),
        },
        content_type: version.type_,
        content: version.content,
        created: version.created,
    }
}

fn to_row((summary, ours): (VersionSummary, Option<String>)) -> VersionRow {
    VersionRow {
        label: VersionLabel {
            number: summary.number,
            ours,
        },
        created: summary.created,
        is_deprecated: false,
    }
}

fn to_binding_row((language, binding, size): (String, StoredBinding, Option<i64>)) -> BindingRow {
    BindingRow {
        language,
        state: match binding.status.as_str() {
            bindings::COMPLETE => BindingState::Complete,
            bindings::FAILED => BindingState::Failed,
            _ => BindingState::InProgress,
        },
        reason: binding.reason,
        modified: binding.modified,
        size,
    }
}

/// Returns the archive of the code binding that the path names.
pub(crate) fn read_archive(call: &Call, db: &Connection) -> Result<Vec<u8>, ServiceError> {
    check_parameters(call, &[])?;
    let (_, schema) = find_schema(call, db)?;
    let (number, language) = (version_in_path(call)?, call.language());
    let languages = &call.service.languages;
    languages
        .check(language)
        .map_err(|error| ServiceError::not_found(error.message()))?;
    let archive = bindings::find_binding_archive(db, schema.id, number, language)?;
    archive.ok_or_else(|| {
        let language = shorten_text(language);
        ServiceError::not_found(format!(
            "There is no code of `{language}` for version {number} of `{}`; PutCodeBinding generates {}.",
            schema.name,
            languages.generated()
        ))
    })
}
