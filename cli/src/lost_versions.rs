//! Released versions that a registry has lost. In: the plan of a push, the history of `schemactl.lock`, and what this machine has seen of the
//! registry. Out: the versions that the registry held and does not hold any more. The lock alone does not say which of its versions were pushed:
//! `check --release` and a push to another environment write it too.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{EventName, Version};
use schemactl_push::{Cache, Note, Preview};
use schemactl_workspace::{LOCK_FILE, Workspace, list_past_releases};

use crate::console::Console;
use crate::git::{FileChange, Git, SHALLOW};
use crate::suggestions::list_names;
use crate::words::count_in_words;

/// Versions of events.
pub(crate) type VersionSet = BTreeSet<(EventName, Version)>;

/// Returns the released versions that the registry of a plan has lost.
pub(crate) fn find_lost_versions(
    workspace: &Workspace,
    plan: &Preview,
    cache: &Cache,
    console: &Console,
) -> VersionSet {
    // What has come under a new name was never registered under it.
    let is_released = |event: &EventName, version: &Version| {
        workspace.lock.digest(event, version).is_some() && !workspace.lock.has_arrived(event, version)
    };
    let absent = plan.absent.iter();
    let absent: VersionSet = absent
        .filter(|(event, version)| is_released(event, version))
        .cloned()
        .collect();
    let has_later = |event: &EventName, version: &Version| {
        let mut registered = plan.unchanged.iter();
        registered.any(|(known, registered)| known == event && registered > version)
    };
    let (mut lost, open): (VersionSet, VersionSet) = absent
        .into_iter()
        .partition(|(event, version)| has_later(event, version) || cache.has_held(event, version));
    // An empty registry was never promoted to, or has lost all that would tell.
    if open.is_empty() || plan.unchanged.is_empty() {
        return lost;
    }
    let git = Git::at(&workspace.root);
    if git.is_shallow() {
        console.note(&format!(
            "whether {} of {LOCK_FILE} were registered here before is in the history of the repository; {SHALLOW}",
            count_in_words(open.len(), "version")
        ));
        return lost;
    }
    // What others wrote tells of no push of ours: neither that a version stood here, nor that one was written before it.
    let is_own = |(event, version): &&(EventName, Version)| !workspace.lock.is_adopted(event, version);
    let registered: Vec<_> = plan.unchanged.iter().filter(is_own).cloned().collect();
    let open = open.iter().filter(is_own).cloned().collect();
    lost.extend(find_overtaken(&git, open, &registered));
    lost
}

/// Returns the adopted versions that this machine has seen in the registry, that are not there any more, and of which no gap in its numbers tells.
pub(crate) fn list_seen(plan: &Preview, cache: &Cache) -> Vec<String> {
    let is_told = |event: &EventName, version: &Version| {
        let tells = |note: &Note| matches!(note, Note::Deleted { event: known, version: own, .. } if known == event && own == version);
        plan.notes.iter().any(tells)
    };
    let skipped = plan.skipped.iter();
    let seen = skipped.filter(|(event, version)| cache.has_held(event, version) && !is_told(event, version));
    seen.map(|(event, version)| format!("{event}@{version}")).collect()
}

/// Says that others have deleted adopted versions.
pub(crate) fn note_seen(seen: &[String], console: &Console) {
    if !seen.is_empty() {
        console.note(&format!(
            "{} was in this registry when this machine read it, and others have deleted it since: a push does not register it again",
            list_names(seen)
        ));
    }
}

/// The versions that were in the lock before another one that the registry holds was released: the push that wrote that one had them too.
///
/// INVARIANT: a version that was not promoted yet is never called lost. It counts only if each commit that released the other one follows a commit
/// that released it: of two in one commit, or on two branches, neither tells of the other.
fn find_overtaken(git: &Git<'_>, open: VersionSet, registered: &[(EventName, Version)]) -> VersionSet {
    let changes = git.list_changes(LOCK_FILE).unwrap_or_default();
    let releases = list_releases(&changes);
    let commits_of = |version: &(EventName, Version)| releases.get(version).cloned().unwrap_or_default();
    let of_registered: Vec<BTreeSet<&str>> = registered
        .iter()
        .map(commits_of)
        .filter(|commits| !commits.is_empty())
        .collect();
    let mut later: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut is_overtaken = |version: &(EventName, Version)| {
        let own = commits_of(version);
        for commit in &own {
            later
                .entry(commit)
                .or_insert_with(|| git.changes_since(commit, LOCK_FILE).unwrap_or_default());
        }
        let follows = |commit: &&str| own.iter().any(|own| later[own].contains(*commit));
        of_registered.iter().any(|commits| commits.iter().all(follows))
    };
    open.into_iter().filter(|version| is_overtaken(version)).collect()
}

/// The commits that have released each version.
fn list_releases(changes: &[FileChange]) -> BTreeMap<(EventName, Version), BTreeSet<&str>> {
    let mut releases: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for change in changes {
        let before = list_past_releases(&change.removed);
        for version in list_past_releases(&change.added) {
            if !before.contains(&version) {
                releases.entry(version).or_default().insert(&change.commit);
            }
        }
    }
    releases
}
