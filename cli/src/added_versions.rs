//! Versions that the present branch has added itself, although the base has released their numbers: both branches took one number, and were merged,
//! rebased or picked since. In: the workspace, and the tip of the base. Out: these versions. git is only asked where a schema is another one than in the
//! base, and about commits that the base does not have.

use std::collections::BTreeSet;

use schemactl_model::{EventName, Version};
use schemactl_workspace::{EarlierState, Workspace};

use crate::git::Git;

/// Returns the versions whose schema is another one in the base, and whose file a commit of this branch has added: one that is in its history, or was
/// before a rebase of this clone.
pub(crate) fn find_added_versions(
    git: &Git<'_>,
    workspace: &Workspace,
    tip: &EarlierState,
    commit: &str,
) -> BTreeSet<(EventName, Version)> {
    let mut other: Vec<(&str, &EventName, &Version)> = Vec::new();
    for event in workspace.events.values() {
        let Some(there) = tip.events.get(&event.name) else {
            continue;
        };
        other.extend(event.versions.values().filter_map(|own| {
            let theirs = there.versions.get(&own.version)?;
            (theirs.digest != own.digest).then_some((own.document.source().path(), &event.name, &own.version))
        }));
    }
    if other.is_empty() {
        return BTreeSet::new();
    }
    let paths: Vec<&str> = other.iter().map(|(path, ..)| *path).collect();
    let added = git.list_added_since(commit, &paths);
    // A merge has kept the lines of both: no other history leaves two.
    let is_disputed = |event: &EventName, version: &Version| workspace.lock.has_conflicting_lines(event, version);
    let is_added =
        |(path, event, version): &(&str, &EventName, &Version)| added.contains(*path) || is_disputed(event, version);
    let own = other.into_iter().filter(is_added);
    own.map(|(_, event, version)| (event.clone(), version.clone()))
        .collect()
}
