//! What only the tip of the base has, and what a merge makes of it beside what the branch has. In: the workspace, the base. Out: a finding for each version of
//! the tip whose shared files the branch changes, and for each event of the branch whose identity the tip has given to another one.
//!
//! INVARIANT: where a branch passes and is merged without a conflict, what comes of it passes. Some check the head of a branch, not the merge commit.

use std::collections::BTreeMap;

use schemactl_model::Source;
use schemactl_workspace::{Identity, Workspace, WorkspaceEvent, digest_value};

use super::Base;
use super::released::{has_released_event, has_version};
use crate::report::{Finding, FindingPlace, Severity};
use crate::rule::Rule;
use crate::rules::finding;

/// Returns what the branch would change of the tip, although neither of them has it alone.
pub(super) fn find_arriving_conflicts(workspace: &Workspace, base: &Base<'_>) -> Vec<Finding> {
    // Then the branch has seen everything.
    if std::ptr::eq(base.tip, base.fork) {
        return Vec::new();
    }
    let mut findings = find_changed_files(workspace, base);
    findings.extend(find_shared_identities(workspace, base));
    findings
}

/// The files that schemas of a workspace are read from, by their paths.
fn list_files(workspace: &Workspace) -> BTreeMap<&str, &Source> {
    let versions = workspace.events.values().flat_map(|event| event.versions.values());
    let documents = versions.map(|version| &version.document).chain(&workspace.shared);
    let files = documents.flat_map(|document| std::iter::once(document.source()).chain(document.included()));
    files.map(|file| (file.path(), file)).collect()
}

/// Whether two files hold one value: spaces and the order of keys are no difference.
fn is_same_value(one: &Source, other: &Source) -> bool {
    let digest = |file: &Source| schemactl_model::parse(file).ok().map(|value| digest_value(&value));
    one.text() == other.text() || digest(one).is_some_and(|digest_of_one| digest(other) == Some(digest_of_one))
}

/// Findings for versions that the merge brings, and whose files the branch has changed since it left.
fn find_changed_files(workspace: &Workspace, base: &Base<'_>) -> Vec<Finding> {
    let released = base
        .tip
        .events
        .values()
        .filter(|event| has_released_event(base.tip, event));
    let versions = released.flat_map(|event| event.versions.values().map(move |version| (event, version)));
    let arriving: Vec<_> = versions
        .filter(|(event, version)| {
            let here = workspace.events.get(&event.name);
            let is_here = here.is_some_and(|event| event.versions.contains_key(&version.version));
            !is_here
                && !has_version(base.fork, &event.name, &version.version)
                && !version.document.included().is_empty()
        })
        .collect();
    let Some(fork) = base.fork.to_workspace().filter(|_| !arriving.is_empty()) else {
        return Vec::new();
    };
    let (here, left) = (list_files(workspace), list_files(&fork));
    let mut findings = Vec::new();
    for (event, version) in arriving {
        let changed = version.document.included().iter().find_map(|file| {
            let left = left.get(file.path())?;
            let deed = match here.get(file.path()) {
                None => "deletes",
                // What the branch has not changed, or has changed as the tip has, the merge takes from the tip.
                Some(here) if is_same_value(here, left) || is_same_value(here, file) => return None,
                Some(_) => "changes",
            };
            Some((file.path(), deed))
        });
        let Some((path, deed)) = changed else { continue };
        let (name, title) = (base.name, format!("{}@{}", event.name, version.version));
        findings.push(Finding {
            new: Some(version.version.clone()),
            message: format!("{title} of {name} refers to {path}, and this branch {deed} the file"),
            places: here
                .get(path)
                .map(|file| FindingPlace::whole(file, "the file"))
                .into_iter()
                .collect(),
            why: Some(format!(
                "{title} was released since this branch left {name}: after the merge it is another schema than the released one"
            )),
            fix: Some(format!("restore {path}, and put your change into a new file beside it")),
            ..Finding::new(Rule::ReleasedSchemaChanged, Severity::Error, event.name.clone())
        });
    }
    findings
}

/// Findings for events of the branch that are published as an event which only the tip has.
fn find_shared_identities(workspace: &Workspace, base: &Base<'_>) -> Vec<Finding> {
    let routed = |event: &WorkspaceEvent| {
        let Identity {
            source, detail_type, ..
        } = event.identity();
        (source, detail_type)
    };
    let is_arriving = |event: &&WorkspaceEvent| {
        let is_known = |events: &BTreeMap<_, WorkspaceEvent>| events.contains_key(&event.name);
        !is_known(&workspace.events) && !is_known(&base.fork.events)
    };
    let arriving: BTreeMap<_, _> = base
        .tip
        .events
        .values()
        .filter(is_arriving)
        .map(|event| (routed(event), event))
        .collect();
    let mut findings = Vec::new();
    for event in workspace.events.values() {
        let own = routed(event);
        // What had the identity before has moved at the tip, and the merge takes it away.
        let had_it = base
            .fork
            .events
            .get(&event.name)
            .is_some_and(|left| routed(left) == own);
        let Some(other) = arriving.get(&own).filter(|_| !had_it) else {
            continue;
        };
        findings.push(Finding {
            message: format!(
                "{} of {} and {} are both published as `{}` from `{}`",
                other.name, base.name, event.name, own.1, own.0
            ),
            places: vec![FindingPlace::of_setting(&event.settings_file, "detail-type", "this event")],
            why: Some(format!(
                "{} was added there since this branch left it: after the merge consumers of one event receive the other",
                other.name
            )),
            fix: Some(format!(
                "give {} a detail-type of its own, before it is merged",
                event.name.name()
            )),
            ..finding(Rule::EventIdentityShared, Severity::Error, event)
        });
    }
    findings
}
