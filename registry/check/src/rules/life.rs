//! What somebody has recorded of the life of released events: retired, moved, corrected. In: the records of the lock. Out: which absences
//! and differences they cover; a finding for each record that does not hold, and an accepted one for each that the base does not have.
//!
//! INVARIANT: a record covers the digests and identities that stand in it, of its own event, and nothing else. A record that the base has
//! covers nothing that happened since: it is history.

use std::collections::BTreeMap;

use schemactl_model::{Digest, EventName, Version};

use crate::report::{Finding, FindingPlace, Severity};
use crate::rule::Rule;
use schemactl_workspace::{Identity, LifeKind, LifeRecord, LifeStep, Lock, Workspace};
use schemactl_workspace::{identity_leads_to, leads_to};

/// The records that cover what a state of a workspace no longer has as it was released.
pub(super) struct LifeRecords<'w> {
    workspace: &'w Workspace,
    covering: Vec<&'w LifeRecord>,
}

impl<'w> LifeRecords<'w> {
    /// The records of the lock that hold, without those that `known` has.
    pub(super) fn of(workspace: &'w Workspace, known: Option<&Lock>) -> Self {
        let lock = &workspace.lock;
        let is_known = |record: &LifeRecord| known.is_some_and(|known| known.has_record(record));
        let records = lock.records().filter(|record| !is_known(record));
        Self {
            workspace,
            covering: records.filter(|record| fault(lock, record).is_none()).collect(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'w LifeRecord> {
        self.covering.iter().copied()
    }

    /// Returns whether hotfixes lead from one digest of a version to another.
    pub(super) fn correct(&self, event: &EventName, version: &Version, from: &Digest, to: &Digest) -> bool {
        leads_to(self.iter(), event, version, from, to)
    }

    /// Returns whether moves in place lead from one identity of an event to another.
    pub(super) fn cover_identity(&self, event: &EventName, from: &Identity, to: &Identity) -> bool {
        identity_leads_to(self.iter(), event, from, to)
    }

    /// Returns whether a version that was released with a digest may be gone: it is retired, or stands under another name.
    pub(super) fn cover_absence(&self, event: &EventName, version: &Version, digest: &Digest) -> bool {
        self.is_accounted_for(event, version, digest, &mut Vec::new())
    }

    fn is_accounted_for<'r>(
        &'r self,
        event: &'r EventName,
        version: &Version,
        digest: &Digest,
        visited: &mut Vec<&'r EventName>,
    ) -> bool {
        // An event can move and move back: a circle of names leads to no schema.
        if visited.contains(&event) {
            return false;
        }
        visited.push(event);
        let recorded = |versions: &BTreeMap<Version, Digest>| {
            let recorded = versions.get(version);
            recorded.is_some_and(|recorded| self.correct(event, version, digest, recorded))
        };
        // What was taken back ends nothing.
        let lock = &self.workspace.lock;
        let ends = |record: &&LifeRecord| record.event == *event && !lock.is_undone(record, version);
        let mut own = self.iter().filter(ends);
        own.any(|record| match &record.step {
            LifeStep::Retired { versions, .. } => recorded(versions),
            LifeStep::Moved {
                to,
                keep: false,
                versions,
                ..
            } if to != event && recorded(versions) => {
                // What is there is not judged, which is reported.
                if self.workspace.unread.has_event(to) {
                    return true;
                }
                let there = self.workspace.events.get(to);
                match there.and_then(|there| there.versions.get(version)) {
                    Some(schema) => self.correct(to, version, digest, &schema.digest),
                    None => self.is_accounted_for(to, version, digest, visited),
                }
            }
            LifeStep::Restored { .. } | LifeStep::Moved { .. } | LifeStep::Hotfix { .. } => false,
        })
    }
}

/// Returns why a record does not hold: it was not written for this event, or the lock does not release what it is about.
fn fault(lock: &Lock, record: &LifeRecord) -> Option<String> {
    let event = &record.event;
    if !record.is_sealed() {
        return Some("its seal belongs to another event, or to another content, reason, author or day".to_owned());
    }
    let releases = |event: &EventName, version: &Version, digest: &Digest| {
        let released = lock.digest(event, version);
        let leads = |released: &Digest| leads_to(lock.records(), event, version, digest, released);
        // Lines that contradict each other are a finding of their own.
        lock.has_conflicting_lines(event, version) || released.is_some_and(leads)
    };
    let missing = match &record.step {
        LifeStep::Retired { versions, .. } | LifeStep::Restored { versions, .. } => versions
            .iter()
            .find(|(version, digest)| !releases(event, version, digest)),
        LifeStep::Moved { to, versions, .. } => {
            let both = |(version, digest): &(&Version, &Digest)| {
                !(releases(event, version, digest) && releases(to, version, digest))
            };
            versions.iter().find(both)
        }
        LifeStep::Hotfix { version, after, .. } => {
            Some((version, after)).filter(|(version, after)| !releases(event, version, after))
        }
    };
    if let Some((version, digest)) = missing {
        return Some(format!(
            "the lock does not release {event}@{version} as {}",
            digest.short()
        ));
    }
    if let Some(why) = fault_of_undoing(lock, record) {
        return Some(why);
    }
    let LifeStep::Moved { to, before, after, .. } = &record.step else {
        return None;
    };
    let is = |event: &EventName, identity: &Identity| {
        let released = lock.released(event).and_then(|released| released.identity.as_ref());
        released.is_some_and(|released| identity_leads_to(lock.records(), event, identity, released))
    };
    let wrong = [(event, before), (to, after)]
        .into_iter()
        .find(|(event, identity)| !is(event, identity));
    wrong.map(|(event, _)| format!("the lock releases {event} under another identity"))
}

/// Returns why a record takes nothing back although it says so: the lock has no such record of this event.
fn fault_of_undoing(lock: &Lock, record: &LifeRecord) -> Option<String> {
    let has = |seal: &str, is_meant: &dyn Fn(&LifeRecord) -> bool| {
        lock.records().any(|known| known.seal() == seal && is_meant(known))
    };
    let unknown = match &record.step {
        LifeStep::Restored { undoes, versions } => {
            let retires = |known: &LifeRecord| {
                let is_retired = matches!(known.step, LifeStep::Retired { .. });
                let named = known.step.versions();
                known.event == record.event && is_retired && versions.keys().any(|version| named.contains_key(version))
            };
            undoes.iter().find(|seal| !has(seal, &retires))
        }
        LifeStep::Moved {
            to, undoes: Some(seal), ..
        } => {
            let moved_here = |known: &LifeRecord| match &known.step {
                LifeStep::Moved { to: target, .. } => known.event == *to && *target == record.event,
                _ => false,
            };
            (!has(seal, &moved_here)).then_some(seal)
        }
        _ => None,
    };
    unknown.map(|seal| format!("the lock has no record `{seal}` to undo"))
}

/// Returns a finding for each record that does not hold.
pub(super) fn find_invalid_records(workspace: &Workspace) -> Vec<Finding> {
    let invalid = |record: &LifeRecord| {
        let why = fault(&workspace.lock, record)?;
        Some(Finding {
            message: format!("a record of schemactl.lock is invalid: {}", what(record)),
            subject: Some(format!("{} {}", record.step.kind(), record.seal())),
            places: place_of_record(workspace, record),
            why: Some(why),
            fix: Some(format!(
                "remove the line; `schemactl {}` writes a valid one",
                command(record)
            )),
            ..Finding::new(Rule::RecordInvalid, Severity::Error, record.event.clone())
        })
    };
    workspace.lock.records().filter_map(invalid).collect()
}

/// Returns the finding for a record that the base does not have: accepted by its author, unless its kind is denied.
pub(super) fn accepted_record(
    workspace: &Workspace,
    record: &LifeRecord,
    detail: Option<String>,
    deny: &[LifeKind],
) -> Finding {
    let kind = record.step.kind();
    let rule = match kind {
        LifeKind::Retired => Rule::EventRetired,
        LifeKind::Restored => Rule::EventRestored,
        LifeKind::Moved => Rule::EventMoved,
        LifeKind::Hotfix => Rule::SchemaHotfixed,
    };
    let finding = Finding {
        message: what(record),
        subject: Some(format!("{} {} {}", record.date, record.author, record.seal())),
        places: place_of_record(workspace, record),
        why: detail,
        ..Finding::new(rule, Severity::Note, record.event.clone())
    };
    let reason = format!("{} ({}, {})", record.reason, record.author, record.date);
    if !deny.contains(&kind) {
        return Finding {
            waived: Some(reason),
            ..finding
        };
    }
    Finding {
        severity: Severity::Error,
        why: Some(format!("recorded with the reason: {reason}")),
        fix: Some(format!(
            "`--deny {kind}` rejects it: remove the record and restore what was released, or run the check without the option"
        )),
        ..finding
    }
}

/// Returns the accepted findings for records of what a registry holds as it was before them. A registry has no records: what is denied is
/// what the main branch has not `merged`, and without a main branch every record.
pub(super) fn find_records_behind(
    workspace: &Workspace,
    registered: &Lock,
    merged: Option<&Lock>,
    deny: &[LifeKind],
) -> Vec<Finding> {
    let is_merged = |record: &LifeRecord| merged.is_some_and(|merged| merged.has_record(record));
    let holds = |event: &EventName, version: &Version| registered.digest(event, version).is_some();
    let is_behind = |record: &LifeRecord| match &record.step {
        LifeStep::Hotfix { version, before, .. } => registered.digest(&record.event, version) == Some(before),
        LifeStep::Restored { .. } => false,
        LifeStep::Retired { versions, .. } | LifeStep::Moved { versions, .. } => {
            let there = workspace.events.get(&record.event);
            let is_gone = |version: &Version| there.is_none_or(|event| !event.versions.contains_key(version));
            versions
                .keys()
                .any(|version| holds(&record.event, version) && is_gone(version))
        }
    };
    let behind = LifeRecords::of(workspace, None);
    let behind = behind.iter().filter(|record| is_behind(record));
    behind
        .map(|record| accepted_record(workspace, record, None, if is_merged(record) { &[] } else { deny }))
        .collect()
}

/// Returns the line of the lock in which a record stands. A seal that was copied stands in more than one.
pub(super) fn place_of_record(workspace: &Workspace, record: &LifeRecord) -> Vec<FindingPlace> {
    let Some(file) = &workspace.lock_file else {
        return Vec::new();
    };
    let event = format!("event = \"{}\"", record.event);
    let mut lines = file.text().lines();
    let line = lines.find(|line| line.contains(&event) && line.contains(record.seal()));
    vec![FindingPlace::of_text(
        file,
        line.unwrap_or(record.seal()).trim(),
        "the record",
    )]
}

/// The command that writes a record.
fn command(record: &LifeRecord) -> &'static str {
    match &record.step {
        LifeStep::Retired { .. } => "retire",
        LifeStep::Restored { .. } => "retire --undo",
        LifeStep::Moved { undoes: Some(_), .. } => "move --undo",
        LifeStep::Moved { .. } => "move",
        LifeStep::Hotfix { .. } => "hotfix",
    }
}

/// A record in words.
fn what(record: &LifeRecord) -> String {
    let event = &record.event;
    match &record.step {
        LifeStep::Retired { versions, .. } => format!("{event}: {} retired", are(versions.keys())),
        LifeStep::Restored { versions, .. } => {
            format!(
                "{event}: {} published again: the retirement is undone",
                are(versions.keys())
            )
        }
        LifeStep::Hotfix { version, before, after } => format!(
            "{event}@{version} was corrected after its release: {} → {}",
            before.short(),
            after.short()
        ),
        LifeStep::Moved {
            to,
            keep,
            before,
            after,
            undoes,
            ..
        } => {
            let parts = [
                ("source", &before.source, &after.source),
                ("detail-type", &before.detail_type, &after.detail_type),
                ("version-field", &before.version_field, &after.version_field),
            ];
            let changed = parts.iter().filter(|(_, before, after)| before != after);
            let changed: Vec<_> = changed
                .map(|(key, before, after)| format!("`{key}` `{before}` → `{after}`"))
                .collect();
            let identity = match changed.as_slice() {
                [] => "its source and detail-type stay".to_owned(),
                changed => changed.join(", "),
            };
            if undoes.is_some() && to != event {
                format!("{event} moved back to {to}: {identity}")
            } else if undoes.is_some() {
                format!("{event} is published under its earlier identity again: {identity}")
            } else if to == event {
                format!("{event} is published under another identity: {identity}")
            } else if *keep {
                format!("{event} is published as {to} too: {identity}")
            } else {
                format!("{event} moved to {to}: {identity}")
            }
        }
    }
}

/// `1.0 is`, `1.0 and 1.1 are`, `1.0, 1.1 and 2.0 are`
fn are<'v>(versions: impl Iterator<Item = &'v Version>) -> String {
    let names: Vec<_> = versions.map(ToString::to_string).collect();
    match names.as_slice() {
        [] => "nothing is".to_owned(),
        [one] => format!("{one} is"),
        [first @ .., last] => format!("{} and {last} are", first.join(", ")),
    }
}
