//! An event of the workspace: its `event.toml`, its versions, their examples.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use schemactl_model::Digest;
use schemactl_model::{Document, EventName, Kind, SchemaType, Source, Value, Version, VersionField};
use serde::Deserialize;

use crate::deprecation::Deprecation;
use crate::lock::Identity;
use crate::manifest::CompatibilityMode;
use crate::waiver::Waiver;

/// One kind of fact whose schema evolves.
#[derive(Clone, Debug)]
pub struct WorkspaceEvent {
    /// Its name, from the folders.
    pub name: EventName,
    /// Its folder.
    pub folder: PathBuf,
    /// What `event.toml` says.
    pub settings: EventSettings,
    /// `event.toml` itself.
    pub settings_file: Source,
    /// Its versions, oldest first.
    pub versions: BTreeMap<Version, SchemaVersion>,
}

/// `event.toml`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EventSettings {
    /// The EventBridge `source` it is published with.
    pub source: String,
    /// The EventBridge `detail-type` it is published with.
    pub detail_type: String,
    /// What happened when it is published.
    pub description: Option<String>,
    /// The team that answers for it.
    pub owner: Option<String>,
    /// How mature it is.
    #[serde(default)]
    pub status: Status,
    /// The property of the detail that holds the version: a name, a path such as `metadata.schemaVersion`, or a JSON Pointer.
    #[serde(default, deserialize_with = "read_version_field")]
    pub version_field: VersionField,
    /// A content-model policy of its own.
    #[serde(default, deserialize_with = "crate::manifest::policy_name")]
    pub policy: Option<String>,
    /// A compatibility mode of its own.
    pub mode: Option<CompatibilityMode>,
    /// The schema of the registry that holds it, where that is not called after the event.
    #[serde(default, deserialize_with = "read_registered_name")]
    pub registered_as: Option<String>,
    /// The forms that are registered of it, in place of those of schemactl.toml.
    #[serde(default, deserialize_with = "crate::manifest::optional_schema_types")]
    pub types: Option<Vec<SchemaType>>,
    /// The environments in whose registries it is registered. `None` is in every registry.
    #[serde(default, deserialize_with = "read_environments")]
    pub environments: Option<Vec<String>>,
    /// What of it is on its way out, and until when.
    #[serde(default)]
    pub deprecated: Vec<Deprecation>,
    /// Findings that were accepted.
    #[serde(default, rename = "waiver")]
    pub waivers: Vec<Waiver>,
}

fn read_version_field<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<VersionField, D::Error> {
    let text = String::deserialize(deserializer)?;
    VersionField::named(&text).ok_or_else(|| {
        serde::de::Error::custom(format!(
            "`version-field` is `{text}`; expected the name of a property, a path such as metadata.version, or a JSON Pointer such as /meta.data/version"
        ))
    })
}

/// As many characters as EventBridge takes in the name of a schema (its API reference, `CreateSchema`).
const MAX_REGISTERED_NAME: usize = 385;

fn read_registered_name<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = String::deserialize(deserializer)?;
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@".contains(&byte);
    if (1..=MAX_REGISTERED_NAME).contains(&name.len()) && name.bytes().all(is_allowed) {
        return Ok(Some(name));
    }
    Err(serde::de::Error::custom(format!(
        "`registered-as` is `{name}`; expected 1 to {MAX_REGISTERED_NAME} letters, digits, `.`, `_`, `-` and `@`"
    )))
}

fn read_environments<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    if names.is_empty() {
        let message = "`environments` is empty; expected names of environments in schemactl.toml, such as [\"staging\"], or no such line for all registries";
        return Err(serde::de::Error::custom(message));
    }
    Ok(Some(names))
}

/// How mature an event is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Not published yet.
    Draft,
    /// Published, and still moving.
    Beta,
    /// Published, and relied on.
    #[default]
    Stable,
    /// On its way out.
    Deprecated,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Draft => "draft",
            Self::Beta => "beta",
            Self::Stable => "stable",
            Self::Deprecated => "deprecated",
        })
    }
}

/// One version of an event's schema.
#[derive(Clone, Debug)]
pub struct SchemaVersion {
    /// The version, from the file name.
    pub version: Version,
    /// The schema of the event's `detail`.
    pub document: Document,
    /// The digest of the schema's value.
    pub digest: Digest,
    /// Events that must be valid, by file name.
    pub examples: Vec<Example>,
}

/// An example event of one version.
#[derive(Clone, Debug)]
pub struct Example {
    /// The file.
    pub file: Source,
    /// What is in it: a detail, or a whole envelope.
    pub value: Value,
}

impl WorkspaceEvent {
    /// Returns what distinguishes the event from others on a bus.
    pub fn identity(&self) -> Identity {
        Identity {
            source: self.settings.source.clone(),
            detail_type: self.settings.detail_type.clone(),
            version_field: self.settings.version_field.to_string(),
        }
    }

    /// Returns what event.toml says of the end of a version; a table about its major counts before one about all.
    pub fn deprecation(&self, version: &Version) -> Option<&Deprecation> {
        let tables = || self.settings.deprecated.iter().filter(|table| table.covers(version));
        tables().find(|table| table.major.is_some()).or_else(|| tables().next())
    }

    /// Returns the newest version. `None` if the folder has no schema yet.
    pub fn newest(&self) -> Option<&SchemaVersion> {
        self.versions.values().next_back()
    }
}

impl Example {
    /// Returns the detail: the example itself, or what stands under `detail` if the example is an envelope.
    pub fn detail(&self) -> &Value {
        if self.is_envelope() {
            self.value.member("detail").unwrap_or(&self.value)
        } else {
            &self.value
        }
    }

    /// Returns whether it is a whole envelope: it has a `detail-type`, and a `detail` that is an object or stands beside a `source`.
    pub fn is_envelope(&self) -> bool {
        let has = |key| self.value.member(key).is_some();
        let is_object = |detail: &Value| detail.as_object().is_some();
        let detail = self.value.member("detail");
        has("detail-type") && detail.is_some_and(|detail| is_object(detail) || has("source"))
    }

    /// Returns what its detail says in the version field of an event; `null` is nothing.
    pub fn named_version(&self, event: &WorkspaceEvent) -> Option<&Value> {
        let named = event.settings.version_field.place().resolve(self.detail());
        named.filter(|value| value.kind != Kind::Null)
    }
}
