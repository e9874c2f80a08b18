//! Whether events can be told apart: each has a source and detail-type of its own, and a schema.

use std::collections::BTreeMap;

use super::{finding, whole};
use crate::{Finding, Report, Rule, Severity, Workspace};

pub(super) fn check(workspace: &Workspace, report: &mut Report) {
    let mut first = BTreeMap::new();
    for event in workspace.events.values() {
        if event.versions.is_empty() {
            report.findings.push(Finding {
                message: format!("{} has no schema", event.name),
                places: vec![whole(&event.settings_file, "described here")],
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
                    whole(&event.settings_file, "this event"),
                    whole(&other.settings_file, "the other event"),
                ],
                fix: Some("give one of them a detail-type of its own".to_owned()),
                ..finding(Rule::EventIdentityShared, Severity::Error, event)
            });
        }
    }
}
