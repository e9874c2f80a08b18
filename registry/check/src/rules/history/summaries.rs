//! What a version needs, in one sentence. In: the version, the step that it took, and the breaks that it introduced. Out: a summary.

use std::collections::BTreeSet;

use schemactl_compat::{Bump, changes};

use super::numbers::measure_step;
use super::{Accepts, History, schema};
use crate::report::{BumpSummary, Finding};
use crate::rule::Rule;
use schemactl_model::Version;
use schemactl_workspace::{CompatibilityMode, SchemaVersion};

impl History<'_, '_> {
    pub(super) fn summarise(
        &mut self,
        new: &SchemaVersion,
        step_taken: Option<(&SchemaVersion, Option<Bump>)>,
        breaks: &[Finding],
        accepts: Accepts<'_>,
    ) {
        let name = self.event.name.name();
        let wrote = new.version.clone();
        let (needed, text) = match step_taken {
            None => (None, self.describe_only(&wrote)),
            Some((previous, None)) => (
                None,
                format!(
                    "{name} {wrote}: cannot decide which version bump the change from {} needs",
                    previous.version
                ),
            ),
            Some((previous, Some(bump))) => {
                let (needed, text) = self.summarise_step(new, previous, bump, breaks, accepts);
                (Some(needed), text)
            }
        };
        self.report.summaries.push(BumpSummary {
            event: self.event.name.clone(),
            wrote,
            needed,
            text,
        });
    }

    /// What there is to say of a version that is compared with none.
    fn describe_only(&self, wrote: &Version) -> String {
        let name = self.event.name.name();
        let released = self.released.into_iter().flat_map(|released| released.versions.keys());
        let earlier: Vec<_> = released
            .filter(|version| *version < wrote)
            .map(ToString::to_string)
            .collect();
        match &earlier[..] {
            [] => format!("{name} {wrote} is the first version"),
            [one] => format!("{name} {wrote} is compared with no version: the schema of {one} is gone"),
            several => format!(
                "{name} {wrote} is compared with no version: the schemas of {} are gone",
                several.join(", ")
            ),
        }
    }

    /// Returns the number that a step needs, with the sentence about it.
    fn summarise_step(
        &mut self,
        new: &SchemaVersion,
        previous: &SchemaVersion,
        bump: Bump,
        breaks: &[Finding],
        accepts: Accepts<'_>,
    ) -> (Version, String) {
        let (name, wrote) = (self.event.name.name(), new.version.clone());
        let taken = measure_step(&previous.version, &wrote);
        // A major that is not needed has an answer of its own.
        let gap = self.is_gap_open(new, accepts) && (taken < Bump::Major || bump == Bump::Major);
        // A number that does not follow is corrected to the one that the step leads to.
        let step = if gap { bump.max(taken) } else { bump };
        let needed = self.number_after(&previous.version, &wrote, step);
        let text = if gap && needed < wrote {
            format!(
                "{name} needs {needed} ({wrote} does not follow {}); you wrote {wrote}",
                previous.version
            )
        } else if bump > measure_step(&previous.version, &wrote) {
            let reason = match bump {
                Bump::Major => said(&self.introduced(new, breaks, accepts).collect::<Vec<_>>()),
                Bump::Minor | Bump::Patch => difference(previous, new),
            };
            format!("{name} needs {needed} ({reason}); you wrote {wrote}")
        } else if bump == Bump::Major {
            let broken = self.broken_by_major.get(&wrote).unwrap_or(&previous.version);
            format!("{name} {wrote} breaks {broken}, as a major version may")
        } else if previous.version.major() != wrote.major() {
            match self.mode {
                CompatibilityMode::Full | CompatibilityMode::FullTransitive => {
                    format!("{name} {wrote} breaks nobody: {needed} is enough")
                }
                mode => {
                    format!("{name} {wrote} breaks nothing that `mode` `{mode}` checks: {needed} is enough")
                }
            }
        } else if self
            .introduced(new, breaks, accepts)
            .any(|finding| self.is_of_correction(finding))
        {
            format!("{name} {wrote} keeps its number: it breaks what a hotfix corrected, or was corrected by one")
        } else if breaks.iter().any(|finding| finding.new.as_ref() == Some(&wrote)) {
            format!("{name} {wrote} has only accepted breaks")
        } else if breaks.iter().any(|finding| finding.repeated_in.contains(&wrote)) {
            format!("{name} {wrote} has no break that {} does not have", previous.version)
        } else {
            format!(
                "{name} {wrote} {}",
                describe_compatibility(self.mode, &previous.version)
            )
        };
        if gap {
            self.advise_on_gap(new, &needed);
        }
        (needed, text)
    }
}

impl History<'_, '_> {
    /// Names the number that closes a gap, which is the one that the summary has.
    fn advise_on_gap(&mut self, new: &SchemaVersion, needed: &Version) {
        for finding in &mut self.report.findings {
            if finding.rule == Rule::VersionOrder && finding.new.as_ref() == Some(&new.version) {
                finding.fix = Some(format!("number it {needed}: `schemactl bump` renames it"));
            }
        }
    }

    /// Whether a version's number does not follow the one before, and nobody has accepted that or can change it.
    pub(super) fn is_gap_open(&self, new: &SchemaVersion, accepts: Accepts<'_>) -> bool {
        let is_released = self
            .released
            .is_some_and(|released| released.versions.contains_key(&new.version));
        let mut findings = self.report.findings.iter();
        !is_released
            && findings.any(|finding| {
                finding.rule == Rule::VersionOrder && finding.new.as_ref() == Some(&new.version) && !accepts(finding)
            })
    }
}

/// Returns what a version without a break holds. A mode that checks less than both directions promises less than compatibility.
fn describe_compatibility(mode: CompatibilityMode, previous: &Version) -> String {
    let unchecked = |what: &str| format!("; {what} is not checked (`mode` is `{mode}`)");
    match mode {
        CompatibilityMode::None => format!("is not checked against {previous} (`mode` is `none`)"),
        CompatibilityMode::Backward => {
            format!(
                "accepts the events of {previous}{}",
                unchecked(&format!("whether {previous} accepts its events"))
            )
        }
        CompatibilityMode::BackwardTransitive => format!(
            "accepts the events of the earlier versions of its major{}",
            unchecked("whether they accept its events")
        ),
        CompatibilityMode::Forward => format!(
            "writes events that {previous} accepts{}",
            unchecked(&format!("whether it accepts the events of {previous}"))
        ),
        CompatibilityMode::ForwardTransitive => format!(
            "writes events that the earlier versions of its major accept{}",
            unchecked("whether it accepts their events")
        ),
        CompatibilityMode::Full => format!("is compatible with {previous}"),
        CompatibilityMode::FullTransitive => "is compatible with the earlier versions of its major".to_owned(),
    }
}

/// How many breaks, and the first of them. A change that breaks both directions is one.
fn said(breaks: &[&Finding]) -> String {
    let mut changes = BTreeSet::new();
    let breaks = breaks.iter();
    let breaks: Vec<&Finding> = breaks
        .filter(|finding| finding.change_print.as_ref().is_none_or(|print| changes.insert(print)))
        .copied()
        .collect();
    // A change says more than what several of them do together.
    let mut alone = breaks.iter().filter(|finding| matches!(finding.rule, Rule::Change(_)));
    let first = alone.next().or_else(|| breaks.first());
    let change = first.and_then(|finding| finding.change.as_ref());
    match (breaks.len(), change) {
        (1, Some(change)) => format!("1 break: {}", change.what),
        (1, None) => "1 break".to_owned(),
        (count, Some(change)) => format!("{count} breaks, among them: {}", change.what),
        (count, None) => format!("{count} breaks"),
    }
}

/// Returns what makes a version more than a patch.
pub(super) fn difference(old: &SchemaVersion, new: &SchemaVersion) -> String {
    let changes = changes(&schema(old), &schema(new));
    let difference = format!("not equivalent to {}", old.version);
    let more = match changes.len() {
        0 | 1 => String::new(),
        2 => ", and 1 more change".to_owned(),
        count => format!(", and {} more changes", count - 1),
    };
    match changes.first() {
        Some(first) => format!("{difference}: {}{more}", first.sentence()),
        None => difference,
    }
}
