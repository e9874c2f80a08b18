//! SearchSchemas. AWS finds a new schema after some seconds; this server at once.

use rusqlite::Connection;
use serde::Serialize;

use super::required::require_registry;
use super::{OperationAnswer, answer, pages};
use crate::call::Call;
use crate::error::ServiceError;
use crate::store::search::{self, SearchHit};
use crate::store::versions::VersionSummary;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SearchAnswer<'s> {
    schemas: Vec<FoundSchema<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct FoundSchema<'s> {
    registry_name: &'s str,
    schema_arn: String,
    schema_name: &'s str,
    schema_versions: Vec<FoundVersion<'s>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct FoundVersion<'s> {
    created_date: &'s str,
    schema_version: String,
    r#type: &'s str,
}

/// All of the words in `keywords` must be in the name or the content.
pub(crate) fn search_schemas(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let slice = pages::requested_slice(call)?;
    let words: Vec<&str> = call.query("keywords").unwrap_or_default().split_whitespace().collect();
    if words.is_empty() {
        return Err(ServiceError::bad_request("keywords is required"));
    }
    let registry = require_registry(db, &call.registry()?)?;
    let page = search::select_search_hits(db, registry.id, &words, &slice)?;
    let found = page.rows.iter().map(|found| found_schema(call, &registry.name, found));
    Ok(answer(&SearchAnswer {
        schemas: found.collect(),
        next_token: pages::next_token(call, page.last),
    }))
}

fn found_schema<'s>(call: &Call, registry: &'s str, found: &'s SearchHit) -> FoundSchema<'s> {
    FoundSchema {
        registry_name: registry,
        schema_arn: call.service.arns.schema(registry, &found.name),
        schema_name: &found.name,
        schema_versions: found.versions.iter().map(found_version).collect(),
    }
}

fn found_version(version: &VersionSummary) -> FoundVersion<'_> {
    FoundVersion {
        created_date: &version.created,
        schema_version: version.number.to_string(),
        r#type: &version.type_,
    }
}
