//! Whether the versions of an earlier state are what they were there. A version that the lock file has recorded is judged by it
//! alone; one of an event that is still a draft may change.

use schemactl_model::Digest;

use super::{finding, finding_of, title};
use crate::{Event, Finding, Place, Report, Rule, SchemaVersion, Severity, Status, Workspace};

pub(super) fn check(workspace: &Workspace, name: &str, baseline: &Workspace, report: &mut Report) {
    for old in baseline
        .events
        .values()
        .filter(|event| event.settings.status != Status::Draft)
    {
        for version in old.versions.values() {
            if workspace.lock.digest(&old.name, &version.version).is_none() {
                version_is_kept(workspace, name, old, version, report);
            }
        }
    }
}

fn version_is_kept(workspace: &Workspace, name: &str, old: &Event, version: &SchemaVersion, report: &mut Report) {
    let present = workspace.events.get(&old.name);
    let same = present.and_then(|event| event.versions.get(&version.version));
    match (present, same) {
        (Some(event), Some(same)) if same.digest != version.digest => report.findings.push(Finding {
            message: format!("{} is not what it was in {name}", title(event, &version.version)),
            places: vec![
                Place::whole(same.document.source(), "the schema now"),
                Place {
                    label: format!("the schema in {name}"),
                    ..Place::whole(version.document.source(), "")
                },
            ],
            why: Some(format!(
                "it was {} there and is {} here",
                short(&version.digest),
                short(&same.digest)
            )),
            fix: Some("undo the change and put it into a new version".to_owned()),
            ..finding_of(Rule::ReleasedSchemaChanged, Severity::Error, event, same)
        }),
        (_, Some(_)) => {}
        (Some(event), None) => report.findings.push(Finding {
            new: Some(version.version.clone()),
            message: format!(
                "{} was there in {name}, and its schema is gone",
                title(event, &version.version)
            ),
            places: vec![Place::whole(&event.settings_file, "the event")],
            fix: Some(format!("restore schemas/{}/{}.json", old.name, version.version)),
            ..finding(Rule::ReleasedSchemaMissing, Severity::Error, event)
        }),
        (None, None) => report.findings.push(Finding {
            new: Some(version.version.clone()),
            message: format!(
                "{}@{} was there in {name}, and the event is gone",
                old.name, version.version
            ),
            fix: Some("restore the event's folder".to_owned()),
            ..finding(Rule::ReleasedSchemaMissing, Severity::Error, old)
        }),
    }
}

fn short(digest: &Digest) -> &str {
    digest.short()
}
