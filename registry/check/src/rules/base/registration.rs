//! Settings that say where released versions are registered, and how many. In: the workspace, and the state in which its branch left the base. Out: each
//! setting by which a push would go on elsewhere, or leave out what is registered. `ignore` is none: a schema of an event is never ignored.

use std::collections::BTreeMap;

use schemactl_model::SchemaType;
use schemactl_workspace::{EarlierState, RegistrySettings, Workspace, WorkspaceEvent};

use super::released::has_released_event;
use super::setting_change::{SettingChange, describe_setting};
use crate::registered::{base_name, registered_types, schema_name};

/// Returns changes of schemactl.toml, if the base has released anything.
pub(super) fn list_registry_changes(workspace: &Workspace, fork: &EarlierState) -> Vec<SettingChange> {
    let now = &workspace.manifest.registry;
    let released: Vec<&WorkspaceEvent> = fork
        .events
        .values()
        .filter(|event| has_released_event(fork, event))
        .collect();
    let Some(before) = fork.manifest.as_ref().map(|manifest| &manifest.registry) else {
        return Vec::new();
    };
    if released.is_empty() {
        return Vec::new();
    }
    let mut changes = Vec::new();
    if before.name != now.name {
        changes.push(describe_setting("name", &before.name, &now.name));
    }
    if before.layout != now.layout {
        changes.push(describe_setting(
            "layout",
            &before.layout.as_str(),
            &now.layout.as_str(),
        ));
    }
    if now.keep < before.keep && now.keep < count_registered(workspace, &released) {
        changes.push(describe_setting("keep", &before.keep, &now.keep));
    }
    changes
}

/// Returns changes of one event.
pub(super) fn list_event_changes(
    (event, now): (&WorkspaceEvent, &RegistrySettings),
    (earlier, fork): (&WorkspaceEvent, &EarlierState),
) -> Vec<SettingChange> {
    let Some(before) = fork.manifest.as_ref().map(|manifest| &manifest.registry) else {
        return Vec::new();
    };
    // An event that moved is registered under its new name.
    if !has_released_event(fork, earlier) || event.name != earlier.name {
        return Vec::new();
    }
    let mut changes = Vec::new();
    let name = |event: &WorkspaceEvent| base_name(&event.name, Some(&event.settings));
    if name(earlier) != name(event) {
        changes.push(describe_setting("registered-as", &name(earlier), &name(event)));
    }
    let types_before = registered_types(Some(&earlier.settings), before);
    let types_now = registered_types(Some(&event.settings), now);
    // One more form is registered beside the others.
    if !types_now.starts_with(types_before) {
        changes.push(describe_setting(
            "types",
            &show_types(types_before),
            &show_types(types_now),
        ));
    }
    changes
}

/// The most versions that one schema of the registry is to hold, of those with a released version.
fn count_registered(workspace: &Workspace, released: &[&WorkspaceEvent]) -> usize {
    let settings = &workspace.manifest.registry;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for event in released.iter().filter_map(|event| workspace.events.get(&event.name)) {
        for version in event.versions.keys() {
            for type_ in registered_types(Some(&event.settings), settings) {
                let name = schema_name((&event.name, Some(&event.settings)), version, settings, *type_);
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    counts.into_values().max().unwrap_or_default()
}

fn show_types(types: &[SchemaType]) -> String {
    let names: Vec<&str> = types.iter().map(|type_| type_.as_str()).collect();
    names.join(", ")
}
