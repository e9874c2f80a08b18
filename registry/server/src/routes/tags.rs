//! TagResource, UntagResource, ListTagsForResource.

use rusqlite::Connection;
use serde::Serialize;

use super::{
    Answer, answer, discoverers as discoverer_routes, registries as registry_routes, schemas as schema_routes,
};
use crate::arn::Resource;
use crate::call::Call;
use crate::error::ServiceError;
use crate::names::shown;
use crate::store::discoverers::{self, Discoverer};
use crate::store::{Tags, registries, schemas};

/// The tags a resource may have, and the longest key and value in characters: AWS's general limits.
const TAGS: usize = 50;
const KEY_LENGTH: usize = 128;
const VALUE_LENGTH: usize = 256;

#[derive(Serialize)]
struct TagsAnswer<'t> {
    tags: &'t Tags,
}

/// The row of a resource that can have tags.
struct Tagged {
    row: Row,
    tags: Tags,
}

enum Row {
    Registry(i64),
    Schema(i64),
    Discoverer(Discoverer),
}

pub(crate) fn tag(call: &Call, db: &Connection) -> Result<Answer, ServiceError> {
    let resource = call.resource()?;
    let added = call.fields()?.tags()?;
    let added = added.ok_or_else(|| ServiceError::bad_request("tags is required"))?;
    let mut tagged = Tagged::find(db, &resource)?;
    tagged.tags.0.extend(added.0);
    tagged.save(db)
}

pub(crate) fn untag(call: &Call, db: &Connection) -> Result<Answer, ServiceError> {
    let resource = call.resource()?;
    if call.query("tagKeys").is_none() {
        return Err(ServiceError::bad_request("tagKeys is required"));
    }
    let mut tagged = Tagged::find(db, &resource)?;
    for key in call.queries("tagKeys") {
        tagged.tags.0.remove(key);
    }
    tagged.save(db)
}

pub(crate) fn list(call: &Call, db: &Connection) -> Result<Answer, ServiceError> {
    let tagged = Tagged::find(db, &call.resource()?)?;
    Ok(answer(&TagsAnswer { tags: &tagged.tags }))
}

/// The tags, if a resource may have them.
pub(super) fn within_limits(tags: Tags) -> Result<Tags, ServiceError> {
    if tags.0.len() > TAGS {
        let message = format!("{} tags are more than the {TAGS} a resource may have", tags.0.len());
        return Err(ServiceError::bad_request(message));
    }
    for (key, value) in &tags.0 {
        if !(1..=KEY_LENGTH).contains(&key.chars().count()) {
            let message = format!("the tag key `{}` is not 1 to {KEY_LENGTH} characters long", shown(key));
            return Err(ServiceError::bad_request(message));
        }
        if value.chars().count() > VALUE_LENGTH {
            let message = format!("the value of the tag `{key}` is longer than {VALUE_LENGTH} characters");
            return Err(ServiceError::bad_request(message));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            let message = format!("tag keys that begin with `aws:` are reserved: {key}");
            return Err(ServiceError::bad_request(message));
        }
    }
    Ok(tags)
}

impl Tagged {
    fn find(db: &Connection, resource: &Resource) -> Result<Self, ServiceError> {
        let (row, tags) = match resource {
            Resource::Registry(name) => {
                let registry = registry_routes::existing(db, name)?;
                (Row::Registry(registry.id), registry.tags)
            }
            Resource::Schema(registry, name) => {
                let schema = schema_routes::existing(db, registry, name)?;
                (Row::Schema(schema.id), schema.tags)
            }
            Resource::Discoverer(id) => {
                let discoverer = discoverer_routes::existing(db, id)?;
                let tags = discoverer.tags.clone();
                (Row::Discoverer(discoverer), tags)
            }
        };
        Ok(Self { row, tags })
    }

    fn save(self, db: &Connection) -> Result<Answer, ServiceError> {
        let tags = within_limits(self.tags)?;
        match self.row {
            Row::Registry(id) => registries::set_tags(db, id, &tags)?,
            Row::Schema(id) => schemas::set_tags(db, id, &tags)?,
            Row::Discoverer(discoverer) => discoverers::put(db, &Discoverer { tags, ..discoverer })?,
        }
        Ok(Answer::Empty)
    }
}
