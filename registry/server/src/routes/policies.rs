//! GetResourcePolicy, PutResourcePolicy, DeleteResourcePolicy. A policy is kept and not obeyed: there is one user here.

use rusqlite::Connection;
use serde::Serialize;
use uuid::Uuid;

use super::required::require_registry;
use super::{OperationAnswer, answer};
use crate::call::Call;
use crate::error::{ErrorKind, ServiceError};
use crate::names::RegistryName;
use crate::store::policies::{self, ResourcePolicy};
use crate::store::registries::Registry;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyAnswer<'p> {
    policy: &'p str,
    revision_id: &'p str,
}

pub(crate) fn get_resource_policy(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let registry = registry(call, db)?;
    Ok(described(&existing(db, &registry)?))
}

/// The one change of the API that can say which state it is for: with the RevisionId of another state it is refused.
pub(crate) fn put_resource_policy(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let fields = call.fields()?;
    let policy = fields.required_text("Policy")?;
    if !matches!(serde_json::from_str(policy), Ok(serde_json::Value::Object(_))) {
        return Err(ServiceError::bad_request("Policy must be a JSON object in a string"));
    }
    let registry = registry(call, db)?;
    let present = policies::find_policy(db, registry.id)?;
    let revision = fields.text("RevisionId")?;
    if revision.is_some() && revision != present.as_ref().map(|present| present.revision.as_str()) {
        let message = "RevisionId is not that of the current policy.";
        return Err(ServiceError::new(ErrorKind::PreconditionFailed, message));
    }
    let policy = ResourcePolicy {
        policy: policy.to_owned(),
        revision: Uuid::new_v4().to_string(),
    };
    policies::write_policy(db, registry.id, &policy)?;
    Ok(described(&policy))
}

pub(crate) fn delete_resource_policy(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let registry = registry(call, db)?;
    existing(db, &registry)?;
    policies::remove_policy(db, registry.id)?;
    Ok(OperationAnswer::Empty)
}

/// The model does not require a name, and does not say what its absence means.
fn registry(call: &Call, db: &Connection) -> Result<Registry, ServiceError> {
    let name = call.query("registryName");
    let name = name.ok_or_else(|| ServiceError::bad_request("registryName is required"))?;
    require_registry(db, &RegistryName::parse(name)?)
}

fn existing(db: &Connection, registry: &Registry) -> Result<ResourcePolicy, ServiceError> {
    let found = policies::find_policy(db, registry.id)?;
    found.ok_or_else(|| ServiceError::not_found(format!("Registry {} has no resource policy.", registry.name)))
}

fn described(policy: &ResourcePolicy) -> OperationAnswer {
    answer(&PolicyAnswer {
        policy: &policy.policy,
        revision_id: &policy.revision,
    })
}
