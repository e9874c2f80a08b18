//! What the workspace asks of a registry service, one call of the service a method: retries, order and comparison are for
//! `apply` and `snapshot`. The calls are synchronous, so that nothing here needs a runtime, and made from several threads.

use schemactl_model::SchemaType;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// A registry service, bound to one registry in it.
pub trait Remote: Sync {
    /// What it is, for people: service, region, endpoint, registry.
    fn describe(&self) -> String;

    /// Whether the registry exists.
    fn registry_exists(&self) -> Result<bool, RemoteError>;

    /// A page of the registry's schemas: the first one, or what a token leads to.
    fn schemas(&self, page: Option<&str>) -> Result<ListPage<RemoteSchema>, RemoteError>;

    /// A page of the numbers of a schema's versions, in no order. Empty if there is no such schema.
    fn numbers(&self, schema: &str, page: Option<&str>) -> Result<ListPage<String>, RemoteError>;

    /// One version of a schema, or the newest. `None` if there is no such schema or version.
    fn read(&self, schema: &str, number: Option<&str>) -> Result<Option<RemoteVersion>, RemoteError>;

    /// Creates the registry.
    fn create_registry(&self, description: Option<&str>, tags: &Tags) -> Result<(), RemoteError>;

    /// Creates a schema with its first version.
    fn create_schema(&self, schema: &NewSchema<'_>) -> Result<WriteResult, RemoteError>;

    /// Adds a version to a schema.
    fn add_version(&self, version: &NewVersion<'_>) -> Result<WriteResult, RemoteError>;

    /// Adds or replaces tags of what an ARN names.
    fn tag(&self, arn: &str, tags: &Tags) -> Result<(), RemoteError>;

    /// Deletes one version of a schema.
    fn delete_version(&self, schema: &str, number: &str) -> Result<(), RemoteError>;

    /// Deletes a schema with all its versions.
    fn delete_schema(&self, schema: &str) -> Result<(), RemoteError>;
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage<T> {
    /// The items.
    pub items: Vec<T>,
    /// What leads to the next page.
    pub next: Option<String>,
}

/// A schema as a list shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteSchema {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// How many versions it has.
    pub version_count: usize,
    /// When it was last written, as the service says it: compared, never understood.
    pub last_modified: String,
    /// Its tags.
    pub tags: Tags,
}

/// One version of a schema as the service holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteVersion {
    /// The number the service gave it.
    pub number: String,
    /// The name of its type.
    pub type_name: String,
    /// The content, as text.
    pub content: String,
    /// When it was written, as the service says it: an instant of RFC 3339. Empty if the service does not say it.
    pub created: String,
}

/// A schema to create.
#[derive(Clone, Copy, Debug)]
pub struct NewSchema<'a> {
    /// Its name.
    pub name: &'a str,
    /// The type of its first version.
    pub type_: SchemaType,
    /// The content of its first version.
    pub content: &'a str,
    /// Its description.
    pub description: Option<&'a str>,
    /// Its tags.
    pub tags: &'a Tags,
}

/// A version to add.
#[derive(Clone, Copy, Debug)]
pub struct NewVersion<'a> {
    /// The schema.
    pub schema: &'a str,
    /// The type.
    pub type_: SchemaType,
    /// The content.
    pub content: &'a str,
    /// The same for the same write, whoever makes it and however often: the service makes it once.
    pub token: &'a str,
}

/// What the service says of a write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteResult {
    /// The number of the new version.
    pub number: String,
    /// The schema's ARN.
    pub arn: String,
    /// When the schema was last written: now.
    pub last_modified: String,
}

/// What went wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation} of {subject}: {kind}: {message}")]
pub struct RemoteError {
    /// The kind of failure.
    pub kind: RemoteErrorKind,
    /// The operation as the service names it, such as `CreateSchema`.
    pub operation: &'static str,
    /// What it was called for: schema, registry, region, account.
    pub subject: String,
    /// What the service, or the network, said.
    pub message: String,
    /// How long the service asks to be left alone.
    pub retry_after: Option<Duration>,
}

impl RemoteError {
    /// Returns whether a quota is reached, so that nothing more of the kind can be made. The service has no code of its own for it.
    pub fn is_quota(&self) -> bool {
        let message = self.message.to_ascii_lowercase();
        let words = [
            "quota",
            "limit exceeded",
            "limitexceeded",
            "maximum number",
            "maximum limit",
        ];
        matches!(
            self.kind,
            RemoteErrorKind::Refused | RemoteErrorKind::Invalid | RemoteErrorKind::Other
        ) && words.iter().any(|words| message.contains(words))
    }
}

/// Kinds of failed calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoteErrorKind {
    /// No connection, or no answer: a write may have been made all the same.
    Unreachable,
    /// No credentials, or not valid ones.
    Credentials,
    /// The call is not allowed.
    Refused,
    /// The thing does not exist.
    NotFound,
    /// The thing exists already, or did not change.
    Conflict,
    /// The registry holds something else than when the plan was made.
    Moved,
    /// A write was made while somebody else wrote to the same schema.
    Contested,
    /// Too many calls.
    Throttled,
    /// The service failed: a write may have been made all the same.
    Unavailable,
    /// An answer of something else, in place of one that the service may have given: a write may have been made all the same.
    Garbled,
    /// An answer of something between here and the service, which lets no call through.
    Intercepted,
    /// The push was interrupted.
    Interrupted,
    /// The service rejects a value of the call, and will reject it again.
    Invalid,
    /// Anything else.
    Other,
}

impl RemoteErrorKind {
    /// Returns whether the same call may succeed a moment later.
    pub fn is_passing(self) -> bool {
        matches!(
            self,
            Self::Unreachable | Self::Throttled | Self::Unavailable | Self::Garbled
        )
    }

    /// Returns whether every other call will fail in the same way.
    pub fn is_general(self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::Credentials
                | Self::Throttled
                | Self::Unavailable
                | Self::Garbled
                | Self::Intercepted
                | Self::Interrupted
        )
    }
}

impl fmt::Display for RemoteErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "unreachable",
            Self::Credentials => "no valid credentials",
            Self::Refused => "refused",
            Self::NotFound => "not found",
            Self::Conflict => "conflict",
            Self::Moved => "the registry has moved",
            Self::Contested => "written by two at once",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Garbled => "not understood",
            Self::Intercepted => "answered by something else",
            Self::Interrupted => "interrupted",
            Self::Invalid => "rejected",
            Self::Other => "failed",
        })
    }
}
