//! ListSchemaVersions, DeleteSchemaVersion.

use rusqlite::Connection;
use serde::Serialize;

use super::required::{require_schema, require_version};
use super::{OperationAnswer, answer, pages};
use crate::call::Call;
use crate::error::ServiceError;
use crate::store::versions;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct VersionListAnswer<'v> {
    schema_versions: Vec<VersionListItem<'v>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct VersionListItem<'v> {
    schema_arn: &'v str,
    schema_name: &'v str,
    schema_version: String,
    r#type: &'v str,
}

/// In the order of the numbers. AWS documents no order, so clients sort for themselves.
pub(crate) fn list_schema_versions(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let slice = pages::requested_slice(call)?;
    let registry = call.registry()?;
    let schema = require_schema(db, &registry, &call.schema()?)?;
    let page = versions::select_versions(db, schema.id, &slice)?;
    let arn = call.service.arns.schema(registry.as_str(), &schema.name);
    let summaries = page.rows.iter().map(|version| VersionListItem {
        schema_arn: &arn,
        schema_name: &schema.name,
        schema_version: version.number.to_string(),
        r#type: &version.type_,
    });
    Ok(answer(&VersionListAnswer {
        schema_versions: summaries.collect(),
        next_token: pages::next_token(call, page.last),
    }))
}

/// A schema without versions has no content to describe, so its last version goes with the schema: DeleteSchema. What AWS
/// does is not documented.
pub(crate) fn delete_schema_version(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let number = call.version()?;
    let schema = require_schema(db, &call.registry()?, &call.schema()?)?;
    require_version(db, &schema, number)?;
    if schema.versions == 1 {
        return Err(ServiceError::conflict(format!(
            "Version {number} is the only version of schema {}; delete the schema instead.",
            schema.name
        )));
    }
    versions::remove_version(db, schema.id, number)?;
    Ok(OperationAnswer::Empty)
}
