//! Warnings and notes that stand in the base already. In: the report of a check against a base, and the states of that base. Out: the same
//! report, in which they are set aside: they are no findings of the change, so that a gate that fails on warnings stays passable.
//!
//! INVARIANT: whether the base has a finding is answered by a check of the base with the rules of today, not by a list of rules or by which
//! files were changed. An error is never set aside, and one finding of the base sets aside one of the workspace.

use std::collections::BTreeSet;

use schemactl_model::EventName;
use schemactl_workspace::EarlierState;

use super::CheckOptions;
use super::remembered::{EventReports, check_remembering};
use crate::report::{Finding, Report, Severity};

/// Moves the findings that the base has too into the list of those that are inherited. Errors stay, and so does what somebody has accepted, since
/// it has a line of its own.
pub fn set_inherited_aside(report: &mut Report, options: &CheckOptions<'_>) {
    let Some(base) = &options.base else { return };
    let candidates: Vec<&Finding> = report.findings.iter().filter(|finding| may_stand(finding)).collect();
    if candidates.is_empty() {
        return;
    }
    let events: BTreeSet<&EventName> = candidates.iter().filter_map(|finding| finding.event.as_ref()).collect();
    let mut known = find_prints(base.fork, &events, options);
    // What the branch has taken over from a tip that moved on is not its own either.
    if !std::ptr::eq(base.fork, base.tip) {
        known.extend(find_prints(base.tip, &events, options));
    }
    let all = std::mem::take(&mut report.findings);
    let stands = |finding: &Finding| may_stand(finding) && known.contains(&print_of(finding));
    (report.inherited, report.findings) = all.into_iter().partition(stands);
}

/// Whether a finding is one that a base can have as well.
fn may_stand(finding: &Finding) -> bool {
    finding.severity != Severity::Error && finding.waived.is_none()
}

/// What makes a finding the same one in the base. One that has become louder is another.
fn print_of(finding: &Finding) -> (String, Severity) {
    (finding.fingerprint.clone(), finding.severity)
}

/// What a check of an earlier state finds of some events, and of the workspace as a whole.
fn find_prints(
    state: &EarlierState,
    events: &BTreeSet<&EventName>,
    options: &CheckOptions<'_>,
) -> BTreeSet<(String, Severity)> {
    let Some(workspace) = state.to_workspace() else {
        return BTreeSet::new();
    };
    let own = CheckOptions {
        today: options.today,
        threads: options.threads,
        compare_code: options.compare_code,
        neighbors: options.neighbors,
        ..CheckOptions::new(options.engine)
    };
    let is_wanted = |event: &EventName| events.contains(event);
    let checked = check_remembering(&workspace, &own, &mut EventReports::default(), &is_wanted);
    let findings = checked.report.findings.iter().filter(|finding| may_stand(finding));
    findings.map(print_of).collect()
}
