//! The writes of a plan, as values.

use schemactl_model::{Digest, EventName, SchemaType, Version};

use crate::held::HeldVersion;
use crate::remote::Tags;
use schemactl_check::RegisteredContent;

/// One write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Create the registry.
    CreateRegistry {
        /// Its name.
        name: String,
        /// Its description.
        description: Option<String>,
        /// Its tags.
        tags: Tags,
    },
    /// Create a schema with its first version.
    CreateSchema {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
        /// The content.
        content: Content,
        /// The description of the schema.
        description: Option<String>,
        /// The tags of the schema.
        tags: Tags,
    },
    /// Add a version to a schema.
    AddVersion {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
        /// The content.
        content: Content,
        /// What is the newest version when this one is written. `None` is the one that the write before it makes.
        base: Option<HeldVersion>,
    },
    /// Set tags of a schema.
    Tag {
        /// The schema of the registry.
        schema: String,
        /// Its ARN.
        arn: String,
        /// The tags.
        tags: Tags,
    },
    /// Delete a version, or a schema.
    Delete(Deletion),
}

/// What is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The form.
    pub type_: SchemaType,
    /// The text.
    pub text: String,
    /// The digest of the document without its stamp.
    pub digest: Digest,
    /// The registry's number of the version that this one replaces, in a repair.
    pub replaces: Option<String>,
}

/// Something to delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// The schema of the registry.
    pub schema: String,
    /// The versions to delete: the whole schema if these are all of its versions and `whole` is set.
    pub versions: Vec<HeldVersion>,
    /// Set where the schema itself is deleted.
    pub whole: bool,
    /// The reason.
    pub reason: Reason,
}

/// Why something is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Newer versions fill the number that is kept.
    Superseded,
    /// The same version is there twice.
    Twice,
    /// The same version is there in the form that the settings ask for.
    AnotherForm,
    /// Another schema under our version, and ours was written after it.
    Replaced,
    /// The workspace does not have it any more.
    Gone,
    /// The schema that the setting `layout` names has it too.
    Elsewhere,
    /// The event is not for this registry.
    OutsideEnvironment,
}

impl Reason {
    /// Returns whether `prune` takes it away: what it leaves is all that the workspace has released and keeps.
    pub fn is_prunable(self) -> bool {
        !matches!(self, Self::Gone | Self::Elsewhere | Self::OutsideEnvironment)
    }

    /// Returns the reason, for people.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Superseded => "older than the versions that are kept",
            Self::Twice => "registered twice",
            Self::AnotherForm => "registered in the form of the settings too",
            Self::Replaced => "another schema under our version; ours is registered after it",
            Self::Gone => "not in the workspace",
            Self::OutsideEnvironment => "`environments` in event.toml does not name this registry",
            Self::Elsewhere => "also registered in the schema that `layout` names",
        }
    }
}

impl From<&RegisteredContent> for Content {
    fn from(content: &RegisteredContent) -> Self {
        Self {
            type_: content.type_,
            text: content.text.clone(),
            digest: content.digest.clone(),
            replaces: None,
        }
    }
}

impl Deletion {
    pub(super) fn version(schema: &str, version: &HeldVersion, reason: Reason) -> Self {
        Self {
            schema: schema.to_owned(),
            versions: vec![version.clone()],
            whole: false,
            reason,
        }
    }

    pub(super) fn schema(schema: &str, versions: &[HeldVersion], reason: Reason) -> Self {
        Self {
            schema: schema.to_owned(),
            versions: versions.to_vec(),
            whole: true,
            reason,
        }
    }

    pub(super) fn action(&self) -> Action {
        Action::Delete(self.clone())
    }

    fn describe(&self) -> String {
        let what = match &self.versions[..] {
            [version] if !self.whole => format!("{} of schema {}", version.title(), self.schema),
            versions => format!("schema {} with {} versions", self.schema, versions.len()),
        };
        format!("delete {what}: {}", self.reason.describe())
    }
}

impl Action {
    /// Returns the version it writes. `None` for what writes none.
    pub fn version(&self) -> Option<(&EventName, &Version)> {
        match self {
            Self::CreateSchema { event, version, .. } | Self::AddVersion { event, version, .. } => {
                Some((event, version))
            }
            Self::CreateRegistry { .. } | Self::Tag { .. } | Self::Delete(_) => None,
        }
    }

    /// Returns the schema of the registry that it writes. `None` for the registry itself.
    pub fn schema(&self) -> Option<&str> {
        match self {
            Self::CreateRegistry { .. } => None,
            Self::CreateSchema { schema, .. } | Self::AddVersion { schema, .. } | Self::Tag { schema, .. } => {
                Some(schema)
            }
            Self::Delete(deletion) => Some(&deletion.schema),
        }
    }

    /// Returns what the action does, for people.
    pub fn describe(&self) -> String {
        match self {
            Self::CreateRegistry { name, .. } => format!("create registry {name}"),
            Self::CreateSchema { schema, version, .. } => format!("create schema {schema} with {version}"),
            Self::AddVersion { schema, version, .. } => format!("add {version} to schema {schema}"),
            Self::Tag { schema, .. } => format!("set tags of schema {schema}"),
            Self::Delete(deletion) => deletion.describe(),
        }
    }

    /// Returns the operation of the service that makes it, and so the IAM action that it needs.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::CreateRegistry { .. } => "CreateRegistry",
            Self::CreateSchema { .. } => "CreateSchema",
            Self::AddVersion { .. } => "UpdateSchema",
            Self::Tag { .. } => "TagResource",
            Self::Delete(deletion) if deletion.whole => "DeleteSchema",
            Self::Delete(_) => "DeleteSchemaVersion",
        }
    }
}
