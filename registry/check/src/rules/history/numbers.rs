//! The numbers of versions. In: two versions, or the history of an event with what the lock says of it. Out: how far a number moved, the
//! number that a step leads to, and a finding for a version that does not follow the one before.

use std::collections::BTreeSet;

use schemactl_compat::Bump;
use schemactl_model::Version;

use super::History;
use crate::report::{Finding, FindingPlace, Severity};
use crate::rule::Rule;
use crate::rules::{finding_of, title};
use schemactl_workspace::SchemaVersion;

/// Returns how far a version number moved.
pub(super) fn measure_step(old: &Version, new: &Version) -> Bump {
    if old.major() != new.major() {
        Bump::Major
    } else if old.minor() != new.minor() {
        Bump::Minor
    } else {
        Bump::Patch
    }
}

/// Returns the version that a step from `old` leads to.
pub(super) fn version_after_step(old: &Version, bump: Bump) -> Version {
    match bump {
        Bump::Major => Version::new(old.major() + 1, 0),
        Bump::Minor => Version::new(old.major(), old.minor() + 1),
        Bump::Patch => format!("{}.{}.{}", old.major(), old.minor(), old.patch() + 1)
            .parse()
            .expect("three numbers"),
    }
}

impl History<'_, '_> {
    /// Whether the first version of a major was released, be its schema there or not.
    fn is_begun(&self, major: u64) -> bool {
        let first = Version::new(major, 0);
        self.released
            .is_some_and(|released| released.versions.contains_key(&first))
    }

    /// Returns the number that a step from `old` to `new` needs. A major that was released is taken: always if it is gone, as when it is retired, and
    /// for a version below it if it is there. A major that is there and not released can take the change.
    pub(super) fn number_after(&self, old: &Version, new: &Version, bump: Bump) -> Version {
        if bump != Bump::Major {
            return version_after_step(old, bump);
        }
        let present: BTreeSet<u64> = self.event.versions.keys().map(Version::major).collect();
        let released = self.released.into_iter().flat_map(|released| released.versions.keys());
        let taken: BTreeSet<u64> = released
            .map(Version::major)
            .filter(|major| !present.contains(major) || *major > new.major())
            .collect();
        let major = (old.major().saturating_add(1)..u64::MAX)
            .find(|major| !taken.contains(major))
            .unwrap_or(u64::MAX);
        Version::new(major, 0)
    }

    /// Finds a version whose number does not follow the one before.
    pub(super) fn order(&mut self, previous: Option<&SchemaVersion>, new: &SchemaVersion) {
        let expected = match previous {
            // The first version may have any major (a history that begins with a move into the workspace), not any minor.
            None if new.version.minor() == 0 || self.is_begun(new.version.major()) => return,
            None => vec![Version::new(new.version.major(), 0)],
            Some(previous) => [Bump::Patch, Bump::Minor, Bump::Major]
                .map(|bump| self.number_after(&previous.version, &new.version, bump))
                .to_vec(),
        };
        if expected.contains(&new.version) {
            return;
        }
        // Somebody else has the others.
        let is_free = |version: &&Version| !self.event.versions.contains_key(*version) && !self.is_released(version);
        let names: Vec<_> = expected.iter().rev().filter(is_free).map(ToString::to_string).collect();
        self.report.findings.push(Finding {
            old: previous.map(|previous| previous.version.clone()),
            message: match previous {
                None => format!("the history of {} begins with {}", self.event.name.name(), new.version),
                Some(previous) => {
                    format!(
                        "{} does not follow {}",
                        title(self.event, &new.version),
                        previous.version
                    )
                }
            },
            places: vec![FindingPlace::whole(new.document.source(), "this version")],
            fix: Some(format!("the next version is {}", names.join(" or "))),
            ..finding_of(Rule::VersionOrder, Severity::Warning, self.event, new)
        });
    }
}
