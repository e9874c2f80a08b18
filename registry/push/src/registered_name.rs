//! Which event a schema of a registry is of, by its name. In: the name, and the settings of a workspace. Out: the event whose versions the settings put
//! there, for whatever registry.

use schemactl_check::{base_name, registered_types};
use schemactl_model::EventName;
use schemactl_workspace::{Layout, RegistrySettings, Workspace, WorkspaceEvent};

/// What the name of a schema ends in that holds the second form of an event.
pub(crate) const SECOND_FORMS: [&str; 2] = [".openapi", ".jsonschema"];

/// Returns whether the settings register versions of an event as a schema.
pub fn is_registered_as(event: &WorkspaceEvent, schema: &str, settings: &RegistrySettings) -> bool {
    let Some(rest) = schema.strip_prefix(&base_name(&event.name, Some(&event.settings))) else {
        return false;
    };
    let rest = match settings.layout {
        Layout::Event => rest,
        Layout::Major => match rest.strip_prefix(".v") {
            Some(rest) => rest.trim_start_matches(|digit: char| digit.is_ascii_digit()),
            None => return false,
        },
    };
    let has_second = registered_types(Some(&event.settings), settings).len() > 1;
    rest.is_empty() || (has_second && SECOND_FORMS.contains(&rest))
}

/// Returns the event of the workspace that is registered as a schema, and not in the registry of the command.
pub(crate) fn find_event_elsewhere<'w>(workspace: &'w Workspace, schema: &str) -> Option<&'w EventName> {
    let is_it = |event: &&WorkspaceEvent| {
        !workspace.scope.is_registered_here(&event.settings)
            && is_registered_as(event, schema, &workspace.manifest.registry)
    };
    workspace.events.values().find(is_it).map(|event| &event.name)
}
