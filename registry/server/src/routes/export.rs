//! ExportSchema: a schema of AWS or of discovery as draft-04.

use rusqlite::Connection;
use schemactl_convert::draft4_of_openapi;
use schemactl_model::SchemaType;
use serde::Serialize;

use super::required::{choose_version, require_schema};
use super::{OperationAnswer, answer};
use crate::call::Call;
use crate::error::{ErrorKind, ServiceError};
use crate::names::parse_schema_type;
use crate::store::versions::StoredVersion;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ExportAnswer<'s> {
    content: String,
    schema_arn: String,
    schema_name: &'s str,
    schema_version: String,
    r#type: &'s str,
}

/// AWS refuses a schema of a user's own registry, and so does this server: DescribeSchema has its content.
pub(crate) fn export_schema(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let (registry, name) = (call.registry()?, call.schema()?);
    let type_ = call
        .query("type")
        .ok_or_else(|| ServiceError::bad_request("type is required"))?;
    let type_ = parse_schema_type(type_)?;
    let number = call.schema_version()?;
    let schema = require_schema(db, &registry, &name)?;
    if !registry.is_of_aws() {
        let message = "Exporting schemas of custom registries is not supported.";
        return Err(ServiceError::new(ErrorKind::Forbidden, message));
    }
    let version = choose_version(db, &schema, number)?;
    Ok(answer(&ExportAnswer {
        content: exported(&version, type_)?,
        schema_arn: call.service.arns.schema(registry.as_str(), &schema.name),
        schema_name: &schema.name,
        schema_version: version.number.to_string(),
        r#type: type_.as_str(),
    }))
}

fn exported(version: &StoredVersion, type_: SchemaType) -> Result<String, ServiceError> {
    if version.type_ == type_.as_str() {
        return Ok(version.content.clone());
    }
    if type_ == SchemaType::OpenApi3 {
        return Err(ServiceError::bad_request(
            "a JSONSchemaDraft4 schema cannot be exported as OpenApi3",
        ));
    }
    let schema = draft4_of_openapi(&version.content);
    let schema = schema.map_err(|error| {
        ServiceError::bad_request(format!("the schema cannot be exported as JSONSchemaDraft4: {error}"))
    })?;
    Ok(schema.to_json())
}
