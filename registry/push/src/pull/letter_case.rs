//! New events whose names are told apart only by upper and lower case: on macOS and Windows their folders are one. In: the schemas of a registry, read.
//! Out: each event with a folder of its own. What the workspace has and what schemactl wrote keeps its name, and of others the one that producers
//! most likely mean.

use std::collections::BTreeMap;

use schemactl_model::EventName;
use schemactl_workspace::{Layout, Workspace};

use super::{HeldContents, Pulling};

/// Gives each event that nobody has stamped a name that differs from all others in more than case. `registered-as` keeps the name of its schema, so that
/// this is done only where it is written: for the registry of the workspace, and with one schema for each event.
pub(super) fn tell_apart_by_case(workspace: &Workspace, pulling: &Pulling<'_>, schemas: &mut [HeldContents]) {
    let registry = &workspace.manifest.registry;
    if pulling.registry != registry.name || registry.layout != Layout::Event {
        return;
    }
    let mut names = CaseFoldedNames::default();
    workspace.events.keys().for_each(|event| names.add(event));
    for (_, versions) in &*schemas {
        let contents = versions.iter().filter_map(|held| held.content.as_ref().ok());
        let stamped = contents.filter(|content| content.version.is_some());
        stamped.for_each(|content| names.add(&content.event));
    }
    let mut order: Vec<usize> = (0..schemas.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(rank_schema(&schemas[*index])));
    for index in order {
        let (_, versions) = &mut schemas[index];
        for content in versions.iter_mut().filter_map(|held| held.content.as_mut().ok()) {
            if content.version.is_none() {
                content.event = names.settle(&content.spelling, &content.event);
            }
        }
    }
}

/// Returns how likely a schema of others is the one that producers mean: it names what the event is published with, is spelt as events are, and has
/// versions.
fn rank_schema((schema, versions): &HeldContents) -> (bool, bool, usize) {
    let mut contents = versions.iter().filter_map(|held| held.content.as_ref().ok());
    let name = schema.split_once('@').map_or(schema.as_str(), |(_, name)| name);
    let is_mixed =
        name.bytes().any(|byte| byte.is_ascii_uppercase()) && name.bytes().any(|byte| byte.is_ascii_lowercase());
    (
        contents.any(|content| content.detail_type.is_some()),
        is_mixed,
        versions.len(),
    )
}

/// Names of events by their names in lower case.
#[derive(Default)]
struct CaseFoldedNames {
    namespaces: BTreeMap<String, String>,
    events: BTreeMap<String, EventName>,
    /// What events of the registry are called that could not keep their names.
    settled: BTreeMap<EventName, EventName>,
}

impl CaseFoldedNames {
    fn add(&mut self, event: &EventName) {
        let namespace = event.namespace();
        let spelling = self.namespaces.entry(namespace.to_lowercase());
        spelling.or_insert_with(|| namespace.to_owned());
        let known = self.events.entry(event.to_string().to_lowercase());
        known.or_insert_with(|| event.clone());
    }

    /// Returns the name of an event: its own, or that with a number that makes it one of its own.
    fn settle(&mut self, spelling: &EventName, event: &EventName) -> EventName {
        if let Some(settled) = self.settled.get(spelling) {
            return settled.clone();
        }
        let namespace = self.namespaces.get(&event.namespace().to_lowercase());
        let namespace = namespace.map_or(event.namespace(), String::as_str);
        let numbered = (2..).map(|number| format!("{}-{number}", event.name()));
        let mut candidates = std::iter::once(event.name().to_owned())
            .chain(numbered)
            .filter_map(|name| EventName::new(namespace, &name).ok());
        let is_free = |name: &EventName| {
            let known = self.events.get(&name.to_string().to_lowercase());
            known.is_none_or(|known| known == event)
        };
        let Some(settled) = candidates.find(is_free) else {
            return event.clone();
        };
        self.add(&settled);
        self.settled.insert(spelling.clone(), settled.clone());
        settled
    }
}
