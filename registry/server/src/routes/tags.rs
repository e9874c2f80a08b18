//! TagResource, UntagResource, ListTagsForResource.

use rusqlite::Connection;
use serde::Serialize;

use super::required::{require_discoverer, require_registry, require_schema};
use super::tag_limits::check_tags;
use super::{OperationAnswer, answer};
use crate::arn::Resource;
use crate::call::Call;
use crate::error::ServiceError;
use crate::store::discoverers::{self, Discoverer};
use crate::store::{StoredTags, registries, schemas};

#[derive(Serialize)]
struct TagsAnswer<'t> {
    tags: &'t StoredTags,
}

/// The row of a resource that can have tags.
struct Tagged {
    row: TaggedRow,
    tags: StoredTags,
}

enum TaggedRow {
    Registry(i64),
    Schema(i64),
    Discoverer(Discoverer),
}

pub(crate) fn tag_resource(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let resource = call.resource()?;
    let added = call.fields()?.tags()?;
    let added = added.ok_or_else(|| ServiceError::bad_request("tags is required"))?;
    let mut tagged = Tagged::find(db, &resource)?;
    tagged.tags.0.extend(added.0);
    tagged.save(db)
}

pub(crate) fn untag_resource(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
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

pub(crate) fn list_tags_for_resource(call: &Call, db: &Connection) -> Result<OperationAnswer, ServiceError> {
    let tagged = Tagged::find(db, &call.resource()?)?;
    Ok(answer(&TagsAnswer { tags: &tagged.tags }))
}

impl Tagged {
    fn find(db: &Connection, resource: &Resource) -> Result<Self, ServiceError> {
        let (row, tags) = match resource {
            Resource::Registry(name) => {
                let registry = require_registry(db, name)?;
                (TaggedRow::Registry(registry.id), registry.tags)
            }
            Resource::Schema(registry, name) => {
                let schema = require_schema(db, registry, name)?;
                (TaggedRow::Schema(schema.id), schema.tags)
            }
            Resource::Discoverer(id) => {
                let discoverer = require_discoverer(db, id)?;
                let tags = discoverer.tags.clone();
                (TaggedRow::Discoverer(discoverer), tags)
            }
        };
        Ok(Self { row, tags })
    }

    fn save(self, db: &Connection) -> Result<OperationAnswer, ServiceError> {
        let tags = check_tags(self.tags)?;
        match self.row {
            TaggedRow::Registry(id) => registries::set_tags(db, id, &tags)?,
            TaggedRow::Schema(id) => schemas::set_tags(db, id, &tags)?,
            TaggedRow::Discoverer(discoverer) => discoverers::write_discoverer(db, &Discoverer { tags, ..discoverer })?,
        }
        Ok(OperationAnswer::Empty)
    }
}
