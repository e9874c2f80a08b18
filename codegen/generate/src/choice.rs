//! Which versions are generated. In: a workspace, and references to events. Out: the versions of each event, or why a reference
//! names none.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{EventName, EventRef, Version};
use schemactl_workspace::{LifeStep, Workspace, WorkspaceEvent};

use crate::error::GenerateError;
use crate::group::EventGroupSetting;
use crate::settings::Settings;

/// The versions to generate, by their events.
pub(crate) type Chosen = BTreeMap<EventName, BTreeSet<Version>>;

/// Returns the versions that references name; those of all events if there is no reference.
pub(crate) fn choose_versions(workspace: &Workspace, references: &[EventRef]) -> Result<Chosen, Vec<GenerateError>> {
    let mut chosen = Chosen::new();
    let mut errors = Vec::new();
    if references.is_empty() {
        let all = workspace.events.values();
        let all = all.map(|event| (event.name.clone(), live_versions(workspace, event).cloned().collect()));
        return Ok(all
            .filter(|(_, versions): &(_, BTreeSet<_>)| !versions.is_empty())
            .collect());
    }
    for reference in references {
        match versions_of(workspace, reference) {
            Ok((event, versions)) => chosen.entry(event.name.clone()).or_default().extend(versions),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(chosen) } else { Err(errors) }
}

/// Returns the versions that references name, and those that the settings name: of groups, and of events that other crates generate. Without
/// references, all events.
pub(crate) fn choose_with_settings(
    workspace: &Workspace,
    references: &[EventRef],
    groups: &[EventGroupSetting],
    settings: &Settings,
) -> Result<Chosen, Vec<GenerateError>> {
    let of_groups = groups.iter().flat_map(|group| group.references.clone());
    let of_others = settings.table.extern_module.keys();
    let of_others = of_others.map(|text| text.parse().map_err(|error| vec![GenerateError::Reference(error)]));
    let more: Vec<EventRef> = of_groups.map(Ok).chain(of_others).collect::<Result<_, _>>()?;
    let mut chosen = choose_versions(workspace, references)?;
    if !more.is_empty() {
        for (event, versions) in choose_versions(workspace, &more)? {
            chosen.entry(event).or_default().extend(versions);
        }
    }
    Ok(chosen)
}

fn versions_of<'w>(
    workspace: &'w Workspace,
    reference: &EventRef,
) -> Result<(&'w WorkspaceEvent, Vec<Version>), GenerateError> {
    let event = match workspace.events_named(reference).as_slice() {
        [] => {
            if let Some(ended) = find_end(workspace, reference, None) {
                return Err(ended);
            }
            return Err(GenerateError::NoEvent {
                reference: reference.to_string(),
                meant: workspace.suggest_reference(reference),
                events: alike(workspace, &reference.name),
            });
        }
        [event] => *event,
        several => {
            let candidates = several.iter().map(|event| event.name.to_string()).collect();
            return Err(GenerateError::Ambiguous {
                reference: reference.clone(),
                candidates,
            });
        }
    };
    let versions: Vec<_> = live_versions(workspace, event)
        .filter(|version| reference.matches(version))
        .cloned()
        .collect();
    if versions.is_empty() {
        if let Some(ended) = find_end(workspace, reference, Some(event)) {
            return Err(ended);
        }
        let versions = event.versions.keys().map(ToString::to_string).collect();
        return Err(GenerateError::NoVersion {
            reference: reference.clone(),
            versions,
        });
    }
    Ok((event, versions))
}

/// The versions that are not retired: code for the others is code for events that nobody publishes.
fn live_versions<'w>(workspace: &'w Workspace, event: &'w WorkspaceEvent) -> impl Iterator<Item = &'w Version> {
    let versions = event.versions.keys();
    versions.filter(|version| workspace.lock.retirement(&event.name, version).is_none())
}

/// Why a reference matches nothing any more: what it named was retired, or has another name.
fn find_end(workspace: &Workspace, reference: &EventRef, event: Option<&WorkspaceEvent>) -> Option<GenerateError> {
    let named = workspace.lock.iter().filter(|(name, version, _)| {
        event.is_none_or(|event| event.name == **name) && reference.names(name) && reference.matches(version)
    });
    // The newest version decides: an event can have moved when older majors of it were retired already.
    let ends = named.filter_map(|(name, version, _)| workspace.lock.find_end(name, version));
    let record = ends.last()?;
    let what = match &record.step {
        LifeStep::Moved { to, .. } => format!("moved to {to}"),
        LifeStep::Retired { .. } | LifeStep::Restored { .. } | LifeStep::Hotfix { .. } => "was retired".to_owned(),
    };
    let live = event.into_iter().flat_map(|event| live_versions(workspace, event));
    Some(GenerateError::Ended {
        reference: reference.to_string(),
        what: format!("{what} on {} by {}: {}", record.date, record.author, record.reason),
        versions: live.map(ToString::to_string).collect(),
    })
}

/// The names of the events, those first that differ least from the one that was wanted.
fn alike(workspace: &Workspace, wanted: &str) -> Vec<String> {
    let plain = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect::<String>()
    };
    let wanted = plain(wanted);
    let mut names: Vec<_> = workspace
        .events
        .values()
        .map(|event| event.name.name().to_owned())
        .collect();
    names.sort_by_key(|name| {
        let name = plain(name);
        (name != wanted, !name.contains(&wanted) && !wanted.contains(&name), name)
    });
    names
}
