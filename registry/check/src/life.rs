//! What can happen to a released event, as a decision that is not written yet. In: a workspace, its lock, and what is asked for. Out: the
//! step to record, or why it makes no sense. Nothing is written here.

mod undo;

use std::collections::BTreeMap;

use schemactl_model::{Digest, EventName, EventRef, Version, Versions, find_alike_event};

use schemactl_workspace::{EarlierState, Identity, LifeRecord, LifeStep, Status, Workspace, WorkspaceEvent};

pub use undo::{undo_move, undo_retirement};

/// Why a step cannot be recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LifeError {
    /// Neither the folder nor the lock has the event.
    #[error("unknown event `{reference}`{}", suggest_event(.meant.as_ref()))]
    UnknownEvent {
        /// What was written.
        reference: String,
        /// The event that was probably meant.
        meant: Option<EventName>,
    },
    /// The name exists in several namespaces.
    #[error("`{reference}` can be any of {}", .candidates.join(", "))]
    AmbiguousEvent {
        /// What was written.
        reference: String,
        /// What it can mean.
        candidates: Vec<String>,
    },
    /// Nothing of what was asked for is released.
    #[error("{what} was never released; {}", list_released(.released))]
    NeverReleased {
        /// The event, major or version.
        what: String,
        /// What is released of the event.
        released: Vec<Version>,
    },
    /// It is over.
    #[error("{what} was {kind} on {} by {}: {}", .record.date, .record.author, .record.reason)]
    AlreadyOver {
        /// The event, major or version.
        what: String,
        /// What happened to it.
        kind: &'static str,
        /// The record.
        record: Box<LifeRecord>,
    },
    /// A reference that names too little or too much.
    #[error("`{reference}` names {found}; expected {expected}")]
    WrongReference {
        /// What was written.
        reference: String,
        /// What it means.
        found: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A hotfix without a schema.
    #[error("{event}@{version} has no schema")]
    NoSchema {
        /// The event.
        event: EventName,
        /// The version.
        version: Version,
    },
    /// A hotfix of a schema that is as it was released.
    #[error("the schema of {event}@{version} equals the released one ({})", .digest.short())]
    NotChanged {
        /// The event.
        event: EventName,
        /// The version.
        version: Version,
        /// Its digest.
        digest: Digest,
    },
    /// A move onto an event that is there, or was.
    #[error("{to} already exists, or was released before")]
    TargetExists {
        /// The event.
        to: EventName,
    },
    /// A move onto a source and detail-type that are taken.
    #[error("{other} is published as `{}` from `{}`", .identity.detail_type, .identity.source)]
    IdentityTaken {
        /// The event that has them.
        other: EventName,
        /// The identity.
        identity: Box<Identity>,
    },
    /// A move that moves nothing.
    #[error("nothing would change: {event} has this name, source, detail-type and version field")]
    NothingMoves {
        /// The event.
        event: EventName,
    },
    /// A move that was made by hand and lost or changed a version.
    #[error("{to} does not have {what} as it was released")]
    NotTheSame {
        /// The version with its event.
        what: String,
        /// Where it moved to.
        to: EventName,
    },
    /// Nothing to take back: no record says it, or it was taken back already.
    #[error("{what}{}", list_released_of(.released))]
    NothingToUndo {
        /// What is not recorded.
        what: String,
        /// What is released of the event.
        released: Vec<Version>,
    },
    /// A move by which the event is published under both names.
    #[error("{from} was kept when it was also published as {to}: there is nothing to undo")]
    NothingLeft {
        /// The event that stayed.
        from: EventName,
        /// The event that was added.
        to: EventName,
    },
}

fn list_released_of(released: &[Version]) -> String {
    if released.is_empty() {
        return String::new();
    }
    format!("; {}", list_released(released))
}

fn suggest_event(meant: Option<&EventName>) -> String {
    meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"))
}

fn list_released(released: &[Version]) -> String {
    let names: Vec<_> = released.iter().map(ToString::to_string).collect();
    if names.is_empty() {
        "schemactl.lock has no version of it".to_owned()
    } else {
        format!("schemactl.lock has {}", names.join(", "))
    }
}

/// Returns the event that a reference means: one of the folder, or one that only the lock still has.
///
/// # Errors
/// Fails if there is none or more than one.
pub fn find_event_of_life(workspace: &Workspace, reference: &EventRef) -> Result<EventName, LifeError> {
    let in_lock = workspace.lock.events().map(|(name, _)| name);
    let mut all: Vec<&EventName> = workspace.events.keys().chain(in_lock).collect();
    all.sort();
    all.dedup();
    let bare = EventRef {
        versions: Versions::All,
        ..reference.clone()
    };
    let mut named: Vec<&EventName> = all.iter().copied().filter(|name| bare.names(name)).collect();
    // What is there comes before what was there once.
    let is_present = |name: &&EventName| workspace.events.contains_key(*name);
    if named.len() > 1 && named.iter().any(is_present) {
        named.retain(is_present);
    }
    match named.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(LifeError::UnknownEvent {
            reference: bare.to_string(),
            meant: find_alike_event(&bare, all.iter().copied()).cloned(),
        }),
        several => Err(LifeError::AmbiguousEvent {
            reference: bare.to_string(),
            candidates: several.iter().map(ToString::to_string).collect(),
        }),
    }
}

/// Returns the step that retires an event, or one major of it.
///
/// # Errors
/// Fails for what was never released, and for what is retired already or has moved.
pub fn retire_versions(workspace: &Workspace, reference: &EventRef) -> Result<LifeStep, LifeError> {
    let event = find_event_of_life(workspace, reference)?;
    let major = read_major(reference)?;
    let what = major.map_or_else(|| event.to_string(), |major| format!("{event}@{major}"));
    let lock = &workspace.lock;
    let released = lock.released(&event).map(|released| &released.versions);
    let is_meant = |version: &Version| major.is_none_or(|major| version.major() == major);
    let meant = || released.into_iter().flatten().filter(|(version, _)| is_meant(version));
    if meant().next().is_none() {
        let released = released.into_iter().flatten().map(|(version, _)| version.clone());
        return Err(LifeError::NeverReleased {
            what,
            released: released.collect(),
        });
    }
    let mut versions = BTreeMap::new();
    let mut over = None;
    for (version, digest) in meant() {
        match end_of(workspace, &event, version) {
            Some(end) => over = Some(end),
            None => {
                versions.insert(version.clone(), digest.clone());
            }
        }
    }
    match over {
        Some((kind, record)) if versions.is_empty() => Err(LifeError::AlreadyOver {
            what,
            kind,
            record: Box::new(record.clone()),
        }),
        _ => Ok(LifeStep::Retired {
            whole: !leaves_something(workspace, &event, &versions),
            versions,
        }),
    }
}

/// Whether anything of an event is published when versions have ended: released, or in the folder.
fn leaves_something(workspace: &Workspace, event: &EventName, ending: &BTreeMap<Version, Digest>) -> bool {
    let released = workspace.lock.released(event).into_iter();
    let released = released.flat_map(|released| released.versions.keys());
    let present = workspace.events.get(event).into_iter();
    let present = present.flat_map(|event| event.versions.keys());
    let mut all = released.chain(present);
    all.any(|version| !ending.contains_key(version) && end_of(workspace, event, version).is_none())
}

/// Adds what a base has released of events without a line in the lock, so that it can end, move or be corrected.
pub fn add_base_releases(workspace: &mut Workspace, base: &EarlierState, reference: &EventRef) {
    let is_meant = |event: &&WorkspaceEvent| reference.names(&event.name) && event.settings.status != Status::Draft;
    for event in base.events.values().filter(is_meant) {
        for schema in event.versions.values() {
            let (name, version) = (&event.name, &schema.version);
            if workspace.lock.digest(name, version).is_none() {
                let identity = event.identity();
                workspace
                    .lock
                    .record(name, version, schema.digest.clone(), Some(&identity));
            }
        }
    }
}

/// Returns how the life of a version ended, and the record of it.
fn end_of<'w>(
    workspace: &'w Workspace,
    event: &EventName,
    version: &Version,
) -> Option<(&'static str, &'w LifeRecord)> {
    let lock = &workspace.lock;
    if let Some(record) = lock.retirement(event, version) {
        return Some(("retired", record));
    }
    // An event that was moved and kept is published under both names.
    if workspace.events.contains_key(event) {
        return None;
    }
    Some(("moved", lock.departure(event, version)?))
}

/// `OrderPlaced@1` and `OrderPlaced@^1`.
fn read_major(reference: &EventRef) -> Result<Option<u64>, LifeError> {
    let wrong = |found| LifeError::WrongReference {
        reference: reference.to_string(),
        found,
        expected: "an event, or one major such as OrderPlaced@1: minors of a major end together",
    };
    match &reference.versions {
        Versions::All => Ok(None),
        Versions::One(_) => Err(wrong("one version")),
        Versions::Matching(requirement) => match requirement.comparators.as_slice() {
            [only] if only.minor.is_none() && only.to_string().starts_with('^') => Ok(Some(only.major)),
            _ => Err(wrong("a range of versions")),
        },
    }
}

/// Returns the step that lets a released version have the content that its file has now, with the event.
///
/// # Errors
/// Fails for a version that is not released, is retired, has no schema, or is as it was released.
pub fn hotfix_version(workspace: &Workspace, reference: &EventRef) -> Result<(EventName, LifeStep), LifeError> {
    let name = find_event_of_life(workspace, reference)?;
    let Versions::One(version) = &reference.versions else {
        return Err(LifeError::WrongReference {
            reference: reference.to_string(),
            found: "no single version",
            expected: "one version such as OrderPlaced@1.0",
        });
    };
    let what = format!("{name}@{version}");
    let Some(before) = workspace.lock.digest(&name, version) else {
        let released = workspace.lock.released(&name);
        return Err(LifeError::NeverReleased {
            what,
            released: released
                .into_iter()
                .flat_map(|released| released.versions.keys().cloned())
                .collect(),
        });
    };
    if let Some((kind, record)) = end_of(workspace, &name, version) {
        return Err(LifeError::AlreadyOver {
            what,
            kind,
            record: Box::new(record.clone()),
        });
    }
    let schema = workspace
        .events
        .get(&name)
        .and_then(|event| event.versions.get(version));
    let schema = schema.ok_or_else(|| LifeError::NoSchema {
        event: name.clone(),
        version: version.clone(),
    })?;
    if schema.digest == *before {
        return Err(LifeError::NotChanged {
            event: name,
            version: version.clone(),
            digest: before.clone(),
        });
    }
    let step = LifeStep::Hotfix {
        version: version.clone(),
        before: before.clone(),
        after: schema.digest.clone(),
    };
    Ok((name, step))
}

/// Returns the step by which an event has another name or identity. `after` is what its event.toml says from now on.
///
/// # Errors
/// Fails for an event that was never released or is not there, and for a name or identity that is taken.
pub fn move_event(
    workspace: &Workspace,
    event: &WorkspaceEvent,
    (to, after): (&EventName, Identity),
    keep: bool,
) -> Result<LifeStep, LifeError> {
    let (lock, name) = (&workspace.lock, &event.name);
    if to != name && (workspace.events.contains_key(to) || lock.released(to).is_some()) {
        return Err(LifeError::TargetExists { to: to.clone() });
    }
    let before = lock.released(name).and_then(|released| released.identity.clone());
    let before = before.unwrap_or_else(|| event.identity());
    if to == name && before == after {
        return Err(LifeError::NothingMoves { event: name.clone() });
    }
    require_free_identity(workspace, name, &after)?;
    Ok(LifeStep::Moved {
        to: to.clone(),
        keep,
        versions: versions_to_move(workspace, name)?,
        before,
        after,
        undoes: None,
    })
}

/// Fails if another event than the one that is named has a source and detail-type.
fn require_free_identity(workspace: &Workspace, name: &EventName, identity: &Identity) -> Result<(), LifeError> {
    let mut others = workspace.events.values().filter(|other| other.name != *name);
    let has_it = |other: &&WorkspaceEvent| {
        let settings = &other.settings;
        (&settings.source, &settings.detail_type) == (&identity.source, &identity.detail_type)
    };
    match others.find(has_it) {
        Some(other) => Err(LifeError::IdentityTaken {
            other: other.name.clone(),
            identity: Box::new(identity.clone()),
        }),
        None => Ok(()),
    }
}

/// Returns the step for an event whose folder has another name already.
///
/// # Errors
/// Fails if the event was never released, or if a version of it is not there under the new name as it was released.
pub fn move_by_hand(workspace: &Workspace, name: &EventName, to: &WorkspaceEvent) -> Result<LifeStep, LifeError> {
    let versions = versions_to_move(workspace, name)?;
    for (version, digest) in &versions {
        let is_same = to.versions.get(version).is_some_and(|schema| schema.digest == *digest);
        let released = workspace.lock.digest(&to.name, version);
        if !is_same || released.is_some_and(|released| released != digest) {
            return Err(LifeError::NotTheSame {
                what: format!("{name}@{version}"),
                to: to.name.clone(),
            });
        }
    }
    let before = workspace
        .lock
        .released(name)
        .and_then(|released| released.identity.clone());
    Ok(LifeStep::Moved {
        to: to.name.clone(),
        keep: false,
        before: before.unwrap_or_else(|| to.identity()),
        after: to.identity(),
        versions,
        undoes: None,
    })
}

/// The released versions of an event whose life has not ended.
fn versions_to_move(workspace: &Workspace, name: &EventName) -> Result<BTreeMap<Version, Digest>, LifeError> {
    let released = workspace.lock.released(name).map(|released| &released.versions);
    let mut over = None;
    let mut versions = BTreeMap::new();
    for (version, digest) in released.into_iter().flatten() {
        match end_of(workspace, name, version) {
            Some(end) => over = Some(end),
            None => {
                versions.insert(version.clone(), digest.clone());
            }
        }
    }
    match over {
        _ if !versions.is_empty() => Ok(versions),
        Some((kind, record)) => Err(LifeError::AlreadyOver {
            what: name.to_string(),
            kind,
            record: Box::new(record.clone()),
        }),
        None => Err(LifeError::NeverReleased {
            what: name.to_string(),
            released: Vec::new(),
        }),
    }
}
