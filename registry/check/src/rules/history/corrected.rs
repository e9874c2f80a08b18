//! Breaks between a version that a hotfix corrected and versions that still have what was wrong. In: the breaks of an event, and which versions were
//! corrected. Out: advice that keeps all numbers, and the number that the correction would have as a version of its own.

use schemactl_compat::Bump;
use schemactl_model::Version;

use super::numbers::version_after_step;
use super::{History, required};
use crate::report::Finding;
use crate::rule::Rule;
use schemactl_workspace::SchemaVersion;

impl History<'_, '_> {
    /// Returns whether a break is there because one of its versions was corrected after the release, and the others were not.
    pub(super) fn is_of_correction(&self, finding: &Finding) -> bool {
        let Some(new) = &finding.new else { return false };
        let is_new_corrected = self.corrected.contains(new);
        let mut broken = finding.broken_versions().peekable();
        broken.peek().is_some() && broken.all(|old| self.corrected.contains(old) != is_new_corrected)
    }

    /// Adds to the advice of each break the number that its change needs.
    pub(super) fn advise_on_numbers(&self, breaks: &mut [Finding]) {
        for finding in breaks {
            let (Some(old), Some(new)) = (finding.old.clone(), finding.new.clone()) else {
                continue;
            };
            let advice = finding.fix.take().unwrap_or_default();
            finding.fix = Some(if self.is_of_correction(finding) {
                self.advise_on_correction(finding, &new)
            } else if finding.rule == Rule::CannotDecide {
                format!("{advice}, or publish a new major version")
            } else {
                let major = self.number_after(&old, &new, Bump::Major);
                format!("{advice} Or publish the change as {major}.")
            });
        }
    }

    fn advise_on_correction(&self, finding: &Finding, new: &Version) -> String {
        let broken: Vec<&Version> = finding.broken_versions().collect();
        let (corrected, left): (&Version, Vec<&Version>) = if self.corrected.contains(new) {
            (new, broken)
        } else {
            (broken[0], std::iter::once(new).chain(&finding.repeated_in).collect())
        };
        let name = &self.event.name;
        let commands = left.iter().map(|version| {
            if self.is_released(version) {
                format!("{version} with `schemactl hotfix {name}@{version} --reason …`")
            } else {
                format!("{version} in its file")
            }
        });
        let commands: Vec<_> = commands.collect();
        let own = self
            .event
            .versions
            .get(corrected)
            .map(|version| self.number_of_correction(version));
        let own = own.map_or_else(String::new, |number| {
            format!("; if only new events are so, undo the hotfix and publish the change as {number}")
        });
        format!(
            "a hotfix corrected {corrected}: correct {} in the same way, which keeps all numbers{own}",
            commands.join(", ")
        )
    }

    pub(super) fn is_released(&self, version: &Version) -> bool {
        self.released
            .is_some_and(|released| released.versions.contains_key(version))
    }

    /// The number that a corrected schema needs as a new version, after those that were not corrected.
    fn number_of_correction(&self, corrected: &SchemaVersion) -> Version {
        let major = corrected.version.major();
        let of_major = self.event.versions.values();
        let of_major: Vec<_> = of_major.filter(|version| version.version.major() == major).collect();
        let others = of_major.iter().rev();
        let mut others: Vec<_> = others
            .filter(|version| !self.corrected.contains(&version.version))
            .collect();
        if !self.mode.is_transitive() {
            others.truncate(1);
        }
        let is_break = |old: &&&SchemaVersion| {
            required(&self.compare(old, corrected), self.mode).is_none_or(|step| step == Bump::Major)
        };
        let last = of_major.last().map_or(&corrected.version, |last| &last.version);
        if others.iter().any(is_break) {
            self.number_after(last, last, Bump::Major)
        } else {
            version_after_step(last, Bump::Minor)
        }
    }
}
