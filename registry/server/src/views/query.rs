//! What the address of a page says. In: the parts of its path and the parameters of its query. Out: names of what is there and checked values,
//! or the refusal that names the part, what was found and what is expected: 404 for a part of the path, 400 for a parameter.

use std::collections::BTreeSet;

use rusqlite::Connection;
use schemactl_pages::SchemaView;

use crate::call::Call;
use crate::error::ServiceError;
use crate::names::{RegistryName, SchemaName, shorten_text, version_number};
use crate::store::registries::{self, Registry};
use crate::store::schemas::{self, StoredSchema};
use crate::store::{Slice, versions};

/// How many rows a page shows.
pub(super) const ROWS: usize = 100;

/// Refuses parameters that a page does not have, and those that are given twice.
pub(super) fn check_parameters(call: &Call, allowed: &[&str]) -> Result<(), ServiceError> {
    let mut seen = BTreeSet::new();
    for (name, _) in &call.query {
        if !allowed.contains(&name.as_str()) {
            let expected = match allowed {
                [] => "this page has none".to_owned(),
                names => format!("expected `{}`", names.join("` or `")),
            };
            let name = shorten_text(name);
            return Err(ServiceError::bad_request(format!(
                "`{name}` is not a parameter of this page; {expected}"
            )));
        }
        if !seen.insert(name) {
            return Err(ServiceError::bad_request(format!(
                "`{name}` is given more than once; expected one value"
            )));
        }
    }
    Ok(())
}

/// Returns the rows of a list that a page shows: those behind `after`, which is a position and may be any text.
pub(super) fn read_slice(call: &Call) -> Slice<String> {
    Slice {
        after: call.query("after").map(str::to_owned),
        limit: ROWS,
    }
}

/// Returns the words to search for, if there are any.
pub(super) fn search_words(call: &Call) -> Option<&str> {
    call.query("q").map(str::trim).filter(|words| !words.is_empty())
}

/// Returns the number of the version that is asked for. `None` means the newest.
pub(super) fn asked_version(call: &Call) -> Result<Option<i64>, ServiceError> {
    let Some(text) = call.query("version") else {
        return Ok(None);
    };
    let number = version_number(text)
        .map_err(|_| ServiceError::bad_request(format!("`version` is `{}`; expected {NUMBER}", shorten_text(text))))?;
    Ok(Some(number))
}

/// What a version is asked for by.
const NUMBER: &str = "the number that the registry gave a version, such as 3";

/// Returns what is asked for of a version.
pub(super) fn asked_view(call: &Call) -> Result<SchemaView, ServiceError> {
    match call.query("show") {
        None | Some("content") => Ok(SchemaView::Content),
        Some("changes") => Ok(SchemaView::Changes),
        Some("bindings") => Ok(SchemaView::Bindings),
        Some(other) => Err(ServiceError::bad_request(format!(
            "`show` is `{}`; expected `content`, `changes` or `bindings`",
            shorten_text(other)
        ))),
    }
}

/// Returns the registry that the path names.
pub(super) fn find_registry(call: &Call, db: &Connection) -> Result<Registry, ServiceError> {
    let name: RegistryName = call.registry().map_err(|error| not_found(&error))?;
    let found = registries::find_registry(db, &name)?;
    found.ok_or_else(|| ServiceError::not_found(format!("The registry `{name}` does not exist.")))
}

/// Returns the registry and the schema that the path names.
pub(super) fn find_schema(call: &Call, db: &Connection) -> Result<(Registry, StoredSchema), ServiceError> {
    let registry = find_registry(call, db)?;
    let name: SchemaName = call.schema().map_err(|error| not_found(&error))?;
    match schemas::find_schema(db, registry.id, &name)? {
        Some(schema) => Ok((registry, schema)),
        None => Err(ServiceError::not_found(format!(
            "The registry `{}` has no schema `{name}`.",
            registry.name
        ))),
    }
}

/// Returns the number of the version that the path names.
pub(super) fn version_in_path(call: &Call) -> Result<i64, ServiceError> {
    call.version()
        .map_err(|error| ServiceError::not_found(format!("{}; expected {NUMBER}", error.message())))
}

/// Returns the refusal for a version that a schema does not have.
pub(super) fn no_version(
    db: &Connection,
    schema: &StoredSchema,
    number: Option<i64>,
) -> Result<ServiceError, ServiceError> {
    let newest = versions::find_newest_version(db, schema.id)?;
    let name = &schema.name;
    Ok(ServiceError::not_found(match (number, newest) {
        (Some(number), Some(newest)) => format!(
            "`{name}` has no version {number} in the registry; expected one that is listed with it, the newest is {}",
            newest.number
        ),
        _ => format!("`{name}` has no version."),
    }))
}

/// A part of a path that is no name leads nowhere.
fn not_found(error: &ServiceError) -> ServiceError {
    ServiceError::not_found(error.message())
}
