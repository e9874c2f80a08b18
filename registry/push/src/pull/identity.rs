//! What pulled events are published with. In: the versions of a registry that were read, and the workspace. Out: for each event its `source`
//! and `detail-type`, and what of them is taken from a name because nothing names it.

use std::collections::BTreeMap;

use schemactl_model::EventName;

use super::content::PulledContent;
use schemactl_workspace::{Identity, Workspace};

/// What an event is published with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PulledIdentity {
    pub(super) source: PulledName,
    pub(super) detail_type: PulledName,
    /// Whether the workspace has released it: only a move changes it.
    pub(super) is_released: bool,
}

/// A `source` or a `detail-type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PulledName {
    pub(super) text: String,
    /// Whether it is only the name of the event: nothing in the registry says it.
    pub(super) is_guessed: bool,
    /// Another one that the registry names: by a later version, or than event.toml has.
    pub(super) other: Option<String>,
}

/// Returns the identities of all events. What the registry's last version names counts, and before that what event.toml has.
pub(super) fn read_identities<'c>(
    workspace: &Workspace,
    contents: impl Iterator<Item = &'c PulledContent>,
) -> BTreeMap<EventName, PulledIdentity> {
    let mut of_event: BTreeMap<&EventName, Vec<&PulledContent>> = BTreeMap::new();
    for content in contents {
        of_event.entry(&content.event).or_default().push(content);
    }
    let identities = of_event.into_iter().map(|(event, own)| {
        let past = workspace.lock.list_past_identities(event);
        let has_been = |text: &String, of: fn(&Identity) -> &String| past.iter().any(|identity| of(identity) == text);
        let settings = workspace.events.get(event).map(|event| &event.settings);
        let spelling = own.last().map_or(event, |content| &content.spelling);
        let sources = own.iter().filter_map(|content| content.source.as_ref());
        let types = own.iter().filter_map(|content| content.detail_type.as_ref());
        // What a move has recorded is history, and nothing that is to be decided.
        let sources: Vec<_> = sources
            .filter(|text| settings.is_none() || !has_been(text, |identity| &identity.source))
            .collect();
        let types: Vec<_> = types
            .filter(|text| settings.is_none() || !has_been(text, |identity| &identity.detail_type))
            .collect();
        let identity = PulledIdentity {
            source: settle(
                settings.map(|settings| &settings.source),
                &sources,
                spelling.namespace(),
            ),
            detail_type: settle(settings.map(|settings| &settings.detail_type), &types, spelling.name()),
            is_released: workspace.lock.has_released_identity(event),
        };
        (event.clone(), identity)
    });
    identities.collect()
}

fn settle(settled: Option<&String>, named: &[&String], name: &str) -> PulledName {
    let chosen = settled.or_else(|| named.last().copied());
    PulledName {
        text: chosen.map_or_else(|| name.to_owned(), Clone::clone),
        is_guessed: chosen.is_none(),
        other: chosen
            .and_then(|chosen| named.iter().rev().find(|other| **other != chosen))
            .map(|other| (*other).clone()),
    }
}
