//! Whether what is released is what it was when it was released. In: the workspace, and where it stands what is released: the lock
//! file, or what a registry holds. Out: a finding for each version that is another one, or gone, and for each part of an event's
//! identity that is another one.

use schemactl_model::{Digest, EventName, Version, VersionField};

use super::altered::{Altered, describe_change, find_released, first_change, report_altered};
use super::life::LifeRecords;
use super::restored::RestoredReleases;
use super::{finding, finding_of, title};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{EarlierState, Identity, LifeRecord, Lock, SchemaVersion, Workspace, WorkspaceEvent};

/// `former` are earlier states, which may know what a schema was.
pub(super) fn check_released<'w>(
    workspace: &'w Workspace,
    (place, lock): (&str, &Lock),
    former: &[&'w EarlierState],
    (report, restored): (&mut Report, &mut RestoredReleases<'w>),
) {
    let life = LifeRecords::of(workspace, None);
    let mut altered = Vec::new();
    for (name, released) in lock.events() {
        if let (Some(event), Some(identity)) = (workspace.events.get(name), &released.identity) {
            let changed = changed_identity(event, identity, place);
            if !changed.is_empty() {
                restored.add_identity(&event.name, identity.clone());
            }
            report.findings.extend(changed);
        }
    }
    for (name, version, digest) in lock.iter() {
        let own = workspace.events.get(name);
        if own.is_none_or(|event| !event.versions.contains_key(version)) && life.cover_absence(name, version, digest) {
            continue;
        }
        let Some(event) = own else {
            // Without the event there is no place to point at: its name says it all.
            report.findings.push(Finding {
                new: Some(version.clone()),
                message: format!("{name}@{version} was released, and the event is missing"),
                fix: Some(fix_for_event(workspace, name)),
                ..Finding::new(Rule::ReleasedSchemaMissing, Severity::Error, name.clone())
            });
            continue;
        };
        match event.versions.get(version) {
            None => report.findings.push(Finding {
                new: Some(version.clone()),
                message: format!("{} was released, and its schema is missing", title(event, version)),
                places: vec![FindingPlace::whole(&event.settings_file, "the event")],
                fix: Some(format!(
                    "restore schemas/{name}/{version}.json from the history of the repository; `schemactl retire {name}@{} --reason …` ends a major",
                    version.major()
                )),
                ..finding(Rule::ReleasedSchemaMissing, Severity::Error, event)
            }),
            Some(present) if !is_as_released(workspace, &life, (name, version, digest), present) => {
                let before = find_released(former, (name, version), digest);
                let fix = fix_for_change(workspace, event, workspace.lock.retirement(name, version));
                altered.push(changed(event, present, (place, digest), (before, fix)));
            }
            Some(_) => {}
        }
    }
    report.findings.extend(report_altered(workspace, altered, restored));
}

/// Whether a schema is the one that was released, or what a hotfix made of it. A hotfix that was taken back leaves its record: it is the
/// lock that says which of the two counts.
fn is_as_released(
    workspace: &Workspace,
    life: &LifeRecords<'_>,
    (name, version, digest): (&EventName, &Version, &Digest),
    present: &SchemaVersion,
) -> bool {
    let is_recorded = workspace.lock.digest(name, version) == Some(&present.digest);
    present.digest == *digest || (is_recorded && life.correct(name, version, digest, &present.digest))
}

/// A released schema that is another one now, and the finding if its own file was edited.
fn changed<'w>(
    event: &'w WorkspaceEvent,
    now: &'w SchemaVersion,
    (place, digest): (&str, &Digest),
    (before, fix): (Option<&'w SchemaVersion>, String),
) -> Altered<'w> {
    let change = before.and_then(|before| first_change(before, now));
    let (what, place_now) = describe_change(change, now);
    let finding = Finding {
        message: format!("{} was changed after its release", title(event, &now.version)),
        places: vec![place_now],
        why: Some(format!(
            "{place} has {} for it, the file has {}{what}",
            digest.short(),
            now.digest.short(),
        )),
        fix: Some(fix),
        ..finding_of(Rule::ReleasedSchemaChanged, Severity::Error, event, now)
    };
    Altered {
        event,
        now,
        before,
        finding,
    }
}

/// What to do about an event that is gone: a folder that was renamed is another event until that is recorded.
fn fix_for_event(workspace: &Workspace, name: &EventName) -> String {
    let released = workspace
        .lock
        .released(name)
        .and_then(|released| released.identity.as_ref());
    let mut events = workspace.events.values();
    let renamed =
        events.find(|event| released == Some(&event.identity()) && workspace.lock.released(&event.name).is_none());
    match renamed {
        Some(event) => format!(
            "restore schemas/{name}, or record the new name with `schemactl move {name} {} --reason …`: schemas/{} has its source and detail-type",
            event.name, event.name
        ),
        None => format!(
            "restore the event's folder from the history of the repository; `schemactl retire {name} --reason …` or `schemactl move` records its end"
        ),
    }
}

/// What to do about a released schema that is another one. The number of a version is never used again.
fn fix_for_change(workspace: &Workspace, event: &WorkspaceEvent, retired: Option<&LifeRecord>) -> String {
    match retired {
        None => {
            "undo the change and put it into a new version; `schemactl hotfix` records that the released schema was wrong".to_owned()
        }
        Some(_) if workspace.lock.final_retirement(&event.name).is_some() => {
            "restore the schema as it was, or delete it: the event was retired".to_owned()
        }
        Some(record) => {
            let next = event.versions.keys().map(schemactl_model::Version::major).max().unwrap_or(0) + 1;
            format!("the version was retired on {}, and its number is not used again: write {next}.0", record.date)
        }
    }
}

/// A part of an identity that is not what it was.
#[derive(Debug)]
pub(super) struct Differs<'i> {
    /// Its key in event.toml.
    pub(super) key: &'static str,
    pub(super) before: &'i str,
    pub(super) now: &'i str,
}

/// Returns the parts in which two identities differ.
pub(super) fn identity_differs<'i>(before: &'i Identity, now: &'i Identity) -> impl Iterator<Item = Differs<'i>> {
    let parts = [
        ("source", &before.source, &now.source),
        ("detail-type", &before.detail_type, &now.detail_type),
        ("version-field", &before.version_field, &now.version_field),
    ];
    // `a.b` and `/a/b` are one place in two spellings.
    let same_place = |before: &str, now: &str| match (VersionField::named(before), VersionField::named(now)) {
        (Some(before), Some(now)) => before.place() == now.place(),
        _ => false,
    };
    let differing = parts
        .into_iter()
        .filter(move |(key, before, now)| before != now && !(*key == "version-field" && same_place(before, now)));
    differing.map(|(key, before, now)| Differs { key, before, now })
}

/// Returns a finding for each part of an event's identity that is not what it was in `place`.
pub(super) fn changed_identity(event: &WorkspaceEvent, before: &Identity, place: &str) -> Vec<Finding> {
    let now = event.identity();
    let differing = identity_differs(before, &now);
    let finding_of = |differs: Differs<'_>| {
        let Differs { key, before, now } = differs;
        let why = if key == "version-field" {
            format!("consumers read the version of an event from `{before}`")
        } else {
            format!("routing rules that match the released `{key}` receive no event from now on, without an error")
        };
        Finding {
            message: format!(
                "`{key}` of {} is `{now}`; {place} has released it with `{before}`",
                event.name.name()
            ),
            subject: Some(key.to_owned()),
            places: vec![FindingPlace::of_setting(
                &event.settings_file,
                key,
                "the event's identity",
            )],
            why: Some(why),
            fix: Some(format!(
                "restore {key} = \"{before}\", and let `schemactl move` record the new value: with another name both can be published until consumers have moved"
            )),
            ..finding(Rule::IdentityChanged, Severity::Error, event)
        }
    };
    differing.map(finding_of).collect()
}
