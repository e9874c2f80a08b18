//! Whether the environments of an event exist: one that is misspelt keeps the event out of a registry without a word. In: a workspace. Out: a finding for
//! each name that schemactl.toml does not have.

use schemactl_model::find_alike;
use schemactl_workspace::Workspace;

use super::{finding, title_of};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;

pub(super) fn check_environments(workspace: &Workspace, report: &mut Report) {
    let known = &workspace.manifest.environments;
    for event in workspace.events.values() {
        let named = event.settings.environments.iter().flatten();
        for name in named.filter(|name| !known.contains_key(*name)) {
            let names: Vec<&str> = known.keys().map(String::as_str).collect();
            let fix = match find_alike(name, names.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None if names.is_empty() => format!("add [env.{name}] to schemactl.toml, or remove the setting"),
                None => format!("the environments are {}", names.join(", ")),
            };
            report.findings.push(Finding {
                message: format!(
                    "`environments` of {} names `{name}`, and schemactl.toml has no such environment",
                    title_of(event)
                ),
                subject: Some(name.clone()),
                places: vec![FindingPlace::of_setting(
                    &event.settings_file,
                    "environments",
                    "named here",
                )],
                why: Some("the event is registered only in the environments that it names".to_owned()),
                fix: Some(fix),
                ..finding(Rule::EnvironmentUnknown, Severity::Error, event)
            });
        }
    }
}
