//! How pulled events are registered. In: the schemas of a registry with the versions that were read, and the workspace. Out: for each event the
//! settings that keep it as it is there: the name of its schema, where that is not the name of the event, and its types, where those are not the
//! types of the workspace. Without them the first push would register it under another name, or in another type.

use std::collections::BTreeMap;

use schemactl_model::{EventName, SchemaType};
use schemactl_workspace::{Layout, Workspace, WorkspaceEvent};

use crate::registered_name::{SECOND_FORMS, is_registered_as};

/// What the registry holds of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PulledRegistration {
    /// The name to set, if that is not the one that the event gives it.
    pub(super) registered_as: Option<String>,
    /// The types to set, if they are not those of the workspace.
    pub(super) types: Option<Vec<SchemaType>>,
}

/// Returns how the registry holds the events that are new to the workspace. In: for each schema and event the type of the newest version.
pub(super) fn read_registrations<'c>(
    workspace: &Workspace,
    held: impl Iterator<Item = (&'c EventName, &'c str, SchemaType)>,
) -> BTreeMap<EventName, PulledRegistration> {
    let mut of_event: BTreeMap<&EventName, BTreeMap<&str, SchemaType>> = BTreeMap::new();
    for (event, schema, type_) in held.filter(|(event, ..)| !workspace.events.contains_key(event)) {
        of_event.entry(event).or_default().insert(schema, type_);
    }
    let registrations = of_event.into_iter().filter_map(|(event, schemas)| {
        let registration = register_event(workspace, event, &schemas)?;
        Some((event.clone(), registration))
    });
    registrations.collect()
}

fn register_event(
    workspace: &Workspace,
    event: &EventName,
    schemas: &BTreeMap<&str, SchemaType>,
) -> Option<PulledRegistration> {
    let settings = &workspace.manifest.registry;
    let name = event.schema_name();
    let (main, first) = schemas
        .get_key_value(name.as_str())
        .or_else(|| schemas.first_key_value())?;
    // The name of a second form is that of the first with an end.
    let is_second = |(schema, type_): &(&&str, &SchemaType)| {
        let end = schema.strip_prefix(main);
        **type_ != *first && end.is_some_and(|end| SECOND_FORMS.contains(&end))
    };
    let mut types = vec![*first];
    types.extend(schemas.iter().find(is_second).map(|(_, type_)| *type_));
    // A workspace that registers both types has a second form to write.
    let is_missing = |type_: &&SchemaType| settings.types.len() > 1 && !types.contains(type_);
    let missing: Vec<_> = settings.types.iter().filter(is_missing).copied().collect();
    types.extend(missing);
    let registered_as = (settings.layout == Layout::Event && *main != name).then(|| (*main).to_owned());
    Some(PulledRegistration {
        registered_as,
        types: (types != settings.types).then_some(types),
    })
}

/// Returns the event of the workspace that is registered as a schema by its `registered-as`.
pub(super) fn find_registered_event<'w>(workspace: &'w Workspace, schema: &str) -> Option<&'w EventName> {
    let is_it = |event: &&WorkspaceEvent| is_registered_as(event, schema, &workspace.manifest.registry);
    let mut named = workspace
        .events
        .values()
        .filter(|event| event.settings.registered_as.is_some());
    named.find(is_it).map(|event| &event.name)
}
