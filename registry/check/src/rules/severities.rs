//! The severities that `[rules]` of schemactl.toml sets. In: the findings of a check, the settings, and those of the base. Out: the findings with their
//! severities, without those of rules that are off; and a finding for each setting that is weaker than the base's.
//!
//! INVARIANT: a branch does not choose the severities of its own check. Where the base is louder, by its setting or by the severity that the rule has
//! without one, the base counts.

use std::collections::BTreeMap;

use schemactl_workspace::{LintName, Manifest, RuleSeverity};

use super::base::Base;
use crate::report::{Finding, Report, Severity};

/// The settings of a check, and those of its base.
pub(super) struct RuleSeverities<'m> {
    now: &'m BTreeMap<LintName, RuleSeverity>,
    before: Option<&'m BTreeMap<LintName, RuleSeverity>>,
}

impl<'m> RuleSeverities<'m> {
    pub(super) fn of(manifest: &'m Manifest, base: Option<&Base<'m>>) -> Self {
        let before = base.and_then(|base| base.fork.manifest.as_ref());
        Self {
            now: &manifest.rules,
            before: before.map(|manifest| &manifest.rules),
        }
    }

    /// Sets the severity of each finding of a lint, and removes the findings of rules that are off.
    pub(super) fn apply(&self, report: &mut Report) {
        if self.now.is_empty() && self.before.is_none_or(BTreeMap::is_empty) {
            return;
        }
        report.findings.retain_mut(|finding| match self.severity_of(finding) {
            RuleSeverity::Off => false,
            RuleSeverity::Note => set_severity(finding, Severity::Note),
            RuleSeverity::Warning => set_severity(finding, Severity::Warning),
            RuleSeverity::Error => set_severity(finding, Severity::Error),
        });
    }

    fn severity_of(&self, finding: &Finding) -> RuleSeverity {
        let own = match finding.severity {
            Severity::Error => RuleSeverity::Error,
            Severity::Warning => RuleSeverity::Warning,
            Severity::Note => RuleSeverity::Note,
        };
        if !finding.rule.is_lint() {
            return own;
        }
        let set_in = |settings: &BTreeMap<LintName, RuleSeverity>| {
            let mut settings = settings.iter();
            let set = settings.find(|(name, _)| name.as_str() == finding.rule.id());
            set.map_or(own, |(_, severity)| *severity)
        };
        let now = set_in(self.now);
        self.before.map_or(now, |before| now.min(set_in(before)))
    }
}

fn set_severity(finding: &mut Finding, severity: Severity) -> bool {
    finding.severity = severity;
    true
}
