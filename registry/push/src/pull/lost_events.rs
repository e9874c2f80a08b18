//! Events of the lock whose folder is lost, with the `registered-as` that named their schemas. In: the schemas of a registry, read, and the workspace. Out:
//! each schema of such an event under the name of its event. By its own name it would become a second event.
//!
//! The history of the repository has the settings, and names the event. Without it, what schemactl.lock has of the versions that were adopted tells: the
//! digests of their schemas.

use schemactl_model::EventName;
use schemactl_workspace::{LifeKind, Released, Workspace, digest_value};

use super::{HeldContent, HeldContents, Pulling};

/// Gives schemas that are named after no event the events of the lock that they belong to.
pub(super) fn recognize_lost_events(workspace: &Workspace, pulling: &Pulling<'_>, schemas: &mut [HeldContents]) {
    let lost: Vec<_> = workspace.list_lost_events().collect();
    if lost.is_empty() {
        return;
    }
    for (schema, versions) in schemas {
        let mut contents = versions.iter().filter_map(|held| held.content.as_ref().ok());
        // What has a stamp says whose it is.
        if contents.any(|content| content.version.is_some() || is_known_event(workspace, &content.event)) {
            continue;
        }
        let event = match pulling.former_names.get(schema) {
            Some(event) => Some(event.clone()),
            None => find_by_digests(&lost, versions),
        };
        let Some(event) = event else { continue };
        for content in versions.iter_mut().filter_map(|held| held.content.as_mut().ok()) {
            content.event = event.clone();
            content.spelling = event.clone();
        }
    }
}

/// Returns whether the workspace knows an event by its name, and not only by one that it has moved away from.
fn is_known_event(workspace: &Workspace, event: &EventName) -> bool {
    let is_moved = |version| {
        let end = workspace.lock.find_end(event, version);
        end.is_some_and(|record| record.step.kind() == LifeKind::Moved)
    };
    let released = workspace.lock.released(event);
    workspace.events.contains_key(event) || released.is_some_and(|released| !released.versions.keys().all(is_moved))
}

/// Returns the lost event of which a schema has the most versions. `None` if it has none of any, or as many of two.
fn find_by_digests(lost: &[(&EventName, &Released)], versions: &[HeldContent]) -> Option<EventName> {
    let contents = versions.iter().filter_map(|held| held.content.as_ref().ok());
    let digests: Vec<_> = contents.map(|content| digest_value(&content.schema)).collect();
    let count = |released: &Released| {
        let own = released.versions.values();
        own.filter(|digest| digests.contains(digest)).count()
    };
    let mut counted: Vec<_> = lost.iter().map(|(event, released)| (count(released), *event)).collect();
    counted.retain(|(count, _)| *count > 0);
    counted.sort();
    match counted.as_slice() {
        [.., (second, _), (most, _)] if second == most => None,
        [.., (_, event)] => Some((*event).clone()),
        [] => None,
    }
}
