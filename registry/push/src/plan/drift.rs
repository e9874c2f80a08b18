//! How a registry can differ from the workspace, as values: what a push leaves as it is, and which of it is a conflict.

use schemactl_model::{EventName, Version};

use schemactl_check::Stamp;
use schemactl_workspace::{LifeKind, Workspace};

/// A difference between remote and workspace that a push does not mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// The remote holds another content under a version of ours, and nothing of ours after it.
    Changed {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
        /// The remote's number of it.
        number: String,
        /// Whether another checkout has released it: it is no edited copy, and no earlier schema of this workspace.
        is_release: bool,
        /// The versions that a push would write above it, and does not.
        held_back: Vec<Version>,
    },
    /// The remote holds another content under a version of ours, and ours after it.
    Contested {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
        /// The remote's number of the other one.
        number: String,
        /// Whether another checkout has released the other one.
        is_release: bool,
    },
    /// The remote held another content under a version of ours, until a repair replaced it.
    Replaced {
        /// The schema of the registry.
        schema: String,
        /// Our version.
        version: Version,
        /// The remote's number of the other one.
        number: String,
        /// Whether another checkout has released the other one.
        is_release: bool,
    },
    /// The newest version of a schema of ours was not written by schemactl.
    ForeignNewest {
        /// The schema of the registry.
        schema: String,
        /// The remote's number of it.
        number: String,
        /// When it was written, as the service says it. Empty if that is not known.
        created: String,
        /// The version of ours that it is equal to, and that can be taken over.
        equals: Option<Version>,
        /// How it differs from our newest version, if it is not equal.
        change: Option<ForeignChange>,
        /// The versions that a push would write above it, and does not.
        held_back: Vec<Version>,
    },
    /// The newest version of a schema is older than another one that it holds.
    OlderNewest {
        /// The schema of the registry.
        schema: String,
        /// The version that is the registry's newest.
        version: Version,
        /// The remote's number of it.
        number: String,
        /// The version that is newer, and stands below it.
        newest: Version,
        /// Whether the workspace has the newer one, and a repair can write it again.
        is_ours: bool,
        /// The numbers of all that stands above the newer one, newest first.
        above: Vec<String>,
    },
    /// The remote holds a version that a newer checkout has released: nothing is written above it.
    NewerRelease {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
        /// The version that is newer than those of the workspace.
        version: Version,
        /// The remote's number of it.
        number: String,
        /// The versions that a push would write above it, and does not.
        held_back: Vec<Version>,
    },
    /// The remote holds a version of ours in a form that the settings do not ask for.
    AnotherForm {
        /// The schema of the registry.
        schema: String,
        /// Our version.
        version: Version,
        /// The remote's number of it.
        number: String,
    },
    /// The remote holds a version that the workspace does not have.
    UnknownVersion {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
        /// The version its stamp names.
        version: Version,
        /// The remote's number of it.
        number: String,
        /// The newest version that the workspace has of the event, if it is older: a newer checkout released this one.
        older_newest: Option<Version>,
    },
    /// The remote holds a version that was retired, or that has another name.
    Ended {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
        /// The version its stamp names.
        version: Version,
        /// The remote's number of it.
        number: String,
        /// What became of it.
        how: LifeKind,
    },
    /// The remote holds a version of ours in a schema in which the settings do not put it.
    Elsewhere {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
        /// The remote's number of it.
        number: String,
    },
    /// A schema that schemactl wrote, of an event that is not for this registry.
    OutsideEnvironment {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
    },
    /// The remote holds a version more than once.
    Twice {
        /// The schema of the registry.
        schema: String,
        /// The version.
        version: Version,
        /// The remote's number of the copy that nobody needs.
        number: String,
    },
    /// A schema that schemactl wrote, and as which the workspace registers nothing.
    UnknownSchema {
        /// The schema's name.
        schema: String,
        /// The event that was registered as that, and what became of it.
        ended: Option<(EventName, LifeKind)>,
    },
    /// A schema or version that schemactl did not write.
    Foreign {
        /// The schema's name.
        schema: String,
        /// The remote's number of the version. `None` is all of it.
        number: Option<String>,
        /// The version of ours that it is equal to, and that can be taken over.
        equals: Option<Version>,
    },
}

/// How a newest version that others wrote differs from ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForeignChange {
    /// schemactl wrote it for another event.
    AnotherEvent(EventName),
    /// It is no schema of an event, and why.
    NotASchema(String),
    /// Its envelope names another event.
    AnotherEnvelope {
        /// The member: `source` or `detail-type`.
        member: &'static str,
        /// What it names.
        found: String,
        /// The event, if the workspace has released its source and its detail-type: only a move changes them.
        released: Option<EventName>,
    },
    /// It is another schema.
    Compared {
        /// Our version that it was compared with.
        version: Version,
        /// Whether it allows every event of ours.
        reads_ours: ForeignVerdict,
        /// Whether ours allows every event of it.
        read_by_ours: ForeignVerdict,
    },
}

/// One direction of a comparison with what others wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignVerdict {
    /// Proved.
    Holds,
    /// An event breaks.
    Breaks,
    /// Neither was found.
    Undecided,
}

impl Drift {
    /// Returns what a version of the remote is that no schema of the workspace is registered as.
    pub(super) fn without_version(schema: &str, stamp: &Stamp, number: &str, workspace: &Workspace) -> Self {
        let (schema, number) = (schema.to_owned(), number.to_owned());
        let (event, version) = (stamp.event.clone(), stamp.version.clone());
        match workspace.lock.find_end(&event, &version) {
            Some(record) => Self::Ended {
                schema,
                event,
                version,
                number,
                how: record.step.kind(),
            },
            None => Self::UnknownVersion {
                schema,
                version,
                number,
                older_newest: find_older_newest(stamp, workspace),
                event,
            },
        }
    }

    /// Returns whether readers of the registry get something else than the workspace says.
    pub fn is_conflict(&self) -> bool {
        matches!(
            self,
            Self::Changed { .. }
                | Self::Contested { .. }
                | Self::ForeignNewest { .. }
                | Self::OlderNewest { .. }
                | Self::NewerRelease { .. }
        )
    }

    /// Returns whether another checkout has released another schema under a version of ours.
    pub fn is_release_of_others(&self) -> bool {
        matches!(
            self,
            Self::Changed { is_release: true, .. } | Self::Contested { is_release: true, .. }
        )
    }

    /// Returns how the newest version differs, if schemactl did not write it and it names another source or detail-type than event.toml.
    pub fn find_other_envelope(&self) -> Option<&ForeignChange> {
        let Self::ForeignNewest {
            equals: None, change, ..
        } = self
        else {
            return None;
        };
        let is_other = |change: &&ForeignChange| matches!(change, ForeignChange::AnotherEnvelope { .. });
        change.as_ref().filter(is_other)
    }

    /// Returns the version of ours that another schema stands under.
    pub fn contradicted(&self) -> Option<(&EventName, &Version)> {
        match self {
            Self::Changed { event, version, .. } | Self::Contested { event, version, .. } => Some((event, version)),
            _ => None,
        }
    }
}

/// Returns the newest version that the workspace has of an event, if the one that the registry holds is newer.
fn find_older_newest(stamp: &Stamp, workspace: &Workspace) -> Option<Version> {
    let event = workspace.events.get(&stamp.event)?;
    let (newest, _) = event.versions.last_key_value()?;
    // What this checkout has released itself is its own to delete.
    let is_own = workspace.has_ever_released(&stamp.event, &stamp.version);
    (stamp.version > *newest && !is_own).then(|| newest.clone())
}
