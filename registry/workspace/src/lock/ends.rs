//! What the records of `schemactl.lock` say of a released event. In: a lock. Out: which record ends a version, whether that was taken back,
//! and which records another lock has too. A record that was taken back stays in the file and ends nothing.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{Digest, EventName, Version};

use super::{Identity, LifeRecord, LifeStep, Lock, identity_leads_to};

impl Lock {
    /// Returns every record, by event and day.
    pub fn records(&self) -> impl Iterator<Item = &LifeRecord> {
        self.records.iter()
    }

    /// Returns whether a record stands in the file. Seals do not count: those of before are rewritten.
    pub fn has_record(&self, record: &LifeRecord) -> bool {
        self.records.iter().any(|own| own.equals_ignoring_seal(record))
    }

    /// Returns the record that retires a version.
    pub fn retirement(&self, event: &EventName, version: &Version) -> Option<&LifeRecord> {
        let mut records = self.records.iter();
        records.find(|record| match &record.step {
            LifeStep::Retired { versions, .. } => {
                record.event == *event && versions.contains_key(version) && !self.is_undone(record, version)
            }
            _ => false,
        })
    }

    /// Returns whether versions of an event were released and all of them are retired.
    pub fn is_retired(&self, event: &EventName) -> bool {
        let released = self.events.get(event).filter(|released| !released.versions.is_empty());
        released.is_some_and(|released| {
            let mut versions = released.versions.keys();
            versions.all(|version| self.retirement(event, version).is_some())
        })
    }

    /// Returns the record after which nothing of an event was published any more: that of all of it, or of its last version.
    pub fn final_retirement(&self, event: &EventName) -> Option<&LifeRecord> {
        let is_of_event = |record: &&LifeRecord| record.event == *event;
        let holds = |record: &LifeRecord, versions: &BTreeMap<Version, Digest>| {
            versions.keys().all(|version| !self.is_undone(record, version))
        };
        let mut records = self.records.iter().filter(is_of_event);
        let whole = records.find(|record| match &record.step {
            LifeStep::Retired { versions, whole } => *whole && holds(record, versions),
            _ => false,
        });
        // Records of before do not say whether they end all of it.
        whole.or_else(|| {
            let released = self.released(event).filter(|_| self.is_retired(event))?;
            let ends = released
                .versions
                .keys()
                .filter_map(|version| self.retirement(event, version));
            ends.max_by_key(|record| record.date)
        })
    }

    /// Returns the record by which a version has another name now.
    pub fn departure(&self, event: &EventName, version: &Version) -> Option<&LifeRecord> {
        let mut records = self.records.iter();
        records.find(|record| match &record.step {
            LifeStep::Moved { to, keep, versions, .. } => {
                record.event == *event
                    && to != event
                    && !keep
                    && versions.contains_key(version)
                    && !self.is_undone(record, version)
            }
            _ => false,
        })
    }

    /// Returns whether a version was released under another name before. One that came back was released here.
    pub fn has_arrived(&self, event: &EventName, version: &Version) -> bool {
        self.records.iter().any(|record| match &record.step {
            LifeStep::Moved {
                to,
                versions,
                undoes: None,
                ..
            } => to == event && record.event != *event && versions.contains_key(version),
            _ => false,
        })
    }

    /// Returns whether the source and the detail-type of an event are released: only a move changes them.
    pub fn has_released_identity(&self, event: &EventName) -> bool {
        self.released(event).is_some_and(|released| released.identity.is_some())
    }

    /// Returns the identities that moves have recorded of an event, under each of its names: versions in a registry name what they were published with.
    pub fn list_past_identities(&self, event: &EventName) -> BTreeSet<&Identity> {
        let mut names = vec![event];
        let mut identities = BTreeSet::new();
        let mut next = 0;
        while let Some(name) = names.get(next).copied() {
            for record in &self.records {
                let LifeStep::Moved { to, before, after, .. } = &record.step else {
                    continue;
                };
                if to != name {
                    continue;
                }
                identities.extend([before, after]);
                if !names.contains(&&record.event) {
                    names.push(&record.event);
                }
            }
            next += 1;
        }
        identities
    }

    /// Returns the record by which a version is no longer part of its event: it is retired, or has another name.
    pub fn find_end(&self, event: &EventName, version: &Version) -> Option<&LifeRecord> {
        let retirement = self.retirement(event, version);
        retirement.or_else(|| self.departure(event, version))
    }

    /// Returns whether what a record says of a version was taken back by another one.
    pub fn is_undone(&self, record: &LifeRecord, version: &Version) -> bool {
        let seal = record.seal();
        self.records.iter().any(|other| match (&record.step, &other.step) {
            (LifeStep::Retired { .. }, LifeStep::Restored { undoes, versions }) => {
                other.event == record.event && versions.contains_key(version) && undoes.contains(seal)
            }
            (LifeStep::Moved { to, .. }, LifeStep::Moved { undoes, .. }) => {
                other.event == *to && undoes.as_deref() == Some(seal)
            }
            _ => false,
        })
    }

    /// Returns whether a move was taken back.
    pub fn is_move_undone(&self, record: &LifeRecord) -> bool {
        let version = record.step.versions().into_keys().next();
        version.is_some_and(|version| self.is_undone(record, version))
    }

    /// Returns whether moves in place that hold lead from one identity of an event to another.
    pub(super) fn identity_leads_on(&self, event: &EventName, from: &Identity, to: &Identity) -> bool {
        let holding = self.records.iter().filter(|record| !self.is_move_undone(record));
        identity_leads_to(holding, event, from, to)
    }
}
