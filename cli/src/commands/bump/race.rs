//! `schemactl bump --against`: versions whose number another branch has released first. In: the workspace, and the states of the base. Out: edits that
//! restore what the base has under the number, and give the schema of the workspace the next number, with the changes of both.

use std::collections::BTreeSet;

use schemactl_check::Base;
use schemactl_model::{EventName, Source, Value, Version, parse};
use schemactl_workspace::{Lock, SchemaVersion, Status, Workspace, WorkspaceEvent};

use super::merge::merge_schemas;
use super::{FileMove, plan_renaming};

/// A version of the workspace whose number the base has released with another schema, or one that follows it.
pub(super) struct RacedVersion<'w> {
    pub(super) event: &'w WorkspaceEvent,
    pub(super) ours: &'w SchemaVersion,
    /// The number that it gets.
    pub(super) next: Version,
}

/// Returns the versions of some events that the base has released with another schema since the branch left it, and those that the branch has added
/// after them; the newest first.
pub(super) fn find_raced_versions<'w>(events: &[&'w WorkspaceEvent], base: &Base<'_>) -> Vec<RacedVersion<'w>> {
    let mut raced = Vec::new();
    for event in events {
        let Some(there) = base.tip.events.get(&event.name) else {
            continue;
        };
        let is_released = |version: &Version| {
            there.settings.status != Status::Draft || base.tip.lock.digest(&event.name, version).is_some()
        };
        let is_new = |version: &Version| base.is_new_since_fork(&event.name, version);
        let own_new: Vec<_> = event.versions.values().filter(|ours| is_new(&ours.version)).collect();
        let is_raced = |ours: &&&SchemaVersion| {
            let theirs = there.versions.get(&ours.version);
            theirs.is_some_and(|theirs| theirs.digest != ours.digest) && is_released(&ours.version)
        };
        let Some(first) = own_new.iter().find(is_raced).map(|ours| &ours.version) else {
            continue;
        };
        let mut taken: BTreeSet<Version> = there.versions.keys().cloned().collect();
        // What the branch has added after it has to have the properties of both too.
        let later = own_new
            .iter()
            .filter(|ours| ours.version >= *first && ours.version.major() == first.major());
        for ours in later {
            let next = next_number(&ours.version, &taken);
            taken.insert(next.clone());
            raced.push(RacedVersion { event, ours, next });
        }
    }
    // A number is free before it is taken.
    raced.reverse();
    raced
}

/// The first free number of the same step: a patch stays one, and what began a major is a minor of it now.
fn next_number(version: &Version, taken: &BTreeSet<Version>) -> Version {
    if !taken.contains(version)
        && taken
            .iter()
            .all(|other| other.major() != version.major() || other < version)
    {
        return version.clone();
    }
    let in_major = taken.iter().filter(|other| other.major() == version.major());
    if version.patch() == 0 {
        let last = in_major.map(Version::minor).max().unwrap_or(version.minor());
        return Version::new(version.major(), last + 1);
    }
    let in_minor = in_major.filter(|other| other.minor() == version.minor());
    let last = in_minor.map(Version::patch).max().unwrap_or(version.patch());
    format!("{}.{}.{}", version.major(), version.minor(), last + 1)
        .parse()
        .expect("three numbers")
}

/// What is written for a version, and what is to be seen by people.
pub(super) struct RaceEdits {
    pub(super) moves: Vec<FileMove>,
    /// Where both branches changed the same thing.
    pub(super) disputed: Vec<String>,
}

impl RaceEdits {
    /// Returns a line for each file, and for each place that somebody has to look at.
    pub(super) fn list_lines(&self, raced: &RacedVersion<'_>, workspace: &Workspace) -> Vec<String> {
        let moved = self.moves.iter().map(|one| one.describe(workspace));
        let disputed = self.disputed.iter().map(|place| {
            format!(
                "? {}@{}: both branches changed {place} in different ways; it is as in yours: review it\n",
                raced.event.name, raced.next
            )
        });
        moved.chain(disputed).collect()
    }
}

/// Returns the edits for a version.
pub(super) fn plan_race(raced: &RacedVersion<'_>, base: &Base<'_>) -> RaceEdits {
    let RacedVersion { event, ours, next } = raced;
    let mut moves = plan_renaming(event, ours, next);
    let there = &base.tip.events[&event.name];
    let is_of_major = |version: &&SchemaVersion| version.version.major() == next.major();
    let theirs = there.versions.values().rev().find(is_of_major);
    let fork = base.fork.events.get(&event.name);
    let before = fork.and_then(|fork| fork.versions.range(..&ours.version).next_back());
    // The version field names the number of the merged schema in each of them.
    let read =
        |event: &WorkspaceEvent, version: &SchemaVersion| read_schema(&plan_renaming(event, version, next)[0].text);
    let before = before.zip(fork).and_then(|((_, version), fork)| read(fork, version));
    let mut disputed = Vec::new();
    if let (Some(own), Some(theirs)) = (
        read_schema(&moves[0].text),
        theirs.and_then(|theirs| read(there, theirs)),
    ) {
        let merged = merge_schemas(before.as_ref(), &own, &theirs);
        moves[0].text = merged.schema.to_json_pretty() + "\n";
        disputed = merged.disputed.iter().map(ToString::to_string).collect();
    }
    RaceEdits { moves, disputed }
}

/// Returns the files of the versions of some events that the base has, and did not have where the branch left it.
pub(super) fn list_new_files(events: &BTreeSet<&EventName>, base: &Base<'_>) -> Vec<(String, String)> {
    let there = events.iter().filter_map(|name| base.tip.events.get(*name));
    let versions = there.flat_map(|event| event.versions.values().map(move |version| (event, version)));
    let new = versions.filter(|(event, version)| base.is_new_since_fork(&event.name, &version.version));
    new.flat_map(|(_, version)| list_files(version)).collect()
}

fn read_schema(text: &str) -> Option<Value> {
    parse(&Source::new("schema", text)).ok()
}

/// The files of a version of the base.
fn list_files(version: &SchemaVersion) -> impl Iterator<Item = (String, String)> + '_ {
    let examples = version.examples.iter().map(|example| &example.file);
    let files = std::iter::once(version.document.source()).chain(examples);
    files.map(|file| (file.path().to_owned(), file.text().to_owned()))
}

/// Returns the lock in which the raced events have the lines of the base. `None` if the branch has released nothing of them.
pub(super) fn settle_lock(raced: &[RacedVersion<'_>], workspace: &Workspace, base: &Base<'_>) -> Option<Lock> {
    let is_recorded = |one: &RacedVersion<'_>| {
        let (event, version) = (&one.event.name, &one.ours.version);
        workspace.lock.digest(event, version).is_some() || workspace.lock.has_conflicting_lines(event, version)
    };
    if !raced.iter().any(is_recorded) {
        return None;
    }
    let mut lock = workspace.lock.clone();
    for one in raced {
        lock.forget_version(&one.event.name, &one.ours.version);
    }
    let is_of_raced = |event: &EventName| raced.iter().any(|one| one.event.name == *event);
    for (event, version, digest) in base.tip.lock.iter() {
        if is_of_raced(event) && base.is_new_since_fork(event, version) {
            let released = base.tip.lock.released(event);
            let identity = released.and_then(|released| released.identity.as_ref());
            lock.record(event, version, digest.clone(), identity);
            if base.tip.lock.is_adopted(event, version) {
                lock.adopt(event, version);
            }
        }
    }
    Some(lock)
}
