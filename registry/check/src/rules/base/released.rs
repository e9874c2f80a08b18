//! Whether what a base has released is what it was there. In: the workspace, the base. Out: findings for versions, identities and lines
//! of the lock.

use std::collections::BTreeMap;

use schemactl_model::{Digest, EventName, Version};

use super::{Base, advise_on_race};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use crate::rules::altered::{Altered, describe_change, first_change, report_altered};
use crate::rules::life::{LifeRecords, accepted_record};
use crate::rules::released::{changed_identity, identity_differs};
use crate::rules::restored::RestoredReleases;
use crate::rules::{finding_of, title};
use schemactl_workspace::{
    EarlierState, Identity, LifeKind, LifeRecord, LifeStep, SchemaVersion, Status, Workspace, WorkspaceEvent,
};
use schemactl_workspace::{Released, identity_leads_to, leads_to};

pub(super) fn check_released<'w>(
    workspace: &'w Workspace,
    base: &Base<'w>,
    life: &LifeRecords<'_>,
    (report, restored): (&mut Report, &mut RestoredReleases<'w>),
) {
    let judge = ReleaseCheck { workspace, base, life };
    let mut altered = Vec::new();
    for ((name, version), released) in released_in(base.tip) {
        report
            .findings
            .extend(judge.version(name, version, &released, &mut altered));
    }
    report.findings.extend(report_altered(workspace, altered, restored));
    report.findings.extend(judge.identities(restored));
    report.findings.extend(judge.lock());
}

/// A version that a base has released.
struct BaseVersion<'e> {
    digest: &'e Digest,
    /// Its schema, where it could be read.
    schema: Option<&'e SchemaVersion>,
}

/// What is released in a state: what its lock says, and every version of an event that is no draft.
fn released_in(state: &EarlierState) -> BTreeMap<(&EventName, &Version), BaseVersion<'_>> {
    let mut released = BTreeMap::new();
    for event in state.events.values() {
        for schema in event.versions.values() {
            let digest = state.lock.digest(&event.name, &schema.version);
            if event.settings.status != Status::Draft || digest.is_some() {
                let known = BaseVersion {
                    digest: digest.unwrap_or(&schema.digest),
                    schema: Some(schema),
                };
                released.insert((&event.name, &schema.version), known);
            }
        }
    }
    for (name, version, digest) in state.lock.iter() {
        released
            .entry((name, version))
            .or_insert(BaseVersion { digest, schema: None });
    }
    released
}

/// Whether a state has a version, released or not. One that cannot be read is there.
pub(super) fn has_version(state: &EarlierState, name: &EventName, version: &Version) -> bool {
    !state.find_version(name, version).is_absent() || state.lock.digest(name, version).is_some()
}

/// Whether a state has released a version of an event: its lock says so, or it has one and is no draft.
pub(super) fn has_released_event(state: &EarlierState, event: &WorkspaceEvent) -> bool {
    let is_merged = event.settings.status != Status::Draft && !event.versions.is_empty();
    is_merged || state.lock.released(&event.name).is_some()
}

/// Returns the finding for a record that the base does not have. A hotfix shows its change.
pub(super) fn report_accepted_record(
    workspace: &Workspace,
    base: &Base<'_>,
    record: &LifeRecord,
    deny: &[LifeKind],
) -> Finding {
    let detail = match &record.step {
        LifeStep::Hotfix { version, after, .. } => {
            let schema = |events: &BTreeMap<EventName, WorkspaceEvent>| {
                let event = events.get(&record.event)?;
                event.versions.get(version).cloned()
            };
            let both = schema(&base.tip.events).zip(schema(&workspace.events));
            // A later edit is a finding of its own.
            let both = both.filter(|(_, here)| here.digest == *after);
            both.and_then(|(there, here)| first_change(&there, &here).map(|change| change.sentence))
        }
        _ => None,
    };
    accepted_record(workspace, record, detail, deny)
}

struct ReleaseCheck<'w, 'j> {
    workspace: &'w Workspace,
    base: &'j Base<'w>,
    /// The records that the base does not have.
    life: &'j LifeRecords<'j>,
}

impl<'w> ReleaseCheck<'w, '_> {
    /// Returns a finding for a version that is missing; one that is another schema is added to `altered`.
    fn version(
        &self,
        name: &EventName,
        version: &Version,
        released: &BaseVersion<'w>,
        altered: &mut Vec<Altered<'w>>,
    ) -> Option<Finding> {
        let event = self.workspace.events.get(name);
        let own = event.and_then(|event| Some((event, event.versions.get(version)?)));
        match own {
            Some((_, own)) if self.base.untracked.contains(own.document.source().path()) => {
                Some(self.missing(name, event, version))
            }
            Some((_, own)) if own.digest == *released.digest => None,
            // The lock says the same, or what a hotfix made of it, and was asked before.
            _ if self.is_asked_before(name, version, released.digest) => None,
            Some((_, own)) if self.is_corrected(name, version, released.digest, &own.digest) => None,
            Some((event, own)) => {
                altered.push(Altered {
                    event,
                    now: own,
                    before: released.schema.filter(|there| there.digest == *released.digest),
                    finding: self.changed(event, own, released),
                });
                None
            }
            // The merge brings it.
            None if !has_version(self.base.fork, name, version) => None,
            // So it does where it was retired, and the base has taken that back since.
            None if released.schema.is_some() && self.was_over(name, version) => None,
            None if self.life.cover_absence(name, version, released.digest) => None,
            // The base has recorded that it may be gone.
            None if self.base.tip.lock.find_end(name, version).is_some() => None,
            None => Some(self.missing(name, event, version)),
        }
    }

    /// Whether a version was over and gone where this branch left the base.
    fn was_over(&self, name: &EventName, version: &Version) -> bool {
        let fork = self.base.fork;
        fork.find_version(name, version).is_absent() && fork.lock.find_end(name, version).is_some()
    }

    /// Whether a hotfix leads from what the base has to what is here; or to what the base has from what this branch left and did not
    /// touch: then the merge brings it.
    fn is_corrected(&self, name: &EventName, version: &Version, there: &Digest, here: &Digest) -> bool {
        let Base { tip, fork, .. } = self.base;
        let left = fork.lock.digest(name, version);
        let left = left.or_else(|| Some(&fork.events.get(name)?.versions.get(version)?.digest));
        self.life.correct(name, version, there, here)
            || (left == Some(here) && leads_to(tip.lock.records(), name, version, here, there))
    }

    fn is_asked_before(&self, name: &EventName, version: &Version, there: &Digest) -> bool {
        let own = self.workspace.lock.digest(name, version);
        own.is_some_and(|own| self.life.correct(name, version, there, own))
    }

    /// Whether a move leads from the identity that the base has to the one here, or the other way round as for a hotfix.
    fn is_moved(&self, name: &EventName, there: &Identity, here: &Identity) -> bool {
        let Base { tip, fork, .. } = self.base;
        let left = fork.lock.released(name).and_then(|released| released.identity.clone());
        let left = left.or_else(|| fork.events.get(name).map(WorkspaceEvent::identity));
        self.life.cover_identity(name, there, here)
            || (left.as_ref() == Some(here) && identity_leads_to(tip.lock.records(), name, here, there))
    }

    fn changed(&self, event: &WorkspaceEvent, own: &SchemaVersion, released: &BaseVersion<'_>) -> Finding {
        let name = self.base.name;
        let change = released.schema.and_then(|there| first_change(there, own));
        let (what, place) = describe_change(change, own);
        Finding {
            message: format!("{} is not the same as in {name}", title(event, &own.version)),
            places: vec![place],
            why: Some(format!(
                "it is {} there and {} here{what}",
                released.digest.short(),
                own.digest.short(),
            )),
            fix: Some(self.advise_on_change(&event.name, &own.version)),
            ..finding_of(Rule::ReleasedSchemaChanged, Severity::Error, event, own)
        }
    }

    fn advise_on_change(&self, name: &EventName, version: &Version) -> String {
        if self.base.is_new_since_fork(name, version) {
            let is_recorded = self.workspace.lock.digest(name, version).is_some()
                || self.workspace.lock.has_conflicting_lines(name, version);
            return advise_on_race(self.base, name, is_recorded);
        }
        format!(
            "restore the schema of {}, and put your change into a new version",
            self.base.name
        )
    }

    fn missing(&self, name: &EventName, event: Option<&WorkspaceEvent>, version: &Version) -> Finding {
        let base = self.base.name;
        let is_untracked = event.is_some_and(|event| event.versions.contains_key(version));
        let (what, places, fix) = match event {
            Some(event) if is_untracked => (
                "its schema is a file that git does not track any more",
                vec![FindingPlace::whole(&event.settings_file, "the event")],
                format!("add the file again: `git add --force schemas/{name}/{version}.json`"),
            ),
            Some(event) => (
                "its schema is missing",
                vec![FindingPlace::whole(&event.settings_file, "the event")],
                format!(
                    "restore schemas/{name}/{version}.json; `schemactl retire {name}@{} --reason …` ends a major",
                    version.major()
                ),
            ),
            None => ("the event is missing", Vec::new(), self.fix_for_event(name)),
        };
        Finding {
            new: Some(version.clone()),
            message: format!("{name}@{version} is in {base}, and {what}"),
            places,
            fix: Some(fix),
            ..Finding::new(Rule::ReleasedSchemaMissing, Severity::Error, name.clone())
        }
    }

    /// What to do about an event that is gone: a folder that was renamed is another event.
    fn fix_for_event(&self, name: &EventName) -> String {
        let restore = format!("restore schemas/{name}");
        let Some(earlier) = self.base.tip.events.get(name) else {
            return restore;
        };
        let mut events = self.workspace.events.values();
        let renamed = events
            .find(|event| event.identity() == earlier.identity() && !self.base.tip.events.contains_key(&event.name));
        match renamed {
            Some(event) => format!(
                "{restore}, or record the new name with `schemactl move {name} {} --reason …`: schemas/{} has its source and detail-type",
                event.name, event.name
            ),
            None => format!("{restore}; `schemactl retire {name} --reason …` retires it"),
        }
    }

    /// Identities that are not those of the base.
    fn identities(&self, restored: &mut RestoredReleases<'w>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for event in self.workspace.events.values() {
            let own = self.workspace.lock.released(&event.name);
            let Some(earlier) = self.identity(&event.name) else {
                continue;
            };
            // The lock says the same, and was asked before.
            let is_same = own.and_then(|own| own.identity.as_ref()) == Some(&earlier);
            if is_same || self.is_moved(&event.name, &earlier, &event.identity()) {
                continue;
            }
            let changed = changed_identity(event, &earlier, self.base.name);
            findings.extend(changed);
            restored.add_identity(&event.name, earlier);
        }
        findings
    }

    /// The identity of an event that the base has released. A lock of the first format has none: event.toml says it. One that was only adopted
    /// has none either, and event.toml may have guessed it.
    fn identity(&self, name: &EventName) -> Option<Identity> {
        let tip = self.base.tip;
        let recorded = tip.lock.released(name);
        if let Some(identity) = recorded.and_then(|released| released.identity.as_ref()) {
            return Some(identity.clone());
        }
        if recorded.is_some_and(Released::is_only_adopted) {
            return None;
        }
        let event = tip.events.get(name)?;
        has_released_event(tip, event).then(|| event.identity())
    }

    /// Lines of the lock that are not those of the base.
    fn lock(&self) -> Vec<Finding> {
        let (own, tip) = (&self.workspace.lock, &self.base.tip.lock);
        let had = |name, version| self.base.fork.lock.digest(name, version).is_some();
        let mut findings = Vec::new();
        let mut lost = Vec::new();
        for (name, version, digest) in tip.iter() {
            match own.digest(name, version) {
                Some(own) if self.is_corrected(name, version, digest, own) => {}
                Some(own) => findings.push(self.line(
                    name,
                    version,
                    format!("it is {} there and {} here", digest.short(), own.short()),
                )),
                None if own.has_conflicting_lines(name, version) => {}
                None if had(name, version) => lost.push(format!("{name}@{version}")),
                None => {}
            }
        }
        for (name, released) in tip.events() {
            let own = own.released(name).and_then(|own| own.identity.as_ref());
            if let (Some(own), Some(there)) = (own, &released.identity)
                && !self.is_moved(name, there, own)
                && let Some(differs) = identity_differs(there, own).next()
                && let Some(version) = released.versions.keys().next()
            {
                findings.push(self.line(
                    name,
                    version,
                    format!(
                        "`{}` is `{}` there and `{}` here",
                        differs.key, differs.before, differs.now
                    ),
                ));
            }
        }
        let fork = &self.base.fork.lock;
        let gone: Vec<&LifeRecord> = tip
            .records()
            .filter(|record| fork.has_record(record) && !own.has_record(record))
            .collect();
        let said = gone
            .iter()
            .map(|record| format!("the {} record of {}", record.step.kind(), record.event));
        lost.extend(said);
        findings.extend(self.lost(&lost, gone.first().copied()));
        findings
    }

    fn line(&self, name: &EventName, version: &Version, why: String) -> Finding {
        Finding {
            new: Some(version.clone()),
            message: format!(
                "schemactl.lock has another line for {name}@{version} than in {}",
                self.base.name
            ),
            places: self.lock_place(&name.to_string()),
            why: Some(why),
            fix: Some(self.fix_for_line(name, version)),
            ..Finding::new(Rule::LockChanged, Severity::Error, name.clone())
        }
    }

    /// Lines that are gone: one finding, however many there were.
    fn lost(&self, lost: &[String], record: Option<&LifeRecord>) -> Option<Finding> {
        let (first, rest) = lost.split_first()?;
        let more = match rest.len() {
            0 => String::new(),
            1 => format!(" and {}", rest[0]),
            count => format!(" and {count} other versions"),
        };
        let message = match &self.workspace.lock_file {
            Some(_) => format!("schemactl.lock does not have {first}{more} any more"),
            None => format!("schemactl.lock is missing: it recorded {first}{more}"),
        };
        Some(Finding {
            message,
            subject: Some(lost.join(" ")),
            places: self.lock_place("released = ["),
            why: Some(format!(
                "versions that {} records as released stay recorded",
                self.base.name
            )),
            fix: Some(self.fix_for_lock() + &way_back(record)),
            ..Finding::new(Rule::LockChanged, Severity::Error, None)
        })
    }

    fn fix_for_line(&self, name: &EventName, version: &Version) -> String {
        let own = self
            .workspace
            .events
            .get(name)
            .and_then(|event| event.versions.get(version));
        let there = self.base.tip.lock.digest(name, version);
        let is_race = self.base.is_new_since_fork(name, version) && own.is_some_and(|own| Some(&own.digest) != there);
        if is_race {
            advise_on_race(self.base, name, true)
        } else {
            self.fix_for_lock()
        }
    }

    fn fix_for_lock(&self) -> String {
        let revision = self.base.revision();
        format!(
            "restore schemactl.lock from {revision}, and run `schemactl check --release` to add the versions that are new on this branch"
        )
    }

    fn lock_place(&self, part: &str) -> Vec<FindingPlace> {
        let file = self.workspace.lock_file.as_ref();
        let place = file.map(|file| FindingPlace::of_text(file, part, "this line"));
        place.into_iter().collect()
    }
}

/// What takes back a record that is gone, as where somebody has reverted the commit that wrote it.
fn way_back(record: Option<&LifeRecord>) -> String {
    let command = record.and_then(|record| match &record.step {
        LifeStep::Retired { .. } => Some(format!("retire {} --undo", record.event)),
        LifeStep::Moved { to, keep: false, .. } => Some(format!("move {} {to} --undo", record.event)),
        _ => None,
    });
    command.map_or_else(String::new, |command| {
        format!("; then, to undo the record, run `schemactl {command} --reason …`")
    })
}
