//! CreateDiscoverer, DescribeDiscoverer, UpdateDiscoverer, DeleteDiscoverer, StartDiscoverer, StopDiscoverer, ListDiscoverers.
//! A started one sees the events of its bus that come by PutEvents: `discovery` makes schemas of them.

use std::ops::RangeInclusive;

use rusqlite::Connection;
use serde::Serialize;

use super::required::{ensure_registry, require_discoverer};
use super::tag_limits::check_tags;
use super::{OperationAnswer, answer, pages};
use crate::arn::bus_of_arn;
use crate::call::Call;
use crate::error::ServiceError;
use crate::names::{DISCOVERED, RegistryName, shorten_text};
use crate::service::{Service, within_quota};
use crate::store::StoredTags;
use crate::store::discoverers::{self, Discoverer, STARTED};

const STOPPED: &str = "STOPPED";
/// How long a SourceArn is, in characters, by the model of the API.
const ARN_LENGTH: RangeInclusive<usize> = 20..=1600;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DiscovererAnswer<'d> {
    /// Not in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'d str>,
    discoverer_arn: String,
    discoverer_id: &'d str,
    source_arn: &'d str,
    state: &'d str,
    cross_account: bool,
    #[serde(rename = "tags")]
    tags: &'d StoredTags,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct StateAnswer<'d> {
    discoverer_id: &'d str,
    state: &'d str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DiscovererListAnswer<'d> {
    discoverers: Vec<DiscovererAnswer<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// A bus has one discoverer. With the first, AWS makes the registry that discovered schemas go to.
pub(crate) fn create_discoverer(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let fields = call.fields()?;
    let source_arn = fields.required_text("SourceArn")?;
    let discoverer = Discoverer {
        id: id_of(source_arn)?,
        source_arn: source_arn.to_owned(),
        description: fields.description()?.map(str::to_owned),
        cross_account: fields.boolean("CrossAccount")?.unwrap_or(true),
        state: STARTED.to_owned(),
        tags: check_tags(fields.tags()?.unwrap_or_default())?,
    };
    if discoverers::find_discoverer(db, &discoverer.id)?.is_some() {
        let message = format!("Discoverer with Id : {} already exists.", discoverer.id);
        return Err(ServiceError::conflict(message));
    }
    within_quota(call.service.quotas.discoverers, "discoverers", || {
        discoverers::count_discoverers(db)
    })?;
    discoverers::write_discoverer(db, &discoverer)?;
    ensure_registry(db, &RegistryName::parse(DISCOVERED)?)?;
    Ok(answer(&described(
        &call.service,
        &discoverer,
        discoverer.description.as_deref(),
    )))
}

pub(crate) fn describe_discoverer(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let discoverer = require_discoverer(db, call.discoverer())?;
    Ok(answer(&described(
        &call.service,
        &discoverer,
        discoverer.description.as_deref(),
    )))
}

/// What is absent stays as it is.
pub(crate) fn update_discoverer(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let fields = call.fields()?;
    let (description, cross_account) = (fields.description()?, fields.boolean("CrossAccount")?);
    let mut discoverer = require_discoverer(db, call.discoverer())?;
    if let Some(description) = description {
        discoverer.description = Some(description.to_owned());
    }
    discoverer.cross_account = cross_account.unwrap_or(discoverer.cross_account);
    discoverers::write_discoverer(db, &discoverer)?;
    Ok(answer(&described(
        &call.service,
        &discoverer,
        discoverer.description.as_deref(),
    )))
}

pub(crate) fn delete_discoverer(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let discoverer = require_discoverer(db, call.discoverer())?;
    discoverers::remove_discoverer(db, &discoverer.id)?;
    Ok(OperationAnswer::Empty)
}

pub(crate) fn start_discoverer(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    set_state(call, db, STARTED)
}

pub(crate) fn stop_discoverer(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    set_state(call, db, STOPPED)
}

pub(crate) fn list_discoverers(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let slice = pages::requested_slice(call)?;
    let prefix = |name| call.query(name).unwrap_or_default();
    let page = discoverers::select_discoverers(db, prefix("discovererIdPrefix"), prefix("sourceArnPrefix"), &slice)?;
    Ok(answer(&DiscovererListAnswer {
        discoverers: page
            .rows
            .iter()
            .map(|row| described(&call.service, row, None))
            .collect(),
        next_token: pages::next_token(call, page.last),
    }))
}

/// Starting what is started changes nothing.
fn set_state(call: &Call, db: &Connection, state: &str) -> Result<OperationAnswer, ServiceError> {
    let mut discoverer = require_discoverer(db, call.discoverer())?;
    state.clone_into(&mut discoverer.state);
    discoverers::write_discoverer(db, &discoverer)?;
    Ok(answer(&StateAnswer {
        discoverer_id: &discoverer.id,
        state,
    }))
}

/// AWS names a discoverer after its bus: `events-event-bus-default` for `arn:aws:events:REGION:ACCOUNT:event-bus/default`.
fn id_of(source_arn: &str) -> Result<String, ServiceError> {
    let length = source_arn.chars().count();
    if !ARN_LENGTH.contains(&length) {
        let (least, most) = (ARN_LENGTH.start(), ARN_LENGTH.end());
        let message = format!("SourceArn has {length} characters; {least} to {most} are allowed");
        return Err(ServiceError::bad_request(message));
    }
    let bus = bus_of_arn(source_arn).ok_or_else(|| {
        ServiceError::bad_request(format!(
            "SourceArn `{}` is not the ARN of an event bus",
            shorten_text(source_arn)
        ))
    })?;
    Ok(format!("events-event-bus-{}", bus.replace('/', "-")))
}

fn described<'d>(service: &Service, discoverer: &'d Discoverer, description: Option<&'d str>) -> DiscovererAnswer<'d> {
    DiscovererAnswer {
        description,
        discoverer_arn: service.arns.discoverer(&discoverer.id),
        discoverer_id: &discoverer.id,
        source_arn: &discoverer.source_arn,
        state: &discoverer.state,
        cross_account: discoverer.cross_account,
        tags: &discoverer.tags,
    }
}
