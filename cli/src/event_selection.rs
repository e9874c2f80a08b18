//! `--event`: a command that is about some events. In: the workspace, and what the command line names. Out: the workspace with these versions
//! selected; everything else stays as it is in the registry.

use std::collections::BTreeSet;

use schemactl_check::{Report, Severity};
use schemactl_model::{EventRef, Version};
use schemactl_workspace::{Workspace, WorkspaceEvent};

use crate::console::Console;
use crate::context::find_event;
use crate::problem::Problem;
use crate::report::drift::describe_end;
use crate::suggestions::list_names;
use crate::words::count_in_words;

/// Selects the versions that references name. Without a reference, all are.
///
/// # Errors
/// Fails for a reference that names no version, or only retired ones.
pub(crate) fn select_events(workspace: &mut Workspace, references: &[EventRef]) -> Result<(), Problem> {
    if references.is_empty() {
        return Ok(());
    }
    let mut selected = BTreeSet::new();
    for reference in references {
        let event = find_event(workspace, reference)?;
        if !workspace.scope.is_registered_here(&event.settings) {
            return Err(Problem::usage(
                format!("{} is not for {}", event.name, workspace.scope.name_registry()),
                format!(
                    "`environments` in schemas/{}/event.toml names the environments in which it is registered",
                    event.name
                ),
            ));
        }
        let named = event.versions.keys().filter(|version| reference.matches(version));
        let named: Vec<&Version> = named.collect();
        let is_live = |version: &&&Version| workspace.lock.find_end(&event.name, version).is_none();
        let live = named.iter().filter(is_live);
        let live: Vec<_> = live.map(|version| (event.name.clone(), (*version).clone())).collect();
        if live.is_empty() {
            return Err(explain_empty(workspace, event, reference, &named));
        }
        selected.extend(live);
    }
    workspace.scope.selected = Some(selected);
    Ok(())
}

/// Returns why a reference names nothing that could be registered.
fn explain_empty(workspace: &Workspace, event: &WorkspaceEvent, reference: &EventRef, named: &[&Version]) -> Problem {
    let mut ends = named
        .iter()
        .filter_map(|version| workspace.lock.find_end(&event.name, version));
    if let Some(record) = ends.next_back() {
        let end = describe_end(record.step.kind());
        return Problem::usage(
            format!("`{reference}` {end} since {}: {}", record.date, record.reason),
            "name a version that is published",
        );
    }
    let versions: Vec<String> = event.versions.keys().map(ToString::to_string).collect();
    let help = if versions.is_empty() {
        format!("{} has no version yet", event.name)
    } else {
        format!("the versions of {} are {}", event.name, list_names(&versions))
    };
    Problem::usage(format!("`{reference}` names no version"), help)
}

/// Says that `check` finds errors in events that a command does not select, and that does its work all the same.
pub(crate) fn note_errors_elsewhere(report: &Report, console: &Console) {
    let errors = report.count(Severity::Error);
    if errors > 0 {
        console.note(&format!(
            "`schemactl check` finds {} in events that are not selected: they cannot be pushed until they are corrected or accepted",
            count_in_words(errors, "error")
        ));
    }
}
