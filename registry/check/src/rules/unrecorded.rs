//! Whether the lock has every version: a pull request that is merged without its line leaves a release that only the next push records.

use schemactl_workspace::{LOCK_FILE, Status, Workspace};

use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;

/// Returns an error for each version of a workspace that `schemactl.lock` does not record as released. Drafts need not be.
pub fn report_unrecorded(workspace: &Workspace) -> Report {
    let versions = workspace
        .events
        .values()
        .filter(|event| event.settings.status != Status::Draft)
        .flat_map(|event| event.versions.values().map(move |version| (event, version)));
    let open = versions.filter(|(event, version)| workspace.lock.digest(&event.name, &version.version).is_none());
    let findings = open.map(|(event, version)| Finding {
        message: format!(
            "{}@{} is not recorded in {LOCK_FILE}",
            event.name.name(),
            version.version
        ),
        places: vec![FindingPlace::whole(version.document.source(), "the version")],
        fix: Some(format!("`schemactl check --release` records it; commit {LOCK_FILE}")),
        ..Finding::new(Rule::LockChanged, Severity::Error, event.name.clone())
    });
    Report::of_pair(findings.collect())
}
