//! What the workspace asks of a registry service. Implementations speak to AWS or keep everything in memory; the calls are
//! synchronous, so that nothing here needs a runtime.

use std::collections::BTreeMap;
use std::fmt;

/// A registry service, bound to one registry in it.
pub trait Remote: Sync {
    /// What it is, for people: service, region, endpoint, registry.
    fn describe(&self) -> String;

    /// Everything the registry holds.
    fn snapshot(&self) -> Result<Snapshot, RemoteError>;

    /// Creates the registry.
    fn create_registry(&self, description: Option<&str>) -> Result<(), RemoteError>;

    /// Creates a schema with its first version.
    fn create_schema(&self, name: &str, content: &str, description: Option<&str>)
    -> Result<RemoteVersion, RemoteError>;

    /// Adds a version to a schema.
    fn update_schema(&self, name: &str, content: &str) -> Result<RemoteVersion, RemoteError>;

    /// The content of one version.
    fn read(&self, name: &str, number: &str) -> Result<String, RemoteError>;
}

/// What a registry holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Whether the registry exists.
    pub registry_exists: bool,
    /// Its schemas by name, each with its versions, oldest first.
    pub schemas: BTreeMap<String, Vec<RemoteVersion>>,
}

/// One version of a schema as the service holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteVersion {
    /// The number the service gave it.
    pub number: String,
    /// The content, as text.
    pub content: String,
}

/// What went wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation} of {subject}: {kind}: {message}")]
pub struct RemoteError {
    /// The kind of failure.
    pub kind: RemoteErrorKind,
    /// The operation as the service names it, such as `CreateSchema`.
    pub operation: &'static str,
    /// What it was called for: registry and schema.
    pub subject: String,
    /// What the service, or the network, said.
    pub message: String,
}

/// Kinds of failed calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoteErrorKind {
    /// No connection, or no answer.
    Unreachable,
    /// No credentials, or not valid ones.
    Credentials,
    /// The call is not allowed.
    Refused,
    /// The thing does not exist.
    NotFound,
    /// The thing exists already, or did not change.
    Conflict,
    /// Too many calls.
    Throttled,
    /// Anything else.
    Other,
}

impl fmt::Display for RemoteErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "unreachable",
            Self::Credentials => "no valid credentials",
            Self::Refused => "refused",
            Self::NotFound => "not found",
            Self::Conflict => "conflict",
            Self::Throttled => "throttled",
            Self::Other => "failed",
        })
    }
}
