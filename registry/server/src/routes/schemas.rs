//! CreateSchema, DescribeSchema, UpdateSchema, DeleteSchema, ListSchemas.

use rusqlite::Connection;
use serde::Serialize;

use super::content::{self, StorableContent};
use super::required::{choose_version, require_newest, require_registry, require_schema};
use super::tag_limits::check_tags;
use super::{OperationAnswer, answer, pages};
use crate::arn::Arns;
use crate::call::Call;
use crate::error::ServiceError;
use crate::events;
use crate::names::RegistryName;
use crate::service::within_quota;
use crate::store::StoredTags;
use crate::store::schemas::{self, StoredSchema};
use crate::store::versions::{self, StoredVersion};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SchemaAnswer<'s> {
    /// Only DescribeSchema answers with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'s str>,
    last_modified: &'s str,
    schema_arn: String,
    schema_name: &'s str,
    schema_version: String,
    #[serde(rename = "tags")]
    tags: &'s StoredTags,
    r#type: &'s str,
    version_created_date: &'s str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SchemaListAnswer<'s> {
    schemas: Vec<SchemaListItem<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SchemaListItem<'s> {
    last_modified: &'s str,
    schema_arn: String,
    schema_name: &'s str,
    #[serde(rename = "tags")]
    tags: &'s StoredTags,
    version_count: i64,
}

/// The model of the API lists neither 404 nor 409 for this operation; AWS answers them all the same.
pub(crate) fn create_schema(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let (registry_name, name) = (call.registry()?, call.schema()?);
    let fields = call.fields()?;
    let content = StorableContent::required(&fields)?;
    let description = fields.description()?;
    let tags = check_tags(fields.tags()?.unwrap_or_default())?;
    let registry = require_registry(db, &registry_name)?;
    if schemas::find_schema(db, registry.id, &name)?.is_some() {
        return Err(ServiceError::conflict(format!("Schema {name} already exists.")));
    }
    let quota = call.service.schemas_of(&registry_name);
    within_quota(quota, "schemas in a registry", || {
        schemas::count_schemas(db, registry.id)
    })?;
    let id = schemas::insert_schema(db, registry.id, &name, description, &tags)?;
    let version = versions::insert_version(db, id, content.type_, content.text, None)?;
    let schema = require_schema(db, &registry_name, &name)?;
    events::version_created(&call.service, db, &registry_name, &schema.name, &version)?;
    Ok(schema_answer(
        &call.service.arns,
        &registry_name,
        &schema,
        &version,
        None,
    ))
}

/// The version that `schemaVersion` names, or the newest.
pub(crate) fn describe_schema(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let (registry, name) = (call.registry()?, call.schema()?);
    let number = call.schema_version()?;
    let schema = require_schema(db, &registry, &name)?;
    let version = choose_version(db, &schema, number)?;
    Ok(schema_answer(
        &call.service.arns,
        &registry,
        &schema,
        &version,
        Some(&version.content),
    ))
}

/// A new content makes a new version. The content of the newest version is refused, as AWS does, even when a description
/// comes with it; whether AWS compares bytes or values is not documented, and this server compares bytes.
pub(crate) fn update_schema(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let (registry, name) = (call.registry()?, call.schema()?);
    let fields = call.fields()?;
    let content = StorableContent::optional(&fields)?;
    let description = fields.description()?;
    let token = content::client_token(&fields)?;
    if content.is_none() && description.is_none() {
        let message = "nothing to update: Content and Type, or Description, are required";
        return Err(ServiceError::bad_request(message));
    }
    let schema = require_schema(db, &registry, &name)?;
    let version = match &content {
        None => require_newest(db, &schema)?,
        Some(content) => {
            if let Some(version) = replayed(db, &schema, content, token)? {
                return Ok(schema_answer(&call.service.arns, &registry, &schema, &version, None));
            }
            let version = add_version(call, db, &schema, content, token)?;
            events::version_created(&call.service, db, &registry, &schema.name, &version)?;
            version
        }
    };
    if let Some(description) = description {
        schemas::set_description(db, schema.id, description)?;
    }
    let schema = require_schema(db, &registry, &name)?;
    Ok(schema_answer(&call.service.arns, &registry, &schema, &version, None))
}

pub(crate) fn delete_schema(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let schema = require_schema(db, &call.registry()?, &call.schema()?)?;
    schemas::remove_schema(db, schema.id)?;
    Ok(OperationAnswer::Empty)
}

pub(crate) fn list_schemas(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let slice = pages::requested_slice(call)?;
    let registry = require_registry(db, &call.registry()?)?;
    let prefix = call.query("schemaNamePrefix").unwrap_or_default();
    let page = schemas::select_schemas(db, registry.id, prefix, &slice)?;
    let summary = |schema| summary(&call.service.arns, &registry.name, schema);
    Ok(answer(&SchemaListAnswer {
        schemas: page.rows.iter().map(summary).collect(),
        next_token: pages::next_token(call, page.last),
    }))
}

/// The version that the same call made before, if its ClientTokenId was used. SDKs repeat a call whose answer was lost.
fn replayed(
    db: &Connection,
    schema: &StoredSchema,
    content: &StorableContent<'_>,
    token: Option<&str>,
) -> Result<Option<StoredVersion>, ServiceError> {
    let Some(token) = token else { return Ok(None) };
    let made = versions::find_token(db, schema.id, token)?;
    match made {
        Some(version) if !same(&version, content) => Err(ServiceError::bad_request(format!(
            "ClientTokenId {token} was used for another content"
        ))),
        made => Ok(made),
    }
}

fn add_version(
    call: &Call,
    db: &Connection,
    schema: &StoredSchema,
    content: &StorableContent<'_>,
    token: Option<&str>,
) -> Result<StoredVersion, ServiceError> {
    if same(&require_newest(db, schema)?, content) {
        let message = "No change since the previous version of the schema.";
        return Err(ServiceError::conflict(message));
    }
    let present = u32::try_from(schema.versions).unwrap_or(u32::MAX);
    within_quota(call.service.quotas.versions, "versions of a schema", || Ok(present))?;
    Ok(versions::insert_version(
        db,
        schema.id,
        content.type_,
        content.text,
        token,
    )?)
}

fn same(version: &StoredVersion, content: &StorableContent<'_>) -> bool {
    version.content == content.text && version.type_ == content.type_.as_str()
}

fn schema_answer(
    arns: &Arns,
    registry: &RegistryName,
    schema: &StoredSchema,
    version: &StoredVersion,
    content: Option<&str>,
) -> OperationAnswer {
    answer(&SchemaAnswer {
        content,
        description: schema.description.as_deref(),
        last_modified: &schema.last_modified,
        schema_arn: arns.schema(registry.as_str(), &schema.name),
        schema_name: &schema.name,
        schema_version: version.number.to_string(),
        tags: &schema.tags,
        r#type: &version.type_,
        version_created_date: &version.created,
    })
}

fn summary<'s>(arns: &Arns, registry: &str, schema: &'s StoredSchema) -> SchemaListItem<'s> {
    SchemaListItem {
        last_modified: &schema.last_modified,
        schema_arn: arns.schema(registry, &schema.name),
        schema_name: &schema.name,
        tags: &schema.tags,
        version_count: schema.versions,
    }
}
