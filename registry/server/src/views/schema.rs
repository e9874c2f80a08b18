//! The page of a schema, and the archives of its code bindings. In: names, what is asked, and the database. Out: the view.

use rusqlite::Connection;
use schemactl_pages::{BindingRow, BindingState, SchemaPage, SchemaView, ShownVersion, VersionLabel, VersionRow};

use super::query::PageQuery;
use crate::names::{RegistryName, SchemaName};
use crate::service::Service;
use crate::store::bindings::{self, Binding};
use crate::store::schemas::Schema;
use crate::store::versions::{self, Version, VersionSummary};
use crate::store::{registries, schemas};

/// How many versions the list shows: ten times AWS's quota.
const VERSIONS: usize = 1000;

/// Reads the page of a schema; what its changes mean is for the judge to say. `None` for what does not exist.
pub(crate) fn read_schema(
    service: &Service,
    (registry, name): (&str, &str),
    query: &PageQuery,
    db: &Connection,
) -> rusqlite::Result<Option<SchemaPage>> {
    let (Ok(registry), Ok(name)) = (RegistryName::parse(registry), SchemaName::parse(name)) else {
        return Ok(None);
    };
    let Some(schema) = find(db, &registry, &name)? else {
        return Ok(None);
    };
    let rows = versions::list_stamped(db, schema.id, VERSIONS)?;
    let wanted = query.version.as_deref().and_then(|version| version.parse().ok());
    let version = match wanted {
        Some(number) => versions::find(db, schema.id, number)?,
        None => versions::newest(db, schema.id)?,
    };
    let Some(version) = version else { return Ok(None) };
    let before = rows.iter().find(|(summary, _)| summary.number < version.number);
    let before = match before {
        Some((summary, _)) => versions::find(db, schema.id, summary.number)?,
        None => None,
    };
    let bindings = bindings::list(db, schema.id, version.number)?;
    Ok(Some(SchemaPage {
        arn: service.arns.schema(registry.as_str(), &schema.name),
        registry: registry.as_str().to_owned(),
        name: schema.name,
        description: schema.description,
        tags: schema.tags.0,
        version_count: schema.versions,
        version: shown(version, &rows),
        before: before.map(|before| shown(before, &rows)),
        versions: rows.into_iter().map(to_row).collect(),
        view: view(query.show.as_deref()),
        judged: None,
        bindings: bindings.into_iter().map(to_binding_row).collect(),
        generated: service.languages.generated(),
        foreign: service.languages.of_aws(),
    }))
}

/// Returns the pair whose difference a page shows, types and contents.
pub(crate) fn pair_of(page: &SchemaPage) -> Option<[(String, String); 2]> {
    let before = page.before.as_ref().filter(|_| page.view == SchemaView::Changes)?;
    let content = |version: &ShownVersion| (version.content_type.clone(), version.content.clone());
    Some([content(before), content(&page.version)])
}

fn view(show: Option<&str>) -> SchemaView {
    match show {
        Some("changes") => SchemaView::Changes,
        Some("bindings") => SchemaView::Bindings,
        _ => SchemaView::Content,
    }
}

/// A version with its names.
fn shown(version: Version, rows: &[(VersionSummary, Option<String>)]) -> ShownVersion {
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
    }
}

fn to_binding_row((language, binding, size): (String, Binding, Option<i64>)) -> BindingRow {
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

fn find(db: &Connection, registry: &RegistryName, name: &SchemaName) -> rusqlite::Result<Option<Schema>> {
    match registries::find(db, registry)? {
        Some(registry) => schemas::find(db, registry.id, name),
        None => Ok(None),
    }
}

/// The archive of a binding, if it is generated.
pub(crate) fn read_archive(
    (registry, name, version, language): (&str, &str, i64, &str),
    db: &Connection,
) -> rusqlite::Result<Option<Vec<u8>>> {
    let (Ok(registry), Ok(name)) = (RegistryName::parse(registry), SchemaName::parse(name)) else {
        return Ok(None);
    };
    match find(db, &registry, &name)? {
        Some(schema) => bindings::source(db, schema.id, version, language),
        None => Ok(None),
    }
}
