//! Whether the released schemas are what they were when they were released. In: the workspace, and where it stands what is
//! released: the lock file, or what a registry holds. Out: a finding for each version that is another one, or gone.

use super::{finding, finding_of, title};
use crate::{Finding, Lock, Place, Report, Rule, Severity, Workspace};

pub(super) fn check(workspace: &Workspace, (place, lock): (&str, &Lock), report: &mut Report) {
    for (name, version, digest) in lock.iter() {
        let Some(event) = workspace.events.get(name) else {
            // Without the event there is no place to point at: its name says it all.
            report.findings.push(Finding {
                new: Some(version.clone()),
                message: format!("{name}@{version} was released, and the event is gone"),
                fix: Some("restore the event's folder from the history of the repository".to_owned()),
                ..Finding::new(Rule::ReleasedSchemaMissing, Severity::Error, name.clone())
            });
            continue;
        };
        match event.versions.get(version) {
            None => report.findings.push(Finding {
                new: Some(version.clone()),
                message: format!("{} was released, and its schema is gone", title(event, version)),
                places: vec![Place::whole(&event.settings_file, "the event")],
                fix: Some(format!(
                    "restore schemas/{name}/{version}.json from the history of the repository"
                )),
                ..finding(Rule::ReleasedSchemaMissing, Severity::Error, event)
            }),
            Some(present) if present.digest != *digest => report.findings.push(Finding {
                message: format!("{} was changed after its release", title(event, version)),
                places: vec![Place::whole(present.document.source(), "the released schema")],
                why: Some(format!(
                    "{place} has {} for it, the file has {}",
                    digest.short(),
                    present.digest.short()
                )),
                fix: Some("undo the change and put it into a new version".to_owned()),
                ..finding_of(Rule::ReleasedSchemaChanged, Severity::Error, event, present)
            }),
            Some(_) => {}
        }
    }
}
