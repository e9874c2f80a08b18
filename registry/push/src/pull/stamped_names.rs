//! The event of a schema that schemactl has written in part. In: the schemas of a registry, read, and the workspace. Out: each schema whose newest stamp
//! names an event, with all its versions under that name. By the name of the schema, or by the stamp of before a move, they would be a second event
//! with the same source and detail-type.

use std::collections::BTreeSet;

use schemactl_model::EventName;
use schemactl_workspace::Workspace;

use super::HeldContents;
use super::content::PulledContent;

/// Gives the versions of a schema the event that its newest stamp names. Events that the workspace has keep their versions.
pub(super) fn name_after_stamps(workspace: &Workspace, schemas: &mut [HeldContents]) {
    let names: BTreeSet<String> = schemas.iter().map(|(schema, _)| schema.clone()).collect();
    let is_known = |event: &EventName| workspace.events.contains_key(event) || workspace.lock.released(event).is_some();
    for (schema, versions) in schemas {
        let stamped = versions.iter().rev().filter_map(|held| held.content.as_ref().ok());
        let mut stamped = stamped.filter(|content| content.version.is_some());
        let Some(event) = stamped.find(|content| !is_copy(content, schema, &names)) else {
            continue;
        };
        let event = event.event.clone();
        let contents = versions.iter_mut().filter_map(|held| held.content.as_mut().ok());
        for content in contents.filter(|content| !is_known(&content.event)) {
            if content.version.is_none() || !is_copy(content, schema, &names) {
                content.event.clone_from(&event);
                content.spelling.clone_from(&event);
            }
        }
    }
}

/// Returns whether a stamp was copied from the schema that its event has in the registry.
fn is_copy(content: &PulledContent, schema: &str, names: &BTreeSet<String>) -> bool {
    let own = content.event.schema_name();
    // With `layout = "major"`, or a second type, the name goes on after a dot.
    let is_of_event = |name: &String| {
        name.strip_prefix(&own)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    !is_of_event(&schema.to_owned()) && names.iter().any(is_of_event)
}
