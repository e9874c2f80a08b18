//! What a push will do. In: a checked workspace and a snapshot of the remote. Out: a [`Plan`]: the writes that make the
//! remote hold every version, in order, and what on the remote is not ours or not what we released. Planning reads nothing
//! and writes nothing.

use std::collections::BTreeMap;

use schemactl_model::{EventName, Version};

use crate::registered::same_content;
use crate::{Checked, Event, RegisteredContent, RemoteVersion, SchemaVersion, Snapshot, Stamp};

/// The writes of a push, and what was found on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What the remote is, for people.
    pub remote: String,
    /// The registry's name.
    pub registry: String,
    /// The writes, in the order they are made.
    pub actions: Vec<Action>,
    /// The versions that the remote holds already.
    pub unchanged: Vec<(EventName, Version)>,
    /// Where the remote differs from the workspace in a way that no write of ours mends.
    pub drift: Vec<Drift>,
}

/// One write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Create the registry.
    CreateRegistry {
        /// Its name.
        name: String,
        /// Its description.
        description: Option<String>,
    },
    /// Create a schema with its first version.
    CreateSchema {
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
        /// The content.
        content: String,
        /// The description of the schema.
        description: Option<String>,
    },
    /// Add a version to a schema.
    AddVersion {
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
        /// The content.
        content: String,
    },
}

/// A difference between remote and workspace that a push does not mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// The remote holds another content under a version of ours.
    Changed {
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
        /// The remote's number of it.
        number: String,
    },
    /// The remote holds a version that the workspace does not have.
    UnknownVersion {
        /// The event.
        event: EventName,
        /// The version its stamp names.
        version: Version,
        /// The remote's number of it.
        number: String,
    },
    /// A schema or version that schemactl did not write.
    Foreign {
        /// The schema's name.
        schema: String,
        /// The remote's number of the version.
        number: String,
    },
}

impl Action {
    /// The version it writes. `None` for the registry.
    pub fn version(&self) -> Option<(&EventName, &Version)> {
        match self {
            Self::CreateRegistry { .. } => None,
            Self::CreateSchema { event, version, .. } | Self::AddVersion { event, version, .. } => {
                Some((event, version))
            }
        }
    }

    /// What it does, for people.
    pub fn describe(&self) -> String {
        match self {
            Self::CreateRegistry { name, .. } => format!("create registry {name}"),
            Self::CreateSchema { event, version, .. } => {
                format!("create schema {} with {version}", event.schema_name())
            }
            Self::AddVersion { event, version, .. } => format!("add {version} to schema {}", event.schema_name()),
        }
    }
}

impl Plan {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }
}

/// Plans the push of a checked workspace to a remote that holds `snapshot`.
pub fn plan(checked: &Checked<'_>, snapshot: &Snapshot, remote: String) -> Plan {
    let workspace = checked.workspace();
    let settings = &workspace.manifest.registry;
    let mut plan = Plan {
        remote,
        registry: settings.name.clone(),
        actions: Vec::new(),
        unchanged: Vec::new(),
        drift: Vec::new(),
    };
    if !snapshot.registry_exists {
        plan.actions.push(Action::CreateRegistry {
            name: settings.name.clone(),
            description: settings.description.clone(),
        });
    }
    let mut remote = snapshot.schemas.clone();
    for event in workspace.events.values() {
        let present = remote.remove(&event.name.schema_name()).unwrap_or_default();
        plan.event(checked, event, &present);
    }
    for (schema, versions) in remote {
        plan.drift
            .extend(versions.into_iter().map(|version| match Stamp::read(&version.content) {
                Some(stamp) if stamp.event.schema_name() == schema => Drift::UnknownVersion {
                    event: stamp.event,
                    version: stamp.version,
                    number: version.number,
                },
                _ => Drift::Foreign {
                    schema: schema.clone(),
                    number: version.number,
                },
            }));
    }
    plan
}

impl Plan {
    fn event(&mut self, checked: &Checked<'_>, event: &Event, present: &[RemoteVersion]) {
        let mut known: BTreeMap<Version, &RemoteVersion> = BTreeMap::new();
        for version in present {
            match Stamp::read(&version.content).filter(|stamp| stamp.event == event.name) {
                None => self.drift.push(Drift::Foreign {
                    schema: event.name.schema_name(),
                    number: version.number.clone(),
                }),
                Some(stamp) if event.versions.contains_key(&stamp.version) => {
                    known.insert(stamp.version, version);
                }
                Some(stamp) => self.drift.push(Drift::UnknownVersion {
                    event: event.name.clone(),
                    version: stamp.version,
                    number: version.number.clone(),
                }),
            }
        }
        let mut exists = !present.is_empty();
        for version in event.versions.values() {
            let content = checked.content(&event.name, &version.version);
            match known.get(&version.version) {
                Some(remote) if same_content(&remote.content, &content.text) => {
                    self.unchanged.push((event.name.clone(), version.version.clone()));
                }
                Some(remote) => self.drift.push(Drift::Changed {
                    event: event.name.clone(),
                    version: version.version.clone(),
                    number: remote.number.clone(),
                }),
                None => {
                    self.actions.push(write(event, version, &content.text, exists));
                    exists = true;
                }
            }
        }
    }
}

fn write(event: &Event, version: &SchemaVersion, content: &str, exists: bool) -> Action {
    let (name, version, content) = (event.name.clone(), version.version.clone(), content.to_owned());
    if exists {
        Action::AddVersion {
            event: name,
            version,
            content,
        }
    } else {
        let description = event.settings.description.clone();
        Action::CreateSchema {
            event: name,
            version,
            content,
            description,
        }
    }
}

/// The content of every version of a workspace, or what cannot be registered.
pub(crate) type Contents = BTreeMap<(EventName, Version), RegisteredContent>;
