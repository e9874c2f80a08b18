//! What ended and is used again: numbers of a major that is retired, an event that is over, the source and detail-type of one. In: the events of
//! the workspace, and the records of its lock. Out: a finding for each, which names the record: consumers were told that nothing comes any more.

use std::collections::BTreeMap;

use schemactl_model::Version;

use super::{Base, finding, finding_of, title};
use crate::report::{Finding, FindingPlace, Severity};
use crate::rule::Rule;
use schemactl_workspace::{Identity, LifeRecord, LifeStep, Lock, SchemaVersion, Workspace, WorkspaceEvent};

/// Returns a finding for everything that ended and is used again.
pub(super) fn find_reused(workspace: &Workspace) -> Vec<Finding> {
    let numbers = find_reused_numbers(workspace).into_iter();
    numbers
        .chain(find_moved_retirements(workspace))
        .chain(find_reused_identities(workspace))
        .collect()
}

/// Returns a finding for what is new on a branch and used again according to records that only the tip of the base has: the merge would bring
/// both. What the branch found when it left the base goes with the merge. `told` are the findings without the merge.
pub(super) fn find_reused_after_merge(workspace: &Workspace, base: &Base<'_>, told: &[Finding]) -> Vec<Finding> {
    let Base { tip, fork, name, .. } = base;
    let unseen = base.unseen_records(workspace);
    if unseen.is_empty() {
        return Vec::new();
    }
    let mut merged = workspace.clone();
    for record in unseen {
        merged.lock.record_missing(&tip.lock, record);
        merged.lock.add_record(record.clone());
    }
    for event in merged.events.values_mut() {
        let left = fork.events.get(&event.name);
        let was_there = |version: &Version| left.is_some_and(|event| event.versions.contains_key(version));
        event.versions.retain(|version, _| !was_there(version));
    }
    let found = find_reused_numbers(&merged).into_iter();
    let found = found.chain(find_reused_identities(&merged));
    let is_known = |known: &Finding, finding: &Finding| known.rule == finding.rule && known.message == finding.message;
    let is_new = |finding: &Finding| !told.iter().any(|known| is_known(known, finding));
    let placed = found.filter(is_new).map(|finding| Finding {
        why: finding
            .why
            .map(|why| format!("{why}; the record is in {name}, and a merge adds it to this branch")),
        ..finding
    });
    placed.collect()
}

/// Returns a finding for each version that is not retired and whose major is: its readers were told that nothing comes any more.
fn find_reused_numbers(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for event in workspace.events.values() {
        for schema in event.versions.values() {
            let version = &schema.version;
            let is_retired = workspace.lock.retirement(&event.name, version).is_some();
            let Some(record) = retirement_of_major(&workspace.lock, event, version).filter(|_| !is_retired) else {
                continue;
            };
            let next = match workspace.lock.final_retirement(&event.name) {
                Some(_) => format!(
                    "write another event, or undo the retirement with `schemactl retire {} --undo --reason …`",
                    event.name
                ),
                None => format!("number it {}.0", next_major(&workspace.lock, event)),
            };
            findings.push(Finding {
                message: format!(
                    "{} belongs to a major that was retired on {}",
                    title(event, version),
                    record.date
                ),
                places: vec![FindingPlace::whole(schema.document.source(), "this version")],
                why: Some(format!(
                    "the numbers of a retired major are not used again: {}",
                    record.reason
                )),
                fix: Some(format!(
                    "{next}; if it was released on another branch, `schemactl retire {}@{} --reason …` retires it too",
                    event.name,
                    version.major()
                )),
                ..finding_of(Rule::NumberRetired, Severity::Error, event, schema)
            });
        }
    }
    findings
}

/// Returns a finding for each version that one branch retired and another one moved: a retirement holds under any name.
fn find_moved_retirements(workspace: &Workspace) -> Vec<Finding> {
    let lock = &workspace.lock;
    let mut findings = Vec::new();
    for moved in lock.records() {
        let LifeStep::Moved {
            to,
            keep: false,
            versions,
            ..
        } = &moved.step
        else {
            continue;
        };
        let Some(event) = workspace.events.get(to).filter(|_| *to != moved.event) else {
            continue;
        };
        let holding = versions.keys().filter(|version| !lock.is_undone(moved, version));
        let there = holding.filter_map(|version| event.versions.get(version));
        for schema in there.filter(|schema| lock.retirement(to, &schema.version).is_none()) {
            let Some(retired) = lock.retirement(&moved.event, &schema.version) else {
                continue;
            };
            let (version, major) = (&schema.version, schema.version.major());
            findings.push(Finding {
                message: format!("{} was retired on {}, as {}", title(event, version), retired.date, moved.event),
                places: vec![FindingPlace::whole(schema.document.source(), "this version")],
                why: Some(format!("another branch moved it to {to}: {}", moved.reason)),
                fix: Some(format!(
                    "retire it under its new name as well: `schemactl retire {to}@{major} --reason …`, and delete the file"
                )),
                ..finding_of(Rule::NumberRetired, Severity::Error, event, schema)
            });
        }
    }
    findings
}

/// The record that retires versions of the same major.
fn retirement_of_major<'w>(lock: &'w Lock, event: &WorkspaceEvent, version: &Version) -> Option<&'w LifeRecord> {
    let mut own = lock.records().filter(|record| record.event == event.name);
    own.find(|record| retired_majors(lock, record).any(|major| major == version.major()))
}

fn retired_majors<'r>(lock: &'r Lock, record: &'r LifeRecord) -> impl Iterator<Item = u64> + 'r {
    let versions = match &record.step {
        LifeStep::Retired { versions, .. } => Some(versions),
        _ => None,
    };
    let retired = versions.into_iter().flat_map(BTreeMap::keys);
    retired
        .filter(|version| !lock.is_undone(record, version))
        .map(Version::major)
}

/// The first major that no version has or had.
fn next_major(lock: &Lock, event: &WorkspaceEvent) -> u64 {
    let released = lock.released(&event.name).into_iter();
    let released = released.flat_map(|released| released.versions.keys());
    released
        .chain(event.versions.keys())
        .map(Version::major)
        .max()
        .unwrap_or(0)
        + 1
}

/// Returns a finding for each event that is published in the place of one that is over: with its source and detail-type, or under its name.
fn find_reused_identities(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for event in workspace.events.values().filter(|event| !event.versions.is_empty()) {
        findings.extend(reused_identity(workspace, event));
        findings.extend(continued(workspace, event));
    }
    findings
}

/// The finding for an event that has the source and detail-type of another one that is retired or has another identity by now.
fn reused_identity(workspace: &Workspace, event: &WorkspaceEvent) -> Option<Finding> {
    let lock = &workspace.lock;
    let identity = event.identity();
    let has_it = |other: &Identity| (&other.source, &other.detail_type) == (&identity.source, &identity.detail_type);
    let is_retired = |record: &&LifeRecord| {
        let last = lock.final_retirement(&record.event);
        let released = lock
            .released(&record.event)
            .and_then(|released| released.identity.as_ref());
        record.event != event.name
            && last.is_some_and(|last| last == *record)
            && released.is_some_and(has_it)
            && !moved_to(lock, record, event)
    };
    let is_moved = |record: &&LifeRecord| match &record.step {
        LifeStep::Moved {
            to,
            keep: false,
            before,
            after,
            ..
        } => {
            *to != event.name
                && record.event != event.name
                && has_it(before)
                && !has_it(after)
                && !lock.is_move_undone(record)
        }
        _ => false,
    };
    let record = lock.records().find(|record| is_retired(record) || is_moved(record))?;
    Some(published_again(event, &identity, record))
}

/// The finding for an event that has the identity of the one that a record ended.
fn published_again(event: &WorkspaceEvent, identity: &Identity, record: &LifeRecord) -> Finding {
    let (how, undo) = match &record.step {
        LifeStep::Moved { to, .. } => (
            format!("moved to {to} on {}", record.date),
            format!("schemactl move {} {to} --undo", record.event),
        ),
        _ => (
            format!("was retired on {}", record.date),
            format!("schemactl retire {} --undo", record.event),
        ),
    };
    Finding {
        message: format!(
            "{} is published as `{}` from `{}`, the identity of {}, which {how}",
            event.name, identity.detail_type, identity.source, record.event
        ),
        subject: Some(record.event.to_string()),
        places: vec![FindingPlace::of_setting(
            &event.settings_file,
            "detail-type",
            "the identity of an event that is retired or was moved",
        )],
        why: Some(format!(
            "routing rules and consumers that still match it would receive events that they do not know; recorded by {}: {}",
            record.author, record.reason
        )),
        fix: Some(format!(
            "write another `detail-type` or `source`; if the event continues, `{undo} --reason …` undoes the record"
        )),
        ..finding(Rule::IdentityRetired, Severity::Error, event)
    }
}

/// Whether a move leads from the event of a record to another one: a retirement of what moved is told elsewhere.
fn moved_to(lock: &Lock, record: &LifeRecord, event: &WorkspaceEvent) -> bool {
    lock.records().any(|known| {
        let leads_here = matches!(&known.step, LifeStep::Moved { to, .. } if *to == event.name);
        leads_here && known.event == record.event && !lock.is_move_undone(known)
    })
}

/// The findings for versions of an event that is over: retired as a whole, or gone on under another name.
fn continued(workspace: &Workspace, event: &WorkspaceEvent) -> Vec<Finding> {
    let lock = &workspace.lock;
    let retired = lock.final_retirement(&event.name);
    let any_departure = lock.released(&event.name).and_then(|released| {
        let mut versions = released.versions.keys();
        versions.find_map(|version| lock.departure(&event.name, version))
    });
    let Some(record) = retired.or(any_departure) else {
        return Vec::new();
    };
    let is_told = |schema: &&SchemaVersion| {
        let version = &schema.version;
        // Numbers of a retired major have a finding of their own.
        lock.retirement(&event.name, version).is_some() || retirement_of_major(lock, event, version).is_some()
    };
    let live = event.versions.values().filter(|schema| !is_told(schema));
    live.map(|schema| continued_version(event, schema, record)).collect()
}

fn continued_version(event: &WorkspaceEvent, schema: &SchemaVersion, record: &LifeRecord) -> Finding {
    let name = &event.name;
    let title = title(event, &schema.version);
    let (message, fix) = match &record.step {
        LifeStep::Moved { to, .. } => (
            format!("{title} belongs to an event that moved to {to} on {}", record.date),
            format!(
                "write it as a version of {to}; to publish both, `schemactl move {name} {to} --undo --reason …` and `schemactl move {name} NAME --keep …` record that"
            ),
        ),
        _ => (
            format!(
                "{title} belongs to an event that was retired as a whole on {}",
                record.date
            ),
            format!(
                "write another event with a source or detail-type of its own; if it continues, `schemactl retire {name} --undo --reason …` undoes the retirement; if the version was released on another branch, `schemactl retire {name} --reason …` retires it too"
            ),
        ),
    };
    Finding {
        message,
        places: vec![FindingPlace::whole(schema.document.source(), "this version")],
        why: Some(format!(
            "consumers were informed that it is no longer published; recorded by {}: {}",
            record.author, record.reason
        )),
        fix: Some(fix),
        ..finding_of(Rule::IdentityRetired, Severity::Error, event, schema)
    }
}
