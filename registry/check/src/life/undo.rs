//! The way back from a retirement or a move. In: a workspace whose lock has the record. Out: the step that takes it back, with the seal of what
//! it is about: the record stays, and ends nothing from then on.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{EventName, EventRef, Version};

use super::{LifeError, find_event_of_life, read_major, require_free_identity, versions_to_move};
use schemactl_workspace::{LifeRecord, LifeStep, Workspace};

/// Returns the event and the step by which retired versions are published again. The seals of the lock have to be of the present kind.
///
/// # Errors
/// Fails if nothing that is meant is retired, and if another event has the identity by now.
pub fn undo_retirement(workspace: &Workspace, reference: &EventRef) -> Result<(EventName, LifeStep), LifeError> {
    let event = find_event_of_life(workspace, reference)?;
    let major = read_major(reference)?;
    let lock = &workspace.lock;
    let (mut undoes, mut restored) = (BTreeSet::new(), BTreeMap::new());
    for record in lock.records().filter(|record| record.event == event) {
        let LifeStep::Retired { versions, .. } = &record.step else {
            continue;
        };
        for (version, digest) in versions {
            if major.is_none_or(|major| version.major() == major) && !lock.is_undone(record, version) {
                undoes.insert(record.seal().to_owned());
                restored.insert(version.clone(), digest.clone());
            }
        }
    }
    if restored.is_empty() {
        let what = major.map_or_else(|| event.to_string(), |major| format!("{event}@{major}"));
        return Err(LifeError::NothingToUndo {
            what: format!("{what} is not retired"),
            released: list_versions(workspace, &event),
        });
    }
    if let Some(identity) = lock.released(&event).and_then(|released| released.identity.as_ref()) {
        require_free_identity(workspace, &event, identity)?;
    }
    let step = LifeStep::Restored {
        undoes,
        versions: restored,
    };
    Ok((event, step))
}

/// Returns the event that moves back, and the step. `from` is the name that it had, `to` the one that it has. The seals of the lock have to be
/// of the present kind.
///
/// # Errors
/// Fails if no record says that it moved, if its old name or identity is taken, and if a version is not there as it was released.
pub fn undo_move(workspace: &Workspace, from: &EventName, to: &EventName) -> Result<LifeStep, LifeError> {
    let (record, keep) = find_move(workspace, from, to)?;
    let LifeStep::Moved { before, after, .. } = &record.step else {
        return Err(nothing_moved(workspace, from, to));
    };
    if keep {
        return Err(LifeError::NothingLeft {
            from: from.clone(),
            to: to.clone(),
        });
    }
    let (old, new) = (workspace.events.get(from), workspace.events.get(to));
    if from != to && old.is_some() && new.is_some() {
        return Err(LifeError::TargetExists { to: from.clone() });
    }
    let free = new.map_or(from, |event| &event.name);
    require_free_identity(workspace, free, before)?;
    let versions = versions_to_move(workspace, to)?;
    let here = new.or(old);
    for (version, digest) in &versions {
        let schema = here.and_then(|event| event.versions.get(version));
        if schema.is_none_or(|schema| schema.digest != *digest) {
            return Err(LifeError::NotTheSame {
                what: format!("{to}@{version}"),
                to: here.map_or(from, |event| &event.name).clone(),
            });
        }
    }
    let now = workspace
        .lock
        .released(to)
        .and_then(|released| released.identity.clone());
    Ok(LifeStep::Moved {
        to: from.clone(),
        keep: false,
        before: now.unwrap_or_else(|| after.clone()),
        after: before.clone(),
        versions,
        undoes: Some(record.seal().to_owned()),
    })
}

/// The move that holds, and whether the old event stayed. A move in place that holds leads to the identity of now.
fn find_move<'w>(
    workspace: &'w Workspace,
    from: &EventName,
    to: &EventName,
) -> Result<(&'w LifeRecord, bool), LifeError> {
    let lock = &workspace.lock;
    let identity = lock.released(to).and_then(|released| released.identity.as_ref());
    let moves = lock.records().filter_map(|record| match &record.step {
        LifeStep::Moved {
            to: target,
            keep,
            after,
            undoes,
            ..
        } if record.event == *from && target == to => {
            // In place, what was taken back is moved again by `move` itself: names stay free for it.
            let is_current = from != to || (identity == Some(after) && undoes.is_none());
            (is_current && !lock.is_move_undone(record)).then_some((record, *keep))
        }
        _ => None,
    });
    moves
        .max_by_key(|(record, _)| record.date)
        .ok_or_else(|| nothing_moved(workspace, from, to))
}

fn nothing_moved(workspace: &Workspace, from: &EventName, to: &EventName) -> LifeError {
    let what = if from == to {
        format!("schemactl.lock has no record of a new source or detail-type of {from}")
    } else {
        format!("schemactl.lock has no record of a move from {from} to {to}")
    };
    LifeError::NothingToUndo {
        what,
        released: list_versions(workspace, from),
    }
}

fn list_versions(workspace: &Workspace, event: &EventName) -> Vec<Version> {
    let released = workspace.lock.released(event).into_iter();
    released
        .flat_map(|released| released.versions.keys().cloned())
        .collect()
}
