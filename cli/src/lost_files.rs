//! The files of released versions: those of retired ones may be deleted, and others get lost. In: the versions with their digests, and the repository. Out: the files as the
//! history has them, if they are what was released.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{Digest, EventName, Version};
use schemactl_workspace::{EditedFiles, FileTree, Workspace};
use toml_edit::DocumentMut;

use crate::git::{CommitTree, Git, SHALLOW};
use crate::lost_versions::VersionSet;
use crate::problem::Problem;

/// Commits that deleted a file and are looked at: an event is retired again after it came back once or twice at most.
const MOST_COMMITS: usize = 5;

/// Returns the files of the released versions that are gone, as the history has them, and which versions they are. A version that no commit has as it
/// was released is not among them.
pub(crate) fn find_released_files(workspace: &Workspace, lost: &VersionSet) -> (EditedFiles, VersionSet) {
    let (mut files, mut found) = (EditedFiles::default(), VersionSet::new());
    let events: BTreeSet<&EventName> = lost.iter().map(|(event, _)| event).collect();
    for event in events {
        let of_event = lost.iter().filter(|(lost, _)| lost == event);
        let versions: BTreeMap<&Version, &Digest> = of_event
            .filter_map(|(_, version)| Some((version, workspace.lock.digest(event, version)?)))
            .collect();
        let mut restore = |versions: &BTreeMap<&Version, &Digest>| {
            let restored = find_lost_files(workspace, event, versions);
            let Ok(restored) = restored else { return false };
            for (path, bytes) in restored.written.files() {
                files.written.insert(path, bytes);
            }
            found.extend(versions.keys().map(|version| (event.clone(), (*version).clone())));
            true
        };
        // Files that refer to each other come from one commit; what no commit has does not hide the others.
        if !restore(&versions) {
            for (version, digest) in versions {
                restore(&BTreeMap::from([(version, digest)]));
            }
        }
    }
    (files, found)
}

/// Returns the events without a folder by the `registered-as` that the history has of them.
pub(crate) fn find_former_names(workspace: &Workspace) -> BTreeMap<String, EventName> {
    let Ok(git) = Git::open(&workspace.root) else {
        return BTreeMap::new();
    };
    let named = workspace.list_lost_events().filter_map(|(event, _)| {
        let settings = read_lost_settings(&git, event).ok()??;
        let settings: DocumentMut = settings.parse().ok()?;
        let name = settings.get("registered-as")?.as_str()?;
        Some((name.to_owned(), event.clone()))
    });
    named.collect()
}

/// Returns the text of event.toml as the last commit that had it has it. `None` if no commit had it.
fn read_lost_settings(git: &Git<'_>, event: &EventName) -> Result<Option<String>, Problem> {
    let path = format!("schemas/{event}/event.toml");
    for commit in list_commits_with(git, &path, 1)? {
        if let Some(bytes) = git.file(&commit, &format!("{}{path}", git.prefix()?))? {
            return Ok(String::from_utf8(bytes).ok());
        }
    }
    Ok(None)
}

/// Returns the commits that may have a file: the last one, and those before it was deleted, the latest first.
fn list_commits_with(git: &Git<'_>, path: &str, most: usize) -> Result<Vec<String>, Problem> {
    let mut commits = vec![git.commit("HEAD")?];
    for commit in git.commits_that_removed(path, most)? {
        commits.push(git.commit(&format!("{commit}^"))?);
    }
    Ok(commits.into_iter().flatten().collect())
}

/// Returns the files that are gone and have to come back: schemas, their examples, and event.toml.
///
/// # Errors
/// Fails if a schema is not as it was released, here or in the history.
pub(crate) fn find_lost_files(
    workspace: &Workspace,
    event: &EventName,
    versions: &BTreeMap<&Version, &Digest>,
) -> Result<EditedFiles, Problem> {
    let own = workspace.events.get(event);
    let is_here = |version: &Version| own.is_some_and(|own| own.versions.contains_key(version));
    let lost: Vec<&Version> = versions.keys().copied().filter(|version| !is_here(version)).collect();
    let Some(first) = lost.first() else {
        return if has_versions(workspace, event, versions) {
            Ok(EditedFiles::default())
        } else {
            Err(changed(event))
        };
    };
    let git = Git::open(&workspace.root)?;
    let path = format!("schemas/{event}/{first}.json");
    for commit in list_commits_with(&git, &path, MOST_COMMITS)? {
        let edits = files_of(&git, &commit, event, (&lost, own.is_none()))?;
        // A commit can have schemas that refer to what is gone: it is not the one.
        let is_it = workspace
            .load_edited(&edits)
            .is_ok_and(|restored| has_versions(&restored, event, versions));
        if is_it {
            return Ok(edits);
        }
    }
    let help = if git.is_shallow() {
        format!("{SHALLOW}; then run the command again")
    } else {
        "restore the files of the event, then run the command again".to_owned()
    };
    Err(Problem::usage(
        format!("{path} does not exist, and no commit of the repository has it as it was released"),
        help,
    ))
}

fn changed(event: &EventName) -> Problem {
    Problem::usage(
        format!("the schemas in schemas/{event} are not the released ones"),
        "restore them from the history of the repository; a change is a new version",
    )
}

fn has_versions(workspace: &Workspace, event: &EventName, versions: &BTreeMap<&Version, &Digest>) -> bool {
    workspace.events.get(event).is_some_and(|own| {
        let is_same = |(version, digest): (&&Version, &&Digest)| {
            own.versions
                .get(*version)
                .is_some_and(|schema| schema.digest == **digest)
        };
        versions.iter().all(is_same)
    })
}

/// The files of a commit that are lost here: those of the versions, and where the event has no folder what is about all of it.
fn files_of(
    git: &Git<'_>,
    commit: &str,
    event: &EventName,
    (lost, is_whole): (&[&Version], bool),
) -> Result<EditedFiles, Problem> {
    let prefix = git.prefix()?;
    let entries = git.entries(commit, &prefix)?;
    let tree = CommitTree::read(git, &entries, &prefix)?;
    let folder = format!("{prefix}schemas/{event}/");
    let mut edits = EditedFiles::default();
    for below in entries.iter().filter_map(|entry| entry.path.strip_prefix(&folder)) {
        let version = version_of(below);
        let is_lost = version.is_some_and(|version| lost.contains(&&version));
        let is_of_event = is_whole && !below.contains('/') && !below.ends_with(".json");
        let path = format!("schemas/{event}/{below}");
        if (is_lost || is_of_event)
            && let Ok(bytes) = tree.read(&path)
        {
            edits.written.insert(path, bytes);
        }
    }
    Ok(edits)
}

/// The version that a file of an event's folder belongs to: its schema, or an example.
fn version_of(below: &str) -> Option<Version> {
    let name = below.strip_prefix("examples/").and_then(|rest| rest.split('/').next());
    name.or_else(|| below.strip_suffix(".json"))?.parse().ok()
}
