//! New events whose names are told apart only by upper and lower case: on macOS and Windows their folders are one. In: the schemas of a registry, read.
//! Out: each event with a folder of its own. What the workspace has and what schemactl wrote keeps its name, and of others the one that producers
//! most likely mean.

use std::collections::BTreeMap;

use schemactl_model::EventName;
use schemactl_workspace::{Layout, Workspace};

use super::folders::PulledFolders;
use super::{HeldContents, Pulling};

/// Gives each event that nobody has stamped a name that differs from all others in more than case. `registered-as` keeps the name of its schema, so that
/// this is done only where it is written: for the registry of the workspace, and with one schema for each event.
pub(super) fn tell_apart_by_case(workspace: &Workspace, pulling: &Pulling<'_>, schemas: &mut [HeldContents]) {
    let registry = &workspace.manifest.registry;
    if pulling.registry != registry.name || registry.layout != Layout::Event {
        return;
    }
    let mut names = SettledNames {
        folders: PulledFolders::new(workspace.events.keys()),
        settled: BTreeMap::new(),
    };
    for (_, versions) in &*schemas {
        let contents = versions.iter().filter_map(|held| held.content.as_ref().ok());
        let stamped = contents.filter(|content| content.version.is_some());
        stamped.for_each(|content| names.folders.add(&content.event));
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

/// Names of events that have folders of their own.
struct SettledNames {
    folders: PulledFolders,
    /// What events of the registry are called that could not keep their names.
    settled: BTreeMap<EventName, EventName>,
}

impl SettledNames {
    /// Returns the name of an event: its own, or that with a number that makes it one of its own.
    fn settle(&mut self, spelling: &EventName, event: &EventName) -> EventName {
        if let Some(settled) = self.settled.get(spelling) {
            return settled.clone();
        }
        let namespace = self.folders.find_namespace(event.namespace());
        let namespace = namespace.unwrap_or(event.namespace()).to_owned();
        let numbered = (2..).map(|number| format!("{}-{number}", event.name()));
        let mut candidates = std::iter::once(event.name().to_owned())
            .chain(numbered)
            .filter_map(|name| EventName::new(&namespace, &name).ok());
        let is_free = |name: &EventName| {
            let known = self.folders.find_event(name);
            known.is_none_or(|known| known == event)
        };
        let Some(settled) = candidates.find(is_free) else {
            return event.clone();
        };
        self.folders.add(&settled);
        self.settled.insert(spelling.clone(), settled.clone());
        settled
    }
}
