//! Events that were released and are not there any more: one finding an event, however many versions it had. In: the report with a finding for each
//! version. Out: the first one for all of them, where the advice is the same.

use std::collections::BTreeMap;

use schemactl_model::{EventName, Version};

use crate::report::{Finding, Report};
use crate::rule::Rule;

/// Joins the findings for the versions of an event whose folder is gone.
pub(super) fn join_missing_versions(report: &mut Report) {
    let mut firsts: BTreeMap<(EventName, String), Vec<Version>> = BTreeMap::new();
    for finding in &report.findings {
        if let Some((key, version)) = missing_version(finding) {
            firsts.entry(key).or_default().push(version.clone());
        }
    }
    firsts.retain(|_, versions| versions.len() > 1);
    for versions in firsts.values_mut() {
        versions.sort();
    }
    report.findings.retain_mut(|finding| {
        let Some((key, version)) = missing_version(finding) else {
            return true;
        };
        let (Some(versions), version) = (firsts.get(&key), version.clone()) else {
            return true;
        };
        let event = &key.0;
        let titles: Vec<_> = versions.iter().map(|version| format!("{event}@{version}")).collect();
        let title = format!("{event}@{version}");
        let joined = finding.message.replacen(&title, &titles.join(", "), 1);
        finding.message = joined
            .replacen(" was released, ", " were released, ", 1)
            .replacen(" is in ", " are in ", 1);
        version == versions[0]
    });
}

/// What findings for versions of one missing event have in common, and the version. `None` for other findings: a version whose event is there has a
/// place.
fn missing_version(finding: &Finding) -> Option<((EventName, String), &Version)> {
    let is_event_gone = finding.rule == Rule::ReleasedSchemaMissing && finding.places.is_empty();
    let key = (finding.event.clone().filter(|_| is_event_gone)?, finding.fix.clone()?);
    Some((key, finding.new.as_ref()?))
}
