//! Files of what is not there any more: examples without a schema, a folder without event.toml. Out: a finding for each, with what to do
//! about it.

use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{Leftover, Workspace};

pub(super) fn check_leftovers(workspace: &Workspace, report: &mut Report) {
    report.findings.extend(
        workspace
            .leftovers
            .iter()
            .filter(|leftover| !is_told(workspace, leftover))
            .map(|leftover| found(workspace, leftover)),
    );
    for event in workspace.events.values() {
        if event.versions.is_empty() && workspace.lock.is_retired(&event.name) {
            let message = format!("{} is retired, and its event.toml is still there", event.name);
            report.findings.push(Finding {
                message,
                places: vec![FindingPlace::whole(&event.settings_file, "describes no version")],
                fix: Some(format!("delete the folder schemas/{}", event.name)),
                ..Finding::new(Rule::LeftoverFiles, Severity::Note, event.name.clone())
            });
        }
    }
}

/// Returns whether the finding about a released schema that is missing says the same: its examples wait for it.
fn is_told(workspace: &Workspace, leftover: &Leftover) -> bool {
    let lock = &workspace.lock;
    let event = &leftover.event;
    let version = leftover.version.as_ref();
    version.is_some_and(|version| lock.digest(event, version).is_some() && lock.find_end(event, version).is_none())
}

fn found(workspace: &Workspace, leftover: &Leftover) -> Finding {
    let Leftover { event, version, path } = leftover;
    let lock = &workspace.lock;
    let is_version_over = |version| lock.find_end(event, version).is_some();
    let released = || {
        lock.released(event)
            .into_iter()
            .flat_map(|released| released.versions.keys())
    };
    let is_over = version
        .as_ref()
        .map_or_else(|| released().all(is_version_over), is_version_over);
    let message = version.as_ref().map_or_else(
        || format!("{path} belongs to a released event and has no event.toml"),
        |version| format!("{path} has examples of {event}@{version}, which has no schema"),
    );
    let settings = workspace.events.get(event).map(|event| &event.settings_file);
    let fix = match (is_over, version) {
        (true, _) => format!("delete {path}: its version is retired or was moved"),
        (false, Some(version)) => {
            format!("restore schemas/{event}/{version}.json, or delete {path} if it never had one")
        }
        (false, None) => format!("restore {path}/event.toml from the history of the repository"),
    };
    Finding {
        new: version.clone(),
        message,
        subject: Some(path.clone()),
        places: settings
            .map(|file| FindingPlace::of_setting(file, "source", "the event"))
            .into_iter()
            .collect(),
        fix: Some(fix),
        ..Finding::new(Rule::LeftoverFiles, Severity::Error, event.clone())
    }
}
