//! Lines of `schemactl.lock` that say different things of one event: `merge=union` keeps those of both branches. In: every line of an event.
//! Out: what they say together, or what contradicts. What contradicts counts as not recorded, and is a finding.

use std::collections::BTreeMap;

use schemactl_model::{Digest, EventName, Span, Version};

use super::{Identity, Lock, Released, leads_to};

/// What lines of a lock contradict each other in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockConflict {
    /// The event.
    pub event: EventName,
    /// What they say of it.
    pub claims: LockClaims,
}

/// The different things that lines say, each with the span of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockClaims {
    /// Schemas of one version.
    Digests(Version, Vec<(Span, Digest)>),
    /// Identities of the event.
    Identities(Vec<(Span, Identity)>),
}

impl Lock {
    /// Adds all lines of an event. They have to agree, or records say which of them is the newest.
    pub(super) fn add_lines(&mut self, event: &EventName, lines: Vec<(Span, Released)>) {
        let mut known = Released::default();
        let mut identities = Vec::new();
        let mut versions: BTreeMap<Version, Vec<(Span, Digest)>> = BTreeMap::new();
        for (span, line) in lines {
            known.adopted.extend(line.adopted);
            identities.extend(line.identity.map(|identity| (span, identity)));
            for (version, digest) in line.versions {
                versions.entry(version).or_default().push((span, digest));
            }
        }
        match find_newest(identities, |one, other| self.identity_leads_on(event, one, other)) {
            Ok(identity) => known.identity = identity,
            Err(claims) => self.conflicts.push(LockConflict {
                event: event.clone(),
                claims: LockClaims::Identities(claims),
            }),
        }
        for (version, digests) in versions {
            let newest = find_newest(digests, |one, other| {
                leads_to(self.records(), event, &version, one, other)
            });
            match newest {
                Ok(digest) => known.versions.extend(digest.map(|digest| (version, digest))),
                Err(claims) => self.conflicts.push(LockConflict {
                    event: event.clone(),
                    claims: LockClaims::Digests(version, claims),
                }),
            }
        }
        self.events.insert(event.clone(), known);
    }

    /// Returns what lines contradict each other in.
    pub fn conflicts(&self) -> &[LockConflict] {
        &self.conflicts
    }

    /// Forgets what lines release as a version, and that they contradict each other about it. For a version that is renamed before its release
    /// is merged.
    pub fn forget_version(&mut self, event: &EventName, version: &Version) {
        self.conflicts.retain(|conflict| {
            let is_about = matches!(&conflict.claims, LockClaims::Digests(disputed, _) if disputed == version);
            conflict.event != *event || !is_about
        });
        if let Some(released) = self.events.get_mut(event) {
            released.versions.remove(version);
            released.adopted.remove(version);
        }
    }

    /// Returns whether lines release different schemas as a version.
    pub fn has_conflicting_lines(&self, event: &EventName, version: &Version) -> bool {
        self.conflicts.iter().any(|conflict| {
            conflict.event == *event
                && matches!(&conflict.claims, LockClaims::Digests(disputed, _) if disputed == version)
        })
    }
}

/// Returns the value that every other one leads to, if it leads to none of them; as an error the different values.
fn find_newest<T: Clone + PartialEq>(
    values: Vec<(Span, T)>,
    leads: impl Fn(&T, &T) -> bool,
) -> Result<Option<T>, Vec<(Span, T)>> {
    let mut distinct: Vec<(Span, T)> = Vec::new();
    for (span, value) in values {
        if !distinct.iter().any(|(_, known)| *known == value) {
            distinct.push((span, value));
        }
    }
    let Some((_, first)) = distinct.first() else {
        return Ok(None);
    };
    if distinct.len() == 1 {
        return Ok(Some(first.clone()));
    }
    let is_newest = |value: &T| {
        let mut others = distinct.iter().filter(|(_, other)| other != value);
        others.all(|(_, other)| leads(other, value) && !leads(value, other))
    };
    let newest = distinct.iter().find(|(_, value)| is_newest(value));
    let newest = newest.map(|(_, value)| value.clone());
    newest.map(Some).ok_or(distinct)
}
