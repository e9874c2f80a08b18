//! CreateRegistry, DescribeRegistry, UpdateRegistry, DeleteRegistry, ListRegistries.

use rusqlite::Connection;
use serde::Serialize;

use super::required::require_registry;
use super::tag_limits::check_tags;
use super::{OperationAnswer, answer, pages};
use crate::arn::Arns;
use crate::call::Call;
use crate::error::{ErrorKind, ServiceError};
use crate::names::shorten_text;
use crate::service::within_quota;
use crate::store::registries::{self, Registry};
use crate::store::{StorePage, StoredTags, schemas};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RegistryAnswer<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'r str>,
    registry_arn: String,
    registry_name: &'r str,
    #[serde(rename = "tags")]
    tags: &'r StoredTags,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RegistryListAnswer<'r> {
    registries: Vec<RegistryListItem<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RegistryListItem<'r> {
    registry_arn: String,
    registry_name: &'r str,
    #[serde(rename = "tags")]
    tags: &'r StoredTags,
}

pub(crate) fn create_registry(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let name = call.registry()?;
    let fields = call.fields()?;
    let tags = check_tags(fields.tags()?.unwrap_or_default())?;
    let description = fields.description()?;
    if name.is_reserved() {
        let message = format!("registry names that begin with `aws.` are reserved: {name}");
        return Err(ServiceError::new(ErrorKind::Forbidden, message));
    }
    if registries::find_registry(db, &name)?.is_some() {
        return Err(ServiceError::conflict(format!("Registry {name} already exists.")));
    }
    let quota = call.service.quotas.registries;
    within_quota(quota, "registries", || registries::count_registries(db))?;
    let registry = registries::insert_registry(db, &name, description, &tags)?;
    Ok(registry_answer(&call.service.arns, &registry))
}

pub(crate) fn describe_registry(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let registry = require_registry(db, &call.registry()?)?;
    Ok(registry_answer(&call.service.arns, &registry))
}

/// Without a description there is nothing to change, and nothing is.
pub(crate) fn update_registry(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let name = call.registry()?;
    let fields = call.fields()?;
    let description = fields.description()?;
    let registry = require_registry(db, &name)?;
    if let Some(description) = description {
        registries::set_description(db, registry.id, description)?;
    }
    let registry = require_registry(db, &name)?;
    Ok(registry_answer(&call.service.arns, &registry))
}

/// What AWS does with a registry that holds schemas is not documented. This server refuses: it never deletes what was not
/// named.
pub(crate) fn delete_registry(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let registry = require_registry(db, &call.registry()?)?;
    if schemas::count_schemas(db, registry.id)? > 0 {
        return Err(ServiceError::conflict(format!(
            "Registry {} holds schemas; delete them first.",
            registry.name
        )));
    }
    registries::remove_registry(db, registry.id)?;
    Ok(OperationAnswer::Empty)
}

/// There are no registries of AWS here, so the scope `AWS` is an empty list.
pub(crate) fn list_registries(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let slice = pages::requested_slice(call)?;
    let prefix = call.query("registryNamePrefix").unwrap_or_default();
    let page = match call.query("scope").map(str::to_ascii_lowercase).as_deref() {
        None | Some("local") => registries::select_registries(db, prefix, &slice)?,
        Some("aws") => StorePage {
            rows: Vec::new(),
            last: None,
        },
        Some(other) => {
            let message = format!("scope must be Local or AWS, not `{}`", shorten_text(other));
            return Err(ServiceError::bad_request(message));
        }
    };
    let summary = |registry| summary(&call.service.arns, registry);
    Ok(answer(&RegistryListAnswer {
        registries: page.rows.iter().map(summary).collect(),
        next_token: pages::next_token(call, page.last),
    }))
}

fn registry_answer(arns: &Arns, registry: &Registry) -> OperationAnswer {
    answer(&RegistryAnswer {
        description: registry.description.as_deref(),
        registry_arn: arns.registry(&registry.name),
        registry_name: &registry.name,
        tags: &registry.tags,
    })
}

fn summary<'r>(arns: &Arns, registry: &'r Registry) -> RegistryListItem<'r> {
    RegistryListItem {
        registry_arn: arns.registry(&registry.name),
        registry_name: &registry.name,
        tags: &registry.tags,
    }
}
