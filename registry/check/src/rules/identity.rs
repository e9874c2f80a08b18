//! Whether events can be told apart: each has a source and detail-type of its own, a schema, and names of its own in the registry.

use std::collections::BTreeMap;

use super::finding;
use super::registrable::report_unregistrable;
use crate::registered::{registered_types, schema_name};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{SchemaVersion, Workspace, WorkspaceEvent};

pub(super) fn check_identities(workspace: &Workspace, report: &mut Report) {
    registered_names(workspace, report);
    let mut first = BTreeMap::new();
    for event in workspace.events.values() {
        // The files of what is retired may be deleted one by one.
        if event.versions.is_empty() && workspace.lock.released(&event.name).is_none() {
            report.findings.push(Finding {
                message: format!("{} has no schema", event.name),
                places: vec![FindingPlace::whole(&event.settings_file, "described here")],
                fix: Some(format!("write schemas/{}/1.0.json", event.name)),
                ..finding(Rule::EventWithoutSchema, Severity::Error, event)
            });
        }
        let identity = (&event.settings.source, &event.settings.detail_type);
        if let Some(other) = first.insert(identity, event) {
            report.findings.push(Finding {
                message: format!(
                    "{} and {} are both published as `{}` from `{}`",
                    other.name, event.name, identity.1, identity.0
                ),
                places: vec![
                    FindingPlace::of_setting(&event.settings_file, "detail-type", "this event"),
                    FindingPlace::of_setting(&other.settings_file, "detail-type", "the other event"),
                ],
                fix: Some("give one of them a detail-type of its own; where a registry has both as they are, remove the folder of one, and list its schema under `ignore` in \
                     schemactl.toml"
                        .to_owned()),
                ..finding(Rule::EventIdentityShared, Severity::Error, event)
            });
        }
    }
}

/// The second form of an event, and one with `registered-as`, is registered under a name that might be another event's.
fn registered_names(workspace: &Workspace, report: &mut Report) {
    let settings = &workspace.manifest.registry;
    let mut users: BTreeMap<String, Vec<(&WorkspaceEvent, &SchemaVersion)>> = BTreeMap::new();
    for event in workspace.events.values() {
        for version in event.versions.values() {
            for type_ in registered_types(Some(&event.settings), settings) {
                let name = schema_name((&event.name, Some(&event.settings)), &version.version, settings, *type_);
                users.entry(name).or_default().push((event, version));
            }
        }
    }
    for users in users.values() {
        for (event, version) in users {
            let Some((other, _)) = users.iter().find(|(other, _)| other.name != event.name) else {
                continue;
            };
            report.findings.push(Finding {
                why: Some(format!("{} is registered under the same name", other.name)),
                fix: Some(
                    "rename one of the two events, give it another `registered-as`, or register one type only"
                        .to_owned(),
                ),
                ..report_unregistrable(event, version, Severity::Error)
            });
        }
    }
}
